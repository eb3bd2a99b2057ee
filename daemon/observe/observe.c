#include "config.h"

#include "daemon/observe/observe.h"

#include <event2/event.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/observe/watch.h"

static struct bucket *
bucket_of(const struct observer *o, const struct pair *p)
{
	uintptr_t hash = ((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15u;

	return &o->buckets[(hash >> 32) % BUCKETS];
}

static struct watched_pair *
find_pair(const struct observer *o, const struct pair *p)
{
	struct watched_pair *w;

	LIST_FOREACH(w, bucket_of(o, p), entry)
		if (w->pair == p)
			return w;
	return NULL;
}

struct watch *
watch_find(const struct observer *o, const struct member *m)
{
	struct watched_pair *p = find_pair(o, m->pair);

	return p != NULL ? &p->watches[m->index] : NULL;
}

/* Golden ratio: any number of phases that come one after another lie evenly. */
static int64_t
next_phase(struct observer *o, int64_t idle)
{
	uint32_t part = (uint32_t)o->added * 0x9E3779B9u;

	return idle / 10 + (int64_t)((double)idle * part / 4294967296.0);
}

static void
watch_init(struct watch *w, struct observer *o, struct watched_pair *p,
    const struct member *m)
{
	w->observer = o;
	w->pair = p;
	w->member = m;
	access_init(w);
	poller_init(w, o->added);
	w->phase_ms = next_phase(o, p->pair->poll.idle_ms);
	o->added++;
}

static void
watch_done(struct watch *w)
{
	look_drop(w);
	access_done(w);
	event_free(w->timer);
	free(w->written);
	free(w->behind);
}

void
observer_add_pair(struct observer *o, const struct pair *p)
{
	struct watched_pair *w;

	if (find_pair(o, p) != NULL)
		return;
	w = mem_alloc(sizeof(*w));
	w->pair = p;
	w->seen = mem_array(NULL, p->member_count + 1, sizeof(*w->seen));
	w->watches = mem_alloc((p->member_count + 1) * sizeof(*w->watches));
	LIST_INSERT_HEAD(bucket_of(o, p), w, entry);
	for (size_t i = 0; i < p->member_count; i++) {
		observation_init(&w->seen[i]);
		watch_init(&w->watches[i], o, w, &p->members[i]);
	}
}

static void
pair_free(struct watched_pair *w)
{
	LIST_REMOVE(w, entry);
	for (size_t i = 0; i < w->pair->member_count; i++) {
		watch_done(&w->watches[i]);
		observation_done(&w->seen[i]);
	}
	free(w->watches);
	free(w->seen);
	free(w);
}

void
observer_remove_pair(struct observer *o, const struct pair *p)
{
	struct watched_pair *w = find_pair(o, p);

	if (w != NULL)
		pair_free(w);
}

const struct observation *
observer_seen(const struct observer *o, const struct pair *p)
{
	const struct watched_pair *w = find_pair(o, p);

	return w != NULL ? w->seen : NULL;
}

void
observer_lag(const struct observer *o, const struct member *m, struct lag_view *ret)
{
	static const struct lag_history nothing;
	const struct watch *w = watch_find(o, m);

	lag_view(w != NULL && w->behind != NULL ? w->behind : &nothing, ret);
}

void
observer_stats(const struct observer *o, struct observer_stats *ret)
{
	*ret = o->stats;
}

struct observer *
observer_new(struct event_base *base, struct runner *r, observer_fn *seen, void *arg)
{
	struct observer *o = mem_alloc(sizeof(*o));

	o->base = base;
	o->runner = r;
	o->fn = seen;
	o->arg = arg;
	o->buckets = mem_alloc(BUCKETS * sizeof(*o->buckets));
	for (int i = 0; i < BUCKETS; i++)
		LIST_INIT(&o->buckets[i]);
	LIST_INIT(&o->refusals);
	return o;
}

void
observer_free(struct observer *o)
{
	if (o == NULL)
		return;
	for (int i = 0; i < BUCKETS; i++)
		while (!LIST_EMPTY(&o->buckets[i]))
			pair_free(LIST_FIRST(&o->buckets[i]));
	access_done_all(o);
	free(o->buckets);
	free(o);
}
