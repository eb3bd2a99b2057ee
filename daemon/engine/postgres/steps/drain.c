/*
 * The member, a standby, has replayed everything that its peer ever committed: its position
 * has passed the one where the frozen peer's log ended, and the marker row, which was the last
 * commit there, is seen. The server itself waits, so that no round trip is spent on it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

static void
drain_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *lsn = pg_step_note_of(s, PG_NOTE_FENCED, ps->peer);
	const char *tag = pg_step_note(s, PG_NOTE_TAG);
	int64_t wait_ms = s->plan->pair->limits.write_pause_ms / 3;
	char *marker = pg_marker(s->plan->pair);
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "DO $$ DECLARE till timestamptz := clock_timestamp() + interval '%lld ms'; BEGIN"
	    " WHILE pg_last_wal_replay_lsn() < '%s' LOOP"
	    " IF NOT pg_is_in_recovery() THEN RAISE 'it is no standby any more'"
	    " USING ERRCODE = 'UD003'; END IF;"
	    " IF clock_timestamp() > till THEN RAISE 'replayed up to %%',"
	    " pg_last_wal_replay_lsn() USING ERRCODE = 'UD002'; END IF;"
	    " PERFORM pg_sleep(0.0005); END LOOP; END $$",
	    (long long)wait_ms, lsn != NULL ? lsn : "LSN");
	pg_script_add(&q,
	    "SELECT 'replayed', pg_last_wal_replay_lsn(),"
	    " (SELECT tag FROM %s WHERE id = 1)",
	    marker);
	ret->limit_ms = wait_ms + 1000;
	(void)tag;
	free(marker);
}

/* What the server complained about. */
static void
why_error(const struct scene *s, struct why *w)
{
	const char *said = strstr(s->outcome->output, "ERROR:  ");

	if (said != NULL)
		why_seen(w, "%.*s", (int)strcspn(said + 8, "\n"), said + 8);
}

static enum probe
drain_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *lsn = pg_step_note_of(s, PG_NOTE_FENCED, ps->peer);
	const char *tag = pg_step_note(s, PG_NOTE_TAG);
	char *answer = pg_step_answer(s, "replayed"), at[40], seen[64];
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "replayed up to %s, with the marker row %s", lsn, tag);
	why_remedy(w, "see why %s does not receive or replay",
	    ps->member->name);
	pg_step_field(answer, 0, at, sizeof(at));
	pg_step_field(answer, 1, seen, sizeof(seen));
	if (answer != NULL)
		why_seen(w, "replayed up to %s, marker row %s", at, seen);
	else if (s->outcome != NULL)
		why_error(s, w);
	if (s->outcome != NULL && strstr(s->outcome->output, "UD003") != NULL)
		why_remedy(w,
		    "somebody made %s active: stop it, look for what was committed there, and "
		    "make it a standby of %s again (pg_rewind, or a base backup)",
		    ps->member->name, ps->peer->name);
	free(answer);
	if (probe == PROBE_DONE && !str_equal(seen, tag))
		return PROBE_IMPOSSIBLE;
	if (probe == PROBE_TO_DO && s->outcome != NULL &&
	    s->outcome->ending == ENDING_EXITED)
		return PROBE_IMPOSSIBLE;
	return probe;
}

static void
drain_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const char *lsn = pg_step_note_of(s, PG_NOTE_FENCED, ps->peer);
	char *answer = pg_step_answer(s, "replayed"), at[40], seen[64];
	char text[NAME_MAX_BYTES * 2 + 240];

	str_printf(text, sizeof(text),
	    "the log of %s ended at %s; %s had replayed up to %s, and the marker row %s, the "
	    "last commit of %s, was seen there",
	    ps->peer->name, lsn, ps->member->name,
	    pg_step_field(answer, 0, at, sizeof(at)),
	    pg_step_field(answer, 1, seen, sizeof(seen)), ps->peer->name);
	settings_set(notes, PG_NOTE_PROOF, ps->peer->name);
	settings_set(notes, PG_NOTE_PROVED, text);
	free(answer);
}

const struct step pg_drain = {
	.id = "drain",
	.title = "wait until %s has replayed the last commit of the other",
	.effect = "its position has passed the end of the other's log, and the marker row is seen",
	.build = drain_build,
	.probe = drain_probe,
	.learn = drain_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.keeps_roles = true,
};
