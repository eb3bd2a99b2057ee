/* What the step files share: short ways to what a command said and to what was seen. */
#ifndef UD_ENGINE_POSTGRES_STEPS_COMMON_H
#define UD_ENGINE_POSTGRES_STEPS_COMMON_H

#include "daemon/engine/postgres/utilities/command.h"
#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"

#define PG_NOTE_PROOF "proof" /* the core's: core/guards.c */
#define PG_NOTE_PATH  "path." /* the core's: + member + ".old" or ".new" */

#define PG_NOTE_TAG     "pg.tag"      /* of the marker row that is looked for */
#define PG_NOTE_PROVED  "pg.proof"    /* the proof of the swap, for people */
#define PG_NOTE_TABLE   "pg.table"    /* ours: we made the table of the marker row */
#define PG_NOTE_STARTED "pg.started." /* + member: its start time before */
#define PG_NOTE_GUARD   "pg.guard."   /* + member: "able" to log in to the other one */
#define PG_NOTE_FENCED  "pg.fenced."  /* + member: where its log ended */
#define PG_NOTE_FORK    "pg.fork."    /* + member: timeline it left, and where */
#define PG_NOTE_BEYOND  "pg.beyond."  /* + member: yes, its log goes beyond that */
#define PG_NOTE_POOLER  "pg.pooler."  /* + name of a pooler: databases, a line each */

/* A note of the upgrade; NULL: none, or only planned. */
const char *pg_step_note(const struct scene *s, const char *key);
/* The same of one member: prefix and its name. */
const char *pg_step_note_of(const struct scene *s, const char *prefix,
    const struct member *m);
void pg_step_note_set(struct settings *notes, const char *prefix,
    const struct member *m, const char *value);

/* "upgraded-<upgrade>-<step>-<attempt>": what this step writes into the marker row. */
void pg_step_tag(const struct scene *s, const struct plan_step *ps, char *buf,
    size_t size);

/* A probe of steps whose command proves its own effect: done when it ended well. */
enum probe pg_step_said(const struct scene *s, const struct plan_step *ps,
    struct why *w);

/* The first line of the command's output whose first field is this word: its other fields,
 * as a new string; NULL: no such line. Fields are separated by tabs. */
char *pg_step_answer(const struct scene *s, const char *word);

/* The n-th field of such a rest, from 0, in buf, as it was before a session escaped it; "\\N"
 * is a NULL, "" that there is none. */
const char *pg_step_field(const char *rest, int n, char *buf, size_t size);
int64_t pg_step_number(const char *rest, int n); /* -1: it is none, or negative */

/* The master that is seen active, or NULL. */
const struct member *pg_step_active(const struct scene *s);

/* The installation that a member lives in now, as far as it was seen; else that of the step,
 * if the step is about it; else the old one. */
int pg_step_home(const struct scene *s, const struct plan_step *ps,
    const struct member *m);

/* programs.c: the job that starts a server, or starts it again, with these programs. */
void pg_restart_command(struct command *c, const struct member *m, int installation,
    int64_t limit_ms);

/* promote.c, gate.c: what makes a standby, or a database that follows a stream, the active one.
 * Said twice it harms nothing. */
extern const char *const pg_promote_sql, *const pg_open_sql;

/* settings.c: the slot that a member read through before the upgrade; NULL: none. */
const char *pg_settings_slot(const struct scene *s, const struct member *m);

/* slots.c: is this a subscriber of the member that was active, who has to read from another
 * one after the swap? */
bool pg_step_moves(const struct scene *s, const struct member *m);

/* Does the server of the step's member run in the step's installation? */
enum fact pg_step_runs(const struct scene *s, const struct plan_step *ps);

/* restart.c: no server runs in the data directory of the step's installation. */
enum probe pg_stopped(const struct scene *s, const struct plan_step *ps, struct why *w);

#endif
