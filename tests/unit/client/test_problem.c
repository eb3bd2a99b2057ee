#include "config.h"

#include "client/problem.h"
#include "tests/unit/client/check_client.h"

/* clang-format off */
static const struct { const char *what; long http; const char *body; int exit_status; const char *told; } cases[] = {
	{ "a code decides", 409, "{\"code\":\"blocked\",\"detail\":\"2 blockers\",\"remedy\":\"mend them\"}", 8,
	  "upgradectl: 2 blockers\n  what to do: mend them\n" },
	{ "the state", 409, "{\"code\":\"wrong-state\",\"detail\":\"it runs\",\"remedy\":null}", 3, "upgradectl: it runs\n" },
	{ "too late", 412, "{\"code\":\"stale\",\"detail\":\"d\"}", 3, "upgradectl: d\n" },
	{ "not permitted", 403, "{\"code\":\"not-permitted\",\"detail\":\"read only\",\"remedy\":\"use the socket\"}", 9,
	  "upgradectl: read only\n  what to do: use the socket\n" },
	{ "a timeout of the daemon's", 504, "{\"code\":\"timeout\",\"detail\":\"d\"}", 7, "upgradectl: d\n" },
	{ "a host is not the daemon", 503, "{\"code\":\"unreachable\",\"detail\":\"host h\"}", 1, "upgradectl: host h\n" },
	{ "an unknown code: the status", 404, "{\"code\":\"new-word\",\"detail\":\"d\"}", 5, "upgradectl: d\n" },
	{ "no code: the status", 400, "{\"detail\":\"d\"}", 2, "upgradectl: d\n" },
	{ "no detail: the title", 401, "{\"title\":\"t\"}", 9, "upgradectl: t\n" },
	{ "no JSON", 500, "<html>", 1, "upgradectl: the daemon answered with HTTP status 500 and said no more\n" },
	{ "no object", 404, "[1]", 5, "upgradectl: the daemon answered with HTTP status 404 and said no more\n" },
	{ "nothing", 412, "", 3, "upgradectl: the daemon answered with HTTP status 412 and said no more\n" },
	{ "no escape sequences", 400, "{\"detail\":\"a\\u001b[2Jb\"}", 2, "upgradectl: a?[2Jb\n" },
	{ "findings", 409, "{\"code\":\"blocked\",\"detail\":\"d\",\"findings\":[{\"severity\":\"blocker\",\"rule\":\"a.b\",\"finding\":\"f\",\"remedy\":\"r\"}]}", 8,
	  "upgradectl: d\n  blocker  a.b\n    f\n    what to do: r\n" },
};
/* clang-format on */

START_TEST(tells_and_maps)
{
	struct problem p = { 0 };
	struct view v = { 0 };
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int status;

	(void)problem_from_answer(&p, cases[_i].http, cases[_i].body,
	    strlen(cases[_i].body));
	status = problem_tell(&p, &v, f, NULL);
	fclose(f);
	ck_assert_msg(status == cases[_i].exit_status, "%s: exit status %d",
	    cases[_i].what, status);
	ck_assert_str_eq(text, cases[_i].told);
	ck_assert_ptr_null(p.detail);
	free(text);
}
END_TEST

START_TEST(as_json_it_is_what_the_api_said)
{
	static const char body[] = "{\"code\":\"stale\",\"detail\":\"d\",\"more\":[1]}";
	struct problem p = { 0 };
	struct view v = { 0 };
	struct ud_error err = { 0 };
	char *text, *json;
	size_t len, json_len;
	FILE *f = open_memstream(&text, &len), *j = open_memstream(&json, &json_len);

	(void)problem_from_answer(&p, 412, body, strlen(body));
	(void)problem_tell(&p, &v, f, j);
	(void)ud_fail(&err, UD_EUNREACHABLE, "gone");
	(void)problem_set(&p, &err);
	ck_assert_int_eq(problem_tell(&p, &v, f, j), 6);
	fclose(f);
	fclose(j);
	ck_assert_str_eq(json,
	    "{\"code\":\"stale\",\"detail\":\"d\",\"more\":[1]}\n"
	    "{\"type\":\"about:blank\",\"title\":\"the client failed before it had an answer\","
	    "\"status\":null,\"detail\":\"gone\",\"code\":\"unreachable\",\"remedy\":null}\n");
	free(text);
	free(json);
}
END_TEST

TCase *
problem_tests(void)
{
	TCase *tc = tcase_create("problem");

	tcase_add_loop_test(tc, tells_and_maps, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, as_json_it_is_what_the_api_said);
	return tc;
}
