/*
 * Slots for those that will read from the member once it is the active: its peer, where that one
 * stays, and the subscribers that read from the peer. They are made before the swap, on the standby, so that
 * no log can go that they need; and what they leave behind on their former source is dropped.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

bool
pg_step_moves(const struct scene *s, const struct member *m)
{
	const struct member *upstream = member_upstream(m);

	return m->subscriber && (upstream == NULL || upstream == s->plan->active);
}

static void
add_slot(struct pg_script *q, const struct member *m)
{
	char slot[PG_NAME_BYTES];

	pg_slot(m, slot);
	pg_script_add(q,
	    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
	    " WHERE slot_name = '%s' AND NOT active"
	    " AND (wal_status = 'lost' OR restart_lsn IS NULL)",
	    slot);
	pg_script_add(q,
	    "SELECT pg_create_physical_replication_slot(n, true) FROM (SELECT '%s' AS n"
	    " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '%s')) m",
	    slot, slot);
}

static void
slots_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct pair *p = s->plan->pair;
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	if (!s->plan->procedure->makes_standby)
		add_slot(&q, ps->peer);
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_step_moves(s, &p->members[i]))
			add_slot(&q, &p->members[i]);
}

/* A database that goes to another host leaves nobody behind who would read. */
static bool
slots_needed(const struct scene *s, const struct plan_step *ps)
{
	const struct pair *p = s->plan->pair;

	(void)ps;
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_step_moves(s, &p->members[i]))
			return true;
	return !s->plan->procedure->makes_standby;
}

const struct step pg_swap_slots = {
	.id = "swap-slots",
	.title = "keep the log of %s for those that will read from it",
	.effect = "there is a slot for each of them",
	.build = slots_build,
	.needed = slots_needed,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- dropped ---- */

static void
drop_slot(struct pg_script *q, const char *slot)
{
	char *literal = pg_literal(slot);

	pg_script_add(q,
	    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
	    " WHERE slot_name = %s AND NOT active AND slot_type = 'physical'",
	    literal);
	free(literal);
}

static void
drop_for(struct pg_script *q, const struct scene *s, const struct member *m, bool reads)
{
	const char *was = pg_settings_slot(s, m);
	char slot[PG_NAME_BYTES];

	pg_slot(m, slot);
	if (!reads)
		drop_slot(q, slot);
	if (was != NULL && !str_equal(was, slot))
		drop_slot(q, was);
}

/* The member is the standby now, and the one that read from it is its source; or the roles
 * were swapped back, and they read from it again, by the slots that were made for that. */
static void
left_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	bool reads = ps->list != LIST_FORWARD ||
	    settings_is(&s->plan->options, "swap_back", "yes");
	const struct pair *p = s->plan->pair;
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	drop_for(&q, s, ps->peer, reads);
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_step_moves(s, &p->members[i]))
			drop_for(&q, s, &p->members[i], reads);
}

const struct step pg_slots_left = {
	.id = "slots-left",
	.title = "drop the slots on %s that nobody reads any more",
	.effect = "it keeps no log for them",
	.build = left_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* Abort: those that were made for a swap that is not to be. */
static void
unmade_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct pair *p = s->plan->pair;
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	drop_slot(&q, pg_slot(ps->peer, slot));
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_step_moves(s, &p->members[i]))
			drop_slot(&q, pg_slot(&p->members[i], slot));
}

const struct step pg_slots_unmade = {
	.id = "slots-unmade",
	.title = "drop the slots on %s that were made for the swap",
	.effect = "it keeps no log for them",
	.build = unmade_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
