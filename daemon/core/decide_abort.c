/*
 * Backwards to exactly one active that serves, with applications resumed (P5).
 *
 * The undo table of the procedure is walked like the forward one: each of its rows is
 * needed when a forward row of its range was started, and its probe says whether there is
 * anything left to undo.
 */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

static bool
was_begun(const struct upgrade *u, enum plan_list list, int from, int until)
{
	for (int i = from; i >= 0 && i <= until && i < u->run_count[list]; i++)
		if (u->runs[list][i].touched || u->runs[list][i].state == STEP_DONE)
			return true;
	return false;
}

/* The row that opened the pause of the swap that is taken back, or would be. */
static int
opened_at(const struct upgrade *u)
{
	if (u->list == LIST_BACKOUT || u->list == LIST_UNDO_BACKOUT)
		return u->resume_pos;
	return u->pause_pos;
}

/* A back-out is about the swap that is open: a procedure may have a second one, back. */
/* The same of the rows of a range that are about this subscriber: those of another one that has a later
 * turn, or had an earlier one, are between them in the list. */
static bool
was_begun_for(const struct upgrade *u, const struct plan *p, enum plan_list list,
    const struct plan_step *ps)
{
	const struct plan_step *items = p->lists[list].items;

	for (int i = ps->from; i <= ps->until && i < u->run_count[list]; i++)
		if ((items[i].member == NULL || !items[i].member->subscriber ||
			(items[i].member == ps->member && items[i].row >= items[ps->from].row &&
			    items[i].row <= items[ps->until].row)) &&
		    was_begun(u, list, i, i))
			return true;
	return false;
}

bool
undo_needed(const struct upgrade *u, const struct plan *p, const struct plan_step *ps)
{
	enum plan_list of = ps->list == LIST_UNDO_BACKOUT ? LIST_UNDO : LIST_FORWARD;

	if (ps->from < 0)
		return true;
	if (ps->list != LIST_UNDO && ps->until < opened_at(u))
		return false;
	if ((ps->row->flags & ROW_NOT_LATER) != 0 &&
	    was_begun(u, of, ps->until + 1, u->run_count[of] - 1))
		return false;
	return ps->member != NULL && ps->member->subscriber
	    ? was_begun_for(u, p, of, ps)
	    : was_begun(u, of, ps->from, ps->until);
}

/* Not while a command runs, and not between the activation and the end of the pause: there
 * the shortest way to applications that write is forward. */
bool
abort_may_begin(struct turn *t)
{
	struct upgrade *u = t->u;

	if (u->list != LIST_FORWARD || u->past_return || lanes_any_runs(u))
		return false;
	return !(pause_is_open(u) && u->swap_held) && !pause_is_undecided(u, t->p);
}

bool
abort_begin(struct turn *t)
{
	struct upgrade *u = t->u;

	state_change(t, UPGRADE_ABORTING, "asked for");
	if (pause_is_open(u)) {
		backout_begin(t, "abort was asked for", "");
		return true;
	}
	memset(&u->error, 0, sizeof(u->error));
	u->abort_asked = false;
	lanes_close(u);
	u->list = LIST_UNDO;
	u->walk.pos = 0;
	u->walk.ended_ms = 0;
	turn_enter(t);
	turn_changed(t, NULL);
	return true;
}

/* ---- in words ---- */

static void
undo_line(const struct plan_step *ps, struct str_list *ret)
{
	char title[160];

	plan_step_title(ps, title, sizeof(title));
	str_list_add(ret, title);
}

void
core_abort_text(const struct upgrade *u, const struct plan *p, struct str_list *ret)
{
	if (u->past_return) {
		str_list_add(ret, "refused: the point of no return is passed");
		return;
	}
	if (pause_is_open(u) && u->list == LIST_FORWARD)
		for (int i = 0; i < p->lists[LIST_BACKOUT].count; i++)
			if (undo_needed(u, p, &p->lists[LIST_BACKOUT].items[i]))
				undo_line(&p->lists[LIST_BACKOUT].items[i], ret);
	for (int i = 0; i < p->lists[LIST_UNDO].count; i++)
		if (undo_needed(u, p, &p->lists[LIST_UNDO].items[i]))
			undo_line(&p->lists[LIST_UNDO].items[i], ret);
	if (ret->count == 0)
		str_list_add(ret, "nothing to undo: the upgrade ends");
}

void
core_plan_abort_text(const struct plan *p, int index, struct str_list *ret)
{
	const struct plan_steps *forward = &p->lists[LIST_FORWARD];
	bool open = false, held = false;
	int opened = 0;

	for (int i = 0; i <= index && i < forward->count; i++) {
		unsigned flags = forward->items[i].row->flags;

		if ((flags & ROW_NO_RETURN) != 0) {
			str_list_add(ret, "refused: past the point of no return");
			return;
		}
		if ((flags & ROW_OPENS_PAUSE) != 0 && !open)
			opened = i;
		open = open || (flags & ROW_OPENS_PAUSE) != 0;
		held = held || (flags & (ROW_HOLDS_SWAP | ROW_COMMITS)) != 0;
		if ((flags & ROW_CLOSES_PAUSE) != 0)
			open = held = false;
	}
	if (open && held)
		str_list_add(ret, "first goes on until applications write again");
	for (int l = open && !held ? LIST_BACKOUT : LIST_UNDO; l >= (int)LIST_UNDO; l--)
		for (int i = 0; i < p->lists[l].count; i++) {
			const struct plan_step *ps = &p->lists[l].items[i];

			if (l == LIST_BACKOUT && ps->from >= 0 && ps->until < opened)
				continue;
			if ((ps->row->flags & ROW_NOT_LATER) != 0 && ps->until < index)
				continue;
			if (ps->from < 0 || ps->from <= index)
				undo_line(ps, ret);
		}
}
