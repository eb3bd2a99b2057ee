/* What a plan is made from: who is active, which release runs, which installations are meant. */
#ifndef UD_PLAN_FACTS_H
#define UD_PLAN_FACTS_H

#include "daemon/model/plan.h"

/*
 * From observations, one per member: sets active, standby, from and the installations; a `to` of
 * one part becomes the newest release of it that is installed, if there is one. UD_ESTATE when no
 * active is seen, or two, or its release is not known.
 */
int plan_see(struct plan *plan, const struct observation *seen, struct ud_error *err)
    UD_CHECKED;

/* The same, as they were when the upgrade began: by now the roles are others. UD_ESTATE when the
 * configuration has not got its members any more. */
int plan_recall(struct plan *plan, const struct upgrade *u, struct ud_error *err)
    UD_CHECKED;

/* The first of the masters that is not m (NULL: the first); NULL: there is none. */
const struct member *plan_other_master(const struct pair *p, const struct member *m);

#endif
