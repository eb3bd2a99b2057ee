#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/secret.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

#define PASSWORD "ge h'eim"

/* Asks as programs do: on the terminal, or on the output with its input. */
#define ASK_TTY(prompt, name) \
	"printf '" prompt "' >/dev/tty; read -r " name " </dev/tty; "
#define ASK_OUT(prompt, name) "printf '" prompt "'; read -r " name "; "

/* clang-format off */
static const struct { const char *what, *text, *output; } cases[] = {
	{ "on the terminal",
	  ASK_TTY("Enter password: ", "p") "echo \"p=$p\"", "p=********\n" },
	{ "user and password",
	  ASK_TTY("Enter UID: ", "u") ASK_TTY("Pwd:", "p") "echo \"$u/$p\"", "admin/********\n" },
	{ "a password for a user is a password",
	  ASK_TTY("Password for user admin: ", "p") "echo \"$p\"", "********\n" },
	{ "in other words",
	  ASK_TTY("Login name: ", "u") ASK_TTY("Passphrase? ", "p") "echo \"$u/$p\"",
	  "admin/********\n" },
	{ "on the output",
	  ASK_OUT("PASSWORD> ", "p") "echo; echo \"[$p]\"", "PASSWORD> \n[********]\n" },
	{ "in two pieces",
	  "printf 'Pass' >/dev/tty; printf 'word: ' >/dev/tty; read -r p </dev/tty; echo \"$p\"",
	  "********\n" },
	{ "a line about passwords is no prompt",
	  "echo 'the password is old'; " ASK_TTY("User: ", "u") "echo \"$u\"",
	  "the password is old\nadmin\n" },
	{ "asked again after a refusal",
	  ASK_TTY("Password: ", "p") "printf '\\nwrong\\n' >/dev/tty; "
	  ASK_TTY("Password: ", "q") "[ \"$p\" = \"$q\" ] && echo same", "same\n" },
	{ "the password is not in argv or environment",
	  ASK_TTY("Password: ", "p") "cat /proc/$$/environ /proc/$PPID/cmdline | grep -c [e]im", "0\n" },
	{ "with echo, nothing shows",
	  "stty echo </dev/tty; " ASK_TTY("Password: ", "p") "echo ok", "ok\n" },
	{ "two on one line of output",
	  "echo \"$(" ASK_TTY("Password: ", "p") "printf '%s %s' \"$p\" \"$p\")\"", "******** ********\n" },
};
/* clang-format on */

static void
run_asking(const char *text, int64_t limit_ms, struct ended *e)
{
	struct secret *password = secret_new(PASSWORD);
	struct script s;

	*e = (struct ended){ 0 };
	script_init(&s, "j1", text);
	s.command.user = "admin";
	s.command.limit_ms = limit_ms;
	s.spec.password = password;
	job_start(runner, &s.spec, on_done, on_output, e);
	WAIT_FOR(e->calls == 1);
	script_done(&s);
	secret_free(password);
}

START_TEST(answers)
{
	struct ended e;

	run_asking(cases[_i].text, 5000, &e);
	ck_assert_msg(strcmp(e.o.output, cases[_i].output) == 0, "%s: %s",
	    cases[_i].what, e.o.output);
	ck_assert_str_eq(buf_text(&e.progress), cases[_i].output);
	outcome_done(&e.o);
	buf_done(&e.progress);
}
END_TEST

START_TEST(others_are_left_alone)
{
	struct ended e;

	run_asking(ASK_TTY("Really (yes/no)? ", "x") "echo \"$x\"", 400, &e);
	ck_assert_int_eq(e.o.ending, ENDING_TIMED_OUT);
	ck_assert_ptr_nonnull(strstr(e.o.output, "Really (yes/no)? "));
	outcome_done(&e.o);
	buf_done(&e.progress);
}
END_TEST

START_TEST(not_for_ever)
{
	struct ended e;

	run_asking("i=0; while :; do " ASK_TTY("Password: ",
		       "x") "i=$((i+1)); echo $i; done",
	    1500, &e);
	ck_assert_int_eq(e.o.ending, ENDING_TIMED_OUT);
	ck_assert_ptr_nonnull(strstr(e.o.output, "6\n"));
	ck_assert_ptr_null(strstr(e.o.output, "7\n"));
	outcome_done(&e.o);
	buf_done(&e.progress);
}
END_TEST

START_TEST(the_password_comes_from_the_file)
{
	struct script s;
	struct ended e = { 0 };
	char path[96];
	FILE *f;

	str_copy(path, sizeof(path), in_folder("pw"));
	f = fopen(path, "w");
	fputs(PASSWORD "\n", f);
	fclose(f);
	chmod(path, 0600);
	script_init(&s, "j1", ASK_TTY("Password: ", "p") "printf %s \"$p\" >$T/got");
	s.command.password_file = path;
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	outcome_done(&e.o);
	run_script("j2", "cmp $T/got - <<E\n" PASSWORD "\nE\nwc -c <$T/got", &e);
	ck_assert_ptr_nonnull(strstr(e.o.output, "8\n"));
	outcome_done(&e.o);
	chmod(path, 0644);
	s.spec.id = "j3";
	e = (struct ended){ 0 };
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	ck_assert(!file_exists("jobs/j3"));
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

/* ttRepAdmin asks for two: the words of the prompt tell which, else their order. */
START_TEST(two_passwords)
{
	static const char *const asks[] = {
		ASK_TTY("Enter password of the internal Uid: ", "p") ASK_TTY(
		    "Enter password of the cache administrator: ", "q"),
		ASK_TTY("Cache password: ", "q") ASK_TTY("Enter UID: ", "u") ASK_TTY("Pwd: ", "p"),
		ASK_TTY("Password: ", "p") ASK_TTY("Password: ", "q"),
	};
	struct secret *password = secret_new(PASSWORD);
	struct ended e = { 0 };
	struct script s;
	char text[512];

	secret_add(password, "cache oracle terry", secret_new("tiger"));
	str_printf(text, sizeof(text),
	    "%s case $p,$q in *eim,ti*) echo right;; *) echo wrong;; esac; echo \"$p $q\"",
	    asks[_i]);
	script_init(&s, "j1", text);
	s.command.user = "admin";
	s.command.limit_ms = 5000;
	s.spec.password = password;
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_str_eq(e.o.output, "right\n******** *****\n");
	outcome_done(&e.o);
	script_done(&s);
	secret_free(password);
}
END_TEST

/* A secret in a flood without line ends is still found, wherever pieces are cut. */
START_TEST(redacted_in_a_flood)
{
	struct ended e;

	run_asking(
	    "p=\"ge h'eim\"; i=0; while [ $i -lt 2000 ]; do printf '%s%s' \"$p\" "
	    "xxxxxxx; i=$((i+1)); done",
	    9000, &e);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_ptr_null(strstr(e.o.output, PASSWORD));
	ck_assert_ptr_null(strstr(buf_text(&e.progress), "eim"));
	ck_assert_ptr_null(strstr(buf_text(&e.progress), "ge "));
	ck_assert_uint_eq(e.progress.len, 2000 * 15);
	outcome_done(&e.o);
	buf_done(&e.progress);
}
END_TEST

TCase *
prompt_tests(void)
{
	TCase *tc = tcase_create("prompt");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_loop_test(tc, answers, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, others_are_left_alone);
	tcase_add_test(tc, not_for_ever);
	tcase_add_test(tc, the_password_comes_from_the_file);
	tcase_add_loop_test(tc, two_passwords, 0, 3);
	tcase_add_test(tc, redacted_in_a_flood);
	return tc;
}
