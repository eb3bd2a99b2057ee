/*
 * A side is made the source of a stream: our schema, the marker row, the publication, and
 * a logical slot for every database; and all of it is taken away again.
 *
 * The slots of "up" are made while the standby is down, so that none of them begins before
 * a place that it can still recover to: it is then recovered to the last of them, exactly.
 * A record is written behind it, for recovery stops only when it sees one. Those of "down"
 * are made before the pause, because one takes tens of milliseconds; where "down" begins is
 * a position that the activation notes.
 *
 * Sequences are not replicated. They are set ahead before the pause (sequences.c); what
 * outruns that is written by a trigger of the marker row, in the transaction of the marker
 * itself: with the marker the other side has the exact values. The same trigger refuses the
 * marker where what is about to be left behind could not come over: a prepared transaction;
 * and to the fence, whose swap is then taken back, a table or column that was made, changed or
 * dropped since definitions were compared.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- schema and publication ---- */

static const char late[] =
    "CREATE OR REPLACE FUNCTION upgraded.sequences_late() RETURNS trigger"
    " LANGUAGE plpgsql SET search_path = pg_catalog AS $late$ DECLARE what text; BEGIN"
    " SELECT gid INTO what FROM pg_prepared_xacts WHERE database = current_database();"
    " IF FOUND THEN RAISE 'the transaction % is prepared and would be left behind', what;"
    " END IF;"
    " SELECT d.what INTO what FROM " MAJOR_DDL " d LIMIT 1;"
    " IF FOUND AND current_setting('application_name') = 'upgraded fence' THEN"
    " RAISE '% was made, changed or dropped since definitions were compared', what; END IF;"
    " SELECT definition INTO what FROM upgraded.definition"
    " WHERE name = (SELECT system_identifier::text FROM pg_control_system());"
    " IF FOUND AND what <> upgraded.definitions()"
    " AND current_setting('application_name') = 'upgraded fence' THEN"
    " RAISE 'tables or columns were made or dropped since they were compared'; END IF;"
    " INSERT INTO upgraded.sequence AS t (name, late)"
    " SELECT format('%I.%I', s.schemaname, s.sequencename), s.last_value"
    " FROM pg_sequences s LEFT JOIN upgraded.sequence k"
    " ON k.name = format('%I.%I', s.schemaname, s.sequencename)"
    " WHERE s.last_value IS NOT NULL AND (k.reserved IS NULL OR s.cycle"
    " OR CASE WHEN s.increment_by > 0 THEN s.last_value > k.reserved"
    " ELSE s.last_value < k.reserved END)"
    " ON CONFLICT (name) DO UPDATE SET late = excluded.late"
    " WHERE t.late IS DISTINCT FROM excluded.late;"
    " RETURN NULL; END $late$;";

/* So cheap that it may be asked in the pause; what it does not see was compared right before
 * (definitions.c). */
static const char figures[] =
    "CREATE OR REPLACE FUNCTION upgraded.definitions() RETURNS text"
    " LANGUAGE sql SET search_path = pg_catalog AS $count$"
    " SELECT format('%s %s', count(*), sum(relnatts)) FROM pg_class"
    " WHERE relkind IN ('r', 'p', 'S') AND relpersistence <> 't' AND oid >= 16384 $count$;";

/* Of two event triggers, which are there from the comparison on (definitions.c). A row for each
 * transaction, so that none waits for another. */
#define DEFINED_TYPES                                                                    \
	"('table', 'table column', 'sequence', 'view', 'materialized view', 'foreign table'," \
	" 'index', 'table constraint', 'trigger', 'rule', 'policy', 'function', 'procedure'," \
	" 'aggregate', 'type', 'schema')"
static const char noted[] =
    "CREATE OR REPLACE FUNCTION upgraded.ddl_noted() RETURNS event_trigger"
    " LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $ddl$"
    " DECLARE what text; BEGIN IF TG_EVENT = 'sql_drop' THEN"
    " SELECT object_identity INTO what FROM pg_event_trigger_dropped_objects()"
    " WHERE object_type IN " DEFINED_TYPES " AND NOT is_temporary"
    " AND schema_name IS DISTINCT FROM 'upgraded' LIMIT 1;"
    " ELSE SELECT coalesce(object_identity, 'a privilege') INTO what"
    " FROM pg_event_trigger_ddl_commands()"
    " WHERE (object_type IN " DEFINED_TYPES " OR command_tag IN ('GRANT', 'REVOKE'))"
    " AND command_tag NOT IN ('COMMENT', 'SECURITY LABEL', 'REINDEX', 'REFRESH MATERIALIZED VIEW')"
    " AND schema_name IS DISTINCT FROM 'upgraded'"
    " AND coalesce(schema_name, '') !~ '^pg_temp' LIMIT 1; END IF;"
    " IF what IS NOT NULL THEN INSERT INTO " MAJOR_DDL
    " VALUES (pg_current_xact_id()::text, what) ON CONFLICT DO NOTHING; END IF;"
    " END $ddl$;";

static void
add_schema(struct pg_script *q, const struct pair *pair, const char *stream)
{
	char *marker = pg_marker(pair), *schema = pg_marker_schema(pair);

	pg_script_add(q,
	    "DO $upgraded$ BEGIN"
	    " PERFORM set_config('lock_timeout', '10s', true),"
	    " set_config('client_min_messages', 'warning', true);"
	    " CREATE SCHEMA IF NOT EXISTS upgraded;"
	    " CREATE SCHEMA IF NOT EXISTS %s;"
	    " CREATE TABLE IF NOT EXISTS %s (id integer PRIMARY KEY, tag text);"
	    " CREATE TABLE IF NOT EXISTS " MAJOR_SEQUENCES
	    " (name text PRIMARY KEY, reserved bigint, late bigint);"
	    " CREATE TABLE IF NOT EXISTS " MAJOR_DEFINITIONS
	    " (name text PRIMARY KEY, definition text);"
	    " CREATE TABLE IF NOT EXISTS " MAJOR_DDL " (xid text PRIMARY KEY, what text);"
	    " %s %s %s"
	    " IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'upgraded_late'"
	    " AND tgrelid = '%s'::regclass) THEN"
	    " CREATE TRIGGER upgraded_late AFTER INSERT OR UPDATE ON %s"
	    " FOR EACH STATEMENT EXECUTE FUNCTION upgraded.sequences_late(); END IF;"
	    " IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '%s') THEN"
	    " CREATE PUBLICATION %s FOR ALL TABLES; END IF;"
	    " END $upgraded$",
	    schema, marker, figures, noted, late, marker, marker, stream, stream);
	free(marker);
	free(schema);
}

/* The stream whose source the member is. */
static const char *
stream_of(const struct scene *s, const struct plan_step *ps)
{
	return ps->member == s->plan->active ? MAJOR_UP : MAJOR_DOWN;
}

static void
publish_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		add_schema(&q, s->plan->pair, stream_of(s, ps));
	}
	str_list_done(&databases);
}

const struct step pg_publish = {
	.id = "publish",
	.title = "publish every table of %s, and make the table of the marker row",
	.effect = "every database has the publication",
	.build = publish_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
	.insists = true, /* a lock that somebody holds */
	.may_cancel = true,
};

/* ---- slots ---- */

static void
add_slot(struct pg_script *q, const char *stream, const char *database)
{
	char slot[PG_NAME_BYTES];

	major_slot(stream, database, slot, sizeof(slot));
	pg_script_in(q, major_database_name(database));
	pg_script_add(q,
	    "SELECT 'made', n, l.lsn FROM (SELECT '%s' AS n WHERE NOT EXISTS"
	    " (SELECT FROM pg_replication_slots WHERE slot_name = '%s')) m,"
	    " LATERAL pg_create_logical_replication_slot(n, 'pgoutput') l",
	    slot, slot);
}

/* Every transaction that runs has to end before a slot is made: who is waited for? One that
 * is prepared has no process. */
static const char blockers[] =
    "SELECT * FROM (SELECT 'waits for', pid, coalesce(usename, backend_type) AS who, datname,"
    " date_trunc('second', clock_timestamp() - xact_start)::text AS age, ''"
    " FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
    " AND xact_start < clock_timestamp() - interval '5 s'"
    " UNION ALL SELECT 'waits for', NULL, owner, database,"
    " date_trunc('second', clock_timestamp() - prepared)::text, gid FROM pg_prepared_xacts) x"
    " ORDER BY age DESC LIMIT 1";

/* true: somebody is named. */
static bool
why_waits(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *waits = pg_step_answer(s, "waits for"), f[5][80];

	if (waits == NULL)
		return false;
	for (int i = 0; i < 5; i++)
		pg_step_field(waits, i, f[i], sizeof(f[i]));
	free(waits);
	if (str_equal(f[0], "\\N")) {
		why_seen(w, "%s of %s in %s is prepared since %s", f[4], f[1], f[2], f[3]);
		why_remedy(w, "COMMIT PREPARED or ROLLBACK PREPARED it, then retry");
	} else {
		why_seen(w, "process %s of %s in %s has a transaction open for %s", f[0],
		    f[1], f[2], f[3]);
		why_remedy(w,
		    "let it end, or SELECT pg_terminate_backend(%s) on %s; it goes on by "
		    "itself, or after retry",
		    f[0], ps->member->name);
	}
	return true;
}

/* ---- before the standby is stopped for it ---- */

static void
calm_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", blockers);
}

static enum probe
calm_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "no transaction older than 5 s");
	return why_waits(s, ps, w) ? PROBE_TO_DO : probe;
}

const struct step pg_calm = {
	.id = "calm",
	.title = "wait until no long transaction of %s keeps a logical slot from being made",
	.effect = "none is older than 5 s, and none is prepared",
	.build = calm_build,
	.probe = calm_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 500,
	.tries = 1000000,
	.insists = true,
	.may_cancel = true,
};

/* ---- made ---- */

static void
slots_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *stream = stream_of(s, ps);
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", blockers);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++)
		add_slot(&q, stream, databases.items[i]);
	pg_script_add(&q, "SELECT pg_logical_emit_message(false, 'upgraded', 'tail')");
	pg_script_add(&q,
	    "SELECT 'slots', count(confirmed_flush_lsn), max(confirmed_flush_lsn)"
	    " FROM pg_replication_slots WHERE slot_name LIKE '%s\\_%%'",
	    stream);
	ret->limit_ms = 10000;
	str_list_done(&databases);
}

static enum probe
slots_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct str_list databases = { 0 };
	char *slots = pg_step_answer(s, "slots");
	enum probe probe = pg_step_said(s, ps, w);
	char count[16];
	int64_t n = -1;

	major_databases(s, &databases);
	why_needed(w, "%zu slots", databases.count);
	str_to_int(pg_step_field(slots, 0, count, sizeof(count)), 0, INT32_MAX, &n);
	if (probe == PROBE_DONE && n != (int64_t)databases.count) {
		why_seen(w, "%s", count[0] != '\0' ? count : "none");
		probe = PROBE_TO_DO;
	} else if (probe == PROBE_TO_DO) {
		why_waits(s, ps, w);
	}
	str_list_done(&databases);
	free(slots);
	return probe;
}

static void
slots_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char *slots = pg_step_answer(s, "slots"), lsn[40];

	if (slots != NULL && ps->member == s->plan->active)
		settings_set(notes, MAJOR_NOTE_UP_LSN,
		    pg_step_field(slots, 1, lsn, sizeof(lsn)));
	free(slots);
}

const struct step pg_slots = {
	.id = "slots",
	.title = "make a logical slot for every database of %s",
	.effect = "as many slots as databases, each with its position",
	.build = slots_build,
	.probe = slots_probe,
	.learn = slots_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 200,
	.tries = 1000,
	.insists = true,
	.may_cancel = true,
};

/* ---- and away again ---- */

static void
unpublish(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *superuser)
{
	const char *stream = stream_of(s, ps);
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, superuser);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q, "DROP PUBLICATION IF EXISTS %s", stream);
		pg_script_add(&q,
		    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
		    " WHERE slot_name LIKE '%s\\_%%' AND database = current_database()"
		    " AND active_pid IS NOT NULL",
		    stream);
		pg_script_add(&q,
		    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
		    " WHERE slot_name LIKE '%s\\_%%' AND database = current_database()",
		    stream);
	}
	str_list_done(&databases);
}

static void
unpublish_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	unpublish(s, ps, ret, NULL);
}

static void
unpublish_private_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	unpublish(s, ps, ret, major_superuser(s));
}

/* clang-format off */
#define UNPUBLISH \
	.effect = "neither is there", .probe = pg_step_said, .on_interrupt = INTERRUPT_REDO, \
	.patience_ms = 1, .tries = 100, .insists = true /* a sender that is about to end */
/* clang-format on */

const struct step pg_unpublish = {
	.id = "unpublish",
	.title = "drop the publications and slots of %s",
	.build = unpublish_build,
	UNPUBLISH,
};

const struct step pg_unpublish_private = {
	.id = "unpublish-private",
	.title = "drop the publications and slots of %s, which serves nobody",
	.build = unpublish_private_build,
	UNPUBLISH,
};
