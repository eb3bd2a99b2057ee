/*
 * A single database goes to another patch release of the same major one while nobody is served:
 * an image of it is restored in a place of its own. The old database stays whole until its copy
 * is verified.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Performing an offline upgrade",
 * ttBackup and ttRestore; TimesTen Reference, ttBackup, ttRestore.
 *
 * Where this table does not follow the chapter: as offline_migrate.c.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/procedures/single.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define AGENT LIMIT_AGENT_STOP
#define MOVE  LIMIT_MIGRATE
#define SECS  LIMIT_FIXED
#define LIFE  (ROW_ACTIVATES | ROW_NO_RETURN)

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member      tools      limit        flags, gate */
	{ "00",	  &tt_load_to_see,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600 },
	{ "0",	  &tt_remember,		  WHO_ACTIVE, SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install_beside,	  WHO_ACTIVE, SIDE_NEW,  SECS, 3600,  0, "before-install" },
	{ "0b",	  &tt_daemon_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120 },
	{ "0c",	  &tt_place_free,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60 },
	/* nobody is served until 5; the old database is not changed */
	{ "1",	  &tt_ram_hold,		  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    0, "before-swap" },
	{ "1a",	  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_OLD, SECS, 60 },
	{ "1b",	  &site_apps_pause,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600 },
	{ "1c",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_OLD,  AGENT, 0 },
	{ "1d",	  &tt_count,		  WHO_ACTIVE, SIDE_OLD,  MOVE, 0 },
	{ "1e",	  &tt_see_left,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    OFF },
	{ "2",	  &tt_backup_out,	  WHO_ACTIVE, SIDE_OLD,  MOVE, 0,     OFF },
	{ "2a",	  &tt_backup_seen,	  WHO_ACTIVE, SIDE_OLD,  MOVE, 0,     OFF },
	{ "2b",	  &tt_unload,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    ROW_FENCES | OFF },
	{ "4",	  &tt_restore_in,	  WHO_ACTIVE, SIDE_NEW,  MOVE, 0,     OFF },
	{ "4a",	  &tt_ram_hold,		  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    OFF },
	{ "4b",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF },
	{ "4c",	  &tt_count_again,	  WHO_ACTIVE, SIDE_NEW,  MOVE, 0 },
	{ "4d",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300 },
	{ "5",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   LIFE },
	{ "5a",	  &tt_see_moved,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120 },
	{ "5b",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_NEW, SECS, 60 },
	/* applications stay at the gate, too, and find it again behind a restart of its host */
	{ "5c",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60 },
	/* the old place */
	{ "6",	  &tt_destroy_old,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   ROW_DESTROYS, "before-destroy", .option = "keep_old!=yes" },
	{ "6a",	  &tt_backup_remove,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL },
	{ "7",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    0, "before-finish" },
	{ NULL }
};
/* clang-format on */

static const struct row none[] = { { NULL } };

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	return tt_is_single(p, text, size) && tt_same_major(from, to, text, size) &&
	    tt_leads_on(from, to, text, size) && tt_has_place(p, text, size);
}

static const char *const options[] = { TT_OPTION_PLACE, "keep_old=yes|no", NULL };

const struct procedure tt_offline_backup = {
	.id = "offline-backup",
	.title =
	    "upgrade of a single database to another patch release through ttBackup",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, offline upgrade, ttBackup and ttRestore",
	.needs =
	    "applications that disconnect; path and path_new of the database; room for "
	    "a backup and a second database",
	.costs = "nobody is served from step 1b to step 5",
	.forbids = "another major release; another number of bits",
	.topology = "single",
	.forward = forward,
	.undo = tt_undo_restored,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.offline = true,
	.applies = applies,
};
