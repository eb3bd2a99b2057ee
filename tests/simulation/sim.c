#include "config.h"

#include "tests/simulation/sim.h"

#include <stdlib.h>

#include "common/mem.h"

#define EVENTS_MOST 4000000
#define START_MS    1000

static const char *const gates_some[] = { "before-swap", "before-destroy", NULL };
static const char *const gates_every[] = { "every-step", NULL };
static const char *const gates_none[] = { "none", NULL };

static struct site_wish
draw_site(struct sim *s, bool calm)
{
	struct rng *r = &s->rng;
	struct site_wish w = { .subscribers = 2, .gates = gates_some };

	if (calm)
		return w;
	w.patch = rng_chance(r, 400);
	w.subscribers = (int)rng_between(r, 0, SITE_SUBSCRIBERS);
	w.side_by_side = (int)rng_between(r, 1, 3);
	w.no_marker = rng_chance(r, 100);
	w.no_pause_hook = rng_chance(r, 20);
	w.no_resume_hook = rng_chance(r, 20);
	w.gates = rng_chance(r, 600) ? gates_none
	    : rng_chance(r, 800)     ? gates_some
				     : gates_every;
	w.write_pause_ms = rng_chance(r, 200) ? rng_between(r, 3000, 6000) : 0;
	w.drain_ms = rng_chance(r, 300) ? 30000 : 0;
	return w;
}

static int64_t
next_event(const struct sim *s)
{
	int64_t (*const of[])(const struct sim *) = { world_next, commands_next, shell_next,
		people_next, fault_next, site_watch_next };
	int64_t at = s->sh.down ? NEVER : look_next(s);

	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		int64_t one = of[i](s);

		if (one < at)
			at = one;
	}
	return at < s->now_ms ? s->now_ms : at;
}

static bool
is_abort_due(const struct sim *s, const struct sim_wish *wish)
{
	const struct upgrade *u = s->sh.u;
	int at;

	if (wish->abort_at == NULL || u == NULL || s->people.wants_abort)
		return false;
	at = plan_find(s->sh.plan, LIST_FORWARD, wish->abort_at);
	return u->list == LIST_FORWARD && u->walk.pos > at;
}

/* Back when the guard has ended what was decided, or just while it does. */
static void
lose(struct sim *s)
{
	if (!s->lose || s->sh.down || s->sh.u == NULL)
		return;
	s->lose = false;
	s->lost = true;
	shell_crash(s);
	s->sh.up_at = rng_chance(&s->rng, 300) ? s->lose_ms + 20000
					       : s->lose_ms + rng_between(&s->rng, -200, 100);
}

static void
step(struct sim *s, const struct sim_wish *wish)
{
	int64_t at = next_event(s);
	int64_t turns = s->sh.turns;

	if (at == NEVER || s->events++ > EVENTS_MOST) {
		judge_fail(s, "liveness", at == NEVER ? "nothing will ever happen again" :
							"it goes on for ever");
		return;
	}
	world_advance(s, at);
	site_watch(s);
	fault_time(s);
	commands_step(s);
	lose(s);
	if (!s->sh.down)
		look_step(s);
	shell_step(s);
	if (s->sh.turns != turns)
		fault_turn(s);
	if (is_abort_due(s, wish))
		people_ask(s, WISH_ABORT);
	people_step(s);
	judge_event(s);
}

static bool
is_over(const struct sim *s)
{
	return s->judge.failed || s->people.gave_up ||
	    (s->sh.u != NULL && upgrade_is_over(s->sh.u));
}

bool
sim_run(struct sim *s, const struct sim_wish *wish)
{
	struct site_wish site;
	char text[600];

	*s = (struct sim){ .seed = wish->seed, .now_ms = START_MS };
	s->story.told = wish->told;
	s->run = &s->by_hand;
	rng_init(&s->rng, wish->seed);
	site = draw_site(s, wish->calm);
	site.patch = site.patch || wish->patch;
	s->swap_back = site.patch && wish->seed % 4 < 2;
	site.guard_login = !wish->calm && wish->seed % 2 == 0;
	site_init(&s->site, &site);
	s->side_by_side = site.side_by_side;
	world_init(s);
	if (!wish->calm)
		faults_draw(s, wish->only);
	s->sh.poll_ms = wish->calm ? 1000 : rng_between(&s->rng, 500, 10000);
	faults_text(s, text, sizeof(text));
	if (!wish->calm)
		STORY(s, "fault", "drawn: %s", text[0] != '\0' ? text : "none");
	shell_start(s, &s->site.pair.gates);
	while (!is_over(s))
		step(s, wish);
	judge_end(s);
	if (s->sh.u != NULL && !upgrade_is_over(s->sh.u))
		STORY(s, "supervisor", "waits for %s: seen %s, needed %s",
		    s->sh.u->walk.why.waits_for, s->sh.u->walk.why.seen, s->sh.u->walk.why.needed);
	return !s->judge.failed;
}

const char *
sim_result(const struct sim *s)
{
	if (s->judge.failed)
		return "failed";
	return s->sh.u != NULL ? upgrade_state_name(s->sh.u->state) : "nothing";
}

void
sim_done(struct sim *s)
{
	shell_done(s);
	run_done(&s->by_hand);
	site_done(&s->site);
	buf_done(&s->story.text);
}
