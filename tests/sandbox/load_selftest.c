/*
 * The load against databases that obey the test: a pause answers only when nothing is
 * in flight, a refused transaction is sent again under its ids, one of unknown outcome
 * never, a resume leads to the member it names, and an undisciplined load listens to
 * nobody. The functions of simclient.h below stand in for the sandbox.
 */
#include "tests/sandbox/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sandbox/simclient.h"

struct sim_conn {
	char host[64];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static const char *active_host; /* the others refuse */
static enum sim_result next_result;
static bool frozen; /* a statement waits until it is false */
static int waiting; /* statements that wait */

static void
set_active(const char *host)
{
	pthread_mutex_lock(&lock);
	active_host = host;
	pthread_mutex_unlock(&lock);
}

struct sim_conn *
sim_connect(const char *root, const char *host, const char *instance, const char *dsn,
    const char *name, struct sim_error *err)
{
	struct sim_conn *c;

	(void)root, (void)dsn, (void)name;
	if (strcmp(instance, "old") != 0) {
		err->code = 799;
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	snprintf(c->host, sizeof(c->host), "%s", host);
	return c;
}

void
sim_close(struct sim_conn *c)
{
	free(c);
}

bool
sim_alive(struct sim_conn *c)
{
	return c != NULL;
}

void
sim_autocommit(struct sim_conn *c, bool on)
{
	(void)c, (void)on;
}

enum sim_result
sim_bind_exec(struct sim_conn *c, const char *sql, int n, const char *const *values,
    int64_t *ret_rows, struct sim_error *err)
{
	enum sim_result r = SIM_OK;

	(void)sql, (void)n, (void)values, (void)ret_rows;
	pthread_mutex_lock(&lock);
	waiting++;
	pthread_cond_broadcast(&changed);
	while (frozen)
		pthread_cond_wait(&changed, &lock);
	waiting--;
	if (strcmp(c->host, active_host) != 0) {
		err->code = 8151;
		r = SIM_REFUSED;
	} else {
		r = next_result;
		next_result = SIM_OK;
	}
	pthread_mutex_unlock(&lock);
	return r;
}

enum sim_result
sim_commit(struct sim_conn *c, struct sim_error *err)
{
	(void)c, (void)err;
	return SIM_OK;
}

enum sim_result
sim_rollback(struct sim_conn *c, struct sim_error *err)
{
	(void)c, (void)err;
	return SIM_OK;
}

static struct load load;
static pthread_t worker;
static char ledger_path[256];
static int wrong;

static void
expect(bool right, const char *what)
{
	printf("%s  %s\n", right ? "ok  " : "FAIL", what);
	wrong += !right;
}

static void
begin(bool undisciplined, int rows)
{
	struct load_options opt = {
		.rate = 0,
		.connections = 1,
		.rows = rows,
		.first_id = 1,
		.backoff_us = 1000,
		.undisciplined = undisciplined,
		.members = 2,
		.member = { { "a", "ahost" }, { "b", "bhost" } },
		.instances = 2,
		.instance = { { "old", "1.2" }, { "new", "3.4" } },
	};
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(ledger_path, sizeof(ledger_path), "%s/load.XXXXXX",
	    dir != NULL ? dir : "/tmp");
	fd = mkstemp(ledger_path);
	if (fd < 0)
		abort();
	close(fd);
	load_init(&load, &opt);
	if (load_ledger_open(&load.ledger, ledger_path) != 0 ||
	    pthread_create(&worker, NULL, load_worker, &load) != 0)
		abort();
}

static void
end(void)
{
	load_stop(&load);
	pthread_join(worker, NULL);
	load_ledger_close(&load.ledger);
	unlink(ledger_path);
}

/* Waits until this many transactions are acknowledged, or 10 s. */
static bool
reaches(int64_t committed)
{
	int64_t until_us = load_now_us() + 10000000, n = 0;

	while (load_now_us() < until_us && n < committed) {
		pthread_mutex_lock(&load.lock);
		n = load.stats.committed;
		pthread_mutex_unlock(&load.lock);
		sched_yield();
	}
	return n >= committed;
}

/* A line of the ledger that begins with these words and has these further on. */
static bool
written(const char *begins, const char *has)
{
	FILE *f = fopen(ledger_path, "re");
	char line[256];
	bool found = false;

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = strncmp(line, begins, strlen(begins)) == 0 &&
		    strstr(line, has) != NULL;
	if (f != NULL)
		fclose(f);
	return found;
}

static void
freeze(bool on)
{
	pthread_mutex_lock(&lock);
	frozen = on;
	pthread_cond_broadcast(&changed);
	while (on && waiting == 0)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static int64_t
committed_now(void)
{
	int64_t n;

	pthread_mutex_lock(&load.lock);
	n = load.stats.committed;
	pthread_mutex_unlock(&load.lock);
	return n;
}

static void
test_pause(void)
{
	int64_t n;

	set_active("ahost");
	begin(false, 1);
	expect(reaches(5), "it writes to the one that accepts");
	freeze(true);
	expect(load_pause(&load, 20) != 0, "no pause while a transaction is in flight");
	freeze(false);
	expect(load_pause(&load, 10000) == 0, "a pause when it has ended");
	n = committed_now();
	expect(written("pause ", ""), "the pause is in the ledger");
	set_active("bhost");
	expect(load_resume(&load, "nobody") != 0, "no resume to a stranger");
	expect(committed_now() == n, "nothing was written in the pause");
	expect(load_resume(&load, "bhost") == 0 && reaches(n + 1), "it goes on");
	expect(written("ack ", " b bhost 1.2 "), "at the member that was named");
	expect(load.codes == 1 && load.code[0].code == 799,
	    "and never at the other one");
	end();
}

static void
test_refused(void)
{
	char wanted[64];

	set_active("ahost");
	begin(false, 1);
	reaches(3);
	freeze(true); /* one transaction is on its way to a */
	set_active("bhost");
	pthread_mutex_lock(&load.lock);
	snprintf(wanted, sizeof(wanted), "ack %lld 1 b", (long long)load.next_id - 1);
	pthread_mutex_unlock(&load.lock);
	freeze(false);
	reaches(committed_now() + 2);
	expect(written(wanted, "bhost"), "a refused transaction keeps its ids");
	end();
}

static void
test_unknown(void)
{
	char unknown[64], ack[64];
	long long id;

	set_active("ahost");
	begin(false, 1);
	reaches(3);
	freeze(true);
	pthread_mutex_lock(&lock);
	next_result = SIM_UNKNOWN;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&load.lock);
	id = (long long)load.next_id - 1;
	pthread_mutex_unlock(&load.lock);
	snprintf(unknown, sizeof(unknown), "unknown %lld 1 a", id);
	snprintf(ack, sizeof(ack), "ack %lld ", id);
	freeze(false);
	reaches(committed_now() + 2);
	expect(written(unknown, "ahost"), "an unknown outcome is written down");
	expect(!written(ack, ""), "and never sent again");
	end();
}

static void
test_undisciplined(void)
{
	int64_t n;

	set_active("ahost");
	begin(true, 3);
	reaches(3);
	expect(load_pause(&load, 10) == 0, "an undisciplined load says yes to a pause");
	n = committed_now();
	expect(reaches(n + 3), "and goes on writing");
	set_active("bhost");
	n = committed_now();
	expect(reaches(n + 3) && written("ack ", " 3 b bhost "),
	    "to wherever it can, three rows at a time");
	end();
}

int
main(void)
{
	test_pause();
	test_refused();
	test_unknown();
	test_undisciplined();
	return wrong == 0 ? 0 : 1;
}
