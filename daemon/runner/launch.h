/*
 * How argv is started on a host. One function for each transport stands behind it
 * (launch.c): callers do not know where a process runs.
 */
#ifndef UD_RUNNER_LAUNCH_H
#define UD_RUNNER_LAUNCH_H

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "common/error.h"
#include "daemon/model/pair.h"
#include "daemon/runner/child.h"

struct evbuffer;
struct runner;

/* A user of this host that processes become; looked up once. */
struct user {
	LIST_ENTRY(user) entry;
	char *name, *home;
	bool ourselves; /* nothing to become */
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int group_count;
};
LIST_HEAD(user_list, user);

/* UD_ECONFIG when there is no such user, or when we may not become it. NULL for a host
 * without run_as, or for the user we are. */
int user_find(struct user_list *list, const struct host *host, const struct user **ret,
    struct ud_error *err) UD_CHECKED;
void users_done(struct user_list *list);

struct launch {
	const struct host *host; /* NULL: here */
	char *const *argv;
	char *const *env; /* NAME=value, added to the minimal environment; NULL: none */
	int in, out;      /* input, and both streams of output; -1: /dev/null */
	int errors;       /* a stream of its own for errors, elsewhere; 0: none */
	bool session;     /* leads a session, HUP ignored; else a group of its own */
	bool terminal;    /* in is a terminal: it becomes the controlling one */
	bool dies_with_us;
	const char *folder; /* here: the process makes this folder, 0700, before it begins;
			     * it does not begin when that fails; NULL: none */
	struct evbuffer *unsent; /* elsewhere: what must be written to the input before
				  * anything else is added here. NULL: nobody else writes */
};

/* UD_ESYSTEM: it could not be started; UD_ESTATE: the folder is there already. What is
 * started elsewhere tells its failure by its end. */
struct child *launch(struct runner *r, const struct launch *l, child_ended_fn *ended,
    void *arg, struct ud_error *err) UD_CHECKED;

#endif
