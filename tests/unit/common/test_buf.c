#include "common/buf.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/common/check_common.h"

START_TEST(grows_and_is_always_text)
{
	struct buf b = { 0 };
	int i;

	ck_assert_str_eq(buf_text(&b), "");
	for (i = 0; i < 1000; i++)
		buf_addf(&b, "%d,", i % 10);
	ck_assert_uint_eq(b.len, 2000);
	ck_assert_uint_eq(strlen(buf_text(&b)), 2000);
	buf_clear(&b);
	ck_assert_str_eq(buf_text(&b), "");
	buf_adds(&b, "again");
	ck_assert_str_eq(buf_text(&b), "again");
	buf_done(&b);
	ck_assert_ptr_null(b.data);
}
END_TEST

/* clang-format off */
static const struct {
	const char *what;
	size_t cap;
	const char *pieces[5];
	const char *taken;
} cases[] = {
	{ "nothing added",           8, { NULL }, "" },
	{ "no cap",                  0, { "0123456789", "abc" }, "0123456789abc" },
	{ "exactly full",            8, { "0123", "4567" }, "01234567" },
	{ "one over",                8, { "01234567", "8" },
	    "0123\n[... 1 bytes left out ...]\n5678" },
	{ "over in one piece",       8, { "0123456789abcdef" },
	    "0123\n[... 8 bytes left out ...]\ncdef" },
	{ "small pieces slide",      8, { "0123456", "789", "ab", "c" },
	    "0123\n[... 5 bytes left out ...]\n9abc" },
	{ "odd cap: tail is longer", 5, { "012345678" },
	    "01\n[... 4 bytes left out ...]\n678" },
	{ "cap of one keeps a tail", 1, { "ab", "c" },
	    "\n[... 2 bytes left out ...]\nc" },
};
/* clang-format on */

START_TEST(keeps_head_and_tail)
{
	struct buf b;
	char *taken;
	size_t i;

	buf_init(&b, cases[_i].cap);
	for (i = 0; cases[_i].pieces[i]; i++)
		buf_adds(&b, cases[_i].pieces[i]);
	taken = buf_take(&b);
	ck_assert_msg(strcmp(taken, cases[_i].taken) == 0, "%s: got \"%s\"",
	    cases[_i].what, taken);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.cap, cases[_i].cap);
	free(taken);
	buf_done(&b);
}
END_TEST

/* However the bytes are cut into pieces, the same head and tail remain. */
START_TEST(pieces_do_not_matter)
{
	static const char text[] = "the quick brown fox jumps over the lazy dog";
	size_t len = strlen(text), first, second;
	char *whole, *cut;
	struct buf b;

	buf_init(&b, 11);
	buf_add(&b, text, len);
	whole = buf_take(&b);
	for (first = 0; first <= len; first++)
		for (second = first; second <= len; second++) {
			buf_add(&b, text, first);
			buf_add(&b, text + first, second - first);
			buf_add(&b, text + second, len - second);
			cut = buf_take(&b);
			ck_assert_str_eq(cut, whole);
			free(cut);
		}
	free(whole);
}
END_TEST

START_TEST(words_of_a_shell_are_safe)
{
	struct buf b = { 0 };

	buf_add_shell(&b, "it's $HOME");
	ck_assert_str_eq(buf_text(&b), "'it'\\''s $HOME'");
	buf_clear(&b);
	buf_add_shell(&b, "");
	ck_assert_str_eq(buf_text(&b), "''");
	buf_done(&b);
}
END_TEST

TCase *
buf_tests(void)
{
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, grows_and_is_always_text);
	tcase_add_loop_test(tc, keeps_head_and_tail, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, pieces_do_not_matter);
	tcase_add_test(tc, words_of_a_shell_are_safe);
	return tc;
}
