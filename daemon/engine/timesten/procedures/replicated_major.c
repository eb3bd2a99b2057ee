/*
 * Two masters that replicate to each other go to another major release while nobody is served:
 * one through ttMigrate, the other as a copy of it. Numbers are the manual's; letters are what
 * it leaves out. Its master1 is the one at which applications are, its subscriber1 the other.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Moving to a different major release
 * of TimesTen", for databases that are replicating to each other.
 *
 * Where this table does not follow the chapter:
 *   0a  the new release is installed beside the old one first, on both hosts;
 *   1.2 static ports, as for the online upgrade; an abort from between the two statements says
 *       the second one, for the same has to be said on both (u1d);
 *   1c  the chapter says nothing of applications: they pause, are seen to have left, and what
 *       each side has is sent to the other, which is proved, before anything is saved;
 *   4   the chapter destroys master1 before it restores: here when its copy serves (6d), for
 *       until then nobody does;
 *   5d  ttMigrate numbers commits anew: without -reset the other side would take none of them;
 *       said twice, for nothing shows whether it was heard, and a second one harms nothing;
 *   6a  rows have to arrive both ways before applications go on;
 *   6e, 7c1  definitions are seen to be those of before, and nothing is destroyed otherwise;
 *   7   what was committed on the other side meanwhile is sent first.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/compatibility.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/procedures/single.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define AGENT LIMIT_AGENT_STOP
#define DRAIN LIMIT_DRAIN
#define MOVE  LIMIT_MIGRATE
#define SECS  LIMIT_FIXED
#define DROP  ROW_MAY_FAIL, .option = TT_DROPS_SCHEMES
#define LIFE  (ROW_ACTIVATES | ROW_NO_RETURN)
#define LAST  "6b" /* the last row from which there is a way back */

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member        tools      limit               flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 3600,	0, "before-install" },
	{ "0b",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600 },
	{ "0c",	  &tt_daemon_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "0d",	  &tt_place_free,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "0e",	  &tt_rep_policy_manual,  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	0, "before-standby" },
	{ "0f",	  &tt_rep_policy_manual,  WHO_STANDBY, SIDE_OLD,  SECS, 60 },
	/* without its agent nobody may be connected to it: it is to stay loaded */
	{ "0g",	  &tt_ram_hold,		  WHO_STANDBY, SIDE_OLD,  SECS, 60 },
	/* static ports, the same statement on both */
	{ "1",	  &tt_rep_stop_for_ports, WHO_STANDBY, SIDE_OLD,  AGENT, 0 },
	{ "1.1",  &tt_rep_stop_for_ports, WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "1.2",  &tt_set_ports_if_other, WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "1.3",  &tt_set_ports_if_other, WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "1.4",  &tt_rep_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300 },
	{ "1.5",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300 },
	{ "1.6",  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	/* nobody is served until 6c */
	{ "1b",	  &tt_ram_hold,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	0, "before-swap" },
	{ "1c",	  &site_apps_pause,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "1d",	  &tt_see_nobody,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "1e",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0 },
	{ "1f",	  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0 },
	{ "2",	  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "2a",	  &tt_prove_left,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "2b",	  &tt_count,		  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0 },
	{ "3",	  &tt_migrate_out,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,	OFF },
	{ "3a",	  &tt_export_seen,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,	OFF },
	{ "3b",	  &tt_unload,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF | ROW_FENCES },
	{ "5",	  &tt_migrate_in,	  WHO_ACTIVE,  SIDE_NEW,  MOVE, 0,	OFF },
	{ "5a",	  &tt_ram_hold,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	OFF },
	{ "5b",	  &tt_ram_load,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	OFF },
	{ "5c",	  &tt_count_again,	  WHO_ACTIVE,  SIDE_NEW,  MOVE, 0 },
	{ "5d",	  &tt_send_reset,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "5d.1", &tt_send_reset,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "5e",	  &tt_send_stop_again,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "5f",	  &tt_send_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "6",	  &tt_rep_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 300 },
	{ "6a",	  &tt_drain,		  WHO_ACTIVE,  SIDE_NEW,  DRAIN, 0 },
	{ "6b",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0 },
	{ "6b1",  &tt_see_schemes,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	ROW_MAY_FAIL },
	{ "6b2",  &tt_grant_admin,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	TT_IF_ADMIN },
	{ "6c",	  &site_apps_resume,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	LIFE },
	{ "6d",	  &tt_see_moved,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 600 },
	{ "6e",	  &tt_same_schema_or_alike, WHO_ACTIVE, SIDE_NEW, SECS, 120 },
	/* applications stay while gates wait, and find it again behind a restart of its host */
	{ "6f",	  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	/* the old place */
	{ "4",	  &tt_destroy_old,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_DESTROYS, "before-destroy" },
	{ "4a",	  &tt_export_remove,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	ROW_MAY_FAIL },
	/* the other side is made anew as a copy */
	{ "7",	  &tt_see_alone,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	0, "before-second" },
	{ "7a",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0 },
	{ "7b",	  &tt_rep_stop,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0 },
	{ "7c",	  &tt_see_alone,	  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	{ "7c1",  &tt_same_schema_or_alike, WHO_STANDBY, SIDE_OLD, SECS, 120 },
	{ "7d",	  &tt_unload,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF },
	{ "8",	  &tt_destroy_old,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS },
	{ "9",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,	OFF },
	{ "9a",	  &tt_daemon_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	OFF },
	{ "9b",	  &tt_admin_user,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "10",	  &tt_duplicate,	  WHO_STANDBY, SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF },
	{ "11",	  &tt_rep_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "11a",  &tt_marker,		  WHO_STANDBY, SIDE_NEW,  SECS, 600 },
	{ "11b",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0 },
	/* policies back, and a last look */
	{ "12",	  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	0, "before-finish" },
	{ "12a",  &tt_rep_policy_restore, WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	{ "12b",  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "12c",  &tt_ram_let_go,	  WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	{ "12d",  &tt_see_both,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600 },
	{ "12d1", &tt_revoke_admin_copy,  WHO_STANDBY, SIDE_NEW,  SECS, 60,	TT_IF_ADMIN },
	{ "12d2", &tt_revoke_admin,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	TT_IF_ADMIN },
	/* "Record of upgrades": replication is known to be good */
	{ "12e",  &tt_drop_schemes,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	DROP },
	{ "12f",  &tt_drop_schemes,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	DROP },
	{ NULL }
};

/* Abort: the copy goes, the database of before sends again, applications go on there. What it
 * had sent is known to the other side under the copy's numbers, if that one came to send. */
static const struct row undo[] = {
	{ "u",	  &tt_revoke_admin,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	ROW_MAY_FAIL, NULL, "6b2", NULL, TT_IF_ADMIN },
	{ "u0",	  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	OFF, NULL, "5", LAST },
	{ "u0a",  &tt_unload,		  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	OFF, NULL, "5", LAST },
	{ "u0b",  &tt_destroy_copy,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "5", LAST },
	{ "u1",	  &tt_ram_load,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	OFF, NULL, "1b", LAST },
	{ "u1a",  &tt_send_reset,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "6", LAST },
	{ "u1b",  &tt_send_stop_again,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "6", LAST },
	{ "u1c",  &tt_send_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "6", LAST },
	/* between 1.2 and 1.3 only one copy of the scheme has static ports: no flow */
	{ "u1d",  &tt_set_ports_as_other, WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	ROW_NOT_LATER, NULL, "1.2", "1.3" },
	{ "u2",	  &tt_rep_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300,	0, NULL, "1", LAST },
	{ "u2a",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	0, NULL, "1.1", LAST },
	{ "u2b",  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0,	0, NULL, "2", LAST },
	{ "u2c",  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	0, NULL, "2", LAST },
	{ "u3",	  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	0, NULL, "1c", LAST },
	{ "u4",	  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0e", LAST },
	{ "u4a",  &tt_rep_policy_restore, WHO_STANDBY, SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0f", LAST },
	{ "u4b",  &tt_ram_let_go,	  WHO_STANDBY, SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0g", LAST },
	{ "u4c",  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "1b", LAST },
	/* agents were stopped, and may have got other ports: rows arrive both ways again */
	{ "u4d",  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600,	0, NULL, "1", LAST },
	{ "u4e",  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	0, NULL, "1", LAST },
	{ "u5",	  &tt_export_remove,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "3", LAST },
	{ NULL }
};

static const struct row none[] = { { NULL } };
/* clang-format on */

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (!str_equal(p->topology, "bidirectional")) {
		str_printf(text, size, "the pair is %s", p->topology);
		return false;
	}
	if (p->member_count != 2) {
		str_printf(text, size, "the pair has subscribers");
		return false;
	}
	if (release_same_major(from, to)) {
		str_printf(text, size, "%s and %s are one major release: a patch, in-place-bidirectional",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	return tt_majors_may_cross(from, to, text, size) && tt_has_place(p, text, size);
}

static const char *const options[] = { TT_OPTION_PLACE, TT_OPTION_SIZE, TT_OPTION_ADMIN_OF_ONE,
	TT_OPTION_DROP_SCHEMES, NULL };

const struct procedure tt_replicated_major = {
	.id = "replicated-major",
	.title = "offline upgrade of two masters that replicate to each other to another major "
		 "release",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, moving to a different major "
	    "release, databases that are replicating to each other",
	.needs =
	    "applications that disconnect; path and path_new of each member; a table for the "
	    "marker row; port of each member; a user with ADMIN rights; room for an export and "
	    "a second database",
	.costs = "nobody is served from step 1c to step 6c; one copy only from step 7b to 11",
	.forbids = "an older major release; a change of character set, of 32 or 64 bit, or of "
		   "data types",
	.topology = "bidirectional",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.offline = true,
	.applies = applies,
};
