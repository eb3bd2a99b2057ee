/* A turn is one transaction: all of it or nothing; what is unique stays so. */
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

START_TEST(rollback_leaves_nothing)
{
	struct upgrade *u = upgrade_made(plan), *other = upgrade_made(plan);
	struct command_row c = command_made(0, "1");
	struct journal_totals totals;
	int64_t id = 0;

	upgrade_put(j, u, plan);
	begin(j);
	ck_ok(journal_put_upgrade(j, other, &err));
	ck_ok(journal_put_event(j, "sales", u->id, EVENT_NOTE, "1", NULL, "x", NULL,
	    &id, &err));
	ck_ok(journal_put_command(j, &c, &err));
	str_copy(c.verdict, sizeof(c.verdict), "ok");
	ck_ok(journal_end_command(j, &c, &err));
	u->state = UPGRADE_COMPLETED;
	ck_ok(journal_put_upgrade(j, u, &err));
	journal_rollback(j);
	ck_assert_int_eq(id, 1);
	ck_assert_int_eq(journal_last_event(j), 0);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM upgrade"), 1);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 0);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM command"), 0);
	journal_totals(j, &totals);
	ck_assert_int_eq(totals.completed, 0);
	ck_assert_int_eq(totals.commands_ok, 0);
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, &id,
	    &err));
	commit(j);
	ck_assert_int_eq(id, 1);
	command_row_done(&c);
	upgrade_free(other);
	upgrade_free(u);
}
END_TEST

START_TEST(failed_put_spoils_the_turn)
{
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, NULL,
	    &err));
	ck_assert_int_eq(journal_put_approval(j, 12345, "of no upgrade", "", "pat", "",
			     "h", &err),
	    -1);
	ck_assert_int_eq(err.code, UD_EJOURNAL);
	ck_assert_int_eq(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "y",
			     NULL, NULL, &err),
	    -1);
	ck_assert_int_eq(journal_commit(j, &err), -1);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), 0);
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "z", NULL, NULL,
	    &err));
	commit(j);
	ck_assert_int_eq(journal_last_event(j), 1);
}
END_TEST

START_TEST(idempotency_key_is_unique)
{
	struct upgrade *u = upgrade_made(plan), *other = upgrade_made(plan);
	int64_t id = -1;

	str_copy(u->idempotency_key, sizeof(u->idempotency_key), "key-1");
	str_copy(other->idempotency_key, sizeof(other->idempotency_key), "key-1");
	upgrade_put(j, u, plan);
	ck_ok(journal_find_key(j, "key-1", &id, &err));
	ck_assert_int_eq(id, u->id);
	ck_ok(journal_find_key(j, "key-2", &id, &err));
	ck_assert_int_eq(id, 0);
	begin(j);
	ck_assert_int_eq(journal_put_upgrade(j, other, &err), -1);
	ck_assert_int_eq(err.code, UD_ESTATE);
	ck_assert_ptr_nonnull(strstr(err.text, "upgrade 1"));
	journal_rollback(j);
	other->idempotency_key[0] = '\0'; /* without a key there may be many */
	upgrade_put(j, other, plan);
	begin(j);
	other->id = 0;
	ck_ok(journal_put_upgrade(j, other, &err));
	commit(j);
	upgrade_free(u);
	upgrade_free(other);
}
END_TEST

START_TEST(events_rise_over_reopening)
{
	int64_t id = 0, last = 0;

	for (int i = 0; i < 5; i++) {
		begin(j);
		ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x",
		    NULL, &id, &err));
		ck_assert_int_eq(journal_last_event(j), last); /* committed ones only */
		commit(j);
		ck_assert_int_eq(id, last + 1);
		last = id;
		journal_close(j);
		j = opened();
		ck_assert_int_eq(journal_last_event(j), last);
	}
}
END_TEST

static int hook_calls[2];

static void
count_hook(void *arg, bool after, int64_t took_us)
{
	(void)arg;
	ck_assert_int_eq(after, hook_calls[0] > hook_calls[1]);
	ck_assert(after || took_us == 0);
	hook_calls[after]++;
}

START_TEST(empty_turn_does_nothing)
{
	journal_set_hook(j, count_hook, NULL);
	begin(j);
	ck_assert_int_eq(sqlite3_get_autocommit(j->db), 1);
	commit(j);
	ck_assert_int_eq(hook_calls[0], 0);
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, NULL,
	    &err));
	commit(j);
	ck_assert_int_eq(hook_calls[0], 1);
	ck_assert_int_eq(hook_calls[1], 1);
}
END_TEST

START_TEST(totals_count_and_stay)
{
	struct upgrade *u = upgrade_made(plan);
	struct journal_totals t;

	upgrade_put(j, u, plan);
	for (int i = 0; i < 4; i++) { /* twice the same state counts once */
		struct command_row c = command_made(u->id, "1");

		u->state = i < 2 ? UPGRADE_ATTENTION : UPGRADE_COMPLETED;
		begin(j);
		ck_ok(journal_put_upgrade(j, u, &err));
		ck_ok(journal_put_command(j, &c, &err));
		str_copy(c.verdict, sizeof(c.verdict), i == 0 ? "stop" : "ok");
		c.ended_wall_ms = 5;
		ck_ok(journal_end_command(j, &c, &err));
		commit(j);
		command_row_done(&c);
	}
	journal_close(j);
	j = opened();
	journal_totals(j, &t);
	ck_assert_int_eq(t.attention, 1);
	ck_assert_int_eq(t.completed, 1);
	ck_assert_int_eq(t.aborted, 0);
	ck_assert_int_eq(t.commands_ok, 3);
	ck_assert_int_eq(t.commands_failed, 1);
	upgrade_free(u);
}
END_TEST

TCase *
turn_tests(void)
{
	TCase *tc = tcase_create("turn");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, rollback_leaves_nothing);
	tcase_add_test(tc, failed_put_spoils_the_turn);
	tcase_add_test(tc, idempotency_key_is_unique);
	tcase_add_test(tc, events_rise_over_reopening);
	tcase_add_test(tc, empty_turn_does_nothing);
	tcase_add_test(tc, totals_count_and_stay);
	return tc;
}
