/*
 * What is in a database that nobody writes to: the rows of every table, how far
 * every sequence is, and the large objects. Counted before it goes to another place
 * and after; what is printed must be the same, line by line.
 *
 * It is counted in a private server. What is in our own schema, in foreign tables
 * and in materialized views, which are made anew, does not count.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/offline.h"
#include "daemon/engine/postgres/steps/steps.h"

/* A line for each in a setting of the session: no function has to be made for it. */
static const char count[] =
    "DO $$ DECLARE r record; n bigint; total bigint := 0; tables bigint := 0; t text := '';"
    " BEGIN FOR r IN SELECT c.relkind, format('%I.%I', s.nspname, c.relname) AS name"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'S') AND c.relpersistence <> 't'"
    " AND s.nspname NOT IN ('pg_catalog', 'information_schema', 'upgraded')"
    " AND s.nspname !~ '^pg_(toast|temp)'"
    " ORDER BY format('%I.%I', s.nspname, c.relname) COLLATE \"C\" LOOP"
    " IF r.relkind = 'r' THEN EXECUTE 'SELECT count(*) FROM ONLY ' || r.name INTO n;"
    " tables := tables + 1; total := total + n;"
    " ELSE EXECUTE 'SELECT CASE WHEN is_called THEN last_value END FROM ' || r.name INTO n;"
    " END IF;"
    " t := t || r.name || E'\\t' || coalesce(n::text, 'unused') || E'\\n';"
    " END LOOP;"
    " SELECT count(*) INTO n FROM pg_catalog.pg_largeobject_metadata;"
    " t := t || 'large objects' || E'\\t' || n;"
    " PERFORM set_config('upgraded.lines', t, false);"
    " PERFORM set_config('upgraded.count', format(E'%s rows in %s tables, %s large objects,"
    " digest %s', total, tables, n, md5(t)), false); END $$";

static void
count_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, major_superuser(s));
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q, "%s", count);
		pg_script_add(&q,
		    "SELECT left(current_setting('upgraded.lines'), 4000)");
		pg_script_add(&q,
		    "SELECT 'counted', current_database(),"
		    " current_setting('upgraded.count')");
	}
	str_list_done(&databases);
	ret->limit_ms = ps->limit_ms;
}

/* ---- before ---- */

static void
key_of(const char *database, char *buf, size_t size)
{
	str_printf(buf, size, OFFLINE_NOTE_COUNT "%s", database);
}

static bool
keep_line(char *line, void *arg)
{
	char database[80], what[160], key[128];

	if (!str_starts(line, "counted\t"))
		return true;
	key_of(pg_step_field(line, 1, database, sizeof(database)), key, sizeof(key));
	settings_set(arg, key, pg_step_field(line, 2, what, sizeof(what)));
	return true;
}

static void
count_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)ps;
	if (s->outcome != NULL)
		str_each_line(s->outcome->output, keep_line, notes);
}

const struct step pg_count = {
	.id = "count",
	.title = "count what is in every database of %s",
	.effect =
	    "rows of every table, values of sequences and large objects are noted",
	.build = count_build,
	.probe = pg_step_said,
	.learn = count_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- after ---- */

struct comparing {
	const struct scene *s;
	struct why *w;
	size_t equal;
	bool differs;
};

static bool
compare_line(char *line, void *arg)
{
	struct comparing *c = arg;
	char database[80], what[160], key[128];
	const char *before;

	if (!str_starts(line, "counted\t"))
		return true;
	key_of(pg_step_field(line, 1, database, sizeof(database)), key, sizeof(key));
	before = pg_step_note(c->s, key);
	if (before != NULL &&
	    str_equal(before, pg_step_field(line, 2, what, sizeof(what)))) {
		c->equal++;
		return true;
	}
	c->differs = true;
	why_needed(c->w, "%s: %s", database,
	    before != NULL ? before : "what was counted");
	why_seen(c->w, "%s", what);
	return true;
}

static enum probe
again_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct comparing c = { .s = s, .w = w };
	struct str_list databases = { 0 };
	enum probe said = pg_step_said(s, ps, w);
	size_t all;

	if (said != PROBE_DONE)
		return said;
	major_databases(s, &databases);
	all = databases.count;
	str_list_done(&databases);
	str_each_line(s->outcome->output, compare_line, &c);
	why_remedy(w, "both lists are in the log; abort starts the old place again");
	if (c.differs)
		return PROBE_IMPOSSIBLE;
	return c.equal == all ? PROBE_DONE : PROBE_TO_DO;
}

const struct step pg_count_again = {
	.id = "count-again",
	.title = "count what is in every database of %s once more",
	.effect = "the same as before",
	.build = count_build,
	.probe = again_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};
