/* A decision becomes a job, statements in a session or a shell, a hook; or looks. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/secret.h"
#include "daemon/conductor/internal.h"

static const char list_letters[LISTS] = {
	[LIST_FORWARD] = 'f',
	[LIST_UNDO] = 'u',
	[LIST_BACKOUT] = 'b',
	[LIST_UNDO_BACKOUT] = 'x',
};

static const char *
kind_name(enum command_kind k)
{
	switch (k) {
	case COMMAND_JOB:
		return "job";
	case COMMAND_SESSION:
		return "session";
	case COMMAND_SHELL:
		return "shell";
	case COMMAND_HOOK:
		return "hook";
	case COMMAND_NONE:
		break;
	}
	return "none";
}

/* Statements: they are in hands that die with the daemon. */
static bool
is_spoken(const struct command *c)
{
	return c->kind == COMMAND_SESSION || c->kind == COMMAND_SHELL;
}

/* Fills the command of the step in hand and the row that is journaled before it runs. */
void
command_prepare(struct work *w, const struct upgrade *u, const struct plan *p,
    bool clean_up, struct command *ret, struct command_row *row)
{
	const struct plan_step *ps = upgrade_step(u, p);
	struct core_input in = inbox_input(w);
	struct scene s = core_scene(u, p, &in);
	const struct step_run *run = &u->runs[u->list][u->walk.pos];
	int64_t left;

	if (clean_up)
		ps->step->clean_up(&s, ps, ret);
	else if (ps->step->build != NULL)
		ps->step->build(&s, ps, ret);
	if (ret->limit_ms == 0)
		ret->limit_ms = ps->limit_ms;
	/* Statements cannot be cancelled: they are not waited for longer than the pause may
	 * last. */
	left = core_pause_left_ms(u, p, in.now_ms);
	if (is_spoken(ret) && left > 0 && ret->limit_ms > left)
		ret->limit_ms = left;
	if (ret->kind == COMMAND_HOOK)
		hook_environment(w, u, hook_name(ps->step->hook), ps, &ret->env);
	memset(row, 0, sizeof(*row));
	row->list = list_letters[u->list];
	row->pos = u->walk.pos;
	row->attempt = run->attempt;
	row->clean_up = clean_up;
	str_copy(row->number, sizeof(row->number), ps->number);
	str_copy(row->step, sizeof(row->step), ps->step->id);
	str_copy(row->member, sizeof(row->member), ps->member ? ps->member->name : "");
	str_copy(row->host, sizeof(row->host), ret->host ? ret->host->name : "");
	str_copy(row->kind, sizeof(row->kind), kind_name(ret->kind));
	row->text = command_text(ret);
	row->started_wall_ms = clock_wall_ms();
}

void
work_clear_command(struct work *w)
{
	measure_end(w);
	command_done(&w->command);
	command_init(&w->command);
	command_row_done(&w->row);
	memset(&w->row, 0, sizeof(w->row));
	secret_free(w->password);
	w->password = NULL;
	outcome_done(&w->outcome);
	memset(&w->outcome, 0, sizeof(w->outcome));
	w->has_outcome = w->ended = w->in_flight = w->attached = false;
	w->job_id[0] = '\0';
	buf_clear(&w->tail);
}

/* ---- start ---- */

static void
end_now(struct work *w, enum ending ending, const char *text)
{
	struct outcome o = {
		.ending = ending,
		.output = mem_strdup(text),
		.started_ms = clock_mono_ms(),
		.ended_ms = clock_mono_ms(),
		.started_wall_ms = clock_wall_ms(),
		.ended_wall_ms = clock_wall_ms(),
	};

	inbox_ended(w, &o);
}

static const char *
job_directory(const struct work *w)
{
	return w->command.host != NULL && w->command.host->job_directory != NULL
	    ? w->command.host->job_directory
	    : inventory_config(w->c->inventory)->state_directory;
}

static void
name_job(struct work *w)
{
	str_printf(w->job_id, sizeof(w->job_id), "%.24s-%lld-%lld-%llx", w->pair->name,
	    (long long)w->u->id, (long long)w->row.id,
	    (unsigned long long)w->u->created_wall_ms);
}

static int
read_password(struct work *w, struct ud_error *err)
{
	if (w->command.password_file == NULL)
		return 0;
	return job_password(&w->command, &w->password, err);
}

static struct job_spec
spec_of(const struct work *w)
{
	return (struct job_spec){
		.id = w->job_id,
		.host = w->command.host,
		.directory = job_directory(w),
		.command = &w->command,
		.password = w->password,
	};
}

/* A hook without which applications would stay paused. One that pauses them may fail. */
static bool
is_urgent(const struct work *w)
{
	const struct plan_step *ps = upgrade_step(w->u, w->plan);

	return w->command.kind == COMMAND_HOOK && w->u->pause_pos >= 0 && ps != NULL &&
	    (ps->row->flags & ROW_OPENS_PAUSE) == 0;
}

static void
start_job(struct work *w)
{
	struct job_spec spec;
	struct ud_error err = { 0 };

	if (read_password(w, &err) != 0) {
		end_now(w, ENDING_FAILED, err.text);
		return;
	}
	if (is_urgent(w))
		journal_make_room(w->c->journal);
	name_job(w);
	spec = spec_of(w);
	w->job = job_start(w->c->runner, &spec, inbox_ended, inbox_output, w);
	measure_begin(w);
}

static void
start(struct work *w)
{
	if (is_spoken(&w->command) && w->command.statements == NULL) {
		end_now(w, ENDING_EXITED, ""); /* of many things to do there is none */
		return;
	}
	switch (w->command.kind) {
	case COMMAND_NONE:
		end_now(w, ENDING_EXITED, "");
		return;
	case COMMAND_JOB:
	case COMMAND_HOOK:
		start_job(w);
		return;
	case COMMAND_SESSION:
		observer_command(w->c->observer, w->command.member,
		    w->command.installation, w->command.statements, w->command.limit_ms,
		    inbox_ended, w);
		return;
	case COMMAND_SHELL:
		observer_shell(w->c->observer, w->command.member, w->command.statements,
		    w->command.limit_ms, inbox_ended, w);
		return;
	}
}

static void
quiet_start(void *arg)
{
	start(arg);
}

void
perform_start(struct work *w, struct change *ch)
{
	const struct plan_step *ps = upgrade_step(w->u, w->plan);

	work_clear_command(w);
	w->command = ch->command;
	command_init(&ch->command);
	w->row = ch->row;
	memset(&ch->row, 0, sizeof(ch->row));
	w->in_flight = true;
	/* A tool that needs the database for itself begins when our session is gone. */
	if (ps != NULL && ps->member != NULL && w->command.kind == COMMAND_JOB &&
	    !core_sessions_allowed(w->u, w->plan, ps->member)) {
		w->forbidden[ps->member->index] = true;
		observer_forbid(w->c->observer, ps->member, true, quiet_start, w);
		return;
	}
	start(w);
}

void
perform_cancel(struct work *w)
{
	if (w->job != NULL)
		job_cancel(w->job);
}

/* After a restart: the command that the journal left open is found again, or is gone. */
void
perform_attach(struct work *w)
{
	struct job_spec spec;
	struct ud_error err = { 0 };

	w->in_flight = true;
	if (is_spoken(&w->command) || w->command.kind == COMMAND_NONE) {
		end_now(w, ENDING_GONE, "the daemon was restarted while it ran");
		return;
	}
	if (read_password(w, &err) != 0)
		log_event(LOG_WARNING, "job.password", KV_STR("pair", w->pair->name),
		    KV_STR("why", err.text),
		    KV_STR("next", "followed without answering"));
	name_job(w);
	spec = spec_of(w);
	w->attached = true;
	w->job = job_attach(w->c->runner, &spec, inbox_ended, inbox_output, w);
	measure_begin(w);
}

/* ---- looks ---- */

/* The role can be asked only of a database that was seen loaded. In the write pause that is
 * not looked at all the time; after a restart, or when it does not answer, it must be. */
static bool
is_found(const struct observation *seen)
{
	const struct installation_seen *home = observation_home(seen);

	return home != NULL && home->loaded == FACT_YES && seen->error[0] == '\0';
}

static void
look_at(struct work *w, const struct member *m)
{
	struct observer *o = w->c->observer;
	const struct observation *seen = &observer_seen(o, w->pair)[m->index];
	const struct poll_rates *poll = &w->pair->poll;
	unsigned looks = 0, idle = 0;
	int64_t newer = 0;
	enum look_rate rate = RATE_UPGRADING;
	bool allowed = true;

	if (work_in_hand(w) && w->plan != NULL) {
		looks = core_looks(w->u, w->plan, m, &newer, &rate);
		allowed = core_sessions_allowed(w->u, w->plan, m);
		idle = rate != RATE_UPGRADING ? LOOK_ROLE : LOOK_BASIC;
		if (rate == RATE_SWAPPING && allowed && looks != 0 && !is_found(seen))
			looks |= LOOK_INSTANCE;
	}
	if (allowed == w->forbidden[m->index]) {
		w->forbidden[m->index] = !allowed;
		observer_forbid(o, m, !allowed, NULL, NULL);
	}
	observer_set(o, m, work_in_hand(w) ? looks | idle : 0,
	    rate == RATE_SWAPPING ? poll->swapping_ms : poll->upgrading_ms);
	if (looks == 0 || observation_is_fresh(seen, looks, newer))
		return;
	if (w->asked_ms[m->index] >= newer && (looks & ~w->asked_looks[m->index]) == 0)
		return; /* asked already; the interval goes on asking */
	w->asked_ms[m->index] = clock_mono_ms();
	w->asked_looks[m->index] = looks;
	observer_look(o, m, looks);
}

void
perform_looks(struct work *w)
{
	for (size_t i = 0; i < w->pair->member_count; i++)
		look_at(w, &w->pair->members[i]);
}
