#include "tests/unit/runner/stage.h"

#include <check.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"

#define WAIT_MS	    10000
#define WAIT_FAR_MS 30000

struct event_base *base;
struct runner *runner;
char folder[64];
const struct host *stage_host;
static int64_t wait_until_ms;
static int order;

/* Limits of processes are not for the connection. */
static void
connect_first(void)
{
	char *argv[] = { mem_strdup("true"), NULL };
	struct ended e = { 0 };

	process_run(runner, stage_host, argv, NULL, 0, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_msg(e.o.ending == ENDING_EXITED, "%s", e.o.output);
	outcome_done(&e.o);
	free(argv[0]);
	order = 0;
}

void
stage_setup(void)
{
	str_copy(folder, sizeof(folder), "/tmp/check-runner-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	base = event_base_new();
	runner = runner_new(base);
	order = 0;
	if (stage_host != NULL)
		connect_first();
}

void
stage_teardown(void)
{
	char *argv[] = { mem_strdup("/bin/rm"), mem_strdup("-rf"), folder, NULL };
	struct ended e = { 0 };

	process_run(runner, NULL, argv, NULL, 5000, on_done, &e);
	WAIT_FOR(e.calls == 1);
	outcome_done(&e.o);
	free(argv[0]);
	free(argv[1]);
	runner_free(runner);
	event_base_free(base);
}

void
on_done(void *arg, struct outcome *o)
{
	struct ended *e = arg;

	e->calls++;
	e->o = *o;
	e->order = ++order;
}

void
on_output(void *arg, const char *text, size_t len)
{
	struct ended *e = arg;

	buf_add(&e->progress, text, len);
}

void
stage_wait_begin(void)
{
	wait_until_ms = clock_mono_ms() + (stage_host != NULL ? WAIT_FAR_MS : WAIT_MS);
}

static void
turn_once(void)
{
	struct timeval soon = { .tv_usec = 5000 };

	event_base_loopexit(base, &soon);
	event_base_loop(base, EVLOOP_ONCE);
}

void
stage_turn(const char *file, int line, const char *what)
{
	if (clock_mono_ms() > wait_until_ms)
		ck_abort_msg("%s:%d: waited in vain for %s", file, line, what);
	turn_once();
}

void
turn_idle(int turns)
{
	for (int i = 0; i < turns; i++)
		turn_once();
}

void
stage_run(void)
{
	for (;;)
		event_base_loop(base, EVLOOP_ONCE);
}

char *
in_folder(const char *name)
{
	static char paths[4][256];
	static int next;
	char *path = paths[next++ % 4];

	str_printf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

bool
file_exists(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

void
script_init(struct script *s, const char *id, const char *text)
{
	command_init(&s->command);
	s->command.kind = COMMAND_JOB;
	str_list_add(&s->command.argv, "/bin/sh");
	str_list_add(&s->command.argv, "-c");
	str_list_add(&s->command.argv, text);
	str_list_addf(&s->command.env, "T=%s", folder);
	str_copy(s->directory, sizeof(s->directory), in_folder("jobs"));
	s->spec = (struct job_spec){ .id = id,
		.host = stage_host,
		.directory = s->directory,
		.command = &s->command };
}

void
script_done(struct script *s)
{
	command_done(&s->command);
}

void
run_script(const char *id, const char *text, struct ended *ret)
{
	struct script s;

	*ret = (struct ended){ 0 };
	script_init(&s, id, text);
	job_start(runner, &s.spec, on_done, NULL, ret);
	script_done(&s);
	WAIT_FOR(ret->calls == 1);
}
