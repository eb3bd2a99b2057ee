#include "config.h"

#include "tests/simulation/judge.h"

#include <stdarg.h>
#include <stdio.h>

#include "tests/simulation/sim.h"

#define SLACK_MS  500	/* over the limit of the write pause, and for roles seen late */
#define RECENT_MS 15000 /* an active may have died since it was looked at */

void
judge_fail(struct sim *s, const char *promise, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (s->judge.failed)
		return;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	s->judge.failed = true;
	str_printf(s->judge.text, sizeof(s->judge.text), "%s: %s", promise, text);
	STORY(s, "judge", "%s", s->judge.text);
}

void
judge_hindered(struct sim *s, int64_t until_ms)
{
	if (s->judge.hindered_at < until_ms)
		s->judge.hindered_at = until_ms;
}

/* Nobody can reach the masters, or one of them is down, or it was so until now. */
static bool
is_hindered(const struct sim *s)
{
	for (int m = 0; m < 2; m++)
		if (!s->w.machine[m].reachable || s->w.machine[m].watch_at != 0 ||
		    s->w.machine[m].cut)
			return true;
	return false;
}

/* P6: while nothing but the supervisor stands between applications and their writes. */
static void
judge_pause(struct sim *s)
{
	struct world *w = &s->w;
	int64_t limit = s->site.pair.limits.write_pause_ms, since;
	const struct base *old;

	if (!w->paused)
		return;
	since = w->paused_at > s->judge.hindered_at ? w->paused_at : s->judge.hindered_at;
	old = world_home(w, w->paused_writer, NULL);
	if ((old == NULL || old->role != ROLE_ACTIVE) && w->writer != w->paused_writer &&
	    (s->sh.u == NULL || s->sh.u->list == LIST_FORWARD))
		return; /* past the activation */
	if (s->sh.u == NULL)
		return;
	/* Or a person was told, and takes his time; or nobody knows yet whether the other one
	 * became active, and taking it back could make two. */
	if (s->sh.u->swap_held || s->sh.u->state == UPGRADE_ATTENTION || is_hindered(s)) {
		judge_hindered(s, s->now_ms);
		return;
	}
	if (s->site.pair.hooks[HOOK_RESUME_WRITES].count == 0 ||
	    s->site.pair.hooks[HOOK_PAUSE_WRITES].count == 0)
		return; /* a person does it, when he likes */
	if (s->now_ms - since > limit + SLACK_MS + s->w.role_late_ms)
		judge_fail(s, "P6", "applications stand still for %lld ms",
		    (long long)(s->now_ms - w->paused_at));
}

void
judge_event(struct sim *s)
{
	int count, inst, m = world_writable(s, &inst, &count);

	if (count > 1 && !s->judge.human_split)
		judge_fail(s, "P1", "two databases accept writes");
	if (m >= 0)
		s->judge.served_at = s->now_ms;
	judge_pause(s);
}

void
judge_activated(struct sim *s, int member, const struct base *b)
{
	if (!b->whole)
		judge_fail(s, "P2", "a half-filled database was made active");
	if (!s->judge.human_loss && !base_covers(&s->w, b, s->w.acked))
		judge_fail(s, "P2", "%s became active without every acknowledged commit",
		    s->site.members[member].name);
}

/* A good database goes only when another master has every row, and serves. */
void
judge_destroyed(struct sim *s, int member, int inst)
{
	const struct base *b = &s->w.base[member][inst];
	bool held = false;

	if (!b->whole || s->judge.human_split || s->judge.human_loss)
		return;
	s->judge.destroyed[member][inst]++;
	for (int m = 0; m < 2; m++)
		for (int i = 0; i < INSTS; i++) {
			const struct base *o = &s->w.base[m][i];

			if (o == b || m == member || !o->exists || !o->whole)
				continue;
			held = held || (base_covers(&s->w, o, b->have) &&
					   base_covers(&s->w, o, s->w.acked));
		}
	if (!held)
		judge_fail(s, "P3", "%s was destroyed with rows that nobody else has",
		    s->site.members[member].name);
	if (s->now_ms - s->judge.served_at > RECENT_MS)
		judge_fail(s, "P3", "%s was destroyed while no other served",
		    s->site.members[member].name);
	if (b->role == ROLE_ACTIVE)
		judge_fail(s, "P3", "the active %s was destroyed", s->site.members[member].name);
}

static bool
command_is_awaited(const struct upgrade *u)
{
	for (int i = 0; i < u->run_count[u->list]; i++)
		if (u->runs[u->list][i].state == STEP_RUNNING)
			return true;
	return false;
}

/* What runs has everything before it done, but for what is walked beside it. */
static void
judge_order(struct sim *s, const struct upgrade *u)
{
	const struct plan_steps *steps = &s->sh.plan->lists[LIST_FORWARD];

	for (int i = 0; u->list == LIST_FORWARD && i < steps->count; i++) {
		const struct plan_step *ps = &steps->items[i];

		if (u->runs[LIST_FORWARD][i].state != STEP_RUNNING)
			continue;
		for (int k = 0; k < i; k++) {
			enum step_state is = u->runs[LIST_FORWARD][k].state;
			bool beside = steps->items[k].section_from == ps->section_from &&
			    ps->section_from >= 0 &&
			    steps->items[k].lane_from != ps->lane_from;

			if (!beside && is != STEP_DONE && is != STEP_SKIPPED &&
			    (is != STEP_FAILED ||
				(steps->items[k].row->flags & ROW_MAY_FAIL) == 0))
				judge_fail(s, "order", "step %s runs, and %s is %s",
				    ps->number, steps->items[k].number,
				    step_state_name(is));
		}
	}
}

/* Nobody waits for ever: a deadline, a command, or a person who was told. */
void
judge_turn(struct sim *s)
{
	const struct shell *sh = &s->sh;
	const struct upgrade *u = sh->u;
	bool goes = u->state == UPGRADE_RUNNING || u->state == UPGRADE_ABORTING ||
	    u->state == UPGRADE_CHECKING;

	judge_order(s, u);
	if (goes && sh->wake_ms == 0 && !command_is_awaited(u))
		judge_fail(s, "liveness", "it waits without a deadline, %s",
		    upgrade_state_name(u->state));
	if (u->state == UPGRADE_ATTENTION &&
	    (u->error.code == UD_OK || u->error.text[0] == '\0'))
		judge_fail(s, "liveness", "it asks for attention without a reason");
	if (u->state == UPGRADE_ATTENTION && u->error.remedy[0] == '\0')
		judge_fail(s, "liveness", "attention without a remedy: %s", u->error.text);
}

static void
judge_serving(struct sim *s)
{
	int inst = -1, count, m = world_writable(s, &inst, &count);

	if (count == 0 && is_hindered(s))
		return; /* the active died right now */
	if (count != 1)
		judge_fail(s, "P5", "%d databases accept writes at the end", count);
	else if (!s->judge.human_loss &&
	    !base_covers(&s->w, &s->w.base[m][inst], s->w.acked))
		judge_fail(s, "P2", "acknowledged commits are missing at the end");
	else if (s->w.paused)
		judge_fail(s, "P5", "applications were not resumed");
	else if (s->w.where != m)
		judge_fail(s, "P5", "applications write to %s, but %s is active",
		    s->site.members[s->w.where].name, s->site.members[m].name);
}

static bool
is_calm(const struct sim *s)
{
	return s->f.count == 0 ||
	    (s->f.count == 1 && s->f.list[0].kind <= FAULT_CRASH_LATER);
}

static void
judge_patched(struct sim *s)
{
	int active = s->swap_back ? 0 : 1;

	for (int m = 0; m < s->w.members; m++)
		if (!s->w.machine[m].patched || !s->w.base[m][INST_OLD].exists)
			judge_fail(s, "end", "%s is not in the new release",
			    s->site.members[m].name);
	if (!base_is_writable(s, active, INST_OLD))
		judge_fail(s, "end", "%s is not active", s->site.members[active].name);
}

static void
judge_completed(struct sim *s)
{
	if (s->site.patch) {
		judge_patched(s);
		return;
	}
	for (int m = 0; m < s->w.members; m++) {
		int inst = -1;
		const struct base *b = world_home(&s->w, m, &inst);

		if (b == NULL || inst != INST_NEW)
			judge_fail(s, "end", "%s is not in the new release",
			    s->site.members[m].name);
		else if (s->w.base[m][INST_OLD].exists)
			judge_fail(s, "end", "the old database of %s is still there",
			    s->site.members[m].name);
	}
	if (!base_is_writable(s, 1, INST_NEW))
		judge_fail(s, "end", "master2 is not active in the new release");
}

void
judge_end(struct sim *s)
{
	const struct upgrade *u = s->sh.u;

	if (s->judge.failed || u == NULL)
		return;
	/* Crashes alone change nothing of what an upgrade comes to. */
	if (is_calm(s) && u->state != UPGRADE_COMPLETED &&
	    (s->people.attentions > 0 || !s->people.wants_abort))
		judge_fail(s, "P4", "nothing but crashes, and it is %s: %s",
		    upgrade_state_name(u->state), u->error.text);
	if (!upgrade_is_over(u))
		return;
	judge_serving(s);
	if (u->state == UPGRADE_COMPLETED)
		judge_completed(s);
	else if (!s->people.wants_abort)
		judge_fail(s, "P4", "it was aborted though nobody asked");
}
