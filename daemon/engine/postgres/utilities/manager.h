/* Failover tools: what betrays that somebody else decides about the roles of a server. */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_MANAGER_H
#define UD_ENGINE_POSTGRES_UTILITIES_MANAGER_H

#include "common/buf.h"
#include "daemon/model/observation.h"
#include "daemon/model/pair.h"

#define PG_MANAGER_RULE "pg.failover-tool"
#define PG_MANAGER_STOP                                                               \
	"pause it (patronictl pause, repmgr service pause, maintenance mode) and stop " \
	"its daemons on all hosts, so that one decides about roles"

/* Adds what was seen of the member by LOOK_SCHEMA, in words; nothing: no sign. */
void pg_manager_signs(const struct member *m, const struct observation *o,
    struct buf *ret);

/* One is there now: a session, or a process. Files alone may be of another time. Unknown: it was
 * not seen. */
enum fact pg_manager_lives(const struct observation *o);

#endif
