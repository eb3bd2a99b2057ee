#include "config.h"

#include "daemon/runner/runner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/parts.h"

#define PROCESSES_MOST 8
#define DIRECTORY_MOST 70

struct runner *
runner_new(struct event_base *base)
{
	struct runner *r = mem_alloc(sizeof(*r));

	r->base = base;
	r->kill_after_ms = 10000;
	r->empty_ms = 10000;
	r->leave_ms = 5000;
	r->greeting_ms = 20000;
	LIST_INIT(&r->jobs);
	LIST_INIT(&r->sessions);
	LIST_INIT(&r->processes);
	TAILQ_INIT(&r->here.waiting);
	r->here.most = PROCESSES_MOST;
	LIST_INIT(&r->hosts);
	LIST_INIT(&r->users);
	r->mask = umask(077);
	umask(r->mask);
	/* A child that died while we write to it is seen by its end, not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	children_init(&r->children, base);
	return r;
}

/* What ssh adds to the name while it makes a socket must fit, too. */
void
runner_set_directory(struct runner *r, const char *directory)
{
	if (r->directory == NULL && strlen(directory) <= DIRECTORY_MOST)
		r->directory = mem_strdup(directory);
}

static void
directory_done(struct runner *r)
{
	if (r->own_directory)
		rmdir(r->directory);
	free(r->directory);
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
	while (!LIST_EMPTY(&r->processes))
		process_cancel(LIST_FIRST(&r->processes));
	far_done(&r->hosts);
	directory_done(r);
	children_done(&r->children);
	users_done(&r->users);
	free(r);
}
