/*
 * The imperative shell: news arrives, the core decides, the journal records, hands act.
 *
 * There is one path (turn.c): requests of people, observations and ended commands are put
 * on the inbox of their pair; a turn decides for every pair with news or an expired timer,
 * records all decisions in one transaction, and only then performs them.
 */
#ifndef UD_CONDUCTOR_CONDUCTOR_H
#define UD_CONDUCTOR_CONDUCTOR_H

#include "daemon/core/core.h"
#include "daemon/inventory/inventory.h"
#include "daemon/journal/journal.h"
#include "daemon/observe/observe.h"
#include "daemon/plan/expand.h"
#include "daemon/runner/runner.h"

struct conductor;

struct conductor_parts {
	struct event_base *base;
	struct journal *journal;
	struct runner *runner;
	const struct inventory *inventory; /* replaced by conductor_reload */
	/* Told, before anything is done that was decided, whether an upgrade is in hand, and
	 * when the write pause is to be taken back (clock_mono_ms), 0: none is open. NULL:
	 * nobody. */
	void (*pause)(void *arg, bool in_hand, int64_t until_ms);
	void *pause_arg;
};

struct conductor *conductor_new(const struct conductor_parts *parts);
void conductor_free(struct conductor *c);

/* Loads the journal's unfinished upgrades, finds their jobs again, starts observing. */
int conductor_recover(struct conductor *c, struct ud_error *err) UD_CHECKED;

/* Takes a new inventory. Pairs in an upgrade keep what they have: they are named in text. */
void conductor_reload(struct conductor *c, const struct inventory *inv, char *text,
    size_t size);

/* ---- what the API reads: valid until the next return to the loop ---- */

struct observer *conductor_observer(struct conductor *c);
struct journal *conductor_journal(struct conductor *c);
const struct inventory *conductor_inventory(struct conductor *c);
/* The upgrade in hand of a pair with its plan, or NULL; by pair or by id. */
const struct upgrade *conductor_upgrade(struct conductor *c, const struct pair *p,
    const struct plan **ret_plan);
const struct upgrade *conductor_upgrade_by_id(struct conductor *c, int64_t id,
    const struct pair **ret_pair, const struct plan **ret_plan);
const struct pair *conductor_pair(struct conductor *c, const char *name);

/* Of the step at pos in the list that is walked: last output of its job in flight (its tail),
 * "" none. */
const char *conductor_progress(struct conductor *c, const struct pair *p, int pos);

/* How far that job is, by what grows on its host; false: not known. */
bool conductor_measured(struct conductor *c, const struct pair *p, int pos,
    struct growth_seen *ret);

/* interface: "States of a pair", and what needs attention, as code, text, remedy. */
enum pair_state {
	PAIR_UNKNOWN,
	PAIR_SERVING,
	PAIR_DEGRADED,
	PAIR_UPGRADING,
	PAIR_ATTENTION,
	PAIR_STATES
};
const char *pair_state_name(enum pair_state s);
enum pair_state conductor_pair_state(struct conductor *c, const struct pair *p);
void conductor_attention(struct conductor *c, const struct pair *p,
    void (*each)(void *arg, const char *code, const char *text, const char *remedy),
    void *arg);

/* ---- requests; each answers exactly once, from the loop or from inside the call ---- */

/* Who asks, for the record: "uid 0 (root)", "token". */
struct request_by {
	char who[64];
};

/* plan and findings are valid in the call; plan is NULL when none could be made (then err
 * says why, findings has it too). */
typedef void conductor_check_fn(void *arg, const struct plan *plan,
    const struct observation *seen, const struct findings *f,
    const struct ud_error *err);
/* Looks at every member anew (at most 2 s), then checks. Reads only. */
void conductor_check(struct conductor *c, const struct pair *p,
    const struct plan_request *rq, conductor_check_fn *done, void *arg);

/* err NULL: done, u is the upgrade as it is now (journaled). findings only for start. */
typedef void conductor_done_fn(void *arg, const struct upgrade *u,
    const struct findings *f, const struct ud_error *err);

struct start_request {
	struct plan_request plan;
	const char
	    *idempotency_key; /* "": none; the same key answers the same upgrade */
	struct request_by by;
};
void conductor_start(struct conductor *c, const struct pair *p,
    const struct start_request *rq, conductor_done_fn *done, void *arg);

enum steering { STEER_ADVANCE, STEER_PAUSE, STEER_RESUME, STEER_RETRY, STEER_ABORT };
struct steer_request {
	enum steering what;
	int64_t upgrade;
	int64_t revision; /* If-Match; UD_ESTALE when it is another one now */
	struct core_advance advance;
	const char *comment; /* "" none */
	struct request_by by;
};
void conductor_steer(struct conductor *c, const struct steer_request *rq,
    conductor_done_fn *done, void *arg);

/* ---- for the event stream and metrics ---- */

/* Called after each commit that added events. */
void conductor_on_events(struct conductor *c, void (*fn)(void *arg), void *arg);

struct conductor_stats {
	int64_t turns, decisions;
	int64_t wakes; /* timers */
};
void conductor_stats(const struct conductor *c, struct conductor_stats *ret);

#endif
