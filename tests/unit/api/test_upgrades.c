#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

/* clang-format off */
static const struct { const char *path, *text; } gated[] = {
	{ "id", "7" }, { "pair", "sales" }, { "procedure", "asp-major" },
	{ "from", "11.2.1.9.0" }, { "to", "22.1.1.30.0" }, { "state", "gated" },
	{ "phase", "forward" }, { "step.number", "6" }, { "step.id", "swap" },
	{ "step.title", "make m2 active" }, { "step.member", "m2" }, { "step.state", "running" },
	{ "step.attempt", "1" }, { "steps_done", "1" }, { "steps_total", "3" },
	{ "gate.id", "before-swap" }, { "write_pause_ms", "(null)" },
	{ "write_pause_limit_ms", "10000" }, { "point_of_no_return", "false" },
	{ "eta_ms", "96000" }, { "revision", "31" }, { "plan_hash", "abc123" },
	{ "ended_at", "(null)" }, { "error", "(null)" }, { "why", "(null)" },
	{ "abort_does.0", "resume the applications" }, { "progress", "rows 17 of 42" },
	{ "measured.bytes", "2097152" }, { "measured.of_bytes", "8388608" }, { "measured.percent", "75" },
	{ "measured.rows", "300" }, { "measured.of_rows", "400" },
	{ "measured.bytes_per_s", "1048576" }, { "measured.left_ms", "6000" },
	{ "created_by", "uid 0 (root)" }, { "notes.rows", "42" },
	{ "approvals.0.gate", "before-swap" }, { "approvals.0.step", "6" },
	{ "approvals.0.who", "uid 0 (root)" }, { "approvals.0.comment", "(null)" },
};
/* clang-format on */

START_TEST(one_under_way_is_shown_whole)
{
	struct web_reply r;

	world_upgrade(UPGRADE_GATED, 1);
	world.progress = "rows 17 of 42";
	world.measured = true;
	world.approvals[world.approval_count++] = (struct approval_row){ 1700000000000,
		"before-swap", "6", "uid 0 (root)", "" };
	r = web_ask("GET /v1/upgrades/7", NULL, NULL);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_header(&r, "ETag"), "\"31\"");
	for (size_t i = 0; i < ARRAY_SIZE(gated); i++)
		ck_assert_msg(strcmp(web_text(&r, gated[i].path), gated[i].text) == 0,
		    "%s: %s", gated[i].path, web_text(&r, gated[i].path));
	ck_assert_str_eq(web_text(&r, "approvals.0.at"), "2023-11-14T22:13:20.000Z");
	ck_assert(json_integer_value(web_at(&r, "step.elapsed_ms")) >= 5000);
	ck_assert(strstr(web_text(&r, "gate.prompt"), "make m2 active") != NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(a_pause_counts_while_it_is_open)
{
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;
	json_int_t ms;

	u->pause_pos = 0;
	u->pause_started_ms = clock_mono_ms() - 700;
	r = web_ask("GET /v1/upgrades/7", NULL, NULL);
	ms = json_integer_value(web_at(&r, "write_pause_ms"));
	ck_assert_msg(ms >= 700 && ms < 5000, "%lld", (long long)ms);
	web_reply_done(&r);
	u->pause_pos = -1;
	u->pause_started_ms = 0;
	u->pause_total_ms = 1514;
	u->past_return = true;
	r = web_ask("GET /v1/upgrades/7", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "write_pause_ms"), "1514");
	ck_assert_str_eq(web_text(&r, "point_of_no_return"), "true");
	web_reply_done(&r);
}
END_TEST

START_TEST(trouble_is_shown)
{
	struct upgrade *u = world_upgrade(UPGRADE_ATTENTION, 1);
	struct web_reply r;

	(void)ud_fail(&u->error, UD_ETIMEOUT,
	    "not drained in 15 min, \xff said the tool");
	(void)ud_remedy(&u->error, "wait");
	r = web_ask("GET /v1/upgrades/7", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "error.code"), "timeout");
	ck_assert(strstr(web_text(&r, "error.detail"), "\xef\xbf\xbd said") != NULL);
	ck_assert_str_eq(web_text(&r, "error.remedy"), "wait");
	ck_assert_str_eq(web_text(&r, "eta_ms"), "(null)");
	web_reply_done(&r);
}
END_TEST

START_TEST(one_that_is_over_comes_from_the_journal)
{
	struct web_reply r;

	world_past(3, "sales", UPGRADE_COMPLETED);
	world.step_count = 2;
	world.steps[0] =
	    (struct step_row){ .list = 'f', .run = { .state = STEP_DONE } };
	world.steps[1] =
	    (struct step_row){ .list = 'u', .run = { .state = STEP_DONE } };
	r = web_ask("GET /v1/upgrades/3", NULL, NULL);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "state"), "completed");
	ck_assert_str_eq(web_text(&r, "step"), "(null)");
	ck_assert_str_eq(web_text(&r, "steps_done"), "1");
	ck_assert_str_eq(web_text(&r, "steps_total"), "1");
	ck_assert_str_eq(web_text(&r, "write_pause_ms"), "1514");
	ck_assert_str_eq(web_text(&r, "ended_at"), "2023-11-14T22:14:20.000Z");
	ck_assert_str_eq(web_text(&r, "abort_does"), "(0)");
	web_reply_done(&r);
}
END_TEST

START_TEST(the_list_goes_back_page_by_page)
{
	struct web_reply r;

	for (int i = 1; i <= 5; i++)
		world_past(i, i == 2 ? "orders" : "sales",
		    i == 3 ? UPGRADE_ABORTED : UPGRADE_COMPLETED);
	world_past(7, "sales", UPGRADE_RUNNING);
	world_upgrade(UPGRADE_GATED, 1);
	r = web_ask("GET /v1/upgrades?limit=2", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "upgrades"), "(2)");
	ck_assert_str_eq(web_text(&r, "upgrades.0.id"), "7");
	ck_assert_str_eq(web_text(&r, "upgrades.0.state"), "gated"); /* as it is now */
	ck_assert_str_eq(web_text(&r, "upgrades.0.steps_total"), "3");
	ck_assert_str_eq(web_text(&r, "next"), "5");
	web_reply_done(&r);
	r = web_ask("GET /v1/upgrades?limit=4&after=5", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "upgrades"), "(4)");
	ck_assert_str_eq(web_text(&r, "upgrades.0.id"), "4");
	ck_assert_str_eq(web_text(&r, "next"), "(null)");
	web_reply_done(&r);
	r = web_ask("GET /v1/upgrades?pair=sales&state=aborted", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "upgrades"), "(1)");
	ck_assert_str_eq(web_text(&r, "upgrades.0.id"), "3");
	web_reply_done(&r);
	r = web_ask("GET /v1/upgrades?pair=&state=", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "upgrades"), "(6)");
	web_reply_done(&r);
}
END_TEST

TCase *
upgrades_tests(void)
{
	TCase *tc = tcase_create("upgrades");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, one_under_way_is_shown_whole);
	tcase_add_test(tc, a_pause_counts_while_it_is_open);
	tcase_add_test(tc, trouble_is_shown);
	tcase_add_test(tc, one_that_is_over_comes_from_the_journal);
	tcase_add_test(tc, the_list_goes_back_page_by_page);
	return tc;
}
