/*
 * Roles: a master follows, a master takes over, every member is in its place.
 *
 * Source: TimesTen Reference, ttRepStateGet, ttRepStateSet; Replication guide, roles of an
 * active standby pair.
 */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/steps/common.h"

#define SETTLE_MS 90000 /* FAILED and a missing agent may be shown that long at first */

/* The active keeps no log for it any more (FAILTHRESHOLD): what it lacks never comes. Of a pair
 * nobody else sets these states. NULL: no active says so. */
static const struct member *
gave_it_up(const struct scene *s, const struct plan_step *ps)
{
	const struct pair *p = s->plan->pair;

	for (size_t i = 0; i < p->member_count; i++) {
		const struct peer_seen *peer =
		    observation_peer(&s->seen[i], step_scheme_store(s, ps->member));

		if (s->seen[i].role == ROLE_ACTIVE && peer != NULL &&
		    (str_equal_nocase(peer->state, "failed") ||
			str_equal_nocase(peer->state, "stop")))
			return &p->members[i];
	}
	return NULL;
}

/* Inside one major release it can be made anew where it stands; across two only by an abort. */
static void
tell_how_to_make_anew(const struct scene *s, const struct plan_step *ps,
    const struct member *active, struct why *w)
{
	if (active != NULL && release_same_major(&s->plan->from, &s->plan->to))
		why_remedy(w,
		    "make %s anew, in the release that it has now: ttDestroy, ttRepAdmin -duplicate "
		    "-from %s -setMasterRepStart, start its agent, then retry; FAILTHRESHOLD is what "
		    "%s gave it up for",
		    ps->member->name, step_scheme_store(s, active), active->name);
	else
		why_remedy(w,
		    "the log that it needs is gone; it cannot catch up: abort makes "
		    "it anew in the old release, then start again");
}

static enum probe
standby_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const struct installation_seen *in = step_inst(s, ps);
	const struct member *active;
	bool settled = s->now_ms > s->upgrade->walk.begun_ms + SETTLE_MS;

	why_needed(w, "standby");
	if (o->role == ROLE_STANDBY)
		return PROBE_DONE;
	if (o->role == ROLE_UNKNOWN)
		why_seen(w, "role not known%s%s", o->error[0] ? ": " : "", o->error);
	else if (o->lag_bytes >= 0)
		why_seen(w, "%s, %lld bytes behind", role_name(o->role),
		    (long long)o->lag_bytes);
	else
		why_seen(w, "%s", role_name(o->role));
	active = o->role == ROLE_IDLE || o->role == ROLE_FAILED ? gave_it_up(s, ps) : NULL;
	if (active != NULL && settled)
		why_seen(w, "%s, and %s keeps no log for it any more", role_name(o->role),
		    active->name);
	if ((o->role == ROLE_FAILED || active != NULL) && settled) {
		tell_how_to_make_anew(s, ps, active, w);
		return PROBE_IMPOSSIBLE;
	}
	if (in->replication_agent == AGENT_STOPPED && settled) {
		why_seen(w, "%s, and its replication agent does not run",
		    role_name(o->role));
		why_remedy(w,
		    "tterrors.log of the instance says why the agent ended; start it, "
		    "then retry");
		return PROBE_IMPOSSIBLE;
	}
	return PROBE_TO_DO;
}

const struct step tt_see_standby = {
	.id = "see-standby",
	.title = "see %s catch up and become standby",
	.effect = "ttRepStateGet says STANDBY",
	.probe = standby_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE | LOOK_INSTANCE,
};

/* Somebody made the active of before active again, and its standby follows it. */
static bool
is_swapped_back(const struct scene *s, const struct plan_step *ps)
{
	const struct observation *own = step_seen(s, ps->member);

	return ps->peer != NULL && own->role == ROLE_ACTIVE && own->writable == FACT_YES &&
	    step_seen(s, ps->peer)->role == ROLE_STANDBY;
}

/* Abort, behind a swap: before the roles are swapped back. */
const struct step tt_see_standby_again = {
	.id = "see-standby-again",
	.title = "see %s catch up and become standby",
	.effect = "ttRepStateGet says STANDBY",
	.swapped = is_swapped_back,
	.probe = standby_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE | LOOK_INSTANCE,
	.looks_peer = LOOK_ROLE,
};

/* Abort: the database of before follows again, if the log for it was kept. */
static bool
rejoin_needed(const struct scene *s, const struct plan_step *ps)
{
	return !str_equal(step_note(s, TT_NOTE_HOLD, ps->member), "lost");
}

static void
rejoin_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	note_set(notes, TT_NOTE_REJOINED, ps->member, "yes");
}

const struct step tt_rejoin = {
	.id = "rejoin",
	.title = "see %s follow again, if it can",
	.effect = "ttRepStateGet says STANDBY; else it is made anew",
	.needed = rejoin_needed,
	.probe = standby_probe,
	.learn = rejoin_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE | LOOK_INSTANCE,
};

static void
activate_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_session(ret, ps->member, step_home(s, ps, ps->member),
	    "call ttRepStateSet('ACTIVE')");
	ret->limit_ms = step_successor_ms(s, ps, 10000);
}

static enum probe
activate_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	bool follows =
	    (ps->row->flags & ROW_NEEDS_PROOF) != 0; /* a standby takes over */

	why_needed(w, "active");
	why_seen(w, "%s%s%s", role_name(o->role), o->error[0] ? ": " : "", o->error);
	why_remedy(w,
	    "ttRepStateGet on both masters tells the roles; make one of them active "
	    "by hand if you must, then retry");
	if (o->role == ROLE_ACTIVE)
		return PROBE_DONE;
	/* It lost its place before it was asked: ttRepStateSet would be refused with 8141. */
	if (follows && !s->upgrade->swap_held &&
	    (o->role == ROLE_IDLE || o->role == ROLE_RECOVERING ||
		o->role == ROLE_FAILED))
		return PROBE_IMPOSSIBLE;
	return o->role == ROLE_UNKNOWN ? PROBE_UNKNOWN : PROBE_TO_DO;
}

/* The effect may show up to two seconds later; an answer that it was refused is believed
 * only when the role is not seen to change by then. */
const struct step tt_activate = {
	.id = "activate",
	.title = "make %s the active database",
	.effect = "ttRepStateGet says ACTIVE",
	.build = activate_build,
	.trusted = step_successor_is_trusted,
	.probe = activate_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
	.patience_ms = 3000,
	.tries = 4,
};

/* The activation was left to the guard of the other host, and not seen. */
static bool
was_left_to_the_guard(const struct scene *s, const struct plan_step *ps)
{
	const struct plan_steps *list = &s->plan->lists[ps->list];

	if (s->upgrade == NULL)
		return true;
	for (int i = ps->index - 1; i >= 0; i--)
		if (list->items[i].step == &tt_activate && list->items[i].member == ps->member)
			return s->upgrade->runs[ps->list][i].state == STEP_SKIPPED;
	return false;
}

const struct step tt_see_active = {
	.id = "see-active",
	.title = "see %s active, if it was left to the guard",
	.effect = "ttRepStateGet says ACTIVE",
	.build = activate_build,
	.needed = was_left_to_the_guard,
	.probe = activate_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
	.patience_ms = 3000,
	.tries = 4,
};

/* A fenced active whose agent ended and whose session was lost leaves memory, with the
 * policy inUse, and cannot be asked for its role: connecting to it loads it again. What is
 * not inUse was noted at the beginning. */
static void
again_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	bool manual =
	    step_is_by_hand(step_note(s, TT_NOTE_RAM_POLICY, ps->member));

	if (manual && step_inst(s, ps)->loaded == FACT_NO)
		tt_admin_ram_load(ret, ps->member, ps->installation);
	else
		tt_session(ret, ps->member, ps->installation,
		    "call ttRepStateSet('ACTIVE')");
	ret->limit_ms = 60000;
}

static enum probe
again_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct upgrade *u = s->upgrade;
	const struct installation_seen *in = step_inst(s, ps);
	int64_t since = u->walk.ended_ms > u->walk.entered_ms ? u->walk.ended_ms : u->walk.entered_ms;

	if (in->loaded == FACT_NO) {
		why_needed(w, "active");
		why_seen(w,
		    in->daemon_up == FACT_NO ? "the main daemon is down"
					     : "not loaded");
		why_remedy(w, "see that its main daemon runs, then retry");
		return in->exists == FACT_YES ? PROBE_TO_DO : PROBE_UNKNOWN;
	}
	if (observation_is_fresh(step_seen(s, ps->member), LOOK_ROLE, since))
		return activate_probe(s, ps, w);
	why_needed(w, "active");
	why_seen(w, "role not seen yet");
	return PROBE_UNKNOWN;
}

/* The guard of the member, or a person, made the other one active. */
static bool
is_swapped(const struct scene *s, const struct plan_step *ps)
{
	const struct observation *own = step_seen(s, ps->member), *other;
	int64_t since = s->upgrade->walk.entered_ms;

	if (ps->peer == NULL)
		return false;
	other = step_seen(s, ps->peer);
	/* Fenced, it may have left memory. */
	return (observation_is_fresh(own, LOOK_ROLE, since) ||
		   observation_is_fresh(own, LOOK_INSTANCE, since)) &&
	    own->role != ROLE_ACTIVE && own->writable == FACT_NO &&
	    observation_is_fresh(other, LOOK_ROLE, since) && other->role == ROLE_ACTIVE;
}

static bool
again_needed(const struct scene *s, const struct plan_step *ps)
{
	return !step_guard_is_trusted(s, ps) && !step_guard_was_silent(s, ps);
}

#define AGAIN                                                                          \
	.id = "activate-again", .title = "make %s the active database again",          \
	.effect = "ttRepStateGet says ACTIVE", .build = again_build,                   \
	.swapped = is_swapped, .probe = again_probe,                                   \
	.on_interrupt = INTERRUPT_PROBE, .looks = LOOK_INSTANCE,                       \
	.patience_ms = 3000, .tries = 20

const struct step tt_activate_again = { AGAIN };
const struct step tt_activate_first = { AGAIN, .needed = again_needed };

static bool
is_in_place(const struct scene *s, const struct member *m, const struct member *active,
    struct why *w)
{
	const struct observation *o = step_seen(s, m);
	const struct installation_seen *home = observation_home(o);
	enum role wanted = m->subscriber ? ROLE_SUBSCRIBER
	    : m == active                ? ROLE_ACTIVE
					 : ROLE_STANDBY;
	char release[RELEASE_TEXT];

	why_needed(w, "%s %s in release %s", m->name, role_name(wanted),
	    release_text(&s->plan->to, release));
	why_seen(w, "%s is %s in release %s", m->name, role_name(o->role),
	    home != NULL ? release_text(&home->release, release) : "unknown");
	return o->role == wanted && o->home == s->plan->new_installation[m->index];
}

/* A patch may be told to let the roles end as they began. */
static enum probe
patched_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	bool as_before = settings_is(&s->plan->options, "swap_back", "yes");
	const struct member *active = as_before ? s->plan->active : s->plan->standby;
	const struct pair *p = s->plan->pair;

	(void)ps;
	for (size_t i = 0; i < p->member_count; i++) {
		const struct installation_seen *home =
		    observation_home(step_seen(s, &p->members[i]));

		if (!is_in_place(s, &p->members[i], active, w) || home == NULL ||
		    release_compare(&home->release, &s->plan->to) != 0)
			return PROBE_TO_DO;
	}
	return PROBE_DONE;
}

const struct step tt_see_patched = {
	.id = "see-all",
	.title = "see every member of %s's pair in its place",
	.effect = "one active, one standby, all subscribers, all in the new release",
	.probe = patched_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_all = LOOK_BASIC | LOOK_RELEASE,
};

static enum probe
swapped_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct pair *p = s->plan->pair;

	(void)ps;
	for (size_t i = 0; i < p->member_count; i++)
		if (!is_in_place(s, &p->members[i], s->plan->standby, w))
			return PROBE_TO_DO;
	return PROBE_DONE;
}

const struct step tt_see_swapped = {
	.id = "see-all",
	.title = "see every member of %s's pair in its place",
	.effect = "one active, one standby, all subscribers, all in the new release",
	.probe = swapped_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_all = LOOK_BASIC,
};
