/* Whole looks: which questions come, and what the answers make of the member. */
#include "daemon/engine/timesten/observe.h"

#include <stdlib.h>

#include "common/buf.h"
#include "tests/unit/engine/timesten/check_timesten.h"

#define REPORT "TimesTen status report as of today\n\nDaemon pid 1 port 2 instance x\n"
#define LINE \
	"------------------------------------------------------------------------\n"
#define END               LINE "Accessible by group tt\nEnd of report\n"
#define EMPTY             REPORT LINE "Accessible by group tt\nEnd of report\n"
#define STORE(path, rest) REPORT LINE "Data store " path "\n" rest END
#define UNLOADED(path)                                     \
	STORE(path,                                        \
	    "There are no connections to the data store\n" \
	    "Data store is manually unloaded from RAM\n")
#define LOADED(path)                                             \
	STORE(path,                                              \
	    "There are 4 connections to the data store\n"        \
	    "Process     4410 0x0000000009c72c00 orders 1\n"     \
	    "Replication 4502 0x0000000008c96738 REPHOLD 2\n"    \
	    "Subdaemon   3018 0x000000000b2a11f0 Manager 2047\n" \
	    "Subdaemon   3018 0x000000000b2b2c10 Rollback 2046\n")
#define DOWN "ttStatus: Could not connect to the TimesTen daemon.\n"

#define ROLE(role) "< q-role >\n" role "< q-bookmark >\n< 14, 900, 14, 800, 14, 700 >\n"
#define PEERS                                                                           \
	"< q-peers >\n< ORDERS2, SATURN, 40002, start, 1, 4, _ACTIVESTANDBY, TTREP >\n" \
	"< ARCHIVE1, CERES, 40003, pause, 2, 9, _ACTIVESTANDBY, TTREP >\n"
#define HOLDS                                                     \
	"< q-holds >\n< 14, 600, Checkpoint    , orders1.ds0 >\n" \
	"< 14, 700, Replication   , SATURN:orders2 >\n"           \
	"< 13, 5, Replication   , CERES:OTHER >\n"
#define HOST \
	"platform: Linux x86_64\nexport: 5000000\nlog: 7000000\n"
#define XACTS(id)                                                                     \
	"Program File Name: ttIsql\n4711 0x1 " id " Active Database 0x2 IX\n"        \
	"Program File Name: /tt/old/bin/timestenrepd\n12 0x1 9.9 Active Database 0x2 IX\n" \
	"2 outstanding transactions found\n"
#define MARKER "< q-marker >\n< upgraded-7-3-1 >\n"

struct looking {
	struct observation draft;
	unsigned looks, seen, failed;
	int round;
	const struct member *m;
};
static struct looking look;

static void
begin(const char *member, unsigned looks)
{
	look.m = shop(member);
	look.looks = looks;
	look.seen = look.failed = 0;
	look.round = 0;
	look.draft.error[0] = '\0';
}

static void
init(void)
{
	observation_init(&look.draft);
	begin("left", LOOK_INSTANCE);
}

static void
done(void)
{
	observation_done(&look.draft);
}

/* Takes the next question, answers it, and says what was asked: "old ttStatus". */
static const char *
step_outcome(struct outcome o)
{
	static char asked[4000];
	struct question q;
	unsigned seen;
	const char *slash;

	if (!tt_ask(look.m, look.looks, &look.draft, look.round++, true, &q))
		return "nothing";
	slash = q.via == VIA_SESSION ? NULL : strrchr(q.argv.items[0], '/');
	str_printf(asked, sizeof(asked), "%s %s", q.installation == OLD ? "old" : "new",
	    q.via == VIA_SESSION ? q.statements
		: slash != NULL ? slash + 1
				: q.argv.items[0]);
	ck_assert_int_gt(q.limit_ms, 0);
	seen = q.looks;
	tt_answer(look.m, &q, &o, &look.draft, &seen);
	ck_assert_msg((seen & ~q.looks) == 0, "nothing is seen that was not asked");
	look.failed |= q.looks & ~seen;
	look.seen = (look.seen | seen) & ~look.failed;
	question_done(&q);
	return asked;
}

static const char *
step(const char *text)
{
	return step_outcome(exited(0, text));
}

START_TEST(every_question_in_its_order)
{
	begin("left",
	    LOOK_BASIC | LOOK_MARKER | LOOK_RELEASE | LOOK_POLICY | LOOK_CLOCK);
	ck_assert_str_eq(step(LOADED("/ttdata/orders1")), "old ttStatus");
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(step(EMPTY), "new ttStatus");
	ck_assert_uint_eq(look.seen, LOOK_INSTANCE | LOOK_POLICY);
	ck_assert_str_eq(step("version=11.2.2.8.35\nbits=64\n"), "old ttVersion");
	ck_assert_str_eq(step("version=22.1.1.27.0\nbits=64\n"), "new ttVersion");
	ck_assert_str_eq(step("1700000000.5\n"), "old date");
	ck_assert_str_eq(step(
			     "RAM Residence Policy : manual\nReplication Agent Policy :"
			     " always\nDatabase State : Open\n"),
	    "old ttAdmin");
	ck_assert_str_eq(step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER),
	    "old select 'q-role' from dual;\ncall ttRepStateGet;\n"
	    "select 'q-bookmark' from dual;\ncall ttBookmark;\n"
	    "select 'q-peers' from dual;\ncall ttReplicationStatus;\n"
	    "select 'q-holds' from dual;\ncall ttLogHolds;\n"
	    "select 'q-marker' from dual;\nselect tag from OPS.MARKER where id = 1;\n");
	ck_assert_str_eq(step(HOST "managed: [Other] /tt/old/info/cluster.oracle.ini\nend:\n"),
	    "old sh");
	ck_assert_str_eq(step(XACTS("1.21")), "old ttXactAdmin");
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_uint_eq(look.seen,
	    look.looks & ~(unsigned)LOOK_CLOCK); /* no times here */
}
END_TEST

START_TEST(a_loaded_active)
{
	const struct installation_seen *in = &look.draft.inst[OLD];

	begin("left", LOOK_BASIC | LOOK_MARKER);
	step(LOADED("/ttdata/orders1"));
	step(EMPTY);
	step(ROLE("< ACTIVE, NO GRID >\n") PEERS HOLDS MARKER);
	ck_assert_int_eq(look.draft.reachable, FACT_YES);
	ck_assert_int_eq(look.draft.home, OLD);
	ck_assert_int_eq(in->exists, FACT_YES);
	ck_assert_int_eq(in->loaded, FACT_YES);
	ck_assert_int_eq(in->connections, 2);
	ck_assert_int_eq(in->applications, 1);
	ck_assert_int_eq(in->replication_agent, AGENT_RUNNING);
	ck_assert_str_eq(in->path, "/ttdata/orders1");
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_NO);
	ck_assert_int_eq(look.draft.inst[NEW].loaded, FACT_NO);
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.writable, FACT_YES);
	ck_assert_int_eq(look.draft.bookmark.written.offset, 900);
	ck_assert_int_eq(look.draft.peers_seen, FACT_YES);
	ck_assert_int_eq(look.draft.peer_count, 2);
	ck_assert_str_eq(look.draft.peers[0].state, "start");
	ck_assert(look.draft.peers[0].held.set);
	ck_assert_int_eq(look.draft.peers[0].held.offset, 700);
	ck_assert(!look.draft.peers[1].held.set);
	ck_assert_str_eq(look.draft.marker, "upgraded-7-3-1");
	ck_assert_str_eq(look.draft.error, "");
}
END_TEST

/* The fast case of a swap. */
START_TEST(cheap_looks_are_one_question)
{
	begin("left", LOOK_INSTANCE);
	step(LOADED("/ttdata/orders1"));
	step(EMPTY);
	begin("left", LOOK_CHEAP);
	ck_assert(
	    str_starts(step(ROLE("< STANDBY >\n") PEERS HOLDS MARKER), "old select"));
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_STANDBY);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
}
END_TEST

START_TEST(nothing_is_asked_that_would_load)
{
	struct question q;

	begin("left", LOOK_BASIC | LOOK_SCHEMA | LOOK_ROWS);
	ck_assert(
	    !tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q)); /* never seen */
	step(UNLOADED("/ttdata/orders1"));
	step(EMPTY);
	ck_assert_str_eq(step(""), "nothing");
	begin("left", LOOK_INSTANCE);
	step(STORE("/ttdata/orders1",
	    "DATA STORE IN PROCESS OF BEING UNLOADED FROM RAM\n"
	    "There are 3 connections to the data store\n"));
	step(EMPTY);
	ck_assert(!tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q));
	begin("left", LOOK_INSTANCE);
	step(LOADED("/ttdata/orders1"));
	step(EMPTY);
	ck_assert(
	    !tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, false, &q)); /* forbidden */
	ck_assert(tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q));
	question_done(&q);
}
END_TEST

START_TEST(unloaded_is_not_writable)
{
	begin("left", LOOK_BASIC);
	step(LOADED("/ttdata/orders1"));
	step(EMPTY);
	step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	ck_assert_int_eq(look.draft.writable, FACT_YES);
	begin("left", LOOK_BASIC);
	step(UNLOADED("/ttdata/orders1"));
	step(EMPTY);
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_INSTANCE);
	ck_assert_int_eq(look.draft.home, OLD);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.peer_count, 0);
	ck_assert(!look.draft.bookmark.written.set);
	ck_assert_str_eq(look.draft.error, "not loaded");
}
END_TEST

/* What each installation says, and what that makes of the member. */
/* clang-format off */
static const struct {
	const char *what, *old, *new_;
	enum fact reachable, writable;
	int home;
	bool seen;
} places[] = {
	{ "daemons down", DOWN, DOWN, FACT_NO, FACT_NO, -1, true },
	{ "one daemon down", UNLOADED("/a/orders1"), DOWN, FACT_YES, FACT_NO, OLD, true },
	{ "the new one has it loaded", DOWN, LOADED("/a/orders1"), FACT_YES, FACT_UNKNOWN, NEW,
	  true },
	{ "destroyed", EMPTY, EMPTY, FACT_YES, FACT_NO, -1, true },
	{ "both have it, neither loaded", UNLOADED("/a/orders1"), UNLOADED("/b/ORDERS1"), FACT_YES,
	  FACT_NO, -1, true },
	{ "both have it loaded", LOADED("/a/orders1"), LOADED("/b/orders1"), FACT_YES,
	  FACT_UNKNOWN, -1, true },
	{ "old exists, new is loaded", UNLOADED("/a/orders1"), LOADED("/b/orders1"), FACT_YES,
	  FACT_UNKNOWN, NEW, true },
	{ "new does not answer", UNLOADED("/a/orders1"), "ssh: timeout\n", FACT_YES, FACT_UNKNOWN,
	  OLD, true },
	{ "nobody answers", "", "garbage\n", FACT_NO, FACT_UNKNOWN, -1, false },
	{ "another store only", LOADED("/a/orders2"), EMPTY, FACT_YES, FACT_NO, -1, true },
	{ "two of that name", REPORT LINE "Data store /a/orders1\nThere are no connections\n" LINE
	  "Data store /b/orders1\nThere are no connections\n" END, EMPTY, FACT_YES, FACT_UNKNOWN,
	  -1, true },
};
/* clang-format on */

START_TEST(where_it_lives)
{
	step(places[_i].old);
	step(places[_i].new_);
	ck_assert_msg(look.draft.reachable == places[_i].reachable, "%s: reachable %s",
	    places[_i].what, fact_name(look.draft.reachable));
	ck_assert_msg(look.draft.writable == places[_i].writable, "%s: writable %s",
	    places[_i].what, fact_name(look.draft.writable));
	ck_assert_msg(look.draft.home == places[_i].home, "%s: home %d",
	    places[_i].what, look.draft.home);
	ck_assert_msg((look.seen == LOOK_INSTANCE) == places[_i].seen, "%s",
	    places[_i].what);
}
END_TEST

START_TEST(tools_that_are_not_there_yet)
{
	struct outcome gone = exited(127, "sh: 1: /tt/new/bin/ttStatus: not found\n");

	step(UNLOADED("/ttdata/orders1"));
	step_outcome(gone);
	ck_assert_int_eq(look.draft.inst[NEW].daemon_up, FACT_NO);
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_NO);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	begin("left", LOOK_INSTANCE);
	step(UNLOADED("/ttdata/orders1"));
	step_outcome(
	    ended(ENDING_FAILED, "/tt/new/bin/ttStatus: No such file or directory"));
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_NO);
	begin("left", LOOK_INSTANCE);
	step(UNLOADED("/ttdata/orders1"));
	step_outcome(ended(ENDING_FAILED, "ssh: /id: No such file or directory"));
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
}
END_TEST

START_TEST(a_path_is_remembered)
{
	step(UNLOADED("/ttdata/orders1"));
	step(EMPTY);
	begin("left", LOOK_INSTANCE);
	step(DOWN);
	step(EMPTY);
	ck_assert_int_eq(look.draft.inst[OLD].exists, FACT_UNKNOWN);
	ck_assert_str_eq(look.draft.inst[OLD].path, "/ttdata/orders1");
	begin("left", LOOK_INSTANCE);
	step(EMPTY);
	step(EMPTY);
	ck_assert_int_eq(look.draft.inst[OLD].exists, FACT_NO);
	ck_assert_str_eq(look.draft.inst[OLD].path, "");
}
END_TEST

START_TEST(a_closed_database_is_not_called_writable)
{
	begin("left", LOOK_INSTANCE | LOOK_ROLE);
	step(STORE("/ttdata/orders1",
	    "There are 4 connections to the data store\nClosed to user connections\n"));
	step(EMPTY);
	step(ROLE("< ACTIVE >\n"));
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_str_eq(settings_get(&look.draft.details, "closed"), "yes");
	begin("left", LOOK_INSTANCE | LOOK_ROLE);
	step(LOADED("/ttdata/orders1"));
	step(EMPTY);
	ck_assert_ptr_null(settings_get(&look.draft.details, "closed"));
	step(ROLE("< ACTIVE >\n"));
	ck_assert_int_eq(look.draft.writable, FACT_YES);
}
END_TEST

static void
load(const char *member)
{
	begin(member, LOOK_INSTANCE);
	step(str_equal(member, "archive") ? LOADED("/a/archive1")
					  : LOADED("/a/orders1"));
	step(EMPTY);
	begin(member, LOOK_CHEAP);
}

/* One part fails, the others count. */
START_TEST(parts_fail_one_by_one)
{
	load("left");
	step(
	    "< q-role >\n 8145: not a pair\n< q-bookmark >\n< 1, 2, 1, 2, -1, -1 >\n" PEERS
		HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_PEERS | LOOK_MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.bookmark.written.offset, 2);
	ck_assert_str_eq(look.draft.error, "role: 8145: not a pair");
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 6003: locked\n" MARKER);
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_MARKER);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 2206: no\n" MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_YES);
	ck_assert(!look.draft.peers[0].held.set);
	ck_assert_ptr_null(settings_get(&look.draft.details, "holds_seen"));
	load("left");
	step(ROLE(
	    "< ACTIVE >\n") "< q-peers >\n 7000: Unknown procedure\n" HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	load("left");
	step(
	    ROLE("< ACTIVE >\n") PEERS HOLDS "< q-marker >\n 2206: Table OPS.MARKER\n");
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_PEERS);
	ck_assert_str_eq(look.draft.marker, "");
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS HOLDS "< Q-MARKER > 2206: Table OPS.MARKER\n");
	ck_assert_str_eq(look.draft.error, "marker: 2206: Table OPS.MARKER");
	load("left");
	step("< q-role >\n< ACTIVE >\n< q-bookmark >\n16999: no\n" PEERS HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert(!look.draft.bookmark.written.set);
}
END_TEST

START_TEST(a_word_nobody_documents_is_no_role)
{
	load("left");
	step(ROLE("< PROMOTING >\n") PEERS HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_PEERS | LOOK_MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
}
END_TEST

/* No row of its own: the next part's must not be taken for it. */
START_TEST(a_silent_part_takes_nothing_from_the_next)
{
	load("left");
	step("< q-role >\n< q-bookmark >\n< ACTIVE >\n" PEERS HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	load("left");
	step(ROLE("< ACTIVE >\n") "< q-peers >\n" HOLDS "< q-marker >\n");
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_NO);
	ck_assert_str_eq(look.draft.marker, "");
}
END_TEST

START_TEST(prompts_echoes_and_noise)
{
	struct buf b = { 0 };

	load("left");
	buf_adds(&b, "Command> select 'q-role' from dual;\r\n<  q-role >\r\n");
	buf_adds(&b, "Command> call ttRepStateGet;\r\n< Active, NO GRID >\r\n");
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, "lorem ipsum q- dolor sit amet\r\n");
	buf_adds(&b,
	    "Command> < q-bookmark >\nCommand> < 14, 900, 14, 800, 14, 700 >\n");
	buf_adds(&b, PEERS HOLDS MARKER "Command> ");
	step(buf_text(&b));
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.bookmark.held.offset, 700);
	buf_done(&b);
}
END_TEST

START_TEST(a_lost_session_leaves_nothing)
{
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	begin("left", LOOK_CHEAP);
	step_outcome(ended(ENDING_FAILED, "  994: Connection terminated\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.peer_count, 0);
	ck_assert_str_eq(look.draft.marker, "");
	ck_assert_str_eq(look.draft.error,
	    "session failed: 994: Connection terminated");
	begin("left", LOOK_CHEAP);
	step_outcome(ended(ENDING_TIMED_OUT, ROLE("< ACTIVE >\n")));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
}
END_TEST

/* A tool that ends at every error: the part it ended on is not asked again. */
START_TEST(a_session_ends_on_a_part)
{
	const char *asked;

	load("left");
	step_outcome(ended(ENDING_FAILED,
	    ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 7000: Unknown procedure\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(settings_get(&look.draft.details, "skipped"), "holds");
	begin("left", LOOK_CHEAP);
	asked = step(ROLE("< ACTIVE >\n") PEERS MARKER);
	ck_assert_ptr_null(strstr(asked, "ttLogHolds"));
	ck_assert_ptr_nonnull(strstr(asked, "ttReplicationStatus"));
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peer_count, 2);
	ck_assert(!look.draft.peers[0].held.set);
}
END_TEST

/* What passes, and what nothing can be done without, is asked again. */
START_TEST(some_parts_are_never_skipped)
{
	static const char *const texts[] = {
		"< q-role >\n 8162: no pair\n",
		ROLE("< ACTIVE >\n") "< q-peers >\n 6003: locked\n",
		ROLE("< ACTIVE >\n") PEERS HOLDS "< q-marker >\n 2206: no table\n",
		"  994: Connection terminated\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		load("left");
		step_outcome(ended(ENDING_FAILED, texts[i]));
		ck_assert_ptr_null(settings_get(&look.draft.details, "skipped"));
	}
}
END_TEST

START_TEST(subscribers)
{
	load("archive");
	step(ROLE(" 8145: not a master\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	ck_assert_str_eq(look.draft.error, "");
	load("archive");
	step(ROLE("< IDLE >\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	load("archive");
	step(ROLE("< ACTIVE >\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_str_eq(look.draft.error,
	    "configured as subscriber, but says that it is active");
	load("archive");
	step("  994: gone\n");
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
}
END_TEST

START_TEST(without_a_marker_table)
{
	struct question q;

	shop_pair()->marker_table = NULL;
	load("left");
	ck_assert(!tt_ask(look.m, LOOK_MARKER, &look.draft, 0, true, &q));
	step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_PEERS | LOOK_MARKER);
}
END_TEST

START_TEST(another_home_is_another_database)
{
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	begin("left", LOOK_INSTANCE);
	step(UNLOADED("/a/orders1"));
	step(LOADED("/b/orders1"));
	ck_assert_int_eq(look.draft.home, NEW);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	begin("left", LOOK_ROLE);
	ck_assert(str_starts(step(ROLE("< IDLE >\n")), "new select"));
	ck_assert_int_eq(look.draft.writable, FACT_NO);
}
END_TEST

/* The observer empties what it asks for before it asks: home too, but not the role. */
START_TEST(a_dear_look_keeps_the_role)
{
	load("left");
	step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	begin("left", LOOK_INSTANCE);
	look.draft.home = -1;
	step(LOADED("/a/orders1"));
	step(EMPTY);
	ck_assert_int_eq(look.draft.home, OLD);
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.writable, FACT_YES);
	ck_assert_int_eq(look.draft.peer_count, 2);
}
END_TEST

START_TEST(releases_and_bits)
{
	char text[RELEASE_TEXT];

	begin("left", LOOK_RELEASE);
	step("version=11.2.2.8.35\nbits=64\n");
	step_outcome(
	    exited(127, "sh: /tt/new/bin/ttVersion: No such file or directory\n"));
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(release_text(&look.draft.inst[OLD].release, text),
	    "11.2.2.8.35");
	ck_assert(!release_is_set(&look.draft.inst[NEW].release));
	ck_assert_str_eq(settings_get(&look.draft.details, "bits"), "64");
	ck_assert_str_eq(look.draft.error, "");
	ck_assert_str_eq(step(""), "nothing");
	begin("left", LOOK_RELEASE);
	for (int i = 0; i < 4; i++)
		step("no\n");
	ck_assert_str_eq(step(""), "nothing");
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

	begin("left", LOOK_RELEASE);
	step_outcome(exited(1, "usage: ttVersion\n"));
	step("version=11.2.1.9.0\nbits=64\n");
	ck_assert_str_eq(step(plain), "old ttVersion");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_str_eq(release_text(&look.draft.inst[OLD].release, text), "6.0.17");
	ck_assert_str_eq(release_text(&look.draft.inst[NEW].release, text), "11.2.1.9.0");
	ck_assert_str_eq(settings_get(&look.draft.details, "bits.0"), "32");
	ck_assert_str_eq(look.draft.error, "");
	begin("left", LOOK_RELEASE); /* both */
	step_outcome(exited(1, "usage: ttVersion\n"));
	step_outcome(exited(1, "usage: ttVersion\n"));
	step(plain);
	ck_assert_str_eq(step(plain), "new ttVersion");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
	ck_assert_str_eq(release_text(&look.draft.inst[NEW].release, text), "6.0.17");
	begin("left", LOOK_RELEASE); /* it was replaced */
	step("version=7.0.5.1.0\nbits=64\n");
	step("version=11.2.1.9.0\nbits=64\n");
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_RELEASE);
}
END_TEST

START_TEST(policies)
{
	load("left");
	begin("left", LOOK_POLICY);
	ck_assert_str_eq(
	    step("RAM Residence Policy : inUse\nReplication Agent Policy : always\n"
		 "RAM Residence Grace (Secs) : 30\n"),
	    "old ttAdmin");
	ck_assert_str_eq(step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_POLICY);
	ck_assert_str_eq(look.draft.inst[OLD].ram_policy, "inuse");
	ck_assert_str_eq(look.draft.inst[OLD].replication_policy, "always");
	ck_assert_str_eq(settings_get(&look.draft.details, "ram_grace_s"), "30");
	begin("left", LOOK_POLICY);
	step_outcome(exited(1, "*** ODBC Error = S1000, TimesTen Error = 799\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(look.draft.inst[OLD].ram_policy, "");
}
END_TEST

START_TEST(clocks)
{
	struct outcome o = exited(0, "1700000000.250123456\n");

	o.started_wall_ms = INT64_C(1700000000000);
	o.ended_wall_ms = INT64_C(1700000000100);
	begin("left", LOOK_CLOCK);
	ck_assert_str_eq(step_outcome(o), "old date");
	ck_assert_uint_eq(look.seen, LOOK_CLOCK);
	ck_assert_str_eq(settings_get(&look.draft.details, "clock_offset_ms"), "200");
	ck_assert_str_eq(settings_get(&look.draft.details, "clock_round_trip_ms"),
	    "100");
	o = exited(0, "date: illegal option\n");
	begin("left", LOOK_CLOCK);
	step_outcome(o);
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_ptr_null(settings_get(&look.draft.details, "clock_offset_ms"));
}
END_TEST

/* What the question for the host is answered with. */
static void
host_says(const char *text)
{
	begin("left", LOOK_CLOCK);
	ck_assert_str_eq(step("1700000000.5\n"), "old date");
	ck_assert_str_eq(step(text), "old sh");
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

/* When an open transaction was seen first is kept; that of an agent is none. */
START_TEST(transactions)
{
	const struct settings *d = &look.draft.details;
	struct outcome o = exited(0, XACTS("1.21"));

	begin("left", LOOK_BASIC | LOOK_CLOCK);
	for (int i = 0; i < 2; i++)
		step(i == 0 ? LOADED("/ttdata/orders1") : EMPTY);
	step("1700000000.5\n");
	step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	step(HOST "end:\n");
	o.ended_wall_ms = 1000;
	ck_assert_str_eq(step_outcome(o), "old ttXactAdmin");
	ck_assert_str_eq(settings_get(d, "transactions"), "1");
	ck_assert_str_eq(settings_get(d, "xact.1.21"), "4711 1000 ttIsql");
	look.round--;
	o.ended_wall_ms = 13000;
	step_outcome(o);
	ck_assert_str_eq(settings_get(d, "xact.1.21"), "4711 1000 ttIsql");
	look.round--;
	step(XACTS("1.22"));
	ck_assert_ptr_null(settings_get(d, "xact.1.21"));
	look.round--;
	step("TT15100: User lacks privilege ADMIN\n");
	ck_assert_ptr_null(settings_get(d, "transactions"));
}
END_TEST

TCase *
observe_tests(void)
{
	TCase *tc = tcase_create("observe");

	tcase_add_checked_fixture(tc, init, done);
	tcase_add_test(tc, every_question_in_its_order);
	tcase_add_test(tc, a_loaded_active);
	tcase_add_test(tc, cheap_looks_are_one_question);
	tcase_add_test(tc, nothing_is_asked_that_would_load);
	tcase_add_test(tc, unloaded_is_not_writable);
	tcase_add_loop_test(tc, where_it_lives, 0, ARRAY_SIZE(places));
	tcase_add_test(tc, tools_that_are_not_there_yet);
	tcase_add_test(tc, a_path_is_remembered);
	tcase_add_test(tc, a_closed_database_is_not_called_writable);
	tcase_add_test(tc, parts_fail_one_by_one);
	tcase_add_test(tc, a_word_nobody_documents_is_no_role);
	tcase_add_test(tc, a_silent_part_takes_nothing_from_the_next);
	tcase_add_test(tc, prompts_echoes_and_noise);
	tcase_add_test(tc, a_lost_session_leaves_nothing);
	tcase_add_test(tc, a_session_ends_on_a_part);
	tcase_add_test(tc, some_parts_are_never_skipped);
	tcase_add_test(tc, subscribers);
	tcase_add_test(tc, without_a_marker_table);
	tcase_add_test(tc, another_home_is_another_database);
	tcase_add_test(tc, a_dear_look_keeps_the_role);
	tcase_add_test(tc, releases_and_bits);
	tcase_add_test(tc, releases_without_dash_m);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, clocks);
	tcase_add_test(tc, hosts);
	tcase_add_test(tc, transactions);
	return tc;
}
