/*
 * What is old is dropped in small pieces, each its own transaction, so that the loop is
 * never held up: observations and events by their age, and the oldest upgrade that is
 * over, from its commands to its own row.
 */
#include "config.h"

#include "common/log.h"
#include "daemon/journal/internal.h"

#define PIECE         500
#define PIECE_OUTPUTS 50 /* rows of up to 64 KiB */

/* Deletes at most limit rows; the arguments stand as the statement wants them. */
static int
drop(struct journal *j, enum statement id, int64_t first, int64_t second, int limit,
    bool *ret_more, struct ud_error *err)
{
	struct query q;

	if (put_open(&q, j, id, err) != 0)
		return -1;
	query_int(&q, first);
	if (second >= 0)
		query_int(&q, second);
	if (put_run(&q, err) != 0)
		return -1;
	if (limit > 0 && sqlite3_changes(j->db) >= limit)
		*ret_more = true;
	return 0;
}

static int
find_old(struct journal *j, int64_t before_ms, int64_t *ret_id, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_THIN_FIND, err) != 0)
		return -1;
	query_int(&q, before_ms);
	rc = query_row(&q, err);
	*ret_id = rc > 0 ? column_int(&q, 0) : 0;
	query_close(&q);
	return rc < 0 ? -1 : 0;
}

static int
drop_upgrade(struct journal *j, int64_t id, bool *ret_more, struct ud_error *err)
{
	bool pieces = false;

	*ret_more = true; /* another upgrade may be old as well */
	if (drop(j, ST_THIN_COMMANDS, id, PIECE_OUTPUTS, PIECE_OUTPUTS, &pieces, err) !=
	    0)
		return -1;
	if (pieces)
		return 0;
	if (drop(j, ST_THIN_STEPS, id, -1, 0, NULL, err) != 0 ||
	    drop(j, ST_THIN_NOTES, id, -1, 0, NULL, err) != 0 ||
	    drop(j, ST_THIN_APPROVALS, id, -1, 0, NULL, err) != 0)
		return -1;
	return drop(j, ST_THIN_UPGRADE, id, -1, 0, NULL, err);
}

static int
drop_piece(struct journal *j, int64_t observations_before_ms, int64_t history_before_ms,
    bool *ret_more, struct ud_error *err)
{
	int before = sqlite3_total_changes(j->db);
	int64_t id = 0;

	if (drop(j, ST_THIN_OBSERVATIONS, PIECE, observations_before_ms, PIECE,
		ret_more, err) != 0 ||
	    drop(j, ST_THIN_EVENTS, PIECE, history_before_ms, PIECE, ret_more, err) !=
		0 ||
	    find_old(j, history_before_ms, &id, err) != 0)
		return -1;
	if (id != 0 && drop_upgrade(j, id, ret_more, err) != 0)
		return -1;
	if (sqlite3_total_changes(j->db) == before)
		return 0;
	/* The newest ids may just have gone: they are not given again. */
	return put_counters(j, LAST_EVENT, LAST_COMMAND, err);
}

bool
journal_thin(struct journal *j, int64_t observations_before_ms,
    int64_t history_before_ms)
{
	struct ud_error err = { 0 };
	bool more = false;

	if (journal_begin(j, &err) != 0 ||
	    drop_piece(j, observations_before_ms, history_before_ms, &more, &err) !=
		0 ||
	    journal_commit(j, &err) != 0) {
		journal_rollback(j);
		log_event(LOG_WARNING, "journal.thin", KV_STR("why", err.text),
		    KV_STR("next", "old rows stay; tried again later"));
		return false;
	}
	journal_rest(j);
	reserve_fill(j);
	return more;
}
