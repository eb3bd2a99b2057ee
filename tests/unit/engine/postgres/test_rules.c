/*
 * A pair on which check finds nothing, and one thing at a time that it finds. A row sets or
 * removes a detail of a member, and says which rule speaks, how loudly, and of what.
 */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/rules.h"
#include "daemon/model/advisory.h"
#include "tests/unit/engine/postgres/pg_pair.h"

static struct pg_pair w;
static struct observation seen[PAIR_MEMBERS];
static struct plan plan;
static struct procedure procedure;
static int old_installation[PAIR_MEMBERS], new_installation[PAIR_MEMBERS];
static struct findings found;

/* ---- a world without trouble ---- */

static const char *const details[][2] = { { "schema_seen", "t" }, { "pg.sysid", "7" },
	{ "pg.paused", "f" }, { "pg.receiver", "streaming" }, { "pg.slots", "" },
	{ "pg.senders", "" }, { "pg.account", "upgraded" }, { "pg.account.super", "t" },
	{ "pg.account.monitor", "t" }, { "pg.host.process", "" },
	{ "pg.host.free_kib", "99999999" }, { "pg.host.available", "plpgsql pg_trgm" },
	{ "pg.size", "100000" }, { "pg.databases", "shop\ncrm" }, { "pg.pending", "" },
	{ "pg.prepared_xacts", "0\t" }, { "pg.subscriptions", "0\t" },
	{ "pg.tablespaces", "0\t" }, { "pg.managers", "0\t" },
	{ "pg.background", "0\t" }, { "pg.mismatched", "0\t" }, { "pg.archiver", "ok" },
	{ "pg.hba", "host all 0.0.0.0" }, { "pg.set.wal_level", "logical" },
	{ "pg.set.max_connections", "100" }, { "pg.set.max_worker_processes", "8" },
	{ "pg.set.max_wal_senders", "10" }, { "pg.set.max_prepared_transactions", "0" },
	{ "pg.set.max_locks_per_transaction", "64" },
	{ "pg.set.max_replication_slots", "10" },
	{ "pg.set.max_slot_wal_keep_size", "-1" },
	{ "pg.set.synchronous_standby_names", "" }, { "pg.set.data_checksums", "on" },
	{ "pg.set.wal_log_hints", "off" }, { "pg.set.recovery_min_apply_delay", "0" },
	{ "pg.set.shared_preload_libraries", "" }, { "pg.set.fsync", "on" },
	{ "pg.set.full_page_writes", "on" }, { "pg.host.libc", "2.36" },
	{ "pg.host.login", "ok" },
	{ "pg.host.icu_old", "72" }, { "pg.host.icu_new", "72" },
	{ "pg.ordered_libc", "1\tcrm" }, { "pg.ordered_icu", "0\t" } };

static const char *const topics[] = { "replica-identity", "identity-full", "identity-types", "unlogged",
	"large-objects", "triggers", "matviews", "sequences", "extensions",
	"extension-tables", "event-triggers", "publications", "collations", "types",
	"managers", "libc-indexes", "icu-indexes" };

static void
observe(struct observation *o)
{
	static const char *const databases[] = { "shop", "crm" };
	char key[64];

	observation_init(o);
	o->home = PAIR_OLD;
	o->running = o->inst[PAIR_OLD].release =
	    (struct release){ .part = { 15, 18 }, .parts = 2 };
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		settings_set(&o->details, details[i][0], details[i][1]);
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		for (size_t k = 0; k < ARRAY_SIZE(databases); k++) {
			str_printf(key, sizeof(key), "in.%s.%s", topics[i],
			    databases[k]);
			settings_set(&o->details, key, "0\t");
		}
}

static void
setup(void)
{
	pg_pair_init(&w);
	for (int i = 0; i < PAIR_MEMBERS; i++) {
		observe(&seen[i]);
		old_installation[i] = PAIR_OLD;
		new_installation[i] = PAIR_NEW;
	}
	for (int i = PAIR_B; i < PAIR_MEMBERS; i++)
		str_copy(observation_peer_add(&seen[i - 1])->store, NAME_MAX_BYTES,
		    w.members[i].name);
	plan = (struct plan){ .pair = &w.pair,
		.procedure = &procedure,
		.from = { .part = { 15, 18 }, .parts = 2 },
		.to = { .part = { 17, 12 }, .parts = 2 },
		.active = &w.members[PAIR_A],
		.standby = &w.members[PAIR_B],
		.old_installation = old_installation,
		.new_installation = new_installation };
	found = (struct findings){ 0 };
}

static void
teardown(void)
{
	findings_done(&found);
	settings_done(&plan.options);
	for (int i = 0; i < PAIR_MEMBERS; i++)
		observation_done(&seen[i]);
	pg_pair_done(&w);
}

static const struct finding *
find(const char *rule)
{
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.items[i].rule, rule) == 0)
			return &found.items[i];
	return NULL;
}

static const char *
text_of(const char *rule)
{
	const struct finding *f = find(rule);

	return f != NULL ? f->text : "(not found)";
}

static int
severity_of(const char *rule)
{
	const struct finding *f = find(rule);

	return f != NULL ? (int)f->severity : -1;
}

static void
run(const char *id)
{
	procedure.id = id;
	pg_check(&plan, seen, &found);
}

#define B SEVERITY_BLOCKER
#define W SEVERITY_WARNING
#define N SEVERITY_NOTE

/* clang-format off */
static const struct {
	const char *what, *procedure;
	int member;
	const char *key, *value; /* value NULL: removed */
	const char *rule;        /* NULL: nothing is found */
	enum severity severity;
	const char *words;
} cases[] = {
	{ "nothing, patch", "asp-patch", PAIR_A, "x", "y", NULL },
	{ "nothing, dump",  "offline-backup", PAIR_A, "x", "y", NULL },
	/* replication */
	{ "another cluster", "asp-patch", PAIR_B, "pg.sysid", "8", "pg.identity", B, "b is no copy of a: its system identifier is 8, not 7" },
	{ "replay paused", "asp-patch", PAIR_B, "pg.paused", "t", "pg.replay", B, "paused on b" },
	{ "replay paused on a subscriber", "asp-patch", PAIR_R1, "pg.paused", "t", "pg.replay", W, "paused on r1" },
	{ "a delayed standby", "asp-major", PAIR_B, "pg.set.recovery_min_apply_delay", "60000", "pg.replay", B, "60000 ms late" },
	{ "a subscriber from elsewhere", "asp-patch", PAIR_R1, "pg.source", "10.0.0.11:5433", "pg.upstream", W, "r1 receives from a, and is configured to from b" },
	{ "a subscriber from its upstream", "asp-patch", PAIR_R1, "pg.source", "10.0.0.12:5433", NULL },
	{ "no slot left", "asp-patch", PAIR_B, "pg.set.max_replication_slots", "1", "pg.slots-free", B, "max_replication_slots of b is 1: 0 are used, 2 more are needed" },
	{ "slots of others", "asp-patch", PAIR_B, "pg.slots", "\tx\tphysical\tf\treserved\n\ty\tphysical\tf\n", NULL },
	{ "no slot left for databases", "asp-major", PAIR_A, "pg.set.max_replication_slots", "3", "pg.slots-free", B, "4 more are needed" },
	{ "slots on the active are not needed", "asp-patch", PAIR_A, "pg.set.max_replication_slots", "0", NULL },
	{ "logical slots", "asp-patch", PAIR_A, "pg.slots", "\ttheirs\tlogical\tf\treserved\t0/1\t0/1\tshop\twal2json\n", "pg.logical-slots", W, "theirs" },
	{ "slots of ours", "asp-patch", PAIR_A, "pg.slots", "\tupgraded_up\tlogical\tf\treserved\t0/1\t0/1\tshop\tpgoutput\n", NULL },
	{ "a limit for slots", "asp-major", PAIR_A, "pg.set.max_slot_wal_keep_size", "1024", "pg.slot-keep", W, "1024 MB" },
	{ "a limit of time for slots", "asp-major", PAIR_A, "pg.set.idle_replication_slot_timeout", "86400", "pg.slot-keep", W, "idle_replication_slot_timeout is 86400" },
	{ "synchronous names", "asp-patch", PAIR_A, "pg.set.synchronous_standby_names", "b", "pg.synchronous", N, "\"b\"" },
	{ "a standby that lets nobody in", "asp-patch", PAIR_B, "pg.hba", "host other,more 0.0.0.0", "pg.hba", B, "pg_hba.conf of b has no line that lets replicator replicate" },
	{ "a standby that lets it in by name", "asp-patch", PAIR_B, "pg.hba", "local postgres \nhost x,replicator 0.0.0.0", NULL },
	{ "the archiver", "asp-patch", PAIR_A, "pg.archiver", "failing", "pg.archive", W, "the archiver of a fails" },
	{ "no way to rewind", "asp-patch", PAIR_A, "pg.set.data_checksums", "off", "pg.rewind", N, "pg_rewind" },
	/* the site */
	{ "Patroni by its session", "asp-patch", PAIR_A, "pg.managers", "2\tPatroni, Patroni heartbeat", "pg.failover-tool", B, "session of Patroni" },
	{ "repmgrd by its process", "asp-major", PAIR_B, "pg.host.process", "repmgrd", "pg.failover-tool", B, "repmgrd runs on host db2" },
	{ "Patroni by what it left", "asp-patch", PAIR_A, "pg.host.manager", "patroni", "pg.failover-tool", W, "files of patroni" },
	{ "repmgr by its schema", "asp-patch", PAIR_A, "in.managers.crm", "1\trepmgr", "pg.failover-tool", W, "crm: repmgr" },
	{ "an account that may not", "asp-major", PAIR_A, "pg.account.super", "f", "pg.account", B, "upgraded is no superuser on a" },
	{ "an account that has what it needs", "asp-patch", PAIR_A, "pg.account.super", "f", NULL },
	{ "no passfile on the host", "asp-patch", PAIR_B, "pg.host.login", "no password supplied", "pg.host-login", B, "the owner of b cannot log in on db2 as conninfo says: no password supplied" },
	{ "no passfile on the host of a subscriber", "asp-patch", PAIR_R1, "pg.host.login", "no password supplied", NULL },
	{ "half an upgrade", "asp-patch", PAIR_A, "release", "15.20", "pg.binaries", W, "a runs 15.18, but its files on disk are 15.20" },
	{ "a full disk", "asp-major", PAIR_B, "pg.host.free_kib", "10", "pg.disk", W, "host db2 has 0 MiB for /var/lib/postgresql/17/b" },
	{ "a full disk, patch", "asp-patch", PAIR_B, "pg.host.free_kib", "10", NULL },
	{ "a smaller standby", "asp-patch", PAIR_B, "pg.set.max_connections", "50", "pg.settings", B, "max_connections of b is 50, of a 100" },
	{ "a larger standby", "asp-patch", PAIR_B, "pg.set.max_connections", "500", "pg.settings", B, "max_connections of a will be 100 after its restart, of b, the next active, 500" },
	{ "a larger standby, offline", "offline-migrate", PAIR_B, "pg.set.max_connections", "500", NULL },
	{ "a larger subscriber", "asp-patch", PAIR_R1, "pg.set.max_connections", "500", NULL },
	{ "a subscriber that will be smaller", "asp-patch", PAIR_R1, "pg.next.max_connections", "50", "pg.settings", B, "max_connections of r1 will be 50 after its restart, of a it is 100: it would not replay" },
	{ "a standby that will be larger", "asp-patch", PAIR_B, "pg.next.max_wal_senders", "30", "pg.settings", B, "max_wal_senders of a will be 10 after its restart, of b, the next active, 30" },
	{ "an active that will be larger", "asp-patch", PAIR_A, "pg.next.max_connections", "200", NULL },
	{ "a setting that waits", "asp-patch", PAIR_A, "pg.pending", "shared_buffers", "pg.pending", W, "shared_buffers" },
	{ "a line that is not accepted", "offline-backup", PAIR_R1, "pg.bad_lines", "work_mem (/x line 3): setting could not be applied", "pg.files", B, "r1 would not start again with its configuration files: work_mem (/x line 3)" },
	{ "no fsync", "asp-patch", PAIR_A, "pg.set.fsync", "off", "pg.durability", W, "fsync is off" },
	/* databases */
	{ "wal_level", "asp-major", PAIR_A, "pg.set.wal_level", "replica", "pg.wal-level", B, "wal_level is replica" },
	{ "wal_level, patch", "asp-patch", PAIR_A, "pg.set.wal_level", "replica", NULL },
	{ "no key", "asp-major", PAIR_A, "in.replica-identity.shop", "14\tpublic.a, public.b", "pg.replica-identity", B, "shop: public.a, public.b and 12 more" },
	{ "no key, patch", "asp-patch", PAIR_A, "in.replica-identity.shop", "1\tpublic.a", NULL },
	{ "no key, offline", "offline-migrate", PAIR_A, "in.replica-identity.shop", "1\tpublic.a", NULL },
	{ "identity types", "asp-major", PAIR_A, "in.identity-types.crm", "1\tpublic.a.b", "pg.identity-types", B, "crm: public.a.b" },
	{ "identity full", "asp-major", PAIR_A, "in.identity-full.crm", "1\tpublic.a", "pg.identity-full", W, "crm: public.a" },
	{ "unlogged, patch", "asp-patch", PAIR_A, "in.unlogged.crm", "1\tpublic.a", "pg.unlogged", W, "crm: public.a" },
	{ "large objects", "asp-major", PAIR_A, "in.large-objects.crm", "1\t16402", "pg.large-objects", B, "16402" },
	{ "prepared, major", "asp-major", PAIR_A, "pg.prepared_xacts", "1\tgid1", "pg.prepared", B, "gid1" },
	{ "prepared, patch", "asp-patch", PAIR_A, "pg.prepared_xacts", "1\tgid1", "pg.prepared", W, "gid1" },
	{ "a long transaction", "asp-major", PAIR_A, "pg.oldest_xact", "3600\tprocess 7 of app in shop", "pg.long-transaction", W, "runs for 3600 s: process 7 of app in shop; no logical slot" },
	{ "a short transaction", "asp-major", PAIR_A, "pg.oldest_xact", "3\tprocess 7 of app in shop", "pg.ddl", N, "" },
	{ "triggers", "asp-major", PAIR_A, "in.triggers.shop", "1\tpublic.t on k", "pg.triggers", W, "public.t on k" },
	{ "event triggers", "asp-major", PAIR_A, "in.event-triggers.shop", "1\tlogddl", "pg.event-triggers", N, "logddl" },
	{ "materialised views", "asp-major", PAIR_A, "in.matviews.shop", "1\tpublic.mv", "pg.matviews", N, "public.mv" },
	{ "sequences", "asp-major", PAIR_A, "in.sequences.shop", "2\ta, b", "pg.sequences", N, "2 sequences" },
	{ "an extension that is missing", "asp-major", PAIR_A, "in.extensions.crm", "2\tplpgsql, postgis", "pg.extensions", B, "not there for the new release: postgis" },
	{ "an extension that is there", "offline-migrate", PAIR_A, "in.extensions.crm", "2\tplpgsql, pg_trgm", NULL },
	{ "tables of extensions", "asp-major", PAIR_A, "in.extension-tables.crm", "1\tcron.job", "pg.extensions", W, "cron.job" },
	{ "jobs", "asp-major", PAIR_A, "pg.background", "1\tpg_cron launcher", "pg.jobs", W, "pg_cron launcher" },
	{ "publications", "asp-major", PAIR_A, "in.publications.crm", "1\tp", "pg.publications", N, "crm: p" },
	{ "subscriptions", "asp-major", PAIR_A, "pg.subscriptions", "1\ts", "pg.subscriptions", B, "s" },
	{ "tablespaces", "asp-major", PAIR_A, "pg.tablespaces", "1\tfast", "pg.tablespaces", W, "fast" },
	{ "a closed database", "asp-major", PAIR_A, "pg.closed", "attic", "pg.databases", B, "attic" },
	{ "types", "asp-major", PAIR_A, "in.types.shop", "1\tpublic.r.p", "pg.types", B, "public.r.p" },
	{ "tablespaces of neighbours", "asp-major", PAIR_A, "neighbours", "1\tfast", "pg.tablespaces", B, "a and b are on one host, and a copy would use the folders of the other's tablespaces: fast" },
	{ "tablespaces, patch", "asp-patch", PAIR_A, "neighbours", "1\tfast", NULL },
	{ "another glibc", "asp-patch", PAIR_B, "pg.host.libc", "2.31", "pg.collation-hosts", B, "host db2 has glibc 2.31, host db1 has 2.36: text is ordered otherwise there, and indexes of a copy are wrong: shop: public.i; databases crm" },
	{ "another ICU", "asp-patch", PAIR_R1, "pg.host.icu_old", "67", NULL },
	{ "another ICU of the new release", "offline-migrate", PAIR_A, "pg.host.icu_new", "76", NULL },
	{ "another ICU that orders", "asp-major", PAIR_A, "icu", "76", "pg.collation-release", W, "linked to ICU 76, the old one to 72: text is ordered otherwise in databases shop" },
	{ "another ICU that orders, patch", "asp-patch", PAIR_A, "icu", "76", NULL },
	{ "workers", "asp-major", PAIR_A, "pg.set.max_worker_processes", "4", "pg.workers", B, "is 4: 5 are needed" },
	{ "a configuration elsewhere", "asp-patch", PAIR_B, "pg.host.config", "f", "pg.config-file", B, "has no postgresql.conf: it runs with another file" },
	{ "Pacemaker by its process", "asp-patch", PAIR_A, "pg.host.process", "pacemakerd", "pg.failover-tool", B, "pacemakerd runs on host db1" },
	{ "pg_auto_failover by its files", "asp-patch", PAIR_R1, "pg.host.manager", "pg_autoctl", "pg.failover-tool", W, "files of pg_autoctl" },
	{ "repmgr by its session", "asp-patch", PAIR_R1, "pg.managers", "1\trepmgrd", "pg.failover-tool", B, "session of repmgrd" },
	{ "a collation", "asp-patch", PAIR_A, "in.collations.shop", "1\tpublic.de", "pg.collation", W, "public.de" },
	{ "a database's collation", "asp-patch", PAIR_A, "pg.mismatched", "1\tshop", "pg.collation", W, "shop" },
	{ "definitions", "asp-major", PAIR_A, "x", "y", "pg.ddl", N, "definitions are not replicated" },
	/* what was not seen */
	{ "a setting that was not seen", "asp-patch", PAIR_B, "pg.set.max_wal_senders", NULL, "pg.seen", W, "max_wal_senders of b" },
	{ "a member that did not answer", "asp-patch", PAIR_B, "schema_seen", NULL, NULL },
	{ "a database that did not answer", "asp-major", PAIR_A, "in.unlogged.crm", NULL, "pg.seen", W, "crm of a" },
};
/* clang-format on */

static void
change(struct observation *o, const char *key, const char *value)
{
	if (value == NULL)
		settings_unset(&o->details, key);
	else if (str_equal(key, "release"))
		o->inst[PAIR_OLD].release.part[1] = 20;
	else if (str_equal(key, "neighbours")) {
		w.members[PAIR_B].host = w.members[PAIR_A].host;
		settings_set(&o->details, "pg.tablespaces", value);
	} else if (str_equal(key, "icu")) {
		settings_set(&o->details, "pg.ordered_icu", "1\tshop");
		settings_set(&o->details, "pg.host.icu_new", value);
	}
	else
		settings_set(&o->details, key, value);
}

START_TEST(trouble_is_found)
{
	const struct finding *f;

	settings_set(&seen[PAIR_A].details, "in.libc-indexes.shop", "1\tpublic.i");
	change(&seen[cases[_i].member], cases[_i].key, cases[_i].value);
	run(cases[_i].procedure);
	if (cases[_i].rule == NULL) {
		ck_assert_msg(found.count == 0, "%s: %s: %s", cases[_i].what,
		    found.count > 0 ? found.items[0].rule : "",
		    found.count > 0 ? found.items[0].text : "");
		return;
	}
	f = find(cases[_i].rule);
	ck_assert_msg(f != NULL, "%s: not found", cases[_i].what);
	ck_assert_msg(f->severity == cases[_i].severity, "%s: %s", cases[_i].what,
	    severity_name(f->severity));
	ck_assert_msg(strstr(f->text, cases[_i].words) != NULL, "%s: %s",
	    cases[_i].what, f->text);
}
END_TEST

START_TEST(nobody_answered_is_said_once)
{
	for (int i = 0; i < PAIR_MEMBERS; i++) {
		settings_done(&seen[i].details);
		str_copy(seen[i].error, sizeof(seen[i].error), "refused");
	}
	run("asp-major");
	ck_assert_ptr_nonnull(find("pg.seen"));
	ck_assert_str_eq(text_of("pg.seen"),
	    "not everything could be looked at: what check asks of a, what check asks of b, "
	    "what check asks of r1 (a: refused; b: refused; r1: refused)");
	ck_assert_int_eq((int)findings_count(&found, SEVERITY_BLOCKER), 0);
}
END_TEST

START_TEST(rules_are_overridden_by_name)
{
	settings_set(&seen[PAIR_A].details, "pg.managers", "1\tPatroni");
	settings_set(&seen[PAIR_A].details, "in.large-objects.crm", "1\t7");
	settings_set(&plan.options, PLAN_OVERRIDE, "x,pg.failover-tool");
	run("asp-major");
	ck_assert_int_eq(severity_of("pg.failover-tool"), SEVERITY_WARNING);
	ck_assert(str_starts(text_of("pg.failover-tool"), "overridden: "));
	ck_assert_int_eq(severity_of("pg.large-objects"), SEVERITY_BLOCKER);
}
END_TEST

START_TEST(rights_and_users_are_told)
{
	settings_set(&seen[PAIR_A].details, "pg.account.super", "f");
	settings_set(&seen[PAIR_A].details, "pg.account.lacks", "pg_promote()");
	settings_set(&seen[PAIR_B].details, "pg.account.super", "f");
	settings_set(&seen[PAIR_B].details, "pg.account.monitor", "f");
	settings_unset(&w.pair.settings, "replication.user");
	run("asp-patch");
	ck_assert_int_eq(severity_of("pg.account"), SEVERITY_BLOCKER);
	ck_assert_str_eq(text_of("pg.account"), "upgraded lacks rights on a: pg_promote()");
	ck_assert_int_eq(severity_of("pg.hba"), SEVERITY_WARNING);
	ck_assert_ptr_nonnull(strstr(text_of("pg.hba"), "no replication user"));
	settings_unset(&seen[PAIR_A].details, "pg.account.lacks");
	findings_done(&found);
	run("asp-patch");
	ck_assert_int_eq(severity_of("pg.account"), SEVERITY_WARNING);
	ck_assert_ptr_nonnull(strstr(text_of("pg.account"), "no member of pg_monitor on b"));
}
END_TEST

START_TEST(lag_and_names_are_told)
{
	seen[PAIR_B].lag_bytes = INT64_C(40) << 20;
	observation_peers_clear(&seen[PAIR_A]);
	run("asp-patch");
	ck_assert_ptr_nonnull(strstr(text_of("pg.lag"), "b is 40 MiB behind"));
	ck_assert_ptr_nonnull(strstr(text_of("pg.names"), "is known to be for b"));
}
END_TEST

/* clang-format off */
static const struct { const char *what; struct release from, to; const char *words; } ways[] = {
	{ "up",     { { 15, 18 }, 2 }, { { 17, 12 }, 2 }, NULL },
	{ "down a minor", { { 15, 20 }, 2 }, { { 15, 18 }, 2 }, NULL },
	{ "down",   { { 17, 12 }, 2 }, { { 15, 18 }, 2 }, "no way leads down" },
	{ "old",    { { 12, 9 }, 2 },  { { 15, 18 }, 2 }, "before 13" },
};
/* clang-format on */

START_TEST(releases_have_a_way)
{
	const struct finding *f;

	plan.from = ways[_i].from;
	plan.to = ways[_i].to;
	run("asp-major");
	f = find("pg.release");
	ck_assert_msg((f != NULL) == (ways[_i].words != NULL), "%s", ways[_i].what);
	if (f != NULL)
		ck_assert_ptr_nonnull(strstr(f->text, ways[_i].words));
}
END_TEST

START_TEST(one_place_for_two_releases)
{
	settings_unset(&w.members[PAIR_B].settings, "data_new");
	run("asp-major");
	ck_assert_int_eq(severity_of("pg.places"), SEVERITY_BLOCKER);
	ck_assert_ptr_nonnull(strstr(text_of("pg.places"), "b has one data directory"));
}
END_TEST

/* ---- advisories ---- */

static char id_target[] = "bad-target", id_index[] = "index", id_word[] = "word";
static char engine_name[] = "postgres", sql[] = "SELECT 1", words[] = "what",
	    todo[] = "do", where[] = "notes";
static struct release_range to_17_12[] = { { { { 17, 12 }, 2 }, { { 17, 12 }, 2 } } };
static struct release_range from_15[] = { { { { 15 }, 1 }, { { 15 }, 1 } } };
static struct advisory items[] = {
	{ .id = id_target,
	    .engine = engine_name,
	    .to = to_17_12,
	    .to_count = 1,
	    .severity = SEVERITY_BLOCKER,
	    .text = words,
	    .act = todo,
	    .source = where },
	{ .id = id_index,
	    .engine = engine_name,
	    .from = from_15,
	    .from_count = 1,
	    .severity = SEVERITY_WARNING,
	    .text = words,
	    .detect = sql,
	    .act = todo,
	    .source = where },
	{ .id = id_word,
	    .engine = engine_name,
	    .severity = SEVERITY_NOTE,
	    .text = words,
	    .act = todo,
	    .source = where },
};
static const struct advisories all = { items, ARRAY_SIZE(items) };

/* clang-format off */
static const struct {
	const char *what, *shop, *crm, *override;
	int minor; /* of the target 17.x */
	enum severity severity; /* of the first finding of rule pg.advice */
	size_t count;
	const char *words;
} advice[] = {
	{ "a target to avoid", "0\t", "0\t", NULL, 12, B, 2, "bad-target: what (notes)" },
	{ "overridden",        "0\t", "0\t", "bad-target", 12, W, 2, "overridden: bad-target: what" },
	{ "another target",    "0\t", "0\t", NULL, 11, N, 1, "word: what (notes)" },
	{ "objects",           "1\tpublic.i", "0\t", NULL, 11, W, 2, "index: what: shop: public.i (notes)" },
	{ "the same in all",   "1\tx = 1", "1\tx = 1", NULL, 11, W, 2, "index: what: shop: x = 1 (notes)" },
	{ "objects in two",    "1\ti", "1\tk", NULL, 11, W, 2, "index: what: shop: i; crm: k (notes)" },
};
/* clang-format on */

START_TEST(advisories_are_told)
{
	const struct finding *first = NULL;
	size_t count = 0;

	w.pair.advisories = &all;
	plan.to.part[1] = advice[_i].minor;
	settings_set(&seen[PAIR_A].details, "advice.index.shop", advice[_i].shop);
	settings_set(&seen[PAIR_A].details, "advice.index.crm", advice[_i].crm);
	if (advice[_i].override != NULL)
		settings_set(&plan.options, PLAN_OVERRIDE, advice[_i].override);
	run("asp-patch");
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.items[i].rule, "pg.advice") == 0 && count++ == 0)
			first = &found.items[i];
	ck_assert_msg(count == advice[_i].count, "%s: %zu", advice[_i].what, count);
	ck_assert_msg(first->severity == advice[_i].severity, "%s", advice[_i].what);
	ck_assert_msg(strstr(first->text, advice[_i].words) != NULL, "%s: %s",
	    advice[_i].what, first->text);
}
END_TEST

START_TEST(advice_that_was_not_asked_is_told)
{
	w.pair.advisories = &all;
	run("asp-patch");
	ck_assert_ptr_nonnull(strstr(text_of("pg.seen"), "index of a"));
}
END_TEST

TCase *
rules_tests(void)
{
	TCase *tc = tcase_create("rules");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, trouble_is_found, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, nobody_answered_is_said_once);
	tcase_add_test(tc, rules_are_overridden_by_name);
	tcase_add_test(tc, rights_and_users_are_told);
	tcase_add_test(tc, lag_and_names_are_told);
	tcase_add_loop_test(tc, releases_have_a_way, 0, ARRAY_SIZE(ways));
	tcase_add_test(tc, one_place_for_two_releases);
	tcase_add_loop_test(tc, advisories_are_told, 0, ARRAY_SIZE(advice));
	tcase_add_test(tc, advice_that_was_not_asked_is_told);
	return tc;
}
