/*
 * One connection of libpq on the loop, to a server or to the console of a pooler. Made and
 * asked without waiting; one statement at a time, by the simple protocol, which is the only
 * one that consoles speak and that leaves every statement a transaction of its own.
 *
 * What a statement returns is added to a text as sql/session.h describes it.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_CONNECTION_H
#define UD_ENGINE_POSTGRES_SQL_CONNECTION_H

#include <stdbool.h>

#include "common/buf.h"

struct event_base;
struct connection;

enum news {
	NEWS_READY,  /* it was made */
	NEWS_DONE,   /* the statement ended well */
	NEWS_FAILED, /* the statement failed; the connection may be used again */
	NEWS_LOST    /* or never made: only connection_free() is left */
};

/* From the loop, or from inside the calls that begin something. The connection may be freed
 * in it. Without a statement in hand the only news is NEWS_LOST. */
typedef void connection_fn(void *arg, struct connection *c, enum news news);

/* conninfo is taken over. A server's session is set up (see connection.c), a console's is
 * left as it is. */
struct connection *connection_new(struct event_base *base, char *conninfo, bool console,
    connection_fn *news, void *arg);
void connection_free(struct connection *c);

/* Connects. Why that failed is added to out; borrowed until there are news. */
void connection_open(struct connection *c, struct buf *out);

/* Sends a statement. out as above; NULL: what it returns is dropped. */
void connection_send(struct connection *c, const char *statement, struct buf *out);

/* Made, with nothing in hand, and the server is not known to have hung up: looks at the socket. */
bool connection_is_alive(struct connection *c);
bool connection_in_transaction(const struct connection *c);

#endif
