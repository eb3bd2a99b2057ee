/*
 * Following a pair until its upgrade is where somebody wants it.
 *
 * The state is read, shown, and read again when the event stream rings or time is up.
 * A daemon that goes away meanwhile is waited for: only the first answer must come.
 */
#ifndef UD_CLIENT_FOLLOW_H
#define UD_CLIENT_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "client/problem.h"

struct ctl;

/* What ends it; completed and aborted always do. */
enum follow_until {
	FOLLOW_END = 0,
	FOLLOW_ATTENTION = 1,
	FOLLOW_GATE = 2,
};

struct follow {
	const char *pair;
	const char *upgrade;   /* id; NULL: whatever the pair is doing */
	unsigned int until;    /* enum follow_until */
	int64_t timeout_ms;    /* -1: none */
	int64_t look_ms;       /* longest time between two looks, 0: trust the stream */
	bool ends_without_one; /* a pair without upgrade ends it, too */

	/* A new state. pair_doc as the API answers it, its upgrade the one followed. */
	void (*see)(void *arg, const json_t *pair_doc);
	/* The daemon does not answer at present. Called once each time it goes. */
	void (*lost)(void *arg, const struct problem *p);
	void *arg;
};

/* Returns 0 when it ended, with the last state (the caller decrefs), or -1 with a
 * problem: UD_ETIMEOUT, or what the daemon refused. */
int follow_run(struct ctl *ctl, const struct follow *f, json_t **ret_pair,
    struct problem *p) UD_CHECKED;

/* Exit status of an upgrade in this state: 0 completed, 4, 10, 11. 0 for others. */
int follow_exit_status(const json_t *upgrade);

/* One line of what an upgrade is at: to see whether something changed. */
void follow_mark(struct buf *out, const json_t *pair_doc);

#endif
