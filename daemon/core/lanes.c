/*
 * Subscribers side by side: rows of a section are walked for several of them at once.
 *
 * A section is a run of rows of the forward list for subscribers of one depth, a lane is one
 * of them: its rows, which lie together. An upgrade has one walk, and while a section is in
 * hand up to `side_by_side - 1` more; each is over another lane, and all of them are walked by
 * the same code, which knows of the walk in hand only. A lane that is done leaves its place to
 * the next one that nobody has begun; when all are done the walk goes on behind the section.
 *
 * Which lanes are done, begun and free is told by the states of their steps. So the journal
 * keeps nothing but those and one position, and a restart finds all of them again.
 *
 * The upgrade stops, at a gate or held, only when no lane can go on. A lane that fails needs
 * attention at once: the commands of the others come to their ends and are judged, and nothing
 * new begins before somebody says retry.
 */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

/* ---- what is done, begun and free ---- */

static bool
is_passed(const struct upgrade *u, const struct plan_step *ps)
{
	enum step_state state = u->runs[LIST_FORWARD][ps->index].state;

	return state == STEP_DONE || state == STEP_SKIPPED || state == STEP_UNDONE ||
	    (state == STEP_FAILED && (ps->row->flags & ROW_MAY_FAIL) != 0);
}

/* Where the lane of this step goes on; -1: it is done. */
static int
lane_at(const struct upgrade *u, const struct plan *p, const struct plan_step *ps)
{
	for (int i = ps->lane_from; i <= ps->lane_until; i++)
		if (!is_passed(u, &p->lists[LIST_FORWARD].items[i]))
			return i;
	return -1;
}

static bool
lane_is_begun(const struct upgrade *u, const struct plan_step *ps)
{
	for (int i = ps->lane_from; i <= ps->lane_until; i++)
		if (u->runs[LIST_FORWARD][i].state != STEP_PENDING ||
		    u->runs[LIST_FORWARD][i].touched)
			return true;
	return false;
}

static bool
is_at_end(const struct walk *w)
{
	return w->until != 0 && w->pos == w->until;
}

/* The first step of the lane that a walk is over. */
static const struct plan_step *
lane_of(const struct plan *p, const struct walk *w)
{
	const struct plan_step *last = plan_step_at(p, LIST_FORWARD, w->until - 1);

	return plan_step_at(p, LIST_FORWARD, last->lane_from);
}

/* Is the lane in hand, or has it to wait for one that is: of its host? */
static bool
lane_is_taken(const struct upgrade *u, const struct plan *p, const struct plan_step *ps)
{
	for (int i = 0; i <= u->lane_count; i++) {
		const struct walk *w = upgrade_walk(u, i);
		const struct plan_step *other;

		if (w->until == 0 || is_at_end(w))
			continue;
		other = lane_of(p, w);
		if (other->lane_from == ps->lane_from ||
		    (ps->host_alone && other->member->host == ps->member->host))
			return true;
	}
	return false;
}

/* The position from which the next lane of the section of this step is to be walked: of those
 * that are begun, else of a free one; -1: there is none. */
static int
next_lane(const struct upgrade *u, const struct plan *p, const struct plan_step *of,
    bool begun_only)
{
	const struct plan_step *items = p->lists[LIST_FORWARD].items, *ps;

	for (int begun = 1; begun >= (begun_only ? 1 : 0); begun--)
		for (int i = of->section_from; i <= of->section_until;
		     i = ps->lane_until + 1) {
			int at;

			ps = &items[i];
			at = lane_at(u, p, ps);
			if (at >= 0 && lane_is_begun(u, ps) == (begun != 0) &&
			    !lane_is_taken(u, p, ps))
				return at;
		}
	return -1;
}

/* ---- walks come and go ---- */

bool
lanes_are_open(const struct upgrade *u)
{
	return u->walk.until != 0;
}

void
lanes_close(struct upgrade *u)
{
	u->walk.until = 0;
	u->lane_count = 0;
}

/* The walk in hand begins, or goes on with, the lane at this position. */
static void
take_lane(struct turn *t, int at)
{
	t->u->walk.pos = at;
	t->u->walk.until = plan_step_at(t->p, LIST_FORWARD, at)->lane_until + 1;
	turn_enter(t);
}

static void
add_lane(struct turn *t, int at)
{
	struct upgrade *u = t->u;

	memset(&u->lanes[u->lane_count], 0, sizeof(u->lanes[0]));
	u->lane_count++;
	upgrade_turn_to(u, u->lane_count);
	take_lane(t, at);
	upgrade_turn_to(u, u->lane_count);
}

/* The gate of a section is that of its first row: nobody begins before it is approved. */
static bool
gate_is_passed(const struct upgrade *u, const struct plan *p, const struct plan_step *ps)
{
	const struct plan_step *first = plan_step_at(p, LIST_FORWARD, ps->section_from);
	const struct step_run *run = &u->runs[LIST_FORWARD][first->index];

	return first->gate == NULL || run->approved || run->state != STEP_PENDING;
}

static void
open_lanes(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *of = lane_of(t->p, &u->walk);
	int most = t->p->side_by_side < LANES_MAX ? t->p->side_by_side : LANES_MAX, at;

	if (u->state != UPGRADE_RUNNING || u->abort_asked || !gate_is_passed(u, t->p, of))
		return;
	while (u->lane_count + 1 < most && (at = next_lane(u, t->p, of, false)) >= 0) {
		add_lane(t, at);
		turn_changed(t, NULL);
	}
}

static void
drop_lane(struct upgrade *u, int lane)
{
	u->lanes[lane - 1] = u->lanes[u->lane_count - 1];
	u->lane_count--;
}

/* Lanes that are done are left; the last one leaves the section. True: a walk moved. */
static bool
settle(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *of = lane_of(t->p, &u->walk);
	int at;

	for (int i = u->lane_count; i > 0; i--)
		if (is_at_end(&u->lanes[i - 1]))
			drop_lane(u, i);
	if (!is_at_end(&u->walk))
		return false;
	if (u->lane_count > 0) {
		upgrade_turn_to(u, u->lane_count);
		u->lane_count--;
	} else if ((at = next_lane(u, t->p, of, false)) >= 0) {
		take_lane(t, at);
	} else {
		u->walk.until = 0;
		u->walk.pos = of->section_until + 1;
		turn_enter(t);
	}
	turn_changed(t, NULL);
	return true;
}

/* ---- all of them, one by one ---- */

bool
lanes_begin(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = upgrade_step(u, t->p);

	if (u->walk.until != 0)
		return true;
	if (u->list != LIST_FORWARD || ps == NULL || ps->lane_from < 0 || pause_is_open(u))
		return false;
	u->walk.until = ps->lane_until + 1;
	return true;
}

/* With attention or abort asked for, only what has begun comes to its end. */
static bool
may_walk(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct step_run *run;

	if (is_at_end(&u->walk) || decision_action(t->d, u->walk.pos) != ACTION_NONE)
		return false;
	run = upgrade_run(u);
	if (u->state == UPGRADE_ATTENTION)
		return run->state == STEP_RUNNING ||
		    (run->state == STEP_VERIFYING && !u->abort_asked);
	return u->state == UPGRADE_RUNNING && (!u->abort_asked || run->state == STEP_RUNNING);
}

bool
lanes_walk(struct turn *t)
{
	struct upgrade *u = t->u;
	bool again = false;
	int first = 0;

	open_lanes(t);
	for (int i = 0; i <= u->lane_count; i++) {
		enum upgrade_state was = u->state;

		upgrade_turn_to(u, i);
		if (may_walk(t) && step_walk(t))
			again = true;
		upgrade_turn_to(u, i);
		if (u->state != was) /* it needs somebody: it is the one that people see */
			first = i;
	}
	upgrade_turn_to(u, first);
	return settle(t) || again;
}

/* ---- among others ---- */

static bool
can_go_on(const struct upgrade *u, const struct plan *p, const struct walk *w)
{
	const struct step_run *run;
	const struct plan_step *ps;

	if (is_at_end(w))
		return false;
	run = &u->runs[u->list][w->pos];
	ps = plan_step_at(p, u->list, w->pos);
	switch (run->state) {
	case STEP_PENDING:
		return !u->hold && (ps->gate == NULL || run->approved);
	case STEP_FAILED:
		return false;
	case STEP_RUNNING:
	case STEP_VERIFYING:
	case STEP_DONE:
	case STEP_SKIPPED:
	case STEP_UNDONE:
	case STEP_STATES:
		break;
	}
	return true;
}

bool
lane_can_go_on(const struct upgrade *u, const struct plan *p, const struct walk *w)
{
	return !lanes_are_open(u) || can_go_on(u, p, w);
}

bool
lanes_others_go_on(const struct turn *t)
{
	for (int i = 0; i < t->u->lane_count; i++)
		if (can_go_on(t->u, t->p, &t->u->lanes[i]))
			return true;
	return false;
}

const struct plan_step *
lanes_other_alone(const struct turn *t)
{
	const struct upgrade *u = t->u;

	for (int i = 0; i < u->lane_count; i++) {
		const struct plan_step *ps = plan_step_at(t->p, u->list, u->lanes[i].pos);
		const struct step_run *run = &u->runs[u->list][u->lanes[i].pos];

		if (!is_at_end(&u->lanes[i]) && ps->step->alone &&
		    (run->state == STEP_RUNNING || run->state == STEP_VERIFYING))
			return ps;
	}
	return NULL;
}

bool
lanes_any_runs(const struct upgrade *u)
{
	for (int i = 0; i <= u->lane_count; i++) {
		const struct walk *w = upgrade_walk(u, i);

		if (w->pos < u->run_count[u->list] && !is_at_end(w) &&
		    u->runs[u->list][w->pos].state == STEP_RUNNING)
			return true;
	}
	return false;
}

int
lanes_first(const struct upgrade *u, const struct plan *p)
{
	return lanes_are_open(u) ? lane_of(p, &u->walk)->section_from : u->walk.pos;
}

/* Members without a lane in the section have come to its begin; of the others those that are
 * done to the end of their lane. */
int
lanes_pos_of(const struct upgrade *u, const struct plan *p, const struct member *m)
{
	const struct plan_step *of, *ps;

	if (!lanes_are_open(u))
		return u->walk.pos;
	for (int i = 0; i <= u->lane_count; i++) {
		const struct walk *w = upgrade_walk(u, i);

		if (lane_of(p, w)->member == m)
			return is_at_end(w) ? w->pos - 1 : w->pos;
	}
	of = lane_of(p, &u->walk);
	for (int i = of->section_from; i <= of->section_until; i = ps->lane_until + 1) {
		ps = &p->lists[LIST_FORWARD].items[i];
		if (ps->member == m && lane_is_begun(u, ps))
			return ps->lane_until;
	}
	return of->section_from - 1;
}

void
lanes_recover(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = upgrade_step(u, t->p);
	int at;

	if (upgrade_is_over(u) || !lanes_begin(t))
		return;
	while (u->lane_count < LANES_MAX - 1 && (at = next_lane(u, t->p, ps, true)) >= 0)
		add_lane(t, at);
}
