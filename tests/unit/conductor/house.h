/*
 * A conductor with its real journal, runner and observer, and an engine without databases:
 * members are always in good order, and the steps of its one procedure are done when their
 * command ended well.
 *
 * Steps, of the active: 1 a statement, 2 a statement, 3 a job, 4 a statement. Gate before-swap
 * stands before 2.
 */
#ifndef UD_TESTS_UNIT_CONDUCTOR_HOUSE_H
#define UD_TESTS_UNIT_CONDUCTOR_HOUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/conductor/conductor.h"

struct house {
	struct inventory *inventory;
	struct journal *journal;
	struct conductor *conductor;
	/* Told when a statement of a pair is sent. NULL: nobody. */
	void (*sent)(const struct pair *p);
	int refusals;	    /* so many commands end, and count for nothing */
	bool nothing_shows; /* the effect of what ended well is not seen yet */
};
extern struct house house;

/* A new folder with the configuration of so many pairs; it is removed at the end. */
void house_make(int pairs);
/* Before a life begins: applications pause from step 2 to the end of step 4. */
void house_pauses_writes(void);
/* Before a life begins: attempts of step 1 differ. */
void house_first_step_varies(void);
void house_remove(void);

/* A life of the daemon in that folder; its end leaves jobs running. */
void house_open(void);
void house_close(void);

/* The members of a pair are seen once more, which is news of it. By themselves they are looked at
 * when something wants to know, and once an hour. */
void house_see(int pair);
void house_see_agent_stopped(int pair); /* of the standby; the same otherwise */

/* Turns the loop until this is so; the test fails when it never becomes so. */
void house_await(bool (*is_so)(void *arg), void *arg, const char *what);

/* What was answered to a request. */
struct house_answer {
	bool given;
	int order;           /* of all answers, from 1 */
	struct ud_error err; /* code UD_OK: done */
};
void house_start(int pair, struct house_answer *ret);
void house_advance(int pair, struct house_answer *ret);
bool house_answered(void *answer);

const struct upgrade *house_upgrade(int pair);
bool house_is(int pair, enum upgrade_state state);

/* The job of step 3 has begun so many times; it ends when it is let go. */
int house_jobs_begun(void);
void house_let_jobs_go(void);

#endif
