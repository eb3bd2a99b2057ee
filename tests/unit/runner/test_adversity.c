/* Jobs whose daemon dies again and again, whose folder cannot be written, which two daemons claim
 * at the same time, and whose host has another idea of the time. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "common/clock.h"
#include "daemon/runner/parts.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

/* ---- the clock of this program ---- */

static time_t ahead_s;

int clock_gettime(clockid_t id, struct timespec *ts);

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (rc == 0 && id == CLOCK_REALTIME)
		ts->tv_sec += ahead_s;
	return rc;
}

START_TEST(a_clock_that_is_an_hour_off)
{
	struct script s;
	struct ended e = { 0 };
	int64_t before;

	ahead_s = _i == 0 ? 3600 : -3600;
	before = clock_wall_ms();
	script_init(&s, "j1", "echo up; exec sleep 60");
	s.command.limit_ms = 1500;
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(e.o.output, "up\n");
	ck_assert_int_ge(e.o.started_wall_ms, before - 2000);
	ck_assert_int_le(e.o.ended_wall_ms, clock_wall_ms() + 2000);
	ck_assert_int_ge(e.o.ended_wall_ms - e.o.started_wall_ms, 1000);
	outcome_done(&e.o);
	script_done(&s);
	ahead_s = 0;
}
END_TEST

/* ---- one job, many daemons ---- */

static int
number(const char *name, int usual)
{
	const char *text = getenv(name);
	long n = text != NULL ? strtol(text, NULL, 10) : usual;

	return n > 0 && n < 1000000 ? (int)n : usual;
}

/* With connections of its own: what comes over those of the other one is not for it. */
static void
another_daemon(void)
{
	event_reinit(base); /* or to free it would be felt by the other one */
	event_base_free(base);
	base = event_base_new();
	runner = runner_new(base);
}

/* Another daemon finds the job again, or starts it, and lives for a while; us 0: until the job has
 * begun. */
static void
live(const struct script *s, bool starts, int us)
{
	struct ended e = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		another_daemon();
		if (starts)
			job_start(runner, &s->spec, on_done, on_output, &e);
		else
			job_attach(runner, &s->spec, on_done, on_output, &e);
		stage_run();
	}
	if (us == 0)
		WAIT_FOR(file_exists("ran"));
	usleep((useconds_t)us);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int
lines_of(const char *name)
{
	FILE *f = fopen(in_folder(name), "r");
	int ch, n = 0;

	while (f != NULL && (ch = fgetc(f)) != EOF)
		n += ch == '\n';
	if (f != NULL)
		fclose(f);
	return n;
}

/* LIVES=n: so many. */
START_TEST(runs_once_in_many_lives)
{
	int lives = number("LIVES", stage_host != NULL ? 8 : 40);
	int most_us = stage_host != NULL ? 500000 : 60000; /* to connect takes a while */
	struct script s;
	struct ended e = { 0 };

	srand(1);
	script_init(&s, "j1",
	    "echo x >>$T/ran; n=0; until [ -e $T/enough ]; do n=$((n + 1)); echo $n; sleep 0.1; done; "
	    "echo $n >$T/last; exit 7");
	live(&s, true, 0);
	for (int i = 0; i < lives; i++)
		live(&s, rand() % 4 == 0, 1 + rand() % most_us);
	fclose(fopen(in_folder("enough"), "w"));
	job_attach(runner, &s.spec, on_done, on_output, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_int_eq(e.o.status, 7);
	ck_assert_int_eq(lines_of("ran"), 1);
	/* Its output is whole, from the first line to the last. */
	ck_assert(strncmp(e.o.output, "1\n2\n3\n", 6) == 0);
	ck_assert_ptr_nonnull(strstr(e.o.output, "\n4\n"));
	outcome_done(&e.o);
	buf_done(&e.progress);
	script_done(&s);
}
END_TEST

/* TWICE=n: so often. */
START_TEST(two_daemons_claim_at_once)
{
	int times = number("TWICE", stage_host != NULL ? 5 : 15), well = 0;

	for (int i = 0; i < times; i++) {
		struct script s;
		struct ended e = { 0 };
		int status = -1, before = lines_of("ran"), ran;
		char id[16];
		pid_t pid;

		str_printf(id, sizeof(id), "j%d", i);
		script_init(&s, id, "echo x >>$T/ran; sleep 0.05; echo said; exit 3");
		pid = fork();
		if (pid == 0) {
			another_daemon();
			job_start(runner, &s.spec, on_done, NULL, &e);
			while (e.calls == 0)
				event_base_loop(base, EVLOOP_ONCE);
			_exit(e.o.ending == ENDING_EXITED ? e.o.status : 99);
		}
		job_start(runner, &s.spec, on_done, NULL, &e);
		WAIT_FOR(e.calls == 1);
		waitpid(pid, &status, 0);
		ran = lines_of("ran") - before;
		/* A wrapper that is late may be buried by the other, and a host that does not
		 * answer in time has failed: then it did not run, or nobody says that it ended. */
		ck_assert_msg(ran <= 1, "round %d: it ran %d times", i, ran);
		if (e.o.ending == ENDING_EXITED) {
			ck_assert_int_eq(ran, 1);
			ck_assert_int_eq(e.o.status, 3);
			ck_assert_str_eq(e.o.output, "said\n");
			well++;
		} else {
			ck_assert_msg(e.o.ending == ENDING_GONE || e.o.output[0] != '\0',
			    "round %d: it failed without a word", i);
		}
		ck_assert_msg(WEXITSTATUS(status) == 3 || WEXITSTATUS(status) == 99,
		    "round %d: the other saw %d", i, WEXITSTATUS(status));
		outcome_done(&e.o);
		script_done(&s);
	}
	ck_assert_int_gt(well, 0);
}
END_TEST

/* ---- folders that cannot be written ---- */

/* A file system of its own for the jobs; false where that is not permitted. */
static bool
mount_jobs(unsigned long flags, const char *options)
{
	mkdir(in_folder("jobs"), 0700);
	if (mount("none", in_folder("jobs"), "tmpfs", flags, options) == 0)
		return true;
	ck_assert(errno == EPERM || errno == EACCES);
	printf("not tried: a file system may not be mounted here\n");
	return false;
}

static void
fill(void)
{
	static const char zeros[4096];
	FILE *f = fopen(in_folder("jobs/filler"), "w");

	ck_assert_ptr_nonnull(f);
	setbuf(f, NULL);
	while (fwrite(zeros, 1, sizeof(zeros), f) == sizeof(zeros))
		;
	fclose(f);
}

START_TEST(a_folder_that_is_read_only)
{
	struct ended e;

	if (!mount_jobs(MS_RDONLY, "size=64k,mode=700"))
		return;
	run_script("j1", "echo x >>$T/ran", &e);
	umount2(in_folder("jobs"), MNT_DETACH);
	ck_assert_msg(e.o.ending == ENDING_FAILED, "%s: %s", ending_name(e.o.ending),
	    e.o.output);
	ck_assert_ptr_nonnull(strstr(e.o.output, "ead-only"));
	ck_assert(!file_exists("ran"));
	outcome_done(&e.o);
}
END_TEST

/* What is not known is not said: a job that could not note its pid did not run. */
START_TEST(a_folder_that_is_full)
{
	struct ended e;

	if (!mount_jobs(0, "size=64k,mode=700"))
		return;
	fill();
	/* Longer than for a wrapper that is on its way. */
	runner->empty_ms = stage_host != NULL ? 6000 : 2000;
	run_script("j1", "echo x >>$T/ran", &e);
	umount2(in_folder("jobs"), MNT_DETACH);
	ck_assert_msg(e.o.ending == ENDING_FAILED || e.o.ending == ENDING_GONE, "%s: %s",
	    ending_name(e.o.ending), e.o.output);
	ck_assert(!file_exists("ran"));
	outcome_done(&e.o);
}
END_TEST

/* Its status cannot be kept: it is gone, never good. */
START_TEST(a_folder_that_becomes_full)
{
	struct script s;
	struct ended e = { 0 };

	if (!mount_jobs(0, "size=64k,mode=700"))
		return;
	script_init(&s, "j1", "touch $T/up; until [ -e $T/go ]; do sleep 0.05; done; echo much");
	job_start(runner, &s.spec, on_done, NULL, &e);
	WAIT_FOR(file_exists("up"));
	fill();
	fclose(fopen(in_folder("go"), "w"));
	WAIT_FOR(e.calls == 1);
	umount2(in_folder("jobs"), MNT_DETACH);
	ck_assert_msg(e.o.ending == ENDING_GONE, "%s %d", ending_name(e.o.ending), e.o.status);
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

TCase *
adversity_tests(void)
{
	TCase *tc = tcase_create("adversity");

	tcase_set_timeout(tc, getenv("LIVES") != NULL || getenv("TWICE") != NULL ? 3600 : 60);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	if (stage_host != NULL)
		tcase_add_loop_test(tc, a_clock_that_is_an_hour_off, 0, 2);
	tcase_add_test(tc, runs_once_in_many_lives);
	tcase_add_test(tc, two_daemons_claim_at_once);
	tcase_add_test(tc, a_folder_that_is_read_only);
	tcase_add_test(tc, a_folder_that_is_full);
	tcase_add_test(tc, a_folder_that_becomes_full);
	return tc;
}
