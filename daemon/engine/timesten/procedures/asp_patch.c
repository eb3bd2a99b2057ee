/*
 * An active standby pair, with its read-only subscribers, goes to another patch release of
 * the same major one while applications commit: the standby, each subscriber, then the roles
 * are swapped, and the former active. Databases are kept as they are.
 *
 * Numbers are the manual's: its list for the standby (S) and for each subscriber (R, those
 * that only read), its list for the active (A); letters are what it leaves out.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Upgrades for TimesTen patch
 * releases on the standby master database and subscriber databases", "... on the active
 * master database", both with and without cache groups; "Performing an in-place database
 * upgrade"; W: Replication Guide, "Reversing the roles of the active and standby master
 * databases".
 *
 * Where this table does not follow the chapter:
 *   S2  the chapter installs over what may still be in use: the database is seen unloaded
 *       and the main daemon stopped before, where the release is replaced in place;
 *   S2c the chapter starts the cache agent again by -cacheStop: a misprint;
 *   S3b that the agent runs is not that it replicates: a row must arrive;
 *   A0b the chapter stops the cache agent after the drain (4, with cache groups), when a
 *       refresh may have committed what the drain did not see: here before the pause;
 *   A0c, A1a, A4c  a guard on the host of the active takes the fence back when nobody is left
 *       who could, or makes the other one active when that was decided; A6.1 looks, when
 *       nobody saw it;
 *   A4a the fence is proved: nothing was committed between 2 and 4;
 *   A6a agents end when they like: awaited after the pause, not in it;
 *   A6b a table that the former active got at a gate is not on the new one, nor are its rows;
 *   A8  the chapter names the wrong database (master2) to start the agent of.
 */
#include "config.h"

#include "daemon/engine/shared/shared_steps.h"
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
#define BACK  .option = "swap_back=yes"

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	/* where it has a place of its own, it is there before anything is changed */
	{ "0a",	  &site_install_beside,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  0, "before-install" },
	{ "0b",	  &site_install_beside,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600 },
	{ "0c",	  &site_install_beside,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600 },
	/* the standby; the active keeps the log for it meanwhile */
	{ "S0",	  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  0, "before-standby" },
	{ "S0a",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "S1",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "S1a",  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "S1b",  &tt_ram_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "S1c",  &tt_unload,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "S1d",  &tt_daemon_stop,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "S2",	  &site_install,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  OFF },
	{ "S2a",  &tt_daemon_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  OFF },
	{ "S2b",  &tt_ram_load,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  OFF },
	{ "S2c",  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "S3",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "S3a",  &tt_see_standby,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "S3b",  &tt_marker,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600 },
	{ "S3c",  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "S3d",  &tt_cache_policy_restore, WHO_STANDBY,   SIDE_NEW,  SECS, 60 },
	{ "S3e",  &tt_ram_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	/* each subscriber */
	{ "R0",	  &tt_rep_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  0, "before-subscribers" },
	{ "R1",	  &tt_rep_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0,		  OFF },
	{ "R1b",  &tt_ram_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  OFF },
	{ "R1c",  &tt_unload,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0,		  OFF },
	{ "R1d",  &tt_daemon_stop,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 120,	  OFF },
	{ "R2",	  &site_install,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600,	  OFF },
	{ "R2a",  &tt_daemon_start,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 120,	  OFF },
	{ "R2b",  &tt_ram_load,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600,	  OFF },
	{ "R3",	  &tt_rep_start,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 300 },
	{ "R3b",  &tt_marker,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600 },
	{ "R3c",  &tt_rep_policy_restore, WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "R3e",  &tt_ram_policy_restore, WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	/* the swap */
	{ "A0",	  &tt_rep_policy_manual,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "A0a",  &tt_cache_policy_manual, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "A0b",  &tt_cache_stop,	  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  FIRST, "before-swap" },
	{ "A0c",	  &tt_guard_arm,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  FIRST },
	{ "A1",	  &site_apps_pause,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  ROW_OPENS_PAUSE | SWAP },
	{ "A1a",	  &tt_guard_go,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "A2",	  &tt_drain,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  SWAP },
	{ "A3",	  &tt_rep_stop_ask,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "A4",	  &tt_fence,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  ROW_FENCES | SWAP },
	{ "A4a",  &tt_prove,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3,		  ROW_MAY_FAIL | SWAP },
	{ "A4b",  &tt_prove_rows,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP },
	{ "A4c",	  &tt_guard_hold,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  COMMIT },
	{ "A5",	  &tt_activate,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  LIFE },
	{ "A6",	  &site_apps_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP },
	{ "A6.1", &tt_see_active,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  SEEN },
	{ "A6.2", &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL },
	{ "A6a",  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0 },
	{ "A6b",  &tt_schema_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120 },
	/* the former active */
	{ "A7",	  &tt_ram_policy_manual,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "A7a",  &tt_unload,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  OFF },
	{ "A7b",  &tt_daemon_stop,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "A7c",  &site_install,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  OFF },
	{ "A7d",  &tt_daemon_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  OFF },
	{ "A7e",  &tt_ram_load,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  OFF },
	{ "A7f",  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "A8",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300 },
	{ "A8a",  &tt_see_standby,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_GAP, 0 },
	{ "A8b",  &tt_marker,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	/* 9: the roles of before, when it is asked for */
	{ "W0",	  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  BACK },
	{ "W0a",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  BACK },
	{ "W0b",  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  FIRST, NULL, BACK },
	{ "W0c",	  &tt_guard_arm,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  FIRST, NULL, BACK },
	{ "W1",	  &site_apps_pause,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_OPENS_PAUSE | SWAP, "before-swap", BACK },
	{ "W1a",	  &tt_guard_go,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, BACK },
	{ "W2",	  &tt_drain,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0,	  SWAP, BACK },
	{ "W3",	  &tt_rep_stop_ask,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, BACK },
	{ "W4",	  &tt_fence,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_FENCES | SWAP, BACK },
	{ "W4a",  &tt_prove,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 3,		  ROW_MAY_FAIL | SWAP, BACK },
	{ "W4b",  &tt_prove_rows,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, BACK },
	{ "W4c",	  &tt_guard_hold,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  COMMIT, BACK },
	{ "W5",	  &tt_activate,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  LIFE | ROW_NO_RETURN, BACK },
	{ "W6",	  &site_apps_resume,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, BACK },
	{ "W6.1", &tt_see_active,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  SEEN, BACK },
	{ "W6.2", &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, BACK },
	{ "W6a",  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  BACK },
	{ "W6b",  &tt_schema_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  BACK },
	{ "W7",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  BACK },
	{ "W8",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  BACK },
	{ "W8a",  &tt_see_standby,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0,	  BACK },
	{ "W8b",  &tt_marker,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  BACK },
	{ "W8c",  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  BACK },
	{ "W8d",  &tt_cache_policy_restore, WHO_STANDBY,   SIDE_NEW,  SECS, 60,		  BACK },
	/* policies back, and a last look */
	{ "F1",	  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  0, "before-finish" },
	{ "F1a",  &tt_cache_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "F1b",  &tt_ram_policy_restore, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "F2",	  &tt_see_patched,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	{ NULL }
};

/* The swap is taken back: writes first, the rest afterwards. */
static const struct row backout[] = {
	{ "b0",	  &tt_guard_back,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  SWAP, NULL, "A4c" },
	{ "b1",	  &tt_activate_first,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "A4" },
	{ "b2",	  &site_apps_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "A1" },
	{ "b2.1", &tt_guard_back_late,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "A4c" },
	/* it may have lost its daemon, and with it its role, without a fence of ours */
	{ "b2a",  &tt_activate_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES, NULL, "A1" },
	{ "b2b",  &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL, NULL, "A0c", "A1a" },
	{ "b3",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "A3" },
	{ "b4",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "A1" },
	{ "b5",	  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "A0b", "A1" },
	/* the same of the way back */
	{ "c0",	  &tt_guard_back,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  SWAP, NULL, "W4c", BACK },
	{ "c1",	  &tt_activate_first,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "W4", BACK },
	{ "c2",	  &site_apps_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "W1", BACK },
	{ "c2.1", &tt_guard_back_late,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  0, NULL, "W4c", BACK },
	{ "c2a",  &tt_activate_again,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES, NULL, "W1", BACK },
	{ "c2b",  &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, NULL, "W0c", "W1a", BACK },
	{ "c3",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "W3", BACK },
	{ "c4",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "W1", BACK },
	{ "c5",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "W0b", "W1", BACK },
	{ NULL }
};

/* Abort. After the swap the former active, in the release of before, first follows and takes
 * over again; then the others go back. A release that was replaced in its place is installed
 * again, if the site's hook can do that: both patch releases serve the same databases. */
static const struct row undo[] = {
	/* a policy that was given back keeps its agent from being stopped */
	{ "u00",  &tt_rep_policy_manual,  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "F1", "F2" },
	{ "u00a", &tt_cache_policy_manual, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "F1a", "F2" },
	{ "u0",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "A5" }, /* asked for at A3 */
	{ "u0a",  &tt_rep_stop_back,	  WHO_ACTIVE,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL | OFF, NULL, "A7d", "F2" },
	{ "u0b",  &tt_cache_stop,	  WHO_ACTIVE,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL | OFF, NULL, "A7d", "F2" },
	{ "u0c",  &tt_ram_policy_manual_back, WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "A7d", "F2" },
	{ "u0d",  &tt_unload_back,	  WHO_ACTIVE,	   SIDE_NEW,  AGENT, 0,		  OFF, NULL, "A7d", "F2" },
	{ "u0e",  &tt_daemon_stop_back,  WHO_ACTIVE,	   SIDE_NEW,  SECS, 120,	  OFF, NULL, "A7c" },
	{ "u0f",  &site_install_back,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3600,	  ROW_MAY_FAIL | OFF, NULL, "A7c" },
	{ "u0g",  &tt_daemon_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  OFF, NULL, "A7b", "F2" },
	{ "u0h",  &tt_ram_load,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  OFF, NULL, "A7", "F2" },
	{ "u1",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "A5" },
	{ "u2",	  &tt_see_standby_again,  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_GAP, 0,	  0, NULL, "A5" },
	{ "u3",	  &tt_marker,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "A5" },
	{ "u3a",  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "A5" },
	{ "u3b",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "A5" },
	{ "u3c",  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  FIRST, NULL, "A5" },
	{ "u3d",  &tt_guard_arm,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  FIRST, NULL, "A5" },
	{ "u4",	  &site_apps_pause,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_OPENS_PAUSE | SWAP, NULL, "A5" },
	{ "u4a",  &tt_guard_go,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "A5" },
	{ "u5",	  &tt_drain,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0,	  SWAP, NULL, "A5" },
	{ "u6",	  &tt_rep_stop_ask,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "A5" },
	{ "u6a",  &tt_fence,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  ROW_FENCES | SWAP, NULL, "A5" },
	{ "u6b",  &tt_prove,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 3,		  ROW_MAY_FAIL | SWAP, NULL, "A5" },
	{ "u6c",  &tt_prove_rows,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP, NULL, "A5" },
	{ "u6d",  &tt_guard_hold,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  COMMIT, NULL, "A5" },
	{ "u7",	  &tt_activate,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  LIFE, NULL, "A5" },
	{ "u8",	  &site_apps_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "A5" },
	{ "u8.1", &tt_see_active,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  SEEN, NULL, "A5" },
	{ "u8.2", &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, NULL, "A5" },
	{ "u8a",  &tt_cache_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "A0b", "F2" },
	/* the standby, in the release of before */
	{ "u9",	  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "S3c", "F2" },
	{ "u9a",  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "S3d", "F2" },
	{ "u10",  &tt_rep_stop_back,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL | OFF, NULL, "S2a", "F2" },
	{ "u10a", &tt_cache_stop,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL | OFF, NULL, "S2a", "F2" },
	{ "u10b", &tt_ram_policy_manual_back, WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "S2a", "F2" },
	{ "u10c", &tt_unload_back,	  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  OFF, NULL, "S2a", "F2" },
	{ "u10d", &tt_daemon_stop_back,  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  OFF, NULL, "S2" },
	{ "u11",  &site_install_back,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  ROW_MAY_FAIL | OFF, NULL, "S2" },
	{ "u11a", &tt_daemon_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF, NULL, "S1d", "F2" },
	{ "u11b", &tt_ram_load,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  OFF, NULL, "S1b", "F2" },
	{ "u11c", &tt_cache_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  OFF, NULL, "S1a", "F2" },
	{ "u12",  &tt_rep_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,	  0, NULL, "S1", "F2" },
	{ "u12a", &tt_see_standby,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0,	  0, NULL, "S1", "F2" },
	{ "u12b", &tt_marker,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  0, NULL, "S1", "F2" },
	/* each subscriber */
	{ "u12c", &tt_rep_policy_manual,  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "R3c", "R3e" },
	{ "u13",  &tt_rep_stop_back,	  WHO_SUBSCRIBERS, SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL | OFF, NULL, "R2a", "R3e" },
	{ "u13b", &tt_ram_policy_manual_back, WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL | OFF, NULL, "R2a", "R3e" },
	{ "u13c", &tt_unload_back,	  WHO_SUBSCRIBERS, SIDE_NEW,  AGENT, 0,		  OFF, NULL, "R2a", "R3e" },
	{ "u13d", &tt_daemon_stop_back,  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 120,	  OFF, NULL, "R2", "R3e" },
	{ "u14",  &site_install_back,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 3600,	  ROW_MAY_FAIL | OFF, NULL, "R2", "R3e" },
	{ "u14a", &tt_daemon_start,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 120,	  OFF, NULL, "R1d", "R3e" },
	{ "u14b", &tt_ram_load,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  OFF, NULL, "R1b", "R3e" },
	{ "u15",  &tt_rep_start,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 300,	  0, NULL, "R1", "R3e" },
	{ "u15a", &tt_marker,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  0, NULL, "R1", "R3e" },
	{ "u15b", &tt_rep_policy_restore, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "R0", "R3e" },
	{ "u15c", &tt_ram_policy_restore, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "R0", "R3e" },
	/* policies */
	{ "u16",  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "S0", "F2" },
	{ "u16a", &tt_cache_policy_restore, WHO_STANDBY,   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "S0", "F2" },
	{ "u16b", &tt_ram_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "S0", "F2" },
	{ "u17",  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "A0", "F2" },
	{ "u17a", &tt_cache_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "A0", "F2" },
	{ "u17b", &tt_ram_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "A0", "F2" },
	{ "u17c", &tt_guard_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 20,		  ROW_MAY_FAIL, NULL, "A0c", "A1a" },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x0",	  &tt_guard_back,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  SWAP, NULL, "u6d" },
	{ "x1",	  &tt_activate_first,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "u6a" },
	{ "x2",	  &site_apps_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "u4" },
	{ "x2.1", &tt_guard_back_late,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  0, NULL, "u6d" },
	{ "x2a",  &tt_activate_again,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES, NULL, "u4" },
	{ "x2b",  &tt_guard_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 20,		  ROW_MAY_FAIL, NULL, "u3d", "u4a" },
	{ "x3",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_NEW,  AGENT, 0,		  ROW_MAY_FAIL, NULL, "u6" },
	{ "x4",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "u4" },
	{ "x5",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "u3c", "u4" },
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
	if (!release_same_major(from, to)) {
		str_printf(text, size, "%s and %s are two major releases",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	return true;
}

static const char *const options[] = { "swap_back=yes|no", NULL };

const struct procedure tt_asp_patch = {
	.id = "asp-patch",
	.title = "online upgrade of an active standby pair to another patch release",
	.source =
	    "TimesTen 11.2.1 Installation Guide, chapter 2, upgrades for TimesTen patch "
	    "releases of an active standby pair",
	.needs =
	    "an installation that holds no other loaded database, when its release is "
	    "replaced in place; readers that leave the standby and the subscribers for a "
	    "while",
	.costs =
	    "one write pause of well under the limit, two with swap_back=yes; no standby "
	    "from step S1 to step S3a and from step A3 to step A8a",
	.forbids = "another major release; other databases in the instances; changes of "
		   "definitions while it lasts, where they do not replicate",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = options,
	.applies = applies,
};
