/*
 * Two masters that send to each other go to another patch release of the same major one, each
 * in its place, one after the other, while applications commit on the one that is not worked on.
 * Databases are kept as they are, so there is a way back to the very end.
 *
 * Numbers are the manual's: its list of "Unloading a database" (1 to 5), then what "Moving to a
 * new patch release" tells in prose (6 and on), B in front of them: the same for the other side;
 * letters are what it leaves out.
 *
 * The other side may come days later, at the gate before-second: patch releases of one major
 * release replicate with each other.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Performing an in-place database
 * upgrade"; "Online upgrade example" for how applications move over.
 *
 * Where this table does not follow the chapter:
 *   1   applications leave one side only, and are at the other meanwhile;
 *   2   the chapter pauses both ways at once and trusts it: here what is for this side is paused
 *       and seen not to come any more, what this side has is sent first, then the other way is
 *       paused as well; and of its two names it is the one to be unloaded whose agent stops;
 *   4   inUse becomes manual with or without a grace period, as in_place.c says;
 *   6   it lets the installer stop the daemon, which disconnects whoever is there;
 *   10  it does not say when replication goes on: when the new release is seen and the agent
 *       runs;
 *   11  that both agents run is not that they replicate: rows have to arrive both ways;
 *   12  applications stand still while the last rows go over, so that they do not find an older
 *       state on the other side;
 *   B2b1 the proof without which an abort would not make this side anew as a copy; nothing else
 *       needs it, for nothing is destroyed;
 *   u0b, u3b  abort does not pause what is kept for a side: a stopped agent keeps it as well, and
 *       a state that was given up would be hidden.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/procedures/single.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define MAY   ROW_MAY_FAIL
#define SWAP  ROW_IN_SWAP
#define AGENT LIMIT_AGENT_STOP
#define PAUSE LIMIT_WRITE_PAUSE
#define DRAIN LIMIT_DRAIN
#define SECS  LIMIT_FIXED
#define LAST  "13e" /* there is a way back up to the last row */

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member        tools      limit               flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install_beside,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,	0, "before-install" },
	{ "0b",	  &site_install_beside,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 3600 },
	/* the first side: the one without applications */
	{ "0c",	  &tt_rep_policy_manual,  WHO_STANDBY, SIDE_OLD,  SECS, 60,	0, "before-standby" },
	{ "0d",	  &tt_cache_policy_manual, WHO_STANDBY, SIDE_OLD, SECS, 60 },
	{ "0e",	  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	/* applications that are there, too */
	{ "1",	  &site_apps_leave,	  WHO_STANDBY, SIDE_OLD,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP },
	{ "1a",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	SWAP },
	{ "1b",	  &site_apps_join,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP },
	{ "1c",	  &tt_see_alone,	  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	{ "2",	  &tt_send_pause,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "2a",	  &tt_see_quiet,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300 },
	{ "2b",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0 },
	{ "2c",	  &tt_send_pause,	  WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "2d",	  &tt_rep_stop,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF },
	{ "3",	  &tt_cache_stop,	  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF },
	{ "4",	  &tt_ram_policy_manual,  WHO_STANDBY, SIDE_OLD,  SECS, 60,	OFF },
	{ "5",	  &tt_unload,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF },
	{ "6",	  &tt_daemon_stop,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	OFF },
	{ "7",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,	OFF },
	{ "8",	  &tt_daemon_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	OFF },
	{ "8a",	  &tt_ram_load,		  WHO_STANDBY, SIDE_NEW,  SECS, 600,	OFF },
	{ "8b",	  &tt_see_release,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	OFF },
	{ "9",	  &tt_cache_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300,	OFF },
	{ "9a",	  &tt_rep_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300,	OFF },
	{ "10",	  &tt_send_on,		  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "10a",  &tt_send_on,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "11",	  &tt_marker,		  WHO_STANDBY, SIDE_NEW,  LIMIT_GAP, 0 },
	{ "11a",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0 },
	{ "11b",  &tt_same_schema,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	/* applications come, and may stay for days: whoever starts it again finds it as ever */
	{ "11c",  &tt_ram_policy_restore, WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	/* applications move over */
	{ "12",	  &site_apps_pause,	  WHO_ACTIVE,  SIDE_OLD,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP, "before-swap" },
	{ "12a",  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0,	SWAP },
	{ "12b",  &site_apps_resume,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP },
	{ "12c",  &tt_see_alone,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	/* the other side, when both releases were seen to do */
	{ "B0",	  &tt_rep_policy_manual,  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	0, "before-second" },
	{ "B0a",  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_OLD,  SECS, 60 },
	{ "B0b",  &tt_marker,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "B1",	  &tt_see_alone,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "B2",	  &tt_send_pause,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "B2a",  &tt_see_quiet,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "B2b",  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0 },
	{ "B2b1", &tt_prove_left,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	MAY },
	{ "B2c",  &tt_send_pause,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "B2d",  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF },
	{ "B3",	  &tt_cache_stop,	  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF },
	{ "B4",	  &tt_ram_policy_manual,  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	OFF },
	{ "B5",	  &tt_unload,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF },
	{ "B6",	  &tt_daemon_stop,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	OFF },
	{ "B7",	  &site_install,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 3600,	OFF },
	{ "B8",	  &tt_daemon_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	OFF },
	{ "B8a",  &tt_ram_load,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	OFF },
	{ "B8b",  &tt_see_release,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	OFF },
	{ "B9",	  &tt_cache_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 300,	OFF },
	{ "B9a",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 300,	OFF },
	{ "B10",  &tt_send_on,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B10a", &tt_send_on,		  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "B11",  &tt_marker,		  WHO_ACTIVE,  SIDE_NEW,  LIMIT_GAP, 0 },
	{ "B11a", &tt_drain,		  WHO_ACTIVE,  SIDE_NEW,  DRAIN, 0 },
	{ "B11b", &tt_same_schema_or_alike, WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	/* policies back, and a last look */
	{ "13",	  &tt_rep_policy_restore, WHO_STANDBY, SIDE_NEW,  SECS, 60,	0, "before-finish" },
	{ "13a",  &tt_cache_policy_restore, WHO_STANDBY, SIDE_NEW, SECS, 60 },
	{ "13b",  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "13c",  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_NEW, SECS, 60 },
	{ "13d",  &tt_ram_policy_restore, WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "13e",  &tt_see_both,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600 },
	{ NULL }
};

/* Applications go on where they were. */
static const struct row backout[] = {
	{ "b2",	  &site_apps_resume,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "1" },
	{ "b1",	  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "12" },
	{ NULL }
};

/* Abort: the other side goes back to the release of before, while applications are at the first
 * one; they go back to where they were, then the first side does the same. A release that was
 * replaced is installed again, if the site's hook can do that: both serve the same databases.
 * A side for which the log was given up meanwhile (FAILTHRESHOLD) becomes a copy of the one that
 * has everything. */
static const struct row undo[] = {
	/* the other side */
	{ "u0",	  &tt_rep_policy_manual,  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	MAY | OFF, NULL, "13b", LAST },
	{ "u0a",  &tt_cache_policy_manual, WHO_ACTIVE, SIDE_NEW,  SECS, 60,	MAY | OFF, NULL, "13c", LAST },
	{ "u0b",  &tt_rep_stop_back,	  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	MAY | OFF, NULL, "B8", LAST },
	{ "u0c",  &tt_cache_stop,	  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	MAY | OFF, NULL, "B8", LAST },
	{ "u0d",  &tt_ram_policy_manual_back, WHO_ACTIVE, SIDE_NEW, SECS, 60,	MAY | OFF, NULL, "B8", LAST },
	{ "u0e",  &tt_unload_back,	  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	OFF, NULL, "B8", LAST },
	{ "u0f",  &tt_daemon_stop_back,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	OFF, NULL, "B7", LAST },
	{ "u0g",  &site_install_back,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 3600,	MAY | OFF, NULL, "B7", LAST },
	{ "u0h",  &tt_daemon_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	OFF, NULL, "B6", LAST },
	{ "u1",	  &tt_hold_kept,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	OFF, NULL, "B2", LAST },
	{ "u1a",  &tt_ram_policy_manual_if_stale, WHO_ACTIVE, SIDE_OLD, SECS, 60, OFF, NULL, "B2", LAST },
	{ "u1b",  &tt_unload_if_stale,	  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF, NULL, "B2", LAST },
	{ "u1c",  &tt_destroy_if_stale,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "B2", LAST },
	{ "u1d",  &tt_duplicate_if_stale, WHO_ACTIVE,  SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "B2", LAST },
	{ "u1e",  &tt_ram_load,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	OFF, NULL, "B2", LAST },
	{ "u1f",  &tt_cache_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	OFF, NULL, "B3", LAST },
	{ "u1g",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	0, NULL, "B2", LAST },
	{ "u1h",  &tt_send_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "B2", LAST },
	{ "u1i",  &tt_send_on,		  WHO_STANDBY, SIDE_NEW,  SECS, 120,	0, NULL, "B2", LAST },
	{ "u1j",  &tt_marker,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	0, NULL, "B2", LAST },
	/* applications go back; whatever was committed there is here */
	{ "u2",	  &site_apps_pause,	  WHO_STANDBY, SIDE_NEW,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP, NULL, "12b", LAST },
	{ "u2a",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0,	SWAP, NULL, "12b", LAST },
	{ "u2b",  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "12b", LAST },
	{ "u2c",  &tt_see_alone,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	0, NULL, "12b", LAST },
	{ "u2d",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0,	0, NULL, "12b", LAST },
	/* the first side */
	{ "u3",	  &tt_rep_policy_manual,  WHO_STANDBY, SIDE_NEW,  SECS, 60,	MAY | OFF, NULL, "13", LAST },
	{ "u3a",  &tt_cache_policy_manual, WHO_STANDBY, SIDE_NEW, SECS, 60,	MAY | OFF, NULL, "13a", LAST },
	{ "u3b",  &tt_rep_stop_back,	  WHO_STANDBY, SIDE_NEW,  AGENT, 0,	MAY | OFF, NULL, "8", LAST },
	{ "u3c",  &tt_cache_stop,	  WHO_STANDBY, SIDE_NEW,  AGENT, 0,	MAY | OFF, NULL, "8", LAST },
	{ "u3d",  &tt_ram_policy_manual_back, WHO_STANDBY, SIDE_NEW, SECS, 60,	MAY | OFF, NULL, "8", LAST },
	{ "u3e",  &tt_unload_back,	  WHO_STANDBY, SIDE_NEW,  AGENT, 0,	OFF, NULL, "8", LAST },
	{ "u3f",  &tt_daemon_stop_back,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	OFF, NULL, "7", LAST },
	{ "u3g",  &site_install_back,	  WHO_STANDBY, SIDE_OLD,  SECS, 3600,	MAY | OFF, NULL, "7", LAST },
	{ "u3h",  &tt_daemon_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	OFF, NULL, "6", LAST },
	{ "u4",	  &tt_hold_kept,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	OFF, NULL, "2", LAST },
	{ "u4a",  &tt_ram_policy_manual_if_stale, WHO_STANDBY, SIDE_OLD, SECS, 60, OFF, NULL, "2", LAST },
	{ "u4b",  &tt_unload_if_stale,	  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF, NULL, "2", LAST },
	{ "u4c",  &tt_destroy_if_stale,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "2", LAST },
	{ "u4d",  &tt_duplicate_if_stale, WHO_STANDBY, SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "2", LAST },
	{ "u4e",  &tt_ram_load,		  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF, NULL, "2", LAST },
	{ "u4f",  &tt_cache_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300,	OFF, NULL, "3", LAST },
	{ "u4g",  &tt_rep_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300,	0, NULL, "2", LAST },
	{ "u4h",  &tt_send_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	0, NULL, "2", LAST },
	{ "u4i",  &tt_send_on,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "2", LAST },
	{ "u4j",  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600,	0, NULL, "2", LAST },
	{ "u4k",  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	0, NULL, "2", LAST },
	/* policies */
	{ "u5",	  &tt_rep_policy_restore, WHO_STANDBY, SIDE_OLD,  SECS, 60,	MAY, NULL, "0c", LAST },
	{ "u5a",  &tt_cache_policy_restore, WHO_STANDBY, SIDE_OLD, SECS, 60,	MAY, NULL, "0d", LAST },
	{ "u5b",  &tt_ram_policy_restore, WHO_STANDBY, SIDE_OLD,  SECS, 60,	MAY, NULL, "2", LAST },
	{ "u5c",  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	MAY, NULL, "B0", LAST },
	{ "u5d",  &tt_cache_policy_restore, WHO_ACTIVE, SIDE_OLD, SECS, 60,	MAY, NULL, "B0a", LAST },
	{ "u5e",  &tt_ram_policy_restore, WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	MAY, NULL, "B2", LAST },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x1",	  &site_apps_resume,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "u2" },
	{ NULL }
};
/* clang-format on */

/* A database that goes elsewhere is copied, and a copy of a replicated one is ttMigrate's. */
static bool
stays_in_place(const struct pair *p, char *text, size_t size)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		const char *old = member_setting(m, "path"), *new = member_setting(m, "path_new");

		if (old == NULL || new == NULL || str_equal(old, new))
			continue;
		str_printf(text, size,
		    "path_new gives %s another place, %s: a patch opens the database where it "
		    "is; leave path_new out, or say path",
		    m->name, new);
		return false;
	}
	return true;
}

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	if (!str_equal(p->topology, "bidirectional")) {
		str_printf(text, size, "the pair is %s", p->topology);
		return false;
	}
	if (p->member_count != 2) {
		str_printf(text, size, "the pair has subscribers");
		return false;
	}
	return tt_same_major(from, to, text, size) && stays_in_place(p, text, size);
}

const struct procedure tt_in_place_bidirectional = {
	.id = "in-place-bidirectional",
	.title = "online upgrade of two masters that replicate to each other to another patch "
		 "release, each in its place",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, in-place upgrade, with "
	    "replication paused",
	.needs =
	    "applications that can move from one to the other; a table for the marker row; "
	    "instances that hold no other loaded database, when their release is replaced in "
	    "place; room for the log of what is committed meanwhile",
	.costs = "one write pause of well under the limit, when applications move over; one copy "
		 "only from step 2 to 11, and from B2 to B11",
	.forbids =
	    "another major release; other databases in the instances; changes of definitions "
	    "while it lasts",
	.topology = "bidirectional",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = NULL,
	.applies = applies,
};
