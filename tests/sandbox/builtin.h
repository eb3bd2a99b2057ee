/* The built-in procedures that `call` reaches: call ttRepStateGet, call ttBookmark, ... */
#ifndef SANDBOX_BUILTIN_H
#define SANDBOX_BUILTIN_H

#include "tests/sandbox/session.h"

#define BUILTIN_ARGS 8

/* One call. Arguments that were left out or NULL are NULL. */
struct call {
	struct session *c;
	int argc;
	char *argv[BUILTIN_ARGS];
	sim_row_fn fn;
	void *arg;
	struct sim_error *err;
};

/*
 * Runs `name(args)` or `name`; rows go to fn. 0, or -1 with err.
 */
int builtin_call(struct session *c, const char *text, sim_row_fn fn, void *arg,
    struct sim_error *err);

/* Hands one row to the caller. */
int builtin_row(struct call *call, int n, ...);

/* builtin_replication.c */
int builtin_rep_start(struct call *call);
int builtin_rep_stop(struct call *call);
int builtin_rep_state_get(struct call *call);
int builtin_rep_state_set(struct call *call);
int builtin_rep_state_save(struct call *call);
int builtin_rep_deactivate(struct call *call);
int builtin_rep_wait(struct call *call);
int builtin_rep_peer_state(struct call *call);
int builtin_rep_status(struct call *call);
int builtin_bookmark(struct call *call);
int builtin_log_holds(struct call *call);

/* Sets the state of the matching peers (NULL: all), with what follows from it (R3.4). */
int peer_set_state(struct session *c, const char *store, const char *host, int state,
    struct sim_error *err);

#endif
