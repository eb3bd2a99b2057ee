/* What a step is judged by: what was seen since it began, and how its command ended. */
#include "config.h"

#include "daemon/core/internal.h"

#define LOOK_HOPE_MS 8000 /* is given to seeing what can be done without */

static const struct core_hand *
find_hand(const struct core_input *in, enum plan_list list, int pos)
{
	static const struct core_hand none;

	for (int i = 0; i < in->hand_count; i++)
		if (in->hands[i].list == list && in->hands[i].pos == pos)
			return &in->hands[i];
	return &none;
}

const struct core_hand *
turn_hand(const struct turn *t)
{
	return find_hand(t->in, t->u->list, t->u->walk.pos);
}

struct scene
core_scene(const struct upgrade *u, const struct plan *p, const struct core_input *in)
{
	const struct core_hand *h = find_hand(in, u->list, u->walk.pos);
	bool ended = u->walk.ended_ms > 0 && u->walk.performed_ms > 0;

	return (struct scene){
		.plan = p,
		.upgrade = u,
		.seen = in->seen,
		.outcome = ended ? h->outcome : NULL,
		.verdict = ended && h->outcome != NULL ? h->verdict : VERDICT_OK,
		.performed_ms = u->walk.performed_ms,
		.now_ms = in->now_ms,
	};
}

struct scene
turn_scene(const struct turn *t)
{
	return core_scene(t->u, t->p, t->in);
}

static int64_t
fresh_since(const struct turn *t)
{
	const struct upgrade *u = t->u;

	return u->walk.performed_ms > 0 && u->walk.ended_ms > 0 ? u->walk.ended_ms : u->walk.entered_ms;
}

/* So its role cannot be asked for. */
static bool
is_unloaded(const struct observation *o, unsigned looks, int64_t since)
{
	const struct installation_seen *home = observation_home(o);

	return (looks & LOOK_ROLE) != 0 && observation_is_fresh(o, LOOK_INSTANCE, since) &&
	    home != NULL && home->loaded == FACT_NO;
}

/* Nobody has it in memory, or it is not there: what only a session tells will not be told. */
static bool
is_hopeless(const struct turn *t, const struct member *m, int64_t since)
{
	const struct observation *o = &t->in->seen[m->index];
	const struct installation_seen *home = observation_home(o);
	bool looked = false;

	if (!observation_is_fresh(o, LOOK_INSTANCE, since))
		return false;
	if (home != NULL)
		return home->loaded == FACT_NO && home->changing != FACT_YES;
	for (int i = 0; i < INSTALLATIONS_MAX; i++) {
		looked = looked || o->inst[i].exists == FACT_NO;
		if (o->inst[i].exists == FACT_YES && o->inst[i].loaded != FACT_NO)
			return false;
	}
	return looked;
}

static bool
is_seen(struct turn *t, const struct member *m, unsigned looks, int64_t since)
{
	const struct observation *o;

	if (m == NULL || looks == 0)
		return true;
	o = &t->in->seen[m->index];
	if (observation_is_fresh(o, looks, since))
		return true;
	why_seen(&t->u->walk.why, "%s: %s%s%s", m->name,
	    is_unloaded(o, looks, since) ? "its database is not loaded" : "no fresh observation",
	    o->error[0] != '\0' ? ": " : "", o->error);
	return false;
}

bool
step_is_seen(struct turn *t, const struct plan_step *ps)
{
	const struct pair *pair = t->p->pair;
	int64_t since = fresh_since(t);

	if (!is_seen(t, ps->member, ps->step->looks, since) ||
	    !is_seen(t, ps->peer, ps->step->looks_peer, since))
		return false;
	for (size_t i = 0; ps->step->looks_all != 0 && i < pair->member_count; i++)
		if (!is_seen(t, &pair->members[i], ps->step->looks_all, since))
			return false;
	if (t->in->now_ms >= t->u->walk.entered_ms + LOOK_HOPE_MS)
		return true;
	for (size_t i = 0; ps->step->looks_hoped != 0 && i < pair->member_count; i++)
		if (!is_hopeless(t, &pair->members[i], since) &&
		    !is_seen(t, &pair->members[i], ps->step->looks_hoped, since)) {
			turn_wake(t, t->u->walk.entered_ms + LOOK_HOPE_MS);
			return false;
		}
	return true;
}
