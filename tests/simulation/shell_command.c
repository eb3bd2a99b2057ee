/* The command of the step in hand: prepared, started, followed, found again. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/shared/shared_steps.h"
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
	if (ret->kind == COMMAND_HOOK && ps->step == &site_install_back)
		str_list_add(&ret->argv, "back"); /* UPGRADED_RELEASE of conductor/hooks.c */
	if (ret->limit_ms == 0)
		ret->limit_ms = ps->limit_ms;
	left = core_pause_left_ms(u, s->sh.plan, s->now_ms);
	if ((ret->kind == COMMAND_SESSION || ret->kind == COMMAND_SHELL) && left > 0 && ret->limit_ms > left)
		ret->limit_ms = left;
	if (ret->kind != COMMAND_NONE && ret->limit_ms <= 0)
		judge_fail(s, "liveness", "step %s has a command without a limit", ps->number);
}

void
command_clear(struct grip *g)
{
	command_done(&g->command);
	outcome_done(&g->outcome);
	g->has_outcome = g->ended = g->in_flight = g->listening = false;
	memset(&g->said, 0, sizeof(g->said));
	g->quiet_at = 0;
}

/* Takes over o. */
static void
ended(struct sim *s, struct grip *g, struct outcome *o)
{
	outcome_done(&g->outcome);
	g->outcome = *o;
	g->has_outcome = g->ended = true;
	g->listening = false;
	memset(&g->said, 0, sizeof(g->said));
	if (g->command.kind == COMMAND_HOOK || g->command.kind == COMMAND_NONE) {
		g->verdict =
		    o->ending == ENDING_EXITED && o->status == 0 ? VERDICT_OK : VERDICT_STOP;
		if (g->verdict != VERDICT_OK)
			ud_fail(&g->said, UD_EUTILITY, "the hook ended with %s %d",
			    ending_name(o->ending), o->status);
	} else {
		g->verdict = s->site.pair.engine->judge(&g->command, &g->outcome, &g->said);
	}
	STORY(s, "world", "the command %s, status %d: %s", ending_name(o->ending), o->status,
	    verdict_name(g->verdict));
	s->sh.news = true;
}

static void
end_now(struct sim *s, struct grip *g, enum ending ending)
{
	struct outcome o = {
		.ending = ending,
		.output = mem_strdup(""),
		.ended_ms = s->now_ms,
	};

	ended(s, g, &o);
}

static void
say_command(struct sim *s, const struct grip *g)
{
	char *text, *p;

	if (!s->story.told)
		return;
	text = command_text(&g->command);
	for (p = text; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	STORY(s, "supervisor", "  runs %s", text[0] != '\0' ? text : "nothing, and waits");
	free(text);
}

static void
start(struct sim *s, struct grip *g)
{
	const struct plan_step *ps = plan_step_at(s->sh.plan, g->list, g->pos);
	bool resumes = ps != NULL && ps->step->hook == HOOK_RESUME_WRITES;

	say_command(s, g);
	g->quiet_at = 0;
	if (g->command.kind == COMMAND_NONE) {
		end_now(s, g, ENDING_EXITED);
		return;
	}
	s->run = &g->run;
	if (g->run.running) { /* one that nobody follows any more comes to its end */
		run_act(s);
		g->run.running = false;
	}
	g->rows.started = true;
	g->listening = true;
	run_start(s, &g->command, resumes ? ps->member->index : -1);
}

/* ---- grips ---- */

static bool
is_needed(const struct sim *s, const struct grip *g)
{
	const struct upgrade *u = s->sh.u;

	return g->in_flight || g->ended || g->rows.open ||
	    (g->pos >= 0 && g->list == u->list &&
		u->runs[g->list][g->pos].state == STEP_VERIFYING);
}

static struct grip *
find(struct sim *s, enum plan_list list, int pos)
{
	for (int i = 0; i < GRIPS; i++)
		if (s->sh.grips[i].list == list && s->sh.grips[i].pos == pos)
			return &s->sh.grips[i];
	return NULL;
}

static struct grip *
take(struct sim *s, enum plan_list list, int pos)
{
	struct grip *g = find(s, list, pos);

	for (int i = 0; g == NULL && i < GRIPS; i++)
		if (!is_needed(s, &s->sh.grips[i]))
			g = &s->sh.grips[i];
	if (g == NULL) {
		judge_fail(s, "hands", "more commands are in hand than may be");
		g = &s->sh.grips[0];
	}
	command_clear(g);
	g->list = list;
	g->pos = pos;
	return g;
}

/* Two commands on one member are never in hand. */
static void
judge_beside(struct sim *s, const struct grip *g)
{
	const struct plan_step *ps = plan_step_at(s->sh.plan, g->list, g->pos), *other;

	for (int i = 0; i < GRIPS; i++) {
		const struct grip *o = &s->sh.grips[i];

		if (o == g || !o->in_flight || o->pos < 0)
			continue;
		other = plan_step_at(s->sh.plan, o->list, o->pos);
		if (other->member == ps->member)
			judge_fail(s, "beside", "steps %s and %s are both in hand",
			    ps->number, other->number);
		if (ps->step->alone && other->step->alone)
			judge_fail(s, "beside", "steps %s and %s write one row",
			    ps->number, other->number);
	}
}

struct grip *
command_journal(struct sim *s, const struct upgrade *u, int pos)
{
	struct grip *g = take(s, u->list, pos);

	g->rows.open = true;
	g->rows.started = false;
	return g;
}

/* Takes over c. A tool that needs the database for itself waits for our session to go. */
void
command_start(struct sim *s, struct grip *g, struct command *c)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps = plan_step_at(sh->plan, g->list, g->pos);
	int m = ps->member != NULL ? ps->member->index : 0;

	g->command = *c;
	command_init(c);
	g->in_flight = true;
	judge_beside(s, g);
	if (g->command.kind == COMMAND_JOB && ps->member != NULL &&
	    !core_sessions_allowed(sh->u, sh->plan, ps->member)) {
		sh->forbidden[m] = true;
		s->w.machine[m].session = false;
		g->quiet_at = s->now_ms + rng_between(&s->rng, 1, 50);
		return;
	}
	start(s, g);
}

static bool
is_heard(const struct sim *s, const struct grip *g)
{
	const struct run *r = &g->run;

	if (r->running || !g->listening)
		return false;
	/* A job on a host that cannot be reached goes on, and its end is heard later. */
	return r->op == OP_SESSION || r->op == OP_GUARD || g->command.kind == COMMAND_HOOK ||
	    s->w.machine[r->member].reachable || r->ending == ENDING_FAILED;
}

void
command_step(struct sim *s)
{
	for (int i = 0; i < GRIPS; i++) {
		struct grip *g = &s->sh.grips[i];
		struct outcome o;

		if (g->quiet_at != 0 && s->now_ms >= g->quiet_at)
			start(s, g);
		if (!is_heard(s, g))
			continue;
		s->run = &g->run;
		run_outcome(s, &o);
		ended(s, g, &o);
	}
}

void
command_cancel(struct sim *s, int pos)
{
	struct grip *g = find(s, s->sh.u->list, pos);

	if (g != NULL &&
	    (g->command.kind == COMMAND_JOB || g->command.kind == COMMAND_HOOK)) {
		STORY(s, "supervisor", "  tells the command to end");
		s->run = &g->run;
		run_cut(s, ENDING_CANCELLED);
	}
}

/* ---- all of them ---- */

bool
command_is_under_way(const struct sim *s)
{
	for (int i = 0; i < GRIPS; i++)
		if (s->sh.grips[i].run.running || s->sh.grips[i].in_flight)
			return true;
	return false;
}

bool
command_has_ended(const struct sim *s)
{
	for (int i = 0; i < GRIPS; i++)
		if (s->sh.grips[i].ended)
			return true;
	return false;
}

int64_t
commands_next(const struct sim *s)
{
	int64_t at = NEVER;

	for (int i = 0; i < GRIPS; i++) {
		const struct grip *g = &s->sh.grips[i];
		int64_t one = run_next(&g->run);

		if (!s->sh.down && is_heard(s, g))
			one = s->now_ms; /* told to end just now */
		at = one < at ? one : at;
	}
	return at;
}

void
commands_step(struct sim *s)
{
	for (int i = 0; i < GRIPS; i++) {
		s->run = &s->sh.grips[i].run;
		run_step(s);
	}
}

/* ---- after a restart: as conductor/recover.c ---- */

static void
outcome_again(struct sim *s, struct grip *g, const struct plan_step *ps)
{
	const struct rows *r = &g->rows;
	struct outcome o = { .ending = r->ending, .status = r->status };

	if (r->output == NULL || !str_equal(r->number, ps->number))
		return;
	o.output = mem_strdup(r->output);
	ended(s, g, &o);
	g->ended = false;
}

static void
attach(struct sim *s, struct grip *g)
{
	g->in_flight = true;
	if (!g->rows.open)
		command_done(&g->command);
	s->run = &g->run;
	if (g->command.kind == COMMAND_SESSION || g->command.kind == COMMAND_SHELL ||
	    g->command.kind == COMMAND_NONE || !g->rows.started || fault_job_is_gone(s)) {
		end_now(s, g, ENDING_GONE);
		return;
	}
	g->listening = true;
}

void
command_attach(struct sim *s)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps = upgrade_step(sh->u, sh->plan);
	struct step_run *run = upgrade_run(sh->u);
	struct grip *g;

	if (ps == NULL || run == NULL ||
	    (run->state != STEP_RUNNING && run->state != STEP_VERIFYING))
		return;
	g = take(s, sh->u->list, sh->u->walk.pos);
	command_prepare(s, sh->u, run->cleaning && ps->step->clean_up != NULL, &g->command);
	if (run->state == STEP_VERIFYING && run->touched)
		outcome_again(s, g, ps);
	if (run->state == STEP_RUNNING)
		attach(s, g);
}
