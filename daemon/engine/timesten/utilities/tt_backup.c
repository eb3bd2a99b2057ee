/*
 * ttBackup, ttRestore: an image of a database, for the same major release and as many bits.
 *
 * Source: TimesTen Reference, ttBackup, ttRestore.
 */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

static void
image(struct command *c, const struct member *m, int installation, const char *tool,
    const char *directory, const char *name)
{
	tt_job(c, m, installation, tool);
	str_list_add(&c->argv, "-dir");
	str_list_add(&c->argv, directory);
	str_list_add(&c->argv, "-fname");
	str_list_add(&c->argv, name);
}

void
tt_backup(struct command *c, const struct member *m, int installation,
    const char *directory, const char *name)
{
	image(c, m, installation, "ttBackup", directory, name);
	tt_job_connect(c, false);
}

void
tt_restore(struct command *c, const struct member *m, int installation,
    const char *directory, const char *name)
{
	image(c, m, installation, "ttRestore", directory, name);
	tt_job_connect(c, true);
}

void
tt_backup_stream(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttBackup");
	tt_job_connect(c, false);
}

void
tt_restore_stream(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttRestore");
	tt_job_connect(c, true);
}
