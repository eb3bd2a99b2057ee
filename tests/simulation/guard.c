/* The guards of fences on the hosts of the masters (engine/timesten/guard.sh): they live there,
 * whatever becomes of the supervisor and of the way to them. */
#include "config.h"

#include <stdlib.h>

#include "tests/simulation/sim.h"

#define LOOKS_ON_MS 20000
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
go(struct sim *s, struct run *r, struct guard *g)
{
	const char *word = strchr(r->statements, '\'');

	if (!g->armed)
		*g = (struct guard){ .armed = true, .inst = r->inst };
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
		*g = (struct guard){ .armed = true, .inst = r->inst };
		buf_adds(&r->out, "armed\t1\n");
	} else if (is_call(r, "tt_go")) {
		go(s, r, g);
	} else if (is_call(r, "tt_over")) {
		*g = (struct guard){ 0 };
	} else if (is_call(r, "tt_hold") && g->armed && s->now_ms < g->until) {
		g->committed = true;
		buf_adds(&r->out, "held\n");
	} else {
		refuse(r, "the lease is over\n");
	}
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
	STORY(s, "world", "the guard of %s makes it active again", s->site.members[member].name);
	base_become(s, member, b, ROLE_ACTIVE);
}
