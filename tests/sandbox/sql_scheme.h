/* What CREATE ACTIVE STANDBY PAIR and CREATE REPLICATION share: words and stores. */
#ifndef SANDBOX_SQL_SCHEME_H
#define SANDBOX_SQL_SCHEME_H

#include <stdbool.h>

#include "tests/sandbox/session.h"

/* Reads a statement word by word, upper case. */
struct words {
	const char *text;
	int at;
	char now[160];
};
const char *words_next(struct words *w);
bool words_are(const struct words *w, const char *word);

/* `name ON "host"`, the name being the word at hand; the word after it is read. Both lower
 * case, to be freed. */
void words_store(struct words *w, char **ret_name, char **ret_host);

void scheme_add_store(struct session *c, const char *name, const char *host,
    const char *kind);

/* PORT, TIMEOUT and FAILTHRESHOLD of a STORE clause; ends at the first other word. */
void scheme_attributes(struct session *c, struct words *w, const char *name,
    const char *host);

/* 8000 when a table has no key. */
int scheme_check_tables(struct session *c, struct sim_error *err);

/* 17009 when two stores of one host have the same port. */
int scheme_check_ports(struct session *c, struct sim_error *err);

/* Every table that exists now belongs to the scheme (ASP, CLASSIC); peers of this store, whose
 * kind is M or S in it, start at the present position. */
void scheme_finish(struct session *c, const char *scheme, const char *kind);

/* Does the word, [owner.]name, name the classic scheme that is there? */
bool classic_is_named(struct session *c, const char *word);

/* CREATE REPLICATION; the name is the next word. */
int sql_create_replication(struct session *c, struct words *w, struct sim_error *err);

#endif
