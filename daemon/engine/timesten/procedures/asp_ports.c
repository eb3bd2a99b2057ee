/*
 * An active standby pair gets static replication ports, which asp-major needs. Applications go
 * on on the active meanwhile; the standby and every subscriber are made anew.
 *
 * Numbers are the manual's; letters are what it leaves out.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2, "Upgrades for major TimesTen
 * releases, application software and hardware", preparation, with and without cache groups;
 * Replication Guide, "Setting up an active standby pair".
 *
 * Where this table does not follow the chapter:
 *   1   with cache groups the chapter marks the standby failed before it stops the agents: the
 *       active's own agent is stopped too, and the standby is destroyed, so nobody learns of
 *       the mark;
 *   1f  the active's agent is stopped last, so that it is away for the shortest time;
 *   1e1 definitions are seen to be those of before, and nothing is destroyed otherwise;
 *   4a  "follow the normal procedure" is spelled out; the agent is started before anything
 *       is copied, and the active is seen to be active still.
 */
#include "config.h"

#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/steps/steps.h"
#include "daemon/model/engine.h"

#define OFF   ROW_OFF_LIMITS
#define AGENT LIMIT_AGENT_STOP
#define COPY  LIMIT_DUPLICATE
#define SECS  LIMIT_FIXED

/* clang-format off */
static const struct row forward[] = {
	/* no.    step                    member            tools      limit        flags, gate */
	{ "0",	  &tt_remember,		  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	/* every agent */
	{ "1",	  &tt_rep_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,	   0, "before-standby" },
	{ "1a",	  &tt_rep_stop,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0 },
	{ "1b",	  &tt_rep_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,	   0, "before-standby" },
	{ "1c",	  &tt_cache_policy_manual, WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "1d",	  &tt_rep_stop,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0 },
	{ "1e",	  &tt_cache_stop,	  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0 },
	{ "1e1",  &tt_same_schema_of_peer, WHO_STANDBY,	   SIDE_OLD,  SECS, 120,   0, "before-destroy" },
	{ "1f",	  &tt_rep_policy_manual,  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60 },
	{ "1g",	  &tt_rep_stop,		  WHO_ACTIVE,	   SIDE_OLD,  AGENT, 0 },
	{ "1h",	  &tt_grant_admin,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   TT_IF_ADMIN },
	{ "2",	  &tt_set_ports,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 120,   ROW_NO_RETURN },
	{ "2a",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300 },
	{ "2b",	  &tt_activate_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,   ROW_ACTIVATES },
	/* the copies with the scheme of before */
	{ "3",	  &tt_ram_policy_manual,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,	   OFF },
	{ "3a",	  &tt_unload,		  WHO_STANDBY,	   SIDE_OLD,  AGENT, 0,	   OFF },
	{ "3b",	  &tt_destroy_old,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,   OFF | ROW_DESTROYS },
	{ "4",	  &tt_duplicate,	  WHO_STANDBY,	   SIDE_OLD,  COPY, 0,	   OFF },
	{ "4a",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,   OFF },
	{ "4b",	  &tt_rep_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300 },
	{ "4c",	  &tt_see_standby,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0 },
	{ "4d",	  &tt_marker,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600 },
	{ "5",	  &tt_ram_policy_manual,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,	   OFF, "before-subscribers" },
	{ "5a",	  &tt_unload,		  WHO_SUBSCRIBERS, SIDE_OLD,  AGENT, 0,	   OFF },
	{ "5b",	  &tt_destroy_old,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,   OFF | ROW_DESTROYS },
	{ "5c",	  &tt_duplicate_of_standby, WHO_SUBSCRIBERS, SIDE_OLD,  COPY, 0,	   OFF },
	{ "5d",	  &tt_rep_start,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 300 },
	{ "5e",	  &tt_marker,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600 },
	{ "5f",	  &tt_rep_policy_restore, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	{ "5g",	  &tt_ram_policy_restore, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60 },
	/* policies back, and a last look */
	{ "6",	  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   0, "before-finish" },
	{ "6a",	  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "6b",	  &tt_cache_policy_restore, WHO_STANDBY,   SIDE_OLD,  SECS, 60 },
	{ "6c",	  &tt_ram_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60 },
	{ "6c1",  &tt_ram_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   .option = "ram_policy" },
	{ "6d",	  &tt_see_ports,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 600 },
	/* the active first, whose REVOKE may be replicated */
	{ "6e",	  &tt_revoke_admin,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   TT_IF_ADMIN },
	{ "6f",	  &tt_revoke_admin_copy,  WHO_STANDBY,	   SIDE_OLD,  SECS, 60,	   TT_IF_ADMIN },
	{ "6g",	  &tt_revoke_admin_copy,  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,	   TT_IF_ADMIN },
	{ NULL }
};

/* Agents run again. Once the scheme was changed the copies do not fit it any more. */
static const struct row undo[] = {
	{ "u",	  &tt_revoke_admin,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   ROW_MAY_FAIL, NULL, "1h", NULL, TT_IF_ADMIN },
	{ "u1",	  &tt_rep_start,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,   0, NULL, "1g" },
	{ "u1a",  &tt_activate_again,	  WHO_ACTIVE,	   SIDE_OLD,  SECS, 300,   ROW_ACTIVATES, NULL, "1g" },
	{ "u2",	  &tt_cache_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,   0, NULL, "1e" },
	{ "u2a",  &tt_rep_start,	  WHO_STANDBY,	   SIDE_OLD,  SECS, 300,   0, NULL, "1d" },
	{ "u2b",  &tt_see_standby,	  WHO_STANDBY,	   SIDE_OLD,  LIMIT_GAP, 0, 0, NULL, "1d" },
	{ "u2c",  &tt_marker,		  WHO_STANDBY,	   SIDE_OLD,  SECS, 600,   0, NULL, "1d" },
	{ "u3",	  &tt_rep_start,	  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 300,   0, NULL, "1a" },
	{ "u3a",  &tt_marker,		  WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 600,   0, NULL, "1a" },
	{ "u3b",  &tt_rep_policy_restore, WHO_SUBSCRIBERS, SIDE_OLD,  SECS, 60,	   ROW_MAY_FAIL, NULL, "1" },
	{ "u4",	  &tt_rep_policy_restore, WHO_STANDBY,	   SIDE_OLD,  SECS, 60,	   ROW_MAY_FAIL, NULL, "1b" },
	{ "u4a",  &tt_cache_policy_restore, WHO_STANDBY,   SIDE_OLD,  SECS, 60,	   ROW_MAY_FAIL, NULL, "1c" },
	{ "u4b",  &tt_rep_policy_restore, WHO_ACTIVE,	   SIDE_OLD,  SECS, 60,	   ROW_MAY_FAIL, NULL, "1f" },
	{ NULL }
};
/* clang-format on */

static const struct row none[] = { { NULL } };

static bool
applies(const struct pair *p, const struct release *from, const struct release *to,
    char *text, size_t size)
{
	if (!str_equal(p->topology, "active-standby")) {
		str_printf(text, size, "the pair is %s", p->topology);
		return false;
	}
	if (release_compare(from, to) != 0) {
		str_printf(text, size, "it keeps the release");
		return false;
	}
	for (size_t i = 0; i < p->member_count; i++)
		if (p->members[i].port == 0) {
			str_printf(text, size, "the configuration has no port for %s",
			    p->members[i].name);
			return false;
		}
	return true;
}

static const char *const options[] = { "grant_admin=user", NULL };

const struct procedure tt_asp_ports = {
	.id = "asp-ports",
	.title = "static replication ports for an active standby pair",
	.source = "TimesTen 11.2.1 Installation Guide, chapter 2, preparation of a major upgrade "
		  "of an active standby pair",
	.needs = "port of every member in the configuration; a user with ADMIN rights for "
		 "duplicates",
	.costs = "a copy of the standby and of every subscriber; no standby from step 1d to "
		 "step 4c",
	.forbids = "another release at the same time",
	.topology = "active-standby",
	.forward = forward,
	.undo = undo,
	.backout = none,
	.undo_backout = none,
	.options = options,
	.same_release = true,
	.applies = applies,
};
