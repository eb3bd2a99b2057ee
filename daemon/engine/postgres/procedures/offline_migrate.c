/*
 * A database goes to another major release while applications stand still: by pg_upgrade,
 * which takes its files along, or, with method=dump, by a dump that is restored. Its standby
 * and subscribers are made anew from it, and serve in their old places until then.
 *
 * The old cluster is not touched: pg_upgrade clones its files or copies them, and never links
 * them, so that abort starts it again until the new one serves.
 *
 * Source: PostgreSQL documentation, "Upgrading a PostgreSQL Cluster", pg_upgrade, pg_dump.
 */
#include "config.h"

#include "daemon/engine/postgres/procedures/offline.h"
#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/shared/shared_steps.h"

#define OFF   ROW_OFF_LIMITS
#define SECS  LIMIT_FIXED
#define STOP  LIMIT_AGENT_STOP, 0
#define FILES .option = "method!=dump"
#define DUMP  .option = "method=dump"

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "1",	  &pg_survey,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1a",	  &site_install,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  0, "before-install" },
	{ "1b",	  &site_install,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600 },
	{ "1c",	  &site_install,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600 },
	{ "1d",	  &pg_settings_keep,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1e",	  &pg_settings_keep,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1f",	  &pg_settings_keep,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "1g",	  &pg_claim,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "1h",	  &pg_claim,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "1i",	  &pg_claim,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "1j",	  &pg_mode,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60, FILES },
	{ "1k",	  &pg_initdb,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "1l",	  &pg_settings_carry,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "1m",	  &pg_upgrade_check,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 900, FILES },
	{ "1n",	  &pg_pooler_look_own,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	/* nobody is served until 3 */
	{ "2",	  &site_apps_pause_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, "before-swap" },
	{ "2p",	  &pg_pooler_hold,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "2a",	  &pg_stop,		  WHO_ACTIVE,	   SIDE_OLD,  STOP,		  ROW_FENCES | OFF },
	{ "2b",	  &pg_start_private,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  OFF },
	{ "2c",	  &pg_count,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_MIGRATE, 0,	  OFF },
	{ "2d",	  &pg_dump_globals,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300,	  OFF, DUMP },
	{ "2e",	  &pg_dump_databases,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF, DUMP },
	{ "2f",	  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_OLD,  STOP,		  OFF },
	{ "2g",	  &pg_upgrade_run,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF, FILES },
	{ "2h",	  &pg_log_end,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "2i",	  &pg_start_private,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  OFF },
	{ "2j",	  &pg_dump_restore,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF, DUMP },
	{ "2k",	  &pg_extensions,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  OFF, FILES },
	{ "2l",	  &pg_analyze,		  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "2m",	  &pg_count_again,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "2n",	  &pg_dump_remove,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  OFF, DUMP },
	{ "2o",	  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_NEW,  STOP,		  OFF },
	{ "3",	  &pg_start,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  ROW_ACTIVATES | ROW_NO_RETURN },
	{ "3p",	  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "3a",	  &site_apps_resume_if_hooked, WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "3b",	  &pg_see_moved,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	/* the others are made anew; each serves in its old place until then */
	{ "4",	  &pg_slot_for,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, "before-standby" },
	{ "4a",	  &pg_duplicate,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DUPLICATE, 0 },
	{ "4b",	  &pg_settings_carry,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "4c",	  &pg_stop,		  WHO_STANDBY,	   SIDE_OLD,  STOP,		  OFF },
	{ "4d",	  &pg_start,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600 },
	{ "4e",	  &pg_see_follows,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "5",	  &pg_slot_for,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  0, "before-subscribers" },
	{ "5a",	  &pg_duplicate,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_DUPLICATE, 0 },
	{ "5b",	  &pg_settings_carry,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 300 },
	{ "5c",	  &pg_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  STOP,		  OFF },
	{ "5d",	  &pg_start,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600 },
	{ "5e",	  &pg_see_follows,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_GAP, 0 },
	/* the old places */
	{ "6",	  &pg_destroy_old,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS, "before-destroy" },
	{ "6a",	  &pg_destroy_old,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ "6b",	  &pg_destroy_old,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ "6c",	  &pg_tidy,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "6d",	  &pg_tidy,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "6e",	  &pg_tidy,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ NULL }
};

static const struct row undo[] = {
	{ "u1",	  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_NEW,  STOP,		  OFF, NULL, "2i", "2o" },
	{ "u1a",  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_OLD,  STOP,		  OFF, NULL, "2b", "2f" },
	{ "u1b",  &pg_start,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_ACTIVATES, NULL, "2a", "2o" },
	{ "u1p",  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2p" },
	{ "u1c",  &site_apps_resume_if_hooked, WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2" },
	{ "u2",	  &pg_dump_remove,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  0, NULL, "2d", .option = "method=dump" },
	{ "u2a",  &pg_destroy_copy,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1g" },
	{ "u2b",  &pg_destroy_copy,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1h" },
	{ "u2c",  &pg_destroy_copy,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1i" },
	{ "u3",	  &pg_tidy,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "1d" },
	{ "u3a",  &pg_tidy,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  0, NULL, "1e" },
	{ "u3b",  &pg_tidy,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  0, NULL, "1f" },
	{ NULL }
};

static const struct row none[] = { { NULL } };
/* clang-format on */

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	return offline_leads_on(from, to, text, size) &&
	    offline_has_places(p, text, size) &&
	    offline_keeps_poolers(p, text, size);
}

static const char *const options[] = { "method", "keep_old", NULL };

const struct procedure pg_offline_migrate = {
	.id = "offline-migrate",
	.title = "upgrade to another major release while applications stand still",
	.source = "PostgreSQL documentation: pg_upgrade, pg_dump, pg_restore",
	.needs =
	    "data_new of every member, empty, with room for its data (and for the dump); "
	    "a superuser",
	.costs =
	    "nobody is served while the active is upgraded, analyzed and counted; no "
	    "standby until it is made anew",
	.forbids =
	    "an older release; what only template databases hold, with method=dump",
	.topology = "active-standby, single",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.offline = true,
	.applies = applies,
};
