/*
 * HTTP and JSON for people and tools: doc/api.md is the contract of the outside.
 *
 * Two listeners run inside the caller's event loop: a unix socket, on which the kernel says
 * who asks, and an address, on which a token does. Nothing here blocks and nothing decides:
 * what is read comes from the conductor, the observer and the journal, what is asked for
 * goes to the conductor, which answers later.
 */
#ifndef UD_API_API_H
#define UD_API_API_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

struct api;
struct conductor;
struct config;
struct engine;
struct event_base;
struct secret;

/* All borrowed until api_free(); config only until api_listen() returned. */
struct api_parts {
	struct event_base *base;
	struct conductor *conductor;
	const struct config *config; /* control_socket, control_group, http_listen */
	const struct engine *const *engines; /* NULL-ended */
	const struct secret
	    *token; /* of http_token_file; NULL: the address is read only */
};

/* Takes the conductor's events (conductor_on_events). Does not listen yet. */
struct api *api_new(const struct api_parts *parts);

/*
 * Binds the control socket and the address.
 *
 * A socket file that nobody answers on is replaced; one that somebody answers on is
 * UD_ELOCKED. UD_ECONFIG: the address cannot be read. UD_ESYSTEM: it cannot be bound. A
 * control group that does not exist is only warned of: then the socket is for root and the
 * daemon's own user (mode 0600), else for the group too (0660).
 */
int api_listen(struct api *a, struct ud_error *err) UD_CHECKED;

/* Answers what is under way with 503 and closes; waits at most 200 ms for slow readers.
 * The conductor must still be there; its late answers are ignored. */
void api_free(struct api *a);

/* The port of the address, 0 when it is off: for `listen = "127.0.0.1:0"`. */
int api_port(const struct api *a);

/* ---- what only others can measure ---- */

/* How long one round of the loop kept everybody else waiting. */
void api_loop_stall_us(struct api *a, int64_t stall_us);

/* A journal_hook_fn: journal_set_hook(journal, api_commit_hook, api). */
void api_commit_hook(void *api, bool after, int64_t took_us);

/* Durations of steps and write pauses need no call: after each commit with events the API
 * looks at the upgrades that they name and counts what has ended since (measure.c). */

#endif
