/* A shell serves as the tool: statements are its commands. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "tests/lib/fake_tool.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

static struct session *session;
static int closed;

static struct session *
open_shell(const char *text)
{
	struct str_list argv = { 0 }, env = { 0 };
	struct session *s;

	str_list_add(&argv, "/bin/sh");
	if (text != NULL) {
		str_list_add(&argv, "-c");
		str_list_add(&argv, text);
	}
	str_list_addf(&env, "T=%s", folder);
	s = session_new(runner, stage_host, &fake_shell, &argv, &env);
	str_list_done(&argv);
	str_list_done(&env);
	return s;
}

static void
setup(void)
{
	stage_setup();
	session = open_shell(NULL);
	closed = 0;
}

static void
teardown(void)
{
	session_free(session);
	stage_teardown();
}

static void
on_closed(void *arg)
{
	(void)arg;
	closed++;
}

static struct outcome
ask(const char *statements, int64_t limit_ms)
{
	struct ended e = { 0 };

	session_ask(session, statements, limit_ms, ASK_LAST, on_done, &e);
	ck_assert_int_eq(e.calls, 0);
	WAIT_FOR(e.calls == 1);
	return e.o;
}

static void
expect(const char *statements, enum ending ending, const char *output)
{
	struct outcome o = ask(statements, 2000);

	ck_assert_msg(o.ending == ending, "%s: %s: %s", statements,
	    ending_name(o.ending), o.output);
	ck_assert_msg(strcmp(o.output, output) == 0, "%s: %s", statements, o.output);
	outcome_done(&o);
}

START_TEST(answers)
{
	char pid[32];
	struct outcome o;

	ck_assert(!session_is_open(session));
	o = ask("echo $$", 2000);
	ck_assert(session_is_open(session));
	ck_assert(!session_is_busy(session));
	str_copy(pid, sizeof(pid), o.output);
	outcome_done(&o);
	expect("echo one; echo two >&2; echo three", ENDING_EXITED,
	    "one\ntwo\nthree\n");
	expect("true", ENDING_EXITED, "");
	expect("x=7", ENDING_EXITED, "");
	expect("echo $x; false", ENDING_EXITED, "7\n");
	expect("echo $$", ENDING_EXITED, pid); /* one child for all */
	expect("exec ls /proc/self/fd", ENDING_FAILED, "0\n1\n2\n3\n");
}
END_TEST

START_TEST(late_words_belong_to_nobody)
{
	expect("(sleep 0.2; echo late) & echo first", ENDING_EXITED, "first\n");
	expect("wait; echo second", ENDING_EXITED,
	    "late\nsecond\n"); /* printed within it */
	expect("echo a; { sleep 0.1; echo stray; touch $T/strayed; } & true",
	    ENDING_EXITED, "a\n");
	WAIT_FOR(file_exists("strayed"));
	expect("echo b", ENDING_EXITED, "b\n");
}
END_TEST

/* It is found out that it has to be started in another way: the question in hand is answered as
 * it was asked, the next one by a new child, and so are those behind it. */
START_TEST(it_is_opened_in_another_way)
{
	struct str_list argv = { 0 }, env = { 0 };

	str_list_add(&argv, "/bin/sh");
	str_list_addf(&env, "T=%s", folder);
	expect("x=1", ENDING_EXITED, "");
	session_open_by(session, &argv, &env);
	expect("echo $x", ENDING_EXITED, "1\n"); /* nothing has changed */
	str_list_add(&env, "x=2");
	session_open_by(session, &argv, &env);
	expect("echo $x; x=3", ENDING_EXITED, "2\n");
	expect("echo $x", ENDING_EXITED, "3\n");
	str_list_done(&argv);
	str_list_done(&env);
}
END_TEST

/* A tool that keeps what it prints to itself until it ends. */
START_TEST(it_prints_when_it_ends)
{
	struct outcome o;
	char pid[32];

	session_free(session);
	session = open_shell("said=$(sh 2>&1); printf '%s\\n' \"$said\"");
	o = ask("echo one", stage_host != NULL ? 2000 : 200);
	ck_assert_int_eq(o.ending, ENDING_EXITED);
	ck_assert_str_eq(o.output, "one\n");
	outcome_done(&o);
	o = ask("echo $$", 2000);
	ck_assert_int_eq(o.ending, ENDING_EXITED);
	str_copy(pid, sizeof(pid), o.output);
	outcome_done(&o);
	o = ask("echo $$; echo two >&2", 2000); /* a child each */
	ck_assert_int_eq(o.ending, ENDING_EXITED);
	ck_assert_ptr_null(strstr(o.output, pid));
	ck_assert_ptr_nonnull(strstr(o.output, "two\n"));
	outcome_done(&o);
	WAIT_FOR(!session_is_open(session));
}
END_TEST

START_TEST(many_and_long)
{
	struct ended e[300] = { 0 };
	char *statements = mem_alloc(300001), output[16];

	memset(statements, '#', 300000); /* more than a pipe holds, both ways */
	for (int i = 0; i < 300; i++) {
		char *text = mem_printf("echo %d", i);

		session_ask(session, text, 5000, ASK_LAST, on_done, &e[i]);
		free(text);
	}
	ck_assert(session_is_busy(session));
	WAIT_FOR(e[299].calls == 1);
	for (int i = 0; i < 300; i++) {
		str_printf(output, sizeof(output), "%d\n", i);
		ck_assert_str_eq(e[i].o.output, output);
		ck_assert_int_eq(e[i].order, i + 1);
		outcome_done(&e[i].o);
	}
	expect(statements, ENDING_EXITED, "");
	free(statements);
}
END_TEST

START_TEST(urgent_ones_go_first)
{
	struct ended e[4] = { 0 };

	session_ask(session, "read x <$T/go || sleep 0.1", 5000, ASK_LAST, on_done, &e[0]);
	WAIT_FOR(session_is_open(session));
	session_ask(session, "echo slow", 5000, ASK_LAST, on_done, &e[1]);
	session_ask(session, "echo fast", 5000, ASK_FIRST, on_done, &e[2]);
	session_ask(session, "echo fast too", 5000, ASK_FIRST, on_done, &e[3]);
	WAIT_FOR(e[1].calls == 1);
	ck_assert_int_eq(e[0].order, 1);
	ck_assert_int_eq(e[2].order, 2);
	ck_assert_int_eq(e[3].order, 3);
	ck_assert_int_eq(e[1].order, 4);
	ck_assert_str_eq(e[3].o.output, "fast too\n");
	for (int i = 0; i < 4; i++)
		outcome_done(&e[i].o);
}
END_TEST

START_TEST(it_dies_before_it_answers)
{
	expect("echo '707: Attempt to connect'; exit 1", ENDING_FAILED,
	    "707: Attempt to connect\n");
	WAIT_FOR(!session_is_open(session));
	expect("echo alive", ENDING_EXITED, "alive\n"); /* a new one */
	expect("kill -KILL $$", ENDING_FAILED, "");
	expect("echo alive", ENDING_EXITED, "alive\n");
	if (stage_host == NULL) /* elsewhere the wrapper has its output, too */
		expect("exec >/dev/null 2>&1; sleep 0.1", ENDING_FAILED, "");
}
END_TEST

START_TEST(it_dies_when_nobody_asks)
{
	struct outcome o = ask("echo $$", 2000);
	pid_t pid = (pid_t)strtol(o.output, NULL, 10);

	outcome_done(&o);
	ck_assert_int_gt(pid, 1);
	kill(pid, SIGKILL);
	WAIT_FOR(!session_is_open(session));
	expect("echo alive", ENDING_EXITED, "alive\n");
}
END_TEST

START_TEST(it_cannot_be_started)
{
	struct str_list argv = { 0 }, env = { 0 };

	session_free(session);
	str_list_add(&argv, "/no/such/isql");
	session = session_new(runner, stage_host, &fake_shell, &argv, &env);
	str_list_done(&argv);
	for (int i = 0; i < 2; i++) {
		struct outcome o = ask("echo x", 2000);

		ck_assert_int_eq(o.ending, ENDING_FAILED);
		ck_assert_ptr_nonnull(strstr(o.output, "/no/such/isql: "));
		outcome_done(&o);
	}
	session_free(session);
	session = open_shell("echo refused; exit 1");
	expect("echo x", ENDING_FAILED, "refused\n");
	ck_assert(!session_is_busy(session));
}
END_TEST

START_TEST(time_is_up)
{
	struct ended late = { 0 }, next = { 0 };
	struct outcome o = ask(_i == 0 ? "true" : "trap '' TERM", 2000);
	int64_t began = clock_mono_ms();

	outcome_done(&o);
	session_ask(session, "echo begun; sleep 60", 200, ASK_LAST, on_done, &late);
	session_ask(session, "echo next", 2000, ASK_LAST, on_done, &next);
	WAIT_FOR(late.calls == 1);
	ck_assert_int_eq(late.o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(late.o.output, "begun\n");
	ck_assert_int_lt(clock_mono_ms() - began, 1000);
	WAIT_FOR(next.calls == 1);
	ck_assert_int_eq(next.o.ending, ENDING_EXITED);
	ck_assert_str_eq(next.o.output, "next\n");
	outcome_done(&late.o);
	outcome_done(&next.o);
}
END_TEST

/* On a host that is cut off a child is gone when ssh says so, which may take long. */
START_TEST(time_is_up_while_the_last_one_leaves)
{
	struct ended late = { 0 }, hasty = { 0 }, next = { 0 };
	struct outcome o = ask("trap '' TERM", 2000);
	int64_t began;

	outcome_done(&o);
	session_ask(session, "sleep 60", 100, ASK_LAST, on_done, &late);
	session_ask(session, "echo hasty", 100, ASK_LAST, on_done, &hasty);
	session_ask(session, "echo next", 20000, ASK_LAST, on_done, &next);
	WAIT_FOR(late.calls == 1);
	began = clock_mono_ms();
	WAIT_FOR(hasty.calls == 1);
	ck_assert_int_lt(clock_mono_ms() - began, 800);
	ck_assert_int_eq(hasty.o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(hasty.o.output, "the session before it does not end");
	ck_assert_int_eq(next.calls, 0);
	WAIT_FOR(next.calls == 1);
	ck_assert_str_eq(next.o.output, "next\n");
	outcome_done(&late.o);
	outcome_done(&hasty.o);
	outcome_done(&next.o);
}
END_TEST

/* One that is prompt is not waited for behind another, nor asked any more then. */
START_TEST(a_prompt_question_does_not_wait_for_its_turn)
{
	struct ended slow = { 0 }, prompt = { 0 }, patient = { 0 }, quick = { 0 };

	session_ask(session, "sleep 1; echo slow", 20000, ASK_LAST, on_done, &slow);
	WAIT_FOR(session_is_open(session));
	session_ask(session, "echo prompt", 100, ASK_PROMPT, on_done, &prompt);
	session_ask(session, "echo quick", 20000, ASK_PROMPT, on_done, &quick);
	session_ask(session, "echo patient", 100, ASK_FIRST, on_done, &patient);
	WAIT_FOR(prompt.calls == 1);
	ck_assert_int_eq(prompt.o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(prompt.o.output, "the question before it is not answered");
	ck_assert_int_eq(slow.calls, 0);
	WAIT_FOR(patient.calls == 1);
	ck_assert_str_eq(slow.o.output, "slow\n");
	ck_assert_str_eq(quick.o.output, "quick\n");
	ck_assert_str_eq(patient.o.output, "patient\n");
	outcome_done(&slow.o);
	outcome_done(&prompt.o);
	outcome_done(&quick.o);
	outcome_done(&patient.o);
}
END_TEST

START_TEST(close_waits_until_it_is_gone)
{
	struct ended running = { 0 }, waiting = { 0 }, after = { 0 };

	session_ask(session, "trap 'touch $T/left' EXIT; sleep 0.2; echo done", 2000,
	    ASK_LAST, on_done, &running);
	WAIT_FOR(session_is_open(session));
	session_ask(session, "echo never", 2000, ASK_LAST, on_done, &waiting);
	session_close(session, on_closed, NULL);
	session_ask(session, "echo never", 2000, ASK_LAST, on_done, &after);
	ck_assert_int_eq(closed, 0);
	WAIT_FOR(closed == 1);
	ck_assert(file_exists("left")); /* it left by itself */
	ck_assert(!session_is_open(session));
	ck_assert_int_eq(running.o.ending, ENDING_EXITED);
	ck_assert_str_eq(running.o.output, "done\n");
	ck_assert_int_eq(waiting.o.ending, ENDING_FAILED);
	ck_assert_int_eq(after.o.ending, ENDING_FAILED);
	expect("echo again", ENDING_EXITED, "again\n");
	outcome_done(&running.o);
	outcome_done(&waiting.o);
	outcome_done(&after.o);
}
END_TEST

START_TEST(close_without_a_child)
{
	session_close(session, on_closed, NULL);
	ck_assert_int_eq(closed, 0);
	WAIT_FOR(closed == 1);
}
END_TEST

START_TEST(close_of_one_that_hangs)
{
	struct ended e = { 0 };

	runner->leave_ms = 300;
	session_ask(session, "sleep 60", 0, ASK_LAST, on_done, &e);
	WAIT_FOR(session_is_open(session));
	session_close(session, on_closed, NULL);
	WAIT_FOR(closed == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	outcome_done(&e.o);
}
END_TEST

START_TEST(says_the_exit_status)
{
	struct outcome o = ask("(exit 7)", 2000);

	ck_assert_int_eq(o.ending, ENDING_EXITED);
	ck_assert_int_eq(o.status, 7);
	outcome_done(&o);
	o = ask("true", 2000);
	ck_assert_int_eq(o.status, 0);
	outcome_done(&o);
}
END_TEST

static void
free_it(void *arg, struct outcome *o)
{
	on_done(arg, o);
	session_free(session);
	session = NULL;
}

START_TEST(may_be_freed_by_its_receiver)
{
	struct ended e = { 0 }, never = { 0 };

	session_ask(session, "echo x", 2000, ASK_LAST, free_it, &e);
	session_ask(session, "echo y", 2000, ASK_LAST, on_done, &never);
	WAIT_FOR(e.calls == 1 &&
	    runner->children.count == (stage_host != NULL)); /* the connection */
	ck_assert_int_eq(never.calls, 0);
	outcome_done(&e.o);
}
END_TEST

/* A daemon that is killed leaves no session behind. */
START_TEST(ends_with_the_daemon)
{
	pid_t pid = fork();
	FILE *f;
	int child = 0;

	if (pid == 0) {
		struct ended e = { 0 };

		event_reinit(base);
		session_ask(session,
		    "trap '' HUP; echo $$ >$T/c.new; mv $T/c.new $T/child; exec sleep 60",
		    0, false, on_done, &e);
		stage_run();
	}
	WAIT_FOR(file_exists("child"));
	f = fopen(in_folder("child"), "r");
	ck_assert_int_eq(fscanf(f, "%d", &child), 1);
	fclose(f);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	WAIT_FOR(kill(child, 0) != 0 || getpgid(child) < 0 || file_exists("reaped"))
	{
		char path[64], stat[256] = "";
		FILE *s;

		str_printf(path, sizeof(path), "/proc/%d/stat", child);
		s = fopen(path, "r");
		if (s == NULL || fgets(stat, sizeof(stat), s) == NULL ||
		    strstr(stat, ") Z ") != NULL)
			fclose(fopen(in_folder("reaped"), "w"));
		if (s != NULL)
			fclose(s);
		stage_turn(__FILE__, __LINE__, "its end");
	}
}
END_TEST

TCase *
session_tests(void)
{
	TCase *tc = tcase_create("session");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, answers);
	tcase_add_test(tc, says_the_exit_status);
	tcase_add_test(tc, late_words_belong_to_nobody);
	tcase_add_test(tc, it_is_opened_in_another_way);
	tcase_add_test(tc, it_prints_when_it_ends);
	tcase_add_test(tc, many_and_long);
	tcase_add_test(tc, urgent_ones_go_first);
	tcase_add_test(tc, it_dies_before_it_answers);
	tcase_add_test(tc, it_dies_when_nobody_asks);
	tcase_add_test(tc, it_cannot_be_started);
	tcase_add_loop_test(tc, time_is_up, 0, 2);
	tcase_add_test(tc, time_is_up_while_the_last_one_leaves);
	tcase_add_test(tc, a_prompt_question_does_not_wait_for_its_turn);
	tcase_add_test(tc, close_waits_until_it_is_gone);
	tcase_add_test(tc, close_without_a_child);
	tcase_add_test(tc, close_of_one_that_hangs);
	tcase_add_test(tc, may_be_freed_by_its_receiver);
	tcase_add_test(tc, ends_with_the_daemon);
	return tc;
}
