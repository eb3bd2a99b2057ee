/*
 * In a write pause: for how long the guard of a frozen server is asked for, and what is left to it
 * when its host, or the other server, cannot be reached (lease.c). As long as no application waits
 * for that alone, all of it says what it says outside of a pause.
 */
#ifndef UD_ENGINE_POSTGRES_STEPS_LEASE_H
#define UD_ENGINE_POSTGRES_STEPS_LEASE_H

#include "daemon/model/plan.h"
#include "daemon/model/step.h"

/* Of what pg_arm printed: may the guard of m log in to the other server? */
void lease_learn(const struct scene *s, const struct member *m, struct settings *notes);

/* How long a command may take, ms: until the guard of m has acted, at least least_ms. */
int64_t lease_answer_ms(const struct scene *s, const struct member *m, int64_t least_ms,
    int64_t most_ms);

/* The same of a question that can be asked again: half of it. */
int64_t lease_question_ms(const struct scene *s, const struct member *m, int64_t most_ms);

/* The guard of m has acted, and the command of the step in hand was not answered. */
bool lease_is_silent(const struct scene *s, const struct member *m);

/* step.trusted of what makes the step's member active: the guard of its peer did. */
bool lease_successor_is_trusted(const struct scene *s, const struct plan_step *ps);

/* step.trusted of what takes its frozen server away: the guard does, or will. */
bool lease_removal_is_trusted(const struct scene *s, const struct plan_step *ps);

/* Of a swap that is taken back: the guard of the step's member has let it go, or has made the
 * other one active, and it is not seen. */
bool lease_is_trusted(const struct scene *s, const struct plan_step *ps);

/* step.needed of rows that look, or do, what was left to the guard before. */
bool lease_left_promotion(const struct scene *s, const struct plan_step *ps);
bool lease_left_opening(const struct scene *s, const struct plan_step *ps);
bool lease_left_removal(const struct scene *s, const struct plan_step *ps);
bool lease_left_return(const struct scene *s, const struct plan_step *ps);

/* step.swapped: the guard of the step's member, or a person, made the other one active. */
bool lease_was_swapped(const struct scene *s, const struct plan_step *ps);

#endif
