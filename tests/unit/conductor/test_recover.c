/* A life of the daemon ends in the middle of an upgrade, and the next one goes on (P4). */
#include "tests/unit/conductor/check_conductor.h"

#include <unistd.h>

#include "tests/unit/conductor/house.h"

static void
set_up(void)
{
	house_make(1);
	house_open();
}

static void
tear_down(void)
{
	house_let_jobs_go();
	house_close();
	house_remove();
}

static bool
has_state(void *state)
{
	return house_is(0, *(enum upgrade_state *)state);
}

static void
await_state(enum upgrade_state state)
{
	house_await(has_state, &state, upgrade_state_name(state));
}

static bool
job_runs(void *arg)
{
	(void)arg;
	return house_jobs_begun() > 0;
}

static void
start(void)
{
	struct house_answer a;

	house_start(0, &a);
	house_await(house_answered, &a, "the start is answered");
	ck_assert_msg(a.err.code == UD_OK, "%s", a.err.text);
	await_state(UPGRADE_GATED);
}

static void
advance(void)
{
	struct house_answer a;

	house_advance(0, &a);
	house_await(house_answered, &a, "the gate is answered");
	ck_assert_msg(a.err.code == UD_OK, "%s", a.err.text);
}

START_TEST(it_waits_at_the_same_gate)
{
	int64_t id, revision;

	start();
	id = house_upgrade(0)->id;
	revision = house_upgrade(0)->revision;
	house_close();
	house_open();
	ck_assert(house_is(0, UPGRADE_GATED));
	ck_assert_int_eq(house_upgrade(0)->id, id);
	ck_assert_int_ge(house_upgrade(0)->revision, revision);
	house_let_jobs_go();
	advance();
	await_state(UPGRADE_COMPLETED);
}
END_TEST

/* Its step asks a person whenever its command was cut off: it was not. */
START_TEST(a_job_that_runs_on_is_found_again_and_not_begun_twice)
{
	start();
	advance();
	house_await(job_runs, NULL, "the job runs");
	house_close();
	house_open();
	ck_assert(house_is(0, UPGRADE_RUNNING));
	house_let_jobs_go();
	await_state(UPGRADE_COMPLETED);
	ck_assert_int_eq(house_jobs_begun(), 1);
}
END_TEST

START_TEST(a_job_that_ended_meanwhile_counts)
{
	start();
	advance();
	house_await(job_runs, NULL, "the job runs");
	house_close();
	house_let_jobs_go();
	usleep(200000); /* it ends, or is still there: both are fine */
	house_open();
	await_state(UPGRADE_COMPLETED);
	ck_assert_int_eq(house_jobs_begun(), 1);
}
END_TEST

/* ---- a later attempt ended, and the life with it, before its effect was seen ---- */

static int statements;

static void
count_statement(const struct pair *p)
{
	(void)p;
	statements++;
}

static bool
second_is_verified(void *arg)
{
	const struct upgrade *u = house_upgrade(0);

	(void)arg;
	return u != NULL && u->runs[LIST_FORWARD][0].state == STEP_VERIFYING &&
	    u->runs[LIST_FORWARD][0].attempt == 2;
}

static void
die_behind_the_second_attempt(void)
{
	struct house_answer a;

	house.refusals = 1;
	house.nothing_shows = true;
	house_start(0, &a);
	house_await(second_is_verified, NULL, "the second attempt has ended");
	house_close();
	statements = 0;
	house.sent = count_statement;
	house_open();
	await_state(UPGRADE_GATED);
}

START_TEST(what_an_attempt_said_counts_in_the_next_life)
{
	die_behind_the_second_attempt();
	ck_assert_int_eq(statements, 0);
}
END_TEST

/* The words of the one that only asked would be taken for those of the work. */
START_TEST(where_attempts_differ_it_is_made_again)
{
	house_first_step_varies();
	die_behind_the_second_attempt();
	ck_assert_int_eq(statements, 1);
}
END_TEST

TCase *
recover_tests(void)
{
	TCase *tc = tcase_create("recover");

	tcase_set_timeout(tc, LIMIT_S);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, it_waits_at_the_same_gate);
	tcase_add_test(tc, a_job_that_runs_on_is_found_again_and_not_begun_twice);
	tcase_add_test(tc, a_job_that_ended_meanwhile_counts);
	tcase_add_test(tc, what_an_attempt_said_counts_in_the_next_life);
	tcase_add_test(tc, where_attempts_differ_it_is_made_again);
	return tc;
}
