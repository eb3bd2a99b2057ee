/*
 * Applications stand still and go on: hooks of the site.
 *
 * A hook that ended with 0 is believed no further than this: the drain reads the log
 * position, the fence makes writes impossible, and the proof after it sees that nothing
 * was committed in between.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/model/plan.h"
#include "daemon/model/upgrade.h"

static void
hook_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct str_list *hook = &s->plan->pair->hooks[ps->step->hook];

	if (hook->count == 0)
		return; /* a person did it before the gate was approved */
	ret->kind = COMMAND_HOOK;
	ret->member = ps->member;
	str_list_copy(&ret->argv, hook);
}

static enum probe
hook_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "%s with exit status 0", hook_name(ps->step->hook));
	if (s->outcome == NULL) {
		why_seen(w, SEEN_NOT_RUN);
		return PROBE_TO_DO;
	}
	why_seen(w, "%s %d", ending_name(s->outcome->ending), s->outcome->status);
	why_remedy(w, "run the hook by hand to see what it says, mend it, then retry");
	return s->verdict == VERDICT_OK ? PROBE_DONE : PROBE_TO_DO;
}

const struct step site_apps_pause = {
	.id = "apps-pause",
	.title = "pause the applications that write to %s",
	.effect = "the hook ends with 0, and the log position stands still",
	.build = hook_build,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO, /* run again it must still be right */
	.hook = HOOK_PAUSE_WRITES,
	.may_cancel = true,
	.tries = 2,
};

static bool
has_hook(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->pair->hooks[ps->step->hook].count > 0;
}

const struct step site_apps_pause_if_hooked = {
	.id = "apps-pause",
	.title = "pause the applications that write to %s, if the site has a hook for it",
	.effect = "the hook ends with 0",
	.build = hook_build,
	.needed = has_hook,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_PAUSE_WRITES,
	.hook_optional = true,
	.may_cancel = true,
	.tries = 2,
};

const struct step site_apps_resume = {
	.id = "apps-resume",
	.title = "let the applications write to %s",
	.effect = "the hook ends with 0",
	.build = hook_build,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_RESUME_WRITES,
	.tries = 5,
};

const struct step site_apps_resume_if_hooked = {
	.id = "apps-resume",
	.title = "let the applications write to %s, if the site has a hook for it",
	.effect = "the hook ends with 0",
	.build = hook_build,
	.needed = has_hook,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_RESUME_WRITES,
	.hook_optional = true,
	.tries = 5,
};

/* ---- applications that are at both masters ---- */

/* Were applications at this member when the upgrade began? */
static bool
had_apps(const struct scene *s, const struct member *m)
{
	char key[NAME_MAX_BYTES + 8];

	str_printf(key, sizeof(key), "apps.%s", m->name);
	return settings_get(&s->upgrade->notes, key) != NULL;
}

static bool
leave_needed(const struct scene *s, const struct plan_step *ps)
{
	return has_hook(s, ps) && had_apps(s, ps->member);
}

static bool
join_needed(const struct scene *s, const struct plan_step *ps)
{
	return has_hook(s, ps) && had_apps(s, ps->peer);
}

const struct step site_apps_leave = {
	.id = "apps-leave",
	.title = "pause the applications that write to %s, if there are any",
	.effect = "the hook ends with 0",
	.build = hook_build,
	.needed = leave_needed,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_PAUSE_WRITES,
	.hook_optional = true,
	.may_cancel = true,
	.tries = 2,
};

const struct step site_apps_join = {
	.id = "apps-join",
	.title = "let the applications that paused go on at %s, if there are any",
	.effect = "the hook ends with 0",
	.build = hook_build,
	.needed = join_needed,
	.probe = hook_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_RESUME_WRITES,
	.hook_optional = true,
	.tries = 5,
};
