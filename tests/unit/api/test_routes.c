#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/api/routes.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
	world_upgrade(UPGRADE_RUNNING, 0);
	world.answer_inside = true;
}

/* "/v1/pairs/{pair}/why" with names of the world. */
static char *
real_path(const char *pattern)
{
	struct buf b = { 0 };
	const char *at;

	while ((at = strchr(pattern, '{')) != NULL) {
		buf_add(&b, pattern, (size_t)(at - pattern));
		buf_adds(&b, strncmp(at, "{pair}", 6) == 0 ? "sales" : "7");
		pattern = strchr(at, '}') + 1;
	}
	buf_adds(&b, pattern);
	return buf_take(&b);
}

START_TEST(every_route_answers)
{
	for (const struct route *r = routes; r->method; r++) {
		char *path = real_path(r->path), line[128];
		bool post = strcmp(r->method, "POST") == 0;
		struct web_reply reply;

		str_printf(line, sizeof(line), "%s %s", r->method, path);
		reply = web_ask(line, "If-Match: 31\r\nIdempotency-Key: k\r\n",
		    post ? (r->what == 0 && !strstr(path, "advance")
				   ? "{\"to\":\"22.1\"}"
				   : "{}")
			 : NULL);
		ck_assert_msg(reply.status == 200 || reply.status == 201, "%s: %d %s",
		    line, reply.status, reply.body);
		web_expect(&reply, reply.status, NULL);
		web_reply_done(&reply);
		free(path);
	}
}
END_TEST

START_TEST(head_is_get_without_body)
{
	for (const struct route *r = routes; r->method; r++) {
		char *path = real_path(r->path), line[128];
		struct web_reply reply;

		str_printf(line, sizeof(line), "HEAD %s", path);
		if (strcmp(r->method, "GET") == 0) {
			reply = web_ask(line, NULL, NULL);
			web_expect(&reply, 200, NULL);
			ck_assert_str_eq(reply.body, "");
			ck_assert_str_ne(web_header(&reply, "Content-Length"), "0");
			web_reply_done(&reply);
		}
		free(path);
	}
}
END_TEST

START_TEST(another_method_is_told_what_is_allowed)
{
	static const char *const wrong[] = { "DELETE", "PUT", "PATCH", "OPTIONS" };

	for (const struct route *r = routes; r->method; r++) {
		bool get = strcmp(r->method, "GET") == 0;
		char *path = real_path(r->path), line[128];
		struct web_reply reply;

		for (size_t i = 0; i <= ARRAY_SIZE(wrong); i++) {
			str_printf(line, sizeof(line), "%s %s",
			    i < ARRAY_SIZE(wrong) ? wrong[i]
				: get             ? "POST"
						  : "GET",
			    path);
			reply = web_ask(line, NULL, NULL);
			web_expect(&reply, 405, "method");
			ck_assert_str_eq(web_header(&reply, "Allow"),
			    get ? "GET, HEAD" : "POST");
			web_reply_done(&reply);
		}
		free(path);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *line; int status; const char *code, *text; } wrong[] = {
	{ "GET /",                          404, "not-found", "no such route" },
	{ "GET /v1",                        404, "not-found", "no such route" },
	{ "GET /v1/pairs/",                 404, "not-found", "no such route" },
	{ "GET /v1//pairs",                 404, "not-found", "no such route" },
	{ "GET /v1/pairs/sales/",           404, "not-found", "no such route" },
	{ "GET /v1/pairs/sales/nothing",    404, "not-found", "no such route" },
	{ "GET /V1/PAIRS",                  404, "not-found", "no such route" },
	{ "GET /v1/pairs/absent",           404, "not-found", "no such pair: absent" },
	{ "GET /v1/pairs/a%2Fb",            404, "not-found", "no pair can have this name" },
	{ "GET /v1/pairs/sales%00x",        404, "not-found", "no pair can have this name" },
	{ "GET /v1/pairs/..",               404, "not-found", "no pair can have this name" },
	{ "GET /v1/pairs/%zz",              404, "not-found", "no pair can have this name" },
	{ "GET /v1/upgrades/abc",           404, "not-found", "upgrades have numbers" },
	{ "GET /v1/upgrades/-1",            404, "not-found", "upgrades have numbers" },
	{ "GET /v1/upgrades/99",            404, "not-found", "no upgrade 99" },
	{ "GET /v1/upgrades/99/steps",      404, "not-found", "no upgrade 99" },
	{ "GET /v1/upgrades/99/commands",   404, "not-found", "no upgrade 99" },
	{ "GET /v1/events?limit=2&limit=3", 400, "usage",     "limit is given twice" },
	{ "GET /v1/pairs?order=name",       400, "usage",     "no such argument: order" },
	{ "GET /v1/upgrades?limit=0",       400, "usage",     "limit: a number from 1 to 500" },
	{ "GET /v1/upgrades?limit=x",       400, "usage",     "limit: a number from 1 to 500" },
	{ "GET /v1/upgrades?state=broken",  400, "usage",     "no upgrade has this state" },
	{ "GET /v1/upgrades?pair=%ff%zz",   400, "usage",     "pair is not well encoded" },
	{ "GET /v1/upgrades?pair=a/b",      404, "not-found", "no pair can have this name" },
	{ "GET /v1/events?after=-1",        400, "usage",     "after: a number from 0 on" },
	{ "GET /v1/events?pair=absent",     404, "not-found", "no such pair: absent" },
	{ "GET /v1/procedures?engine=none", 404, "not-found", "no such engine" },
};
/* clang-format on */

START_TEST(what_is_wrong_is_refused)
{
	struct web_reply r = web_ask(wrong[_i].line, NULL, NULL);

	web_expect(&r, wrong[_i].status, wrong[_i].code);
	ck_assert_msg(strstr(web_text(&r, "detail"), wrong[_i].text) != NULL, "%s: %s",
	    wrong[_i].line, web_text(&r, "detail"));
	web_reply_done(&r);
}
END_TEST

START_TEST(names_and_arguments_may_be_encoded)
{
	struct web_reply r = web_ask("GET /v1/pairs/s%61les", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "pair"), "sales");
	web_reply_done(&r);
	r = web_ask("GET /v1/events?pair=%73ales&after=", NULL, NULL);
	web_expect(&r, 200, NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(the_build_says_what_it_knows)
{
	struct web_reply r = web_ask("GET /v1/version", NULL, NULL);

	ck_assert_str_eq(web_text(&r, "program"), "upgraded");
	ck_assert_str_eq(web_text(&r, "version"), PACKAGE_VERSION);
	ck_assert_str_eq(web_text(&r, "api"), "v1");
	ck_assert_str_eq(web_text(&r, "engines.0"), "timesten");
	web_reply_done(&r);
	r = web_ask("GET /v1/procedures?engine=timesten", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "procedures"), "(1)");
	ck_assert_str_eq(web_text(&r, "procedures.0.id"), "asp-major");
	ck_assert_str_eq(web_text(&r, "procedures.0.options.0"), "parallel");
	web_reply_done(&r);
}
END_TEST

TCase *
routes_tests(void)
{
	TCase *tc = tcase_create("routes");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_route_answers);
	tcase_add_test(tc, head_is_get_without_body);
	tcase_add_test(tc, another_method_is_told_what_is_allowed);
	tcase_add_loop_test(tc, what_is_wrong_is_refused, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tc, names_and_arguments_may_be_encoded);
	tcase_add_test(tc, the_build_says_what_it_knows);
	return tc;
}
