/*
 * What a journaled decision costs against plain batched SQLite inserts of the same size.
 *
 * A decision is what a turn writes for one pair: the row of the upgrade, one step, one
 * event. The other side inserts three records of the same columns and bytes, prepared
 * once, in transactions of the same length, with the same durability (WAL,
 * synchronous=FULL), and that in two ways:
 *
 *	keyed	tables that can be read as ours can: keys, and an index for each list of
 *		people (upgrades by pair, state and both, steps of one, events by pair)
 *	bare	tables without any key or index: the least that SQLite can do
 *
 * Rounds of all three take turns, so that a slow moment of the disk hits all; the median
 * of the rounds counts.
 *
 *	bench_journal [decisions per round]
 */
#include "config.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/journal/journal.h"

#define UPGRADES 50
#define STEPS    40
#define ROUNDS   7

struct cost {
	double wall_us, cpu_us; /* of one decision */
};

static const char event_text[] =
    "step 7 rep-stop of master1 is done after 5 s: seen in "
    "ttStatus, agent not running";
static char pairs[UPGRADES][16];
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
		str_printf(list->items[i].number, sizeof(list->items[i].number), "%d",
		    i);
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
		str_printf(pairs[i], sizeof(pairs[i]), "pair%d", i);
		str_copy(upgrades[i]->pair, sizeof(upgrades[i]->pair), pairs[i]);
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
	u->walk.pos = (int)(n % STEPS);
	u->revision++;
	run->state = STEP_DONE;
	run->started_wall_ms = n;
	run->dirty = true;
	if (journal_put_upgrade(j, u, &err) != 0 ||
	    journal_put_event(j, u->pair, u->id, EVENT_STEP, "7", NULL, event_text,
		NULL, NULL, &err) != 0)
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
	int64_t done;
};

/* clang-format off */
#define UPGRADE_COLUMNS                                                                   \
	"pair, procedure, from_release, to_release, options, gates, active, standby,"     \
	" installations, plan_hash, created_by, idempotency_key, created, list, pos,"     \
	" resume_pos, revision, hold, abort_asked, past_return, swap_held, pause_list,"   \
	" pause_pos, pause_started, pause_total, since, code, text, remedy, started,"     \
	" state, ended"
#define STEP_COLUMNS                                                                      \
	"upgrade, list, pos, number, step, title, member, state, approved, cleaning,"     \
	" touched, attempt, started, ended, error"
#define EVENT_COLUMNS "wall, upgrade, pair, kind, step, member, text, data"

static const char settings[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    " PRAGMA cache_size=-8192;";
static const char bare[] =
    "CREATE TABLE u(id, " UPGRADE_COLUMNS ");"
    "CREATE TABLE s(" STEP_COLUMNS ");"
    "CREATE TABLE e(id, " EVENT_COLUMNS ");";
static const char keyed[] =
    "CREATE TABLE u(id INTEGER PRIMARY KEY, " UPGRADE_COLUMNS ");"
    "CREATE INDEX u1 ON u(pair); CREATE INDEX u2 ON u(state);"
    "CREATE INDEX u3 ON u(pair, state);"
    "CREATE TABLE s(" STEP_COLUMNS ", PRIMARY KEY(upgrade, list, pos)) WITHOUT ROWID;"
    "CREATE TABLE e(id INTEGER PRIMARY KEY, " EVENT_COLUMNS ");"
    "CREATE INDEX e1 ON e(pair);";
static const char insert_upgrade[] = "INSERT INTO u VALUES("
    "?1,?2,'asp-major','','','{}','[]','','','{}','','',NULL,0,'f',?1,0,?1,0,0,0,0,'f',"
    "-1,0,-1,?1,'ok','','',?1,?3,0)";
static const char insert_step[] = "INSERT INTO s VALUES(?1,'f',?2,?3,'rep-stop',"
    "'stop the replication agent of master1','master1','done',0,0,0,1,?1,0,'')";
static const char insert_event[] = "INSERT INTO e VALUES(?1,?2,?3,?4,'step','7','',?5,NULL)";
/* clang-format on */

static void
prepare(struct plain *p, const char *sql, sqlite3_stmt **ret)
{
	if (sqlite3_prepare_v2(p->db, sql, -1, ret, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(p->db));
}

static void
plain_open(struct plain *p, const char *folder, const char *name, const char *tables)
{
	char *path = mem_printf("%s/%s", folder, name);

	p->done = 0;
	if (sqlite3_open(path, &p->db) != SQLITE_OK ||
	    sqlite3_exec(p->db, settings, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(p->db, tables, NULL, NULL, NULL) != SQLITE_OK)
		die(path, sqlite3_errmsg(p->db));
	prepare(p, "BEGIN IMMEDIATE", &p->begin);
	prepare(p, "COMMIT", &p->commit);
	prepare(p, insert_upgrade, &p->upgrade);
	prepare(p, insert_step, &p->step);
	prepare(p, insert_event, &p->event);
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

/* Keys come as the journal's do: upgrades in turn, each with steps of its own. */
static void
plain_decide(struct plain *p, int64_t n)
{
	const char *pair = pairs[n % UPGRADES];

	sqlite3_bind_int64(p->upgrade, 1, n);
	text(p->upgrade, 2, pair);
	text(p->upgrade, 3, n % 20 == 0 ? "gated" : "running");
	run(p, p->upgrade);
	sqlite3_bind_int64(p->step, 1, n % UPGRADES);
	sqlite3_bind_int64(p->step, 2, n / UPGRADES);
	text(p->step, 3, "7");
	run(p, p->step);
	sqlite3_bind_int64(p->event, 1, n);
	sqlite3_bind_int64(p->event, 2, clock_wall_ms());
	sqlite3_bind_int64(p->event, 3, n % UPGRADES);
	text(p->event, 4, pair);
	text(p->event, 5, event_text);
	run(p, p->event);
}

static struct cost
plain_round(struct plain *p, int batch)
{
	int64_t wall = clock_mono_us(), cpu = cpu_us();

	for (int64_t n = 0; n < decisions; n += batch) {
		run(p, p->begin);
		for (int i = 0; i < batch; i++)
			plain_decide(p, p->done++);
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

/* ---- all ---- */

static int
by_wall(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->wall_us > y->wall_us) - (x->wall_us < y->wall_us);
}

static struct cost
median(struct cost *costs)
{
	qsort(costs, ROUNDS, sizeof(*costs), by_wall);
	return costs[ROUNDS / 2];
}

static void
compare(struct journal *j, struct plain *with_keys, struct plain *without, int batch)
{
	struct cost ours[ROUNDS], keys[ROUNDS], bares[ROUNDS], o, k, b;

	for (int i = 0; i < ROUNDS; i++) {
		keys[i] = plain_round(with_keys, batch);
		ours[i] = our_round(j, batch);
		bares[i] = plain_round(without, batch);
	}
	o = median(ours);
	k = median(keys);
	b = median(bares);
	printf("%5d %9.1f %7.1f %7.1f %9.1f %7.1f %7.1f %9.2f %7.2f\n", batch,
	    o.wall_us, k.wall_us, b.wall_us, o.cpu_us, k.cpu_us, b.cpu_us,
	    o.wall_us / k.wall_us, o.wall_us / b.wall_us);
}

static void
clear(const char *folder)
{
	static const char *const names[] = { "journal.db", "keyed.db", "bare.db",
		"lock" };
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < ARRAY_SIZE(names) * ARRAY_SIZE(ends); i++) {
		char *path = mem_printf("%s/%s%s", folder, names[i / ARRAY_SIZE(ends)],
		    ends[i % ARRAY_SIZE(ends)]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

int
main(int argc, char **argv)
{
	static const int batches[] = { 1, 10, 50, 100 };
	char folder[] =
	    "./bench_journalXXXXXX"; /* on the disk of the build, not in memory */
	struct plain with_keys, without;
	struct ud_error err = { 0 };
	struct journal *j = NULL;

	if (argc > 1 && !str_to_int(argv[1], 100, 10000000, &decisions))
		die(argv[1], "a number of decisions is needed");
	if (mkdtemp(folder) == NULL || journal_open(folder, &j, &err) != 0)
		die(folder, err.text);
	make_plan();
	make_upgrades(j);
	plain_open(&with_keys, folder, "keyed.db", keyed);
	plain_open(&without, folder, "bare.db", bare);
	puts(
	    "a decision     wall, microseconds         cpu, microseconds    wall ratio to\n"
	    "batch   journal   keyed    bare   journal   keyed    bare     keyed    bare");
	for (size_t i = 0; i < ARRAY_SIZE(batches); i++)
		compare(j, &with_keys, &without, batches[i]);
	for (int i = 0; i < UPGRADES; i++)
		upgrade_free(upgrades[i]);
	free(plan.lists[LIST_FORWARD].items);
	plain_close(&with_keys);
	plain_close(&without);
	journal_close(j);
	clear(folder);
	return 0;
}
