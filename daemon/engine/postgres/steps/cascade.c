/*
 * A subscriber that reads from the standby has no source while the standby is converted. It
 * reads from the active meanwhile, by a slot of its own there: so it stays in step, and can
 * go back to where it was when the upgrade is aborted.
 *
 * What it is told lands in its postgresql.auto.conf, whose copy was put aside before: the
 * way back is that copy, and nothing in it need be known. Both take effect by a reload.
 */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

#define NOTE_SLOT "pg.source-slot." /* + member: the slot that it uses at its source */

static bool
reads_from_standby(const struct scene *s, const struct plan_step *ps)
{
	return ps->peer == s->plan->standby;
}

/* ---- a slot on the active ---- */

static void
slot_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = s->plan->active;
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_slot(ps->member, slot);
	pg_script_begin(&q, ret, active, s->plan->old_installation[active->index],
	    NULL);
	pg_script_add(&q,
	    "SELECT pg_create_physical_replication_slot(n, true) FROM (SELECT '%s' AS n"
	    " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '%s')) m",
	    slot, slot);
}

static void
slot_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const char *slot =
	    settings_get(&s->seen[ps->member->index].details, "pg.source_slot");

	if (slot != NULL && slot[0] != '\0')
		pg_step_note_set(notes, NOTE_SLOT, ps->member, slot);
}

const struct step pg_cascade_slot = {
	.id = "cascade-slot",
	.title = "keep the log of the active for %s",
	.effect = "the active has a slot for it",
	.needed = reads_from_standby,
	.build = slot_build,
	.probe = pg_step_said,
	.learn = slot_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.patience_ms = 1,
};

/* ---- to the active ---- */

static void
move_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = s->plan->active;
	char *conninfo = pg_primary_conninfo(ps->member, active,
		 s->plan->old_installation[active->index]),
	     *literal = pg_literal(conninfo);
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_slot(ps->member, slot);
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "ALTER SYSTEM SET primary_conninfo = %s", literal);
	pg_script_add(&q, "ALTER SYSTEM SET primary_slot_name = '%s'", slot);
	pg_script_add(&q, "SELECT pg_reload_conf()");
	free(literal);
	free(conninfo);
}

/* It streams, by the slot that the active has for it. */
static enum probe
reads_by(const struct scene *s, const struct plan_step *ps, const char *slot,
    struct why *w)
{
	const struct settings *d = &s->seen[ps->member->index].details;
	const char *receiver = settings_get(d, "pg.receiver");
	const char *has = settings_get(d, "pg.source_slot");

	why_needed(w, "streaming by the slot %s", slot != NULL ? slot : "of before");
	why_seen(w, "receiver %s, slot %s", receiver != NULL ? receiver : "unknown",
	    has != NULL ? has : "unknown");
	if (receiver == NULL)
		return PROBE_UNKNOWN;
	if (str_equal(receiver, "streaming") && (slot == NULL || str_equal(has, slot)))
		return PROBE_DONE;
	return PROBE_TO_DO;
}

static enum probe
move_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char slot[PG_NAME_BYTES];

	why_remedy(w, "the log of %s says what keeps it from %s", ps->member->name,
	    s->plan->active->name);
	return reads_by(s, ps, pg_slot(ps->member, slot), w);
}

const struct step pg_cascade_move = {
	.id = "cascade-move",
	.title = "let %s read from the active",
	.effect = "it streams by its slot there",
	.needed = reads_from_standby,
	.build = move_build,
	.probe = move_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
	.patience_ms = 20000,
};

/* ---- and back ---- */

static bool
slot_known(const struct scene *s, const struct plan_step *ps)
{
	return reads_from_standby(s, ps) &&
	    pg_step_note_of(s, NOTE_SLOT, ps->member) != NULL;
}

/* The standby was made anew from the active and has no older log: who is behind that would find
 * nothing to read. The active was out of reach for a while, but kept the log for it. */
static void
near_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = s->plan->active;
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_slot(ps->member, slot);
	pg_script_begin(&q, ret, active, s->plan->old_installation[active->index],
	    NULL);
	pg_script_add(&q,
	    "SELECT 'near', active AND pg_current_wal_lsn() - restart_lsn < 1048576,"
	    " pg_current_wal_lsn() - restart_lsn FROM pg_replication_slots"
	    " WHERE slot_name = '%s'",
	    slot);
}

static enum probe
near_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);
	char *answer = pg_step_answer(s, "near"), near[8], behind[24];

	why_needed(w, "reading from %s, less than 1 MB behind", s->plan->active->name);
	if (probe == PROBE_DONE && answer != NULL) {
		pg_step_field(answer, 0, near, sizeof(near));
		why_seen(w, "%s bytes behind",
		    pg_step_field(answer, 1, behind, sizeof(behind)));
		why_remedy(w, "the log of %s says what keeps it from %s",
		    ps->member->name, s->plan->active->name);
		probe = str_equal(near, "t") ? PROBE_DONE : PROBE_TO_DO;
	}
	free(answer);
	return probe;
}

const struct step pg_cascade_near = {
	.id = "cascade-near",
	.title = "wait until %s has what the standby was made of",
	.effect = "it reads from the active, and is less than 1 MB behind",
	.needed = slot_known,
	.build = near_build,
	.probe = near_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1000,
	.tries = 100000,
};

/* The slot that it had went with the standby's old self. */
static void
slot_again_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *slot = pg_step_note_of(s, NOTE_SLOT, ps->member);
	char *literal = pg_literal(slot != NULL ? slot : "SLOT");
	struct pg_script q;

	pg_script_begin(&q, ret, ps->peer, s->plan->old_installation[ps->peer->index],
	    NULL);
	pg_script_add(&q,
	    "SELECT pg_create_physical_replication_slot(n, true) FROM (SELECT %s AS n"
	    " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = %s)) m",
	    literal, literal);
	free(literal);
}

const struct step pg_cascade_slot_again = {
	.id = "cascade-slot-again",
	.title = "make the slot of %s on the standby again",
	.effect = "the standby has it",
	.needed = slot_known,
	.build = slot_again_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static void
back_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_auto_back");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

static enum probe
back_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return s->outcome == NULL
	    ? PROBE_TO_DO
	    : reads_by(s, ps, pg_step_note_of(s, NOTE_SLOT, ps->member), w);
}

const struct step pg_cascade_back = {
	.id = "cascade-back",
	.title = "let %s read from the standby again",
	.effect = "it streams as before",
	.needed = reads_from_standby,
	.build = back_build,
	.probe = back_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.patience_ms = 20000,
};

/* ---- slots of ours that nobody needs any more ---- */

static void
drop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
	    " WHERE slot_type = 'physical' AND slot_name LIKE 'upgraded\\_%%' AND NOT active");
	pg_script_add(&q,
	    "SELECT 'left', slot_name FROM pg_replication_slots"
	    " WHERE slot_type = 'physical' AND slot_name LIKE 'upgraded\\_%%'");
}

const struct step pg_slots_drop = {
	.id = "slots-drop",
	.title = "drop the slots of ours on %s that nobody reads",
	.effect = "none is left",
	.build = drop_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
