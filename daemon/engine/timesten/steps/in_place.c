/*
 * A release that replaces the former one in its place: nothing of the instance may run
 * meanwhile. Where the new release has an installation of its own the former daemon is left
 * alone.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Performing an in-place database upgrade",
 * "Moving to a new patch release of TimesTen".
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

bool
step_in_place(const struct scene *s, const struct plan_step *ps)
{
	int i = ps->member->index;

	return s->plan->old_installation[i] == s->plan->new_installation[i];
}

bool
step_was_replaced(const struct scene *s, const struct plan_step *ps)
{
	const struct plan_steps *forward = &s->plan->lists[LIST_FORWARD];

	for (int i = 0; s->upgrade != NULL && i < forward->count; i++) {
		const struct step_run *run = &s->upgrade->runs[LIST_FORWARD][i];

		if (str_equal(forward->items[i].step->id, "install") &&
		    forward->items[i].member == ps->member &&
		    (run->touched || run->state == STEP_DONE))
			return true;
	}
	return false;
}

const char *
step_others_loaded(const struct observation *o, int installation)
{
	char key[24];
	const char *names;

	str_printf(key, sizeof(key), "others.%d", installation);
	names = settings_get(&o->details, key);
	return names != NULL && names[0] != '\0' ? names : NULL;
}

static void
daemon_stop_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	(void)s;
	tt_daemon_admin_stop(ret, ps->member, ps->installation);
}

/* The daemon takes every database of its instance with it: a loaded one would have to
 * recover, and its applications would lose it. */
static enum probe
daemon_stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);
	const char *others =
	    step_others_loaded(step_seen(s, ps->member), ps->installation);

	why_needed(w, "no main daemon");
	why_remedy(w, "stop it by hand: ttDaemonAdmin -stop");
	if (in->daemon_up == FACT_NO)
		return PROBE_DONE;
	if (in->daemon_up == FACT_UNKNOWN) {
		why_seen(w, "not known");
		return PROBE_UNKNOWN;
	}
	if (others != NULL) {
		why_seen(w, "it serves other databases: %.120s", others);
		why_remedy(w, "unload them first, then retry");
		return PROBE_IMPOSSIBLE;
	}
	if (in->loaded != FACT_NO) {
		why_seen(w, "the database is loaded still");
		return PROBE_UNKNOWN;
	}
	why_seen(w, "it runs");
	return PROBE_TO_DO;
}

static bool
stop_back_needed(const struct scene *s, const struct plan_step *ps)
{
	return step_in_place(s, ps) && step_was_replaced(s, ps);
}

#define DAEMON_STOP                                                       \
	.effect = "ttStatus finds no daemon", .build = daemon_stop_build, \
	.probe = daemon_stop_probe, .on_interrupt = INTERRUPT_REDO,       \
	.looks = LOOK_INSTANCE, .patience_ms = 15000, .tries = 5

const struct step tt_daemon_stop = {
	.id = "daemon-stop",
	.title = "stop the main daemon for %s, if its release is replaced in place",
	.needed = step_in_place,
	DAEMON_STOP,
};

const struct step tt_daemon_stop_back = {
	.id = "daemon-stop-back",
	.title = "stop the main daemon for %s, if its release was replaced in place",
	.needed = stop_back_needed,
	DAEMON_STOP,
};
