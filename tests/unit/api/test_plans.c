#include <stdlib.h>
#include <string.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

#define CHECK "POST /v1/pairs/sales/check"
#define PLAN  "POST /v1/pairs/sales/plan"
#define TO    "{\"to\":\"22.1.1.30.0\"}"

static void
setup(void)
{
	world_begin(NULL);
	findings_add(&world.findings, SEVERITY_BLOCKER, "release.path", NULL,
	    "install it first", "no way from %s", "11.2");
	findings_add(&world.findings, SEVERITY_WARNING, "marker", "m1",
	    "set marker_table", "no marker");
	findings_add(&world.findings, SEVERITY_NOTE, "size", "m2", "", "42 rows");
}

START_TEST(check_tells_everything_at_once)
{
	struct web_reply r = web_ask(CHECK, NULL, TO);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "pair"), "sales");
	ck_assert_str_eq(web_text(&r, "to"), "22.1.1.30.0");
	ck_assert_str_eq(web_text(&r, "procedure"), "asp-major");
	ck_assert_str_eq(web_text(&r, "blockers"), "1");
	ck_assert_str_eq(web_text(&r, "warnings"), "1");
	ck_assert_str_eq(web_text(&r, "notes"), "1");
	ck_assert_str_eq(web_text(&r, "proposal.procedure"), "asp-major");
	ck_assert_str_ne(web_text(&r, "proposal.why"), "(null)");
	ck_assert_str_eq(web_text(&r, "findings.0.severity"), "blocker");
	ck_assert_str_eq(web_text(&r, "findings.0.rule"), "release.path");
	ck_assert_str_eq(web_text(&r, "findings.0.member"), "(null)");
	ck_assert_str_eq(web_text(&r, "findings.0.finding"), "no way from 11.2");
	ck_assert_str_eq(web_text(&r, "findings.0.remedy"), "install it first");
	ck_assert_str_eq(web_text(&r, "findings.1.member"), "m1");
	ck_assert_str_eq(web_text(&r, "findings.2.remedy"), "(null)");
	web_reply_done(&r);
}
END_TEST

START_TEST(what_was_asked_is_passed_on)
{
	struct web_reply r = web_ask(PLAN, NULL,
	    "{\"to\":\"22.1\",\"procedure\":\"asp-major\",\"options\":{\"parallel\":4,"
	    "\"keep\":true},\"gates\":null}");

	web_expect(&r, 200, NULL);
	ck_assert_int_eq(world.checks, 1);
	ck_assert(release_is_set(&world.asked_plan.to));
	ck_assert(world.asked_plan.procedure != NULL);
	ck_assert(world.asked_plan.options != NULL);
	ck_assert(world.asked_plan.gates == NULL);
	web_reply_done(&r);
}
END_TEST

/* clang-format off */
static const struct { const char *path, *text; } plan[] = {
	{ "pair", "sales" }, { "procedure", "asp-major" }, { "title", "Major upgrade" },
	{ "source", "Manual, chapter 2" }, { "from", "11.2.1.9.0" }, { "to", "22.1.1.30.0" },
	{ "hash", "abc123" }, { "estimate_ms", "6000" }, { "steps", "(3)" },
	{ "abort_steps", "(0)" }, { "findings", "(3)" }, { "proposal.procedure", "asp-major" },
	{ "proposal.procedures.0.id", "asp-major" }, { "proposal.procedures.0.applies", "true" },
	{ "proposal.procedures.0.why", "it leads there; costs: a pause" },
	{ "steps.0.number", "5" }, { "steps.0.id", "drain" }, { "steps.0.title", "drain m1" },
	{ "steps.0.member", "m1" }, { "steps.0.host", "h1" }, { "steps.0.command", "ttDo drain" },
	{ "steps.0.effect", "the standby has every commit" }, { "steps.0.limit_ms", "60000" },
	{ "steps.0.estimate_ms", "1000" }, { "steps.0.gate", "(null)" },
	{ "steps.0.opens_pause", "true" }, { "steps.0.closes_pause", "false" },
	{ "steps.0.abort.0", "undo step 0" },
	{ "steps.1.gate", "before-swap" }, { "steps.1.closes_pause", "true" },
	{ "steps.2.destroys", "true" }, { "steps.2.no_return", "true" },
};
/* clang-format on */

START_TEST(plan_is_the_page_to_read)
{
	struct web_reply r = web_ask(PLAN, NULL, TO);

	web_expect(&r, 200, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(plan); i++)
		ck_assert_msg(strcmp(web_text(&r, plan[i].path), plan[i].text) == 0,
		    "%s: %s", plan[i].path, web_text(&r, plan[i].path));
	web_reply_done(&r);
}
END_TEST

/* clang-format off */
static const struct { const char *line; enum ud_code code; int status; const char *name; } no_plan[] = {
	{ PLAN,  UD_ESTATE,       409, "wrong-state" },
	{ PLAN,  UD_EBLOCKED,     409, "blocked" },
	{ PLAN,  UD_EUSAGE,       400, "usage" },
	{ CHECK, UD_EUSAGE,       400, "usage" },
	{ CHECK, UD_ESTATE,       200, NULL }, /* what stands in the way is what was asked */
	{ CHECK, UD_EBLOCKED,     200, NULL },
};
/* clang-format on */

START_TEST(without_a_plan_the_findings_say_why)
{
	struct web_reply r;

	(void)ud_fail(&world.fail, no_plan[_i].code, "no active was seen");
	r = web_ask(no_plan[_i].line, NULL, TO);
	web_expect(&r, no_plan[_i].status, no_plan[_i].name);
	if (no_plan[_i].status != 400)
		ck_assert_str_eq(web_text(&r, "findings"), "(3)");
	if (no_plan[_i].status == 200)
		ck_assert_str_eq(web_text(&r, "procedure"), "(null)");
	web_reply_done(&r);
}
END_TEST

TCase *
plans_tests(void)
{
	TCase *tc = tcase_create("plans");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, check_tells_everything_at_once);
	tcase_add_test(tc, what_was_asked_is_passed_on);
	tcase_add_test(tc, plan_is_the_page_to_read);
	tcase_add_loop_test(tc, without_a_plan_the_findings_say_why, 0,
	    ARRAY_SIZE(no_plan));
	return tc;
}
