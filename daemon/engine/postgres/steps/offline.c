/*
 * An active that was stopped for good in its old place, and serves in its new one.
 *
 * The old place ends with a shutdown checkpoint, whose position is noted. As long as
 * its control file says the same nobody has started it since, and so it holds no
 * commit that is not in the new place as well: that is the proof without which it is
 * never removed.
 */
#include "config.h"

#include "daemon/engine/postgres/steps/offline.h"

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/steps.h"

static const char *
detail(const struct scene *s, const struct member *m, int installation,
    const char *name)
{
	const char *value;
	char key[48];

	str_printf(key, sizeof(key), "pg.%d.%s", installation, name);
	value = settings_get(&s->seen[m->index].details, key);
	return value != NULL ? value : "";
}

/* ---- where the log ends ---- */

static enum probe
end_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *state = detail(s, ps->member, ps->installation, "state");
	enum probe stopped = pg_stopped(s, ps, w);

	if (stopped != PROBE_DONE)
		return stopped == PROBE_TO_DO ? PROBE_UNKNOWN : stopped;
	why_needed(w, "a control file that says \"shut down\"");
	why_seen(w, "\"%s\"", state);
	why_remedy(w, "abort starts it again, and it recovers; then begin anew");
	if (str_equal(state, "shut down"))
		return PROBE_DONE;
	return state[0] == '\0' ? PROBE_UNKNOWN : PROBE_IMPOSSIBLE;
}

static void
end_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	pg_step_note_set(notes, OFFLINE_NOTE_END, ps->member,
	    detail(s, ps->member, ps->installation, "checkpoint"));
}

const struct step pg_log_end = {
	.id = "log-end",
	.title = "note where the log of %s ends",
	.effect = "its control file says that it was shut down, and at which position",
	.probe = end_probe,
	.learn = end_learn,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
};

/* ---- it serves in its new place ---- */

static enum probe
moved_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];
	int old = s->plan->old_installation[ps->member->index];
	const char *end = pg_step_note_of(s, OFFLINE_NOTE_END, ps->member);
	const char *now = detail(s, ps->member, old, "checkpoint");

	why_needed(w, "active in %s, and nothing in %s since it was stopped",
	    pg_data(ps->member, ps->installation), pg_data(ps->member, old));
	if (o->role != ROLE_ACTIVE || o->writable != FACT_YES ||
	    o->home != ps->installation || o->inst[old].daemon_up != FACT_NO) {
		why_seen(w, "%s, accepts writes: %s%s%s", role_name(o->role),
		    fact_name(o->writable), o->error[0] != '\0' ? ": " : "", o->error);
		return PROBE_UNKNOWN;
	}
	if (end != NULL && str_equal(end, now))
		return PROBE_DONE;
	why_seen(w, "the old place ended at %s, and is at %s now",
	    end != NULL ? end : "an unknown position", now[0] != '\0' ? now : "none");
	why_remedy(w, "find out who started it, and what was committed there");
	return now[0] == '\0' ? PROBE_UNKNOWN : PROBE_IMPOSSIBLE;
}

static void
moved_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	settings_set(notes, PG_NOTE_PROOF, ps->member->name);
}

const struct step pg_see_moved = {
	.id = "see-moved",
	.title = "see %s serve in its new place",
	.effect =
	    "it takes writes there, and nothing was committed in the old place since",
	.probe = moved_probe,
	.learn = moved_learn,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE | LOOK_INSTANCE,
};
