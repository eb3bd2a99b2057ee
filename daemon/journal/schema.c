/*
 * The tables, as numbered migrations: version n of the file is what the first n of them
 * make. A migration that was released is never changed; a new one is added at the end.
 *
 * Times are wall clock in milliseconds, 0 is "not yet". Lists are the letters f (forward),
 * u (undo), b (back-out), x (back-out of the undo). Yes and no are 1 and 0.
 */
#include "config.h"

#include "common/error.h"
#include "daemon/journal/internal.h"

/* clang-format off */
static const char tables[] =
    "CREATE TABLE upgrade("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " pair TEXT NOT NULL,"
    " procedure TEXT NOT NULL,"
    " from_release TEXT NOT NULL,"
    " to_release TEXT NOT NULL,"
    " options TEXT NOT NULL,"       /* JSON object */
    " gates TEXT NOT NULL,"         /* JSON array */
    " active TEXT NOT NULL,"
    " standby TEXT NOT NULL,"
    " installations TEXT NOT NULL," /* JSON object: member -> "old/new" */
    " plan_hash TEXT NOT NULL,"
    " created_by TEXT NOT NULL,"
    " idempotency_key TEXT UNIQUE,"
    " created_wall_ms INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " list TEXT NOT NULL CHECK(list IN ('f','u','b','x')),"
    " pos INTEGER NOT NULL,"
    " resume_pos INTEGER NOT NULL,"
    " revision INTEGER NOT NULL,"
    " hold INTEGER NOT NULL CHECK(hold IN (0,1)),"
    " abort_asked INTEGER NOT NULL CHECK(abort_asked IN (0,1)),"
    " past_return INTEGER NOT NULL CHECK(past_return IN (0,1)),"
    " swap_held INTEGER NOT NULL CHECK(swap_held IN (0,1)),"
    " pause_list TEXT NOT NULL CHECK(pause_list IN ('f','u','b','x')),"
    " pause_pos INTEGER NOT NULL,"
    " pause_started_wall_ms INTEGER NOT NULL,"
    " pause_total_ms INTEGER NOT NULL,"
    " state_since_wall_ms INTEGER NOT NULL,"
    " error_code TEXT NOT NULL,"
    " error_text TEXT NOT NULL,"
    " error_remedy TEXT NOT NULL,"
    " started_wall_ms INTEGER NOT NULL,"
    " ended_wall_ms INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE step("
    " upgrade INTEGER NOT NULL REFERENCES upgrade(id),"
    " list TEXT NOT NULL CHECK(list IN ('f','u','b','x')),"
    " pos INTEGER NOT NULL,"
    " number TEXT NOT NULL,"
    " step TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " member TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " approved INTEGER NOT NULL CHECK(approved IN (0,1)),"
    " cleaning INTEGER NOT NULL CHECK(cleaning IN (0,1)),"
    " touched INTEGER NOT NULL CHECK(touched IN (0,1)),"
    " attempt INTEGER NOT NULL,"
    " started_wall_ms INTEGER NOT NULL,"
    " ended_wall_ms INTEGER NOT NULL,"
    " error TEXT NOT NULL,"
    " PRIMARY KEY(upgrade, list, pos)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE note("
    " upgrade INTEGER NOT NULL REFERENCES upgrade(id),"
    " place INTEGER NOT NULL,"
    " key TEXT NOT NULL,"
    " value TEXT,"
    " PRIMARY KEY(upgrade, place)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE command("
    " id INTEGER PRIMARY KEY,"
    " upgrade INTEGER REFERENCES upgrade(id),"
    " list TEXT NOT NULL,"
    " pos INTEGER NOT NULL,"
    " number TEXT NOT NULL,"
    " step TEXT NOT NULL,"
    " attempt INTEGER NOT NULL,"
    " clean_up INTEGER NOT NULL CHECK(clean_up IN (0,1)),"
    " member TEXT NOT NULL,"
    " host TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " started_wall_ms INTEGER NOT NULL,"
    " ended_wall_ms INTEGER NOT NULL,"
    " ending TEXT NOT NULL,"
    " status INTEGER NOT NULL,"
    " verdict TEXT NOT NULL,"
    " text TEXT,"
    " output TEXT" /* last: long ones are read only when asked for */
    ") STRICT;"

    /* No foreign key: it would need an index on upgrade, which costs every event a page of
     * its own in the log. Events go by age, not with their upgrade. */
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY,"
    " wall_ms INTEGER NOT NULL,"
    " upgrade INTEGER,"
    " pair TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " step TEXT NOT NULL,"
    " member TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " data TEXT"
    ") STRICT;"

    "CREATE TABLE approval("
    " id INTEGER PRIMARY KEY,"
    " upgrade INTEGER NOT NULL REFERENCES upgrade(id),"
    " wall_ms INTEGER NOT NULL,"
    " gate TEXT NOT NULL,"
    " step TEXT NOT NULL,"
    " who TEXT NOT NULL,"
    " comment TEXT NOT NULL,"
    " plan_hash TEXT NOT NULL"
    ") STRICT;"

    "CREATE TABLE observation("
    " id INTEGER PRIMARY KEY,"
    " wall_ms INTEGER NOT NULL,"
    " pair TEXT NOT NULL,"
    " member TEXT NOT NULL,"
    " role TEXT NOT NULL,"
    " reachable TEXT NOT NULL,"
    " writable TEXT NOT NULL,"
    " written TEXT,"     /* bookmark, null unknown */
    " forced TEXT,"
    " held TEXT,"
    " lag_bytes INTEGER," /* null unknown */
    " lag_ms INTEGER"
    ") STRICT;"

    "CREATE TABLE counter("
    " name TEXT PRIMARY KEY,"
    " value INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/* Every list that a person asks for is a range of an index; the id is its last part. */
static const char indexes[] =
    "CREATE INDEX upgrade_by_pair ON upgrade(pair);"
    "CREATE INDEX upgrade_by_state ON upgrade(state);"
    "CREATE INDEX upgrade_by_pair_state ON upgrade(pair, state);"
    "CREATE INDEX upgrade_by_end ON upgrade(ended_wall_ms) WHERE ended_wall_ms > 0;"
    "CREATE INDEX command_by_upgrade ON command(upgrade);"
    "CREATE INDEX command_by_number ON command(upgrade, number);"
    "CREATE INDEX command_open ON command(upgrade) WHERE ended_wall_ms = 0;"
    "CREATE INDEX event_by_pair ON event(pair);"
    "CREATE INDEX approval_by_upgrade ON approval(upgrade);";

static const char *const migrations[] = {
	tables,  /* 1 */
	indexes, /* 2 */
};
/* clang-format on */

const int schema_newest = ARRAY_SIZE(migrations);

static int
version(sqlite3 *db, int *ret)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		*ret = sqlite3_column_int(st, 0);
	}
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int
migrate(sqlite3 *db, int to)
{
	char mark[80];
	int rc;

	sqlite3_snprintf(sizeof(mark), mark,
	    "PRAGMA application_id=%d; PRAGMA user_version=%d", JOURNAL_ID, to);
	rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, migrations[to - 1], NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, mark, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	return rc;
}

int
schema_migrate(sqlite3 *db, const char *path, int to, struct ud_error *err)
{
	int at = 0, rc = version(db, &at);

	while (rc == SQLITE_OK && at < to)
		rc = migrate(db, ++at);
	if (rc == SQLITE_OK)
		return 0;
	ud_fail(err, UD_EJOURNAL, "%s: format %d cannot be made: %s", path, at,
	    sqlite3_errmsg(db));
	if (sqlite3_get_autocommit(db) == 0)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return ud_remedy(err,
	    "look at the space and the rights of that folder, start again");
}
