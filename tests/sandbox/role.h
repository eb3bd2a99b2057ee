/*
 * The role of one database of a pair, and what hangs on it. The rules are R4.1 to R4.10 of
 * the README.
 */
#ifndef SANDBOX_ROLE_H
#define SANDBOX_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sandbox/store.h"

/* Role in force at this moment, to be freed: a change takes effect up to 2 s after its call. */
char *role_now(struct store *s);
bool role_is(struct store *s, const char *role);

/* Changes the role; at once, or delay_ms from now. Takes the lock itself. */
void role_set(struct store *s, const char *role, const char *why);
void role_schedule(struct store *s, const char *role, int64_t delay_ms,
    const char *why);

/* Writes down a scheduled change whose time has come. Cheap when there is none. */
void role_settle(struct store *s);

/* The database was loaded (R4.2) or unloaded, or lost its memory. */
void role_loaded(struct store *s);
void role_unloaded(struct store *s, const char *why);

/* True where the scheme of a pair may be changed: ACTIVE, or IDLE and ttRepStateSet would make it so. */
bool role_leads(struct store *s);

/* The calls of an application or administrator: 0, or -1 with the number. */
int role_call_set(struct store *s, const char *state, struct sim_error *err);
int role_call_deactivate(struct store *s, struct sim_error *err);
int role_call_save(struct store *s, const char *state, const char *store,
    const char *host, struct sim_error *err);

/* True when an application may change rows of a user table now. */
bool role_may_write(struct store *s);

/* Removes the mark of ttRepStateSave. */
void role_clear_mark(struct store *s, const char *why);

#endif
