/* What pooler.c, pooler_hold.c and pooler_look.c share: talks with all poolers of a pair in one script. */
#ifndef UD_ENGINE_POSTGRES_STEPS_POOLER_PARTS_H
#define UD_ENGINE_POSTGRES_STEPS_POOLER_PARTS_H

#include "daemon/engine/postgres/steps/common.h"

#define POOLER_SAYS	 "SHOW VERSION" /* behind what it was told: it did it */
#define POOLER_RESUME_MS 2000 /* one that hangs costs the others this, once */

bool pooler_is_there(const struct scene *s, const struct plan_step *ps);

/* Adds first (NULL: nothing), word "NAME" for each noted database, and last, for every pooler;
 * each attempt begins with another one. */
void pooler_tell(const struct scene *s, struct pg_script *q, const char *first,
    const char *word, const char *last);

/* How many poolers answered: each says its version. */
size_t pooler_answers(const struct scene *s);

/* The pooler at which the attempt ended: those before it had done it; and what it, or libpq,
 * said last. */
void pooler_stuck_at(const struct scene *s, char *buf, size_t size);
void pooler_said(const struct scene *s, char *buf, size_t size);

/* PAUSE, and how it went: DONE, TO_DO when it was cut off, IMPOSSIBLE. */
void pooler_pause_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret);
enum probe pooler_pause_probe(const struct scene *s, const struct plan_step *ps,
    struct why *w);

#endif
