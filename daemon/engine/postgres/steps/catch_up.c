/*
 * The other side comes close: the source says how far behind the receiver of each slot is,
 * and which of them nobody reads.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

#define NEAR_BYTES 1000000
#define WAIT_S     5

static const char *
stream_of(const struct scene *s, const struct plan_step *ps)
{
	return ps->member == s->plan->active ? MAJOR_UP : MAJOR_DOWN;
}

/* The receiver tells what is on its disk, which follows what it has applied by a while. */
static void
catch_up_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *stream = stream_of(s, ps);
	struct pg_script q;

	if (major_asks_why(s)) {
		major_why_build(s, ps->peer, ret);
		return;
	}
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "DO $$ BEGIN FOR i IN 1..%d LOOP EXIT WHEN NOT EXISTS"
	    " (SELECT FROM pg_replication_slots WHERE slot_name LIKE '%s\\_%%' AND NOT"
	    " (active AND pg_current_wal_flush_lsn() - confirmed_flush_lsn < %d));"
	    " PERFORM pg_sleep(0.1); END LOOP; END $$",
	    WAIT_S * 10, stream, NEAR_BYTES);
	pg_script_add(&q,
	    "SELECT 'behind', count(*), count(*) FILTER (WHERE NOT active),"
	    " max(pg_current_wal_flush_lsn() - confirmed_flush_lsn)::bigint,"
	    " max(database) FILTER (WHERE NOT active),"
	    " count(*) FILTER (WHERE wal_status = 'lost')"
	    " FROM pg_replication_slots WHERE slot_name LIKE '%s\\_%%'",
	    stream);
	ret->limit_ms = (WAIT_S + 10) * 1000;
}

static enum probe
catch_up_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *answer = pg_step_answer(s, "behind"), database[80];
	struct str_list databases = { 0 };
	enum probe probe = pg_step_said(s, ps, w);
	int64_t slots, idle, bytes, lost, wanted;

	if (s->outcome != NULL && major_asks_why(s)) {
		free(answer);
		return major_why(s, ps->peer, w);
	}
	major_databases(s, &databases);
	wanted = (int64_t)databases.count;
	str_list_done(&databases);
	why_needed(w, "every database less than %d bytes behind", NEAR_BYTES);
	if (probe != PROBE_DONE || answer == NULL) {
		free(answer);
		return PROBE_TO_DO;
	}
	slots = pg_step_number(answer, 0);
	idle = pg_step_number(answer, 1);
	bytes = pg_step_number(answer, 2);
	lost = pg_step_number(answer, 4);
	pg_step_field(answer, 3, database, sizeof(database));
	free(answer);
	why_seen(w,
	    "%" PRId64 " of %" PRId64 " slots are read, %" PRId64 " bytes behind",
	    slots - idle, wanted, bytes);
	if (lost > 0 || slots < wanted) {
		why_remedy(w,
		    "a slot of %s is gone, and with it what it held: abort, raise "
		    "max_slot_wal_keep_size, start anew",
		    ps->member->name);
		return PROBE_IMPOSSIBLE;
	}
	if (idle > 0)
		why_remedy(w,
		    "%s is not read: the log of %s says why; a row in conflict has to be "
		    "removed there, then it goes on by itself",
		    database, ps->peer->name);
	return idle == 0 && bytes >= 0 && bytes < NEAR_BYTES ? PROBE_DONE : PROBE_TO_DO;
}

const struct step pg_catch_up = {
	.id = "catch-up",
	.title = "wait until the other side is close behind %s",
	.effect = "every slot is read, and little is left to send",
	.build = catch_up_build,
	.probe = catch_up_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 1000000,
	.insists = true,
	.varies = true,
	.may_cancel = true,
};
