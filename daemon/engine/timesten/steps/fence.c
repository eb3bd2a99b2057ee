/*
 * The member refuses writes, and nothing was committed between the drain and the fence.
 *
 * The chapter of the manual only stops the replication agent; applications that go on
 * would commit on the old active and lose it all. ttRepDeactivate makes it IDLE: every
 * write is refused with 8151.
 *
 * The proof, in order of strength: the log position after the fence is the one that the
 * drain proved; or, because the fence itself may write to the log, the peer acknowledges
 * everything up to now; or nothing moved up to the moment right before the fence, and both
 * databases count the same rows. Without proof the swap is taken back.
 *
 * Source: TimesTen Reference, ttRepDeactivate, ttBookmark; Replication guide, reversing
 * the roles of the active and the standby.
 */
#include "config.h"

#include <string.h>

#include "daemon/engine/timesten/steps/common.h"

static void
fence_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int home = step_home(s, ps, ps->member);

	if (step_tells_positions(s, ps->member))
		tt_session(ret, ps->member, home, "call ttBookmark");
	tt_session(ret, ps->member, home, "call ttRepDeactivate");
	ret->limit_ms = 10000;
}

static enum probe
fence_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);

	why_needed(w, "idle: writes are refused");
	why_seen(w, "%s%s%s", role_name(o->role), o->error[0] ? ": " : "", o->error);
	switch (o->role) {
	case ROLE_IDLE:
	case ROLE_STANDBY:
	case ROLE_RECOVERING:
	case ROLE_FAILED:
		return PROBE_DONE;
	case ROLE_ACTIVE:
		return PROBE_TO_DO;
	case ROLE_UNKNOWN:
	case ROLE_SUBSCRIBER:
	case ROLES:
		break;
	}
	return PROBE_UNKNOWN;
}

static void
fence_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct bookmark b;
	struct ud_error err;
	char text[POSITION_TEXT];

	if (s->outcome == NULL || tt_bookmark_parse(s->outcome->output, &b, &err) != 0)
		return;
	note_set(notes, TT_NOTE_FENCED, ps->member, position_text(&b.written, text));
}

const struct step tt_fence = {
	.id = "fence",
	.title = "make %s refuse writes",
	.effect = "ttRepStateGet says IDLE",
	.build = fence_build,
	.probe = fence_probe,
	.learn = fence_learn,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
	.patience_ms = 1500,
	.tries = 50,
	.insists = true,
};

/* ---- the proof ---- */

static void
prove_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char store[NAME_MAX_BYTES * 2 + 3], host[NAME_MAX_BYTES * 2 + 3];

	tt_session(ret, ps->member, step_home(s, ps, ps->member),
	    "call ttRepSubscriberWait(null, null, %s, %s, 1)",
	    tt_literal(step_scheme_store(s, ps->peer), store, sizeof(store)),
	    tt_literal(step_scheme_host(s, ps->peer), host, sizeof(host)));
	ret->limit_ms = 2500;
}

static enum probe
prove_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const char *drained = step_note(s, TT_NOTE_DRAINED, ps->member);
	struct position was;
	char now[POSITION_TEXT];

	why_needed(w, "log position %s, as after the drain",
	    drained ? drained : "unknown");
	why_seen(w, "log position %s", position_text(&o->bookmark.written, now));
	why_remedy(w,
	    "applications wrote although they were paused: disconnect them, then "
	    "retry");
	if (drained != NULL && position_parse(drained, &was) &&
	    o->bookmark.written.set &&
	    position_compare(&was, &o->bookmark.written) == 0)
		return PROBE_DONE;
	if (s->outcome != NULL && s->verdict == VERDICT_OK &&
	    tt_wait_parse(s->outcome->output) == 0)
		return PROBE_DONE;
	return PROBE_TO_DO;
}

static void
prove_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	settings_set(notes, TT_NOTE_PROOF, ps->member->name);
}

const struct step tt_prove = {
	.id = "prove",
	.title = "prove that nothing was committed on %s after the drain",
	.effect =
	    "the log position stands where the drain ended, or the peer has it all",
	.build = prove_build,
	.probe = prove_probe,
	.learn = prove_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.patience_ms = 1,
	.tries = 3,
};

/* Rows of cached tables come from Oracle: in a copy that ttMigrate made there are none yet. */
static bool
same_rows(const struct scene *s, const struct settings *a, const struct settings *b,
    int *ret_tables, const char **ret_differs)
{
	*ret_tables = 0;
	*ret_differs = NULL;
	for (size_t i = 0; i < a->count; i++) {
		const char *key = a->items[i].key, *other;

		if (!str_starts(key, "rows.") ||
		    step_table_is_cached(s, key + strlen("rows.")))
			continue;
		other = settings_get(b, key);
		(*ret_tables)++;
		if (other == NULL || strcmp(other, a->items[i].value) != 0) {
			*ret_differs = key + strlen("rows.");
			return false;
		}
	}
	return *ret_tables > 0;
}

static bool
prove_rows_needed(const struct scene *s, const struct plan_step *ps)
{
	return !settings_is(&s->upgrade->notes, TT_NOTE_PROOF, ps->member->name);
}

static enum probe
prove_rows_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *drained = step_note(s, TT_NOTE_DRAINED, ps->member);
	const char *fenced = step_note(s, TT_NOTE_FENCED, ps->member), *differs;
	int tables;

	why_needed(w, "the same rows in both, and no write between drain and fence");
	why_remedy(w,
	    "applications wrote although they were paused: disconnect them, then "
	    "retry");
	if (drained == NULL || fenced == NULL || strcmp(drained, fenced) != 0) {
		why_seen(w,
		    "the log went on from %s to %s while applications were paused",
		    drained ? drained : "unknown", fenced ? fenced : "unknown");
		return PROBE_IMPOSSIBLE;
	}
	if (same_rows(s, &step_seen(s, ps->member)->details,
		&step_seen(s, ps->peer)->details, &tables, &differs))
		return PROBE_DONE;
	why_seen(w, "%s", differs != NULL ? differs : "no table could be counted");
	return PROBE_IMPOSSIBLE;
}

const struct step tt_prove_rows = {
	.id = "prove-rows",
	.title = "if the log moved, compare the rows of %s and its peer",
	.effect = "every table has the same number of rows in both",
	.needed = prove_rows_needed,
	.probe = prove_rows_probe,
	.learn = prove_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE | LOOK_ROWS,
	.looks_peer = LOOK_ROWS,
};
