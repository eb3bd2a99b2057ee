/*
 * The event stream: each client has a place in the journal, nothing else.
 *
 * A stream reads the journal from its place on when its socket has room, a page at a time,
 * and is suspended when there is no more. New events wake the streams that want them. A
 * slow reader therefore costs one page of memory however far it is behind, and one that
 * stops reading is closed after API_IDLE_S. A comment every 15 s keeps the line alive and
 * finds out about clients that went away.
 */
#ifndef UD_API_EVENTS_H
#define UD_API_EVENTS_H

#include <stdbool.h>
#include <sys/queue.h>

struct api;
struct stream;
TAILQ_HEAD(stream_list, stream);

/* Takes the conductor's news from now on. */
void events_begin(struct api *a);

/* Lets all streams end: they are woken and close. */
void events_end(struct api *a);

/* No news is taken any more. */
void events_done(struct api *a);

#endif
