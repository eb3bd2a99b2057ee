#include "config.h"

#include "daemon/runner/runner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/parts.h"

struct runner *
runner_new(struct event_base *base)
{
	struct runner *r = mem_alloc(sizeof(*r));

	r->base = base;
	r->processes_most = 8;
	r->kill_after_ms = 10000;
	r->leave_ms = 5000;
	LIST_INIT(&r->jobs);
	LIST_INIT(&r->sessions);
	TAILQ_INIT(&r->waiting);
	LIST_INIT(&r->running);
	LIST_INIT(&r->users);
	r->mask = umask(077);
	umask(r->mask);
	/* A child that died while we write to it is seen by its end, not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	children_init(&r->children, base);
	return r;
}

void
runner_free(struct runner *r)
{
	if (r == NULL)
		return;
	while (!LIST_EMPTY(&r->jobs))
		job_detach(LIST_FIRST(&r->jobs));
	while (!LIST_EMPTY(&r->sessions))
		session_free(LIST_FIRST(&r->sessions));
	while (!TAILQ_EMPTY(&r->waiting))
		process_cancel(TAILQ_FIRST(&r->waiting));
	while (!LIST_EMPTY(&r->running))
		process_cancel(LIST_FIRST(&r->running));
	children_done(&r->children);
	users_done(&r->users);
	free(r);
}
