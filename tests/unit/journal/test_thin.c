/* What is old goes, in pieces; what is not over or young stays; ids are not given again. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

static struct ud_error err;
static struct journal *j;
static struct plan *plan;

static void
set_up(void)
{
	folder_make();
	j = opened();
	plan = plan_made();
}

static void
tear_down(void)
{
	journal_close(j);
	plan_free(plan);
	folder_remove();
}

static void
put_upgrade(enum upgrade_state state, int64_t ended_wall_ms, int events)
{
	struct upgrade *u = upgrade_made(plan);

	u->state = state;
	u->ended_wall_ms = ended_wall_ms;
	upgrade_put(j, u, plan);
	begin(j);
	for (int i = 0; i < events; i++) {
		struct command_row c = command_made(u->id, "1");

		ck_ok(journal_put_event(j, "sales", u->id, EVENT_NOTE, NULL, NULL, "x",
		    NULL, NULL, &err));
		ck_ok(journal_put_command(j, &c, &err));
		command_row_done(&c);
	}
	ck_ok(journal_put_approval(j, u->id, "g", "1", "pat", "", "h", &err));
	commit(j);
	upgrade_free(u);
}

static int
thin_all(int64_t observations, int64_t history)
{
	int pieces = 1;

	while (journal_thin(j, observations, history))
		ck_assert_int_lt(++pieces, 1000);
	return pieces;
}

START_TEST(old_upgrades_go_with_all_they_have)
{
	put_upgrade(UPGRADE_COMPLETED, 1000, 120);
	put_upgrade(UPGRADE_ABORTED, 2000, 3);
	put_upgrade(UPGRADE_COMPLETED, 3000, 3);
	put_upgrade(UPGRADE_ATTENTION, 0, 3);
	ck_assert_int_gt(thin_all(0, 2500), 3);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM upgrade"), 2);
	ck_assert_int_eq(number_in_file("SELECT min(id) FROM upgrade"), 3);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM step"), 2 * 9);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM note"), 2 * 2);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 129); /* young */
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM command"), 6);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM approval"), 2);
}
END_TEST

START_TEST(ids_are_not_given_again)
{
	struct command_row c = command_made(0, "1");
	int64_t event = 0;

	put_upgrade(UPGRADE_COMPLETED, 1000, 10);
	thin_all(0, INT64_MAX);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM upgrade"), 0);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 0);
	journal_close(j);
	j = opened();
	ck_assert_int_eq(journal_last_event(j), 10);
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL,
	    &event, &err));
	ck_ok(journal_put_command(j, &c, &err));
	commit(j);
	ck_assert_int_eq(event, 11);
	ck_assert_int_eq(c.id, 11);
	put_upgrade(UPGRADE_RUNNING, 0, 1);
	ck_assert_int_eq(number_in_file("SELECT max(id) FROM upgrade"), 2);
	command_row_done(&c);
}
END_TEST

START_TEST(observations_and_events_go_by_age)
{
	struct observation o;

	observation_init(&o);
	begin(j);
	for (int i = 0; i < 1200; i++) {
		o.at_wall_ms = i + 1;
		ck_ok(journal_put_observation(j, "sales", "master1", &o, &err));
		ck_ok(journal_put_event(j, "sales", 0, EVENT_OBSERVED, NULL, "master1",
		    "x", NULL, NULL, &err));
	}
	commit(j);
	ck_assert_int_eq(thin_all(1101, 1), 3);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM observation"), 100);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 1200);
	thin_all(0, INT64_MAX);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 0);
}
END_TEST

TCase *
thin_tests(void)
{
	TCase *tc = tcase_create("thin");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, old_upgrades_go_with_all_they_have);
	tcase_add_test(tc, ids_are_not_given_again);
	tcase_add_test(tc, observations_and_events_go_by_age);
	return tc;
}
