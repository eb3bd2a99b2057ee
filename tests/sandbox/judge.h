#ifndef SANDBOX_JUDGE_H
#define SANDBOX_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/*
 * Says whether an outcome in the sandbox kept the promises, from what was recorded
 * while it happened: the log of the sandbox, the graves of destroyed databases, the
 * rows that are left, and the ledger of the applications. It knows nothing of the
 * daemon's own opinion.
 *
 *   P1  no two databases of the pair could accept application writes at one time
 *   P2  every acknowledged row is in every member that is left, none is there twice,
 *       none that nobody wrote, and one of unknown outcome is in all of them or in none;
 *       each row has in every member the values that it has in the active;
 *       cached tables have in every member the rows that Oracle has
 *   P3  whatever was destroyed was not the active, another accepted writes just then,
 *       and every row of the grave is in the final active
 *   P5  at the end exactly one database accepts writes
 *   P6  no write pause longer than a limit, if one was given
 *   P9  no password on a command line, once the sandbox was ready
 *
 * With two masters of a classic scheme both accept writes whenever they are loaded: P1 does not
 * apply, and the active is the one at which the applications were served last.
 *
 * All times are microseconds of CLOCK_MONOTONIC.
 */

#define JUDGE_OPEN INT64_MAX /* the end of an interval that has not ended */

/* A set of row ids; after judge_ids_sort() in order, doubles kept. */
struct judge_ids {
	int64_t *id;
	size_t n, room;
};

/*
 * A time. Of a database: it accepted application writes. `outside`: it was not the
 * active of the pair but had no scheme, as a copy that is being restored; that matters
 * only when an application did write there.
 */
struct judge_span {
	int64_t from_us, to_us;
	bool outside, written;
};

struct judge_database {
	char host[64], instance[64], store[64];
	char role[24]; /* the last one that was logged */
	bool exists;
	int64_t created_us;
	size_t spans; /* times at which it accepted application writes */
	struct judge_span *span;
	bool left;   /* it was among the databases that are left, `rows` are its rows */
	bool judged; /* left, and in the pair: not only kept as a copy */
	struct judge_ids rows;
	struct judge_ids cached; /* a number for each row of cached tables */
	struct judge_ids content; /* the same for rows of other tables, but the marker's */
};

struct judge_destroy {
	int64_t at_us;
	size_t database;
	char role[24]; /* at that moment */
	bool has_rows; /* the grave could be read */
	struct judge_ids rows;
	char grave[256];
};

struct judge_ack {
	int64_t first_id;
	int rows;
	int64_t sent_us, seen_us;
	char store[64];
};

struct judge_ledger {
	struct judge_ids acked, unknown;
	size_t transactions; /* acknowledged */
	struct judge_ack
	    *ack; /* in the order of their answers; rows == 0: a load began */
	size_t acks, ack_room;
	bool ended; /* no transaction was in flight when it ended */
	struct judge_span longest_stall;
	struct judge_span longest_hold; /* from pause to resume */
	int holds;
};

struct judge_breach {
	char promise[8];
	char sentence[512];
};

struct judge {
	/* what is asked */
	bool quiet;             /* replication is quiet: members must be equal */
	int64_t pause_limit_us; /* 0: none */
	bool single; /* no pair: whatever is loaded takes writes, and may be all there is */
	bool classic; /* masters that replicate to each other: both take writes all the time */
	size_t expects;
	const char **expect; /* stores that must be left and in the pair; borrowed */

	/* what was read */
	int64_t log_from_us, log_to_us;
	int64_t
	    ready_us; /* the sandbox was built; what it did before is not on trial */
	size_t events;
	size_t databases;
	struct judge_database *database;
	size_t destroys;
	struct judge_destroy *destroy;
	struct judge_ids secrets; /* when a password was seen on a command line */
	struct judge_ledger ledger;
	bool caches; /* there are cached tables */
	struct judge_ids oracle; /* their rows in Oracle */

	/* what was found */
	struct judge_span longest_gap; /* no database accepted */
	size_t breaches;
	struct judge_breach *breach;
};

void judge_done(struct judge *j);

/* ids */
void judge_ids_add(struct judge_ids *s, int64_t id);
void judge_ids_sort(struct judge_ids *s);
bool judge_ids_has(const struct judge_ids *s, int64_t id);
void judge_ids_done(struct judge_ids *s);

/* The database of that name, made when it is new. */
struct judge_database *judge_database_at(struct judge *j, const char *host,
    const char *instance, const char *store);

/* Adds a breach; the sentence names times and stores. */
void judge_breach_add(struct judge *j, const char *promise, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the log, the ledger. 0, or -1 after a message on stderr. */
int judge_log_read(struct judge *j, const char *path);
int judge_ledger_read(struct judge *j, const char *path);

/* Reads the graves that the log names; one that cannot be read is a breach later. */
void judge_graves_read(struct judge *j, const char *root);

/*
 * Reads the rows of the members with the program `sandbox`: of several copies with one
 * store name the one that has a role, else the youngest. Copies that are left behind
 * (the old release's, after a patch in place) are not read.
 */
void judge_members_read(struct judge *j, const char *sandbox, const char *root);

/* Applies every rule; the rows must have been read. */
void judge_rules_apply(struct judge *j);

/* True when the database accepted application writes as the active at that time. */
bool judge_accepts_at(const struct judge_database *d, int64_t at_us);

/* The one that accepts at the end of the log, or NULL: none, or several. Of several masters of
 * a classic scheme the one that acknowledged last. */
const struct judge_database *judge_final_active(const struct judge *j);

/* The verdict for a person, or as JSON. */
void judge_report_text(const struct judge *j);
json_t *judge_report_json(const struct judge *j);

#endif
