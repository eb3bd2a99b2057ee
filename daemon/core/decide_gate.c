/* Gates, and the hold that a person asks for. */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

bool
hold_stops(struct turn *t)
{
	struct upgrade *u = t->u;

	if (!u->hold || u->list != LIST_FORWARD || pause_is_open(u))
		return false;
	if (lanes_others_go_on(t)) {
		turn_enter(t);
		why_seen(&u->walk.why, "to be held when what is in hand beside it is done");
		return true;
	}
	state_change(t, UPGRADE_PAUSED, "as asked for; resume goes on");
	return true;
}

bool
gate_stops(struct turn *t)
{
	const struct plan_step *ps = turn_step(t);
	struct step_run *run = turn_run(t);
	char title[160];

	if (ps->gate == NULL || run->approved)
		return false;
	if (lanes_others_go_on(t)) {
		turn_enter(t);
		why_seen(&t->u->walk.why, "to wait at gate %s when others have come that far",
		    ps->gate);
		return true;
	}
	plan_step_title(ps, title, sizeof(title));
	decision_event(t->d, EVENT_GATE, ps->number,
	    "waits at gate %s before step %s, %s", ps->gate, ps->number, title);
	state_change(t, UPGRADE_GATED, ps->gate);
	return true;
}

/* The state in which the present list is walked. */
static enum upgrade_state
going_state(const struct upgrade *u)
{
	if (u->list == LIST_FORWARD || (u->list == LIST_BACKOUT && !u->abort_asked))
		return UPGRADE_RUNNING;
	return UPGRADE_ABORTING;
}

/* What stood still goes on: its time begins anew. */
static void
enter_again(struct turn *t)
{
	struct upgrade *u = t->u;

	if (!lanes_are_open(u)) {
		turn_enter(t);
		return;
	}
	for (int i = 0; i <= u->lane_count; i++) {
		struct step_run *run;

		upgrade_turn_to(u, i);
		run = upgrade_run(u);
		if (run != NULL && run->state == STEP_PENDING)
			turn_enter(t);
		upgrade_turn_to(u, i);
	}
}

static void
failed_again(struct turn *t)
{
	struct upgrade *u = t->u;

	for (int i = 0; i <= u->lane_count; i++) {
		struct step_run *run;

		upgrade_turn_to(u, i);
		run = upgrade_run(u);
		if (run != NULL && run->state == STEP_FAILED) {
			run->state = STEP_PENDING;
			turn_changed(t, run);
		}
		upgrade_turn_to(u, i);
	}
}

/* ---- what people ask for ---- */

static int
advance_check(const struct upgrade *u, const struct plan *p,
    const struct core_advance *a, struct ud_error *err)
{
	const struct plan_step *ps = upgrade_step(u, p);

	if (u->state != UPGRADE_GATED || ps == NULL || ps->gate == NULL) {
		ud_fail(err, UD_ESTATE, "upgrade %lld waits at no gate: it is %s",
		    (long long)u->id, upgrade_state_name(u->state));
		return ud_remedy(err, "upgradectl why %s", u->pair);
	}
	if (a->gate != NULL && !str_equal(a->gate, ps->gate)) {
		ud_fail(err, UD_ESTATE, "it waits at gate %s, not at %s", ps->gate,
		    a->gate);
		return ud_remedy(err, "upgradectl advance %s", u->pair);
	}
	if (a->plan_hash != NULL && !str_equal(a->plan_hash, p->hash)) {
		ud_fail(err, UD_ESTALE, "this upgrade follows plan %s, not %s", p->hash,
		    a->plan_hash);
		return ud_remedy(err, "read the plan again: upgradectl show %lld",
		    (long long)u->id);
	}
	return 0;
}

/* Index of the last step to approve: the present one, those up to a gate, or all. */
static int
advance_until(const struct upgrade *u, const struct plan *p,
    const struct core_advance *a, struct ud_error *err)
{
	int last = -1;

	if (a->all)
		return p->lists[u->list].count - 1;
	if (a->through == NULL)
		return u->walk.pos;
	for (int i = lanes_first(u, p); i < p->lists[u->list].count; i++)
		if (str_equal(p->lists[u->list].items[i].gate, a->through))
			last = i;
	if (last < 0) {
		ud_fail(err, UD_ENOTFOUND, "there is no gate %s from here on",
		    a->through);
		ud_remedy(err, "upgradectl show %lld lists the gates",
		    (long long)u->id);
	}
	return last;
}

int
core_advance(struct upgrade *u, const struct plan *p, const struct core_advance *a,
    int64_t now_ms, struct decision *d, struct ud_error *err)
{
	struct core_input in = { .now_ms = now_ms };
	struct turn t = { u, p, &in, d, false };
	int last;

	memset(d, 0, sizeof(*d));
	if (advance_check(u, p, a, err) != 0)
		return -1;
	last = advance_until(u, p, a, err);
	if (last < 0)
		return -1;
	for (int i = last > u->walk.pos ? lanes_first(u, p) : last; i <= last; i++) {
		struct step_run *run = &u->runs[u->list][i];

		if (p->lists[u->list].items[i].gate == NULL)
			continue;
		run->approved = true;
		turn_changed(&t, run);
	}
	decision_event(d, EVENT_APPROVED, upgrade_step(u, p)->number,
	    "gate %s approved", upgrade_step(u, p)->gate);
	state_change(&t, going_state(u), "approved");
	enter_again(&t);
	return 0;
}

int
core_pause(struct upgrade *u, const struct plan *p, struct decision *d,
    struct ud_error *err)
{
	struct core_input in = { 0 };
	struct turn t = { u, p, &in, d, false };

	memset(d, 0, sizeof(*d));
	if (u->list != LIST_FORWARD ||
	    (u->state != UPGRADE_RUNNING && u->state != UPGRADE_GATED &&
		u->state != UPGRADE_CHECKING)) {
		ud_fail(err, UD_ESTATE, "an upgrade that is %s cannot be held",
		    upgrade_state_name(u->state));
		return ud_remedy(err, "upgradectl status %s", u->pair);
	}
	u->hold = true;
	decision_event(d, EVENT_REQUEST, "", "to be held after the step in hand");
	if (u->state == UPGRADE_GATED)
		state_change(&t, UPGRADE_PAUSED, "as asked for; resume goes on");
	turn_changed(&t, NULL);
	return 0;
}

int
core_resume(struct upgrade *u, const struct plan *p, int64_t now_ms, struct decision *d,
    struct ud_error *err)
{
	struct core_input in = { .now_ms = now_ms };
	struct turn t = { u, p, &in, d, false };

	memset(d, 0, sizeof(*d));
	if (!u->hold && u->state != UPGRADE_PAUSED) {
		ud_fail(err, UD_ESTATE, "nothing is held: upgrade %lld is %s",
		    (long long)u->id, upgrade_state_name(u->state));
		return ud_remedy(err, "upgradectl why %s", u->pair);
	}
	u->hold = false;
	decision_event(d, EVENT_REQUEST, "", "to go on");
	turn_changed(&t, NULL);
	if (u->state != UPGRADE_PAUSED)
		return 0;
	state_change(&t, UPGRADE_RUNNING, "as asked for");
	enter_again(&t);
	return 0;
}

int
core_retry(struct upgrade *u, const struct plan *p, int64_t now_ms, struct decision *d,
    struct ud_error *err)
{
	struct core_input in = { .now_ms = now_ms };
	struct turn t = { u, p, &in, d, false };

	memset(d, 0, sizeof(*d));
	if (u->state != UPGRADE_ATTENTION) {
		ud_fail(err, UD_ESTATE, "nothing needs attention: upgrade %lld is %s",
		    (long long)u->id, upgrade_state_name(u->state));
		return ud_remedy(err, "upgradectl why %s", u->pair);
	}
	memset(&u->error, 0, sizeof(u->error));
	u->hold = false; /* who wants it tried again wants it to go on */
	decision_event(d, EVENT_REQUEST, "", "to be tried again");
	failed_again(&t);
	/* Nothing was done yet: the roles must be those of the plan, still or again. */
	if (u->list == LIST_FORWARD && u->walk.pos == 0 && u->lane_count == 0 &&
	    !u->runs[LIST_FORWARD][0].touched)
		state_change(&t, UPGRADE_CHECKING, "tried again");
	else
		state_change(&t, going_state(u), "tried again");
	turn_changed(&t, NULL);
	enter_again(&t);
	return 0;
}

/* Abort after the swap needs the old active to follow first. */
static bool
way_back_is_closed(const struct upgrade *u, const struct plan *p)
{
	char key[NAME_MAX_BYTES + 16];

	if (p->active == NULL || p->standby == NULL)
		return false;
	str_printf(key, sizeof(key), NOTE_WROTE "%s", p->standby->name);
	if (settings_get(&u->notes, key) == NULL)
		return false;
	str_printf(key, sizeof(key), NOTE_HOLD "%s", p->active->name);
	return settings_is(&u->notes, key, "lost");
}

/* The step that was it. */
static void
say_no_return(const struct upgrade *u, const struct plan *p, struct ud_error *err)
{
	const struct plan_steps *steps = &p->lists[LIST_FORWARD];
	char title[160] = "";
	int i = steps->count - 1;

	while (i >= 0 && ((steps->items[i].row->flags & ROW_NO_RETURN) == 0 ||
			     !u->runs[LIST_FORWARD][i].touched))
		i--;
	if (i >= 0)
		plan_step_title(&steps->items[i], title, sizeof(title));
	ud_fail(err, UD_ESTATE, "the point of no return is passed: step %s, %s",
	    i >= 0 ? steps->items[i].number : "?", title);
}

int
core_abort(struct upgrade *u, const struct plan *p, int64_t now_ms, struct decision *d,
    struct ud_error *err)
{
	struct core_input in = { .now_ms = now_ms };
	struct turn t = { u, p, &in, d, false };
	struct step_run *run = upgrade_run(u);

	memset(d, 0, sizeof(*d));
	if (upgrade_is_over(u))
		return ud_fail(err, UD_ESTATE, "upgrade %lld is over: %s",
		    (long long)u->id, upgrade_state_name(u->state));
	if (u->past_return) {
		say_no_return(u, p, err);
		return ud_remedy(err,
		    "the way is forward: upgradectl why %s says what it waits for; retry or "
		    "advance",
		    u->pair);
	}
	if (u->list == LIST_FORWARD && way_back_is_closed(u, p)) {
		ud_fail(err, UD_ESTATE,
		    "the way back is closed: applications write to %s, and the log that %s "
		    "would need to follow it is gone",
		    u->standby, u->active);
		return ud_remedy(err,
		    "the way is forward: upgradectl why %s says what it waits for",
		    u->pair);
	}
	if (u->abort_asked || u->list == LIST_UNDO || u->list == LIST_UNDO_BACKOUT) {
		ud_fail(err, UD_ESTATE, "upgrade %lld is being aborted already",
		    (long long)u->id);
		return ud_remedy(err, "upgradectl why %s", u->pair);
	}
	u->abort_asked = true;
	u->hold = false;
	decision_event(d, EVENT_REQUEST, "", "to be aborted");
	turn_changed(&t, NULL);
	if (u->list == LIST_BACKOUT && u->state == UPGRADE_ATTENTION) {
		/* First the swap is taken back, then the rest. */
		if (run != NULL && run->state == STEP_FAILED) {
			run->state = STEP_PENDING;
			turn_changed(&t, run);
		}
		state_change(&t, UPGRADE_ABORTING, "asked for");
		turn_enter(&t);
	} else if (u->list == LIST_FORWARD && u->state == UPGRADE_ATTENTION &&
	    (u->swap_held || pause_is_undecided(u, p))) {
		/* First on, until applications write again, then all the way back. */
		if (run != NULL && run->state == STEP_FAILED) {
			run->state = STEP_PENDING;
			turn_changed(&t, run);
		}
		memset(&u->error, 0, sizeof(u->error));
		state_change(&t, UPGRADE_RUNNING, "asked to abort, after the swap");
		turn_enter(&t);
	}
	return 0;
}
