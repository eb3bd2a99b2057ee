/*
 * What the guard of a frozen server sees to, when we are cut off from its host in the pause: it
 * lets the server go when its lease is over, or, when it was decided so, makes the other one
 * active and takes this one away (guard.sh). Clients that wait at the servers need nothing more.
 * Applications that a hook of the site paused do: they go on when the guard has acted
 * (pause_shares), though none of that was seen, and rows behind it look.
 *
 * Where the guard could not log in to the other server, or poolers hold clients as well, nothing is
 * trusted: the pause lasts until the hosts are seen.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/lease.h"
#include "daemon/engine/postgres/steps/steps.h"

#define HASTY_MS  250
#define BRIEF_MS  100 /* where nobody waits for it any more */
#define GLANCE_MS 150 /* to be seen, if it can be seen */

void
lease_learn(const struct scene *s, const struct member *m, struct settings *notes)
{
	char *why_not = pg_step_answer(s, "guard");

	pg_step_note_set(notes, PG_NOTE_GUARD, m, why_not == NULL ? "able" : "");
	free(why_not);
}

/* When the guard of m has acted, ms; 0: there is nobody who waits for that alone. */
static int64_t
acted_ms(const struct scene *s, const struct member *m)
{
	const struct pair *pair = s->plan->pair;
	struct str_list poolers = { 0 };
	bool pooled;

	if (s->upgrade == NULL || s->upgrade->pause_pos < 0 ||
	    pair->hooks[HOOK_RESUME_WRITES].count == 0 ||
	    !str_equal(pg_step_note_of(s, PG_NOTE_GUARD, m), "able"))
		return 0;
	pg_poolers(pair, &poolers);
	pooled = poolers.count > 0;
	str_list_done(&poolers);
	return pooled ? 0 : s->upgrade->pause_started_ms + pause_shares(&pair->limits).trust_ms;
}

int64_t
lease_answer_ms(const struct scene *s, const struct member *m, int64_t least_ms, int64_t most_ms)
{
	int64_t acted = acted_ms(s, m), left = acted - s->now_ms;

	if (acted == 0)
		return most_ms;
	if (left < least_ms)
		left = least_ms;
	return left < most_ms ? left : most_ms;
}

int64_t
lease_question_ms(const struct scene *s, const struct member *m, int64_t most_ms)
{
	int64_t left = lease_answer_ms(s, m, BRIEF_MS, 2 * most_ms);

	return left >= 2 * HASTY_MS ? left / 2 : left;
}

bool
lease_is_silent(const struct scene *s, const struct member *m)
{
	int64_t acted = acted_ms(s, m);

	return acted > 0 && s->now_ms >= acted && s->outcome != NULL &&
	    s->outcome->ending != ENDING_EXITED && s->outcome->ending != ENDING_GONE;
}

bool
lease_successor_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	return ps->peer != NULL && s->upgrade->swap_held && lease_is_silent(s, ps->peer) &&
	    !observation_is_fresh(&s->seen[ps->member->index], LOOK_ROLE, s->performed_ms);
}

/* The row before it that does the same. NULL: there is none. */
static const struct step_run *
run_before(const struct scene *s, const struct plan_step *ps, const struct step *step,
    const struct member *m)
{
	const struct plan_steps *list = &s->plan->lists[ps->list];

	for (int i = ps->index - 1; s->upgrade != NULL && i >= 0; i--)
		if (list->items[i].step == step && list->items[i].member == m)
			return &s->upgrade->runs[ps->list][i];
	return NULL;
}

/* Skipped, though it was needed: so it was left to the guard. As long as there is no upgrade it
 * may come to that. */
static bool
was_left(const struct scene *s, const struct plan_step *ps, const struct step *step,
    const struct member *m)
{
	const struct step_run *run = run_before(s, ps, step, m);

	return s->upgrade == NULL ||
	    (run != NULL && run->state == STEP_SKIPPED && run->touched);
}

/* Behind an activation that was left to it, the guard is not disturbed. */
bool
lease_removal_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	int64_t acted = acted_ms(s, ps->member);

	return acted > 0 && s->now_ms >= acted && s->upgrade->swap_held &&
	    (lease_is_silent(s, ps->member) || was_left(s, ps, &pg_promote, ps->peer) ||
		was_left(s, ps, &pg_open, ps->peer));
}

bool
lease_is_trusted(const struct scene *s, const struct plan_step *ps)
{
	int64_t acted = acted_ms(s, ps->member), since;

	if (acted == 0)
		return false;
	since = s->upgrade->walk.entered_ms;
	return s->now_ms >= acted && s->now_ms >= since + GLANCE_MS &&
	    !observation_is_fresh(&s->seen[ps->member->index], LOOK_ROLE | LOOK_INSTANCE,
		since);
}

bool
lease_left_promotion(const struct scene *s, const struct plan_step *ps)
{
	return was_left(s, ps, &pg_promote, ps->member);
}

bool
lease_left_opening(const struct scene *s, const struct plan_step *ps)
{
	return was_left(s, ps, &pg_open, ps->member);
}

bool
lease_left_removal(const struct scene *s, const struct plan_step *ps)
{
	return was_left(s, ps, &pg_out, ps->member);
}

bool
lease_left_return(const struct scene *s, const struct plan_step *ps)
{
	const struct step_run *run = run_before(s, ps, &pg_activate_again, ps->member);

	return s->upgrade == NULL || (run != NULL && run->state == STEP_SKIPPED);
}

bool
lease_was_swapped(const struct scene *s, const struct plan_step *ps)
{
	const struct observation *own = &s->seen[ps->member->index], *other;
	int64_t since = s->upgrade->walk.entered_ms;

	if (ps->peer == NULL)
		return false;
	other = &s->seen[ps->peer->index];
	return observation_is_fresh(own, LOOK_ROLE, since) && own->writable == FACT_NO &&
	    observation_is_fresh(other, LOOK_ROLE, since) && other->role == ROLE_ACTIVE &&
	    other->writable == FACT_YES;
}
