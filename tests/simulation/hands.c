/* People and machines of the site that act on the databases beside the supervisor. */
#include "config.h"

#include "tests/simulation/sim.h"

/* The watcher of the site starts a daemon again, and what ran under it. */
void
site_daemon_dies(struct sim *s, int m, int64_t ms)
{
	struct world *w = &s->w;
	int inst;
	struct base *b = world_home(w, m, &inst);
	struct machine *k = &w->machine[m];

	if (b == NULL || !k->up[inst])
		return;
	k->watch_agent = b->agent == AGENT_ON || b->agent == AGENT_STARTING;
	k->watch_load = b->loaded;
	world_daemon_down(s, m, inst);
	k->watch_inst = inst;
	k->watch_at = s->now_ms + ms;
}

void
site_agent_again(struct sim *s, int m, int64_t ms)
{
	struct machine *k = &s->w.machine[m];

	if (k->watch_at != 0 || world_home(&s->w, m, &k->watch_inst) == NULL)
		return;
	k->watch_agent = true;
	k->watch_load = s->w.base[m][k->watch_inst].loaded;
	k->watch_at = s->now_ms + ms;
}

/* The database administrator on call makes it active again when nobody serves. */
static void
serve_again(struct sim *s, int m, struct base *b)
{
	int count;

	if (b->exists && b->whole && b->loaded && b->role == ROLE_IDLE && b->was_active &&
	    m == s->w.writer && s->sh.u != NULL && s->sh.u->pause_pos < 0 &&
	    world_writable(s, NULL, &count) < 0 && count == 0)
		base_become(s, m, b, ROLE_ACTIVE);
}

static void
bring_back(struct sim *s, int m, bool agent)
{
	struct world *w = &s->w;
	struct machine *k = &w->machine[m];
	struct base *b = &w->base[m][k->watch_inst];

	k->watch_at = 0;
	k->up[k->watch_inst] = true;
	if (!b->exists || !b->whole || s->sh.forbidden[m])
		return;
	if (k->watch_load)
		base_load(s, m, b);
	if (agent && b->loaded && b->agent == AGENT_OFF) {
		b->agent = AGENT_STARTING;
		b->agent_at = s->now_ms + 500;
	}
	serve_again(s, m, b);
}

void
site_watch(struct sim *s)
{
	for (int m = 0; m < s->w.members; m++)
		if (s->w.machine[m].watch_at != 0 && s->now_ms >= s->w.machine[m].watch_at)
			bring_back(s, m, s->w.machine[m].watch_agent);
}

int64_t
site_watch_next(const struct sim *s)
{
	int64_t at = NEVER;

	for (int m = 0; m < s->w.members; m++)
		if (s->w.machine[m].watch_at != 0 && s->w.machine[m].watch_at < at)
			at = s->w.machine[m].watch_at;
	return at;
}

/* ---- hands on the databases ---- */

/* The very command of the step in hand, typed by a person. */
void
site_by_hand(struct sim *s)
{
	struct shell *sh = &s->sh;
	const struct plan_step *ps =
	    sh->u != NULL ? upgrade_step(sh->u, sh->plan) : NULL;
	struct command c;

	if (ps == NULL || ps->step->build == NULL || command_is_under_way(s) ||
	    (ps->row->flags & (ROW_DESTROYS | ROW_ACTIVATES | ROW_IN_SWAP)) != 0)
		return;
	command_init(&c);
	command_prepare(s, sh->u, false, &c);
	if (c.kind == COMMAND_JOB) {
		s->run = &s->by_hand;
		run_start(s, &c, -1);
		s->run->lie = LIE_NONE;
		STORY(s, "person", "does step %s by hand", ps->number);
		if (s->run->op != OP_DUPLICATE && s->run->op != OP_MIGRATE_IN)
			run_act(s);
		s->run->running = false;
	}
	command_done(&c);
}

/* A person makes the standby active while the pair is in the swap. */
void
site_wrong_hand(struct sim *s)
{
	struct world *w = &s->w;
	struct base *b;
	int m = 1 - w->writer, count;

	b = world_home(w, m, NULL);
	if (b == NULL || !b->loaded || b->role != ROLE_STANDBY)
		return;
	STORY(s, "person", "makes %s active by hand", s->site.members[m].name);
	world_writable(s, NULL, &count);
	/* A guard that has no way to it will not see it. */
	s->judge.human_split = count > 0 || (w->guard[1 - m].armed && !w->guard[1 - m].has_login);
	s->judge.human_loss = !base_covers(w, b, w->acked);
	base_become(s, m, b, ROLE_ACTIVE);
}

/* ---- everything is mended ---- */

static void
mend_agents(struct sim *s, int m)
{
	for (int i = 0; i < INSTS; i++) {
		struct base *b = &s->w.base[m][i];
		bool serves = b->role == ROLE_ACTIVE || b->role == ROLE_STANDBY ||
		    (b->role == ROLE_SUBSCRIBER && b->started);

		if (b->agent == AGENT_STOPPING && b->agent_at == NEVER)
			b->agent_at = s->now_ms + 1000;
		if (b->exists && b->loaded && serves && b->agent == AGENT_OFF &&
		    s->sh.u->pause_pos < 0 && !s->sh.forbidden[m]) {
			b->agent = AGENT_STARTING;
			b->agent_at = s->now_ms + 500;
		}
	}
}

void
faults_mend(struct sim *s)
{
	struct world *w = &s->w;

	s->f.mended = true;
	s->f.hook_fails = 0;
	if (w->agent_stop_ms > 30000)
		w->agent_stop_ms = 30000;
	w->wait_lies = false;
	w->quiet_until = 0;
	w->rogue_rate = 0;
	w->deactivate_needs_no_agent = false;
	w->schema = 1;
	for (int m = 0; m < w->members; m++) {
		struct machine *k = &w->machine[m];

		k->reachable = true;
		k->cut = false;
		k->reader_until = 0;
		if (k->watch_at != 0)
			bring_back(s, m, true);
		mend_agents(s, m);
		for (int i = 0; i < INSTS; i++)
			serve_again(s, m, &w->base[m][i]);
	}
}
