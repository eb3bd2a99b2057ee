/* A step is over: done, skipped, or failed; then who decides what next. */
#include "config.h"

#include "daemon/core/internal.h"

void
step_leave(struct turn *t)
{
	t->u->walk.pos++;
	turn_enter(t);
}

void
step_attention(struct turn *t, enum ud_code code, const char *text, const char *remedy)
{
	struct upgrade *u = t->u;

	decision_event(t->d, EVENT_ATTENTION, "", "%s", text);
	if (u->state == UPGRADE_ATTENTION) /* another lane failed before */
		return;
	ud_fail(&u->error, code, "%s", text);
	if (remedy != NULL && remedy[0] != '\0')
		ud_remedy(&u->error, "%s", remedy);
	state_change(t, UPGRADE_ATTENTION, text);
}

/* From now on it may have commits that no other has. */
void
takes_writes(struct turn *t, const struct member *m)
{
	struct settings *notes = &t->u->notes;
	char key[NAME_MAX_BYTES + 16];

	str_printf(key, sizeof(key), NOTE_WROTE "%s", m->name);
	settings_set(notes, key, "1");
	if (settings_is(notes, NOTE_PROOF, m->name))
		settings_unset(notes, NOTE_PROOF);
	t->u->notes_dirty = true;
}

void
step_finish(struct turn *t, enum step_state state)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = turn_step(t);
	struct step_run *run = turn_run(t);
	struct scene s = turn_scene(t);
	char title[160];

	plan_step_title(ps, title, sizeof(title));
	if (s.outcome != NULL && s.verdict != VERDICT_OK && state == STEP_DONE)
		decision_event(t->d, EVENT_NOTE, ps->number,
		    "%s: the command did not say so, but it is seen to be done", title);
	if (state == STEP_DONE && ps->step->learn != NULL) {
		ps->step->learn(&s, ps, &u->notes);
		u->notes_dirty = true;
	}
	if (state == STEP_DONE && (ps->row->flags & ROW_ACTIVATES) != 0) {
		takes_writes(t, ps->member); /* whoever made it active */
		u->swap_held = u->swap_held ||
		    (pause_is_open(u) && (ps->row->flags & ROW_HOLDS_SWAP) != 0);
	}
	run->state = state;
	run->error[0] = '\0';
	run->ended_wall_ms = t->in->now_wall_ms;
	if (run->started_wall_ms == 0)
		run->started_wall_ms = run->ended_wall_ms;
	decision_event(t->d, EVENT_STEP, ps->number, "%s: %s%s", title,
	    step_state_name(state),
	    state == STEP_DONE && run->attempt == 0 ? ", seen to be so already" : "");
	turn_changed(t, run);
	pause_done(t, ps); /* nobody to be told that they may write: they can */
	step_leave(t);
}

/* The step cannot go on by itself. In a swap that can be taken back, it is. */
bool
step_fail(struct turn *t, enum ud_code code, const char *text, const char *remedy)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = turn_step(t);
	struct step_run *run = turn_run(t);
	char title[160], whole[400];

	plan_step_title(ps, title, sizeof(title));
	str_printf(whole, sizeof(whole), "step %s, %s: %s", ps->number, title, text);
	str_copy(run->error, sizeof(run->error), text);
	run->cleaning = run->touched && ps->step->clean_up != NULL;
	run->ended_wall_ms = t->in->now_wall_ms;
	if ((ps->row->flags & ROW_MAY_FAIL) != 0) {
		decision_event(t->d, EVENT_NOTE, ps->number, "%s; going on", whole);
		run->state = STEP_FAILED;
		turn_changed(t, run);
		step_leave(t);
		return true;
	}
	run->state = STEP_FAILED;
	decision_event(t->d, EVENT_STEP, ps->number, "%s: failed: %s", title, text);
	turn_changed(t, run);
	if (pause_is_open(u) && !u->swap_held &&
	    (t->impossible || !pause_is_undecided(u, t->p)) &&
	    (u->list == LIST_FORWARD || u->list == LIST_UNDO)) {
		backout_begin(t, whole, remedy);
		return true;
	}
	step_attention(t, code, whole,
	    remedy != NULL && remedy[0] != '\0'
		? remedy
		: "mend the cause, then retry; or abort");
	return false;
}
