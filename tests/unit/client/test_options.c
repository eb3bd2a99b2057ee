#include "config.h"

#include "client/nearest.h"
#include "client/options.h"
#include "client/verb.h"
#include "common/mem.h"
#include "tests/unit/client/check_client.h"

#define WORDS 24

/* The words of a line, in argv; the line stays for as long as they are used. */
static int
parse(const char *line, struct options *o, struct ud_error *err)
{
	static char copy[256];
	char *argv[WORDS], *rest = copy, *word;
	int argc = 0;

	(void)str_copy(copy, sizeof(copy), line);
	while ((word = strsep(&rest, " ")) != NULL && argc < WORDS)
		argv[argc++] = word;
	return options_parse(argc, argv, o, err);
}

/* clang-format off */
static const struct { const char *line, *text, *remedy; } refused[] = {
	{ "x statsu",                     "there is no verb statsu",               "did you mean upgradectl status?" },
	{ "x adv",                        "there is no verb adv",                  "did you mean upgradectl advance?" },
	{ "x frobnicate",                 "there is no verb frobnicate",           "upgradectl --help lists the verbs" },
	{ "x start sales --too 3",        "start does not know --too",             "did you mean --to?" },
	{ "x pause sales --to 3",         "pause does not know --to",              NULL },
	{ "x --to 3 pause sales",         "pause does not know --to",              NULL },
	{ "x check sales",                "check needs --to RELEASE",              "write upgradectl check PAIR --to RELEASE [--procedure NAME] [--option K=V]..." },
	{ "x check --to 3",               "check needs PAIR",                      NULL },
	{ "x check sales --to",           "--to needs an argument",                "write --to RELEASE" },
	{ "x check sales --to=",          "--to needs an argument",                NULL },
	{ "x status --json=yes",          "--json takes no argument",              NULL },
	{ "x status a b",                 "status: one word too many: b",          "write upgradectl status [PAIR] [--watch]" },
	{ "x pairs a",                    "pairs: one word too many: a",           NULL },
	{ "x wait a --for ever",          "--for \"ever\" cannot be waited for",   "write --for done, --for gate or --for attention" },
	{ "x wait a --timeout 5",         "--timeout: \"5\" is not a duration",    NULL },
	{ "x history --limit 0",          "--limit \"0\" is not a number from 1 to 100000", NULL },
	{ "x plan a --to 3 --option k",   "--option \"k\" is no K=V",              "write --option NAME=VALUE" },
	{ "x plan a --to 3 --option =v",  "--option \"=v\" is no K=V",             NULL },
	{ "x start a --to 3 --timeout 5s","--timeout without --wait",              NULL },
	{ "x advance a --all --through g","--through and --all exclude each other", NULL },
	{ "x --socket s --url u pairs",   "--socket and --url name two daemons",   "give one of them" },
	{ "x -x",                         "upgradectl does not know -x",           NULL },
};

static const struct { const char *line; } accepted[] = {
	{ "x" }, { "x --help" }, { "x help" }, { "x help start" }, { "x start --help" }, { "x -h" },
	{ "x --json pairs" }, { "x pairs --json" }, { "x why" }, { "x why sales" }, { "x status" },
	{ "x status sales --watch" }, { "x check sales --to 22.1" }, { "x start sales --to=22.1 --wait --timeout 6h" },
	{ "x wait sales --for gate --timeout=90s" }, { "x log 12 --step 8a --follow" }, { "x version" },
	{ "x procedures" }, { "x procedures timesten" }, { "x -- pairs" }, { "x --version" }, { "x -V" },
	{ "x abort sales --yes --quiet" }, { "x retry sales" }, { "x resume sales" }, { "x pause sales" },
	{ "x show 3" }, { "x history" }, { "x advance sales --through before-swap --comment hi" },
};
/* clang-format on */

START_TEST(refuses_with_a_remedy)
{
	struct ud_error err = { 0 };
	struct options o;

	ck_assert_msg(parse(refused[_i].line, &o, &err) != 0, "%s: accepted",
	    refused[_i].line);
	ck_assert_int_eq(ud_code_exit(err.code), 2);
	ck_assert_str_eq(err.text, refused[_i].text);
	ck_assert_msg(err.remedy[0] != '\0', "%s: no remedy", refused[_i].line);
	if (refused[_i].remedy != NULL)
		ck_assert_str_eq(err.remedy, refused[_i].remedy);
	options_done(&o);
}
END_TEST

START_TEST(accepts)
{
	struct ud_error err = { 0 };
	struct options o;

	ck_assert_msg(parse(accepted[_i].line, &o, &err) == 0, "%s: %s",
	    accepted[_i].line, err.text);
	options_done(&o);
}
END_TEST

START_TEST(takes_every_value)
{
	struct ud_error err = { 0 };
	struct options o;

	ck_assert_int_eq(
	    parse("x start sales --to 22.1 --procedure=asp --option a=1 --option b=2=3 "
		  "--wait --timeout 1h30m",
		&o, &err),
	    0);
	ck_assert_str_eq(o.verb->name, "start");
	ck_assert_str_eq(o.subject, "sales");
	ck_assert_str_eq(o.to, "22.1");
	ck_assert_str_eq(o.procedure, "asp");
	ck_assert_uint_eq(o.settings.count, 2);
	ck_assert_str_eq(o.settings.items[1], "b=2=3");
	ck_assert(o.wait && !o.json);
	ck_assert_int_eq(o.timeout_ms, 5400000);
	options_done(&o);
}
END_TEST

START_TEST(environment_is_weaker_than_options)
{
	struct ud_error err = { 0 };
	struct options o;

	(void)setenv("UPGRADECTL_URL", "http://env", 1);
	(void)setenv("UPGRADECTL_SOCKET", "/env", 1);
	(void)setenv("NO_COLOR", "1", 1);
	ck_assert_int_eq(parse("x pairs", &o, &err), 0);
	options_add_environment(&o);
	ck_assert_str_eq(o.url, "http://env");
	ck_assert(o.no_color);
	ck_assert_int_eq(parse("x pairs --socket /given", &o, &err), 0);
	options_add_environment(&o);
	ck_assert_ptr_null(o.url);
	ck_assert_str_eq(o.socket, "/given");
	(void)unsetenv("UPGRADECTL_URL");
	(void)unsetenv("UPGRADECTL_SOCKET");
	ck_assert_int_eq(parse("x pairs", &o, &err), 0);
	options_add_environment(&o);
	ck_assert_str_eq(o.socket, "/run/upgraded/control.sock");
}
END_TEST

START_TEST(every_verb_has_a_page_with_an_example)
{
	static const char *const names[] = { "pairs", "why", "status", "check", "plan",
		"start", "advance", "pause", "resume", "retry", "abort", "wait",
		"history", "show", "log", "procedures", "version" };
	struct view v = { 0 };
	struct buf out = { 0 };
	const struct verb *verb;
	char *example;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		verb = verbs_find(names[i]);
		ck_assert_msg(verb != NULL, "%s is missing", names[i]);
		buf_clear(&out);
		verbs_help(&out, &v, verb);
		example = mem_printf("examples:\n  upgradectl %s", names[i]);
		if (!str_equal(names[i], "retry"))
			ck_assert_ptr_nonnull(strstr(buf_text(&out), example));
		ck_assert_ptr_nonnull(strstr(buf_text(&out), "--socket PATH"));
		free(example);
		buf_clear(&out);
		verbs_help(&out, &v, NULL);
		ck_assert_ptr_nonnull(strstr(buf_text(&out), verb->summary));
	}
	buf_done(&out);
}
END_TEST

START_TEST(nearest_name)
{
	static const char *const names[] = { "pairs", "pause", "plan" };

	ck_assert_str_eq(nearest("pair", names, 3), "pairs");
	ck_assert_str_eq(nearest("paus", names, 3), "pause");
	ck_assert_str_eq(nearest("paln", names, 3), "plan");
	ck_assert_ptr_null(nearest("wait", names, 3));
	ck_assert_ptr_null(
	    nearest("a-word-that-is-far-too-long-to-be-any-of-these", names, 3));
}
END_TEST

TCase *
options_tests(void)
{
	TCase *tc = tcase_create("options");

	tcase_add_loop_test(tc, refuses_with_a_remedy, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, accepts, 0, ARRAY_SIZE(accepted));
	tcase_add_test(tc, takes_every_value);
	tcase_add_test(tc, environment_is_weaker_than_options);
	tcase_add_test(tc, every_verb_has_a_page_with_an_example);
	tcase_add_test(tc, nearest_name);
	return tc;
}
