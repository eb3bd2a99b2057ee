/*
 * What the daemon measures of itself, since it started.
 *
 * Durations of steps and write pauses are not reported by anybody: events name the
 * upgrades that moved, and these are compared with what was counted of them before. So a
 * step counts when the journal has its end, with the times that the journal has.
 */
#ifndef UD_API_MEASURE_H
#define UD_API_MEASURE_H

#include <sys/queue.h>

#include "daemon/api/histogram.h"
#include "daemon/conductor/conductor.h"

#define STATUS_CLASSES 6 /* 1xx to 5xx, by first digit */

/* Of one step of one procedure: the tables of the engines bound their number. */
struct step_measure {
	TAILQ_ENTRY(step_measure) entry;
	char procedure[32], step[32];
	struct histogram took;
};

struct followed; /* an upgrade, with what was counted of it */

struct measures {
	int64_t since_wall_ms; /* what ended before is not counted */
	struct histogram commit, stall, pause;
	TAILQ_HEAD(, step_measure) steps;
	TAILQ_HEAD(, followed) followed;
	int followed_count;
	int64_t replies[STATUS_CLASSES];
};

void measures_init(struct measures *m);
void measures_done(struct measures *m);

/* An event was committed: remembers that its upgrade moved. */
void measures_note(struct measures *m, const struct event_row *e);

/* Looks at the upgrades that moved. */
void measures_take(struct measures *m, struct conductor *c);

#endif
