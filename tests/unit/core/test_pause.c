#include "config.h"

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };
static const struct toy_wish leased = { .no_hooks = true, .leased = true };

START_TEST(P6_bounded_pause_is_counted_from_the_end_of_the_hook)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "3"));
	ck_assert(pause_is_open(t.u));
	t.now_ms += 60000; /* a hook that takes its time stops nobody yet */
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "4");
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert_int_eq(pause_deadline_ms(t.u, t.plan), t.u->pause_started_ms + 8000);
	toy_done(&t);
}
END_TEST

START_TEST(P6_bounded_pause_backs_out_when_it_is_late)
{
	struct toy t;

	toy_init(&t, &plain);
	toy_answers("drain", PROBE_TO_DO);
	ck_assert(toy_reach(&t, "4"));
	t.now_ms = pause_deadline_ms(t.u, t.plan) - 1;
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_NONE);
	t.now_ms++;
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_CANCEL);
	toy_end(&t, ENDING_CANCELLED, VERDICT_STOP);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	toy_see(&t, 1, ROLE_STANDBY, FACT_NO);
	ck_assert(toy_reach(&t, "b2"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert_str_eq(toy_number(&t), "3");
	ck_assert(!pause_is_open(t.u));
	ck_assert_str_ne(t.u->error.remedy, "");
	toy_done(&t);
}
END_TEST

START_TEST(P6_bounded_pause_wakes_at_its_deadline)
{
	struct toy t;

	toy_init(&t, &plain);
	toy_answers("drain", PROBE_UNKNOWN);
	ck_assert(toy_reach(&t, "4"));
	toy_turn(&t);
	ck_assert_int_gt(t.d.wake_ms, 0);
	ck_assert_int_le(t.d.wake_ms, pause_deadline_ms(t.u, t.plan));
	toy_done(&t);
}
END_TEST

static void
reach_held(struct toy *t)
{
	toy_init(t, &plain);
	ck_assert(toy_reach(t, "4"));
	toy_see(t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(t, "5"));
	ck_assert(t->in_flight);
	ck_assert(t->u->swap_held);
}

START_TEST(P6_bounded_pause_goes_on_past_the_activation)
{
	struct toy t;

	reach_held(&t);
	t.now_ms += 60000;
	toy_turn(&t);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert_str_eq(toy_number(&t), "6");
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; enum ending ending; enum verdict verdict; bool back; } refusals[] = {
	{ "refused and seen: taken back",	  ENDING_EXITED, VERDICT_STOP,	 true },
	{ "not eligible: taken back",		  ENDING_EXITED, VERDICT_DANGER, true },
	{ "no answer: nobody knows, never back",  ENDING_FAILED, VERDICT_AGAIN,	 false },
};
/* clang-format on */

START_TEST(P6_bounded_pause_takes_back_a_refused_activation)
{
	struct toy t;

	reach_held(&t);
	toy_answers("activate", PROBE_TO_DO);
	t.now_ms = pause_deadline_ms(t.u, t.plan) - 1000; /* no room to ask again */
	toy_end(&t, refusals[_i].ending, refusals[_i].verdict);
	ck_assert(t.u->swap_held); /* the effect may come late */
	toy_pass(&t, 4000);
	ck_assert_msg((t.u->list == LIST_BACKOUT) == refusals[_i].back, "%s",
	    refusals[_i].what);
	/* It never took writes: its copy may be destroyed by an abort. */
	ck_assert_int_eq(settings_get(&t.u->notes, NOTE_WROTE "master2") == NULL,
	    refusals[_i].back);
	toy_done(&t);
}
END_TEST

/* As in a swap back: from its activation on there is no abort, but it was not activated. */
START_TEST(a_refused_activation_is_no_point_of_no_return)
{
	struct plan_step *ps;
	struct row row;
	struct toy t;

	toy_init(&t, &plain);
	ps = &t.plan->lists[LIST_FORWARD].items[plan_find(t.plan, LIST_FORWARD, "5")];
	row = *ps->row;
	row.flags |= ROW_NO_RETURN;
	ps->row = &row;
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	ck_assert(toy_reach(&t, "5"));
	ck_assert(t.u->past_return);
	toy_answers("activate", PROBE_TO_DO);
	t.now_ms = pause_deadline_ms(t.u, t.plan) - 1000; /* no room to ask again */
	toy_end(&t, ENDING_EXITED, VERDICT_STOP);
	toy_pass(&t, 4000);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	ck_assert(!t.u->past_return);
	toy_done(&t);
}
END_TEST

START_TEST(a_refused_activation_is_asked_again_while_there_is_room)
{
	struct toy t;

	reach_held(&t);
	toy_answers("activate", PROBE_TO_DO);
	toy_end(&t, ENDING_EXITED, VERDICT_STOP);
	for (int i = 0; i < 5 && !t.in_flight; i++)
		toy_pass(&t, 500);
	ck_assert_str_eq(toy_number(&t), "5");
	ck_assert(t.in_flight);
	toy_done(&t);
}
END_TEST

START_TEST(P6_bounded_pause_hands_work_is_asked_for_again)
{
	struct toy_wish by_hand = { .no_hooks = true };
	struct core_advance all = { 0 };
	struct ud_error err;
	struct toy t;

	toy_init(&t, &by_hand);
	toy_answers("drain", PROBE_TO_DO);
	toy_reach(&t, "3");
	for (int round = 0; round < 2; round++) {
		ck_assert_int_eq(t.u->state, UPGRADE_GATED); /* writes-paused */
		ck_assert_int_eq(core_advance(t.u, t.plan, &all, t.now_ms, &t.d, &err), 0);
		ck_assert(toy_reach(&t, "4"));
		t.now_ms = pause_deadline_ms(t.u, t.plan);
		toy_end(&t, ENDING_EXITED, VERDICT_OK);
		toy_see(&t, 1, ROLE_STANDBY, FACT_NO);
		toy_reach(&t, "b2");
		ck_assert_str_eq(toy_number(&t), "b2");
		ck_assert_int_eq(t.u->state, UPGRADE_GATED); /* writes-resumed */
		ck_assert_int_eq(core_advance(t.u, t.plan, &all, t.now_ms, &t.d, &err), 0);
		toy_pass(&t, 10);
		toy_end(&t, ENDING_EXITED, VERDICT_OK);
		ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
		ck_assert_int_eq(core_retry(t.u, t.plan, t.now_ms, &t.d, &err), 0);
		toy_pass(&t, 10);
	}
	toy_done(&t);
}
END_TEST

START_TEST(back_out_says_why_after_a_retry_on_the_way)
{
	struct ud_error err;
	struct toy t;

	toy_init(&t, &plain);
	toy_answers("drain", PROBE_IMPOSSIBLE);
	ck_assert(toy_reach(&t, "3"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	toy_answers("resume", PROBE_IMPOSSIBLE);
	ck_assert(toy_reach(&t, "b2"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	toy_answers("resume", TOY_BY_OUTCOME);
	ck_assert_int_eq(core_retry(t.u, t.plan, t.now_ms, &t.d, &err), 0);
	toy_pass(&t, 10);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_int_ne(t.u->error.code, UD_OK);
	ck_assert_str_ne(t.u->error.text, "");
	toy_done(&t);
}
END_TEST

START_TEST(a_hook_that_fails_is_run_again_at_once)
{
	struct toy t;

	reach_held(&t);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "6");
	toy_end(&t, ENDING_EXITED, VERDICT_STOP);
	toy_pass(&t, 1000);
	ck_assert_int_eq(toy_action(&t), ACTION_PERFORM);
	toy_done(&t);
}
END_TEST

static const struct toy_wish twice = { .no_hooks = true, .twice = true };

START_TEST(P6_bounded_pause_is_opened_by_a_fence_when_there_is_no_hook)
{
	struct toy t;
	int64_t began;

	toy_init(&t, &twice);
	ck_assert(toy_reach(&t, "2"));
	ck_assert(pause_is_open(t.u));
	began = t.u->pause_started_ms;
	t.now_ms += 30; /* while it ends sessions they wait */
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->pause_started_ms, began);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_NO);
	ck_assert(toy_reach(&t, "3"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	/* Nobody waits to be told: the pause ends with the activation, and the next begins. */
	ck_assert_int_eq(t.u->pause_pos, 5);
	ck_assert_int_ge(t.u->pause_total_ms, 30);
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][3].state, STEP_SKIPPED);
	toy_done(&t);
}
END_TEST

/* The first swap is done for good when the second is taken back. */
START_TEST(back_out_is_of_the_swap_that_is_open)
{
	struct toy t;

	toy_init(&t, &twice);
	ck_assert(toy_reach(&t, "2"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_NO);
	ck_assert(toy_reach(&t, "3"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_see(&t, 0, ROLE_STANDBY, FACT_NO);
	toy_see(&t, 1, ROLE_ACTIVE, FACT_YES);
	toy_answers("fence", PROBE_TO_DO);
	ck_assert(toy_reach(&t, "6"));
	t.now_ms = pause_deadline_ms(t.u, t.plan);
	toy_turn(&t);
	toy_end(&t, ENDING_CANCELLED, VERDICT_STOP);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	ck_assert_str_eq(toy_number(&t), "b2");
	toy_done(&t);
}
END_TEST

/* What prepared it may not hold any more when somebody says retry. */
START_TEST(a_swap_that_was_taken_back_is_prepared_again)
{
	struct toy t;

	toy_init(&t, &twice);
	ck_assert(toy_reach(&t, "2"));
	toy_answers("fence", PROBE_IMPOSSIBLE);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_YES);
	ck_assert(toy_reach(&t, "b1"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_str_eq(toy_number(&t), "1");
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_PENDING);
	toy_done(&t);
}
END_TEST

/* The first of the rows that prepare it, also when one between them was not needed. */
START_TEST(a_swap_of_several_preparations_begins_with_the_first)
{
	static const struct toy_wish bare = { .leased = true, .no_hooks = true };
	struct toy t;

	toy_init(&t, &bare);
	ck_assert(toy_reach(&t, "1"));
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][1].state, STEP_SKIPPED);
	toy_answers("fence", PROBE_IMPOSSIBLE);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_YES);
	ck_assert(toy_reach(&t, "b1"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "0");
	ck_assert_int_eq(t.u->runs[LIST_FORWARD][0].state, STEP_PENDING);
	toy_done(&t);
}
END_TEST

static const struct toy_wish offline = { .offline = true };

START_TEST(an_outage_lasts_from_the_end_of_one_hook_to_the_start_of_the_other)
{
	struct toy t;
	int64_t left, back;

	toy_init(&t, &offline);
	ck_assert(toy_reach(&t, "1"));
	ck_assert(!pause_is_open(t.u));
	t.now_ms += 5000; /* some work on while others leave */
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	left = t.now_ms - 10; /* toy_end makes two turns */
	t.now_ms += 700;
	ck_assert(toy_reach(&t, "4"));
	ck_assert_int_eq(t.u->pause_started_wall_ms, 1000000 + left);
	back = t.now_ms;
	t.now_ms += 3000;
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_ge(back - left, 700);
	ck_assert_int_eq(t.u->pause_total_ms, back - left);
	ck_assert_int_eq(t.u->pause_started_wall_ms, 0);
	toy_done(&t);
}
END_TEST

START_TEST(an_outage_ends_with_an_abort_too)
{
	struct toy t;
	struct ud_error err;

	toy_init(&t, &offline);
	ck_assert(toy_reach(&t, "3"));
	t.now_ms += 400;
	ck_assert_int_eq(core_abort(t.u, t.plan, t.now_ms, &t.d, &err), 0);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert(toy_reach(&t, "u1"));
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_ABORTED);
	ck_assert_int_eq(t.u->pause_started_wall_ms, 0);
	ck_assert_int_ge(t.u->pause_total_ms, 400);
	toy_done(&t);
}
END_TEST

static void
reach_decision(struct toy *t)
{
	toy_init(t, &leased);
	ck_assert(toy_reach(t, "2"));
	ck_assert(t->in_flight);
	toy_see(t, 0, ROLE_IDLE, FACT_NO);
}

/* Whether the lease was ended may have been decided there: neither back nor forward. */
START_TEST(a_swap_whose_decision_is_not_known_is_not_taken_back)
{
	struct toy t;

	reach_decision(&t);
	t.now_ms = pause_deadline_ms(t.u, t.plan) + 60000;
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_NONE);
	for (int i = 0; i < 2; i++) {
		toy_end(&t, ENDING_FAILED, VERDICT_AGAIN);
		for (int k = 0; k < 5 && !t.in_flight; k++)
			toy_pass(&t, 100);
		ck_assert_str_eq(toy_number(&t), "2");
		ck_assert(t.in_flight);
	}
	ck_assert(!abort_may_begin(&(struct turn){ t.u, t.plan, NULL, NULL, false }));
	toy_end(&t, ENDING_FAILED, VERDICT_AGAIN); /* its last attempt: a person */
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert(pause_is_open(t.u));
	toy_done(&t);
}
END_TEST

START_TEST(a_swap_that_was_decided_goes_on_whatever_the_time)
{
	struct toy t;

	reach_decision(&t);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert(t.u->swap_held);
	t.now_ms = pause_deadline_ms(t.u, t.plan) + 60000;
	toy_pass(&t, 10);
	ck_assert_int_eq(t.u->list, LIST_FORWARD);
	ck_assert_str_eq(toy_number(&t), "3");
	toy_done(&t);
}
END_TEST

START_TEST(a_swap_whose_lease_was_over_is_taken_back)
{
	struct toy t;

	reach_decision(&t);
	toy_answers("commit", PROBE_IMPOSSIBLE);
	toy_end(&t, ENDING_EXITED, VERDICT_STOP);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	ck_assert(!t.u->swap_held);
	toy_done(&t);
}
END_TEST

/* It came to its end without us, behind the pause: the activation is done again, and holds nothing. */
START_TEST(an_activation_that_is_repeated_holds_no_swap)
{
	struct core_input in = { 0 };
	struct decision d = { 0 };
	struct toy t;

	reach_decision(&t);
	toy_answers("commit", PROBE_IMPOSSIBLE);
	toy_end(&t, ENDING_EXITED, VERDICT_STOP);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	t.u->pause_pos = -1;
	in.now_ms = t.now_ms;
	in.seen = t.seen;
	ck_assert(backout_forward(&(struct turn){ t.u, t.plan, &in, &d, false }));
	ck_assert_str_eq(toy_number(&t), "3");
	pause_performed(&(struct turn){ t.u, t.plan, &in, &d, false },
	    &t.plan->lists[LIST_FORWARD].items[t.u->walk.pos]);
	ck_assert(!t.u->swap_held);
	toy_done(&t);
}
END_TEST

TCase *
pause_tests(void)
{
	TCase *tc = tcase_create("pause");

	tcase_add_test(tc, P6_bounded_pause_is_counted_from_the_end_of_the_hook);
	tcase_add_test(tc, P6_bounded_pause_backs_out_when_it_is_late);
	tcase_add_test(tc, a_swap_that_was_taken_back_is_prepared_again);
	tcase_add_test(tc, a_swap_of_several_preparations_begins_with_the_first);
	tcase_add_test(tc, a_swap_whose_decision_is_not_known_is_not_taken_back);
	tcase_add_test(tc, a_swap_that_was_decided_goes_on_whatever_the_time);
	tcase_add_test(tc, a_swap_whose_lease_was_over_is_taken_back);
	tcase_add_test(tc, an_activation_that_is_repeated_holds_no_swap);
	tcase_add_test(tc, P6_bounded_pause_wakes_at_its_deadline);
	tcase_add_test(tc, P6_bounded_pause_goes_on_past_the_activation);
	tcase_add_loop_test(tc, P6_bounded_pause_takes_back_a_refused_activation, 0,
	    ARRAY_SIZE(refusals));
	tcase_add_test(tc, a_refused_activation_is_no_point_of_no_return);
	tcase_add_test(tc, a_refused_activation_is_asked_again_while_there_is_room);
	tcase_add_test(tc, P6_bounded_pause_hands_work_is_asked_for_again);
	tcase_add_test(tc, back_out_says_why_after_a_retry_on_the_way);
	tcase_add_test(tc, a_hook_that_fails_is_run_again_at_once);
	tcase_add_test(tc, P6_bounded_pause_is_opened_by_a_fence_when_there_is_no_hook);
	tcase_add_test(tc, back_out_is_of_the_swap_that_is_open);
	tcase_add_test(tc, an_outage_lasts_from_the_end_of_one_hook_to_the_start_of_the_other);
	tcase_add_test(tc, an_outage_ends_with_an_abort_too);
	return tc;
}
