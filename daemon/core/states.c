#include "config.h"

#include <assert.h>

#include "daemon/core/internal.h"

#define TO(s) (1u << UPGRADE_##s)

/* clang-format off */
static const struct { enum upgrade_state state; unsigned next; } table[UPGRADE_STATES] = {
	[UPGRADE_CHECKING]  = { UPGRADE_CHECKING,  TO(RUNNING) | TO(ATTENTION) | TO(ABORTING) | TO(ABORTED) },
	[UPGRADE_RUNNING]   = { UPGRADE_RUNNING,   TO(GATED) | TO(PAUSED) | TO(ATTENTION) | TO(ABORTING) | TO(COMPLETED) },
	[UPGRADE_GATED]	    = { UPGRADE_GATED,	   TO(RUNNING) | TO(PAUSED) | TO(ABORTING) },
	[UPGRADE_PAUSED]    = { UPGRADE_PAUSED,	   TO(RUNNING) | TO(ABORTING) },
	[UPGRADE_ATTENTION] = { UPGRADE_ATTENTION, TO(CHECKING) | TO(RUNNING) | TO(ABORTING) | TO(ABORTED) },
	[UPGRADE_ABORTING]  = { UPGRADE_ABORTING,  TO(GATED) | TO(ABORTED) | TO(ATTENTION) },
	[UPGRADE_COMPLETED] = { UPGRADE_COMPLETED, 0 },
	[UPGRADE_ABORTED]   = { UPGRADE_ABORTED,   0 },
};
/* clang-format on */

bool
state_may_follow(enum upgrade_state from, enum upgrade_state to)
{
	return (table[from].next & (1u << to)) != 0;
}

void
state_change(struct turn *t, enum upgrade_state next, const char *why)
{
	struct upgrade *u = t->u;
	const char *sep = why != NULL && why[0] != '\0' ? ": " : "";

	if (u->state == next)
		return;
	assert(state_may_follow(u->state, next));
	decision_event(t->d, EVENT_STATE, "", "%s -> %s%s%s",
	    upgrade_state_name(u->state), upgrade_state_name(next), sep,
	    why != NULL ? why : "");
	u->state = next;
	u->state_since_wall_ms = t->in->now_wall_ms;
	if (upgrade_is_over(u))
		u->ended_wall_ms = t->in->now_wall_ms;
	turn_changed(t, NULL);
}
