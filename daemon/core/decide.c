#include "config.h"

#include <assert.h>
#include <string.h>

#include "daemon/core/internal.h"

struct step_run *
turn_run(struct turn *t)
{
	struct step_run *run = upgrade_run(t->u);

	assert(run != NULL);
	return run;
}

const struct plan_step *
turn_step(const struct turn *t)
{
	const struct plan_step *ps = upgrade_step(t->u, t->p);

	assert(ps != NULL);
	return ps;
}

void
turn_wake(struct turn *t, int64_t at_ms)
{
	if (at_ms <= t->in->now_ms)
		at_ms = t->in->now_ms + 1;
	if (t->d->wake_ms == 0 || at_ms < t->d->wake_ms)
		t->d->wake_ms = at_ms;
}

void
turn_changed(struct turn *t, struct step_run *run)
{
	if (run != NULL)
		run->dirty = true;
	if (!t->d->changed)
		t->u->revision++;
	t->d->changed = true;
}

bool
step_keeps_roles(const struct plan_step *ps)
{
	return ps->step->keeps_roles || (ps->row->flags & ROW_COMMITS) != 0;
}

/* In the write pause what was seen after the last command of ours is fresh enough for the
 * next step: looking again would cost the applications time and tell nothing new. Behind one that
 * makes nobody active, and fences nobody, it is what was seen since the one before. */
static int64_t
fresh_from(const struct turn *t)
{
	const struct upgrade *u = t->u;
	const struct plan_step *last = plan_step_at(t->p, u->list, u->walk.pos - 1);

	return last != NULL && step_keeps_roles(last) && u->walk.performed_ms > 0
	    ? u->walk.entered_ms
	    : u->walk.ended_ms;
}

void
turn_enter(struct turn *t)
{
	struct upgrade *u = t->u;
	int64_t now = t->in->now_ms;
	bool quick = pause_is_open(u) && u->walk.ended_ms > 0;

	u->walk.begun_ms = now;
	u->walk.entered_ms = quick ? fresh_from(t) : now;
	u->walk.performed_ms = 0;
	u->walk.ended_ms = quick ? u->walk.ended_ms : 0;
	u->walk.retry_at_ms = 0;
	u->walk.round_tries = 0;
	u->walk.first_failure[0] = '\0';
	u->walk.last_failure[0] = '\0';
	memset(&u->walk.why, 0, sizeof(u->walk.why));
}

/* Before the first step: the pair must be seen, and be what the plan was made for. */
static bool
check_walk(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct member *active = t->p->active;
	bool single = str_equal(t->p->pair->topology, "single");
	unsigned look = single ? LOOK_INSTANCE : LOOK_ROLE;
	const struct observation *o;

	if (u->abort_asked) {
		state_change(t, UPGRADE_ABORTED, "nothing was begun");
		return false;
	}
	if (active == NULL) {
		state_change(t, UPGRADE_RUNNING, "");
		return true;
	}
	o = &t->in->seen[active->index];
	why_needed(&u->walk.why, "%s %s", active->name, single ? "seen" : "active");
	if (!observation_is_fresh(o, look, u->walk.entered_ms)) {
		why_seen(&u->walk.why, "not seen yet%s%s", o->error[0] ? ": " : "",
		    o->error);
		turn_wake(t, u->walk.entered_ms + 60000);
		if (t->in->now_ms >= u->walk.entered_ms + 60000)
			step_attention(t, UD_EUNREACHABLE,
			    "the active cannot be observed",
			    "mend what keeps it from answering, then retry; or abort");
		return false;
	}
	if (!single && o->role != ROLE_ACTIVE) {
		step_attention(t, UD_ESTATE, "roles changed since the plan was made",
		    "abort, look at the pair, and start anew");
		return false;
	}
	state_change(t, UPGRADE_RUNNING, "");
	turn_enter(t);
	return true;
}

bool
list_end(struct turn *t)
{
	struct upgrade *u = t->u;

	switch (u->list) {
	case LIST_FORWARD:
		state_change(t, UPGRADE_COMPLETED, "every step is done");
		return false;
	case LIST_UNDO:
		for (int i = 0; i < u->run_count[LIST_FORWARD]; i++) {
			struct step_run *run = &u->runs[LIST_FORWARD][i];

			if (!run->touched && run->state != STEP_DONE)
				continue;
			run->state = STEP_UNDONE;
			turn_changed(t, run);
		}
		state_change(t, UPGRADE_ABORTED, "the pair serves as before");
		return false;
	case LIST_BACKOUT:
	case LIST_UNDO_BACKOUT:
		return backout_end(t);
	case LISTS:
		break;
	}
	return false;
}

static bool
walk(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct plan_step *ps;

	if (u->abort_asked && abort_may_begin(t))
		return abort_begin(t);
	if (lanes_begin(t))
		return lanes_walk(t);
	ps = upgrade_step(u, t->p);
	if (ps == NULL)
		return list_end(t);
	if (u->list != LIST_FORWARD && !undo_needed(u, t->p, ps)) {
		u->walk.pos++;
		turn_enter(t);
		turn_changed(t, NULL);
		return true;
	}
	return step_walk(t);
}

static bool
advance(struct turn *t)
{
	switch (t->u->state) {
	case UPGRADE_CHECKING:
		return check_walk(t);
	case UPGRADE_RUNNING:
	case UPGRADE_ABORTING:
		return walk(t);
	case UPGRADE_GATED:
	case UPGRADE_PAUSED:
	case UPGRADE_ATTENTION:
		if (t->u->abort_asked && abort_may_begin(t))
			return abort_begin(t);
		return lanes_are_open(t->u) && lanes_walk(t);
	case UPGRADE_COMPLETED:
	case UPGRADE_ABORTED:
	case UPGRADE_STATES:
		break;
	}
	return false;
}

/* In the swap or behind it a person made the standby active: what was committed there nobody else
 * may have. */
static void
see_stranger(struct turn *t)
{
	struct upgrade *u = t->u;
	const struct member *m = t->p->standby;
	char key[NAME_MAX_BYTES + 16];

	if (m == NULL || !str_equal(t->p->pair->topology, "active-standby") ||
	    (!pause_is_open(u) && u->pause_total_ms < 0) ||
	    t->in->seen[m->index].role != ROLE_ACTIVE ||
	    t->in->seen[m->index].writable != FACT_YES)
		return;
	str_printf(key, sizeof(key), NOTE_WROTE "%s", m->name);
	if (settings_get(&u->notes, key) != NULL)
		return;
	takes_writes(t, m);
	decision_event(t->d, EVENT_NOTE, "",
	    "%s is seen active, and this upgrade did not make it so: nothing of it is destroyed "
	    "before it is known that the other has its commits",
	    m->name);
	turn_changed(t, NULL);
}

void
core_decide(struct upgrade *u, const struct plan *p, const struct core_input *in,
    struct decision *d)
{
	struct turn t = { u, p, in, d, false };

	memset(d, 0, sizeof(*d));
	if (u->state_since_wall_ms == 0) /* a request of this turn changed it */
		u->state_since_wall_ms = in->now_wall_ms;
	for (int i = 0; i < in->hand_count; i++)
		if (in->hands[i].ended)
			step_take_end(&t, &in->hands[i]);
	if (!upgrade_is_over(u))
		see_stranger(&t);
	while ((d->act_count == 0 || lanes_are_open(u)) && advance(&t))
		;
}
