/*
 * The former active comes back as a standby.
 *
 * Its log must not reach beyond the place where the new active left it. After our fence it
 * does not; that is looked at all the same (look-back), because what is beyond is lost when
 * it follows. Records that are no commits only cost a rewind. Commits are a danger: a person
 * decides, and says so with retry.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

static char *
bin_of(const struct member *m, int installation)
{
	char *bin = pg_tool(m, installation, "");
	size_t len = strlen(bin);

	if (len > 0 && bin[len - 1] == '/')
		bin[len - 1] = '\0';
	return bin;
}

/* ---- where the new active left ---- */

static void
fork_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	pg_shell_call(ret, ps->member, "pg_fork");
	pg_shell_word(ret, pg_data(ps->member, pg_step_home(s, ps, ps->member)));
	ret->limit_ms = 10000;
}

static enum probe
fork_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *answer = pg_step_answer(s, "fork");
	enum probe probe = pg_step_said(s, ps, w);

	if (probe == PROBE_DONE && answer == NULL)
		probe = PROBE_TO_DO;
	free(answer);
	return probe;
}

static void
fork_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char *answer = pg_step_answer(s, "fork");

	pg_step_note_set(notes, PG_NOTE_FORK, ps->member, answer != NULL ? answer : "");
	free(answer);
}

const struct step pg_fork_seen = {
	.id = "fork",
	.title = "note where the log of %s left that of the former active",
	.effect = "the history of its timeline tells",
	.build = fork_build,
	.probe = fork_probe,
	.learn = fork_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- what is beyond ---- */

/* The programs of the release that wrote the log read it. */
static void
look_back_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *fork = pg_step_note_of(s, PG_NOTE_FORK, ps->peer);
	char *bin = bin_of(ps->member, ps->installation), timeline[16], lsn[40];

	pg_shell_call(ret, ps->member, "pg_beyond");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, bin);
	pg_shell_word(ret,
	    fork != NULL ? pg_step_field(fork, 0, timeline, sizeof(timeline))
			 : "TIMELINE");
	pg_shell_word(ret,
	    fork != NULL ? pg_step_field(fork, 1, lsn, sizeof(lsn)) : "LSN");
	ret->limit_ms = 120000;
	free(bin);
}

static enum probe
look_back_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *answer = pg_step_answer(s, "beyond"), first[40];
	int64_t records = pg_step_number(answer, 0),
		commits = pg_step_number(answer, 1);
	enum probe probe = pg_step_said(s, ps, w);

	pg_step_field(answer, 2, first, sizeof(first));
	free(answer);
	why_needed(w, "no commit on %s that %s does not have", ps->member->name,
	    ps->peer->name);
	if (probe != PROBE_DONE)
		return probe;
	why_seen(w, "%" PRId64 " records beyond, %" PRId64 " of them commits", records,
	    commits);
	if (records < 0)
		return PROBE_TO_DO;
	if (commits == 0 ||
	    s->upgrade->runs[ps->list][ps->index].attempt > 1) /* a person saw it */
		return PROBE_DONE;
	why_remedy(w,
	    "%s holds commits from %s on that no other has: read them with pg_waldump, keep a "
	    "copy of %s; retry gives them up and makes it a standby",
	    ps->member->name, first, pg_data(ps->member, ps->installation));
	return PROBE_IMPOSSIBLE;
}

static void
look_back_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	char *answer = pg_step_answer(s, "beyond");

	pg_step_note_set(notes, PG_NOTE_BEYOND, ps->member,
	    pg_step_number(answer, 0) > 0 ? "yes" : "no");
	free(answer);
}

const struct step pg_look_back = {
	.id = "look-back",
	.title = "see that %s holds nothing that the active does not have",
	.effect = "pg_waldump finds no commit behind the place where the active left its log",
	.build = look_back_build,
	.probe = look_back_probe,
	.learn = look_back_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1000,
	.tries = 3,
};

/* ---- rewind ---- */

/* BIN DATA SOURCE. Files of settings come with the rest, so its own are put aside before and
 * put back after; once aside they stay what they were. */
static const char rewind_text[] =
    "bin=$1 data=$2 source=$3 aside=${2%/*}/.${2##*/}.rewind\n"
    "if ! [ -e \"$aside/whole\" ]; then\n"
    "	(umask 077 && mkdir -p \"$aside\") && cp -p \"$data\"/*.conf \"$aside/\" &&\n"
    "		: >\"$aside/whole\" || exit 1\n"
    "fi\n"
    "\"$bin/pg_rewind\" --target-pgdata=\"$data\" --source-server=\"$source\" || exit\n"
    "rm \"$aside/whole\" && cp -p \"$aside\"/*.conf \"$data/\" && rm -r \"$aside\"\n";

static void
rewind_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int home = pg_step_home(s, ps, ps->peer);
	char *source = pg_conninfo_as(ps->peer, home, NULL, "upgraded");
	char *bin = bin_of(ps->member, ps->installation);

	pg_job_sh(ret, ps->member, rewind_text);
	str_list_add(&ret->argv, bin);
	str_list_add(&ret->argv, pg_data(ps->member, ps->installation));
	str_list_add(&ret->argv, source);
	free(bin);
	free(source);
}

static bool
is_beyond(const struct scene *s, const struct plan_step *ps)
{
	return str_equal(pg_step_note_of(s, PG_NOTE_BEYOND, ps->member), "yes");
}

static enum probe
rewind_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "make %s anew by hand as a standby of %s (pg_basebackup), then retry",
	    ps->member->name, ps->peer->name);
	return pg_step_said(s, ps, w);
}

const struct step pg_rewind = {
	.id = "rewind",
	.title = "take back on %s what the active does not have, if there is anything",
	.effect = "pg_rewind says that it is done",
	.build = rewind_build,
	.needed = is_beyond,
	.probe = rewind_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- follow ---- */

static void
follow_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *conninfo =
	    pg_primary_conninfo(ps->member, ps->peer, pg_step_home(s, ps, ps->peer));
	char slot[PG_NAME_BYTES];

	pg_shell_call(ret, ps->member, "pg_follow");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, conninfo);
	pg_shell_word(ret, pg_slot(ps->member, slot));
	ret->limit_ms = 10000;
	free(conninfo);
}

const struct step pg_follow = {
	.id = "follow",
	.title = "make %s a standby of the active when it starts",
	.effect = "standby.signal is there, and primary_conninfo leads to the active",
	.build = follow_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- subscribers ---- */

static const struct member *
other_master(const struct scene *s, const struct member *m)
{
	return m == s->plan->active ? s->plan->standby : s->plan->active;
}

static void
point_at(const struct scene *s, const struct plan_step *ps, const struct member *source,
    const char *slot, struct command *ret)
{
	char *conninfo =
	    pg_primary_conninfo(ps->member, source, pg_step_home(s, ps, source));
	char *literal = pg_literal(conninfo), *slot_literal = pg_literal(slot);
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pg_script_add(&q, "ALTER SYSTEM SET primary_slot_name = %s", slot_literal);
	pg_script_add(&q, "ALTER SYSTEM SET primary_conninfo = %s", literal);
	pg_script_add(&q, "SELECT pg_reload_conf()");
	free(slot_literal);
	free(literal);
	free(conninfo);
}

static bool
reads_from_active(const struct scene *s, const struct plan_step *ps)
{
	return pg_step_moves(s, ps->member);
}

static void
repoint_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char slot[PG_NAME_BYTES];

	point_at(s, ps, other_master(s, s->plan->active), pg_slot(ps->member, slot), ret);
}

const struct step pg_repoint = {
	.id = "repoint",
	.title = "let %s read from the new active, if it read from the former one",
	.effect = "primary_conninfo leads there",
	.build = repoint_build,
	.needed = reads_from_active,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static void
repoint_back_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	char slot[PG_NAME_BYTES];

	point_at(s, ps, s->plan->active, pg_slot(ps->member, slot), ret);
}

const struct step pg_repoint_back = {
	.id = "repoint-back",
	.title = "let %s read from the former active again",
	.effect = "primary_conninfo leads there",
	.build = repoint_back_build,
	.needed = reads_from_active,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
