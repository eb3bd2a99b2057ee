/*
 * The active declares a master failed, and so feeds the subscribers itself.
 *
 * Whether the active goes on keeping the log for a master that it declared failed is not
 * documented: hold_kept looks. A live standby may clear the mark by catching up, so it is
 * set again after the standby's agent has ended.
 *
 * Source: TimesTen Reference, ttRepStateSave; Replication guide, "Recovering from a
 * failure of the standby"; Installation guide 11.2.1, chapter 2, steps 1 and 9.
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

static void
mark_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char store[NAME_MAX_BYTES * 2 + 3], host[NAME_MAX_BYTES * 2 + 3];

	tt_session(ret, ps->peer, step_home(s, ps, ps->peer),
	    "call ttRepStateSave('FAILED', %s, %s)",
	    tt_literal(step_scheme_store(s, ps->member), store, sizeof(store)),
	    tt_literal(step_scheme_host(s, ps->member), host, sizeof(host)));
	ret->limit_ms = 30000;
}

static enum probe
mark_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->peer);

	why_needed(w, "%s active, and the mark accepted", ps->peer->name);
	if (o->role != ROLE_ACTIVE) {
		why_seen(w, "%s is %s", ps->peer->name, role_name(o->role));
		return PROBE_UNKNOWN;
	}
	why_seen(w, s->outcome != NULL ? "refused" : "not marked yet");
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
							      : PROBE_TO_DO;
}

const struct step tt_mark_failed = {
	.id = "mark-failed",
	.title = "declare %s failed, so that the active feeds the subscribers",
	.effect = "ttRepStateSave is accepted by the active",
	.build = mark_build,
	.probe = mark_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_peer = LOOK_ROLE,
	.tries = 5,
};

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)s;
	(void)ps;
	(void)w;
	return PROBE_DONE;
}

static void
hold_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const struct observation *o = step_seen(s, ps->peer);
	const struct peer_seen *peer =
	    observation_peer(o, step_scheme_store(s, ps->member));
	const char *word = "unknown";

	if (peer != NULL && peer->held.set)
		word = "kept";
	else if (o->peers_seen != FACT_UNKNOWN &&
	    settings_is(&o->details, "holds_seen", "yes"))
		word = "lost";
	note_set(notes, TT_NOTE_HOLD, ps->member, word);
}

const struct step tt_hold_kept = {
	.id = "hold-kept",
	.title = "look whether the log for %s is kept",
	.effect =
	    "ttLogHolds of the active tells, if it can; gone: the standby is made anew",
	.probe = hold_probe,
	.learn = hold_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks_peer = LOOK_PEERS,
};
