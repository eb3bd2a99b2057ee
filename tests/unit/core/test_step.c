#include "config.h"

#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };

START_TEST(a_step_that_a_person_did_is_not_done_again)
{
	struct toy t;

	toy_init(&t, &plain);
	toy_answers("work", PROBE_DONE);
	toy_turn(&t);
	ck_assert(toy_told(&t, "seen to be so already"));
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].attempt, 0);
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_DONE);
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; enum ending ending; enum verdict verdict; enum probe seen; int64_t after_ms; enum upgrade_state state; bool again; } ends[] = {
	{ "refused, but seen to be done",     ENDING_EXITED, VERDICT_STOP,   PROBE_DONE,  0,	 UPGRADE_RUNNING,   false },
	{ "refused: patience first",	      ENDING_EXITED, VERDICT_STOP,   PROBE_TO_DO, 1000,	 UPGRADE_RUNNING,   false },
	{ "refused: then a person",	      ENDING_EXITED, VERDICT_STOP,   PROBE_TO_DO, 3000,	 UPGRADE_ATTENTION, false },
	{ "danger: at once",		      ENDING_EXITED, VERDICT_DANGER, PROBE_TO_DO, 0,	 UPGRADE_ATTENTION, false },
	{ "passes by itself: again",	      ENDING_EXITED, VERDICT_AGAIN,  PROBE_TO_DO, 2000,	 UPGRADE_RUNNING,   true },
	{ "says done, is not seen: again",    ENDING_EXITED, VERDICT_OK,     PROBE_TO_DO, 2000,	 UPGRADE_RUNNING,   true },
	{ "cut off: again",		      ENDING_TIMED_OUT, VERDICT_STOP, PROBE_TO_DO, 2000, UPGRADE_RUNNING,   true },
	{ "cannot come true",		      ENDING_EXITED, VERDICT_OK, PROBE_IMPOSSIBLE, 0,	 UPGRADE_ATTENTION, false },
	{ "cannot be told: looks again",      ENDING_EXITED, VERDICT_OK, PROBE_UNKNOWN,	  5000,	 UPGRADE_RUNNING,   false },
	{ "cannot be told: not for ever",     ENDING_EXITED, VERDICT_OK, PROBE_UNKNOWN,	  70000, UPGRADE_ATTENTION, false },
};
/* clang-format on */

START_TEST(the_end_of_a_command_is_judged_by_what_is_seen)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	toy_answers("work", ends[_i].seen);
	toy_end(&t, ends[_i].ending, ends[_i].verdict);
	if (ends[_i].after_ms > 0)
		toy_pass(&t, ends[_i].after_ms);
	ck_assert_msg(t.u->state == ends[_i].state, "%s: %s", ends[_i].what,
	    upgrade_state_name(t.u->state));
	ck_assert_msg((str_equal(toy_number(&t), "1") && toy_action(&t) == ACTION_PERFORM) ==
		ends[_i].again, "%s", ends[_i].what);
	if (t.u->state == UPGRADE_RUNNING && !t.in_flight)
		ck_assert_int_gt(t.d.wake_ms, t.now_ms);
	if (t.u->state == UPGRADE_ATTENTION)
		ck_assert_str_ne(t.u->error.remedy, "");
	toy_done(&t);
}
END_TEST

START_TEST(what_the_last_attempt_did_is_looked_for_however_late_it_ended)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	toy_answers("work", PROBE_UNKNOWN);
	t.now_ms += 59000;
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_pass(&t, 10000);
	ck_assert_int_eq(t.u->state, UPGRADE_RUNNING);
	toy_pass(&t, 60000);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	toy_done(&t);
}
END_TEST

/* A later attempt sees what is left of the first one, and not the cause. */
START_TEST(what_the_first_attempt_saw_is_kept_until_the_step_is_over)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	toy_answers("work", PROBE_TO_DO);
	toy_says("the cause");
	ck_assert_str_eq(t.u->walk.first_failure, "");
	toy_end(&t, ENDING_TIMED_OUT, VERDICT_STOP);
	ck_assert_str_eq(t.u->walk.first_failure, "the cause");
	for (int attempt = 2; attempt <= 3; attempt++) {
		toy_says("a consequence");
		for (int i = 0; i < 10 && !t.in_flight; i++)
			toy_pass(&t, 1000);
		ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].attempt, attempt);
		ck_assert_str_eq(t.u->walk.first_failure, "the cause");
		if (attempt == 2)
			toy_end(&t, ENDING_TIMED_OUT, VERDICT_STOP);
	}
	toy_answers("work", PROBE_DONE);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_DONE);
	ck_assert_str_eq(t.u->walk.first_failure, "");
	toy_says("toy");
	toy_done(&t);
}
END_TEST

/* Why it failed the last time is known also while it runs again. */
START_TEST(the_last_failure_is_kept_while_it_is_tried_again)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	toy_answers("work", PROBE_TO_DO);
	toy_says("the agent is not there");
	toy_end(&t, ENDING_EXITED, VERDICT_AGAIN);
	ck_assert_str_eq(t.u->walk.last_failure, "the agent is not there");
	toy_says("nothing yet");
	for (int i = 0; i < 10 && !t.in_flight; i++)
		toy_pass(&t, 1000);
	ck_assert(t.in_flight);
	ck_assert_str_eq(t.u->walk.last_failure, "the agent is not there");
	toy_answers("work", PROBE_DONE);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(t.u->walk.last_failure, "");
	toy_says("toy");
	toy_done(&t);
}
END_TEST

START_TEST(nothing_runs_on_what_was_seen_before_the_step)
{
	struct toy t;

	toy_init(&t, &plain);
	t.now_ms += 100;
	t.u->walk.entered_ms = t.now_ms;
	toy_turn(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_CHECKING);
	ck_assert_int_eq(toy_action(&t), ACTION_NONE);
	ck_assert_int_gt(t.d.wake_ms, 0);
	toy_done(&t);
}
END_TEST

START_TEST(nothing_is_done_on_what_was_seen_before_its_command_ended)
{
	static char empty[] = "";
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	toy_answers("work", PROBE_DONE);
	t.now_ms += 10;
	t.in_flight = false;
	t.ended = t.has_outcome = true;
	t.outcome = (struct outcome){ .ending = ENDING_EXITED, .output = empty };
	toy_turn(&t);
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_VERIFYING);
	ck_assert_int_gt(t.d.wake_ms, t.now_ms);
	toy_pass(&t, 10);
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_DONE);
	toy_done(&t);
}
END_TEST

START_TEST(a_row_that_may_fail_lets_the_next_one_come)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(&t, "7"));
	toy_answers("work", PROBE_IMPOSSIBLE);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "8");
	ck_assert_int_eq(t.u->state, UPGRADE_RUNNING);
	toy_done(&t);
}
END_TEST

START_TEST(completes_and_says_so_once)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(&t, "5"));
	toy_see(&t, 1, ROLE_ACTIVE, FACT_YES);
	for (int i = 0; i < 40 && !upgrade_is_over(t.u); i++) {
		if (t.in_flight)
			toy_end(&t, ENDING_EXITED, VERDICT_OK);
		else
			toy_pass(&t, 10);
	}
	ck_assert_int_eq(t.u->state, UPGRADE_COMPLETED);
	ck_assert_int_ne(t.u->ended_wall_ms, 0);
	toy_pass(&t, 10);
	ck_assert(!t.d.changed);
	toy_done(&t);
}
END_TEST

TCase *
step_tests(void)
{
	TCase *tc = tcase_create("step");

	tcase_add_test(tc, a_step_that_a_person_did_is_not_done_again);
	tcase_add_loop_test(tc, the_end_of_a_command_is_judged_by_what_is_seen, 0,
	    ARRAY_SIZE(ends));
	tcase_add_test(tc,
	    what_the_last_attempt_did_is_looked_for_however_late_it_ended);
	tcase_add_test(tc, what_the_first_attempt_saw_is_kept_until_the_step_is_over);
	tcase_add_test(tc, the_last_failure_is_kept_while_it_is_tried_again);
	tcase_add_test(tc, nothing_runs_on_what_was_seen_before_the_step);
	tcase_add_test(tc, nothing_is_done_on_what_was_seen_before_its_command_ended);
	tcase_add_test(tc, a_row_that_may_fail_lets_the_next_one_come);
	tcase_add_test(tc, completes_and_says_so_once);
	return tc;
}
