#include "config.h"

#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

#define WILL                                      \
	"abort of upgrade 7 of pair sales will\n" \
	"  1. resume the applications on m1\n"    \
	"  2. re-enable replication\n"
#define STALE "{'code':'stale','detail':'revision is 32','remedy':'r'}"

/* clang-format off */
static const struct line lines[] = {
	{ "GET /v1/pairs/sales", 200, SAMPLE_PAIR("upgrading", SAMPLE_GATED) },
	{ "GET /v1/upgrades/7", 200, SAMPLE_GATED, 1 },
	{ "GET /v1/upgrades/7", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/abort", 200, SAMPLE_ABORTED },
	{ NULL }
};

/* The first request names an old revision. */
static const struct line moved_on[] = {
	{ "GET /v1/pairs/sales", 200, SAMPLE_PAIR("upgrading", SAMPLE_GATED) },
	{ "GET /v1/upgrades/7", 200, SAMPLE_GATED, 1 },
	{ "GET /v1/upgrades/7", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/advance", 412, STALE },
	{ "POST /v1/upgrades/7/retry", 412, STALE, 1 },
	{ "POST /v1/upgrades/7/retry", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/resume", 412, STALE },
	{ NULL }
};

static const struct line past_return[] = {
	{ "GET /v1/pairs/sales", 200, SAMPLE_PAIR("upgrading", SAMPLE_RUNNING) },
	{ "GET /v1/upgrades/7", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/abort", 409, "{'code':'wrong-state','detail':'past the point of no return','remedy':'let it end: upgradectl wait sales'}" },
	{ NULL }
};
/* clang-format on */

START_TEST(says_what_and_needs_a_yes)
{
	daemon_start(lines);
	expect(2, WILL,
	    "upgradectl: nothing was aborted: there is no terminal to ask at\n"
	    "  what to do: add --yes when that is what you want\n",
	    "abort", "sales");
	ck_assert_int_eq(daemon_heard_count("POST"), 0);
	daemon_stop();
}
END_TEST

START_TEST(yes_is_a_yes_to_what_abort_does)
{
	daemon_start(lines);
	expect(0,
	    WILL
	    "sales: upgrade 7 aborted, 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done\n",
	    "", "abort", "sales", "--yes", "--comment", "window closed");
	ck_assert_int_eq(daemon_heard_count("POST /v1/upgrades/7/abort If-Match=\"32\" "
					    "{\"comment\":\"window closed\"}\n"),
	    1);
	daemon_stop();
}
END_TEST

START_TEST(past_the_point_of_no_return)
{
	daemon_start(past_return);
	expect(3, WILL,
	    "upgradectl: past the point of no return\n  what to do: let it end: upgradectl wait sales\n",
	    "abort", "sales", "-y");
	daemon_stop();
}
END_TEST

START_TEST(somebody_was_quicker)
{
	daemon_start(moved_on);
	expect(3, "",
	    "upgradectl: somebody was quicker: the upgrade has moved on, and this was not done\n"
	    "  what to do: if it is still wanted as things are now: upgradectl advance sales\n"
	    "sales: upgrade 7 running, 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done, at 8a drain, write pause 642 ms\n",
	    "advance", "sales");
	ck_assert_int_eq(daemon_heard_count("POST"), 1);
	daemon_stop();
}
END_TEST

START_TEST(what_means_the_same_is_asked_again)
{
	daemon_start(moved_on);
	expect(0, NULL, "", "retry", "sales");
	ck_assert_int_eq(daemon_heard_count(
			     "POST /v1/upgrades/7/retry If-Match=\"31\""),
	    1);
	ck_assert_int_eq(daemon_heard_count(
			     "POST /v1/upgrades/7/retry If-Match=\"32\""),
	    1);
	expect(3, "", NULL, "resume", "sales");
	ck_assert_int_eq(daemon_heard_count("POST /v1/upgrades/7/resume"), 1);
	daemon_stop();
}
END_TEST

TCase *
abort_tests(void)
{
	TCase *tc = tcase_create("abort");

	tcase_add_test(tc, says_what_and_needs_a_yes);
	tcase_add_test(tc, yes_is_a_yes_to_what_abort_does);
	tcase_add_test(tc, past_the_point_of_no_return);
	tcase_add_test(tc, somebody_was_quicker);
	tcase_add_test(tc, what_means_the_same_is_asked_again);
	return tc;
}
