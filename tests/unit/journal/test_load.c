/* Recovery: what was journaled comes back with its plan; what does not fit is told. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

static struct ud_error err;
static struct journal *j;
static struct plan *plan;
static struct upgrade *loaded[8];
static struct plan *loaded_plans[8];
static int count;

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
	for (int i = 0; i < count; i++) {
		upgrade_free(loaded[i]);
		plan_free(loaded_plans[i]);
	}
	journal_close(j);
	plan_free(plan);
	folder_remove();
}

static struct plan *
same_plan(void *arg, const struct upgrade *head, struct ud_error *e)
{
	(void)arg;
	(void)e;
	ck_assert_str_eq(head->pair, "sales");
	ck_assert_str_eq(head->procedure, "asp-major");
	ck_assert_str_eq(settings_get(&head->notes, "policy"), "always");
	return plan_made();
}

static void
keep(void *arg, struct upgrade *u, struct plan *p)
{
	(void)arg;
	loaded[count] = u;
	loaded_plans[count++] = p;
}

static void
put_one(enum upgrade_state state)
{
	struct upgrade *u = upgrade_made(plan);

	u->state = state;
	u->runs[LIST_FORWARD][1].state = STEP_VERIFYING;
	u->runs[LIST_FORWARD][1].attempt = 2;
	u->runs[LIST_UNDO_BACKOUT][0].touched = true;
	upgrade_put(j, u, plan);
	upgrade_free(u);
}

START_TEST(unfinished_upgrades_come_back)
{
	for (int s = 0; s < UPGRADE_STATES; s++)
		put_one((enum upgrade_state)s);
	journal_close(j);
	j = opened();
	ck_ok(journal_load(j, same_plan, keep, NULL, &err));
	ck_assert_int_eq(count, UPGRADE_STATES - 2);
	for (int i = 0; i < count; i++) {
		const struct upgrade *u = loaded[i];

		ck_assert_int_eq(u->id, i + 1);
		ck_assert_int_eq(u->state, i);
		ck_assert_int_eq(u->run_count[LIST_FORWARD], FORWARD_STEPS);
		ck_assert_int_eq(u->runs[LIST_FORWARD][0].state, STEP_PENDING);
		ck_assert_int_eq(u->runs[LIST_FORWARD][1].state, STEP_VERIFYING);
		ck_assert_int_eq(u->runs[LIST_FORWARD][1].attempt, 2);
		ck_assert(u->runs[LIST_UNDO_BACKOUT][0].touched);
		ck_assert_str_eq(settings_get(&u->notes, "bookmark"), "14/2047560");
		ck_assert_int_eq(u->error.code, UD_EUTILITY);
		ck_assert_int_eq(u->walk.begun_ms, 0);
	}
}
END_TEST

static struct plan *
no_plan(void *arg, const struct upgrade *head, struct ud_error *e)
{
	(void)arg;
	(void)head;
	ud_fail(e, UD_ECONFIG, "pair sales is not configured");
	return NULL;
}

START_TEST(upgrade_without_plan_needs_attention)
{
	put_one(UPGRADE_RUNNING);
	ck_ok(journal_load(j, no_plan, keep, NULL, &err));
	ck_assert_int_eq(count, 1);
	ck_assert_ptr_null(loaded_plans[0]);
	ck_assert_ptr_null(loaded[0]->runs[LIST_FORWARD]);
	ck_assert_int_eq(loaded[0]->state, UPGRADE_ATTENTION);
	ck_assert_int_eq(loaded[0]->error.code, UD_ECONFIG);
}
END_TEST

enum change { NUMBER, STEP, MEMBER, SHORTER, LONGER };
static enum change change;

static struct plan *
other_plan(void *arg, const struct upgrade *head, struct ud_error *e)
{
	static const struct step other = { .id = "unload", .title = "unload %s" };
	struct plan *p = plan_made();
	struct plan_steps *list = &p->lists[LIST_FORWARD];

	(void)arg;
	(void)head;
	(void)e;
	switch (change) {
	case NUMBER:
		str_copy(list->items[2].number, sizeof(list->items[2].number), "3a");
		break;
	case STEP:
		list->items[2].step = &other;
		break;
	case MEMBER:
		list->items[2].member = NULL;
		break;
	case SHORTER:
		list->count--;
		break;
	case LONGER:
		list->items =
		    mem_array(list->items, FORWARD_STEPS + 1, sizeof(*list->items));
		list->items[FORWARD_STEPS] = list->items[0];
		list->count++;
		break;
	}
	return p;
}

/* clang-format off */
static const struct { enum change change; const char *says; } changes[] = {
	{ NUMBER,  "step 3 (fence, master1) where the plan that this version makes has 3a" },
	{ STEP,    "has 3 (unload, master1)" },
	{ MEMBER,  "has 3 (fence, the pair)" },
	{ SHORTER, "step 5 (pause, the pair) where the plan that this version makes has none" },
	{ LONGER,  "9 steps, the plan that this version makes has 10" },
};
/* clang-format on */

START_TEST(another_plan_is_told)
{
	change = changes[_i].change;
	put_one(UPGRADE_RUNNING);
	ck_ok(journal_load(j, other_plan, keep, NULL, &err));
	ck_assert_int_eq(count, 1);
	ck_assert_ptr_null(loaded_plans[0]);
	ck_assert_int_eq(loaded[0]->state, UPGRADE_ATTENTION);
	ck_assert_int_eq(loaded[0]->error.code, UD_ESTATE);
	ck_assert_msg(strstr(loaded[0]->error.text, changes[_i].says) != NULL, "%s",
	    loaded[0]->error.text);
	ck_assert_int_ne(loaded[0]->error.remedy[0], '\0');
	ck_assert_int_eq(loaded[0]->runs[LIST_FORWARD][1].state, STEP_VERIFYING);
}
END_TEST

TCase *
load_tests(void)
{
	TCase *tc = tcase_create("load");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, unfinished_upgrades_come_back);
	tcase_add_test(tc, upgrade_without_plan_needs_attention);
	tcase_add_loop_test(tc, another_plan_is_told, 0, ARRAY_SIZE(changes));
	return tc;
}
