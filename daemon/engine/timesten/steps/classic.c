/*
 * Two masters that send to each other: what one sends to the other is paused, stopped, reset
 * and started, and applications are seen to be on one side only.
 *
 * A change of state is metadata at once; the running transmitter notices later, up to ten
 * seconds as the chapter has it. So nothing sleeps: a paused flow is seen not to bring a row,
 * a started one to bring it.
 *
 * "Member" is the one that sends, "peer" the one that receives, but where it is said otherwise.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Online upgrade example"; TimesTen Reference,
 * ttRepAdmin -receiver; Replication guide, "Setting the replication state of subscribers".
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

#define QUIET_MS 3000 /* a row that did not come by then is held back */

/* ---- applications ---- */

static enum probe
alone_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const struct observation *peer = step_seen(s, ps->peer);

	why_needed(w, "no application at %s, applications at %s", ps->member->name,
	    ps->peer->name);
	why_seen(w, "%s is %s, %s is %s", ps->member->name, role_name(o->role),
	    ps->peer->name, role_name(peer->role));
	why_remedy(w,
	    "ttDataStoreStatus lists who is connected: disconnect them from %s, and let "
	    "them connect to %s",
	    ps->member->name, ps->peer->name);
	if (o->role == ROLE_STANDBY && peer->role == ROLE_ACTIVE)
		return PROBE_DONE;
	return o->role == ROLE_UNKNOWN || peer->role == ROLE_UNKNOWN ? PROBE_UNKNOWN
								     : PROBE_TO_DO;
}

const struct step tt_see_alone = {
	.id = "see-alone",
	.title = "see that no application is connected to %s",
	.effect = "ttDataStoreStatus lists none there, and some at the other master",
	.probe = alone_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.looks_peer = LOOK_ROLE,
};

static enum probe
nobody_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum role a = step_seen(s, ps->member)->role, b = step_seen(s, ps->peer)->role;

	why_needed(w, "no application at either master");
	why_seen(w, "%s is %s, %s is %s", ps->member->name, role_name(a),
	    ps->peer->name, role_name(b));
	why_remedy(w, "ttDataStoreStatus lists who is connected: disconnect them");
	if (a == ROLE_STANDBY && b == ROLE_STANDBY)
		return PROBE_DONE;
	return a == ROLE_UNKNOWN || b == ROLE_UNKNOWN ? PROBE_UNKNOWN : PROBE_TO_DO;
}

const struct step tt_see_nobody = {
	.id = "see-nobody",
	.title = "see that no application is connected to %s, nor to the other master",
	.effect = "ttDataStoreStatus lists none on either",
	.probe = nobody_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.looks_peer = LOOK_ROLE,
};

/* ---- the state of what is sent ---- */

static void
send_build(const struct scene *s, const struct plan_step *ps, const char *state,
    struct command *ret)
{
	tt_rep_admin_receiver(ret, ps->member, ps->installation,
	    step_scheme_store(s, ps->peer), step_scheme_host(s, ps->peer), state);
	ret->limit_ms = 60000;
}

static void
pause_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	send_build(s, ps, "pause", ret);
}

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	send_build(s, ps, "stop", ret);
}

static void
start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	send_build(s, ps, "start", ret);
}

static void
reset_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	send_build(s, ps, NULL, ret);
}

/* What the member says of its peer; where it does not tell, the tool's word counts. */
static enum probe
state_probe(const struct scene *s, const struct plan_step *ps, const char *wanted,
    struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const struct peer_seen *peer =
	    observation_peer(o, step_scheme_store(s, ps->peer));

	why_needed(w, "%s to %s: %s", ps->member->name, ps->peer->name, wanted);
	why_seen(w, "%s", peer != NULL && peer->state[0] ? peer->state : "not told");
	why_remedy(w, "see what ttRepAdmin printed: upgradectl log");
	if (peer != NULL && peer->state[0] != '\0')
		return str_equal_nocase(peer->state, wanted) ? PROBE_DONE : PROBE_TO_DO;
	if (s->outcome != NULL && s->verdict == VERDICT_OK &&
	    o->peers_seen == FACT_UNKNOWN)
		return PROBE_DONE;
	return PROBE_TO_DO;
}

static enum probe
pause_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return state_probe(s, ps, "pause", w);
}

static enum probe
stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return state_probe(s, ps, "stop", w);
}

static enum probe
start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return state_probe(s, ps, "start", w);
}

#define SEND                                                                           \
	.on_interrupt = INTERRUPT_REDO, .looks = LOOK_PEERS, .patience_ms = 15000, \
	.tries = 5

const struct step tt_send_pause = {
	.id = "send-pause",
	.title = "keep on %s what it would send to the other master",
	.effect = "ttReplicationStatus says pause",
	.build = pause_build,
	.probe = pause_probe,
	SEND,
};

const struct step tt_send_stop = {
	.id = "send-stop",
	.title = "let %s keep nothing for the other master",
	.effect = "ttReplicationStatus says stop",
	.build = stop_build,
	.probe = stop_probe,
	SEND,
};

/* What -reset leaves behind is gone when the state was set to stop and to start after it. */
static enum probe
stop_again_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe p = state_probe(s, ps, "stop", w);

	return s->outcome == NULL ? PROBE_TO_DO : p;
}

const struct step tt_send_stop_again = {
	.id = "send-stop-again",
	.title = "stop what %s sends to the other master once more",
	.effect = "ttReplicationStatus says stop",
	.build = stop_build,
	.probe = stop_again_probe,
	SEND,
};

const struct step tt_send_start = {
	.id = "send-start",
	.title = "let %s send to the other master",
	.effect = "ttReplicationStatus says start",
	.build = start_build,
	.probe = start_probe,
	SEND,
};

/* What was kept for the peer is sent; what was given up (FAILTHRESHOLD, a stop) never would be. */
static enum probe
on_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct peer_seen *peer = observation_peer(step_seen(s, ps->member),
	    step_scheme_store(s, ps->peer));
	enum probe p = state_probe(s, ps, "start", w);

	if (p == PROBE_DONE || peer == NULL || peer->state[0] == '\0' ||
	    str_equal_nocase(peer->state, "pause"))
		return p;
	why_needed(w, "pause: the log for %s kept", ps->peer->name);
	why_remedy(w,
	    "%s gave up what it kept for %s: abort makes that one anew as a copy; where "
	    "abort is refused, destroy it and make it anew with ttRepAdmin -duplicate "
	    "-setMasterRepStart, then retry",
	    ps->member->name, ps->peer->name);
	return PROBE_IMPOSSIBLE;
}

const struct step tt_send_on = {
	.id = "send-on",
	.title = "let %s send what it kept for the other master",
	.effect = "ttReplicationStatus says start, and said pause before",
	.build = start_build,
	.probe = on_probe,
	SEND,
};

/* Nothing but its word tells that a bookmark was cleared: a row that arrives does, later. */
static enum probe
reset_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "ttRepAdmin -reset with status 0");
	why_seen(w, s->outcome != NULL ? "refused" : SEEN_NOT_RUN);
	why_remedy(w, "see what ttRepAdmin printed: upgradectl log");
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
							      : PROBE_TO_DO;
}

/* ttMigrate numbers commits anew; what the peer knows of the old numbers is forgotten. Only
 * right when the peer has everything, which is proved before. */
const struct step tt_send_reset = {
	.id = "send-reset",
	.title = "forget what %s had sent to the other master under its old numbers",
	.effect = "ttRepAdmin -reset says so; a row that arrives proves it later",
	.build = reset_build,
	.probe = reset_probe,
	.on_interrupt = INTERRUPT_REDO,
	.tries = 5,
};

/* ---- nothing comes any more ---- */

/* A row is committed on the sender that must not arrive. */
static void
quiet_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (s->plan->pair->marker_table == NULL)
		return;
	step_write_marker(s, ps, ps->member, ret);
	ret->limit_ms = 10000;
}

static enum probe
quiet_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *peer = step_seen(s, ps->peer);
	char tag[64];

	step_tag(s, ps, tag, sizeof(tag));
	why_needed(w, "a row of %s that does not arrive at %s", ps->member->name,
	    ps->peer->name);
	if (s->outcome == NULL || s->verdict != VERDICT_OK) {
		why_seen(w, "not committed yet");
		return PROBE_TO_DO;
	}
	if (str_equal(peer->marker, tag)) {
		why_seen(w, "it arrived: the pause is not in force yet");
		return PROBE_TO_DO;
	}
	why_seen(w, "it did not arrive yet");
	return s->now_ms - s->upgrade->walk.ended_ms >= QUIET_MS ? PROBE_DONE : PROBE_UNKNOWN;
}

const struct step tt_see_quiet = {
	.id = "see-quiet",
	.title = "see that nothing comes from %s any more",
	.effect = "a row that is committed there does not arrive",
	.build = quiet_build,
	.probe = quiet_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.looks_peer = LOOK_MARKER,
	.patience_ms = 1000,
	.tries = 60,
};

/* ---- nothing is left behind ---- */

/* Of the member that was drained, its agent stopped: nobody committed since. */
static enum probe
left_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const char *drained = step_note(s, TT_NOTE_DRAINED, ps->member);
	struct position was;
	char now[POSITION_TEXT];

	why_needed(w, "no application, and log position %s as at the drain",
	    drained != NULL ? drained : "unknown");
	why_seen(w, "%s, log position %s", role_name(o->role),
	    position_text(&o->bookmark.written, now));
	why_remedy(w,
	    "somebody wrote to %s after it was drained: abort, disconnect him, and start "
	    "anew",
	    ps->member->name);
	if (o->role == ROLE_UNKNOWN || !o->bookmark.written.set)
		return PROBE_UNKNOWN;
	if (o->role == ROLE_STANDBY && drained != NULL &&
	    position_parse(drained, &was) &&
	    position_compare(&was, &o->bookmark.written) == 0)
		return PROBE_DONE;
	return PROBE_IMPOSSIBLE;
}

static void
left_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	settings_set(notes, TT_NOTE_PROOF, ps->member->name);
}

const struct step tt_prove_left = {
	.id = "prove-left",
	.title = "prove that %s has no commit that the other master does not have",
	.effect = "nobody is connected, and the log stands where the drain ended",
	.probe = left_probe,
	.learn = left_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
};

/* ---- the end ---- */

static enum probe
both_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct pair *p = s->plan->pair;
	int active = 0;
	char release[RELEASE_TEXT];

	(void)ps;
	for (size_t i = 0; i < p->member_count; i++) {
		const struct observation *o = step_seen(s, &p->members[i]);
		const struct peer_seen *peer = o->peer_count > 0 ? &o->peers[0] : NULL;

		why_needed(w, "%s in release %s, sending to the other master",
		    p->members[i].name, release_text(&s->plan->to, release));
		why_seen(w, "%s; it sends: %s", role_name(o->role),
		    peer != NULL && peer->state[0] ? peer->state : "not told");
		active += o->role == ROLE_ACTIVE;
		if (o->home != s->plan->new_installation[i] ||
		    (peer != NULL && peer->state[0] != '\0' &&
			!str_equal_nocase(peer->state, "start")))
			return PROBE_TO_DO;
	}
	why_needed(w, "applications at one master");
	why_seen(w, "at %d", active);
	return active > 0 ? PROBE_DONE : PROBE_TO_DO;
}

const struct step tt_see_both = {
	.id = "see-all",
	.title = "see both masters of %s's pair in the new release",
	.effect = "both replicate in the new release, and applications are connected",
	.probe = both_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_all = LOOK_BASIC,
};
