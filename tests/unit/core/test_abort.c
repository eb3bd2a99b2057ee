#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };

static void
ask_abort(struct toy *t)
{
	struct ud_error err;

	ck_assert_int_eq(core_abort(t->u, t->plan, t->now_ms, &t->d, &err), 0);
}

static void
run_out(struct toy *t)
{
	for (int i = 0; i < 60 && !upgrade_is_over(t->u); i++) {
		if (t->in_flight)
			toy_end(t, ENDING_EXITED, VERDICT_OK);
		else
			toy_pass(t, 100);
	}
}

START_TEST(P5_abort_serves_before_anything_was_begun)
{
	struct toy t;

	toy_init(&t, &plain);
	ask_abort(&t);
	toy_turn(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	toy_done(&t);
}
END_TEST

START_TEST(P5_abort_serves_waits_for_the_command_in_hand)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	ask_abort(&t);
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_NONE); /* it may not be ended */
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_UNDO);
	run_out(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	ck_assert_int_eq(t.u->runs[LIST_UNDO][1].attempt, 0); /* u2: 5 was never begun */
	ck_assert_int_eq(t.u->runs[LIST_UNDO][2].attempt, 1); /* u3: nothing behind 2 was */
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_UNDONE);
	toy_done(&t);
}
END_TEST

START_TEST(P5_abort_serves_ends_a_command_that_may_be_ended)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "2a"));
	ask_abort(&t);
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_CANCEL);
	toy_done(&t);
}
END_TEST

START_TEST(P5_abort_serves_takes_the_swap_back_first)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	ask_abort(&t);
	toy_end(&t, ENDING_CANCELLED, VERDICT_STOP);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTING);
	run_out(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	ck_assert_int_eq(t.u->runs[LIST_BACKOUT][1].attempt, 1); /* applications write */
	ck_assert(!pause_is_open(t.u));
	toy_done(&t);
}
END_TEST

START_TEST(P5_abort_serves_after_the_pause_when_the_swap_is_held)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(&t, "5"));
	ask_abort(&t);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert_str_eq(toy_number(&t), "6");
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_UNDO);
	run_out(&t);
	ck_assert_int_eq(t.u->runs[LIST_UNDO][1].attempt, 1); /* u2 */
	ck_assert_int_eq(t.u->runs[LIST_UNDO][2].attempt, 0); /* u3: rows behind 2 were begun */
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	toy_done(&t);
}
END_TEST

/* A person did it meanwhile: applications are told where, and nothing is fenced. */
START_TEST(P5_abort_serves_when_the_roles_were_swapped_back_by_hand)
{
	static const struct toy_wish back = { .back = true };
	struct toy t;

	toy_init(&t, &back);
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(&t, "5"));
	ask_abort(&t);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_answers("follow", PROBE_TO_DO);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "u1");
	ck_assert_ptr_nonnull(settings_get(&t.u->notes, NOTE_WROTE "master2"));
	toy_see(&t, 0, ROLE_ACTIVE, FACT_YES);
	toy_see(&t, 1, ROLE_STANDBY, FACT_NO);
	toy_turn(&t);
	ck_assert_str_eq(toy_number(&t), "u4");
	ck_assert(!pause_is_open(t.u));
	ck_assert_ptr_null(settings_get(&t.u->notes, NOTE_WROTE "master2"));
	run_out(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	ck_assert_int_eq(t.u->runs[LIST_UNDO][2].attempt, 0); /* u3 */
	toy_done(&t);
}
END_TEST

START_TEST(P5_abort_serves_or_is_refused_past_the_point_of_no_return)
{
	struct ud_error err;
	struct toy t;

	toy_init(&t, &plain);
	t.u->state = UPGRADE_RUNNING;
	t.u->past_return = true;
	ck_assert_int_eq(core_abort(t.u, t.plan, t.now_ms, &t.d, &err), -1);
	ck_assert_int_eq(err.code, UD_ESTATE);
	ck_assert_str_ne(err.remedy, "");
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *number, *words; } texts[] = {
	{ "1",	"undo on master2; even out master2" },
	{ "2",	"undo on master2; even out master2" },
	{ "2c", "undo on master2" },
	{ "3",	"resume on master1; undo on master2" },
	{ "4",	"activate master1 again; resume on master1; undo on master2" },
	{ "5",	"first goes on until applications write again; undo on master2; undo on master1" },
	{ "6",	"undo on master2; undo on master1" },
	{ "8",	"refused: past the point of no return" },
};
/* clang-format on */

START_TEST(plan_says_what_abort_does_at_each_step)
{
	struct str_list lines = { 0 };
	char all[400] = "";
	struct toy t;

	toy_init(&t, &plain);
	core_plan_abort_text(t.plan, plan_find(t.plan, LIST_FORWARD, texts[_i].number),
	    &lines);
	for (size_t i = 0; i < lines.count; i++) {
		size_t len = strlen(all);

		str_printf(all + len, sizeof(all) - len, "%s%s", i > 0 ? "; " : "",
		    lines.items[i]);
	}
	ck_assert_str_eq(all, texts[_i].words);
	str_list_done(&lines);
	toy_done(&t);
}
END_TEST

TCase *
abort_tests(void)
{
	TCase *tc = tcase_create("abort");

	tcase_add_test(tc, P5_abort_serves_before_anything_was_begun);
	tcase_add_test(tc, P5_abort_serves_waits_for_the_command_in_hand);
	tcase_add_test(tc, P5_abort_serves_ends_a_command_that_may_be_ended);
	tcase_add_test(tc, P5_abort_serves_takes_the_swap_back_first);
	tcase_add_test(tc, P5_abort_serves_after_the_pause_when_the_swap_is_held);
	tcase_add_test(tc, P5_abort_serves_when_the_roles_were_swapped_back_by_hand);
	tcase_add_test(tc, P5_abort_serves_or_is_refused_past_the_point_of_no_return);
	tcase_add_loop_test(tc, plan_says_what_abort_does_at_each_step, 0,
	    ARRAY_SIZE(texts));
	return tc;
}
