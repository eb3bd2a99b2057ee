#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

static struct process *
start(const char *text, int64_t limit_ms, struct ended *e)
{
	struct str_list argv = { 0 }, env = { 0 };
	struct process *p;

	str_list_add(&argv, "sh"); /* found by PATH */
	str_list_add(&argv, "-c");
	str_list_add(&argv, text);
	str_list_addf(&env, "T=%s", folder);
	p = process_run(runner, stage_host, argv.items, env.items, limit_ms, on_done, e);
	str_list_done(&argv);
	str_list_done(&env);
	return p;
}

/* clang-format off */
static const struct { const char *what, *text; enum ending ending; int status; const char *output; bool here; } cases[] = {
	{ "success",       "echo a; echo b >&2; echo c",    ENDING_EXITED,    0, "a\nb\nc\n" },
	{ "a status",      "exit 9",                        ENDING_EXITED,    9, "" },
	{ "a signal",      "kill -KILL $$",                 ENDING_SIGNALLED, SIGKILL, "" },
	{ "no input",      "cat",                           ENDING_EXITED,    0, "" },
	{ "time is up",    "echo up; sleep 60",             ENDING_TIMED_OUT, SIGTERM, "up\n" },
	{ "TERM is ignored", "trap '' TERM; echo up; sleep 60; sleep 60", ENDING_TIMED_OUT, SIGKILL, "up\n" },
	{ "what it leaves behind is not waited for", "sleep 3 & echo up", ENDING_EXITED, 0, "up\n" },
	{ "a group of its own", "[ $(cut -d' ' -f5 /proc/$$/stat) = $$ ]", ENDING_EXITED, 0, "", true },
	{ "descriptors",   "exec ls /proc/self/fd",         ENDING_EXITED,    0, "0\n1\n2\n3\n" },
	{ "HUP is as usual", "kill -HUP $$",                ENDING_SIGNALLED, SIGHUP, "" },
};
/* clang-format on */

START_TEST(ends)
{
	struct ended e = { 0 };

	if (cases[_i].here && stage_host != NULL)
		return;
	start(cases[_i].text, stage_host != NULL ? 2000 : 500, &e);
	ck_assert_int_eq(e.calls, 0);
	WAIT_FOR(e.calls == 1);
	ck_assert_msg(e.o.ending == cases[_i].ending && e.o.status == cases[_i].status,
	    "%s: %s %d", cases[_i].what, ending_name(e.o.ending), e.o.status);
	ck_assert_msg(strcmp(e.o.output, cases[_i].output) == 0, "%s: %s",
	    cases[_i].what, e.o.output);
	outcome_done(&e.o);
}
END_TEST

START_TEST(environment)
{
	struct ended e = { 0 };
	char *at;
	int names = 0;

	setenv("SECRET_OF_OURS", "1", 1);
	setenv("TZ", "UTC", 1);
	start("exec env", 5000, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_ptr_null(strstr(e.o.output, "SECRET_OF_OURS"));
	ck_assert_ptr_nonnull(strstr(e.o.output, "LC_ALL=C\n"));
	ck_assert_ptr_nonnull(strstr(e.o.output, "LANG=C\n"));
	if (stage_host == NULL)
		ck_assert_ptr_nonnull(strstr(e.o.output, "TZ=UTC\n"));
	ck_assert_ptr_nonnull(strstr(e.o.output, "T=/tmp/"));
	for (at = e.o.output; (at = strchr(at, '\n')) != NULL; at++)
		names++;
	if (stage_host == NULL)
		ck_assert_int_le(names, 7); /* the shell adds PWD */
	outcome_done(&e.o);
}
END_TEST

START_TEST(given_settings_win)
{
	char *argv[] = { mem_strdup("/usr/bin/env"), NULL };
	char *env[] = { mem_strdup("LC_ALL=de_DE"), mem_strdup("PATH=/x"), NULL };
	struct ended e = { 0 };

	process_run(runner, stage_host, argv, env, 5000, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_ptr_nonnull(strstr(e.o.output, "LC_ALL=de_DE\n"));
	ck_assert_ptr_null(strstr(e.o.output, "LC_ALL=C\n"));
	ck_assert_ptr_nonnull(strstr(e.o.output, "PATH=/x\n"));
	outcome_done(&e.o);
	free(argv[0]);
	free(env[0]);
	free(env[1]);
}
END_TEST

START_TEST(cannot_be_started)
{
	char *argv[] = { mem_strdup("/no/such/tool"), NULL };
	struct ended e = { 0 };

	process_run(runner, stage_host, argv, NULL, 5000, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	ck_assert_ptr_nonnull(strstr(e.o.output, "/no/such/tool"));
	outcome_done(&e.o);
	free(argv[0]);
}
END_TEST

START_TEST(flood)
{
	struct ended e = { 0 };

	start("echo first; head -c 3000000 /dev/zero; echo; echo last", 9000, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_uint_lt(strlen(e.o.output), ANSWER_MOST + 100);
	ck_assert_ptr_eq(strstr(e.o.output, "first\n"), e.o.output);
	ck_assert_str_eq(e.o.output + strlen(e.o.output) - 6, "\nlast\n");
	outcome_done(&e.o);
}
END_TEST

/* A flood that never ends does not keep the loop from its limit. */
START_TEST(endless_flood)
{
	struct ended e = { 0 };

	start("exec cat /dev/zero", 300, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_TIMED_OUT);
	outcome_done(&e.o);
}
END_TEST

static struct place *
place(void)
{
	if (stage_host == NULL)
		return &runner->here;
	return &far_find(runner, stage_host)->processes;
}

START_TEST(at_most_so_many_at_once)
{
	struct ended e[12] = { 0 };
	int most = 0;

	place()->most = 3;
	for (int i = 0; i < 12; i++)
		start("sleep 0.05", 9000, &e[i]);
	WAIT_FOR(e[11].calls == 1 && place()->running == 0)
	{
		ck_assert_int_le(place()->running, 3);
		most =
		    place()->running > most ? place()->running : most;
	}
	ck_assert_int_eq(most, 3);
	for (int i = 0; i < 12; i++) {
		ck_assert_int_eq(e[i].calls, 1);
		ck_assert(i == 0 || e[i].o.started_ms >= e[i - 1].o.started_ms);
		outcome_done(&e[i].o);
	}
}
END_TEST

START_TEST(cancel)
{
	struct ended running = { 0 }, waiting = { 0 }, last = { 0 };
	struct process *r, *w;

	place()->most = 1;
	r = start("touch $T/up; sleep 60", 0, &running);
	w = start("touch $T/never", 0, &waiting);
	start("echo last", 0, &last);
	WAIT_FOR(file_exists("up"));
	process_cancel(w);
	process_cancel(r);
	WAIT_FOR(last.calls == 1);
	ck_assert_int_eq(running.calls, 0);
	ck_assert_int_eq(waiting.calls, 0);
	ck_assert(!file_exists("never"));
	if (stage_host == NULL)
		WAIT_FOR(runner->children.count == 0); /* reaped all the same */
	outcome_done(&last.o);
}
END_TEST

/* A child of a library is not ours to reap, and does not hide ours. */
START_TEST(children_of_others)
{
	pid_t other = fork();
	struct ended a = { 0 }, b = { 0 };
	int status;

	if (other == 0)
		_exit(7);
	start("exit 1", 5000, &a);
	start("exit 2", 5000, &b);
	WAIT_FOR(a.calls == 1 && b.calls == 1);
	ck_assert_int_eq(a.o.status, 1);
	ck_assert_int_eq(b.o.status, 2);
	ck_assert_int_eq(waitpid(other, &status, 0), other);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	outcome_done(&a.o);
	outcome_done(&b.o);
}
END_TEST

static int
open_descriptors(void)
{
	struct ended e = { 0 };
	char text[64];
	int n = 0;

	str_printf(text, sizeof(text), "ls /proc/%d/fd | wc -l", (int)getpid());
	start(text, 5000, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(sscanf(e.o.output, "%d", &n), 1);
	outcome_done(&e.o);
	return n;
}

START_TEST(nothing_stays_open)
{
	struct ended e;
	char id[16];
	int before;

	run_script("first", "true", &e);
	outcome_done(&e.o);
	before = open_descriptors();
	for (int i = 0; i < 20; i++) {
		e = (struct ended){ 0 };
		start(i % 2 ? "echo x" : "exec no-such-program", 5000, &e);
		WAIT_FOR(e.calls == 1);
		outcome_done(&e.o);
		str_printf(id, sizeof(id), "j%d", i);
		run_script(id, "echo x", &e);
		outcome_done(&e.o);
	}
	/* It counts while we may not have closed two yet that it was given. */
	ck_assert_int_le(open_descriptors(), before + 2);
}
END_TEST

TCase *
process_tests(void)
{
	TCase *tc = tcase_create("process");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_loop_test(tc, ends, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, environment);
	tcase_add_test(tc, given_settings_win);
	tcase_add_test(tc, cannot_be_started);
	tcase_add_test(tc, flood);
	tcase_add_test(tc, endless_flood);
	tcase_add_test(tc, at_most_so_many_at_once);
	tcase_add_test(tc, cancel);
	tcase_add_test(tc, children_of_others);
	tcase_add_test(tc, nothing_stays_open);
	return tc;
}
