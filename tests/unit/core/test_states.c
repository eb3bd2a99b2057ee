#include "config.h"

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"

/* As a drawing, a line each; C R G P A B D X: checking, running, gated, paused, attention,
 * aborting, completed, aborted. */
/* clang-format off */
static const struct { enum upgrade_state from; const char *to; } drawing[] = {
	{ UPGRADE_CHECKING,  "RABX" },
	{ UPGRADE_RUNNING,   "GPABD" },
	{ UPGRADE_GATED,     "RPB" },
	{ UPGRADE_PAUSED,    "RB" },
	{ UPGRADE_ATTENTION, "CRBX" },
	{ UPGRADE_ABORTING,  "GAX" },
	{ UPGRADE_COMPLETED, "" },
	{ UPGRADE_ABORTED,   "" },
};
/* clang-format on */

START_TEST(states_follow_as_drawn)
{
	static const char letters[] = "CRGPABDX";

	ck_assert_int_eq(drawing[_i].from, _i);
	for (int to = 0; to < UPGRADE_STATES; to++)
		ck_assert_msg(state_may_follow(drawing[_i].from, (enum upgrade_state)to) ==
			(strchr(drawing[_i].to, letters[to]) != NULL),
		    "from %s to %s", upgrade_state_name(drawing[_i].from),
		    upgrade_state_name((enum upgrade_state)to));
}
END_TEST

TCase *
states_tests(void)
{
	TCase *tc = tcase_create("states");

	tcase_add_loop_test(tc, states_follow_as_drawn, 0, UPGRADE_STATES);
	return tc;
}
