/* Whole looks: which questions come, and where the answers say that the database lives. */
#include "tests/unit/engine/timesten/observe_look.h"

START_TEST(every_question_in_its_order)
{
	look_begin("left",
	    LOOK_BASIC | LOOK_MARKER | LOOK_RELEASE | LOOK_POLICY | LOOK_CLOCK);
	ck_assert_str_eq(look_step(LOADED("/ttdata/orders1")), "old ttStatus");
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(look_step(EMPTY), "new ttStatus");
	ck_assert_uint_eq(look.seen, LOOK_INSTANCE | LOOK_POLICY);
	ck_assert_str_eq(look_step("version=11.2.2.8.35\nbits=64\n"), "old ttVersion");
	ck_assert_str_eq(look_step("version=22.1.1.27.0\nbits=64\n"), "new ttVersion");
	ck_assert_str_eq(look_step("1700000000.5\n"), "old date");
	ck_assert_str_eq(look_step(
			     "RAM Residence Policy : manual\nReplication Agent Policy :"
			     " always\nDatabase State : Open\n"),
	    "old ttAdmin");
	ck_assert_str_eq(look_step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER),
	    "old select 'q-role' from dual;\ncall ttRepStateGet;\n"
	    "select 'q-bookmark' from dual;\ncall ttBookmark;\n"
	    "select 'q-peers' from dual;\ncall ttReplicationStatus;\n"
	    "select 'q-holds' from dual;\ncall ttLogHolds;\n"
	    "select 'q-marker' from dual;\nselect tag from OPS.MARKER where id = 1;\n");
	ck_assert_str_eq(look_step(HOST "managed: [Other] /tt/old/info/cluster.oracle.ini\nend:\n"),
	    "old sh");
	ck_assert_str_eq(look_step(XACTS("1.21")), "old ttXactAdmin");
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen,
	    look.looks & ~(unsigned)LOOK_CLOCK); /* no times here */
}
END_TEST

START_TEST(a_loaded_active)
{
	const struct installation_seen *in = &look.draft.inst[OLD];

	look_begin("left", LOOK_BASIC | LOOK_MARKER);
	look_step(LOADED("/ttdata/orders1"));
	look_step(EMPTY);
	look_step(ROLE("< ACTIVE, NO GRID >\n") PEERS HOLDS MARKER);
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
	look_begin("left", LOOK_INSTANCE);
	look_step(LOADED("/ttdata/orders1"));
	look_step(EMPTY);
	look_begin("left", LOOK_CHEAP);
	ck_assert(
	    str_starts(look_step(ROLE("< STANDBY >\n") PEERS HOLDS MARKER), "old select"));
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_STANDBY);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
}
END_TEST

START_TEST(nothing_is_asked_that_would_load)
{
	struct question q;

	look_begin("left", LOOK_BASIC | LOOK_SCHEMA | LOOK_ROWS);
	ck_assert(
	    !tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q)); /* never seen */
	look_step(UNLOADED("/ttdata/orders1"));
	look_step(EMPTY);
	ck_assert_str_eq(look_step(""), "nothing");
	look_begin("left", LOOK_INSTANCE);
	look_step(STORE("/ttdata/orders1",
	    "DATA STORE IN PROCESS OF BEING UNLOADED FROM RAM\n"
	    "There are 3 connections to the data store\n"));
	look_step(EMPTY);
	ck_assert(!tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q));
	look_begin("left", LOOK_INSTANCE);
	look_step(LOADED("/ttdata/orders1"));
	look_step(EMPTY);
	ck_assert(
	    !tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, false, &q)); /* forbidden */
	ck_assert(tt_ask(look.m, LOOK_CHEAP, &look.draft, 0, true, &q));
	question_done(&q);
}
END_TEST

START_TEST(unloaded_is_not_writable)
{
	look_begin("left", LOOK_BASIC);
	look_step(LOADED("/ttdata/orders1"));
	look_step(EMPTY);
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	ck_assert_int_eq(look.draft.writable, FACT_YES);
	look_begin("left", LOOK_BASIC);
	look_step(UNLOADED("/ttdata/orders1"));
	look_step(EMPTY);
	ck_assert_str_eq(look_step(""), "nothing");
	ck_assert_uint_eq(look.seen, LOOK_INSTANCE);
	ck_assert_int_eq(look.draft.home, OLD);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.peer_count, 0);
	ck_assert(!look.draft.bookmark.written.set);
	ck_assert_str_eq(look.draft.error, "not loaded");
	look_begin("left", LOOK_BASIC);
	look_step(UNLOADED("/ttdata/other"));
	look_step(EMPTY);
	ck_assert_ptr_nonnull(strstr(look.draft.error, "lists no database orders1"));
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
	look_step(places[_i].old);
	look_step(places[_i].new_);
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

#define CLAIMED(path)                                      \
	STORE(path,                                        \
	    "There are no connections to the data store\n" \
	    "RAM residence policy: manual\n"               \
	    "Data store is manually loaded into RAM\n")

/* clang-format off */
static const struct { const char *old, *new; int home; } claims[] = {
	{ LOADED("/ttdata/orders1"),  CLAIMED("/ttdata/orders1"), OLD },
	{ CLAIMED("/ttdata/orders1"), LOADED("/ttdata/orders1"),  NEW },
	{ CLAIMED("/ttdata/orders1"), CLAIMED("/ttdata/orders1"), -1 },
	{ LOADED("/ttdata/orders1"),  LOADED("/ttdata/orders1"),  -1 },
	{ LOADED("/ttdata/orders1"),  CLAIMED("/new/orders1"),	  -1 }, /* another database */
};
/* clang-format on */

/* A policy that belongs to the database, and is told by both installations that know it. */
START_TEST(loaded_by_whom)
{
	look_begin("left", LOOK_INSTANCE);
	look_step(claims[_i].old);
	look_step(claims[_i].new);
	ck_assert_int_eq(look.draft.home, claims[_i].home);
}
END_TEST

START_TEST(tools_that_are_not_there_yet)
{
	struct outcome gone = exited(127, "sh: 1: /tt/new/bin/ttStatus: not found\n");

	look_step(UNLOADED("/ttdata/orders1"));
	look_outcome(gone);
	ck_assert_int_eq(look.draft.inst[NEW].daemon_up, FACT_NO);
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_NO);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	look_begin("left", LOOK_INSTANCE);
	look_step(UNLOADED("/ttdata/orders1"));
	look_outcome(
	    ended(ENDING_FAILED, "/tt/new/bin/ttStatus: No such file or directory"));
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_NO);
	look_begin("left", LOOK_INSTANCE);
	look_step(UNLOADED("/ttdata/orders1"));
	look_outcome(ended(ENDING_FAILED, "ssh: /id: No such file or directory"));
	ck_assert_int_eq(look.draft.inst[NEW].exists, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
}
END_TEST

START_TEST(a_path_is_remembered)
{
	look_step(UNLOADED("/ttdata/orders1"));
	look_step(EMPTY);
	look_begin("left", LOOK_INSTANCE);
	look_step(DOWN);
	look_step(EMPTY);
	ck_assert_int_eq(look.draft.inst[OLD].exists, FACT_UNKNOWN);
	ck_assert_str_eq(look.draft.inst[OLD].path, "/ttdata/orders1");
	look_begin("left", LOOK_INSTANCE);
	look_step(EMPTY);
	look_step(EMPTY);
	ck_assert_int_eq(look.draft.inst[OLD].exists, FACT_NO);
	ck_assert_str_eq(look.draft.inst[OLD].path, "");
}
END_TEST

START_TEST(a_closed_database_is_not_called_writable)
{
	look_begin("left", LOOK_INSTANCE | LOOK_ROLE);
	look_step(STORE("/ttdata/orders1",
	    "There are 4 connections to the data store\nClosed to user connections\n"));
	look_step(EMPTY);
	look_step(ROLE("< ACTIVE >\n"));
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_str_eq(settings_get(&look.draft.details, "closed"), "yes");
	look_begin("left", LOOK_INSTANCE | LOOK_ROLE);
	look_step(LOADED("/ttdata/orders1"));
	look_step(EMPTY);
	ck_assert_ptr_null(settings_get(&look.draft.details, "closed"));
	look_step(ROLE("< ACTIVE >\n"));
	ck_assert_int_eq(look.draft.writable, FACT_YES);
}
END_TEST

START_TEST(another_home_is_another_database)
{
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	look_begin("left", LOOK_INSTANCE);
	look_step(UNLOADED("/a/orders1"));
	look_step(LOADED("/b/orders1"));
	ck_assert_int_eq(look.draft.home, NEW);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	look_begin("left", LOOK_ROLE);
	ck_assert(str_starts(look_step(ROLE("< IDLE >\n")), "new select"));
	ck_assert_int_eq(look.draft.writable, FACT_NO);
}
END_TEST

/* The observer empties what it asks for before it asks: home too, but not the role. */
START_TEST(a_dear_look_keeps_the_role)
{
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	look_begin("left", LOOK_INSTANCE);
	look.draft.home = -1;
	look_step(LOADED("/a/orders1"));
	look_step(EMPTY);
	ck_assert_int_eq(look.draft.home, OLD);
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.writable, FACT_YES);
	ck_assert_int_eq(look.draft.peer_count, 2);
}
END_TEST

TCase *
observe_tests(void)
{
	TCase *tc = tcase_create("observe");

	tcase_add_checked_fixture(tc, look_init, look_done);
	tcase_add_test(tc, every_question_in_its_order);
	tcase_add_test(tc, a_loaded_active);
	tcase_add_test(tc, cheap_looks_are_one_question);
	tcase_add_test(tc, nothing_is_asked_that_would_load);
	tcase_add_test(tc, unloaded_is_not_writable);
	tcase_add_loop_test(tc, where_it_lives, 0, ARRAY_SIZE(places));
	tcase_add_loop_test(tc, loaded_by_whom, 0, ARRAY_SIZE(claims));
	tcase_add_test(tc, tools_that_are_not_there_yet);
	tcase_add_test(tc, a_path_is_remembered);
	tcase_add_test(tc, a_closed_database_is_not_called_writable);
	tcase_add_test(tc, another_home_is_another_database);
	tcase_add_test(tc, a_dear_look_keeps_the_role);
	return tc;
}
