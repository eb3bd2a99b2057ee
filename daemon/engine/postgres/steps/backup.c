/*
 * A base backup that becomes the database: taken through the private socket while
 * nobody writes, held against its own manifest, and opened on a timeline of its own,
 * so that what the old place archived is never overwritten.
 *
 * Source: PostgreSQL documentation, pg_basebackup, pg_verifybackup, "Timelines".
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

static int
old_of(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->old_installation[ps->member->index];
}

/* ---- is everything in it? ---- */

static void
logged_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "DO $$ DECLARE what text; BEGIN"
		    " SELECT string_agg(oid::regclass::text, ', ') INTO what"
		    " FROM pg_catalog.pg_class"
		    " WHERE relkind = 'r' AND relpersistence = 'u'"
		    " AND pg_relation_size(oid) > 0;"
		    " IF what IS NOT NULL THEN"
		    " RAISE EXCEPTION 'unlogged tables of %% would arrive empty: %%',"
		    " current_database(), what USING ERRCODE = 'UD002',"
		    " HINT = 'ALTER TABLE ... SET LOGGED, or empty them; or"
		    " move-directory, which copies files';"
		    " END IF; END $$");
	}
	str_list_done(&databases);
}

const struct step pg_all_logged = {
	.id = "all-logged",
	.title = "see whether a base backup of %s would have everything",
	.effect = "no unlogged table has rows",
	.build = logged_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

/* ---- taken ---- */

/* Recovery ends where its own log ends, and then begins a timeline. */
static void
backup_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "new=$1; shift; \"$@\" && { echo \"restore_command = 'false' # upgraded\"; "
	    "echo \"recovery_target_timeline = 'current' # upgraded\"; } "
	    ">>\"$new/postgresql.auto.conf\" && (umask 077; true >\"$new/recovery.signal\") "
	    "&& rm -rf \"$new/.upgraded\"";
	char *tool = pg_tool(ps->member, old_of(s, ps), "pg_basebackup");
	char *conninfo =
	    pg_private_conninfo(ps->member, old_of(s, ps), major_superuser(s), NULL);
	const char *new = pg_data(ps->member, ps->installation);

	pg_job_sh(ret, ps->member, text);
	str_list_add(&ret->argv, new);
	str_list_add(&ret->argv, tool);
	str_list_addf(&ret->argv, "--pgdata=%s", new);
	str_list_addf(&ret->argv, "--dbname=%s", conninfo);
	str_list_add(&ret->argv, "--wal-method=stream");
	str_list_add(&ret->argv, "--checkpoint=fast");
	str_list_add(&ret->argv, "--no-password");
	free(conninfo);
	free(tool);
}

static enum probe
backup_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w, "see what it says: upgradectl log; then retry; or abort");
	return pg_step_said(s, ps, w);
}

static void
backup_clean_up(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (!major_claimed(s, ps->member))
		return;
	pg_shell_call(ret, ps->member, "pg_empty");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	ret->limit_ms = 600000;
}

const struct step pg_backup = {
	.id = "backup",
	.title = "take a base backup of %s into its new place",
	.effect = "pg_basebackup says that it is whole",
	.build = backup_build,
	.probe = backup_probe,
	.clean_up = backup_clean_up,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.tries = 2,
	.may_cancel = true,
};

static void
verify_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	pg_job(ret, ps->member, old_of(s, ps), "pg_verifybackup");
	str_list_add(&ret->argv, "--ignore=.upgraded"); /* the private socket's */
	str_list_add(&ret->argv, pg_data(ps->member, ps->installation));
}

const struct step pg_backup_verify = {
	.id = "backup-verify",
	.title = "hold the new place of %s against the manifest of the backup",
	.effect = "pg_verifybackup finds every file and every checksum",
	.build = verify_build,
	.probe = backup_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- opened ---- */

static void
opened_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_backup_opened");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

const struct step pg_backup_opened = {
	.id = "backup-opened",
	.title = "wait until the recovery of %s ends",
	.effect = "it is on a timeline of its own",
	.build = opened_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 200,
	.tries = 100000,
	.insists = true,
	.may_cancel = true,
};
