/* Where short processes run: so many at once, the rest wait in turn. */
#ifndef UD_RUNNER_PLACE_H
#define UD_RUNNER_PLACE_H

#include <sys/queue.h>

struct process;
TAILQ_HEAD(process_queue, process);

struct place {
	struct process_queue waiting;
	int running, most;
};

#endif
