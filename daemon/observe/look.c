#include "config.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/observe/watch.h"

#define ROUNDS_MAX 256 /* an engine that asks on for ever is cut off */

static const struct engine *
engine_of(const struct watch *w)
{
	return w->pair->pair->engine;
}

static struct observation *
seen_of(const struct watch *w)
{
	return &w->pair->seen[w->member->index];
}

/* ---- what is looked at is unknown until it is seen ---- */

static void
forget_instance(struct observation *o)
{
	o->reachable = FACT_UNKNOWN;
	o->home = -1;
	for (int i = 0; i < INSTALLATIONS_MAX; i++) {
		struct installation_seen *s = &o->inst[i];

		s->daemon_up = s->exists = s->loaded = s->changing = FACT_UNKNOWN;
		s->replication_agent = s->cache_agent = AGENT_UNKNOWN;
		s->connections = s->applications = -1;
		s->path[0] = '\0';
	}
}

static void
forget_policies(struct observation *o)
{
	for (int i = 0; i < INSTALLATIONS_MAX; i++) {
		o->inst[i].ram_policy[0] = '\0';
		o->inst[i].replication_policy[0] = '\0';
		o->inst[i].cache_policy[0] = '\0';
	}
}

/* The details of heavy aspects are the engine's: it knows which belong to which. */
static void
forget(struct observation *o, unsigned looks)
{
	if (looks & LOOK_INSTANCE)
		forget_instance(o);
	if (looks & LOOK_ROLE) {
		o->role = ROLE_UNKNOWN;
		o->writable = FACT_UNKNOWN;
		o->bookmark = (struct bookmark){ 0 };
	}
	if (looks & LOOK_PEERS)
		observation_peers_clear(o);
	if (looks & LOOK_MARKER)
		o->marker[0] = '\0';
	for (int i = 0; (looks & LOOK_RELEASE) && i < INSTALLATIONS_MAX; i++)
		o->inst[i].release = (struct release){ 0 };
	if (looks & LOOK_POLICY)
		forget_policies(o);
	o->error[0] = '\0';
}

/* ---- its end ---- */

/* An aspect was seen when every question that served it was read. Its time is that of
 * the first question: what it says is at least as new. */
static void
set_times(struct observation *o, const struct looking *l, int64_t tried_ms)
{
	unsigned seen = l->asked & ~l->failed;

	for (int i = 0; i < LOOKS; i++) {
		if (l->looks & (1u << i))
			o->tried_ms[i] = tried_ms;
		if (seen & (1u << i))
			o->at_ms[i] = l->began_ms;
	}
}

/* Puts the draft in the place of what was seen before. True when people see a change. */
static bool
put_in_place(struct watch *w, struct looking *l)
{
	struct observation *seen = seen_of(w);
	bool changed = observation_differs(seen, &l->draft);

	l->draft.at_wall_ms = clock_wall_ms();
	l->draft.lag_bytes = seen->lag_bytes; /* follows from the source's looks */
	l->draft.lag_ms = seen->lag_ms;
	observation_done(seen);
	*seen = l->draft;
	observation_init(&l->draft);
	return changed;
}

static void
look_free(struct looking *l)
{
	observation_done(&l->draft);
	question_done(&l->question);
	free(l);
}

static void
end(struct watch *w)
{
	struct looking *l = w->look;
	bool failed = false, changed = false;

	w->look = NULL;
	if (l->began_ms == 0) {
		/* Nothing was asked, so nothing became unknown. */
		set_times(seen_of(w), l, clock_mono_ms());
	} else {
		set_times(&l->draft, l, l->began_ms);
		failed = l->failed != 0; /* a store that is not loaded is no failure */
		changed = put_in_place(w, l);
		behind_update(w);
	}
	look_free(l);
	watch_ended(w, failed, changed);
}

/* ---- one question after another ---- */

static void next(struct watch *w);

static void
on_answer(void *arg, struct outcome *o)
{
	struct watch *w = arg;
	struct looking *l = w->look;
	unsigned seen = l->question.looks;

	l->process = NULL;
	engine_of(w)->answer(w->member, &l->question, o, &l->draft, &seen);
	l->failed |= l->question.looks & ~seen;
	question_done(&l->question);
	outcome_done(o);
	l->round++;
	access_check_quiet(w);
	next(w);
}

static void
run(struct watch *w, struct looking *l)
{
	struct question *q = &l->question;

	switch (q->via) {
	case VIA_SESSION:
		session_ask(access_session(w, q->installation), q->statements,
		    q->limit_ms, ASK_LAST, on_answer, w);
		return;
	case VIA_SHELL:
		session_ask(access_shell(w), q->statements, q->limit_ms, ASK_LAST,
		    on_answer, w);
		return;
	case VIA_PROCESS:
		l->process = process_run(w->observer->runner, w->member->host,
		    q->argv.items, q->env.items, q->limit_ms, on_answer, w);
		return;
	}
}

static void
next(struct watch *w)
{
	struct looking *l = w->look;

	if (l->round == ROUNDS_MAX ||
	    !engine_of(w)->ask(w->member, l->looks, &l->draft, l->round, !w->forbidden,
		&l->question)) {
		end(w);
		return;
	}
	if (l->began_ms == 0)
		l->began_ms = clock_mono_ms();
	l->asked |= l->question.looks;
	run(w, l);
}

void
look_begin(struct watch *w, unsigned looks)
{
	struct looking *l = mem_alloc(sizeof(*l));

	l->looks = looks;
	observation_copy(&l->draft, seen_of(w));
	forget(&l->draft, looks);
	w->look = l;
	next(w);
}

/* A question to a session is dropped with the session. */
void
look_drop(struct watch *w)
{
	if (w->look == NULL)
		return;
	if (w->look->process != NULL)
		process_cancel(w->look->process);
	look_free(w->look);
	w->look = NULL;
}
