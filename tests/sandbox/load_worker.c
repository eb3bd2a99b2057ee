/*
 * One connection of the applications: sends transactions to the member that accepts
 * them.
 *
 * Where it looks: first where it was served last, then the other instances of that
 * host, then the other members, the newest release first, because a connect to a
 * database that is left behind would load it. A transaction that was refused, or whose
 * connection died before the commit, is not committed and is sent again under the same
 * ids; one whose outcome is unknown is written down as such and never sent again.
 */
#include "tests/sandbox/load.h"

#include <stdio.h>
#include <string.h>

#include "tests/sandbox/simclient.h"

enum { PLACES = LOAD_MEMBERS * LOAD_INSTANCES, TT_NOT_ACTIVE = 8151 };

struct worker {
	struct load *load;
	struct sim_conn *conn;
	struct load_place at; /* of conn */
	int generation;
	int number;
};

/* Every place in the order to try, the known or newest instance of `first` leading. */
static int
places(const struct load_options *opt, struct load_place first,
    struct load_place *ret_order)
{
	int n = 0;

	if (first.instance >= 0)
		ret_order[n++] = first;
	for (int m = 0; m < (opt->stays ? 1 : opt->members); m++) {
		int member = (first.member + m) % opt->members;

		for (int i = opt->instances - 1; i >= 0; i--) {
			if (m == 0 && i == first.instance)
				continue;
			ret_order[n++] = (struct load_place){ member, i };
		}
	}
	return n;
}

static struct sim_conn *
dial(struct load *l, struct load_place at)
{
	const struct load_options *opt = &l->opt;
	struct sim_error err = { 0 };
	struct sim_conn *conn;
	char string[128];

	snprintf(string, sizeof(string), "DSN=%s;AutoCreate=0",
	    opt->member[at.member].store);
	conn = sim_connect(opt->root, opt->member[at.member].host,
	    opt->instance[at.instance].name, string, "load", &err);
	if (conn == NULL) {
		load_note_code(l, err.code, err.text);
		return NULL;
	}
	sim_autocommit(conn, opt->rows == 1);
	pthread_mutex_lock(&l->lock);
	l->stats.connects++;
	pthread_mutex_unlock(&l->lock);
	return conn;
}

static void
hang_up(struct worker *w)
{
	sim_close(w->conn);
	w->conn = NULL;
}

static enum sim_result
insert_row(struct worker *w, int64_t id, struct sim_error *err)
{
	static const char sql[] = "insert into app.orders values(?, ?, ?, ?)";
	const char *values[4];
	char number[24], customer[24], amount[24];

	snprintf(number, sizeof(number), "%lld", (long long)id);
	snprintf(customer, sizeof(customer), "%lld", (long long)(id % 97));
	snprintf(amount, sizeof(amount), "%lld", (long long)(id * 7 % 1000));
	values[0] = number;
	values[1] = customer;
	values[2] = amount;
	values[3] = "load";
	return sim_bind_exec(w->conn, sql, 4, values, NULL, err);
}

static enum sim_result
send_transaction(struct worker *w, int64_t first_id, struct sim_error *err)
{
	int rows = w->load->opt.rows;

	for (int i = 0; i < rows; i++) {
		enum sim_result r = insert_row(w, first_id + i, err);
		struct sim_error ignored;

		if (r == SIM_OK)
			continue;
		if (rows > 1 && r == SIM_REFUSED)
			(void)sim_rollback(w->conn, &ignored);
		return r;
	}
	return rows > 1 ? sim_commit(w->conn, err) : SIM_OK;
}

/* Writes the outcome down; in flight. */
static void
account(struct worker *w, enum sim_result r, const struct load_entry *e)
{
	struct load *l = w->load;

	if (r != SIM_OK && r != SIM_UNKNOWN)
		return;
	pthread_mutex_lock(&l->lock);
	load_ledger_add(&l->ledger, r == SIM_OK ? "ack" : "unknown", e);
	if (r == SIM_OK)
		load_stats_ack(&l->stats, e->store, e->host, e->rows, e->sent_us,
		    e->seen_us);
	else
		l->stats.unknown++;
	pthread_mutex_unlock(&l->lock);
}

/* Sends where the worker is connected. The connection is kept only if it served. */
static enum sim_result
try_here(struct worker *w, int64_t first_id)
{
	const struct load_options *opt = &w->load->opt;
	struct sim_error err = { 0 };
	struct load_entry e = {
		.first_id = first_id,
		.rows = opt->rows,
		.store = opt->member[w->at.member].store,
		.host = opt->member[w->at.member].host,
		.release = opt->instance[w->at.instance].release,
		.sent_us = load_now_us(),
	};
	enum sim_result r = send_transaction(w, first_id, &err);

	e.seen_us = load_now_us();
	account(w, r, &e);
	if (r != SIM_OK) {
		load_note_code(w->load, err.code, err.text);
		hang_up(w);
	}
	return r;
}

enum outcome { SENT, NOBODY, HELD, ENDED };

/* Tries one place; false: look further. */
static bool
try_place(struct worker *w, struct load_place at, int64_t first_id, enum outcome *ret)
{
	enum sim_result r;
	enum load_go go;

	if (w->conn != NULL &&
	    (w->at.member != at.member || w->at.instance != at.instance))
		hang_up(w);
	if (w->conn == NULL) {
		w->conn = dial(w->load, at);
		w->at = at;
	}
	if (w->conn == NULL)
		return false;
	go = load_enter(w->load, w->generation);
	if (go != LOAD_GO) {
		*ret = go == LOAD_OVER ? ENDED : HELD;
		return true;
	}
	r = try_here(w, first_id);
	load_leave(w->load);
	*ret = SENT;
	return r == SIM_OK || r == SIM_UNKNOWN;
}

static enum outcome
try_everywhere(struct worker *w, int64_t first_id)
{
	struct load_place order[PLACES + 1], first;
	enum outcome outcome = NOBODY;
	int n;

	first = load_preferred(w->load, &w->generation);
	if (w->load->opt.spread && w->generation == 0)
		first = w->conn != NULL
		    ? w->at
		    : (struct load_place){ w->number % w->load->opt.members, -1 };
	if (w->load->opt.undisciplined && w->conn != NULL)
		first = w->at;
	n = places(&w->load->opt, first, order);
	for (int i = 0; i < n; i++) {
		if (!try_place(w, order[i], first_id, &outcome))
			continue;
		if (outcome == SENT)
			load_found(w->load, w->at, w->generation);
		return outcome;
	}
	return NOBODY;
}

/*
 * Goes to the member that the applications were sent to, before anything is due there.
 */
static void
follow(struct worker *w)
{
	struct load_place order[PLACES + 1], first;

	first = load_preferred(w->load, &w->generation);
	if (w->conn != NULL && w->at.member == first.member)
		return;
	hang_up(w);
	places(&w->load->opt, first, order);
	for (int i = 0; i < w->load->opt.instances && w->conn == NULL; i++) {
		w->conn = dial(w->load, order[i]);
		w->at = order[i];
	}
}

/* The load is paused, and nobody is to stay connected. */
static void
leave(struct worker *w)
{
	hang_up(w);
	(void)load_preferred(w->load, &w->generation);
}

/* Sends one transaction until it is answered; false: the load is over. */
static bool
see_through(struct worker *w, int64_t first_id)
{
	enum load_go go;

	while ((go = load_hold(w->load, w->generation, w->conn != NULL)) != LOAD_OVER) {
		if (go == LOAD_LEFT) {
			leave(w);
			continue;
		}
		if (w->conn != NULL && !sim_alive(w->conn))
			hang_up(w);
		switch (try_everywhere(w, first_id)) {
		case SENT:
			return true;
		case NOBODY:
			load_back_off(w->load);
			break;
		case HELD:
			break;
		case ENDED:
			return false;
		}
	}
	return false;
}

void *
load_worker(void *arg)
{
	struct worker w = { .load = arg };
	int64_t first_id = 0;
	enum load_go go;

	pthread_mutex_lock(&w.load->lock);
	w.number = w.load->workers++;
	pthread_mutex_unlock(&w.load->lock);
	while ((go = load_next(w.load, w.generation, w.conn != NULL, &first_id)) !=
	    LOAD_OVER) {
		if (go == LOAD_MOVED)
			follow(&w);
		else if (go == LOAD_LEFT)
			leave(&w);
		else if (!see_through(&w, first_id))
			break;
	}
	hang_up(&w);
	return NULL;
}
