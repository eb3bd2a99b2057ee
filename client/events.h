/*
 * The daemon's event stream, used as a bell: something happened, look again.
 *
 * What is shown is always read from the state, so an event that is lost costs time and
 * nothing else. A stream that breaks is opened again, later and later, from where it was.
 */
#ifndef UD_CLIENT_EVENTS_H
#define UD_CLIENT_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct events;
struct http;

/* pair: NULL for all; copied. Nothing is asked before the first wait. Never NULL. */
struct events *events_new(struct http *h, const char *pair);
void events_free(struct events *e);

/* Waits until the bell rings, at most limit_ms. */
void events_wait(struct events *e, int64_t limit_ms);

/* The stream stands: between two rings nothing happened. */
bool events_is_live(const struct events *e);

#endif
