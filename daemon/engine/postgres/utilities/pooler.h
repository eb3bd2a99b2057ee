/*
 * PgBouncers of a pair: which server an entry of their file of databases points at, and the
 * commands that change the file on the host where the pooler runs.
 */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_POOLER_H
#define UD_ENGINE_POSTGRES_UTILITIES_POOLER_H

#include "daemon/model/command.h"

/* Functions of sh, pooler.sh: the shells of members know them. */
extern const char *const pg_pooler_functions;

/* A server that entries of poolers point at. */
struct pg_target {
	const struct member *member;
	int installation;
};

/* Hosts of the pair's poolers, each once, in the order of the configuration. */
#define PG_POOLER_HOSTS 4 /* steps.h has as many */
int pg_pooler_hosts(const struct pair *p, const struct host *ret[PG_POOLER_HOSTS]);

/*
 * The command that runs a function of pooler.sh for each pooler of this host: with its file,
 * the names of the server `from` and its port, and the address of `to`. Where a member lives
 * on the host, its shell does it, which is quicker; else it is a job.
 */
void pg_pooler_run(struct command *c, const struct pair *p, const struct host *host,
    const char *function, const struct pg_target *from, const struct pg_target *to);

/*
 * The same for the guards of the poolers of this host (pooler.sh): they let the clients go on
 * when the lease is over, with whom of the two takes writes. databases: of a pooler, a line
 * each; "" all.
 */
void pg_pooler_guard(struct command *c, const struct pair *p, const struct host *host,
    const struct pg_target *from, const struct pg_target *to, int64_t lease_ms,
    const char *(*databases)(void *arg, const char *pooler), void *arg);

/* Does a database of a pooler with this host and port, as SHOW DATABASES prints them, point
 * at the server? */
bool pg_pooler_points(const char *host, const char *port, const struct pg_target *at);

#endif
