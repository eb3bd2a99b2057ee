/*
 * A database goes to another host: a copy is made there over the network, follows
 * until the database is stopped, and takes over when it has replayed the very end of
 * its log. The shutdown checkpoint is the last record; who has replayed beyond its
 * beginning has all of it.
 *
 * Source: PostgreSQL documentation, "Log-Shipping Standby Servers"; pg_ctl, "stop".
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/offline.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- where it listens ---- */

static void
address_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct installation *tools =
	    member_installation(ps->member, ps->installation);
	struct pg_server server;

	(void)s;
	pg_server(ps->member, ps->installation, &server);
	pg_shell_call(ret, ps->member, "pg_own_address");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, tools != NULL ? tools->bin : "");
	pg_shell_word(ret, server.hostaddr[0] != '\0' ? server.hostaddr : server.host);
	pg_shell_wordf(ret, "%d", server.port);
}

const struct step pg_own_address = {
	.id = "own-address",
	.title = "let %s listen at its own address",
	.effect = "address and port of its conninfo are in its settings",
	.build = address_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- everything is there ---- */

#define WAIT_MS 10000

static void
replayed_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *end = pg_step_note_of(s, OFFLINE_NOTE_END, ps->peer);
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "DO $$ DECLARE till timestamptz := clock_timestamp() + interval '%d ms'; BEGIN"
	    " WHILE pg_last_wal_replay_lsn() <= '%s' LOOP"
	    " IF clock_timestamp() > till THEN RAISE EXCEPTION 'replayed up to %%',"
	    " pg_last_wal_replay_lsn() USING ERRCODE = 'UD001'; END IF;"
	    " PERFORM pg_sleep(0.002); END LOOP; END $$",
	    WAIT_MS, end != NULL ? end : "LSN");
	pg_script_add(&q, "SELECT 'replayed', pg_last_wal_replay_lsn()");
	ret->limit_ms = WAIT_MS + 5000;
}

static enum probe
replayed_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *end = pg_step_note_of(s, OFFLINE_NOTE_END, ps->peer);

	why_needed(w, "replayed beyond %s, the last checkpoint of %s",
	    end != NULL ? end : "LSN", ps->peer->name);
	why_remedy(w,
	    "abort starts %s again; its log says why the copy does not have it",
	    ps->peer->name);
	return pg_step_said(s, ps, w);
}

static void
replayed_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	(void)s;
	settings_set(notes, PG_NOTE_PROOF, ps->peer->name);
}

const struct step pg_end_replayed = {
	.id = "end-replayed",
	.title = "wait until %s has replayed the end of the other's log",
	.effect = "it is beyond the shutdown checkpoint",
	.build = replayed_build,
	.probe = replayed_probe,
	.learn = replayed_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100000,
	.insists = true,
	.may_cancel = true,
};

/* ---- it takes over ---- */

static void
take_over_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "SELECT 'promoted', pg_promote(true, 60)"
	    " WHERE pg_is_in_recovery()");
	ret->limit_ms = 70000;
}

static enum probe
take_over_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	why_needed(w, "active, and taking writes");
	why_seen(w, "%s, accepts writes: %s", role_name(o->role),
	    fact_name(o->writable));
	if (o->role == ROLE_ACTIVE && o->writable == FACT_YES)
		return PROBE_DONE;
	return o->role == ROLE_UNKNOWN ? PROBE_UNKNOWN : PROBE_TO_DO;
}

const struct step pg_take_over = {
	.id = "take-over",
	.title = "make %s the active database",
	.effect = "it is out of recovery and takes writes",
	.build = take_over_build,
	.probe = take_over_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
	.patience_ms = 2000,
	.tries = 20,
	.insists = true,
};

/* ---- its slot ---- */

static void
slot_gone_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_script_begin(&q, ret, ps->peer, s->plan->old_installation[ps->peer->index],
	    NULL);
	pg_script_add(&q,
	    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
	    " WHERE slot_name = '%s'",
	    pg_slot(ps->member, slot));
}

const struct step pg_slot_gone = {
	.id = "slot-gone",
	.title = "keep no more log of its source for %s",
	.effect = "the source has no slot for it",
	.build = slot_gone_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 500,
	.tries = 20,
	.insists = true,
};
