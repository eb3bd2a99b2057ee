#include "config.h"

#include "client/render_table.h"
#include "tests/unit/client/check_client.h"

static const char *const heads[] = { "NAME", "#LAG", "GONE", "NOTE", NULL };

static void
fill(struct table *t, const struct view *v)
{
	table_init(t, v, heads);
	t->hidden[2] = true;
	table_add(t, "a");
	table_add(t, "5 B");
	table_add(t, "hidden");
	table_add_word(t, "attention");
	table_add(t, "gr\xc3\xbc\xc3\x9f");
	table_add(t, "12345 B");
	table_add(t, "hidden");
	table_add(t, "");
}

START_TEST(columns_are_aligned)
{
	struct view v = { 0 };
	struct table t;
	struct buf out = { 0 };

	fill(&t, &v);
	table_done(&t, &out, 1);
	ck_assert_str_eq(buf_text(&out),
	    " NAME      LAG  NOTE\n"
	    " a         5 B  attention\n"
	    " gr\xc3\xbc\xc3\x9f  12345 B\n");
	buf_done(&out);
}
END_TEST

START_TEST(colour_does_not_shift)
{
	struct view v = { .colour = true };
	struct table t;
	struct buf out = { 0 };

	fill(&t, &v);
	table_done(&t, &out, 0);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "a         5 B  \033[31mattention\033[0m\n"));
	buf_done(&out);
}
END_TEST

START_TEST(rows_are_cut_in_a_frame)
{
	struct view v = { .cut = true, .width = 12 };
	struct table t;
	struct buf out = { 0 };

	fill(&t, &v);
	table_done(&t, &out, 0);
	ck_assert_str_eq(buf_text(&out),
	    "NAME     ...\na        ...\ngr\xc3\xbc\xc3\x9f  123...\n");
	buf_done(&out);
}
END_TEST

START_TEST(fields_stay_under_each_other)
{
	struct buf out = { 0 };

	field_add(&out, "abort", "one\ntwo\n");
	field_addf(&out, "on", "%s", "m1");
	ck_assert_str_eq(buf_text(&out),
	    "  abort         one\n                two\n  on            m1\n");
	buf_done(&out);
}
END_TEST

TCase *
table_tests(void)
{
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, columns_are_aligned);
	tcase_add_test(tc, colour_does_not_shift);
	tcase_add_test(tc, rows_are_cut_in_a_frame);
	tcase_add_test(tc, fields_stay_under_each_other);
	return tc;
}
