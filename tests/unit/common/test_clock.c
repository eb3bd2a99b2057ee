#include "common/clock.h"

#include <string.h>

#include "common/error.h"
#include "tests/unit/common/check_common.h"

/* clang-format off */
static const struct { const char *what; int64_t wall_ms; const char *text; } cases[] = {
	{ "the epoch",             INT64_C(0),             "1970-01-01T00:00:00.000Z" },
	{ "milliseconds",          INT64_C(1),             "1970-01-01T00:00:00.001Z" },
	{ "before the epoch",      INT64_C(-1),            "1969-12-31T23:59:59.999Z" },
	{ "end of a month",        INT64_C(1769903999123), "2026-01-31T23:59:59.123Z" },
	{ "leap day",              INT64_C(1709164800000), "2024-02-29T00:00:00.000Z" },
};
/* clang-format on */

START_TEST(prints_rfc3339)
{
	char buf[CLOCK_TEXT];

	ck_assert_msg(strcmp(clock_text(cases[_i].wall_ms, buf), cases[_i].text) == 0,
	    "%s: got %s", cases[_i].what, buf);
}
END_TEST

START_TEST(stays_inside_its_buffer)
{
	char buf[CLOCK_TEXT + 1];

	buf[CLOCK_TEXT] = 'x';
	clock_text(INT64_MAX, buf);
	clock_text(INT64_MIN + 1000, buf);
	ck_assert_uint_lt(strlen(buf), CLOCK_TEXT);
	ck_assert_int_eq(buf[CLOCK_TEXT], 'x');
}
END_TEST

START_TEST(goes_forward)
{
	int64_t before = clock_mono_us(), ms = clock_mono_ms();

	ck_assert_int_le(before / 1000, ms);
	ck_assert_int_le(ms, clock_mono_us() / 1000);
	ck_assert_int_gt(clock_wall_ms(), INT64_C(1577836800000)); /* 2020 */
}
END_TEST

TCase *
clock_tests(void)
{
	TCase *tc = tcase_create("clock");

	tcase_add_loop_test(tc, prints_rfc3339, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, stays_inside_its_buffer);
	tcase_add_test(tc, goes_forward);
	return tc;
}
