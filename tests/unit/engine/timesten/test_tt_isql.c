#include "tests/unit/engine/timesten/check_timesten.h"

#include "common/buf.h"

/* clang-format off */
static const struct { const char *what, *text, *rows; } cases[] = {
	{ "one column", "< ACTIVE >\n", "[ACTIVE]" },
	{ "columns", "< ORDERS2, SATURN, 40001, start, 1, 12, _ACTIVESTANDBY, TTREP >\n",
	  "[ORDERS2|SATURN|40001|start|1|12|_ACTIVESTANDBY|TTREP]" },
	{ "padded, NULL", "< ORDERS2                        , <NULL>, x >\n", "[ORDERS2|NULL|x]" },
	{ "only NULL", "< <NULL> >\n", "[NULL]" },
	{ "prompts before rows", "Command> < 1 >\nCommand> Command> < 2 >", "[1][2]" },
	{ "a prompt behind a row", "< 1 >Command> \n< 2 >\nCommand>", "[1][2]" },
	{ "no blanks, CRLF, no line end", "\r\n<a,b>\r\n\r\n  <  c  >", "[a|b][c]" },
	{ "echoed statements are no rows",
	  "Command> select 'x' from dual where 1 < 2 and 3 > 2;\n< x >\n1 row found.\n", "[x]" },
	{ "banner and noise", "\nCopyright (c) 1996\nConnection successful: DSN=a;UID=b;\n"
	  "(Default setting AutoCommit=1)\nWarning 20100: recovered\n< 5 >\n", "[5]" },
	{ "wrapped", "< 14, 2047232, Replication                   , \n  SATURN:ORDERS2 >\n< 2 >\n",
	  "[14|2047232|Replication|SATURN:ORDERS2][2]" },
	{ "wrapped behind NULL", "< 14, <NULL>\n, x >\n", "[14|NULL|x]" },
	{ "a row that never ends", "< 14, 2047232\n< 2 >\n", "[2]" },
	{ "a row cut off at the end", "< 1 >\n< 14, 20", "[1]" },
	{ "greater than in data", "< a > b >\n", "[a > b]" },
	{ "empty", "", "" },
	{ "error only", " 2206: Table OPS.X not found\n", "" },
};
/* clang-format on */

START_TEST(rows)
{
	const char *cursor = cases[_i].text;
	struct buf b = { 0 };
	struct tt_row row;

	while (tt_row_next(&cursor, &row)) {
		buf_adds(&b, "[");
		for (int i = 0; i < row.count; i++)
			buf_addf(&b, "%s%s", i > 0 ? "|" : "",
			    row.null[i] ? "NULL" : row.column[i]);
		buf_adds(&b, "]");
	}
	ck_assert_msg(str_equal(buf_text(&b), cases[_i].rows), "%s: %s", cases[_i].what,
	    buf_text(&b));
	buf_done(&b);
}
END_TEST

START_TEST(columns)
{
	const char *cursor = "< 12, x, <NULL> >";
	struct tt_row row;

	ck_assert(tt_row_next(&cursor, &row));
	ck_assert_int_eq(tt_column_int(&row, 0, -1), 12);
	ck_assert_int_eq(tt_column_int(&row, 1, -1), -1);
	ck_assert_int_eq(tt_column_int(&row, 2, -1), -1);
	ck_assert_str_eq(tt_column(&row, 2), "");
	ck_assert_str_eq(tt_column(&row, 3), "");
}
END_TEST

START_TEST(a_row_of_any_length_is_safe)
{
	const char *cursor;
	struct buf b = { 0 };
	struct tt_row row;

	buf_adds(&b, "< ");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "abcdefgh, ");
	buf_adds(&b, "z >\n< 2 >\n");
	cursor = buf_text(&b);
	ck_assert(tt_row_next(&cursor, &row));
	ck_assert_int_eq(row.count, TT_COLUMNS_MAX);
	ck_assert(tt_row_next(&cursor, &row));
	ck_assert_str_eq(tt_column(&row, 0), "2");
	buf_done(&b);
}
END_TEST

TCase *
tt_isql_tests(void)
{
	TCase *tc = tcase_create("ttIsql");

	tcase_add_loop_test(tc, rows, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, columns);
	tcase_add_test(tc, a_row_of_any_length_is_safe);
	return tc;
}
