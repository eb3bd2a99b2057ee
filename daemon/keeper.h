/*
 * The guard of the pauses, on the daemon's own host: a second process of it, in a session of its
 * own, that is there as long as an upgrade is in hand. When the daemon dies with a write pause
 * open, it waits until the pause would be taken back (pause_shares), less what a start takes, and
 * becomes the daemon until the pause is closed: what was begun is taken back or ended as after
 * every start. Then it ends; the upgrade goes on when somebody starts the daemon, for which it
 * makes way at any time. With an orderly end of the daemon it ends, too. Under systemd there is
 * none: the unit starts the daemon again.
 *
 * STATE_DIRECTORY/pause is there while a pause is open, and says until when (clock_mono_ms): both
 * are of one boot.
 */
#ifndef UD_KEEPER_H
#define UD_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct keeper;
struct runner;

/* file: of the configuration. NULL where none is needed. */
struct keeper *keeper_new(struct runner *r, const char *file, const char *state_directory);
void keeper_free(struct keeper *k); /* ends the guard; NULL is allowed */

/* This daemon is a guard that became one: it leaves the loop when no pause is open any more. */
void keeper_only_ends_pauses(struct keeper *k, struct event_base *base);

/* Is this state directory in the hands of such a one? It is told to end, which it soon does. */
bool keeper_makes_way(const char *state_directory);

/* An upgrade is in hand, or none is; until_ms: when the open pause is to be taken back
 * (clock_mono_ms), 0: none is open. arg is a struct keeper, or NULL. */
void keeper_watch(void *arg, bool in_hand, int64_t until_ms);

/* In the guard: returns, in a process of its own, when who started it has died in a pause that is
 * about to be taken back. The process that called ends. */
void keeper_wait(const char *state_directory);

#endif
