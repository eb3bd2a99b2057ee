#include "common/str.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "tests/unit/common/check_common.h"

START_TEST(copies_within_bounds)
{
	char dst[4] = "xxx";

	ck_assert(str_copy(dst, sizeof(dst), "abc"));
	ck_assert_str_eq(dst, "abc");
	ck_assert(!str_copy(dst, sizeof(dst), "defg"));
	ck_assert_str_eq(dst, "def");
	ck_assert(str_copy(dst, sizeof(dst), ""));
	ck_assert_str_eq(dst, "");
	str_printf(dst, sizeof(dst), "%d", 123456);
	ck_assert_str_eq(dst, "123");
}
END_TEST

/* clang-format off */
static const struct { const char *text; int64_t min, max; bool good; int64_t value; } numbers[] = {
	{ "0",      0,   10,  true,  0 },
	{ "10",     0,   10,  true,  10 },
	{ "-5",     -5,  5,   true,  -5 },
	{ "007",    0,   10,  true,  7 },
	{ "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
	{ "11",     0,   10,  false, 0 },
	{ "-1",     0,   10,  false, 0 },
	{ "",       0,   10,  false, 0 },
	{ " 1",     0,   10,  false, 0 },
	{ "1 ",     0,   10,  false, 0 },
	{ "+1",     0,   10,  false, 0 },
	{ "--1",    -5,  10,  false, 0 },
	{ "0x1",    0,   10,  false, 0 },
	{ "1.0",    0,   10,  false, 0 },
	{ "9223372036854775808", 0, INT64_MAX, false, 0 },
};

static const struct { const char *text; size_t max; bool good; } names[] = {
	{ "sales",     32, true },
	{ "a-b_c.9",   32, true },
	{ "abcd",      4,  true },
	{ "abcde",     4,  false },
	{ "",          32, false },
	{ ".",         32, false },
	{ "..",        32, false },
	{ "...",       32, true },
	{ "a/b",       32, false },
	{ "a b",       32, false },
	{ "a\n",       32, false },
	{ "gr\xc3\xbc", 32, false },
};

static const struct { const char *text, *lines; } texts[] = {
	{ "",              "" },
	{ "a",             "[a]" },
	{ "a\n",           "[a]" },
	{ "a\nb",          "[a][b]" },
	{ "a\r\nb\r\n",    "[a][b]" },
	{ "\n\na",         "[][][a]" },
	{ "\r\n",          "[]" },
	{ "a\rb\n",        "[a\rb]" },
	{ "stop\nunseen",  "[stop]" },
};

static const struct { const char *in, *out; } blanks[] = {
	{ "",          "" },
	{ " \t\r\n",   "" },
	{ "a",         "a" },
	{ "  a b \n",  "a b" },
};
/* clang-format on */

START_TEST(reads_strict_numbers)
{
	int64_t value = 0;
	bool good =
	    str_to_int(numbers[_i].text, numbers[_i].min, numbers[_i].max, &value);

	ck_assert_msg(good == numbers[_i].good, "\"%s\": got %d", numbers[_i].text,
	    good);
	ck_assert_int_eq(value, numbers[_i].value);
}
END_TEST

START_TEST(knows_names)
{
	ck_assert_msg(str_is_name(names[_i].text, names[_i].max) == names[_i].good,
	    "\"%s\"", names[_i].text);
}
END_TEST

static bool
collect(char *line, void *arg)
{
	buf_addf(arg, "[%s]", line);
	return strcmp(line, "stop") != 0;
}

START_TEST(walks_lines)
{
	struct buf b = { 0 };

	str_each_line(texts[_i].text, collect, &b);
	ck_assert_str_eq(buf_text(&b), texts[_i].lines);
	buf_done(&b);
}
END_TEST

START_TEST(trims)
{
	char s[32];

	str_copy(s, sizeof(s), blanks[_i].in);
	ck_assert_str_eq(str_trim(s), blanks[_i].out);
}
END_TEST

START_TEST(compares)
{
	static const char hay[] = "The Quick Fox";

	ck_assert(str_equal("a", "a"));
	ck_assert(!str_equal("a", "A"));
	ck_assert(str_equal(NULL, NULL));
	ck_assert(!str_equal("a", NULL));
	ck_assert(!str_equal(NULL, ""));
	ck_assert(str_equal_nocase("aBc", "AbC"));
	ck_assert(!str_equal_nocase(NULL, "a"));
	ck_assert(str_starts("abc", "ab"));
	ck_assert(str_starts("abc", ""));
	ck_assert(!str_starts("a", "ab"));
	ck_assert(!str_starts("ABC", "ab"));
	ck_assert(str_starts_nocase("ABC", "ab"));
	ck_assert_ptr_eq(str_find_nocase(hay, "quick"), hay + 4);
	ck_assert_ptr_null(str_find_nocase(hay, "dog"));
}
END_TEST

START_TEST(lists_are_argv)
{
	struct str_list list = { 0 }, copy = { 0 };

	str_list_add(&list, "ttAdmin");
	str_list_addf(&list, "-%s", "query");
	ck_assert_uint_eq(list.count, 2);
	ck_assert_str_eq(list.items[1], "-query");
	ck_assert_ptr_null(list.items[2]);
	str_list_copy(&copy, &list);
	ck_assert(str_list_equal(&copy, &list));
	str_list_add(&list, "a");
	ck_assert(!str_list_equal(&copy, &list));
	str_list_done(&list);
	str_list_done(&list);
	ck_assert_str_eq(copy.items[0], "ttAdmin");
	ck_assert_ptr_null(copy.items[2]);
	str_list_done(&copy);
	str_list_copy(&copy, &list);
	ck_assert_uint_eq(copy.count, 0);
	str_list_add(&copy, "a");
	str_list_add(&list, "b");
	ck_assert(!str_list_equal(&copy, &list));
	str_list_done(&copy);
	str_list_done(&list);
}
END_TEST

TCase *
str_tests(void)
{
	TCase *tc = tcase_create("str");

	tcase_add_test(tc, copies_within_bounds);
	tcase_add_loop_test(tc, reads_strict_numbers, 0, ARRAY_SIZE(numbers));
	tcase_add_loop_test(tc, knows_names, 0, ARRAY_SIZE(names));
	tcase_add_loop_test(tc, walks_lines, 0, ARRAY_SIZE(texts));
	tcase_add_loop_test(tc, trims, 0, ARRAY_SIZE(blanks));
	tcase_add_test(tc, compares);
	tcase_add_test(tc, lists_are_argv);
	return tc;
}
