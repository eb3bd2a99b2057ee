/*
 * Every text that is sent to SQLite after the journal is open, prepared once. A statement
 * that is in use is out of the cache: who needs it meanwhile gets one of its own.
 */
#include "config.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

#define COMMAND                                                                         \
	"id, upgrade, list, pos, number, step, attempt, clean_up, member, host, kind, " \
	"text, started_wall_ms, ended_wall_ms, ending, status, verdict, output"
#define EVENT  "id, wall_ms, upgrade, pair, kind, step, member, text, data"
#define LIVE   "('checking','running','gated','paused','attention','aborting')"
#define NEWEST " ORDER BY id DESC LIMIT ?"

/* clang-format off */
static const char *const texts[STATEMENTS] = {
	[ST_BEGIN]  = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",

	[ST_UPGRADE_INSERT] =
	    "INSERT INTO upgrade(" ROW_IDENTITY ", " ROW_STATE ") VALUES("
	    "?,?,?,?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_UPGRADE_STATE] = "SELECT state, ended_wall_ms FROM upgrade WHERE id=?",
	[ST_UPGRADE_UPDATE] =
	    "UPDATE upgrade SET(" ROW_STATE ")=("
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?, ?,?) WHERE id=?",
	[ST_UPGRADE_MOVE] =
	    "UPDATE upgrade SET(" ROW_PLACE ")=("
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id=?",
	[ST_STEP_INSERT] =
	    "INSERT INTO step(upgrade, " ROW_STEP ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_STEP_UPDATE] =
	    "UPDATE step SET state=?, approved=?, cleaning=?, touched=?, attempt=?,"
	    " started_wall_ms=?, ended_wall_ms=?, error=? WHERE upgrade=? AND list=? AND pos=?",
	[ST_NOTE_CLEAR]  = "DELETE FROM note WHERE upgrade=?",
	[ST_NOTE_INSERT] = "INSERT INTO note(upgrade, place, key, value) VALUES(?,?,?,?)",
	[ST_EVENT_INSERT]   = "INSERT INTO event(" EVENT ") VALUES(?,?,?,?,?,?,?,?,?)",
	[ST_COMMAND_INSERT] =
	    "INSERT INTO command(" COMMAND ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_COMMAND_END] =
	    "UPDATE command SET started_wall_ms=?, ended_wall_ms=?, ending=?, status=?, verdict=?,"
	    " output=? WHERE id=?",
	[ST_APPROVAL_INSERT] =
	    "INSERT INTO approval(upgrade, wall_ms, gate, step, who, comment, plan_hash)"
	    " VALUES(?,?,?,?,?,?,?)",
	[ST_OBSERVATION_INSERT] =
	    "INSERT INTO observation(wall_ms, pair, member, role, reachable, writable,"
	    " written, forced, held, lag_bytes, lag_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
	[ST_COUNTER_PUT] =
	    "INSERT INTO counter(name, value) VALUES(?,?)"
	    " ON CONFLICT(name) DO UPDATE SET value=excluded.value",

	[ST_UPGRADE_LIVE] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE " FROM upgrade"
	    " WHERE state IN " LIVE " ORDER BY id",
	[ST_UPGRADE_FIND] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE " FROM upgrade WHERE id=?",
	[ST_UPGRADE_BY_KEY] = "SELECT id FROM upgrade WHERE idempotency_key=?",
	[ST_HISTORY] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE " FROM upgrade WHERE id<?" NEWEST,
	[ST_HISTORY_PAIR] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE " FROM upgrade INDEXED BY upgrade_by_pair"
	    " WHERE pair=? AND id<?" NEWEST,
	[ST_HISTORY_STATE] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE " FROM upgrade INDEXED BY upgrade_by_state"
	    " WHERE state=? AND id<?" NEWEST,
	[ST_HISTORY_PAIR_STATE] =
	    "SELECT id, " ROW_IDENTITY ", " ROW_STATE
	    " FROM upgrade INDEXED BY upgrade_by_pair_state"
	    " WHERE pair=? AND state=? AND id<?" NEWEST,
	[ST_STEPS] =
	    "SELECT " ROW_STEP " FROM step WHERE upgrade=? AND list=? ORDER BY pos",
	[ST_PAST] =
	    "SELECT s.step, s.member, u.id, s.ended_wall_ms - s.started_wall_ms, n.value"
	    " FROM upgrade u INDEXED BY upgrade_by_pair JOIN step s ON s.upgrade=u.id AND s.list='f'"
	    " LEFT JOIN note n ON n.upgrade=u.id AND n.key='" NOTE_SIZE_KIB "'"
	    " WHERE u.pair=? AND s.state='done' AND s.attempt=1 AND s.started_wall_ms>0"
	    " AND s.ended_wall_ms>=s.started_wall_ms ORDER BY u.id DESC LIMIT ?",
	[ST_NOTES] = "SELECT key, value FROM note WHERE upgrade=? ORDER BY place",
	[ST_COMMAND_OPEN] =
	    "SELECT " COMMAND " FROM command INDEXED BY command_open"
	    " WHERE upgrade=? AND list=? AND pos=? AND ended_wall_ms=0"
	    " ORDER BY id DESC LIMIT 1",
	[ST_COMMANDS] =
	    "SELECT " COMMAND " FROM command INDEXED BY command_by_upgrade"
	    " WHERE upgrade=? AND id>? ORDER BY id LIMIT ?",
	[ST_COMMANDS_NUMBER] =
	    "SELECT " COMMAND " FROM command INDEXED BY command_by_number"
	    " WHERE upgrade=? AND number=? AND id>? ORDER BY id LIMIT ?",
	[ST_EVENTS] = "SELECT " EVENT " FROM event WHERE id>? ORDER BY id LIMIT ?",
	[ST_EVENTS_PAIR] =
	    "SELECT " EVENT " FROM event INDEXED BY event_by_pair"
	    " WHERE pair=? AND id>? ORDER BY id LIMIT ?",
	[ST_APPROVALS] =
	    "SELECT wall_ms, gate, step, who, comment FROM approval"
	    " WHERE upgrade=? ORDER BY id",

	/* Of the oldest rows those that are old enough: each piece is short. */
	[ST_THIN_OBSERVATIONS] =
	    "DELETE FROM observation WHERE id IN"
	    " (SELECT id FROM observation ORDER BY id LIMIT ?) AND wall_ms<?",
	[ST_THIN_EVENTS] =
	    "DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT ?)"
	    " AND wall_ms<?",
	[ST_THIN_FIND] =
	    "SELECT id FROM upgrade INDEXED BY upgrade_by_end"
	    " WHERE ended_wall_ms>0 AND ended_wall_ms<? AND state IN ('completed','aborted') ORDER BY ended_wall_ms LIMIT 1",
	[ST_THIN_COMMANDS] =
	    "DELETE FROM command WHERE id IN"
	    " (SELECT id FROM command WHERE upgrade=? LIMIT ?)",
	[ST_THIN_STEPS]     = "DELETE FROM step WHERE upgrade=?",
	[ST_THIN_NOTES]     = "DELETE FROM note WHERE upgrade=?",
	[ST_THIN_APPROVALS] = "DELETE FROM approval WHERE upgrade=?",
	[ST_THIN_UPGRADE]   = "DELETE FROM upgrade WHERE id=?",
};
/* clang-format on */

static int
prepare(struct journal *j, enum statement id, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v3(j->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT, ret,
	    NULL);
}

/* All at once: a file that lacks a table or a column is found out at start. */
int
statements_prepare(struct journal *j, struct ud_error *err)
{
	for (int i = 0; i < STATEMENTS; i++)
		if (check_statement(j, prepare(j, (enum statement)i, &j->cached[i]),
			err) != 0)
			return -1;
	return 0;
}

void
statements_finalize(struct journal *j)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(j->cached[i]);
		j->cached[i] = NULL;
	}
}

int
query_open(struct query *q, struct journal *j, enum statement id, struct ud_error *err)
{
	int rc = SQLITE_OK;

	*q = (struct query){ .j = j, .id = id, .st = j->cached[id] };
	j->cached[id] = NULL;
	if (q->st == NULL)
		rc = prepare(j, id, &q->st);
	return rc == SQLITE_OK ? 0 : journal_fail(j, rc, "prepare", err);
}

static void
keep_first(struct query *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void
query_int(struct query *q, int64_t v)
{
	keep_first(q, sqlite3_bind_int64(q->st, ++q->at, v));
}

void
query_text(struct query *q, const char *s)
{
	keep_first(q, sqlite3_bind_text(q->st, ++q->at, s, -1, SQLITE_STATIC));
}

/* The first byte of a UTF-8 character at or before (after) this place. */
static size_t
character_start(const char *s, size_t at, int step)
{
	while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
		at = step < 0 ? at - 1 : at + 1;
	return at;
}

void
query_text_cut(struct query *q, const char *s)
{
	size_t len = s != NULL ? strlen(s) : 0, head, tail;
	char *cut;

	if (len <= JOURNAL_TEXT_BYTES) {
		query_text(q, s);
		return;
	}
	head = character_start(s, JOURNAL_TEXT_BYTES / 2, -1);
	tail = character_start(s, len - JOURNAL_TEXT_BYTES / 2 + 64, 1);
	cut = mem_printf("%.*s\n[... %zu bytes left out ...]\n%s", (int)head, s,
	    tail - head, s + tail);
	keep_first(q, sqlite3_bind_text(q->st, ++q->at, cut, -1, free));
}

int
query_row(struct query *q, struct ud_error *err)
{
	int rc = q->rc == SQLITE_OK ? sqlite3_step(q->st) : q->rc;

	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return rc == SQLITE_ROW;
	return journal_fail(q->j, rc, "read", err);
}

void
query_close(struct query *q)
{
	struct journal *j = q->j;

	if (q->st == NULL)
		return;
	sqlite3_reset(q->st);
	if (j->cached[q->id] == NULL)
		j->cached[q->id] = q->st;
	else
		sqlite3_finalize(q->st);
	q->st = NULL;
}

int
query_run(struct query *q, struct ud_error *err)
{
	int rc = q->rc == SQLITE_OK ? sqlite3_step(q->st) : q->rc;
	int ret = rc == SQLITE_DONE || rc == SQLITE_ROW
	    ? 0
	    : journal_fail(q->j, rc, "write", err);

	query_close(q);
	return ret;
}

int64_t
column_int(const struct query *q, int i)
{
	return sqlite3_column_int64(q->st, i);
}

const char *
column_text(const struct query *q, int i)
{
	const unsigned char *s = sqlite3_column_text(q->st, i);

	return s != NULL ? (const char *)s : "";
}

void
column_copy(const struct query *q, int i, char *buf, size_t size)
{
	str_copy(buf, size, column_text(q, i));
}
