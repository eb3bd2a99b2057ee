/*
 * The standby is recovered to the position where the last slot begins, exactly, and becomes
 * a database of its own.
 *
 * The target is exclusive: the slot sends every transaction whose commit is written at or
 * behind its position; inclusive recovery would apply one that is written exactly there, and
 * it would come a second time. Whether it stopped there is read from the server itself.
 *
 * From here on the standby cannot follow the active any more: the way back is to make it
 * anew. It runs private meanwhile, writes nothing by itself, and archives nothing: its new
 * timeline must not get among the files of the active.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

#define WAIT_S 5

static void
convert_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *lsn = pg_step_note(s, MAJOR_NOTE_UP_LSN);
	struct buf more = { 0 };

	buf_addf(&more,
	    "-c recovery_target='' -c recovery_target_name='' -c recovery_target_time=''"
	    " -c recovery_target_xid='' -c recovery_target_lsn=%s"
	    " -c recovery_target_inclusive=off -c recovery_target_action=promote"
	    " -c recovery_target_timeline=latest -c archive_mode=off"
	    " -c max_logical_replication_workers=0",
	    lsn != NULL ? lsn : "LSN");
	pg_private_start(ret, ps->member, ps->installation, buf_text(&more));
	buf_done(&more);
}

static enum probe
convert_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	if (pg_step_runs(s, ps) == FACT_YES)
		return PROBE_DONE;
	why_remedy(w,
	    "its log ends .upgraded/server.log in its data directory: mend the cause, then "
	    "retry; or abort, which makes it anew");
	return pg_step_said(s, ps, w);
}

const struct step pg_convert = {
	.id = "convert",
	.title = "start %s privately, to be recovered to where the slots begin",
	.effect = "its server runs",
	.build = convert_build,
	.probe = convert_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
	.may_cancel = true,
};

/* ---- there ---- */

/* It ends by itself when somebody promotes it short of the position. What it has replayed is
 * kept, so that it goes on there when it is started again. */
static bool
has_stopped(const struct scene *s, const struct plan_step *ps)
{
	return s->upgrade != NULL && s->upgrade->walk.round_tries > 0 &&
	    pg_step_runs(s, ps) == FACT_NO;
}

static void
converted_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	if (has_stopped(s, ps)) {
		convert_build(s, ps, ret);
		return;
	}
	pg_script_begin(&q, ret, ps->member, ps->installation, major_superuser(s));
	pg_script_add(&q,
	    "DO $$ BEGIN FOR i IN 1..%d LOOP EXIT WHEN NOT pg_is_in_recovery();"
	    " PERFORM pg_sleep(0.02); END LOOP; END $$",
	    WAIT_S * 50);
	pg_script_add(&q,
	    "SELECT 'recovery', pg_is_in_recovery(), pg_last_wal_replay_lsn()");
	ret->limit_ms = (WAIT_S + 5) * 1000;
}

static enum probe
converted_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *lsn = pg_step_note(s, MAJOR_NOTE_UP_LSN);
	char *answer = pg_step_answer(s, "recovery"), in[8], at[40];
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "recovered to %s", lsn);
	why_remedy(w,
	    "%s needs the log of %s up to there, and .upgraded/server.log in its data directory "
	    "says why it does not come: mend that, then retry; or abort, which makes it anew",
	    ps->member->name, ps->peer->name);
	pg_step_field(answer, 0, in, sizeof(in));
	pg_step_field(answer, 1, at, sizeof(at));
	if (answer != NULL)
		why_seen(w, "%s, at %s", in[0] == 't' ? "in recovery" : "recovered",
		    at);
	else if (pg_step_runs(s, ps) == FACT_NO)
		why_seen(w, "its server stopped");
	free(answer);
	if (probe != PROBE_DONE || in[0] != 'f')
		return PROBE_TO_DO;
	if (!str_equal(at, lsn)) {
		why_remedy(w,
		    "it did not stop where the slots begin: abort, which makes it anew");
		return PROBE_IMPOSSIBLE;
	}
	return PROBE_DONE;
}

const struct step pg_converted = {
	.id = "converted",
	.title = "wait until %s is recovered to exactly there",
	.effect = "it left recovery, and replayed nothing behind the position",
	.build = converted_build,
	.probe = converted_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1,
	.tries = 100000,
	.insists = true,
	.may_cancel = true,
};

/* ---- what came with the copy and is not its own ---- */

static void
strip_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, major_superuser(s));
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q, "DROP PUBLICATION IF EXISTS " MAJOR_UP);
	}
	pg_script_add(&q,
	    "SELECT 'dropped', slot_name, pg_drop_replication_slot(slot_name)"
	    " FROM pg_replication_slots");
	str_list_done(&databases);
}

const struct step pg_strip = {
	.id = "strip",
	.title = "drop from %s the publications and slots that belong to the active",
	.effect = "neither is there",
	.build = strip_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 10,
	.insists = true,
};
