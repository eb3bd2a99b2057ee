/*
 * What the files with rules share; rules.h is the contract.
 *
 * A rule never passes in silence because something was not seen: what it misses is named,
 * once for all rules, with the reason. A blocker that the plan overrides by the name of its
 * rule (--option override=pg.failover-tool) is a warning.
 */
#ifndef UD_ENGINE_POSTGRES_RULES_PARTS_H
#define UD_ENGINE_POSTGRES_RULES_PARTS_H

#include "common/buf.h"
#include "daemon/engine/postgres/rules.h"
#include "daemon/model/pair.h"

/* What a procedure does to servers, as far as rules care. */
enum about {
	ABOUT_SWAP = 1 << 0,    /* the standby takes over, by physical replication */
	ABOUT_LOGICAL = 1 << 1, /* changes go over logically */
	ABOUT_UPGRADE = 1 << 2, /* pg_upgrade */
	ABOUT_COPY = 1 << 3,    /* base backups, dumps */
	ABOUT_ALL = (1 << 4) - 1
};

struct pg_check {
	const struct plan *plan;
	const struct pair *pair;
	const struct observation *seen; /* one per member, by index */
	struct findings *f;
	const char *rule; /* id of the rule in hand */
	unsigned about;
	struct buf *unseen; /* what rules could not see: "a: wal_level, ..." */
};

#define pg_block(c, m, remedy, ...) pg_find(c, SEVERITY_BLOCKER, m, remedy, __VA_ARGS__)
#define pg_warn(c, m, remedy, ...)  pg_find(c, SEVERITY_WARNING, m, remedy, __VA_ARGS__)
#define pg_note(c, m, remedy, ...)  pg_find(c, SEVERITY_NOTE, m, remedy, __VA_ARGS__)

/* findings_add() for c->rule; m NULL: the pair. */
void pg_find(const struct pg_check *c, enum severity severity, const struct member *m,
    const char *remedy, const char *fmt, ...) UD_PRINTF(5, 6);

/* A detail of the member, or NULL. */
const char *pg_seen(const struct pg_check *c, const struct member *m, const char *key);

/* The same, where it matters that it was not seen: that is written down. */
const char *pg_wanted(const struct pg_check *c, const struct member *m, const char *key,
    const char *what);

/* A setting of the server, wanted; and as a number, or fallback. */
const char *pg_setting(const struct pg_check *c, const struct member *m,
    const char *name);
int64_t pg_setting_number(const struct pg_check *c, const struct member *m,
    const char *name, int64_t fallback);

/* "COUNT\tNAMES": the count, 0 when it was not seen, and where its names begin. */
int64_t pg_count_of(const char *list, const char **ret_names);

/* The objects of a topic in all databases of a server that takes writes: how many, and
 * "shop: public.t1, public.t2; crm: ..." in ret. */
int64_t pg_objects(const struct pg_check *c, const char *topic, struct buf *ret);

/* The n-th line of a detail that has several, without its end; false: no more. */
bool pg_line(const char *text, int n, char *buf, size_t size);

/* The member that is active, as the plan has it; and the other master, NULL: none. */
#define ACTIVE(c)  ((c)->plan->active)
#define STANDBY(c) ((c)->plan->standby)

/* ---- rules_replication.c ---- */
void pg_rule_identity(const struct pg_check *c);
void pg_rule_replay(const struct pg_check *c);
void pg_rule_lag(const struct pg_check *c);
void pg_rule_names(const struct pg_check *c);
void pg_rule_upstream(const struct pg_check *c);
void pg_rule_slots_free(const struct pg_check *c);
void pg_rule_logical_slots(const struct pg_check *c);
void pg_rule_slot_keep(const struct pg_check *c);
void pg_rule_workers(const struct pg_check *c);
void pg_rule_synchronous(const struct pg_check *c);
void pg_rule_hba(const struct pg_check *c);
void pg_rule_archive(const struct pg_check *c);
void pg_rule_rewind(const struct pg_check *c);

/* ---- rules_site.c ---- */
void pg_rule_failover_tool(const struct pg_check *c);
void pg_rule_account(const struct pg_check *c);
void pg_rule_host_login(const struct pg_check *c);
void pg_rule_binaries(const struct pg_check *c);
void pg_rule_places(const struct pg_check *c);
void pg_rule_config_file(const struct pg_check *c);
void pg_rule_disk(const struct pg_check *c);
void pg_rule_settings(const struct pg_check *c);
void pg_rule_pending(const struct pg_check *c);
void pg_rule_files(const struct pg_check *c);
void pg_rule_durability(const struct pg_check *c);
void pg_rule_release(const struct pg_check *c);

/* ---- rules_objects.c ---- */
void pg_rule_wal_level(const struct pg_check *c);
void pg_rule_replica_identity(const struct pg_check *c);
void pg_rule_identity_full(const struct pg_check *c);
void pg_rule_identity_types(const struct pg_check *c);
void pg_rule_unlogged(const struct pg_check *c);
void pg_rule_large_objects(const struct pg_check *c);
void pg_rule_prepared(const struct pg_check *c);
void pg_rule_long_transaction(const struct pg_check *c);
void pg_rule_triggers(const struct pg_check *c);
void pg_rule_event_triggers(const struct pg_check *c);
void pg_rule_matviews(const struct pg_check *c);
void pg_rule_sequences(const struct pg_check *c);
void pg_rule_extensions(const struct pg_check *c);
void pg_rule_jobs(const struct pg_check *c);
void pg_rule_publications(const struct pg_check *c);
void pg_rule_subscriptions(const struct pg_check *c);
void pg_rule_tablespaces(const struct pg_check *c);
void pg_rule_databases(const struct pg_check *c);
void pg_rule_types(const struct pg_check *c);
void pg_rule_ddl(const struct pg_check *c);

/* ---- rules_collation.c ---- */
void pg_rule_collations(const struct pg_check *c);
void pg_rule_collation_hosts(const struct pg_check *c);
void pg_rule_collation_release(const struct pg_check *c);

/* ---- rules_advice.c ---- */
void pg_rule_advice(const struct pg_check *c);

#endif
