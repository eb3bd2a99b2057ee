/*
 * A swap of which the hosts are cut off: applications that a hook paused go on when the guard has
 * acted, here 3133 ms after the pause of 4 s was opened at 10000.
 */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/postgres.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/plan/expand.h"
#include "tests/unit/engine/postgres/pg_pair.h"

#define ACTED 13133

static struct pg_pair world;
static struct observation seen[PAIR_MEMBERS];
static struct plan *plan;
static struct upgrade *u;
static struct outcome outcome;
static struct scene scene;

static void
see(int index, enum role role, enum fact writable, int64_t at_ms)
{
	struct observation *o = &seen[index];

	o->role = role;
	o->writable = writable;
	o->home = PAIR_OLD;
	o->running = (struct release){ { 15, 20 }, 2 };
	o->inst[PAIR_OLD].release = o->running;
	o->inst[PAIR_NEW].release = (struct release){ { 15, 21 }, 2 };
	o->at_ms[__builtin_ctz(LOOK_ROLE)] = at_ms;
	o->at_ms[__builtin_ctz(LOOK_INSTANCE)] = at_ms;
}

static void
setup(void)
{
	struct plan_request rq = { .procedure = "asp-patch" };
	struct ud_error err;

	pg_pair_init(&world);
	world.engine = postgres;
	settings_done(&world.pair.settings);
	world.pair.limits.write_pause_ms = 4000;
	str_list_add(&world.pair.hooks[HOOK_RESUME_WRITES], "/bin/resume");
	for (int i = 0; i < PAIR_MEMBERS; i++)
		observation_init(&seen[i]);
	see(PAIR_A, ROLE_ACTIVE, FACT_YES, 1);
	see(PAIR_B, ROLE_STANDBY, FACT_NO, 1);
	see(PAIR_R1, ROLE_SUBSCRIBER, FACT_NO, 1);
	rq.to = (struct release){ { 15, 21 }, 2 };
	ck_assert_msg(plan_expand(&world.pair, seen, &rq, &plan, &err) == 0, "%s",
	    err.text);
	u = upgrade_new(plan);
	u->id = 7;
	u->pause_pos = 0;
	u->pause_started_ms = 10000;
	u->walk.entered_ms = 10100;
	u->walk.round_tries = 2;
	settings_set(&u->notes, "pg.guard.a", "able");
	outcome = (struct outcome){ .ending = ENDING_TIMED_OUT, .output = mem_strdup("") };
	scene = (struct scene){ .plan = plan, .upgrade = u, .seen = seen,
		.outcome = &outcome, .verdict = VERDICT_STOP, .performed_ms = 10100,
		.now_ms = ACTED };
}

static void
teardown(void)
{
	outcome_done(&outcome);
	upgrade_free(u);
	plan_free(plan);
	for (int i = 0; i < PAIR_MEMBERS; i++)
		observation_done(&seen[i]);
	str_list_done(&world.pair.hooks[HOOK_RESUME_WRITES]);
	pg_pair_done(&world);
}

static struct plan_step *
row(enum plan_list list, const char *number)
{
	int at = plan_find(plan, list, number);

	ck_assert_msg(at >= 0, "no row %s", number);
	return &plan->lists[list].items[at];
}

static int64_t
limit_of(const struct plan_step *ps)
{
	struct command c;
	int64_t ret;

	command_init(&c);
	ps->step->build(&scene, ps, &c);
	ret = c.limit_ms;
	command_done(&c);
	return ret;
}

static enum probe
probe_of(const struct plan_step *ps)
{
	struct why w = { 0 };

	return ps->step->probe(&scene, ps, &w);
}

START_TEST(nobody_waits_for_an_answer_when_the_guard_has_acted)
{
	const struct plan_step *hold = row(LIST_FORWARD, "7"), *promote = row(LIST_FORWARD, "8");

	scene.now_ms = ACTED - 3000;
	ck_assert_int_eq(limit_of(hold), 1500);
	ck_assert_int_eq(limit_of(promote), 3000);
	ck_assert_int_eq(probe_of(hold), PROBE_TO_DO);
	scene.now_ms = ACTED - 300;
	ck_assert_int_eq(limit_of(hold), 300);
	ck_assert_int_eq(limit_of(promote), 1000);
	scene.now_ms = ACTED;
	ck_assert_int_eq(limit_of(hold), 100);
	ck_assert_int_eq(probe_of(hold), PROBE_IMPOSSIBLE);
	u->walk.round_tries = 1;
	ck_assert_int_eq(probe_of(hold), PROBE_TO_DO);
}
END_TEST

/* Without applications that wait for a hook, or where the guard cannot do it, or where poolers
 * wait as well. */
START_TEST(it_is_waited_for_where_nothing_else_would_help)
{
	const struct plan_step *hold = row(LIST_FORWARD, "7"), *promote = row(LIST_FORWARD, "8");

	u->swap_held = true;
	switch (_i) {
	case 0:
		str_list_done(&world.pair.hooks[HOOK_RESUME_WRITES]);
		break;
	case 1:
		settings_set(&u->notes, "pg.guard.a", "");
		break;
	case 2:
		settings_set(&world.pair.settings, "pooler.p1.conninfo", "host=/run");
		settings_set(&world.pair.settings, "pooler.p1.host", "db1");
		break;
	case 3:
		u->pause_pos = -1;
		break;
	}
	scene.now_ms = ACTED + 1000;
	ck_assert_int_eq(limit_of(hold), 5000);
	ck_assert_int_eq(limit_of(promote), 30000);
	ck_assert_int_eq(probe_of(hold), PROBE_TO_DO);
	ck_assert(!promote->step->trusted(&scene, promote));
	ck_assert(row(LIST_BACKOUT, "b1")->step->needed(&scene, row(LIST_BACKOUT, "b1")));
}
END_TEST

/* Only behind the decision; not before the guard has acted, nor where it is seen since. */
START_TEST(the_promotion_is_left_to_the_guard)
{
	const struct plan_step *promote = row(LIST_FORWARD, "8"), *out = row(LIST_FORWARD, "9");

	ck_assert(!promote->step->trusted(&scene, promote));
	u->swap_held = true;
	ck_assert(promote->step->trusted(&scene, promote));
	scene.now_ms = ACTED - 1;
	ck_assert(!promote->step->trusted(&scene, promote));
	scene.now_ms = ACTED;
	see(PAIR_B, ROLE_STANDBY, FACT_NO, 10100);
	ck_assert(!promote->step->trusted(&scene, promote));
	see(PAIR_B, ROLE_STANDBY, FACT_NO, 10099);
	outcome.ending = ENDING_EXITED;
	ck_assert(!promote->step->trusted(&scene, promote));
	/* who was left to promote is not killed before it has */
	ck_assert(!out->step->trusted(&scene, out));
	u->runs[LIST_FORWARD][promote->index].state = STEP_SKIPPED;
	u->runs[LIST_FORWARD][promote->index].touched = true;
	ck_assert(out->step->trusted(&scene, out));
}
END_TEST

/* What was left to the guard is looked at when the applications have gone on. */
START_TEST(rows_behind_the_pause_look)
{
	static const struct { enum plan_list list; const char *of, *late; } rows[] = {
		{ LIST_FORWARD, "8", "10.1" },
		{ LIST_FORWARD, "9", "10.2" },
		{ LIST_UNDO, "u8", "u10.1" },
		{ LIST_UNDO, "u9", "u10.2" },
		{ LIST_BACKOUT, "b1", "b3.1" },
		{ LIST_UNDO_BACKOUT, "x1", "x3.1" },
	};
	const struct plan_step *of = row(rows[_i].list, rows[_i].of);
	const struct plan_step *late = row(rows[_i].list, rows[_i].late);
	struct step_run *run = &u->runs[rows[_i].list][of->index];

	ck_assert_int_gt(late->index, of->index);
	run->state = STEP_DONE;
	run->touched = true;
	ck_assert(!late->step->needed(&scene, late));
	run->state = STEP_SKIPPED;
	ck_assert(late->step->needed(&scene, late));
}
END_TEST

/* A swap that is taken back: the guard let the server go, unless it, or a person, made the other
 * one active. */
START_TEST(the_way_back_is_left_to_the_guard)
{
	const struct plan_step *first = row(LIST_BACKOUT, "b1"), *late = row(LIST_BACKOUT, "b3.1");

	u->walk.entered_ms = ACTED - 150;
	ck_assert(!first->step->needed(&scene, first));
	u->walk.entered_ms = ACTED - 149;
	ck_assert(first->step->needed(&scene, first));
	u->walk.entered_ms = ACTED - 1000;
	see(PAIR_A, ROLE_ACTIVE, FACT_NO, ACTED - 500);
	ck_assert(first->step->needed(&scene, first));
	ck_assert(!late->step->swapped(&scene, late));
	see(PAIR_B, ROLE_ACTIVE, FACT_YES, ACTED - 500);
	ck_assert(late->step->swapped(&scene, late));
	see(PAIR_A, ROLE_ACTIVE, FACT_YES, ACTED - 500);
	ck_assert(!late->step->swapped(&scene, late));
}
END_TEST

TCase *
lease_tests(void)
{
	TCase *tc = tcase_create("lease");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nobody_waits_for_an_answer_when_the_guard_has_acted);
	tcase_add_loop_test(tc, it_is_waited_for_where_nothing_else_would_help, 0, 4);
	tcase_add_test(tc, the_promotion_is_left_to_the_guard);
	tcase_add_loop_test(tc, rows_behind_the_pause_look, 0, 6);
	tcase_add_test(tc, the_way_back_is_left_to_the_guard);
	return tc;
}
