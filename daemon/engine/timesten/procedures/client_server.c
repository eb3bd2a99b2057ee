/*
 * A single database that clients reach through the TimesTen Server goes to another release:
 * their server is stopped, the database is migrated, and the server of the new release begins on
 * the same port, so that clients connect as before.
 *
 * Numbers are the manual's; letters are what it leaves out, or what offline_migrate.c has.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Client/Server online upgrade".
 *
 * Where this table does not follow the chapter:
 *   0a  the new release is installed before the server is stopped, with a server that is not
 *       started: both cannot listen on one port;
 *   1   applications that are linked directly leave, too; with old_server=stays, for clients of
 *       releases before 6.0, which only the old server understands, it goes on and hands their
 *       requests on to the new one: the two are seen to listen on two ports (4s), and the site
 *       keeps its clients away meanwhile, as it does with the others;
 *   3   as offline_migrate.c.
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
	{ "0d",	  &tt_ram_hold,		  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    0, "before-swap" },
	{ "0e",	  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_OLD, SECS, 60 },
	/* clients have no database until 4 */
	{ "1",	  &tt_server_stop,	  WHO_ACTIVE, SIDE_OLD,  SECS, 120,   ROW_FENCES, .option = "old_server!=stays" },
	{ "1a",	  &site_apps_pause,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600 },
	{ "1b",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_OLD,  AGENT, 0 },
	{ "1c",	  &tt_count,		  WHO_ACTIVE, SIDE_OLD,  MOVE, 0 },
	{ "1d",	  &tt_see_left,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    OFF },
	{ "3",	  &tt_migrate_out_alone,  WHO_ACTIVE, SIDE_OLD,  MOVE, 0,     OFF },
	{ "3a",	  &tt_export_seen_alone,  WHO_ACTIVE, SIDE_OLD,  MOVE, 0,     OFF },
	{ "3b",	  &tt_unload,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    ROW_FENCES | OFF },
	{ "3c",	  &tt_migrate_in_alone,	  WHO_ACTIVE, SIDE_NEW,  MOVE, 0,     OFF },
	{ "3d",	  &tt_ram_hold,		  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    OFF },
	{ "3e",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF },
	{ "3e1",	  &tt_see_size,		  WHO_ACTIVE, SIDE_NEW,  SECS, 120,   TT_IF_SIZED },
	{ "3f",	  &tt_count_restored,	  WHO_ACTIVE, SIDE_NEW,  MOVE, 0 },
	{ "3f1",  &tt_grant_admin,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    TT_IF_ADMIN },
	{ "3g",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300 },
	{ "3g1",  &tt_cache_load,	  WHO_ACTIVE, SIDE_NEW,  MOVE, 0,     ROW_MAY_FAIL },
	{ "3h",	  &tt_refresh_on,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300 },
	{ "3h1",  &tt_see_cached,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600 },
	{ "4",	  &tt_server_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300,   LIFE },
	{ "4s",	  &tt_see_two_servers,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300,   .option = "old_server=stays" },
	{ "4a",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600 },
	{ "4b",	  &tt_see_moved,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120 },
	{ "4c",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_NEW, SECS, 60 },
	/* applications stay at the gate, too, and find it again behind a restart of its host */
	{ "4d",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60 },
	/* the old place */
	{ "5",	  &tt_destroy_old,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   ROW_DESTROYS, "before-destroy", .option = "keep_old!=yes" },
	{ "5a",	  &tt_export_remove,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL },
	{ "6",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    0, "before-finish" },
	{ "6a",	  &tt_revoke_admin,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    TT_IF_ADMIN },
	{ NULL }
};

static const struct row undo[] = {
	{ "u",	  &tt_revoke_admin,	  WHO_ACTIVE, SIDE_NEW,  SECS, 60,    ROW_MAY_FAIL, NULL, "3f1", "3h", TT_IF_ADMIN },
	{ "u0",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "3g" },
	{ "u1",	  &tt_unload,		  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "3c", "3h" },
	{ "u2",	  &tt_destroy_copy,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF | ROW_DESTROYS, NULL, "3c", "3h" },
	{ "u3",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   OFF, NULL, "1a", "3h" },
	{ "u4",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   OFF, NULL, "1b", "3h" },
	{ "u5",	  &tt_server_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   0, NULL, "1", "3h", .option = "old_server!=stays" },
	{ "u6",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   0, NULL, "1a", "3h" },
	{ "u7",	  &tt_ram_let_go,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "0d", "3h" },
	{ "u8",	  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,   ROW_MAY_FAIL, NULL, "0e", "3h" },
	{ "u9",	  &tt_export_remove,	  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "3", "3h" },
	{ NULL }
};
/* clang-format on */

static const struct row none[] = { { NULL } };

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	return tt_is_single(p, text, size) && tt_leads_on(from, to, text, size) &&
	    tt_has_place(p, text, size);
}

static const char *const options[] = { TT_OPTION_PLACE, "keep_old=yes|no", TT_OPTION_SIZE, TT_OPTION_ADMIN, "old_server=stops|stays", NULL };

const struct procedure tt_client_server = {
	.id = "client-server",
	.title = "upgrade of a single database behind the TimesTen Server, on the same port",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, Client/Server online upgrade",
	.needs =
	    "the new server on the old one's port (on another with old_server=stays), and "
	    "not started; applications that "
		 "disconnect; path and path_new of the database; room for "
	    "an export and a second database",
	.costs = "nobody is served from step 1 to step 4",
	.forbids = "an older major release",
	.topology = "single",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.offline = true,
	.applies = applies,
};
