/*
 * The write pause and its budget (P6).
 *
 * The pause opens when the pause hook is started and closes when the resume hook is done;
 * what is measured lies between the end of the first and the start of the second. Until a
 * step with ROW_HOLDS_SWAP was performed, or one with ROW_COMMITS is done, the swap can be
 * taken back: when the budget runs out, a step fails or abort is asked, the back-out table of
 * the procedure is walked. A lease on the fenced host does the same when nobody is left to
 * decide: the answer of the row that commits says who was first.
 *
 * An offline procedure has no budget and takes nothing back: only measured is for how long
 * nobody was served. That begins at the end of the pause hook or with the fence, whichever
 * comes first, and ends with the activation or at the start of the resume hook, also of an abort.
 */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

bool
pause_is_open(const struct upgrade *u)
{
	return u->pause_pos >= 0;
}

/* Taking the swap back costs time too. */
int64_t
pause_deadline_ms(const struct upgrade *u, const struct plan *p)
{
	return u->pause_started_ms + pause_shares(&p->pair->limits).backout_ms;
}

int64_t
core_pause_left_ms(const struct upgrade *u, const struct plan *p, int64_t now_ms)
{
	int64_t left;

	if (!pause_is_open(u) || u->swap_held || u->list != u->pause_list)
		return 0;
	left = pause_deadline_ms(u, p) - now_ms;
	return left > 1000 ? left : 1000;
}

bool
pause_is_undecided(const struct upgrade *u, const struct plan *p)
{
	const struct plan_step *ps = upgrade_step(u, p);

	return pause_is_open(u) && !u->swap_held && u->list == u->pause_list &&
	    ps != NULL && (ps->row->flags & ROW_COMMITS) != 0 &&
	    u->runs[u->list][u->walk.pos].touched;
}

bool
pause_is_late(const struct turn *t)
{
	const struct upgrade *u = t->u;

	return pause_is_open(u) && !u->swap_held && !pause_is_undecided(u, t->p) &&
	    (u->list == LIST_FORWARD || u->list == LIST_UNDO) &&
	    u->list == u->pause_list && t->in->now_ms >= pause_deadline_ms(u, t->p);
}

/* ---- for how long nobody was served ---- */

static bool
is_outage(const struct turn *t)
{
	return t->p->procedure->offline && !pause_is_open(t->u) &&
	    t->u->pause_started_wall_ms > 0;
}

static void
outage_begin(struct turn *t)
{
	if (t->p->procedure->offline && !pause_is_open(t->u) &&
	    t->u->pause_started_wall_ms <= 0)
		t->u->pause_started_wall_ms = t->in->now_wall_ms;
}

static void
outage_until_now(struct turn *t)
{
	t->u->pause_total_ms = t->in->now_wall_ms - t->u->pause_started_wall_ms;
}

static void
outage_performed(struct turn *t, const struct plan_step *ps)
{
	if ((ps->row->flags & ROW_FENCES) != 0)
		outage_begin(t);
	if (ps->step->hook == HOOK_RESUME_WRITES && is_outage(t))
		outage_until_now(t);
}

static void
outage_done(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;
	bool resumed = ps->step->hook == HOOK_RESUME_WRITES;

	if (!is_outage(t) || !(resumed || (ps->row->flags & ROW_ACTIVATES) != 0))
		return;
	if (!resumed || u->pause_total_ms < 0)
		outage_until_now(t);
	u->pause_started_wall_ms = 0;
	decision_event(t->d, EVENT_PAUSE, ps->number, "nobody was served for %lld ms",
	    (long long)u->pause_total_ms);
	turn_changed(t, NULL);
}

/* ---- the write pause ---- */

void
pause_performed(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;

	outage_performed(t, ps);
	if ((ps->row->flags & ROW_OPENS_PAUSE) != 0 && !pause_is_open(u)) {
		u->pause_pos = ps->index;
		u->pause_list = ps->list;
		u->pause_started_ms = t->in->now_ms;
		u->pause_started_wall_ms = t->in->now_wall_ms;
		u->swap_held = false;
		settings_unset(&u->notes, NOTE_PROOF);
		u->notes_dirty = true;
		decision_event(t->d, EVENT_PAUSE, ps->number, "write pause opens");
	}
	if ((ps->row->flags & ROW_HOLDS_SWAP) != 0 && pause_is_open(u))
		u->swap_held = true; /* else it came to its end without us, and we repeat it */
	if ((ps->row->flags & ROW_CLOSES_PAUSE) != 0 && pause_is_open(u))
		u->pause_total_ms = t->in->now_ms - u->pause_started_ms;
}

/* The applications stand still from the moment the pause hook says so. When it does not, they
 * may since it began; and when it is no hook that stops them, they do. */
void
pause_ended(struct turn *t, const struct plan_step *ps, const struct core_hand *h)
{
	if (h->outcome->ending != ENDING_EXITED || h->verdict != VERDICT_OK)
		return;
	if (ps->step->hook == HOOK_PAUSE_WRITES)
		outage_begin(t);
	if (!pause_is_open(t->u) || ps->list != t->u->pause_list ||
	    ps->index != t->u->pause_pos || ps->step->hook == HOOK_NONE)
		return;
	t->u->pause_started_ms = t->in->now_ms;
	t->u->pause_started_wall_ms = t->in->now_wall_ms;
}

void
pause_done(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;

	outage_done(t, ps);
	if ((ps->row->flags & ROW_COMMITS) != 0 && pause_is_open(u))
		u->swap_held = true;
	if ((ps->row->flags & ROW_CLOSES_PAUSE) == 0 || !pause_is_open(u))
		return;
	if (u->walk.performed_ms == 0) /* seen to be so already */
		u->pause_total_ms = t->in->now_ms - u->pause_started_ms;
	decision_event(t->d, EVENT_PAUSE, ps->number,
	    "write pause closed after %lld ms", (long long)u->pause_total_ms);
	u->pause_pos = -1;
	u->pause_started_ms = 0;
	u->swap_held = false;
	turn_changed(t, NULL);
}

/* Where the swap whose pause opened at this row begins again: what this upgrade did not need
 * was not done, and is not done again. */
static int
swap_begins(const struct turn *t, enum plan_list list, int opened)
{
	struct scene s = turn_scene(t);
	int begins = opened;

	for (int i = opened; i >= 0; i--) {
		const struct plan_step *ps = &t->p->lists[list].items[i];
		unsigned flags = ps->row->flags;

		if ((flags & ROW_SWAP_BEGINS) != 0 &&
		    (ps->step->needed == NULL || ps->step->needed(&s, ps)))
			begins = i; /* the first of them */
		if (i < opened && (flags & ROW_CLOSES_PAUSE) != 0)
			break; /* another swap */
	}
	return begins;
}

void
backout_begin(struct turn *t, const char *why, const char *remedy)
{
	struct upgrade *u = t->u;
	enum plan_list list =
	    u->pause_list == LIST_UNDO ? LIST_UNDO_BACKOUT : LIST_BACKOUT;

	ud_fail(&u->error, UD_ESTATE, "the swap was taken back: %s", why);
	if (remedy != NULL && remedy[0] != '\0')
		ud_remedy(&u->error, "%s", remedy);
	decision_event(t->d, EVENT_BACKOUT, "", "the swap is taken back: %s", why);
	u->resume_pos = swap_begins(t, u->pause_list, u->pause_pos);
	u->list = list;
	u->walk.pos = 0;
	for (int i = 0; i < u->run_count[list]; i++) {
		struct step_run *run = &u->runs[list][i];

		run->state = STEP_PENDING;
		run->touched = run->cleaning = run->approved = false;
		run->error[0] = '\0';
		turn_changed(t, run);
	}
	u->walk.ended_ms = 0;
	turn_changed(t, NULL);
	turn_enter(t);
}

/* What a person does instead of a hook he has to do again. */
static bool
is_by_hand(const struct plan *p, const struct plan_step *ps)
{
	return ps->step->hook != HOOK_NONE && p->pair->hooks[ps->step->hook].count == 0;
}

bool
backout_forward(struct turn *t)
{
	struct upgrade *u = t->u;
	enum plan_list swap = u->list == LIST_UNDO_BACKOUT ? LIST_UNDO : LIST_FORWARD;
	int at = u->resume_pos;

	while (at < u->run_count[swap] &&
	    (t->p->lists[swap].items[at].row->flags & ROW_HOLDS_SWAP) == 0)
		at++;
	if (at == u->run_count[swap])
		return false;
	for (int i = u->resume_pos; i < at; i++)
		if (u->runs[swap][i].state != STEP_DONE) {
			u->runs[swap][i].state = STEP_SKIPPED;
			turn_changed(t, &u->runs[swap][i]);
		}
	decision_event(t->d, EVENT_BACKOUT, t->p->lists[swap].items[at].number,
	    "the swap came to its end without the supervisor: it is not taken back");
	memset(&u->error, 0, sizeof(u->error));
	u->list = swap;
	u->walk.pos = at;
	u->walk.ended_ms = 0;
	u->swap_held = pause_is_open(u);
	u->runs[swap][at].state = STEP_PENDING;
	turn_changed(t, &u->runs[swap][at]);
	turn_enter(t);
	return true;
}

/* The one who would hand over follows the other: what it took is there. */
bool
undo_forward(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;
	const struct plan_steps *undo = &t->p->lists[LIST_UNDO];
	char key[NAME_MAX_BYTES + 16];
	int at = u->walk.pos;

	while (at < undo->count && (undo->items[at].row->flags & ROW_CLOSES_PAUSE) == 0)
		at++;
	if (at == undo->count || ps->peer == NULL)
		return false;
	for (int i = u->walk.pos; i < at; i++) {
		u->runs[LIST_UNDO][i].state = STEP_SKIPPED;
		turn_changed(t, &u->runs[LIST_UNDO][i]);
	}
	str_printf(key, sizeof(key), NOTE_WROTE "%s", ps->peer->name);
	settings_unset(&u->notes, key);
	u->notes_dirty = true;
	decision_event(t->d, EVENT_NOTE, ps->number,
	    "%s is active again without the supervisor, and %s follows it: there is nothing to "
	    "swap", ps->member->name, ps->peer->name);
	u->walk.pos = at;
	turn_enter(t);
	return true;
}

/* The old active serves again. The swap's steps are as if they had never begun. */
bool
backout_end(struct turn *t)
{
	struct upgrade *u = t->u;
	enum plan_list swap = u->list == LIST_UNDO_BACKOUT ? LIST_UNDO : LIST_FORWARD;
	char why[sizeof(u->error.text)], remedy[sizeof(u->error.remedy)];
	char cause[sizeof(u->error.remedy)];

	for (int i = u->resume_pos; i < u->run_count[swap]; i++) {
		struct step_run *run = &u->runs[swap][i];

		run->state = STEP_PENDING;
		run->touched = run->cleaning = false;
		run->approved =
		    run->approved && !is_by_hand(t->p, &t->p->lists[swap].items[i]);
		turn_changed(t, run);
	}
	u->list = swap;
	u->walk.pos = u->resume_pos;
	u->pause_pos = -1;
	u->pause_started_ms = 0;
	settings_unset(&u->notes, NOTE_PROOF);
	u->notes_dirty = true;
	turn_enter(t);
	turn_changed(t, NULL);
	if (u->abort_asked && swap == LIST_FORWARD)
		return true;
	/* A retry on the way back has cleared the reason. */
	str_copy(why, sizeof(why),
	    u->error.code != UD_OK ? u->error.text : "the swap was taken back");
	str_copy(cause, sizeof(cause),
	    u->error.code != UD_OK && u->error.remedy[0] != '\0' ? u->error.remedy
								 : "mend the cause");
	if (swap == LIST_FORWARD)
		str_printf(remedy, sizeof(remedy),
		    "applications write to the old active again; %.250s; retry swaps again, "
		    "abort goes all the way back",
		    cause);
	else
		str_printf(remedy, sizeof(remedy),
		    "applications write to the present active again; %.250s; retry",
		    cause);
	step_attention(t, u->error.code != UD_OK ? u->error.code : UD_ESTATE, why,
	    remedy);
	return false;
}
