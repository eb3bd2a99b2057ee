#include <string.h>

#include "tests/unit/engine/timesten/check_timesten.h"

/* The guide's own example, with its locks and waits. */
static const char example[] =
    "2011-03-07 12:57:41.237\n/data/myDSN\nTimesTen Release 11.2.2.0.0\n\n"
    "Outstanding locks\n\nPID   Context   TransID  TransStatus  Resource   ResourceID   Mode Name\n\n"
    "Program File Name: ttIsql\n\n"
    "2564  0xeeb9a8  1.21     Active       Database   0x01312d00   IX\n"
    "                                      Row        0x00156bbc   Xn   TTUSER.TABLE1\n"
    "                                      Table      1910868      IXn  TTUSER.TABLE1\n\n"
    "Program File Name: shop app\n\n"
    "2880  0xeeb9a8  2.3      Active        Database   0x01312d00  IX\n"
    "                                       Table      1910868     IXn  TTUSER.TABLE1\n\n"
    "Awaiting locks\n\nPID   Context   TransID  Resource   ResourceID  RMode  HolderTransID\n\n"
    "2880  0xeeb9a8  2.3      Row        0x00156bbc   Un  1.21  Xn   TTUSER.TABLE1\n"
    "2 outstanding transactions found\n";

START_TEST(the_guides_example)
{
	struct tt_transaction t[4];

	ck_assert_int_eq(tt_transactions_parse(example, t, 4), 2);
	ck_assert_int_eq(t[0].pid, 2564);
	ck_assert_str_eq(t[0].id, "1.21");
	ck_assert_str_eq(t[0].program, "ttIsql");
	ck_assert_int_eq(t[1].pid, 2880);
	ck_assert_str_eq(t[1].id, "2.3");
	ck_assert_str_eq(t[1].program, "shop app");
	ck_assert_int_eq(tt_transactions_parse(example, t, 1), 2);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *text; int count; } cases[] = {
	{ "none", "TimesTen Release 22.1.1.27.0\n\nOutstanding locks\n\n0 outstanding transactions found\n", 0 },
	{ "one, CRLF", "Program File Name: x\r\n7 0x1 3.4 Active Database 0x2 IX\r\n1 outstanding transaction found\r\n", 1 },
	{ "no program", "7 0x1 3.4 Active Database 0x2 IX\n1 outstanding transaction found\n", 1 },
	{ "cut off", "Program File Name: x\n7 0x1 3.4 Active Database 0x2 IX\n", -1 },
	{ "an error", "*** [TimesTen]TT15100: User lacks privilege ADMIN\n", -1 },
	{ "nothing", "", -1 },
};
/* clang-format on */

START_TEST(other_answers)
{
	struct tt_transaction t[4];

	ck_assert_msg(tt_transactions_parse(cases[_i].text, t, 4) == cases[_i].count, "%s",
	    cases[_i].what);
}
END_TEST

TCase *
tt_xact_admin_tests(void)
{
	TCase *tc = tcase_create("ttXactAdmin");

	tcase_add_test(tc, the_guides_example);
	tcase_add_loop_test(tc, other_answers, 0, ARRAY_SIZE(cases));
	return tc;
}
