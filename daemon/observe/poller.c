/*
 * When to look. Each member has one timer and at most one look under way; what is asked
 * for meanwhile is done right after it.
 */
#include "config.h"

#include "daemon/observe/observe.h"

#include <event2/event.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/observe/watch.h"

#define IDLE_MS  5000  /* when the pair says nothing */
#define DEAR_MS  200   /* between looks that start processes */
#define HEAVY_MS 1000  /* between looks that read tables */
#define RARE_MS  60000 /* between looks for what hardly changes, at the idle rate */
#define FIRST_MS 3     /* between the first looks of two members */
#define DOUBLED  3     /* what fails in a swap is still asked often */
#define SLOT_MS  20    /* idle looks of many members begin together: one wake for them all */

/* ---- what is due ---- */

static int64_t
idle_ms(const struct watch *w)
{
	int64_t ms = w->pair->pair->poll.idle_ms;

	return ms > 0 ? ms : IDLE_MS;
}

/* Each failure doubles the interval, up to eight times, up to the idle rate. */
static int64_t
interval_ms(const struct watch *w)
{
	int64_t idle = idle_ms(w), ms = w->looks != 0 ? w->interval_ms : idle;

	for (int i = 0; i < w->failures && i < DOUBLED && ms < idle; i++)
		ms = ms * 2 < idle ? ms * 2 : idle;
	return ms;
}

static bool
is_over(int64_t since_ms, int64_t now_ms, int64_t gap_ms)
{
	return since_ms == 0 || now_ms - since_ms >= gap_ms;
}

static unsigned
regular_looks(const struct watch *w, int64_t now)
{
	unsigned looks = w->looks;

	if (looks == 0)
		return LOOK_BASIC | (is_over(w->rare_ms, now, RARE_MS) ? LOOK_RARE : 0);
	if (!is_over(w->dear_ms, now, DEAR_MS))
		looks &= ~(unsigned)LOOK_DEAR;
	if (!is_over(w->heavy_ms, now, HEAVY_MS))
		looks &= ~(unsigned)LOOK_HEAVY;
	return looks;
}

static void
schedule(struct watch *w)
{
	int64_t ms = w->wanted != 0 ? 0 : w->due_ms - clock_mono_ms();
	struct timeval tv = { 0 };

	if (w->look != NULL)
		return;
	if (ms > 0) {
		tv.tv_sec = ms / 1000;
		tv.tv_usec = (ms % 1000) * 1000;
	}
	event_add(w->timer, &tv);
}

/* The first idle look is soon, the second begins the member's own rhythm. */
static void
set_due(struct watch *w, int64_t now)
{
	int64_t every = interval_ms(w);

	if (w->phase_ms > 0 && w->looks == 0)
		every = w->phase_ms;
	w->phase_ms = 0;
	w->due_ms += every;
	if (w->due_ms <= now)
		w->due_ms = w->looks != 0 && w->failures == 0 ? now : now + every;
	if (w->looks == 0)
		w->due_ms += (SLOT_MS - w->due_ms % SLOT_MS) % SLOT_MS;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	int64_t now = clock_mono_ms();
	unsigned looks = w->wanted;

	(void)fd;
	(void)what;
	if (now >= w->due_ms) {
		looks |= regular_looks(w, now);
		set_due(w, now);
	}
	if (looks == 0 || w->look != NULL) {
		schedule(w);
		return;
	}
	w->wanted = 0;
	w->begun_ms = now;
	if (looks & LOOK_DEAR)
		w->dear_ms = now;
	if (looks & LOOK_HEAVY)
		w->heavy_ms = now;
	if ((looks & LOOK_RARE) == LOOK_RARE)
		w->rare_ms = now;
	look_begin(w, looks);
}

void
poller_init(struct watch *w, unsigned number)
{
	w->timer = evtimer_new(w->observer->base, on_timer, w);
	w->due_ms = clock_mono_ms() + ((int64_t)number * FIRST_MS) % idle_ms(w);
	schedule(w);
}

/* The observer's owner may remove the pair: nothing of w is touched after the call. */
void
watch_ended(struct watch *w, bool failed, bool changed)
{
	struct observer *o = w->observer;
	int64_t now = clock_mono_ms();

	o->stats.polls++;
	o->stats.failures += failed;
	w->failures = failed ? w->failures + 1 : 0;
	if (failed && w->due_ms < now + interval_ms(w))
		w->due_ms = now + interval_ms(w);
	schedule(w);
	o->fn(o->arg, w->member, changed);
}

void
observer_set(struct observer *o, const struct member *m, unsigned looks,
    int64_t every_ms)
{
	struct watch *w = watch_find(o, m);

	if (w == NULL ||
	    (w->looks == looks && (looks == 0 || w->interval_ms == every_ms)))
		return;
	w->looks = looks;
	w->interval_ms = every_ms > 0 ? every_ms : 1;
	w->due_ms = w->begun_ms != 0 ? w->begun_ms + interval_ms(w) : clock_mono_ms();
	schedule(w);
}

void
observer_look(struct observer *o, const struct member *m, unsigned looks)
{
	struct watch *w = watch_find(o, m);

	if (w == NULL || looks == 0)
		return;
	w->wanted |= looks;
	schedule(w);
}

void
observer_inject(struct observer *o, const struct member *m,
    const struct observation *obs)
{
	struct watch *w = watch_find(o, m);
	struct observation *seen, old;
	bool changed;

	if (w == NULL)
		return;
	seen = &w->pair->seen[m->index];
	old = *seen;
	changed = observation_differs(&old, obs);
	observation_copy(seen, obs);
	if (obs->lag_bytes < 0) {
		seen->lag_bytes = old.lag_bytes;
		seen->lag_ms = old.lag_ms;
	}
	observation_done(&old);
	behind_update(w);
	o->stats.polls++;
	o->fn(o->arg, m, changed);
}
