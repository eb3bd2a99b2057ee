/* ttDestroy: silent when it did it; the database's files are gone then. */
#include "config.h"

#include "daemon/engine/timesten/utilities/parts.h"

/* The tool of the release that owns the store, without -force: what it refuses has a
 * reason. */
void
tt_destroy(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttDestroy");
	tt_job_connect(c, true);
}
