/* The trace of one run, as lines that read as a story; silent unless it is told. */
#ifndef UD_TESTS_SIMULATION_STORY_H
#define UD_TESTS_SIMULATION_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"

struct story {
	bool told;
	struct buf text;
};

/* who is one word: supervisor, world, site, person, fault, judge. */
void story_add(struct story *s, int64_t now_ms, const char *who, const char *fmt, ...)
    UD_PRINTF(4, 5);

#define STORY(sim, who, ...)                                                   \
	do {                                                                   \
		if ((sim)->story.told)                                         \
			story_add(&(sim)->story, (sim)->now_ms, who, __VA_ARGS__); \
	} while (0)

#endif
