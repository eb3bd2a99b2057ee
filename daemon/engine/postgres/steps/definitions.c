/*
 * Definitions are not replicated: those of both sides are compared right before the swap
 * (defined.c). The source writes its own into a table, which comes over like any other, and the
 * other side holds it against what it has.
 *
 * What is made, changed or dropped between the comparison and the freeze is noted by event triggers, which are
 * made here first, and seen by the trigger of the marker row. A transaction that has changed or
 * dropped something before they were there, and has not ended, would escape them: it is waited
 * for, by the locks that it holds. What it has made nobody sees yet: that is told by figures
 * which are noted here (publish.c).
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

#define WAIT_S 5
#define NAME_SIZE 200 /* of what differs */

/* ---- written ---- */

/* Transactions that may have changed a table or sequence, or are about to, before the event
 * triggers could see it. A statement that has begun asks for its lock at once. */
#define OLDER                                                                              \
	" FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation" \
	" WHERE l.locktype = 'relation' AND l.mode IN ('AccessExclusiveLock',"             \
	" 'ShareRowExclusiveLock') AND l.pid <> pg_backend_pid() AND c.relpersistence <> 't'" \
	" AND c.relkind IN ('r', 'p', 'S') AND c.oid >= 16384"                             \
	" AND c.relnamespace <> 'upgraded'::regnamespace"                                  \
	" AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
#define SETTLE_S 0.1
#define OLDER_S	 1

static void
add_triggers(struct pg_script *q)
{
	pg_script_add(q,
	    "DO $$ BEGIN IF NOT EXISTS"
	    " (SELECT FROM pg_event_trigger WHERE evtname = 'upgraded_ddl') THEN"
	    " CREATE EVENT TRIGGER upgraded_ddl ON ddl_command_end"
	    " EXECUTE FUNCTION upgraded.ddl_noted();"
	    " CREATE EVENT TRIGGER upgraded_drop ON sql_drop"
	    " EXECUTE FUNCTION upgraded.ddl_noted(); END IF; END $$");
}

/* Those of this moment: what begins later is noted. Who does not end in time is named. */
static void
add_wait_for_older(struct pg_script *q)
{
	pg_script_add(q, "SELECT pg_sleep(%g)", SETTLE_S);
	pg_script_add(q,
	    "DO $$ DECLARE older text[]; BEGIN SELECT array_agg(DISTINCT l.virtualtransaction)"
	    " INTO older" OLDER "; FOR i IN 1..%d LOOP EXIT WHEN NOT EXISTS (SELECT FROM pg_locks"
	    " WHERE virtualtransaction = ANY (older)); PERFORM pg_sleep(0.02); END LOOP;"
	    " PERFORM set_config('upgraded.older', coalesce((SELECT string_agg(DISTINCT"
	    " virtualtransaction, ' ') FROM pg_locks WHERE virtualtransaction = ANY (older)), ''),"
	    " false); END $$",
	    OLDER_S * 50);
	pg_script_add(q,
	    "SELECT 'open', a.pid, a.usename, a.datname, c.oid::regclass,"
	    " date_trunc('second', clock_timestamp() - a.xact_start)" OLDER
	    " AND l.virtualtransaction = ANY (string_to_array("
	    "current_setting('upgraded.older'), ' ')) LIMIT 1");
}

static void
add_list(const struct scene *s, const struct member *m, int installation, const char *of,
    bool first, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, m, installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		if (first) {
			add_triggers(&q);
			add_wait_for_older(&q);
		}
		pg_script_add(&q,
		    "DO $$ BEGIN"
		    " DELETE FROM " MAJOR_DDL "; DELETE FROM " MAJOR_DEFINITIONS ";"
		    " INSERT INTO " MAJOR_DEFINITIONS " (name, definition) (%s)"
		    " UNION ALL SELECT system_identifier::text, upgraded.definitions()"
		    " FROM pg_control_system() UNION ALL SELECT '', '%s'; END $$",
		    major_defined, of);
	}
	ret->limit_ms = ((int64_t)databases.count + 1) * (WAIT_S + 5) * 1000;
	str_list_done(&databases);
}

static void
write_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char of[32];

	major_token(s, ps, of, sizeof(of));
	add_list(s, ps->member, ps->installation, of, true, ret);
}

static enum probe
write_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *open = pg_step_answer(s, "open"), f[5][80];
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "no transaction that has changed a table and may still commit");
	if (open == NULL)
		return probe;
	for (int i = 0; i < 5; i++)
		pg_step_field(open, i, f[i], sizeof(f[i]));
	why_seen(w, "process %s of %s in %s has locked %s like one that changes it, for %s",
	    f[0], f[1], f[2], f[3], f[4]);
	why_remedy(w,
	    "let its transaction end, or SELECT pg_terminate_backend(%s) on %s; it goes on by "
	    "itself, or after retry",
	    f[0], ps->member->name);
	free(open);
	return PROBE_TO_DO;
}

static void
write_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char of[32];

	major_token(s, ps, of, sizeof(of));
	settings_set(notes, MAJOR_NOTE_DEFINITIONS, of);
}

const struct step pg_definitions = {
	.id = "definitions",
	.title = "write down what is defined on %s",
	.effect = "every database has the list",
	.build = write_build,
	.probe = write_probe,
	.learn = write_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 2000,
	.tries = 100000,
	.insists = true,
	.may_cancel = true,
};

/* ---- compared ---- */

/* What differed may have been mended: for every attempt but the first the list is written
 * anew, and goes by the number of the attempt. */
static void
list_of(const struct scene *s, int attempt, char *buf, size_t size)
{
	const char *note = pg_step_note(s, MAJOR_NOTE_DEFINITIONS);

	if (note == NULL)
		note = "0";
	if (attempt > 1)
		str_printf(buf, size, "%s.%d", note, attempt);
	else
		str_copy(buf, size, note);
}

static int
attempt_of(const struct scene *s, const struct plan_step *ps)
{
	return s->upgrade != NULL ? s->upgrade->runs[ps->list][ps->index].attempt : 1;
}

static void
same_clean_up(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char of[48];

	list_of(s, attempt_of(s, ps) + 1, of, sizeof(of));
	add_list(s, ps->peer, major_installation(s, ps->peer), of, false, ret);
}

static void
same_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;
	char of[48];

	list_of(s, attempt_of(s, ps), of, sizeof(of));
	if (major_asks_why(s)) {
		major_why_build(s, ps->member, ret);
		return;
	}
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "DO $$ BEGIN FOR i IN 1..%d LOOP EXIT WHEN EXISTS (SELECT"
		    " FROM " MAJOR_DEFINITIONS " WHERE name = '' AND definition = '%s');"
		    " PERFORM pg_sleep(0.02); END LOOP; END $$",
		    WAIT_S * 50, of);
		pg_script_add(&q,
		    "SELECT 'not there', current_database() WHERE NOT EXISTS (SELECT"
		    " FROM " MAJOR_DEFINITIONS " WHERE name = '' AND definition = '%s')",
		    of);
		pg_script_add(&q,
		    "SELECT 'differs', current_database(), name,"
		    " CASE WHEN t.definition IS NULL THEN 'is not there'"
		    " WHEN o.definition IS NULL THEN 'is there alone'"
		    " WHEN name LIKE 'table %%' THEN 'has other columns'"
		    " WHEN name LIKE 'privileges %%' THEN 'differ' ELSE 'differs' END,"
		    " count(*) OVER () - 1"
		    " FROM (SELECT * FROM " MAJOR_DEFINITIONS " WHERE name LIKE '%% %%') o"
		    " FULL JOIN (%s) t USING (name)"
		    " WHERE o.definition IS DISTINCT FROM t.definition"
		    " ORDER BY name NOT LIKE 'table %%', name LIKE 'privileges %%', name LIMIT 1",
		    major_defined);
		pg_script_add(&q, "SELECT 'compared', current_database()");
	}
	ret->limit_ms = ((int64_t)databases.count + 1) * (WAIT_S + 5) * 1000;
	str_list_done(&databases);
}

/* One of them is named, tables before what belongs to them. */
static void
see_difference(const struct plan_step *ps, const char *differs, struct why *w)
{
	char f[4][NAME_SIZE], in[NAME_SIZE + 4] = "", more[40] = "";

	for (int i = 0; i < 4; i++)
		pg_step_field(differs, i, f[i], sizeof(f[i]));
	if (!str_starts(f[1], "role "))
		str_printf(in, sizeof(in), " in %s", f[0]);
	if (f[3][0] != '\0' && !str_equal(f[3], "0"))
		str_printf(more, sizeof(more), ", and %s more", f[3]);
	if (str_equal(f[2], "is there alone"))
		why_seen(w, "%s%s is not on %s%s", f[1], in, ps->peer->name, more);
	else
		why_seen(w, "%s%s %s%s", f[1], in, f[2], more);
}

static enum probe
same_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *missing = pg_step_answer(s, "not there"),
	     *differs = pg_step_answer(s, "differs"),
	     *compared = pg_step_answer(s, "compared"), f[128];
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "the same definitions as %s", ps->peer->name);
	if (s->outcome != NULL && major_asks_why(s)) {
		probe = major_why(s, ps->member, w);
	} else if (missing != NULL) {
		why_seen(w, "the list of %s did not arrive",
		    pg_step_field(missing, 0, f, sizeof(f)));
		why_remedy(w, "the log of %s says why its subscription does not go on",
		    ps->member->name);
		probe = PROBE_TO_DO;
	} else if (probe == PROBE_DONE && differs != NULL) {
		see_difference(ps, differs, w);
		why_remedy(w,
		    "make it the same on %s and %s (of a new table the rows, too, and ALTER "
		    "SUBSCRIPTION upgraded_up REFRESH PUBLICATION WITH (copy_data = false)), "
		    "then retry; or abort",
		    ps->peer->name, ps->member->name);
		probe = PROBE_IMPOSSIBLE;
	} else if (probe == PROBE_DONE && compared == NULL) {
		probe = PROBE_TO_DO;
	}
	free(missing);
	free(differs);
	free(compared);
	return probe;
}

const struct step pg_definitions_same = {
	.id = "definitions-same",
	.title = "see that the same is defined on %s",
	.effect = "no definition differs",
	.build = same_build,
	.clean_up = same_clean_up,
	.probe = same_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100,
	.insists = true,
	.varies = true,
	.may_cancel = true,
};
