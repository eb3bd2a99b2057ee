/* All that the core can answer: what to journal, then what to do. */
#ifndef UD_MODEL_DECISION_H
#define UD_MODEL_DECISION_H

#include "daemon/model/upgrade.h"

enum action {
	ACTION_NONE,
	ACTION_PERFORM,	 /* run the command of the step */
	ACTION_CLEAN_UP, /* run the clean-up of the step */
	ACTION_CANCEL	 /* end the command of the step */
};

/* What is to be done for a step that is in hand. */
struct act {
	enum action action;
	int pos; /* of the step, in the list that is walked */
};

/* Kinds of journal events, and of the event stream. */
enum event_kind {
	EVENT_CREATED,
	EVENT_STATE,	/* the upgrade's state changed */
	EVENT_STEP,	/* a step's state changed */
	EVENT_GATE,	/* waits at a gate */
	EVENT_APPROVED, /* somebody answered one */
	EVENT_PAUSE,	/* write pause opened, closed */
	EVENT_BACKOUT,	/* the swap is taken back */
	EVENT_ATTENTION,
	EVENT_NOTE,	/* something worth knowing: "exit status 1, but seen to be done" */
	EVENT_OBSERVED, /* a member changed: role, reachability, agents, release */
	EVENT_COMMAND,	/* a command started or ended */
	EVENT_REQUEST,	/* a person asked for something: pause, resume, retry, abort */
	EVENT_KINDS
};
const char *event_kind_name(enum event_kind k); /* "step", "gate", ... */

#define DECISION_EVENTS 32

struct decision_event {
	enum event_kind kind;
	char step[24];	/* number; "" none */
	char text[384]; /* a sentence for people, no secret */
};

struct decision {
	bool changed; /* the copy differs: journal it */
	struct act acts[LANES_MAX]; /* at most one for each step in hand */
	int act_count;
	int64_t wake_ms; /* decide again at this time even without news; 0: no need */
	struct decision_event events[DECISION_EVENTS];
	int event_count;
};

/* What is to be done for the step at this position. */
enum action decision_action(const struct decision *d, int pos);
void decision_act(struct decision *d, enum action action, int pos);

/* Adds what was decided behind it; the later time to decide again holds. */
void decision_merge(struct decision *into, const struct decision *d);

void decision_event(struct decision *d, enum event_kind kind, const char *step,
    const char *fmt, ...) UD_PRINTF(4, 5);

#endif
