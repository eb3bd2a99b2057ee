/* The guards of fences on the hosts of the masters (engine/timesten/guard.sh): they live there,
 * whatever becomes of the supervisor and of the way to them. */
#include "config.h"

#include <stdlib.h>

#include "tests/simulation/sim.h"

#define LOOKS_ON_MS   20000
#define TAKES_OVER_MS 600000
#define LOSES	      6 /* one run in so many, of those in which the guard has a way */
#define LOOK_MS	    500

static bool
is_call(const struct run *r, const char *function)
{
	return str_starts(r->statements, function);
}

static void
refuse(struct run *r, const char *text)
{
	buf_adds(&r->out, text);
	r->status = 1;
}

static void
arm(struct run *r, struct guard *g)
{
	const char *tool = strstr(r->statements, "/ttIsql'\\''");

	/* A shell is of no installation; the words say which tools are used. */
	*g = (struct guard){ .armed = true,
		.inst = strstr(r->statements, " '/opt/new/bin' ") != NULL ? INST_NEW : INST_OLD };
	g->has_login = tool != NULL;
	g->other_inst = tool != NULL && strstr(r->statements, "'\\''/opt/new/") != NULL ? INST_NEW
										: INST_OLD;
}

static void
go(struct sim *s, struct run *r, struct guard *g)
{
	const char *word = strchr(r->statements, '\'');

	if (!g->armed)
		arm(r, g);
	if (g->until == 0)
		g->until = s->now_ms + (word != NULL ? strtoll(word + 1, NULL, 10) : 0);
	g->next_at = g->until;
	if (s->now_ms >= g->until)
		refuse(r, "its lease is over\n");
	else
		buf_addf(&r->out, "leased\t%lld\n", (long long)(g->until - s->now_ms));
}

/* What a function of the shell does, and says. */
void
guard_call(struct sim *s, struct run *r)
{
	struct guard *g = &s->w.guard[r->member];

	r->status = 0;
	if (is_call(r, "tt_arm")) {
		arm(r, g);
		buf_adds(&r->out, "armed\t1\n");
	} else if (is_call(r, "tt_go")) {
		go(s, r, g);
	} else if (is_call(r, "tt_over")) {
		*g = (struct guard){ 0 };
	} else if (is_call(r, "tt_hold") && g->armed &&
	    (g->committed || s->now_ms < g->until)) {
		g->committed = true;
		s->lose = s->seed % LOSES == 0 && !s->lost;
		s->lose_ms = g->until;
		buf_adds(&r->out, "held\n");
	} else if (is_call(r, "tt_back")) {
		g->given_up = g->committed;
		if (g->taken_over)
			refuse(r, "the guard there is making the other database active\n");
		else
			buf_adds(&r->out, "back\n");
	} else {
		refuse(r, "the lease is over\n");
	}
}

/* Behind the decision: the other master is made active, where it can be reached. */
static void
take_over(struct sim *s, int member, struct guard *g)
{
	int other = 1 - member;
	struct machine *m = s->w.machine;
	struct base *b = &s->w.base[other][g->other_inst], *own = &s->w.base[member][g->inst];

	g->taken_over = true;
	g->next_at = s->now_ms + LOOK_MS;
	if (m[member].cut || m[other].cut || !m[other].up[g->other_inst] || !b->exists ||
	    !b->whole || !b->loaded || !m[member].up[g->inst] || !own->exists || !own->whole)
		return;
	base_load(s, member, own); /* to ask for its role */
	if (b->role == ROLE_STANDBY && own->role != ROLE_ACTIVE) {
		STORY(s, "world", "the guard of %s makes the other master active",
		    s->site.members[member].name);
		base_become(s, other, b, ROLE_ACTIVE);
	}
	if (b->role == ROLE_ACTIVE || own->role == ROLE_ACTIVE) {
		g->until = 0; /* it ended; what was decided is still there */
		g->taken_over = false;
	}
}

static bool
sees_active(const struct sim *s, int member, const struct guard *g)
{
	const struct machine *own = &s->w.machine[member], *m = &s->w.machine[1 - member];
	const struct base *b = &s->w.base[1 - member][g->other_inst];

	return g->has_login && !own->cut && !m->cut && m->up[g->other_inst] && b->exists &&
	    b->whole && b->loaded && b->role == ROLE_ACTIVE;
}

/* Its lease is over, or it looks on. */
void
guard_due(struct sim *s, int member)
{
	struct guard *g = &s->w.guard[member];
	struct base *b = &s->w.base[member][g->inst];
	bool answers = s->w.machine[member].up[g->inst] && b->exists && b->whole;

	if (!g->armed || g->until == 0 || s->now_ms < g->next_at)
		return;
	if (g->committed && g->has_login && !g->given_up &&
	    s->now_ms < g->until + TAKES_OVER_MS) {
		take_over(s, member, g);
		return;
	}
	if (g->committed || s->now_ms >= g->until + LOOKS_ON_MS) {
		*g = (struct guard){ 0 };
		return;
	}
	g->next_at = s->now_ms + LOOK_MS;
	if (!answers)
		return;
	base_load(s, member, b);
	if (b->role != ROLE_IDLE || !b->was_active)
		return;
	if (sees_active(s, member, g)) {
		*g = (struct guard){ 0 };
		return;
	}
	STORY(s, "world", "the guard of %s makes it active again", s->site.members[member].name);
	base_become(s, member, b, ROLE_ACTIVE);
}
