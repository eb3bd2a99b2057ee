/* A turn is recorded before it counts, and everybody gets one. */
#include "tests/unit/conductor/check_conductor.h"

#include <string.h>

#include "common/clock.h"
#include "common/str.h"
#include "tests/unit/conductor/house.h"
#include "tests/unit/journal/fault.h"

#define PAIRS      20
#define TURN_PAIRS 8 /* conductor/turn.c */

static void
set_up(void)
{
	fault_install();
	fault_set(FAULT_NONE, 0);
	house_make(PAIRS);
	house_open();
}

static void
tear_down(void)
{
	fault_set(FAULT_NONE, 0);
	house_let_jobs_go();
	house_close();
	house_remove();
}

static bool
is_gated(void *pair)
{
	return house_is(*(int *)pair, UPGRADE_GATED);
}

static bool
is_completed(void *pair)
{
	return house_is(*(int *)pair, UPGRADE_COMPLETED);
}

static void
begin(int pair)
{
	struct house_answer a;

	house_start(pair, &a);
	house_await(house_answered, &a, "the start is answered");
	ck_assert_msg(a.err.code == UD_OK, "%s", a.err.text);
	house_await(is_gated, &pair, "it waits at its gate");
}

static bool
is_later(void *ms)
{
	return clock_mono_ms() >= *(int64_t *)ms;
}

static void
let_pass(int64_t ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	house_await(is_later, &until_ms, "time passes");
}

/* A request that cannot be recorded was not done, and says why; later it can. */
START_TEST(a_request_fails_with_the_reason_of_the_journal)
{
	struct house_answer a;
	int pair = 0;
	int64_t revision;

	begin(pair);
	revision = house_upgrade(pair)->revision;
	fault_set(FAULT_FULL, 1);
	house_advance(pair, &a);
	house_await(house_answered, &a, "the request is answered");
	ck_assert_int_eq(a.err.code, UD_EJOURNAL);
	ck_assert_str_ne(a.err.text, "");
	ck_assert(house_is(pair, UPGRADE_GATED));
	ck_assert_int_eq(house_upgrade(pair)->revision, revision);
	fault_set(FAULT_NONE, 0);
	house_let_jobs_go();
	house_advance(pair, &a);
	house_await(house_answered, &a, "it is answered again");
	ck_assert_int_eq(a.err.code, UD_OK);
	house_await(is_completed, &pair, "it is completed");
}
END_TEST

static int statements_sent;

static void
count_sent(const struct pair *p)
{
	(void)p;
	statements_sent++;
}

/* Nobody asks: what was not recorded is not done, and is decided again by itself. */
START_TEST(what_the_journal_did_not_take_is_decided_again)
{
	struct house_answer a;
	int pair = 0, steps;

	begin(pair);
	house_advance(pair, &a);
	house_await(house_answered, &a, "the request is answered");
	while (house_jobs_begun() == 0)
		let_pass(20);
	house.sent = count_sent;
	fault_set(FAULT_FULL, 1);
	house_let_jobs_go();
	steps = upgrade_steps_done(house_upgrade(pair));
	let_pass(2500);
	ck_assert(fault_happened());
	ck_assert_int_eq(upgrade_steps_done(house_upgrade(pair)), steps);
	ck_assert_int_eq(statements_sent, 0);
	fault_set(FAULT_NONE, 0);
	house_await(is_completed, &pair, "it goes on when the disk has room");
	ck_assert_int_eq(statements_sent, 1);
	ck_assert_int_eq(house_jobs_begun(), 1);
}
END_TEST

/* ---- a command is in the journal before it begins ---- */

static struct command_row open_row;
static int sent;

static void
look_into_journal(const struct pair *p)
{
	const struct upgrade *u = conductor_upgrade(house.conductor, p, NULL);
	struct ud_error err = { 0 };
	bool found = false;

	command_row_done(&open_row);
	open_row = (struct command_row){ 0 };
	ck_assert_int_eq(journal_open_command(house.journal, u->id, 'f', u->walk.pos,
			     &found, &open_row, &err),
	    0);
	ck_assert_msg(found, "step %d was begun, and is not in the journal",
	    u->walk.pos + 1);
	ck_assert_int_eq(open_row.ended_wall_ms, 0);
	sent++;
}

START_TEST(a_command_is_in_the_journal_before_it_begins)
{
	struct house_answer a;
	int pair = 0;

	house.sent = look_into_journal;
	begin(pair);
	house_let_jobs_go();
	house_advance(pair, &a);
	house_await(is_completed, &pair, "it is completed");
	ck_assert_int_eq(sent, 3);
	command_row_done(&open_row);
}
END_TEST

/* ---- what is only seen while applications pause ---- */

static int64_t last_event;

static void
is_of_stopped(void *found, const struct event_row *e)
{
	if (str_equal(e->kind, "observed") && strstr(e->text, "agent stopped") != NULL)
		*(bool *)found = true;
}

static bool
stop_is_kept(void *arg)
{
	struct ud_error err = { 0 };
	bool found = false;

	(void)arg;
	ck_assert_int_eq(journal_events(house.journal, last_event, "p00", 100,
			     is_of_stopped, &found, &err),
	    0);
	return found;
}

static bool turned, kept_at_once;

static void
look_after_turn(void *arg)
{
	kept_at_once = kept_at_once || (!turned && stop_is_kept(arg));
	turned = true;
}

static bool
job_is_begun(void *arg)
{
	(void)arg;
	return house_jobs_begun() > 0;
}

/* It does not cost the pause a commit of its own, and is found by the next life all the same,
 * though nothing is decided and nothing more is seen. */
START_TEST(what_is_only_seen_in_the_pause_is_kept_a_little_later)
{
	struct house_answer a;
	int pair = 0;

	begin(pair);
	house_advance(pair, &a);
	house_await(job_is_begun, NULL, "its job runs");
	ck_assert_int_ne(house_upgrade(pair)->pause_started_ms, 0);
	let_pass(500); /* nothing is left to be recorded */
	last_event = journal_last_event(house.journal);
	conductor_on_events(house.conductor, look_after_turn, NULL);
	house_see_agent_stopped(pair);
	house_await(stop_is_kept, NULL, "it is in the journal");
	ck_assert(turned);
	ck_assert(!kept_at_once);
	ck_assert_int_ne(house_upgrade(pair)->pause_started_ms, 0);
	conductor_on_events(house.conductor, NULL, NULL);
	house_let_jobs_go();
	house_await(is_completed, &pair, "it is completed");
	ck_assert_int_eq(house_upgrade(pair)->pause_started_ms, 0);
}
END_TEST

/* ---- many pairs ---- */

#define MANY_TURNS 100

static struct house_answer late;
static int turns;

/* After each turn as many as fit into one have news again. */
static void
see_the_first(void *arg)
{
	(void)arg;
	if (late.given || ++turns > MANY_TURNS)
		return;
	for (int i = 0; i < TURN_PAIRS; i++)
		house_see(i);
}

START_TEST(nobody_waits_for_others_that_always_have_news)
{
	int last = PAIRS - 1;

	for (int i = 0; i < TURN_PAIRS; i++)
		begin(i); /* at its gate each look is news */
	begin(last);
	house_let_jobs_go();
	house_advance(last, &late);
	conductor_on_events(house.conductor, see_the_first, NULL);
	see_the_first(NULL);
	house_await(house_answered, &late, "the request is answered");
	ck_assert_int_le(turns, PAIRS / TURN_PAIRS + 2);
	house_await(is_completed, &last, "it is completed");
}
END_TEST

static void
set_up_pausing(void)
{
	house_pauses_writes();
	set_up();
}

TCase *
pause_tests(void)
{
	TCase *tc = tcase_create("pause");

	tcase_set_timeout(tc, LIMIT_S);
	tcase_add_checked_fixture(tc, set_up_pausing, tear_down);
	tcase_add_test(tc, what_is_only_seen_in_the_pause_is_kept_a_little_later);
	return tc;
}

TCase *
turn_tests(void)
{
	TCase *tc = tcase_create("turn");

	tcase_set_timeout(tc, LIMIT_S);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_request_fails_with_the_reason_of_the_journal);
	tcase_add_test(tc, what_the_journal_did_not_take_is_decided_again);
	tcase_add_test(tc, a_command_is_in_the_journal_before_it_begins);
	tcase_add_test(tc, nobody_waits_for_others_that_always_have_news);
	return tc;
}
