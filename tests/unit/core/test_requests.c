#include "config.h"

#include <string.h>

#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

enum { ADVANCE, PAUSE, RESUME, RETRY, ABORT, REQUESTS };

static int
ask(struct toy *t, int what, struct ud_error *err)
{
	struct core_advance a = { 0 };

	switch (what) {
	case ADVANCE:
		return core_advance(t->u, t->plan, &a, t->now_ms, &t->d, err);
	case PAUSE:
		return core_pause(t->u, t->plan, &t->d, err);
	case RESUME:
		return core_resume(t->u, t->plan, t->now_ms, &t->d, err);
	case RETRY:
		return core_retry(t->u, t->plan, t->now_ms, &t->d, err);
	default:
		return core_abort(t->u, t->plan, t->now_ms, &t->d, err);
	}
}

static void
bring_to(struct toy *t, enum upgrade_state state)
{
	struct ud_error err;

	if (state == UPGRADE_CHECKING)
		return;
	toy_turn(t); /* waits at gate first */
	if (state == UPGRADE_PAUSED)
		ck_assert_int_eq(core_pause(t->u, t->plan, &t->d, &err), 0);
	if (state == UPGRADE_GATED || state == UPGRADE_PAUSED)
		return;
	ck_assert_int_eq(ask(t, ADVANCE, &err), 0);
	toy_pass(t, 10);
	if (state == UPGRADE_RUNNING)
		return;
	if (state == UPGRADE_ATTENTION) {
		toy_end(t, ENDING_EXITED, VERDICT_DANGER);
	} else if (state == UPGRADE_COMPLETED) {
		for (int i = 0; i < t->u->run_count[LIST_FORWARD]; i++)
			t->u->runs[LIST_FORWARD][i].state = STEP_DONE;
		toy_pass(t, 10);
	} else {
		toy_end(t, ENDING_EXITED, VERDICT_OK);
		ck_assert_int_eq(ask(t, ABORT, &err), 0);
		toy_end(t, ENDING_CANCELLED, VERDICT_STOP); /* 2a had begun */
		for (int i = 0; i < 10 && state == UPGRADE_ABORTED && t->in_flight; i++)
			toy_end(t, ENDING_EXITED, VERDICT_OK);
	}
}

/* advance pause resume retry abort: y or n */
/* clang-format off */
static const struct { enum upgrade_state state; const char *allowed; } cases[] = {
	{ UPGRADE_CHECKING,  "nynny" },
	{ UPGRADE_RUNNING,   "nynny" },
	{ UPGRADE_GATED,     "yynny" },
	{ UPGRADE_PAUSED,    "nnyny" },
	{ UPGRADE_ATTENTION, "nnnyy" },
	{ UPGRADE_ABORTING,  "nnnnn" },
	{ UPGRADE_COMPLETED, "nnnnn" },
	{ UPGRADE_ABORTED,   "nnnnn" },
};
/* clang-format on */

START_TEST(requests_are_allowed_by_state)
{
	static const char *const names[] = { "advance", "pause", "resume", "retry", "abort" };
	struct toy_wish wish = { .gates = true };

	for (int what = 0; what < REQUESTS; what++) {
		bool allowed = cases[_i].allowed[what] == 'y';
		struct ud_error err = { 0 };
		struct toy t;

		toy_init(&t, &wish);
		bring_to(&t, cases[_i].state);
		ck_assert_msg(t.u->state == cases[_i].state, "the test is in %s, not %s",
		    upgrade_state_name(t.u->state), upgrade_state_name(cases[_i].state));
		ck_assert_msg((ask(&t, what, &err) == 0) == allowed, "%s while %s: %s",
		    names[what], upgrade_state_name(cases[_i].state), err.text);
		if (!allowed) {
			ck_assert_int_eq(err.code, UD_ESTATE);
			ck_assert_str_ne(err.text, "");
		}
		toy_done(&t);
	}
}
END_TEST

START_TEST(advance_names_its_gate_and_plan)
{
	struct toy_wish wish = { .gates = true };
	struct core_advance other = { .gate = "swap" }, old = { .plan_hash = "other" },
			    far = { .through = "nowhere" }, through = { .through = "swap" };
	struct ud_error err;
	struct toy t;

	toy_init(&t, &wish);
	toy_turn(&t);
	ck_assert_int_eq(core_advance(t.u, t.plan, &other, t.now_ms, &t.d, &err), -1);
	ck_assert_int_eq(err.code, UD_ESTATE);
	ck_assert_int_eq(core_advance(t.u, t.plan, &old, t.now_ms, &t.d, &err), -1);
	ck_assert_int_eq(err.code, UD_ESTALE);
	ck_assert_int_eq(core_advance(t.u, t.plan, &far, t.now_ms, &t.d, &err), -1);
	ck_assert_int_eq(err.code, UD_ENOTFOUND);
	ck_assert_int_eq(core_advance(t.u, t.plan, &through, t.now_ms, &t.d, &err), 0);
	ck_assert(toy_reach(&t, "3")); /* not held at gate swap any more */
	ck_assert_int_eq(t.u->state, UPGRADE_RUNNING);
	toy_done(&t);
}
END_TEST

START_TEST(hold_stops_after_the_step_in_hand)
{
	struct toy_wish wish = { 0 };
	struct ud_error err;
	struct toy t;

	toy_init(&t, &wish);
	toy_turn(&t);
	ck_assert(t.in_flight);
	ck_assert_int_eq(core_pause(t.u, t.plan, &t.d, &err), 0);
	toy_turn(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_RUNNING);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_int_eq(t.u->state, UPGRADE_PAUSED);
	ck_assert_str_eq(toy_number(&t), "2");
	toy_done(&t);
}
END_TEST

START_TEST(retry_before_the_first_step_checks_again)
{
	struct toy_wish wish = { 0 };
	struct ud_error err;
	struct toy t;

	toy_init(&t, &wish);
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	toy_turn(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_str_ne(t.u->error.remedy, "");
	ck_assert_int_eq(core_retry(t.u, t.plan, t.now_ms, &t.d, &err), 0);
	toy_pass(&t, 10);
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert(!t.in_flight);
	toy_done(&t);
}
END_TEST

TCase *
requests_tests(void)
{
	TCase *tc = tcase_create("requests");

	tcase_add_loop_test(tc, requests_are_allowed_by_state, 0, UPGRADE_STATES);
	tcase_add_test(tc, advance_names_its_gate_and_plan);
	tcase_add_test(tc, hold_stops_after_the_step_in_hand);
	tcase_add_test(tc, retry_before_the_first_step_checks_again);
	return tc;
}
