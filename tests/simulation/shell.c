/* Turns: a copy, the core, the journal, then what was decided; and restarts. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "tests/simulation/sim.h"

#define WALL 1700000000000LL /* wall clock minus ours */

struct core_input
shell_input(struct sim *s)
{
	struct shell *sh = &s->sh;
	struct core_input in = {
		.seen = sh->seen,
		.now_ms = s->now_ms,
		.now_wall_ms = WALL + s->now_ms,
		.hand_count = GRIPS,
	};

	for (int i = 0; i < GRIPS; i++) {
		const struct grip *g = &sh->grips[i];

		in.hands[i] = (struct core_hand){
			.list = g->list,
			.pos = g->pos,
			.in_flight = g->in_flight && !g->ended,
			.ended = g->ended,
			.outcome = g->has_outcome ? &g->outcome : NULL,
			.verdict = g->verdict,
			.said = g->has_outcome ? &g->said : NULL,
		};
	}
	return in;
}

static struct plan *
make_plan(struct sim *s, const struct upgrade *journaled, const struct str_list *gates)
{
	struct settings options = { 0 };
	struct plan_request rq = {
		.procedure = s->site.patch ? "asp-patch" : "asp-major",
		.to = s->site.to,
		.gates = gates,
		.journaled = journaled,
		.options = &options,
	};
	struct ud_error err;
	struct plan *p = NULL;
	char n[12];

	str_printf(n, sizeof(n), "%d", s->side_by_side);
	if (s->side_by_side > 0)
		settings_set(&options, "parallel_subscribers", n);
	if (s->swap_back)
		settings_set(&options, "swap_back", "yes");
	if (plan_expand(&s->site.pair, s->sh.seen, &rq, &p, &err) != 0)
		judge_fail(s, "plan", "%s", err.text);
	settings_done(&options);
	return p;
}

void
shell_start(struct sim *s, const struct str_list *gates)
{
	struct shell *sh = &s->sh;
	struct upgrade *u;

	for (int i = 0; i < GRIPS; i++)
		sh->grips[i].pos = -1;
	look_forget(s);
	look_all(s);
	sh->plan = make_plan(s, NULL, gates);
	if (sh->plan == NULL)
		return;
	u = upgrade_new(sh->plan);
	u->id = 7;
	u->state_since_wall_ms = u->created_wall_ms = u->started_wall_ms = WALL + s->now_ms;
	u->walk.begun_ms = u->walk.entered_ms = s->now_ms;
	sh->u = sh->saved = u;
	sh->news = true;
	STORY(s, "supervisor", "starts %s to %s, %d steps", sh->plan->procedure->id,
	    s->site.patch ? SITE_PATCH : SITE_TO, sh->plan->lists[LIST_FORWARD].count);
}

/* ---- one turn ---- */

static const char *
wish_name(enum wish w)
{
	static const char *const names[] = { "nothing", "advance", "hold", "go on", "retry",
		"abort" };

	return names[w];
}

static int
ask_core(struct sim *s, struct upgrade *u, enum wish w, struct decision *d,
    struct ud_error *err)
{
	const struct plan *p = s->sh.plan;
	struct core_advance a = { .plan_hash = p->hash };

	switch (w) {
	case WISH_ADVANCE:
		return core_advance(u, p, &a, s->now_ms, d, err);
	case WISH_HOLD:
		return core_pause(u, p, d, err);
	case WISH_RESUME:
		return core_resume(u, p, s->now_ms, d, err);
	case WISH_RETRY:
		return core_retry(u, p, s->now_ms, d, err);
	case WISH_ABORT:
		return core_abort(u, p, s->now_ms, d, err);
	case WISH_NONE:
		break;
	}
	return -1;
}

static void
take_wish(struct sim *s, struct upgrade *u, struct decision *d)
{
	struct people *p = &s->people;
	struct ud_error err = { 0 };
	int rc;

	if (p->wish == WISH_NONE)
		return;
	rc = ask_core(s, u, p->wish, d, &err);
	STORY(s, "person", "asks to %s%s%s", wish_name(p->wish),
	    rc != 0 ? ": refused: " : "", rc != 0 ? err.text : "");
	if (rc != 0 && (err.code == UD_OK || err.text[0] == '\0'))
		judge_fail(s, "told", "a refusal without a reason");
	if (rc == 0 && p->wish == WISH_ABORT)
		p->wants_abort = true;
	if (rc == 0 && p->wish == WISH_HOLD)
		p->resume_at = s->now_ms + rng_between(&s->rng, 0, 60000);
	p->wish = WISH_NONE;
}

/* What the journal would write: a change that is not marked would be lost in a crash. */
static void
check_marks(struct sim *s, const struct upgrade *u, bool changed)
{
	const struct upgrade *was = s->sh.saved;

	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < u->run_count[l]; i++) {
			const struct step_run *a = &was->runs[l][i], *b = &u->runs[l][i];

			if (a->state == b->state && a->approved == b->approved &&
			    a->cleaning == b->cleaning && a->touched == b->touched &&
			    a->attempt == b->attempt)
				continue;
			if (!b->dirty || !changed)
				judge_fail(s, "P8", "step %d of list %d changed unmarked", i, l);
		}
	if ((u->walk.pos != was->walk.pos || u->list != was->list || u->state != was->state ||
		u->pause_pos != was->pause_pos || u->swap_held != was->swap_held ||
		u->abort_asked != was->abort_asked) &&
	    !changed)
		judge_fail(s, "P8", "the upgrade changed unmarked");
}

static void
clear_dirty(struct upgrade *u)
{
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < u->run_count[l]; i++)
			u->runs[l][i].dirty = false;
	u->notes_dirty = false;
}

static void
keep_row(const struct shell *sh, struct grip *g)
{
	const struct plan_step *ps = plan_step_at(sh->plan, g->list, g->pos);

	free(g->rows.output);
	g->rows.open = false;
	g->rows.ending = g->outcome.ending;
	g->rows.status = g->outcome.status;
	g->rows.output = mem_strdup(g->outcome.output);
	str_copy(g->rows.number, sizeof(g->rows.number), ps != NULL ? ps->number : "");
	g->ended = false;
	g->in_flight = false;
}

static void
put_in_place(struct sim *s, struct upgrade *u, bool changed)
{
	struct shell *sh = &s->sh;
	struct upgrade *old = sh->u;

	for (int i = 0; i < GRIPS; i++)
		if (sh->grips[i].ended)
			keep_row(sh, &sh->grips[i]);
	clear_dirty(u);
	sh->u = u;
	if (changed) {
		if (sh->saved != old)
			upgrade_free(sh->saved);
		sh->saved = u;
		upgrade_free(old);
	} else if (old != sh->saved) {
		upgrade_free(old);
	}
}

static void
tell(struct sim *s, const struct decision *d)
{
	for (int i = 0; s->story.told && i < d->event_count; i++)
		STORY(s, "supervisor", "%s%s%s", d->events[i].step,
		    d->events[i].step[0] != '\0' ? " " : "", d->events[i].text);
}

struct doings {
	struct command commands[LANES_MAX];
	int count; /* that begin */
};

static void
act(struct sim *s, const struct decision *d, struct doings *doings)
{
	struct shell *sh = &s->sh;

	sh->wake_ms = d->wake_ms;
	judge_turn(s);
	if (upgrade_is_over(sh->u))
		return;
	look_plan(s);
	for (int i = 0; i < d->act_count; i++)
		if (d->acts[i].action == ACTION_CANCEL)
			command_cancel(s, d->acts[i].pos);
		else
			command_start(s, command_journal(s, sh->u, d->acts[i].pos),
			    &doings->commands[i]);
}

/* Returns false when the turn did not happen: the journal is full, or there was a crash. */
static bool
write_turn(struct sim *s, struct upgrade *u, const struct decision *d,
    const struct doings *doings)
{
	struct shell *sh = &s->sh;

	if (!d->changed && !command_has_ended(s) && doings->count == 0)
		return true;
	switch (fault_write(s)) {
	case WRITE_FINE:
		break;
	case WRITE_FULL:
		upgrade_free(u);
		sh->retry_turn_at = s->now_ms + 1000;
		return false;
	case WRITE_CRASH_BEFORE:
		upgrade_free(u);
		shell_crash(s);
		return false;
	case WRITE_CRASH_AFTER:
		put_in_place(s, u, d->changed);
		for (int i = 0; i < d->act_count; i++)
			if (d->acts[i].action != ACTION_CANCEL)
				command_journal(s, sh->u, d->acts[i].pos);
		shell_crash(s);
		return false;
	}
	return true;
}

static void
prepare(struct sim *s, struct upgrade *u, const struct decision *d, struct doings *ret)
{
	for (int i = 0; i < d->act_count; i++) {
		int lane = upgrade_lane(u, d->acts[i].pos);

		command_init(&ret->commands[i]);
		if (d->acts[i].action == ACTION_CANCEL)
			continue;
		ret->count++;
		upgrade_turn_to(u, lane);
		command_prepare(s, u, d->acts[i].action == ACTION_CLEAN_UP,
		    &ret->commands[i]);
		upgrade_turn_to(u, lane);
	}
}

void
shell_turn(struct sim *s)
{
	struct shell *sh = &s->sh;
	struct core_input in = shell_input(s);
	struct decision asked = { 0 }, d;
	struct doings doings = { .count = 0 };
	struct upgrade *u;
	char text[200];

	sh->news = false;
	sh->retry_turn_at = 0;
	sh->turns++;
	u = upgrade_copy(sh->u);
	take_wish(s, u, &asked);
	core_decide(u, sh->plan, &in, &d);
	decision_merge(&asked, &d);
	if (!core_invariants(u, sh->plan, text, sizeof(text)))
		judge_fail(s, "invariant", "%s", text);
	check_marks(s, u, asked.changed);
	prepare(s, u, &asked, &doings);
	if (write_turn(s, u, &asked, &doings)) {
		put_in_place(s, u, asked.changed);
		tell(s, &asked);
		act(s, &asked, &doings);
	}
	for (int i = 0; i < asked.act_count; i++)
		command_done(&doings.commands[i]);
}

/* ---- death and restart ---- */

void
shell_crash(struct sim *s)
{
	struct shell *sh = &s->sh;

	STORY(s, "fault", "the supervisor is killed");
	if (sh->u != sh->saved)
		upgrade_free(sh->u);
	sh->u = NULL;
	look_forget(s);
	for (int i = 0; i < GRIPS; i++) {
		struct grip *g = &sh->grips[i];

		command_clear(g);
		s->run = &g->run;
		if (g->run.running && (g->run.op == OP_SESSION || g->run.op == OP_GUARD))
			run_cut(s, ENDING_FAILED);
	}
	sh->down = true;
	sh->down_since = s->now_ms;
	sh->up_at = s->now_ms +
	    rng_between(&s->rng, 50, rng_chance(&s->rng, 200) ? 600000 : 3000);
	sh->wake_ms = 0;
}

static void
restart(struct sim *s)
{
	struct shell *sh = &s->sh;
	struct upgrade *u = upgrade_copy(sh->saved);
	struct plan *p;

	sh->down = false;
	u->walk = (struct walk){ .pos = u->walk.pos };
	u->lane_count = 0;
	u->pause_started_ms = 0;
	p = make_plan(s, u, &u->gates);
	if (p == NULL || !str_equal(p->hash, sh->plan->hash))
		judge_fail(s, "P4", "the plan is another one after a restart");
	if (p != NULL) {
		plan_free(sh->plan);
		sh->plan = p;
	}
	sh->u = u;
	judge_hindered(s, s->now_ms);
	STORY(s, "supervisor", "is back, %s", upgrade_state_name(u->state));
	core_recover(u, sh->plan, s->now_ms, WALL + s->now_ms);
	for (int i = 0; i <= u->lane_count; i++) {
		upgrade_turn_to(u, i);
		command_attach(s);
		upgrade_turn_to(u, i);
	}
	look_plan(s);
	sh->news = true;
}

int64_t
shell_next(const struct sim *s)
{
	const struct shell *sh = &s->sh;
	int64_t at = NEVER;

	if (sh->down)
		return sh->up_at;
	if (sh->retry_turn_at != 0)
		return sh->retry_turn_at;
	if (sh->news)
		return s->now_ms;
	if (sh->wake_ms != 0)
		at = sh->wake_ms;
	for (int i = 0; i < GRIPS; i++)
		if (sh->grips[i].quiet_at != 0 && sh->grips[i].quiet_at < at)
			at = sh->grips[i].quiet_at;
	return at;
}

void
shell_step(struct sim *s)
{
	struct shell *sh = &s->sh;

	if (sh->down) {
		if (s->now_ms >= sh->up_at)
			restart(s);
		return;
	}
	command_step(s);
	if (sh->retry_turn_at != 0 && s->now_ms < sh->retry_turn_at)
		return;
	if (sh->news || sh->retry_turn_at != 0 ||
	    (sh->wake_ms != 0 && s->now_ms >= sh->wake_ms))
		shell_turn(s);
}

void
shell_done(struct sim *s)
{
	struct shell *sh = &s->sh;

	for (int i = 0; i < GRIPS; i++) {
		command_clear(&sh->grips[i]);
		free(sh->grips[i].rows.output);
		run_done(&sh->grips[i].run);
	}
	look_forget(s);
	if (sh->u != sh->saved)
		upgrade_free(sh->u);
	upgrade_free(sh->saved);
	plan_free(sh->plan);
	for (int m = 0; m < SITE_MEMBERS; m++) {
		observation_done(&sh->seen[m]);
		observation_done(&sh->look[m].draft);
	}
}
