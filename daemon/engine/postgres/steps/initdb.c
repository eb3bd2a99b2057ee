/*
 * Room for the new release: a folder that is claimed while it is empty, so that nothing
 * which was there before us is ever removed, and a cluster in it that is made like the old
 * one in everything that pg_upgrade compares.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

static void
claim_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_claim");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

static void
claim_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	pg_step_note_set(notes, MAJOR_NOTE_CLAIMED, ps->member,
	    pg_data(ps->member, ps->installation));
}

const struct step pg_claim = {
	.id = "claim",
	.title = "make room for the new release of %s",
	.effect = "its new data directory is there and empty",
	.build = claim_build,
	.probe = pg_step_said,
	.learn = claim_learn,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

bool
major_claimed(const struct scene *s, const struct member *m)
{
	return pg_step_note_of(s, MAJOR_NOTE_CLAIMED, m) != NULL;
}

static void
unclaim_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_shell_call(ret, ps->member, "pg_unclaim");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

static bool
unclaim_needed(const struct scene *s, const struct plan_step *ps)
{
	return major_claimed(s, ps->member);
}

const struct step pg_unclaim = {
	.id = "unclaim",
	.title = "give back the empty new data directory of %s",
	.effect = "there is no empty directory left",
	.needed = unclaim_needed,
	.build = unclaim_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
};

/* ---- the cluster ---- */

void
major_initdb_options(const struct scene *s, struct str_list *argv)
{
	struct str_list options = { 0 };

	str_list_addf(argv, "--username=%s", major_superuser(s));
	str_list_add(argv, "--auth-local=peer");
	str_list_add(argv, "--auth-host=reject");
	str_list_add(argv, "--no-sync"); /* pg_upgrade does it at its end */
	if (s->upgrade != NULL)
		settings_list(&s->upgrade->notes, MAJOR_NOTE_INITDB, &options);
	for (size_t i = 0; i < options.count; i++)
		str_list_add(argv, options.items[i]);
	str_list_done(&options);
}

static void
initdb_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	pg_job(ret, ps->member, ps->installation, "initdb");
	str_list_addf(&ret->argv, "--pgdata=%s", pg_data(ps->member, ps->installation));
	major_initdb_options(s, &ret->argv);
}

static enum probe
initdb_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w, "see what initdb printed: upgradectl log");
	return pg_step_said(s, ps, w);
}

static void
initdb_clean_up(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (!major_claimed(s, ps->member))
		return;
	pg_shell_call(ret, ps->member, "pg_empty");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
}

const struct step pg_initdb = {
	.id = "initdb",
	.title = "make an empty cluster of the new release for %s",
	.effect = "initdb says so",
	.build = initdb_build,
	.probe = initdb_probe,
	.clean_up = initdb_clean_up,
	.on_interrupt = INTERRUPT_CLEAN_UP,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- its settings ---- */

/* Those that the streams need, whatever the old server had: as many again of everything
 * that a subscription takes. */
static void
add_needs(const struct scene *s, struct command *ret)
{
	struct str_list databases = { 0 };
	size_t n;

	if (s->plan->procedure->offline)
		return;
	major_databases(s, &databases);
	n = databases.count;
	pg_shell_word(ret, "wal_level=logical");
	pg_shell_wordf(ret, "max_replication_slots>%zu", 2 * n + 8);
	pg_shell_wordf(ret, "max_wal_senders>%zu", 2 * n + 8);
	pg_shell_wordf(ret, "max_logical_replication_workers>%zu", n + 4);
	pg_shell_wordf(ret, "max_worker_processes>%zu", n + 12);
	str_list_done(&databases);
}

void
major_carry(const struct scene *s, const struct member *m, struct command *ret)
{
	int old = s->plan->old_installation[m->index];
	int new = s->plan->new_installation[m->index];
	const struct installation *tools = member_installation(m, new);
	struct pg_server server;

	pg_server(m, new, &server);
	pg_shell_call(ret, m, "pg_carry");
	pg_shell_word(ret, pg_data(m, old));
	pg_shell_word(ret, pg_data(m, new));
	pg_shell_word(ret, tools != NULL ? tools->bin : "");
	pg_shell_wordf(ret, "port=%d", server.port);
	add_needs(s, ret);
}

static void
carry_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	major_carry(s, ps->member, ret);
	ret->limit_ms = 120000;
}

static bool
left_out_line(char *line, void *arg)
{
	struct buf *b = arg;
	const char *tab = strchr(line, '\t');

	if (str_starts(line, "left out\t"))
		buf_addf(b, "%s%s", b->len > 0 ? "\n" : "", tab + 1);
	return true;
}

/* Nothing is lost without a word: the note is part of `upgradectl show`. */
static void
carry_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct buf b = { 0 };

	if (s->outcome != NULL)
		str_each_line(s->outcome->output, left_out_line, &b);
	pg_step_note_set(notes, MAJOR_NOTE_LEFT_OUT, ps->member, buf_text(&b));
	buf_done(&b);
}

const struct step pg_settings_carry = {
	.id = "settings-carry",
	.title = "give the new server of %s the settings of its old one",
	.effect = "those that the new release takes are in its postgresql.conf",
	.build = carry_build,
	.probe = pg_step_said,
	.learn = carry_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
