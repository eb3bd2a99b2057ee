/* What the upgrade needs to see of whom, and whether a session may be open. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/core/internal.h"

/* The activation that comes next, when all that is in hand before it keeps the roles. */
static const struct plan_step *
activation_ahead(const struct upgrade *u, const struct plan *p)
{
	const struct plan_step *ps = upgrade_step(u, p);

	for (int i = u->walk.pos + 1; ps != NULL && step_keeps_roles(ps); i++)
		if ((ps = plan_step_at(p, u->list, i)) != NULL &&
		    (ps->row->flags & ROW_ACTIVATES) != 0)
			return ps;
	return NULL;
}

/* While a command of the pause runs that keeps the roles, what the guard of the activation behind
 * it will want to see is looked at already. */
static unsigned
looks_ahead(const struct upgrade *u, const struct plan *p, const struct member *m)
{
	const struct plan_step *next = pause_is_open(u) ? activation_ahead(u, p) : NULL;

	return next != NULL && m != next->member && !m->subscriber ? LOOK_ROLE : 0;
}

/* What one walk needs to see of the member: 0 nothing. */
static unsigned
looks_of(const struct upgrade *u, const struct plan *p, const struct walk *walk,
    const struct member *m, int64_t *newer_ms, enum look_rate *rate)
{
	const struct plan_step *ps = plan_step_at(p, u->list, walk->pos);
	const struct step_run *run;
	unsigned looks = 0;

	if (ps == NULL || !lane_can_go_on(u, p, walk))
		return 0;
	run = &u->runs[u->list][walk->pos];
	if (run->state == STEP_RUNNING && (looks = looks_ahead(u, p, m)) != 0) {
		*newer_ms = walk->entered_ms;
		*rate = RATE_SWAPPING;
		return looks;
	}
	if (run->state != STEP_VERIFYING &&
	    (run->state != STEP_PENDING || u->state == UPGRADE_ATTENTION))
		return 0;
	*newer_ms = walk->performed_ms > 0 && walk->ended_ms > 0 ? walk->ended_ms
								  : walk->entered_ms;
	if (m == ps->member)
		looks |= ps->step->looks;
	if (m == ps->peer)
		looks |= ps->step->looks_peer;
	looks |= ps->step->looks_all | ps->step->looks_hoped;
	/* What the guards of this step will want: of whom is activated nothing in the pause. */
	if ((ps->row->flags & (ROW_ACTIVATES | ROW_DESTROYS)) != 0 && !m->subscriber)
		looks |= !pause_is_open(u)                               ? LOOK_ROLE | LOOK_INSTANCE
		    : m != ps->member || (ps->row->flags & ROW_DESTROYS) ? LOOK_ROLE
									 : 0;
	if ((ps->row->flags & ROW_DESTROYS) != 0 && m == ps->member)
		looks |= LOOK_INSTANCE;
	if (ps->step->clean_up != NULL && (m == ps->member || !m->subscriber))
		looks |= LOOK_ROLE | LOOK_INSTANCE;
	if (looks != 0 && pause_is_open(u))
		*rate = RATE_SWAPPING;
	return looks;
}

unsigned
core_looks(const struct upgrade *u, const struct plan *p, const struct member *m,
    int64_t *ret_newer_ms, enum look_rate *ret_rate)
{
	unsigned looks = 0;

	*ret_newer_ms = 0;
	*ret_rate = pause_is_open(u) ? RATE_PAUSE_IDLE : RATE_UPGRADING;
	if (u->state == UPGRADE_CHECKING) {
		*ret_newer_ms = u->walk.entered_ms;
		return LOOK_BASIC;
	}
	if (u->state != UPGRADE_RUNNING && u->state != UPGRADE_ABORTING &&
	    (u->state != UPGRADE_ATTENTION || !lanes_are_open(u)))
		return 0;
	for (int i = 0; i <= u->lane_count; i++) {
		int64_t newer_ms = 0;

		looks |= looks_of(u, p, upgrade_walk(u, i), m, &newer_ms, ret_rate);
		if (newer_ms > *ret_newer_ms)
			*ret_newer_ms = newer_ms;
	}
	return looks;
}

/* A member is off limits while the last row about it, up to the step in hand, says so. */
bool
core_sessions_allowed(const struct upgrade *u, const struct plan *p,
    const struct member *m)
{
	int at;

	if (upgrade_is_over(u) || u->state == UPGRADE_CHECKING)
		return true;
	at = lanes_pos_of(u, p, m);
	for (int i = at; i >= 0; i--) {
		const struct plan_step *ps = plan_step_at(p, u->list, i);
		const struct step_run *run = &u->runs[u->list][i];

		if (ps == NULL || ps->member != m)
			continue;
		if (i == at &&
		    (u->state == UPGRADE_GATED || u->state == UPGRADE_PAUSED))
			continue; /* not begun */
		if (i < at && run->state == STEP_SKIPPED &&
		    (ps->row->flags & ROW_OFF_LIMITS) != 0)
			continue;
		if (u->list != LIST_FORWARD && i < at && !undo_needed(u, p, ps))
			continue;
		return (ps->row->flags & ROW_OFF_LIMITS) == 0;
	}
	return true;
}

/* What is left of one step, by its usual time less what it has taken. */
static int64_t
step_left_ms(const struct upgrade *u, const struct plan *p, int i, int64_t now_wall_ms)
{
	const struct step_run *run = &u->runs[LIST_FORWARD][i];
	int64_t estimate = p->lists[LIST_FORWARD].items[i].estimate_ms, taken;

	if (run->state == STEP_DONE || run->state == STEP_SKIPPED)
		return 0;
	taken = upgrade_lane(u, i) >= 0 && run->started_wall_ms > 0
	    ? now_wall_ms - run->started_wall_ms
	    : 0;
	return estimate > taken ? estimate - taken : 0;
}

/* The usual times of the steps that are left. A gate waits for a person: nobody knows. */
int64_t
core_eta_ms(const struct upgrade *u, const struct plan *p, int64_t now_wall_ms)
{
	int first, count = u->run_count[LIST_FORWARD];
	int64_t *ms, left;

	if (u->list != LIST_FORWARD ||
	    (u->state != UPGRADE_RUNNING && u->state != UPGRADE_CHECKING))
		return -1;
	first = lanes_first(u, p);
	ms = mem_alloc(((size_t)count + 1) * sizeof(*ms));
	for (int i = first; i < count; i++)
		ms[i] = step_left_ms(u, p, i, now_wall_ms);
	left = plan_time_ms(p, LIST_FORWARD, first, ms);
	free(ms);
	return left;
}
