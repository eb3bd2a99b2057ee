#include <stdlib.h>

#include "daemon/engine/timesten/observe.h"
#include "tests/unit/engine/timesten/check_timesten.h"

START_TEST(a_session_is_opened_without_creating)
{
	struct str_list argv = { 0 }, env = { 0 };

	tt_dialect.open(shop("right"), NEW, &argv, &env);
	ck_assert_uint_eq(argv.count, 4);
	ck_assert_str_eq(argv.items[0], "/tt/new/bin/ttIsql");
	ck_assert_str_eq(argv.items[1], "-v1");
	ck_assert_str_eq(argv.items[2], "-connStr");
	ck_assert_str_eq(argv.items[3], "DSN=orders2n;AutoCreate=0");
	ck_assert_str_eq(env.items[0], "TIMESTEN_HOME=/tt/new");
	ck_assert_str_eq(env.items[1], "LC_ALL=C");
	ck_assert_str_eq(tt_dialect.leave, "exit;\n");
	str_list_done(&argv);
	str_list_done(&env);
}
END_TEST

START_TEST(the_nonce_is_asked_for_last)
{
	char *s = tt_dialect.wrap("call ttRepStateGet;\n", "7a1");

	ck_assert_str_eq(s, "call ttRepStateGet;\nselect 'done-7a1' from dual;\n");
	free(s);
	s = tt_dialect.wrap("call ttRepStop;", "7a1");
	ck_assert_str_eq(s, "call ttRepStop;\nselect 'done-7a1' from dual;\n");
	free(s);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *text, *answer, *rest; } ends[] = {
	{ "plain", "< ACTIVE >\n< done-7a1 >\n", "< ACTIVE >\n", "" },
	{ "nothing else", "< done-7a1 >\n", "", "" },
	{ "more follows", "< 1 >\n< done-7a1 >\n< 2 >\n", "< 1 >\n", "< 2 >\n" },
	{ "prompt, case, spacing", "< 1 >\nCommand> <  DONE-7A1>\r\nCommand> ", "< 1 >\n",
	  "Command> " },
	{ "the echo is not the row",
	  "Command> select 'done-7a1' from dual;\n< done-7a1 >\n",
	  "Command> select 'done-7a1' from dual;\n", "" },
	{ "behind a row without a line end", "< 1 >< done-7a1 >\n", "< 1 >", "" },
	{ "line end not there yet", "< 1 >\n< done-7a1 >", "< 1 >\n", "" },
	{ "only the echo", "Command> select 'done-7a1' from dual;\n", NULL, NULL },
	{ "another nonce", "< done-7a2 >\n", NULL, NULL },
	{ "half of it", "< 1 >\n< done-7a", NULL, NULL },
	{ "closed by nothing yet", "< done-7a1 ", NULL, NULL },
	{ "part of a longer word", "< done-7a11 >\n", NULL, NULL },
	{ "empty", "", NULL, NULL },
};
/* clang-format on */

START_TEST(the_end_of_an_answer)
{
	const char *text = ends[_i].text, *rest;
	size_t len = 99;
	int status = 99;

	rest = tt_dialect.end(text, "7a1", &len, &status);
	if (ends[_i].answer == NULL) {
		ck_assert_msg(rest == NULL, "%s", ends[_i].what);
		return;
	}
	ck_assert_msg(rest != NULL && str_equal(rest, ends[_i].rest), "%s",
	    ends[_i].what);
	ck_assert_msg(len == strlen(ends[_i].answer), "%s: %zu", ends[_i].what, len);
	ck_assert_int_eq(status, 0);
}
END_TEST

TCase *
tt_dialect_tests(void)
{
	TCase *tc = tcase_create("dialect");

	tcase_add_test(tc, a_session_is_opened_without_creating);
	tcase_add_test(tc, the_nonce_is_asked_for_last);
	tcase_add_loop_test(tc, the_end_of_an_answer, 0, ARRAY_SIZE(ends));
	return tc;
}
