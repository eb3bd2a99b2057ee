/*
 * The text of an event stream, taken apart as it arrives (WHATWG HTML, "Server-sent
 * events", "Parsing an event stream").
 *
 * A record is lines "field: value" and ends with an empty line. Only what the client
 * needs is kept: the id to resume from, and the data of the last complete record.
 * Comments (": alive") and unknown fields are passed over.
 */
#ifndef UD_CLIENT_SSE_H
#define UD_CLIENT_SSE_H

#include <stddef.h>

#include "common/buf.h"

#define SSE_ID 64

struct sse {
	struct buf line; /* not ended yet */
	struct buf data; /* of the record in hand */
	char id[SSE_ID]; /* of the last complete record that had one */
	char next_id[SSE_ID];
	size_t records; /* complete ones with data so far */
	int after_cr;
};

/* Takes bytes in pieces of any size. An all zero struct is a stream at its start. */
void sse_feed(struct sse *s, const char *data, size_t len);

/* A new connection: what was not complete is dropped, the id is kept. */
void sse_restart(struct sse *s);
void sse_done(struct sse *s);

#endif
