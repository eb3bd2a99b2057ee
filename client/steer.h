/*
 * Requests that steer an upgrade: read it, say what was read (If-Match), ask.
 *
 * What a person approves is what they saw. When the upgrade has moved on meanwhile, the
 * daemon refuses, and nothing is done; requests that mean the same whatever the upgrade
 * is at (pause, retry) are then made once more for the state that was found.
 */
#ifndef UD_CLIENT_STEER_H
#define UD_CLIENT_STEER_H

#include <stdbool.h>

#include <jansson.h>

#include "client/api.h"

struct ctl;

/* POST /v1/upgrades/{id}/VERB with the revision of upgrade. body is borrowed. Returns the
 * exit status; says what became of it, or who was quicker. */
int steer_upgrade(struct ctl *ctl, const char *verb, const json_t *upgrade,
    const json_t *body, bool again);

/* The whole of a verb without options: finds the upgrade of PAIR, asks. */
int steer(struct ctl *ctl, const char *verb, bool again);

#endif
