/*
 * The switch of a pair whose standby is in the new release already and subscribes to the
 * active, database by database. Nothing is reloaded:
 *
 *	new sessions of the old side are read-only, by a setting of all roles
 *	old ones are ended; who slipped in waits behind a lock on every table
 *	a marker row in each database, visible on the new side: what was before it is, too
 *	the new side takes writes when the same setting of its own is gone
 *
 * The lock alone, without the first end of the sessions, would be had a few milliseconds
 * earlier, but not with transactions of several tables: it deadlocks with them.
 *
 * Sequences are ahead by a margin before the pause.
 */
#include "tests/bench/postgres/floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };

#define READ_ONLY "ALTER ROLE ALL SET default_transaction_read_only = on"
#define OPEN      "ALTER ROLE ALL RESET default_transaction_read_only"

/* One database on both sides; the lock is held by a session of its own. */
struct database {
	PGconn *old, *new, *lock;
	char *tables;
};

static struct database databases[MOST];
static int count;

static void
connect_all(char **argv, int argc)
{
	for (count = 0; count < argc && count < MOST; count++) {
		struct database *d = &databases[count];

		d->old = floor_connect(argv[0], argv[2 + count]);
		d->new = floor_connect(argv[1], argv[2 + count]);
		d->lock = floor_connect(argv[0], argv[2 + count]);
	}
}

/* Plans and caches are warm afterwards. */
static void
prepare(struct database *d)
{
	char *ahead;

	ahead = strdup(floor_ask(d->old,
	    "SELECT coalesce(string_agg(format('SELECT setval(%L, %s)',"
	    " quote_ident(schemaname) || '.' || quote_ident(sequencename),"
	    " last_value + 100000 * increment_by), ';'), 'SELECT 1')"
	    " FROM pg_sequences WHERE last_value IS NOT NULL"));
	d->tables = strdup(floor_ask(d->old,
	    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ')"
	    " FROM pg_tables WHERE schemaname NOT IN"
	    " ('pg_catalog', 'information_schema', 'upgraded')"));
	floor_ask(d->new, ahead);
	floor_ask(d->new, "SELECT tag FROM upgraded.marker");
	free(ahead);
}

static void
lock_all(void)
{
	for (int i = 0; i < count; i++) {
		char *sql = NULL;

		if (asprintf(&sql, "BEGIN; LOCK TABLE %s IN EXCLUSIVE MODE",
			databases[i].tables) < 0)
			abort();
		floor_send(databases[i].lock, sql);
		free(sql);
	}
	for (int i = 0; i < count; i++)
		floor_take(databases[i].lock);
}

static void
mark_all(const char *tag)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO upgraded.marker (id, tag) VALUES (1, '%s')"
	    " ON CONFLICT (id) DO UPDATE SET tag = excluded.tag",
	    tag);
	for (int i = 0; i < count; i++)
		floor_send(databases[i].old, sql);
	for (int i = 0; i < count; i++)
		floor_take(databases[i].old);
}

static void
await_all(const char *tag)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "SELECT tag = '%s' FROM upgraded.marker WHERE id = 1", tag);
	for (int i = 0; i < count; i++)
		floor_until(databases[i].new, sql);
}

int
floor_major(int argc, char **argv)
{
	int64_t pause, ended, locked, marked, applied, opened;
	PGconn *old, *new;
	char since[80], tag[64];

	connect_all(argv, argc - 2);
	old = databases[0].old;
	new = databases[0].new;
	for (int i = 0; i < count; i++)
		prepare(&databases[i]);
	floor_ask(old, "CHECKPOINT");
	floor_ask(new, "CHECKPOINT");
	snprintf(tag, sizeof(tag), "floor-%lld", (long long)floor_now_us());
	floor_ask(old, READ_ONLY);
	snprintf(since, sizeof(since), "'%s'",
	    floor_ask(old, "SELECT clock_timestamp()"));

	pause = floor_now_us();
	floor_end_clients(old, since);
	ended = floor_now_us();
	lock_all();
	locked = floor_now_us();
	mark_all(tag);
	marked = floor_now_us();
	await_all(tag);
	applied = floor_now_us();
	floor_ask(new, OPEN);
	opened = floor_now_us();
	floor_end_clients(old, since);

	printf(
	    "{\"pause_us\": %lld, \"ended\": %.2f, \"locked\": %.2f, \"marked\": %.2f,"
	    " \"applied\": %.2f, \"open\": %.2f}\n",
	    (long long)pause, (double)(ended - pause) / 1e3,
	    (double)(locked - pause) / 1e3, (double)(marked - pause) / 1e3,
	    (double)(applied - pause) / 1e3, (double)(opened - pause) / 1e3);
	return 0; /* the locks go with their sessions */
}
