/*
 * An active standby pair, with its read-only subscribers, goes to another major release
 * while applications commit. Numbers are the manual's; letters are what it leaves out.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Upgrades with active standby
 * pair replication", online major upgrade with no cache groups, and the same with cache groups,
 * whose own steps are here under numbers between: 3 (2a1), 5 (3g), 10 (4e), 17 (13a); where no
 * cache agent ran they are left out.
 *
 * Where this table does not follow the chapter:
 *   0d, 4b2  ADMIN for the time of the upgrade, where an option asks for it;
 *   0a  the new release is installed beside the old one first: nothing is touched for a
 *       release that cannot be had; 3d, 11 and 17 look again;
 *   2b  a live standby may clear the mark: it is set again when its agent is gone;
 *   2c  nobody documents whether the log for a failed standby is kept: it is looked at, and
 *       a standby that could never catch up is made anew before it is migrated;
 *   3.2, 4d, 9a, 15.1  definitions are seen to be those of before, and nothing is destroyed or
 *       left otherwise: they do not replicate;
 *   4e  the chapter stops the cache agent after the drain (10, with cache groups), when a refresh
 *       may have committed behind it: here before the applications pause, and before the gate;
 *   4e1, 5a, 7d  a guard on the host of the active takes the fence back when nobody is left
 *       who could, or makes the other one active when that was decided; 8a1 looks, when nobody saw it;
 *   7a  the chapter leaves the old active able to take writes: it is fenced, and 7b proves
 *       that nothing was committed after the drain;
 *   8a  the chapter does not say that applications go on;
 *   8c  nobody tells whether autorefresh survives ttMigrate within a pair: it is looked at;
 *   4e.1, 8c1, 9.2  ttMigrate saves no rows of cached tables: they come by autorefresh, or are
 *       loaded, and the gate before the old active is destroyed waits until they are there;
 *   9.3 nobody tells who sends subscribers the rows that the standby has from its image: each
 *       is compared with the new active before the old one is destroyed;
 *   15  for further subscribers the list with cache groups says to repeat 15 to 19, which are
 *       steps of the standby: each has all steps of its own;
 *   8b  agents end when they like: awaited after the pause, not in it.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
#include "daemon/engine/timesten/procedures/compatibility.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define SWAP  ROW_IN_SWAP
#define FIRST ROW_SWAP_BEGINS
#define LIFE  (ROW_ACTIVATES | ROW_NEEDS_PROOF | ROW_HOLDS_SWAP | ROW_IN_SWAP)
#define COMMIT (ROW_COMMITS | ROW_IN_SWAP)
#define SEEN  (ROW_ACTIVATES | ROW_NEEDS_PROOF)
#define AGENT LIMIT_AGENT_STOP
#define PAUSE LIMIT_WRITE_PAUSE
#define SECS  LIMIT_FIXED
#define DROP  ROW_MAY_FAIL, .option = TT_DROPS_SCHEMES

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	/* the new release is on every host before anything is changed */
	{ "0a",	  &site_install,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  0, "before-install" },
	{ "0b",	  &site_install,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600 },
	{ "0c",	  &site_install,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600 },
	/* an abort makes copies of the old active */
	{ "0d",	  &tt_grant_admin,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  .option = "grant_admin=user" },
	/* the standby leaves the pair and goes to the new release */
	{ "1",	  &tt_mark_failed,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  0, "before-standby" },
	{ "2",	  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "2.1",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "2a",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "2a1",  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "2b",	  &tt_mark_failed,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "2c",	  &tt_hold_kept,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "2c1",  &tt_ram_policy_manual_if_stale, WHO_STANDBY, SIDE_OLD, SECS, 60,	  OFF },
	{ "2d",	  &tt_unload_if_stale,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "2e",	  &tt_destroy_if_stale,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  OFF | ROW_DESTROYS },
	{ "2f",	  &tt_duplicate_if_stale, WHO_STANDBY,	   SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF },
	{ "3",	  &tt_migrate_out,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3.1",  &tt_export_seen,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3.2",  &tt_same_schema_of_peer, WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "3a",	  &tt_ram_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "3b",	  &tt_unload,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "3c",	  &tt_destroy_old,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  OFF | ROW_DESTROYS },
	{ "3d",	  &site_install,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  OFF },
	{ "3e",	  &tt_daemon_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  OFF },
	{ "3f",	  &tt_migrate_in,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3g",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "4",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "4a",	  &tt_see_standby,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "4b",	  &tt_marker,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600 },
	{ "4b1",  &tt_see_schemes,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  ROW_MAY_FAIL },
	{ "4b2",  &tt_grant_admin,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  TT_IF_ADMIN },
	/* the swap */
	{ "4c",	  &tt_rep_policy_manual,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "4c1",  &tt_cache_policy_manual, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "4d",	  &tt_same_schema,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "4e",	  &tt_cache_stop,	  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  FIRST },
	{ "4e.1", &tt_count_cached,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  FIRST },
	{ "4e1",  &tt_guard_arm,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  FIRST },
	{ "5",	  &site_apps_pause,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  ROW_OPENS_PAUSE | SWAP, "before-swap" },
	{ "5a",	  &tt_guard_go,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "6",	  &tt_drain,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  SWAP },
	{ "7",	  &tt_rep_stop_ask,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "7a",	  &tt_fence,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  ROW_FENCES | SWAP },
	{ "7b",	  &tt_prove,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3,		  ROW_MAY_FAIL | SWAP },
	{ "7c",	  &tt_prove_rows,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "7d",	  &tt_guard_hold,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  COMMIT },
	{ "8",	  &tt_activate,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  LIFE },
	{ "8a",	  &site_apps_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP },
	{ "8a1",  &tt_see_active,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  SEEN },
	{ "8a2",  &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL },
	{ "8b",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0 },
	{ "8c",	  &tt_refresh_on,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "8c1",  &tt_see_refreshed,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL },
	{ "8c2",  &tt_cache_load,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  ROW_MAY_FAIL },
	{ "8c3",  &tt_refresh_on,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "9",	  &tt_mark_failed,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120 },
	{ "9.1",  &tt_hold_kept,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL },
	{ "9.2",  &tt_see_cached,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0 },
	/* subscribers got it all: rows that the standby brought along in its image, too */
	{ "9.3",  &tt_count_source,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600 },
	{ "9.4",  &tt_marker_compared,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 120,	  ROW_MAY_FAIL },
	{ "9.5",  &tt_same_rows,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 30 },
	/* the former active is made anew as the standby */
	{ "9a",	  &tt_same_schema_or_alike, WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  0, "before-destroy" },
	{ "9b",	  &tt_ram_policy_manual,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "9c",	  &tt_unload,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "10",	  &tt_destroy_old,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  OFF | ROW_DESTROYS | ROW_NO_RETURN },
	{ "11",	  &site_install,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  OFF },
	{ "11a",  &tt_daemon_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  OFF },
	{ "12",	  &tt_admin_user,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "13",	  &tt_duplicate,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF },
	{ "13a",  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "14",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "14a",  &tt_see_standby,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "14b",  &tt_marker,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	{ "14c",  &tt_export_remove,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL },
	/* each subscriber is made anew from the new standby */
	{ "15",	  &tt_rep_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  0, "before-subscribers" },
	{ "15.1", &tt_same_schema_or_alike, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 120 },
	{ "15a",  &tt_rep_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0,		  OFF },
	{ "15b",  &tt_ram_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  OFF },
	{ "15c",  &tt_unload,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0,		  OFF },
	{ "16",	  &tt_destroy_old,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  OFF | ROW_DESTROYS },
	{ "17",	  &site_install,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600,	  OFF },
	{ "17a",  &tt_daemon_start,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 120,	  OFF },
	{ "18",	  &tt_duplicate,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF },
	{ "19",	  &tt_rep_start,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 300 },
	{ "19a",  &tt_marker,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600 },
	{ "19b",  &tt_rep_policy_restore, WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "19c",  &tt_ram_policy_restore, WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	/* policies back, and a last look */
	{ "20",	  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  0, "before-finish" },
	{ "20.1", &tt_cache_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "20a",  &tt_ram_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "20b",  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "20b1", &tt_cache_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "20c",  &tt_ram_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "20d",  &tt_see_swapped,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	/* the active first, whose REVOKE may be replicated */
	{ "20d1", &tt_revoke_admin,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  TT_IF_ADMIN },
	{ "20d2", &tt_revoke_admin_copy,  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  TT_IF_ADMIN },
	{ "20d3", &tt_revoke_admin_copy,  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  TT_IF_ADMIN },
	/* "Record of upgrades": replication is known to be good; the active first, whose DROP may be replicated */
	{ "20e",  &tt_drop_schemes,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  DROP },
	{ "20f",  &tt_drop_schemes,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  DROP },
	{ "20g",  &tt_drop_schemes,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 120,	  DROP },
	{ NULL }
};

/* The swap is taken back: writes first, the rest afterwards. */
static const struct row backout[] = {
	{ "b0",	  &tt_guard_back,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  SWAP, NULL, "7d" },
	{ "b1",	  &tt_activate_first,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "7a" },
	{ "b2",	  &site_apps_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "5" },
	{ "b2.1", &tt_guard_back_late,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "7d" },
	/* it may have lost its daemon, and with it its role, without a fence of ours */
	{ "b2a",  &tt_activate_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES, NULL, "5" },
	{ "b2b",  &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL, NULL, "4e1", "5a" },
	{ "b3",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "7" },
	{ "b4",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "5" },
	{ "b5",	  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "4e", "5" },
	{ NULL }
};

/* Abort: if applications write to the new release already, the old active first follows
 * and takes over again; then the standby is what it was. */
static const struct row undo[] = {
	{ "u0",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  0, NULL, "8" }, /* asked for at 7 */
	{ "u0a",  &tt_ram_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "9b", "9c" },
	{ "u0b",  &tt_ram_load,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "9b", "9c" },
	{ "u1",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "8" },
	{ "u2",	  &tt_see_standby_again,  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_GAP, 0,	  0, NULL, "8" },
	{ "u3",	  &tt_marker,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "8" },
	{ "u3a",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "8" },
	{ "u3b",  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  FIRST, NULL, "8" },
	{ "u3c",  &tt_guard_arm,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  FIRST, NULL, "8" },
	{ "u4",	  &site_apps_pause,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_OPENS_PAUSE | SWAP, NULL, "8" },
	{ "u4a",  &tt_guard_go,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "8" },
	{ "u5",	  &tt_drain,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0,	  SWAP, NULL, "8" },
	{ "u6",	  &tt_rep_stop_ask,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "8" },
	{ "u6a",  &tt_fence,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_FENCES | SWAP, NULL, "8" },
	{ "u6b",  &tt_prove,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 3,		  ROW_MAY_FAIL | SWAP, NULL, "8" },
	{ "u6c",  &tt_prove_rows,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "8" },
	{ "u6d",  &tt_guard_hold,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  COMMIT, NULL, "8" },
	{ "u7",	  &tt_activate,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  LIFE, NULL, "8" },
	{ "u8",	  &site_apps_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "8" },
	{ "u8.1", &tt_see_active,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  SEEN, NULL, "8" },
	{ "u8.2", &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, NULL, "8" },
	{ "u8a",  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "4e", "8" },
	/* the copy in the new release goes, the standby of before comes back or is made anew; until
	 * then the active feeds the subscribers, which a copy of it would not reach behind */
	{ "u8b",  &tt_revoke_admin,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL, NULL, "4b2", "8", .option = "grant_admin=public" },
	{ "u9",	  &tt_mark_failed,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  ROW_MAY_FAIL, NULL, "3f", "8" },
	{ "u10",  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  OFF, NULL, "3f", "8" },
	{ "u10a", &tt_mark_failed,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  OFF | ROW_MAY_FAIL, NULL, "3f", "8" },
	{ "u10b", &tt_cache_stop,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  OFF | ROW_MAY_FAIL, NULL, "3g", "8" },
	{ "u11",  &tt_ram_policy_manual,  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF, NULL, "3f", "8" },
	{ "u12",  &tt_unload,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  OFF, NULL, "3f", "8" },
	{ "u13",  &tt_destroy_copy,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  OFF | ROW_DESTROYS, NULL, "3f", "8" },
	{ "u14",  &tt_daemon_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF, NULL, "1", "8" },
	{ "u15",  &tt_duplicate_if_gone,  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "2e", "8" },
	{ "u15a", &tt_ram_load,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  ROW_MAY_FAIL, NULL, "2c1", "3b" },
	{ "u15b", &tt_cache_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  OFF | ROW_MAY_FAIL, NULL, "2a1", "8" },
	{ "u16",  &tt_rep_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  ROW_MAY_FAIL, NULL, "1", "8" },
	{ "u17",  &tt_rejoin,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 180,	  ROW_MAY_FAIL, NULL, "1", "8" },
	{ "u18",  &tt_rep_stop_if_late,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF, NULL, "1", "8" },
	{ "u18.1", &tt_cache_stop_if_late,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF, NULL, "1", "8" },
	{ "u18a", &tt_ram_policy_manual_if_late, WHO_STANDBY, SIDE_OLD, SECS, 60,	  OFF, NULL, "1", "8" },
	{ "u19",  &tt_unload_if_late,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF, NULL, "1", "8" },
	{ "u20",  &tt_destroy_if_late,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  OFF | ROW_DESTROYS, NULL, "1", "8" },
	{ "u21",  &tt_duplicate_if_late,  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "1", "8" },
	{ "u21a", &tt_cache_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  OFF, NULL, "2a1", "8" },
	{ "u22",  &tt_rep_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  0, NULL, "1", "8" },
	/* a standby that was marked failed may not know it yet: a row must arrive */
	{ "u22a", &tt_marker,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  0, NULL, "1", "8" },
	{ "u23",  &tt_see_standby,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0,	  0, NULL, "1", "8" },
	{ "u24",  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1", "8" },
	{ "u24a", &tt_cache_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1", "8" },
	{ "u25",  &tt_ram_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1", "8" },
	{ "u25a", &tt_revoke_admin_copy,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "0d", "8", .option = "grant_admin=user" },
	{ "u25b", &tt_revoke_admin,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "0d", "8", .option = "grant_admin=user" },
	{ "u26",  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "4c" },
	{ "u26a", &tt_cache_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "4c" },
	{ "u27",  &tt_export_remove,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "3" },
	{ "u28",  &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL, NULL, "4e1", "5a" },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x0",	  &tt_guard_back,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  SWAP, NULL, "u6d" },
	{ "x1",	  &tt_activate_first,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "u6a" },
	{ "x2",	  &site_apps_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "u4" },
	{ "x2.1", &tt_guard_back_late,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  0, NULL, "u6d" },
	{ "x2a",  &tt_activate_again,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES, NULL, "u4" },
	{ "x2b",  &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, NULL, "u3c", "u4a" },
	{ "x3",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "u6" },
	{ "x4",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "u4" },
	{ "x5",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "u3b", "u4" },
	{ NULL }
};
/* clang-format on */

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	if (!str_equal(p->topology, "active-standby")) {
		str_printf(text, size, "the pair is %s", p->topology);
		return false;
	}
	if (release_same_major(from, to)) {
		str_printf(text, size, "%s and %s are one major release: a patch",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	/* A patch level that is too low is the check's to say (release.cross): a patch first
	 * mends it. */
	return tt_majors_may_cross(from, to, text, size);
}

static const char *const options[] = { TT_OPTION_PLACE, TT_OPTION_SIZE, TT_OPTION_ADMIN_OF_ONE,
	TT_OPTION_DROP_SCHEMES, NULL };

const struct procedure tt_asp_major = {
	.id = "asp-major",
	.title = "online upgrade of an active standby pair to another major release",
	.source = "TimesTen 11.2.1 Installation Guide, chapter 2, online major upgrade of an "
		  "active standby pair, with and without cache groups",
	.needs = "static replication ports on every database; a user with ADMIN rights for "
		 "duplicates; with cache groups the cache administrator; room for an export of "
		 "the standby",
	.costs = "one write pause of well under the limit; no standby from step 1 to step 4a "
		 "and from step 7 to step 14a",
	.forbids = "changes of definitions while it lasts; a change of character set, of 32 or "
		   "64 bit, or of data types",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = options,
	.applies = applies,
};
