/* A pair of two masters and a subscriber, and an engine whose questions a test sets. */
#ifndef UD_TESTS_UNIT_OBSERVE_FAKE_H
#define UD_TESTS_UNIT_OBSERVE_FAKE_H

#include "daemon/observe/observe.h"
#include "daemon/runner/runner.h"

extern struct event_base *base;
extern struct runner *runner;
extern struct observer *observer;
extern struct pair pair;
extern const struct member *m1, *m2, *sub;

/*
 * The engine asks, for each aspect of a look: INSTANCE by a process, ROLE in the session,
 * others not at all. Each runs fake.process or fake.session in a shell; the answer to a
 * role is its word. fake.silent: nothing is asked.
 */
struct fake {
	const char *process, *session;
	enum via via; /* of the question for a role */
	bool silent;
	int asked[3];  /* looks begun, with INSTANCE, with ROLE */
	bool sessions; /* as it was said last */
};
extern struct fake fake;

/* What the observer's callback brought. */
struct seen {
	int calls, changes;
	const struct member *last;
	int of[3]; /* calls for each member */
};
extern struct seen seen;

void fake_setup(void); /* observer without pairs */
void fake_teardown(void);

const struct observation *look_of(const struct member *m);

#define WAIT_FOR(condition) \
	for (fake_wait_begin(); !(condition); fake_turn(__FILE__, __LINE__, #condition))
void fake_wait_begin(void);
void fake_turn(const char *file, int line, const char *what);
void run_for(int64_t ms);

/* Callbacks that count. */
struct answered {
	int calls;
	struct outcome o;
};
void on_answered(void *arg, struct outcome *o);
void on_quiet(void *arg); /* arg: int */

#endif
