/* What the files of conductor/ share: the work on one pair. */
#ifndef UD_CONDUCTOR_INTERNAL_H
#define UD_CONDUCTOR_INTERNAL_H

#include <sys/queue.h>

#include <event2/event.h>

#include "common/buf.h"
#include "common/secret.h"

#include "daemon/conductor/conductor.h"

/* A request that changes an upgrade, waiting for its turn. */
struct request {
	TAILQ_ENTRY(request) entry;
	struct steer_request steer;
	struct upgrade *fresh; /* a start: the new upgrade; else NULL */
	struct plan *fresh_plan;
	char comment[256], gate[64], through[64], hash[PLAN_HASH];
	conductor_done_fn *done;
	void *arg;
	/* Filled in the turn. */
	bool failed;
	struct ud_error err;
};
TAILQ_HEAD(requests, request);

/* A check or a start that waits for fresh observations. */
struct look_request {
	TAILQ_ENTRY(look_request) entry;
	struct work *work;
	struct plan_request plan;
	struct settings options;
	struct str_list gates;
	char procedure[64];
	int64_t since_ms;
	unsigned looks;
	struct event *deadline;
	conductor_check_fn *check; /* a check */
	conductor_done_fn *start;  /* a start */
	char key[80];
	struct request_by by;
	void *arg;
};
TAILQ_HEAD(look_requests, look_request);

/* The last command of a step: it runs, or its outcome is what the step is judged by. */
struct hand {
	struct work *w;
	enum plan_list list;
	int pos; /* of the step */
	bool in_flight;
	bool attached; /* the command was started by a life before this one */
	struct job *job; /* NULL: a session, or none */
	struct command command;
	struct command_row row;
	struct secret *password;
	char job_id[JOB_ID];
	struct buf tail; /* of its output */
	struct rows_moved moved;
	struct measure *measure; /* of what grows meanwhile; NULL: nothing does */
	bool ended;      /* its end is not in the journal yet */
	bool has_outcome;
	struct outcome outcome;
	enum verdict verdict;
	struct ud_error said;
};

/* A command that a turn is about to start. */
struct doing {
	struct act act;
	struct command command;
	struct command_row row;
};

/* All that the conductor keeps of one pair. */
struct work {
	struct conductor *c;
	const struct pair *pair;
	struct upgrade *u; /* the journaled state of the present or the last upgrade */
	struct plan *plan;
	bool news;
	bool recalled; /* the last upgrade was looked for in the journal */
	struct event *timer;

	struct hand *hands[LANES_MAX]; /* NULL: none */

	struct requests requests;
	struct look_requests lookers;

	/* One per member. */
	bool *changed;
	bool *forbidden;
	int64_t *asked_ms;
	unsigned *asked_looks;
	int64_t *kept_wall_ms; /* when its observation was last put in the journal */
	int64_t unkept_ms; /* since when something that was seen is not there yet; 0: all is */
	char (*summary)[192];  /* what was last told of it */
	int64_t standby_wall_ms; /* when a standby was last seen by this life; 0 never */
	enum pair_state told;  /* last state that was logged */
};

/* What one turn wants to do for one pair. */
struct change {
	struct work *w;
	int64_t now_ms; /* of the turn, monotonic */
	struct upgrade *u; /* the changed copy; NULL: observations only */
	struct plan *plan; /* of a new upgrade */
	struct decision d;
	struct doing *doings;
	int doing_count;
	struct requests answered;
};

struct conductor {
	struct event_base *base;
	struct journal *journal;
	struct runner *runner;
	struct observer *observer;
	const struct inventory *inventory;
	struct work **works; /* by name */
	size_t count;
	size_t from; /* whose news a turn takes first, when there is too much for one */
	struct event *turn;
	struct event *thin;
	struct event *rest;
	bool recovering;
	void (*pause)(void *arg, bool in_hand, int64_t until_ms);
	void *pause_arg;
	int64_t failure_told_ms; /* when a failing journal was last logged; 0 never */
	void (*on_events)(void *arg);
	void *on_events_arg;
	struct conductor_stats stats;
};

/* conductor.c */
struct work *work_find(struct conductor *c, const char *pair);
void work_recall(struct work *w); /* the last upgrade, out of the journal, if it is over */
bool work_in_hand(const struct work *w); /* an upgrade that is not over */
void work_news(struct work *w);
void work_replace(struct work *w, struct upgrade *u, struct plan *plan);

void conductor_tell_pause(struct conductor *c);

/* turn.c */
void conductor_turn_soon(struct conductor *c);
void conductor_turn(struct conductor *c);

/* record.c: one transaction. When it fails nothing of the turn is in the journal. */
int turn_record(struct conductor *c, struct change *changes, size_t n,
    struct ud_error *err) UD_CHECKED;
/* Applications that wait have the disk: what is only seen meanwhile is recorded with what is
 * decided next, or after UNKEPT_MS. */
#define UNKEPT_MS 100
bool change_keeps_seen(const struct change *ch);
void seen_was_recorded(struct work *w);

/* inbox.c: what arrived. */
void inbox_observed(void *arg, const struct member *m, bool changed);
void inbox_ended(void *arg, struct outcome *o);
void inbox_output(void *arg, const char *text, size_t len);
struct core_input inbox_input(struct work *w);

/* hand.c: the hand of the step at this place; NULL: none. */
struct hand *hand_find(const struct work *w, enum plan_list list, int pos);
/* The same, empty, of one that no step needs any more, or a new one. */
struct hand *hand_take(struct work *w, enum plan_list list, int pos);
void hand_clear(struct hand *h);
/* Is an end not in the journal yet? */
bool hands_ended(const struct work *w);
void hands_clear(struct work *w); /* all, when the upgrade is over */
void hands_free(struct work *w);

/* perform.c */
void command_prepare(struct work *w, const struct upgrade *u, const struct plan *p,
    bool clean_up, struct command *ret, struct command_row *row);
void perform_start(struct work *w, struct doing *what);
void perform_cancel(struct work *w, int pos);
void perform_attach(struct hand *h);
void perform_looks(struct work *w);

/* measure.c: begins anew for the command; ends, also when there is none. */
void measure_begin(struct hand *h);
void measure_end(struct hand *h);

/* hooks.c */
void hook_environment(const struct work *w, const struct upgrade *u, const char *event,
    const struct plan_step *ps, struct str_list *env);
void hook_notify(struct work *w, const char *event, const char *text);

/* place.c: what options say of members */
void place_note(const struct pair *p, struct upgrade *u); /* of an upgrade that begins */
bool place_is_left(const struct work *w); /* the last one's, not configured yet */
void place_say(struct work *w);		  /* of the upgrade in hand, or what is left of the last */
void place_check(const struct work *w, struct findings *f);

/* requests.c */
void lookers_observed(struct work *w);
void past_read(struct conductor *c, const struct pair *p, struct past_runs *ret); /* ret is empty */
void request_free(struct request *r);
void looker_free(struct look_request *l);

/* attention.c */
void member_summary(const struct member *m, const struct observation *o, char *buf,
    size_t size);

#endif
