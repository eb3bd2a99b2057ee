/*
 * What we started: processes of this host, which are children of ours, and those of other
 * hosts, which an ssh channel stands for. Each end is reported once, from the loop.
 */
#ifndef UD_RUNNER_CHILD_H
#define UD_RUNNER_CHILD_H

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/types.h>

struct event;
struct event_base;
struct child;

struct child_end {
	int wait_status;     /* that of waitpid(2) */
	const char *failure; /* why it could not begin, or why we do not see it any more;
			      * NULL: it ended. Valid during the call only */
};

typedef void child_ended_fn(void *arg, const struct child_end *end);

/* How one that runs elsewhere is dealt with. */
struct child_remote {
	void (*signal)(struct child *c, int number);
	void (*give_up)(struct child *c);
	void (*heard)(struct child *c);
};

struct child {
	LIST_ENTRY(child) entry;
	const struct child_remote *remote; /* NULL: it runs here */
	pid_t pid;
	child_ended_fn *ended; /* NULL: given up, only to be reaped */
	void *arg;
};

#define CHILD_LISTS 256
LIST_HEAD(child_list, child);

struct children {
	struct child_list
	    lists[CHILD_LISTS]; /* by pid: a thousand sessions are children */
	int count;
	struct event *signal;
};

void children_init(struct children *c, struct event_base *base);
void children_done(struct children *c);

/* The child is ours until ended was called or it was given up. */
struct child *child_add(struct children *c, pid_t pid, child_ended_fn *ended,
    void *arg);

/* Sends a signal to the group that the child leads. Elsewhere TERM asks the far end to
 * send it, and KILL a second later; KILL ends the wait for that. */
void child_signal(struct child *c, int number);

/* Some of its output arrived: there may be more, also behind its end. */
void child_heard(struct child *c);

/* No callback follows; the process is reaped when it ends. */
void child_give_up(struct child *c);

#endif
