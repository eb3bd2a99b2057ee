#include "config.h"

#include "tests/simulation/people.h"

#include "tests/simulation/sim.h"

#define SAME_PLACE 4

void
people_ask(struct sim *s, enum wish wish)
{
	if (s->sh.down || s->people.wish != WISH_NONE)
		return;
	s->people.wish = wish;
	s->sh.news = true;
}

static bool
needs_somebody(const struct sim *s)
{
	const struct upgrade *u = s->sh.u;

	return u != NULL && !s->sh.down &&
	    (u->state == UPGRADE_GATED || u->state == UPGRADE_ATTENTION);
}

int64_t
people_next(const struct sim *s)
{
	const struct people *p = &s->people;
	int64_t at = NEVER;

	if (s->sh.down)
		return NEVER;
	if (p->resume_at != 0)
		at = p->resume_at;
	if (needs_somebody(s) && p->act_at != 0 && p->act_at < at)
		at = p->act_at;
	return at;
}

/* At a site without hooks a person does what they would do, and then approves. */
static void
approve(struct sim *s)
{
	const struct plan_step *ps = upgrade_step(s->sh.u, s->sh.plan);

	if (ps != NULL && str_equal(ps->gate, "writes-paused"))
		site_pause(s, true);
	if (ps != NULL && str_equal(ps->gate, "writes-resumed")) {
		site_pause(s, false);
		s->w.where = ps->member->index;
	}
	people_ask(s, WISH_ADVANCE);
}

/* Attention at one step again and again, with everything mended: it is no use. */
static void
attend(struct sim *s)
{
	struct people *p = &s->people;
	const struct upgrade *u = s->sh.u;

	p->attentions++;
	if (p->at_pos == u->walk.pos && p->at_list == (int)u->list)
		p->same_place++;
	else
		p->same_place = 0;
	p->at_pos = u->walk.pos;
	p->at_list = (int)u->list;
	faults_mend(s);
	if (p->same_place >= SAME_PLACE * 2 || p->attentions > 40) {
		p->gave_up = true;
		return;
	}
	if (p->same_place >= SAME_PLACE && !p->wants_abort && !u->past_return)
		people_ask(s, WISH_ABORT);
	else
		people_ask(s, WISH_RETRY);
}

void
people_step(struct sim *s)
{
	struct people *p = &s->people;

	if (s->sh.down)
		return;
	if (p->resume_at != 0 && s->now_ms >= p->resume_at) {
		p->resume_at = 0;
		people_ask(s, WISH_RESUME);
		return;
	}
	/* A request that died with the supervisor is made again. */
	if (s->sh.u->state == UPGRADE_PAUSED && p->resume_at == 0 && p->wish == WISH_NONE)
		p->resume_at = s->now_ms + 5000;
	if (!needs_somebody(s)) {
		p->act_at = 0;
		return;
	}
	if (p->act_at == 0) {
		p->act_at = s->now_ms + rng_between(&s->rng, 100, 30000);
		return;
	}
	if (s->now_ms < p->act_at)
		return;
	p->act_at = 0;
	if (s->sh.u->state == UPGRADE_GATED)
		approve(s);
	else
		attend(s);
}
