#include "common/release.h"

#include <string.h>

#include "tests/unit/common/check_common.h"

/* clang-format off */
static const struct { const char *text; int parts; } parsed[] = {
	{ "6.0.17",       3 },
	{ "7.0.5.1.0",    5 },
	{ "11.2.2.8.0",   5 },
	{ "22.1.1.21",    4 },
	{ "22.1",         2 },
	{ "22",           0 },
	{ "",             0 },
	{ ".22.1",        0 },
	{ "22.1.",        0 },
	{ "22..1",        0 },
	{ "22.1.1.21.0.1", 0 },
	{ "22.1a",        0 },
	{ " 22.1",        0 },
	{ "22.1 ",        0 },
	{ "-22.1",        0 },
	{ "22.100000",    0 },
	{ "99999999999999999999.1", 0 },
};

static const struct { const char *a, *b; int order; bool same_major; } pairs[] = {
	{ "22.1.1.21.0", "22.1.1.21",   0,  true  },
	{ "22.1",        "22.1.0.0.0",  0,  true  },
	{ "22.1.1.1.0",  "22.1.1.19.0", -1, true  },
	{ "22.1.2.1.0",  "22.1.1.19.0", 1,  true  },
	{ "18.1.4.1.0",  "22.1.1.1.0",  -1, false },
	{ "11.2.1.9.0",  "11.2.1.9.1",  -1, true  },
	{ "11.2.1.9.0",  "11.2.2.1.0",  -1, false },
	{ "11.2",        "11.2.1",      -1, false },
	{ "7.0.5.1.0",   "7.0.6.0.0",   -1, true  },
	{ "6.0.17",      "7.0.5.1.0",   -1, false },
	{ "6.0.9",       "6.0.17",      -1, true  },
};

static const struct { const char *text, *major; } majors[] = {
	{ "6.0.17",      "6.0" },
	{ "7.0.5.1.0",   "7.0" },
	{ "11.2.2.8.0",  "11.2.2" },
	{ "18.1.4.1.0",  "18.1" },
	{ "22.1.1.21.0", "22.1" },
};
/* clang-format on */

static struct release
release_of(const char *text)
{
	struct ud_error err;
	struct release r;

	ck_assert_msg(release_parse(text, &r, &err) == 0, "%s: refused", text);
	return r;
}

START_TEST(parses)
{
	struct ud_error err = { 0 };
	struct release r = { 0 };
	char buf[RELEASE_TEXT];
	int rc = release_parse(parsed[_i].text, &r, &err);

	ck_assert_msg((rc == 0) == (parsed[_i].parts > 0), "\"%s\": got %d",
	    parsed[_i].text, rc);
	ck_assert_int_eq(r.parts, parsed[_i].parts);
	if (rc == 0) {
		ck_assert_str_eq(release_text(&r, buf), parsed[_i].text);
	} else {
		ck_assert_int_eq(err.code, UD_EUSAGE);
		ck_assert_str_ne(err.remedy, "");
	}
}
END_TEST

START_TEST(orders)
{
	struct release a = release_of(pairs[_i].a), b = release_of(pairs[_i].b);

	ck_assert_msg(release_compare(&a, &b) == pairs[_i].order, "%s, %s", pairs[_i].a,
	    pairs[_i].b);
	ck_assert_int_eq(release_compare(&b, &a), -pairs[_i].order);
	ck_assert_int_eq(release_same_major(&a, &b), pairs[_i].same_major);
	ck_assert_int_eq(release_same_major(&b, &a), pairs[_i].same_major);
}
END_TEST

START_TEST(knows_major_releases)
{
	struct release r = release_of(majors[_i].text);
	char buf[RELEASE_TEXT];

	ck_assert_str_eq(release_major_text(&r, buf), majors[_i].major);
}
END_TEST

START_TEST(unknown_is_no_release)
{
	struct release none = { 0 }, some = release_of("22.1");
	char buf[RELEASE_TEXT];

	ck_assert(!release_is_set(&none));
	ck_assert(release_is_set(&some));
	ck_assert_str_eq(release_text(&none, buf), "unknown");
	ck_assert_str_eq(release_major_text(&none, buf), "unknown");
	ck_assert(!release_same_major(&none, &none));
	ck_assert(!release_same_major(&none, &some));
	ck_assert(!release_same_major(&some, &none));
}
END_TEST

TCase *
release_tests(void)
{
	TCase *tc = tcase_create("release");

	tcase_add_loop_test(tc, parses, 0, ARRAY_SIZE(parsed));
	tcase_add_loop_test(tc, orders, 0, ARRAY_SIZE(pairs));
	tcase_add_loop_test(tc, knows_major_releases, 0, ARRAY_SIZE(majors));
	tcase_add_test(tc, unknown_is_no_release);
	return tc;
}
