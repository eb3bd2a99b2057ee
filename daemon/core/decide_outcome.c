/*
 * A command ended and its effect is not there: wait for it, run it again, clean up first,
 * believe the refusal, or give up. What is seen counts; what the tool said decides only what
 * is done about what is not seen.
 */
#include "config.h"

#include "daemon/core/internal.h"

#define PATIENCE_MS    2500 /* a refusal is believed when the effect is not seen by then */
#define AGAIN_TOTAL_MS 120000
#define AGAIN_MAX_MS   15000
#define AGAIN_HELD_MS  200
#define AGAIN_SWAP_MS  50
#define AGAIN_LONG_MS  500 /* the same, when it has been tried for long */
#define HOOK_AGAIN_MS  300
#define TRIES          3

static int64_t
again_after_ms(const struct upgrade *u)
{
	int64_t ms;

	if (pause_is_open(u))
		return u->walk.round_tries < 40 ? AGAIN_SWAP_MS : AGAIN_LONG_MS;
	ms = u->walk.round_tries < 5 ? (int64_t)500 << u->walk.round_tries : AGAIN_MAX_MS;
	return ms < AGAIN_MAX_MS ? ms : AGAIN_MAX_MS;
}

static bool
said_fail(struct turn *t, const char *otherwise)
{
	const struct ud_error *said = turn_hand(t)->said;
	bool has = said != NULL && said->text[0] != '\0';

	return step_fail(t, has ? said->code : UD_EUTILITY,
	    has ? said->text : otherwise,
	    has && said->remedy[0] ? said->remedy : t->u->walk.why.remedy);
}

static bool
tries_left(const struct turn *t, const struct plan_step *ps)
{
	return t->u->walk.round_tries < (ps->step->tries > 0 ? ps->step->tries : TRIES);
}

/* The command was cut off, by us, by a crash, or by its own death. */
static bool
interrupted(struct turn *t, const struct plan_step *ps)
{
	if (!tries_left(t, ps))
		return said_fail(t, "its command was cut off again and again");
	switch (ps->step->on_interrupt) {
	case INTERRUPT_PROBE:
	case INTERRUPT_REDO:
		return step_again(t, again_after_ms(t->u), false);
	case INTERRUPT_CLEAN_UP:
		return step_again(t, again_after_ms(t->u), true);
	case INTERRUPT_ASK:
		break;
	}
	return step_fail(t, UD_EUTILITY,
	    "its command was cut off and its effect is not seen",
	    "look at the database; when it is safe to run the command again, retry");
}

static bool
refused_again(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;

	if (t->in->now_ms < u->walk.begun_ms + ps->limit_ms ||
	    (!pause_is_open(u) && t->in->now_ms < u->walk.begun_ms + AGAIN_TOTAL_MS))
		return step_again(t, again_after_ms(u), ps->step->clean_up != NULL);
	return said_fail(t, "refused again and again");
}

/* It did not become active, and so took no writes that only it would have; if it was the point of
 * no return, that was not reached. */
static void
swap_released(struct turn *t, const struct plan_step *ps)
{
	char key[NAME_MAX_BYTES + 16];

	str_printf(key, sizeof(key), NOTE_WROTE "%s", ps->member->name);
	settings_unset(&t->u->notes, key);
	t->u->notes_dirty = true;
	t->u->swap_held = false;
	if ((ps->row->flags & ROW_NO_RETURN) != 0)
		t->u->past_return = false;
	turn_changed(t, NULL);
}

/* The tool refused, and what it refused is not there. */
static bool
refused(struct turn *t, const struct plan_step *ps, enum verdict verdict)
{
	struct upgrade *u = t->u;
	const struct core_hand *h = turn_hand(t);
	bool held = (ps->row->flags & ROW_HOLDS_SWAP) != 0 && u->swap_held &&
	    h->outcome != NULL && h->outcome->ending == ENDING_EXITED;
	int64_t patience =
	    ps->step->patience_ms > PATIENCE_MS ? ps->step->patience_ms : PATIENCE_MS;

	if (verdict == VERDICT_DANGER && !held)
		return said_fail(t, "the tool reports a danger to the data");
	if ((verdict == VERDICT_AGAIN || ps->step->insists) && !held)
		return refused_again(t, ps);
	/* Nothing but its status tells of a hook: there is nothing to wait for. */
	if (ps->step->hook != HOOK_NONE && ps->step->looks == 0 && tries_left(t, ps))
		return step_again(t, HOOK_AGAIN_MS, false);
	/* A peer that was fenced just now may count as active for a moment more: asked again
	 * while the budget has room for the time that it takes to believe a refusal; the guards
	 * look again before. */
	if (held && pause_is_open(u) &&
	    t->in->now_ms + patience + AGAIN_HELD_MS < pause_deadline_ms(u, t->p))
		return step_again(t, AGAIN_HELD_MS, false);
	if (t->in->now_ms < u->walk.ended_ms + patience) {
		turn_wake(t, u->walk.ended_ms + patience);
		return false;
	}
	/* It answered no, and is seen not to be active: the swap can be taken back. */
	if (held &&
	    !observation_is_fresh(&t->in->seen[ps->member->index], LOOK_ROLE,
		u->walk.ended_ms + patience))
		return step_late(t, ps->limit_ms);
	if (held)
		swap_released(t, ps);
	if (verdict == VERDICT_AGAIN)
		return refused_again(t, ps);
	if (h->said != NULL && h->said->code == UD_EAUTH)
		return said_fail(t, "not permitted"); /* a person first, then retry */
	if (ps->step->clean_up != NULL && tries_left(t, ps))
		return step_again(t, again_after_ms(u), true);
	return said_fail(t, "the tool refused");
}

/* The command said that all is well; the effect is not seen yet. */
static bool
not_yet(struct turn *t, const struct plan_step *ps)
{
	struct upgrade *u = t->u;
	int64_t patience = ps->step->patience_ms;

	if (u->walk.performed_ms == 0 || patience == 0)
		return step_late(t, ps->limit_ms);
	if (t->in->now_ms >= u->walk.begun_ms + ps->limit_ms)
		return step_late(t, ps->limit_ms);
	if (t->in->now_ms < u->walk.ended_ms + patience) {
		turn_wake(t, u->walk.ended_ms + patience);
		return false;
	}
	if (tries_left(t, ps))
		return step_again(t, 0, ps->step->clean_up != NULL);
	return step_fail(t, UD_EUTILITY,
	    "its command reports success, but the effect is not seen", u->walk.why.remedy);
}

bool
step_not_done(struct turn *t, const struct plan_step *ps)
{
	const struct core_hand *h = turn_hand(t);
	const struct outcome *o = t->u->walk.performed_ms > 0 ? h->outcome : NULL;

	if (o != NULL && o->ending != ENDING_EXITED)
		return interrupted(t, ps);
	if (o != NULL && h->verdict != VERDICT_OK)
		return refused(t, ps, h->verdict);
	return not_yet(t, ps);
}
