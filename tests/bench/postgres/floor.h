/*
 * pgfloor: the hand-tuned least that a role swap costs, against which the daemon's write
 * pause is measured. It is no procedure: it looks at nothing beforehand, has one pair in
 * mind, and what it cannot do ends it. No row that was acknowledged is lost, though.
 *
 *	pgfloor patch OLD OLD_DATA NEW
 *	pgfloor major OLD NEW DATABASE...
 *
 * OLD and NEW are connection strings of a superuser, without a database. Prints one line
 * of JSON: the stages in milliseconds since the pause, and "pause_us", when that was.
 */
#ifndef TESTS_BENCH_POSTGRES_FLOOR_H
#define TESTS_BENCH_POSTGRES_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

enum { BREATH_US = 200 }; /* between two questions whether it is so far */

/* Statements from nobody but the floor: what it must not end. */
#define FLOOR_NAME "upgraded floor"

int64_t floor_now_us(void);
void floor_die(const char *what, const char *why);

/* May write where that is not the default. */
PGconn *floor_connect(const char *conninfo, const char *database);

/* Runs a statement; the first value, "" when there is none. Valid until the next one. */
const char *floor_ask(PGconn *c, const char *sql);
const char *floor_askf(PGconn *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Asks until the answer is "t". */
void floor_until(PGconn *c, const char *sql);

/* The same in halves, so that several servers work at once. */
void floor_send(PGconn *c, const char *sql);
void floor_take(PGconn *c);

/* Ends the sessions of clients that began before `since`, an SQL expression, until none is
 * left. */
void floor_end_clients(PGconn *c, const char *since);

int floor_patch(int argc, char **argv);
int floor_major(int argc, char **argv);

#endif
