/* What goes on between databases while time passes. */
#include "config.h"

#include <string.h>

#include "tests/simulation/sim.h"

bool
machines_see(const struct world *w, int a, int b)
{
	return a == b || (!w->machine[a].cut && !w->machine[b].cut);
}

static bool
sends(const struct sim *s, int member, const struct base *b)
{
	const struct world *w = &s->w;

	return b->exists && b->whole && b->loaded && b->agent == AGENT_ON &&
	    w->machine[member].up[b == &w->base[member][INST_NEW]];
}

/* The active that masters and, when the standby is away, subscribers follow. */
static struct base *
find_active(struct sim *s, int *ret_member)
{
	struct world *w = &s->w;

	for (int m = 0; m < 2; m++)
		for (int i = 0; i < INSTS; i++) {
			struct base *b = &w->base[m][i];

			if (b->exists && b->loaded && b->role == ROLE_ACTIVE) {
				*ret_member = m;
				return b;
			}
		}
	for (int m = 0; w->idle_transmits && m < 2; m++)
		for (int i = 0; i < INSTS; i++) {
			struct base *b = &w->base[m][i];

			if (b->exists && b->loaded && b->role == ROLE_IDLE && b->was_active &&
			    m == w->writer) {
				*ret_member = m;
				return b;
			}
		}
	return NULL;
}

/* ---- rows ---- */

static int64_t
sent_by(const struct sim *s, const struct base *from, int64_t before_ms)
{
	(void)s;
	for (int i = from->then_count - 1; i >= 0; i--)
		if (from->then[i].at <= before_ms)
			return from->then[i].total;
	return 0;
}

static void
give(struct world *w, const struct base *from, struct base *to, int64_t n)
{
	for (int e = 0; e < w->epochs && n > 0; e++) {
		int64_t lacks = from->have[e] - to->have[e];

		if (lacks <= 0)
			continue;
		lacks = lacks < n ? lacks : n;
		to->have[e] += lacks;
		to->total += lacks;
		to->log += lacks * COMMIT_LOG;
		n -= lacks;
	}
}

static void
flow(struct sim *s, struct base *from, struct base *to, int64_t dt_ms, bool all)
{
	struct world *w = &s->w;
	int64_t until, n;

	if (!base_covers(w, from, to->have))
		return;
	until = all ? from->total : sent_by(s, from, s->now_ms - w->lag_ms);
	n = until - to->total;
	if (n > w->speed * dt_ms)
		n = w->speed * dt_ms;
	if (n <= 0)
		return;
	give(w, from, to, n);
	base_remember(s, to);
}

static void
flow_to_subscribers(struct sim *s, struct base *active, int a, int64_t dt_ms)
{
	struct world *w = &s->w;
	int other = 1 - a;
	struct base *standby = world_home(w, other, NULL);
	bool direct = active->failed[other];
	struct base *from = direct ? active : standby;
	int source = direct ? a : other;

	if (from == NULL || !sends(s, source, from) ||
	    (!direct && from->role != ROLE_STANDBY))
		return;
	for (int m = 2; m < w->members; m++) {
		struct base *to = world_home(w, m, NULL);

		if (to == NULL || !sends(s, m, to) || !machines_see(w, source, m))
			continue;
		to->followed = true;
		flow(s, from, to, dt_ms, false);
	}
}

static void
replicate(struct sim *s, int64_t dt_ms)
{
	struct world *w = &s->w;
	int a;
	struct base *active = find_active(s, &a), *peer;

	if (active == NULL)
		return;
	peer = world_home(w, 1 - a, NULL);
	if (peer != NULL && sends(s, a, active) && sends(s, 1 - a, peer) &&
	    machines_see(w, 0, 1) && !active->failed[1 - a] &&
	    (peer->role == ROLE_STANDBY || peer->role == ROLE_RECOVERING) &&
	    peer->stale_at == 0)
		flow(s, active, peer, dt_ms, false);
	flow_to_subscribers(s, active, a, dt_ms);
}

int64_t
world_acknowledged(struct sim *s, int member, const struct base *b, int peer)
{
	const struct base *to = world_home(&s->w, peer, NULL);

	(void)member;
	if (to == NULL || s->now_ms < s->w.quiet_until)
		return 0;
	return to->then_count > 0 && base_covers(&s->w, b, to->have) ?
	    sent_by(s, to, s->now_ms - s->w.ack_ms) :
	    0;
}

bool
world_wait_is_over(struct sim *s, int member, const struct base *b, int peer,
    int64_t target)
{
	const struct world *w = &s->w;

	if (w->wait_lies)
		return true;
	if (b->failed[peer] || b->agent != AGENT_ON || !machines_see(w, member, peer))
		return false;
	if (b->role != ROLE_ACTIVE && !(w->idle_transmits && b->role == ROLE_IDLE))
		return false;
	return world_acknowledged(s, member, b, peer) >= target;
}

/* ---- a master that follows ---- */

static void
follow_begin(struct sim *s, int m, struct base *b, struct base *active)
{
	struct world *w = &s->w;
	int64_t least = w->recover_ms > 1000 ? w->recover_ms : 1000;

	if (!base_covers(w, active, b->have))
		return; /* trapped commits: IDLE for ever */
	base_become(s, m, b, ROLE_RECOVERING);
	b->was_active = false;
	b->catch_up_until = s->now_ms + least;
	b->stale_at = 0;
	if (!active->keeps[m] && !(b->total == active->total))
		b->stale_at = s->now_ms + 30000;
}

static void
follow(struct sim *s, int m, struct base *b, struct base *active, int a)
{
	struct world *w = &s->w;

	if (!sends(s, m, b) || !sends(s, a, active) || !machines_see(w, a, m))
		return;
	if (b->role == ROLE_IDLE && b->role_next == ROLE_UNKNOWN) {
		follow_begin(s, m, b, active);
	} else if (b->role == ROLE_RECOVERING && b->stale_at != 0) {
		if (s->now_ms >= b->stale_at)
			base_become(s, m, b, ROLE_FAILED);
	} else if (b->role == ROLE_RECOVERING && s->now_ms >= b->catch_up_until &&
	    active->total - b->total <= w->rate * (w->lag_ms + 1000) / 1000 + 4) {
		active->failed[m] = false;
		active->keeps[m] = true;
		base_become(s, m, b, ROLE_STANDBY);
	} else if (b->role == ROLE_RECOVERING) {
		active->failed[m] = false; /* the log is sent to it again */
	} else if (b->role == ROLE_STANDBY && active->failed[m] &&
	    active->clear_at[m] == NEVER) {
		active->clear_at[m] = s->now_ms + rng_between(&s->rng, 5000, 30000);
	} else if (b->role == ROLE_STANDBY && s->now_ms >= active->clear_at[m]) {
		active->failed[m] = false;
		active->clear_at[m] = NEVER;
		STORY(s, "world", "the live standby %s clears its mark",
		    s->site.members[m].name);
	}
}

static void
roles(struct sim *s)
{
	struct world *w = &s->w;
	int a;
	struct base *active = find_active(s, &a), *b;

	if (active == NULL || active->role != ROLE_ACTIVE)
		return;
	b = world_home(w, 1 - a, NULL);
	if (b != NULL && b->loaded)
		follow(s, 1 - a, b, active, a);
}

/* ---- applications ---- */

static void
applications(struct sim *s, int64_t dt_ms)
{
	struct world *w = &s->w;
	int64_t n;

	for (int m = 0; m < 2; m++)
		for (int i = 0; i < INSTS; i++) {
			int64_t rate = w->rogue_rate;

			if (!base_is_writable(s, m, i))
				continue;
			if (!w->paused && w->where == m)
				rate += w->rate;
			w->carry += rate * dt_ms;
			n = w->carry / 1000;
			w->carry %= 1000;
			base_commit(s, m, &w->base[m][i], n);
			base_remember(s, &w->base[m][i]);
		}
}

/* ---- what is due ---- */

static void
due_base(struct sim *s, int m, struct base *b)
{
	if (!b->exists)
		return;
	if (b->agent == AGENT_STARTING && s->now_ms >= b->agent_at) {
		b->agent = AGENT_ON;
		b->started = true;
	}
	if (b->agent == AGENT_STOPPING && s->now_ms >= b->agent_at)
		b->agent = AGENT_OFF;
	if (b->role_next != ROLE_UNKNOWN && s->now_ms >= b->role_next_at)
		base_become(s, m, b, b->role_next);
	world_in_use(s, m, b);
	if (b->loaded && s->now_ms >= b->unload_at)
		base_unload(b);
}

static void
due_machine(struct sim *s, int m)
{
	struct machine *k = &s->w.machine[m];

	if (!k->reachable && s->now_ms >= k->back_at) {
		k->reachable = true;
		STORY(s, "world", "%s can be reached again", s->site.hosts[m].name);
	}
	if (k->cut && s->now_ms >= k->joined_at) {
		k->cut = false;
		STORY(s, "world", "%s sees the other hosts again", s->site.hosts[m].name);
	}
}

void
world_advance(struct sim *s, int64_t to_ms)
{
	int64_t dt_ms = to_ms - s->now_ms;

	s->now_ms = to_ms;
	if (dt_ms > 0) {
		applications(s, dt_ms);
		replicate(s, dt_ms);
	}
	for (int m = 0; m < s->w.members; m++) {
		due_machine(s, m);
		for (int i = 0; i < INSTS; i++)
			due_base(s, m, &s->w.base[m][i]);
		guard_due(s, m);
	}
	roles(s);
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
next_of_base(const struct sim *s, const struct base *b)
{
	int64_t at = NEVER;

	if (!b->exists)
		return NEVER;
	if (b->agent == AGENT_STARTING || b->agent == AGENT_STOPPING)
		at = least(at, b->agent_at);
	if (b->role_next != ROLE_UNKNOWN)
		at = least(at, b->role_next_at);
	if (b->loaded)
		at = least(at, b->unload_at);
	if (b->role == ROLE_RECOVERING && b->stale_at > s->now_ms)
		at = least(at, b->stale_at);
	if (b->role == ROLE_RECOVERING && b->catch_up_until > s->now_ms)
		at = least(at, b->catch_up_until);
	return at;
}

int64_t
world_next(const struct sim *s)
{
	const struct world *w = &s->w;
	int64_t at = NEVER;

	for (int m = 0; m < w->members; m++) {
		if (!w->machine[m].reachable)
			at = least(at, w->machine[m].back_at);
		if (w->machine[m].cut)
			at = least(at, w->machine[m].joined_at);
		for (int i = 0; i < INSTS; i++)
			at = least(at, next_of_base(s, &w->base[m][i]));
		if (w->guard[m].armed && w->guard[m].until > 0)
			at = least(at, w->guard[m].next_at);
	}
	return at;
}
