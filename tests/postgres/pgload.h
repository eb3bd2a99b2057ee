/*
 * pgload: the applications of a test on PostgreSQL. Each worker has a connection of its own
 * and commits transactions at its pace; what was acknowledged, refused or lost in between
 * goes to a ledger, which the verdict holds against the rows.
 *
 *	pgload --conninfo C --databases a,b --ledger FILE --control SOCKET [options]
 *
 *	--workers N        connections (4); worker i uses database i mod the number of them
 *	--first-worker N   their numbers begin here (0)
 *	--rate N           transactions a second, of all together (0: as fast as it goes)
 *	--customers N      rows of app.customers (10)
 *	--rude             any server, BEGIN READ WRITE, and the connection is kept as long as
 *	                   it lives
 *	--long SECONDS     every transaction stays open that long
 *
 * A line of the ledger: A|U|R DATABASE WORKER SEQ KIND AMOUNT SENT ENDED WORD, in which the
 * times are microseconds since 1970. A was acknowledged, U has an unknown outcome, R was
 * refused and has left nothing; WORD is an SQLSTATE, or a dash. A SEQ is never sent twice.
 *
 * The control socket takes a line and answers with a line of JSON, as that of
 * tests/sandbox/load does, so loadctl speaks to both:
 *
 *	pause [LIMIT_MS]   holds the workers; answers when nothing is in flight
 *	resume             lets them go on
 *	status             the figures so far
 *	window             the figures of time begin anew; answers those up to now
 *	stop               the orderly end, like SIGTERM
 */
#ifndef TESTS_POSTGRES_PGLOAD_H
#define TESTS_POSTGRES_PGLOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <libpq-fe.h>

enum { MAX_WORKERS = 64, MAX_DATABASES = 8 };

enum verdict_of { ACKNOWLEDGED, UNKNOWN, REFUSED };

struct options {
	const char *conninfo, *ledger, *control;
	char *databases[MAX_DATABASES];
	int databases_count;
	int workers, first_worker, customers;
	double rate;
	double long_s;
	bool rude;
};

/* Counted from the beginning; the times, in microseconds, from the last window on. */
struct figures {
	int64_t committed, unknown, refused, connections;
	int64_t window_from;
	int64_t last_ack;	/* of any worker */
	int64_t gap, gap_from;	/* longest time in which no worker was acknowledged */
	int64_t worker_gap;	/* the same of one worker */
	int64_t slowest;	/* from the first statement to the acknowledgement */
};

struct load;

struct worker {
	struct load *load;
	pthread_t thread;
	int number;
	const char *database;
	PGconn *conn;
	int64_t seq;
	int64_t next;		/* when the next transaction is due */
	int64_t last_ack;
	unsigned words;		/* errors told so far */
	atomic_int fd;		/* of conn, -1: none */
	atomic_bool ended;
};

struct load {
	struct options opt;
	struct worker workers[MAX_WORKERS];
	atomic_bool stop;

	pthread_mutex_t mutex;	/* over all below */
	pthread_cond_t changed;
	struct figures figures;
	FILE *ledger;
	bool paused;
	int in_flight;
};

int64_t now_us(void);

/* One transaction's end, for ledger and figures. The word is an SQLSTATE or NULL. */
struct ending {
	enum verdict_of what;
	const char *kind, *word;
	int amount;
	int64_t sent, ended;
};

int ledger_open(struct load *l);
void ledger_write(struct worker *w, const struct ending *e);
void ledger_close(struct load *l);
void figures_connected(struct load *l);

/* The figures as JSON; the caller owns it. Anew: a window of time begins. */
json_t *figures_json(struct load *l, bool anew);

/* False when the load is to end. Waits while it is paused. */
bool gate_enter(struct load *l);
void gate_leave(struct load *l);

/* 0 when nothing was in flight any more before the limit. */
int gate_pause(struct load *l, int64_t limit_ms);
void gate_resume(struct load *l);

void *worker_run(void *worker);

/* Serves the control socket from a thread of its own. */
int control_start(struct load *l);

#endif
