/*
 * What a command on a host costs over the connection that is kept, beside what `ssh` with a warm
 * ControlMaster costs by hand; and what a question costs in a shell that stays open. Both kinds in
 * turn, in one run, over an sshd of its own on the loopback.
 *
 *	bench_ssh [COMMANDS]
 *
 * Prints medians in ms, and how the first two compare.
 */
#include "config.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/runner/runner.h"
#include "tests/lib/fake_tool.h"
#include "tests/unit/runner/sshd.h"

#define MOST 10000

static struct event_base *base;
static struct runner *runner;
static bool ended;

static void
die(const char *what)
{
	fprintf(stderr, "bench_ssh: %s\n", what);
	sshd_stop();
	exit(1);
}

static void
on_end(void *arg, struct outcome *o)
{
	(void)arg;
	if (o->ending != ENDING_EXITED || o->status != 0)
		die(o->output);
	outcome_done(o);
	ended = true;
}

static void
until_ended(void)
{
	while (!ended)
		event_base_loop(base, EVLOOP_ONCE);
	ended = false;
}

static int64_t
kept(void)
{
	int64_t began = clock_mono_us();
	char word[] = "true", *argv[] = { word, NULL };

	process_run(runner, sshd_host(), argv, NULL, 60000, on_end, NULL);
	until_ended();
	return clock_mono_us() - began;
}

/* "-M" begins the master, "" asks it. */
static int
ssh(const char *more)
{
	char config[128], path[128];
	pid_t pid;
	int status = -1;

	str_printf(config, sizeof(config), "%s/ssh_config", sshd_folder);
	str_printf(path, sizeof(path), "ControlPath=%s/hand", sshd_folder);
	pid = fork();
	if (pid == 0) {
		if (more[0] != '\0')
			execlp("ssh", "ssh", "-F", config, "-o", path, "-MNf", "far", NULL);
		else
			execlp("ssh", "ssh", "-F", config, "-o", path, "far", "true", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int64_t
by_hand(void)
{
	int64_t began = clock_mono_us();

	if (ssh("") != 0)
		die("ssh by hand failed");
	return clock_mono_us() - began;
}

/* ---- a shell that stays open ---- */

static int64_t
question(struct session *s)
{
	int64_t began = clock_mono_us();

	session_ask(s, "echo here", 60000, ASK_LAST, on_end, NULL);
	until_ended();
	return clock_mono_us() - began;
}

/* ---- a job that prints 50 MB a second, for ten; of what is far ahead the middle is skipped ---- */

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

#define TICK_US 5000

static int64_t late[MOST];
static int late_count;
static int64_t due_us;

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct timeval tick = { .tv_usec = TICK_US };
	int64_t now = clock_mono_us();

	(void)fd;
	(void)what;
	if (late_count < MOST)
		late[late_count++] = now - due_us;
	due_us = now + TICK_US;
	evtimer_add(arg, &tick);
}

/* The most that it ever was. */
static long
resident_kib(void)
{
	struct rusage used;

	return getrusage(RUSAGE_SELF, &used) == 0 ? used.ru_maxrss : 0;
}

static void
on_text(void *arg, const char *text, size_t len)
{
	(void)text;
	*(size_t *)arg += len;
}

static double
late_ms(void)
{
	double ms;

	qsort(late, (size_t)late_count, sizeof(*late), by_size);
	ms = (double)late[late_count * 99 / 100] / 1000.0;
	late_count = 0;
	return ms;
}

/* How late the loop is with nothing to do: what else runs here. */
static double
rest(void)
{
	int64_t until = clock_mono_us() + 4000000;

	while (clock_mono_us() < until)
		event_base_loop(base, EVLOOP_ONCE);
	return late_ms();
}

static void
flood(void)
{
	double at_rest, busy[1] = { 0 };
	static char directory[128];
	struct command c;
	struct job_spec spec = { .id = "flood", .directory = directory, .command = &c };
	size_t got = 0;
	struct event *tick = event_new(base, -1, 0, on_tick, NULL);
	long before;

	spec.host = sshd_host();
	str_printf(directory, sizeof(directory), "%s/jobs", sshd_folder);
	command_init(&c);
	c.kind = COMMAND_JOB;
	str_list_add(&c.argv, "/bin/sh");
	str_list_add(&c.argv, "-c");
	str_list_add(&c.argv, "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 50000000 /dev/zero | "
			      "tr '\\0' x & sleep 1; done; wait");
	event_assign(tick, base, -1, 0, on_tick, tick);
	due_us = clock_mono_us();
	event_active(tick, EV_TIMEOUT, 0);
	at_rest = rest();
	before = resident_kib();
	job_start(runner, &spec, on_end, on_text, &got);
	until_ended();
	event_free(tick);
	getloadavg(busy, 1);
	printf("a job that prints 50 MB for 10 s    %.1f MB of 500 MB followed, memory grew by at most %ld KiB\n",
	    (double)got / 1e6, resident_kib() - before);
	printf("loop late by, p99: then / at rest   %.1f / %.1f ms (load of the machine %.1f)\n", late_ms(),
	    at_rest, busy[0]);
	command_done(&c);
}

/* ---- figures ---- */

static double
median_ms(int64_t *us, int n)
{
	qsort(us, (size_t)n, sizeof(*us), by_size);
	return (double)us[n / 2] / 1000.0;
}

int
main(int argc, char **argv)
{
	static int64_t ours[MOST], theirs[MOST], asked[MOST];
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 200;
	struct str_list words = { 0 }, env = { 0 };
	struct session *s;
	double a, b;
	int status = sshd_start();

	if (status != 0 || n < 1 || n > MOST)
		return status != 0 ? status : 2;
	base = event_base_new();
	runner = runner_new(base);
	if (ssh("-M") != 0)
		die("no master");
	fake_shell.open(NULL, -1, &words, &env);
	s = session_new(runner, sshd_host(), &fake_shell, &words, &env);
	kept();
	by_hand();
	question(s);
	for (long i = 0; i < n; i++) {
		ours[i] = kept();
		theirs[i] = by_hand();
		asked[i] = question(s);
	}
	a = median_ms(ours, (int)n);
	b = median_ms(theirs, (int)n);
	printf("a command over the kept connection  %.2f ms\n", a);
	printf("ssh with a warm master, by hand     %.2f ms\n", b);
	printf("the first in terms of the second    %.2f\n", a / b);
	printf("a question in a shell that is open  %.2f ms\n", median_ms(asked, (int)n));
	flood();
	str_list_done(&words);
	str_list_done(&env);
	session_free(s);
	runner_free(runner);
	sshd_stop();
	event_base_free(base);
	return 0;
}
