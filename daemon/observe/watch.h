/* A member that is watched, for the files of this folder only. */
#ifndef UD_OBSERVE_WATCH_H
#define UD_OBSERVE_WATCH_H

#include <sys/queue.h>

#include "daemon/observe/lag.h"
#include "daemon/observe/observe.h"
#include "daemon/runner/runner.h"

#define LOOK_HEAVY (LOOK_SCHEMA | LOOK_ROWS)
#define LOOK_DEAR  (LOOK_INSTANCE | LOOK_RELEASE | LOOK_POLICY | LOOK_CLOCK)
#define LOOK_RARE  (LOOK_RELEASE | LOOK_POLICY) /* at the idle rate */

/* Somebody waits until no connection of ours is left. */
struct quiet {
	STAILQ_ENTRY(quiet) entry;
	void (*fn)(void *arg);
	void *arg;
};

/* A look under way: one question after another. */
struct looking {
	unsigned looks;
	unsigned asked, failed; /* aspects that questions served; and those not read */
	int round;
	int64_t began_ms; /* the first question was asked; 0 not yet */
	struct observation draft;
	struct question question;
	struct process *process; /* NULL: none runs */
};

struct watch {
	struct observer *observer;
	struct watched_pair *pair;
	const struct member *member;

	/* When: poller.c. */
	unsigned looks; /* regular ones; 0: the idle set */
	int64_t interval_ms;
	unsigned wanted; /* asked for, not begun */
	struct event *timer;
	int64_t due_ms;                     /* the next regular look */
	int64_t begun_ms;                   /* the last look; 0 none yet */
	int64_t dear_ms, heavy_ms, rare_ms; /* the last with such aspects; 0 none yet */
	int64_t phase_ms; /* of its idle looks against those of others */
	int failures;     /* in a row */

	/* How: look.c. */
	struct looking *look; /* NULL: none is under way */

	/* By which connection: access.c. */
	struct session *sessions[INSTALLATIONS_MAX];
	struct session *shell; /* on its host: no connection to the database */
	bool forbidden;
	STAILQ_HEAD(quiet_list, quiet) quiet;
	struct event *quiet_check;

	/* behind.c; made when there is something to keep. */
	struct lag_history *written; /* bytes of its own log */
	struct lag_history *behind;  /* bytes behind its source */
};

struct watched_pair {
	LIST_ENTRY(watched_pair) entry;
	const struct pair *pair;
	struct observation *seen; /* one per member */
	struct watch *watches;    /* the same */
};

#define BUCKETS 1024

LIST_HEAD(bucket, watched_pair);

struct observer {
	struct event_base *base;
	struct runner *runner;
	observer_fn *fn;
	void *arg;
	struct bucket *buckets; /* of pairs, by their address */
	LIST_HEAD(refusal_list, refusal) refusals;
	unsigned added; /* members so far: spreads their looks */
	struct observer_stats stats;
};

struct watch *watch_find(const struct observer *o, const struct member *m);

/* look.c: begins a look, from the loop; watch_ended is called when it is over. */
void look_begin(struct watch *w, unsigned looks);
void look_drop(struct watch *w); /* without a word */

/* poller.c */
void poller_init(struct watch *w, unsigned number);
void watch_ended(struct watch *w, bool failed, bool changed);

/* access.c */
void access_init(struct watch *w);
void access_done(struct watch *w);
void access_check_quiet(struct watch *w); /* a question of a process ended */
struct session *access_session(struct watch *w, int installation);
struct session *access_shell(struct watch *w); /* NULL: the engine has none */
void access_done_all(struct observer *o);

/* behind.c: after an observation was put in place. */
void behind_update(struct watch *w);

#endif
