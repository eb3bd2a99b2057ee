/*
 * The journal: what was decided, commanded, seen and approved. SQLite, WAL,
 * synchronous=FULL, STRICT tables, foreign keys, user_version migrations, one writer.
 *
 * What is promised: journal_commit() returned 0 means that everything put since
 * journal_begin() is on disk, all of it; -1 means that none of it is. (One thing is left
 * to chance: when the disk failed in the very sync of the commit and the daemon dies
 * before its next commit, a restart may find that transaction.) A damaged file is refused
 * with what to do, never created anew. A second daemon is locked out.
 *
 * Texts arrive redacted and in UTF-8; those of commands, outputs, events and comments are
 * kept up to 64 KiB, head and tail.
 */
#ifndef UD_JOURNAL_JOURNAL_H
#define UD_JOURNAL_JOURNAL_H

#include "daemon/model/decision.h"
#include "daemon/model/observation.h"
#include "daemon/model/past.h"

struct journal;

/* Opens or creates <directory>/journal.db (and the last folder of the path) and takes
 * <directory>/lock.
 * UD_ELOCKED: another daemon (its pid in the text); UD_EJOURNAL: damaged, of a newer
 * version, or not writable, with the remedy. Header, log and tables are looked at always,
 * every page only when the file is not as this daemon left it, or the machine went down
 * under it (lock.c): that takes 0.3 s for 370 MB in memory. */
int journal_open(const char *directory, struct journal **ret, struct ud_error *err)
    UD_CHECKED;
void journal_close(struct journal *j);

/* The pid of who has this state directory, as its lock file says; 0: nobody, or it cannot be
 * read. */
long journal_holder(const char *directory);

/* The loop has nothing to do: moves the log into the file when it has grown, so that no
 * commit has to. journal_thin() does it too. */
void journal_rest(struct journal *j);

/* The disk is full: gives back the room that was kept for this. False: there is none left.
 * It is kept again by journal_thin(), when the disk has room. */
bool journal_use_reserve(struct journal *j);
/* For a job whose folder is beside the journal: uses the reserve when the disk is full. */
void journal_make_room(struct journal *j);

/* ---- writing: one transaction per turn ---- */

/* A turn without a put touches no disk. A put that fails spoils the turn: commit fails
 * with the same error. A failed commit has rolled back; an id that a put gave out in that
 * turn is void. */
int journal_begin(struct journal *j, struct ud_error *err) UD_CHECKED;
int journal_commit(struct journal *j, struct ud_error *err) UD_CHECKED;
void journal_rollback(struct journal *j); /* also clears a failed transaction */

/* Called right before each COMMIT, and right after those that reached the disk (tests,
 * metrics). took_us: of the COMMIT alone, 0 before it. */
typedef void journal_hook_fn(void *arg, bool after, int64_t took_us);
void journal_set_hook(struct journal *j, journal_hook_fn *hook, void *arg);

/* Inserts when u->id is 0 (and sets it), else updates what changes in the life of an
 * upgrade: pair, procedure, releases, options, gates, active, standby, installations, plan
 * hash, key and creation are written once. Step runs that are dirty are updated, notes
 * written when notes_dirty. Clears no dirty flag. Not kept: monotonic times, round_tries,
 * why. UD_ESTATE: the idempotency key was used before. */
int journal_put_upgrade(struct journal *j, struct upgrade *u, struct ud_error *err)
    UD_CHECKED;

/* Once, in the turn that created it and after journal_put_upgrade(): a row for every step
 * of every list, with its number, id, title, member and run. */
int journal_put_steps(struct journal *j, const struct upgrade *u,
    const struct plan *plan, struct ud_error *err) UD_CHECKED;

/* Append-only; ids rise without end. upgrade 0: none. data: JSON text or NULL. */
int journal_put_event(struct journal *j, const char *pair, int64_t upgrade,
    enum event_kind kind, const char *step, const char *member, const char *text,
    const char *data, int64_t *ret_id, struct ud_error *err) UD_CHECKED;

struct command_row {
	int64_t id;
	int64_t upgrade; /* 0: none */
	char list;       /* 'f' 'u' 'b' 'x': enum plan_list */
	int pos;         /* step index in the list */
	char number[16];
	char step[32];
	int attempt;
	bool clean_up;
	char member[NAME_MAX_BYTES], host[NAME_MAX_BYTES];
	char kind[12];                          /* "job", "session", "hook" */
	char *text;                             /* redacted */
	int64_t started_wall_ms, ended_wall_ms; /* 0: not */
	char ending[12];                        /* "" not ended */
	int status;
	char verdict[12];
	char *output; /* bounded, redacted; NULL none */
};
void command_row_done(struct command_row *c);

/* Before it runs: sets c->id. After it: by id, the columns from started_wall_ms on, which is by
 * then when it was really started, behind the commit of its row. */
int journal_put_command(struct journal *j, struct command_row *c, struct ud_error *err)
    UD_CHECKED;
int journal_end_command(struct journal *j, const struct command_row *c,
    struct ud_error *err) UD_CHECKED;

int journal_put_approval(struct journal *j, int64_t upgrade, const char *gate,
    const char *step, const char *who, const char *comment, const char *plan_hash,
    struct ud_error *err) UD_CHECKED;

/* Thinned history of a member: role, reachability, bookmark, lag. */
int journal_put_observation(struct journal *j, const char *pair, const char *member,
    const struct observation *o, struct ud_error *err) UD_CHECKED;

/* ---- reading ---- */

/* Upgrades that are not over, for recovery. plan_of() makes the plan again from what the
 * row says (pair, procedure, from, to, options, gates, active, standby, installations and
 * notes, all set in *head); NULL when that is impossible, with err: the upgrade is then
 * handed over without runs, in state attention and with err in its error. Where the plan
 * has another number, step or member than the journal: runs are filled by position, state
 * attention, the error (UD_ESTATE) names the first difference, and plan is NULL, because it
 * must not be walked. each() takes over u and plan. */
typedef struct plan *journal_plan_fn(void *arg, const struct upgrade *head,
    struct ud_error *err);
typedef void journal_upgrade_fn(void *arg, struct upgrade *u, struct plan *plan);
int journal_load(struct journal *j, journal_plan_fn *plan_of, journal_upgrade_fn *each,
    void *arg, struct ud_error *err) UD_CHECKED;

/* The last command of this step of the upgrade that has no end, at most one: list is a letter
 * as in struct command_row. False: none. */
int journal_open_command(struct journal *j, int64_t upgrade, char list, int pos,
    bool *ret_found, struct command_row *ret, struct ud_error *err) UD_CHECKED;

/* For people: summaries of upgrades, newest first; pair, state may be NULL; after: id, 0
 * from the newest. The upgrade has its notes, and no runs. */
typedef void journal_history_fn(void *arg, const struct upgrade *u);
int journal_history(struct journal *j, const char *pair, const char *state,
    int64_t after, int limit, journal_history_fn *each, void *arg, struct ud_error *err)
    UD_CHECKED;
/* One by id; UD_ENOTFOUND. */
int journal_find(struct journal *j, int64_t id, journal_history_fn *each, void *arg,
    struct ud_error *err) UD_CHECKED;

/* The id of the upgrade that was created with this key, 0 none. */
int journal_find_key(struct journal *j, const char *key, int64_t *ret_id,
    struct ud_error *err) UD_CHECKED;

struct step_row {
	char list;
	int pos;
	char number[16], step[32], title[160], member[NAME_MAX_BYTES];
	struct step_run run;
};
typedef void journal_step_fn(void *arg, const struct step_row *s);
int journal_steps(struct journal *j, int64_t upgrade, journal_step_fn *each, void *arg,
    struct ud_error *err) UD_CHECKED;

/* Commands with id > after, of a step number or all (NULL), oldest first. */
typedef void journal_command_fn(void *arg, const struct command_row *c);
int journal_commands(struct journal *j, int64_t upgrade, const char *number,
    int64_t after, int limit, journal_command_fn *each, void *arg, struct ud_error *err)
    UD_CHECKED;

/* What the steps of the pair's upgrades took that went well at once, newest upgrade first; of
 * the last few hundred steps. ret is empty before; past_done() frees it. */
int journal_past(struct journal *j, const char *pair, struct past_runs *ret,
    struct ud_error *err) UD_CHECKED;

struct event_row {
	int64_t id, wall_ms, upgrade;
	const char *pair, *kind, *step, *member, *text, *data; /* valid in the call */
};
typedef void journal_event_fn(void *arg, const struct event_row *e);
int journal_events(struct journal *j, int64_t after, const char *pair, int limit,
    journal_event_fn *each, void *arg, struct ud_error *err) UD_CHECKED;
int64_t journal_last_event(const struct journal *j); /* newest committed id, 0 none */

struct approval_row {
	int64_t wall_ms;
	const char *gate, *step, *who, *comment;
};
typedef void journal_approval_fn(void *arg, const struct approval_row *a);
int journal_approvals(struct journal *j, int64_t upgrade, journal_approval_fn *each,
    void *arg, struct ud_error *err) UD_CHECKED;

/* Totals for metrics since the journal was made, thinned ones too. attention: how often an
 * upgrade came to need it. A command is ok when its verdict is. */
struct journal_totals {
	int64_t completed, aborted, attention;
	int64_t commands_ok, commands_failed;
};
void journal_totals(const struct journal *j, struct journal_totals *ret);

/* Drops observations, events, and upgrades that ended with all they have, from before these
 * times (wall). A small piece in its own transaction; true when there is more to drop. Not in a
 * turn. A failure is logged and nothing dropped. */
bool journal_thin(struct journal *j, int64_t observations_before_ms,
    int64_t history_before_ms);

#endif
