/*
 * The latest observation of every member, and who asks for it when.
 *
 * The poller asks the engine for questions, runs them through the runner and lets the
 * engine read the answers. It adapts: idle pairs seldom, pairs in an upgrade often,
 * members in a swap as often as their session answers; after failures it backs off, to an
 * eighth of its pace, never below the idle rate. It never opens a session that would load
 * a database.
 */
#ifndef UD_OBSERVE_OBSERVE_H
#define UD_OBSERVE_OBSERVE_H

#include "daemon/model/engine.h"
#include "daemon/model/observation.h"

struct event_base;
struct runner;
struct observer;

/* Called from the loop after a look at m ended, well or not. changed: what people see
 * differs from before (observation_differs). */
typedef void observer_fn(void *arg, const struct member *m, bool changed);

struct observer *observer_new(struct event_base *base, struct runner *r, observer_fn *seen,
    void *arg);
void observer_free(struct observer *o);

/* Starts and ends observing the members of a pair. Polls of many pairs are spread. */
void observer_add_pair(struct observer *o, const struct pair *p);
void observer_remove_pair(struct observer *o, const struct pair *p);

/* Array with one observation per member of the pair, by index; valid until the next
 * return to the loop. Never NULL for a pair that was added. */
const struct observation *observer_seen(const struct observer *o, const struct pair *p);

/* From now on look at these aspects of m every interval; 0 aspects: the idle set at the
 * idle rate. Dear aspects are asked at most every 200 ms. */
void observer_set(struct observer *o, const struct member *m, unsigned looks,
    int64_t interval_ms);

/* Look now, once; joined with a look that has not begun yet. A look that is under way is
 * followed by another one, so that what it sees is newer than this call. */
void observer_look(struct observer *o, const struct member *m, unsigned looks);

/* Runs statements in the member's session (installation as given), journaled commands of
 * steps: before all queued questions. prompt: the limit counts from now on, also while a question
 * of a look is unanswered before it. */
void observer_command(struct observer *o, const struct member *m, int installation,
    const char *statements, int64_t limit_ms, bool prompt,
    void (*done)(void *arg, struct outcome *oc), void *arg);

/* The same in the member's shell, which no ban on sessions closes. */
void observer_shell(struct observer *o, const struct member *m, const char *statements,
    int64_t limit_ms, bool prompt, void (*done)(void *arg, struct outcome *oc), void *arg);

/* Forbids or allows sessions to m. When forbidden, closes the open one and calls quiet
 * when no connection of ours is left (at once from the loop when there was none). */
void observer_forbid(struct observer *o, const struct member *m, bool forbid,
    void (*quiet)(void *arg), void *arg);

/* Trend of a member's lag from the history of observations; pure part in lag.h. */
struct lag_view;
void observer_lag(const struct observer *o, const struct member *m, struct lag_view *ret);

/* Puts a ready observation in place as if m had been looked at, times as they are in it,
 * and calls the observer's function at once: for simulations and benches. Copied. */
void observer_inject(struct observer *o, const struct member *m,
    const struct observation *obs);

struct observer_stats {
	int64_t polls, failures;
};
void observer_stats(const struct observer *o, struct observer_stats *ret);

#endif
