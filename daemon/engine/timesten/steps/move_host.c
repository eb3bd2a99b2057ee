/*
 * A database goes to another host as an image of ttBackup: in files that are copied over, or in
 * one stream into ttRestore. What goes between the hosts goes through the daemon's own host,
 * by the transports that are configured: neither of the two needs a way to the other.
 *
 * Files arrive in a folder of their own below backup_directory, so that nothing is lost when
 * both hosts have the same one; it and the files of ttBackup are removed at the end.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Moving a database to a different host";
 * TimesTen Reference, ttBackup -o, ttRestore -i.
 */
#include "config.h"

#include <stdlib.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/engine/timesten/steps/common.h"

/* ---- words for a shell ---- */

static void
add_word(struct buf *b, const char *word)
{
	buf_adds(b, b->len > 0 ? " '" : "'");
	for (; *word != '\0'; word++)
		if (*word == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addf(b, "%c", *word);
	buf_adds(b, "'");
}

/* Runs the text as the owner of the databases, if that is somebody else: as jobs do. */
static char *
as_owner(const struct host *h, const char *text)
{
	struct buf b = { 0 }, whole = { 0 };

	if (h->run_as == NULL)
		return mem_strdup(text);
	add_word(&b, text);
	buf_addf(&whole,
	    "u=%s; b=; [ \"$(id -un)\" = \"$u\" ] || b=\"sudo -n -u $u --\"; "
	    "[ -z \"$b\" ] || [ \"$(id -u)\" -ne 0 ] || "
	    "b=\"setpriv --reuid=$u --regid=$(id -g \"$u\") --init-groups --\"; $b sh -c %s",
	    h->run_as, buf_text(&b));
	buf_done(&b);
	return buf_take(&whole);
}

/* The text as a command line of this host: through ssh where the host is a far one, whose login
 * shell may be any. */
static char *
on_host(const struct host *h, const char *text)
{
	char *run = as_owner(h, text);
	struct buf inner = { 0 }, b = { 0 };

	add_word(&inner, "sh");
	add_word(&inner, "-c");
	add_word(&inner, run);
	free(run);
	if (h->transport == TRANSPORT_LOCAL)
		return buf_take(&inner);
	add_word(&b, "ssh");
	for (size_t i = 0; i < h->ssh_options.count; i++)
		add_word(&b, h->ssh_options.items[i]);
	add_word(&b, "-oBatchMode=yes");
	add_word(&b, "-oStrictHostKeyChecking=yes");
	add_word(&b, "--");
	add_word(&b, h->ssh_destination != NULL ? h->ssh_destination : h->name);
	add_word(&b, buf_text(&inner));
	buf_done(&inner);
	return buf_take(&b);
}

/* One after the other, and both have to end well. */
static void
pipe_job(struct command *ret, const struct member *m, int installation,
    const struct host *from, const char *out, const struct host *to, const char *in)
{
	char *one = on_host(from, out), *other = on_host(to, in);

	ret->kind = COMMAND_JOB;
	ret->member = m;
	ret->installation = installation;
	str_list_add(&ret->argv, "/bin/sh");
	str_list_add(&ret->argv, "-c");
	str_list_addf(&ret->argv,
	    "exec 4>&1; s=$({ { %s 3>&- 4>&-; echo $? >&3; } | %s >&4 3>&- 4>&-; } 3>&1); "
	    "r=$?; [ \"$s\" = 0 ] && exit $r; echo \"the source ended with status $s\" >&2; "
	    "exit 1",
	    one, other);
	str_list_add(&ret->env, "LC_ALL=C");
	free(one);
	free(other);
}

/* ---- files ---- */

static char *
arrival(const struct scene *s, const struct plan_step *ps)
{
	char *name = step_backup_name(s, ps->peer), *path;

	path = mem_printf("%s/%s.moved", step_backup_directory(ps->member), name);
	free(name);
	return path;
}

static void
files_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *name = step_backup_name(s, ps->peer), *folder = arrival(s, ps), *out, *in;
	struct buf dir = { 0 }, to = { 0 };

	add_word(&dir, step_backup_directory(ps->peer));
	add_word(&to, folder);
	out = mem_printf("cd %s && exec tar -cf - ./%s.*", buf_text(&dir), name);
	in = mem_printf("mkdir -p %s && cd %s && exec tar -xf -", buf_text(&to), buf_text(&to));
	pipe_job(ret, ps->member, ps->installation, ps->peer->host, out, ps->member->host, in);
	free(out);
	free(in);
	free(name);
	free(folder);
	buf_done(&dir);
	buf_done(&to);
}

static void
files_remove_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *folder = arrival(s, ps);

	ret->kind = COMMAND_JOB;
	ret->member = ps->member;
	ret->host = ps->member->host;
	str_list_add(&ret->argv, "/bin/rm");
	str_list_add(&ret->argv, "-rf");
	str_list_add(&ret->argv, "--");
	str_list_add(&ret->argv, folder);
	ret->limit_ms = 60000;
	free(folder);
}

static enum probe
ended_well(const struct scene *s, const char *what, struct why *w)
{
	why_needed(w, "%s with exit status 0", what);
	why_remedy(w, "see what was printed: upgradectl log");
	if (s->outcome == NULL) {
		why_seen(w, SEEN_NOT_RUN);
		return PROBE_TO_DO;
	}
	why_seen(w, "%s %d", ending_name(s->outcome->ending), s->outcome->status);
	return s->outcome->ending == ENDING_EXITED && s->verdict == VERDICT_OK ? PROBE_DONE
									       : PROBE_TO_DO;
}

static enum probe
files_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	return ended_well(s, "the copy of the files", w);
}

const struct step tt_move_files = {
	.id = "move-files",
	.title = "copy the backup to the host of %s",
	.effect = "exit status 0 on both hosts",
	.build = files_build,
	.probe = files_probe,
	.clean_up = files_remove_build,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.may_cancel = true,
	.cleans_files = true,
};

static enum probe
files_remove_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	return ended_well(s, "rm", w);
}

const struct step tt_move_files_remove = {
	.id = "moved-files-remove",
	.title = "remove the copied files on the host of %s",
	.effect = "their folder is gone",
	.build = files_remove_build,
	.probe = files_remove_probe,
	.on_interrupt = INTERRUPT_REDO,
};

/* ---- the database in its new place ---- */

static enum probe
restored_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe p = ended_well(s, "ttRestore", w);

	if (p == PROBE_DONE && step_inst(s, ps)->exists != FACT_YES) {
		why_seen(w, "it ended well, but ttStatus does not list the database");
		return PROBE_TO_DO;
	}
	return p;
}

/* What was noted of the database is true of its copy, which takes its place. */
static void
restored_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	static const char *const kept[] = { TT_NOTE_CACHE, TT_NOTE_CACHE_POLICY,
		TT_NOTE_RAM_POLICY, TT_NOTE_RAM_GRACE, TT_NOTE_GROUPS };
	const struct installation_seen *in = step_inst(s, ps);
	char key[NAME_MAX_BYTES + 24];

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const char *was = step_note(s, kept[i], ps->peer);

		if (was != NULL)
			note_set(notes, kept[i], ps->member, was);
	}
	str_printf(key, sizeof(key), TT_NOTE_PATH "%s.new", ps->member->name);
	if (in->path[0] != '\0')
		settings_set(notes, key, in->path);
}

static void
restored_clean_up(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_destroy(ret, ps->member, ps->installation);
	ret->limit_ms = 300000;
}

static void
restore_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *name = step_backup_name(s, ps->peer), *folder = arrival(s, ps);

	tt_restore(ret, ps->member, ps->installation, folder, name);
	free(name);
	free(folder);
}

#define RESTORED                                                                     \
	.effect = "exit status 0, and ttStatus of the new host lists it",            \
	.probe = restored_probe, .learn = restored_learn, .clean_up = restored_clean_up, \
	.on_interrupt = INTERRUPT_CLEAN_UP, .looks = LOOK_INSTANCE, .patience_ms = 1,    \
	.may_cancel = true

const struct step tt_restore_moved = {
	.id = "restore",
	.title = "restore the database on the host of %s with ttRestore",
	.build = restore_build,
	RESTORED,
};

/* A command line of a tool, with its environment. */
static char *
tool_line(const struct command *c, const char *word)
{
	struct buf b = { 0 };

	add_word(&b, "env");
	for (size_t i = 0; i < c->env.count; i++)
		add_word(&b, c->env.items[i]);
	for (size_t i = 0; i < c->argv.count; i++) {
		add_word(&b, c->argv.items[i]);
		if (i == 0)
			add_word(&b, word);
	}
	return buf_take(&b);
}

static void
stream_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int old = s->plan->old_installation[ps->peer->index];
	struct command out, in;
	char *from, *to;

	command_init(&out);
	command_init(&in);
	tt_backup_stream(&out, ps->peer, old);
	tt_restore_stream(&in, ps->member, ps->installation);
	from = tool_line(&out, "-o");
	/* The source is still loaded: its copy is not to be, not even for a moment. */
	str_list_add(&in.argv, "-noconn");
	to = tool_line(&in, "-i");
	pipe_job(ret, ps->member, ps->installation, ps->peer->host, from, ps->member->host, to);
	free(from);
	free(to);
	command_done(&out);
	command_done(&in);
}

const struct step tt_move_stream = {
	.id = "move-stream",
	.title = "restore the database on the host of %s from a stream of ttBackup",
	.build = stream_build,
	RESTORED,
};
