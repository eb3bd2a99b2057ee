/*
 * One connection of this process to one database: the socket to the main daemon that makes
 * it count, and the open files. Used by simclient, ttIsql and the other utilities.
 */
#ifndef SANDBOX_SESSION_H
#define SANDBOX_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sandbox/store.h"
#include "tests/sandbox/wire.h"

struct session {
	struct world w;
	struct dsn dsn;
	struct wire wire;
	struct store s;
	char
	    user[64]; /* upper case; the instance administrator when no UID was given */
	bool administrator; /* ADMIN privilege, or the instance administrator */
	bool autocommit, in_transaction, wrote_replicated;
	bool application; /* its commits count as those of an application */
	int warning;      /* number of the connect warning, or 0 */
	int64_t position;
};

/*
 * Connects; kind is "application", "utility" or "replication". On failure err has the
 * number and nothing is to be closed.
 */
int session_open(struct session *c, const struct world *w, const struct dsn *d,
    const char *kind, const char *name, struct sim_error *err);
void session_close(struct session *c);

/* True while the daemon holds this connection. */
bool session_alive(struct session *c);

/* Asks the daemon about a database; 0, or -1 with err (799 when the daemon is down). */
int session_ask(const struct world *w, json_t *request, json_t **ret,
    struct sim_error *err);

/* The request of a connect, so that others can send it on a socket of their own. */
json_t *session_request(const struct dsn *d, const char *kind, const char *name);

/* Transactions: results as in simclient.h. */
enum sim_result session_begin(struct session *c, struct sim_error *err);

/* The service with which commits of replicated tables wait for the standby: 'R' RECEIPT, '2'
 * TWOSAFE, 0: they do not. */
char session_return_service(struct session *c);
enum sim_result session_commit(struct session *c, struct sim_error *err);
void session_rollback(struct session *c);

#endif
