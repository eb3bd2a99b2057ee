/* What offline procedures ask of a pair and two releases; each says in text why not. */
#ifndef UD_ENGINE_TIMESTEN_PROCEDURES_SINGLE_H
#define UD_ENGINE_TIMESTEN_PROCEDURES_SINGLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/release.h"
#include "daemon/model/pair.h"
#include "daemon/model/step.h"

bool tt_is_single(const struct pair *p, char *text, size_t size);
bool tt_same_major(const struct release *from, const struct release *to, char *text,
    size_t size);

/* Not down across majors, nor to the release that runs. */
bool tt_leads_on(const struct release *from, const struct release *to, char *text,
    size_t size);

/* From a release before 7.0 to one from 7.0 on. */
bool tt_is_pre7(const struct release *from, const struct release *to, char *text,
    size_t size);

/* The same release, for what only moves. */
bool tt_stays(const struct release *from, const struct release *to, char *text,
    size_t size);

/* Every member has a place of its own for the copy: path and path_new are said and differ. */
bool tt_has_place(const struct pair *p, char *text, size_t size);

/*
 * Abort of those that make a copy in a place of its own, from steps 1 to 4e: the copy is
 * destroyed, the old database is loaded, applications go on there, files are removed. One for
 * copies by ttMigrate, one for those by ttBackup. The numbers are those of their forward rows.
 */
extern const struct row tt_undo_migrated[], tt_undo_restored[];

#endif
