/* The engine's rules about its keys: engine.validate and engine.clash (model/engine.h). */
#ifndef UD_ENGINE_POSTGRES_VALIDATE_H
#define UD_ENGINE_POSTGRES_VALIDATE_H

#include "daemon/model/engine.h"

/*
 * A connection string names one server, holds no password, and does not choose servers by
 * what they are; a passfile is such as libpq reads; an upstream leads to a master without a
 * circle; a pooler is on a host that is described; places of the new release are used by an
 * installation that is called "new"; names of members give different names of slots.
 */
void pg_validate(const struct pair *p, struct objections *f);

/* One data directory on one host, or one address with its port. */
const char *pg_clash(const struct member *a, const struct member *b);

#endif
