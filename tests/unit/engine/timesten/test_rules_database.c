/* Rules about what is in a database and how much room that takes: sets, keys, cache groups, the log. */
#include "tests/unit/engine/timesten/check_rules.h"
#include "tests/unit/engine/timesten/rules_case.h"
#include "tests/unit/engine/timesten/rules_change.h"
#include "tests/unit/engine/timesten/rules_world.h"

/* clang-format off */
static void asks_little(void) { settings_set(&w.plan.options, "perm_size", "1023"); }
static void asks_enough(void) { settings_set(&w.plan.options, "perm_size", "1024"); }
static void asks_much(void) { settings_set(&w.plan.options, "perm_size", "2048"); }
static void asks_utf8(void) { settings_set(&w.plan.options, "charset", "al32utf8"); }
static void other_key(void) { settings_set(&w.seen[M1].details, "table.A.X.primary", "0001");
	settings_set(&w.seen[M2].details, "table.A.X.primary", "00010002");
	settings_set(&w.seen[M2].details, "table.A.ONLY_HERE.primary", "0001"); }
static void same_key(void) { settings_set(&w.seen[M1].details, "table.A.X.primary", "0001");
	settings_set(&w.seen[M2].details, "table.A.X.primary", "0001"); }
static void uniques(const char *m1, const char *m2) { settings_set(&w.seen[M1].details, "table.A.X.unique", m1);
	settings_set(&w.seen[M2].details, "table.A.X.unique", m2); }
static void primaries(const char *m1, const char *m2) { settings_set(&w.seen[M1].details, "table.A.X.primary", m1);
	settings_set(&w.seen[M2].details, "table.A.X.primary", m2); }
static void no_primary_there(void) { primaries("0001", "none"); }
static void other_unique(void) { primaries("none", "none"); uniques("CODE ID+NO", "ID"); }
static void null_there(void) { uniques("ID+NO", "ID+NO?"); }
static void null_in_common(void) { uniques("CODE? ID", "CODE? NO"); }
static void same_unique(void) { primaries("none", "none"); uniques("CODE ID+NO", "CODE ID+NO"); }
static void one_more(void) { uniques("ID+NO", "CODE ID+NO"); }
static void one_more_beside(void) { primaries("0001", "0001"); uniques("ID", "CODE? ID"); }
static void no_key_here(void) { uniques("CODE?", ""); settings_set(&w.seen[M1].details, "tables_without_key", "A.X"); }
static void out_of_line(void) { settings_set(&w.seen[M2].details, "not_inline", "2 f");
	settings_set(&w.seen[M2].details, "not_inline.columns", "A.T.NOTE A.T.TEXT");
	settings_set(&w.seen[M1].details, "not_inline", "1 e");
	settings_set(&w.seen[M1].details, "not_inline.columns", "A.T.TEXT");
	settings_set(&w.seen[SUB].details, "not_inline", "1 e"); }
static void transaction(int64_t age_ms) { w.seen[M1].at_wall_ms = 1000000 + age_ms;
	settings_set(&w.seen[M1].details, "transactions", "1");
	settings_set(&w.seen[M1].details, "xact.1.21", "4711 1000000 ttIsql"); }
static void transaction_new(void) { transaction(0); }
static void transaction_old(void) { transaction(12000); }
static void written(int64_t bytes_per_s) { w.seen[M1].write_bytes_per_s = bytes_per_s; }
static void written_little(void) { written(1024); settings_set(&w.seen[M1].details, "fail_threshold", "10"); }
static void written_much(void) { written(1048576); settings_set(&w.seen[M1].details, "fail_threshold", "10"); }
static void log_fits(void) { written(1024); settings_set(&w.seen[M1].details, "free.log_kib", "1048576"); }
static void log_full(void) { written(1048576); settings_set(&w.seen[M1].details, "free.log_kib", "1048576"); }
/* clang-format on */

static void
converts(void)
{
	single();
	plan_follows("convert-charset");
}

/* The files of DSNs were read: a set of its own, of the new DSN of m1. */
static void
new_set(const char *charset)
{
	settings_set(&w.seen[M1].details, "dsn.1.databasecharacterset", charset);
}

/* clang-format off */
static void new_set_other(void) { plan_walks("migrate-out", NULL); new_set("WE8ISO8859P1"); }
static void new_set_same(void) { plan_walks("migrate-out", NULL); new_set("al32utf8"); }
static void single_set_other(void) { single(); new_set("WE8ISO8859P1"); }
static void converts_nothing(void) { converts(); new_set("AL32UTF8"); }
static void converts_other(void) { converts(); new_set("WE8ISO8859P1"); }
static void unloads(void) { plan_walks("unload", NULL); }
static void two_places(void) { single(); settings_set(&w.members[M1].settings, "path", "/data/x");
	settings_set(&w.members[M1].settings, "path_new", "/data2/x"); }
/* clang-format on */

static void
pair_major(void)
{
	plan_follows("asp-major");
}

static void
pair_cache(void)
{
	pair_major();
	set_string(&w.pair.cache.user, "terry");
	set_string(&w.pair.cache.password_file, "/secret");
}

static void
pair_cache_written(void)
{
	pair_cache();
	settings_set(&w.seen[0].details, "cachegroups_written", "A.W");
}

static void
single_cache(void)
{
	single();
	set_string(&w.pair.cache.user, "terry");
	set_string(&w.pair.cache.password_file, "/secret");
}

/* The same with the step that turns autorefresh on again. */
static void
single_refresh(void)
{
	single_cache();
	plan_walks("migrate-out", "refresh-on");
}

static void
grid_is_off(void)
{
	single_cache();
	crossing("7.0.5.1.0", "11.2.1.9.0");
	settings_set(&w.seen[M1].details, "dsn.1.cachegridenable", "0");
}

static void
cache_from_7(void)
{
	single_cache();
	crossing("7.0.5.1.0", "11.2.1.9.0");
}

/* clang-format off */
static const struct rule_case cases[] = {
	{ "a patch with cache",	  patch_beside, M1, "cache_groups", "2", "cache.groups", NOTE, "m1", "2 cache groups" },
	{ "single: no keys",	  single, M1, "tables_without_key", "A.X", "tables.key", QUIET },
	{ "single: no log held",  single, M1, "fail_threshold", "10", "space.log", QUIET },
	{ "single: an export",	  single, 0, NULL, NULL,	"space.disk", NOTE, "m1", "/backup" },
	{ "it has that set",	  asks_utf8, 0, NULL, NULL,	"charset.equal", BLOCK, "m1", "is AL32UTF8 already" },
	{ "a character set less", converts, 0, NULL, NULL,	"charset.equal", WARN, "m1", "AL32UTF8" },
	{ "bytes are kept",	  converts, M1, "charset", "TIMESTEN8", "charset.equal", QUIET },
	{ "single: cache, nobody", single, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups" },
	{ "single: cache, known", single_cache, M1, "cache_groups", "1", "cache.groups", NOTE, "m1", "1 cache group:" },
	{ "no grid before",	  cache_from_7, M1, "cache_groups", "1", "grid.off", WARN, "m1", "before 11.2.1" },
	{ "grid is off in the DSN", grid_is_off, M1, "cache_groups", "1", "grid.off", QUIET },
	{ "no cache, no grid",	  cache_from_7, 0, NULL, NULL,	"grid.off", QUIET },
	{ "a grid already",	  single_cache, M1, "cache_groups", "1", "grid.off", QUIET },
	{ "cache: Oracle's set",  single_cache, M1, "cache_groups", "1", "charset.equal", NOTE, NULL, "of its Oracle database, AL32UTF8" },
	{ "no cache, no Oracle",  single_cache, 0, NULL, NULL, "charset.equal", QUIET },

	{ "another set in a new DSN", new_set_other, 0, NULL, NULL, "charset.equal", BLOCK, "m1", "the new DSN of m1 has the character set WE8ISO8859P1, the databases have AL32UTF8" },
	{ "the same in a new DSN", new_set_same, 0, NULL, NULL,	"charset.equal", QUIET },
	{ "single: it converts",  single_set_other, 0, NULL, NULL, "charset.equal", WARN, "m1", "ttMigrate converts" },
	{ "nothing to convert",	  converts_nothing, 0, NULL, NULL, "charset.equal", BLOCK, "m1", "has the character set of the database" },
	{ "something to convert", converts_other, 0, NULL, NULL, "charset.equal", WARN, "m1", "characters of AL32UTF8" },
	{ "a temporary one",	  unloads, M2, "temporary", "yes", "temporary", BLOCK, "m2", "unloading it destroys it" },
	{ "a permanent one",	  unloads, M2, "temporary", "no", "temporary", QUIET },
	{ "nobody unloads it",	  sets_ports, M2, "temporary", "yes", "temporary", QUIET },
	{ "other character set",  NULL, M2, "charset", "WE8ISO8859P1", "charset.equal", BLOCK, "m2", "AL32UTF8" },
	{ "the same, lower case", NULL, M2, "charset", "al32utf8", "charset.equal", QUIET },
	{ "one not told",	  NULL, SUB, "charset", NULL,	"charset.equal", WARN, NULL, "of s1 is not known" },
	{ "none told",		  NULL, ALL, "charset", NULL,	"charset.equal", WARN, NULL, "of m1, m2, s1 is not known" },

	{ "a table without key",  NULL, M1, "tables_without_key", "A.X A.Y", "tables.key", BLOCK, "m1", "2 tables without a key cannot be replicated; what the old active has there would be lost with it: A.X, A.Y" },
	{ "everybody is ADMIN",	  NULL, M1, "public_admin", "yes", "access.public", WARN, "m1", "ADMIN is granted to PUBLIC in m1" },
	{ "nobody else is",	  NULL, 0, NULL, NULL, "access.public", QUIET },
	{ "copies of schemes",	  NULL, M1, "tables_without_key", "TTREP_SCHEMA_VERSION_004.T", "tables.key", QUIET },
	{ "one of two",		  NULL, M1, "tables_without_key", "TTREP_SCHEMA_VERSION_004.T A.X", "tables.key", BLOCK, "m1", "1 table " },
	{ "another key",	  other_key, 0, NULL, NULL, "tables.key", BLOCK, "m2", "another one than in m1, and rows are not found by it: A.X" },
	{ "no key there",	  no_primary_there, 0, NULL, NULL, "tables.key", BLOCK, "m2", "another one than in m1, and rows are not found by it: A.X" },
	{ "another unique index", other_unique, 0, NULL, NULL, "tables.key", BLOCK, "m2", "m2 has no unique index of those by which m1 finds rows: A.X" },
	{ "null on one side",	  null_there, 0, NULL, NULL, "tables.key", BLOCK, "m2", "m2 has no unique index of those" },
	{ "null on both sides",	  null_in_common, 0, NULL, NULL, "tables.key", BLOCK, "m2", "m2 has no unique index of those" },
	{ "unique alike",	  same_unique, 0, NULL, NULL, "tables.key", QUIET },
	{ "one unique more",	  one_more, 0, NULL, NULL, "tables.key", WARN, "m2", "may be refused by the other: A.X" },
	{ "one beside the key",	  one_more_beside, 0, NULL, NULL, "tables.key", WARN, "m2", "may be refused by the other: A.X" },
	{ "no key on any side",	  no_key_here, 0, NULL, NULL, "tables.key", BLOCK, "m1", "1 table without a key" },
	{ "keys alike",		  same_key, 0, NULL, NULL, "tables.key", QUIET },
	{ "keys not told",	  NULL, ALL, "tables_without_key", NULL, "tables.key", WARN, NULL, "m1, m2, s1" },
	{ "standby tells keys",	  NULL, M1, "tables_without_key", NULL, "tables.key", QUIET },
	{ "cache groups",	  NULL, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups" },
	{ "cache, nobody known",  pair_major, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups, and ttMigrate" },
	{ "a known administrator", pair_cache, M1, "cache_groups", "2", "cache.groups", NOTE, "m1", "2 cache groups: cache agents" },
	{ "cache groups written", pair_cache_written, M1, "cache_groups", "1", "cache.groups", BLOCK, "m1", "not read-only (A.W)" },
	{ "no cache groups",	  pair_major, 0, NULL, NULL, "cache.groups", QUIET },
	{ "cache groups unknown", NULL, M2, "cache_groups", NULL, "cache.groups", WARN, NULL, "of m2" },
	{ "other columns out of line", out_of_line, 0, NULL, NULL, "inline.equal", BLOCK, "m2", "line: A.T.NOTE" },
	{ "all out of line alike", NULL, ALL, "not_inline", "3 e", "inline.equal", QUIET },
	{ "too many to name",	  NULL, SUB, "not_inline", "900 e", "inline.equal", BLOCK, "s1", "among many" },
	{ "lines unknown",	  NULL, ALL, "not_inline", NULL, "inline.equal", WARN, NULL, "out of line of m1, m2, s1" },
	{ "single: lines",	  single, M1, "not_inline", NULL, "inline.equal", QUIET },
	{ "refresh is lost",	  single_cache, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", WARN, "m1", "on for A.C, and ttMigrate" },
	{ "refresh comes again",  single_refresh, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", NOTE, "m1", "on for A.C" },
	{ "refresh is paused",	  single_refresh, M1, "cachegroup.A.C.autorefresh", "paused", "cache.refresh", NOTE, "m1", "paused for A.C" },
	{ "refresh is off",	  single_refresh, M1, "cachegroup.A.C.autorefresh", "off", "cache.refresh", QUIET },
	{ "a patch refreshes",	  patch_beside, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", QUIET },
	{ "a short transaction",  transaction_new, 0, NULL, NULL, "open.transactions", NOTE, "m1", "1 transaction is open on m1 now: ttIsql (process 4711)" },
	{ "a long transaction",	  transaction_old, 0, NULL, NULL, "open.transactions", WARN, "m1", "(process 4711), seen 12.0 s ago already" },
	{ "nothing is open",	  NULL, 0, NULL, NULL,		"open.transactions", QUIET },
	{ "open on the standby",  NULL, M2, "transactions", "3", "open.transactions", QUIET },
	{ "transactions unknown", NULL, M1, "transactions", NULL, "open.transactions", NOTE, "m1", "not checked" },

	{ "room for the export",  NULL, 0, NULL, NULL,		"space.disk", NOTE, "m2", "about 1024 MiB in /backup on host host2" },
	{ "much room",		  NULL, M2, "perm_in_use_kib", "104857601", "space.disk", NOTE, "m2", "101 GiB" },
	{ "size of the active",	  NULL, M2, "perm_in_use_kib", NULL, "space.disk", NOTE, "m2", "1024 MiB" },
	{ "size unknown",	  NULL, ALL, "perm_in_use_kib", NULL, "space.disk", WARN, NULL, "perm_in_use_size" },
	{ "a patch exports not",  patch, 0, NULL, NULL,		"space.disk", QUIET },
	{ "a second one beside",  two_places, M1, "perm_allocated_kib", "3145728", "space.disk", NOTE, "m1", "needs about 2048 MiB on disk, at /data2/x on host host1, and 3072 MiB of memory" },
	{ "no room for a second", two_places, M1, "free.place_kib", "2097151", "space.disk", WARN, "m1", "may need 2048 MiB on disk beside the first" },
	{ "room for a second",	  two_places, M1, "free.place_kib", "2097152", "space.disk", NOTE, "m1", "the second database of m1" },
	{ "too small a PermSize", asks_little, 0, NULL, NULL,	"space.disk", BLOCK, "m2", "perm_size=1023 is below what is in use in m2, 1024 MiB" },
	{ "a DSN with too small a one", NULL, M2, "dsn.1.permsize", "1023", "space.disk", BLOCK, "m2", "the new DSN's PermSize=1023 is below" },
	{ "what is asked for counts", asks_much, M2, "dsn.1.permsize", "1023", "space.disk", NOTE, "m2", "needs about" },
	{ "a narrow PermSize",	  asks_enough, 0, NULL, NULL,	"space.disk", WARN, "m2", "perm_size=1024 is hardly more" },
	{ "a wide PermSize",	  asks_much, 0, NULL, NULL,	"space.disk", NOTE, "m2", "needs about" },
	{ "a PermSize, not known", asks_little, ALL, "perm_in_use_kib", NULL, "space.disk", WARN, NULL, "perm_in_use_size" },
	{ "no threshold",	  NULL, 0, NULL, NULL,		"space.log", NOTE, "m1", "4 h" },
	{ "threshold",		  NULL, M1, "fail_threshold", "10", "space.log", WARN, NULL, "10 log files (640 MiB)" },
	{ "threshold, written little", written_little, 0, NULL, NULL, "space.log", NOTE, NULL, "lately 4 MiB an hour" },
	{ "threshold, written much", written_much, 0, NULL, NULL, "space.log", WARN, NULL, "lately 3600 MiB an hour" },
	{ "the log fits",	  log_fits, 0, NULL, NULL,	"space.log", NOTE, "m1", "where 1024 MiB are free" },
	{ "the log does not fit", log_full, 0, NULL, NULL,	"space.log", WARN, "m1", "where 1024 MiB are free" },
	{ "room for the export, seen", NULL, M2, "free.export_kib", "2097152", "space.disk", NOTE, "m2", "where 2048 MiB are free" },
	{ "no room for the export", NULL, M2, "free.export_kib", "1048575", "space.disk", WARN, "m2", "where 1024 MiB are free" },
	{ "threshold unknown",	  NULL, ALL, "fail_threshold", NULL, "space.log", WARN, NULL, "FAILTHRESHOLD" },
};
/* clang-format on */

START_TEST(rule)
{
	rule_case_check(&cases[_i]);
}
END_TEST

TCase *
rules_database_tests(void)
{
	TCase *tc = tcase_create("database");

	tcase_add_checked_fixture(tc, world_init, world_done);
	tcase_add_loop_test(tc, rule, 0, (int)ARRAY_SIZE(cases));
	return tc;
}
