#include "tests/unit/engine/timesten/check_timesten.h"

#include <string.h>

#include "common/buf.h"

/* clang-format off */
static const struct {
	const char *what, *text;
	struct tt_migrated m;
	const char *tables; /* what each() was told */
} cases[] = {
	{ "saved",
	  "Saving user OPS\nUser successfully saved.\n\nSaving table OPS.ORDERS\n"
	  "  Saving rows...\n  1200/1200 rows saved.\nTable successfully saved.\n \n"
	  "Saving table OPS.ITEMS\n  Saving rows...\n  0/0 rows saved.\n"
	  "Table successfully saved.\n",
	  { 3, 3, 2, 0, 1200, 1200, false }, "OPS.ORDERS=1200/1200 OPS.ITEMS=0/0 " },
	{ "restored, CRLF, a warning between",
	  "Restoring user OPS\r\nUser successfully restored.\r\n\r\n"
	  "Restoring table OPS.ORDERS\r\nWarning 6222: space\r\n  Restoring rows...\r\n"
	  "  1/1 row restored.\r\nTable successfully restored.",
	  { 2, 2, 1, 0, 1, 1, false }, "OPS.ORDERS=1/1 " },
	{ "partly restored",
	  "Restoring table OPS.ORDERS\n  Restoring rows...\n  1200/1200 rows restored.\n"
	  "Table successfully restored.\n\nRestoring table OPS.ITEMS\n  Restoring rows...\n"
	  "*** [TimesTen][TimesTen 11.2.1.9.0 ODBC Driver][TimesTen]TT0802: Data store space"
	  " exhausted -- file \"b.c\", lineno 1, procedure \"p\"\n"
	  "*** ODBC Error = S1000, TimesTen Error = 802\n  40960/88100 rows restored.\n"
	  "Table was not restored.\n",
	  { 2, 1, 2, 1, 42160, 89300, false }, "OPS.ORDERS=1200/1200 OPS.ITEMS=40960/88100 " },
	{ "fewer rows without an error",
	  "Saving table OPS.T\n  Saving rows...\n  9/10 rows saved.\nTable successfully saved.\n",
	  { 1, 1, 1, 1, 9, 10, false }, "OPS.T=9/10 " },
	{ "a count for every tenth, and commas",
	  "Restoring table OPS.A\n  Restoring rows...\n  120/1200 rows restored.\n"
	  "  1,200/1,200 rows restored.\nTable successfully restored.\n"
	  "Restoring table OPS.B\n  12,345/1,234,567 rows restored.\n",
	  { 2, 1, 2, 1, 13545, 1235767, false }, "OPS.A=1200/1200 OPS.B=12345/1234567 " },
	{ "killed in the middle",
	  "Saving table OPS.A\n  Saving rows...\n  1/1 rows saved.\nTable successfully saved.\n"
	  "Saving table OPS.B\n  Saving rows...\n",
	  { 2, 1, 1, 1, 1, 1, false }, "OPS.A=1/1 " },
	{ "never a word of success",
	  "Restoring table OPS.A\nTable done; the checkpoint was not needed.\n"
	  "Restoring table OPS.B\nTable done.\n",
	  { 2, 0, 0, 0, 0, 0, false }, "" },
	{ "other spaces",
	  "\tSaving   table  OPS.A\n   9 / 10\n  7/7   rows   saved.\nTable\tsuccessfully  saved.\n",
	  { 1, 1, 1, 0, 7, 7, false }, "OPS.A=7/7 " },
	{ "a cache group with its table",
	  "Saving cache group OPS.CG1\n  Saving cached table OPS.ITEMS\n"
	  "Cache group successfully saved.\nSaving materialized view OPS.V\n"
	  "View successfully saved.\n",
	  { 2, 2, 0, 0, 0, 0, false }, "" },
	{ "the middle is missing",
	  "Saving table OPS.A\n[... 70000 bytes left out ...]\nTable successfully saved.\n"
	  "Saving table OPS.Z\n  Saving rows...\n  5/5 rows saved.\nTable successfully saved.\n",
	  { 2, 2, 1, 0, 5, 5, true }, "OPS.Z=5/5 " },
	{ "fatal", "ttMigrate: could not open file /x.mig: No such file or directory\n",
	  { 0, 0, 0, 1, 0, 0, false }, "" },
};
/* clang-format on */

static void
note(const char *table, int64_t done, int64_t total, void *arg)
{
	buf_addf(arg, "%s=%d/%d ", table, (int)done, (int)total);
}

START_TEST(counts)
{
	const struct tt_migrated *w = &cases[_i].m;
	struct tt_migrated m;
	struct buf b = { 0 };

	tt_migrate_parse(cases[_i].text, note, &b, &m);
	ck_assert_str_eq(buf_text(&b), cases[_i].tables);
	ck_assert_msg(m.objects == w->objects, "%s: %d", cases[_i].what, m.objects);
	ck_assert_msg(m.finished == w->finished, "%s: %d", cases[_i].what, m.finished);
	ck_assert_msg(m.tables == w->tables, "%s: %d", cases[_i].what, m.tables);
	ck_assert_msg(m.failures == w->failures, "%s: %d", cases[_i].what, m.failures);
	ck_assert_msg(m.rows_done == w->rows_done, "%s", cases[_i].what);
	ck_assert_msg(m.rows_total == w->rows_total, "%s", cases[_i].what);
	ck_assert_msg(m.cut == w->cut, "%s", cases[_i].what);
	buf_done(&b);
}
END_TEST

/* What it printed so far, in pieces as they come, and the rows by then. */
START_TEST(rows_so_far)
{
	static const struct { const char *piece; int rows; } pieces[] = {
		{ "Saving user OPS\nUser successfully saved.\n\nSaving table OPS.A\n", 0 },
		{ "  Saving rows...\n..", 20000 }, { ".", 30000 },
		{ "\n  31,000/31,0", 30000 }, { "00 rows saved.\r\n", 31000 },
		{ "Table successfully saved.\nSaving table OPS.B\n  Saving rows...\n", 31000 },
		{ "  5 rows (50%)\n", 31005 }, { "  10/10 rows saved.\nTable succ", 31010 },
		{ "essfully saved.\n", 31010 },
	};
	struct rows_moved m = { 0 };
	struct command c;

	command_init(&c);
	str_list_add(&c.argv, "/opt/tt/bin/ttMigrate");
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		tt_moved(&c, &m, pieces[i].piece, strlen(pieces[i].piece));
		ck_assert_int_eq(m.whole + m.current, pieces[i].rows);
		ck_assert(m.told == (pieces[i].rows > 0));
	}
	command_done(&c);
}
END_TEST

TCase *
tt_migrate_tests(void)
{
	TCase *tc = tcase_create("ttMigrate");

	tcase_add_loop_test(tc, counts, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, rows_so_far);
	return tc;
}
