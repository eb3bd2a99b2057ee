/*
 * Showing a followed upgrade: a frame redrawn in place on a terminal, a line per change
 * elsewhere, a document per line with --json, nothing with --quiet.
 */
#ifndef UD_CLIENT_LIVE_H
#define UD_CLIENT_LIVE_H

#include <stdint.h>

#include "client/screen.h"
#include "common/buf.h"

struct ctl;

struct live {
	struct ctl *ctl;
	struct screen screen;
	struct buf mark;  /* of what was shown last */
	struct buf steps; /* "number|state|attempt" of each step that was told */
	struct buf frame; /* the last one, for when the daemon goes away */
};

/* Follows the pair, shows it, and ends with what needs a person, on a line each.
 *
 * pair, upgrade  as in struct follow; upgrade may be NULL
 * until          enum follow_until
 * timeout_ms     -1: none
 * Returns the exit status. */
int live_run(struct ctl *ctl, const char *pair, const char *upgrade, unsigned int until,
    int64_t timeout_ms);

#endif
