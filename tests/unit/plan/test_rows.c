#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "tests/unit/plan/check_plan.h"

static char *
gates_of(const struct plan *plan)
{
	struct buf b = { 0 };

	for (int i = 0; i < plan->lists[LIST_FORWARD].count; i++) {
		const struct plan_step *ps = &plan->lists[LIST_FORWARD].items[i];

		if (ps->gate != NULL)
			buf_addf(&b, "%s%s %s", b.len > 0 ? ", " : "", ps->number, ps->gate);
	}
	return b.len > 0 ? buf_take(&b) : mem_strdup("");
}

static const char *const none[] = { "none", NULL };
static const char *const some[] = { "before-swap", "before-destroy", NULL };
static const char *const subs[] = { "before-subscribers", NULL };

/* clang-format off */
static const struct { const char *what; const char *const *gates; bool by_hand; const char *found; } cases[] = {
	{ "none",		    none, false, "" },
	{ "those asked for",	    some, false, "5 before-swap, 9a before-destroy" },
	{ "once, not for each",	    subs, false, "15 before-subscribers" },
	{ "a person is the hook",   none, true,	 "5 writes-paused, 8a writes-resumed" },
	{ "and that comes first",   some, true,	 "5 writes-paused, 8a writes-resumed, 9a before-destroy" },
};
/* clang-format on */

START_TEST(gates_are_those_the_pair_asks_for)
{
	struct site_wish wish = {
		.subscribers = 2,
		.gates = cases[_i].gates,
		.no_pause_hook = cases[_i].by_hand,
		.no_resume_hook = cases[_i].by_hand,
	};
	struct planned p;
	char *found;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	found = gates_of(p.plan);
	ck_assert_msg(strcmp(found, cases[_i].found) == 0, "%s: %s", cases[_i].what, found);
	free(found);
	planned_done(&p);
}
END_TEST

START_TEST(every_step_is_every_command_but_none_in_the_swap)
{
	static const char *const every[] = { "every-step", NULL };
	struct site_wish wish = { .subscribers = 1, .gates = every };
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	for (int i = 0; i < p.plan->lists[LIST_FORWARD].count; i++) {
		const struct plan_step *ps = &p.plan->lists[LIST_FORWARD].items[i];
		bool in_swap = (ps->row->flags & ROW_IN_SWAP) != 0;

		if (in_swap && (ps->row->flags & ROW_OPENS_PAUSE) == 0)
			ck_assert_msg(ps->gate == NULL, "step %s waits in the pause", ps->number);
		if (!in_swap && ps->step->build != NULL)
			ck_assert_msg(ps->gate != NULL, "step %s does not wait", ps->number);
	}
	planned_done(&p);
}
END_TEST

/* ---- the hash ---- */

static void
hash_of(const struct site_wish *wish, void (*change)(struct planned *p), char *ret)
{
	struct planned p;

	planned_init(&p, wish);
	if (change != NULL)
		change(&p);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	str_copy(ret, PLAN_HASH, p.plan->hash);
	planned_done(&p);
}

static void
other_tools(struct planned *p)
{
	free(p->site.installations[1][INST_NEW].bin);
	p->site.installations[1][INST_NEW].bin = mem_strdup("/opt/elsewhere/bin");
}

static void
other_release(struct planned *p)
{
	struct ud_error err;

	ck_assert_int_eq(release_parse("22.1.1.28.0", &p->site.to, &err), 0);
}

static void
other_roles(struct planned *p)
{
	p->seen[0].role = ROLE_STANDBY;
	p->seen[1].role = ROLE_ACTIVE;
}

static void
other_name(struct planned *p)
{
	free(p->site.members[2].name);
	p->site.members[2].name = mem_strdup("renamed");
}

START_TEST(hash_changes_with_what_is_approved)
{
	void (*const changes[])(struct planned *) = { other_tools, other_release, other_roles,
		other_name };
	struct site_wish usual = { .subscribers = 1 }, more = { .subscribers = 2 },
			 gated = { .subscribers = 1, .gates = some };
	char first[PLAN_HASH], other[PLAN_HASH];

	hash_of(&usual, NULL, first);
	hash_of(&usual, NULL, other);
	ck_assert_str_eq(first, other);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		hash_of(&usual, changes[i], other);
		ck_assert_msg(strcmp(first, other) != 0, "change %zu", i);
	}
	hash_of(&more, NULL, other);
	ck_assert_str_ne(first, other);
	hash_of(&gated, NULL, other);
	ck_assert_str_ne(first, other);
}
END_TEST

/* A cascade: 3 reads from 1, 1 from 2. */
START_TEST(subscribers_come_after_those_they_read_from)
{
	struct site_wish wish = { .subscribers = 3 };
	struct planned p;
	const struct plan_steps *steps;
	const char *order[3];
	int n = 0;

	planned_init(&p, &wish);
	settings_set(&p.site.members[4].settings, "upstream", p.site.members[2].name);
	settings_set(&p.site.members[2].settings, "upstream", p.site.members[3].name);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	steps = &p.plan->lists[LIST_FORWARD];
	for (int i = 0; i < steps->count; i++) {
		const struct plan_step *ps = &steps->items[i];

		if (strcmp(ps->row->number, "16") != 0)
			continue;
		order[n++] = ps->member->name;
		ck_assert_ptr_eq(ps->peer,
		    n == 1 ? p.plan->active : member_upstream(ps->member));
	}
	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(order[0], p.site.members[3].name);
	ck_assert_str_eq(order[1], p.site.members[2].name);
	ck_assert_str_eq(order[2], p.site.members[4].name);
	planned_done(&p);
}
END_TEST

/* What the core relies on, of every list: a row that is needed names a row that exists. */
START_TEST(every_range_of_an_undo_row_is_found)
{
	struct site_wish wish = { .subscribers = 3 };
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	for (int l = LIST_UNDO; l < LISTS; l++)
		for (int i = 0; i < p.plan->lists[l].count; i++) {
			const struct plan_step *ps = &p.plan->lists[l].items[i];

			ck_assert_msg(ps->row->from == NULL || ps->from >= 0, "from of %s",
			    ps->number);
			ck_assert_msg(ps->row->from == NULL || ps->until >= ps->from,
			    "until of %s", ps->number);
			ck_assert_msg(ps->step->probe != NULL, "probe of %s", ps->number);
		}
	planned_done(&p);
}
END_TEST

/* The order of subscribers that somebody wants; those that he does not name come behind. */
START_TEST(subscribers_come_in_the_order_that_is_asked_for)
{
	struct site_wish wish = { .subscribers = 3 };
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct buf order = { 0 };
	struct planned p;

	planned_init(&p, &wish);
	rq.to = p.site.to;
	settings_set(&options, "subscribers", "sub3, sub1");
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	for (int i = 0; i < p.plan->lists[LIST_FORWARD].count; i++) {
		const struct plan_step *ps = &p.plan->lists[LIST_FORWARD].items[i];

		if (ps->member != NULL && ps->member->subscriber &&
		    strcmp(ps->step->id, "destroy") == 0)
			buf_addf(&order, "%s %s;", ps->member->name, ps->number);
	}
	ck_assert_str_eq(buf_text(&order), "sub3 16;sub1 16/2;sub2 16/3;");
	buf_done(&order);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* "15[sub1 sub2 ] ": the number that each section begins with, and who is in it. */
static void
print_sections(const struct plan *plan, struct buf *ret)
{
	for (int i = 0; i < plan->lists[LIST_FORWARD].count; i++) {
		const struct plan_step *ps = &plan->lists[LIST_FORWARD].items[i];

		if (ps->section_from == i)
			buf_addf(ret, "%s[", ps->number);
		if (ps->lane_from == i)
			buf_addf(ret, "%s ", ps->member->name);
		if (ps->section_until == i)
			buf_adds(ret, "] ");
	}
}

/* clang-format off */
static const struct { const char *what, *many, *upstream, *sections; } beside[] = {
	{ "nobody asked",	  NULL, NULL,	"" },
	{ "one at a time",	  "1",	NULL,	"" },
	{ "two",		  "2",	NULL,	"0c[sub1 sub2 sub3 ] 9.3[sub1 sub2 sub3 ] 15[sub1 sub2 sub3 ] " },
	{ "all that there are",	  "all", NULL,	"0c[sub1 sub2 sub3 ] 9.3[sub1 sub2 sub3 ] 15[sub1 sub2 sub3 ] " },
	{ "one reads another",	  "3",	"sub2", "0c[sub1 sub2 ] 9.3[sub1 sub2 ] 15[sub1 sub2 ] " },
};
/* clang-format on */

START_TEST(subscribers_of_one_depth_may_be_side_by_side)
{
	struct site_wish wish = { .subscribers = 3 };
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct buf text = { 0 };
	struct planned p;

	planned_init(&p, &wish);
	rq.to = p.site.to;
	if (beside[_i].many != NULL)
		settings_set(&options, "parallel_subscribers", beside[_i].many);
	if (beside[_i].upstream != NULL)
		settings_set(&p.site.members[4].settings, "upstream", beside[_i].upstream);
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	print_sections(p.plan, &text);
	ck_assert_msg(str_equal(buf_text(&text), beside[_i].sections), "%s: %s", beside[_i].what,
	    buf_text(&text));
	buf_done(&text);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *many; int rounds; bool one_host; } times[] = {
	{ "one after another",	 NULL,	3, false },
	{ "two places for three", "2",	2, false },
	{ "a place for each",	 "3",	1, false },
	{ "all",		 "all",	1, false },
	{ "two of one host",	 "all",	2, true },
};
/* clang-format on */

/* A section takes as long as the last of its lanes to end. */
START_TEST(time_of_a_plan_is_that_of_the_longest_beside_others)
{
	struct site_wish wish = { .subscribers = 3 };
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	int64_t *ms, in_lane = 0, others = 0;
	struct planned p;

	planned_init(&p, &wish);
	rq.to = p.site.to;
	if (times[_i].many != NULL)
		settings_set(&options, "parallel_subscribers", times[_i].many);
	if (times[_i].one_host)
		p.site.members[4].host = p.site.members[2].host;
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	ms = mem_alloc((size_t)p.plan->lists[LIST_FORWARD].count * sizeof(*ms));
	for (int i = 0; i < p.plan->lists[LIST_FORWARD].count; i++) {
		const struct member *m = p.plan->lists[LIST_FORWARD].items[i].member;

		ms[i] = m != NULL && m->subscriber ? 1000 : 10;
		others += m != NULL && m->subscriber ? 0 : ms[i];
		in_lane += m == &p.site.members[2] ? ms[i] : 0;
	}
	ck_assert_int_gt(in_lane, 5000);
	ck_assert_msg(plan_time_ms(p.plan, LIST_FORWARD, 0, ms) ==
		others + times[_i].rounds * in_lane,
	    "%s: %lld", times[_i].what,
	    (long long)plan_time_ms(p.plan, LIST_FORWARD, 0, ms));
	ms[3] = -1;
	ck_assert_int_eq(plan_time_ms(p.plan, LIST_FORWARD, 0, ms), -1);
	free(ms);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

START_TEST(P3_destroy_last_every_destroy_is_flagged)
{
	struct site_wish wish = { .subscribers = 1 };
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < p.plan->lists[l].count; i++) {
			const struct plan_step *ps = &p.plan->lists[l].items[i];
			char *text = plan_step_command(p.plan, ps, p.seen);

			if (strstr(text, "ttDestroy") != NULL)
				ck_assert_msg((ps->row->flags & ROW_DESTROYS) != 0, "%s", ps->number);
			if (strstr(text, "ttRepStateSet") != NULL)
				ck_assert_msg((ps->row->flags & ROW_ACTIVATES) != 0, "%s", ps->number);
			ck_assert_msg(strstr(text, "-force") == NULL, "%s", ps->number);
			free(text);
		}
	planned_done(&p);
}
END_TEST

TCase *
rows_tests(void)
{
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, gates_are_those_the_pair_asks_for, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, every_step_is_every_command_but_none_in_the_swap);
	tcase_add_test(tc, hash_changes_with_what_is_approved);
	tcase_add_test(tc, subscribers_come_after_those_they_read_from);
	tcase_add_test(tc, subscribers_come_in_the_order_that_is_asked_for);
	tcase_add_loop_test(tc, time_of_a_plan_is_that_of_the_longest_beside_others, 0,
	    ARRAY_SIZE(times));
	tcase_add_loop_test(tc, subscribers_of_one_depth_may_be_side_by_side, 0, ARRAY_SIZE(beside));
	tcase_add_test(tc, every_range_of_an_undo_row_is_found);
	tcase_add_test(tc, P3_destroy_last_every_destroy_is_flagged);
	return tc;
}
