/*
 * A single database goes to another patch release in its place: nothing of it is saved or
 * restored, only everybody leaves it while the release is replaced.
 *
 * Numbers are the manual's: its list of "Unloading a database" (1 to 5), then what "Moving to
 * a new patch release" tells in prose (6 and on).
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Performing an in-place database
 * upgrade".
 *
 * Where this table does not follow the chapter:
 *   2   it pauses replication of one name and stops the agent of the other, and means that
 *       the agent of the database that is upgraded is stopped; a single database has no peers
 *       to be paused;
 *   4   inUse becomes manual with or without a grace period: whoever connects between 5 and 8 would
 *       have the old release load it again;
 *   6   it lets the installer stop the daemon, which disconnects whoever is there;
 *   9   agents and policies are as they were.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/procedures/single.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define AGENT LIMIT_AGENT_STOP
#define SECS  LIMIT_FIXED

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member      tools      limit        flags, gate */
	{ "00",	  &tt_load_to_see,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600 },
	{ "0",	  &tt_remember,		  WHO_ACTIVE, SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install_beside,	  WHO_ACTIVE, SIDE_NEW,  SECS, 3600,  0, "before-install" },
	{ "1",	  &site_apps_pause,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   0, "before-swap" },
	{ "1a",	  &tt_rep_policy_manual,  WHO_ACTIVE, SIDE_OLD,  SECS, 60 },
	{ "2",	  &tt_rep_stop,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    OFF },
	{ "2a",	  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_OLD, SECS, 60,    OFF },
	{ "3",	  &tt_cache_stop,	  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    OFF },
	{ "4",	  &tt_ram_policy_manual,  WHO_ACTIVE, SIDE_OLD,  SECS, 60,    OFF },
	{ "5",	  &tt_unload,		  WHO_ACTIVE, SIDE_OLD,  AGENT, 0,    OFF },
	{ "6",	  &tt_daemon_stop,	  WHO_ACTIVE, SIDE_OLD,  SECS, 120,   OFF },
	{ "7",	  &site_install,	  WHO_ACTIVE, SIDE_NEW,  SECS, 3600,  OFF },
	{ "8",	  &tt_daemon_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120,   OFF },
	{ "8a",	  &tt_ram_load,		  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   OFF },
	{ "8b",	  &tt_see_release,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120,   OFF },
	{ "9",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300,   OFF },
	{ "9a",	  &tt_rep_start_again,	  WHO_ACTIVE, SIDE_NEW,  SECS, 300,   OFF },
	{ "10",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600 },
	{ "11",	  &tt_rep_policy_restore, WHO_ACTIVE, SIDE_NEW,  SECS, 60,    0, "before-finish" },
	{ "11a",  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_NEW, SECS, 60 },
	{ "11b",  &tt_ram_policy_restore, WHO_ACTIVE, SIDE_NEW,  SECS, 60 },
	{ NULL }
};

/* The release of before is installed again, if it was replaced. */
static const struct row undo[] = {
	{ "u0",	  &site_apps_pause,	  WHO_ACTIVE, SIDE_NEW,  SECS, 600,   0, NULL, "10", "11b" },
	{ "u1",	  &tt_rep_stop_back,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    ROW_MAY_FAIL | OFF, NULL, "9a", "11b" },
	{ "u1a",  &tt_cache_stop,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    ROW_MAY_FAIL | OFF, NULL, "9", "11b" },
	{ "u1b",  &tt_ram_policy_manual_back, WHO_ACTIVE, SIDE_NEW, SECS, 60, ROW_MAY_FAIL | OFF, NULL, "8", "11b" },
	{ "u1c",  &tt_unload_back,	  WHO_ACTIVE, SIDE_NEW,  AGENT, 0,    OFF, NULL, "8", "11b" },
	{ "u2",	  &tt_daemon_stop_back,	  WHO_ACTIVE, SIDE_NEW,  SECS, 120,   OFF, NULL, "7", "11b" },
	{ "u3",	  &site_install_back,	  WHO_ACTIVE, SIDE_OLD,  SECS, 3600,  ROW_MAY_FAIL | OFF, NULL, "7", "11b" },
	{ "u4",	  &tt_daemon_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 120,   OFF, NULL, "6", "11b" },
	{ "u4a",  &tt_ram_load,		  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   OFF, NULL, "4", "11b" },
	{ "u5",	  &tt_cache_start,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   OFF, NULL, "3", "11b" },
	{ "u5a",  &tt_rep_start_again,	  WHO_ACTIVE, SIDE_OLD,  SECS, 300,   OFF, NULL, "2", "11b" },
	{ "u6",	  &site_apps_resume,	  WHO_ACTIVE, SIDE_OLD,  SECS, 600,   0, NULL, "1", "11b" },
	{ "u7",	  &tt_rep_policy_restore, WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "1a", "11b" },
	{ "u7a",  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,   ROW_MAY_FAIL, NULL, "2a", "11b" },
	{ "u7b",  &tt_ram_policy_restore, WHO_ACTIVE, SIDE_OLD,  SECS, 60,    ROW_MAY_FAIL, NULL, "4", "11b" },
	{ NULL }
};
/* clang-format on */

static const struct row none[] = { { NULL } };

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	if (!tt_is_single(p, text, size) || !tt_same_major(from, to, text, size))
		return false;
	if (!tt_has_place(p, text, size))
		return true;
	str_printf(text, size, "path_new or dsn_new gives the database another place");
	return false;
}

const struct procedure tt_in_place = {
	.id = "in-place",
	.title = "upgrade of a single database to another patch release in its place",
	.source = "TimesTen 11.2.1 Installation Guide, chapter 2, in-place upgrade",
	.needs = "applications that disconnect; an instance that holds no other loaded "
		 "database, when its release is replaced in place",
	.costs =
	    "nobody is served from step 1 to step 10: the time of the installation",
	.forbids = "another major release; other databases in the instance",
	.topology = "single",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = NULL,
	.offline = true,
	.applies = applies,
};
