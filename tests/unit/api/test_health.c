#include <stdlib.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

START_TEST(alive_is_the_loop_that_turns)
{
	struct web_reply r;

	world.journal_broken = true;
	r = web_ask_tcp("GET /healthz", NULL, NULL);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "status"), "alive");
	web_reply_done(&r);
}
END_TEST

START_TEST(ready_is_when_all_were_looked_at)
{
	struct web_reply r = web_ask_tcp("GET /readyz", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "status"), "ready");
	web_reply_done(&r);
	world.seen[1][2].tried_ms[0] = 0;
	r = web_ask_tcp("GET /readyz", NULL, NULL);
	web_expect(&r, 503, "unreachable");
	ck_assert_str_eq(web_text(&r, "detail"),
	    "member s1 of pair sales has not been looked at yet");
	web_reply_done(&r);
	world.journal_closed = true;
	r = web_ask_tcp("GET /readyz", NULL, NULL);
	web_expect(&r, 503, "unreachable");
	web_reply_done(&r);
	world.journal_closed = false;
}
END_TEST

TCase *
health_tests(void)
{
	TCase *tc = tcase_create("health");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, alive_is_the_loop_that_turns);
	tcase_add_test(tc, ready_is_when_all_were_looked_at);
	return tc;
}
