/*
 * Out with the old release's ttMigrate, in with the new one's.
 *
 * Never with -noRepUpgrade: the copy must go on replicating with the old release. A restore
 * that failed half-way leaves a half-filled database, which the clean-up destroys; the
 * export and the other databases of the pair are not touched.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Moving to a different major release";
 * TimesTen Reference, ttMigrate.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/past.h"

#define CHECKPOINT_MB 20 /* the chapter's own figure, step 5 of its offline procedure */

static char *
export_file(const struct scene *s, const struct member *m)
{
	const char *directory = m->host->backup_directory;

	if (directory == NULL)
		directory = m->host->job_directory != NULL ? m->host->job_directory
							   : "/var/tmp";
	if (s->upgrade == NULL)
		return mem_printf("%s/%s-%s.mig", directory, m->pair->name, m->name);
	return mem_printf("%s/%s-%s-%" PRId64 ".mig", directory, m->pair->name, m->name,
	    s->upgrade->id);
}

/* A job with the export as the program's last argument. */
static void
file_job(const struct scene *s, const struct plan_step *ps, const char *program,
    const char *flag, struct command *ret)
{
	char *file = export_file(s, ps->member);

	ret->kind = COMMAND_JOB;
	ret->member = ps->member;
	ret->host = ps->member->host;
	str_list_add(&ret->argv, program);
	str_list_add(&ret->argv, flag);
	str_list_add(&ret->argv, file);
	ret->limit_ms = 60000;
	free(file);
}

static void
remove_file(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	file_job(s, ps, "/bin/rm", "-f", ret);
}

/* The tool said that it did it, and its own counts agree. Some print none: then there is
 * its word alone, and nothing to compare the restore with. */
static bool
is_whole(const struct scene *s, struct tt_migrated *ret, struct why *w)
{
	if (s->outcome == NULL) {
		why_seen(w, SEEN_NOT_RUN);
		return false;
	}
	tt_migrate_parse(s->outcome->output, NULL, NULL, ret);
	why_seen(w, "%s %d; %d objects, %" PRId64 " of %" PRId64 " rows, %d failures",
	    ending_name(s->outcome->ending), s->outcome->status, ret->objects,
	    ret->rows_done, ret->rows_total, ret->failures);
	step_tell_error(s, w);
	return s->outcome->ending == ENDING_EXITED && s->verdict == VERDICT_OK &&
	    ret->failures == 0 && ret->rows_done == ret->rows_total;
}

static void
out_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *file = export_file(s, ps->member);

	tt_migrate_create(ret, ps->member, ps->installation, file, NULL);
	free(file);
}

/* From this one on ttMigrate knows -relaxedUpgrade and -exactUpgrade. */
static const struct release first_relaxed = { { 11, 2, 2 }, 3 };

/* What is restored need not replicate with what was saved. Up to 11.2.1 both tools are told
 * so; later ones know other words, and only the one that restores.
 *
 * Source: usage of ttMigrate, 7.0, 11.2.1, 11.2.2. */
static const char *
alone_word(const struct release *r, bool restores)
{
	if (release_compare(r, &first_relaxed) < 0)
		return "-noRepUpgrade";
	return restores ? "-relaxedUpgrade" : NULL;
}

static void
alone_out_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *const options[] = { alone_word(&s->plan->from, false), NULL };
	char *file = export_file(s, ps->member);

	tt_migrate_create(ret, ps->member, ps->installation, file, options);
	free(file);
}

static enum probe
out_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct tt_migrated m;

	why_needed(w, "an export of every row of %s", ps->member->name);
	why_remedy(w, "see what ttMigrate printed: upgradectl log");
	return is_whole(s, &m, w) ? PROBE_DONE : PROBE_TO_DO;
}

static void
out_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct tt_migrated m;
	struct why w;
	char rows[32];

	if (s->outcome == NULL || !is_whole(s, &m, &w))
		return;
	step_remember_saved(s->outcome->output, notes);
	if (m.cut || m.tables == 0)
		return;
	str_printf(rows, sizeof(rows), "%" PRId64, m.rows_done);
	note_set(notes, TT_NOTE_ROWS, ps->member, rows);
	settings_set(notes, NOTE_SIZE_ROWS, rows);
}

const struct step tt_migrate_out = {
	.id = "migrate-out",
	.title = "save %s with the old ttMigrate",
	.effect = "exit status 0, every object saved, all rows counted",
	.build = out_build,
	.probe = out_probe,
	.learn = out_learn,
	.clean_up = remove_file,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.may_cancel = true,
	.cleans_files = true,
};

/* Offline, without replication: nothing of it is carried along. */
const struct step tt_migrate_out_alone = {
	.id = "migrate-out",
	.title = "save %s with the old ttMigrate",
	.effect = "exit status 0, every object saved, all rows counted",
	.build = alone_out_build,
	.probe = out_probe,
	.learn = out_learn,
	.clean_up = remove_file,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.may_cancel = true,
	.cleans_files = true,
};

/* What the tool says of itself is not enough to destroy a database upon: the file is looked
 * at. Where there is none it is made again. */
static void
seen_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	file_job(s, ps, "/usr/bin/test", "-s", ret);
}

static enum probe
seen_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *file = export_file(s, ps->member);

	why_needed(w, "%s, not empty", file);
	why_remedy(w, "save %s there with the old ttMigrate -c, then retry; or abort",
	    ps->member->name);
	why_seen(w,
	    s->outcome != NULL ? "no such file, or empty" : "not looked at yet");
	free(file);
	return s->outcome != NULL && s->outcome->ending == ENDING_EXITED &&
		s->outcome->status == 0
	    ? PROBE_DONE
	    : PROBE_TO_DO;
}

const struct step tt_export_seen = {
	.id = "export-seen",
	.title = "see that the export of %s is there",
	.effect = "the file is there and is not empty",
	.build = seen_build,
	.probe = seen_probe,
	.clean_up = out_build,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 4,
	.cleans_files = true,
};

const struct step tt_export_seen_alone = {
	.id = "export-seen",
	.title = "see that the export of %s is there",
	.effect = "the file is there and is not empty",
	.build = seen_build,
	.probe = seen_probe,
	.clean_up = alone_out_build,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 4,
	.cleans_files = true,
};

static int
checkpoint_mb(const struct scene *s)
{
	const char *option = settings_get(&s->plan->options, TT_OPTION_CHECKPOINT);
	int64_t mb;

	return option != NULL && str_to_int(option, 1, INT32_MAX, &mb) ? (int)mb
								       : CHECKPOINT_MB;
}

/* A file with cache groups is restored for the cache administrator, whose password is asked
 * for at a prompt. */
static void
restore_with(const struct scene *s, const struct plan_step *ps, const char *one,
    const char *more, struct command *ret)
{
	const struct account *cache = &s->plan->pair->cache;
	bool caches = step_has_cache_groups(s, ps->member) && cache->user != NULL;
	const char *options[5] = { NULL };
	size_t n = 0;
	char *file = export_file(s, ps->member);

	if (one != NULL)
		options[n++] = one;
	if (caches) {
		options[n++] = "-cacheUid";
		options[n++] = cache->user;
	}
	if (more != NULL)
		options[n++] = more;

	tt_migrate_restore(ret, ps->member, ps->installation, file, checkpoint_mb(s),
	    options);
	step_add_size(s, ret);
	if (caches) {
		ret->user = cache->user;
		ret->password_file = cache->password_file;
	}
	free(file);
}

/* What goes on replicating with the old release keeps the layout of its tables. Up to 11.2.1 that is
 * the default, -repUpgrade; of later releases no document says which is. */
static void
in_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	bool says = release_compare(&s->plan->to, &first_relaxed) >= 0;

	restore_with(s, ps, says ? "-exactUpgrade" : NULL, NULL, ret);
}

static void
in_with(const struct scene *s, const struct plan_step *ps, const char *more,
    struct command *ret)
{
	restore_with(s, ps, alone_word(&s->plan->to, true), more, ret);
}

static void
alone_in_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	in_with(s, ps, NULL, ret);
}

/* TIMESTEN8 is bytes that nobody knows the meaning of: they are taken as they are. */
static void
charset_in_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *was = step_note(s, TT_NOTE_CHARSET, ps->member);

	const char *wanted = settings_get(&s->plan->options, TT_OPTION_CHARSET);

	if (was == NULL && s->seen != NULL)
		was = settings_get(&step_seen(s, ps->member)->details, "charset");
	in_with(s, ps,
	    str_equal_nocase(was, "TIMESTEN8") ? "-noCharsetConversion" : NULL, ret);
	if (wanted != NULL)
		tt_add_attribute(ret, "DatabaseCharacterSet", wanted);
}

static void
types_in_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	bool kept = settings_is(&s->plan->options, "types", "timesten");

	in_with(s, ps, kept ? NULL : "-convertTypesToOra", ret);
}

static enum probe
in_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *rows = step_note(s, TT_NOTE_ROWS, ps->member);
	struct tt_migrated m;
	int64_t exported = -1;

	why_needed(w, "every row of the export%s%s", rows != NULL ? ": " : "",
	    rows != NULL ? rows : "");
	why_remedy(w,
	    "see what ttMigrate printed: upgradectl log; the export is still there");
	if (!is_whole(s, &m, w))
		return PROBE_TO_DO;
	if (step_inst(s, ps)->exists == FACT_NO) {
		why_seen(w, "ttMigrate ended well, but ttStatus does not list the database");
		return PROBE_TO_DO;
	}
	if (rows != NULL && str_to_int(rows, 0, INT64_MAX, &exported) && !m.cut &&
	    m.tables > 0 && m.rows_done != exported)
		return PROBE_TO_DO;
	return PROBE_DONE;
}

const struct step tt_migrate_in = {
	.id = "migrate-in",
	.title = "restore %s with the new ttMigrate",
	.effect = "exit status 0, every object restored, as many rows as were saved, and "
		  "ttStatus lists it",
	.build = in_build,
	.probe = in_probe,
	.learn = step_learn_new_path,
	.clean_up = step_destroy_new,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1,
	.may_cancel = true,
};

#define MIGRATE_IN_ALONE                                                               \
	.id = "migrate-in", .title = "restore %s in its new place with ttMigrate",     \
	.effect = "exit status 0, every object restored, as many rows as were "        \
		  "saved, and ttStatus lists it",                                      \
	.probe = in_probe, .learn = step_learn_new_path, .clean_up = step_destroy_new, \
	.on_interrupt = INTERRUPT_CLEAN_UP, .looks = LOOK_INSTANCE, .patience_ms = 1,  \
	.may_cancel = true

const struct step tt_migrate_in_alone = { .build = alone_in_build, MIGRATE_IN_ALONE };
const struct step tt_migrate_in_charset = { .build = charset_in_build,
	MIGRATE_IN_ALONE };
const struct step tt_migrate_in_types = { .build = types_in_build, MIGRATE_IN_ALONE };

static enum probe
remove_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "the export removed");
	why_seen(w, s->outcome != NULL ? "rm refused" : "not removed yet");
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
							      : PROBE_TO_DO;
}

const struct step tt_export_remove = {
	.id = "export-remove",
	.title = "remove the export of %s",
	.effect = "the file is gone",
	.build = remove_file,
	.probe = remove_probe,
	.on_interrupt = INTERRUPT_REDO,
};
