/*
 * What the files with rules share; rules.h is the contract.
 *
 * A rule never passes in silence because a detail is missing, and never blocks for that
 * alone: it says in one finding what was not seen, of whom, and why.
 */
#ifndef UD_ENGINE_TIMESTEN_RULES_PARTS_H
#define UD_ENGINE_TIMESTEN_RULES_PARTS_H

#include "common/buf.h"
#include "daemon/engine/timesten/rules.h"
#include "daemon/engine/timesten/utilities/utilities.h"

struct check {
	const struct plan *plan;
	const struct pair *pair;
	const struct observation *seen; /* one per member, by index */
	struct findings *f;
	const char *rule; /* id of the rule in hand */
};

/* findings_add() for c->rule; m NULL: the pair. */
#define check_block(c, m, remedy, ...) \
	check_add(c, SEVERITY_BLOCKER, m, remedy, __VA_ARGS__)
#define check_warn(c, m, remedy, ...) \
	check_add(c, SEVERITY_WARNING, m, remedy, __VA_ARGS__)
#define check_note(c, m, remedy, ...) \
	check_add(c, SEVERITY_NOTE, m, remedy, __VA_ARGS__)
void check_add(const struct check *c, enum severity severity, const struct member *m,
    const char *remedy, const char *fmt, ...) UD_PRINTF(5, 6);

const struct observation *check_seen(const struct check *c, const struct member *m);

/* A detail of the member, or NULL. */
const char *check_detail(const struct check *c, const struct member *m,
    const char *key);

/* The same as a number, or fallback when it is absent or none. */
int64_t check_number(const struct check *c, const struct member *m, const char *key,
    int64_t fallback);

/* Was the question for the schema answered, with or without gaps? */
bool check_schema_seen(const struct check *c, const struct member *m);

/* Who tells a detail that is the same all over the pair: the active, else the standby,
 * else the first member that knows it. NULL: nobody does. */
const struct member *check_teller(const struct check *c, const char *key);

/* Adds ", name" or "name". */
void check_name(struct buf *list, const struct member *m);

/* Why the member does not tell: the parts it refused, or the error of the look. The first
 * reason is kept. */
void check_why_unknown(const struct check *c, const struct member *m, struct buf *ret);

/*
 * Warns that the rule was not checked, because nobody whose schema was seen tells `key`;
 * does nothing when no schema was seen at all (one finding says that for all rules).
 * what: "the return service" in "the return service is not known".
 */
void check_untold(const struct check *c, const char *key, const char *what);

/* The same for every member whose schema was seen without `key`, in one finding. */
void check_untold_each(const struct check *c, const char *key, const char *what);

/* The scheme's word about a store ("host", "port", "local") in the member's copy, or NULL.
 * Stores are compared without case. */
const char *check_store(const struct check *c, const struct member *m,
    const char *store, const char *field);

/* Does the plan have this step going forward, by its id? A plan without steps has them all:
 * then every rule is looked at. */
bool check_does(const struct check *c, const char *step);

/* What the DSN says that the member has in the new installation ("typemode"), by the file of DSNs;
 * NULL: not seen. check_new_detail(): "compat" of "compat.<installation>". */
const char *check_new_dsn(const struct check *c, const struct member *m,
    const char *attribute);
const char *check_new_detail(const struct check *c, const struct member *m,
    const char *name);

/* Is it the plan of this procedure? */
bool check_procedure_is(const struct check *c, const char *id);

/* Does the procedure replicate between members? Not with a single database. */
bool check_is_pair(const struct check *c);

/* Has the member a database in this pair? Of a single one with two places only the one does. */
bool check_has_database(const struct check *c, const struct member *m);

/* The new release replaces the old one in one installation of the member's host. */
bool check_in_place(const struct check *c, const struct member *m);

/* The member whose copy of the scheme is looked at first, or NULL: no scheme was seen. */
const struct member *check_scheme_teller(const struct check *c);

/* ---- the rules: rules_release.c, rules_scheme.c, rules_cache.c, rules_database.c,
 *      rules_space.c, rules_host.c, rules_site.c ---- */

void rule_release_parse(const struct check *c);
void rule_release_path(const struct check *c);
void rule_release_cross(const struct check *c);
void rule_release_pre7(const struct check *c);
void rule_release_duplicate(const struct check *c);
void rule_access_admin(const struct check *c);
void rule_access_public(const struct check *c);

void rule_scheme_kind(const struct check *c);
void rule_scheme_flow(const struct check *c);
void rule_marker_needed(const struct check *c);
void rule_wait_names(const struct check *c);
void rule_ports_static(const struct check *c);
void rule_return_service(const struct check *c);
void rule_cache_groups(const struct check *c);
void rule_grid_off(const struct check *c);
void rule_types_online(const struct check *c);
void rule_cache_refresh(const struct check *c);

void rule_charset_equal(const struct check *c);
void rule_parallel_equal(const struct check *c);
void rule_tables_key(const struct check *c);
void rule_inline_equal(const struct check *c);
void rule_temporary(const struct check *c);
void rule_ddl_freeze(const struct check *c);
void rule_schemes_kept(const struct check *c);
void rule_space_disk(const struct check *c);
void rule_space_log(const struct check *c);

void rule_clusterware(const struct check *c);
void rule_platform(const struct check *c);
void rule_open_transactions(const struct check *c);

void rule_installations(const struct check *c);
void rule_move_place(const struct check *c);
void rule_place_free(const struct check *c);
void rule_place_said(const struct check *c);
void rule_instance_alone(const struct check *c);
void rule_server_port(const struct check *c);
void rule_bits_online(const struct check *c);
void rule_policies_restore(const struct check *c);
void rule_clock_skew(const struct check *c);
void rule_guard_login(const struct check *c);

#endif
