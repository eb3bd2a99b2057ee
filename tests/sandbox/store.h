/*
 * The files of one database.
 *
 *   PATH.ds0   SQLite: user tables, the log of committed changes, the reigns
 *   PATH.ds1   SQLite: what the database knows about itself and its peers
 *   PATH.res0  lock: shared while a commit is decided, exclusive while a role changes
 *
 * The log. Each changed row is one record (pos, origin, epoch, gcn, ...). pos is the
 * position in the log of this database (LFN.LFO); gcn numbers commits and is the same in
 * every copy of an active standby pair, because a receiver writes the sender's number into
 * its own log. A reign begins when a database becomes ACTIVE; (epoch, gcn) therefore names
 * a point of a history, and a copy is an ancestor of another exactly when the other's
 * history holds that point.
 *
 * In a classic scheme each database numbers its own commits: gcn is local, `origin` names the
 * store that a received record came from ('' here), and sim_recv holds, for each sender, the
 * numbering (meta `numbering`, new whenever ttMigrate -r made the database) and the last of
 * its commits that was applied.
 */
#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/sandbox/refuse.h"
#include "tests/sandbox/world.h"

/* Tables of users, in sqlite_master: not what ttMigrate -r keeps of a scheme. */
#define STORE_USER_TABLES \
	"type='table' AND name LIKE '%.%' AND name NOT LIKE 'TTREP_SCHEMA_VERSION_%'"

#define STORE_RECORD_BYTES 200 /* a log record takes this much of a log file */

struct store {
	const struct world *w;
	char path[PATH_MAX];
	const char *name; /* in path */
	sqlite3 *data, *self;
	sqlite3_stmt *get_meta, *last_record;
	int lock_fd;
	bool capture; /* changes are logged: an application, not the receiver */
	int64_t pos, gcn, epoch; /* of the open transaction */
};

/* True when any file of a database is there. */
bool store_has_files(const char *path);

/* Makes an empty database of the instance's release. */
int store_create(const struct world *w, const struct dsn *d, struct sim_error *err);

/* Opens both files. 821 when they are not there or not readable. */
int store_open(struct store *s, const struct world *w, const char *path,
    struct sim_error *err);
void store_close(struct store *s);

/* Removes every file of the database. */
void store_unlink(const char *path);

/* One value of the database's own record; text is to be freed, NULL when there is none. */
char *store_get(struct store *s, const char *key);
int64_t store_get_int(struct store *s, const char *key);
bool store_is(struct store *s, const char *key, const char *value);
void store_set(struct store *s, const char *key, const char *value);
void store_set_int(struct store *s, const char *key, int64_t value);

/* flock(2) LOCK_SH, LOCK_EX, LOCK_UN on the database. */
void store_lock(struct store *s, int how);

/* Runs statements that must work; what the sandbox itself writes. Format as sqlite3_mprintf. */
void store_run(sqlite3 *db, const char *format, ...);
int64_t store_int(sqlite3 *db, const char *format, ...);
char *store_text(sqlite3 *db, const char *format, ...); /* sqlite3_free */

/* Transaction with log records. store_begin takes the writers' lock: 0, or -1 (6003). */
int store_begin(struct store *s, struct sim_error *err);

/* Last committed point, and its position in this log. */
void store_last(struct store *s, int64_t *epoch, int64_t *gcn, int64_t *pos);
int64_t store_position_of(struct store *s, int64_t gcn);

/* Log file bytes, and LFN/LFO of a position. */
int64_t store_log_file_bytes(struct store *s);

/* True when (epoch, gcn) lies in the history of this database. */
bool store_in_history(struct store *s, int64_t epoch, int64_t gcn);

/* The scheme is one of CREATE REPLICATION. */
bool store_is_classic(struct store *s);

/* Last commit of that sender that was applied here, in its numbering; 0 when there is none. */
int64_t store_received(struct store *s, const char *sender, int64_t *ret_numbering);

/* Adds the triggers that log changes to a table; name is OWNER.TABLE. */
void store_watch_table(struct store *s, const char *table);

/* Frees log below every hold, whole files only, as a checkpoint does. */
void store_checkpoint(struct store *s);

/* Every committed user row as a line of JSON. */
int store_print_rows(struct store *s, FILE *f);

/* Writes the committed user rows to ROOT/graves/; returns the file name to free. */
char *store_bury(struct store *s);

#endif
