/*
 * A single database moves to another host while nobody is served. The pair names both: the member
 * that has the database, and one that is the place for it, with an installation of the same
 * release. An image of ttBackup goes over in files, or in one stream (transfer=stream).
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Performing an offline upgrade",
 * "Moving a database to a different host".
 *
 * Where this table does not follow the chapter: as offline_migrate.c; the old database is
 * unloaded, and cannot be reached, before its copy is loaded.
 */
#include "config.h"

#include "common/str.h"
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
#define FILES .option = "transfer!=stream"

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member       tools      limit        flags, gate */
	{ "00",	  &tt_load_to_see,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "0",	  &tt_remember,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,  0, "before-install" },
	{ "0b",	  &tt_daemon_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "0c",	  &tt_place_free,	  WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	/* nobody is served until 5; the old database is not changed */
	{ "1",	  &tt_ram_hold,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,    0, "before-swap" },
	{ "1a",	  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_OLD,  SECS, 60 },
	{ "1b",	  &site_apps_pause,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "1c",	  &tt_cache_stop,	  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "1d",	  &tt_count,		  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0 },
	{ "1e",	  &tt_see_left,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,    OFF },
	{ "2",	  &tt_backup_out,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,     OFF, FILES },
	{ "2",	  &tt_move_stream,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0,     OFF, .option = "transfer=stream" },
	{ "2a",	  &tt_backup_seen,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,     OFF, FILES },
	{ "2b",	  &tt_unload,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,    ROW_FENCES | OFF },
	{ "3",	  &tt_move_files,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0,     OFF, FILES },
	{ "4",	  &tt_restore_moved,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0,     OFF, FILES },
	{ "4a",	  &tt_ram_hold,		  WHO_STANDBY, SIDE_NEW,  SECS, 60,    OFF },
	{ "4b",	  &tt_ram_load,		  WHO_STANDBY, SIDE_NEW,  SECS, 600,   OFF },
	{ "4c",	  &tt_count_again,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0 },
	{ "4d",	  &tt_cache_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "5",	  &site_apps_resume,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,   LIFE },
	{ "5a",	  &tt_see_moved_host,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "5b",	  &tt_cache_policy_restore, WHO_STANDBY, SIDE_NEW, SECS, 60 },
	/* applications stay at the gate, too, and find it again behind a restart of its host */
	{ "5c",	  &tt_ram_let_go,	  WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	/* the old host */
	{ "6",	  &tt_destroy_old,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,   ROW_DESTROYS, "before-destroy", .option = "keep_old!=yes" },
	{ "6a",	  &tt_backup_remove,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, FILES },
	{ "6b",	  &tt_move_files_remove,  WHO_STANDBY, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL, FILES },
	{ "7",	  &tt_ram_let_go,	  WHO_STANDBY, SIDE_NEW,  SECS, 60,    0, "before-finish" },
	{ NULL }
};

static const struct row undo[] = {
	{ "u0",	  &tt_cache_stop,	  WHO_STANDBY, SIDE_NEW,  AGENT, 0,    OFF, NULL, "4d" },
	{ "u1",	  &tt_unload,		  WHO_STANDBY, SIDE_NEW,  AGENT, 0,    OFF, NULL, "2", "4d" },
	{ "u2",	  &tt_destroy_copy,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,   OFF | ROW_DESTROYS, NULL, "2", "4d" },
	{ "u3",	  &tt_ram_load,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,   OFF, NULL, "1b", "4d" },
	{ "u4",	  &tt_cache_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,   OFF, NULL, "1c", "4d" },
	{ "u5",	  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,   0, NULL, "1b", "4d" },
	{ "u6",	  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "1", "4d" },
	{ "u7",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,    ROW_MAY_FAIL, NULL, "1a", "4d" },
	{ "u8",	  &tt_backup_remove,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "2", "4d", FILES },
	{ "u8a",  &tt_move_files_remove,  WHO_STANDBY, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL, NULL, "3", "4d", FILES },
	{ NULL }
};
/* clang-format on */

static const struct row none[] = { { NULL } };

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	if (!tt_is_single(p, text, size))
		return false;
	if (p->member_count != 2) {
		str_printf(text, size,
		    "the pair has one member: it needs a second one, the place on the other "
		    "host");
		return false;
	}
	if (p->members[0].host == p->members[1].host) {
		str_printf(text, size, "both members are on %s: move-directory does that",
		    p->members[0].host->name);
		return false;
	}
	return tt_stays(from, to, text, size);
}

static const char *const options[] = { "dsn.MEMBER", "path.MEMBER", "keep_old=yes|no",
	"transfer=files|stream", NULL };

const struct procedure tt_move_host = {
	.id = "move-host",
	.title = "a single database to another host, through ttBackup",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, offline upgrade, moving to a different host",
	.needs =
	    "applications that disconnect; a second member, the place on the other host, with the "
	    "same release, as many bits and the same platform; room for a backup on both hosts, "
	    "unless it goes in a stream",
	.costs = "nobody is served from step 1b to step 5",
	.forbids = "another release; another number of bits; another platform",
	.topology = "single",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.same_release = true,
	.makes_standby = true,
	.offline = true,
	.applies = applies,
};
