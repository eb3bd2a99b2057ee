/*
 * An application of the sandbox: what a program linked with the direct driver sees.
 *
 * A connection counts as one application connection in ttStatus. It is held by an open
 * socket to the main daemon of the instance, so that the end of the process, however it
 * comes, is the end of the connection. Nothing here is safe to share between threads;
 * several connections in one process are fine.
 *
 * Link with libttsim.a, sqlite3 and jansson.
 */
#ifndef SANDBOX_SIMCLIENT_H
#define SANDBOX_SIMCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_result {
	SIM_OK, /* done; a commit is in the database */
	SIM_REFUSED, /* the database said no, err->code is the TimesTen number; not committed */
	SIM_LOST,    /* the connection died before a commit was begun; not committed */
	SIM_UNKNOWN, /* the connection died while committing: it may be there or not */
};

struct sim_error {
	int code;       /* TimesTen error number, 0 when there is none */
	char state[6];  /* SQLSTATE, "" when there is none */
	char text[480]; /* one line, without the number */
};

struct sim_conn;

/* One row: n values, NULL for SQL NULL, valid during the call. Non-zero ends the query. */
typedef int (*sim_row_fn)(void *arg, int n, const char *const *values);

/*
 * Connects as an application.
 *
 * root      directory of the sandbox
 * host      name of the host on which the application runs, e.g. "master1host"
 * instance  name of the instance there, e.g. "tt1122"
 * dsn       a DSN or a connection string; "AutoCreate=0" may be added to either
 * name      connection name that ttStatus shows; NULL for the DSN
 *
 * Returns the connection, or NULL with err: 799 daemon not running, 707 manually
 * unloaded, 701 in flux, 704 in recovery, 821/833 no database, 8025 as a warning is not an
 * error. Blocks while the database is loaded or recovered. AutoCommit is on.
 */
struct sim_conn *sim_connect(const char *root, const char *host, const char *instance,
    const char *dsn, const char *name, struct sim_error *err);

/* Ends the connection; an open transaction is rolled back. NULL is fine. */
void sim_close(struct sim_conn *c);

/*
 * False when the connection was invalidated (daemon stopped or died, split brain, forced
 * disconnect, host down). Cheap: one poll(2) without waiting. To keep an idle connection
 * up nothing has to be done; to notice its end, call this, or poll() sim_fd() for reading.
 */
bool sim_alive(struct sim_conn *c);
int sim_fd(const struct sim_conn *c);

/* On: each statement is its own transaction. Off: sim_commit() or sim_rollback() end it. */
void sim_autocommit(struct sim_conn *c, bool on);

/*
 * Executes one INSERT, UPDATE, DELETE, or DDL statement in TimesTen's words
 * (`insert into app.orders values(1, 2, 'x')`).
 *
 * ret_rows  rows changed; may be NULL.
 *
 * With AutoCommit the result is that of the commit. SIM_REFUSED carries 8151 on a replicated
 * table of a database that is not ACTIVE, 907 for a duplicate key, 2206 for an unknown
 * table, 6003 when a lock was not had in 10 s. After SIM_REFUSED an open transaction is
 * still open. Without AutoCommit the first change locks out every other writer of the
 * database (the sandbox has one lock per database), so do not linger.
 */
enum sim_result sim_exec(struct sim_conn *c, const char *sql, int64_t *ret_rows,
    struct sim_error *err);

/*
 * Executes one query and hands every row to fn. Reads are served in every role.
 */
enum sim_result sim_query(struct sim_conn *c, const char *sql, sim_row_fn fn, void *arg,
    struct sim_error *err);

/*
 * As sim_exec(), with `?` in the text and n values (NULL is SQL NULL) as text.
 */
enum sim_result sim_bind_exec(struct sim_conn *c, const char *sql, int n,
    const char *const *values, int64_t *ret_rows, struct sim_error *err);

/*
 * Ends the transaction. The result of sim_commit() is definite: SIM_OK is committed,
 * SIM_REFUSED (8151: the role changed while the transaction was open) and SIM_LOST are not,
 * SIM_UNKNOWN cannot be known by the application.
 */
enum sim_result sim_commit(struct sim_conn *c, struct sim_error *err);
enum sim_result sim_rollback(struct sim_conn *c, struct sim_error *err);

/*
 * Position of the last commit of this connection in the log, as "LFN.LFO" is compared by
 * TimesTen: one number that grows. 0 before the first.
 */
int64_t sim_position(const struct sim_conn *c);

#endif
