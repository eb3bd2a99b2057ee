#include "config.h"

#include "daemon/runner/child.h"

#include <event2/event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "common/mem.h"

static struct child_list *
list_of(struct children *c, pid_t pid)
{
	return &c->lists[(unsigned)pid % CHILD_LISTS];
}

static struct child *
find(struct children *c, pid_t pid)
{
	struct child *child;

	LIST_FOREACH(child, list_of(c, pid), entry)
		if (child->pid == pid)
			return child;
	return NULL;
}

/* Only our own processes are waited for: libraries may have theirs. While one of those
 * stays unreaped, the kernel names no other, and each of ours is asked. */
static struct child *
find_ended(struct children *c)
{
	siginfo_t who = { 0 };
	struct child *child;

	if (waitid(P_ALL, 0, &who, WEXITED | WNOHANG | WNOWAIT) != 0 || who.si_pid == 0)
		return NULL;
	child = find(c, who.si_pid);
	if (child != NULL)
		return child;
	for (int i = 0; i < CHILD_LISTS; i++)
		LIST_FOREACH(child, &c->lists[i], entry) {
			who.si_pid = 0;
			if (waitid(P_PID, (id_t)child->pid, &who,
				WEXITED | WNOHANG | WNOWAIT) == 0 &&
			    who.si_pid != 0)
				return child;
		}
	return NULL;
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct children *c = arg;
	struct child_end end = { 0 };
	struct child *child;

	(void)number;
	(void)what;
	/* From the start each time: what is called may add children and end others. */
	while ((child = find_ended(c)) != NULL) {
		child_ended_fn *ended = child->ended;
		void *ended_arg = child->arg;

		waitpid(child->pid, &end.wait_status, 0);
		LIST_REMOVE(child, entry);
		free(child);
		c->count--;
		if (ended != NULL)
			ended(ended_arg, &end);
	}
}

void
children_init(struct children *c, struct event_base *base)
{
	for (int i = 0; i < CHILD_LISTS; i++)
		LIST_INIT(&c->lists[i]);
	c->signal = evsignal_new(base, SIGCHLD, on_signal, c);
	event_add(c->signal, NULL);
}

void
children_done(struct children *c)
{
	struct child *child;

	event_free(c->signal);
	for (int i = 0; i < CHILD_LISTS; i++)
		while ((child = LIST_FIRST(&c->lists[i])) != NULL) {
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
	LIST_INSERT_HEAD(list_of(c, pid), child, entry);
	c->count++;
	return child;
}

void
child_signal(struct child *c, int number)
{
	if (c->remote != NULL)
		c->remote->signal(c, number);
	else
		kill(-c->pid, number);
}

void
child_heard(struct child *c)
{
	if (c->remote != NULL)
		c->remote->heard(c);
}

void
child_give_up(struct child *c)
{
	c->ended = NULL;
	if (c->remote != NULL)
		c->remote->give_up(c);
}
