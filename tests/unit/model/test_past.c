#include "daemon/model/past.h"

#include <stdlib.h>

#include "daemon/model/option.h"
#include "daemon/model/engine.h"
#include "tests/unit/model/check_model.h"

START_TEST(the_newest_of_the_member_counts)
{
	static const struct past_run runs[] = {
		{ "migrate-out", "m2", 7, 4000, 2000 },
		{ "migrate-out", "m1", 6, 9000, 1000 },
		{ "migrate-out", "m2", 5, 1000, -1 },
	};
	struct past_runs p = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		past_add(&p, &runs[i]);
	ck_assert_int_eq(past_find(&p, "migrate-out", "m2")->upgrade, 7);
	ck_assert_int_eq(past_find(&p, "migrate-out", "m1")->upgrade, 6);
	ck_assert_int_eq(past_find(&p, "migrate-out", "m3")->upgrade, 7);
	ck_assert_ptr_null(past_find(&p, "duplicate", "m1"));
	ck_assert_int_eq(past_scaled_ms(&p.items[0], 5000), 10000);
	ck_assert_int_eq(past_scaled_ms(&p.items[0], -1), 4000);
	ck_assert_int_eq(past_scaled_ms(&p.items[2], 5000), 1000);
	past_done(&p);
}
END_TEST

/* clang-format off */
static const struct { const char *option, *value; bool taken; } takes[] = {
	{ "charset", "anything", true }, { "keep_old=yes|no", "no", true }, { "keep_old=yes|no", "n", false },
	{ "mb=1..100", "1", true }, { "mb=1..100", "100", true }, { "mb=1..100", "101", false },
	{ "mb=1..100", "ten", false }, { "mb=1..100", "", false },
	{ "n=1..16|all", "16", true }, { "n=1..16|all", "all", true }, { "n=1..16|all", "17", false },
	{ "n=1..16|all", "16|all", false }, { "n=1..16|all", "al", false }, { "n=no|2..3", "3", true },
};
/* clang-format on */

START_TEST(options_take_values)
{
	ck_assert_msg(option_takes(takes[_i].option, takes[_i].value) == takes[_i].taken,
	    "%s %s", takes[_i].option, takes[_i].value);
}
END_TEST

START_TEST(options_are_found)
{
	static const char *const own[] = { "keep_old=yes|no", NULL }, *const all[] = { "mb=1..9", NULL };
	static const struct procedure a = { .id = "a", .options = own }, b = { .id = "b" };
	static const struct procedure *const procedures[] = { &a, &b, NULL };
	static const struct engine e = { .procedures = procedures, .options = all };

	ck_assert_str_eq(option_find(&e, &a, "keep_old"), "keep_old=yes|no");
	ck_assert_ptr_null(option_find(&e, &b, "keep_old"));
	ck_assert_str_eq(option_find(&e, NULL, "keep_old"), "keep_old=yes|no");
	ck_assert_str_eq(option_find(&e, &b, "mb"), "mb=1..9");
	ck_assert_str_eq(option_find(&e, &b, PLAN_OVERRIDE), "override");
	ck_assert_ptr_null(option_find(&e, NULL, "keep"));
}
END_TEST

TCase *
past_tests(void)
{
	TCase *tc = tcase_create("past");

	tcase_add_test(tc, the_newest_of_the_member_counts);
	tcase_add_loop_test(tc, options_take_values, 0, ARRAY_SIZE(takes));
	tcase_add_test(tc, options_are_found);
	return tc;
}
