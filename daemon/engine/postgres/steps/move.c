/*
 * A cluster that was stopped cleanly is copied, file by file, and then compared byte
 * by byte: the copy is the database, with its slots, its log and its settings.
 * Nothing is changed in the place that it came from.
 *
 * A copy that is begun again begins with an empty folder. What is emptied bears our
 * mark.
 */
#include "config.h"

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/offline.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- may it be elsewhere? ---- */

/* Links to folders elsewhere would be shared by both copies, and a setting that
 * names the old place would go with it. */
static const char movable[] =
    "DO $$ DECLARE what text; BEGIN"
    " SELECT string_agg(spcname, ', ') INTO what FROM pg_catalog.pg_tablespace"
    " WHERE spcname NOT IN ('pg_default', 'pg_global');"
    " IF what IS NOT NULL THEN"
    " RAISE EXCEPTION 'tablespaces are elsewhere: %', what USING ERRCODE = 'UD002',"
    " HINT = 'move what is in them to pg_default, and drop them';"
    " END IF;"
    " SELECT string_agg(format('%s = %s', name, setting), ', ') INTO what"
    " FROM pg_catalog.pg_file_settings"
    " WHERE position(current_setting('data_directory') || '/' IN setting || '/') > 0;"
    " IF what IS NOT NULL THEN"
    " RAISE EXCEPTION 'settings name the data directory: %', what"
    " USING ERRCODE = 'UD002',"
    " HINT = 'write them without it: they are read as below the data directory';"
    " END IF; END $$";

static void
movable_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", movable);
}

const struct step pg_movable = {
	.id = "movable",
	.title = "see whether the data of %s can be in another place",
	.effect = "no tablespaces, and no settings that name its data directory",
	.build = movable_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

/* ---- copied ---- */

static void
places(const struct scene *s, const struct plan_step *ps, const char *text,
    struct command *ret)
{
	int i = ps->member->index;

	pg_job_sh(ret, ps->member, text);
	str_list_add(&ret->argv, pg_data(ps->member, s->plan->old_installation[i]));
	str_list_add(&ret->argv, pg_data(ps->member, s->plan->new_installation[i]));
}

#define MARK "upgraded.copy"

static void
copy_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "old=$1 new=$2; "
	    "[ -e \"$new/" MARK "\" ] || [ -z \"$(ls -A \"$new\")\" ] || "
	    "{ echo \"$new is not empty, and no copy of ours\"; exit 1; }; "
	    "for f in \"$old\" \"$new\"; do [ ! -e \"$f/postmaster.pid\" ] || "
	    "{ echo \"a server runs in $f\"; exit 1; }; done; "
	    "true >\"$new/" MARK "\" && "
	    "find \"$new\" -mindepth 1 ! -path \"$new/" MARK "\" -delete && "
	    "cp -a --reflink=auto \"$old/.\" \"$new/\" || exit; "
	    "if [ -L \"$new/pg_wal\" ]; then rm \"$new/pg_wal\" && mkdir -m 700 "
	    "\"$new/pg_wal\" && cp -a --reflink=auto \"$old/pg_wal/.\" \"$new/pg_wal/\" || "
	    "exit; fi; "
	    "rm -rf \"$new/.upgraded\" \"$new/postmaster.opts\" && "
	    "sync -f \"$new\" && du -sh \"$new\"";

	places(s, ps, text, ret);
}

static enum probe
copy_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "see what it says: upgradectl log; make room, then retry; or abort");
	return pg_step_said(s, ps, w);
}

const struct step pg_copy = {
	.id = "copy",
	.title = "copy the data directory of %s to its new place",
	.effect = "every file is there and on disk",
	.build = copy_build,
	.probe = copy_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 2,
	.may_cancel = true,
};

static void
same_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "diff -rq --no-dereference -x " MARK " -x postmaster.opts -x .upgraded "
	    "-x pg_wal \"$1\" \"$2\" && diff -rq \"$1/pg_wal/\" \"$2/pg_wal/\" && "
	    "rm -f \"$2/" MARK "\" && echo equal";

	places(s, ps, text, ret);
}

static enum probe
same_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "no file that differs");
	why_remedy(w, "what differs is in the log; abort: the old place is as it was");
	return pg_step_said(s, ps, w);
}

const struct step pg_copy_same = {
	.id = "copy-same",
	.title = "compare both data directories of %s",
	.effect = "every file is equal, byte by byte",
	.build = same_build,
	.probe = same_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};
