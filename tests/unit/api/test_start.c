#include <stdlib.h>
#include <string.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

#define START "POST /v1/pairs/sales/upgrades"
#define TO    "{\"to\":\"22.1.1.30.0\"}"
#define KEY   "Idempotency-Key: new-key\r\n"

static void
setup(void)
{
	world_begin(NULL);
	world_upgrade(UPGRADE_CHECKING, 0);
}

START_TEST(a_start_creates_an_upgrade)
{
	struct web_reply r = web_ask(START, KEY,
	    "{\"to\":\"22.1.1.30.0\",\"options\":{\"parallel\":\"4\"},"
	    "\"gates\":\"before-swap, before-destroy\"}");

	web_expect(&r, 201, NULL);
	ck_assert_str_eq(web_header(&r, "Location"), "/v1/upgrades/7");
	ck_assert_str_eq(web_header(&r, "ETag"), "\"31\"");
	ck_assert_str_eq(web_text(&r, "id"), "7");
	ck_assert_str_eq(web_text(&r, "state"), "checking");
	ck_assert_int_eq(world.starts, 1);
	ck_assert_msg(strstr(world.asked_text, "key=new-key who=uid ") != NULL, "%s",
	    world.asked_text);
	ck_assert(strstr(world.asked_text, "option=4 gate=before-destroy") != NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(gates_may_be_a_list)
{
	struct web_reply r = web_ask(START, KEY,
	    "{\"to\":\"22.1\",\"gates\":[\"before-swap\",\"before-finish\"]}");

	web_expect(&r, 201, NULL);
	ck_assert(strstr(world.asked_text, "gate=before-finish") != NULL);
	web_reply_done(&r);
}
END_TEST

/* The answer was lost: the client asks again. */
START_TEST(the_same_key_is_the_same_upgrade)
{
	struct web_reply r;

	world_past(7, "sales", UPGRADE_CHECKING);
	r = web_ask(START, "Idempotency-Key: key-of-7\r\n", TO);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "id"), "7");
	ck_assert_str_eq(web_header(&r, "Location"), "/v1/upgrades/7");
	ck_assert_int_eq(world.starts, 0);
	web_reply_done(&r);
	r = web_ask("POST /v1/pairs/orders/upgrades", "Idempotency-Key: key-of-7\r\n",
	    TO);
	web_expect(&r, 409, "wrong-state");
	ck_assert_int_eq(world.starts, 0);
	web_reply_done(&r);
	r = web_ask(START, "Idempotency-Key: key-of-7\r\n", "{\"to\":\"30.1.1.1.0\"}");
	web_expect(&r, 409, "wrong-state");
	ck_assert_int_eq(world.starts, 0);
	web_reply_done(&r);
}
END_TEST

/* ... and asks again before the first answer: the conductor refuses a second upgrade. */
START_TEST(the_same_key_at_once_is_the_same_upgrade)
{
	struct web first, second;
	struct web_reply r;

	world.hold_answers = true;
	web_open(&first, false);
	web_open(&second, false);
	web_send_request(&first, START, KEY, TO);
	web_turn(10);
	web_send_request(&second, START, KEY, TO);
	web_turn(10);
	ck_assert_int_eq(world.starts, 2);
	world_answer_first();
	str_copy(world_past(7, "sales", UPGRADE_CHECKING)->idempotency_key, 80,
	    "new-key");
	(void)ud_fail(&world.fail, UD_ESTATE, "sales has an upgrade in hand already");
	world_answer();
	web_read(&first, &r);
	web_expect(&r, 201, NULL);
	web_reply_done(&r);
	web_read(&second, &r);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "id"), "7");
	web_reply_done(&r);
	web_close(&first);
	web_close(&second);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *headers; int status; const char *code; } keys[] = {
	{ "no key",       NULL,                                      428, "precondition-required" },
	{ "an empty key", "Idempotency-Key: \r\n",                   428, "precondition-required" },
	{ "a long key",   "Idempotency-Key: 0123456789012345678901234567890123456789"
	                  "0123456789012345678901234567890123456789\r\n", 400, "usage" },
	{ "a strange key", "Idempotency-Key: gr\xc3\xbc\xc3\x9f\r\n", 400, "usage" },
};
/* clang-format on */

START_TEST(a_start_needs_a_key)
{
	struct web_reply r = web_ask(START, keys[_i].headers, TO);

	ck_assert_msg(r.status == keys[_i].status, "%s: %d", keys[_i].what, r.status);
	web_expect(&r, keys[_i].status, keys[_i].code);
	ck_assert_int_eq(world.starts, 0);
	web_reply_done(&r);
}
END_TEST

/* clang-format off */
static const struct { enum ud_code code; int status; const char *name; } blocked[] = {
	{ UD_EBLOCKED, 409, "blocked" },
	{ UD_ESTATE,   409, "blocked" }, /* no active was seen: there is no plan */
	{ UD_EUSAGE,   400, "usage" },   /* no such procedure */
};
/* clang-format on */

START_TEST(blockers_stop_a_start)
{
	struct web_reply r;

	findings_add(&world.findings, SEVERITY_BLOCKER, "release.path", NULL, "install",
	    "no way");
	(void)ud_fail(&world.fail, blocked[_i].code, "check found 1 blocker");
	r = web_ask(START, KEY, TO);
	web_expect(&r, blocked[_i].status, blocked[_i].name);
	ck_assert_str_eq(web_text(&r, "findings.0.rule"), "release.path");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_pair_has_one_upgrade_at_a_time)
{
	struct web_reply r;

	world.answer_inside = true;
	(void)ud_fail(&world.fail, UD_ESTATE,
	    "sales has an upgrade in hand already: 7");
	(void)ud_remedy(&world.fail, "upgradectl status sales");
	r = web_ask(START, KEY, TO);
	web_expect(&r, 409, "wrong-state");
	ck_assert_str_eq(web_text(&r, "remedy"), "upgradectl status sales");
	ck_assert_str_eq(web_text(&r, "findings"), "(absent)");
	web_reply_done(&r);
}
END_TEST

TCase *
start_tests(void)
{
	TCase *tc = tcase_create("start");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, a_start_creates_an_upgrade);
	tcase_add_test(tc, gates_may_be_a_list);
	tcase_add_test(tc, the_same_key_is_the_same_upgrade);
	tcase_add_test(tc, the_same_key_at_once_is_the_same_upgrade);
	tcase_add_loop_test(tc, a_start_needs_a_key, 0, ARRAY_SIZE(keys));
	tcase_add_loop_test(tc, blockers_stop_a_start, 0, ARRAY_SIZE(blocked));
	tcase_add_test(tc, a_pair_has_one_upgrade_at_a_time);
	return tc;
}
