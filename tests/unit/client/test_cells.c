#include "config.h"

#include "client/cells.h"
#include "client/style.h"
#include "tests/unit/client/check_client.h"

/* clang-format off */
static const struct { const char *what, *text; size_t width; const char *cut; } cuts[] = {
	{ "fits",                "abc",                     3, "abc" },
	{ "too long",            "abcdef",                  5, "ab..." },
	{ "UTF-8 is a column",   "gr\xc3\xbc\xc3\x9f""e",   5, "gr\xc3\xbc\xc3\x9f""e" },
	{ "UTF-8 is not halved", "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 4, "\xc3\xbc..." },
	{ "colour takes none",   "\033[31mabc\033[0m",      3, "\033[31mabc\033[0m" },
	{ "colour ends",         "\033[31mabcdef\033[0m",   5, "\033[31mab\033[0m..." },
	{ "narrow",              "abcdef",                  2, ".." },
	{ "nothing",             "abcdef",                  0, "" },
};

static const struct { const char *what, *text, *clean; } cleans[] = {
	{ "plain",            "abc",              "abc" },
	{ "steers no cursor", "a\033[2Jb",        "a?[2Jb" },
	{ "one line",         "a\nb\tc\r\n",      "a b c " },
	{ "bell and delete",  "a\a\x7f",          "a??" },
	{ "C1 in UTF-8",      "a\xc2\x9b""2Jb",   "a?2Jb" },
	{ "UTF-8 stays",      "gr\xc3\xbc\xc3\x9f""e \xc2\xa7", "gr\xc3\xbc\xc3\x9f""e \xc2\xa7" },
	{ "a broken end",     "a\xc2",            "a\xc2" },
};
/* clang-format on */

START_TEST(cut)
{
	struct buf out = { 0 };

	cells_add_cut(&out, cuts[_i].text, cuts[_i].width);
	ck_assert_msg(strcmp(buf_text(&out), cuts[_i].cut) == 0, "%s: got %s",
	    cuts[_i].what, buf_text(&out));
	ck_assert_uint_le(cells_width(buf_text(&out)), cuts[_i].width);
	buf_done(&out);
}
END_TEST

START_TEST(clean)
{
	struct buf out = { 0 };

	cells_add_clean(&out, cleans[_i].text);
	ck_assert_msg(strcmp(buf_text(&out), cleans[_i].clean) == 0, "%s: got %s",
	    cleans[_i].what, buf_text(&out));
	buf_done(&out);
}
END_TEST

START_TEST(lines_are_indented)
{
	struct buf out = { 0 };

	cells_add_lines(&out, "one\ttab\n\ntwo\033[0m", 2);
	ck_assert_str_eq(buf_text(&out), "  one\ttab\n\n  two?[0m\n");
	buf_done(&out);
}
END_TEST

START_TEST(colour_only_in_a_view_with_colour)
{
	struct view plain = { 0 }, coloured = { .colour = true };
	struct buf out = { 0 };

	style_add_word(&out, &plain, "attention");
	style_add_word(&out, &coloured, "attention");
	style_add_word(&out, &coloured, "a-new-word");
	ck_assert_str_eq(buf_text(&out), "attention\033[31mattention\033[0ma-new-word");
	buf_done(&out);
}
END_TEST

TCase *
cells_tests(void)
{
	TCase *tc = tcase_create("cells");

	tcase_add_loop_test(tc, cut, 0, ARRAY_SIZE(cuts));
	tcase_add_loop_test(tc, clean, 0, ARRAY_SIZE(cleans));
	tcase_add_test(tc, lines_are_indented);
	tcase_add_test(tc, colour_only_in_a_view_with_colour);
	return tc;
}
