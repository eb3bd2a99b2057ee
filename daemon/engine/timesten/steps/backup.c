/*
 * Out with ttBackup, in with ttRestore: an image, within one major release. A restore that
 * was cut off leaves a database that nobody can connect to, which the clean-up destroys; a
 * backup that was cut off leaves files of its own name, which it removes.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Moving a database to a different directory",
 * "Moving to a different patch release"; TimesTen Reference, ttBackup, ttRestore.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/steps/common.h"

const char *
step_backup_directory(const struct member *m)
{
	if (m->host->backup_directory != NULL)
		return m->host->backup_directory;
	return m->host->job_directory != NULL ? m->host->job_directory : "/var/tmp";
}

char *
step_backup_name(const struct scene *s, const struct member *m)
{
	if (s->upgrade == NULL)
		return mem_printf("%s-%s", m->pair->name, m->name);
	return mem_printf("%s-%s-%" PRId64, m->pair->name, m->name, s->upgrade->id);
}

static void
out_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *file = step_backup_name(s, ps->member);

	tt_backup(ret, ps->member, ps->installation, step_backup_directory(ps->member), file);
	free(file);
}

/* ttBackup makes NAME.sta, NAME.0.bac and so on: the names are ours alone, by the id. */
static void
find_build(const struct scene *s, const struct plan_step *ps, const char *const *what,
    struct command *ret)
{
	char *file = step_backup_name(s, ps->member);

	ret->kind = COMMAND_JOB;
	ret->member = ps->member;
	ret->host = ps->member->host;
	str_list_add(&ret->argv, "/usr/bin/find");
	str_list_add(&ret->argv, step_backup_directory(ps->member));
	str_list_add(&ret->argv, "-maxdepth");
	str_list_add(&ret->argv, "1");
	str_list_add(&ret->argv, "-type");
	str_list_add(&ret->argv, "f");
	str_list_add(&ret->argv, "-name");
	str_list_addf(&ret->argv, "%s.*", file);
	for (; *what != NULL; what++)
		str_list_add(&ret->argv, *what);
	ret->limit_ms = 60000;
	free(file);
}

static void
remove_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char *const remove[] = { "-delete", NULL };

	find_build(s, ps, remove, ret);
}

static enum probe
ended_well(const struct scene *s, const char *what, struct why *w)
{
	why_needed(w, "%s with exit status 0", what);
	why_remedy(w, "see what %s printed: upgradectl log", what);
	if (s->outcome == NULL) {
		why_seen(w, SEEN_NOT_RUN);
		return PROBE_TO_DO;
	}
	why_seen(w, "%s %d", ending_name(s->outcome->ending), s->outcome->status);
	step_tell_error(s, w);
	return s->outcome->ending == ENDING_EXITED && s->verdict == VERDICT_OK
	    ? PROBE_DONE
	    : PROBE_TO_DO;
}

static enum probe
out_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	return ended_well(s, "ttBackup", w);
}

const struct step tt_backup_out = {
	.id = "backup",
	.title = "save %s with ttBackup",
	.effect = "exit status 0",
	.build = out_build,
	.probe = out_probe,
	.clean_up = remove_build,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.may_cancel = true,
	.cleans_files = true,
};

/* What the tool says of itself is not enough to unload a database upon: the files are looked
 * at. Where there are none they are made again. */
static void
seen_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char *const print[] = { "-size", "+0", "-print", NULL };

	find_build(s, ps, print, ret);
}

static enum probe
seen_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *file = step_backup_name(s, ps->member);
	bool there = s->outcome != NULL && s->outcome->ending == ENDING_EXITED &&
	    strstr(s->outcome->output, file) != NULL;

	why_needed(w, "%s/%s.*, not empty", step_backup_directory(ps->member), file);
	why_remedy(w, "save %s there with the old ttBackup, then retry; or abort",
	    ps->member->name);
	why_seen(w,
	    s->outcome != NULL ? "no such file, or empty" : "not looked at yet");
	free(file);
	return there ? PROBE_DONE : PROBE_TO_DO;
}

const struct step tt_backup_seen = {
	.id = "backup-seen",
	.title = "see that the backup of %s is there",
	.effect = "its files are there and are not empty",
	.build = seen_build,
	.probe = seen_probe,
	.clean_up = out_build,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 4,
	.cleans_files = true,
};

static void
in_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *file = step_backup_name(s, ps->member);

	tt_restore(ret, ps->member, ps->installation, step_backup_directory(ps->member), file);
	free(file);
}

static enum probe
in_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe p = ended_well(s, "ttRestore", w);

	if (p == PROBE_DONE && step_inst(s, ps)->exists != FACT_YES) {
		why_seen(w,
		    "ttRestore ended well, but ttStatus does not list the database");
		return PROBE_TO_DO;
	}
	return p;
}

const struct step tt_restore_in = {
	.id = "restore",
	.title = "restore %s in its new place with ttRestore",
	.effect = "exit status 0, and ttStatus lists it",
	.build = in_build,
	.probe = in_probe,
	.learn = step_learn_new_path,
	.clean_up = step_destroy_new,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1,
	.may_cancel = true,
};

static enum probe
remove_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	return ended_well(s, "find -delete", w);
}

const struct step tt_backup_remove = {
	.id = "backup-remove",
	.title = "remove the backup of %s",
	.effect = "its files are gone",
	.build = remove_build,
	.probe = remove_probe,
	.on_interrupt = INTERRUPT_REDO,
};
