/*
 * The data directories of a database, and of its standby and subscribers, move to other
 * places on their hosts.
 *
 * The active first, while applications stand still: until it serves in its new place the old
 * one is as it was, and abort starts it again. Then the others, which cost nobody anything.
 * All keep their addresses, slots and settings, so that replication goes on by itself.
 *
 * Source: PostgreSQL documentation, "File System Level Backup".
 */
#include "config.h"

#include "daemon/engine/postgres/procedures/offline.h"
#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/shared/shared_steps.h"

#define OFF  ROW_OFF_LIMITS
#define SECS LIMIT_FIXED

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "1",	  &pg_survey,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1a",	  &pg_movable,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1b",	  &pg_movable,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1c",	  &pg_movable,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "1d",	  &pg_claim,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "1e",	  &pg_claim,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "1f",	  &pg_claim,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "1g",	  &pg_pooler_look_own,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	/* the active; nobody is served until 2f */
	{ "2",	  &site_apps_pause_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, "before-swap" },
	{ "2p",	  &pg_pooler_hold,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "2a",	  &pg_stop,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, ROW_FENCES | OFF },
	{ "2b",	  &pg_log_end,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "2c",	  &pg_copy,		  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "2d",	  &pg_copy_same,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "2e",	  &pg_start,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  ROW_ACTIVATES | ROW_NO_RETURN },
	{ "2ep",	  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "2f",	  &site_apps_resume_if_hooked, WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "2g",	  &pg_see_moved,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	/* those that follow it */
	{ "3",	  &pg_stop,		  WHO_STANDBY,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF, "before-standby" },
	{ "3a",	  &pg_copy,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3b",	  &pg_copy_same,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3c",	  &pg_start,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600 },
	{ "3d",	  &pg_see_follows,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "4",	  &pg_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF, "before-subscribers" },
	{ "4a",	  &pg_copy,		  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "4b",	  &pg_copy_same,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "4c",	  &pg_start,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600 },
	{ "4d",	  &pg_see_follows,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_GAP, 0 },
	/* the old places */
	{ "5",	  &pg_destroy_old,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS, "before-destroy" },
	{ "5a",	  &pg_destroy_old,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ "5b",	  &pg_destroy_old,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ NULL }
};

static const struct row undo[] = {
	{ "u1",	  &pg_start,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_ACTIVATES, NULL, "2a", "2d" },
	{ "u1p",  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2p" },
	{ "u1a",  &site_apps_resume_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2" },
	{ "u2",	  &pg_destroy_copy,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1d" },
	{ "u2a",  &pg_destroy_copy,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1e" },
	{ "u2b",  &pg_destroy_copy,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1f" },
	{ NULL }
};

static const struct row none[] = { { NULL } };
/* clang-format on */

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	return offline_same_major(from, to, text, size) &&
	    offline_has_places(p, text, size) && offline_keeps_address(p, text, size);
}

static const char *const options[] = { "keep_old", NULL };

const struct procedure pg_move_directory = {
	.id = "move-directory",
	.title = "move the data directories to other places on their hosts",
	.source = "PostgreSQL documentation: file system level backup",
	.needs =
	    "data_new of every member, empty, with room for its data; a role that may "
	    "read every setting",
	.costs =
	    "nobody is served while the files of the active are copied and compared",
	.forbids = "tablespaces; settings that name the data directory",
	.topology = "active-standby, single",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.same_release = true,
	.offline = true,
	.applies = applies,
};
