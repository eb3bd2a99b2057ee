/*
 * A data directory is removed. The command itself looks once more, right before: no server
 * runs in it, and it is the cluster that the upgrade began with, by its system identifier,
 * or a folder that was empty when we took it.
 */
#include "config.h"

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

static void
destroy(const struct plan_step *ps, struct command *ret, const char *who)
{
	const struct installation *tools =
	    member_installation(ps->member, ps->installation);

	pg_shell_call(ret, ps->member, "pg_destroy");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, tools != NULL ? tools->bin : "");
	pg_shell_word(ret, who);
}

static void
old_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *sysid = pg_step_note(s, MAJOR_NOTE_SYSID);

	destroy(ps, ret, sysid != NULL ? sysid : "SYSID");
}

static void
copy_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	destroy(ps, ret, "claimed");
}

/* What was not claimed was not made by us. */
static bool
copy_needed(const struct scene *s, const struct plan_step *ps)
{
	return major_claimed(s, ps->member);
}

static bool
old_needed(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return !settings_is(&s->plan->options, "keep_old", "yes");
}

static enum probe
destroy_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	if (ps->installation < 0)
		return PROBE_NOT_NEEDED;
	why_needed(w, "no data directory %s", pg_data(ps->member, ps->installation));
	why_remedy(w, "see what it says: upgradectl log; nothing else was touched");
	switch (o->inst[ps->installation].exists) {
	case FACT_NO:
		return PROBE_DONE;
	case FACT_YES:
		why_seen(w, "it is there");
		return PROBE_TO_DO;
	case FACT_UNKNOWN:
		break;
	}
	why_seen(w, "not known whether it is there");
	return PROBE_UNKNOWN;
}

/* A copy that was begun may be anything but a cluster: what is there goes in any case. */
static enum probe
copy_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	if (s->outcome == NULL || s->verdict != VERDICT_OK) {
		why_remedy(w, "see what it says: upgradectl log");
		return pg_step_said(s, ps, w);
	}
	return destroy_probe(s, ps, w);
}

/* clang-format off */
#define DESTROY \
	.effect = "it is gone", .probe = destroy_probe, .on_interrupt = INTERRUPT_PROBE, \
	.looks = LOOK_INSTANCE, .patience_ms = 1000
/* clang-format on */

const struct step pg_destroy_old = {
	.id = "destroy",
	.title = "remove the old data directory of %s",
	.needed = old_needed,
	.build = old_build,
	DESTROY,
};

const struct step pg_destroy_copy = {
	.id = "destroy-copy",
	.title = "remove the new data directory of %s",
	.needed = copy_needed,
	.build = copy_build,
	.effect = "it is gone",
	.probe = copy_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1000,
};

/* It left the active's timeline and cannot follow it again; another copy takes its place. */
const struct step pg_destroy_converted = {
	.id = "destroy-converted",
	.title = "empty the data directory of %s, which left the active's timeline",
	.build = old_build,
	DESTROY,
};

/* What pg_upgrade left: its database lives on in the new place, and this one holds no commit
 * that is not there. */
const struct step pg_husk = {
	.id = "husk",
	.title = "remove what pg_upgrade left of the old cluster of %s",
	.needed = old_needed,
	.build = old_build,
	DESTROY,
};
