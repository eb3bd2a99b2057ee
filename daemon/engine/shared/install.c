/* The new release on the member's host: a hook puts it there, the tools say that it is. */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/model/plan.h"

static void
install_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct str_list *hook = &s->plan->pair->hooks[HOOK_INSTALL];

	if (hook->count == 0)
		return;
	ret->kind = COMMAND_HOOK;
	ret->member = ps->member;
	str_list_copy(&ret->argv, hook);
}

static enum probe
is_installed(const struct scene *s, const struct plan_step *ps,
    const struct release *wanted, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];
	char want[RELEASE_TEXT], has[RELEASE_TEXT];
	const struct release *r;

	release_text(wanted, want);
	why_needed(w, "release %s", want);
	if (ps->installation < 0) {
		why_seen(w, "no installation for it is configured");
		return PROBE_IMPOSSIBLE;
	}
	r = &o->inst[ps->installation].release;
	if (!release_is_set(r) && o->inst[ps->installation].release_untold) {
		why_seen(w, "its tools say their release only while the main daemon runs");
		why_remedy(w, "see that release %s is installed on %s, then retry", want,
		    ps->member->host->name);
		return s->outcome == NULL ? PROBE_TO_DO : PROBE_DONE;
	}
	if (!release_is_set(r)) {
		why_seen(w, "its tools do not say their release: %s", o->error);
		return s->outcome == NULL ? PROBE_TO_DO : PROBE_UNKNOWN;
	}
	why_seen(w, "release %s", release_text(r, has));
	why_remedy(w, "install release %s on %s, then retry", want,
	    ps->member->host->name);
	if (release_compare(r, wanted) == 0)
		return PROBE_DONE;
	if (s->plan->pair->hooks[HOOK_INSTALL].count == 0)
		return PROBE_IMPOSSIBLE;
	return PROBE_TO_DO;
}

static enum probe
install_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return is_installed(s, ps, &s->plan->to, w);
}

const struct step site_install = {
	.id = "install",
	.title = "install the new release for %s",
	.effect = "the tools of the new installation say the target release",
	.build = install_build,
	.probe = install_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_INSTALL,
	.looks = LOOK_RELEASE,
};

/* A release that is replaced where it is cannot be installed while it is in use. */
static bool
is_beside(const struct scene *s, const struct plan_step *ps)
{
	int i = ps->member->index;

	return s->plan->old_installation[i] != s->plan->new_installation[i];
}

const struct step site_install_beside = {
	.id = "install-beside",
	.title = "install the new release for %s, if it has a place of its own",
	.effect = "the tools of the new installation say the target release",
	.build = install_build,
	.needed = is_beside,
	.probe = install_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_INSTALL,
	.looks = LOOK_RELEASE,
};

static bool
is_in_place(const struct scene *s, const struct plan_step *ps)
{
	return !is_beside(s, ps);
}

static enum probe
install_back_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return is_installed(s, ps, &s->plan->from, w);
}

const struct step site_install_back = {
	.id = "install-back",
	.title = "install the former release for %s again, if it was replaced",
	.effect = "the tools say the release of before",
	.build = install_build,
	.needed = is_in_place,
	.probe = install_back_probe,
	.on_interrupt = INTERRUPT_REDO,
	.hook = HOOK_INSTALL,
	.looks = LOOK_RELEASE,
};
