/* The runner itself, for the files of this folder only. */
#ifndef UD_RUNNER_PARTS_H
#define UD_RUNNER_PARTS_H

#include <event2/event.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/runner/child.h"
#include "daemon/runner/far.h"
#include "daemon/runner/launch.h"
#include "daemon/runner/place.h"
#include "daemon/runner/runner.h"

/* Bytes of an output that are kept, half head and half tail: of a job, which goes into the journal,
 * and of a question, whose answer has a line for each connection to a database. */
#define OUTPUT_MOST 65536
#define ANSWER_MOST (2 << 20)

LIST_HEAD(job_list, job);
LIST_HEAD(session_list, session);
LIST_HEAD(process_list, process);

struct runner {
	struct event_base *base;
	struct children children;
	struct user_list users;
	mode_t mask; /* what jobs get: the wrapper has its own */
	struct job_list jobs;
	struct session_list sessions;
	struct process_list processes;
	struct place here;
	struct far_list hosts; /* by ssh */
	char *directory;       /* of control sockets; NULL: not made yet */
	bool own_directory;
	int lines; /* so many were started */
	/* Tests have less time. */
	int64_t kill_after_ms; /* jobs: from TERM to KILL */
	int64_t empty_ms;      /* by then a wrapper that began has written its pid file */
	int64_t leave_ms;      /* sessions: from the dialect's words to TERM */
	int64_t greeting_ms;   /* for a login shell of a host to run its first command */
};

/* Due once, in ms milliseconds. */
static inline void
timer_start(struct event *timer, int64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };

	event_add(timer, &tv);
}

#endif
