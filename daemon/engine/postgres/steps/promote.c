/*
 * A standby becomes the active. The request is repeated until it is followed: one that comes
 * while the server waits to connect to its source again is not heard before that wait is over
 * (wal_retrieve_retry_interval, which was made short before: settings.c).
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/lease.h"
#include "daemon/engine/postgres/steps/steps.h"

const char *const pg_promote_sql =
    "DO $$ DECLARE till timestamptz := clock_timestamp() + interval '20 s';"
    " next timestamptz := clock_timestamp(); BEGIN WHILE pg_is_in_recovery() LOOP"
    " IF clock_timestamp() >= next THEN PERFORM pg_promote(false);"
    " next := clock_timestamp() + interval '50 ms'; END IF;"
    " IF clock_timestamp() > till THEN RAISE 'it is still in recovery'"
    " USING ERRCODE = 'UD001'; END IF; PERFORM pg_sleep(0.0005); END LOOP; END $$";

#define PROMOTES_MS 1000 /* at the least */

static void
promote_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", pg_promote_sql);
	pg_script_add(&q, "SELECT 'promoted', pg_current_wal_lsn()");
	ret->limit_ms = lease_answer_ms(s, ps->peer, PROMOTES_MS, 30000);
}

static enum probe
promote_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "out of recovery");
	why_remedy(w, "see the log of %s; promote it by hand if you must, then retry",
	    ps->member->name);
	return pg_step_said(s, ps, w);
}

const struct step pg_promote = {
	.id = "promote",
	.title = "make %s the active database",
	.effect = "it is out of recovery and takes writes",
	.build = promote_build,
	.trusted = lease_successor_is_trusted,
	.probe = promote_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100,
	.insists = true,
};

const struct step pg_see_promoted = {
	.id = "see-promoted",
	.title = "see %s active, if it was left to the guard",
	.effect = "it is out of recovery and takes writes",
	.build = promote_build,
	.needed = lease_left_promotion,
	.probe = promote_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100,
	.insists = true,
};
