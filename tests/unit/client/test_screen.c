#include "config.h"

#include "client/screen.h"
#include "common/error.h"
#include "tests/unit/client/check_client.h"

/* clang-format off */
static const struct { const char *what; size_t before; const char *text, *drawn; size_t rows; } cases[] = {
	{ "the first frame stands where the cursor is", 0, "a\nb\n",           "\ra\033[K\nb\033[K\n\033[J",   2 },
	{ "the next one goes up over it",               3, "a\n",              "\033[3A\ra\033[K\n\033[J",     1 },
	{ "wrapped lines count",                        0, "0123456789abc\n",  "\r0123456789abc\033[K\n\033[J", 2 },
	{ "a full line is one row and stays whole",     0, "0123456789\n",     "\r0123456789\n\033[J",         1 },
	{ "an empty line clears its row",               0, "\n",               "\r\033[K\n\033[J",             1 },
	{ "colour takes no column",                     0, "\033[31m0123456789\033[0m\n", "\r\033[31m0123456789\033[0m\n\033[J", 1 },
	{ "what does not fit is counted",               0, "a\nb\nc\nd\ne\n",  "\ra\033[K\nb\033[K\nc\033[K\n... 2 more lines\033[K\n\033[J", 4 },
};
/* clang-format on */

START_TEST(frames)
{
	struct screen s = { .rows_drawn = cases[_i].before, .width = 10, .height = 5 };
	struct buf out = { 0 };

	screen_frame(&s, &out, cases[_i].text);
	ck_assert_msg(strcmp(buf_text(&out), cases[_i].drawn) == 0, "%s: got %s",
	    cases[_i].what, buf_text(&out));
	ck_assert_uint_eq(s.rows_drawn, cases[_i].rows);
	buf_done(&out);
}
END_TEST

TCase *
screen_tests(void)
{
	TCase *tc = tcase_create("screen");

	tcase_add_loop_test(tc, frames, 0, ARRAY_SIZE(cases));
	return tc;
}
