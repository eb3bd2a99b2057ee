/* Looks at members: asked for as the conductor does, seen late, sometimes not at all. */
#include "config.h"

#include <stdlib.h>

#include "tests/simulation/sim.h"

#define DEAR (LOOK_INSTANCE | LOOK_RELEASE | LOOK_POLICY | LOOK_SCHEMA | LOOK_ROWS)

/* ---- what is seen ---- */

static void
see_installation(struct sim *s, int m, int i, struct installation_seen *in)
{
	const struct base *b = &s->w.base[m][i];
	const struct machine *k = &s->w.machine[m];

	in->daemon_up = k->up[i] ? FACT_YES : FACT_NO;
	in->loaded = in->changing = FACT_NO;
	in->replication_agent = in->cache_agent = AGENT_STOPPED;
	in->connections = in->applications = 0;
	in->exists = k->up[i] ? (b->exists ? FACT_YES : FACT_NO)
	    : k->present[i]   ? FACT_UNKNOWN
			      : FACT_NO;
	if (in->exists != FACT_YES) {
		if (in->exists == FACT_NO)
			in->path[0] = '\0';
		return;
	}
	str_printf(in->path, sizeof(in->path), "/data/%s/%s", i == INST_NEW ? "new" : "old",
	    s->site.members[m].name);
	in->loaded = b->loaded ? FACT_YES : FACT_NO;
	if (b->agent == AGENT_ON || b->agent == AGENT_STOPPING)
		in->replication_agent = AGENT_RUNNING;
	in->connections = b->loaded ? 1 : 0;
}

static int
installations(const struct sim *s)
{
	return s->site.patch ? 1 : INSTS;
}

static void
see_instance(struct sim *s, int m, struct observation *o)
{
	int loaded = -1, exists = -1, n = 0, was = o->home;

	for (int i = 0; i < installations(s); i++) {
		see_installation(s, m, i, &o->inst[i]);
		if (o->inst[i].loaded == FACT_YES)
			loaded = i;
		if (o->inst[i].exists == FACT_YES) {
			exists = i;
			n++;
		}
	}
	o->reachable = FACT_YES;
	o->home = loaded >= 0 ? loaded : n == 1 ? exists : -1;
	if (loaded < 0 || o->home != was) {
		o->role = ROLE_UNKNOWN;
		o->bookmark = (struct bookmark){ 0 };
		observation_peers_clear(o);
		o->marker[0] = '\0';
	}
	o->writable = loaded < 0 ? FACT_NO : FACT_UNKNOWN;
	if (loaded >= 0 && o->role != ROLE_UNKNOWN)
		o->writable = o->role == ROLE_ACTIVE ? FACT_YES : FACT_NO;
}

static void
see_role(struct sim *s, int m, const struct base *b, struct observation *o)
{
	(void)s;
	o->role = m >= 2 ? ROLE_SUBSCRIBER : b->role;
	o->writable = o->role == ROLE_ACTIVE ? FACT_YES : FACT_NO;
	o->bookmark.written = (struct position){ b->log / LOG_FILE, b->log % LOG_FILE, true };
	o->bookmark.forced = o->bookmark.written;
}

static void
see_peers(struct sim *s, int m, const struct base *b, struct observation *o)
{
	observation_peers_clear(o);
	o->peers_seen = FACT_YES;
	settings_set(&o->details, "holds_seen", "yes");
	settings_set(&o->details, "holds_seen", "yes");
	for (int p = 0; p < s->w.members; p++) {
		struct peer_seen *peer;

		if (p == m)
			continue;
		peer = observation_peer_add(o);
		str_copy(peer->store, sizeof(peer->store), s->site.members[p].name);
		str_copy(peer->host, sizeof(peer->host), s->site.hosts[p].name);
		str_copy(peer->state, sizeof(peer->state), b->failed[p] ? "failed" : "start");
		peer->held = (struct position){ 0, 0, b->keeps[p] };
	}
}

/* The database itself is asked only when it is known to be loaded, and through a session. */
static unsigned
see_database(struct sim *s, int m, unsigned looks, struct observation *o)
{
	const struct base *b;
	unsigned got = looks & (LOOK_CHEAP | LOOK_SCHEMA | LOOK_ROWS);
	char text[32];

	if (got == 0 || s->sh.forbidden[m] || o->home < 0 ||
	    o->inst[o->home].loaded != FACT_YES)
		return 0;
	b = &s->w.base[m][o->home];
	if (!b->exists || !b->loaded || !b->whole || !s->w.machine[m].up[o->home]) {
		str_copy(o->error, sizeof(o->error), "ttIsql: connection refused");
		return 0;
	}
	s->w.machine[m].session = true;
	if ((looks & LOOK_ROLE) != 0)
		see_role(s, m, b, o);
	if ((looks & LOOK_PEERS) != 0)
		see_peers(s, m, b, o);
	if ((looks & LOOK_MARKER) != 0)
		str_copy(o->marker, sizeof(o->marker), world_marker(&s->w, b));
	if ((looks & LOOK_SCHEMA) != 0) {
		str_printf(text, sizeof(text), "%016x", s->w.schema);
		settings_set(&o->details, "schema_fingerprint", text);
	}
	if ((looks & LOOK_ROWS) != 0) {
		str_printf(text, sizeof(text), "%lld", (long long)b->total);
		settings_set(&o->details, "rows.OPS.T", text);
	}
	return got;
}

static const char *
policy_word(enum policy p)
{
	return p == POLICY_ALWAYS ? "always" : p == POLICY_INUSE ? "inUse" : "manual";
}

static void
see_policies(struct sim *s, int m, struct observation *o)
{
	for (int i = 0; i < installations(s); i++) {
		const struct base *b = &s->w.base[m][i];
		struct installation_seen *in = &o->inst[i];

		in->ram_policy[0] = in->replication_policy[0] = '\0';
		if (!b->exists || !s->w.machine[m].up[i])
			continue;
		str_copy(in->ram_policy, sizeof(in->ram_policy), policy_word(b->ram));
		str_copy(in->replication_policy, sizeof(in->replication_policy),
		    policy_word(b->rep));
	}
}

static void
see_releases(struct sim *s, int m, struct observation *o)
{
	o->inst[INST_OLD].release = s->w.machine[m].patched ? s->site.to : s->site.from;
	if (s->site.patch)
		return;
	o->inst[INST_NEW].release =
	    s->w.machine[m].present[INST_NEW] ? s->site.to : (struct release){ 0 };
}

static unsigned
see(struct sim *s, int m, unsigned looks, struct observation *o)
{
	unsigned got = 0;

	o->error[0] = '\0';
	if (!s->w.machine[m].reachable) {
		str_copy(o->error, sizeof(o->error), "ssh: connection timed out");
		o->reachable = FACT_NO;
		return 0;
	}
	if ((looks & LOOK_INSTANCE) != 0) {
		see_instance(s, m, o);
		got |= LOOK_INSTANCE;
	}
	if ((looks & LOOK_RELEASE) != 0) {
		see_releases(s, m, o);
		got |= LOOK_RELEASE;
	}
	if ((looks & LOOK_POLICY) != 0) {
		see_policies(s, m, o);
		got |= LOOK_POLICY;
	}
	return got | see_database(s, m, looks, o);
}

/* ---- when ---- */

static void
begin(struct sim *s, int m, unsigned looks)
{
	struct look_run *l = &s->sh.look[m];
	int64_t most = (looks & DEAR) != 0 ? 120 : 4;

	l->under_way = true;
	l->sampled = false;
	l->looks = looks;
	l->begun = s->now_ms;
	l->end_at = s->now_ms + rng_between(&s->rng, most / 8 + 1, most);
	if (!s->w.machine[m].reachable)
		l->end_at += 2000;
	/* Seen at its beginning or at its end: told at its end, counted from its begin. */
	l->sample_at = rng_chance(&s->rng, 500) ? s->now_ms : l->end_at;
}

static void
deliver(struct sim *s, int m)
{
	struct look_run *l = &s->sh.look[m];
	struct observation *o = &s->sh.seen[m];
	int64_t newer;
	enum look_rate rate;

	observation_done(o);
	*o = l->draft;
	observation_init(&l->draft);
	for (int i = 0; i < LOOKS; i++) {
		if ((l->looks & (1u << i)) != 0)
			o->tried_ms[i] = s->now_ms;
		if ((l->got & (1u << i)) != 0)
			o->at_ms[i] = l->begun;
	}
	l->under_way = false;
	l->next_at = s->now_ms + l->interval;
	if (s->sh.u != NULL &&
	    core_looks(s->sh.u, s->sh.plan, &s->site.members[m], &newer, &rate) != 0)
		s->sh.news = true;
}

static void
step(struct sim *s, int m)
{
	struct look_run *l = &s->sh.look[m];
	unsigned looks;

	if (!l->under_way && (l->soon != 0 || (l->want != 0 && s->now_ms >= l->next_at))) {
		looks = l->soon | l->want;
		l->soon = 0;
		begin(s, m, looks);
	}
	if (l->under_way && !l->sampled && s->now_ms >= l->sample_at) {
		observation_done(&l->draft);
		observation_copy(&l->draft, &s->sh.seen[m]);
		l->got = see(s, m, l->looks, &l->draft);
		l->sampled = true;
	}
	if (l->under_way && l->sampled && s->now_ms >= l->end_at)
		deliver(s, m);
}

void
look_step(struct sim *s)
{
	for (int m = 0; m < s->w.members; m++)
		step(s, m);
}

int64_t
look_next(const struct sim *s)
{
	int64_t at = NEVER;

	for (int m = 0; m < s->w.members; m++) {
		const struct look_run *l = &s->sh.look[m];
		int64_t mine = l->want != 0 ? l->next_at : NEVER;

		if (l->soon != 0)
			mine = s->now_ms;
		if (l->under_way)
			mine = l->sampled ? l->end_at : l->sample_at;
		if (mine < at)
			at = mine;
	}
	return at;
}

/* ---- what the core wants: as conductor/perform.c and observe/poller.c ---- */

/* The role can be asked only of a database that was seen loaded. */
static bool
is_found(const struct observation *seen)
{
	const struct installation_seen *home = observation_home(seen);

	return home != NULL && home->loaded == FACT_YES && seen->error[0] == '\0';
}

static void
plan_member(struct sim *s, int m)
{
	struct shell *sh = &s->sh;
	struct look_run *l = &sh->look[m];
	const struct member *member = &s->site.members[m];
	int64_t newer = 0;
	enum look_rate rate = RATE_UPGRADING;
	unsigned looks = core_looks(sh->u, sh->plan, member, &newer, &rate);
	bool allowed = core_sessions_allowed(sh->u, sh->plan, member);

	if (allowed == sh->forbidden[m]) {
		sh->forbidden[m] = !allowed;
		if (!allowed)
			s->w.machine[m].session = false;
	}
	if (rate == RATE_SWAPPING && allowed && looks != 0 && !is_found(&sh->seen[m]))
		looks |= LOOK_INSTANCE;
	l->want = looks | (rate != RATE_UPGRADING ? LOOK_ROLE : LOOK_BASIC);
	l->interval = rate == RATE_SWAPPING ? s->site.pair.poll.swapping_ms :
	    looks != 0	       ? sh->poll_ms :
				 sh->poll_ms * 20;
	if (l->next_at > l->begun + l->interval)
		l->next_at = l->begun + l->interval;
	if (looks == 0 || observation_is_fresh(&sh->seen[m], looks, newer))
		return;
	if (l->asked_ms >= newer && (looks & ~l->asked_looks) == 0)
		return;
	l->asked_ms = s->now_ms;
	l->asked_looks = looks;
	l->soon |= looks;
}

void
look_plan(struct sim *s)
{
	for (int m = 0; m < s->w.members; m++)
		plan_member(s, m);
}

void
look_forget(struct sim *s)
{
	for (int m = 0; m < SITE_MEMBERS; m++) {
		observation_done(&s->sh.seen[m]);
		observation_done(&s->sh.look[m].draft);
		s->sh.look[m] = (struct look_run){ 0 };
		observation_init(&s->sh.look[m].draft);
		s->sh.forbidden[m] = false;
		s->w.machine[m].session = false;
	}
}

void
look_all(struct sim *s)
{
	unsigned all = LOOK_BASIC | LOOK_RELEASE | LOOK_POLICY | LOOK_SCHEMA;

	for (int m = 0; m < s->w.members; m++) {
		struct look_run *l = &s->sh.look[m];

		begin(s, m, all);
		observation_copy(&l->draft, &s->sh.seen[m]);
		l->got = see(s, m, all, &l->draft);
		deliver(s, m);
	}
}
