#include "tests/unit/engine/timesten/check_timesten.h"

#define DRIVER "*** [TimesTen][TimesTen 11.2.1.9.0 ODBC Driver][TimesTen]"
#define RAISED " -- file \"a.c\", lineno 1, procedure \"p\"\n"

/* clang-format off */
static const struct {
	const char *what, *text;
	int number; /* -1: none */
	enum verdict verdict;
	const char *said;
} cases[] = {
	{ "driver's block",
	  DRIVER "TT12030: Data store is in use" RAISED
	  "*** ODBC Error = S1000, TimesTen Error = 12030\n",
	  12030, VERDICT_AGAIN, "TT12030: Data store is in use" },
	{ "wrapped over lines",
	  DRIVER "TT8191: This store (billing on\npluto) is not involved in a\nreplication"
	  " scheme -- file \"a.c\", lineno 11,\nprocedure \"p\"\n",
	  8191, VERDICT_STOP,
	  "TT8191: This store (billing on pluto) is not involved in a replication scheme" },
	{ "leading zero", DRIVER "TT0821: No readable checkpoint files" RAISED, 821,
	  VERDICT_DANGER, "TT0821: No readable checkpoint files" },
	{ "dash and zeros", "TT-00704: recovery\n", 704, VERDICT_AGAIN, "TT-00704: recovery" },
	{ "at the start of a line", "TT8144: Duplicate not permitted. Reason: x\n", 8144,
	  VERDICT_STOP, "TT8144: Duplicate not permitted. Reason: x" },
	{ "only the number", "*** ODBC Error = S1000, TimesTen Error = 799\n", 799, VERDICT_AGAIN,
	  NULL },
	{ "in other letters", "*** odbc error = S1000, timesten  error  =  8141\n", 8141,
	  VERDICT_DANGER, NULL },
	{ "five digits at the start of a line", "08141: not eligible\n", 8141, VERDICT_DANGER,
	  "08141: not eligible" },
	{ "an SQLSTATE", "08004: refused\n", 0, VERDICT_AGAIN, "08004: refused" },
	{ "the wrapper does not count",
	  DRIVER "TT9992: Daemon reports error" RAISED DRIVER "TT0701: in flux" RAISED, 701,
	  VERDICT_AGAIN, "TT0701: in flux" },
	{ "the wrapper alone does", DRIVER "TT9992: Daemon reports error" RAISED, 9992,
	  VERDICT_STOP, "TT9992: Daemon reports error" },
	{ "the first of two", "TT0701: x\nTT6003: y\n", 701, VERDICT_AGAIN, "TT0701: x" },
	{ "danger wherever it stands", "TT0701: x\nTT8141: y\n", 8141, VERDICT_DANGER,
	  "TT8141: y" },
	{ "ttIsql", "< q-role >\n  707: Attempt to connect\nThe command failed.\n", 707,
	  VERDICT_STOP, "707: Attempt to connect" },
	{ "ttIsql behind a prompt", "Command>  8151: OPS.T's replication role disallows\n", 8151,
	  VERDICT_STOP, "8151: OPS.T's replication role disallows" },
	{ "ttIsql, five digits", "47137: Handle is invalid\r\n", 47137, VERDICT_AGAIN,
	  "47137: Handle is invalid" },
	{ "SQLSTATE", "08001: Unable to connect to data source\n", 0, VERDICT_AGAIN,
	  "08001: Unable to connect to data source" },
	{ "SQLSTATE with letters", "IM002: Data source not found\n", 0, VERDICT_STOP,
	  "IM002: Data source not found" },
	{ "already so", DRIVER "TT12027: The agent is already stopped." RAISED, 12027, VERDICT_OK,
	  "TT12027: The agent is already stopped." },
	{ "unknown number", "TT31999: new\n", 31999, VERDICT_STOP, "TT31999: new" },
	{ "warnings are none", "Warning 20100: recovered\nWarning 8025: marked\n", -1,
	  VERDICT_OK, NULL },
	{ "20100 in any dress", "[TimesTen]TT20100: improper shutdown\n20100: again\n", -1,
	  VERDICT_OK, NULL },
	{ "an error behind a warning", "Warning 20100: recovered\n  994: gone\n", 994,
	  VERDICT_AGAIN, "994: gone" },
	{ "times and rows are none", "07:41:10 started\n  1200/1200 rows saved.\n< 12: x >\n"
	  "ATT12: x\n", -1, VERDICT_OK, NULL },
	{ "numbers in words are none", "port 40001: x\n123456: x\n", -1, VERDICT_OK, NULL },
	{ "nothing", "", -1, VERDICT_OK, NULL },
};
/* clang-format on */

START_TEST(numbers)
{
	struct tt_error e = { 0 };
	bool found = tt_sql_error(cases[_i].text, &e);

	ck_assert_msg(found == (cases[_i].number >= 0), "%s: %d", cases[_i].what,
	    e.number);
	if (!found)
		return;
	ck_assert_msg(e.number == cases[_i].number, "%s: %d", cases[_i].what, e.number);
	ck_assert_msg(e.verdict == cases[_i].verdict, "%s: %s", cases[_i].what,
	    verdict_name(e.verdict));
	ck_assert_msg(cases[_i].said == NULL || str_equal(e.text, cases[_i].said),
	    "%s: %s", cases[_i].what, e.text);
}
END_TEST

START_TEST(texts_without_number)
{
	struct tt_error e;

	ck_assert(
	    tt_error_find("x\nttStatus: Could not connect to the TimesTen daemon.\ny",
		&e));
	ck_assert_int_eq(e.number, 0);
	ck_assert_int_eq(e.verdict, VERDICT_AGAIN);
	ck_assert_str_eq(e.text, "ttStatus: Could not connect to the TimesTen daemon.");
	ck_assert_str_ne(e.remedy, "");
	ck_assert(
	    tt_error_find("There are 2 connections, ***2 pending disconnection***",
		&e));
	ck_assert_int_eq(e.verdict, VERDICT_AGAIN);
	ck_assert(tt_error_find(
	    "ttMigrate: not overwriting the existing file /x in restrict mode.\n", &e));
	ck_assert_int_eq(e.verdict, VERDICT_STOP);
	ck_assert(!tt_error_find("TimesTen Daemon stopped.\n", &e));
}
END_TEST

/* A number decides before words do. */
START_TEST(a_number_counts_more_than_words)
{
	struct tt_error e;

	ck_assert(
	    tt_error_find("Enter password of the internal Uid:\nTT12039: no port\n",
		&e));
	ck_assert_int_eq(e.number, 12039);
	ck_assert_int_eq(e.verdict, VERDICT_AGAIN);
}
END_TEST

START_TEST(classes_of_numbers)
{
	static const struct {
		int number;
		enum verdict verdict;
	} rows[] = { { 12026, VERDICT_OK }, { 12028, VERDICT_OK },
		{ 6003, VERDICT_AGAIN }, { 8170, VERDICT_AGAIN },
		{ 8150, VERDICT_STOP }, { 802, VERDICT_STOP }, { 649, VERDICT_DANGER },
		{ 16272, VERDICT_DANGER }, { 1, VERDICT_STOP } };
	enum verdict v;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		tt_error_meaning(rows[i].number, &v);
		ck_assert_msg(v == rows[i].verdict, "%d", rows[i].number);
	}
}
END_TEST

TCase *
tt_error_tests(void)
{
	TCase *tc = tcase_create("errors");

	tcase_add_loop_test(tc, numbers, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, texts_without_number);
	tcase_add_test(tc, a_number_counts_more_than_words);
	tcase_add_test(tc, classes_of_numbers);
	return tc;
}
