/*
 * A member is made anew as a copy of its peer, by a base backup into a data directory that
 * was empty when we took it. The slot on the peer is there before the copy begins, so that
 * no log it needs can go.
 *
 * Back to the old release (abort) the copy goes where the member's old data directory was:
 * what is there has left the active's timeline for good. Its own files of settings are put
 * aside before and put back after.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

/* The installation in which the peer serves as a source for this step. */
static int
source_installation(const struct scene *s, const struct plan_step *ps)
{
	return ps->row->side == SIDE_NEW ? s->plan->new_installation[ps->peer->index]
					 : s->plan->old_installation[ps->peer->index];
}

/* ---- the slot ---- */

static void
slot_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char slot[PG_NAME_BYTES];
	struct pg_script q;

	pg_script_begin(&q, ret, ps->peer, source_installation(s, ps), NULL);
	pg_slot(ps->member, slot);
	pg_script_add(&q,
	    "SELECT pg_create_physical_replication_slot(n, true) FROM (SELECT '%s' AS n"
	    " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '%s')) m",
	    slot, slot);
}

const struct step pg_slot_for = {
	.id = "slot-for",
	.title = "keep the log of its source for %s",
	.effect = "the source has its slot",
	.build = slot_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- the copy ---- */

static void
duplicate_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *conninfo =
	    pg_primary_conninfo(ps->member, ps->peer, source_installation(s, ps));
	char slot[PG_NAME_BYTES];

	pg_job(ret, ps->member, ps->installation, "pg_basebackup");
	str_list_addf(&ret->argv, "--pgdata=%s", pg_data(ps->member, ps->installation));
	str_list_addf(&ret->argv, "--dbname=%s", conninfo);
	str_list_addf(&ret->argv, "--slot=%s", pg_slot(ps->member, slot));
	str_list_add(&ret->argv, "--wal-method=stream");
	str_list_add(&ret->argv, "--checkpoint=fast");
	str_list_add(&ret->argv, "--write-recovery-conf");
	str_list_add(&ret->argv, "--no-password");
	free(conninfo);
}

static enum probe
duplicate_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "a whole copy of %s", ps->peer->name);
	why_remedy(w, "see what pg_basebackup printed: upgradectl log");
	return pg_step_said(s, ps, w);
}

static void
duplicate_clean_up(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	if (ps->row->side == SIDE_NEW && !major_claimed(s, ps->member))
		return;
	pg_shell_call(ret, ps->member, "pg_empty");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	ret->limit_ms = 600000;
}

const struct step pg_duplicate = {
	.id = "duplicate",
	.title = "make %s anew as a copy",
	.effect = "pg_basebackup says that it is whole",
	.build = duplicate_build,
	.probe = duplicate_probe,
	.clean_up = duplicate_clean_up,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.tries = 4,
	.may_cancel = true,
};

/* ---- settings of the old place ---- */

static void
aside_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_conf_keep");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

const struct step pg_conf_keep = {
	.id = "conf-keep",
	.title = "put a copy of the files of settings of %s aside",
	.effect = "they are beside its data directory",
	.build = aside_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

static void
back_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_conf_back");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

const struct step pg_conf_back = {
	.id = "conf-back",
	.title = "give %s its own files of settings again",
	.effect = "they are in its data directory, and it is a standby",
	.build = back_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
