#include "common/str.h"
#include "tests/unit/engine/timesten/check_timesten.h"

/* clang-format off */
static const struct { const char *what, *text; enum role role; } roles[] = {
	{ "7.0, 18.1 and later", "< ACTIVE >\n", ROLE_ACTIVE },
	{ "11.2.1: two columns", "< IDLE, NO GRID >\n", ROLE_IDLE },
	{ "11.2.2: two columns", "< STANDBY, AVAILABLE >\n", ROLE_STANDBY },
	{ "other case, prompt", "Command> < Recovering >", ROLE_RECOVERING },
	{ "padded", "\n\n< FAILED               >\r\n1 row found.\r\n", ROLE_FAILED },
	{ "a word nobody documents", "< PROMOTING >\n", ROLE_UNKNOWN },
	{ "only the first row", "< SLEEPING >\n< ACTIVE >\n", ROLE_UNKNOWN },
	{ "the grid column does not count", "< <NULL>, ACTIVE >\n", ROLE_UNKNOWN },
	{ "no row", " 8145: not replicated\n", ROLE_UNKNOWN },
	{ "nothing", "", ROLE_UNKNOWN },
};

static const struct { const char *what, *text; int result; } waits[] = {
	{ "arrived", "< 00 >\n", 0 },
	{ "late", "Command> < 01 >", 1 },
	{ "hexadecimal", "< 0x00 >\n", 0 },
	{ "an error", " 8191: not involved\n", -1 },
	{ "nothing", "", -1 },
	{ "not documented", "< 02 >\n", -1 },
	{ "two columns", "< 00, 00 >\n", -1 },
	{ "null", "< <NULL> >\n", -1 },
};
/* clang-format on */

START_TEST(role_words)
{
	enum role role = ROLES;
	struct ud_error err;
	int rc = tt_role_parse(roles[_i].text, &role, &err);

	ck_assert_msg(role == roles[_i].role, "%s: %s", roles[_i].what,
	    role_name(role));
	ck_assert_msg(rc == (role == ROLE_UNKNOWN ? -1 : 0), "%s", roles[_i].what);
}
END_TEST

START_TEST(wait_results)
{
	ck_assert_msg(tt_wait_parse(waits[_i].text) == waits[_i].result, "%s",
	    waits[_i].what);
}
END_TEST

START_TEST(bookmarks)
{
	struct bookmark b;
	struct ud_error err;

	ck_assert_int_eq(
	    tt_bookmark_parse("< 14, 2047560, 14, 2043904, 14, 2047232 >\n", &b, &err),
	    0);
	ck_assert(b.written.set && b.written.file == 14 && b.written.offset == 2047560);
	ck_assert(b.forced.set && b.forced.offset == 2043904);
	ck_assert(b.held.set && b.held.offset == 2047232);
	ck_assert_int_eq(tt_bookmark_parse("< 14, 4294967296000, 14, 20, -1, -1 >\n",
			     &b, &err),
	    0);
	ck_assert(b.held.set && b.held.file == -1);
	ck_assert_int_eq(tt_bookmark_parse("< 14, 20, 14, 20, -1 >\n", &b, &err), -1);
	ck_assert_int_eq(tt_bookmark_parse("< 1, 2, x, 4, 5, 6 >\n", &b, &err), -1);
	ck_assert_int_eq(tt_bookmark_parse("", &b, &err), -1);
}
END_TEST

START_TEST(log_holds)
{
	struct tt_hold h[3];
	int n = tt_holds_parse(
	    "< 14, 2035712, Checkpoint                    , orders1.ds0 >\n"
	    "< 14, 2039808, Checkpoint                    , orders1.ds1 >\n"
	    "< 13, 2047232, Replication                   , SATURN:ORDERS2 >\n"
	    "< 15, 1, Replication                   , CERES:ARCHIVE1 >\n",
	    h, 3);

	ck_assert_int_eq(n, 4);
	ck_assert_str_eq(h[0].type, "Checkpoint");
	ck_assert_str_eq(h[0].store, "");
	ck_assert_str_eq(h[2].host, "SATURN");
	ck_assert_str_eq(h[2].store, "ORDERS2");
	ck_assert(h[2].at.file == 13 && h[2].at.offset == 2047232 && h[2].at.set);
	ck_assert_int_eq(tt_holds_parse("", h, 3), 0);
	ck_assert_int_eq(tt_holds_parse("< a, b, c >\n", h, 3), 0);
}
END_TEST

START_TEST(peers)
{
	struct peer_seen p[2];
	int n = tt_peers_parse(
	    "< ORDERS2, SATURN, 40002, START     , 1, 4, _ACTIVESTANDBY, TTREP >\n"
	    "< ARCHIVE1, CERES, auto, failed, 0, <NULL>, _ACTIVESTANDBY, TTREP >\n"
	    "< THIRD, X, y, stop, -, 1, _ACTIVESTANDBY, TTREP >\n",
	    p, 2);

	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(p[0].store, "ORDERS2");
	ck_assert_str_eq(p[0].host, "SATURN");
	ck_assert_int_eq(p[0].port, 40002);
	ck_assert_str_eq(p[0].state, "start");
	ck_assert_int_eq(p[0].logs, 1);
	ck_assert_int_eq(p[0].last_message_s, 4);
	ck_assert(!p[0].held.set);
	ck_assert_int_eq(p[1].port, 0);
	ck_assert_str_eq(p[1].state, "failed");
	ck_assert_int_eq(p[1].last_message_s, -1);
	n = tt_peers_parse("< THIRD, X, y, stop, -, z >\n", p, 2);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(p[0].port, -1);
	ck_assert_int_eq(p[0].logs, -1);
	ck_assert_int_eq(tt_peers_parse("0 rows found.\n", p, 2), 0);
}
END_TEST

/* Our own session and other databases of the instance do not count. */
START_TEST(applications)
{
	static const char text[] =
	    "< /data/orders1, 4502, 0000000008C96738, replication     , 0, REPHOLD, 2 >\n"
	    "< /data/orders1, 4410, 0000000009C72C00, application     , 0, orders1, 1 >\n"
	    "< /data/orders1, 4411, 0000000009C72C00, application     , 0, upgraded, 3 >\n"
	    "< /data/orders1, 4412, 0000000009C72C00, application     , 0, UPGRADED_1, 4 >\n"
	    "< /data/hr, 4413, 0000000009C72C00, application     , 0, hr, 1 >\n"
	    "< /data/orders1, 4413, 0000000009C72C00, subdaemon       , 0, Manager, 2047 >\n";

	ck_assert_int_eq(tt_applications_parse(text, "/data/orders1", "orders1"), 1);
	ck_assert_int_eq(tt_applications_parse(text, "/Data/Orders1", "orders1"), 1);
	ck_assert_int_eq(tt_applications_parse(text, "/data/hr", NULL), 1);
	ck_assert_int_eq(tt_applications_parse(text, "", "orders1"), 2);
	ck_assert_int_eq(tt_applications_parse(text, "/data/none", "orders1"), -1);
	ck_assert_int_eq(tt_applications_parse("0 rows found.\n", "", "orders1"), -1);
	ck_assert_int_eq(tt_applications_parse(
			     "< /d/o, 1, 00, application, 0, upgraded, 3 >\n", "/d/o", "o"),
	    0);
}
END_TEST

/* No document names the kind of a client's proxy: what is not the database's own counts. */
START_TEST(kinds_of_connections)
{
	static const char *const own[] = { "replication", "REPLICATION", "subdaemon",
		"cache agent", "cacheagent", "oracleagent", "Cache Agent     " };
	static const char *const others[] = { "application", "Process", "server", "client",
		"APPLICATION     " };
	char text[128];

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		str_printf(text, sizeof(text), "< /d/o, 1, 00, %s, 0, x, 3 >\n", own[i]);
		ck_assert_msg(tt_applications_parse(text, "/d/o", "o") == 0, "%s", own[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		str_printf(text, sizeof(text), "< /d/o, 1, 00, %s, 0, x, 3 >\n", others[i]);
		ck_assert_msg(tt_applications_parse(text, "/d/o", "o") == 1, "%s", others[i]);
	}
}
END_TEST

/* A tool that knows no ConnectionName: it was asked over a connection, and that one is ours. */
START_TEST(a_session_without_a_name_of_its_own)
{
#define ROW(name) "< /d/orders1, 44, 0C, application, 0, " name ", 1 >\n"
	ck_assert_int_eq(tt_applications_parse(ROW("orders1"), "/d/orders1", "orders1"), 0);
	ck_assert_int_eq(
	    tt_applications_parse(ROW("ORDERS1") ROW("orders1"), "/d/orders1", "orders1"), 1);
	ck_assert_int_eq(tt_applications_parse(ROW("billing"), "/d/orders1", "orders1"), 1);
	ck_assert_int_eq(
	    tt_applications_parse(ROW("orders1") ROW("upgraded"), "/d/orders1", "orders1"), 1);
	ck_assert_int_eq(tt_applications_parse(ROW("orders1"), "/d/orders1", NULL), 1);
	ck_assert_int_eq(tt_applications_parse(
			     "< /d/o, 1, 0, application, 0, a_very_long_name_of_a_source_n, 1 >\n",
			     "/d/o", "a_very_long_name_of_a_source_name"),
	    0);
#undef ROW
}
END_TEST

TCase *
tt_builtin_tests(void)
{
	TCase *tc = tcase_create("built-ins");

	tcase_add_loop_test(tc, role_words, 0, ARRAY_SIZE(roles));
	tcase_add_loop_test(tc, wait_results, 0, ARRAY_SIZE(waits));
	tcase_add_test(tc, bookmarks);
	tcase_add_test(tc, log_holds);
	tcase_add_test(tc, peers);
	tcase_add_test(tc, applications);
	tcase_add_test(tc, kinds_of_connections);
	tcase_add_test(tc, a_session_without_a_name_of_its_own);
	return tc;
}
