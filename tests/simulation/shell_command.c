/* The command of the step in hand: prepared, started, followed, found again. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/utilities/utilities.h"
#include "tests/simulation/sim.h"

void
command_prepare(struct sim *s, const struct upgrade *u, bool clean_up,
    struct command *ret)
{
	const struct plan_step *ps = upgrade_step(u, s->sh.plan);
	struct core_input in = shell_input(s);
	struct scene scene = core_scene(u, s->sh.plan, &in);
	int64_t left;

	if (clean_up)
		ps->step->clean_up(&scene, ps, ret);
	else if (ps->step->build != NULL)
		ps->step->build(&scene, ps, ret);
	if (ret->limit_ms == 0)
		ret->limit_ms = ps->limit_ms;
	left = core_pause_left_ms(u, s->sh.plan, s->now_ms);
	if ((ret->kind == COMMAND_SESSION || ret->kind == COMMAND_SHELL) && left > 0 && ret->limit_ms > left)
		ret->limit_ms = left;
	if (ret->kind != COMMAND_NONE && ret->limit_ms <= 0)
		judge_fail(s, "liveness", "step %s has a command without a limit", ps->number);
}

void
command_clear(struct shell *sh)
{
	command_done(&sh->command);
	outcome_done(&sh->outcome);
	sh->has_outcome = sh->ended = sh->in_flight = sh->listening = false;
	memset(&sh->said, 0, sizeof(sh->said));
	sh->quiet_at = 0;
}

/* Takes over o. */
static void
ended(struct sim *s, struct outcome *o)
{
	struct shell *sh = &s->sh;

	outcome_done(&sh->outcome);
	sh->outcome = *o;
	sh->has_outcome = sh->ended = true;
	sh->listening = false;
	memset(&sh->said, 0, sizeof(sh->said));
	if (sh->command.kind == COMMAND_HOOK || sh->command.kind == COMMAND_NONE) {
		sh->verdict =
		    o->ending == ENDING_EXITED && o->status == 0 ? VERDICT_OK : VERDICT_STOP;
		if (sh->verdict != VERDICT_OK)
			ud_fail(&sh->said, UD_EUTILITY, "the hook ended with %s %d",
			    ending_name(o->ending), o->status);
	} else {
		sh->verdict = s->site.pair.engine->judge(&sh->command, &sh->outcome, &sh->said);
	}
	STORY(s, "world", "the command %s, status %d: %s", ending_name(o->ending), o->status,
	    verdict_name(sh->verdict));
	sh->news = true;
}

static void
end_now(struct sim *s, enum ending ending)
{
	struct outcome o = {
		.ending = ending,
		.output = mem_strdup(""),
		.ended_ms = s->now_ms,
	};

	ended(s, &o);
}

static void
say_command(struct sim *s)
{
	char *text, *p;

	if (!s->story.told)
		return;
	text = command_text(&s->sh.command);
	for (p = text; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	STORY(s, "supervisor", "  runs %s", text[0] != '\0' ? text : "nothing, and waits");
	free(text);
}

static void
start(struct sim *s)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps = upgrade_step(sh->u, sh->plan);
	bool resumes = ps != NULL && ps->step->hook == HOOK_RESUME_WRITES;

	say_command(s);
	sh->quiet_at = 0;
	if (sh->command.kind == COMMAND_NONE) {
		end_now(s, ENDING_EXITED);
		return;
	}
	if (s->run.running) { /* one that nobody follows any more comes to its end */
		run_act(s);
		s->run.running = false;
	}
	sh->rows.started = true;
	sh->listening = true;
	run_start(s, &sh->command, resumes ? ps->member->index : -1);
}

/* Takes over c. A tool that needs the database for itself waits for our session to go. */
void
command_start(struct sim *s, struct command *c)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps = upgrade_step(sh->u, sh->plan);
	int m = ps->member != NULL ? ps->member->index : 0;

	command_clear(sh);
	sh->command = *c;
	sh->list = sh->u->list;
	sh->pos = sh->u->walk.pos;
	command_init(c);
	sh->in_flight = true;
	sh->rows.open = true;
	sh->rows.started = false;
	if (sh->command.kind == COMMAND_JOB && ps->member != NULL &&
	    !core_sessions_allowed(sh->u, sh->plan, ps->member)) {
		sh->forbidden[m] = true;
		s->w.machine[m].session = false;
		sh->quiet_at = s->now_ms + rng_between(&s->rng, 1, 50);
		return;
	}
	start(s);
}

static bool
is_heard(const struct sim *s)
{
	const struct run *r = &s->run;

	if (r->running || !s->sh.listening)
		return false;
	/* A job on a host that cannot be reached goes on, and its end is heard later. */
	return r->op == OP_SESSION || r->op == OP_GUARD || s->sh.command.kind == COMMAND_HOOK ||
	    s->w.machine[r->member].reachable || r->ending == ENDING_FAILED;
}

void
command_step(struct sim *s)
{
	struct shell *sh = &s->sh;
	struct outcome o;

	if (sh->quiet_at != 0 && s->now_ms >= sh->quiet_at)
		start(s);
	if (!is_heard(s))
		return;
	run_outcome(s, &o);
	ended(s, &o);
}

void
command_cancel(struct sim *s)
{
	if (s->sh.command.kind == COMMAND_JOB || s->sh.command.kind == COMMAND_HOOK) {
		STORY(s, "supervisor", "  tells the command to end");
		run_cut(s, ENDING_CANCELLED);
	}
}

/* ---- after a restart: as conductor/recover.c ---- */

static void
outcome_again(struct sim *s, const struct plan_step *ps)
{
	const struct rows *r = &s->sh.rows;
	struct outcome o = { .ending = r->ending, .status = r->status };

	if (r->output == NULL || !str_equal(r->number, ps->number))
		return;
	o.output = mem_strdup(r->output);
	ended(s, &o);
	s->sh.ended = false;
}

static void
attach(struct sim *s)
{
	struct shell *sh = &s->sh;

	sh->in_flight = true;
	if (!sh->rows.open)
		command_done(&sh->command);
	if (sh->command.kind == COMMAND_SESSION || sh->command.kind == COMMAND_SHELL ||
	    sh->command.kind == COMMAND_NONE || !sh->rows.started || fault_job_is_gone(s)) {
		end_now(s, ENDING_GONE);
		return;
	}
	sh->listening = true;
}

void
command_attach(struct sim *s)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps = upgrade_step(sh->u, sh->plan);
	struct step_run *run = upgrade_run(sh->u);

	if (ps == NULL || run == NULL)
		return;
	sh->list = sh->u->list;
	sh->pos = sh->u->walk.pos;
	if (run->state == STEP_RUNNING || run->state == STEP_VERIFYING)
		command_prepare(s, sh->u, run->cleaning && ps->step->clean_up != NULL,
		    &sh->command);
	if (run->state == STEP_VERIFYING && run->touched)
		outcome_again(s, ps);
	if (run->state == STEP_RUNNING)
		attach(s);
}
