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

static struct web_reply
ask_why(void)
{
	struct web_reply r = web_ask("GET /v1/pairs/sales/why", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "pair"), "sales");
	return r;
}

static void
has_text(const struct web_reply *r, const char *path, const char *part)
{
	ck_assert_msg(strstr(web_text(r, path), part) != NULL, "%s: %s", path,
	    web_text(r, path));
}

START_TEST(a_quiet_pair_waits_for_nothing)
{
	struct web_reply r = ask_why();

	ck_assert_str_eq(web_text(&r, "upgrade"), "(null)");
	ck_assert_str_eq(web_text(&r, "state"), "serving");
	ck_assert_str_eq(web_text(&r, "waits"), "(0)");
	has_text(&r, "text", "Nothing needs attention");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_pair_without_upgrade_says_what_needs_attention)
{
	struct web_reply r;

	world.attention = "unreachable";
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "waits.0.seen"), "m2 is not reachable");
	ck_assert_str_eq(web_text(&r, "waits.0.remedy"), "look at host h2");
	has_text(&r, "text", "m2 is not reachable: look at host h2");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_gate_says_the_command)
{
	struct web_reply r;

	world_upgrade(UPGRADE_GATED, 1);
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "upgrade"), "7");
	ck_assert_str_eq(web_text(&r, "state"), "gated");
	ck_assert_str_eq(web_text(&r, "waits.0.waits_for"),
	    "approval of gate before-swap");
	has_text(&r, "waits.0.seen", "step 6: make m2 active");
	ck_assert_str_eq(web_text(&r, "waits.0.remedy"), "upgradectl advance sales");
	has_text(&r, "text", "upgradectl advance sales");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_pause_says_how_to_go_on)
{
	struct web_reply r;

	world_upgrade(UPGRADE_PAUSED, 1);
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "waits.0.remedy"), "upgradectl resume sales");
	web_reply_done(&r);
}
END_TEST

START_TEST(trouble_says_its_cause_and_remedy)
{
	struct upgrade *u = world_upgrade(UPGRADE_ATTENTION, 1);
	struct web_reply r;

	world.attention = "upgrade"; /* the pair's list says the same again */
	(void)ud_fail(&u->error, UD_ETIMEOUT, "not drained in 15 min");
	(void)ud_remedy(&u->error, "end the transaction of pid 4711");
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "waits"), "(1)");
	ck_assert_str_eq(web_text(&r, "waits.0.seen"), "not drained in 15 min");
	ck_assert_str_eq(web_text(&r, "waits.0.remedy"),
	    "end the transaction of pid 4711");
	web_reply_done(&r);
	u->error.remedy[0] = '\0';
	r = ask_why();
	has_text(&r, "waits.0.remedy", "upgradectl retry sales");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_step_says_what_it_waits_for)
{
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;

	str_copy(u->walk.why.waits_for, sizeof(u->walk.why.waits_for), "m2 to become active");
	why_seen(&u->walk.why, "%s", "standby");
	why_needed(&u->walk.why, "%s", "active");
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "waits.0.waits_for"), "m2 to become active");
	ck_assert_str_eq(web_text(&r, "waits.0.seen"), "standby");
	ck_assert_str_eq(web_text(&r, "waits.0.needed"), "active");
	has_text(&r, "waits.0.otherwise", "needs attention");
	ck_assert(json_is_string(web_at(&r, "waits.0.since")));
	web_reply_done(&r);
	u->pause_pos = 0;
	u->pause_started_ms = clock_mono_ms() - 700;
	r = ask_why();
	has_text(&r, "waits.0.otherwise", "the swap is taken back");
	web_reply_done(&r);
}
END_TEST

/* A step that was not begun: not since the upgrade runs. */
START_TEST(it_waits_since_the_step_is_in_hand)
{
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;
	char *since;

	str_copy(u->walk.why.waits_for, sizeof(u->walk.why.waits_for), "m2 to become active");
	u->runs[LIST_FORWARD][1].started_wall_ms = 0;
	r = ask_why();
	since = strdup(web_text(&r, "waits.0.since"));
	web_reply_done(&r);
	u->walk.begun_ms = clock_mono_ms();
	r = ask_why();
	ck_assert_int_gt(strcmp(web_text(&r, "waits.0.since"), since), 0);
	web_reply_done(&r);
	free(since);
}
END_TEST

START_TEST(each_of_several_steps_in_hand_says_what_it_waits_for)
{
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;

	u->lane_count = 1;
	u->lanes[0].pos = 2;
	why_seen(&u->walk.why, "the first");
	why_seen(&u->lanes[0].why, "the second");
	r = ask_why();
	ck_assert_str_eq(web_text(&r, "waits"), "(2)");
	ck_assert_str_eq(web_text(&r, "waits.0.seen"), "the first");
	ck_assert_str_eq(web_text(&r, "waits.1.seen"), "the second");
	has_text(&r, "text", "one of 2 in hand");
	web_reply_done(&r);
	r = web_ask("GET /v1/pairs/sales", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "upgrade.steps_in_hand"), "(2)");
	ck_assert_str_eq(web_text(&r, "upgrade.steps_in_hand.1.why.seen"), "the second");
	web_reply_done(&r);
}
END_TEST

TCase *
why_tests(void)
{
	TCase *tc = tcase_create("why");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, a_quiet_pair_waits_for_nothing);
	tcase_add_test(tc, a_pair_without_upgrade_says_what_needs_attention);
	tcase_add_test(tc, a_gate_says_the_command);
	tcase_add_test(tc, a_pause_says_how_to_go_on);
	tcase_add_test(tc, trouble_says_its_cause_and_remedy);
	tcase_add_test(tc, a_step_says_what_it_waits_for);
	tcase_add_test(tc, it_waits_since_the_step_is_in_hand);
	tcase_add_test(tc, each_of_several_steps_in_hand_says_what_it_waits_for);
	return tc;
}
