/*
 * The promises that forbid a step: P1 one-active, P2 no-loss, P3 destroy-last.
 *
 * They look at what was seen since the step in hand began, never at what ought to be. What
 * was not seen forbids.
 */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"

/* When it was last seen whether this member can accept writes. */
static int64_t
writable_seen_ms(const struct observation *o)
{
	int64_t role = observation_at_ms(o, LOOK_ROLE);
	int64_t instance = observation_at_ms(o, LOOK_INSTANCE);

	return role > instance ? role : instance;
}

/* The same, but for a loaded database only its role counts: an older one says nothing. */
static int64_t
refusing_seen_ms(const struct observation *o)
{
	return o->role != ROLE_UNKNOWN ? observation_at_ms(o, LOOK_ROLE)
				       : writable_seen_ms(o);
}

static bool
is_only_held(const struct turn *t, const struct plan_step *ps)
{
	const struct observation *o = &t->in->seen[ps->member->index];

	return ps->step->lets_go && ps->installation >= 0 &&
	    o->inst[ps->installation].daemon_up == FACT_YES &&
	    observation_is_fresh(o, LOOK_INSTANCE, t->u->walk.entered_ms);
}

/* P1: before a database is made active, every other master is observed unable to accept
 * application writes. */
bool
guard_one_active(const struct turn *t, const struct plan_step *ps, struct why *w)
{
	const struct pair *pair = t->p->pair;

	if (is_only_held(t, ps))
		return true;
	for (size_t i = 0; i < pair->member_count; i++) {
		const struct member *m = &pair->members[i];
		const struct observation *o = &t->in->seen[i];

		if (m == ps->member || m->subscriber)
			continue;
		why_needed(w, "%s seen unable to accept writes", m->name);
		if (refusing_seen_ms(o) < t->u->walk.entered_ms ||
		    o->writable == FACT_UNKNOWN) {
			why_seen(w, "it is not known whether %s accepts writes%s%s",
			    m->name, o->error[0] != '\0' ? ": " : "", o->error);
			why_remedy(w,
			    "make %s answer, or see to it that it cannot serve",
			    m->name);
			return false;
		}
		if (o->writable != FACT_NO) {
			why_seen(w, "%s is %s and accepts writes", m->name,
			    role_name(o->role));
			why_remedy(w,
			    "two databases must not take writes: find out who "
			    "made %s active",
			    m->name);
			return false;
		}
	}
	return true;
}

/* P2: every commit of the peer was proved to be in this database, after the peer was
 * fenced; the proof is of this pause. */
bool
guard_no_loss(const struct turn *t, const struct plan_step *ps, struct why *w)
{
	const char *name = ps->peer != NULL ? ps->peer->name : "";

	if (settings_is(&t->u->notes, NOTE_PROOF, name))
		return true;
	why_needed(w, "proof that %s has every commit of %s", ps->member->name, name);
	why_seen(w, "no such proof in this pause");
	return false;
}

static const struct member *
serving_other(const struct turn *t, const struct plan_step *ps)
{
	const struct pair *pair = t->p->pair;

	for (size_t i = 0; i < pair->member_count; i++) {
		const struct observation *o = &t->in->seen[i];

		if (&pair->members[i] != ps->member && !pair->members[i].subscriber &&
		    o->role == ROLE_ACTIVE && o->writable == FACT_YES &&
		    observation_at_ms(o, LOOK_ROLE) >= t->u->walk.entered_ms)
			return &pair->members[i];
	}
	return NULL;
}

/* The database lives on in another installation of the same member, and serves there; what
 * is destroyed is not in use. */
static bool
serves_elsewhere(const struct turn *t, const struct plan_step *ps)
{
	const struct observation *o = &t->in->seen[ps->member->index];

	return ps->installation >= 0 && o->home >= 0 && o->home != ps->installation &&
	    o->writable == FACT_YES && o->inst[ps->installation].loaded == FACT_NO &&
	    observation_is_fresh(o, LOOK_INSTANCE | LOOK_ROLE, t->u->walk.entered_ms);
}

/* Is the store in this installation the one that was there when the upgrade began, or
 * that the upgrade made? */
static bool
is_same_store(const struct turn *t, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &t->in->seen[ps->member->index];
	const char *side = ps->row->side == SIDE_NEW ? "new" : "old", *known;
	const struct installation_seen *in;
	char key[NAME_MAX_BYTES + 16];

	if (ps->installation < 0)
		return true;
	in = &o->inst[ps->installation];
	str_printf(key, sizeof(key), NOTE_PATH "%s.%s", ps->member->name, side);
	known = settings_get(&t->u->notes, key);
	if (known == NULL || in->exists == FACT_NO || strcmp(known, in->path) == 0)
		return true;
	why_needed(w, "the store at %s", known);
	why_seen(w, "%s of %s is at %s", ps->member->name, side,
	    in->path[0] != '\0' ? in->path : "a path that was not seen");
	why_remedy(w, "find out who moved or replaced it; nothing was destroyed");
	return false;
}

/* Another database serves what this one held, and this one is out of use. */
static bool
is_replaced(const struct turn *t, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &t->in->seen[ps->member->index];

	why_needed(w, "another database of the pair active and serving");
	if (serves_elsewhere(t, ps))
		return true;
	if (o->reachable != FACT_YES && o->error[0] != '\0' &&
	    (writable_seen_ms(o) < t->u->walk.entered_ms || o->writable != FACT_NO)) {
		why_needed(w, "%s seen, before anything of it is destroyed",
		    ps->member->name);
		why_seen(w, "%s: %s", ps->member->name, o->error);
		why_remedy(w,
		    "see to its host and its database daemon; nothing was destroyed");
		return false;
	}
	if (serving_other(t, ps) == NULL) {
		why_seen(w, "no other database of the pair is seen active and serving");
		why_remedy(w, "see to the active first; nothing was destroyed");
		return false;
	}
	if (writable_seen_ms(o) < t->u->walk.entered_ms || o->writable != FACT_NO) {
		why_needed(w, "%s seen unable to accept writes", ps->member->name);
		why_seen(w, "%s: role %s, accepts writes: %s", ps->member->name,
		    role_name(o->role), fact_name(o->writable));
		return false;
	}
	return true;
}

/* The same on another host: the copy is not in use, and the database is where it was. */
static bool
is_copy_elsewhere(const struct turn *t, const struct plan_step *ps)
{
	const struct member *active = t->p->active;
	const struct observation *o = &t->in->seen[ps->member->index], *source;
	const struct installation_seen *in;
	int old;

	if (!t->p->procedure->makes_standby || ps->member != t->p->standby || active == NULL)
		return false;
	source = &t->in->seen[active->index];
	old = t->p->old_installation[active->index];
	in = &o->inst[ps->installation];
	return old >= 0 && source->inst[old].exists == FACT_YES &&
	    (in->daemon_up == FACT_NO ||
		(in->daemon_up == FACT_YES && in->loaded == FACT_NO)) &&
	    observation_is_fresh(o, LOOK_INSTANCE, t->u->walk.entered_ms) &&
	    observation_is_fresh(source, LOOK_INSTANCE, t->u->walk.entered_ms);
}

/* What an offline procedure makes in a place of its own, until that place is activated,
 * which is its point of no return: it is not in use, and the database is in another place. */
static bool
never_served(const struct turn *t, const struct plan_step *ps)
{
	const struct observation *o = &t->in->seen[ps->member->index];
	int old = t->p->old_installation[ps->member->index];
	const struct installation_seen *in;

	if (!t->p->procedure->offline || t->u->past_return ||
	    ps->row->side != SIDE_NEW || ps->installation < 0)
		return false;
	if (is_copy_elsewhere(t, ps))
		return true;
	if (old < 0 || ps->installation == old)
		return false;
	in = &o->inst[ps->installation];
	return (in->daemon_up == FACT_NO ||
		   (in->daemon_up == FACT_YES && in->loaded == FACT_NO)) &&
	    o->inst[old].exists == FACT_YES &&
	    strcmp(in->path, o->inst[old].path) != 0 &&
	    observation_is_fresh(o, LOOK_INSTANCE, t->u->walk.entered_ms);
}

/* P3: a database is destroyed only when another of its pair is seen active and serving,
 * and has every commit that this one ever acknowledged. */
bool
guard_destroy_last(const struct turn *t, const struct plan_step *ps, struct why *w)
{
	char key[NAME_MAX_BYTES + 16];

	if (never_served(t, ps))
		return true;
	if (!is_replaced(t, ps, w))
		return false;
	str_printf(key, sizeof(key), NOTE_WROTE "%s", ps->member->name);
	if ((ps->member == t->p->active || settings_get(&t->u->notes, key) != NULL) &&
	    !settings_is(&t->u->notes, NOTE_PROOF, ps->member->name)) {
		why_needed(w, "proof that every commit of %s is elsewhere",
		    ps->member->name);
		why_seen(w, "it accepted writes, and was not seen drained since");
		why_remedy(w,
		    "look for what was committed in %s alone; when nothing is missing elsewhere, do "
		    "this step by hand, then retry",
		    ps->member->name);
		return false;
	}
	return is_same_store(t, ps, w);
}
