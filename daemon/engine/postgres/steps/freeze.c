/*
 * The side that gives its role away is frozen: its postmaster is stopped by a signal, every
 * process ends that could commit something for somebody else, and a session of ours commits
 * the marker row in each database, as the last commit there is (fence.sh).
 *
 * Clients that come meanwhile wait in the kernel's queue and see no error. When the server
 * is put out they are refused there and go on to the next host of their list. A guard thaws
 * it when we die before the hold; after that only we do.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

static void
call(const struct plan_step *ps, struct command *ret, const char *function)
{
	pg_shell_call(ret, ps->member, function);
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

static void
add_tools(const struct plan_step *ps, struct command *ret)
{
	const struct installation *tools =
	    member_installation(ps->member, ps->installation);

	pg_shell_word(ret, tools != NULL ? tools->bin : "");
}

/* A session for every database, under a name by which the fence knows it as ours. */
static void
add_sessions(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };

	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		char *conninfo = pg_conninfo_as(ps->member, ps->installation,
		    major_database_name(databases.items[i]), "upgraded fence");

		pg_shell_word(ret, conninfo);
		free(conninfo);
	}
	str_list_done(&databases);
}

/* ---- before the pause ---- */

static void
arm_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	call(ps, ret, "pg_arm");
	add_tools(ps, ret);
	add_sessions(s, ps, ret);
	ret->limit_ms = 30000;
}

static enum probe
arm_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "the supervisor's role must reach every database of %s from its own host: "
	    "conninfo and its passfile hold there, too",
	    ps->member->name);
	return pg_step_said(s, ps, w);
}

const struct step pg_freeze_arm = {
	.id = "arm",
	.title = "open the sessions that will mark the last commit of %s",
	.effect = "there is one for every database",
	.build = arm_build,
	.probe = arm_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- in the pause ---- */

/* The guard must not thaw it while the swap may still be taken back in order. */
static int64_t
lease_s(const struct scene *s)
{
	return s->plan->pair->limits.write_pause_ms / 1000 + 10;
}

static void
freeze_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *marker = pg_marker(s->plan->pair);
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	call(ps, ret, "pg_fence");
	add_tools(ps, ret);
	pg_shell_word(ret, marker);
	pg_shell_word(ret, tag);
	pg_shell_wordf(ret, "%lld", (long long)lease_s(s));
	pg_shell_wordf(ret, "%lld",
	    (long long)(s->plan->pair->limits.write_pause_ms / 4));
	add_sessions(s, ps, ret);
	free(marker);
}

static enum probe
freeze_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *frozen = pg_step_answer(s, "frozen");
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "frozen, with the marker row as the last commit");
	why_remedy(w,
	    "its output says who did not end, or what was refused: upgradectl log");
	if (frozen == NULL)
		probe = PROBE_TO_DO;
	free(frozen);
	return probe;
}

static void
freeze_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	settings_set(notes, MAJOR_NOTE_TAG, tag);
}

const struct step pg_freeze = {
	.id = "freeze",
	.title = "freeze %s, with the marker row as its last commit",
	.effect = "its postmaster is stopped, and no session is left in it",
	.build = freeze_build,
	.probe = freeze_probe,
	.learn = freeze_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
	.insists = true,
};

static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	call(ps, ret, "pg_hold");
}

/* Not again: one that was thawed has taken writes since. */
static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "frozen still");
	return s->outcome != NULL && probe == PROBE_TO_DO ? PROBE_IMPOSSIBLE : probe;
}

const struct step pg_freeze_hold = {
	.id = "hold",
	.title = "see that %s is frozen still, and let nothing thaw it",
	.effect = "its guard is gone",
	.build = hold_build,
	.probe = hold_probe,
	.on_interrupt = INTERRUPT_REDO,
};

static void
out_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	call(ps, ret, "pg_out");
}

const struct step pg_freeze_out = {
	.id = "out",
	.title = "put %s out, so that its clients go elsewhere",
	.effect = "its processes are gone",
	.build = out_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 10,
	.insists = true,
};

/* ---- back ---- */

static void
thaw_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	call(ps, ret, "pg_thaw");
}

static enum probe
thaw_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	why_needed(w, "active, and taking writes");
	why_seen(w, "%s, takes writes: %s%s%s", role_name(o->role),
	    fact_name(o->writable), o->error[0] != '\0' ? ": " : "", o->error);
	why_remedy(w, "start the server of %s: it has every commit", ps->member->name);
	if (o->role == ROLE_ACTIVE && o->writable == FACT_YES)
		return PROBE_DONE;
	return pg_step_said(s, ps, w) == PROBE_DONE ? PROBE_UNKNOWN : PROBE_TO_DO;
}

const struct step pg_freeze_thaw = {
	.id = "thaw",
	.title = "let %s go on as if nothing had happened",
	.effect = "it takes writes",
	.build = thaw_build,
	.probe = thaw_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.patience_ms = 500,
	.tries = 50,
	.insists = true,
};
