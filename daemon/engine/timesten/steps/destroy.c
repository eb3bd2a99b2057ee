/*
 * A database is destroyed. The core allows it only when another of the pair is seen active
 * and serving, when this one is seen unable to accept writes, and when its path is still
 * the one that was noted (P3); all of that right before.
 *
 * Source: TimesTen Reference, ttDestroy: refused while the database is in use. Never with
 * -force, never by removing files.
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

static void
destroy_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_destroy(ret, ps->member, ps->installation);
}

/* ttDestroy refuses while anybody is there: say who. */
static void
exists_seen(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);
	char holders[HOLDERS_TEXT];
	const char *loaded = in->loaded == FACT_YES ? " and is loaded" : "";

	if (in->connections > 0)
		why_seen(w, "it exists%s, with %d connection%s, %d of applications%s", loaded,
		    in->connections, in->connections == 1 ? "" : "s", in->applications,
		    step_holders(s, ps, holders));
	else
		why_seen(w, "it exists%s", loaded);
}

static enum probe
destroy_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "no such database");
	why_remedy(w, "ttStatus lists who uses it: disconnect them, then retry");
	switch (in->exists) {
	case FACT_NO:
		return PROBE_DONE;
	case FACT_YES:
		exists_seen(s, ps, w);
		return PROBE_TO_DO;
	case FACT_UNKNOWN:
		break;
	}
	if (in->daemon_up == FACT_NO) {
		why_seen(w, "not known: the main daemon does not run");
		why_remedy(w,
		    "start it with ttDaemonAdmin -start of that installation; it goes on by itself");
		return PROBE_UNKNOWN;
	}
	why_seen(w, "not known%s%s", step_seen(s, ps->member)->error[0] ? ": " : "",
	    step_seen(s, ps->member)->error);
	return PROBE_UNKNOWN;
}

#define DESTROY                                                                 \
	.effect = "ttStatus does not list it any more", .build = destroy_build, \
	.probe = destroy_probe, .on_interrupt = INTERRUPT_PROBE,                \
	.looks = LOOK_INSTANCE, .patience_ms = 5000, .tries = 20, .insists = true

const struct step tt_destroy_old = {
	.id = "destroy",
	.title = "destroy the old database of %s",
	DESTROY,
};

const struct step tt_destroy_copy = {
	.id = "destroy-copy",
	.title = "destroy the migrated copy of %s",
	DESTROY,
};

const struct step tt_destroy_if_stale = {
	.id = "destroy-stale",
	.title = "destroy %s, if the log for it is gone",
	.needed = step_hold_lost,
	DESTROY,
};

const struct step tt_destroy_if_late = {
	.id = "destroy-late",
	.title = "destroy %s, if it did not follow again",
	.needed = step_not_rejoined,
	DESTROY,
};

/* ---- one that may have no place of its own beside its successor ---- */

static bool
is_in_the_way(const struct scene *s, const struct plan_step *ps)
{
	const char *old = member_setting(ps->member, "path"),
		   *new = member_setting(ps->member, "path_new");

	(void)s;
	return old == NULL || new == NULL || str_equal(old, new);
}

static bool
is_kept(const struct scene *s, const struct plan_step *ps)
{
	return !is_in_the_way(s, ps);
}

/* In one place with its successor it is gone, and what is there is the successor. */
const struct step tt_destroy_kept = {
	.id = "destroy-kept",
	.title = "destroy the old database of %s, if it was kept",
	.needed = is_kept,
	DESTROY,
};

const struct step tt_destroy_in_way = {
	.id = "destroy",
	.title = "destroy the old database of %s, if the new one takes its place",
	.needed = is_in_the_way,
	DESTROY,
};
