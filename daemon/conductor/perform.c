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

/* ---- start ---- */

static void
end_now(struct hand *h, enum ending ending, const char *text)
{
	struct outcome o = {
		.ending = ending,
		.output = mem_strdup(text),
		.started_ms = clock_mono_ms(),
		.ended_ms = clock_mono_ms(),
		.started_wall_ms = clock_wall_ms(),
		.ended_wall_ms = clock_wall_ms(),
	};

	inbox_ended(h, &o);
}

static const char *
job_directory(const struct hand *h)
{
	return h->command.host != NULL && h->command.host->job_directory != NULL
	    ? h->command.host->job_directory
	    : inventory_config(h->w->c->inventory)->state_directory;
}

static void
name_job(struct hand *h)
{
	str_printf(h->job_id, sizeof(h->job_id), "%.24s-%lld-%lld-%llx", h->w->pair->name,
	    (long long)h->w->u->id, (long long)h->row.id,
	    (unsigned long long)h->w->u->created_wall_ms);
}

static int
read_password(struct hand *h, struct ud_error *err)
{
	if (h->command.password_file == NULL)
		return 0;
	return job_password(&h->command, &h->password, err);
}

static struct job_spec
spec_of(const struct hand *h)
{
	return (struct job_spec){
		.id = h->job_id,
		.host = h->command.host,
		.directory = job_directory(h),
		.command = &h->command,
		.password = h->password,
	};
}

/* A hook without which applications would stay paused. One that pauses them may fail. */
static bool
is_urgent(const struct hand *h)
{
	const struct plan_step *ps = plan_step_at(h->w->plan, h->list, h->pos);

	return h->command.kind == COMMAND_HOOK && h->w->u->pause_pos >= 0 && ps != NULL &&
	    (ps->row->flags & ROW_OPENS_PAUSE) == 0;
}

static void
start_job(struct hand *h)
{
	struct job_spec spec;
	struct ud_error err = { 0 };

	if (read_password(h, &err) != 0) {
		end_now(h, ENDING_FAILED, err.text);
		return;
	}
	if (is_urgent(h))
		journal_make_room(h->w->c->journal);
	name_job(h);
	spec = spec_of(h);
	h->job = job_start(h->w->c->runner, &spec, inbox_ended, inbox_output, h);
	measure_begin(h);
}

/* Applications do not wait for a look at a host that is cut off. */
static bool
is_prompt(const struct hand *h)
{
	return h->w->u->pause_pos >= 0;
}

static void
start(struct hand *h)
{
	/* Not when it was decided: its row was committed since. */
	h->row.started_wall_ms = clock_wall_ms();
	if (is_spoken(&h->command) && h->command.statements == NULL) {
		end_now(h, ENDING_EXITED, ""); /* of many things to do there is none */
		return;
	}
	switch (h->command.kind) {
	case COMMAND_NONE:
		end_now(h, ENDING_EXITED, "");
		return;
	case COMMAND_JOB:
	case COMMAND_HOOK:
		start_job(h);
		return;
	case COMMAND_SESSION:
		observer_command(h->w->c->observer, h->command.member,
		    h->command.installation, h->command.statements, h->command.limit_ms,
		    is_prompt(h), inbox_ended, h);
		return;
	case COMMAND_SHELL:
		observer_shell(h->w->c->observer, h->command.member, h->command.statements,
		    h->command.limit_ms, is_prompt(h), inbox_ended, h);
		return;
	}
}

static void
quiet_start(void *arg)
{
	start(arg);
}

void
perform_start(struct work *w, struct doing *what)
{
	const struct plan_step *ps = plan_step_at(w->plan, w->u->list, what->act.pos);
	struct hand *h = hand_take(w, w->u->list, what->act.pos);

	h->command = what->command;
	command_init(&what->command);
	h->row = what->row;
	memset(&what->row, 0, sizeof(what->row));
	h->in_flight = true;
	/* A tool that needs the database for itself begins when our session is gone. */
	if (ps != NULL && ps->member != NULL && h->command.kind == COMMAND_JOB &&
	    !core_sessions_allowed(w->u, w->plan, ps->member)) {
		w->forbidden[ps->member->index] = true;
		observer_forbid(w->c->observer, ps->member, true, quiet_start, h);
		return;
	}
	start(h);
}

void
perform_cancel(struct work *w, int pos)
{
	struct hand *h = hand_find(w, w->u->list, pos);

	if (h != NULL && h->job != NULL)
		job_cancel(h->job);
}

/* After a restart: the command that the journal left open is found again, or is gone. */
void
perform_attach(struct hand *h)
{
	struct job_spec spec;
	struct ud_error err = { 0 };

	h->in_flight = true;
	if (is_spoken(&h->command) || h->command.kind == COMMAND_NONE) {
		end_now(h, ENDING_GONE, "the daemon was restarted while it ran");
		return;
	}
	if (read_password(h, &err) != 0)
		log_event(LOG_WARNING, "job.password", KV_STR("pair", h->w->pair->name),
		    KV_STR("why", err.text),
		    KV_STR("next", "followed without answering"));
	name_job(h);
	spec = spec_of(h);
	h->attached = true;
	h->job = job_attach(h->w->c->runner, &spec, inbox_ended, inbox_output, h);
	measure_begin(h);
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
