/*
 * The cache agent: stopped where the database is worked on, and started again where it ran
 * before. Databases without one skip all of it.
 *
 * Source: TimesTen Reference, ttAdmin -cacheStart, -cacheStop, -cachePolicy; Installation
 * guide 11.2.1, chapter 2, active standby pairs with cache groups.
 */
#include "config.h"

#include <string.h>

#include "daemon/engine/timesten/steps/common.h"

static bool
had_cache_agent(const struct scene *s, const struct plan_step *ps)
{
	return step_note(s, TT_NOTE_CACHE, ps->member) != NULL;
}

static bool
had_cache_policy(const struct scene *s, const struct plan_step *ps)
{
	return step_note(s, TT_NOTE_CACHE_POLICY, ps->member) != NULL;
}

/* ---- its policy: "always" would start it behind our back ---- */

static void
policy_manual_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	(void)s;
	tt_admin_cache_policy(ret, ps->member, ps->installation, "manual");
}

static enum probe
policy_is(const struct scene *s, const struct plan_step *ps, const char *wanted,
    struct why *w)
{
	const char *is = step_inst(s, ps)->cache_policy;

	why_needed(w, "cache policy %s", wanted);
	why_seen(w, "cache policy %s", is[0] != '\0' ? is : "unknown");
	if (is[0] == '\0')
		return PROBE_UNKNOWN;
	return str_equal_nocase(is, wanted) ? PROBE_DONE : PROBE_TO_DO;
}

static enum probe
policy_manual_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return policy_is(s, ps, "manual", w);
}

const struct step tt_cache_policy_manual = {
	.id = "cache-policy-manual",
	.title = "set the cache policy of %s to manual, if it is another",
	.effect = "ttAdmin -query shows manual",
	.build = policy_manual_build,
	.needed = had_cache_policy,
	.probe = policy_manual_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
};

static void
policy_restore_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	const char *was = step_note(s, TT_NOTE_CACHE_POLICY, ps->member);

	tt_admin_cache_policy(ret, ps->member, ps->installation,
	    was != NULL ? was : "always");
}

static enum probe
policy_restore_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return policy_is(s, ps, step_note(s, TT_NOTE_CACHE_POLICY, ps->member), w);
}

const struct step tt_cache_policy_restore = {
	.id = "cache-policy-restore",
	.title = "set the cache policy of %s back, if it was changed",
	.effect = "ttAdmin -query shows the former policy",
	.build = policy_restore_build,
	.needed = had_cache_policy,
	.probe = policy_restore_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
};

/* ---- the agent ---- */

static enum probe
agent_is(const struct scene *s, const struct plan_step *ps, enum agent_state wanted,
    struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w,
	    wanted == AGENT_RUNNING ? "a running cache agent" : "no cache agent");
	why_remedy(w, "tterrors.log of the instance says what the cache agent does");
	why_seen(w,
	    in->cache_agent == AGENT_RUNNING       ? "it runs"
		: in->cache_agent == AGENT_STOPPED ? "none"
						   : "not known");
	if (in->cache_agent == AGENT_UNKNOWN)
		return PROBE_UNKNOWN;
	return in->cache_agent == wanted ? PROBE_DONE : PROBE_TO_DO;
}

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_admin_cache_stop(ret, ps->member, ps->installation);
}

static enum probe
stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return agent_is(s, ps, AGENT_STOPPED, w);
}

const struct step tt_cache_stop = {
	.id = "cache-stop",
	.title = "stop the cache agent of %s, if it runs",
	.effect = "ttStatus shows no cache agent",
	.build = stop_build,
	.needed = had_cache_agent,
	.probe = stop_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 35000,
	.tries = 8,
};

static bool
had_agent_and_is_late(const struct scene *s, const struct plan_step *ps)
{
	return had_cache_agent(s, ps) && step_not_rejoined(s, ps);
}

const struct step tt_cache_stop_if_late = {
	.id = "cache-stop-late",
	.title = "stop the cache agent of %s, if it did not follow again",
	.effect = "ttStatus shows no cache agent",
	.build = stop_build,
	.needed = had_agent_and_is_late,
	.probe = stop_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 35000,
	.tries = 8,
};

static void
start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_admin_cache_start(ret, ps->member, ps->installation);
}

static enum probe
start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return agent_is(s, ps, AGENT_RUNNING, w);
}

const struct step tt_cache_start = {
	.id = "cache-start",
	.title = "start the cache agent of %s, if it ran",
	.effect = "ttStatus shows the cache agent",
	.build = start_build,
	.needed = had_cache_agent,
	.probe = start_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 20000,
	.tries = 8,
};

/* ---- autorefresh ---- */

bool
step_has_cache_groups(const struct scene *s, const struct member *m)
{
	const char *n = step_note(s, TT_NOTE_GROUPS, m);

	if (n == NULL && s->upgrade == NULL && s->seen != NULL)
		n = settings_get(&step_seen(s, m)->details, "cache_groups");
	return n != NULL && !str_equal(n, "0");
}

const char *
step_next_group(const struct scene *s, size_t *at, const char **ret_was)
{
	const struct settings *notes = &s->upgrade->notes;

	for (; *at < notes->count; ++*at) {
		if (!str_starts(notes->items[*at].key, TT_NOTE_REFRESH))
			continue;
		*ret_was = notes->items[*at].value;
		return notes->items[(*at)++].key + strlen(TT_NOTE_REFRESH);
	}
	return NULL;
}

/* The next one whose autorefresh was on. */
static const char *
next_refreshed(const struct scene *s, size_t *at)
{
	const char *group, *was;

	while ((group = step_next_group(s, at, &was)) != NULL)
		if (str_equal(was, "on"))
			return group;
	return NULL;
}

static bool
refresh_needed(const struct scene *s, const struct plan_step *ps)
{
	size_t at = 0;

	(void)ps;
	return next_refreshed(s, &at) != NULL;
}

static void
refresh_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *group;
	size_t at = 0;

	if (s->upgrade == NULL) {
		tt_session(ret, ps->member, ps->installation,
		    "ALTER CACHE GROUP <each whose autorefresh is on> SET AUTOREFRESH STATE "
		    "ON");
		return;
	}
	while ((group = next_refreshed(s, &at)) != NULL)
		tt_session(ret, ps->member, ps->installation,
		    "ALTER CACHE GROUP %s SET AUTOREFRESH STATE ON", group);
	ret->limit_ms = 60000;
}

static enum probe
refresh_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct settings *d = &step_seen(s, ps->member)->details;
	const char *group, *is;
	char key[192];
	size_t at = 0;

	while ((group = next_refreshed(s, &at)) != NULL) {
		str_printf(key, sizeof(key), "cachegroup.%s.autorefresh", group);
		is = settings_get(d, key);
		if (str_equal(is, "on"))
			continue;
		why_needed(w, "autorefresh of %.80s on", group);
		why_seen(w, "%s", is != NULL ? is : "no such cache group");
		why_remedy(w,
		    "ALTER CACHE GROUP ... SET AUTOREFRESH STATE ON by hand, then "
		    "retry");
		return PROBE_TO_DO;
	}
	return PROBE_DONE;
}

/* Source: Installation guide 11.2.1, chapter 2: after ttMigrate autorefresh is off outside of
 * an active standby pair, whatever it was before. */
const struct step tt_refresh_on = {
	.id = "refresh-on",
	.title = "turn on autorefresh of the cache groups of %s that had it",
	.effect = "SYS.CACHE_GROUP says so",
	.build = refresh_build,
	.needed = refresh_needed,
	.probe = refresh_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
	.tries = 5,
};
