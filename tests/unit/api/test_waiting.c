/* Requests that wait, and clients that do not. */
#include <stdlib.h>
#include <time.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

/* One that waits, one that streams and one that says nothing cost no time. */
START_TEST(waiting_costs_nothing)
{
	const struct timeval wait = { .tv_usec = 300000 };
	struct web waits, streams, silent;
	clock_t before;

	world.hold_answers = true;
	web_open(&waits, false);
	web_open(&streams, true);
	web_open(&silent, false);
	web_send_request(&waits, "POST /v1/pairs/sales/check", NULL,
	    "{\"to\":\"22.1\"}");
	web_send_request(&streams, "GET /v1/events", "Accept: text/event-stream\r\n",
	    NULL);
	ck_assert(web_wait_for(&streams, "retry:"));
	web_turn(10);
	ck_assert_int_eq(world.checks, 1);
	before = clock();
	event_base_loopexit(world.base, &wait);
	event_base_dispatch(world.base);
	ck_assert_msg(clock() - before < CLOCKS_PER_SEC / 20, "the loop spins");
	world_answer();
	ck_assert(web_wait_for(&waits, "blockers"));
	web_close(&waits);
	web_close(&streams);
	web_close(&silent);
}
END_TEST

START_TEST(who_goes_away_harms_nobody)
{
	struct web_reply r;
	struct web w;

	world.hold_answers = true;
	web_open(&w, false);
	web_send_request(&w, "POST /v1/pairs/sales/plan", NULL, "{\"to\":\"22.1\"}");
	web_turn(10);
	ck_assert_int_eq(world.checks, 1);
	web_close(&w);
	web_turn(10);
	world_answer();
	web_turn(10);
	r = web_ask("GET /healthz", NULL, NULL);
	web_expect(&r, 200, NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(who_waits_is_told_that_the_daemon_ends)
{
	struct web waits, streams;

	world.hold_answers = true;
	web_open(&waits, false);
	web_open(&streams, false);
	web_send_request(&waits, "POST /v1/pairs/sales/plan", NULL,
	    "{\"to\":\"22.1\"}");
	web_send_request(&streams, "GET /v1/events", "Accept: text/event-stream\r\n",
	    NULL);
	ck_assert(web_wait_for(&streams, "retry:"));
	web_turn(10);
	api_free(world.api);
	world.api = NULL;
	ck_assert(web_wait_for(&waits, "HTTP/1.1 503"));
	ck_assert(web_wait_for(&waits, "\"code\":\"unreachable\""));
	ck_assert(web_wait_end(&waits));
	ck_assert(web_wait_end(&streams));
	world_answer(); /* too late, and without harm */
	web_close(&waits);
	web_close(&streams);
}
END_TEST

/* Each asks all members of a pair: there is room for some at once. */
START_TEST(looks_have_a_limit)
{
	struct web all[16];
	struct web_reply r;

	world.hold_answers = true;
	for (int i = 0; i < 16; i++) {
		web_open(&all[i], true);
		web_send_request(&all[i], "POST /v1/pairs/sales/plan", NULL,
		    "{\"to\":\"22.1\"}");
		web_turn(10);
	}
	ck_assert_int_eq(world.checks, 16);
	r = web_ask("POST /v1/pairs/sales/check", NULL, "{\"to\":\"22.1\"}");
	web_expect(&r, 503, "unreachable");
	web_reply_done(&r);
	world_answer();
	for (int i = 0; i < 16; i++) {
		ck_assert(web_wait_for(&all[i], "abort_steps"));
		web_close(&all[i]);
	}
	r = web_ask("POST /v1/pairs/sales/plan?", NULL, "{\"to\":\"bad\"}");
	web_expect(&r, 400, "usage"); /* there is room again */
	web_reply_done(&r);
}
END_TEST

TCase *
waiting_tests(void)
{
	TCase *tc = tcase_create("waiting");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, waiting_costs_nothing);
	tcase_add_test(tc, who_goes_away_harms_nobody);
	tcase_add_test(tc, who_waits_is_told_that_the_daemon_ends);
	tcase_add_test(tc, looks_have_a_limit);
	return tc;
}
