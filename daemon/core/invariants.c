/* What must hold of every upgrade after every turn. */
#include "config.h"

#include "daemon/core/internal.h"

static bool
breaks(char *text, size_t size, const char *what)
{
	str_copy(text, size, what);
	return false;
}

/* Walks beside one another: each over a lane of its own, of one section. */
static bool
lanes_hold(const struct upgrade *u, const struct plan *p, char *text, size_t size)
{
	const struct plan_step *first = plan_step_at(p, LIST_FORWARD, u->walk.until - 1);

	if (u->list != LIST_FORWARD || pause_is_open(u) || upgrade_is_over(u))
		return breaks(text, size, "subscribers side by side where none may be");
	if (u->lane_count > 0 && u->lane_count + 1 > p->side_by_side)
		return breaks(text, size, "more subscribers side by side than were asked for");
	for (int i = 0; i <= u->lane_count; i++) {
		const struct walk *w = upgrade_walk(u, i);
		const struct plan_step *ps = plan_step_at(p, LIST_FORWARD, w->until - 1);

		if (ps == NULL || ps->section_from != first->section_from ||
		    ps->lane_until != w->until - 1)
			return breaks(text, size, "a lane that the plan does not have");
		if (w->pos < ps->lane_from || w->pos > ps->lane_until)
			return breaks(text, size, "a position is outside of its lane");
		for (int k = 0; k < i; k++)
			if (upgrade_walk(u, k)->until == w->until)
				return breaks(text, size, "two positions in one lane");
	}
	return true;
}

bool
core_invariants(const struct upgrade *u, const struct plan *p, char *text, size_t size)
{
	bool paused = pause_is_open(u);

	if (u->walk.pos < 0 || u->walk.pos > p->lists[u->list].count)
		return breaks(text, size, "the position is outside of its list");
	if (lanes_are_open(u) && !lanes_hold(u, p, text, size))
		return false;
	if (paused && upgrade_is_over(u))
		return breaks(text, size, "it is over with the write pause open");
	/* A site without a resume hook resumes by hand: that gate is asked in the pause. */
	if (paused && u->list == LIST_FORWARD && !u->swap_held &&
	    (u->state == UPGRADE_GATED || u->state == UPGRADE_PAUSED))
		return breaks(text, size,
		    "it waits for a person with the write pause open");
	if (u->state == UPGRADE_COMPLETED &&
	    (u->list != LIST_FORWARD || u->walk.pos != p->lists[LIST_FORWARD].count))
		return breaks(text, size, "completed, but steps are left");
	if (u->state == UPGRADE_ABORTED && u->past_return)
		return breaks(text, size, "aborted past the point of no return");
	if (u->past_return && u->list != LIST_FORWARD)
		return breaks(text, size, "goes backwards past the point of no return");
	if (u->state == UPGRADE_ATTENTION && u->error.code == UD_OK)
		return breaks(text, size, "needs attention without saying why");
	if (u->swap_held && !paused)
		return breaks(text, size, "the swap is held without a pause");
	if (lanes_any_runs(u) && u->state != UPGRADE_RUNNING && u->state != UPGRADE_ABORTING &&
	    !(u->state == UPGRADE_ATTENTION && u->lane_count > 0))
		return breaks(text, size, "a command runs while nothing should");
	return true;
}
