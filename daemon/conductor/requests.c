/* What people ask for: checks and starts look first; steering waits for its turn. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"

#define CHECK_AWAY_MS 1800  /* a check waits so long for who is known to be away */
#define START_AWAY_MS 15000 /* and a start: who is back has answered by then */
#define PATIENCE_MS   30000 /* for all others: busy hosts, large databases */

void
request_free(struct request *r)
{
	upgrade_free(r->fresh);
	plan_free(r->fresh_plan);
	free(r);
}

void
looker_free(struct look_request *l)
{
	if (l->deadline != NULL)
		event_free(l->deadline);
	settings_done(&l->options);
	str_list_done(&l->gates);
	free(l);
}

/* Estimates do without what cannot be read. */
void
past_read(struct conductor *c, const struct pair *p, struct past_runs *ret)
{
	struct ud_error err = { 0 };

	if (journal_past(c->journal, p->name, ret, &err) != 0)
		log_event(LOG_WARNING, "past.unread", KV_STR("pair", p->name),
		    KV_STR("why", err.text));
}

/* ---- a start that was checked ---- */

static void
note_size(struct upgrade *u, const struct plan *plan, const struct observation *seen)
{
	int64_t kib = plan_size_kib(plan, seen);
	char text[24];

	if (kib < 0)
		return;
	str_printf(text, sizeof(text), "%lld", (long long)kib);
	settings_set(&u->notes, NOTE_SIZE_KIB, text);
	u->notes_dirty = true;
}

static void
start_checked(struct look_request *l, struct plan *plan, const struct findings *f,
    const struct ud_error *why_not)
{
	struct work *w = l->work;
	size_t blockers = findings_count(f, SEVERITY_BLOCKER);
	struct ud_error err = { 0 };
	struct request *r;

	if (plan == NULL) {
		l->start(l->arg, NULL, f, why_not);
		return;
	}
	if (blockers > 0) {
		ud_fail(&err, UD_EBLOCKED, "check found %zu blocker%s", blockers,
		    blockers == 1 ? "" : "s");
		ud_remedy(&err, "mend what upgradectl check %s lists, then start again",
		    w->pair->name);
		plan_free(plan);
		l->start(l->arg, NULL, f, &err);
		return;
	}
	r = mem_alloc(sizeof(*r));
	r->fresh = upgrade_new(plan);
	r->fresh_plan = plan;
	note_size(r->fresh, plan, observer_seen(w->c->observer, w->pair));
	place_note(w->pair, r->fresh);
	str_copy(r->fresh->created_by, sizeof(r->fresh->created_by), l->by.who);
	str_copy(r->fresh->idempotency_key, sizeof(r->fresh->idempotency_key), l->key);
	r->steer.by = l->by;
	r->done = l->start;
	r->arg = l->arg;
	TAILQ_INSERT_TAIL(&w->requests, r, entry);
	work_news(w);
}

static bool
was_tried(const struct look_request *l, const struct observation *seen)
{
	for (int k = 0; k < LOOKS; k++)
		if ((l->looks & (1u << k)) != 0 && seen->tried_ms[k] < l->since_ms)
			return false;
	return true;
}

/* What was seen before they were asked may be true no longer: nothing begins on it. */
static void
answers_check(const struct look_request *l, const struct observation *seen,
    struct findings *f)
{
	const struct pair *p = l->work->pair;

	for (size_t i = 0; i < p->member_count; i++)
		if (seen[i].reachable == FACT_YES && !was_tried(l, &seen[i]))
			plan_check_answers(&p->members[i], l->start != NULL,
			    clock_mono_ms() - l->since_ms, f);
}

static void
looked(struct look_request *l)
{
	struct work *w = l->work;
	const struct observation *seen = observer_seen(w->c->observer, w->pair);
	struct findings f = { 0 };
	struct ud_error err = { 0 };
	struct plan *plan = NULL;
	struct past_runs past = { 0 };

	TAILQ_REMOVE(&w->lookers, l, entry);
	l->plan.options = &l->options;
	l->plan.gates = l->gates.count > 0 ? &l->gates : NULL;
	l->plan.procedure = l->procedure[0] != '\0' ? l->procedure : NULL;
	past_read(w->c, w->pair, &past);
	l->plan.past = &past;
	pair_say(w->pair, &l->options);
	if (plan_expand(w->pair, seen, &l->plan, &plan, &err) != 0)
		plan = NULL;
	plan_check(w->pair, plan, seen, clock_mono_ms(), plan == NULL ? &err : NULL,
	    &f);
	place_check(w, &f);
	answers_check(l, seen, &f);
	if (l->check != NULL) {
		l->check(l->arg, plan, seen, &f, plan == NULL ? &err : NULL);
		plan_free(plan);
	} else {
		start_checked(l, plan, &f, &err);
	}
	place_say(w);
	findings_done(&f);
	past_done(&past);
	looker_free(l);
}

static bool
all_tried(const struct look_request *l)
{
	const struct pair *p = l->work->pair;
	const struct observation *seen = observer_seen(l->work->c->observer, p);

	for (size_t i = 0; i < p->member_count; i++)
		if (!was_tried(l, &seen[i]))
			return false;
	return true;
}

/* Somebody has something left to say, and is not known to be away: on a busy host, or right
 * after a start, answers take their time. */
static bool
goes_on(const struct look_request *l)
{
	const struct pair *p = l->work->pair;
	const struct observation *seen = observer_seen(l->work->c->observer, p);

	for (size_t i = 0; i < p->member_count; i++)
		if (!was_tried(l, &seen[i]) && seen[i].reachable != FACT_NO)
			return true;
	return false;
}

static void
look_limit(struct look_request *l, int64_t ms)
{
	struct timeval limit = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(l->deadline, &limit);
}

/* Nobody is left to wait for but who is away, and that was long enough. */
static bool
is_late(const struct look_request *l)
{
	int64_t limit_ms = goes_on(l) ? PATIENCE_MS
	    : l->start != NULL        ? START_AWAY_MS
				      : CHECK_AWAY_MS;

	return clock_mono_ms() - l->since_ms >= limit_ms;
}

static void
look_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct look_request *l = arg;

	(void)fd;
	(void)what;
	if (is_late(l))
		looked(l);
	else
		look_limit(l, CHECK_AWAY_MS);
}

void
lookers_observed(struct work *w)
{
	struct look_request *l, *next;

	for (l = TAILQ_FIRST(&w->lookers); l != NULL; l = next) {
		next = TAILQ_NEXT(l, entry);
		if (all_tried(l) || is_late(l))
			looked(l);
	}
}

static struct look_request *
look_first(struct conductor *c, const struct pair *p, const struct plan_request *rq)
{
	struct work *w = work_find(c, p->name);
	struct look_request *l = mem_alloc(sizeof(*l));

	l->work = w;
	l->plan = *rq;
	if (rq->options != NULL)
		settings_copy(&l->options, rq->options);
	if (rq->gates != NULL)
		str_list_copy(&l->gates, rq->gates);
	if (rq->procedure != NULL)
		str_copy(l->procedure, sizeof(l->procedure), rq->procedure);
	l->since_ms = clock_mono_ms();
	l->looks = LOOK_BASIC | LOOK_RELEASE | p->engine->check_looks;
	l->deadline = evtimer_new(c->base, look_deadline, l);
	look_limit(l, CHECK_AWAY_MS);
	TAILQ_INSERT_TAIL(&w->lookers, l, entry);
	if (!work_in_hand(w) && !place_is_left(w))
		pair_say(p, &l->options);
	for (size_t i = 0; i < p->member_count; i++)
		observer_look(c->observer, &p->members[i], l->looks);
	return l;
}

void
conductor_check(struct conductor *c, const struct pair *p,
    const struct plan_request *rq, conductor_check_fn *done, void *arg)
{
	struct look_request *l = look_first(c, p, rq);

	l->check = done;
	l->arg = arg;
}

/* ---- start and steer ---- */

struct known {
	conductor_done_fn *done;
	void *arg;
};

static void
known_upgrade(void *arg, const struct upgrade *u)
{
	struct known *k = arg;

	k->done(k->arg, u, NULL, NULL);
	k->done = NULL;
}

/* The same key again answers what it created, and creates nothing. */
static bool
start_known(struct conductor *c, const struct start_request *rq,
    conductor_done_fn *done, void *arg)
{
	struct known k = { done, arg };
	struct ud_error err = { 0 };
	const struct upgrade *u;
	int64_t id = 0;

	if (rq->idempotency_key == NULL || rq->idempotency_key[0] == '\0' ||
	    journal_find_key(c->journal, rq->idempotency_key, &id, &err) != 0 ||
	    id == 0)
		return false;
	u = conductor_upgrade_by_id(c, id, NULL, NULL);
	if (u != NULL) {
		done(arg, u, NULL, NULL);
		return true;
	}
	if (journal_find(c->journal, id, known_upgrade, &k, &err) != 0 &&
	    k.done != NULL)
		done(arg, NULL, NULL, &err);
	return true;
}

void
conductor_start(struct conductor *c, const struct pair *p,
    const struct start_request *rq, conductor_done_fn *done, void *arg)
{
	struct work *w = work_find(c, p->name);
	struct look_request *l;
	struct ud_error err = { 0 };

	if (start_known(c, rq, done, arg))
		return;
	if (work_in_hand(w)) {
		ud_fail(&err, UD_ESTATE, "%s has an upgrade in hand already: %lld, %s",
		    p->name, (long long)w->u->id, upgrade_state_name(w->u->state));
		ud_remedy(&err, "upgradectl status %s", p->name);
		done(arg, NULL, NULL, &err);
		return;
	}
	l = look_first(c, p, &rq->plan);
	l->start = done;
	l->arg = arg;
	l->by = rq->by;
	if (rq->idempotency_key != NULL)
		str_copy(l->key, sizeof(l->key), rq->idempotency_key);
}

/* It is not over, but what it does next is not known here: err says why. */
static bool
is_without_plan(struct conductor *c, int64_t id, struct ud_error *err)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct work *w = c->works[i];

		if (!work_in_hand(w) || w->plan != NULL || w->u->id != id)
			continue;
		*err = w->u->error;
		return true;
	}
	return false;
}

void
conductor_steer(struct conductor *c, const struct steer_request *rq,
    conductor_done_fn *done, void *arg)
{
	const struct pair *p = NULL;
	const struct upgrade *u = conductor_upgrade_by_id(c, rq->upgrade, &p, NULL);
	const struct core_advance *a = &rq->advance;
	struct ud_error err = { 0 };
	struct work *w;
	struct request *r;

	if (u == NULL) {
		if (!is_without_plan(c, rq->upgrade, &err)) {
			ud_fail(&err, UD_ESTATE, "upgrade %lld is over",
			    (long long)rq->upgrade);
			ud_remedy(&err, "upgradectl show %lld", (long long)rq->upgrade);
		}
		done(arg, NULL, NULL, &err);
		return;
	}
	w = work_find(c, p->name);
	r = mem_alloc(sizeof(*r));
	r->steer = *rq;
	r->done = done;
	r->arg = arg;
	str_copy(r->comment, sizeof(r->comment),
	    rq->comment != NULL ? rq->comment : "");
	if (a->gate != NULL) {
		str_copy(r->gate, sizeof(r->gate), a->gate);
		r->steer.advance.gate = r->gate;
	}
	if (a->through != NULL) {
		str_copy(r->through, sizeof(r->through), a->through);
		r->steer.advance.through = r->through;
	}
	if (a->plan_hash != NULL) {
		str_copy(r->hash, sizeof(r->hash), a->plan_hash);
		r->steer.advance.plan_hash = r->hash;
	}
	TAILQ_INSERT_TAIL(&w->requests, r, entry);
	work_news(w);
}
