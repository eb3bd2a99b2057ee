#include "tests/postgres/pgload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	RETRY_US = 2000,	/* between two rounds over the servers */
	STEP_US = 20000,	/* how soon an end is noticed */
	WORDS = 20,		/* errors that a worker tells */
};

/* A transaction under way; sent is 0 until the first statement leaves. */
struct transaction {
	struct worker *w;
	const char *kind;
	int amount;
	int64_t sent;
	bool commit_sent;
};

/* What the connection says about a statement, before the result is freed. */
struct failure {
	char sqlstate[6];
	bool alive;
};

static void
quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static void
nap(struct load *l, int64_t us)
{
	int64_t until = now_us() + us, left;

	while (!l->stop && (left = until - now_us()) > 0)
		usleep((useconds_t)(left < STEP_US ? left : STEP_US));
}

static void
tell(struct worker *w, const char *what)
{
	if (w->words++ < WORDS)
		fprintf(stderr, "worker %d, %s: %s%s", w->number, w->database, what,
		    what[0] != '\0' && what[strlen(what) - 1] == '\n' ? "" : "\n");
}

static void
disconnect(struct worker *w)
{
	w->fd = -1;
	PQfinish(w->conn);
	w->conn = NULL;
}

static PGconn *
dial(struct worker *w)
{
	const struct options *opt = &w->load->opt;
	const char *keys[] = { "dbname", "dbname", "target_session_attrs", NULL };
	const char *values[] = { opt->conninfo, w->database, "any", NULL };

	if (!opt->rude)
		keys[2] = NULL;
	return PQconnectdbParams(keys, values, 1);
}

/* Goes round the servers until one takes it, or the end. */
static bool
connected(struct worker *w)
{
	while (w->conn == NULL && !w->load->stop) {
		w->conn = dial(w);
		if (PQstatus(w->conn) == CONNECTION_OK) {
			PQsetNoticeProcessor(w->conn, quiet, NULL);
			w->fd = PQsocket(w->conn);
			figures_connected(w->load);
			break;
		}
		tell(w, PQerrorMessage(w->conn));
		disconnect(w);
		nap(w->load, RETRY_US);
	}
	return w->conn != NULL;
}

/* Runs one statement; false with the failure. *value takes the first value, if there is. */
static bool
run(struct transaction *t, const char *sql, int64_t *value, struct failure *f)
{
	struct worker *w = t->w;
	PGresult *r;
	ExecStatusType status;
	const char *state;
	bool ok;

	if (t->sent == 0)
		t->sent = now_us();
	r = PQexec(w->conn, sql);
	status = PQresultStatus(r);
	ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (ok && value != NULL && PQntuples(r) == 1)
		*value = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
	/* A commit of a transaction that had failed is answered with this, and no error. */
	if (ok && t->commit_sent && strcmp(PQcmdStatus(r), "ROLLBACK") == 0)
		ok = false;
	if (!ok) {
		state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
		snprintf(f->sqlstate, sizeof(f->sqlstate), "%s", state != NULL ? state : "-");
		f->alive = PQstatus(w->conn) == CONNECTION_OK;
		tell(w, PQerrorMessage(w->conn));
	}
	PQclear(r);
	return ok;
}

static bool
single(struct transaction *t, struct failure *f)
{
	struct worker *w = t->w;
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO app.orders (customer, worker, seq, kind, amount)"
	    " VALUES (%d, %d, %" PRId64 ", 'insert', %d)",
	    (int)(w->seq % w->load->opt.customers) + 1, w->number, w->seq, t->amount);
	t->commit_sent = true;
	return run(t, sql, NULL, f);
}

static bool
event(struct transaction *t, struct failure *f)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO app.events (worker, seq) VALUES (%d, %" PRId64 ")",
	    t->w->number, t->w->seq);
	t->commit_sent = true;
	return run(t, sql, NULL, f);
}

/* An order with its lines, and its sum on an account. */
static bool
multi(struct transaction *t, struct failure *f)
{
	struct worker *w = t->w;
	const struct options *opt = &w->load->opt;
	char sql[512];
	int64_t id = 0;

	if (!run(t, opt->rude ? "BEGIN READ WRITE" : "BEGIN", NULL, f))
		return false;
	snprintf(sql, sizeof(sql),
	    "INSERT INTO app.orders (customer, worker, seq, kind, amount)"
	    " VALUES (%d, %d, %" PRId64 ", 'multi', %d) RETURNING id",
	    (int)(w->seq % opt->customers) + 1, w->number, w->seq, t->amount);
	if (!run(t, sql, &id, f))
		return false;
	snprintf(sql, sizeof(sql),
	    "INSERT INTO app.lines (order_id, item) VALUES (%" PRId64 ", 'this'), (%" PRId64
	    ", 'that')", id, id);
	if (!run(t, sql, NULL, f))
		return false;
	snprintf(sql, sizeof(sql),
	    "UPDATE app.accounts SET total = total + %d, changes = changes + 1"
	    " WHERE worker = %d", t->amount, w->number);
	if (!run(t, sql, NULL, f))
		return false;
	if (opt->long_s > 0)
		nap(w->load, (int64_t)(opt->long_s * 1e6));
	t->commit_sent = true;
	return run(t, "COMMIT", NULL, f);
}

static const struct {
	const char *name;
	bool (*run)(struct transaction *t, struct failure *f);
} kinds[] = {
	{ "insert", single },
	{ "event", event },
	{ "multi", multi },
	{ "insert", single },
	{ "event", event },
};

enum { MULTI = 2, KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Without an answer to what commits, nobody knows. An error of the server is an answer. */
static enum verdict_of
verdict_on(const struct transaction *t, const struct failure *f)
{
	return t->commit_sent && !f->alive ? UNKNOWN : REFUSED;
}

static void
after_failure(struct worker *w, const struct failure *f)
{
	if (!f->alive) {
		disconnect(w);
	} else if (w->load->opt.rude) {
		if (PQtransactionStatus(w->conn) != PQTRANS_IDLE)
			PQclear(PQexec(w->conn, "ROLLBACK"));
	} else {
		disconnect(w); /* perhaps another server takes it */
	}
	nap(w->load, RETRY_US);
}

static void
transact(struct worker *w)
{
	const struct options *opt = &w->load->opt;
	int kind = opt->rude || opt->long_s > 0 ? MULTI : (int)(w->seq % KINDS);
	struct transaction t = { w, kinds[kind].name, (int)(w->seq % 97) + 1, 0, false };
	struct failure f = { "", true };
	bool ok = kinds[kind].run(&t, &f);
	struct ending e = {
		.what = ok ? ACKNOWLEDGED : verdict_on(&t, &f),
		.kind = t.kind,
		.word = ok ? NULL : f.sqlstate,
		.amount = t.amount,
		.sent = t.sent,
		.ended = now_us(),
	};

	ledger_write(w, &e);
	if (!ok)
		after_failure(w, &f);
}

/* What was missed in a stall is not made up for. */
static void
wait_turn(struct worker *w)
{
	const struct options *opt = &w->load->opt;
	int64_t now = now_us();

	if (opt->rate <= 0)
		return;
	w->next += (int64_t)(1e6 * opt->workers / opt->rate);
	if (w->next < now)
		w->next = now;
	nap(w->load, w->next - now);
}

void *
worker_run(void *arg)
{
	struct worker *w = arg;

	w->next = now_us();
	for (;;) {
		wait_turn(w);
		if (!connected(w) || !gate_enter(w->load))
			break;
		w->seq++;
		transact(w);
		gate_leave(w->load);
	}
	if (w->conn != NULL)
		disconnect(w);
	w->ended = true;
	return NULL;
}
