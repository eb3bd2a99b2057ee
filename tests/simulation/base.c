/* One database: loading, roles, commits. */
#include "config.h"

#include <string.h>

#include "tests/simulation/sim.h"

struct base *
world_home(struct world *w, int member, int *ret_inst)
{
	struct base *b = w->base[member];
	int inst = -1;

	for (int i = 0; i < INSTS; i++)
		if (b[i].exists && b[i].loaded)
			inst = i;
	for (int i = 0; inst < 0 && i < INSTS; i++)
		if (b[i].exists && !b[1 - i].exists)
			inst = i;
	if (ret_inst != NULL)
		*ret_inst = inst;
	return inst >= 0 ? &b[inst] : NULL;
}

bool
base_is_writable(const struct sim *s, int member, int inst)
{
	const struct base *b = &s->w.base[member][inst];

	return b->exists && b->whole && b->loaded && b->role == ROLE_ACTIVE &&
	    s->w.machine[member].up[inst];
}

int
world_writable(const struct sim *s, int *ret_inst, int *ret_count)
{
	int found = -1;

	*ret_count = 0;
	for (int m = 0; m < 2; m++)
		for (int i = 0; i < INSTS; i++) {
			if (!base_is_writable(s, m, i))
				continue;
			found = m;
			(*ret_count)++;
			if (ret_inst != NULL)
				*ret_inst = i;
		}
	return found;
}

bool
base_covers(const struct world *w, const struct base *b, const int64_t *have)
{
	for (int e = 0; e < w->epochs; e++)
		if (b->have[e] < have[e])
			return false;
	return true;
}

void
base_copy_rows(struct base *to, const int64_t *have)
{
	to->total = 0;
	for (int e = 0; e < EPOCHS; e++) {
		to->have[e] = have[e];
		to->total += have[e];
	}
}

/* ---- memory ---- */

/* Whatever it was: a master that is loaded is IDLE until somebody says otherwise. */
void
base_load(struct sim *s, int member, struct base *b)
{
	(void)s;
	if (b->loaded)
		return;
	b->loaded = true;
	b->unload_at = NEVER;
	b->role = member >= 2 ? ROLE_SUBSCRIBER : ROLE_IDLE;
	b->role_next = ROLE_UNKNOWN;
}

void
base_unload(struct base *b)
{
	b->was_active = b->was_active || b->role == ROLE_ACTIVE;
	b->loaded = false;
	b->held_in_memory = false;
	b->unload_at = NEVER;
	b->agent = AGENT_OFF;
	b->role_next = ROLE_UNKNOWN;
	if (b->role != ROLE_SUBSCRIBER)
		b->role = ROLE_IDLE;
}

static bool
is_connected(const struct sim *s, int member, const struct base *b)
{
	const struct machine *m = &s->w.machine[member];
	bool home = b->loaded && !s->w.base[member][b == &s->w.base[member][0]].loaded;

	if (b->agent != AGENT_OFF || b->held_in_memory || b->ram == POLICY_ALWAYS)
		return true;
	if (!home)
		return false;
	return m->session || m->reader_until > s->now_ms ||
	    (s->w.where == member && b->role == ROLE_ACTIVE);
}

/* Policy inUse: with its last connection a database leaves memory, a little later. */
void
world_in_use(struct sim *s, int member, struct base *b)
{
	if (!b->exists || !b->loaded || b->ram == POLICY_MANUAL)
		return;
	if (is_connected(s, member, b))
		b->unload_at = NEVER;
	else if (b->unload_at == NEVER)
		b->unload_at = s->now_ms + rng_between(&s->rng, 0, 3000);
}

/* ---- roles ---- */

void
base_become(struct sim *s, int member, struct base *b, enum role role)
{
	struct world *w = &s->w;

	if (b->role == role)
		return;
	STORY(s, "world", "%s becomes %s", s->site.members[member].name, role_name(role));
	b->role = role;
	b->role_next = ROLE_UNKNOWN;
	if (role == ROLE_STANDBY)
		b->followed = true;
	if (role != ROLE_ACTIVE)
		return;
	b->was_active = true;
	b->catch_up_until = b->stale_at = 0;
	if (w->writer != member || w->epochs == 0) {
		w->writer = member;
		for (int m = 0; m < w->members; m++)
			b->keeps[m] = true;
		if (w->epochs < EPOCHS - 1)
			w->epochs++;
	}
	b->epoch = w->epochs - 1;
	b->then_count = 0;
	base_remember(s, b);
	judge_activated(s, member, b);
}

void
base_agent_stop(struct sim *s, struct base *b)
{
	int64_t most = s->w.agent_stop_ms;

	if (b->agent == AGENT_OFF || b->agent == AGENT_STOPPING)
		return;
	b->agent = AGENT_STOPPING;
	b->agent_at = most == NEVER ? NEVER : s->now_ms + rng_between(&s->rng, 0, most);
}

void
world_daemon_down(struct sim *s, int member, int inst)
{
	struct base *b = &s->w.base[member][inst];

	s->w.machine[member].up[inst] = false;
	if (b->exists && b->loaded)
		base_unload(b);
	b->agent = AGENT_OFF;
}

/* ---- commits ---- */

/* How long the log was when: what left in time has arrived. */
void
base_remember(struct sim *s, struct base *b)
{
	int64_t grain = s->w.lag_ms / 4;
	int n = b->then_count;

	if (n >= 2 && s->now_ms - b->then[n - 2].at < grain) {
		b->then[n - 1].at = s->now_ms;
		b->then[n - 1].total = b->total;
		return;
	}
	if (n == HISTORY) {
		memmove(&b->then[0], &b->then[1], (HISTORY - 1) * sizeof(b->then[0]));
		n--;
	}
	b->then[n].at = s->now_ms;
	b->then[n].total = b->total;
	b->then_count = n + 1;
}

void
base_commit(struct sim *s, int member, struct base *b, int64_t n)
{
	(void)member;
	if (n <= 0)
		return;
	b->have[b->epoch] += n;
	b->total += n;
	b->log += n * COMMIT_LOG;
	s->w.acked[b->epoch] += n;
}

void
world_marker_add(struct sim *s, int member, struct base *b, const char *tag)
{
	struct world *w = &s->w;
	struct marker *k;

	base_commit(s, member, b, 2); /* delete, insert */
	base_remember(s, b);
	if (w->marker_count == MARKERS) {
		memmove(&w->markers[0], &w->markers[1], (MARKERS - 1) * sizeof(*k));
		w->marker_count--;
	}
	k = &w->markers[w->marker_count++];
	str_copy(k->tag, sizeof(k->tag), tag);
	k->epoch = b->epoch;
	k->number = b->have[b->epoch];
}

const char *
world_marker(const struct world *w, const struct base *b)
{
	for (int i = w->marker_count - 1; i >= 0; i--)
		if (b->have[w->markers[i].epoch] >= w->markers[i].number)
			return w->markers[i].tag;
	return "";
}
