/* Judges the promises by the truth of the world, after every event. */
#ifndef UD_TESTS_SIMULATION_JUDGE_H
#define UD_TESTS_SIMULATION_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/simulation/site.h"

struct sim;
struct base;

struct judge {
	bool failed;
	char text[512];
	bool human_split; /* a person made two of them active, or lost rows: not our doing */
	bool human_loss;
	int64_t served_at;	   /* a database accepted writes last */
	int64_t hindered_at; /* something outside holds the pause up until then */
	int destroyed[SITE_MEMBERS][INSTS];
};

void judge_fail(struct sim *s, const char *promise, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void judge_hindered(struct sim *s, int64_t until_ms); /* no earlier than it was */
void judge_event(struct sim *s);
void judge_activated(struct sim *s, int member, const struct base *b);
void judge_destroyed(struct sim *s, int member, int inst);
void judge_turn(struct sim *s); /* after a turn of the supervisor */
void judge_end(struct sim *s);

#endif
