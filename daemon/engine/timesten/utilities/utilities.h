/*
 * The vendor's utilities: what to run (builders) and what they printed (parsers).
 *
 * Builders fill a command that command_init() emptied. Nothing here runs anything, reads
 * a file or knows the time; nothing here puts a secret on a command line.
 *
 * Parsers take whole outputs, NUL-terminated and borrowed, both streams mixed. They find
 * what they know among what they do not know: case, spacing, CRLF, prompts, warnings,
 * blank lines and noise between the lines do not matter. What they do not find stays
 * unknown; "cannot be read" is never taken for "is not so".
 *
 * Source: TimesTen Reference, chapters "Utilities" and "Built-in procedures", 6.0 to 26.1.
 */
#ifndef UD_ENGINE_TIMESTEN_UTILITIES_H
#define UD_ENGINE_TIMESTEN_UTILITIES_H

#include "common/buf.h"
#include "common/release.h"
#include "daemon/model/command.h"
#include "daemon/model/data_file.h"
#include "daemon/model/growth.h"
#include "daemon/model/observation.h"

/* ---- facts that are read at the start --------------------------------------------- */

extern const struct data_file tt_errors_file;	/* timesten-errors.conf */
extern const struct data_file tt_phrases_file; /* timesten-phrases.conf */

/* ---- names ------------------------------------------------------------------------ */

/* The DSN that reaches the member's database with the tools of this installation: setting
 * dsn_new in an installation named "new", else dsn. Never NULL; borrowed from m. */
const char *tt_dsn(const struct member *m, int installation);

/* Where it is to be, in the same way: path_new or path. NULL: not said. */
const char *tt_path(const struct member *m, int installation);

/* The store name that replication knows the member by: setting store, else dsn. Compare
 * such names without case: schemes keep them in upper or lower case. */
const char *tt_store(const struct member *m);

/* "DSN=name;AutoCreate=0", or "DSN=name" when the database may be created. Where a DSN of the
 * member was found to name a user, followed by empty ones. New string. */
char *tt_connection(const struct member *m, int installation, bool may_create);

/*
 * The tools are to connect as the instance administrator, who needs no user. A DSN with UID, PWD
 * or PWDCrypt in odbc.ini makes them connect as that one. From now on connection strings of this
 * member blank them: its DSN was read, or who is connected was refused, or asked for a password.
 *
 * Source: TimesTen Installation Guide 11.2.1, chapter 2: "DSN=master1;UID=;PWD=;PWDCrypt=".
 */
void tt_blank_login(const struct member *m);

/* Does what a tool of the member printed say that the DSN names a user, so that this one, or
 * nobody, was connected: authentication failed, a privilege is missing, a password is asked for? */
bool tt_is_login_trouble(const char *text);

/* Do both reach one machine, as one user, by what the configuration says? */
bool tt_is_same_machine(const struct host *a, const struct host *b);

/* value as an SQL string, in quotes, with quotes inside doubled; cut to fit. Returns buf. */
const char *tt_literal(const char *value, char *buf, size_t size);

/* True when `owner.name` or `name` consists of letters, digits, '_', '#', '$' only, and
 * can stand in a statement as it is. */
bool tt_is_identifier(const char *name);

/* OWNER.TABLE into a statement: as it is, or in quotes when it is no plain word. */
void tt_add_table(struct buf *b, const char *name);

/* ---- ttAdmin: jobs ---------------------------------------------------------------- */

void tt_admin_query(struct command *c, const struct member *m, int installation);
void tt_admin_rep_start(struct command *c, const struct member *m, int installation);
void tt_admin_rep_stop(struct command *c, const struct member *m, int installation);
void tt_admin_cache_start(struct command *c, const struct member *m, int installation);
void tt_admin_cache_stop(struct command *c, const struct member *m, int installation);
void tt_admin_ram_load(struct command *c, const struct member *m, int installation);
void tt_admin_ram_unload(struct command *c, const struct member *m, int installation);

/* policy: "always", "manual", "inUse", in any case; grace_s: of inUse, -1 leaves it as it is. */
void tt_admin_ram_policy(struct command *c, const struct member *m, int installation,
    const char *policy, int grace_s);

/* Sets the policy and loads, in one call. */
void tt_admin_ram_policy_load(struct command *c, const struct member *m, int installation,
    const char *policy);

/* policy: "always", "manual", "norestart". */
void tt_admin_rep_policy(struct command *c, const struct member *m, int installation,
    const char *policy);
void tt_admin_cache_policy(struct command *c, const struct member *m, int installation,
    const char *policy);

/* ---- ttMigrate, ttDestroy, ttRepAdmin, ttDaemonAdmin, ttVersion, ttStatus: jobs ---- */

/* Saves the database to file (absolute, on the member's host). The database must exist.
 * options: more words, NULL-ended; NULL: none. */
void tt_migrate_create(struct command *c, const struct member *m, int installation,
    const char *file, const char *const *options);

/* Options of procedures; procedures.h has their entries, doc/timesten.md their meaning. */
#define TT_OPTION_CHECKPOINT "checkpoint_mb" /* a checkpoint after each so many MB restored */
#define TT_OPTION_PERM_SIZE  "perm_size"     /* PermSize of new databases, MB */
#define TT_OPTION_CHARSET    "charset"	     /* DatabaseCharacterSet of the new database */
#define TT_OPTION_RAM_POLICY "ram_policy"    /* of every database, when the upgrade is over */
#define TT_OPTION_RAM_GRACE  "ram_grace"     /* of that policy, when it is inUse; seconds */

#define TT_OPTION_GRANT_ADMIN "grant_admin" /* for the time of the upgrade: public, user */

/* Adds an attribute to the connection string that a command line has behind -connStr. */
void tt_add_attribute(struct command *c, const char *name, const char *value);

/* Restores file into a database that is created. checkpoint_mb: a checkpoint after each
 * so many megabytes, 0: none (then the log of the whole restore stays on disk). */
void tt_migrate_restore(struct command *c, const struct member *m, int installation,
    const char *file, int checkpoint_mb,
    const char *const *options);

/* An image of the database in files NAME.* of the folder, and a new database from it: the same
 * major release, as many bits. */
void tt_backup(struct command *c, const struct member *m, int installation,
    const char *directory, const char *name);
void tt_restore(struct command *c, const struct member *m, int installation,
    const char *directory, const char *name);

/* The same over standard output and input, but for the word that says so: "-o", "-i". */
void tt_backup_stream(struct command *c, const struct member *m, int installation);
void tt_restore_stream(struct command *c, const struct member *m, int installation);

/* Destroys the member's database of this installation; refused by the tool while it is in
 * use. Never with -force. */
void tt_destroy(struct command *c, const struct member *m, int installation);

/*
 * Copies the database of from_store on from_host to m's host. The user with ADMIN rights
 * there is pair->duplicate; name and password are given at the prompts (command.user and
 * command.password_file), never on the command line. The connection string blanks UID, PWD
 * and PWDCrypt, so that the tool acts as instance administrator.
 * set_master_rep_start: the source keeps its log for the copy from the start of it.
 * ram_load: the copy stays loaded.
 * groups: of a source with cache groups, a master keeps them, for the cache administrator
 * pair->cache, whose password is given at a second prompt; in a subscriber their tables become
 * plain ones.
 */
enum tt_groups { TT_GROUPS_NONE, TT_GROUPS_KEEP, TT_GROUPS_PLAIN };
void tt_rep_admin_duplicate(struct command *c, const struct member *m, int installation,
    const char *from_store, const char *from_host, bool set_master_rep_start,
    bool ram_load, enum tt_groups groups);

/* Creates the user pair->duplicate, which is an identifier, and grants ADMIN to him; his password is
 * asked for at a prompt. A user who is there already only gets ADMIN. */
void tt_create_admin(struct command *c, const struct member *m, int installation);

/* What m's database sends to that store: state "start", "pause", "stop"; NULL: -reset. */
void tt_rep_admin_receiver(struct command *c, const struct member *m, int installation,
    const char *store, const char *host, const char *state);

/* force: for -start, ignore a pid file that a crash left behind. */
void tt_daemon_admin_start(struct command *c, const struct member *m, int installation,
    bool force);
void tt_daemon_admin_stop(struct command *c, const struct member *m, int installation);

/* Starts or stops the TimesTen Server of the instance. */
void tt_daemon_admin_server(struct command *c, const struct member *m, int installation,
    bool start);

/* With -m; plain: without, for releases before 7.0. */
void tt_version(struct command *c, const struct member *m, int installation, bool plain);
void tt_status(struct command *c, const struct member *m, int installation);

/* ---- ttIsql: sessions --------------------------------------------------------------- */

/* ConnectionName of sessions to a member of a bidirectional pair; the tool may add to it. */
#define TT_OWN_CONNECTION "upgraded"

/* `call ttDataStoreStatus`: how many applications are connected to the database at this path
 * ("": to whichever it lists), sessions of that name not counted; where none has it, one with the
 * name of the DSN is ours (NULL: then none is). -1: it lists no connection at all, which cannot
 * be, for it was asked over one. */
int tt_applications_parse(const char *text, const char *path, const char *dsn);

/* Adds one statement (';' and line end are added) to a command of kind SESSION; call it
 * again for the next one. */
void tt_session(struct command *c, const struct member *m, int installation,
    const char *fmt, ...) UD_PRINTF(4, 5);

/* The same statements as a job of its own, which may take as long as it likes. */
void tt_isql_job(struct command *c, const struct member *m, int installation,
    const char *statements);

/* ---- the shell of a member's host --------------------------------------------------- */

/* A function of guard.sh, as a command of kind SHELL; its words follow, each as one, whatever
 * it holds. */
void tt_shell_call(struct command *c, const struct member *m, const char *function);
void tt_shell_word(struct command *c, const char *word);
void tt_shell_wordf(struct command *c, const char *fmt, ...) UD_PRINTF(2, 3);

/* ---- ttXactAdmin: whose transactions are open ---------------------------------------- */

/* Lists them, connected to the database, which must be loaded: connecting would load it. */
void tt_xact_admin(struct command *c, const struct member *m, int installation);

struct tt_transaction {
	int pid;
	char id[24];      /* "1.21" */
	char program[64]; /* "" not said */
};

/* How many are open, also when that is more than max; -1: the answer is not whole. */
int tt_transactions_parse(const char *text, struct tt_transaction *ret, int max);

/* ---- progress ------------------------------------------------------------------------ */

/* engine.grows: the file of ttMigrate -c, the image of ttBackup, the files of the database
 * that ttMigrate -r, ttRestore and ttRepAdmin -duplicate make, where the member's path is
 * configured. */
bool tt_grows(const struct command *c, struct growth *ret);

/* engine.moved: rows of ttMigrate. */
void tt_moved(const struct command *c, struct rows_moved *r, const char *text, size_t len);

/* ---- ttStatus: answer --------------------------------------------------------------- */

struct tt_store_status {
	char path[256];
	enum fact loaded;
	enum fact changing; /* being loaded or unloaded, or disconnects are pending */
	int connections;    /* of the store, all kinds; -1 unknown */
	int applications;   /* rows Process and Server; -1 unknown */
	int subdaemons;     /* rows Subdaemon; -1 unknown */
	char holders[96];   /* "orders1 (Process 4410), Replication 4502": rows of others, those that
			     * there is room for */
	enum agent_state replication_agent, cache_agent;
	char ram_policy[16], replication_policy[16],
	    cache_policy[16];      /* lower case; "" */
	enum fact manually_loaded; /* under policy manual */
	enum fact open;            /* for user connections; unknown before 18.1 */
};

struct tt_status {
	enum fact daemon_up; /* NO: the tool says that it cannot connect to it */
	char instance[64];
	int server_port; /* of the TimesTen Server; 0: there is none */
	struct tt_store_status *stores; /* count of them; owned */
	int count;
};

/* Returns 0, also when the daemon is down; -1 UD_EPARSE when the text is neither a whole
 * report (it ends with "End of report") nor the word that the daemon is down. On success
 * release with tt_status_done(). */
int tt_status_parse(const char *text, struct tt_status *ret, struct ud_error *err)
    UD_CHECKED;
void tt_status_done(struct tt_status *s);

/* The member's store in this installation: by its setting path (path_new in the one named
 * "new", when it is given), else by the last part of the path without case. Returns how
 * many there are: 0 none; 1 sets *ret; more than one: two folders have a store of that
 * name, *ret is NULL, and only the setting can tell which it is. */
int tt_status_find(const struct tt_status *s, const struct member *m, int installation,
    const struct tt_store_status **ret);

/* ---- ttAdmin: answer ---------------------------------------------------------------- */

/* The summary that every successful ttAdmin call prints. "" and unknown: line absent. */
struct tt_policies {
	char ram_policy[16], replication_policy[16], cache_policy[16]; /* lower case */
	int ram_grace_s; /* -1 not printed */
	enum fact manually_loaded, replication_started, cache_started; /* by hand */
	enum fact open;
};

/* Returns 0, or -1 UD_EPARSE when not one known line is there. */
int tt_admin_query_parse(const char *text, struct tt_policies *ret,
    struct ud_error *err) UD_CHECKED;

/* ---- ttVersion: answer -------------------------------------------------------------- */

/* From `-m` (line version=) or the plain form (line "TimesTen Release"), where 6.0 prints
 * 6.0.4 as 6.04. ret_bits: 32, 64,
 * or 0 when not said; may be NULL. -1 UD_EPARSE: no release in it. */
int tt_version_parse(const char *text, struct release *ret, int *ret_bits,
    struct ud_error *err) UD_CHECKED;

/* ---- ttIsql: answers ---------------------------------------------------------------- */

#define TT_COLUMNS_MAX 24

/* One row `< a, b >`. A NULL is an empty column with null set. */
struct tt_row {
	char text[2048]; /* the columns live in here */
	char *column[TT_COLUMNS_MAX];
	bool null[TT_COLUMNS_MAX];
	int count;
};

/* The next row at or after *cursor (start with the text), which is moved behind it; false:
 * no more. Columns are split at commas and trimmed: ask for one column when data may hold
 * a comma. A row may stand behind prompts and may be wrapped over lines. */
bool tt_row_next(const char **cursor, struct tt_row *ret);

/* Column n (0...) or "" when the row has fewer. */
const char *tt_column(const struct tt_row *row, int n);

/* Column n as a decimal number, or fallback when it is none. */
int64_t tt_column_int(const struct tt_row *row, int n, int64_t fallback);

/* The role that `call ttRepStateGet` printed: first column of the first row. Other columns
 * (grid state of 11.2) do not count. No row, or a word that no release documents: -1
 * UD_EPARSE and *ret_role = ROLE_UNKNOWN (never IDLE). */
int tt_role_parse(const char *text, enum role *ret_role, struct ud_error *err)
    UD_CHECKED;

/* `call ttBookmark`: six numbers, write, force and hold. */
int tt_bookmark_parse(const char *text, struct bookmark *ret, struct ud_error *err)
    UD_CHECKED;

struct tt_hold {
	struct position at;
	char type[32]; /* as printed: "Replication", "Checkpoint", ... */
	char host
	    [NAME_MAX_BYTES]; /* of a Replication hold, from "HOST:STORE"; else "" */
	char store[NAME_MAX_BYTES];
};

/* `call ttLogHolds`: fills at most max; returns the number of holds, 0 when there is none
 * (or no readable row). */
int tt_holds_parse(const char *text, struct tt_hold *ret, int max);

/* `call ttReplicationStatus`: fills at most max peers (held stays not set); returns the
 * number of peers printed. State is in lower case; "failed" and the others as printed. */
int tt_peers_parse(const char *text, struct peer_seen *ret, int max);

/* `call ttRepSubscriberWait(...)`: 0 everything arrived (< 00 >), 1 time is up (< 01 >),
 * -1 neither: an error, or an answer nobody documents. */
int tt_wait_parse(const char *text);

/* ---- ttMigrate: answer -------------------------------------------------------------- */

struct tt_migrated {
	int objects;  /* begun: "Saving table ..." */
	int finished; /* "... successfully saved." */
	int tables;   /* with a count of rows */
	int failures; /* objects that were not done, counts that fall short, error blocks */
	int64_t rows_done, rows_total;
	bool cut; /* the middle of the output is missing: counts are too low */
};

/* Reads what -c or -r printed. each (may be NULL) is called for every table with its rows
 * done and to do. */
void tt_migrate_parse(const char *text,
    void (*each)(const char *table, int64_t done, int64_t total, void *arg), void *arg,
    struct tt_migrated *ret);

/* ---- errors -------------------------------------------------------------------------- */

/* One error that a tool printed, and what it means to a step. */
struct tt_error {
	int number;           /* 0: a text without number, or an SQLSTATE */
	enum verdict verdict; /* OK: the wanted state is there already */
	char text[304];       /* one line, as printed, shortened */
	const char *remedy;   /* "" when there is none to name; static */
};

/* What a number means by the table; unknown numbers are STOP. Returns its remedy. */
const char *tt_error_meaning(int number, enum verdict *ret_verdict);

/* The most specific error of a tool's output: the first number that is no wrapper (9992)
 * and no warning, else a known text without number. False: there is none. */
bool tt_error_find(const char *text, struct tt_error *ret);

/* The same for the answer of a session, where numbers stand at the start of a line. */
bool tt_sql_error(const char *text, struct tt_error *ret);

/*
 * engine.judge: what the end of a command means.
 *
 * Jobs: status 0 is OK unless the output has an error of a worse class; any other status
 * counts by the error printed, without one it is STOP. ttAdmin's "already so" (TT12026 to
 * TT12029, status 5 to 8) is OK. Sessions have no status: an error in the answer counts.
 * Anything but EXITED: sessions AGAIN (the connection is lost, look), jobs STOP.
 * err: set unless OK; text is what the tool said in one line of at most 300 bytes.
 */
enum verdict tt_judge(const struct command *c, const struct outcome *o,
    struct ud_error *err);

#endif
