#include "config.h"

#include "daemon/runner/agent.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/runner/job.h"
#include "daemon/runner/job_sh.h"
#include "daemon/runner/remote.h"
#include "daemon/runner/session.h"

#define LIMIT_MS        10000
#define FORGET_AGAIN_MS 30000

/* ---- how it is spoken to ---- */

static char *
wrap(const char *command, const char *nonce)
{
	return mem_printf("%s; printf '\\n%s %%d\\n' $?\n", command, nonce);
}

static const char *
find_end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	char mark[NONCE + 3];
	const char *at, *end;

	str_printf(mark, sizeof(mark), "\n%s ", nonce);
	at = strstr(text, mark);
	end = at != NULL ? strchr(at + 1, '\n') : NULL;
	if (end == NULL || sscanf(at + strlen(mark), "%d", ret_status) != 1)
		return NULL;
	*ret_len = (size_t)(at - text);
	return end + 1;
}

static const struct dialect dialect = {
	.wrap = wrap,
	.end = find_end,
	.leave = "exit\n",
};

/* ---- what it says unasked ---- */

static void
on_note(void *arg, const char *line)
{
	static const char word[] = "ended ";
	struct far *f = arg;
	struct job *j;

	if (!str_starts(line, word))
		return;
	LIST_FOREACH(j, &f->runner->jobs, entry)
		if (j->far == f && str_equal(j->path, line + strlen(word))) {
			job_far_noted(j);
			return;
		}
}

static void
open_agent(struct far *f)
{
	struct str_list argv = { 0 }, env = { 0 };

	str_list_add(&argv, "/bin/sh");
	str_list_add(&argv, "-c");
	str_list_add(&argv, remote_agent);
	str_list_add(&argv, "sh");
	str_list_add(&argv, job_sh);
	f->agent = session_new(f->runner, &f->host, &dialect, &argv, &env);
	session_watch(f->agent, on_note, f);
	str_list_done(&argv);
}

void
agent_ask(struct far *f, const char *command, job_done_fn *done, void *arg)
{
	if (f->agent == NULL)
		open_agent(f);
	session_ask(f->agent, command, LIMIT_MS, ASK_LAST, done, arg);
}

/* ---- forgetting ---- */

static void
on_forgotten(void *arg, struct outcome *o)
{
	struct far *f = arg;
	bool answered = o->ending == ENDING_EXITED;
	struct str_list rest = { 0 };

	outcome_done(o);
	if (!answered) {
		timer_start(f->forget, FORGET_AGAIN_MS);
		return;
	}
	for (size_t i = 1; i < f->forgotten.count; i++)
		str_list_add(&rest, f->forgotten.items[i]);
	str_list_done(&f->forgotten);
	f->forgotten = rest;
	if (rest.count > 0)
		timer_start(f->forget, 0);
}

static void
on_forget(evutil_socket_t fd, short what, void *arg)
{
	struct far *f = arg;
	struct buf command = { 0 };

	(void)fd;
	(void)what;
	buf_adds(&command, "ud_forget ");
	remote_quote(&command, f->forgotten.items[0]);
	agent_ask(f, command.data, on_forgotten, f);
	buf_done(&command);
}

void
agent_forget(struct far *f, const char *path)
{
	str_list_add(&f->forgotten, path);
	if (f->forgotten.count == 1)
		timer_start(f->forget, 0);
}

/* Its session belongs to the runner, which frees all of them. */
void
agent_init(struct far *f)
{
	f->forget = evtimer_new(f->runner->base, on_forget, f);
}

void
agent_done(struct far *f)
{
	event_free(f->forget);
	str_list_done(&f->forgotten);
}
