#include <stdlib.h>
#include <string.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
	world_upgrade(UPGRADE_GATED, 1);
}

/* clang-format off */
static const struct { const char *verb, *body; enum steering what; const char *asked; } asks[] = {
	{ "advance", "{}", STEER_ADVANCE, "gate=- through=- all=0 hash=- comment= who=uid " },
	{ "advance", "{\"gate\":\"before-swap\",\"comment\":\"go\",\"plan_hash\":\"abc123\"}",
	  STEER_ADVANCE, "gate=before-swap through=- all=0 hash=abc123 comment=go who=uid " },
	{ "advance", "{\"through\":\"before-finish\"}", STEER_ADVANCE, "through=before-finish" },
	{ "advance", "{\"all\":true}", STEER_ADVANCE, "all=1" },
	{ "advance", NULL, STEER_ADVANCE, "gate=- " },
	{ "pause",   "{}", STEER_PAUSE,   "comment= " },
	{ "resume",  "{\"comment\":null}", STEER_RESUME, "comment= " },
	{ "retry",   "{\"comment\":\"mended\"}", STEER_RETRY, "comment=mended " },
	{ "abort",   "{}", STEER_ABORT,   "comment= " },
};
/* clang-format on */

START_TEST(requests_are_passed_on)
{
	char line[64];
	struct web_reply r;

	str_printf(line, sizeof(line), "POST /v1/upgrades/7/%s", asks[_i].verb);
	r = web_ask(line, "If-Match: \"31\"\r\n", asks[_i].body);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_header(&r, "ETag"), "\"31\"");
	ck_assert_str_eq(web_text(&r, "id"), "7");
	ck_assert_int_eq(world.steers, 1);
	ck_assert_int_eq(world.asked_steer.what, asks[_i].what);
	ck_assert_int_eq(world.asked_steer.upgrade, 7);
	ck_assert_int_eq(world.asked_steer.revision, 31);
	ck_assert_msg(strstr(world.asked_text, asks[_i].asked) != NULL, "%s",
	    world.asked_text);
	web_reply_done(&r);
}
END_TEST

/* clang-format off */
static const struct { const char *line, *headers, *body; int status; const char *code, *text; } wrong[] = {
	{ "POST /v1/upgrades/7/advance",  NULL,                   "{}", 428, "precondition-required", "If-Match is missing" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: 30\r\n",     "{}", 412, "stale", "has revision 31 now, not 30" },
	{ "POST /v1/upgrades/7/abort",    "If-Match: \"32\"\r\n", "{}", 412, "stale", "has revision 31 now, not 32" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: *\r\n",      "{}", 400, "usage", "one revision is accepted" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: \"30\", \"31\"\r\n", "{}", 400, "usage", "one revision is accepted" },
	{ "POST /v1/upgrades/99/advance", "If-Match: 31\r\n",     "{}", 404, "not-found", "no upgrade 99" },
	{ "POST /v1/upgrades/3/abort",    "If-Match: 31\r\n",     "{}", 409, "wrong-state", "is completed" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: 31\r\n",     "{\"gat\":1}", 400, "usage", "body.gat: no such member" },
	{ "POST /v1/upgrades/7/pause",    "If-Match: 31\r\n",     "{\"gate\":\"x\"}", 400, "usage", "body.gate: no such member" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: 31\r\n",     "{\"all\":1}", 400, "usage", "true or false is needed" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: 31\r\n",     "{\"gate\":7}", 400, "usage", "a string is needed" },
	{ "POST /v1/upgrades/7/advance",  "If-Match: 31\r\n",     "{", 400, "usage", "line 1, column" },
};
/* clang-format on */

START_TEST(what_cannot_be_done_is_refused)
{
	struct web_reply r;

	world_past(3, "sales", UPGRADE_COMPLETED);
	r = web_ask(wrong[_i].line, wrong[_i].headers, wrong[_i].body);
	web_expect(&r, wrong[_i].status, wrong[_i].code);
	ck_assert_msg(strstr(web_text(&r, "detail"), wrong[_i].text) != NULL, "%s: %s",
	    wrong[_i].text, web_text(&r, "detail"));
	ck_assert_int_eq(world.steers, 0);
	web_reply_done(&r);
}
END_TEST

START_TEST(a_comment_has_a_limit)
{
	struct buf body = { 0 };
	struct web_reply r;

	buf_adds(&body, "{\"comment\":\"");
	for (int i = 0; i < 1001; i++)
		buf_adds(&body, "x");
	buf_adds(&body, "\"}");
	r = web_ask("POST /v1/upgrades/7/advance", "If-Match: 31\r\n", buf_text(&body));
	web_expect(&r, 400, "usage");
	web_reply_done(&r);
	buf_done(&body);
}
END_TEST

/* clang-format off */
static const struct { enum ud_code code; bool inside; int status; const char *name; } refusals[] = {
	{ UD_ESTATE,   false, 409, "wrong-state" },
	{ UD_ESTATE,   true,  409, "wrong-state" },
	{ UD_ESTALE,   false, 412, "stale" },
	{ UD_EJOURNAL, false, 500, "journal" },
};
/* clang-format on */

START_TEST(the_conductor_may_refuse)
{
	struct web_reply r;

	world.answer_inside = refusals[_i].inside;
	(void)ud_fail(&world.fail, refusals[_i].code,
	    "it waits at no gate: it is running");
	(void)ud_remedy(&world.fail, "upgradectl pause sales");
	r = web_ask("POST /v1/upgrades/7/advance", "If-Match: 31\r\n", "{}");
	web_expect(&r, refusals[_i].status, refusals[_i].name);
	ck_assert_str_eq(web_text(&r, "remedy"), "upgradectl pause sales");
	web_reply_done(&r);
}
END_TEST

/* Two people saw the same gate: one approval counts. */
START_TEST(the_second_of_two_is_stale)
{
	struct web first, second;
	struct web_reply r;

	world.hold_answers = true;
	web_open(&first, false);
	web_send_request(&first, "POST /v1/upgrades/7/advance", "If-Match: 31\r\n",
	    "{}");
	web_turn(10);
	world.live->revision = 32;
	world_answer();
	web_read(&first, &r);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_header(&r, "ETag"), "\"32\"");
	web_reply_done(&r);
	web_open(&second, false);
	web_send_request(&second, "POST /v1/upgrades/7/abort", "If-Match: 31\r\n",
	    "{}");
	web_read(&second, &r);
	web_expect(&r, 412, "stale");
	web_reply_done(&r);
	web_close(&first);
	web_close(&second);
}
END_TEST

TCase *
steering_tests(void)
{
	TCase *tc = tcase_create("steering");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_loop_test(tc, requests_are_passed_on, 0, ARRAY_SIZE(asks));
	tcase_add_loop_test(tc, what_cannot_be_done_is_refused, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tc, a_comment_has_a_limit);
	tcase_add_loop_test(tc, the_conductor_may_refuse, 0, ARRAY_SIZE(refusals));
	tcase_add_test(tc, the_second_of_two_is_stale);
	return tc;
}
