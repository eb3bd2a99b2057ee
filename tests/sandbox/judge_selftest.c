/*
 * The judge before the judge: a good story that it must let pass, and for every rule
 * stories in which one thing went wrong, which it must name. A story is the good one
 * with some lines dropped and some added; the judge puts lines in order of time.
 */
#include "tests/sandbox/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE(t, host, instance, store, rest)                          \
	"{\"t\":" t ",\"host\":\"" host "\",\"instance\":\"" instance \
	"\",\"store\":\"" store "\"," rest "}\n"
#define M1_OLD(t, rest) LINE(t, "master1host", "tt1122", "master1", rest)
#define M2_OLD(t, rest) LINE(t, "master2host", "tt1122", "master2", rest)
#define M1_NEW(t, rest) LINE(t, "master1host", "tt2211", "master1", rest)
#define M2_NEW(t, rest) LINE(t, "master2host", "tt2211", "master2", rest)
#define CREATE          "\"event\":\"create\""
#define ROLE(from, to)  "\"event\":\"role\",\"from\":\"" from "\",\"to\":\"" to "\""
#define ACCEPT          "\"event\":\"accepting\",\"value\":true,\"pair\":true"
#define REFUSE          "\"event\":\"accepting\",\"value\":false,\"pair\":true"
#define DESTROYED       "\"event\":\"destroy\",\"grave\":\"g\""

/*
 * An online major upgrade: standby replaced at 5 s, swap at 10 s, old active destroyed
 * at 15 s.
 */
/* clang-format off */
static const char good_log[] =
	M1_OLD("1.000000", CREATE) M2_OLD("1.100000", CREATE)
	LINE("2.400000", "-", "-", "", "\"event\":\"sandbox_ready\"")
	M1_OLD("2.000000", ROLE("IDLE", "ACTIVE")) M1_OLD("2.000001", ACCEPT)
	M2_OLD("3.000000", ROLE("IDLE", "STANDBY"))
	M2_OLD("4.000000", ROLE("STANDBY", "IDLE")) M2_OLD("5.000000", DESTROYED)
	M2_NEW("6.000000", CREATE) M2_NEW("8.000000", ROLE("IDLE", "STANDBY"))
	M1_OLD("10.000000", REFUSE) M1_OLD("10.000001", ROLE("ACTIVE", "IDLE"))
	M2_NEW("10.200000", ROLE("STANDBY", "ACTIVE")) M2_NEW("10.200001", ACCEPT)
	M1_OLD("15.000000", DESTROYED)
	M1_NEW("16.000000", CREATE) M1_NEW("17.000000", ROLE("IDLE", "STANDBY"))
	M1_NEW("18.000000", "\"event\":\"agent\"");

static const char good_ledger[] =
	"start 2500000 100 1 1\n"
	"ack 1 5 master1 master1host 11.2.2.8.35 9900000 9900500\n"
	"ack 6 5 master1 master1host 11.2.2.8.35 9990000 9990500\n"
	"pause 9995000\n"
	"resume 10201000 master2\n"
	"ack 11 10 master2 master2host 22.1.1.27.0 10202000 10202500\n"
	"unknown 21 1 master2 master2host 22.1.1.27.0 10300000 10300500\n"
	"ack 31 1 master2 master2host 22.1.1.27.0 10302000 10302500\n"
	"end 17900000\n";

/*
 * Rows: STORE HOST INSTANCE and ranges; of the databases that are left, then of the
 * graves.
 */
static const char good_rows[] =
	"master2 master2host tt2211 1-21 31-31\n"
	"master1 master1host tt2211 1-21 31-31\n";
static const char good_graves[] = "1-5\n1-10\n";

static const struct story {
	const char *what;
	const char *drop;   /* lines of the log that hold these words; NULL: none */
	const char *add;    /* to the log */
	const char *ledger; /* added */
	const char *rows;   /* instead of the good ones */
	const char *graves;
	const char *oracle; /* rows of cached tables there; NULL: there are no such tables */
	const char *contents; /* numbers of the rows with their values, of the two masters */
	const char *cached; /* those of the two masters, a line each; NULL: the same in both */
	int pause_limit_ms;
	bool restless;      /* replication is not quiet */
	const char *promise; /* the one that is broken; NULL: all kept */
	const char *words;  /* in its sentence */
} stories[] = {
	{ .what = "the good story" },
	{ .what = "a pause within its limit", .pause_limit_ms = 300 },
	{ .what = "an unknown row that is nowhere",
	  .rows = "master2 master2host tt2211 1-20 31-31\nmaster1 master1host tt2211 1-20 31-31\n" },
	{ .what = "a member that lags while replication flows", .restless = true,
	  .rows = "master2 master2host tt2211 1-21 31-31\nmaster1 master1host tt2211 1-11\n" },
	{ .what = "a copy outside of the pair takes writes while it is built",
	  .add = M2_NEW("6.500000", "\"event\":\"accepting\",\"value\":true,\"pair\":false")
	         M2_NEW("6.600000", REFUSE) },

	{ .what = "a copy without a role takes writes while it is built",
	  .add = M2_NEW("6.500000", "\"event\":\"accepting\",\"value\":true")
	         M2_NEW("6.600000", REFUSE) },
	{ .what = "the old active dies with its daemon", .drop = "\"t\":10.00000",
	  .add = LINE("10.100000", "master1host", "tt1122", "", "\"event\":\"daemon_stopped\"") },
	{ .what = "the old active dies with its host", .drop = "\"t\":10.00000",
	  .add = LINE("10.100000", "master1host", "", "", "\"event\":\"host_killed\"") },
	{ .what = "a password while the sandbox was built",
	  .add = M1_OLD("2.100000", "\"event\":\"secret_seen\"") },
	{ .what = "a row of a load that was killed", .ledger = "start 17950000 100 1 1\n",
	  .rows = "master2 master2host tt2211 1-22 31-31\nmaster1 master1host tt2211 1-22 31-31\n" },

	{ .what = "one stops in the microsecond in which the other begins",
	  .drop = "\"t\":10.200001", .add = M2_NEW("10.000000", ACCEPT) },

	{ .what = "cached rows are those of Oracle", .oracle = "1-300\n" },
	{ .what = "no row in Oracle, none in cached tables", .oracle = "\n" },
	{ .what = "rows have the same values", .contents = "1-300\n1-300\n" },
	{ .what = "a change of a value on its way", .contents = "1-300\n1-299 301-301\n", .restless = true },
	{ .what = "a cached row on its way", .oracle = "1-300\n", .cached = "1-300\n1-299\n", .restless = true },

	{ .what = "both accept for a moment", .drop = "\"t\":10.000000",
	  .add = M1_OLD("10.300000", REFUSE), .promise = "P1", .words = "both accepted writes" },
	{ .what = "another daemon of the host dies", .drop = "\"t\":10.00000",
	  .add = LINE("10.100000", "master1host", "tt2211", "", "\"event\":\"daemon_stopped\""),
	  .promise = "P1", .words = "both accepted writes" },
	{ .what = "the old active comes back", .add = M1_OLD("12.000000", ACCEPT)
	  M1_OLD("12.000500", REFUSE), .promise = "P1", .words = "(0.500 ms)" },
	{ .what = "the old active is never fenced", .drop = "\"t\":10.00000",
	  .promise = "P1", .words = "master1 on master1host (tt1122) and master2" },

	{ .what = "an application writes into a copy outside of the pair", .promise = "P1",
	  .add = M2_NEW("6.500000", "\"event\":\"accepting\",\"value\":true")
	         M2_NEW("6.550000", "\"event\":\"first_commit\"") M2_NEW("6.600000", REFUSE),
	  .words = "(100.000 ms)" },

	{ .what = "a row is missing everywhere", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-9 11-21 31-31\nmaster1 master1host tt2211 1-9 11-21 31-31\n",
	  .graves = "1-5\n1-9\n", .words = "ids 10 to 10; the first was acknowledged by master1" },
	{ .what = "a row is missing on the standby", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-21 31-31\nmaster1 master1host tt2211 1-19 21-21 31-31\n",
	  .words = "1 acknowledged rows are not in master1 on master1host (tt2211)" },
	{ .what = "a row is missing on the active while replication flows", .restless = true,
	  .rows = "master2 master2host tt2211 1-21\nmaster1 master1host tt2211 1-21\n",
	  .promise = "P2", .words = "not in master2" },
	{ .what = "a row is there twice", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-21 7-7 31-31\nmaster1 master1host tt2211 1-21 31-31\n",
	  .words = "twice in master2" },
	{ .what = "a row that nobody was told of", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-22 31-31\nmaster1 master1host tt2211 1-22 31-31\n",
	  .words = "never accepted" },
	{ .what = "members disagree about an unknown row", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-21 31-31\nmaster1 master1host tt2211 1-20 31-31\n",
	  .words = "disagree about 1 rows" },
	{ .what = "a row has another value on the standby", .promise = "P2", .contents = "1-300\n1-299 301-301\n",
	  .words = "rows of master1 on master1host (tt2211) differ from those of the active master2 on master2host: 1 are only in the active, 1 only there" },
	{ .what = "a row of another table is missing", .promise = "P2", .contents = "1-300\n1-299\n",
	  .words = "1 are only in the active, 0 only there" },
	{ .what = "a member is gone", .promise = "P2",
	  .rows = "master2 master2host tt2211 1-21 31-31\n", .words = "master1 is not a working member" },

	{ .what = "a cached row is missing", .promise = "P2", .oracle = "1-300\n", .cached = "1-300\n1-299\n",
	  .words = "master1 on master1host (tt2211) has 299 cached rows, Oracle has 300: 1 are missing, 0 are not" },
	{ .what = "a cached row that Oracle has not", .promise = "P2", .oracle = "1-300\n", .cached = "1-301\n1-300\n",
	  .words = "master2 on master2host (tt2211) has 301 cached rows, Oracle has 300: 0 are missing, 1 are not" },
	{ .what = "a cached row of before", .promise = "P2", .oracle = "1-300\n", .cached = "1-300\n2-301\n",
	  .words = "has 300 cached rows, Oracle has 300: 1 are missing, 1 are not" },
	{ .what = "no cached row came", .promise = "P2", .oracle = "1-300\n", .cached = "\n1-300\n",
	  .words = "master2 on master2host (tt2211) has 0 cached rows, Oracle has 300: 300 are missing" },

	{ .what = "the active is destroyed", .promise = "P3", .drop = "\"t\":10.00000",
	  .add = M1_OLD("9.000000", DESTROYED), .graves = "1-5\n1-5\n1-5\n",
	  .words = "while it was the active" },
	{ .what = "the only one that serves is destroyed", .promise = "P3", .drop = "\"t\":10.00000",
	  .add = M1_OLD("9.000000", DESTROYED), .graves = "1-5\n1-5\n1-5\n",
	  .words = "no other database of the pair accepted writes" },
	{ .what = "the last one is destroyed", .promise = "P3",
	  .add = M1_OLD("10.100000", DESTROYED), .graves = "1-5\n1-10\n1-10\n",
	  .words = "no other database of the pair accepted writes" },
	{ .what = "a grave holds a row that is lost", .promise = "P3", .graves = "1-5\n1-10 40-41\n",
	  .words = "held 2 rows that the final active master2 on master2host does not have: ids 40 to 41" },
	{ .what = "a grave cannot be read", .promise = "P3", .graves = "1-5\n",
	  .words = "cannot be read" },

	{ .what = "nobody serves at the end", .promise = "P5", .add = M2_NEW("17.500000", REFUSE),
	  .words = "no database accepts writes at the end" },
	{ .what = "two serve at the end", .promise = "P5", .add = M1_NEW("17.500000", ACCEPT),
	  .words = "2 databases accept writes at the end" },
	{ .what = "the active cannot be read", .promise = "P5",
	  .rows = "master1 master1host tt2211 1-21 31-31\n", .words = "cannot be read" },
	{ .what = "a pause beyond its limit", .promise = "P6", .pause_limit_ms = 200,
	  .words = "stood still for 212.000 ms" },
	{ .what = "a password on a command line", .promise = "P9",
	  .add = M1_NEW("16.100000", "\"event\":\"secret_seen\""), .words = "1 times" },
};
/* clang-format on */

enum { STORIES = sizeof(stories) / sizeof(stories[0]) };

/* The text in a file of its own, which the caller removes. */
static void
write_file(char *path, size_t size, const char *text, const char *drop,
    const char *more)
{
	const char *end;
	FILE *f;
	int fd;

	snprintf(path, size, "%s/judge.XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL) {
		perror(path);
		exit(1);
	}
	for (; *text != '\0'; text = end + 1) {
		const char *hit = drop != NULL ? strstr(text, drop) : NULL;

		end = strchr(text, '\n');
		if (hit == NULL || hit > end)
			fwrite(text, 1, (size_t)(end + 1 - text), f);
	}
	fputs(more != NULL ? more : "", f);
	fclose(f);
}

/* Adds "1-5 8-8" up to the end of the line; returns what follows. */
static const char *
add_ranges(struct judge_ids *ids, const char *text)
{
	long long from, to;
	int used;

	while (sscanf(text, " %lld-%lld%n", &from, &to, &used) == 2 &&
	    memchr(text, '\n', (size_t)used) == NULL) {
		for (long long id = from; id <= to; id++)
			judge_ids_add(ids, id);
		text += used;
	}
	judge_ids_sort(ids);
	return strchr(text, '\n') + 1;
}

static void
give_rows(struct judge *j, const char *rows, const char *graves)
{
	char store[64], host[64], instance[64];
	int used;

	while (sscanf(rows, "%63s %63s %63s%n", store, host, instance, &used) == 3) {
		struct judge_database *d = judge_database_at(j, host, instance, store);

		d->left = d->judged = true;
		rows = add_ranges(&d->rows, rows + used);
	}
	for (size_t i = 0; i < j->destroys && *graves != '\0'; i++) {
		j->destroy[i].has_rows = true;
		graves = add_ranges(&j->destroy[i].rows, graves);
	}
}

/* The masters in the order of the good rows. */
static struct judge_database *
master(struct judge *j, int i)
{
	static const char *const stores[][3] = { { "master2host", "tt2211", "master2" },
		{ "master1host", "tt2211", "master1" } };

	return judge_database_at(j, stores[i][0], stores[i][1], stores[i][2]);
}

static void
give_contents(struct judge *j, const char *contents)
{
	for (int i = 0; i < 2 && contents != NULL; i++)
		contents = add_ranges(&master(j, i)->content, contents);
}

static void
give_cached(struct judge *j, const char *oracle, const char *cached)
{
	if (oracle == NULL)
		return;
	j->caches = true;
	add_ranges(&j->oracle, oracle);
	for (int i = 0; i < 2; i++) {
		struct judge_database *d = master(j, i);

		if (cached == NULL)
			add_ranges(&d->cached, oracle);
		else
			cached = add_ranges(&d->cached, cached);
	}
}

static void
hear(struct judge *j, const struct story *s)
{
	static const char *expect[] = { "master1", "master2" };
	char log[4096], ledger[4096];

	j->quiet = !s->restless;
	j->pause_limit_us = s->pause_limit_ms * 1000;
	j->expect = expect;
	j->expects = 2;
	write_file(log, sizeof(log), good_log, s->drop, s->add);
	write_file(ledger, sizeof(ledger), good_ledger, NULL, s->ledger);
	if (judge_log_read(j, log) != 0 || judge_ledger_read(j, ledger) != 0)
		exit(1);
	unlink(log);
	unlink(ledger);
	give_rows(j, s->rows != NULL ? s->rows : good_rows,
	    s->graves != NULL ? s->graves : good_graves);
	give_cached(j, s->oracle, s->cached);
	give_contents(j, s->contents);
	judge_rules_apply(j);
}

static bool
says(const struct judge *j, const struct story *s)
{
	for (size_t i = 0; i < j->breaches; i++)
		if (strcmp(j->breach[i].promise, s->promise) == 0 &&
		    strstr(j->breach[i].sentence, s->words) != NULL)
			return true;
	return false;
}

static bool
tell(const struct story *s)
{
	struct judge j = { 0 };
	bool right;

	hear(&j, s);
	right = s->promise == NULL ? j.breaches == 0 : says(&j, s);
	printf("%s  %s%s%s\n", right ? "ok  " : "FAIL", s->what,
	    s->promise != NULL ? " breaks " : "", s->promise != NULL ? s->promise : "");
	if (!right)
		judge_report_text(&j);
	judge_done(&j);
	return right;
}

int
main(void)
{
	int wrong = 0;

	for (int i = 0; i < STORIES; i++)
		wrong += !tell(&stories[i]);
	return wrong == 0 ? 0 : 1;
}
