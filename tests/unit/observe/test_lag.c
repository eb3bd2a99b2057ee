#include "daemon/observe/lag.h"

#include "common/error.h"
#include "tests/unit/observe/check_observe.h"

#define NONE INT64_MIN

/* clang-format off */
static const struct { const char *what; int64_t value, passed_ms, behind_ms; } passed[] = {
	/* written: 100 at 1 s, 200 at 2 s, 200 at 3 s, 400 at 4 s */
	{ "the newest",              400, 4000, 0 },
	{ "newer than any",          500, -1,   0 },
	{ "between two",             300, 3500, 500 },
	{ "a plateau: its begin",    200, 2000, 2000 },
	{ "the oldest",              100, 1000, 3000 },
	{ "before the oldest",       99,  -1,   -1 },
};

static const struct { const char *what; int64_t bytes[8]; enum lag_trend trend; int64_t per_s, left_ms; } views[] = {
	/* one sample a second */
	{ "none",            { NONE },                                    LAG_UNKNOWN,   0, -1 },
	{ "too short",       { 1000000, 900000, NONE },                   LAG_UNKNOWN,   0, -1 },
	{ "it catches up",   { 4000000, 3000000, 2000000, 1000000, NONE }, LAG_SHRINKING, -1000000, 1000 },
	{ "it falls behind", { 0, 1000000, 2000000, NONE },               LAG_GROWING,   1000000, -1 },
	{ "it stays",        { 5000000, 5010000, 4990000, NONE },         LAG_STEADY,    -5000, -1 },
	{ "in step",         { 0, 0, 0, NONE },                           LAG_STEADY,    0, -1 },
	{ "in step again",   { 0, 3000000, 2000000, 0, NONE },            LAG_STEADY,    -100000, -1 },
	{ "nearly in step",  { 1000, 0, 2000, NONE },                     LAG_STEADY,    500, -1 },
};
/* clang-format on */

START_TEST(passed_and_behind)
{
	struct lag_history h = { 0 };

	lag_record(&h, 1000, 100);
	lag_record(&h, 2000, 200);
	lag_record(&h, 3000, 200);
	lag_record(&h, 4000, 400);
	lag_record(&h, 3500, 300); /* late: dropped */
	ck_assert_msg(lag_passed_ms(&h, passed[_i].value) == passed[_i].passed_ms, "%s",
	    passed[_i].what);
	ck_assert_msg(lag_behind_ms(&h, passed[_i].value) == passed[_i].behind_ms, "%s",
	    passed[_i].what);
}
END_TEST

START_TEST(trend)
{
	struct lag_history h = { 0 };
	struct lag_view v;
	int n = 0;

	for (; views[_i].bytes[n] != NONE; n++)
		lag_record(&h, 1000 * n, views[_i].bytes[n]);
	lag_view(&h, &v);
	ck_assert_msg(v.trend == views[_i].trend, "%s: %s", views[_i].what,
	    lag_trend_name(v.trend));
	ck_assert_int_eq(v.bytes_per_s, views[_i].per_s);
	ck_assert_int_eq(v.left_ms, views[_i].left_ms);
	ck_assert_int_eq(v.bytes, n == 0 ? -1 : views[_i].bytes[n - 1]);
}
END_TEST

START_TEST(fast_samples_do_not_push_out_old_ones)
{
	struct lag_history h = { 0 };

	ck_assert_int_eq(lag_behind_ms(&h, 0), -1);
	for (int64_t ms = 0; ms <= 10000; ms += 20)
		lag_record(&h, ms, ms);
	ck_assert_int_le(h.count, 22);
	ck_assert_int_eq(h.at_ms[0], 0);
	ck_assert_int_eq(h.value[h.count - 1], 10000);
	ck_assert_int_eq(lag_behind_ms(&h, 5000), 5000);
	for (int64_t ms = 10000; ms <= 1000000; ms += 1000)
		lag_record(&h, ms, ms);
	ck_assert_int_eq(h.count, LAG_SAMPLES);
	ck_assert_int_eq(h.value[h.count - 1], 1000000);
	ck_assert_int_eq(lag_behind_ms(&h, 5000), -1);
}
END_TEST

START_TEST(growth)
{
	struct lag_history h = { 0 };

	ck_assert_int_eq(lag_growth(&h), -1);
	lag_record(&h, 1000, 100);
	lag_record(&h, 1900, 1000);
	ck_assert_int_eq(lag_growth(&h), -1); /* too short */
	lag_record(&h, 3000, 4100);
	ck_assert_int_eq(lag_growth(&h), 2000);
	lag_record(&h, 5000, 4100);
	ck_assert_int_eq(lag_growth(&h), 1000);
}
END_TEST

TCase *
lag_tests(void)
{
	TCase *tc = tcase_create("lag");

	tcase_add_loop_test(tc, passed_and_behind, 0, (int)ARRAY_SIZE(passed));
	tcase_add_loop_test(tc, trend, 0, (int)ARRAY_SIZE(views));
	tcase_add_test(tc, fast_samples_do_not_push_out_old_ones);
	tcase_add_test(tc, growth);
	return tc;
}
