/*
 * An active standby pair, with its read-only subscribers, goes to another major release
 * while applications commit.
 *
 * Physical replication does not cross majors, logical replication does: the standby leaves
 * its stream, is recovered to exactly where logical slots begin, brought to the new release
 * by pg_upgrade, and follows the active logically. Then the roles are swapped, and a stream
 * back keeps the old active in step until the end, so that the way back is open.
 *
 * Numbers: 1 the pair is prepared, 2 the standby is converted, 3 upgraded, 4 catches up,
 * 5 the swap, 6 the pair is whole again, 7 the end.
 *
 * Source: PostgreSQL documentation, "Logical Replication", "pg_upgrade", "Recovery Target",
 * "Replication Progress Tracking".
 */
#include "config.h"

#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/shared/shared_steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define SWAP  ROW_IN_SWAP
#define OPENS (ROW_OPENS_PAUSE | ROW_IN_SWAP)
#define COMMIT (ROW_COMMITS | ROW_IN_SWAP)
#define SEEN  (ROW_ACTIVATES | ROW_NEEDS_PROOF)
#define LIFE  (ROW_ACTIVATES | ROW_NEEDS_PROOF | ROW_HOLDS_SWAP | ROW_IN_SWAP)
#define PAUSE LIMIT_WRITE_PAUSE
#define SECS  LIMIT_FIXED

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit               flags, gate */
	{ "1",	  &pg_survey,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1.1",  &pg_remember,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1.2",  &pg_remember,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1.3",  &pg_remember,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "1a",	  &site_install,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  0, "before-install" },
	{ "1b",	  &site_install,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600 },
	{ "1c",	  &site_install,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600 },
	{ "1d",	  &pg_settings_keep,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1e",	  &pg_settings_keep,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1f",	  &pg_settings_keep,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "1g",	  &pg_conf_keep,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1g1",  &pg_conf_keep,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "1h",	  &pg_claim,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "1i",	  &pg_claim,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "1j",	  &pg_claim,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "1k",	  &pg_mode,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "1l",	  &pg_initdb,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "1m",	  &pg_settings_carry,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "1n",	  &pg_upgrade_check,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 900 },
	/* the standby leaves, and becomes a database of its own where the slots begin */
	{ "2",	  &pg_publish,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, "before-standby" },
	{ "2.1",  &pg_cascade_slot,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "2.2",  &pg_cascade_move,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 300 },
	{ "2.3",  &pg_calm,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0 },
	{ "2.4",  &pg_async,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "2.5",  &pg_see_follows,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "2a",	  &pg_stop,		  WHO_STANDBY,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF },
	{ "2b",	  &pg_slots,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0 },
	{ "2c",	  &pg_convert,		  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  OFF },
	{ "2d",	  &pg_converted,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  OFF },
	{ "2e",	  &pg_strip,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "2f",	  &pg_stop_private,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF },
	/* the new release */
	{ "3",	  &pg_upgrade_run,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "3a",	  &pg_start_private,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 600,	  OFF },
	{ "3b",	  &pg_gate_close,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF },
	{ "3c",	  &pg_extensions,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  OFF },
	/* it follows */
	{ "4",	  &pg_subscribe,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "4a",	  &pg_analyze,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_MIGRATE, 0,	  OFF },
	{ "4b",	  &pg_stop_private,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_AGENT_STOP, 0, OFF },
	{ "4c",	  &pg_start,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 600 },
	{ "4d",	  &pg_catch_up,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_GAP, 0 },
	/* the swap: what takes time is done before the pause */
	{ "5",	  &pg_catch_up,		  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_GAP, 0,	  ROW_SWAP_BEGINS, "before-swap" },
	{ "5.1",  &pg_definitions,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120 },
	{ "5.2",  &pg_definitions_same,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0 },
	{ "5a",	  &pg_publish,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	{ "5b",	  &pg_slots,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0 },
	{ "5c",	  &pg_sequences_reserve,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120 },
	{ "5d",	  &pg_sequences_ahead,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0 },
	{ "5e",	  &pg_mark,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "5f",	  &pg_mark_seen,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_DRAIN, 0 },
	{ "5f0",  &pg_warm,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "5f1",  &pg_pooler_look,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f2",  &pg_pooler_prepare[0],  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f3",  &pg_pooler_prepare[1],  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f4",  &pg_pooler_prepare[2],  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f5",  &pg_pooler_prepare[3],  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f6",  &pg_warm,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 90 },
	{ "5f6a", &pg_sole,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "5f7",  &pg_see_closed,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	/* from here on no session of ours is open there that the fence would have to end */
	{ "5g",	  &pg_arm,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "5g1",  &pg_rehearse,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "5h",	  &site_apps_pause_if_hooked, WHO_ACTIVE,  SIDE_OLD,  PAUSE, 0,		  OPENS | OFF },
	{ "5h1",	  &pg_pooler_guards[0],	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP },
	{ "5h2",	  &pg_pooler_guards[1],	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP },
	{ "5h3",	  &pg_pooler_guards[2],	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP },
	{ "5h4",	  &pg_pooler_guards[3],	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP },
	{ "5i",	  &pg_pooler_pause,	  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  OPENS },
	{ "5j",	  &pg_fence,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  OPENS | ROW_FENCES | OFF },
	{ "5k",	  &pg_arrived,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  SWAP },
	{ "5l",	  &pg_hold,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,		  COMMIT | OFF },
	{ "5m",	  &pg_open,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  LIFE },
	{ "5m1",  &pg_pooler_point[0],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  SWAP },
	{ "5m2",  &pg_pooler_point[1],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  SWAP },
	{ "5m3",  &pg_pooler_point[2],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  SWAP },
	{ "5m4",  &pg_pooler_point[3],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  SWAP },
	{ "5m5",  &pg_pooler_over,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 5,		  SWAP | ROW_MAY_FAIL },
	{ "5m6",  &pg_pooler_served,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 5,		  SWAP | ROW_MAY_FAIL },
	{ "5n",	  &pg_out,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  SWAP | OFF },
	{ "5o",	  &site_apps_resume_if_hooked, WHO_STANDBY, SIDE_NEW, SECS, 600,	  ROW_CLOSES_PAUSE | SWAP },
	{ "5o.1", &pg_see_open,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  SEEN },
	{ "5o.2", &pg_out_late,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "5p",	  &pg_pooler_again,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300 },
	/* the stream back */
	{ "6",	  &pg_sequences_seen,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "6a",	  &pg_unsubscribe,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "6a1",  &pg_bury,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF },
	{ "6b",	  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF },
	{ "6c",	  &pg_start_private,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  OFF },
	{ "6d",	  &pg_unpublish_private,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  OFF },
	{ "6e",	  &pg_subscribe,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  OFF },
	{ "6f",	  &pg_mark,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "6g",	  &pg_mark_seen_private,  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  OFF },
	/* the former active is made anew as the standby, beside its old self */
	{ "6h",	  &pg_husk,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  0, "before-destroy" },
	{ "6i",	  &pg_tidy,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "6j",	  &pg_slot_for,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  OFF },
	{ "6k",	  &pg_duplicate,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_DUPLICATE, 0, OFF },
	{ "6l",	  &pg_settings_carry,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 300,	  OFF },
	{ "6m",	  &pg_start,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	{ "6n",	  &pg_see_follows,	  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_GAP, 0 },
	/* each subscriber is made anew from its source; the old one serves until then */
	{ "6o",	  &pg_slot_for,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  0, "before-subscribers" },
	{ "6p",	  &pg_duplicate,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_DUPLICATE, 0 },
	{ "6q",	  &pg_settings_carry,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 300 },
	{ "6r",	  &pg_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF },
	{ "6s",	  &pg_start,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 600 },
	{ "6t",	  &pg_see_follows,	  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_GAP, 0 },
	{ "6u",	  &pg_synchronous,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "6u1",  &pg_own_names,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	/* the way back is given up */
	{ "7",	  &pg_unsubscribe_private, WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  ROW_NO_RETURN, "before-finish" },
	{ "7a",	  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0 },
	{ "7b",	  &pg_unpublish,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "7c",	  &pg_slots_drop,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "7c1",  &pg_forget,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 120 },
	{ "7d",	  &pg_destroy_old,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ "7e",	  &pg_destroy_old,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 3600,	  ROW_DESTROYS },
	{ "7f",	  &pg_conf_forget,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60 },
	{ "7f1",  &pg_conf_forget,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60 },
	{ "7g",	  &pg_conf_forget,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60 },
	{ "7h",	  &pg_see_swapped,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 600 },
	{ NULL }
};

/* The swap is taken back: writes first. A pooler that does not answer keeps no others waiting. */
static const struct row backout[] = {
	{ "b1",	  &pg_activate_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "5j" },
	{ "b2",	  &pg_pooler_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 5,		  SWAP | ROW_MAY_FAIL, NULL, "5i" },
	{ "b3",	  &site_apps_resume_if_hooked, WHO_ACTIVE,  SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "5h", "5j" },
	{ "b3.1", &pg_activate_late,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  ROW_ACTIVATES, NULL, "5j" },
	{ "b4",	  &pg_pooler_resume,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  0, NULL, "5i" },
	{ NULL }
};

/* Abort. If applications write to the new release already, the old active, which the stream
 * back kept in step, takes over again by the same swap. Then the standby is made anew. */
static const struct row undo[] = {
	{ "u0",	  &pg_alone,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "6u" },
	{ "u1",	  &pg_stop,		  WHO_ACTIVE,	   SIDE_NEW,  LIMIT_AGENT_STOP, 0, OFF, NULL, "6m" },
	{ "u1a",  &pg_destroy_copy,	  WHO_ACTIVE,	   SIDE_NEW,  SECS, 3600,	  OFF | ROW_DESTROYS, NULL, "6k" },
	{ "u1b",  &pg_bury,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF, NULL, "5m" },
	{ "u2",	  &pg_unsubscribe,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  0, NULL, "5m" },
	{ "u2a",  &pg_start_private,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  OFF, NULL, "5m" },
	{ "u2b",  &pg_unpublish_private,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  OFF, NULL, "5m" },
	{ "u2c",  &pg_subscribe,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  OFF, NULL, "5m" },
	{ "u2d",  &pg_mark,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "5m" },
	{ "u2e",  &pg_mark_seen_private,  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_GAP, 0,	  OFF, NULL, "5m" },
	{ "u3",	  &pg_gate_close,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  OFF, NULL, "5m" },
	{ "u3a",  &pg_stop_private,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF, NULL, "5m" },
	{ "u3b",  &pg_start_following,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600,	  0, NULL, "5m" },
	{ "u4",	  &pg_catch_up,		  WHO_STANDBY,	   SIDE_NEW,  LIMIT_GAP, 0,	  ROW_SWAP_BEGINS, NULL, "5m" },
	{ "u4.1", &pg_definitions,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  0, NULL, "5m" },
	{ "u4.2", &pg_definitions_same,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  0, NULL, "5m" },
	{ "u4a",  &pg_sequences_reserve,  WHO_STANDBY,	   SIDE_NEW,  SECS, 120,	  0, NULL, "5m" },
	{ "u4b",  &pg_sequences_ahead,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  0, NULL, "5m" },
	{ "u4c",  &pg_mark,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  0, NULL, "5m" },
	{ "u4d",  &pg_mark_seen,	  WHO_ACTIVE,	   SIDE_OLD,  LIMIT_DRAIN, 0,	  0, NULL, "5m" },
	{ "u4e",  &pg_pooler_look,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u4f",  &pg_pooler_prepare[0],  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u4g",  &pg_pooler_prepare[1],  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u4h",  &pg_pooler_prepare[2],  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u4i",  &pg_pooler_prepare[3],  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u4k",  &pg_warm,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 90,		  0, NULL, "5m" },
	{ "u4l",  &pg_sole,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "5m" },
	{ "u5",	  &pg_arm,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF, NULL, "5m" },
	{ "u5.0", &pg_rehearse,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF, NULL, "5m" },
	{ "u5.1", &site_apps_pause_if_hooked, WHO_STANDBY, SIDE_NEW,  PAUSE, 0,		  OPENS | OFF, NULL, "5m" },
	{ "u5.1a", &pg_pooler_guards[0],	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP, NULL, "5m" },
	{ "u5.1b", &pg_pooler_guards[1],	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP, NULL, "5m" },
	{ "u5.1c", &pg_pooler_guards[2],	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP, NULL, "5m" },
	{ "u5.1d", &pg_pooler_guards[3],	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP, NULL, "5m" },
	{ "u5.2", &pg_pooler_pause,	  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  OPENS, NULL, "5m" },
	{ "u5a",  &pg_fence,		  WHO_STANDBY,	   SIDE_NEW,  PAUSE, 0,		  OPENS | ROW_FENCES | OFF, NULL, "5m" },
	{ "u5b",  &pg_arrived,		  WHO_ACTIVE,	   SIDE_OLD,  PAUSE, 0,		  SWAP, NULL, "5m" },
	{ "u5c",  &pg_hold,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,		  COMMIT | OFF, NULL, "5m" },
	{ "u5d",  &pg_open,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  LIFE, NULL, "5m" },
	{ "u5d1", &pg_pooler_point[0],	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  SWAP, NULL, "5m" },
	{ "u5d2", &pg_pooler_point[1],	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  SWAP, NULL, "5m" },
	{ "u5d3", &pg_pooler_point[2],	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  SWAP, NULL, "5m" },
	{ "u5d4", &pg_pooler_point[3],	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  SWAP, NULL, "5m" },
	{ "u5d5", &pg_pooler_over,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 5,		  SWAP | ROW_MAY_FAIL, NULL, "5m" },
	{ "u5d6", &pg_pooler_served,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 5,		  SWAP | ROW_MAY_FAIL, NULL, "5m" },
	{ "u5e",  &pg_out,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  SWAP | OFF, NULL, "5m" },
	{ "u5f",  &site_apps_resume_if_hooked, WHO_ACTIVE, SIDE_OLD,  SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "5m" },
	{ "u5f.1", &pg_see_open,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  SEEN, NULL, "5m" },
	{ "u5f.2", &pg_out_late,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF, NULL, "5m" },
	{ "u5g",  &pg_pooler_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "5m" },
	{ "u6",	  &pg_sequences_seen,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "5m" },
	{ "u6a",  &pg_unsubscribe,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  0, NULL, "5m" },
	{ "u6b",  &pg_bury,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  OFF, NULL, "5m" },
	/* the standby is what it was, or is made anew where it left the active's timeline */
	{ "u7",	  &pg_stop_private,	  WHO_STANDBY,	   SIDE_NEW,  LIMIT_AGENT_STOP, 0, OFF, NULL, "3a" },
	{ "u7a",  &pg_stop_private,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_AGENT_STOP, 0, OFF, NULL, "2c" },
	{ "u7b",  &pg_unpublish,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "2" },
	/* not off limits: the standby may not have left yet, and only a session can tell so */
	{ "u7c",  &pg_destroy_copy,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "1l" },
	{ "u7d",  &pg_destroy_converted,  WHO_STANDBY,	   SIDE_OLD,  SECS, 3600,	  OFF | ROW_DESTROYS, NULL, "2c" },
	{ "u7e",  &pg_slot_for,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF, NULL, "2c" },
	{ "u7f",  &pg_duplicate,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_DUPLICATE, 0, OFF, NULL, "2c" },
	{ "u7g",  &pg_conf_back,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  OFF, NULL, "2c" },
	{ "u7h",  &pg_start,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,	  0, NULL, "2a" },
	{ "u7i",  &pg_see_follows,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0,	  0, NULL, "2a" },
	{ "u7j",  &pg_settings_back,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "2.4" },
	/* subscribers */
	{ "u8",	  &pg_stop,		  WHO_SUBSCRIBERS, SIDE_NEW,  LIMIT_AGENT_STOP, 0, OFF, NULL, "6s" },
	/* not off limits: the old one may still serve, and only a session can tell as what */
	{ "u8a",  &pg_destroy_copy,	  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 3600,	  ROW_DESTROYS, NULL, "6p" },
	{ "u8b",  &pg_start,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  0, NULL, "6r" },
	{ "u8b1", &pg_cascade_near,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  0, NULL, "2.2" },
	{ "u8c",  &pg_cascade_slot_again, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  0, NULL, "2.2" },
	{ "u8d",  &pg_cascade_back,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,	  0, NULL, "2.2" },
	/* nothing of ours is left */
	{ "u9",	  &pg_slots_drop,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  0, NULL, "2.1" },
	{ "u9a",  &pg_slots_drop,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  0, NULL, "2.1" },
	{ "u9b",  &pg_forget,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,	  0, NULL, "2" },
	{ "u9b1", &pg_pooler_forget[0],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 30,		  ROW_MAY_FAIL, NULL, "5f2" },
	{ "u9b2", &pg_pooler_forget[1],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 30,		  ROW_MAY_FAIL, NULL, "5f3" },
	{ "u9b3", &pg_pooler_forget[2],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 30,		  ROW_MAY_FAIL, NULL, "5f4" },
	{ "u9b4", &pg_pooler_forget[3],	  WHO_STANDBY,	   SIDE_NEW,  SECS, 30,		  ROW_MAY_FAIL, NULL, "5f5" },
	{ "u9b5", &pg_unclaim,		  WHO_ACTIVE,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1h" },
	{ "u9b6", &pg_unclaim,		  WHO_STANDBY,	   SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1i" },
	{ "u9b7", &pg_unclaim,		  WHO_SUBSCRIBERS, SIDE_NEW,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1j" },
	{ "u9c",  &pg_conf_forget,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1d" },
	{ "u9d",  &pg_conf_forget,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1d" },
	{ "u9e",  &pg_conf_forget,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,		  ROW_MAY_FAIL, NULL, "1d" },
	{ NULL }
};

static const struct row undo_backout[] = {
	{ "x1",	  &pg_activate_again,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES | SWAP, NULL, "u5a" },
	{ "x2",	  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 5,		  SWAP | ROW_MAY_FAIL, NULL, "u5.2" },
	{ "x3",	  &site_apps_resume_if_hooked, WHO_STANDBY, SIDE_NEW, SECS, 600,	  ROW_CLOSES_PAUSE | SWAP, NULL, "u5.1", "u5a" },
	{ "x3.1", &pg_activate_late,	  WHO_STANDBY,	   SIDE_NEW,  SECS, 300,	  ROW_ACTIVATES, NULL, "u5a" },
	{ "x4",	  &pg_pooler_resume,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,	  0, NULL, "u5.2" },
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
	if (from->part[0] == to->part[0]) {
		str_printf(text, size, "%s and %s are one major release: a patch",
		    release_text(from, a), release_text(to, b));
		return false;
	}
	if (to->part[0] < from->part[0]) {
		str_printf(text, size,
		    "%s is older than %s: pg_upgrade leads forwards only",
		    release_text(to, b), release_text(from, a));
		return false;
	}
	for (size_t i = 0; i < p->member_count; i++)
		if (pg_in_place(&p->members[i])) {
			str_printf(text, size,
			    "%s has no data_new beside data for the new release",
			    p->members[i].name);
			return false;
		}
	return true;
}

static const char *const options[] = { "mode", "keep_old", NULL };

const struct procedure pg_asp_major = {
	.id = "asp-major",
	.title = "online upgrade of an active standby pair to another major release",
	.source = "PostgreSQL documentation: logical replication, pg_upgrade",
	.needs =
	    "wal_level = logical, a replica identity for every table, a role that may do "
	    "everything; free replication slots and room for a second data directory on "
	    "every host",
	.costs =
	    "one write pause of some milliseconds; no standby from step 2a until the new "
	    "one streams",
	.forbids =
	    "changes of definitions while it lasts; large objects that are written",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = backout,
	.undo_backout = undo_backout,
	.options = options,
	.applies = applies,
};
