/*
 * Sequences are set ahead on the other side, by far more than is used until the swap: then
 * the swap need not copy them. How far is written on the source into a table, which comes
 * over like any other. What outruns it comes with the marker row (publish.c).
 *
 * A sequence that begins again at its end, or has no room left for the margin, is never set
 * ahead: it comes with the marker.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

#define MARGIN 10000 /* steps */
#define WAIT_S 5

/* The row without a name holds the token. */
static void
reserve_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;
	char of[32];

	major_token(s, ps, of, sizeof(of));
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "DO $$ BEGIN DELETE FROM " MAJOR_SEQUENCES ";"
		    " INSERT INTO " MAJOR_SEQUENCES " (name, reserved)"
		    " SELECT format('%%I.%%I', schemaname, sequencename),"
		    " last_value + %d * increment_by FROM pg_sequences"
		    " WHERE last_value IS NOT NULL AND NOT cycle"
		    " AND last_value::numeric + %d * increment_by::numeric"
		    " BETWEEN min_value AND max_value"
		    " UNION ALL SELECT '', %s; END $$",
		    MARGIN, MARGIN, of);
	}
	str_list_done(&databases);
}

static void
reserve_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char of[32];

	major_token(s, ps, of, sizeof(of));
	settings_set(notes, MAJOR_NOTE_SEQUENCES, of);
}

const struct step pg_sequences_reserve = {
	.id = "sequences-reserve",
	.title = "write down on %s how far its sequences are to be set ahead",
	.effect = "every database has the list",
	.build = reserve_build,
	.probe = pg_step_said,
	.learn = reserve_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- on the other side ---- */

static void
add_ahead(struct pg_script *q, const char *of)
{
	pg_script_add(q,
	    "DO $$ BEGIN FOR i IN 1..%d LOOP EXIT WHEN EXISTS (SELECT"
	    " FROM " MAJOR_SEQUENCES " WHERE name = '' AND reserved = %s);"
	    " PERFORM pg_sleep(0.02); END LOOP; END $$",
	    WAIT_S * 50, of);
	pg_script_add(q,
	    "SELECT CASE WHEN bool_or(name = '' AND reserved = %s) THEN 'ahead'"
	    " ELSE 'not there' END, current_database(),"
	    " count(CASE WHEN name <> '' THEN setval(name::regclass, reserved) END)"
	    " FROM " MAJOR_SEQUENCES " WHERE reserved IS NOT NULL",
	    of);
}

/* Through psql where the member is private. */
static void
ahead(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *superuser)
{
	const char *of = pg_step_note(s, MAJOR_NOTE_SEQUENCES);
	struct str_list databases = { 0 };
	struct pg_script q;

	if (major_asks_why(s)) {
		major_why_build(s, ps->member, ret);
		return;
	}
	pg_script_begin(&q, ret, ps->member, ps->installation, superuser);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		add_ahead(&q, of != NULL ? of : "0");
	}
	ret->limit_ms = ((int64_t)databases.count + 1) * (WAIT_S + 5) * 1000;
	str_list_done(&databases);
}

static void
ahead_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	ahead(s, ps, ret, NULL);
}

static enum probe
ahead_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *missing = pg_step_answer(s, "not there"), *ahead = pg_step_answer(s, "ahead"),
	     database[80];
	enum probe probe = pg_step_said(s, ps, w);

	if (s->outcome != NULL && major_asks_why(s)) {
		probe = major_why(s, ps->member, w);
	} else if (missing != NULL) {
		why_seen(w, "the list of %s did not arrive",
		    pg_step_field(missing, 0, database, sizeof(database)));
		probe = PROBE_TO_DO;
	} else if (probe == PROBE_DONE && ahead == NULL) {
		probe = PROBE_TO_DO;
	}
	free(missing);
	free(ahead);
	return probe;
}

const struct step pg_sequences_ahead = {
	.id = "sequences-ahead",
	.title = "set the sequences of %s ahead of those that are in use",
	.effect = "every sequence of the list has its value",
	.build = ahead_build,
	.probe = ahead_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100,
	.insists = true,
	.varies = true,
	.may_cancel = true,
};

/* After the swap: nothing that is handed out now was handed out before. */
static void
seen_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "SELECT 'behind', format('%%I.%%I', s.schemaname, s.sequencename),"
		    " s.last_value, k.reserved, k.late"
		    " FROM " MAJOR_SEQUENCES " k JOIN pg_sequences s"
		    " ON k.name = format('%%I.%%I', s.schemaname, s.sequencename)"
		    " WHERE NOT s.cycle AND CASE WHEN s.increment_by > 0"
		    " THEN s.last_value < greatest(k.reserved, k.late)"
		    " ELSE s.last_value > least(k.reserved, k.late) END LIMIT 5");
	}
	str_list_done(&databases);
}

static enum probe
seen_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *behind = pg_step_answer(s, "behind"), name[128];
	enum probe probe = pg_step_said(s, ps, w);

	if (behind != NULL) {
		why_seen(w, "%s is behind",
		    pg_step_field(behind, 0, name, sizeof(name)));
		why_remedy(w, "set it with setval() to what is printed, then retry");
		probe = PROBE_IMPOSSIBLE;
	}
	free(behind);
	return probe;
}

const struct step pg_sequences_seen = {
	.id = "sequences-seen",
	.title = "see that no sequence of %s is behind",
	.effect = "none is behind what the other side gave out",
	.build = seen_build,
	.probe = seen_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
