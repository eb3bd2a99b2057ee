/*
 * A database moves to another host. The pair names both: the member that serves, and one whose
 * data directory, on the other host, is empty; that one becomes a copy while applications go
 * on, and the active while they stand still for as long as a server takes to stop. Clients of
 * poolers wait meanwhile, and go on with the other host; subscribers read on from there.
 *
 * Source: PostgreSQL documentation, pg_basebackup, "Log-Shipping Standby Servers".
 */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/postgres/procedures/offline.h"
#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/shared/shared_steps.h"
#include "daemon/model/pair.h"

#define OFF  ROW_OFF_LIMITS
#define SECS LIMIT_FIXED
#define STOP LIMIT_AGENT_STOP, 0

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "1",	  &pg_survey,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1a",	  &pg_movable,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1b",	  &pg_all_logged,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1c",	  &site_install,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  OFF, "before-install" },
	{ "1d",	  &pg_claim,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "1e",	  &pg_slot_for,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "1f",	  &pg_duplicate,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF },
	{ "1g",	  &pg_own_address,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "1h",	  &pg_start,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600 },
	{ "1i",	  &pg_see_follows,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0 },
	{ "1j",	  &pg_swap_slots,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1k",	  &pg_pooler_look,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1l",	  &pg_pooler_prepare[0],  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1m",	  &pg_pooler_prepare[1],  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1n",	  &pg_pooler_prepare[2],  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1o",	  &pg_pooler_prepare[3],  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	/* nobody is served until 2d */
	{ "2",	  &site_apps_pause_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, "before-swap" },
	{ "2p",	  &pg_pooler_hold,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "2a",	  &pg_stop,		  WHO_ACTIVE,	   SIDE_OLD,  STOP,		  ROW_FENCES | OFF },
	{ "2b",	  &pg_log_end,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "2c",	  &pg_end_replayed,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DRAIN, 0 },
	{ "2d",	  &pg_take_over,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES | ROW_NEEDS_PROOF | ROW_NO_RETURN },
	{ "2d1",  &pg_pooler_point[0],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "2d2",  &pg_pooler_point[1],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "2d3",  &pg_pooler_point[2],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "2d4",  &pg_pooler_point[3],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "2d5",  &pg_pooler_over,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 5,		  ROW_MAY_FAIL },
	{ "2e",	  &site_apps_resume_if_hooked, WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "2e1",  &pg_pooler_again,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	/* those that read from the old host go on with the new one */
	{ "2f",	  &pg_repoint,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "2g",	  &pg_see_follows,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 900 },
	/* the old host */
	{ "3",	  &pg_destroy_old,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS | OFF, "before-destroy" },
	{ NULL }
};

static const struct row undo[] = {
	{ "u1",	  &pg_start,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_ACTIVATES, NULL, "2a", "2c" },
	{ "u1p",  &pg_pooler_resume,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2p" },
	{ "u1a",  &site_apps_resume_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2" },
	{ "u2",	  &pg_stop,		  WHO_STANDBY,	   SIDE_OLD,  STOP,		  OFF, NULL, "1h" },
	{ "u2a",  &pg_destroy_copy,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS | OFF, NULL, "1d" },
	{ "u2b",  &pg_slot_gone,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF, NULL, "1e" },
	{ "u2c",  &pg_pooler_forget[0],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 30,		  OFF | ROW_MAY_FAIL, NULL, "1l" },
	{ "u2d",  &pg_pooler_forget[1],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 30,		  OFF | ROW_MAY_FAIL, NULL, "1m" },
	{ "u2e",  &pg_pooler_forget[2],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 30,		  OFF | ROW_MAY_FAIL, NULL, "1n" },
	{ "u2f",  &pg_pooler_forget[3],	  WHO_STANDBY,	   SIDE_OLD,  SECS, 30,		  OFF | ROW_MAY_FAIL, NULL, "1o" },
	{ NULL }
};

static const struct row none[] = { { NULL } };
/* clang-format on */

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	if (!offline_same_major(from, to, text, size))
		return false;
	if (!str_equal(p->topology, "active-standby")) {
		str_printf(text, size,
		    "the pair is %s: it needs a second member, the place on the other host",
		    p->topology);
		return false;
	}
	return true;
}

static const char *const options[] = { "keep_old", NULL };

const struct procedure pg_move_host = {
	.id = "move-host",
	.title = "move the database to another host",
	.source = "PostgreSQL documentation: pg_basebackup, standby servers",
	.needs =
	    "the other host's place as the second member, empty; the same release there; a "
	    "superuser, and one who replicates",
	.costs = "nobody is served while a server stops and the other takes over",
	.forbids = "tablespaces; unlogged tables with rows",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.same_release = true,
	.makes_standby = true,
	.applies = applies,
};
