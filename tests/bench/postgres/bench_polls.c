/*
 * How many polls one core can have answered: many pairs whose members are all one server,
 * a session to each kept open, the next poll of a member as soon as the last was answered.
 *
 *	bench_polls CONFIG CONNINFO SECONDS ROUNDS
 *
 * Three ways take turns in each round, over as many connections each:
 *
 *	observer  the real observer, runner and engine; what is asked is LOOK_ROLE
 *	same      libpq and epoll alone, with the statements that the observer sends
 *	bare      the same with the cheapest question that there is
 *
 * Prints for each round and way: connections, polls answered a second, our processor time of
 * a poll in microseconds. That of the server is not in it; while it works for other
 * connections we wait.
 */
#include "config.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/engines.h"
#include "daemon/inventory/inventory.h"
#include "daemon/observe/observe.h"
#include "daemon/runner/runner.h"

#define BARE       "SELECT pg_current_wal_lsn()"
#define PATIENCE_S 60 /* until one is connected */

struct bench {
	struct inventory *inv;
	size_t members;
	double seconds;

	/* What a session is asked at first, and ever after. */
	char *first, *steady;
};

/* One measurement: from begin() to end(). */
struct measured {
	int64_t polls, began_us, cpu_us;
};

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_polls: %s: %s\n", what, why);
	exit(1);
}

static int64_t
cpu_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (int64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
	    r.ru_utime.tv_usec + r.ru_stime.tv_usec;
}

static void
begin(struct measured *m)
{
	*m = (struct measured){ .began_us = clock_mono_us(), .cpu_us = cpu_us() };
}

static bool
is_over(const struct bench *b, const struct measured *m)
{
	return (double)(clock_mono_us() - m->began_us) >= b->seconds * 1e6;
}

static void
end(const struct bench *b, const struct measured *m, const char *way)
{
	double took = (double)(clock_mono_us() - m->began_us),
	       cpu = (double)(cpu_us() - m->cpu_us);

	if (m->polls == 0)
		die(way, "nothing was answered");
	printf("%s %zu %.0f %.2f\n", way, b->members, (double)m->polls / took * 1e6,
	    cpu / (double)m->polls);
	fflush(stdout);
}

/* ---- by the observer ---- */

struct watching {
	const struct bench *bench;
	struct event_base *base;
	struct observer *observer;
	struct measured measured;
	int64_t failed;
	char error[192]; /* of the last one that failed */
};

static const struct observation *
seen(const struct watching *w, const struct member *m)
{
	return &observer_seen(w->observer, m->pair)[m->index];
}

static void
on_seen(void *arg, const struct member *m, bool changed)
{
	struct watching *w = arg;
	const struct observation *o = seen(w, m);

	(void)changed;
	w->measured.polls++;
	if (o->error[0] != '\0' || o->role != ROLE_ACTIVE) {
		w->failed++;
		str_copy(w->error, sizeof(w->error), o->error);
	}
}

/* One look; the next one never. */
static void
connect_member(struct watching *w, const struct member *m)
{
	int64_t until = clock_mono_us() + PATIENCE_S * INT64_C(1000000);

	observer_set(w->observer, m, LOOK_ROLE, 3600000);
	while (observation_at_ms(seen(w, m), LOOK_ROLE) == 0) {
		event_base_loop(w->base, EVLOOP_ONCE);
		if (clock_mono_us() > until)
			die(m->name, seen(w, m)->error);
	}
	if (seen(w, m)->role != ROLE_ACTIVE)
		die(m->name, "is not seen as the active");
}

static void
hurry(struct watching *w, const struct member *m)
{
	observer_set(w->observer, m, LOOK_ROLE, 1);
}

static void
for_all(struct watching *w, void (*fn)(struct watching *w, const struct member *m))
{
	for (size_t i = 0; i < inventory_count(w->bench->inv); i++) {
		const struct pair *p = inventory_pair(w->bench->inv, i);

		observer_add_pair(w->observer, p);
		for (size_t k = 0; k < p->member_count; k++)
			fn(w, &p->members[k]);
	}
}

/* Without the lines that are for the session alone (script.h). */
static char *
only_statements(const char *script)
{
	struct buf b = { 0 };

	while (*script != '\0') {
		size_t len = strcspn(script, "\n");

		len += script[len] == '\n';
		if (*script != '\\')
			buf_add(&b, script, len);
		script += len;
	}
	return buf_take(&b);
}

static void
learn_statements(struct bench *b, struct watching *w)
{
	const struct member *m = &inventory_pair(b->inv, 0)->members[0];
	const struct engine *e = m->pair->engine;
	struct observation nothing;
	struct question first = { 0 }, steady = { 0 };

	if (b->steady != NULL)
		return;
	observation_init(&nothing);
	if (!e->ask(m, LOOK_ROLE, &nothing, 0, true, &first) ||
	    !e->ask(m, LOOK_ROLE, seen(w, m), 0, true, &steady) ||
	    first.via != VIA_SESSION || steady.via != VIA_SESSION)
		die("the role", "is asked in another way than over a session");
	b->first = only_statements(first.statements);
	b->steady = only_statements(steady.statements);
	question_done(&first);
	question_done(&steady);
}

static void
by_observer(struct bench *b)
{
	struct watching w = { .bench = b, .base = event_base_new() };
	struct runner *runner = runner_new(w.base);

	w.observer = observer_new(w.base, runner, on_seen, &w);
	for_all(&w, connect_member);
	learn_statements(b, &w);
	for_all(&w, hurry);
	for (w.measured.polls = 0; w.measured.polls < (int64_t)b->members;)
		event_base_loop(w.base, EVLOOP_ONCE);
	begin(&w.measured);
	while (!is_over(b, &w.measured))
		event_base_loop(w.base, EVLOOP_ONCE);
	end(b, &w.measured, "observer");
	if (w.failed > 0)
		die("polls failed", w.error);
	observer_free(w.observer);
	runner_free(runner);
	event_base_free(w.base);
}

/* ---- by libpq alone ---- */

static void
check(PGconn *c, const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		die("a question failed", PQerrorMessage(c));
}

static PGconn *
dial(const char *conninfo, const char *first, int epoll)
{
	PGconn *c = PQconnectdb(conninfo);
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	PGresult *r;

	if (PQstatus(c) != CONNECTION_OK)
		die("connection", PQerrorMessage(c));
	if (first != NULL) {
		r = PQexec(c, first);
		check(c, r);
		PQclear(r);
	}
	if (PQsetnonblocking(c, 1) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, PQsocket(c), &e) != 0)
		die("connection", "cannot be watched");
	return c;
}

static void
ask(PGconn *c, const char *statements)
{
	if (PQsendQuery(c, statements) == 0)
		die("a question was not sent", PQerrorMessage(c));
}

/* True when its answer was there in full. */
static bool
take(PGconn *c)
{
	if (PQconsumeInput(c) == 0)
		die("a connection is lost", PQerrorMessage(c));
	while (!PQisBusy(c)) {
		PGresult *r = PQgetResult(c);

		if (r == NULL)
			return true;
		check(c, r);
		PQclear(r);
	}
	return false;
}

static void
by_libpq(const struct bench *b, const char *way, const char *conninfo,
    const char *first, const char *steady)
{
	PGconn **all = mem_alloc(b->members * sizeof(PGconn *));
	struct epoll_event ready[256];
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct measured m;

	for (size_t i = 0; i < b->members; i++)
		all[i] = dial(conninfo, first, epoll);
	begin(&m);
	for (size_t i = 0; i < b->members; i++)
		ask(all[i], steady);
	while (!is_over(b, &m)) {
		int n = epoll_wait(epoll, ready, ARRAY_SIZE(ready), 1000);

		for (int i = 0; i < n; i++) {
			if (!take(ready[i].data.ptr))
				continue;
			m.polls++;
			ask(ready[i].data.ptr, steady);
		}
	}
	end(b, &m, way);
	for (size_t i = 0; i < b->members; i++)
		PQfinish(all[i]);
	free(all);
	close(epoll);
}

/* ---- ---- */

static size_t
member_count(const struct inventory *inv)
{
	size_t n = 0;

	for (size_t i = 0; i < inventory_count(inv); i++)
		n += inventory_pair(inv, i)->member_count;
	return n;
}

static void
allow_descriptors(size_t count)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= count)
		return;
	r.rlim_cur = count;
	if (setrlimit(RLIMIT_NOFILE, &r) != 0)
		die("so many connections", "this process may not have them");
}

int
main(int argc, char **argv)
{
	struct ud_error err = { 0 };
	struct bench b = { 0 };
	struct config *cf;

	if (argc != 5)
		die("usage", "bench_polls CONFIG CONNINFO SECONDS ROUNDS");
	if (config_load(argv[1], engines, &cf, NULL, &err) != 0)
		die(argv[1], err.text);
	b.inv = inventory_new(cf);
	b.members = member_count(b.inv);
	b.seconds = strtod(argv[3], NULL);
	allow_descriptors(b.members * 2 + 100);
	for (long i = strtol(argv[4], NULL, 10); i > 0; i--) {
		by_observer(&b);
		by_libpq(&b, "same", argv[2], b.first, b.steady);
		by_libpq(&b, "bare", argv[2], NULL, BARE);
	}
	free(b.first);
	free(b.steady);
	inventory_free(b.inv);
	return 0;
}
