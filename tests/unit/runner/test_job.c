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

/* clang-format off */
static const struct { const char *what, *text; enum ending ending; int status; const char *output; } cases[] = {
	{ "success",            "echo one; echo two",       ENDING_EXITED,    0,   "one\ntwo\n" },
	{ "a status",           "exit 7",                   ENDING_EXITED,    7,   "" },
	{ "both streams, in order", "echo a; echo b >&2; echo c", ENDING_EXITED, 0, "a\nb\nc\n" },
	{ "no line end",        "printf x",                 ENDING_EXITED,    0,   "x" },
	{ "a signal",           "kill -TERM $$",            ENDING_SIGNALLED, SIGTERM, NULL },
	{ "killed",             "kill -KILL $$",            ENDING_SIGNALLED, SIGKILL, NULL },
	{ "HUP is ignored",     "kill -HUP $$; echo on",    ENDING_EXITED,    0,   "on\n" },
	{ "PIPE is not",        "kill -PIPE $$; echo on",   ENDING_SIGNALLED, SIGPIPE, NULL },
	{ "no input",           "cat; echo end",            ENDING_EXITED,    0,   "end\n" },
	{ "no descriptor of ours", "echo /proc/self/fd/*; ls /proc/self/fd | wc -l",
	  ENDING_EXITED, 0, NULL },
	{ "a session of its own", "[ $(cut -d' ' -f5 /proc/$$/stat) = $(cut -d' ' -f6 /proc/$$/stat) ]",
	  ENDING_EXITED, 0, "" },
	{ "its environment",    "echo $T | grep -c /tmp; echo $LC_ALL $CK_FORK",
	  ENDING_EXITED, 0, "1\nC\n" },
	{ "a zero byte",        "printf 'a\\000b'",         ENDING_EXITED,    0,   "a?b" },
};
/* clang-format on */

START_TEST(ends)
{
	struct ended e;

	run_script("j1", cases[_i].text, &e);
	ck_assert_msg(e.o.ending == cases[_i].ending && e.o.status == cases[_i].status,
	    "%s: %s %d", cases[_i].what, ending_name(e.o.ending), e.o.status);
	if (cases[_i].output != NULL)
		ck_assert_msg(strcmp(e.o.output, cases[_i].output) == 0, "%s: %s",
		    cases[_i].what, e.o.output);
	ck_assert_int_gt(e.o.started_ms, 0);
	ck_assert_int_ge(e.o.ended_ms, e.o.started_ms);
	ck_assert_int_ge(e.o.ended_wall_ms, e.o.started_wall_ms);
	outcome_done(&e.o);
}
END_TEST

START_TEST(leaks_no_descriptors)
{
	struct ended e;

	run_script("j1", "exec ls /proc/self/fd", &e);
	ck_assert_str_eq(e.o.output, "0\n1\n2\n3\n"); /* 3 is that of ls */
	outcome_done(&e.o);
}
END_TEST

START_TEST(a_program_that_is_not_there)
{
	struct script s;
	struct ended e = { 0 };

	script_init(&s, "j1", "");
	str_list_done(&s.command.argv);
	str_list_add(&s.command.argv, "/no/such/tool");
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_int_eq(e.o.status, 127);
	ck_assert_ptr_nonnull(strstr(e.o.output, "/no/such/tool"));
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

START_TEST(cannot_be_started)
{
	struct script s;
	struct ended e = { 0 };

	script_init(&s, "../j1", "true");
	job_start(runner, &s.spec, on_done, NULL, &e);
	ck_assert_int_eq(e.calls, 0); /* never from inside the call */
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	outcome_done(&e.o);
	s.spec.id = "j1";
	s.spec.directory = "/proc/jobs";
	e = (struct ended){ 0 };
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	ck_assert_ptr_nonnull(strstr(e.o.output, "/proc/jobs"));
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

START_TEST(runs_once)
{
	struct ended a, b;

	run_script("j1", "echo x >>$T/ran; exit 3", &a);
	run_script("j1", "echo x >>$T/ran; exit 4", &b);
	ck_assert_int_eq(b.o.ending, ENDING_EXITED);
	ck_assert_int_eq(b.o.status, 3);
	ck_assert_int_gt(b.o.started_wall_ms, 0);
	outcome_done(&a.o);
	outcome_done(&b.o);
	run_script("j2", "wc -l <$T/ran", &a);
	ck_assert_str_eq(a.o.output, "1\n");
	outcome_done(&a.o);
}
END_TEST

static mode_t
mode_of(const char *name)
{
	struct stat st;

	ck_assert_msg(stat(in_folder(name), &st) == 0, "%s", name);
	return st.st_mode & 0777;
}

START_TEST(folder_is_private_and_forgotten)
{
	struct ended e;
	char mask[16];

	run_script("j1", "umask", &e);
	str_printf(mask, sizeof(mask), "%04o\n", (unsigned)runner->mask);
	ck_assert_str_eq(e.o.output, mask);
	outcome_done(&e.o);
	ck_assert_uint_eq(mode_of("jobs"), 0700);
	ck_assert_uint_eq(mode_of("jobs/j1"), 0700);
	ck_assert_uint_eq(mode_of("jobs/j1/pid"), 0600);
	ck_assert_uint_eq(mode_of("jobs/j1/output"), 0600);
	ck_assert_uint_eq(mode_of("jobs/j1/status"), 0600);
	job_forget(runner, NULL, in_folder("jobs"), "j1");
	ck_assert(!file_exists("jobs/j1"));
	ck_assert(file_exists("jobs"));
}
END_TEST

START_TEST(flood_is_capped)
{
	struct ended e;

	run_script("j1", "echo first; head -c 5000000 /dev/zero; echo; echo last", &e);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_uint_lt(strlen(e.o.output), OUTPUT_MOST + 100);
	ck_assert_ptr_eq(strstr(e.o.output, "first\n"), e.o.output);
	ck_assert_ptr_nonnull(strstr(e.o.output, "bytes left out"));
	ck_assert_str_eq(e.o.output + strlen(e.o.output) - 6, "\nlast\n");
	outcome_done(&e.o);
}
END_TEST

START_TEST(progress)
{
	struct script s;
	struct ended e = { 0 };

	mkfifo(in_folder("go"), 0600);
	script_init(&s, "j1", "echo one; read x <$T/go; echo two");
	job_start(runner, &s.spec, on_done, on_output, &e);
	WAIT_FOR(strcmp(buf_text(&e.progress), "one\n") == 0);
	ck_assert_int_eq(e.calls, 0);
	fclose(fopen(in_folder("go"), "w"));
	WAIT_FOR(e.calls == 1);
	ck_assert_str_eq(buf_text(&e.progress), "one\ntwo\n");
	outcome_done(&e.o);
	buf_done(&e.progress);
	script_done(&s);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *text; bool cancel; enum ending ending; int status; } told[] = {
	{ "limit",                  "echo up; exec sleep 60",            false, ENDING_TIMED_OUT, SIGTERM },
	{ "limit, with a child",    "echo up; sleep 60; echo on",        false, ENDING_TIMED_OUT, SIGTERM },
	{ "limit, TERM is ignored", "trap '' TERM; echo up; sleep 60",   false, ENDING_TIMED_OUT, 0 },
	{ "limit, it tidies up",    "trap 'exit 4' TERM; echo up; sleep 60", false, ENDING_TIMED_OUT, 4 },
	{ "cancel",                 "echo up; exec sleep 60",            true,  ENDING_CANCELLED, SIGTERM },
	{ "cancel, TERM is ignored", "trap '' TERM; echo up; sleep 60",  true,  ENDING_CANCELLED, 0 },
};
/* clang-format on */

START_TEST(is_told_to_end)
{
	struct script s;
	struct ended e = { 0 };
	struct job *j;

	/* Who heeds TERM has all the time that a busy machine needs for it. */
	runner->kill_after_ms = told[_i].status == 0 ? 300 : 10000;
	script_init(&s, "j1", told[_i].text);
	s.command.limit_ms = told[_i].cancel ? 0 : 800;
	j = job_start(runner, &s.spec, on_done, on_output, &e);
	WAIT_FOR(e.progress.len > 0);
	if (told[_i].cancel)
		job_cancel(j);
	WAIT_FOR(e.calls == 1);
	ck_assert_msg(e.o.ending == told[_i].ending && e.o.status == told[_i].status,
	    "%s: %s %d", told[_i].what, ending_name(e.o.ending), e.o.status);
	ck_assert_ptr_eq(strstr(e.o.output, "up\n"), e.o.output);
	outcome_done(&e.o);
	buf_done(&e.progress);
	script_done(&s);
}
END_TEST

START_TEST(the_wrapper_is_killed)
{
	struct script s;
	struct ended e = { 0 };
	FILE *f;
	int pid = 0;

	script_init(&s, "j1", "echo up; echo $$ >$T/command; sleep 60");
	job_start(runner, &s.spec, on_done, on_output, &e);
	WAIT_FOR(e.progress.len > 0);
	f = fopen(in_folder("jobs/j1/pid"), "r");
	ck_assert_int_eq(fscanf(f, "%d", &pid), 1);
	fclose(f);
	kill(pid, SIGKILL);
	/* What it left behind still works: the job is not over. */
	turn_idle(30);
	ck_assert_int_eq(e.calls, 0);
	kill(-pid, SIGKILL);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_GONE);
	outcome_done(&e.o);
	buf_done(&e.progress);
	script_done(&s);
}
END_TEST

START_TEST(another_user)
{
	static char name[] = "here", nobody[] = "nobody", nosuch[] = "no-such-user";
	struct host host = { .name = name, .run_as = nobody };
	struct script s;
	struct ended e = { 0 };

	if (geteuid() != 0)
		return;
	chmod(folder, 0755);
	script_init(&s, "j1", "id -un; id -Gn; echo $HOME; whoami >$T/jobs/mine");
	s.spec.host = &host;
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_str_eq(e.o.output, "nobody\nnogroup\n/nonexistent\n");
	ck_assert(file_exists("jobs/mine"));
	outcome_done(&e.o);
	host.run_as = nosuch;
	e = (struct ended){ 0 };
	s.spec.id = "j2";
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	ck_assert_ptr_nonnull(strstr(e.o.output, "no-such-user"));
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

TCase *
job_tests(void)
{
	TCase *tc = tcase_create("job");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_loop_test(tc, ends, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, leaks_no_descriptors);
	tcase_add_test(tc, a_program_that_is_not_there);
	tcase_add_test(tc, cannot_be_started);
	tcase_add_test(tc, runs_once);
	tcase_add_test(tc, folder_is_private_and_forgotten);
	tcase_add_test(tc, flood_is_capped);
	tcase_add_test(tc, progress);
	tcase_add_loop_test(tc, is_told_to_end, 0, (int)ARRAY_SIZE(told));
	tcase_add_test(tc, the_wrapper_is_killed);
	tcase_add_test(tc, another_user);
	return tc;
}
