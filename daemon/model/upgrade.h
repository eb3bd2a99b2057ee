/*
 * One execution of a plan: what the journal keeps and the core walks. The core changes a
 * copy; the conductor puts the copy in place only after the journal has it.
 */
#ifndef UD_MODEL_UPGRADE_H
#define UD_MODEL_UPGRADE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/release.h"
#include "daemon/model/plan.h"
#include "daemon/model/settings.h"

/* interface: "States of an upgrade". */
enum upgrade_state {
	UPGRADE_CHECKING,
	UPGRADE_RUNNING,
	UPGRADE_GATED,
	UPGRADE_PAUSED,
	UPGRADE_ATTENTION,
	UPGRADE_ABORTING,
	UPGRADE_COMPLETED,
	UPGRADE_ABORTED,
	UPGRADE_STATES
};

/* interface: "States of a step". */
enum step_state {
	STEP_PENDING,
	STEP_RUNNING,	/* its command was journaled and may have been started */
	STEP_VERIFYING, /* its command ended; the effect is looked for */
	STEP_DONE,
	STEP_SKIPPED,
	STEP_FAILED,
	STEP_UNDONE,
	STEP_STATES
};

struct step_run {
	enum step_state state;
	bool approved;	/* the gate before it was answered */
	bool cleaning;	/* pending: a clean-up is due first; running: it is in flight */
	bool touched;	/* its command was started at least once: abort must undo it */
	int attempt;	/* 1 for the first */
	int64_t started_wall_ms, ended_wall_ms; /* 0 not yet */
	char error[256];
	bool dirty; /* changed by the core in this turn: to be journaled */
};

/* The walk over one step after the other. Journaled is where it is, of several that of the one
 * that people see first; times are monotonic and set anew by a restart. */
struct walk {
	int pos;	      /* index of the step in hand in the list that is walked */
	int until;	      /* over a lane: behind its last step; 0: over the list */
	int64_t begun_ms;     /* it became current, or a person asked for a retry */
	int64_t entered_ms;   /* the present round of it began */
	int round_tries;      /* commands started since begun_ms */
	char first_failure[192]; /* what was seen after the first of several attempts since
				  * begun_ms; "" none, or a restart came between */
	char last_failure[192];	 /* the same after the last of them */
	int64_t performed_ms; /* its command was started; 0 not */
	int64_t ended_ms;     /* its command ended; 0 not */
	int64_t retry_at_ms;  /* not to be tried again before */
	struct why why;	      /* what it waits for now */
};

/* Positions that are walked side by side, at most. */
#define LANES_MAX 16

/* Notes that people are shown in the record of the upgrade: whole sentences. */
#define NOTE_RECORD "record."
#define NOTE_REMINDER "reminder." /* what status reminds of while it is there */

struct upgrade {
	int64_t id;
	char pair[NAME_MAX_BYTES];
	char procedure[32];
	struct release from, to;
	struct settings options;
	struct str_list gates;
	char active[NAME_MAX_BYTES], standby[NAME_MAX_BYTES]; /* when it was started */
	struct settings installations; /* member -> "old name/new name" */
	char plan_hash[PLAN_HASH];
	char created_by[64];
	char idempotency_key[80];

	enum upgrade_state state;
	enum plan_list list; /* the list that is walked */
	struct walk walk;    /* over it; in a section of lanes over one of these, */
	struct walk lanes[LANES_MAX - 1]; /* and the walks beside it */
	int lane_count;
	int resume_pos;	     /* forward or undo index to try again from after a back-out */
	int64_t revision;    /* goes up with every change that a person can see */
	struct step_run *runs[LISTS]; /* one per step of each list; owned */
	int run_count[LISTS];

	bool hold;	   /* pause was asked for: stop after the step in hand */
	bool abort_asked;  /* abort was asked for: begin when the command in hand ended */
	bool past_return;  /* a step with ROW_NO_RETURN was started */
	enum plan_list pause_list; /* whose swap has the pause open */
	int pause_pos;		   /* the row that opened it; -1: not open */
	int64_t pause_started_ms;  /* monotonic; 0: not open */
	int64_t pause_started_wall_ms;
	int64_t pause_total_ms; /* of the last pause that was closed; -1 none yet */
	bool swap_held;		/* a row with ROW_HOLDS_SWAP was performed in this pause */

	int64_t state_since_wall_ms; /* present state */

	struct settings notes; /* what steps learnt; journaled */
	bool notes_dirty;
	struct ud_error error; /* why it needs attention; code UD_OK: none */
	int64_t created_wall_ms, started_wall_ms, ended_wall_ms;
};

const char *upgrade_state_name(enum upgrade_state s);
const char *step_state_name(enum step_state s);
const char *plan_list_name(enum plan_list l); /* phase: forward, abort, back-out, ... */
enum upgrade_state upgrade_state_find(const char *name); /* UPGRADE_STATES: none */
enum step_state step_state_find(const char *name);

bool upgrade_is_over(const struct upgrade *u); /* completed or aborted */

/* An upgrade for this plan, all steps pending, state checking, not journaled yet. */
struct upgrade *upgrade_new(const struct plan *plan);
struct upgrade *upgrade_copy(const struct upgrade *u);
void upgrade_free(struct upgrade *u);

/* The n-th walk: 0 the walk, the others by their place. */
const struct walk *upgrade_walk(const struct upgrade *u, int lane);
/* Which of them has the step at this position in hand; -1: none. */
int upgrade_lane(const struct upgrade *u, int pos);
/* Makes that one the walk, and the walk take its place: said twice, all is as before. */
void upgrade_turn_to(struct upgrade *u, int lane);

/* The step in hand, NULL when the list is at its end. */
struct step_run *upgrade_run(struct upgrade *u);
const struct plan_step *upgrade_step(const struct upgrade *u, const struct plan *p);

/* Steps done or skipped of the forward list, and all of it. */
int upgrade_steps_done(const struct upgrade *u);

#endif
