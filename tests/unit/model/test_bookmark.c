#include "daemon/model/bookmark.h"

#include "common/error.h"
#include "tests/unit/model/check_model.h"

#define FILE_BYTES 1000
#define AT(f, o)                                        \
	{                                               \
		.file = (f), .offset = (o), .set = true \
	}

/* clang-format off */
static const struct { const char *what; struct position a, b; int64_t bytes; } distances[] = {
	{ "the same place",        AT(3, 10),  AT(3, 10),  0 },
	{ "in one file",           AT(3, 10),  AT(3, 510), 500 },
	{ "over a file's end",     AT(3, 900), AT(4, 100), 200 },
	{ "over two files",        AT(3, 900), AT(5, 100), 1200 },
	{ "backwards",             AT(3, 10),  AT(3, 9),   -1 },
	{ "the first was not seen", { 0 },     AT(3, 9),   -1 },
	{ "the last was not seen", AT(3, 10),  { 0 },      -1 },
	{ "nothing is held",       AT(-1, -1), AT(3, 9),   -1 },
};

static const struct { const char *text; bool good; int64_t file, offset; } texts[] = {
	{ "14/2047560", true,  14, 2047560 },
	{ "14.2047560", true,  14, 2047560 },
	{ "0/0",        true,  0,  0 },
	{ "-1/-1",      true,  -1, -1 },
	{ "",           false, 0,  0 },
	{ "14",         false, 0,  0 },
	{ "14/",        false, 0,  0 },
	{ "/5",         false, 0,  0 },
	{ "14/5 ",      false, 0,  0 },
	{ "14/5/6",     false, 0,  0 },
	{ "-1/7",       false, 0,  0 },
	{ "-2/-2",      false, 0,  0 },
	{ "1/99999999999999999999", false, 0, 0 },
};
/* clang-format on */

START_TEST(distance)
{
	int64_t got = position_distance(&distances[_i].a, &distances[_i].b, FILE_BYTES);

	ck_assert_msg(got == distances[_i].bytes, "%s: got %lld", distances[_i].what,
	    (long long)got);
}
END_TEST

START_TEST(parse)
{
	struct position p = { .file = 77 };
	bool good = position_parse(texts[_i].text, &p);

	ck_assert_msg(good == texts[_i].good, "'%s'", texts[_i].text);
	if (!good) {
		ck_assert_msg(p.file == 77, "'%s' changed the result", texts[_i].text);
		return;
	}
	ck_assert(p.set);
	ck_assert_int_eq(p.file, texts[_i].file);
	ck_assert_int_eq(p.offset, texts[_i].offset);
}
END_TEST

START_TEST(text_reads_back)
{
	struct position p = AT(14, 2047560), none = AT(-1, -1), unseen = { 0 }, back;
	char buf[POSITION_TEXT];

	ck_assert_str_eq(position_text(&p, buf), "14/2047560");
	ck_assert(position_parse(buf, &back));
	ck_assert_int_eq(position_compare(&p, &back), 0);
	ck_assert_str_eq(position_text(&none, buf), "-1/-1");
	ck_assert_str_eq(position_text(&unseen, buf), "unknown");
	ck_assert(!position_parse(buf, &back));
}
END_TEST

START_TEST(order)
{
	struct position a = AT(3, 900), b = AT(4, 1), c = AT(4, 2);

	ck_assert_int_lt(position_compare(&a, &b), 0);
	ck_assert_int_gt(position_compare(&c, &b), 0);
}
END_TEST

TCase *
bookmark_tests(void)
{
	TCase *tc = tcase_create("bookmark");

	tcase_add_loop_test(tc, distance, 0, (int)ARRAY_SIZE(distances));
	tcase_add_loop_test(tc, parse, 0, (int)ARRAY_SIZE(texts));
	tcase_add_test(tc, text_reads_back);
	tcase_add_test(tc, order);
	return tc;
}
