/* Steps of one command and one fact that shows its end. */
#include "config.h"

#include <strings.h>

#include "daemon/engine/timesten/steps/common.h"

/* ---- policies: "always" would start an agent, or load a database, behind our back ---- */

static void
rep_policy_manual_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	(void)s;
	tt_admin_rep_policy(ret, ps->member, ps->installation, "manual");
}

static enum probe
policy_probe(const char *policy, const char *unwanted, struct why *w)
{
	why_needed(w, "policy manual");
	why_seen(w, "policy %s", policy[0] != '\0' ? policy : "unknown");
	if (policy[0] == '\0')
		return PROBE_NOT_NEEDED;
	return strcasecmp(policy, unwanted) == 0 ? PROBE_TO_DO : PROBE_NOT_NEEDED;
}

static enum probe
rep_policy_manual_probe(const struct scene *s, const struct plan_step *ps,
    struct why *w)
{
	enum probe p = policy_probe(step_inst(s, ps)->replication_policy, "always", w);

	return p == PROBE_NOT_NEEDED && s->outcome != NULL ? PROBE_DONE : p;
}

const struct step tt_rep_policy_manual = {
	.id = "rep-policy-manual",
	.title = "set the replication policy of %s to manual, if it is always",
	.effect = "ttAdmin -query shows manual",
	.build = rep_policy_manual_build,
	.probe = rep_policy_manual_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_POLICY,
	.patience_ms = 5000,
};

static void
rep_policy_restore_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	const char *was = step_note(s, TT_NOTE_REP_POLICY, ps->member);

	tt_admin_rep_policy(ret, ps->member, ps->installation,
	    was != NULL ? was : "always");
}

/* What was not "always" needs no restoring: a new database has the policy manual. */
static enum probe
restore_probe(const char *was, const char *is, const char *fallback, bool tried,
    struct why *w)
{
	why_needed(w, "policy %s", was != NULL ? was : fallback);
	why_seen(w, "policy %s", is[0] != '\0' ? is : "unknown");
	if (was == NULL || was[0] == '\0')
		return PROBE_NOT_NEEDED;
	if (strcasecmp(is, was) == 0 ||
	    (is[0] == '\0' && strcasecmp(was, fallback) == 0))
		return tried ? PROBE_DONE : PROBE_NOT_NEEDED;
	return PROBE_TO_DO;
}

static bool
rep_policy_restore_needed(const struct scene *s, const struct plan_step *ps)
{
	return step_note(s, TT_NOTE_REP_POLICY, ps->member) != NULL;
}

static enum probe
rep_policy_restore_probe(const struct scene *s, const struct plan_step *ps,
    struct why *w)
{
	return restore_probe(step_note(s, TT_NOTE_REP_POLICY, ps->member),
	    step_inst(s, ps)->replication_policy, "manual", s->outcome != NULL, w);
}

const struct step tt_rep_policy_restore = {
	.id = "rep-policy-restore",
	.title = "set the replication policy of %s back, if it was changed",
	.effect = "ttAdmin -query shows the former policy",
	.build = rep_policy_restore_build,
	.needed = rep_policy_restore_needed,
	.probe = rep_policy_restore_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_POLICY,
	.patience_ms = 5000,
};

/* Under inUse a database leaves by itself, but after its grace period only, and comes back with whoever
 * connects: what is destroyed next may do so, what is opened by another release must not.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Unloading a database", 4. */
static void
ram_policy_manual_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	(void)s;
	tt_admin_ram_policy(ret, ps->member, ps->installation, "manual", -1);
}

static enum probe
ram_policy_manual_probe(const struct scene *s, const struct plan_step *ps,
    struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);
	const char *unwanted = step_ram_is_held(s, ps) && !step_is_by_hand(in->ram_policy)
	    ? in->ram_policy
	    : "always";
	enum probe p = policy_probe(in->ram_policy, unwanted, w);

	if (in->exists == FACT_NO)
		return PROBE_NOT_NEEDED;
	return p == PROBE_NOT_NEEDED && s->outcome != NULL ? PROBE_DONE : p;
}

#define RAM_POLICY_MANUAL                                                          \
	.effect = "ttAdmin -query shows manual", .build = ram_policy_manual_build, \
	.probe = ram_policy_manual_probe, .on_interrupt = INTERRUPT_REDO,          \
	.looks = LOOK_INSTANCE | LOOK_POLICY, .patience_ms = 5000

const struct step tt_ram_policy_manual = {
	.id = "ram-policy-manual",
	.title = "set the RAM policy of %s to manual",
	RAM_POLICY_MANUAL,
};

const struct step tt_ram_policy_manual_if_stale = {
	.id = "ram-policy-manual-stale",
	.title = "set the RAM policy of %s to manual, if the log for it is gone",
	.needed = step_hold_lost,
	RAM_POLICY_MANUAL,
};

const struct step tt_ram_policy_manual_if_late = {
	.id = "ram-policy-manual-late",
	.title = "set the RAM policy of %s to manual, if it did not follow again",
	.needed = step_not_rejoined,
	RAM_POLICY_MANUAL,
};

const struct step tt_ram_policy_manual_back = {
	.id = "ram-policy-manual-back",
	.title = "set the RAM policy of %s to manual, if its release was replaced",
	.needed = step_was_replaced,
	RAM_POLICY_MANUAL,
};

static void
ram_policy_restore_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	int grace;
	const char *policy = step_ram_policy(s, ps, &grace);

	tt_admin_ram_policy(ret, ps->member, ps->installation, policy, grace);
}

static enum probe
ram_policy_restore_probe(const struct scene *s, const struct plan_step *ps,
    struct why *w)
{
	const char *is = step_inst(s, ps)->ram_policy;
	int grace;
	const char *policy = step_ram_policy(s, ps, &grace);
	enum probe p = restore_probe(policy, is, "inUse", s->outcome != NULL, w);

	if (grace > 0)
		why_needed(w, "policy %s, with a grace period of %d s", policy, grace);
	if (p != PROBE_TO_DO && is[0] != '\0' && !step_has_ram_policy(s, ps, policy, grace))
		return PROBE_TO_DO;
	return p;
}

const struct step tt_ram_policy_restore = {
	.id = "ram-policy-restore",
	.title = "set the RAM policy that %s keeps",
	.effect = "ttAdmin -query shows that policy",
	.build = ram_policy_restore_build,
	.needed = step_ram_policy_needed,
	.probe = ram_policy_restore_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_POLICY,
	.patience_ms = 5000,
};

/* ---- the replication agent ---- */

static void
rep_stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_admin_rep_stop(ret, ps->member, ps->installation);
}

static enum probe
rep_stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "no replication agent");
	why_remedy(w, "tterrors.log of the instance says why an agent does not end");
	if (in->exists == FACT_NO)
		return PROBE_NOT_NEEDED;
	if (in->daemon_up == FACT_NO) {
		why_seen(w, "the main daemon is down");
		why_remedy(w, "start it: ttDaemonAdmin -start");
		return PROBE_UNKNOWN;
	}
	switch (in->replication_agent) {
	case AGENT_STOPPED:
		return PROBE_DONE;
	case AGENT_RUNNING:
		why_seen(w, "the agent has its connections still");
		return PROBE_TO_DO;
	case AGENT_UNKNOWN:
		break;
	}
	why_seen(w, "not known%s%s", step_seen(s, ps->member)->error[0] ? ": " : "",
	    step_seen(s, ps->member)->error);
	return PROBE_UNKNOWN;
}

/* Source: utilities guide, ttAdmin -repStop; an agent may take minutes to end. */
#define REP_STOP                                                                  \
	.effect = "ttStatus shows no replication agent", .build = rep_stop_build, \
	.probe = rep_stop_probe, .on_interrupt = INTERRUPT_REDO,                  \
	.looks = LOOK_INSTANCE, .patience_ms = 35000, .tries = 8

const struct step tt_rep_stop = {
	.id = "rep-stop",
	.title = "stop the replication agent of %s",
	REP_STOP,
};

const struct step tt_rep_stop_if_late = {
	.id = "rep-stop-late",
	.title = "stop the replication agent of %s, if it did not follow again",
	.needed = step_not_rejoined,
	REP_STOP,
};

const struct step tt_rep_stop_back = {
	.id = "rep-stop-back",
	.title = "stop the replication agent of %s, if its release was replaced",
	.needed = step_was_replaced,
	REP_STOP,
};

static void
rep_stop_ask_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	tt_session(ret, ps->member, step_home(s, ps, ps->member), "call ttRepStop");
	ret->limit_ms = 4000;
}

static enum probe
rep_stop_ask_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "the request accepted");
	why_seen(w, s->outcome != NULL ? "refused" : "not asked yet");
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
							      : PROBE_TO_DO;
}

/* ttRepStop returns before the agent ended. In the write pause that is what is wanted: the
 * fence makes the database safe, and the end of the agent is awaited after the pause. */
const struct step tt_rep_stop_ask = {
	.id = "rep-stop-ask",
	.title = "ask the replication agent of %s to stop",
	.effect = "the request is accepted; its end is awaited after the pause",
	.build = rep_stop_ask_build,
	.probe = rep_stop_ask_probe,
	.on_interrupt = INTERRUPT_REDO,
	.tries = 20,
	.insists = true,
};

static void
rep_start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_admin_rep_start(ret, ps->member, ps->installation);
}

static enum probe
rep_start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "a running replication agent");
	why_remedy(w, "tterrors.log of the instance says why an agent does not start");
	if (in->replication_agent == AGENT_RUNNING)
		return PROBE_DONE;
	if (in->daemon_up == FACT_UNKNOWN) {
		why_seen(w, "not known%s%s",
		    step_seen(s, ps->member)->error[0] ? ": " : "",
		    step_seen(s, ps->member)->error);
		return PROBE_UNKNOWN;
	}
	why_seen(w, in->daemon_up == FACT_NO ? "the main daemon is down" : "no agent");
	return PROBE_TO_DO;
}

const struct step tt_rep_start = {
	.id = "rep-start",
	.title = "start the replication agent of %s",
	.effect = "ttStatus shows the replication agent",
	.build = rep_start_build,
	.probe = rep_start_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 20000,
	.tries = 8,
};

static bool
had_rep_agent(const struct scene *s, const struct plan_step *ps)
{
	return step_note(s, TT_NOTE_REP, ps->member) != NULL;
}

const struct step tt_rep_start_again = {
	.id = "rep-start-again",
	.title = "start the replication agent of %s, if it ran before",
	.effect = "ttStatus shows the replication agent",
	.build = rep_start_build,
	.needed = had_rep_agent,
	.probe = rep_start_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 20000,
	.tries = 8,
};

/* ---- memory ---- */

/* What a plan tells of a policy that is inUse today: an earlier step of it sets manual. */
static bool
will_be_held(const struct scene *s, const struct plan_step *ps)
{
	const struct plan_steps *steps = &s->plan->lists[LIST_FORWARD];

	if (s->upgrade != NULL)
		return false;
	for (int i = 0; i < steps->count; i++)
		if (steps->items[i].step == &tt_ram_hold &&
		    steps->items[i].member == ps->member &&
		    steps->items[i].installation == ps->installation)
			return true;
	return step_ram_is_held(s, ps);
}

/* A database with the policy inUse leaves by itself with its last connection. When the
 * policy was not seen the tool is asked: it refuses unless the policy is manual. An agent
 * that was only starting when it was to be stopped is stopped now. */
static void
unload_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct installation_seen *in = step_inst(s, ps);
	bool late = s->upgrade != NULL && in->replication_agent == AGENT_RUNNING;

	if (late)
		tt_admin_rep_stop(ret, ps->member, ps->installation);
	if (late || (strcasecmp(in->ram_policy, "inUse") == 0 && !will_be_held(s, ps)))
		return;
	tt_admin_ram_unload(ret, ps->member, ps->installation);
}

static enum probe
unload_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);
	char holders[HOLDERS_TEXT];

	why_needed(w, "not loaded");
	why_remedy(w, "ttStatus lists who is connected: disconnect them");
	if (in->exists == FACT_NO)
		return PROBE_NOT_NEEDED;
	if (in->loaded == FACT_NO && in->changing != FACT_YES)
		return PROBE_DONE;
	if (in->loaded == FACT_UNKNOWN) {
		why_seen(w, "not known%s%s",
		    step_seen(s, ps->member)->error[0] ? ": " : "",
		    step_seen(s, ps->member)->error);
		return PROBE_UNKNOWN;
	}
	if (in->changing == FACT_YES)
		why_seen(w, "being unloaded");
	else
		why_seen(w, "loaded, %d connection%s%s", in->connections,
		    in->connections == 1 ? "" : "s", step_holders(s, ps, holders));
	return PROBE_TO_DO;
}

/* The installation does not know the database yet, and another one unloaded it by hand. Whether
 * the policy belongs to the database, or to the instance that serves it, no document says: in the
 * one case nobody can connect before it is loaded (707), in the other -ramLoad is refused. */
static bool
comes_by_hand(const struct scene *s, const struct plan_step *ps)
{
	const char *path = tt_path(ps->member, ps->installation);

	if (step_inst(s, ps)->exists != FACT_NO)
		return false;
	for (int i = 0; i < member_installation_count(ps->member); i++) {
		const struct installation_seen *in = &step_seen(s, ps->member)->inst[i];
		const char *other = tt_path(ps->member, i);

		if (i != ps->installation && in->exists == FACT_YES &&
		    in->loaded == FACT_NO && step_is_by_hand(in->ram_policy) &&
		    (path == NULL || other == NULL || str_equal(path, other)))
			return true;
	}
	return false;
}

/* An agent is not started for a database with the policy manual that is not loaded (707). A tool
 * that takes the first of two options only is told the second one by the next attempt. */
static void
ram_load_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (s->outcome == NULL && comes_by_hand(s, ps))
		tt_admin_ram_policy_load(ret, ps->member, ps->installation, "manual");
	else
		tt_admin_ram_load(ret, ps->member, ps->installation);
}

static enum probe
ram_load_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "loaded");
	why_seen(w, "loaded: %s", fact_name(in->loaded));
	if (comes_by_hand(s, ps))
		return PROBE_TO_DO;
	if (in->exists == FACT_NO || in->loaded == FACT_YES ||
	    !step_is_by_hand(in->ram_policy))
		return in->exists == FACT_UNKNOWN ? PROBE_UNKNOWN
		    : s->outcome != NULL          ? PROBE_DONE
						  : PROBE_NOT_NEEDED;
	return in->loaded == FACT_NO ? PROBE_TO_DO : PROBE_UNKNOWN;
}

const struct step tt_ram_load = {
	.id = "ram-load",
	.title = "load %s into memory, if nothing else does",
	.effect = "ttStatus shows it loaded",
	.build = ram_load_build,
	.probe = ram_load_probe,
	.on_interrupt = INTERRUPT_REDO,
	.varies = true,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
};

#define UNLOAD                                                                         \
	.effect = "ttStatus shows it not loaded", .build = unload_build,               \
	.probe = unload_probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_INSTANCE, \
	.patience_ms = 5000, .tries = 1000, .insists = true

const struct step tt_unload = {
	.id = "unload",
	.title = "unload %s from memory",
	UNLOAD,
};

const struct step tt_unload_if_stale = {
	.id = "unload-stale",
	.title = "unload %s from memory, if the log for it is gone",
	.needed = step_hold_lost,
	UNLOAD,
};

const struct step tt_unload_if_late = {
	.id = "unload-late",
	.title = "unload %s from memory, if it did not follow again",
	.needed = step_not_rejoined,
	UNLOAD,
};

const struct step tt_unload_back = {
	.id = "unload-back",
	.title = "unload %s from memory, if its release was replaced",
	.needed = step_was_replaced,
	UNLOAD,
};

/* ---- the main daemon ---- */

#define FORCE_FROM 3 /* which attempt */

/* A daemon that died left the file with its process id behind, and -start is refused while that
 * is there. ttStatus says right before each attempt that nobody answers; an attempt that was
 * only slow shows by the next look. */
static void
daemon_start_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	tt_daemon_admin_start(ret, ps->member, ps->installation,
	    s->upgrade != NULL && s->upgrade->walk.round_tries >= FORCE_FROM);
}

static enum probe
daemon_start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "the main daemon answers");
	why_seen(w, in->daemon_up == FACT_NO ? "it does not answer" : "not known");
	why_remedy(w, "start it by hand: ttDaemonAdmin -start; -force -start when a file with the "
		      "process id of a daemon that died is in the way");
	if (in->daemon_up == FACT_YES)
		return PROBE_DONE;
	return in->daemon_up == FACT_NO ? PROBE_TO_DO : PROBE_UNKNOWN;
}

const struct step tt_daemon_start = {
	.id = "daemon-start",
	.title = "start the main daemon for %s",
	.effect = "ttStatus answers",
	.build = daemon_start_build,
	.probe = daemon_start_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 15000,
	.tries = 5,
	.insists = true,
};
