/*
 * ttIsql in parts: what is said to it (tt_isql.c), what a statement does (isql_command.c), and what
 * it shows (isql_show.c).
 */
#ifndef SANDBOX_ISQL_H
#define SANDBOX_ISQL_H

#include "tests/sandbox/session.h"
#include "tests/sandbox/utility.h"

struct isql {
	struct utility *u;
	struct session c;
	bool connected, finished, failed;
	int verbosity;
	int exit_on_error; /* status, or -1: go on */
	int status;
	int64_t rows;
};

/* isql_command.c */
struct isql_command;

/* The command of ttIsql's own that a text begins with; NULL: it is SQL. */
const struct isql_command *isql_find(const char *text);

/* True when it ends with its line, without a semicolon. */
bool isql_ends_with_line(const struct isql_command *cmd);

/* Runs one command or statement; the text is cut at its end. */
void isql_run(struct isql *q, char *text);

/* Leaves the database it is connected to, for that of a DSN or connection string. */
void isql_connect(struct isql *q, const char *argument);

/* isql_show.c */
int isql_show_row(void *arg, int n,
    const char *const *values); /* sim_row_fn of an isql */
void isql_show_error(struct isql *q, const struct sim_error *err);
void isql_show_count(struct isql *q, const char *what);
void isql_show_schemes(struct isql *q);
void isql_show_cache_groups(struct isql *q);
void isql_show_size(struct isql *q);

#endif
