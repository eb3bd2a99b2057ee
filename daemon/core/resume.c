/*
 * After a restart (P4): what becomes of the step in hand.
 *
 * A command that runs is attached to and goes on; one whose end is found is verified; one
 * that is gone is treated as its step says. The caller reports all three as the end of the
 * command, so that there is one path. Here only time is set anew: deadlines begin again,
 * but the write pause goes on counting.
 */
#include "config.h"

#include "daemon/core/internal.h"

static void
walk_recover(struct upgrade *u, int64_t now_ms)
{
	const struct step_run *run = upgrade_run(u);

	u->walk.begun_ms = u->walk.entered_ms = now_ms;
	u->walk.retry_at_ms = 0;
	u->walk.round_tries = 0;
	u->walk.performed_ms = u->walk.ended_ms = 0;
	if (run != NULL &&
	    (run->state == STEP_RUNNING || run->state == STEP_VERIFYING)) {
		u->walk.performed_ms = run->touched ? now_ms : 0;
		u->walk.ended_ms = run->state == STEP_VERIFYING ? now_ms : 0;
		u->walk.round_tries = run->touched ? 1 : 0;
	}
}

void
core_recover(struct upgrade *u, const struct plan *p, int64_t now_ms,
    int64_t now_wall_ms)
{
	struct core_input in = { .now_ms = now_ms, .now_wall_ms = now_wall_ms };
	struct decision d = { 0 };
	struct turn t = { u, p, &in, &d, false };
	int64_t open_ms;

	lanes_close(u);
	lanes_recover(&t);
	for (int i = 0; i <= u->lane_count; i++) {
		upgrade_turn_to(u, i);
		walk_recover(u, now_ms);
		upgrade_turn_to(u, i);
	}
	if (pause_is_open(u)) {
		open_ms = now_wall_ms - u->pause_started_wall_ms;
		u->pause_started_ms = now_ms - (open_ms > 0 ? open_ms : 0);
		if (u->pause_started_ms <= 0)
			u->pause_started_ms = 1;
	}
}
