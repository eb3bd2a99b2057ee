/*
 * Forty steps of one kind on an engine without databases; they complete by themselves. What is
 * measured with them is the house, not the vendor's tools.
 */
#ifndef UD_TESTS_BENCH_FORTY_STEPS_H
#define UD_TESTS_BENCH_FORTY_STEPS_H

#include "daemon/model/engine.h"

struct forty {
	int64_t step_ms; /* a step is done this long after its command began */
	bool sessions; /* its command is a statement to a session (cat); else nothing */
};
extern struct forty forty;

extern const struct engine forty_steps;

#endif
