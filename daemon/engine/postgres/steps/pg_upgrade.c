/*
 * pg_upgrade: tried on the standby while it still runs, then run in earnest.
 *
 * How files come over is chosen where nothing is said: shared blocks where the file system
 * can, which leave the old cluster whole; else links, where both are on one file system;
 * else copies. With links and after a failure the old cluster is as it was, once its control
 * file has its name back, as long as the new one was never started.
 *
 * Source: PostgreSQL documentation, pg_upgrade, "Usage" and "Reverting to old cluster".
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

static int
old_of(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->old_installation[ps->member->index];
}

static int
new_of(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->new_installation[ps->member->index];
}

/* ---- which mode ---- */

static const char *
mode_of(const struct scene *s)
{
	const char *mode = settings_get(&s->plan->options, "mode");

	if (mode == NULL)
		mode = pg_step_note(s, MAJOR_NOTE_MODE);
	return mode;
}

static bool
mode_needed(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return settings_get(&s->plan->options, "mode") == NULL;
}

static void
mode_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	pg_shell_call(ret, ps->member, "pg_mode");
	pg_shell_word(ret, pg_data(ps->member, old_of(s, ps)));
	pg_shell_word(ret, pg_data(ps->member, new_of(s, ps)));
}

static enum probe
mode_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *mode = pg_step_answer(s, "mode");
	enum probe probe = pg_step_said(s, ps, w);

	if (mode == NULL)
		probe = PROBE_TO_DO;
	free(mode);
	return probe;
}

static void
mode_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char *mode = pg_step_answer(s, "mode");

	(void)ps;
	/* Offline the old cluster is the way back, until the new one serves. */
	if (mode != NULL && s->plan->procedure->offline && str_equal(mode, "link"))
		settings_set(notes, MAJOR_NOTE_MODE, "copy");
	else if (mode != NULL)
		settings_set(notes, MAJOR_NOTE_MODE, mode);
	free(mode);
}

const struct step pg_mode = {
	.id = "mode",
	.title = "see whether the files of %s can be shared, linked, or must be copied",
	.effect = "clone, link or copy",
	.needed = mode_needed,
	.build = mode_build,
	.probe = mode_probe,
	.learn = mode_learn,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

/* ---- the command ---- */

static void
add_servers(const struct scene *s, const struct plan_step *ps, struct str_list *argv)
{
	const struct member *m = ps->member;
	int sides[2] = { old_of(s, ps), new_of(s, ps) };
	static const char *const options[2] = { "--old-options", "--new-options" };
	static const char *const bins[2] = { "--old-bindir", "--new-bindir" };
	static const char *const data[2] = { "--old-datadir", "--new-datadir" };

	for (int i = 0; i < 2; i++) {
		const struct installation *tools = member_installation(m, sides[i]);
		struct buf b = { 0 };

		pg_private_trust(&b, m, sides[1]);
		str_list_addf(argv, "%s=%s", bins[i], tools != NULL ? tools->bin : "");
		str_list_addf(argv, "%s=%s", data[i], pg_data(m, sides[i]));
		str_list_addf(argv, "%s=%s", options[i], buf_text(&b));
		buf_done(&b);
	}
	str_list_addf(argv, "--username=%s", major_superuser(s));
}

/* What it found is in files; which, depends on its release. */
static const char run[] =
    "\"$@\" && exit 0; rc=$?; "
    "for t in *.txt ../pg_upgrade_output.d/*/*.txt ../pg_upgrade_output.d/*/log/*.log; do "
    "[ -s \"$t\" ] || continue; echo \"== $t\"; tail -n 20 \"$t\"; done; exit $rc";

static void
begin(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *tool = pg_tool(ps->member, new_of(s, ps), "pg_upgrade");

	pg_private_job_sh(ret, ps->member, new_of(s, ps), run);
	str_list_add(&ret->argv, tool);
	free(tool);
}

/* ---- tried ---- */

/* The running standby lets its owner in, or not: then what is wrong is found later. */
static void
check_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_server server;

	pg_server(ps->member, old_of(s, ps), &server);
	begin(s, ps, ret);
	str_list_add(&ret->argv, "--check");
	add_servers(s, ps, &ret->argv);
	str_list_addf(&ret->argv, "--old-port=%d", server.port);
}

static enum probe
check_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);

	why_needed(w, "clusters that are compatible");
	why_remedy(w,
	    "mend what pg_upgrade names (upgradectl log), then retry; or abort");
	if (probe != PROBE_TO_DO || s->outcome == NULL ||
	    s->outcome->ending != ENDING_EXITED)
		return probe;
	if (strstr(s->outcome->output, "connection to server") != NULL ||
	    strstr(s->outcome->output, "could not connect to") != NULL)
		return PROBE_NOT_NEEDED;
	why_seen(w, "pg_upgrade refuses, exit status %d", s->outcome->status);
	return probe;
}

const struct step pg_upgrade_check = {
	.id = "upgrade-check",
	.title = "see whether pg_upgrade would take %s",
	.effect = "pg_upgrade --check finds nothing",
	.build = check_build,
	.probe = check_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 2,
	.may_cancel = true,
};

/* ---- run ---- */

static void
upgrade_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *mode = mode_of(s);

	begin(s, ps, ret);
	if (!str_equal(mode,
		"copy")) /* what it does by itself; not every release has the word */
		str_list_addf(&ret->argv, "--%s", mode != NULL ? mode : "MODE");
	str_list_add(&ret->argv, "--jobs=4");
	add_servers(s, ps, &ret->argv);
}

static enum probe
upgrade_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "see what pg_upgrade printed: upgradectl log; mend it, then retry; or abort");
	return pg_step_said(s, ps, w);
}

/* As before it: the old cluster whole, the new one empty. */
static void
upgrade_clean_up(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list argv = { 0 };
	char *initdb = pg_tool(ps->member, new_of(s, ps), "initdb");

	pg_shell_call(ret, ps->member, "pg_upgrade_undo");
	pg_shell_word(ret, pg_data(ps->member, old_of(s, ps)));
	pg_shell_word(ret, pg_data(ps->member, new_of(s, ps)));
	pg_shell_call(ret, ps->member, initdb);
	pg_shell_wordf(ret, "--pgdata=%s", pg_data(ps->member, new_of(s, ps)));
	major_initdb_options(s, &argv);
	for (size_t i = 0; i < argv.count; i++)
		pg_shell_word(ret, argv.items[i]);
	major_carry(s, ps->member, ret);
	ret->limit_ms = 300000;
	str_list_done(&argv);
	free(initdb);
}

const struct step pg_upgrade_run = {
	.id = "upgrade",
	.title = "bring %s to the new release with pg_upgrade",
	.effect = "pg_upgrade says that it is complete",
	.build = upgrade_build,
	.probe = upgrade_probe,
	.clean_up = upgrade_clean_up,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.tries = 2,
};
