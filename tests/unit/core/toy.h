/*
 * A small procedure whose steps do what a test says, on the pair of the simulation: all
 * that the core decides can be seen without an engine.
 */
#ifndef UD_TESTS_UNIT_CORE_TOY_H
#define UD_TESTS_UNIT_CORE_TOY_H

#include "daemon/core/core.h"
#include "daemon/plan/expand.h"
#include "tests/simulation/site.h"

#define TOY_STEPS 16

struct toy {
	struct site site;
	struct plan *plan;
	struct upgrade *u;
	struct observation seen[SITE_MEMBERS];
	int64_t now_ms;
	struct decision d; /* of the last turn */
	bool in_flight, ended, has_outcome;
	struct outcome outcome;
	enum verdict verdict;
	struct ud_error said;
};

/* What the probe of a step says; TOY_BY_OUTCOME: done when its command ended well. */
#define TOY_BY_OUTCOME ((enum probe)99)
void toy_answers(const char *step, enum probe answer);
void toy_says(const char *words); /* what every probe sees from now on; else "toy" */

struct toy_wish {
	bool gates, no_hooks, subscriber;
	bool twice; /* the procedure with two swaps, that needs no hooks */
	bool offline; /* the one that serves nobody meanwhile */
	int side_by_side; /* the one with three subscribers, and how many at once */
	bool leased; /* the one with a row that decides against a lease */
	bool back; /* the one whose abort swaps the roles back */
};
void toy_init(struct toy *t, const struct toy_wish *wish); /* active, standby, all seen */
void toy_done(struct toy *t);

void toy_see(struct toy *t, int member, enum role role, enum fact writable); /* now */
void toy_see_all(struct toy *t); /* everything as it was last, but now */
void toy_turn(struct toy *t);
void toy_end(struct toy *t, enum ending ending, enum verdict verdict); /* and a turn */
/* Turns, with every command ending well, until the step with this number is in hand and
 * its command is about to be started or is started. False: it never came. */
bool toy_reach(struct toy *t, const char *number);
void toy_pass(struct toy *t, int64_t ms); /* time, looks, and a turn */
enum action toy_action(const struct toy *t); /* of the last turn */
const char *toy_number(const struct toy *t); /* of the step in hand; "" at the end */
bool toy_told(const struct toy *t, const char *words); /* an event of the last turn */

#endif
