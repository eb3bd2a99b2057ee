/* Children of ours: each end is reported once, from the loop. */
#ifndef UD_RUNNER_CHILD_H
#define UD_RUNNER_CHILD_H

#include <sys/queue.h>
#include <sys/types.h>

struct event;
struct event_base;

/* wait_status is that of waitpid(2). */
typedef void child_ended_fn(void *arg, int wait_status);

struct child {
	LIST_ENTRY(child) entry;
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

/* Sends a signal to the group that the child leads. */
void child_signal(const struct child *c, int number);

/* No callback follows; the process is reaped when it ends. */
void child_give_up(struct child *c);

#endif
