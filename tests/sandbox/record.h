/*
 * The log of the sandbox: one JSON line per event in ROOT/log.jsonl, one write(2) each.
 * README.md lists the events and their members.
 */
#ifndef SANDBOX_RECORD_H
#define SANDBOX_RECORD_H

#include <stdint.h>

struct world;

/*
 * Appends an event. store may be NULL; format and the rest are those of json_pack() for an
 * object ("{s:s,s:i}", ...), or NULL.
 */
void record_event(const struct world *w, const char *store, const char *event,
    const char *format, ...);

/* The same, of an earlier moment. */
void record_event_at(const struct world *w, const char *store, int64_t at_us,
    const char *event, const char *format, ...);

/* A line in diag/tterrors.log of the instance, as an agent or the daemon writes it. */
void record_diag(const struct world *w, const char *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
