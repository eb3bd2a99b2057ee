/*
 * What tools of releases 6.0 to 26.1 are documented or recorded to print, whole, and all that is
 * read from it. Other files test the readers one line at a time. Values are ours; what is left
 * out of a sample is told of no reader.
 */
#include "common/buf.h"
#include "tests/unit/engine/timesten/check_timesten.h"

#define RULE "------------------------------------------------------------------------\n"
#define OF_1121                                                     \
	"TimesTen status report as of Wed Jun 11 10:20:30 2025\n\n" \
	"Daemon pid 3100 port 53396 instance one\n"                 \
	"TimesTen server pid 3110 started on port 53397\n" RULE
#define OF_221                                                      \
	"TimesTen status report as of Wed Jun 11 10:20:30 2025\n\n" \
	"Daemon pid 4100 port 6624 instance two\n"                  \
	"TimesTen server pid 4110 started on port 6625\n" RULE RULE
#define AGAIN_221                                    \
	"Daemon pid 4100 port 6624 instance two\n" \
	"TimesTen server pid 4110 started on port 6625\n"
#define ENDS   RULE "Accessible by group dba\nEnd of report\n"
#define NOBODY "There are no connections to the data store\n"
#define MANUAL "Replication policy  : Manual\nCache Agent policy  : Manual\nPL/SQL enabled.\n"
#define COLUMNS \
	"Type            PID     Context             Connection Name              ConnID\n"
#define ELEVEN                                                                              \
	"Subdaemon       3018    0x000000000b2a11f0  Manager                        2047\n" \
	"Subdaemon       3018    0x000000000b2b2c10  Rollback                       2046\n" \
	"Subdaemon       3018    0x000000000b2c4630  Flusher                        2045\n" \
	"Subdaemon       3018    0x000000000b2d6050  Monitor                        2044\n" \
	"Subdaemon       3018    0x000000000b2e7a70  Deadlock Detector              2043\n" \
	"Subdaemon       3018    0x000000000b2f9490  Checkpoint                     2042\n" \
	"Subdaemon       3018    0x000000000b30aeb0  Aging                          2041\n" \
	"Subdaemon       3018    0x000000000b31c8d0  HistGC                         2040\n" \
	"Subdaemon       3018    0x000000000b32e2f0  Log Marker                     2039\n" \
	"Subdaemon       3018    0x000000000b33fd10  IndexGC                        2038\n" \
	"Subdaemon       3018    0x000000000b351730  AsyncMV                        2037\n"
#define MEMORY(key)                         \
	"Shared Memory " key " 0x0a00c1f2 ID 1179650\n" \
	"PL/SQL Memory " key " 0x0b00c1f2 ID 1212419 Address 0x7fa0000000\n"
#define ODBC(release, number, text)                                                     \
	"*** [TimesTen][TimesTen " release " ODBC Driver][TimesTen]TT" number ": " text \
	" -- file \"x.c\", lineno 7, procedure \"p()\"\n*** ODBC Error = S1000, TimesTen Error = "

/* clang-format off */
/* A store a line: path loaded changing connections/applications/subdaemons replication cache
 * ram/replication/cache policy open. */
static const struct { const char *what, *text, *reads; } reports[] = {
	{ "no daemon, 7.0 to 26.1",
	  "ttStatus: Could not connect to the TimesTen daemon.\nIf the TimesTen daemon is not running, "
	  "please start it\nby running \"ttDaemonAdmin -start\".\n", "down;" },
	{ "no daemon, its words in two lines",
	  "ttStatus: Could not connect to the TimesTen daemon.\nIf the TimesTen daemon is not running, "
	  "please start it by running \"ttDaemonAdmin -start\".\n", "down;" },
	{ "no daemon, 6.0", "ttStatus: Could not connect to TimesTen daemon: Connection refused\n", "down;" },
	{ "no store", OF_1121 "Accessible by group dba\nEnd of report\n", "one 53397;" },
	{ "11.2.1, not loaded under inUse", OF_1121 "Data store /tt/shop\n" NOBODY MANUAL ENDS,
	  "one 53397;/tt/shop no no 0/0/0 stopped stopped /manual/manual unknown;" },
	{ "11.2.1, unloaded by hand", OF_1121 "Data store /tt/shop\n" NOBODY
	  "RAM residence policy: Manual\nData store is manually unloaded from RAM\n" MANUAL ENDS,
	  "one 53397;/tt/shop no no 0/0/0 stopped stopped manual/manual/manual unknown;" },
	{ "11.2.1, loaded, an application and the replication agent", OF_1121 "Data store /tt/shop\n"
	  "There are 18 connections to the data store\n" MEMORY("KEY") COLUMNS
	  "Process         4410    0x0000000009c72c00  shop                              1\n"
	  "Replication     4502    0x0000000008c96738  LOGFORCE                          5\n"
	  "Replication     4502    0x0000000008cb69a0  REPHOLD                           2\n"
	  "Replication     4502    0x0000000008d11a58  FAILOVER                          3\n"
	  "Replication     4502    0x0000000008d7cd70  REPLISTENER                       4\n"
	  "Replication     4502    0x0000000008dd7e28  TRANSMITTER                       6\n"
	  "Replication     4502    0x0000000008de1130  RECEIVER                          7\n" ELEVEN
	  "Replication policy  : Manual\nReplication agent is running.\n"
	  "Cache Agent policy  : Manual\nPL/SQL enabled.\n" ENDS,
	  "one 53397;/tt/shop yes no 18/1/11 running stopped /manual/manual unknown;" },
	{ "22.1, loaded by hand, both agents, a name cut off", OF_221 "Data store /tt/shop\n" AGAIN_221
	  "There are 19 connections to the data store\n" MEMORY("Key") COLUMNS
	  "Cache Agent     5120    0x000000002208f840  Handler                           2\n"
	  "Cache Agent     5120    0x00000000223a3d40  Timer                             3\n"
	  "Cache Agent     5120    0x000000002242d820  Aging                             4\n"
	  "Cache Agent     5120    0x0000000022664fd8  Garbage Collector(140287013222    5\n"
	  "Cache Agent     5120    0x00000000228b1a30  Refresher(S,5000)                 6\n"
	  "Replication     5188    0x000007f1c04018a0  REPHOLD                           8\n"
	  "Replication     5188    0x000007f1c040a1b0  REPLISTENER                       9\n"
	  "Replication     5188    0x000007f1c0510aa0  TRANSMITTER                      10\n" ELEVEN
	  "Open for user connections\nRAM residence policy: manual\n"
	  "Data store is manually loaded into RAM\nReplication policy  : Manual\n"
	  "Replication agent is running.\nCache Agent policy  : Manual\nCache agent is running.\n"
	  "PL/SQL enabled.\n" ENDS,
	  "two 6625;/tt/shop yes no 19/0/11 running running manual/manual/manual yes;" },
	{ "22.1, one is being loaded, one closed with disconnects to come", OF_221
	  "Data store /tt/bills\n" AGAIN_221 "DATA STORE IN PROCESS OF BEING LOADED INTO RAM\n" NOBODY
	  "Open for user connections\n" MANUAL RULE "Closed to user connections\nData store /tt/shop\n"
	  AGAIN_221 "There are 15 connections to the data store, ***3 pending disconnection***\n"
	  "Shared Memory Key 0x0d0091be ID 14\n" MANUAL ENDS,
	  "two 6625;/tt/bills unknown yes 0/0/0 stopped stopped /manual/manual yes;"
	  "/tt/shop yes yes 15/-1/-1 stopped stopped /manual/manual no;" },
	{ "18.1, closed is said before the store", OF_221 "Closed to user connections\nData store /tt/shop\n"
	  AGAIN_221 NOBODY MANUAL ENDS, "two 6625;/tt/shop no no 0/0/0 stopped stopped /manual/manual no;" },
	{ "11.2.2, being unloaded", OF_1121 "Data store /tt/shop\n"
	  "DATA STORE IN PROCESS OF BEING UNLOADED FROM RAM\nDATA STORE IS IN FLUX BY PROCESS 7008 - "
	  "Disconnect processing waiting for subdaemon nFluxWaiters=1\nThere is 1 connection to the data store\n"
	  "Shared Memory KEY 0x0a00c1f2 ID 1179651\n" MANUAL ENDS,
	  "one 53397;/tt/shop yes yes 1/-1/-1 stopped stopped /manual/manual unknown;" },
	{ "22.1, loaded by hand and failed", OF_221 "Data store /tt/shop\n" AGAIN_221 NOBODY
	  "Open for user connections\nRAM residence policy: manual\n"
	  "Data store should be manually loaded but inactive due to failures\n" MANUAL ENDS,
	  "two 6625;/tt/shop no no 0/0/0 stopped stopped manual/manual/manual yes;" },
	{ "7.0, 32 bits, a webserver",
	  "TimesTen status report as of Wed Jun 11 10:20:30 2008\n\nDaemon pid 880 port 15100 instance three\n"
	  "TimesTen server pid 884 started on port 15102\nTimesTen webserver pid 889 started on port 15104\n\n"
	  RULE "Data store /tt/shop\nThere are 3 connections to the data store\nData store is in shared mode\n"
	  "Shared Memory KEY 0x060041a7 ID 98307\n"
	  "Type            PID     Context     Connection Name              ConnID\n"
	  "Process         990     0x08d33f10  shop                              1\n"
	  "Subdaemon       912     0x081a11f0  Worker                         2042\n"
	  "Subdaemon       912     0x081fe258  Flusher                        2043\n"
	  "Replication policy  : Manual\nOracle agent policy : Manual\n" RULE "End of report\n",
	  "three 15102;/tt/shop yes no 3/1/2 stopped stopped /manual/manual unknown;" },
	{ "6.0, another rule, an Oracle agent, -nopretty rows",
	  "TimesTen status report as of Wed Jun 11 10:20:30 2005\n\nDaemon pid 880 port 16100 instance four\n"
	  "------------------------------------------------\nData store /tt/shop\n"
	  "There are 3 connections to the data store\nData store is in shared mode\n"
	  "Process pid 19180 context 0xacd7e8 connected (KEY 0x060036f0)\n"
	  "Subdaemon pid 912 context 0x81a11f0 connected (KEY 0x060036f0)\n"
	  "Oracle Agent pid 913 context 0x81a11f0 connected (KEY 0x060036f0)\n"
	  "Replication agent restart policy: manual\nCache agent restart policy: manual\n"
	  "------------------------------------------------\nEnd of report\n",
	  "four 0;/tt/shop yes no 3/1/1 stopped running /manual/manual unknown;" },
};

/* ram/replication/cache policy grace loaded replication-started cache-started open */
static const struct { const char *what, *text, *reads; } policies[] = {
	{ "11.2.1", "RAM Residence Policy            : inUse\nReplication Agent Policy        : manual\n"
	  "Replication Manually Started    : False\nCache Agent Policy              : manual\n"
	  "Cache Agent Manually Started    : False\n", "inuse/manual/manual -1 unknown no no unknown" },
	{ "11.2.2, unloaded", "RAM Residence Policy            : manual\n"
	  "Manually Loaded In RAM          : False\nReplication Agent Policy        : manual\n"
	  "Replication Manually Started    : True\nCache Agent Policy              : manual\n"
	  "Cache Agent Manually Started    : False\n", "manual/manual/manual -1 no yes no unknown" },
	{ "22.1, norestart, open", "RAM Residence Policy            : inUse\n"
	  "Replication Agent Policy        : norestart\nReplication Manually Started    : True\n"
	  "Cache Agent Policy              : manual\nCache Agent Manually Started    : True\n"
	  "Database State                  : Open\n", "inuse/norestart/manual -1 unknown yes yes yes" },
	{ "22.1, always: a line less, closed", "RAM Residence Policy            : always\n"
	  "Replication Agent Policy        : always\nCache Agent Policy              : always\n"
	  "Cache Agent Manually Started    : False\nDatabase State                  : Closed\n",
	  "always/always/always -1 unknown unknown no no" },
	{ "26.1, an empty line first", "\nRAM Residence Policy            : manual\n"
	  "Manually Loaded In RAM          : True\nReplication Agent Policy        : manual\n"
	  "Replication Manually Started    : True\nCache Agent Policy              : manual\n"
	  "Cache Agent Manually Started    : False\nDatabase state : closed\n",
	  "manual/manual/manual -1 yes yes no no" },
	{ "a grace", "RAM Residence Policy            : inUse\nRAM Residence Grace (Secs)      : 60\n"
	  "Replication Agent Policy        : manual\nReplication Manually Started    : False\n"
	  "Cache Agent Policy              : manual\nCache Agent Manually Started    : False\n",
	  "inuse/manual/manual 60 unknown no no unknown" },
	{ "6.0, 7.0: an Oracle agent", "RAM Residence Policy            : inUse\n"
	  "Replication Agent Policy        : manual\nReplication Manually Started    : True\n"
	  "Oracle Agent Policy             : manual\nOracle Agent Manually Started   : False\n",
	  "inuse/manual/manual -1 unknown yes no unknown" },
};

static const struct { const char *what, *text; int number; } errors[] = {
	{ "no scheme, 22.1", ODBC("22.1.1.27", "8191", "This store (shop on mars) is not involved in a replication scheme") "8191\n", 8191 },
	{ "stopped already, 11.2.1", ODBC("11.2.1.9.0", "12027", "The agent is already stopped for the data store.") "12027\n", 12027 },
	{ "in use, 11.2.1", ODBC("11.2.1.9.0", "12030", "Data store is in use") "12030\n", 12030 },
	{ "stop in a pair, 11.2.2", ODBC("11.2.2.8.35", "17037", "Receiver state cannot be set to STOP for an active standby pair") "17037\n", 17037 },
	{ "wrong role of the source", "TT8144: Duplicate not permitted. Reason: the local store is IDLE. Duplicate is only "
	  "permitted from the ACTIVE store to the STANDBY store\n", 8144 },
	{ "another release", ODBC("11.2.2.8.35", "12114", "Version mismatch between backed-up files and ttRestore. "
	  "Backed-up files are version 11.2.1.9.0; ttRestore is version 11.2.2.8.35") "12114\n", 12114 },
	{ "destroy in use", ODBC("11.2.1.9.0", "0712", "Data store is in use.") "712\n", 712 },
	{ "ttIsql, a statement", "\n 2206: Table OPS.NONE not found\nThe command failed.\n", 2206 },
	{ "ttIsql, WHENEVER", " 2206: Table OPS.NONE not found\nWHENEVER SQLERROR exiting.\n", 2206 },
	{ "ttIsql, a connect", "  707: Attempt to connect to a data store that has been manually unloaded from RAM\n", 707 },
	{ "ttIsql, not for this role", " 8151: OPS.SHOP's replication role disallows the requested operation\n", 8151 },
};

/* What is no failure, whoever prints it. */
static const struct { const char *tool, *text; } successes[] = {
	{ "ttDaemonAdmin", "TimesTen Daemon stopped.\n" },
	{ "ttDaemonAdmin", "TimesTen Daemon startup OK.\n" },
	{ "ttDaemonAdmin", "TimesTen Daemon (PID: 4940, port: 6624) startup OK.\n" },
	{ "ttDaemonAdmin", "TimesTen Server stopped.\n" },
	{ "ttDaemonAdmin", "TimesTen Server started.\n" },
	{ "ttBackup", "Backup started ...\nBackup complete\n" },
	{ "ttBackup", "Backup started\nBackup complete\n" },
	{ "ttRestore", "Restore started ...\nRestore complete\n" },
	{ "ttRestore", "Restore started...\nRestore complete\n" },
	{ "ttDestroy", "" },
	{ "ttRepAdmin", "" },
	{ "ttMigrate", "Saving user OPS\nUser successfully saved.\n\nSaving table OPS.A\n  Saving rows...\n"
	  "  1200/1200 rows saved.\nTable successfully saved.\n" },
	{ "ttMigrate", "Saving cache group OPS.C\n  Saving cached table OPS.A\nCache group successfully saved.\n" },
};

static const struct { const char *what, *text; enum role role; } roles[] = {
	{ "11.2.1, -v1", "< STANDBY, NO GRID >\n", ROLE_STANDBY },
	{ "22.1, -v1", "< ACTIVE >\n", ROLE_ACTIVE },
	{ "22.1, default verbosity",
	  "\nCopyright (c) 1996, 2024, Oracle and/or its affiliates. All rights reserved.\n"
	  "Type ? or \"help\" for help, type \"exit\" to quit ttIsql.\n\n\n\nconnect \"DSN=shop\";\n"
	  "Connection successful: DSN=shop;UID=adm;DataStore=/tt/shop;DatabaseCharacterSet=AL32UTF8;PermSize=512;\n"
	  "(Default setting AutoCommit=1)\n\ncall ttRepStateGet;\n< ACTIVE >\n1 row found.\n\nexit\n"
	  "Disconnecting...\nDone.\n", ROLE_ACTIVE },
};
/* clang-format on */

static const char *
agent(enum agent_state a)
{
	return a == AGENT_RUNNING ? "running" : a == AGENT_STOPPED ? "stopped" : "?";
}

static void
tell_store(struct buf *b, const struct tt_store_status *t)
{
	buf_addf(b, "%s %s %s %d/%d/%d %s %s %s/%s/%s %s;", t->path, fact_name(t->loaded),
	    fact_name(t->changing), t->connections, t->applications, t->subdaemons,
	    agent(t->replication_agent), agent(t->cache_agent), t->ram_policy,
	    t->replication_policy, t->cache_policy, fact_name(t->open));
}

START_TEST(status_reports)
{
	struct ud_error err = { 0 };
	struct tt_status s;
	struct buf b = { 0 };

	ck_assert_msg(tt_status_parse(reports[_i].text, &s, &err) == 0, "%s: %s",
	    reports[_i].what, err.text);
	if (s.daemon_up == FACT_YES)
		buf_addf(&b, "%s %d;", s.instance, s.server_port);
	else
		buf_adds(&b, "down;");
	for (int i = 0; i < s.count; i++)
		tell_store(&b, &s.stores[i]);
	ck_assert_msg(strcmp(buf_text(&b), reports[_i].reads) == 0, "%s:\n%s\nnot\n%s",
	    reports[_i].what, buf_text(&b), reports[_i].reads);
	tt_status_done(&s);
	buf_done(&b);
}
END_TEST

START_TEST(summaries_of_policies)
{
	struct ud_error err = { 0 };
	struct tt_policies p;
	char reads[160];

	ck_assert_msg(tt_admin_query_parse(policies[_i].text, &p, &err) == 0, "%s: %s",
	    policies[_i].what, err.text);
	str_printf(reads, sizeof(reads), "%s/%s/%s %d %s %s %s %s", p.ram_policy,
	    p.replication_policy, p.cache_policy, p.ram_grace_s,
	    fact_name(p.manually_loaded), fact_name(p.replication_started),
	    fact_name(p.cache_started), fact_name(p.open));
	ck_assert_msg(strcmp(reads, policies[_i].reads) == 0, "%s: %s", policies[_i].what,
	    reads);
}
END_TEST

START_TEST(errors_by_number)
{
	struct tt_error e;

	ck_assert_msg(tt_error_find(errors[_i].text, &e), "%s", errors[_i].what);
	ck_assert_msg(e.number == errors[_i].number, "%s: %d", errors[_i].what, e.number);
}
END_TEST

START_TEST(words_of_success)
{
	struct command c;
	struct outcome o = exited(0, successes[_i].text);
	struct ud_error err = { 0 };

	command_init(&c);
	c.kind = COMMAND_JOB;
	str_list_addf(&c.argv, "/tt/bin/%s", successes[_i].tool);
	ck_assert_msg(tt_judge(&c, &o, &err) == VERDICT_OK, "%s: %s", successes[_i].text,
	    err.text);
	command_done(&c);
}
END_TEST

START_TEST(roles_of_sessions)
{
	struct ud_error err = { 0 };
	enum role role;

	ck_assert_msg(tt_role_parse(roles[_i].text, &role, &err) == 0, "%s: %s",
	    roles[_i].what, err.text);
	ck_assert_msg(role == roles[_i].role, "%s: %s", roles[_i].what, role_name(role));
}
END_TEST

TCase *
transcript_tests(void)
{
	TCase *tc = tcase_create("transcripts");

	tcase_add_loop_test(tc, status_reports, 0, ARRAY_SIZE(reports));
	tcase_add_loop_test(tc, summaries_of_policies, 0, ARRAY_SIZE(policies));
	tcase_add_loop_test(tc, errors_by_number, 0, ARRAY_SIZE(errors));
	tcase_add_loop_test(tc, words_of_success, 0, ARRAY_SIZE(successes));
	tcase_add_loop_test(tc, roles_of_sessions, 0, ARRAY_SIZE(roles));
	return tc;
}
