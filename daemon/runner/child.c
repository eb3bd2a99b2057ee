#include "config.h"

#include "daemon/runner/child.h"

#include <event2/event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "common/mem.h"

/* Only our own processes are waited for: libraries may have theirs. */
static struct child *
reap_one(struct children *c, int *ret_status)
{
	struct child *child;

	LIST_FOREACH(child, &c->list, entry)
		if (waitpid(child->pid, ret_status, WNOHANG) == child->pid)
			return child;
	return NULL;
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct children *c = arg;
	struct child *child;
	int status;

	(void)number;
	(void)what;
	/* From the start each time: what is called may add children and end others. */
	while ((child = reap_one(c, &status)) != NULL) {
		child_ended_fn *ended = child->ended;
		void *ended_arg = child->arg;

		LIST_REMOVE(child, entry);
		free(child);
		if (ended != NULL)
			ended(ended_arg, status);
	}
}

void
children_init(struct children *c, struct event_base *base)
{
	LIST_INIT(&c->list);
	c->signal = evsignal_new(base, SIGCHLD, on_signal, c);
	event_add(c->signal, NULL);
}

void
children_done(struct children *c)
{
	struct child *child;

	event_free(c->signal);
	while ((child = LIST_FIRST(&c->list)) != NULL) {
		waitpid(child->pid, NULL, WNOHANG);
		LIST_REMOVE(child, entry);
		free(child);
	}
}

struct child *
child_add(struct children *c, pid_t pid, child_ended_fn *ended, void *arg)
{
	struct child *child = mem_alloc(sizeof(*child));

	child->pid = pid;
	child->ended = ended;
	child->arg = arg;
	LIST_INSERT_HEAD(&c->list, child, entry);
	return child;
}

void
child_signal(const struct child *c, int number)
{
	kill(-c->pid, number);
}

void
child_give_up(struct child *c)
{
	c->ended = NULL;
}
