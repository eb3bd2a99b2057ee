/*
 * Plain SQL in TimesTen's words, run on SQLite: OWNER.TABLE becomes one quoted name, names
 * without an owner are looked up as TimesTen does, SQLite's errors get TimesTen's numbers.
 */
#ifndef SANDBOX_SQL_H
#define SANDBOX_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sandbox/session.h"

enum sql_kind { SQL_QUERY, SQL_INSERT, SQL_UPDATE, SQL_DELETE, SQL_DDL };

struct sql_outcome {
	enum sql_kind kind;
	int64_t rows;  /* changed */
	char done[40]; /* what ttIsql says after DDL ("User created."), or "" */
};

/*
 * Runs one statement. fn gets the rows of a query; values are bound to `?`. With AutoCommit
 * the change is committed. Results as in simclient.h.
 */
enum sim_result sql_run(struct session *c, const char *text, int n,
    const char *const *values, sim_row_fn fn, void *arg, struct sql_outcome *ret,
    struct sim_error *err);

/* The statement in SQLite's words, to be freed; NULL with 2206. */
char *sql_translate(struct session *c, const char *text, struct sim_error *err);

/* True when the table takes part in replication; name is OWNER.TABLE in upper case. */
bool sql_is_replicated(struct session *c, const char *table);

/* The n-th word of a statement, upper case, "" past the end. Quotes are taken off. */
void sql_word(const char *text, int n, char *ret, size_t size_bytes);

/* Statements about schemes, users and the like: 1 when it was none, 0 done, -1 refused. */
int sql_scheme(struct session *c, const char *text, char *done, struct sim_error *err);

/* Attaches the catalogue (SYS.*, TTREP.*) to a connection. */
void catalogue_attach(struct session *c);

#endif
