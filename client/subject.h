/*
 * What PAIR and UPGRADE on the command line stand for. Either may be given where the
 * other is expected: names of pairs are looked for first.
 */
#ifndef UD_CLIENT_SUBJECT_H
#define UD_CLIENT_SUBJECT_H

#include "client/api.h"

struct ctl;

/* The pair of this name, or of the upgrade with this id: the pair's document, in which
 * the member "upgrade" is then the one that was named. */
int subject_pair(struct ctl *ctl, const char *name, struct answer *ret,
    struct problem *p) UD_CHECKED;

/* The upgrade with this id, or of the pair with this name: the one under way, else (when
 * last is true) the last one. UD_ESTATE: the pair has none under way,
 * UD_ENOTFOUND: it never had one. */
int subject_upgrade(struct ctl *ctl, const char *name, bool last, struct answer *ret,
    struct problem *p) UD_CHECKED;

/* The upgrade with this id, nothing else. */
int subject_upgrade_by_id(struct ctl *ctl, const char *id, struct answer *ret,
    struct problem *p) UD_CHECKED;

#endif
