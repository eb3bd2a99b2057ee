/*
 * The member stops taking writes, and the marker row is its last commit: fence.sh says how.
 *
 * The sessions that commit it are opened before (arm), because nobody can log in to a frozen
 * server. What fails thaws. A guard on the host thaws what nobody came back for; hold decides that
 * it does not, and only then may the peer be made active, by us or, when nobody came back, by the
 * guard. Once it is, the frozen server is taken away (out): who waits in its queue is refused and
 * goes on to the next host of his list. What is left of it ends when the others have logged in
 * (bury).
 *
 * An active that died meanwhile cannot be thawed: to serve again it is started.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/lease.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/model/engine.h"

#define APPLICATION "upgraded fence"
#define TRIES       3

static void
call(struct command *c, const struct plan_step *ps, const char *function)
{
	pg_shell_call(c, ps->member, function);
	pg_shell_word(c, pg_data(ps->member, ps->installation));
}

static void
add_bin(struct command *c, const struct plan_step *ps)
{
	char *bin = pg_tool(ps->member, ps->installation, "");

	bin[strlen(bin) - (bin[0] != '\0')] = '\0';
	pg_shell_word(c, bin);
	free(bin);
}

/* One string for each database that takes part, else for the one of conninfo. */
static void
add_sessions(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	struct str_list lines = { 0 };

	if (pg_step_note(s, MAJOR_NOTE_DATABASES) != NULL)
		major_databases(s, &lines);
	for (size_t i = 0; i < lines.count || i == 0; i++) {
		const char *database =
		    lines.count > 0 ? major_database_name(lines.items[i]) : NULL;
		char *conninfo = pg_conninfo_as(ps->member, ps->installation, database,
		    APPLICATION);

		pg_shell_word(c, conninfo);
		free(conninfo);
	}
	str_list_done(&lines);
}

/* Who takes over, and how the guard asks for it when nobody else is left to do so. */
static void
add_successor(struct command *c, const struct scene *s, const struct plan_step *ps)
{
	const struct plan *plan = s->plan;
	bool follows = plan->pair->engine->same_major(&plan->from, &plan->to);
	char *conninfo = pg_conninfo_as(ps->peer, pg_step_home(s, ps, ps->peer), NULL,
	    APPLICATION);

	pg_shell_call(c, ps->member, "pg_successor");
	pg_shell_word(c, conninfo);
	pg_shell_word(c, follows ? pg_promote_sql : pg_open_sql);
	if (pg_in_place(ps->member))
		pg_shell_word(c, "standby");
	free(conninfo);
}

/* Its own word is the evidence: nothing but the shell sees what it has done. */
static enum probe
word_probe(const struct scene *s, const struct plan_step *ps, struct why *w,
    const char *word)
{
	char *answer = pg_step_answer(s, word);
	bool said = answer != NULL;

	free(answer);
	if (s->outcome == NULL || s->outcome->ending != ENDING_EXITED)
		return pg_step_said(s, ps, w);
	if (said && s->outcome->status == 0)
		return PROBE_DONE;
	why_saw_last_line(w, s->outcome->output);
	return PROBE_TO_DO;
}

/* ---- arm ---- */

static void
arm_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	add_successor(ret, s, ps);
	call(ret, ps, "pg_arm");
	add_bin(ret, ps);
	add_sessions(ret, s, ps);
	pg_shell_call(ret, ps->member, "pg_guard_may");
	ret->limit_ms = 60000;
}

static enum probe
arm_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "psql of the owner of the cluster must be able to log in on %s as conninfo says: "
	    "see to its passfile there, then retry",
	    ps->member->host->name);
	return word_probe(s, ps, w, "armed");
}

static void
arm_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	lease_learn(s, ps->member, notes);
}

const struct step pg_arm = {
	.id = "arm",
	.title = "open the session that will write the last commit of %s",
	.effect = "psql is connected",
	.build = arm_build,
	.probe = arm_probe,
	.learn = arm_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- warm ---- */

static void
warm_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *conninfo = pg_conninfo_as(ps->member, ps->installation, NULL, APPLICATION);

	(void)s;
	call(ret, ps, "pg_warm");
	add_bin(ret, ps);
	pg_shell_word(ret, conninfo);
	ret->limit_ms = 60000;
	free(conninfo);
}

/* It only saves time: what it could not do applications do. */
static enum probe
warm_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return s->outcome != NULL ? PROBE_DONE : pg_step_said(s, ps, w);
}

const struct step pg_warm = {
	.id = "warm",
	.title = "read the catalogs of %s into its memory",
	.effect = "a session was opened in every database",
	.build = warm_build,
	.probe = warm_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- fence ---- */

static int64_t
clip(int64_t v, int64_t min, int64_t max)
{
	return v < min ? min : v > max ? max : v;
}

static void
fence_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int64_t pause_ms = s->plan->pair->limits.write_pause_ms, lease_ms = scene_lease_ms(s);
	char *marker = pg_marker(s->plan->pair);
	char tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	add_successor(ret, s, ps);
	call(ret, ps, "pg_fence");
	add_bin(ret, ps);
	pg_shell_word(ret, marker);
	pg_shell_word(ret, tag);
	pg_shell_wordf(ret, "%lld.%03lld", (long long)lease_ms / 1000,
	    (long long)lease_ms % 1000);
	pg_shell_wordf(ret, "%lld", (long long)clip(pause_ms / 5, 500, 2000));
	add_sessions(ret, s, ps);
	ret->limit_ms = pause_ms;
	free(marker);
}

static enum probe
fence_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = word_probe(s, ps, w, "frozen");

	why_needed(w, "frozen, with the marker row as its last commit");
	why_remedy(w, "see what the fence said (upgradectl log)");
	if (probe == PROBE_TO_DO && s->outcome != NULL &&
	    s->outcome->ending == ENDING_EXITED &&
	    (s->verdict != VERDICT_AGAIN || s->upgrade->walk.round_tries >= TRIES))
		return PROBE_IMPOSSIBLE;
	return probe;
}

static void
fence_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char *marker = pg_step_answer(s, "marker"), lsn[40], tag[64];

	pg_step_tag(s, ps, tag, sizeof(tag));
	pg_step_note_set(notes, PG_NOTE_FENCED, ps->member,
	    pg_step_field(marker, 0, lsn, sizeof(lsn)));
	settings_set(notes, PG_NOTE_TAG, tag);
	free(marker);
}

const struct step pg_fence = {
	.id = "fence",
	.title = "freeze %s, and commit the marker row as its last",
	.effect = "nobody is left in it who could commit",
	.build = fence_build,
	.probe = fence_probe,
	.learn = fence_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = TRIES,
};

/* ---- hold, thaw ---- */

/* The lease runs on: what it does when it is over is decided here. In place the member comes back
 * as a standby, whoever starts it. */
static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	call(ret, ps, "pg_hold");
	if (pg_in_place(ps->member))
		pg_shell_word(ret, "standby");
	ret->limit_ms = lease_question_ms(s, ps->member, 5000);
}

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = word_probe(s, ps, w, "held");

	why_needed(w, "frozen still, and for good");
	if (probe != PROBE_TO_DO || s->outcome == NULL)
		return probe;
	if (s->outcome->ending == ENDING_EXITED)
		return PROBE_IMPOSSIBLE;
	if (!lease_is_silent(s, ps->member) || s->upgrade->walk.round_tries < 2)
		return probe;
	why_seen(w, "no answer from %s until its guard has acted", ps->member->host->name);
	why_remedy(w, "see that %s can be reached", ps->member->host->name);
	return PROBE_IMPOSSIBLE;
}

const struct step pg_hold = {
	.id = "hold",
	.title = "decide that %s is not let go any more",
	.effect = "it is frozen for good, and the guard on its host knows",
	.build = hold_build,
	.probe = hold_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 1000,
};

#define THAWS_MS 1000 /* at the least */

static void
thaw_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct installation_seen *in =
	    s->seen != NULL ? &s->seen[ps->member->index].inst[ps->installation] : NULL;

	if (s->upgrade != NULL && s->upgrade->walk.round_tries > 0 && in != NULL &&
	    in->daemon_up == FACT_NO) {
		pg_restart_command(ret, ps->member, ps->installation, ps->limit_ms);
		return;
	}
	call(ret, ps, "pg_thaw");
	ret->limit_ms = lease_answer_ms(s, ps->member, THAWS_MS, 10000);
}

static enum probe
thaw_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	why_needed(w, "active, and taking writes");
	why_seen(w, "%s, takes writes: %s%s%s", role_name(o->role),
	    fact_name(o->writable), o->error[0] != '\0' ? ": " : "", o->error);
	why_remedy(w, "start %s by hand if it does not run, then retry",
	    ps->member->name);
	if (o->role == ROLE_ACTIVE && o->writable == FACT_YES)
		return PROBE_DONE;
	return o->role == ROLE_UNKNOWN ? PROBE_UNKNOWN : PROBE_TO_DO;
}

static bool
again_needed(const struct scene *s, const struct plan_step *ps)
{
	return !lease_is_trusted(s, ps);
}

#define AGAIN                                                                    \
	.id = "activate-again",                                                  \
	.effect = "it is active and takes writes", .build = thaw_build,          \
	.probe = thaw_probe, .on_interrupt = INTERRUPT_REDO,                     \
	.looks = LOOK_ROLE | LOOK_INSTANCE, .patience_ms = 200, .tries = 20,     \
	.insists = true, .lets_go = true, .swapped = lease_was_swapped

const struct step pg_activate_again = {
	AGAIN,
	.title = "let %s serve as before",
	.needed = again_needed,
};

/* Behind the pause: what was left to the guard, which may have made the other one active. */
const struct step pg_activate_late = {
	AGAIN,
	.title = "see that %s serves as before, if it was left to the guard",
	.needed = lease_left_return,
};

/* ---- out ---- */

static void
out_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	call(ret, ps, "pg_out");
	ret->limit_ms = lease_answer_ms(s, ps->member, THAWS_MS, 10000);
}

static enum probe
out_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char *down = pg_step_answer(s, "down");
	bool is_down = down != NULL;

	free(down);
	why_needed(w, "no server");
	return is_down ? PROBE_DONE : word_probe(s, ps, w, "out");
}

#define OUT                                                                      \
	.id = "out", .effect = "who waits for it is refused at once",            \
	.build = out_build, .probe = out_probe,                                  \
	.on_interrupt = INTERRUPT_REDO, .patience_ms = 1,                        \
	.tries = 1000, .insists = true

const struct step pg_out = {
	OUT,
	.title = "take the frozen server of %s away",
	.trusted = lease_removal_is_trusted,
};

const struct step pg_out_late = {
	OUT,
	.title = "see the frozen server of %s taken away, if it was left to the guard",
	.needed = lease_left_removal,
};

static void
bury_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	call(ret, ps, "pg_bury");
	ret->limit_ms = 10000;
}

const struct step pg_bury = {
	.id = "bury",
	.title = "end what is left of the server of %s that was taken away",
	.effect = "nothing stands in the way of another server there",
	.build = bury_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
};
