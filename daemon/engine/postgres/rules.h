/*
 * The rules of PostgreSQL that a plan obeys, on top of those every engine has
 * (plan/rules.c). Each looks at the plan and at what was seen, and adds findings.
 */
#ifndef UD_ENGINE_POSTGRES_RULES_H
#define UD_ENGINE_POSTGRES_RULES_H

#include "daemon/model/finding.h"
#include "daemon/model/observation.h"
#include "daemon/model/plan.h"

/* engine.check: model/engine.h. seen has one observation for each member of the pair. */
void pg_check(const struct plan *plan, const struct observation *seen,
    struct findings *f);

#endif
