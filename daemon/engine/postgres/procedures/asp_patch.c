/*
 * An active standby pair, with its read-only subscribers, goes to another minor release of the
 * same major one, or to settings that want a restart, while applications commit: those that
 * only read first, leaves before their sources, then the standby; then the roles are swapped,
 * and the former active follows.
 *
 * The swap: the active is frozen with the marker row as its last commit (5); the standby has
 * replayed it (6), so it has everything; only then it is promoted (8), and what still waits at
 * the frozen server is refused and comes to the new one (9). Nothing of the former active's
 * log is missing on the new one (11a), so that it follows without a copy.
 *
 * Source: PostgreSQL documentation, "Upgrading a PostgreSQL Cluster", minor releases; "Log-
 * Shipping Standby Servers", failover; release notes on the order of standbys and primary.
 *
 * What the documentation leaves open:
 *   0g  a commit that waits for a standby which is restarted would wait for the restart;
 *   1b  and 2b: that a standby streams is not that it replays: a row must arrive;
 *   3   slots are made before the swap: after it the log may be gone that they were for;
 *   3a  a promotion that is asked for while the standby waits to connect again is heard when
 *       that wait is over, 5 seconds by default.
 */
#include "config.h"

#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/shared/shared_steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define SWAP  ROW_IN_SWAP
#define FIRST ROW_SWAP_BEGINS
#define OPENS (ROW_OPENS_PAUSE | ROW_IN_SWAP)
#define FENCE (ROW_OPENS_PAUSE | ROW_FENCES | ROW_IN_SWAP | ROW_OFF_LIMITS)
#define COMMIT (ROW_COMMITS | ROW_IN_SWAP)
#define LIFE  (ROW_ACTIVATES | ROW_NEEDS_PROOF | ROW_HOLDS_SWAP | ROW_IN_SWAP)
#define SEEN  (ROW_ACTIVATES | ROW_NEEDS_PROOF)
#define STOP  LIMIT_AGENT_STOP
#define PAUSE LIMIT_WRITE_PAUSE
#define SECS  LIMIT_FIXED
#define BACK  .option = "swap_back=yes"
#define STAY  .option = "swap_back!=yes"

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                        member           programs   limit       flags, gate */
	{ "0",    &pg_remember,               WHO_ACTIVE,      SIDE_OLD,  SECS, 60 },
	{ "0a",   &pg_remember,               WHO_STANDBY,     SIDE_OLD,  SECS, 60 },
	{ "0b",   &pg_remember,               WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "0c",   &pg_marker_table,           WHO_ACTIVE,      SIDE_OLD,  SECS, 60 },
	/* the new release is on every host before anything is changed */
	{ "0d",   &site_install,              WHO_STANDBY,     SIDE_NEW,  SECS, 3600,   0, "before-install" },
	{ "0e",   &site_install,              WHO_ACTIVE,      SIDE_NEW,  SECS, 3600 },
	{ "0f",   &site_install,              WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600 },
	/* those that only read */
	{ "0g",   &pg_async,                  WHO_ACTIVE,      SIDE_OLD,  SECS, 60 },
	{ "1",    &pg_restart,                WHO_LEAVES,      SIDE_NEW,  STOP, 0,      0, "before-subscribers" },
	{ "1a",   &pg_see_follows,            WHO_LEAVES,      SIDE_NEW,  SECS, 900 },
	{ "1b",   &pg_marker_seen,            WHO_LEAVES,      SIDE_NEW,  SECS, 900 },
	{ "2",    &pg_restart,                WHO_STANDBY,     SIDE_NEW,  STOP, 0,      0, "before-standby" },
	{ "2a",   &pg_see_follows,            WHO_STANDBY,     SIDE_NEW,  SECS, 900 },
	{ "2b",   &pg_marker_seen,            WHO_STANDBY,     SIDE_NEW,  SECS, 900 },
	{ "2c",   &pg_settings_back,          WHO_ACTIVE,      SIDE_OLD,  SECS, 60 },
	/* the swap */
	{ "2d",   &pg_see_follows,            WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, "before-swap" },
	{ "3",    &pg_swap_slots,             WHO_STANDBY,     SIDE_NEW,  SECS, 60,     FIRST },
	{ "3a",   &pg_swift,                  WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3b",   &pg_pooler_look,            WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3c",   &pg_pooler_prepare[0],      WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3d",   &pg_pooler_prepare[1],      WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3e",   &pg_pooler_prepare[2],      WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3f",   &pg_pooler_prepare[3],      WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3g",   &pg_checkpoint,             WHO_ACTIVE,      SIDE_OLD,  LIMIT_DRAIN, 0 },
	{ "3h",   &pg_checkpoint,             WHO_STANDBY,     SIDE_NEW,  LIMIT_DRAIN, 0 },
	{ "3h1",  &pg_warm,                   WHO_STANDBY,     SIDE_NEW,  SECS, 90 },
	{ "3h2",  &pg_sole,                   WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3i",   &pg_arm,                    WHO_ACTIVE,      SIDE_OLD,  SECS, 60 },
	{ "3j",   &pg_see_follows,            WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "3k",   &pg_rehearse,               WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     OFF },
	{ "4",    &site_apps_pause_if_hooked, WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     OPENS | OFF },
	{ "4.1",  &pg_pooler_guards[0],       WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     SWAP },
	{ "4.2",  &pg_pooler_guards[1],       WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     SWAP },
	{ "4.3",  &pg_pooler_guards[2],       WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     SWAP },
	{ "4.4",  &pg_pooler_guards[3],       WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     SWAP },
	{ "4a",   &pg_pooler_pause,           WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     OPENS },
	{ "5",    &pg_fence,                  WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     FENCE },
	{ "6",    &pg_drain,                  WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     SWAP },
	{ "7",    &pg_hold,                   WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    COMMIT | OFF },
	{ "8",    &pg_promote,                WHO_STANDBY,     SIDE_NEW,  SECS, 300,    LIFE },
	{ "8a",   &pg_pooler_point[0],        WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP },
	{ "8b",   &pg_pooler_point[1],        WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP },
	{ "8c",   &pg_pooler_point[2],        WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP },
	{ "8d",   &pg_pooler_point[3],        WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP },
	{ "8e",   &pg_pooler_over,            WHO_STANDBY,     SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL },
	{ "8f",   &pg_pooler_served,          WHO_STANDBY,     SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL },
	{ "9",    &pg_out,                    WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SWAP | OFF },
	{ "10",   &site_apps_resume_if_hooked, WHO_STANDBY,    SIDE_NEW,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP },
	{ "10.1", &pg_see_promoted,           WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SEEN },
	{ "10.2", &pg_out_late,               WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    OFF },
	{ "10p",  &pg_pooler_again,           WHO_STANDBY,     SIDE_NEW,  SECS, 300 },
	{ "10a",  &pg_repoint,                WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "10b",  &pg_bury,                   WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     OFF },
	/* the former active follows */
	{ "11",   &pg_fork_seen,              WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "11a",  &pg_look_back,              WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    OFF },
	{ "11b",  &pg_rewind,                 WHO_ACTIVE,      SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF | ROW_DESTROYS },
	{ "11c",  &pg_follow,                 WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     OFF },
	{ "12",   &pg_restart,                WHO_ACTIVE,      SIDE_NEW,  STOP, 0 },
	{ "12a",  &pg_see_follows,            WHO_ACTIVE,      SIDE_NEW,  SECS, 900 },
	{ "12b",  &pg_marker_seen,            WHO_ACTIVE,      SIDE_NEW,  SECS, 900 },
	{ "12c",  &pg_see_follows,            WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 900 },
	{ "12d",  &pg_marker_seen,            WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 900 },
	/* the roles of before, when it is asked for: 3 to 12d the other way round */
	{ "w3",   &pg_swap_slots,             WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     FIRST, "before-swap", BACK },
	{ "w3a",  &pg_swift,                  WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3b",  &pg_pooler_look,            WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3c",  &pg_pooler_prepare[0],      WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3d",  &pg_pooler_prepare[1],      WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3e",  &pg_pooler_prepare[2],      WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3f",  &pg_pooler_prepare[3],      WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3g",  &pg_checkpoint,             WHO_STANDBY,     SIDE_NEW,  LIMIT_DRAIN, 0, BACK },
	{ "w3h",  &pg_checkpoint,             WHO_ACTIVE,      SIDE_NEW,  LIMIT_DRAIN, 0, BACK },
	{ "w3h2", &pg_sole,                   WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3i",  &pg_arm,                    WHO_STANDBY,     SIDE_NEW,  SECS, 60,     BACK },
	{ "w3j",  &pg_see_follows,            WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w3k",  &pg_rehearse,               WHO_STANDBY,     SIDE_NEW,  SECS, 60,     OFF, BACK },
	{ "w4",   &site_apps_pause_if_hooked, WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     OPENS | OFF, BACK },
	{ "w4.1", &pg_pooler_guards[0],       WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     SWAP, BACK },
	{ "w4.2", &pg_pooler_guards[1],       WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     SWAP, BACK },
	{ "w4.3", &pg_pooler_guards[2],       WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     SWAP, BACK },
	{ "w4.4", &pg_pooler_guards[3],       WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     SWAP, BACK },
	{ "w4a",  &pg_pooler_pause,           WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     OPENS, BACK },
	{ "w5",   &pg_fence,                  WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     FENCE, BACK },
	{ "w6",   &pg_drain,                  WHO_ACTIVE,      SIDE_NEW,  PAUSE, 0,     SWAP, BACK },
	{ "w7",   &pg_hold,                   WHO_STANDBY,     SIDE_NEW,  SECS, 300,    COMMIT | OFF, BACK },
	{ "w8",   &pg_promote,                WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    LIFE, BACK },
	{ "w8a",  &pg_pooler_point[0],        WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    SWAP, BACK },
	{ "w8b",  &pg_pooler_point[1],        WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    SWAP, BACK },
	{ "w8c",  &pg_pooler_point[2],        WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    SWAP, BACK },
	{ "w8d",  &pg_pooler_point[3],        WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    SWAP, BACK },
	{ "w8e",  &pg_pooler_over,            WHO_ACTIVE,      SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL, BACK },
	{ "w8f",  &pg_pooler_served,          WHO_ACTIVE,      SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL, BACK },
	{ "w9",   &pg_out,                    WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP | OFF | ROW_NO_RETURN, BACK },
	{ "w10",  &site_apps_resume_if_hooked, WHO_ACTIVE,     SIDE_NEW,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP, BACK },
	{ "w10.1", &pg_see_promoted,          WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    SEEN, BACK },
	{ "w10.2", &pg_out_late,              WHO_STANDBY,     SIDE_NEW,  SECS, 300,    OFF, BACK },
	{ "w10p", &pg_pooler_again,           WHO_ACTIVE,      SIDE_NEW,  SECS, 300,    BACK },
	{ "w10a", &pg_repoint_back,           WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,     BACK },
	{ "w10b", &pg_bury,                   WHO_STANDBY,     SIDE_NEW,  SECS, 60,     OFF, BACK },
	{ "w11",  &pg_fork_seen,              WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     BACK },
	{ "w11a", &pg_look_back,              WHO_STANDBY,     SIDE_NEW,  SECS, 300,    OFF, BACK },
	{ "w11b", &pg_rewind,                 WHO_STANDBY,     SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF | ROW_DESTROYS, BACK },
	{ "w11c", &pg_follow,                 WHO_STANDBY,     SIDE_NEW,  SECS, 60,     OFF, BACK },
	{ "w12",  &pg_start_again,            WHO_STANDBY,     SIDE_NEW,  STOP, 0,      BACK },
	{ "w12a", &pg_see_follows,            WHO_STANDBY,     SIDE_NEW,  SECS, 900,    BACK },
	{ "w12b", &pg_marker_seen,            WHO_STANDBY,     SIDE_NEW,  SECS, 900,    BACK },
	{ "w12c", &pg_see_follows,            WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 900,    BACK },
	{ "w12d", &pg_marker_seen,            WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 900,    BACK },
	/* what was for the upgrade only */
	{ "13",   &pg_settings_taken,         WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, "before-finish", STAY },
	{ "13",   &pg_settings_back,          WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, "before-finish", BACK },
	{ "13a",  &pg_settings_back,          WHO_ACTIVE,      SIDE_NEW,  SECS, 60 },
	{ "13b",  &pg_slots_left,             WHO_ACTIVE,      SIDE_NEW,  SECS, 60 },
	{ "13c",  &pg_slots_unmade,           WHO_STANDBY,     SIDE_NEW,  SECS, 60,     BACK },
	{ "13d",  &pg_marker_drop,            WHO_STANDBY,     SIDE_NEW,  SECS, 60 },
	{ "13e",  &pg_see_swapped,            WHO_ACTIVE,      SIDE_NEW,  SECS, 600 },
	{ NULL }
};

/* The swap is taken back: the active serves again, whatever became of it. A pooler that does not
 * answer keeps no others waiting. */
static const struct row backout[] = {
	{ "b1",   &pg_activate_again,         WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    ROW_ACTIVATES | SWAP, NULL, "4", "7" },
	{ "b2",   &pg_pooler_resume,          WHO_STANDBY,     SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL, NULL, "4a" },
	{ "b3",   &site_apps_resume_if_hooked, WHO_ACTIVE,     SIDE_OLD,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP, NULL, "4", "7" },
	{ "b3.1", &pg_activate_late,          WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    ROW_ACTIVATES, NULL, "4", "7" },
	{ "b4",   &pg_pooler_resume,          WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, NULL, "4a" },
	/* the same of the way back */
	{ "c1",   &pg_activate_again,         WHO_STANDBY,     SIDE_NEW,  SECS, 300,    ROW_ACTIVATES | SWAP, NULL, "w4", "w7", BACK },
	{ "c2",   &pg_pooler_resume,          WHO_ACTIVE,      SIDE_NEW,  SECS, 5,      SWAP | ROW_MAY_FAIL, NULL, "w4a", BACK },
	{ "c3",   &site_apps_resume_if_hooked, WHO_STANDBY,    SIDE_NEW,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP, NULL, "w4", "w7", BACK },
	{ "c3.1", &pg_activate_late,          WHO_STANDBY,     SIDE_NEW,  SECS, 300,    ROW_ACTIVATES, NULL, "w4", "w7", BACK },
	{ "c4",   &pg_pooler_resume,          WHO_ACTIVE,      SIDE_NEW,  SECS, 60,     0, NULL, "w4a", BACK },
	{ NULL }
};

/* Abort. After the swap the former active first follows, on the old release, and takes over
 * again in a swap the other way round. */
static const struct row undo[] = {
	{ "u1",   &pg_fork_seen,              WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, NULL, "8" },
	{ "u1a",  &pg_out,                    WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     OFF, NULL, "8" },
	{ "u1a1", &pg_bury,                   WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     OFF, NULL, "8" },
	{ "u1b",  &pg_look_back,              WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    OFF, NULL, "8" },
	{ "u1c",  &pg_rewind,                 WHO_ACTIVE,      SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF | ROW_DESTROYS, NULL, "8" },
	{ "u1d",  &pg_follow,                 WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     OFF, NULL, "8" },
	{ "u2",   &pg_restart,                WHO_ACTIVE,      SIDE_OLD,  STOP, 0,      0, NULL, "8" },
	{ "u2a",  &pg_see_follows,            WHO_ACTIVE,      SIDE_OLD,  SECS, 900,    0, NULL, "8" },
	{ "u2b",  &pg_marker_seen,            WHO_ACTIVE,      SIDE_OLD,  SECS, 900,    0, NULL, "8" },
	{ "u3",   &pg_swap_slots,             WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     FIRST, NULL, "8" },
	{ "u3a",  &pg_swift,                  WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3b",  &pg_pooler_look,            WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3c",  &pg_pooler_prepare[0],      WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3d",  &pg_pooler_prepare[1],      WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3e",  &pg_pooler_prepare[2],      WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3f",  &pg_pooler_prepare[3],      WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3g",  &pg_checkpoint,             WHO_STANDBY,     SIDE_NEW,  LIMIT_DRAIN, 0, 0, NULL, "8" },
	{ "u3h",  &pg_checkpoint,             WHO_ACTIVE,      SIDE_OLD,  LIMIT_DRAIN, 0, 0, NULL, "8" },
	{ "u3h1", &pg_warm,                   WHO_ACTIVE,      SIDE_OLD,  SECS, 90,     0, NULL, "8" },
	{ "u3h2", &pg_sole,                   WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3i",  &pg_arm,                    WHO_STANDBY,     SIDE_NEW,  SECS, 60,     0, NULL, "8" },
	{ "u3j",  &pg_see_follows,            WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u3k",  &pg_rehearse,               WHO_STANDBY,     SIDE_NEW,  SECS, 60,     OFF, NULL, "8" },
	{ "u4",   &site_apps_pause_if_hooked, WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     OPENS | OFF, NULL, "8" },
	{ "u4.1", &pg_pooler_guards[0],       WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     SWAP, NULL, "8" },
	{ "u4.2", &pg_pooler_guards[1],       WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     SWAP, NULL, "8" },
	{ "u4.3", &pg_pooler_guards[2],       WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     SWAP, NULL, "8" },
	{ "u4.4", &pg_pooler_guards[3],       WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     SWAP, NULL, "8" },
	{ "u4a",  &pg_pooler_pause,           WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     OPENS, NULL, "8" },
	{ "u5",   &pg_fence,                  WHO_STANDBY,     SIDE_NEW,  PAUSE, 0,     FENCE, NULL, "8" },
	{ "u6",   &pg_drain,                  WHO_ACTIVE,      SIDE_OLD,  PAUSE, 0,     SWAP, NULL, "8" },
	{ "u7",   &pg_hold,                   WHO_STANDBY,     SIDE_NEW,  SECS, 300,    COMMIT | OFF, NULL, "8" },
	{ "u8",   &pg_promote,                WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    LIFE, NULL, "8" },
	{ "u8a",  &pg_pooler_point[0],        WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SWAP, NULL, "8" },
	{ "u8b",  &pg_pooler_point[1],        WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SWAP, NULL, "8" },
	{ "u8c",  &pg_pooler_point[2],        WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SWAP, NULL, "8" },
	{ "u8d",  &pg_pooler_point[3],        WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SWAP, NULL, "8" },
	{ "u8e",  &pg_pooler_over,            WHO_ACTIVE,      SIDE_OLD,  SECS, 5,      SWAP | ROW_MAY_FAIL, NULL, "8" },
	{ "u8f",  &pg_pooler_served,          WHO_ACTIVE,      SIDE_OLD,  SECS, 5,      SWAP | ROW_MAY_FAIL, NULL, "8" },
	{ "u9",   &pg_out,                    WHO_STANDBY,     SIDE_NEW,  SECS, 300,    SWAP | OFF, NULL, "8" },
	{ "u10",  &site_apps_resume_if_hooked, WHO_ACTIVE,     SIDE_OLD,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP, NULL, "8" },
	{ "u10.1", &pg_see_promoted,          WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    SEEN, NULL, "8" },
	{ "u10.2", &pg_out_late,              WHO_STANDBY,     SIDE_NEW,  SECS, 300,    OFF, NULL, "8" },
	{ "u10p", &pg_pooler_again,           WHO_ACTIVE,      SIDE_OLD,  SECS, 300,    0, NULL, "8" },
	{ "u10a", &pg_repoint_back,           WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,     0, NULL, "10a" },
	{ "u10b", &pg_bury,                   WHO_STANDBY,     SIDE_NEW,  SECS, 60,     OFF, NULL, "8" },
	{ "u11",  &pg_fork_seen,              WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u11a", &pg_look_back,              WHO_STANDBY,     SIDE_NEW,  SECS, 300,    OFF, NULL, "8" },
	{ "u11b", &pg_rewind,                 WHO_STANDBY,     SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF | ROW_DESTROYS, NULL, "8" },
	{ "u11c", &pg_follow,                 WHO_STANDBY,     SIDE_OLD,  SECS, 60,     OFF, NULL, "8" },
	/* those that only read, and the standby, are what they were */
	{ "u12",  &pg_async,                  WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "1", "13e" },
	{ "u13",  &pg_restart,                WHO_STANDBY,     SIDE_OLD,  STOP, 0,      0, NULL, "2", "13e" },
	{ "u13a", &pg_see_follows,            WHO_STANDBY,     SIDE_OLD,  SECS, 900,    0, NULL, "2", "13e" },
	{ "u13b", &pg_marker_seen,            WHO_STANDBY,     SIDE_OLD,  SECS, 900,    0, NULL, "2", "13e" },
	{ "u14",  &pg_restart,                WHO_SUBSCRIBERS, SIDE_OLD,  STOP, 0,      0, NULL, "1", "13e" },
	{ "u14a", &pg_see_follows,            WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 900,    0, NULL, "1", "13e" },
	{ "u14b", &pg_marker_seen,            WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 900,    0, NULL, "1", "13e" },
	{ "u15",  &pg_settings_back,          WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "0", "13e" },
	{ "u15a", &pg_settings_back,          WHO_STANDBY,     SIDE_OLD,  SECS, 60,     0, NULL, "3", "13e" },
	{ "u15b", &pg_slots_left,             WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "8" },
	{ "u15c", &pg_slots_unmade,           WHO_STANDBY,     SIDE_OLD,  SECS, 60,     0, NULL, "3", "13e" },
	{ "u15c1", &pg_pooler_forget[0],       WHO_STANDBY,     SIDE_NEW,  SECS, 30,     ROW_MAY_FAIL, NULL, "3c" },
	{ "u15c2", &pg_pooler_forget[1],       WHO_STANDBY,     SIDE_NEW,  SECS, 30,     ROW_MAY_FAIL, NULL, "3d" },
	{ "u15c3", &pg_pooler_forget[2],       WHO_STANDBY,     SIDE_NEW,  SECS, 30,     ROW_MAY_FAIL, NULL, "3e" },
	{ "u15c4", &pg_pooler_forget[3],       WHO_STANDBY,     SIDE_NEW,  SECS, 30,     ROW_MAY_FAIL, NULL, "3f" },
	{ "u15d", &pg_marker_drop,            WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "0c", "13e" },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x1",   &pg_activate_again,         WHO_STANDBY,     SIDE_NEW,  SECS, 300,    ROW_ACTIVATES | SWAP, NULL, "u4", "u7" },
	{ "x2",   &pg_pooler_resume,          WHO_ACTIVE,      SIDE_OLD,  SECS, 5,      SWAP | ROW_MAY_FAIL, NULL, "u4a" },
	{ "x3",   &site_apps_resume_if_hooked, WHO_STANDBY,    SIDE_NEW,  SECS, 600,    ROW_CLOSES_PAUSE | SWAP, NULL, "u4", "u7" },
	{ "x3.1", &pg_activate_late,          WHO_STANDBY,     SIDE_NEW,  SECS, 300,    ROW_ACTIVATES, NULL, "u4", "u7" },
	{ "x4",   &pg_pooler_resume,          WHO_ACTIVE,      SIDE_OLD,  SECS, 60,     0, NULL, "u4a" },
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
	if (!p->engine->same_major(from, to)) {
		str_printf(text, size, "%s and %s are two major releases",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	return true;
}

static const char *const options[] = { "swap_back", NULL };

const struct procedure pg_asp_patch = {
	.id = "asp-patch",
	.title = "online upgrade of an active standby pair to another minor release, or to settings that "
		 "want a restart",
	.source = "PostgreSQL documentation, Upgrading a PostgreSQL Cluster and Log-Shipping "
		  "Standby Servers",
	.needs = "physical streaming replication; a supervisor who may promote and checkpoint, and "
		 "sees all sessions; the clusters' owner on every host",
	.costs = "one write pause of well under the limit, two with swap_back=yes; sessions on the active are ended in it; "
		 "each of the others is restarted once",
	.forbids = "a failover tool in charge of the pair meanwhile",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = options,
	.same_release = true, /* settings that count from the next start on */
	.applies = applies,
};
