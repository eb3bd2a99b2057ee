/* The looks that one session answers, part by part: role, positions, peers, marker. */
#include "tests/unit/engine/timesten/observe_look.h"

/* One part fails, the others count. */
START_TEST(parts_fail_one_by_one)
{
	look_load("left");
	look_step(
	    "< q-role >\n 8145: not a pair\n< q-bookmark >\n< 1, 2, 1, 2, -1, -1 >\n" PEERS
		HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_PEERS | LOOK_MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.bookmark.written.offset, 2);
	ck_assert_str_eq(look.draft.error, "role: 8145: not a pair");
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 6003: locked\n" MARKER);
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_MARKER);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 2206: no\n" MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_YES);
	ck_assert(!look.draft.peers[0].held.set);
	ck_assert_ptr_null(settings_get(&look.draft.details, "holds_seen"));
	look_load("left");
	look_step(ROLE(
	    "< ACTIVE >\n") "< q-peers >\n 7000: Unknown procedure\n" HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_UNKNOWN);
	look_load("left");
	look_step(
	    ROLE("< ACTIVE >\n") PEERS HOLDS "< q-marker >\n 2206: Table OPS.MARKER\n");
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_PEERS);
	ck_assert_str_eq(look.draft.marker, "");
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS "< Q-MARKER > 2206: Table OPS.MARKER\n");
	ck_assert_str_eq(look.draft.error, "marker: 2206: Table OPS.MARKER");
	look_load("left");
	look_step("< q-role >\n< ACTIVE >\n< q-bookmark >\n16999: no\n" PEERS HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert(!look.draft.bookmark.written.set);
}
END_TEST

START_TEST(a_word_nobody_documents_is_no_role)
{
	look_load("left");
	look_step(ROLE("< PROMOTING >\n") PEERS HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_PEERS | LOOK_MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
}
END_TEST

/* No row of its own: the next part's must not be taken for it. */
START_TEST(a_silent_part_takes_nothing_from_the_next)
{
	look_load("left");
	look_step("< q-role >\n< q-bookmark >\n< ACTIVE >\n" PEERS HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") "< q-peers >\n" HOLDS "< q-marker >\n");
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.peers_seen, FACT_NO);
	ck_assert_str_eq(look.draft.marker, "");
}
END_TEST

START_TEST(prompts_echoes_and_noise)
{
	struct buf b = { 0 };

	look_load("left");
	buf_adds(&b, "Command> select 'q-role' from dual;\r\n<  q-role >\r\n");
	buf_adds(&b, "Command> call ttRepStateGet;\r\n< Active, NO GRID >\r\n");
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, "lorem ipsum q- dolor sit amet\r\n");
	buf_adds(&b,
	    "Command> < q-bookmark >\nCommand> < 14, 900, 14, 800, 14, 700 >\n");
	buf_adds(&b, PEERS HOLDS MARKER "Command> ");
	look_step(buf_text(&b));
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_ACTIVE);
	ck_assert_int_eq(look.draft.bookmark.held.offset, 700);
	buf_done(&b);
}
END_TEST

START_TEST(a_lost_session_leaves_nothing)
{
	look_load("left");
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS MARKER);
	look_begin("left", LOOK_CHEAP);
	look_outcome(ended(ENDING_FAILED, "  994: Connection terminated\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_int_eq(look.draft.peer_count, 0);
	ck_assert_str_eq(look.draft.marker, "");
	ck_assert_str_eq(look.draft.error,
	    "session failed: 994: Connection terminated");
	look_begin("left", LOOK_CHEAP);
	look_outcome(ended(ENDING_TIMED_OUT, ROLE("< ACTIVE >\n")));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
}
END_TEST

/* A tool that ends at every error: the part it ended on is not asked again. */
START_TEST(a_session_ends_on_a_part)
{
	const char *asked;

	look_load("left");
	look_outcome(ended(ENDING_FAILED,
	    ROLE("< ACTIVE >\n") PEERS "< q-holds >\n 7000: Unknown procedure\n"));
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_str_eq(settings_get(&look.draft.details, "skipped"), "holds");
	look_begin("left", LOOK_CHEAP);
	asked = look_step(ROLE("< ACTIVE >\n") PEERS MARKER);
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
		look_load("left");
		look_outcome(ended(ENDING_FAILED, texts[i]));
		ck_assert_ptr_null(settings_get(&look.draft.details, "skipped"));
	}
}
END_TEST

/* clang-format off */
static const struct { enum ending ending; const char *text; bool blank; } logins[] = {
	{ ENDING_FAILED, " 7001: User authentication failed\n", true },
	{ ENDING_EXITED, ROLE("< ACTIVE >\n") "< q-marker >\n 2206: Table not found\n15100: User APP lacks privilege SELECT\n", true },
	{ ENDING_TIMED_OUT, "Enter password for 'app': ", true },
	{ ENDING_FAILED, "  994: Connection terminated\n", false },
	{ ENDING_EXITED, ROLE("< ACTIVE >\n") "< q-marker >\n< 15100 >\n", false },
	{ ENDING_EXITED, "< q-role >\n< ACTIVE >\n< q-bookmark >\n< 7001, 15100, 14, 800, 14, 700 >\n" MARKER, false },
};
/* clang-format on */

START_TEST(who_is_refused_connects_without_a_user)
{
	char *string;

	look_load("left");
	look_outcome(ended(logins[_i].ending, logins[_i].text));
	string = tt_connection(look.m, OLD, false);
	ck_assert_str_eq(string, logins[_i].blank ? "DSN=orders1;AutoCreate=0;UID=;PWD=;PWDCrypt="
						  : "DSN=orders1;AutoCreate=0");
	free(string);
}
END_TEST

START_TEST(subscribers)
{
	look_load("archive");
	look_step(ROLE(" 8145: not a master\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_uint_eq(look.seen, LOOK_CHEAP);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	ck_assert_int_eq(look.draft.writable, FACT_NO);
	ck_assert_str_eq(look.draft.error, "");
	look_load("archive");
	look_step(ROLE("< IDLE >\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	look_load("archive");
	look_step(ROLE("< ACTIVE >\n") "< q-peers >\n" HOLDS MARKER);
	ck_assert_int_eq(look.draft.role, ROLE_SUBSCRIBER);
	ck_assert_int_eq(look.draft.writable, FACT_UNKNOWN);
	ck_assert_str_eq(look.draft.error,
	    "configured as subscriber, but says that it is active");
	look_load("archive");
	look_step("  994: gone\n");
	ck_assert_uint_eq(look.seen, 0);
	ck_assert_int_eq(look.draft.role, ROLE_UNKNOWN);
}
END_TEST

START_TEST(without_a_marker_table)
{
	struct question q;

	shop_pair()->marker_table = NULL;
	look_load("left");
	ck_assert(!tt_ask(look.m, LOOK_MARKER, &look.draft, 0, true, &q));
	look_step(ROLE("< ACTIVE >\n") PEERS HOLDS);
	ck_assert_uint_eq(look.seen, LOOK_ROLE | LOOK_PEERS | LOOK_MARKER);
}
END_TEST

TCase *
observe_session_tests(void)
{
	TCase *tc = tcase_create("observe session");

	tcase_add_checked_fixture(tc, look_init, look_done);
	tcase_add_test(tc, parts_fail_one_by_one);
	tcase_add_test(tc, a_word_nobody_documents_is_no_role);
	tcase_add_test(tc, a_silent_part_takes_nothing_from_the_next);
	tcase_add_test(tc, prompts_echoes_and_noise);
	tcase_add_test(tc, a_lost_session_leaves_nothing);
	tcase_add_test(tc, a_session_ends_on_a_part);
	tcase_add_test(tc, some_parts_are_never_skipped);
	tcase_add_loop_test(tc, who_is_refused_connects_without_a_user, 0, ARRAY_SIZE(logins));
	tcase_add_test(tc, subscribers);
	tcase_add_test(tc, without_a_marker_table);
	return tc;
}
