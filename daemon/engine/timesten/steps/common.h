/* What the step files share: short ways to what was seen, and notes they leave. */
#ifndef UD_ENGINE_TIMESTEN_STEPS_COMMON_H
#define UD_ENGINE_TIMESTEN_STEPS_COMMON_H

#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/engine/timesten/utilities/utilities.h"

/* Notes of an upgrade; NOTE_PROOF and NOTE_PATH are the core's (core/guards.c). */
#define TT_NOTE_PROOF      "proof"
#define TT_NOTE_PATH       "path."       /* + member + ".old" or ".new" */
#define TT_NOTE_REP_POLICY "rep-policy." /* + member */
#define TT_NOTE_RAM_POLICY "ram-policy." /* + member */
#define TT_NOTE_RAM_GRACE  "ram-grace."  /* + member: of the policy inUse, seconds */
#define TT_NOTE_REP          "rep."          /* + member: its replication agent ran */
#define TT_NOTE_CACHE        "cache."        /* + member: its cache agent ran */
#define TT_NOTE_GROUPS       "cache-groups." /* + member: how many, if any */
#define TT_NOTE_REFRESH      "refresh."      /* + cache group: autorefresh was on, off, paused */
#define TT_NOTE_COUNT        "count."        /* + table: its rows before it was saved */
#define TT_NOTE_CACHED       "cached."       /* + cached table: its rows on the active; "" */
#define TT_NOTE_CACHE_POLICY "cache-policy." /* + member: always */
#define TT_NOTE_HOLD       "hold."       /* + member: kept, lost, unknown */
#define TT_NOTE_REJOINED   "rejoined."   /* + member: yes */
#define TT_NOTE_HOST       "host."       /* + member: as the scheme spells it */
#define TT_NOTE_APPS       "apps."       /* + member: applications were connected; shared/apps.c reads it */
#define TT_NOTE_PORTS      "ports"       /* yes: the scheme has others than the configuration */
#define TT_NOTE_SCHEME     "scheme"      /* OWNER.NAME of a classic one */
#define TT_NOTE_SCHEMA     "schema"      /* fingerprint of the active; + "." + member: of each */
#define TT_NOTE_CHARSET    "charset."    /* + member */
#define TT_NOTE_ROWS       "rows."       /* + member: rows in its export */
#define TT_NOTE_DRAINED    "drained."    /* + member: log position after the drain */
#define TT_NOTE_VERIFIED   "verified."   /* + member: the copy has as many rows */
#define TT_NOTE_FENCED     "fenced."     /* + member: the one right before the fence */
#define TT_NOTE_LEASE        "lease."        /* + member: when the guard on its host acts, ms */

const struct observation *step_seen(const struct scene *s, const struct member *m);

/* The member's database in the installation of this step. Never NULL: all unknown when
 * the step has none. */
const struct installation_seen *step_inst(const struct scene *s,
    const struct plan_step *ps);

/* Conditions of steps (struct step, needed): the log for the member is gone; the member
 * did not rejoin. */
bool step_hold_lost(const struct scene *s, const struct plan_step *ps);
bool step_not_rejoined(const struct scene *s, const struct plan_step *ps);

/* Did the member have cache groups when the upgrade began, or now while it is planned? */
bool step_has_cache_groups(const struct scene *s, const struct member *m);

/* The next cache group at or after *at, and the state of its autorefresh when the upgrade began;
 * NULL: no more. */
const char *step_next_group(const struct scene *s, size_t *at, const char **ret_was);

/* Notes which tables are cached, by the catalogue and by what ttMigrate -c printed; was this one?
 * Their rows come from Oracle, ttMigrate has none. */
void step_remember_cached(const struct settings *details, struct settings *notes);
void step_remember_saved(const char *printed, struct settings *notes);
bool step_table_is_cached(const struct scene *s, const char *table);

/* Statements of a session with the member that count a table; and what they told, -1: nothing. */
void step_ask_count(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const struct member *m, const char *table);
int64_t step_rows_told(const struct scene *s, const char *table);

/* The member is a subscriber in memory whose tables were counted at the active. */
bool step_is_compared(const struct scene *s, const struct plan_step *ps);

/* The member cannot be seen, and the lease of the guard on its host is over. */
bool step_guard_is_trusted(const struct scene *s, const struct plan_step *ps);

/* In this back-out the guard of the member was asked whether the swap may be taken back, and did not
 * answer. */
bool step_guard_was_silent(const struct scene *s, const struct plan_step *ps);

/* For how long it is waited for an answer of the member that is made active, at most most_ms: in the
 * pause until the guard of the other one has acted, which makes it active, too. */
int64_t step_successor_ms(const struct scene *s, const struct plan_step *ps, int64_t most_ms);

/* The swap is decided, the member that takes over cannot be seen, and the guard of the other one,
 * which has a way to it, has made it active by now. */
bool step_successor_is_trusted(const struct scene *s, const struct plan_step *ps);

/* The new release replaces the old one in one installation of the member's host. */
bool step_in_place(const struct scene *s, const struct plan_step *ps);

/* The walk came to the member's install step: abort has a release to replace again. */
bool step_was_replaced(const struct scene *s, const struct plan_step *ps);

/* Names of other databases that are loaded in this installation, or NULL. */
const char *step_others_loaded(const struct observation *o, int installation);

/* Does a copy of the scheme name other ports than the configuration? */
bool step_ports_differ(const struct scene *s);

/* The installation that has the member's database loaded now, else that of the step. */
int step_home(const struct scene *s, const struct plan_step *ps,
    const struct member *m);

/* What the tool that just ended says went wrong, behind what w says was seen, and what to do
 * about it. Nothing when it ended well. */
void step_tell_error(const struct scene *s, struct why *w);

/* The master that is seen active, or NULL. */
const struct member *step_active(const struct scene *s);

const char *step_note(const struct scene *s, const char *prefix,
    const struct member *m);
void note_set(struct settings *notes, const char *prefix, const struct member *m,
    const char *value);

/* Store and host of a member as the replication scheme spells them; what the schema look
 * did not tell is taken from the configuration. */
const char *step_scheme_store(const struct scene *s, const struct member *m);
const char *step_scheme_host(const struct scene *s, const struct member *m);

/* ": orders1 (Process 4410), ..." of who is connected to ps->member in ps->installation, as ttStatus
 * lists them; "" when that is not known. Borrowed from buf. */
#define HOLDERS_TEXT 100
const char *step_holders(const struct scene *s, const struct plan_step *ps,
    char buf[HOLDERS_TEXT]);

/* Is peer's store known to member by that name: in the scheme, or among its peers? */
bool step_names_known(const struct scene *s, const struct member *m,
    const struct member *peer);

/* False: the member answers, but does not tell its log positions: ttBookmark is not asked
 * for then, where its refusal would end the session. */
bool step_tells_positions(const struct scene *s, const struct member *m);

/* The RAM policy that the member's database is to have in the end: as the options of the upgrade
 * say, and on the way back, or without them, that of before. *ret_grace: seconds, -1 not said. */
const char *step_ram_policy(const struct scene *s, const struct plan_step *ps,
    int *ret_grace);

/* Policies under which nothing but ttAdmin loads and unloads: manual, and from 18.1 on enduring.
 * NULL: not known, then it is none of them. */
bool step_is_by_hand(const char *policy);

/* Is the member's database taken out of the policy inUse as well, and not only of always, when it is
 * to be unloaded: for a patch, which opens it again, and where it would stay for its grace period? */
bool step_ram_is_held(const struct scene *s, const struct plan_step *ps);

/* May there be a policy to be set, or a grace period, that the database has not by itself? */
bool step_ram_policy_needed(const struct scene *s, const struct plan_step *ps);

/* Has it that policy, and that period where the tool tells it? */
bool step_has_ram_policy(const struct scene *s, const struct plan_step *ps,
    const char *policy, int grace);

/* What a new database is created with, by the options: attributes of its connection string. */
void step_add_size(const struct scene *s, struct command *c);

/* Where files of ttBackup are on the member's host, and how they begin: new string. */
const char *step_backup_directory(const struct member *m);
char *step_backup_name(const struct scene *s, const struct member *m);

/* Commits the step's tag as the marker row of that database. Under RETURN TWOSAFE a commit is a
 * statement of its own: with AutoCommit it is refused (TT8099). */
void step_write_marker(const struct scene *s, const struct plan_step *ps,
    const struct member *m, struct command *ret);

/* "upgraded-<upgrade>-<step>-<attempt>": what this step writes into the marker row. */
void step_tag(const struct scene *s, const struct plan_step *ps, char *buf,
    size_t size);

/* Of a step that makes a database in its installation: notes where it is; and takes it away again. */
void step_learn_new_path(const struct scene *s, const struct plan_step *ps,
    struct settings *notes);
void step_destroy_new(const struct scene *s, const struct plan_step *ps,
    struct command *ret);

#endif
