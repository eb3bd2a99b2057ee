#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "common/secret.h"
#include "daemon/runner/folder.h"
#include "daemon/runner/job_sh.h"
#include "daemon/runner/parts.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

static struct script script;
static struct ended ended;

/* Another daemon starts the job and is killed once the condition's file exists. */
static void
start_and_die(const char *text, const char *until, const struct secret *password)
{
	pid_t pid;

	script_init(&script, "j1", text);
	script.spec.password = password;
	pid = fork();
	if (pid == 0) {
		event_reinit(base);
		job_start(runner, &script.spec, on_done, NULL, &ended);
		stage_run();
	}
	WAIT_FOR(file_exists(until));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static struct job *
attach(void)
{
	ended = (struct ended){ 0 };
	return job_attach(runner, &script.spec, on_done, on_output, &ended);
}

static void
attach_to_the_end(void)
{
	attach();
	ck_assert_int_eq(ended.calls, 0);
	WAIT_FOR(ended.calls == 1);
}

static void
finish(void)
{
	outcome_done(&ended.o);
	buf_done(&ended.progress);
	script_done(&script);
}

START_TEST(still_running)
{
	mkfifo(in_folder("go"), 0600);
	start_and_die("echo one; touch $T/up; read x <$T/go; echo two; exit 3", "up",
	    NULL);
	attach();
	WAIT_FOR(strcmp(buf_text(&ended.progress), "one\n") == 0);
	ck_assert_int_eq(ended.calls, 0);
	write_file("go", "\n");
	WAIT_FOR(ended.calls == 1);
	ck_assert_int_eq(ended.o.ending, ENDING_EXITED);
	ck_assert_int_eq(ended.o.status, 3);
	ck_assert_str_eq(ended.o.output, "one\ntwo\n");
	ck_assert_str_eq(buf_text(&ended.progress), "one\ntwo\n");
	ck_assert_int_gt(ended.o.started_ms, 0);
	ck_assert_int_ge(ended.o.ended_ms, ended.o.started_ms);
	finish();
}
END_TEST

START_TEST(ended_while_nobody_looked)
{
	start_and_die("echo one; touch $T/up; exit 5", "jobs/j1/status", NULL);
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_EXITED);
	ck_assert_int_eq(ended.o.status, 5);
	ck_assert_str_eq(ended.o.output, "one\n");
	finish();
}
END_TEST

START_TEST(is_told_to_end_after_a_restart)
{
	struct job *j;

	start_and_die("echo up; touch $T/up; exec sleep 60", "up", NULL);
	j = attach();
	if (_i == 0)
		job_cancel(j); /* before it was found */
	WAIT_FOR(_i == 0 || ended.progress.len > 0);
	if (_i == 1)
		job_cancel(j);
	WAIT_FOR(ended.calls == 1);
	ck_assert_int_eq(ended.o.ending, ENDING_CANCELLED);
	ck_assert_int_eq(ended.o.status, SIGTERM);
	finish();
}
END_TEST

START_TEST(its_limit_counts_from_its_start)
{
	struct timespec hour_ago[2] = { 0 };

	start_and_die("touch $T/up; exec sleep 60", "up", NULL);
	hour_ago[0].tv_sec = hour_ago[1].tv_sec = time(NULL) - 3600;
	utimensat(AT_FDCWD, in_folder("jobs/j1/pid"), hour_ago, 0);
	script.command.limit_ms = 1800000;
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_TIMED_OUT);
	finish();
}
END_TEST

START_TEST(killed_while_nobody_looked)
{
	struct folder f;

	start_and_die("touch $T/up; exec sleep 60", "up", NULL);
	folder_read(in_folder("jobs/j1"), &f);
	ck_assert_int_eq(f.state, FOLDER_STARTED);
	ck_assert(folder_lives(&f));
	kill(-f.pid, SIGKILL);
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_GONE);
	finish();
}
END_TEST

START_TEST(its_folder_is_taken_away)
{
	struct folder f;

	start_and_die("touch $T/up; echo up; exec sleep 60", "up", NULL);
	attach();
	WAIT_FOR(ended.progress.len > 0);
	folder_read(in_folder("jobs/j1"), &f);
	folder_remove(in_folder("jobs/j1"));
	turn_idle(60);
	ck_assert_int_eq(ended.calls, 0); /* it still runs */
	folder_signal(&f, SIGKILL);
	WAIT_FOR(ended.calls == 1);
	ck_assert_int_eq(ended.o.ending, ENDING_GONE);
	finish();
}
END_TEST

START_TEST(detach_leaves_it_alone)
{
	struct folder f;

	start_and_die("touch $T/up; exec sleep 60", "up", NULL);
	job_detach(attach());
	folder_read(in_folder("jobs/j1"), &f);
	ck_assert(folder_lives(&f));
	folder_signal(&f, SIGKILL);
	ck_assert_int_eq(ended.calls, 0);
	finish();
}
END_TEST

/* ---- claims ---- */

/* The wrapper as another daemon sent it. Its exit status. */
static int
late_wrapper(const char *claim)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(2);
		execl("/bin/sh", "sh", "-c", job_sh, "sh", in_folder("jobs/j1"), claim,
		    "022", "/usr/bin/touch", in_folder("ran"), NULL);
		_exit(126);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

START_TEST(never_began_and_never_will)
{
	struct ended again = { 0 };

	script_init(&script, "j1", "touch $T/ran");
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_GONE);
	ck_assert_int_eq(late_wrapper("make"), 75);
	ck_assert_int_eq(late_wrapper("made"), 75);
	job_start(runner, &script.spec, on_done, NULL, &again);
	WAIT_FOR(again.calls == 1);
	ck_assert_int_eq(again.o.ending, ENDING_GONE);
	ck_assert(!file_exists("ran"));
	outcome_done(&again.o);
	finish();
}
END_TEST

START_TEST(claimed_but_never_began)
{
	script_init(&script, "j1", "true");
	mkdir(in_folder("jobs"), 0700);
	mkdir(in_folder("jobs/j1"), 0700);
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_GONE);
	ck_assert_int_eq(late_wrapper("made"), 75);
	ck_assert(!file_exists("ran"));
	finish();
}
END_TEST

START_TEST(claimed_and_on_its_way)
{
	script_init(&script, "j1", "true");
	mkdir(in_folder("jobs"), 0700);
	mkdir(in_folder("jobs/j1"), 0700);
	attach();
	turn_idle(20);
	ck_assert_int_eq(ended.calls, 0);
	ck_assert_int_eq(late_wrapper("made"), 0);
	WAIT_FOR(ended.calls == 1);
	ck_assert_int_eq(ended.o.ending, ENDING_EXITED);
	ck_assert(file_exists("ran"));
	finish();
}
END_TEST

/* Many times both at once: exactly one of them wins. */
START_TEST(claims_race)
{
	int buried = 0, ran = 0;

	mkdir(in_folder("jobs"), 0700);
	for (int i = 0; i < 40; i++) {
		pid_t pid = fork();
		bool mine = false;
		struct ud_error err;
		struct folder f;

		if (pid == 0)
			_exit(late_wrapper("make"));
		for (int spin = 0; spin < i * 20000; spin++)
			__asm__ volatile("");
		ck_assert_int_eq(folder_bury(in_folder("jobs/j1"), &mine, &err), 0);
		waitpid(pid, NULL, 0);
		folder_read(in_folder("jobs/j1"), &f);
		ck_assert_int_eq(f.state, mine ? FOLDER_BURIED : FOLDER_ENDED);
		ck_assert_int_eq(file_exists("ran"), !mine);
		buried += mine;
		ran += !mine;
		unlink(in_folder("ran"));
		folder_remove(in_folder("jobs/j1"));
	}
	ck_assert_int_eq(buried + ran, 40);
}
END_TEST

/* ---- whose pid is it? ---- */

START_TEST(a_pid_that_was_given_to_another)
{
	struct folder f;
	char line[128], boot[BOOT_ID] = "";
	FILE *id = fopen("/proc/sys/kernel/random/boot_id", "r");
	pid_t other = fork();

	if (other == 0) {
		setsid();
		pause();
		_exit(0);
	}
	ck_assert_int_eq(fscanf(id, "%39s", boot), 1);
	fclose(id);
	script_init(&script, "j1", "true");
	mkdir(in_folder("jobs"), 0700);
	mkdir(in_folder("jobs/j1"), 0700);
	str_printf(line, sizeof(line), "%d 12345 %s\n", (int)other, boot);
	if (_i == 1)
		str_printf(line, sizeof(line), "%d 12345 another-boot\n", (int)other);
	write_file("jobs/j1/pid", line);
	folder_read(in_folder("jobs/j1"), &f);
	ck_assert_int_eq(f.state, FOLDER_STARTED);
	ck_assert(!folder_lives(&f));
	folder_signal(&f, SIGKILL);
	ck_assert_int_eq(waitpid(other, NULL, WNOHANG), 0);
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_GONE);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	finish();
}
END_TEST

/* clang-format off */
static const struct { const char *pid, *status; enum folder_state state; } folders[] = {
	{ NULL,                 NULL,    FOLDER_BARE },
	{ "",                   NULL,    FOLDER_BARE },
	{ "77",                 NULL,    FOLDER_BARE },
	{ "77 88 id",           NULL,    FOLDER_BARE },
	{ "77 88\n",            NULL,    FOLDER_BARE },
	{ "1 88 id\n",          NULL,    FOLDER_BARE },
	{ "-7 88 id\n",         NULL,    FOLDER_BARE },
	{ "77 88 id\n",         NULL,    FOLDER_STARTED },
	{ "77 88 id\n",         "",      FOLDER_STARTED },
	{ "77 88 id\n",         "1",     FOLDER_STARTED },
	{ "77 88 id\n",         "x\n",   FOLDER_STARTED },
	{ "77 88 id\n",         "300\n", FOLDER_STARTED },
	{ "77 88 id\n",         "12\n",  FOLDER_ENDED },
	{ "none\n",             NULL,    FOLDER_BURIED },
};
/* clang-format on */

START_TEST(a_folder_is_read)
{
	struct folder f;

	mkdir(in_folder("j"), 0700);
	if (folders[_i].pid != NULL)
		write_file("j/pid", folders[_i].pid);
	if (folders[_i].status != NULL)
		write_file("j/status", folders[_i].status);
	folder_read(in_folder("j"), &f);
	ck_assert_msg(f.state == folders[_i].state, "row %d: %d", _i, f.state);
	if (f.state == FOLDER_ENDED)
		ck_assert_int_eq(f.status, 12);
}
END_TEST

START_TEST(the_terminal_is_gone)
{
	struct secret *password = secret_new("geheim");

	/* Nobody answers this prompt, and then nobody is there any more. */
	start_and_die(
	    "touch $T/up; printf 'Go on? ' >/dev/tty; read x </dev/tty; echo \"end $x\"",
	    "up", password);
	attach_to_the_end();
	ck_assert_int_eq(ended.o.ending, ENDING_EXITED);
	ck_assert_ptr_nonnull(strstr(ended.o.output, "end \n"));
	finish();
	secret_free(password);
}
END_TEST

TCase *
attach_tests(void)
{
	TCase *tc = tcase_create("attach");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_test(tc, still_running);
	tcase_add_test(tc, ended_while_nobody_looked);
	tcase_add_loop_test(tc, is_told_to_end_after_a_restart, 0, 2);
	tcase_add_test(tc, its_limit_counts_from_its_start);
	tcase_add_test(tc, killed_while_nobody_looked);
	tcase_add_test(tc, its_folder_is_taken_away);
	tcase_add_test(tc, detach_leaves_it_alone);
	tcase_add_test(tc, never_began_and_never_will);
	tcase_add_test(tc, claimed_but_never_began);
	tcase_add_test(tc, claimed_and_on_its_way);
	tcase_add_test(tc, claims_race);
	tcase_add_loop_test(tc, a_pid_that_was_given_to_another, 0, 2);
	tcase_add_loop_test(tc, a_folder_is_read, 0, (int)ARRAY_SIZE(folders));
	tcase_add_test(tc, the_terminal_is_gone);
	return tc;
}
