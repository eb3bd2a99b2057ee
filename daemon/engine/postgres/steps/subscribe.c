/*
 * The other end of a stream: a subscription in every database, without a copy of the data,
 * which begins exactly at a position of its source.
 *
 * "up" begins at the position of the last slot, which is where the standby was recovered to;
 * what earlier slots have before it is there already. "down" begins at the position that the
 * activation noted, before the first write of an application; what lies before it came from
 * the old side itself. Both are set as the progress of the subscription's origin, which is
 * what its worker asks for.
 *
 * Whether a statement was carried out is told by the server; a subscription that is there
 * already is not made again, and one that runs is never set back.
 */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

/* The stream that the member subscribes to. */
static const char *
stream_of(const struct scene *s, const struct plan_step *ps)
{
	return ps->member == s->plan->active ? MAJOR_DOWN : MAJOR_UP;
}

static const char own[] =
    "subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";

/* ---- made ---- */

static void
add_subscription(const struct scene *s, struct pg_script *q, const char *stream,
    const char *database, const char *lsn)
{
	const struct member *source = major_source(s, stream);
	const char *name = major_database_name(database);
	char *conninfo = pg_publisher_conninfo(source, major_installation(s, source),
		 name, stream),
	     *literal = pg_literal(conninfo);
	char slot[PG_NAME_BYTES];

	major_slot(stream, database, slot, sizeof(slot));
	pg_script_in(q, name);
	pg_script_add(q,
	    "DO $upgraded$ BEGIN IF NOT EXISTS (SELECT FROM pg_subscription"
	    " WHERE subname = '%s' AND %s) THEN"
	    " CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s WITH (enabled = false,"
	    " create_slot = false, copy_data = false, slot_name = '%s'); END IF;"
	    " PERFORM pg_replication_origin_advance('pg_' || oid, '%s')"
	    " FROM pg_subscription WHERE subname = '%s' AND %s AND NOT subenabled;"
	    " ALTER SUBSCRIPTION %s ENABLE; END $upgraded$",
	    stream, own, stream, literal, stream, slot, lsn, stream, own, stream);
	free(literal);
	free(conninfo);
}

static void
subscribe_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *stream = stream_of(s, ps);
	const char *lsn = pg_step_note(s,
	    str_equal(stream, MAJOR_UP) ? MAJOR_NOTE_UP_LSN : MAJOR_NOTE_DOWN_LSN);
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, major_superuser(s));
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++)
		add_subscription(s, &q, stream, databases.items[i],
		    lsn != NULL ? lsn : "LSN");
	ret->limit_ms = 60000;
	str_list_done(&databases);
}

static enum probe
subscribe_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "replication's user must reach %s: pg_hba.conf there, its passfile on the host of "
	    "%s; then retry",
	    ps->peer->name, ps->member->name);
	return pg_step_said(s, ps, w);
}

const struct step pg_subscribe = {
	.id = "subscribe",
	.title = "let every database of %s follow the other side",
	.effect = "every database has its subscription, from the position noted",
	.build = subscribe_build,
	.probe = subscribe_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 10,
};

/* ---- ended ---- */

/* The slot is not asked for: its server may be away, and drops it itself. */
static void
unsubscribe(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *superuser)
{
	const char *stream = stream_of(s, ps);
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, superuser);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "DO $upgraded$ BEGIN IF EXISTS (SELECT FROM pg_subscription"
		    " WHERE subname = '%s' AND %s) THEN"
		    " ALTER SUBSCRIPTION %s DISABLE;"
		    " ALTER SUBSCRIPTION %s SET (slot_name = NONE);"
		    " DROP SUBSCRIPTION %s; END IF; END $upgraded$",
		    stream, own, stream, stream, stream);
	}
	str_list_done(&databases);
}

static void
unsubscribe_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	unsubscribe(s, ps, ret, NULL);
}

static void
unsubscribe_private_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	unsubscribe(s, ps, ret, major_superuser(s));
}

/* clang-format off */
#define UNSUBSCRIBE \
	.effect = "no database has the subscription", .probe = pg_step_said, \
	.on_interrupt = INTERRUPT_REDO, .patience_ms = 1, .tries = 20, .insists = true
/* clang-format on */

const struct step pg_unsubscribe = {
	.id = "unsubscribe",
	.title = "end the stream into %s",
	.build = unsubscribe_build,
	UNSUBSCRIBE,
};

const struct step pg_unsubscribe_private = {
	.id = "unsubscribe-private",
	.title = "end the stream into %s, which serves nobody",
	.build = unsubscribe_private_build,
	UNSUBSCRIBE,
};
