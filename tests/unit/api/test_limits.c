/* Sizes and numbers: what a careless or an evil client may send. */
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/api/request.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

/* A body that is right but for its length. */
static char *
body_of(size_t len)
{
	static const char head[] = "{\"to\":\"22.1.1.30.0\"", tail[] = "}";
	char *text = mem_alloc(len + 1);

	memset(text, ' ', len);
	memcpy(text, head, strlen(head));
	memcpy(text + len - 1, tail, 1);
	return text;
}

/* clang-format off */
static const struct { size_t len; bool tcp; int status; } bodies[] = {
	{ API_BODY_MAX,            false, 200 },
	{ API_BODY_MAX,            true,  200 },
	{ API_BODY_MAX + 1,        false, 413 },
	{ API_BODY_MAX + 1,        true,  413 },
	{ API_SWALLOW_MAX,         false, 413 },
	{ API_SWALLOW_MAX + 1,     false, 413 },
	{ 8 * API_SWALLOW_MAX,     false, 413 },
};
/* clang-format on */

START_TEST(bodies_have_a_limit)
{
	char *body = body_of(bodies[_i].len);
	struct web_reply r = bodies[_i].tcp
	    ? web_ask_tcp("POST /v1/pairs/sales/check", NULL, body)
	    : web_ask("POST /v1/pairs/sales/check", NULL, body);

	web_expect(&r, bodies[_i].status, bodies[_i].status == 413 ? "too-big" : NULL);
	ck_assert_int_eq(world.checks, bodies[_i].status == 200);
	web_reply_done(&r);
	free(body);
}
END_TEST

/* No length was announced, and it does not end. */
START_TEST(an_endless_body_is_cut)
{
	char *piece = body_of(0x8000);
	struct web w;

	web_open(&w, false);
	web_send_request(&w, "POST /v1/pairs/sales/check",
	    "Transfer-Encoding: chunked\r\n", NULL);
	for (int i = 0; i < 64; i++) {
		web_send(&w, "8000\r\n", 6);
		web_send(&w, piece, 0x8000);
		web_send(&w, "\r\n", 2);
	}
	ck_assert(web_wait_end(&w));
	ck_assert_int_eq(world.checks, 0);
	web_close(&w);
	free(piece);
}
END_TEST

static struct web_reply
ask_with_head(size_t filler)
{
	struct buf header = { 0 };
	struct web_reply r;

	buf_adds(&header, "X-Filler: ");
	while (filler-- > 0)
		buf_adds(&header, "x");
	buf_adds(&header, "\r\n");
	r = web_ask("GET /v1/pairs", buf_text(&header), NULL);
	buf_done(&header);
	return r;
}

START_TEST(heads_have_a_limit)
{
	struct web_reply r = ask_with_head(7000);

	web_expect(&r, 200, NULL);
	web_reply_done(&r);
	r = ask_with_head(9000);
	web_expect(&r, 431, "too-big");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_head_without_end_is_refused)
{
	char *filler = body_of(100000);
	struct web w;

	memset(filler, 'x', 100000);
	web_open(&w, false);
	web_send(&w, "GET /v1/pairs HTTP/1.1\r\nX-Filler: ", 34);
	web_send(&w, filler, 100000);
	ck_assert(web_wait_end(&w));
	ck_assert(strstr(buf_text(&w.in), "HTTP/1.1 200") == NULL);
	web_close(&w);
	free(filler);
}
END_TEST

/* clang-format off */
static const struct { const char *body, *detail, *remedy; } bad[] = {
	{ "{\"to\":",                     "line 1, column", NULL },
	{ "{\n \"to\": \"22\",\n oops }", "line 3, column", NULL },
	{ "[]",                           "an object is needed", NULL },
	{ "\"22.1\"",                     "an object is needed", NULL },
	{ "",                             "body.to: a string is needed", NULL },
	{ "{}",                           "body.to: a string is needed", "22.1" },
	{ "{\"to\":22}",                  "body.to: a string is needed", NULL },
	{ "{\"to\":\"latest\"}",          "body.to: ", NULL },
	{ "{\"to\":\"22.1\",\"too\":1}",  "body.too: no such member", "to, procedure, options, gates" },
	{ "{\"to\":\"22.1\",\"to\":1}",   "duplicate", NULL },
	{ "{\"to\":\"22.1\",\"procedure\":7}",             "body.procedure: a string is needed", NULL },
	{ "{\"to\":\"22.1\",\"procedure\":\"a b\"}",       "body.procedure: no procedure", "/v1/procedures" },
	{ "{\"to\":\"22.1\",\"options\":[]}",              "body.options: an object is needed", NULL },
	{ "{\"to\":\"22.1\",\"options\":{\"a\":[]}}",      "body.options.a: a string", NULL },
	{ "{\"to\":\"22.1\",\"options\":{\"a b\":\"1\"}}", "no option has such a name", NULL },
	{ "{\"to\":\"22.1\",\"options\":{\"a\":\"x\\ny\"}}", "without control characters", NULL },
	{ "{\"to\":\"22.1\",\"gates\":7}",                 "body.gates: a string or a list", NULL },
	{ "{\"to\":\"22.1\",\"gates\":[7]}",               "body.gates: strings are needed", NULL },
	{ "{\"to\":\"22.1\",\"gates\":\"a,,b\"}",          "no gate has such a name", "every-step" },
	{ "{\"to\":\"22.1\\u0000\"}",                      "\\u0000", NULL },
};
/* clang-format on */

START_TEST(bad_bodies_are_refused_with_what_is_accepted)
{
	struct web_reply r = web_ask("POST /v1/pairs/sales/check", NULL, bad[_i].body);

	web_expect(&r, 400, "usage");
	ck_assert_msg(strstr(web_text(&r, "detail"), bad[_i].detail) != NULL, "%s: %s",
	    bad[_i].body, web_text(&r, "detail"));
	if (bad[_i].remedy)
		ck_assert_msg(strstr(web_text(&r, "remedy"), bad[_i].remedy) != NULL,
		    "%s: %s", bad[_i].body, web_text(&r, "remedy"));
	ck_assert_int_eq(world.checks, 0);
	web_reply_done(&r);
}
END_TEST

START_TEST(noise_is_no_request)
{
	static const char noise[] = "\x16\x03\x01\x02\x00\x01\r\n\r\n\r\n\r\n";
	struct web_reply r;
	struct web w;

	web_open(&w, true);
	web_send(&w, noise, sizeof(noise) - 1);
	ck_assert(web_wait_end(&w));
	web_close(&w);
	r = web_ask_tcp("GET /healthz", NULL, NULL);
	web_expect(&r, 200, NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(a_connection_serves_many_requests)
{
	struct web_reply r;
	struct web w;

	web_open(&w, false);
	for (int i = 0; i < 20; i++) {
		web_send_request(&w, "GET /v1/pairs/sales", NULL, NULL);
		web_send_request(&w, "POST /v1/pairs/sales/check", NULL,
		    "{\"to\":\"22.1\"}");
		web_read(&w, &r);
		ck_assert_str_eq(web_text(&r, "pair"), "sales");
		web_reply_done(&r);
		web_read(&w, &r);
		ck_assert_str_eq(web_text(&r, "blockers"), "0");
		web_reply_done(&r);
	}
	web_close(&w);
}
END_TEST

START_TEST(many_connections_are_served)
{
	enum { MANY = 300 }; /* more than are served at once */
	struct web *all = mem_alloc(sizeof(struct web) * MANY);
	struct web_reply r;

	for (int i = 0; i < MANY; i++) {
		web_open(&all[i], false);
		web_turn(1);
	}
	for (int i = 0; i < MANY; i++)
		web_send_request(&all[i], "GET /v1/version", NULL, NULL);
	for (int i = 0; i < MANY; i++) {
		web_read(&all[i], &r);
		web_expect(&r, 200, NULL);
		web_reply_done(&r);
		web_close(&all[i]);
	}
	free(all);
}
END_TEST

TCase *
limits_tests(void)
{
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, bodies_have_a_limit, 0, ARRAY_SIZE(bodies));
	tcase_add_test(tc, an_endless_body_is_cut);
	tcase_add_test(tc, heads_have_a_limit);
	tcase_add_test(tc, a_head_without_end_is_refused);
	tcase_add_loop_test(tc, bad_bodies_are_refused_with_what_is_accepted, 0,
	    ARRAY_SIZE(bad));
	tcase_add_test(tc, noise_is_no_request);
	tcase_add_test(tc, a_connection_serves_many_requests);
	tcase_add_test(tc, many_connections_are_served);
	return tc;
}
