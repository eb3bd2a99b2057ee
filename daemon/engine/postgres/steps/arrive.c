/*
 * A row that is committed on the active arrives at the member: replay keeps the order of
 * commits, so everything that was committed before it has arrived, too.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- its table ---- */

static void
table_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *schema = pg_marker_schema(s->plan->pair), *table = pg_marker(s->plan->pair);
	char *name = pg_literal(table);
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "SELECT 'table', to_regclass(%s) IS NULL", name);
	pg_script_add(&q, "CREATE SCHEMA IF NOT EXISTS %s", schema);
	pg_script_add(&q,
	    "CREATE TABLE IF NOT EXISTS %s (id integer PRIMARY KEY, tag text)", table);
	free(name);
	free(table);
	free(schema);
}

static void
table_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char *answer = pg_step_answer(s, "table");

	(void)ps;
	if (str_equal(answer, "t"))
		settings_set(notes, PG_NOTE_TABLE, "ours");
	free(answer);
}

static bool
table_needed(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return s->plan->pair->marker_table == NULL;
}

const struct step pg_marker_table = {
	.id = "marker-table",
	.title = "make a table for the marker row on %s",
	.effect = "the table is there",
	.build = table_build,
	.needed = table_needed,
	.probe = pg_step_said,
	.learn = table_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* Only what is ours, and the schema only when nothing else is in it. */
static void
table_drop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *schema = pg_marker_schema(s->plan->pair), *table = pg_marker(s->plan->pair);
	const struct member *active = pg_step_active(s);
	struct pg_script q;

	pg_script_begin(&q, ret, active != NULL ? active : ps->member,
	    pg_step_home(s, ps, active != NULL ? active : ps->member), NULL);
	pg_script_add(&q, "DROP TABLE IF EXISTS %s", table);
	pg_script_add(&q,
	    "DO $$ BEGIN DROP SCHEMA IF EXISTS %s;"
	    " EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$",
	    schema);
	free(table);
	free(schema);
}

static bool
table_is_ours(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return str_equal(pg_step_note(s, PG_NOTE_TABLE), "ours");
}

const struct step pg_marker_drop = {
	.id = "marker-drop",
	.title = "remove the table for the marker row from %s's pair",
	.effect = "it is gone",
	.build = table_drop_build,
	.needed = table_is_ours,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- the row ---- */

static void
marker_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = pg_step_active(s);
	char *table = pg_marker(s->plan->pair);
	struct pg_script q;
	char tag[64];

	if (active == NULL)
		active = s->plan->active;
	pg_step_tag(s, ps, tag, sizeof(tag));
	pg_script_begin(&q, ret, active, pg_step_home(s, ps, active), NULL);
	pg_script_add(&q, "BEGIN");
	pg_script_add(&q, "SET LOCAL synchronous_commit = local");
	pg_script_add(&q,
	    "INSERT INTO %s VALUES (1, '%s') ON CONFLICT (id) DO UPDATE SET tag = excluded.tag",
	    table, tag);
	pg_script_add(&q, "COMMIT");
	ret->limit_ms = 10000;
	free(table);
}

static enum probe
marker_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	why_needed(w, "marker row %s", tag);
	why_seen(w, "marker row %s", o->marker[0] != '\0' ? o->marker : "not seen");
	why_remedy(w, "the log of %s says why it does not replay", ps->member->name);
	if (s->performed_ms == 0)
		return pg_step_active(s) != NULL ? PROBE_TO_DO : PROBE_UNKNOWN;
	return str_equal(o->marker, tag) ? PROBE_DONE : PROBE_TO_DO;
}

const struct step pg_marker_seen = {
	.id = "marker",
	.title = "see a row from the active arrive at %s",
	.effect = "the marker row of this step is there",
	.build = marker_build,
	.probe = marker_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_MARKER,
	.alone = true, /* there is one row */
	.patience_ms = 60000,
	.tries = 10,
};

/* ---- on the way to a swap ---- */

static void
checkpoint_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "CHECKPOINT");
}

/* What has been written already is not written in the pause. */
const struct step pg_checkpoint = {
	.id = "checkpoint",
	.title = "write what %s has in memory to its disk",
	.effect = "a checkpoint is done",
	.build = checkpoint_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};
