/*
 * A pair, an upgrade and a journal that a test writes down, behind the functions that the
 * API calls: fake_conductor.c and fake_journal.c stand for what is there.
 * The API itself is the real one and serves real sockets, in the loop of the test.
 */
#ifndef UD_TESTS_UNIT_API_WORLD_H
#define UD_TESTS_UNIT_API_WORLD_H

#include <event2/event.h>

#include "daemon/api/api.h"
#include "daemon/conductor/conductor.h"

#define WORLD_PAIRS    2
#define WORLD_MEMBERS  3
#define WORLD_UPGRADES 8
#define WORLD_EVENTS   2000

struct world_event {
	struct event_row row;
	char pair[NAME_MAX_BYTES];
	char kind[16];
	char text[128];
};

struct world {
	struct event_base *base;
	struct api *api;
	char folder[64], socket[96];
	struct config config;
	struct secret *token;

	struct host hosts[WORLD_MEMBERS];
	struct pair pairs[WORLD_PAIRS]; /* "orders", "sales" */
	struct member members[WORLD_PAIRS][WORLD_MEMBERS];
	struct observation seen[WORLD_PAIRS][WORLD_MEMBERS];
	struct plan plan;     /* of "sales" */
	struct upgrade *live; /* in hand of "sales"; NULL none */
	const char *progress;
	bool measured; /* something grows */
	const char *attention; /* code of one thing that needs attention; NULL none */

	bool journal_closed;
	bool journal_broken; /* every read fails */
	struct upgrade *past[WORLD_UPGRADES];
	int past_count;
	struct step_row steps[8];
	int step_count;
	struct command_row commands[8];
	int command_count;
	struct approval_row approvals[4];
	int approval_count;
	struct world_event events[WORLD_EVENTS];
	int event_count;
	int event_reads;
	struct journal_totals totals;

	void (*on_events)(void *arg);
	void *on_events_arg;

	/* What was asked of the conductor, and what it is going to answer. */
	int checks, starts, steers;
	bool hold_answers;  /* answers wait for world_answer() */
	bool answer_inside; /* answers come from inside the call */
	struct world_asked {
		conductor_check_fn *check;
		conductor_done_fn *done;
		void *arg;
	} asked[32]; /* not answered yet, in order */
	int asked_count;
	struct event *later;
	struct plan_request asked_plan;
	struct start_request asked_start;
	struct steer_request asked_steer;
	char asked_text[256]; /* the words of the request, copied */
	struct findings findings;
	struct ud_error fail; /* code UD_OK: success */
};

extern struct world world;

/* Listens on a socket in a new folder and on a port of 127.0.0.1. token: NULL none. */
void world_begin(const char *token);
void world_end(void);
void world_listen(void); /* world_begin without it: world_prepare() */
void world_prepare(const char *token);

/* An upgrade of "sales" in this state at this step of its plan. */
struct upgrade *world_upgrade(enum upgrade_state state, int pos);
/* One that is over, in the journal only. */
struct upgrade *world_past(int64_t id, const char *pair, enum upgrade_state state);
void world_event(const char *pair, const char *kind, int64_t upgrade, const char *text);
void world_tell(void);   /* what the conductor does after a commit with events */
void world_answer(void); /* the conductor answers all that it was asked */
void world_answer_first(void);

#endif
