/*
 * Switches of the sandbox: `name = value` or `host/store.name = value` in ROOT/knobs, read
 * again at every use. README.md lists them.
 */
#ifndef SANDBOX_KNOB_H
#define SANDBOX_KNOB_H

#include <stdbool.h>
#include <stdint.h>

struct world;

/* Value of a knob as text to free, the more specific line first; NULL when it is not set. */
char *knob_text(const struct world *w, const char *store, const char *name);
int64_t knob_int(const struct world *w, const char *store, const char *name,
    int64_t unset);
bool knob_is(const struct world *w, const char *store, const char *name,
    const char *value, const char *unset);

/* A time drawn from `low..high` (or one number), in ms, times the knob time_scale. */
int64_t knob_draw_ms(const struct world *w, const char *store, const char *name,
    int64_t low, int64_t high);

/* Countdown: true while the number is above zero, which is then one less. -1: for ever. */
bool knob_take(const struct world *w, const char *store, const char *name);

/* Countdown: one less; true when this was the last, so `= 2` means the second call. */
bool knob_due(const struct world *w, const char *store, const char *name);

/* Sets or (value NULL) removes a line. */
int knob_set(const char *root, const char *name, const char *value);

#endif
