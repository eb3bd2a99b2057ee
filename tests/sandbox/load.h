#ifndef SANDBOX_LOAD_H
#define SANDBOX_LOAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/sandbox/load_ledger.h"
#include "tests/sandbox/load_stats.h"

/*
 * The applications of a test: K connections that commit numbered rows through whichever
 * master accepts them. One thread for each connection, because the client library
 * blocks; one for each caller of the control socket; the main thread waits for signals
 * and the end. `lock` guards everything below it. A transaction is in flight from
 * load_enter() to load_leave(); its ledger line is written before load_leave(), so a
 * pause that was answered means that the ledger is complete. Connecting is not in
 * flight: it may block for long.
 */

enum { LOAD_MEMBERS = 8, LOAD_INSTANCES = 4, LOAD_CONNECTIONS = 256, LOAD_CODES = 32 };

/* Where a member is: its index, and that of the instance, -1 when not known. */
struct load_place {
	int member, instance;
};

struct load_options {
	const char *root;
	const char *ledger;
	const char *control;
	double rate; /* transactions a second in all; 0: as fast as they go */
	int connections;
	int rows;
	int64_t first_id;
	int64_t transactions; /* stop after as many; 0: no limit */
	double seconds;       /* stop after as long; 0: no limit */
	int64_t backoff_us;   /* of one connection, when no member accepted */
	int64_t answer_limit_ms;
	bool undisciplined;
	bool stays;  /* goes to another member only when it is told to */
	bool spread; /* connections begin at one member after the other */
	bool leaves; /* connections are given up while it is paused */
	int members;
	struct {
		char store[64]; /* the DSN */
		char host[64];
	} member[LOAD_MEMBERS];
	int instances; /* oldest release first */
	struct {
		char name[64];
		char release[32];
	} instance[LOAD_INSTANCES];
};

struct load {
	struct load_options opt; /* not changed after the start */
	struct load_ledger ledger;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* CLOCK_MONOTONIC */
	bool paused;
	bool stopping;
	int in_flight;
	struct load_place preferred; /* tried first */
	int workers;                 /* that began */
	int generation;              /* grows when `preferred` changes */
	int64_t next_id;
	int64_t started;      /* transactions begun */
	int64_t next_slot_us; /* when the next transaction is due */
	int pauses;
	struct load_stats stats;
	int codes; /* the errors that were seen, for the report */
	struct {
		int code;
		int64_t times;
		char text[160];
	} code[LOAD_CODES];
};

enum load_go {
	LOAD_GO,    /* send */
	LOAD_MOVED, /* look first where `preferred` is now */
	LOAD_LEFT,  /* paused, and the connection is to be given up meanwhile */
	LOAD_OVER,  /* stop */
};

void load_init(struct load *l, const struct load_options *opt);

/*
 * Waits until the next transaction is due; nothing is in flight yet.
 *
 * generation    of the place where the caller looked last.
 * connected     he is; in a pause he may have to leave.
 * ret_first_id  the first of its row ids, with LOAD_GO only.
 */
enum load_go load_next(struct load *l, int generation, bool connected,
    int64_t *ret_first_id);

/* Waits while the load is paused: LOAD_GO, LOAD_LEFT or LOAD_OVER. */
enum load_go load_hold(struct load *l, int generation, bool connected);

/* Waits while the load is paused, as one who is connected; with LOAD_GO the transaction is
 * in flight. */
enum load_go load_enter(struct load *l, int generation);
void load_leave(struct load *l);

/* Where to go first, and the generation of that. */
struct load_place load_preferred(struct load *l, int *ret_generation);

/*
 * A connection was served there; the others follow, unless the load is undisciplined.
 * Old news, from before somebody said where to go (another generation), is not heard.
 */
void load_found(struct load *l, struct load_place at, int generation);

/* Waits without sending, shorter when the load is stopped. */
void load_back_off(struct load *l);

/* Counts an error that a database or a connection gave. */
void load_note_code(struct load *l, int code, const char *text);

/*
 * Holds every connection and waits until none has a transaction in flight. Returns 0,
 * or -1 when limit_ms passed or somebody resumed; the hold itself stays in the first
 * case. An undisciplined load says 0 and goes on.
 */
int load_pause(struct load *l, int64_t limit_ms);

/*
 * Lets them go on, at this member first (store or host; NULL: the one that served
 * last). Returns 0, or -1 when no member has that name; nothing is resumed then.
 */
int load_resume(struct load *l, const char *name);

void load_stop(struct load *l);

/* Stops at this time, or returns earlier when somebody else stopped it. */
void load_stop_at(struct load *l, int64_t at_us);

/* Everything a person or a test asks for, as a new object. */
json_t *load_status(struct load *l);

/* The body of one connection's thread: argument struct load *. */
void *load_worker(void *arg);

/*
 * Serves the control socket in threads of its own until the process ends. 0 or -1,
 * errno.
 */
int load_control_start(struct load *l);

#endif
