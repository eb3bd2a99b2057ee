/*
 * The whole plan as a page, next to the manual's numbers, and what abort does from each
 * step. When a page is meant to change: UPDATE=1 check_plan writes it anew.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/core/core.h"
#include "tests/lib/golden.h"
#include "tests/unit/plan/check_plan.h"

static void
page_step(struct buf *b, const struct planned *p, const struct plan_step *ps)
{
	static const struct { unsigned flag; const char *word; } words[] = {
		{ ROW_OPENS_PAUSE, "opens-pause" }, { ROW_CLOSES_PAUSE, "closes-pause" },
		{ ROW_ACTIVATES, "activates" }, { ROW_FENCES, "fences" },
		{ ROW_DESTROYS, "destroys" }, { ROW_NO_RETURN, "no-return" },
		{ ROW_OFF_LIMITS, "off-limits" }, { ROW_HOLDS_SWAP, "holds-swap" }, { ROW_COMMITS, "commits" },
		{ ROW_NEEDS_PROOF, "needs-proof" }, { ROW_MAY_FAIL, "may-fail" },
		{ ROW_NOT_LATER, "not-later" },
	};
	char title[160], *command = plan_step_command(p->plan, ps, p->seen), *c;

	plan_step_title(ps, title, sizeof(title));
	for (c = command; *c != '\0'; c++)
		if (*c == '\n')
			*c = c[1] != '\0' ? ' ' : '\0';
	buf_addf(b, "%-6s %s", ps->number, title);
	if (ps->gate != NULL)
		buf_addf(b, " [gate %s]", ps->gate);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if ((ps->row->flags & words[i].flag) != 0)
			buf_addf(b, " (%s)", words[i].word);
	if (ps->row->from != NULL)
		buf_addf(b, " <%s..%s>", ps->row->from,
		    ps->row->until != NULL ? ps->row->until : ps->row->from);
	buf_addf(b, "\n%s%s%s", command[0] != '\0' ? "       $ " : "", command,
	    command[0] != '\0' ? "\n" : "");
	free(command);
}

static char *
page_of(const struct planned *p)
{
	struct buf b = { 0 };

	for (int l = 0; l < LISTS; l++) {
		buf_addf(&b, "%s%s:\n", l > 0 ? "\n" : "", plan_list_name((enum plan_list)l));
		for (int i = 0; i < p->plan->lists[l].count; i++)
			page_step(&b, p, &p->plan->lists[l].items[i]);
	}
	return buf_take(&b);
}

static char *
page_of_aborts(const struct planned *p)
{
	struct buf b = { 0 };

	for (int i = 0; i < p->plan->lists[LIST_FORWARD].count; i++) {
		struct str_list lines = { 0 };

		core_plan_abort_text(p->plan, i, &lines);
		buf_addf(&b, "%s:\n", p->plan->lists[LIST_FORWARD].items[i].number);
		for (size_t k = 0; k < lines.count; k++)
			buf_addf(&b, "       %s\n", lines.items[k]);
		str_list_done(&lines);
	}
	return buf_take(&b);
}

static void
compare(const char *name, const char *page)
{
	char *file = mem_printf("tests/unit/plan/%s.txt", name);

	golden_check(file, page);
	free(file);
}

START_TEST(the_page_of_asp_major)
{
	static const char *const gates[] = { "before-swap", "before-destroy", NULL };
	struct site_wish wish = { .subscribers = _i, .gates = gates };
	char name[32], *page;
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	str_printf(name, sizeof(name), "asp-major-%d", _i);
	page = page_of(&p);
	compare(name, page);
	free(page);
	planned_done(&p);
}
END_TEST

START_TEST(the_page_of_asp_patch)
{
	static const char *const gates[] = { "before-swap", NULL };
	struct site_wish wish = { .subscribers = 1, .gates = gates };
	struct plan_request rq = { 0 };
	struct settings options = { 0 };
	struct planned p;
	char *page;

	planned_init(&p, &wish);
	for (int i = 0; i < SITE_MEMBERS; i++)
		p.site.hosts[i].installation_count = 1;
	rq.to = p.site.from;
	rq.to.part[3]++;
	rq.options = &options;
	settings_set(&options, "swap_back", "yes");
	ck_assert_msg(planned_make(&p, &rq) == 0, "%s", p.err.text);
	ck_assert_str_eq(p.plan->procedure->id, "asp-patch");
	page = page_of(&p);
	compare("asp-patch", page);
	free(page);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* Two masters that send to each other, one installation on each host. */
static void
patch_of_both(struct planned *p, const struct site_wish *wish)
{
	struct plan_request rq = { 0 };

	planned_init(p, wish);
	free(p->site.pair.topology);
	p->site.pair.topology = mem_strdup("bidirectional");
	p->site.pair.member_count = 2;
	for (int i = 0; i < SITE_MEMBERS; i++)
		p->site.hosts[i].installation_count = 1;
	rq.to = p->site.from;
	rq.to.part[3]++;
	ck_assert_msg(planned_make(p, &rq) == 0, "%s", p->err.text);
	ck_assert_str_eq(p->plan->procedure->id, "in-place-bidirectional");
}

START_TEST(the_page_of_in_place_bidirectional)
{
	static const char *const gates[] = { "before-standby", "before-swap", "before-second",
		"before-finish", NULL };
	struct site_wish wish = { .gates = gates };
	struct planned p;
	char *page;

	patch_of_both(&p, &wish);
	page = page_of(&p);
	compare("in-place-bidirectional", page);
	free(page);
	page = page_of_aborts(&p);
	compare("in-place-bidirectional-abort", page);
	free(page);
	planned_done(&p);
}
END_TEST

START_TEST(what_abort_does_at_each_step)
{
	struct site_wish wish = { .subscribers = 1 };
	struct planned p;
	char *page;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	page = page_of_aborts(&p);
	compare("asp-major-abort", page);
	free(page);
	planned_done(&p);
}
END_TEST

TCase *
pages_tests(void)
{
	TCase *tc = tcase_create("pages");

	tcase_add_loop_test(tc, the_page_of_asp_major, 0, 4);
	tcase_add_test(tc, the_page_of_asp_patch);
	tcase_add_test(tc, the_page_of_in_place_bidirectional);
	tcase_add_test(tc, what_abort_does_at_each_step);
	return tc;
}
