/* Reports of our own making, in the wordings of releases 6.0 to 26.1. */
#include <stdlib.h>

#include "common/buf.h"
#include "tests/unit/engine/timesten/check_timesten.h"

#define HEAD_1121                                                   \
	"TimesTen status report as of Mon May 12 07:41:10 2025\n\n" \
	"Daemon pid 2201 port 53390 instance tta\n"                 \
	"TimesTen server pid 2210 started on port 53391\n"          \
	"------------------------------------------------------------------------\n"
#define HEAD_221                                                                     \
	"TimesTen status report as of Mon May 12 07:41:10 2025\n\n"                  \
	"Daemon pid 811 port 6624 instance ttb\n"                                    \
	"TimesTen server pid 820 started on port 6625\n"                             \
	"------------------------------------------------------------------------\n" \
	"------------------------------------------------------------------------\n"
#define TAIL                                                                         \
	"------------------------------------------------------------------------\n" \
	"Accessible by group tt\nEnd of report\n"
#define COLUMNS \
	"Type            PID     Context             Connection Name              ConnID\n"
#define SUBDAEMONS                                                                          \
	"Subdaemon       2208    0x000000000b2a11f0  Manager                        2047\n" \
	"Subdaemon       2208    0x000000000b2e7a70  Deadlock Detector              2043\n" \
	"Subdaemon       2208    0x000000000b32e2f0  Log Marker                     2039\n"
#define POLICIES \
	"Replication policy  : Manual\nCache Agent policy  : Manual\nPL/SQL enabled.\n"

static void
parse(const char *text, struct tt_status *ret)
{
	struct ud_error err = { 0 };

	ck_assert_msg(tt_status_parse(text, ret, &err) == 0, "%s", err.text);
}

/* The only store of a report. */
static struct tt_store_status
one(const char *text)
{
	struct tt_store_status store;
	struct tt_status s;

	parse(text, &s);
	ck_assert_int_eq(s.daemon_up, FACT_YES);
	ck_assert_int_eq(s.count, 1);
	store = s.stores[0];
	tt_status_done(&s);
	return store;
}

START_TEST(a_daemon_that_is_down)
{
	static const char *const texts[] = {
		"ttStatus: Could not connect to the TimesTen daemon.\nIf the TimesTen daemon is"
		" not running, please start it\nby running \"ttDaemonAdmin -start\".\n",
		"ttStatus: Could not connect to TimesTen daemon: Connection refused",
		"ttstatus: could not connect to the TimesTen service.\r\n",
		"*** TT0799: Unable to connect to daemon; check daemon status\n",
		"The TimesTen daemon is not running.\n",
	};
	struct tt_status s;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		parse(texts[i], &s);
		ck_assert_int_eq(s.daemon_up, FACT_NO);
		ck_assert_int_eq(s.count, 0);
		tt_status_done(&s);
	}
}
END_TEST

START_TEST(what_is_no_report_is_an_error)
{
	static const char *const texts[] = {
		"", "sh: ttStatus: command not found\n",
		HEAD_1121
		"Data store /ttdata/orders1\nThere are no connections to the data"
		" store\n" /* cut off */
	};
	struct ud_error err;
	struct tt_status s;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert_int_eq(tt_status_parse(texts[i], &s, &err), -1);
		ck_assert_int_eq(err.code, UD_EPARSE);
	}
}
END_TEST

/* What stands in the part that was not kept is not known: a store that is not listed may be there. */
START_TEST(a_report_without_its_middle)
{
	struct tt_status s;
	struct ud_error err;

	ck_assert_int_eq(tt_status_parse(HEAD_221 "Data store /data/a\n[... 70000 bytes left out ...]\n"
						  "There are no connections to the data store\n" TAIL,
			     &s, &err),
	    -1);
	ck_assert_int_eq(err.code, UD_EPARSE);
	ck_assert_int_eq(tt_status_parse(HEAD_221 "[... 7 bytes left out ...]\n" TAIL, &s, &err), -1);
}
END_TEST

/* A row for each of many connections. */
START_TEST(many_connections)
{
	struct buf b = { 0 };
	struct tt_store_status t;

	buf_adds(&b, HEAD_221 "Data store /data/a\nThere are 5012 connections to the data store\n" COLUMNS);
	for (int i = 0; i < 5000; i++)
		buf_addf(&b, "Process         %-7d 0x%016x  %-30s %5d\n", 4000 + i, 4096 + i, "a",
		    i + 1);
	buf_adds(&b, SUBDAEMONS POLICIES TAIL);
	t = one(buf_text(&b));
	ck_assert_int_eq(t.connections, 5012);
	ck_assert_int_eq(t.applications, 5000);
	ck_assert_int_eq(t.loaded, FACT_YES);
	buf_done(&b);
}
END_TEST

START_TEST(other_spaces)
{
	struct tt_store_status t =
	    one("  \tDaemon   pid\t3011  port 1 instance\ttta \r\n---------\r\n"
		" DATA\tSTORE   /tt data/orders1\r\n\r\n"
		" There\tare  no   connections to the data store \r\n"
		"\tREPLICATION  agent:   RUNNING\r\n Replication  policy\t:  Always\r\n"
		"---------\r\n  END   of\treport \r\n");

	ck_assert_str_eq(t.path, "/tt data/orders1");
	ck_assert_int_eq(t.connections, 0);
	ck_assert_int_eq(t.replication_agent, AGENT_RUNNING);
	ck_assert_str_eq(t.replication_policy, "always");
}
END_TEST

START_TEST(no_store)
{
	struct tt_status s;

	parse(HEAD_1121 "Accessible by group tt\nEnd of report", &s);
	ck_assert_int_eq(s.daemon_up, FACT_YES);
	ck_assert_int_eq(s.count, 0);
	ck_assert_str_eq(s.instance, "tta");
	tt_status_done(&s);
}
END_TEST

START_TEST(in_use_policy_unloaded)
{
	struct tt_store_status t =
	    one(HEAD_1121 "Data store /ttdata/orders1\n"
			  "There are no connections to the data store\n" POLICIES TAIL);

	ck_assert_str_eq(t.path, "/ttdata/orders1");
	ck_assert_int_eq(t.loaded, FACT_NO);
	ck_assert_int_eq(t.changing, FACT_NO);
	ck_assert_int_eq(t.connections, 0);
	ck_assert_int_eq(t.applications, 0);
	ck_assert_int_eq(t.replication_agent, AGENT_STOPPED);
	ck_assert_str_eq(t.replication_policy, "manual");
	ck_assert_str_eq(t.ram_policy, "");
	ck_assert_int_eq(t.open, FACT_UNKNOWN);
}
END_TEST

START_TEST(manually_unloaded)
{
	struct tt_store_status t = one(HEAD_1121
	    "Data store /ttdata/orders1\n"
	    "There are no connections to the data store\nRAM residence policy: Manual\n"
	    "Data store is manually unloaded from RAM\n" POLICIES TAIL);

	ck_assert_int_eq(t.loaded, FACT_NO);
	ck_assert_int_eq(t.manually_loaded, FACT_NO);
	ck_assert_str_eq(t.ram_policy, "manual");
}
END_TEST

START_TEST(loaded_with_agents)
{
	struct tt_store_status t = one(HEAD_221
	    "Data store /ttdata/orders2\n"
	    "Daemon pid 811 port 6624 instance ttb\n"
	    "TimesTen server pid 820 started on port 6625\n"
	    "There are 9 connections to the data store\n"
	    "Shared Memory Key 0x0d0091be ID 14\n"
	    "PL/SQL Memory Key 0x0c0091be ID 13 Address 0x5000000000\n" COLUMNS
	    "Cache Agent     5120    0x00000000226641d8  Garbage Collector(140287013222    5\n"
	    "Process         4410    0x0000000009c72c00  orders2                           1\n"
	    "Server          4411    0x0000000009c72d00  orders2                           9\n"
	    "Replication     5188    0x000007f1c04018a0  REPHOLD                           8\n"
	    "Replication     5188    0x000007f1c0510aa0  TRANSMITTER(M):7                 10\n"
	    "Replication     5188    0x000007f1c0510bb0  RECEIVER                         11\n" SUBDAEMONS
	    "Open for user connections\nRAM residence policy: manual\n"
	    "Data store is manually loaded into RAM\nReplication policy  : Norestart\n"
	    "Replication agent is running.\nCache Agent policy  : Always\n"
	    "Cache agent is running.\nPL/SQL enabled.\n" TAIL);

	ck_assert_int_eq(t.loaded, FACT_YES);
	ck_assert_int_eq(t.changing, FACT_NO);
	ck_assert_int_eq(t.connections, 9);
	ck_assert_str_eq(t.holders,
	    "Cache Agent 5120, orders2 (Process 4410), orders2 (Server 4411), Replication 5188");
	ck_assert_int_eq(t.applications, 2);
	ck_assert_int_eq(t.subdaemons, 3);
	ck_assert_int_eq(t.replication_agent, AGENT_RUNNING);
	ck_assert_int_eq(t.cache_agent, AGENT_RUNNING);
	ck_assert_str_eq(t.replication_policy, "norestart");
	ck_assert_str_eq(t.cache_policy, "always");
	ck_assert_int_eq(t.manually_loaded, FACT_YES);
	ck_assert_int_eq(t.open, FACT_YES);
}
END_TEST

START_TEST(changing_and_closed)
{
	static const char text[] = HEAD_221
	    "Data store /ttdata/billing\n"
	    "Daemon pid 811 port 6624 instance ttb\n"
	    "DATA STORE IN PROCESS OF BEING LOADED INTO RAM\n"
	    "There are no connections to the data store\nOpen for user connections\n" POLICIES
	    "------------------------------------------------------------------------\n"
	    "Closed to user connections\nData store /ttdata/orders2\n"
	    "There are 15 connections to the data store, ***3 pending disconnection***\n"
	    "Shared Memory Key 0x0d0091be ID 14\n" POLICIES TAIL;
	struct tt_status s;

	parse(text, &s);
	ck_assert_int_eq(s.count, 2);
	ck_assert_int_eq(s.stores[0].loaded, FACT_UNKNOWN);
	ck_assert_int_eq(s.stores[0].changing, FACT_YES);
	ck_assert_int_eq(s.stores[0].open, FACT_YES);
	ck_assert_int_eq(s.stores[1].loaded, FACT_YES);
	ck_assert_int_eq(s.stores[1].changing, FACT_YES);
	ck_assert_int_eq(s.stores[1].open, FACT_NO);
	ck_assert_int_eq(s.stores[1].connections, 15);
	ck_assert_msg(s.stores[1].applications == -1,
	    "a count without rows tells no kinds");
	tt_status_done(&s);
}
END_TEST

START_TEST(being_unloaded)
{
	struct tt_store_status t = one(HEAD_1121
	    "Data store /ttdata/orders1\n"
	    "DATA STORE IN PROCESS OF BEING UNLOADED FROM RAM\n"
	    "DATA STORE IS IN FLUX BY PROCESS 2208 - Disconnect processing nFluxWaiters=1\n"
	    "There is 1 connection to the data store\nShared Memory KEY 0x0a00c1f2 ID 1\n" POLICIES
		TAIL);

	ck_assert_int_eq(t.changing, FACT_YES);
	ck_assert_int_eq(t.loaded, FACT_YES);
	ck_assert_int_eq(t.connections, 1);
}
END_TEST

START_TEST(other_wordings)
{
	struct tt_store_status t = one(
	    "\r\nTimesTen status report as of Fri Nov 2\r\n\r\n"
	    "Daemon pid 880 port 15100 instance tt70c\r\n"
	    "TimesTen webserver pid 889 started on port 15104\r\n\r\n"
	    "------------------------------------------------\r\n\r\n"
	    "  Database   /ttdata/Orders1\r\n"
	    "There are 3 connections to the database\r\n"
	    "Data store is in shared mode\r\nsomething that nobody knows\r\n"
	    "Shared Memory KEY 0x060041a7 ID 98307\r\n"
	    "Type            PID     Context     Connection Name              ConnID\r\n"
	    "Process         990     0x08d33f10  orders1                           1\r\n"
	    "Oracle Agent    991     0x08d33f10  orders1                           2\r\n"
	    "Subdaemon       912     0x081a11f0  Worker                         2042\r\n"
	    "REPLICATION POLICY  : Manual\r\nOracle agent policy : Always\r\n"
	    "------------------------------------------------\r\nEnd of report");

	ck_assert_str_eq(t.path, "/ttdata/Orders1");
	ck_assert_int_eq(t.connections, 3);
	ck_assert_int_eq(t.applications, 1);
	ck_assert_int_eq(t.cache_agent, AGENT_RUNNING);
	ck_assert_int_eq(t.replication_agent, AGENT_STOPPED);
	ck_assert_str_eq(t.cache_policy, "always");
}
END_TEST

START_TEST(plain_rows)
{
	struct tt_store_status t = one(
	    HEAD_1121 "Data store /ttdata/orders1\n"
		      "There are 2 connections to the data store\n"
		      "Process pid 19180 context 0xacd7e8 connected (KEY 0x060036f0)\n"
		      "Subdaemon pid 17 context 0xacd7e8 connected (KEY 0x060036f0)\n"
		      "Cache agent restart policy: manual\n" TAIL);

	ck_assert_int_eq(t.applications, 1);
	ck_assert_str_eq(t.holders, "Process 19180");
	ck_assert_int_eq(t.subdaemons, 1);
	ck_assert_str_eq(t.cache_policy, "manual");
}
END_TEST

START_TEST(failed_to_load)
{
	struct tt_store_status t = one(HEAD_1121
	    "Data store /ttdata/orders1\n"
	    "There are no connections to the data store\nRAM residence policy: Manual\n"
	    "Data store should be manually loaded but inactive due to failures\n" TAIL);

	ck_assert_int_eq(t.loaded, FACT_NO);
}
END_TEST

START_TEST(an_agent_that_is_not_running)
{
	struct tt_store_status t = one(HEAD_1121
	    "Data store /ttdata/orders1\n"
	    "There are no connections to the data store\nReplication policy  : Manual\n"
	    "Replication agent is not running.\n" TAIL);

	ck_assert_int_eq(t.replication_agent, AGENT_STOPPED);
}
END_TEST

START_TEST(noise_between_the_lines)
{
	struct buf b = { 0 };
	struct tt_store_status t;

	buf_adds(&b, HEAD_1121);
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, "Warning: lorem ipsum dolor sit amet\n");
	buf_adds(&b, "Data store /ttdata/orders1\n");
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, "warning: consectetur adipiscing\n");
	buf_adds(&b, "There are no connections to the data store\n" TAIL);
	t = one(buf_text(&b));
	ck_assert_int_eq(t.loaded, FACT_NO);
	buf_done(&b);
}
END_TEST

#define TWO_STORES                                                             \
	HEAD_1121                                                              \
	"Data store /a/ORDERS1\nThere are no connections to the data store\n"  \
	"------------------------------------------------------------------\n" \
	"Data store /b/orders1\nThere are no connections to the data store\n"  \
	"------------------------------------------------------------------\n" \
	"Data store /b/orders10\nThere are no connections to the data store\n" TAIL

START_TEST(the_store_of_a_member)
{
	const struct tt_store_status *found;
	struct member m = *shop("left");
	struct settings with_path = { 0 };
	struct tt_status s;

	parse(TWO_STORES, &s);
	ck_assert_int_eq(tt_status_find(&s, &m, OLD, &found), 2);
	ck_assert_ptr_null(found);
	ck_assert_int_eq(tt_status_find(&s, shop("right"), OLD, &found), 0);
	settings_set(&with_path, "dsn", "orders1");
	settings_set(&with_path, "path", "/b/orders1");
	m.settings = with_path;
	ck_assert_int_eq(tt_status_find(&s, &m, OLD, &found), 1);
	ck_assert_str_eq(found->path, "/b/orders1");
	settings_set(&with_path, "path", "/A/Orders1");
	m.settings = with_path;
	ck_assert_int_eq(tt_status_find(&s, &m, OLD, &found), 1);
	ck_assert_str_eq(found->path, "/a/ORDERS1");
	settings_set(&with_path, "path", "/b/orders1");
	settings_set(&with_path, "path_new", "/a/ORDERS1");
	m.settings = with_path;
	ck_assert_int_eq(tt_status_find(&s, &m, NEW, &found), 1);
	ck_assert_str_eq(found->path, "/a/ORDERS1");
	settings_done(&with_path);
	tt_status_done(&s);
	parse(HEAD_1121 "Data store /b/Orders1\nThere are no connections to it\n" TAIL,
	    &s);
	ck_assert_int_eq(tt_status_find(&s, shop("left"), OLD, &found), 1);
	ck_assert_str_eq(found->path, "/b/Orders1");
	tt_status_done(&s);
}
END_TEST

TCase *
tt_status_tests(void)
{
	TCase *tc = tcase_create("ttStatus");

	tcase_add_test(tc, a_daemon_that_is_down);
	tcase_add_test(tc, what_is_no_report_is_an_error);
	tcase_add_test(tc, a_report_without_its_middle);
	tcase_add_test(tc, many_connections);
	tcase_add_test(tc, other_spaces);
	tcase_add_test(tc, no_store);
	tcase_add_test(tc, in_use_policy_unloaded);
	tcase_add_test(tc, manually_unloaded);
	tcase_add_test(tc, loaded_with_agents);
	tcase_add_test(tc, changing_and_closed);
	tcase_add_test(tc, being_unloaded);
	tcase_add_test(tc, other_wordings);
	tcase_add_test(tc, plain_rows);
	tcase_add_test(tc, failed_to_load);
	tcase_add_test(tc, an_agent_that_is_not_running);
	tcase_add_test(tc, noise_between_the_lines);
	tcase_add_test(tc, the_store_of_a_member);
	return tc;
}
