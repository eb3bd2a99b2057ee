/*
 * Cached tables. Their rows are those of "Oracle", ROOT/oracle.db, with the same tables in it:
 * `sandbox oracle ROOT SQL` changes them. The cache agent brings them where autorefresh is on and
 * the role lets it write; LOAD CACHE GROUP once.
 */
#ifndef SANDBOX_CACHE_H
#define SANDBOX_CACHE_H

#include "tests/sandbox/session.h"

/* CREATE READONLY CACHE GROUP, ALTER, LOAD and DROP; results as sql_scheme(). */
int cache_statement(struct session *c, const char *text, struct sim_error *err);

/* OWNER.NAME of the cache group that the table belongs to; to be freed, NULL: of none. */
char *cache_group_of(struct store *s, const char *table);

/* The agent, a process of its own: refreshes until it is killed. */
int cache_agent_main(struct world *w, int argc, char **argv);

/* Runs SQL in "Oracle" and prints what it answers; `rows` of it as store_bury() does. */
int cache_oracle_run(const char *root, const char *sql);
int cache_oracle_rows(const char *root);

#endif
