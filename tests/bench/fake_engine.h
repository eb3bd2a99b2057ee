/*
 * An engine without databases: its members are always in good order, its steps complete by
 * themselves. What is measured with it is the house, not the vendor's tools.
 */
#ifndef UD_TESTS_BENCH_FAKE_ENGINE_H
#define UD_TESTS_BENCH_FAKE_ENGINE_H

#include "daemon/model/engine.h"

struct fake {
	int64_t step_ms; /* a step is done this long after its command began */
	bool sessions; /* its command is a statement to a session (cat); else nothing */
	/* A look at m is under way and asks nothing: inject what fake_observe() says. */
	void (*looked)(const struct member *m);
};
extern struct fake fake;

extern const struct engine fake_engine;

/* The member of index 0 is active, 1 standby, others subscribers; logs grow. */
void fake_observe(const struct member *m, int64_t now_ms, struct observation *ret);

#endif
