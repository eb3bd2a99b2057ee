/*
 * What a journaled decision costs against plain batched SQLite inserts of the same size.
 *
 * A decision is what a turn writes for one pair: the row of the upgrade, one step, one
 * event. The other side writes three rows with the same values into three tables without
 * indexes or keys, prepared once, in transactions of the same length, with the same
 * durability (WAL, synchronous=FULL). Rounds of both take turns, so that a slow moment of
 * the disk hits both; the median of the rounds counts.
 *
 *	bench_journal [decisions per round]
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/journal/journal.h"

#define UPGRADES 50
#define STEPS	 40
#define ROUNDS	 7

struct cost {
	double wall_us, cpu_us; /* of one decision */
};

static const char event_text[] = "step 7 rep-stop of master1 is done after 5 s: seen in "
				 "ttStatus, agent not running";
static const char step_error[] = "";
static int64_t decisions = 4000;

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_journal: %s: %s\n", what, why);
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

/* ---- ours ---- */

static struct upgrade *upgrades[UPGRADES];
static struct plan plan;

static void
make_plan(void)
{
	static char pair_name[] = "sales", member_name[] = "master1";
	static const struct procedure procedure = { .id = "asp-major" };
	static const struct step step = { .id = "rep-stop",
		.title = "stop the replication agent of %s" };
	static const struct row row = { .number = "7", .step = &step };
	static struct member member = { .name = member_name };
	static struct pair pair = { .name = pair_name };
	struct plan_steps *list = &plan.lists[LIST_FORWARD];

	plan.pair = &pair;
	plan.procedure = &procedure;
	list->count = STEPS;
	list->items = mem_alloc(STEPS * sizeof(*list->items));
	for (int i = 0; i < STEPS; i++) {
		list->items[i] = (struct plan_step){ .row = &row,
			.step = &step,
			.list = LIST_FORWARD,
			.index = i,
			.member = &member };
		str_printf(list->items[i].number, sizeof(list->items[i].number), "%d", i);
	}
}

static void
make_upgrades(struct journal *j)
{
	struct ud_error err = { 0 };

	if (journal_begin(j, &err) != 0)
		die("begin", err.text);
	for (int i = 0; i < UPGRADES; i++) {
		upgrades[i] = upgrade_new(&plan);
		if (journal_put_upgrade(j, upgrades[i], &err) != 0 ||
		    journal_put_steps(j, upgrades[i], &plan, &err) != 0)
			die("create", err.text);
	}
	if (journal_commit(j, &err) != 0)
		die("commit", err.text);
}

static void
decide(struct journal *j, int64_t n)
{
	struct upgrade *u = upgrades[n % UPGRADES];
	struct step_run *run = &u->runs[LIST_FORWARD][n / UPGRADES % STEPS];
	struct ud_error err = { 0 };

	u->state = n % 20 == 0 ? UPGRADE_GATED : UPGRADE_RUNNING;
	u->pos = (int)(n % STEPS);
	u->revision++;
	run->state = STEP_DONE;
	run->started_wall_ms = n;
	run->dirty = true;
	if (journal_put_upgrade(j, u, &err) != 0 ||
	    journal_put_event(j, u->pair, u->id, EVENT_STEP, "7", NULL, event_text, NULL, NULL,
		&err) != 0)
		die("decision", err.text);
	run->dirty = false;
}

static struct cost
our_round(struct journal *j, int batch)
{
	int64_t wall = clock_mono_us(), cpu = cpu_us();
	struct ud_error err = { 0 };

	for (int64_t n = 0; n < decisions; n += batch) {
		if (journal_begin(j, &err) != 0)
			die("begin", err.text);
		for (int i = 0; i < batch; i++)
			decide(j, n + i);
		if (journal_commit(j, &err) != 0)
			die("commit", err.text);
	}
	return (struct cost){ (double)(clock_mono_us() - wall) / (double)decisions,
		(double)(cpu_us() - cpu) / (double)decisions };
}

/* ---- plain ---- */

struct plain {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *upgrade, *step, *event;
};

static void
prepare(struct plain *p, const char *sql, sqlite3_stmt **ret)
{
	if (sqlite3_prepare_v2(p->db, sql, -1, ret, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(p->db));
}

static void
plain_open(struct plain *p, const char *folder)
{
	static const char schema[] =
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE u(state, list, pos, resume_pos, revision, hold, abort_asked,"
	    " past_return, swap_held, pause_list, pause_pos, pause_started, pause_total,"
	    " since, code, text, remedy, started, ended, id);"
	    "CREATE TABLE s(state, approved, cleaning, touched, attempt, started, ended,"
	    " error, upgrade, list, pos);"
	    "CREATE TABLE e(id INTEGER PRIMARY KEY, wall, upgrade, pair, kind, step, member,"
	    " text, data);";
	char *path = mem_printf("%s/plain.db", folder);

	if (sqlite3_open(path, &p->db) != SQLITE_OK ||
	    sqlite3_exec(p->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		die(path, sqlite3_errmsg(p->db));
	prepare(p, "BEGIN IMMEDIATE", &p->begin);
	prepare(p, "COMMIT", &p->commit);
	prepare(p, "INSERT INTO u VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    &p->upgrade);
	prepare(p, "INSERT INTO s VALUES(?,?,?,?,?,?,?,?,?,?,?)", &p->step);
	prepare(p, "INSERT INTO e VALUES(NULL,?,?,?,?,?,?,?,?)", &p->event);
	free(path);
}

static void
run(struct plain *p, sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		die("insert", sqlite3_errmsg(p->db));
	sqlite3_reset(st);
}

static void
text(sqlite3_stmt *st, int at, const char *s)
{
	sqlite3_bind_text(st, at, s, -1, SQLITE_STATIC);
}

static void
plain_decide(struct plain *p, int64_t n)
{
	for (int i = 1; i <= 20; i++)
		sqlite3_bind_int64(p->upgrade, i, i == 5 || i == 20 ? n : 0);
	text(p->upgrade, 1, n % 20 == 0 ? "gated" : "running");
	text(p->upgrade, 2, "f");
	text(p->upgrade, 10, "f");
	text(p->upgrade, 15, "ok");
	text(p->upgrade, 16, "");
	text(p->upgrade, 17, "");
	run(p, p->upgrade);
	for (int i = 1; i <= 11; i++)
		sqlite3_bind_int64(p->step, i, i == 6 || i == 9 || i == 11 ? n : 0);
	text(p->step, 1, "done");
	text(p->step, 8, step_error);
	text(p->step, 10, "f");
	run(p, p->step);
	sqlite3_bind_int64(p->event, 1, clock_wall_ms());
	sqlite3_bind_int64(p->event, 2, n);
	text(p->event, 3, "sales");
	text(p->event, 4, "step");
	text(p->event, 5, "7");
	text(p->event, 6, "");
	text(p->event, 7, event_text);
	run(p, p->event);
}

static struct cost
plain_round(struct plain *p, int batch)
{
	int64_t wall = clock_mono_us(), cpu = cpu_us();

	for (int64_t n = 0; n < decisions; n += batch) {
		run(p, p->begin);
		for (int i = 0; i < batch; i++)
			plain_decide(p, n + i);
		run(p, p->commit);
	}
	return (struct cost){ (double)(clock_mono_us() - wall) / (double)decisions,
		(double)(cpu_us() - cpu) / (double)decisions };
}

static void
plain_close(struct plain *p)
{
	sqlite3_finalize(p->begin);
	sqlite3_finalize(p->commit);
	sqlite3_finalize(p->upgrade);
	sqlite3_finalize(p->step);
	sqlite3_finalize(p->event);
	sqlite3_close(p->db);
}

/* ---- both ---- */

static int
by_wall(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->wall_us > y->wall_us) - (x->wall_us < y->wall_us);
}

static void
compare(struct journal *j, struct plain *p, int batch)
{
	struct cost ours[ROUNDS], plains[ROUNDS], a, b;

	for (int i = 0; i < ROUNDS; i++) {
		plains[i] = plain_round(p, batch);
		ours[i] = our_round(j, batch);
	}
	qsort(ours, ROUNDS, sizeof(*ours), by_wall);
	qsort(plains, ROUNDS, sizeof(*plains), by_wall);
	a = ours[ROUNDS / 2];
	b = plains[ROUNDS / 2];
	printf("%5d  %9.1f %9.1f  %5.2f   %8.1f %8.1f  %5.2f   %6.1f %%\n", batch, a.wall_us,
	    b.wall_us, a.wall_us / b.wall_us, a.cpu_us, b.cpu_us, a.cpu_us / b.cpu_us,
	    a.wall_us / 10);
}

static void
clear(const char *folder)
{
	static const char *const names[] = { "lock", "journal.db", "journal.db-wal",
		"journal.db-shm", "plain.db", "plain.db-wal", "plain.db-shm" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = mem_printf("%s/%s", folder, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

int
main(int argc, char **argv)
{
	char folder[] = "./bench_journalXXXXXX"; /* on the disk of the build, not in memory */
	struct ud_error err = { 0 };
	struct journal *j = NULL;
	struct plain p;

	if (argc > 1 && !str_to_int(argv[1], 100, 10000000, &decisions))
		die(argv[1], "a number of decisions is needed");
	if (mkdtemp(folder) == NULL || journal_open(folder, &j, &err) != 0)
		die(folder, err.text);
	make_plan();
	make_upgrades(j);
	plain_open(&p, folder);
	printf("a decision in microseconds; share: of a second, at 1,000 decisions in it\n"
	       "batch    journal     plain  ratio    jrn cpu  pln cpu  ratio   share\n");
	compare(j, &p, 1);
	compare(j, &p, 10);
	compare(j, &p, 50);
	compare(j, &p, 100);
	for (int i = 0; i < UPGRADES; i++)
		upgrade_free(upgrades[i]);
	free(plan.lists[LIST_FORWARD].items);
	plain_close(&p);
	journal_close(j);
	clear(folder);
	return 0;
}
