#include "config.h"

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };

/* A restart: nothing was seen, the clock counts from elsewhere. */
static void
restart(struct toy *t, int64_t away_ms)
{
	struct upgrade *u = upgrade_copy(t->u);

	upgrade_free(t->u);
	t->u = u;
	t->now_ms += away_ms;
	u->walk.begun_ms = u->walk.entered_ms = u->walk.performed_ms = u->walk.ended_ms = u->walk.retry_at_ms = 0;
	u->pause_started_ms = 0;
	core_recover(u, t->plan, t->now_ms, 1000000 + t->now_ms);
}

/* clang-format off */
static const struct { const char *what, *number; enum ending ending; enum verdict verdict; enum probe seen; enum action next; enum upgrade_state state; } cases[] = {
	{ "redo: gone is done again",		"1",  ENDING_GONE,   VERDICT_STOP, TOY_BY_OUTCOME, ACTION_PERFORM,  UPGRADE_RUNNING },
	{ "redo: gone, but its effect is seen", "1",  ENDING_GONE,   VERDICT_STOP, PROBE_DONE,	   ACTION_NONE,	    UPGRADE_RUNNING },
	{ "found ended well: goes on",		"2b", ENDING_EXITED, VERDICT_OK,   TOY_BY_OUTCOME, ACTION_PERFORM,  UPGRADE_RUNNING },
	{ "clean up before it is done again",	"2a", ENDING_GONE,   VERDICT_STOP, TOY_BY_OUTCOME, ACTION_CLEAN_UP, UPGRADE_RUNNING },
	{ "ask: a person decides",		"2b", ENDING_GONE,   VERDICT_STOP, TOY_BY_OUTCOME, ACTION_NONE,	    UPGRADE_ATTENTION },
};
/* clang-format on */

START_TEST(P4_resume_treats_the_command_in_hand_as_its_step_says)
{
	struct toy t;
	struct plan_step step;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, cases[_i].number));
	step = *upgrade_step(t.u, t.plan);
	toy_see(&t, 1, ROLE_IDLE, FACT_NO);
	restart(&t, 5000);
	toy_turn(&t);
	ck_assert_int_eq(toy_action(&t), ACTION_NONE); /* the caller attaches first */
	toy_answers(step.step->id, cases[_i].seen);
	toy_end(&t, cases[_i].ending, cases[_i].verdict);
	for (int i = 0; i < 5 && toy_action(&t) == ACTION_NONE; i++)
		toy_pass(&t, 500);
	ck_assert_msg(t.u->state == cases[_i].state, "%s: %s", cases[_i].what,
	    upgrade_state_name(t.u->state));
	if (cases[_i].next != ACTION_NONE)
		ck_assert_msg(toy_action(&t) == cases[_i].next, "%s", cases[_i].what);
	toy_done(&t);
}
END_TEST

START_TEST(P4_resume_waits_at_the_same_gate)
{
	struct toy_wish gates = { .gates = true };
	struct toy t;

	toy_init(&t, &gates);
	toy_turn(&t);
	ck_assert_int_eq(t.u->state, UPGRADE_GATED);
	restart(&t, 100000);
	toy_pass(&t, 10);
	ck_assert_int_eq(t.u->state, UPGRADE_GATED);
	ck_assert(!t.d.changed);
	toy_done(&t);
}
END_TEST

START_TEST(P4_resume_gives_up_what_is_cut_off_again_and_again)
{
	struct toy t;
	int n = 0;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "1"));
	while (t.u->state == UPGRADE_RUNNING && n++ < 20) {
		toy_end(&t, ENDING_GONE, VERDICT_STOP);
		toy_pass(&t, 20000);
	}
	ck_assert_int_eq(t.u->state, UPGRADE_ATTENTION);
	ck_assert_int_le(n, 4);
	toy_done(&t);
}
END_TEST

START_TEST(P6_bounded_pause_goes_on_counting_while_the_daemon_is_away)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	restart(&t, 20000);
	toy_end(&t, ENDING_GONE, VERDICT_AGAIN);
	ck_assert_int_eq(t.u->list, LIST_BACKOUT);
	toy_done(&t);
}
END_TEST

TCase *
resume_tests(void)
{
	TCase *tc = tcase_create("resume");

	tcase_add_loop_test(tc, P4_resume_treats_the_command_in_hand_as_its_step_says, 0,
	    ARRAY_SIZE(cases));
	tcase_add_test(tc, P4_resume_waits_at_the_same_gate);
	tcase_add_test(tc, P4_resume_gives_up_what_is_cut_off_again_and_again);
	tcase_add_test(tc, P6_bounded_pause_goes_on_counting_while_the_daemon_is_away);
	return tc;
}
