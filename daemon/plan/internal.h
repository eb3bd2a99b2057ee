/* What the files of plan/ share. */
#ifndef UD_PLAN_INTERNAL_H
#define UD_PLAN_INTERNAL_H

#include "daemon/plan/expand.h"

/* rows.c: fills one list of the plan from the procedure's table. The forward list first:
 * the others refer to it. */
void plan_rows(struct plan *plan, enum plan_list list);

/* rows.c: the hash of what is approved. */
void plan_hash(struct plan *plan);

#endif
