/* The people around the upgrade: they approve gates, ask for things, mend what is broken. */
#ifndef UD_TESTS_SIMULATION_PEOPLE_H
#define UD_TESTS_SIMULATION_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

enum wish { WISH_NONE, WISH_ADVANCE, WISH_HOLD, WISH_RESUME, WISH_RETRY, WISH_ABORT };

struct people {
	enum wish wish;	   /* to be asked in the next turn */
	int64_t act_at;	   /* when somebody reacts to what the supervisor shows */
	int64_t resume_at; /* of a hold */
	int attentions;
	int at_pos, at_list, same_place; /* attention at the same step again and again */
	bool wants_abort; /* was asked for, and accepted */
	bool gave_up;	/* nothing that is offered helps */
};

int64_t people_next(const struct sim *s);
void people_step(struct sim *s);
void people_ask(struct sim *s, enum wish wish);

#endif
