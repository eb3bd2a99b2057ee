/*
 * Two masters that send to each other go to another major release, one after the other, while
 * applications commit on the one that is not worked on. Numbers are the manual's, B in front of
 * them: the same for the other side; letters are what the manual leaves out.
 *
 * The other side may come days later, at the gate before-second: both releases replicate
 * with each other as long as it takes.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Performing an online upgrade with
 * replication", "Online upgrade example"; 7.0 guide, the same, for what is kept until when.
 *
 * Where this table does not follow the chapter:
 *   0a  the new release is installed beside the old one first;
 *   1   ports are left alone where they are static already; an abort from between the two
 *       statements says the second one, for the same has to be said on both (u4.1);
 *   2b  the chapter trusts the pause at once: the transmitter notices it up to 10 s later;
 *   4b  the drain is proved: whatever was committed after it would be in the export, and after
 *       the reset (10) would never reach the other side;
 *   5b  definitions are seen to be those of before, and nothing is destroyed otherwise: they do
 *       not replicate;
 *   7   the chapter destroys at once: with a place of its own for the new database (path,
 *       path_new) the old one is kept until the new one replicates (12c), as the 7.0 guide
 *       allows; both agents are stopped till then, and what is for it is kept;
 *   8   `-start start` is a misprint of `-state start`; said only when the new side is ready
 *       (11a), for what was received once is not sent again;
 *   9   AutoCreate=0 cannot create what was destroyed: the restore creates it;
 *   9c  rows are counted on both sides of the migration;
 *   10  the chapter sleeps after each state; here each is seen; -reset is said twice, for nothing
 *       shows whether it was heard, and a second one harms nothing;
 *   12a rows have to arrive both ways;
 *   13.1, 13.2  with server=yes: "Client/Server online upgrade with continuous access to the
 *       database", 4 to 6: clients have no server while the last rows go over;
 *   13  applications stand still while the last rows go over, so that they do not find an
 *       older state on the other side.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/compatibility.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define SWAP  ROW_IN_SWAP
#define AGENT LIMIT_AGENT_STOP
#define PAUSE LIMIT_WRITE_PAUSE
#define DRAIN LIMIT_DRAIN
#define MOVE  LIMIT_MIGRATE
#define SECS  LIMIT_FIXED
#define DROP  ROW_MAY_FAIL, .option = TT_DROPS_SCHEMES
#define SERVER .option = "server=yes"
#define LAST  "B11" /* the last row from which there is a way back */

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member        tools      limit               flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60 },
	{ "0a",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,	0, "before-install" },
	{ "0b",	  &site_install,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 3600 },
	{ "0c",	  &tt_rep_policy_manual,  WHO_STANDBY, SIDE_OLD,  SECS, 60,	0, "before-standby" },
	{ "0d",	  &tt_rep_policy_manual,  WHO_ACTIVE,  SIDE_OLD,  SECS, 60 },
	{ "0e",	  &tt_ram_hold,		  WHO_STANDBY, SIDE_OLD,  SECS, 60 },
	/* static ports, the same statement on both */
	{ "1",	  &tt_rep_stop_for_ports, WHO_STANDBY, SIDE_OLD,  AGENT, 0 },
	{ "1a",	  &tt_rep_stop_for_ports, WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "1b",	  &tt_set_ports_if_other, WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "1c",	  &tt_set_ports_if_other, WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "1d",	  &tt_rep_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300 },
	{ "1e",	  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300 },
	{ "1f",	  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	/* applications that are at the first side, too */
	{ "1g",	  &site_apps_leave,	  WHO_STANDBY, SIDE_OLD,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP },
	{ "1h",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	SWAP },
	{ "1i",	  &site_apps_join,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP },
	/* the first side: the one without applications */
	{ "2",	  &tt_see_alone,	  WHO_STANDBY, SIDE_OLD,  SECS, 600 },
	{ "2a",	  &tt_send_pause,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "2b",	  &tt_see_quiet,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300 },
	{ "3",	  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0 },
	{ "4",	  &tt_rep_stop,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0 },
	{ "4a",	  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "4b",	  &tt_prove_left,	  WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "5",	  &tt_send_stop,	  WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "5a",	  &tt_count,		  WHO_STANDBY, SIDE_OLD,  MOVE, 0 },
	{ "5b",	  &tt_same_schema,	  WHO_STANDBY, SIDE_OLD,  SECS, 120 },
	{ "6",	  &tt_migrate_out,	  WHO_STANDBY, SIDE_OLD,  MOVE, 0,	OFF },
	{ "6a",	  &tt_export_seen,	  WHO_STANDBY, SIDE_OLD,  MOVE, 0,	OFF },
	{ "7",	  &tt_unload,		  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF },
	{ "7a",	  &tt_destroy_in_way,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS },
	{ "8",	  &site_install,	  WHO_STANDBY, SIDE_NEW,  SECS, 3600,	OFF },
	{ "8a",	  &tt_daemon_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	OFF },
	{ "9",	  &tt_migrate_in,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0,	OFF },
	{ "9a",	  &tt_ram_hold,		  WHO_STANDBY, SIDE_NEW,  SECS, 60,	OFF },
	{ "9b",	  &tt_ram_load,		  WHO_STANDBY, SIDE_NEW,  SECS, 600,	OFF },
	{ "9c",	  &tt_count_again,	  WHO_STANDBY, SIDE_NEW,  MOVE, 0 },
	{ "10",	  &tt_send_reset,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "10.1", &tt_send_reset,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "10a",  &tt_send_stop_again,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "10b",  &tt_send_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "11",	  &tt_rep_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "11a",  &tt_send_on,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "11b",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300 },
	{ "12",	  &tt_marker,		  WHO_STANDBY, SIDE_NEW,  LIMIT_GAP, 0 },
	{ "12a",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0 },
	{ "12b",  &tt_same_schema,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "12b1", &tt_see_schemes,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	ROW_MAY_FAIL },
	{ "12c",  &tt_destroy_kept,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	ROW_DESTROYS, "before-destroy" },
	{ "12d",  &tt_export_remove,	  WHO_STANDBY, SIDE_NEW,  SECS, 60,	ROW_MAY_FAIL },
	/* applications move over, and may stay for days: whoever starts it again finds it as ever */
	{ "12e",  &tt_ram_let_go,	  WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	{ "13",	  &site_apps_pause,	  WHO_ACTIVE,  SIDE_OLD,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP, "before-swap" },
	{ "13.1", &tt_server_stop,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	SWAP, SERVER },
	{ "13a",  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0,	SWAP },
	{ "13.2", &tt_server_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300,	SWAP, SERVER },
	{ "13b",  &site_apps_resume,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP },
	{ "13c",  &tt_see_alone,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	/* the other side, when both releases were seen to do */
	{ "B0",	  &tt_ram_hold,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	0, "before-second" },
	{ "B1",	  &tt_marker,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "B2",	  &tt_see_alone,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600 },
	{ "B2a",  &tt_send_pause,	  WHO_STANDBY, SIDE_NEW,  SECS, 120 },
	{ "B2b",  &tt_see_quiet,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "B3",	  &tt_drain,		  WHO_ACTIVE,  SIDE_OLD,  DRAIN, 0 },
	{ "B4",	  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0 },
	{ "B4a",  &tt_rep_stop,		  WHO_STANDBY, SIDE_NEW,  AGENT, 0 },
	{ "B4b",  &tt_prove_left,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "B5",	  &tt_send_stop,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120 },
	{ "B5a",  &tt_count,		  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0 },
	{ "B5b",  &tt_same_schema_or_alike, WHO_ACTIVE, SIDE_OLD, SECS, 120 },
	{ "B6",	  &tt_migrate_out,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,	OFF },
	{ "B6a",  &tt_export_seen,	  WHO_ACTIVE,  SIDE_OLD,  MOVE, 0,	OFF },
	{ "B7",	  &tt_unload,		  WHO_ACTIVE,  SIDE_OLD,  AGENT, 0,	OFF },
	{ "B7a",  &tt_destroy_in_way,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS | ROW_NO_RETURN },
	{ "B8",	  &site_install,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 3600,	OFF },
	{ "B8a",  &tt_daemon_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	OFF },
	{ "B9",	  &tt_migrate_in,	  WHO_ACTIVE,  SIDE_NEW,  MOVE, 0,	OFF },
	{ "B9a",  &tt_ram_hold,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	OFF },
	{ "B9b",  &tt_ram_load,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	OFF },
	{ "B9c",  &tt_count_again,	  WHO_ACTIVE,  SIDE_NEW,  MOVE, 0 },
	{ "B10",  &tt_send_reset,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B10.1", &tt_send_reset,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B10a", &tt_send_stop_again,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B10b", &tt_send_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B11",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 300 },
	{ "B11a", &tt_send_on,		  WHO_STANDBY, SIDE_NEW,  SECS, 120,	ROW_NO_RETURN },
	{ "B11b", &tt_rep_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300 },
	{ "B12",  &tt_marker,		  WHO_ACTIVE,  SIDE_NEW,  LIMIT_GAP, 0 },
	{ "B12a", &tt_drain,		  WHO_ACTIVE,  SIDE_NEW,  DRAIN, 0 },
	{ "B12b", &tt_same_schema_or_alike, WHO_ACTIVE,  SIDE_NEW,  SECS, 120 },
	{ "B12b1", &tt_see_schemes,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	ROW_MAY_FAIL },
	{ "B12c", &tt_destroy_kept,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_DESTROYS, "before-destroy" },
	{ "B12d", &tt_export_remove,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60,	ROW_MAY_FAIL },
	/* policies back, and a last look */
	{ "14",	  &tt_rep_policy_restore, WHO_STANDBY, SIDE_NEW,  SECS, 60,	0, "before-finish" },
	{ "14a",  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "14b",  &tt_ram_let_go,	  WHO_STANDBY, SIDE_NEW,  SECS, 60 },
	{ "14c",  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 60 },
	{ "14d",  &tt_see_both,		  WHO_ACTIVE,  SIDE_NEW,  SECS, 600 },
	/* "Record of upgrades": replication is known to be good */
	{ "14e",  &tt_drop_schemes,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	DROP },
	{ "14f",  &tt_drop_schemes,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 120,	DROP },
	{ NULL }
};

/* Applications go on where they were. */
static const struct row backout[] = {
	{ "b0",	  &tt_server_stop,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	SWAP, NULL, "13.2", SERVER },
	{ "b0a",  &tt_server_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	SWAP, NULL, "13.1", SERVER },
	{ "b2",	  &site_apps_resume,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "1g" },
	{ "b1",	  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "13" },
	{ NULL }
};

/* Abort: the side that is worked on comes back into the flow, applications go back to where they
 * were, then the first side becomes what it was: what was kept of it, as long as nothing was sent
 * to its successor, else a copy of the other. */
static const struct row undo[] = {
	/* the other side */
	{ "u0",	  &tt_rep_stop,		  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	OFF, NULL, "B9", LAST },
	{ "u0a",  &tt_unload,		  WHO_ACTIVE,  SIDE_NEW,  AGENT, 0,	OFF, NULL, "B9", LAST },
	{ "u0b",  &tt_destroy_copy,	  WHO_ACTIVE,  SIDE_NEW,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "B9", LAST },
	{ "u1",	  &tt_ram_load,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	OFF, NULL, "B6", LAST },
	{ "u1a",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	0, NULL, "B4", LAST },
	{ "u1b",  &tt_send_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "B5", LAST },
	{ "u1c",  &tt_rep_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300,	0, NULL, "B4a", LAST },
	{ "u1d",  &tt_send_on,		  WHO_STANDBY, SIDE_NEW,  SECS, 120,	0, NULL, "B2a", LAST },
	{ "u1e",  &tt_marker,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	0, NULL, "B2a", LAST },
	/* applications go back; whatever was committed there is here */
	{ "u2",	  &site_apps_pause,	  WHO_STANDBY, SIDE_NEW,  PAUSE, 0,	ROW_OPENS_PAUSE | SWAP, NULL, "13b" },
	{ "u2.1", &tt_server_stop,	  WHO_STANDBY, SIDE_NEW,  SECS, 120,	SWAP, NULL, "13b", SERVER },
	{ "u2a",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0,	SWAP, NULL, "13b" },
	{ "u2.2", &tt_server_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	SWAP, NULL, "13b", SERVER },
	{ "u2b",  &site_apps_resume,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "13b" },
	{ "u2c",  &tt_see_alone,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	0, NULL, "13b" },
	{ "u2d",  &tt_drain,		  WHO_STANDBY, SIDE_NEW,  DRAIN, 0,	0, NULL, "13b" },
	/* the first side */
	{ "u2e",  &tt_ram_hold,		  WHO_STANDBY, SIDE_NEW,  SECS, 60,	OFF, NULL, "12e", LAST },
	{ "u3",	  &tt_rep_stop,		  WHO_STANDBY, SIDE_NEW,  AGENT, 0,	OFF, NULL, "9", LAST },
	{ "u3a",  &tt_unload,		  WHO_STANDBY, SIDE_NEW,  AGENT, 0,	OFF, NULL, "9", LAST },
	{ "u3b",  &tt_destroy_copy,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "9", LAST },
	{ "u4",	  &tt_daemon_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	OFF, NULL, "7a", LAST },
	/* between 1b and 1c only one copy of the scheme has static ports: no flow */
	{ "u4.1", &tt_set_ports_as_other, WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	ROW_NOT_LATER, NULL, "1b", "1c" },
	{ "u4a",  &tt_rep_start,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 300,	0, NULL, "1a", LAST },
	/* what was given up for it, FAILTHRESHOLD, would be missing for ever */
	{ "u4a1", &tt_hold_kept,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	OFF, NULL, "2a", LAST },
	{ "u4a2", &tt_unload_if_stale,	  WHO_STANDBY, SIDE_OLD,  AGENT, 0,	OFF, NULL, "2a", LAST },
	{ "u4a3", &tt_destroy_if_stale,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "2a", LAST },
	{ "u4b",  &tt_destroy_kept,	  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF | ROW_DESTROYS, NULL, "11a", LAST },
	{ "u4c",  &tt_duplicate_if_gone,  WHO_STANDBY, SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "2a", LAST },
	{ "u5",	  &tt_ram_load,		  WHO_STANDBY, SIDE_OLD,  SECS, 600,	OFF, NULL, "6", LAST },
	{ "u5a",  &tt_rep_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 300,	0, NULL, "1", LAST },
	{ "u5b",  &tt_send_start,	  WHO_STANDBY, SIDE_OLD,  SECS, 120,	0, NULL, "5", LAST },
	{ "u5c",  &tt_send_on,		  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	0, NULL, "2a", LAST },
	{ "u5d",  &tt_marker,		  WHO_STANDBY, SIDE_OLD,  SECS, 600,	0, NULL, "1", LAST },
	{ "u5e",  &tt_drain,		  WHO_STANDBY, SIDE_OLD,  DRAIN, 0,	0, NULL, "1", LAST },
	/* policies */
	{ "u6",	  &tt_rep_policy_restore, WHO_STANDBY, SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0c", LAST },
	{ "u6a",  &tt_rep_policy_restore, WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0d", LAST },
	{ "u6b",  &tt_ram_let_go,	  WHO_STANDBY, SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "0e", LAST },
	{ "u6c",  &tt_ram_let_go,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "B0", LAST },
	{ "u7",	  &tt_export_remove,	  WHO_STANDBY, SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "6", LAST },
	{ "u7a",  &tt_export_remove,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 60,	ROW_MAY_FAIL, NULL, "B6", LAST },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x0",	  &tt_server_stop,	  WHO_ACTIVE,  SIDE_OLD,  SECS, 120,	SWAP, NULL, "u2.2", SERVER },
	{ "x0a",  &tt_server_start,	  WHO_STANDBY, SIDE_NEW,  SECS, 300,	SWAP, NULL, "u2.1", SERVER },
	{ "x1",	  &site_apps_resume,	  WHO_STANDBY, SIDE_NEW,  SECS, 600,	ROW_CLOSES_PAUSE | SWAP, NULL, "u2" },
	{ NULL }
};
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
	return tt_majors_may_cross(from, to, text, size);
}

static const char *const options[] = { TT_OPTION_PLACE, "server=yes|no", TT_OPTION_SIZE,
	TT_OPTION_DROP_SCHEMES, NULL };

const struct procedure tt_online_bidirectional = {
	.id = "online-bidirectional",
	.title = "online upgrade of two masters that replicate to each other to another major "
		 "release",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, performing an online upgrade "
	    "with replication",
	.needs =
	    "applications that can move from one to the other; a table for the marker row; port of each member; "
	    "room for an export, and with path and path_new for a second database; a user "
	    "with ADMIN rights, for an abort that has to copy",
	.costs = "one write pause of well under the limit, when applications move over; one copy "
		 "only from step 2a to 12, and from B2a to B12",
	.forbids =
	    "changes of definitions while it lasts; a change of character set, of 32 or "
	    "64 bit, or of data types",
	.topology = "bidirectional",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = options,
	.applies = applies,
};
