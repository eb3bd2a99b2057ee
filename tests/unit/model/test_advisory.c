#include "config.h"

#include "daemon/model/advisory.h"
#include "tests/unit/model/check_model.h"

/* clang-format off */
static const struct { const char *range, *release; bool in; } ranges[] = {
	{ "14..14.3", "14.0",	 true },
	{ "14..14.3", "14.3",	 true },
	{ "14..14.3", "14.4",	 false },
	{ "14..14.3", "13.9",	 false },
	{ "..17.1",   "9.6.24",	 true },
	{ "..17.1",   "17.1",	 true },
	{ "..17.1",   "17.2",	 false },
	{ "..16",     "16.99",	 true },
	{ "..16",     "17.0",	 false },
	{ "18..",     "18.0",	 true },
	{ "18..",     "17.9",	 false },
	{ "13.7..",   "13.6",	 false },
	{ "13.7..",   "14.0",	 true },
	{ "16",	      "16.4",	 true },
	{ "16",	      "15.4",	 false },
	{ "17.1",     "17.1",	 true },
	{ "17.1",     "17.10",	 false },
	{ "22.1..22.1.1.3", "22.1.1.3.0", true },
};
static const char *const broken[] = { "", "..", "x", "17.x", "1..2..3", "17...", "-1", " 17" };
/* clang-format on */

static struct release
number(const char *text)
{
	struct release r;
	struct ud_error err;

	ck_assert_int_eq(release_parse(text, &r, &err), 0);
	return r;
}

START_TEST(a_range_holds_its_ends)
{
	struct release r = number(ranges[_i].release);
	struct release_range range;
	struct ud_error err;

	ck_assert_int_eq(release_range_parse(ranges[_i].range, &range, &err), 0);
	ck_assert_msg(release_in_range(&r, &range) == ranges[_i].in, "%s in %s",
	    ranges[_i].release, ranges[_i].range);
}
END_TEST

START_TEST(what_is_no_range_is_refused_with_what_is)
{
	struct release_range range;
	struct ud_error err = { 0 };

	ck_assert_msg(release_range_parse(broken[_i], &range, &err) != 0, "\"%s\"",
	    broken[_i]);
	ck_assert_str_ne(err.remedy, "");
}
END_TEST

/* clang-format off */
static const struct { const char *what, *engine, *from, *to; bool applies; } edges[] = {
	{ "crosses",		     "postgres", "15.3",  "15.4", true },
	{ "from behind it",	     "postgres", "15.4",  "15.5", false },
	{ "not as far",		     "postgres", "15.1",  "15.3", false },
	{ "another major",	     "postgres", "14.1",  "15.4", false },
	{ "nothing changes",	     "postgres", "15.3",  "15.3", false },
	{ "somebody else's numbers", "timesten", "15.3",  "15.4", false },
};
/* clang-format on */

START_TEST(an_advisory_is_about_an_edge)
{
	static char id[] = "x", engine[] = "postgres";
	struct release from = number(edges[_i].from), to = number(edges[_i].to);
	struct release_range before, behind;
	struct advisory a = { .id = id, .engine = engine };
	struct ud_error err;

	ck_assert_int_eq(release_range_parse("15..15.3", &before, &err), 0);
	ck_assert_int_eq(release_range_parse("15.4..", &behind, &err), 0);
	a.from = &before;
	a.to = &behind;
	a.from_count = a.to_count = 1;
	ck_assert_msg(advisory_applies(&a, edges[_i].engine, &from, &to) ==
		edges[_i].applies, "%s", edges[_i].what);
	/* Without ranges it is about every edge. */
	a.from_count = a.to_count = 0;
	ck_assert_int_eq(advisory_applies(&a, "postgres", &from, &to),
	    release_compare(&from, &to) != 0);
}
END_TEST

TCase *
advisory_tests(void)
{
	TCase *tc = tcase_create("advisory");

	tcase_add_loop_test(tc, a_range_holds_its_ends, 0, ARRAY_SIZE(ranges));
	tcase_add_loop_test(tc, what_is_no_range_is_refused_with_what_is, 0,
	    ARRAY_SIZE(broken));
	tcase_add_loop_test(tc, an_advisory_is_about_an_edge, 0, ARRAY_SIZE(edges));
	return tc;
}
