#include "config.h"

#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };

/* The step in hand, not begun. */
static void
stand_at(struct toy *t, const char *number)
{
	toy_init(t, &plain);
	ck_assert(toy_reach(t, number));
	t->u->runs[t->u->list][t->u->walk.pos].state = STEP_PENDING;
	t->u->walk.performed_ms = t->u->walk.ended_ms = 0;
	t->u->walk.entered_ms = t->now_ms;
}

/* clang-format off */
static const struct { const char *what, *number; int member; unsigned at_least, never; } cases[] = {
	{ "of its own member",		     "1",  1, LOOK_ROLE,		 LOOK_INSTANCE },
	{ "and of no other",		     "1",  0, 0,			 LOOK_ROLE },
	{ "P3: the victim itself",	     "2c", 1, LOOK_INSTANCE | LOOK_ROLE, 0 },
	{ "P3: and who else serves",	     "2c", 0, LOOK_ROLE,		 0 },
	{ "a clean-up destroys, too",	     "2a", 0, LOOK_ROLE,		 0 },
	{ "P1: the other, in the swap",	     "5",  0, LOOK_ROLE,		 LOOK_INSTANCE },
};
/* clang-format on */

START_TEST(the_core_looks_at_what_it_judges)
{
	int64_t newer;
	enum look_rate rate;
	unsigned looks;
	struct toy t;

	stand_at(&t, cases[_i].number);
	looks = core_looks(t.u, t.plan, &t.site.members[cases[_i].member], &newer, &rate);
	ck_assert_msg((looks & cases[_i].at_least) == cases[_i].at_least, "%s: %x",
	    cases[_i].what, looks);
	ck_assert_msg((looks & cases[_i].never) == 0, "%s: %x", cases[_i].what, looks);
	ck_assert(looks == 0 || newer == t.u->walk.entered_ms);
	toy_done(&t);
}
END_TEST

START_TEST(no_session_to_a_member_that_is_off_limits)
{
	struct toy t;

	stand_at(&t, "1");
	ck_assert(core_sessions_allowed(t.u, t.plan, &t.site.members[1]));
	toy_done(&t);
	stand_at(&t, "2a");
	ck_assert(!core_sessions_allowed(t.u, t.plan, &t.site.members[1]));
	ck_assert(core_sessions_allowed(t.u, t.plan, &t.site.members[0]));
	toy_done(&t);
	stand_at(&t, "2b"); /* the next row of it without the flag */
	ck_assert(core_sessions_allowed(t.u, t.plan, &t.site.members[1]));
	t.u->state = UPGRADE_ABORTED;
	ck_assert(core_sessions_allowed(t.u, t.plan, &t.site.members[1]));
	toy_done(&t);
}
END_TEST

static void
is_looked_ahead(struct toy *t, const char *number)
{
	enum look_rate rate;
	int64_t newer;

	ck_assert(toy_reach(t, number));
	ck_assert_int_eq(t->u->runs[t->u->list][t->u->walk.pos].state, STEP_RUNNING);
	ck_assert_uint_eq(
	    core_looks(t->u, t->plan, &t->site.members[0], &newer, &rate), LOOK_ROLE);
	ck_assert_int_eq(newer, t->u->walk.entered_ms);
	ck_assert_int_eq(rate, RATE_SWAPPING);
	ck_assert_uint_eq(
	    core_looks(t->u, t->plan, &t->site.members[1], &newer, &rate), 0);
}

/* What the guard of the activation needs is looked at while the proof is awaited and the swap is
 * decided: all that was seen since the end of the fence counts, and nothing from before it. */
START_TEST(the_guard_of_the_activation_is_served_while_the_swap_is_decided)
{
	static const struct toy_wish leased = { .leased = true };
	int64_t fenced;
	struct toy t;

	toy_init(&t, &leased);
	ck_assert(toy_reach(&t, "1"));
	t.now_ms += 10;
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	fenced = t.now_ms - 10; /* it ended a turn before */
	is_looked_ahead(&t, "1a");
	ck_assert_int_eq(t.u->walk.entered_ms, fenced);
	t.now_ms += 10;
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	is_looked_ahead(&t, "2");
	ck_assert_int_eq(t.u->walk.entered_ms, fenced);
	toy_see(&t, 0, ROLE_RECOVERING, FACT_NO);
	for (int l = 0; l < LOOKS; l++)
		t.seen[0].at_ms[l] = fenced + (_i == 1 ? 0 : -1);
	t.now_ms += 10;
	toy_see(&t, 1, ROLE_STANDBY, FACT_NO);
	toy_end(&t, ENDING_EXITED, VERDICT_OK); /* a turn, all is seen, another turn */
	ck_assert_str_eq(toy_number(&t), "3");
	ck_assert_int_eq(t.u->walk.performed_ms, _i == 1 ? t.now_ms - 10 : t.now_ms);
	toy_done(&t);
}
END_TEST

TCase *
looks_tests(void)
{
	TCase *tc = tcase_create("looks");

	tcase_add_loop_test(tc, the_core_looks_at_what_it_judges, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc,
	    the_guard_of_the_activation_is_served_while_the_swap_is_decided, 0, 2);
	tcase_add_test(tc, no_session_to_a_member_that_is_off_limits);
	return tc;
}
