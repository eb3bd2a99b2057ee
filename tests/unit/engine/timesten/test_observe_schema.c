/* The heavy looks: system tables to details, with gaps. */
#include <stdlib.h>

#include "daemon/engine/timesten/observe.h"
#include "tests/unit/engine/timesten/check_timesten.h"

static struct observation draft;

static void
loaded(void)
{
	observation_init(&draft);
	draft.inst[OLD] = (struct installation_seen){ .daemon_up = FACT_YES,
		.exists = FACT_YES,
		.loaded = FACT_YES,
		.changing = FACT_NO };
	draft.home = OLD;
}

static void
done(void)
{
	observation_done(&draft);
}

/* Asks the round-th question of these looks, which the session answers with text. */
static unsigned
answer(unsigned looks, int round, const char *text)
{
	struct outcome o = exited(0, text);
	struct question q;
	unsigned seen;

	ck_assert(tt_ask(shop("left"), looks, &draft, round, true, &q));
	ck_assert(q.via == VIA_SESSION);
	seen = q.looks;
	draft.error[0] = '\0';
	tt_answer(shop("left"), &q, &o, &draft, &seen);
	question_done(&q);
	return seen;
}

static const char *
detail(const char *key)
{
	const char *value = settings_get(&draft.details, key);

	return value != NULL ? value : "(absent)";
}

#define TABLES                                                                               \
	"< q-tables >\n< SYS, DUAL, 1, 0 >\n< OPS, ORDERS, 20, 1 >\n< OPS, ITEMS, 21, 0 >\n" \
	"< OPS, LOG, 22, 0 >\n< TTREP, TTSTORES, 3, 1 >\n"                                   \
	"< TTREP_SCHEMA_VERSION_004, REPPEERS, 4, 0 >\n"                                     \
	"< TTREP_SCHEMA_VERSION_004, TTSTORES, 5, 0 >\n"
#define INDEXES "< q-indexes >\n< 20, 01 >\n< 21, 01 >\n< 22, 00 >\n"

static const char whole[] =
    "< q-config >\n< CacheGridEnable, 0 >\n< DataStore, /ttdata/orders1 >\n"
    "< DatabaseCharacterSet, AL32UTF8 >\n< LogFileSize, 64 >\n< PermSize, 512 >\n"
    "< TypeMode, 0 >\n< Temporary, 0 >\n< SomethingElse, <NULL> >\n"
    "< q-rampolicy >\n< inUse, 30 >\n"
    "< q-monitor >\n< 524288, 118406, 12, 14 >\n"
    "< q-vmonitor >\n 2206: Table SYS.V$MONITOR not found\n"
    "< q-scheme >\n< _ACTIVESTANDBY, TTREP >\n"
    "< q-stores >\n< 101, pluto, orders1, 01, 40001 >\n< 102, SATURN, ORDERS2, 00, 0 >\n"
    "< 103, CERES, ARCHIVE1, 00, 40003 >\n"
    "< q-thresholds >\n< 101, 0 >\n< 102, 30 >\n< 103, 5 >\n"
    "< q-reppeers >\n< 101, 102, 0, 14, 2047 >\n< 101, 103, 4, -1, -1 >\n"
    "< 102, 103, 1, 3, 4 >\n"
    "< q-returns >\n< C >\n< R >\n<  >\n" TABLES INDEXES
    "< q-columns >\n< 20, 1, ID >\n< 20, 2, NAME >\n< 21, 1, ID >\n< 3, 1, X >\n"
    "< q-cachegroups >\n< OPS, CG1, Y, 05000000 >\n< OPS, CG2, P, 0x00000305 >\n"
    "< OPS, AWT, N, 0x00000300 >\n"
    "< q-notinline >\n< 20, TEXT >\n< 21, NOTE >\n< 3, X >\n"
    "< q-users >\n< 4 >\n< q-admins >\n< PAT >\n< PUBLIC >\n";

START_TEST(schema_details)
{
	/* clang-format off */
	static const struct { const char *key, *value; } rows[] = {
		{ "schema_seen", "yes" }, { "charset", "AL32UTF8" }, { "type_mode", "0" },
		{ "data_store", "/ttdata/orders1" }, { "log_file_bytes", "67108864" },
		{ "perm_size_mib", "512" }, { "temporary", "no" }, { "grace_s", "30" }, { "cache_grid", "0" },
		{ "perm_allocated_kib", "524288" }, { "perm_in_use_kib", "118406" },
		{ "first_log_file", "12" }, { "last_log_file", "14" },
		{ "scheme", "_ACTIVESTANDBY" }, { "scheme_owner", "TTREP" }, { "stores", "3" },
		{ "store.ORDERS1.host", "pluto" }, { "store.ORDERS1.port", "40001" },
		{ "store.ORDERS1.local", "yes" }, { "store.ORDERS2.port", "0" },
		{ "store.ORDERS2.local", "no" }, { "store.ORDERS2.fail_threshold", "30" },
		{ "fail_threshold", "30" }, { "store.ORDERS2.peer_state", "start" },
		{ "store.ORDERS2.sent", "14/2047" }, { "store.ARCHIVE1.peer_state", "failed" },
		{ "store.ARCHIVE1.sent", "-1/-1" }, { "return_service", "receipt" },
		{ "tables", "3" }, { "table.OPS.ORDERS.key", "yes" },
		{ "table.OPS.ITEMS.key", "yes" }, { "table.OPS.LOG.key", "no" },
		{ "tables_without_key", "OPS.LOG" },
		{ "history_schemes", "TTREP_SCHEMA_VERSION_004" }, { "cache_groups", "3" },
		{ "cachegroups_written", "OPS.AWT" }, { "public_admin", "yes" }, { "admins", "PAT PUBLIC" },
		{ "cachegroup.OPS.CG1.autorefresh", "on" },
		{ "cachegroup.OPS.CG2.autorefresh", "paused" }, { "users", "4" },
		{ "not_inline.columns", "OPS.ORDERS.TEXT OPS.ITEMS.NOTE" },
		{ "gaps", "(absent)" }, { "parallelism", "(absent)" },
		{ "stores_alike", "(absent)" }, { "table.SYS.DUAL.key", "(absent)" },
	};
	/* clang-format on */

	ck_assert_uint_eq(answer(LOOK_SCHEMA, 0, whole), LOOK_SCHEMA);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(str_equal(detail(rows[i].key), rows[i].value), "%s: %s",
		    rows[i].key, detail(rows[i].key));
	ck_assert_uint_eq(strlen(detail("schema_fingerprint")), 16);
	ck_assert(str_starts(detail("not_inline"), "2 "));
	ck_assert_str_eq(draft.error, "");
}
END_TEST

/* ITEMS and LOG have no primary key; what may be null is no key, where that is told. */
#define UNIQUES "< q-uniques >\n< OPS, ITEMS, ITEMS_U >\n< OPS, LOG, LOG_U >\n"
#define KEYS                                                                                \
	"< q-keycolumns >\n< OPS, ITEMS, ITEMS_U, ID >\n< OPS, ITEMS, ITEMS_U, NOTE >\n" \
	"< OPS, LOG, LOG_U, ID >\n< OPS, LOG, LOG_I, NOTE >\n< OPS, ORDERS, ORDERS, ID >\n"
#define NULLABLES                                                                            \
	"< q-nullables >\n< OPS, ITEMS, NOTE >\n< OPS, LOG, NOTE >\n< OPS, ORDERS, ID >\n"

START_TEST(keys_may_not_be_null)
{
	/* clang-format off */
	static const struct { const char *text, *without; } rows[] = {
		{ TABLES INDEXES NULLABLES UNIQUES KEYS, "OPS.ITEMS" },
		{ TABLES NULLABLES UNIQUES KEYS, "OPS.ITEMS" },
		{ TABLES INDEXES, "OPS.LOG" },
		{ TABLES INDEXES NULLABLES UNIQUES "< q-keycolumns >\n 2206: no\n", "OPS.LOG" },
		{ TABLES INDEXES "< q-nullables >\n" UNIQUES KEYS, "" },
		{ TABLES NULLABLES UNIQUES "< q-keycolumns >\n", "OPS.ITEMS OPS.LOG" },
		{ TABLES INDEXES NULLABLES UNIQUES "< q-keycolumns >\n", "OPS.LOG" },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		(void)answer(LOOK_SCHEMA, 0, rows[i].text);
		ck_assert_msg(str_equal(detail("tables_without_key"), rows[i].without),
		    "%zu: %s", i, detail("tables_without_key"));
	}
}
END_TEST

/* By their columns, in one order whatever the rows come in; by none of them where it is not told. */
START_TEST(columns_of_unique_indexes)
{
	(void)answer(LOOK_SCHEMA, 0,
	    TABLES INDEXES NULLABLES
	    "< q-uniques >\n< OPS, LOG, B >\n< OPS, LOG, A >\n< OPS, LOG, C >\n< OPS, ORDERS, P >\n"
	    "< q-keycolumns >\n< OPS, LOG, A, YEAR >\n< OPS, LOG, B, NOTE >\n< OPS, LOG, A, MY NO >\n"
	    "< OPS, LOG, C, MY NO >\n< OPS, LOG, C, YEAR >\n< OPS, ORDERS, P, NO >\n");
	ck_assert_str_eq(detail("table.OPS.LOG.unique"), "MY_NO+YEAR NOTE?");
	ck_assert_str_eq(detail("table.OPS.LOG.key"), "yes");
	ck_assert_str_eq(detail("table.OPS.ORDERS.unique"), "NO");
	ck_assert_str_eq(detail("table.OPS.ITEMS.unique"), "(absent)");
	(void)answer(LOOK_SCHEMA, 0, TABLES INDEXES);
	ck_assert_str_eq(detail("table.OPS.LOG.unique"), "(absent)");
}
END_TEST

START_TEST(columns_of_keys)
{
	(void)answer(LOOK_SCHEMA, 0,
	    TABLES
	    "< q-primaries >\n< 20, 0x00010002000000000000 >\n< 3, 0001 >\n");
	ck_assert_str_eq(detail("table.OPS.ORDERS.primary"), "00010002");
	ck_assert_str_eq(detail("table.OPS.ITEMS.primary"), "none");
	ck_assert_str_eq(detail("table.TTREP.TTSTORES.primary"), "(absent)");
	(void)answer(LOOK_SCHEMA, 0, TABLES "< q-primaries >\n 2206: no such column\n");
	ck_assert_str_eq(detail("table.OPS.ITEMS.primary"), "(absent)");
}
END_TEST

START_TEST(fingerprints)
{
	static const char *const texts[] = {
		TABLES "< q-columns >\n< 20, 1, ID >\n< 21, 1, ID >\n",
		TABLES
		"< q-columns >\n< 21, 1, ID >\n< 20, 1, ID >\n", /* other order */
		TABLES
		"< q-columns >\n< 20, 1, ID >\n< 21, 1, IDX >\n", /* other column */
		TABLES "< q-columns >\n 2206: refused\n",
	};
	char first[32];

	(void)answer(LOOK_SCHEMA, 0, texts[0]);
	str_copy(first, sizeof(first), detail("schema_fingerprint"));
	(void)answer(LOOK_SCHEMA, 0, texts[1]);
	ck_assert_str_eq(detail("schema_fingerprint"), first);
	(void)answer(LOOK_SCHEMA, 0, texts[2]);
	ck_assert_str_ne(detail("schema_fingerprint"), first);
	(void)answer(LOOK_SCHEMA, 0, texts[3]);
	ck_assert_str_eq(detail("schema_fingerprint"), "(absent)");
}
END_TEST

START_TEST(refused_parts_are_gaps)
{
	unsigned seen;

	settings_set(&draft.details, "charset", "from before");
	settings_set(&draft.details, "store.GONE.port", "1");
	seen = answer(LOOK_SCHEMA, 0,
	    "< q-config >\n15100: User lacks privilege\n< q-monitor >\n 2206: no\n"
	    "< q-vmonitor >\n< 1024, 512, 1, 2 >\n< q-scheme >\n< q-stores >\n"
	    "< q-thresholds >\n 2211: no such column\n< q-reppeers >\n"
	    "< q-returns >\n" TABLES "< q-indexes >\n 2206: no\n< q-columns >\n"
	    "< q-cachegroups >\n");

	ck_assert_uint_eq(seen, LOOK_SCHEMA);
	ck_assert_str_eq(detail("charset"), "(absent)");
	ck_assert_str_eq(detail("store.GONE.port"), "(absent)");
	ck_assert_str_eq(detail("perm_in_use_kib"), "512");
	ck_assert_str_eq(detail("scheme"), "none");
	ck_assert_str_eq(detail("stores"), "0");
	ck_assert_str_eq(detail("fail_threshold"), "(absent)");
	ck_assert_str_eq(detail("return_service"), "none");
	ck_assert_str_eq(detail("cache_groups"), "0");
	ck_assert_str_eq(detail("table.OPS.ORDERS.key"), "yes");
	ck_assert_str_eq(detail("table.OPS.ITEMS.key"), "unknown");
	ck_assert_str_eq(detail("tables_without_key"), "(absent)");
	ck_assert_str_eq(detail("gaps"), "config thresholds indexes notinline users");
}
END_TEST

START_TEST(nothing_answered_is_not_seen)
{
	ck_assert_uint_eq(answer(LOOK_SCHEMA, 0, "  994: connection lost\n"), 0);
	ck_assert_str_eq(detail("schema_seen"), "(absent)");
	ck_assert_str_ne(draft.error, "");
}
END_TEST

START_TEST(all_refused_was_looked_at)
{
	ck_assert_uint_eq(answer(LOOK_SCHEMA, 0,
			      "< q-config >\n 7000: Unknown procedure\n"
			      "< q-tables >\n 2206: no\n< q-columns >\n 2206: no\n"),
	    LOOK_SCHEMA);
	ck_assert_str_eq(detail("schema_seen"), "(absent)");
	ck_assert_str_eq(detail("schema_asked"), "yes");
	ck_assert_str_eq(draft.error, "");
}
END_TEST

START_TEST(what_is_refused_for_now_is_asked_again)
{
	ck_assert_uint_eq(answer(LOOK_SCHEMA, 0,
			      TABLES "< q-columns >\n 6003: Lock request denied\n"),
	    0);
	ck_assert_str_eq(detail("schema_asked"), "(absent)");
	ck_assert_str_ne(draft.error, "");
}
END_TEST

START_TEST(a_cut_answer_is_a_gap)
{
	(void)answer(LOOK_SCHEMA, 0,
	    "< q-tables >\n< OPS, A, 1, 1 >\n[... 900 bytes left out ...]\n"
	    "< OPS, Z, 9, 1 >\n< q-users >\n< 4 >\n");
	ck_assert_str_eq(detail("tables"), "(absent)");
	ck_assert_str_eq(detail("users"), "4");
}
END_TEST

START_TEST(stores_of_one_name)
{
	(void)answer(LOOK_SCHEMA, 0,
	    "< q-stores >\n< 1, A, rep, 01, 1 >\n< 2, B, REP, 00, 2 >\n");
	ck_assert_str_eq(detail("stores_alike"), "yes");
	ck_assert_str_eq(detail("stores"), "2");
}
END_TEST

START_TEST(kept_schemes_are_read_by_names)
{
	struct question q;

	(void)answer(LOOK_SCHEMA, 0, TABLES INDEXES);
	ck_assert_str_eq(detail("history.TTREP_SCHEMA_VERSION_004.tables"), "REPPEERS TTSTORES");
	ck_assert(tt_ask(shop("left"), LOOK_SCHEMA, &draft, 1, true, &q));
	ck_assert_uint_eq(q.looks, 0); /* the schema was seen without it */
	ck_assert_ptr_nonnull(strstr(q.statements,
	    "select 'h-TTREP_SCHEMA_VERSION_004', 'stores', TT_STORE_ID, "));
	ck_assert_ptr_nonnull(strstr(q.statements, " from TTREP.REPELEMENTS;"));
	question_done(&q);
	(void)answer(LOOK_SCHEMA, 1,
	    " 2206: Table TTREP_SCHEMA_VERSION_004.REPLICATIONS not found\n"
	    "< h-TTREP_SCHEMA_VERSION_004, stores, 7, orders1, PLUTO, <NULL> >\n"
	    "< h-TTREP_SCHEMA_VERSION_004, returns, 7, R >\n"
	    "< h-TTREP_SCHEMA_VERSION_004, returns, 8, C >\n"
	    "< h-TTREP, stores, 8, ORDERS1, PLUTO, 40001 >\n< h-TTREP, members, OPS, ITEMS >\n");
	ck_assert_str_eq(detail("history.TTREP_SCHEMA_VERSION_004.scheme"), "(absent)");
	ck_assert_str_eq(detail("history.TTREP_SCHEMA_VERSION_004.stores"), "ORDERS1@PLUTO:0");
	ck_assert_str_eq(detail("history.TTREP_SCHEMA_VERSION_004.returns"),
	    "ORDERS1:RECEIPT 8:COMMIT");
	ck_assert_str_eq(detail("history.TTREP.stores"), "ORDERS1@PLUTO:40001");
	ck_assert_str_eq(detail("history.TTREP.members"), "OPS.ITEMS");

	/* When they are gone, so are the words about them. */
	(void)answer(LOOK_SCHEMA, 0, "< q-tables >\n< OPS, ORDERS, 20, 1 >\n");
	ck_assert_str_eq(detail("history.TTREP.members"), "(absent)");
	ck_assert(!tt_ask(shop("left"), LOOK_SCHEMA, &draft, 1, true, &q));
}
END_TEST

START_TEST(rows_are_counted_by_name)
{
	struct question q;
	unsigned seen;

	(void)answer(LOOK_ROWS, 0, TABLES INDEXES);
	ck_assert_str_eq(detail("tables"), "3");
	ck_assert(tt_ask(shop("left"), LOOK_ROWS, &draft, 1, true, &q));
	ck_assert_uint_eq(q.looks, LOOK_ROWS);
	ck_assert_str_eq(q.statements,
	    "select 'r-OPS.ORDERS' from dual;\nselect count(*) from OPS.ORDERS;\n"
	    "select 'r-OPS.ITEMS' from dual;\nselect count(*) from OPS.ITEMS;\n"
	    "select 'r-OPS.LOG' from dual;\nselect count(*) from OPS.LOG;\n"
	    "select 'r-' from dual;\n");
	question_done(&q);
	seen = answer(LOOK_ROWS, 1,
	    "< r-OPS.ORDERS >\n< 1200 >\n< r-OPS.ITEMS >\n< 0 >\n< r-OPS.LOG >\n< 7 >\n< r- >\n");
	ck_assert_uint_eq(seen, LOOK_ROWS);
	ck_assert_str_eq(detail("rows.OPS.ORDERS"), "1200");
	ck_assert_str_eq(detail("rows.OPS.LOG"), "7");
	ck_assert_str_eq(detail("rows_total"), "1207");
	ck_assert(!tt_ask(shop("left"), LOOK_ROWS, &draft, 2, true, &q));
}
END_TEST

START_TEST(a_table_that_was_not_counted)
{
	(void)answer(LOOK_ROWS, 0, TABLES INDEXES);
	ck_assert_uint_eq(
	    answer(LOOK_ROWS, 1,
		"< r-OPS.ORDERS >\n< 1200 >\n 2206: Table OPS.ITEMS not found\n"
		"< r-OPS.LOG >\n< 7 >\n< r- >\n"),
	    0);
	ck_assert_str_eq(detail("rows_total"), "(absent)");
	ck_assert_str_eq(draft.error, "rows: 2206: Table OPS.ITEMS not found");
}
END_TEST

START_TEST(odd_names_are_quoted)
{
	struct question q;

	(void)answer(LOOK_ROWS, 0,
	    "< q-tables >\n< Ops, my table, 1, 1 >\n< q-indexes >\n");
	ck_assert(tt_ask(shop("left"), LOOK_ROWS, &draft, 1, true, &q));
	ck_assert_str_eq(q.statements,
	    "select 'r-Ops.my table' from dual;\nselect count(*) from \"Ops\".\"my table\";\n"
	    "select 'r-' from dual;\n");
	question_done(&q);
}
END_TEST

START_TEST(no_tables_is_an_answer)
{
	(void)answer(LOOK_ROWS, 0, "< q-tables >\n< q-indexes >\n");
	ck_assert_uint_eq(answer(LOOK_ROWS, 1, "< r- >\n"), LOOK_ROWS);
	ck_assert_str_eq(detail("rows_total"), "0");
}
END_TEST

TCase *
observe_schema_tests(void)
{
	TCase *tc = tcase_create("observe schema");

	tcase_add_checked_fixture(tc, loaded, done);
	tcase_add_test(tc, schema_details);
	tcase_add_test(tc, keys_may_not_be_null);
	tcase_add_test(tc, columns_of_unique_indexes);
	tcase_add_test(tc, columns_of_keys);
	tcase_add_test(tc, fingerprints);
	tcase_add_test(tc, refused_parts_are_gaps);
	tcase_add_test(tc, nothing_answered_is_not_seen);
	tcase_add_test(tc, all_refused_was_looked_at);
	tcase_add_test(tc, what_is_refused_for_now_is_asked_again);
	tcase_add_test(tc, a_cut_answer_is_a_gap);
	tcase_add_test(tc, stores_of_one_name);
	tcase_add_test(tc, kept_schemes_are_read_by_names);
	tcase_add_test(tc, rows_are_counted_by_name);
	tcase_add_test(tc, a_table_that_was_not_counted);
	tcase_add_test(tc, odd_names_are_quoted);
	tcase_add_test(tc, no_tables_is_an_answer);
	return tc;
}
