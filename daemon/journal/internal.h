/* What the files of journal/ share. Nothing outside this folder includes it but its tests. */
#ifndef UD_JOURNAL_INTERNAL_H
#define UD_JOURNAL_INTERNAL_H

#include <sqlite3.h>

#include "daemon/journal/journal.h"

#define JOURNAL_FILE "journal.db"
#define JOURNAL_LOCK "lock"
#define JOURNAL_ID   0x75706764 /* application_id: "upgd" */
#define JOURNAL_TEXT_BYTES \
	65536 /* of one text that is stored: head and tail are kept */

/* Numbers that must be exact after a kill and must not cost a scan at start. The first
 * ones are written with the transaction that changes them, the last two by thinning: an
 * id that was thinned away is never given again. */
enum counter {
	COUNT_COMPLETED,
	COUNT_ABORTED,
	COUNT_ATTENTION,
	COUNT_COMMANDS_OK,
	COUNT_COMMANDS_FAILED,
	LAST_EVENT,
	LAST_COMMAND,
	COUNTERS
};

/* One for each text of statement.c. */
enum statement {
	ST_BEGIN,
	ST_COMMIT,
	ST_UPGRADE_INSERT,
	ST_UPGRADE_STATE,
	ST_UPGRADE_UPDATE,
	ST_UPGRADE_MOVE,
	ST_STEP_INSERT,
	ST_STEP_UPDATE,
	ST_NOTE_CLEAR,
	ST_NOTE_INSERT,
	ST_EVENT_INSERT,
	ST_COMMAND_INSERT,
	ST_COMMAND_END,
	ST_APPROVAL_INSERT,
	ST_OBSERVATION_INSERT,
	ST_COUNTER_PUT,
	ST_UPGRADE_LIVE,
	ST_UPGRADE_FIND,
	ST_UPGRADE_BY_KEY,
	ST_HISTORY,
	ST_HISTORY_PAIR,
	ST_HISTORY_STATE,
	ST_HISTORY_PAIR_STATE,
	ST_STEPS,
	ST_PAST,
	ST_NOTES,
	ST_COMMAND_OPEN,
	ST_COMMANDS,
	ST_COMMANDS_NUMBER,
	ST_EVENTS,
	ST_EVENTS_PAIR,
	ST_APPROVALS,
	ST_THIN_OBSERVATIONS,
	ST_THIN_EVENTS,
	ST_THIN_FIND,
	ST_THIN_COMMANDS,
	ST_THIN_STEPS,
	ST_THIN_NOTES,
	ST_THIN_APPROVALS,
	ST_THIN_UPGRADE,
	STATEMENTS
};

/* What the indexed columns of an upgrade's row hold: they are written only on a change. */
struct known {
	int64_t id; /* 0: nothing is known */
	enum upgrade_state state;
	int64_t ended_wall_ms;
};
#define KNOWN 256 /* by id, the latest one of those that fall together */

struct journal {
	sqlite3 *db;
	char *directory, *path;
	bool reserved;	   /* the file that keeps room on the disk is there */
	int lock_fd;
	sqlite3_stmt *cached[STATEMENTS]; /* NULL: not prepared yet, or in use */
	bool turn;                        /* between begin and commit */
	bool writing;                     /* the turn has a transaction */
	bool failed; /* a put of this turn failed, for this reason: */
	struct ud_error failure;
	bool
	    stale_tail; /* a commit failed: its frames are still behind the log's end */
	int wal_pages,
	    wal_moved; /* of the log: all, and those that are in the file too */
	struct known known[KNOWN]; /* rolled back: nothing is */
	int64_t now[COUNTERS], committed[COUNTERS];
	journal_hook_fn *hook;
	void *hook_arg;
};

/* ---- lock.c: one daemon, and what the file looked like when we last wrote it ---- */

/* Identity and times of the file. The time of modification is set to a random fraction of
 * a second each time one is taken: any write by somebody else shows, even at once. */
struct stamp {
	bool set;
	bool clean; /* taken by journal_close */
	char boot[40];
	int64_t inode, size, mtime_ns, ctime_ns;
};

void reserve_fill(struct journal *j); /* reserve.c */

int lock_take(const char *directory, int *ret_fd, struct stamp *ret_seen,
    struct ud_error *err) UD_CHECKED;
void lock_stamp(int fd, const char *path, bool clean);

/* Is the file as it was when this stamp was taken, as far as that can be known? */
bool stamp_holds(const struct stamp *s, const char *path);

/* ---- check.c: is this file ours, sound and of a known format? ---- */

/* Before SQLite sees it. An absent or empty file is fine. */
int check_header(const char *path, struct ud_error *err) UD_CHECKED;
/* The same through SQLite, which reads the log too. */
int check_identity(const struct journal *j, struct ud_error *err) UD_CHECKED;
/* Reads all pages; of a small file indexes are compared with their tables too. */
int check_pages(const struct journal *j, struct ud_error *err) UD_CHECKED;
/* Judges how a statement of statement.c was prepared. */
int check_statement(const struct journal *j, int rc, struct ud_error *err) UD_CHECKED;
int check_damaged(struct ud_error *err, const char *path, const char *fmt, ...)
    UD_PRINTF(3, 4);

/* ---- wal.c ---- */

/* The log beside the file, before SQLite sees it: a damaged one would be cut silently. */
int check_wal(const char *path, struct ud_error *err) UD_CHECKED;

/* ---- schema.c ---- */

extern const int schema_newest;
/* Brings the file to a version, each step in its own transaction. */
int schema_migrate(sqlite3 *db, const char *path, int to, struct ud_error *err)
    UD_CHECKED;

/* ---- statement.c ---- */

/* A statement in use. Arguments are bound in order; texts must live until the end. */
struct query {
	struct journal *j;
	enum statement id;
	sqlite3_stmt *st;
	int at, rc;
};

int statements_prepare(struct journal *j, struct ud_error *err) UD_CHECKED;
void statements_finalize(struct journal *j);
int query_open(struct query *q, struct journal *j, enum statement id,
    struct ud_error *err) UD_CHECKED;
void query_int(struct query *q, int64_t v);
void query_text(struct query *q, const char *s);     /* NULL: null */
void query_text_cut(struct query *q, const char *s); /* at most JOURNAL_TEXT_BYTES */
/* 1 a row, 0 no more, -1 failed. */
int query_row(struct query *q, struct ud_error *err) UD_CHECKED;
void query_close(struct query *q);
/* Runs a statement without rows and closes it. */
int query_run(struct query *q, struct ud_error *err) UD_CHECKED;

int64_t column_int(const struct query *q, int i);
/* "" for null; valid until the next row. */
const char *column_text(const struct query *q, int i);
void column_copy(const struct query *q, int i, char *buf, size_t size);

/* ---- journal.c ---- */

/* What SQLite said, as our error with a remedy. */
int journal_fail(const struct journal *j, int rc, const char *what,
    struct ud_error *err);

/* ---- turn.c ---- */

extern const char *const counter_names[COUNTERS];

/* Opens the transaction of this turn when it is not open yet; query_open for writing. */
int put_open(struct query *q, struct journal *j, enum statement id,
    struct ud_error *err) UD_CHECKED;
/* A put that failed spoils the turn: half of it is none. Returns -1. */
int put_failed(struct journal *j, const struct ud_error *err);
/* query_run; a failure is kept, and the turn cannot be committed any more. */
int put_run(struct query *q, struct ud_error *err) UD_CHECKED;
int put_counters(struct journal *j, enum counter from, enum counter to,
    struct ud_error *err) UD_CHECKED;
/* Moves the log into the file as far as nobody reads it. */
void journal_checkpoint(struct journal *j);

/* ---- texts.c: lists and releases as columns ---- */

/* New JSON text; NULL when it would not be UTF-8. */
char *text_of_settings(const struct settings *s);
char *text_of_list(const struct str_list *l);
int settings_of_text(const char *text, struct settings *ret, struct ud_error *err)
    UD_CHECKED;
int list_of_text(const char *text, struct str_list *ret, struct ud_error *err)
    UD_CHECKED;
const char *text_of_release(const struct release *r, char buf[RELEASE_TEXT]);
void release_of_text(const char *text, struct release *ret);
char letter_of_list(enum plan_list l);
enum plan_list list_of_letter(const char *letter); /* LISTS: none */

/* ---- row.c: a row of upgrade and of step as structs ---- */

/* The columns that row_read() expects, in its order. */
#define ROW_IDENTITY                                                                   \
	"pair, procedure, from_release, to_release, options, gates, active, standby, " \
	"installations, plan_hash, created_by, idempotency_key, created_wall_ms"
#define ROW_PLACE                                                                      \
	"list, pos, resume_pos, revision, hold, abort_asked, past_return, swap_held, " \
	"pause_list, pause_pos, pause_started_wall_ms, pause_total_ms, "               \
	"state_since_wall_ms, error_code, error_text, error_remedy, started_wall_ms"
#define ROW_STATE ROW_PLACE ", state, ended_wall_ms"
#define ROW_STEP                                                                       \
	"list, pos, number, step, title, member, state, approved, cleaning, touched, " \
	"attempt, started_wall_ms, ended_wall_ms, error"

void row_bind_place(struct query *q, const struct upgrade *u);
void row_bind_state(struct query *q, const struct upgrade *u); /* place, state, end */
void row_bind_run(struct query *q, const struct step_run *run);
int row_read(const struct query *q, struct upgrade **ret, struct ud_error *err)
    UD_CHECKED;
int row_read_notes(struct journal *j, struct upgrade *u, struct ud_error *err)
    UD_CHECKED;
int row_read_step(const struct query *q, struct step_row *ret, struct ud_error *err)
    UD_CHECKED;

#endif
