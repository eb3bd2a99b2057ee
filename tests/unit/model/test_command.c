#include "daemon/model/command.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/model/check_model.h"

#define WORDS 6

/* clang-format off */
static const struct { const char *what; const char *argv[WORDS]; const char *text; } cases[] = {
	{ "plain words",        { "/tt/bin/ttAdmin", "-repStop", "master1" },
	  "/tt/bin/ttAdmin -repStop master1" },
	{ "a blank",            { "ttIsql", "-e", "call x; exit;" },
	  "ttIsql -e 'call x; exit;'" },
	{ "an empty word",      { "x", "" },                    "x ''" },
	{ "a single quote",     { "x", "it's $5" },             "x \"it's \\$5\"" },
	{ "a password word",    { "ttRepAdmin", "-pwd", "tiger", "-keepCG" },
	  "ttRepAdmin -pwd ******** -keepCG" },
	{ "a connection string", { "x", "-connStr", "DSN=a;UID=u;PWD=ti ger;X=1" },
	  "x -connStr 'DSN=a;UID=u;PWD=********;X=1'" },
	{ "a password with a quote", { "x", "DSN=a;PWD=ti'ger cub" },
	  "x \"DSN=a;PWD=********\"" },
};
/* clang-format on */

START_TEST(argv)
{
	struct command c;
	char *text;

	command_init(&c);
	c.kind = COMMAND_JOB;
	for (int i = 0; i < WORDS && cases[_i].argv[i] != NULL; i++)
		str_list_add(&c.argv, cases[_i].argv[i]);
	text = command_text(&c);
	ck_assert_msg(strcmp(text, cases[_i].text) == 0, "%s: got %s", cases[_i].what,
	    text);
	free(text);
	command_done(&c);
}
END_TEST

START_TEST(environment_of_jobs_is_shown)
{
	struct command c;
	char *text;

	command_init(&c);
	c.kind = COMMAND_JOB;
	str_list_add(&c.argv, "ttStatus");
	str_list_add(&c.env, "TIMESTEN_HOME=/opt/t t");
	text = command_text(&c);
	ck_assert_str_eq(text, "TIMESTEN_HOME='/opt/t t' ttStatus");
	free(text);
	c.kind = COMMAND_HOOK;
	text = command_text(&c);
	ck_assert_str_eq(text, "ttStatus");
	free(text);
	command_done(&c);
}
END_TEST

START_TEST(statements_are_redacted)
{
	struct command c;
	char *text;

	command_init(&c);
	text = command_text(&c);
	ck_assert_str_eq(text, "");
	free(text);
	c.kind = COMMAND_SESSION;
	c.statements = strdup("create user u identified by tiger;\ncall ttRepStart;");
	text = command_text(&c);
	ck_assert_ptr_null(strstr(text, "tiger"));
	ck_assert_ptr_nonnull(strstr(text, "ttRepStart"));
	free(text);
	command_done(&c);
	ck_assert_int_eq(c.kind, COMMAND_NONE);
	ck_assert_int_eq(c.installation, -1);
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(ending_name(ENDING_EXITED), "exited");
	ck_assert_str_eq(ending_name(ENDING_GONE), "gone");
	ck_assert_str_eq(verdict_name(VERDICT_AGAIN), "again");
	ck_assert_str_eq(verdict_name(VERDICT_DANGER), "danger");
}
END_TEST

TCase *
command_tests(void)
{
	TCase *tc = tcase_create("command");

	tcase_add_loop_test(tc, argv, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, environment_of_jobs_is_shown);
	tcase_add_test(tc, statements_are_redacted);
	tcase_add_test(tc, names);
	return tc;
}
