/*
 * The walk over one step: observe, probe, guard, journal, perform, observe until the probe
 * says done or the step's time is up. That is the same for a first run, a retry, a resume
 * after a crash, and a step that a person did by hand.
 */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

#define LOOK_LIMIT_MS 60000 /* least time that is given to seeing a member */
#define UNSEEN_MS     50 /* between two looks whether somebody else has seen to it, in a pause */

/* ---- a command begins ---- */

static bool
guards_allow(struct turn *t, const struct plan_step *ps, bool clean_up)
{
	unsigned flags = ps->row->flags;
	struct why *w = &t->u->walk.why;

	if (clean_up)
		return ps->step->cleans_files || guard_destroy_last(t, ps, w);
	if ((flags & ROW_ACTIVATES) != 0 && !guard_one_active(t, ps, w))
		return false;
	if ((flags & ROW_NEEDS_PROOF) != 0 && !guard_no_loss(t, ps, w))
		return false;
	return (flags & ROW_DESTROYS) == 0 || guard_destroy_last(t, ps, w);
}

static void
step_perform(struct turn *t, bool clean_up)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = turn_step(t);
	struct step_run *run = turn_run(t);
	char title[160];

	plan_step_title(ps, title, sizeof(title));
	run->state = STEP_RUNNING;
	run->cleaning = clean_up;
	run->touched = true;
	u->walk.performed_ms = t->in->now_ms;
	u->walk.ended_ms = 0;
	if (!clean_up) {
		run->attempt++;
		u->walk.round_tries++;
		if (run->started_wall_ms == 0)
			run->started_wall_ms = t->in->now_wall_ms;
		if ((ps->row->flags & ROW_NO_RETURN) != 0)
			u->past_return = true;
		if ((ps->row->flags & ROW_ACTIVATES) != 0)
			takes_writes(t, ps->member);
		pause_performed(t, ps);
	}
	decision_event(t->d, EVENT_STEP, ps->number, "%s: %s, attempt %d", title,
	    clean_up ? "cleaning up" : "running", run->attempt);
	turn_changed(t, run);
	decision_act(t->d, clean_up ? ACTION_CLEAN_UP : ACTION_PERFORM, u->walk.pos);
}

/* A new round: look, probe, perform once more. */
bool
step_again(struct turn *t, int64_t after_ms, bool clean_up_first)
{
	struct upgrade *u = t->u;
	struct step_run *run = turn_run(t);

	if (u->walk.round_tries == 1 && u->walk.performed_ms > 0)
		str_copy(u->walk.first_failure, sizeof(u->walk.first_failure), u->walk.why.seen);
	if (u->walk.performed_ms > 0)
		str_copy(u->walk.last_failure, sizeof(u->walk.last_failure), u->walk.why.seen);
	run->state = STEP_PENDING;
	run->cleaning = clean_up_first;
	u->walk.entered_ms = t->in->now_ms;
	u->walk.performed_ms = 0;
	u->walk.ended_ms = 0;
	u->walk.retry_at_ms = after_ms > 0 ? t->in->now_ms + after_ms : 0;
	turn_changed(t, run);
	return true;
}

/* A step without a command only waits: it is verified from the start. */
static void
step_await(struct turn *t)
{
	struct step_run *run = turn_run(t);

	run->state = STEP_VERIFYING;
	if (run->started_wall_ms == 0)
		run->started_wall_ms = t->in->now_wall_ms;
	turn_changed(t, run);
}

bool
step_late(struct turn *t, int64_t limit_ms)
{
	const struct why *w = &t->u->walk.why;
	char text[400];

	if (t->in->now_ms < t->u->walk.begun_ms + limit_ms) {
		turn_wake(t, t->u->walk.begun_ms + limit_ms);
		return false;
	}
	str_printf(text, sizeof(text), "not so after %lld s: seen %s, needed %s",
	    (long long)(limit_ms / 1000), w->seen[0] ? w->seen : "nothing",
	    w->needed[0] ? w->needed : turn_step(t)->step->effect);
	return step_fail(t, UD_ETIMEOUT, text, w->remedy);
}

static int64_t
look_limit_ms(const struct plan_step *ps)
{
	return ps->limit_ms > LOOK_LIMIT_MS ? ps->limit_ms : LOOK_LIMIT_MS;
}

static bool
step_begin(struct turn *t)
{
	const struct plan_step *ps = turn_step(t);
	struct step_run *run = turn_run(t);
	bool clean_up = run->cleaning && ps->step->clean_up != NULL;
	const struct plan_step *other;

	if (ps->step->alone && (other = lanes_other_alone(t)) != NULL) {
		t->u->walk.begun_ms = t->in->now_ms;
		why_seen(&t->u->walk.why, "step %s is in hand, and both at once cannot be",
		    other->number);
		return false;
	}
	if (ps->step->build == NULL) {
		step_await(t);
		return true;
	}
	if (!guards_allow(t, ps, clean_up))
		return step_late(t, look_limit_ms(ps));
	step_perform(t, clean_up);
	if (str_equal(t->u->walk.why.seen, SEEN_NOT_RUN))
		why_seen(&t->u->walk.why, "it runs");
	return false;
}

static void
why_fill(struct turn *t, const struct plan_step *ps)
{
	struct why *w = &t->u->walk.why;
	char title[160];

	plan_step_title(ps, title, sizeof(title));
	if (w->waits_for[0] == '\0')
		str_copy(w->waits_for, sizeof(w->waits_for), title);
	if (w->needed[0] == '\0' && ps->step->effect != NULL)
		str_copy(w->needed, sizeof(w->needed), ps->step->effect);
}

static enum probe
step_probe(struct turn *t, const struct plan_step *ps)
{
	struct scene s = turn_scene(t);
	enum probe probe;

	memset(&t->u->walk.why, 0, sizeof(t->u->walk.why));
	probe = ps->step->probe(&s, ps, &t->u->walk.why);
	t->impossible = probe == PROBE_IMPOSSIBLE;
	why_fill(t, ps);
	return probe;
}

static bool
step_needed(const struct turn *t, const struct plan_step *ps)
{
	struct scene s = turn_scene(t);

	return ps->step->needed(&s, ps);
}

/* Somebody else does it, and the applications need not wait until that is seen. */
static bool
step_trusts(struct turn *t, const struct plan_step *ps)
{
	struct scene s = turn_scene(t);
	char title[160];

	if (ps->step->trusted == NULL || !pause_is_open(t->u) ||
	    !ps->step->trusted(&s, ps))
		return false;
	plan_step_title(ps, title, sizeof(title));
	decision_event(t->d, EVENT_NOTE, ps->number,
	    "%s: not seen; the guard on the other host sees to it, going on", title);
	turn_run(t)->touched = true;
	if ((ps->row->flags & ROW_NO_RETURN) != 0)
		t->u->past_return = true;
	if ((ps->row->flags & ROW_ACTIVATES) != 0)
		takes_writes(t, ps->member);
	step_finish(t, STEP_SKIPPED);
	return true;
}

/* Looked at in a back-out or an abort, before anything is done. */
static bool
step_swapped(struct turn *t, const struct plan_step *ps)
{
	struct scene s = turn_scene(t);

	if (ps->step->swapped == NULL)
		return false;
	if (t->u->list == LIST_UNDO)
		return ps->step->swapped(&s, ps) && undo_forward(t, ps);
	return (t->u->list == LIST_BACKOUT || t->u->list == LIST_UNDO_BACKOUT) &&
	    settings_is(&t->u->notes, NOTE_PROOF, ps->member->name) &&
	    ps->step->swapped(&s, ps) && backout_forward(t);
}

/* Where nobody can be seen nothing else wakes us, and somebody else may have seen to it. */
static void
wake_soon(struct turn *t)
{
	if (pause_is_open(t->u))
		turn_wake(t, t->in->now_ms + UNSEEN_MS);
}

static bool
step_pending(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = turn_step(t);

	if (hold_stops(t) || gate_stops(t))
		return false;
	if (ps->step->needed != NULL && !step_needed(t, ps)) {
		step_finish(t, STEP_SKIPPED);
		return true;
	}
	if (step_trusts(t, ps))
		return true;
	if (t->in->now_ms < u->walk.retry_at_ms) {
		turn_wake(t, u->walk.retry_at_ms);
		return false;
	}
	if (!step_is_seen(t, ps)) {
		why_fill(t, ps);
		wake_soon(t);
		return step_late(t, look_limit_ms(ps));
	}
	if (step_swapped(t, ps))
		return true;
	switch (step_probe(t, ps)) {
	case PROBE_DONE:
		step_finish(t, STEP_DONE);
		return true;
	case PROBE_NOT_NEEDED:
		step_finish(t, STEP_SKIPPED);
		return true;
	case PROBE_IMPOSSIBLE:
		return step_fail(t, UD_ESTATE, u->walk.why.seen, u->walk.why.remedy);
	case PROBE_UNKNOWN:
		return step_late(t, look_limit_ms(ps));
	case PROBE_TO_DO:
		return step_begin(t);
	}
	return false;
}

/* ---- a command ended ---- */

static void
take_end(struct turn *t, const struct core_hand *h)
{
	struct upgrade *u = t->u;
	struct step_run *run = upgrade_run(u);
	const struct plan_step *ps;

	if (run == NULL || run->state != STEP_RUNNING)
		return;
	ps = turn_step(t);
	if (run->cleaning) {
		step_again(t, 0, false);
		return;
	}
	run->state = STEP_VERIFYING;
	u->walk.ended_ms = t->in->now_ms;
	turn_changed(t, run);
	pause_ended(t, ps, h);
}

void
step_take_end(struct turn *t, const struct core_hand *h)
{
	struct upgrade *u = t->u;
	int lane = h->list == u->list ? upgrade_lane(u, h->pos) : -1;

	if (lane < 0)
		return;
	upgrade_turn_to(u, lane);
	take_end(t, h);
	upgrade_turn_to(u, lane);
}

static bool
step_verifying(struct turn *t)
{
	const struct plan_step *ps = turn_step(t);
	int64_t limit = look_limit_ms(ps);
	int64_t ended_after = t->u->walk.ended_ms - t->u->walk.begun_ms;

	if (step_trusts(t, ps))
		return true;
	/* Attempts may have used up the time: what the last one did is looked at. */
	if (limit < ended_after + LOOK_LIMIT_MS)
		limit = ended_after + LOOK_LIMIT_MS;
	if (!step_is_seen(t, ps)) {
		why_fill(t, ps);
		wake_soon(t);
		return step_late(t, limit);
	}
	if (step_swapped(t, ps))
		return true;
	switch (step_probe(t, ps)) {
	case PROBE_DONE:
		step_finish(t, STEP_DONE);
		return true;
	case PROBE_NOT_NEEDED:
		step_finish(t, STEP_SKIPPED);
		return true;
	case PROBE_IMPOSSIBLE:
		return step_fail(t, UD_ESTATE, t->u->walk.why.seen, t->u->walk.why.remedy);
	case PROBE_UNKNOWN:
		return step_late(t, limit);
	case PROBE_TO_DO:
		return step_not_done(t, ps);
	}
	return false;
}

/* A command runs. In a swap that is late, or when abort was asked, it may be ended. */
static bool
step_running(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps = turn_step(t);

	why_fill(t, ps);
	if (u->walk.why.seen[0] == '\0')
		why_seen(&u->walk.why, "its command is running");
	if (!turn_hand(t)->in_flight || !ps->step->may_cancel)
		return false;
	if (pause_is_late(t) || (u->abort_asked && u->list == LIST_FORWARD))
		decision_act(t->d, ACTION_CANCEL, u->walk.pos);
	return false;
}

/* The end of the budget is a time to decide at, as long as it lies ahead. */
static void
wake_when_late(struct turn *t)
{
	int64_t at;

	if (!pause_is_open(t->u) || t->u->swap_held)
		return;
	at = pause_deadline_ms(t->u, t->p);
	if (t->in->now_ms < at)
		turn_wake(t, at);
}

bool
step_walk(struct turn *t)
{
	struct upgrade *u = t->u;
	struct step_run *run = turn_run(t);

	if (run->state == STEP_RUNNING) {
		wake_when_late(t);
		return step_running(t);
	}
	if (pause_is_late(t)) {
		char why[200];

		str_printf(why, sizeof(why),
		    "the write pause would pass its limit of %lld ms: %s, seen %s",
		    (long long)t->p->pair->limits.write_pause_ms,
		    u->walk.why.waits_for[0] ? u->walk.why.waits_for : turn_step(t)->step->id,
		    u->walk.why.seen[0] ? u->walk.why.seen : "nothing yet");
		backout_begin(t, why, u->walk.why.remedy);
		return true;
	}
	wake_when_late(t);
	switch (run->state) {
	case STEP_PENDING:
		return step_pending(t);
	case STEP_VERIFYING:
		return step_verifying(t);
	case STEP_DONE:
	case STEP_SKIPPED:
	case STEP_UNDONE:
		step_leave(t);
		turn_changed(t, NULL);
		return true;
	case STEP_FAILED:
		run->state = STEP_PENDING;
		turn_changed(t, run);
		return true;
	case STEP_RUNNING:
	case STEP_STATES:
		break;
	}
	return false;
}
