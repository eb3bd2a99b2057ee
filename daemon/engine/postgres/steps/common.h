/* What the step files share: short ways to what a command said and to what was seen. */
#ifndef UD_ENGINE_POSTGRES_STEPS_COMMON_H
#define UD_ENGINE_POSTGRES_STEPS_COMMON_H

#include "daemon/engine/postgres/utilities/command.h"
#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"

#define PG_NOTE_PROOF "proof" /* the core's: core/guards.c */
#define PG_NOTE_PATH  "path." /* the core's: + member + ".old" or ".new" */

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

/* The n-th field of such a rest, from 0, in buf; "" when there is none. */
const char *pg_step_field(const char *rest, int n, char *buf, size_t size);

/* Does the server of the step's member run in the step's installation? */
enum fact pg_step_runs(const struct scene *s, const struct plan_step *ps);

/* restart.c: no server runs in the data directory of the step's installation. */
enum probe pg_stopped(const struct scene *s, const struct plan_step *ps, struct why *w);

#endif
