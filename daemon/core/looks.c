/* What the upgrade needs to see of whom, and whether a session may be open. */
#include "config.h"

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

unsigned
core_looks(const struct upgrade *u, const struct plan *p, const struct member *m,
    int64_t *ret_newer_ms, enum look_rate *ret_rate)
{
	const struct plan_step *ps = upgrade_step(u, p);
	const struct step_run *run;
	unsigned looks = 0;

	*ret_newer_ms = 0;
	*ret_rate = pause_is_open(u) ? RATE_PAUSE_IDLE : RATE_UPGRADING;
	if (u->state == UPGRADE_CHECKING) {
		*ret_newer_ms = u->walk.entered_ms;
		return LOOK_BASIC;
	}
	if (ps == NULL || (u->state != UPGRADE_RUNNING && u->state != UPGRADE_ABORTING))
		return 0;
	run = &u->runs[u->list][u->walk.pos];
	if (run->state == STEP_RUNNING && (looks = looks_ahead(u, p, m)) != 0) {
		*ret_newer_ms = u->walk.entered_ms;
		*ret_rate = RATE_SWAPPING;
		return looks;
	}
	if (run->state != STEP_PENDING && run->state != STEP_VERIFYING)
		return 0;
	*ret_newer_ms =
	    u->walk.performed_ms > 0 && u->walk.ended_ms > 0 ? u->walk.ended_ms : u->walk.entered_ms;
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
		*ret_rate = RATE_SWAPPING;
	return looks;
}

/* A member is off limits while the last row about it, up to the step in hand, says so. */
bool
core_sessions_allowed(const struct upgrade *u, const struct plan *p,
    const struct member *m)
{
	if (upgrade_is_over(u) || u->state == UPGRADE_CHECKING)
		return true;
	for (int i = u->walk.pos; i >= 0; i--) {
		const struct plan_step *ps = plan_step_at(p, u->list, i);
		const struct step_run *run = &u->runs[u->list][i];

		if (ps == NULL || ps->member != m)
			continue;
		if (i == u->walk.pos &&
		    (u->state == UPGRADE_GATED || u->state == UPGRADE_PAUSED))
			continue; /* not begun */
		if (i < u->walk.pos && run->state == STEP_SKIPPED &&
		    (ps->row->flags & ROW_OFF_LIMITS) != 0)
			continue;
		if (u->list != LIST_FORWARD && i < u->walk.pos && !undo_needed(u, ps))
			continue;
		return (ps->row->flags & ROW_OFF_LIMITS) == 0;
	}
	return true;
}

/* The usual times of the steps that are left, less what the step in hand has taken. A gate
 * waits for a person: nobody knows. */
int64_t
core_eta_ms(const struct upgrade *u, const struct plan *p, int64_t now_wall_ms)
{
	int64_t left = 0, taken;

	if (u->list != LIST_FORWARD ||
	    (u->state != UPGRADE_RUNNING && u->state != UPGRADE_CHECKING))
		return -1;
	for (int i = u->walk.pos; i < u->run_count[LIST_FORWARD]; i++) {
		const struct step_run *run = &u->runs[LIST_FORWARD][i];
		int64_t estimate = p->lists[LIST_FORWARD].items[i].estimate_ms;

		if (run->state == STEP_DONE || run->state == STEP_SKIPPED)
			continue;
		taken = i == u->walk.pos && run->started_wall_ms > 0
		    ? now_wall_ms - run->started_wall_ms
		    : 0;
		left += estimate > taken ? estimate - taken : 0;
	}
	return left;
}
