/* Lists for people: order, filters, pages; and that none of them reads a whole table. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#define UPGRADES 30

static struct ud_error err;
static struct journal *j;
static int64_t ids[100];
static int count;

/* clang-format off */
static const enum upgrade_state states[] = {
	UPGRADE_COMPLETED, UPGRADE_ABORTED, UPGRADE_RUNNING,
};
static const char *const pairs[] = { "sales", "orders" };
/* clang-format on */

static void
set_up(void)
{
	struct plan *plan = plan_made();

	folder_make();
	j = opened();
	for (int i = 0; i < UPGRADES; i++) {
		struct upgrade *u = upgrade_made(plan);

		u->state = states[i % 3];
		str_copy(u->pair, sizeof(u->pair), pairs[i % 2]);
		upgrade_put(j, u, plan);
		upgrade_free(u);
	}
	plan_free(plan);
}

static void
tear_down(void)
{
	journal_close(j);
	folder_remove();
}

static void
keep_id(void *arg, const struct upgrade *u)
{
	(void)arg;
	ids[count++] = u->id;
}

/* clang-format off */
static const struct {
	const char *what, *pair, *state; int64_t after; int limit, count; int64_t first, last;
} pages[] = {
	{ "newest first",            NULL,     NULL,        0, 100, 30, 30,  1 },
	{ "a page",                  NULL,     NULL,        0,  10, 10, 30, 21 },
	{ "the next page",           NULL,     NULL,       21,  10, 10, 20, 11 },
	{ "the last page",           NULL,     NULL,        4,  10,  3,  3,  1 },
	{ "behind the end",          NULL,     NULL,        1,  10,  0,  0,  0 },
	{ "of a pair",               "orders", NULL,        0, 100, 15, 30,  2 },
	{ "of a pair, a page",       "sales",  NULL,       10,   3,  3,  9,  5 },
	{ "in a state",              NULL,     "aborted",   0, 100, 10, 29,  2 },
	{ "in a state, a page",      NULL,     "running",  20,   2,  2, 18, 15 },
	{ "of a pair and in a state", "sales", "completed", 0, 100,  5, 25,  1 },
	{ "of both, a page",         "sales",  "completed", 20,  2,  2, 19, 13 },
	{ "of an unknown pair",      "none",   NULL,        0, 100,  0,  0,  0 },
	{ "no room",                 NULL,     NULL,        0,   0,  0,  0,  0 },
};
/* clang-format on */

START_TEST(history_has_pages)
{
	ck_ok(journal_history(j, pages[_i].pair, pages[_i].state, pages[_i].after,
	    pages[_i].limit, keep_id, NULL, &err));
	ck_assert_msg(count == pages[_i].count, "%s: %d", pages[_i].what, count);
	if (count > 0) {
		ck_assert_msg(ids[0] == pages[_i].first, "%s: first", pages[_i].what);
		ck_assert_msg(ids[count - 1] == pages[_i].last, "%s: last",
		    pages[_i].what);
	}
	for (int i = 1; i < count; i++)
		ck_assert_msg(ids[i] < ids[i - 1], "%s: order", pages[_i].what);
}
END_TEST

START_TEST(unknown_upgrade_is_not_found)
{
	ck_assert_int_eq(journal_find(j, 999, keep_id, NULL, &err), -1);
	ck_assert_int_eq(err.code, UD_ENOTFOUND);
	ck_assert_ptr_nonnull(strstr(err.text, "999"));
	ck_assert_int_eq(count, 0);
}
END_TEST

static void
keep_command_id(void *arg, const struct command_row *c)
{
	(void)arg;
	ids[count++] = c->id;
}

/* clang-format off */
static const struct {
	const char *what; int64_t upgrade; const char *number; int64_t after; int limit, count;
	int64_t first;
} command_pages[] = {
	{ "oldest first",      1, NULL, 0, 100, 6,  1 },
	{ "after one",         1, NULL, 3, 100, 4,  5 },
	{ "a page",            1, NULL, 0,   2, 2,  1 },
	{ "of a step",         1, "2",  0, 100, 3,  3 },
	{ "of a step, after",  1, "2",  3, 100, 2,  7 },
	{ "of another one",    2, NULL, 0, 100, 6,  2 },
	{ "of none",           3, NULL, 0, 100, 0,  0 },
};
/* clang-format on */

START_TEST(commands_have_pages)
{
	begin(j);
	for (int i = 0; i < 12; i++) {
		struct command_row c = command_made(i % 2 + 1, i / 2 % 2 ? "2" : "1");

		ck_ok(journal_put_command(j, &c, &err));
		command_row_done(&c);
	}
	commit(j);
	ck_ok(journal_commands(j, command_pages[_i].upgrade, command_pages[_i].number,
	    command_pages[_i].after, command_pages[_i].limit, keep_command_id, NULL,
	    &err));
	ck_assert_msg(count == command_pages[_i].count, "%s: %d",
	    command_pages[_i].what, count);
	ck_assert_msg(count == 0 || ids[0] == command_pages[_i].first, "%s: first %d",
	    command_pages[_i].what, (int)ids[0]);
}
END_TEST

static char last_text[32];

static void
keep_event(void *arg, const struct event_row *e)
{
	(void)arg;
	ck_assert_int_gt(e->wall_ms, 0);
	ck_assert_str_eq(e->kind, "step");
	ck_assert_str_eq(e->step, "7");
	ck_assert_str_eq(e->member, "");
	ck_assert(e->id % 2 ? e->data == NULL : strcmp(e->data, "{\"a\":1}") == 0);
	str_copy(last_text, sizeof(last_text), e->text);
	ids[count++] = e->id;
}

/* clang-format off */
static const struct {
	const char *what; int64_t after; const char *pair; int limit, count; int64_t first;
} event_pages[] = {
	{ "all",               0, NULL,     100, 10, 1 },
	{ "after one",         8, NULL,     100,  2, 9 },
	{ "a page",            2, NULL,       3,  3, 3 },
	{ "of a pair",         0, "orders", 100,  5, 2 },
	{ "of a pair, after",  4, "orders", 100,  3, 6 },
	{ "nothing new",      10, NULL,     100,  0, 0 },
	{ "from the future",  99, NULL,     100,  0, 0 },
};
/* clang-format on */

START_TEST(events_have_pages)
{
	begin(j);
	for (int i = 0; i < 10; i++) {
		char text[32];

		str_printf(text, sizeof(text), "event %d", i + 1);
		ck_ok(journal_put_event(j, pairs[i % 2], i % 3, EVENT_STEP, "7", NULL,
		    text, i % 2 ? "{\"a\":1}" : NULL, NULL, &err));
	}
	commit(j);
	ck_ok(journal_events(j, event_pages[_i].after, event_pages[_i].pair,
	    event_pages[_i].limit, keep_event, NULL, &err));
	ck_assert_msg(count == event_pages[_i].count, "%s: %d", event_pages[_i].what,
	    count);
	ck_assert_msg(count == 0 || ids[0] == event_pages[_i].first, "%s",
	    event_pages[_i].what);
	if (_i == 0)
		ck_assert_str_eq(last_text, "event 10");
}
END_TEST

static void
look_inside(void *arg, const struct upgrade *u)
{
	count++;
	(void)arg;
	if (u->id > 28) /* the same statement, while it is in use */
		ck_ok(
		    journal_history(j, NULL, NULL, u->id, 1, look_inside, NULL, &err));
}

START_TEST(a_list_may_be_read_within_a_list)
{
	ck_ok(journal_history(j, NULL, NULL, 0, 3, look_inside, NULL, &err));
	ck_assert_int_eq(count, 6);
}
END_TEST

/* Steps that were done at the first attempt, newest upgrade first, with the size of then. */
START_TEST(what_steps_took_before)
{
	struct plan *plan = plan_made();
	struct past_runs past = { 0 };
	struct upgrade *u;

	for (int i = 0; i < 2; i++) {
		u = upgrade_made(plan);
		str_copy(u->pair, sizeof(u->pair), "past");
		for (int k = 0; k < 3; k++)
			u->runs[LIST_FORWARD][k] = (struct step_run){
				.state = k == 2 ? STEP_FAILED : STEP_DONE,
				.attempt = 1 + (k == 1),
				.started_wall_ms = 1000,
				.ended_wall_ms = 1500 + 1000 * i,
			};
		for (int k = 3; k < FORWARD_STEPS; k++)
			u->runs[LIST_FORWARD][k] = (struct step_run){ 0 };
		if (i == 1)
			settings_set(&u->notes, NOTE_SIZE_KIB, "2048");
		upgrade_put(j, u, plan);
		upgrade_free(u);
	}
	ck_ok(journal_past(j, "past", &past, &err));
	ck_assert_uint_eq(past.count, 2);
	ck_assert_int_eq(past.items[0].ms, 1500);
	ck_assert_int_eq(past.items[0].size_kib, 2048);
	ck_assert_int_eq(past.items[1].ms, 500);
	ck_assert_int_eq(past.items[1].size_kib, -1);
	ck_assert_int_gt(past.items[0].upgrade, past.items[1].upgrade);
	ck_assert_str_eq(past.items[0].step, plan->lists[LIST_FORWARD].items[0].step->id);
	past_done(&past);
	ck_ok(journal_past(j, "nobody", &past, &err));
	ck_assert_uint_eq(past.count, 0);
	plan_free(plan);
}
END_TEST

/* Whole tables are read by no statement but those that have no condition at all. */
START_TEST(nothing_is_scanned)
{
	for (int i = 0; i < STATEMENTS; i++) {
		char *sql =
		    sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(j->cached[i]));
		sqlite3_stmt *st = NULL;

		ck_assert_int_eq(sqlite3_prepare_v2(j->db, sql, -1, &st, NULL),
		    SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			const char *what = (const char *)sqlite3_column_text(st, 3);

			if (i == ST_THIN_OBSERVATIONS || i == ST_THIN_EVENTS ||
			    i == ST_UPGRADE_LIVE)
				continue; /* from the oldest on with a limit; few and sorted */
			ck_assert_msg(strncmp(what, "SCAN", 4) != 0 &&
				!strstr(what, "TEMP B-TREE"),
			    "%s: %s", sql, what);
		}
		sqlite3_finalize(st);
		sqlite3_free(sql);
	}
}
END_TEST

TCase *
history_tests(void)
{
	TCase *tc = tcase_create("history");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, history_has_pages, 0, ARRAY_SIZE(pages));
	tcase_add_test(tc, unknown_upgrade_is_not_found);
	tcase_add_loop_test(tc, commands_have_pages, 0, ARRAY_SIZE(command_pages));
	tcase_add_loop_test(tc, events_have_pages, 0, ARRAY_SIZE(event_pages));
	tcase_add_test(tc, a_list_may_be_read_within_a_list);
	tcase_add_test(tc, what_steps_took_before);
	tcase_add_test(tc, nothing_is_scanned);
	return tc;
}
