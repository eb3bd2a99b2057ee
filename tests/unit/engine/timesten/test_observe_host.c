/* What tools and the host are asked: releases, policies, clock, platform, transactions. */
#include <stdlib.h>

#include "tests/unit/engine/timesten/observe_look.h"

START_TEST(releases_and_bits)
{
	char text[RELEASE_TEXT];

	look_begin("left", LOOK_RELEASE);
	look_step("version=11.2.2.8.35\nbits=64\n");
	look_outcome(
	    exited(127, "sh: /tt/new/bin/ttVersion: No such file or directory\n"));
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(release_text(&look.draft.inst[OLD].release, text),
	    "11.2.2.8.35");
	ck_assert(!release_is_set(&look.draft.inst[NEW].release));
	ck_assert_str_eq(settings_get(&look.draft.details, "bits"), "64");
	ck_assert_str_eq(look.draft.error, "");
	ck_assert_str_eq(look_step(""), "nothing");
	look_begin("left", LOOK_RELEASE);
	for (int i = 0; i < 4; i++)
		look_step("no\n");
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen, 0);
	ck_assert(!release_is_set(&look.draft.inst[OLD].release));
	ck_assert_ptr_null(settings_get(&look.draft.details, "bits"));
	ck_assert_str_ne(look.draft.error, "");
}
END_TEST

/* 6.0 does not know -m. Who does not know it is asked again, in the same round. */
START_TEST(releases_without_dash_m)
{
	char text[RELEASE_TEXT];
	static const char plain[] =
	    "TimesTen Release 6.017 (32 bit Linux/x86) (tt60:16100)\n";

	look_begin("left", LOOK_RELEASE);
	look_outcome(exited(1, "usage: ttVersion\n"));
	look_step("version=11.2.1.9.0\nbits=64\n");
	ck_assert_str_eq(look_step(plain), "old ttVersion");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_str_eq(release_text(&look.draft.inst[OLD].release, text), "6.0.17");
	ck_assert_str_eq(release_text(&look.draft.inst[NEW].release, text), "11.2.1.9.0");
	ck_assert_str_eq(settings_get(&look.draft.details, "bits.0"), "32");
	ck_assert_str_eq(look.draft.error, "");
	look_begin("left", LOOK_RELEASE); /* both */
	look_outcome(exited(1, "usage: ttVersion\n"));
	look_outcome(exited(1, "usage: ttVersion\n"));
	look_step(plain);
	ck_assert_str_eq(look_step(plain), "new ttVersion");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(release_text(&look.draft.inst[NEW].release, text), "6.0.17");
	look_begin("left", LOOK_RELEASE); /* it was replaced */
	look_step("version=7.0.5.1.0\nbits=64\n");
	look_step("version=11.2.1.9.0\nbits=64\n");
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
}
END_TEST

/* A tool that asks the main daemon: without it nothing is told, and that is known. */
START_TEST(a_release_that_only_the_daemon_tells)
{
	static const char down[] = "ttVersion: Could not connect to the TimesTen daemon.\n";

	look_begin("left", LOOK_RELEASE);
	look_step("version=11.2.2.8.35\nbits=64\n");
	look_outcome(exited(1, down));
	look_outcome(exited(1, down));
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert(!look.draft.inst[OLD].release_untold);
	ck_assert(look.draft.inst[NEW].release_untold);
	ck_assert(!release_is_set(&look.draft.inst[NEW].release));
	look_begin("left", LOOK_RELEASE); /* both are down */
	for (int i = 0; i < 4; i++)
		look_outcome(exited(1, down));
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert(look.draft.inst[OLD].release_untold);
	look_begin("left", LOOK_RELEASE); /* neither does it say why */
	for (int i = 0; i < 4; i++)
		look_outcome(exited(1, "Segmentation fault\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert(!look.draft.inst[OLD].release_untold);
}
END_TEST

START_TEST(policies)
{
	look_load("left");
	look_begin("left", LOOK_POLICY);
	ck_assert_str_eq(
	    look_step("RAM Residence Policy : inUse\nReplication Agent Policy : always\n"
		 "RAM Residence Grace (Secs) : 30\n"),
	    "old ttAdmin");
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_POLICY);
	ck_assert_str_eq(look.draft.inst[OLD].ram_policy, "inuse");
	ck_assert_str_eq(look.draft.inst[OLD].replication_policy, "always");
	ck_assert_str_eq(settings_get(&look.draft.details, "ram_grace_s"), "30");
	look_begin("left", LOOK_POLICY);
	look_outcome(exited(1, "*** ODBC Error = S1000, TimesTen Error = 799\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(look.draft.inst[OLD].ram_policy, "");
}
END_TEST

START_TEST(clocks)
{
	struct outcome o = exited(0, "1700000000.250123456\n");

	o.started_wall_ms = INT64_C(1700000000000);
	o.ended_wall_ms = INT64_C(1700000000100);
	look_begin("left", LOOK_CLOCK);
	ck_assert_str_eq(look_outcome(o), "old date");
	ck_assert_uint_eq(look.seen, LOOK_CLOCK);
	ck_assert_str_eq(settings_get(&look.draft.details, "clock_offset_ms"), "200");
	ck_assert_str_eq(settings_get(&look.draft.details, "clock_round_trip_ms"),
	    "100");
	o = exited(0, "date: illegal option\n");
	look_begin("left", LOOK_CLOCK);
	look_outcome(o);
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_ptr_null(settings_get(&look.draft.details, "clock_offset_ms"));
}
END_TEST

/* What the question for the host is answered with. */
static void
host_says(const char *text)
{
	look_begin("left", LOOK_CLOCK);
	ck_assert_str_eq(look_step("1700000000.5\n"), "old date");
	ck_assert_str_eq(look_step(text), "old sh");
}

START_TEST(hosts)
{
	const struct settings *d = &look.draft.details;

	host_says(HOST "end:\n");
	ck_assert_str_eq(settings_get(d, "platform"), "Linux x86_64");
	ck_assert_str_eq(settings_get(d, "free.export_kib"), "5000000");
	ck_assert_str_eq(settings_get(d, "free.log_kib"), "7000000");
	ck_assert_str_eq(settings_get(d, "clusterware"), "no");
	host_says(HOST "managed: [ORDERS1] /tt/conf/cluster.oracle.ini\nend:\n");
	ck_assert_str_eq(settings_get(d, "clusterware"), "/tt/conf/cluster.oracle.ini");
	host_says("platform: Linux x86_64\n"); /* cut off */
	ck_assert_ptr_null(settings_get(d, "clusterware"));
	ck_assert_ptr_null(settings_get(d, "free.log_kib"));
}
END_TEST

/* What a main daemon and a DSN are told: of the DSN that is the member's, in its installation. */
START_TEST(options_and_attributes)
{
	const struct settings *d = &look.draft.details;

	host_says(HOST "place: 300\ncompat: 0 no\ncompat: 1 yes\n"
		       "dsn: 1 [other]\nattribute: 1 [other] TypeMode=7\n"
		       "dsn: 1 [ORDERS1]\nattribute: 1 [ORDERS1] TypeMode=1\n"
		       "attribute: 1 [orders1] DatabaseCharacterSet=AL32UTF8\n"
		       "attribute: 1 [orders1] typemode=0\nattribute: 9 [orders1] Temporary=1\nend:\n");
	ck_assert_str_eq(settings_get(d, "free.place_kib"), "300");
	ck_assert_str_eq(settings_get(d, "compat.0"), "no");
	ck_assert_str_eq(settings_get(d, "compat.1"), "yes");
	ck_assert_str_eq(settings_get(d, "dsn.1"), "yes");
	ck_assert_str_eq(settings_get(d, "dsn.1.typemode"), "1"); /* the first counts */
	ck_assert_str_eq(settings_get(d, "dsn.1.databasecharacterset"), "AL32UTF8");
	ck_assert_ptr_null(settings_get(d, "dsn.0"));
	ck_assert_ptr_null(settings_get(d, "dsn.9.temporary"));
	host_says(HOST "end:\n");
	ck_assert_ptr_null(settings_get(d, "dsn.1.typemode"));
	ck_assert_ptr_null(settings_get(d, "compat.1"));
}
END_TEST

/* A DSN with a user: whoever connects from now on is the administrator all the same. */
START_TEST(logins)
{
	char *string;

	host_says(HOST "login: [other]\nlogin: [orders\nend:\n");
	string = tt_connection(look.m, OLD, false);
	ck_assert_str_eq(string, "DSN=orders1;AutoCreate=0");
	free(string);
	host_says(HOST "login: [ORDERS1]\nend:\n");
	string = tt_connection(look.m, OLD, false);
	ck_assert_str_eq(string, "DSN=orders1;AutoCreate=0;UID=;PWD=;PWDCrypt=");
	free(string);
	string = tt_connection(look.m, NEW, true);
	ck_assert_str_eq(string, "DSN=orders1;UID=;PWD=;PWDCrypt=");
	free(string);
}
END_TEST

/* When an open transaction was seen first is kept; that of an agent is none. */
START_TEST(transactions)
{
	const struct settings *d = &look.draft.details;
	struct outcome o = exited(0, XACTS("1.21"));

	look_begin("left", LOOK_BASIC | LOOK_CLOCK);
	for (int i = 0; i < 2; i++)
		look_step(i == 0 ? LOADED("/ttdata/orders1") : EMPTY);
	look_step("1700000000.5\n");
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	look_step(HOST "end:\n");
	o.ended_wall_ms = 1000;
	ck_assert_str_eq(look_outcome(o), "old ttXactAdmin");
	ck_assert_str_eq(settings_get(d, "transactions"), "1");
	ck_assert_str_eq(settings_get(d, "xact.1.21"), "4711 1000 ttIsql");
	look.round--;
	o.ended_wall_ms = 13000;
	look_outcome(o);
	ck_assert_str_eq(settings_get(d, "xact.1.21"), "4711 1000 ttIsql");
	look.round--;
	look_step(XACTS("1.22"));
	ck_assert_ptr_null(settings_get(d, "xact.1.21"));
	look.round--;
	look_step("TT15100: User lacks privilege ADMIN\n");
	ck_assert_ptr_null(settings_get(d, "transactions"));
}
END_TEST

TCase *
observe_host_tests(void)
{
	TCase *tc = tcase_create("observe host");

	tcase_add_checked_fixture(tc, look_init, look_done);
	tcase_add_test(tc, releases_and_bits);
	tcase_add_test(tc, releases_without_dash_m);
	tcase_add_test(tc, a_release_that_only_the_daemon_tells);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, clocks);
	tcase_add_test(tc, hosts);
	tcase_add_test(tc, logins);
	tcase_add_test(tc, options_and_attributes);
	tcase_add_test(tc, transactions);
	return tc;
}
