/*
 * What the steps of the major upgrade share: names of what they make in the databases,
 * notes that they leave for each other, and short ways to them.
 *
 * "up" is the stream from the old release to the new one, until the swap; "down" the one
 * back, from the swap until the end. Each is a publication in every database of its source
 * and a slot for each of them; a subscription of the same name on the other side. "up" runs
 * from the member that was active when the upgrade began (plan->active) to the other.
 */
#ifndef UD_ENGINE_POSTGRES_STEPS_MAJOR_H
#define UD_ENGINE_POSTGRES_STEPS_MAJOR_H

#include "daemon/engine/postgres/steps/common.h"

#define MAJOR_UP   "upgraded_up"
#define MAJOR_DOWN "upgraded_down"

/* The table of sequences: how far each was set ahead; those that outran it. */
#define MAJOR_SEQUENCES "upgraded.sequence"

/* The table of definitions: what major_defined says of the source; by the number of its system
 * a few figures, and without a name which list it is. */
#define MAJOR_DEFINITIONS "upgraded.definition"
#define MAJOR_DDL	  "upgraded.ddl" /* what was done to them since */

/* A query for what is defined in a database and in its cluster, for a superuser: name, with what
 * it is before it, and definition. Releases 13 to 18 answer alike when both are the same. Not a
 * format. */
extern const char major_defined[];

/* Notes. */
#define MAJOR_NOTE_SUPERUSER "pg.superuser" /* the role that initdb made */
#define MAJOR_NOTE_SYSID     "pg.sysid"     /* of the old release's clusters */
#define MAJOR_NOTE_DATABASES "pg.databases" /* a line each: oid, blank, name */
#define MAJOR_NOTE_INITDB    "pg.initdb"    /* options for initdb, a line each */
#define MAJOR_NOTE_UP_LSN    "pg.up.lsn"    /* of the old side: where "up" begins */
#define MAJOR_NOTE_DOWN_LSN  "pg.down.lsn"  /* of the new side: where "down" begins */
#define MAJOR_NOTE_MODE      "pg.mode"      /* of pg_upgrade: clone, link, copy, swap */
#define MAJOR_NOTE_SEQUENCES "pg.sequences" /* names the list of sequences */
#define MAJOR_NOTE_DEFINITIONS "pg.definitions" /* names the list of definitions */
#define MAJOR_NOTE_TAG       "pg.tag"       /* of the marker row that is looked for */
#define MAJOR_NOTE_PROOF     "pg.proof"     /* the proof of the swap, for people */
#define MAJOR_NOTE_CLAIMED   "pg.claimed."  /* + member: its new data directory */
#define MAJOR_NOTE_LEFT_OUT  "pg.left-out." /* + member: settings, a line each, and why */

/* The role as which a private server is asked. Never NULL. */
const char *major_superuser(const struct scene *s);

/* Databases that take part, as lines of MAJOR_NOTE_DATABASES; while planning, before they
 * are known, the one that conninfo names. ret is empty before. */
void major_databases(const struct scene *s, struct str_list *ret);
const char *major_database_name(const char *line);

/* Names a list that this step writes on its member: the other side must have this one before
 * it goes by it. */
void major_token(const struct scene *s, const struct plan_step *ps, char *buf,
    size_t size);

/*
 * Steps that wait for a stream take turns: every second attempt asks the server that applies
 * it (target) why it does not go on, which is what its log has of errors of replication since
 * it was asked the last time. One that fails again and again is for a person: IMPOSSIBLE.
 *
 * Subscriptions are not made with disable_on_error: a worker that failed begins again by
 * itself every few seconds, and so it wants nobody but who removes the cause.
 */
bool major_asks_why(const struct scene *s);
void major_why_build(const struct scene *s, const struct member *target,
    struct command *ret);
enum probe major_why(const struct scene *s, const struct member *target, struct why *w);

/* The slot of a stream for a database: its name and the oid on its source. */
void major_slot(const char *stream, const char *line, char *buf, size_t size);

const struct member *major_source(const struct scene *s, const char *stream);

/* The installation that this member has while the stream runs: old or new. */
int major_installation(const struct scene *s, const struct member *m);

/* initdb.c: was the new data directory of this member empty when we took it? Only then is
 * anything in it ever removed. */
bool major_claimed(const struct scene *s, const struct member *m);
void major_initdb_options(const struct scene *s, struct str_list *argv);
/* Adds the command that gives its new server the settings of the old one. */
void major_carry(const struct scene *s, const struct member *m, struct command *ret);

#endif
