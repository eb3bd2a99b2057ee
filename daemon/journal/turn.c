/*
 * The transaction of a turn, and the log that it is written to.
 *
 * A checkpoint (pages from the log into the file) costs two syncs, so commits do none of
 * their own until the log is long: journal_rest() does it when the loop has nothing else
 * to do, and closing does.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "common/clock.h"
#include "daemon/journal/internal.h"

#define REST_PAGES     250  /* 1 MiB of log is moved when there is time */
#define LONG_LOG_PAGES 4000 /* 16 MiB of log are moved at once */

/* clang-format off */
const char *const counter_names[COUNTERS] = {
	[COUNT_COMPLETED]	= "completed",
	[COUNT_ABORTED]		= "aborted",
	[COUNT_ATTENTION]	= "attention",
	[COUNT_COMMANDS_OK]	= "commands_ok",
	[COUNT_COMMANDS_FAILED] = "commands_failed",
	[LAST_EVENT]		= "last_event",
	[LAST_COMMAND]		= "last_command",
};
/* clang-format on */

int
journal_begin(struct journal *j, struct ud_error *err)
{
	(void)err;
	assert(!j->turn);
	j->turn = true;
	return 0;
}

int
put_failed(struct journal *j, const struct ud_error *err)
{
	j->failed = true;
	j->failure = *err;
	return -1;
}

int
put_open(struct query *q, struct journal *j, enum statement id, struct ud_error *err)
{
	struct query begin;

	assert(j->turn);
	if (j->failed) {
		*err = j->failure;
		return -1;
	}
	if (!j->writing) {
		if (query_open(&begin, j, ST_BEGIN, err) != 0 ||
		    query_run(&begin, err) != 0) {
			return put_failed(j, err);
		}
		j->writing = true;
	}
	return query_open(q, j, id, err);
}

int
put_run(struct query *q, struct ud_error *err)
{
	struct journal *j = q->j;

	if (query_run(q, err) == 0)
		return 0;
	return put_failed(j, err);
}

int
put_counters(struct journal *j, enum counter from, enum counter to,
    struct ud_error *err)
{
	struct query q;

	for (int i = (int)from; i <= (int)to; i++) {
		if (j->now[i] == j->committed[i] && i < LAST_EVENT)
			continue;
		if (put_open(&q, j, ST_COUNTER_PUT, err) != 0)
			return -1;
		query_text(&q, counter_names[i]);
		query_int(&q, j->now[i]);
		if (put_run(&q, err) != 0)
			return -1;
	}
	return 0;
}

static int
commit(struct journal *j, struct ud_error *err)
{
	int64_t began;
	struct query q;

	if (query_open(&q, j, ST_COMMIT, err) != 0)
		return -1;
	if (j->hook != NULL)
		j->hook(j->hook_arg, false, 0);
	began = clock_mono_us();
	if (query_run(&q, err) != 0) {
		j->stale_tail = true;
		return -1;
	}
	memcpy(j->committed, j->now, sizeof(j->now));
	j->writing = j->turn = false;
	if (j->hook != NULL)
		j->hook(j->hook_arg, true, clock_mono_us() - began);
	return 0;
}

int
journal_commit(struct journal *j, struct ud_error *err)
{
	assert(j->turn);
	if (j->failed)
		*err = j->failure;
	if (j->failed ||
	    (j->writing &&
		(put_counters(j, COUNT_COMPLETED, COUNT_COMMANDS_FAILED, err) != 0 ||
		    commit(j, err) != 0))) {
		journal_rollback(j);
		return -1;
	}
	j->turn = false;
	if (j->stale_tail || j->wal_pages - j->wal_moved >= LONG_LOG_PAGES)
		journal_checkpoint(j);
	return 0;
}

void
journal_rollback(struct journal *j)
{
	/* SQLite may have rolled back by itself, on a full disk for one. */
	if (sqlite3_get_autocommit(j->db) == 0)
		sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
	memcpy(j->now, j->committed, sizeof(j->now));
	memset(j->known, 0, sizeof(j->known));
	j->turn = j->writing = j->failed = false;
}

/* ---- the log ---- */

void
journal_checkpoint(struct journal *j)
{
	int mode =
	    j->stale_tail ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;

	/* One that fails, or is held up by a reader, is tried again when the log has grown
	 * as much again: the log holds everything. */
	if (sqlite3_wal_checkpoint_v2(j->db, NULL, mode, NULL, NULL) == SQLITE_OK)
		j->stale_tail = false;
	j->wal_moved = j->wal_pages;
	lock_stamp(j->lock_fd, j->path, false);
}

void
journal_rest(struct journal *j)
{
	if (!j->turn && j->wal_pages - j->wal_moved >= REST_PAGES)
		journal_checkpoint(j);
}

int64_t
journal_last_event(const struct journal *j)
{
	return j->committed[LAST_EVENT];
}

void
journal_totals(const struct journal *j, struct journal_totals *ret)
{
	ret->completed = j->committed[COUNT_COMPLETED];
	ret->aborted = j->committed[COUNT_ABORTED];
	ret->attention = j->committed[COUNT_ATTENTION];
	ret->commands_ok = j->committed[COUNT_COMMANDS_OK];
	ret->commands_failed = j->committed[COUNT_COMMANDS_FAILED];
}
