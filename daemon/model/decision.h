/* All that the core can answer: what to journal, then what to do. */
#ifndef UD_MODEL_DECISION_H
#define UD_MODEL_DECISION_H

#include "daemon/model/upgrade.h"

enum action {
	ACTION_NONE,
	ACTION_PERFORM,	 /* run the command of the step in hand */
	ACTION_CLEAN_UP, /* run the clean-up of the step in hand */
	ACTION_CANCEL	 /* end the command of the step in hand */
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

#define DECISION_EVENTS 12

struct decision_event {
	enum event_kind kind;
	char step[24];	/* number; "" none */
	char text[384]; /* a sentence for people, no secret */
};

struct decision {
	bool changed; /* the copy differs: journal it */
	enum action action;
	int64_t wake_ms; /* decide again at this time even without news; 0: no need */
	struct decision_event events[DECISION_EVENTS];
	int event_count;
};

void decision_event(struct decision *d, enum event_kind kind, const char *step,
    const char *fmt, ...) UD_PRINTF(4, 5);

#endif
