#include "tests/unit/engine/timesten/check_timesten.h"

struct want {
	const char *what, *text;
	struct tt_policies p;
};

/* clang-format off */
static const struct want cases[] = {
	{ "11.2.1, nothing set",
	  "RAM Residence Policy            : inUse\n"
	  "Replication Agent Policy        : manual\n"
	  "Replication Manually Started    : False\n"
	  "Cache Agent Policy              : manual\n"
	  "Cache Agent Manually Started    : False\n",
	  { "inuse", "manual", "manual", -1, FACT_UNKNOWN, FACT_NO, FACT_NO, FACT_UNKNOWN } },
	{ "manual and unloaded, CRLF, no line end",
	  "\r\nRAM Residence Policy            : manual\r\n"
	  "Manually Loaded In RAM          : False\r\n"
	  "Replication Agent Policy        : manual\r\n"
	  "Replication Manually Started    : True\r\n"
	  "Cache Agent Policy              : manual\r\n"
	  "Cache Agent Manually Started    : False",
	  { "manual", "manual", "manual", -1, FACT_NO, FACT_YES, FACT_NO, FACT_UNKNOWN } },
	{ "22.1, always: no line about the start; closed",
	  "RAM Residence Policy            : always\n"
	  "Replication Agent Policy        : always\n"
	  "Cache Agent Policy              : norestart\n"
	  "Cache Agent Manually Started    : False\n"
	  "Database State                  : Closed\n",
	  { "always", "always", "norestart", -1, FACT_UNKNOWN, FACT_UNKNOWN, FACT_NO, FACT_NO } },
	{ "26.1 wording, blank line first, grace",
	  "\nRAM Residence Policy            : inUse\n"
	  "RAM Residence Grace (Secs)      : 60\n"
	  "Replication Agent Policy        : manual\n"
	  "Database state                  : open\n",
	  { "inuse", "manual", "", 60, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, FACT_YES } },
	{ "7.0: Oracle agent; other case and spacing; a warning between",
	  "ram  residence POLICY: Manual\nWarning 20100: recovered\n"
	  "manually loaded in ram : TRUE\n  replication agent policy   :norestart\n"
	  "Oracle Agent Policy             : manual\n",
	  { "manual", "norestart", "manual", -1, FACT_YES, FACT_UNKNOWN, FACT_UNKNOWN,
	    FACT_UNKNOWN } },
};
/* clang-format on */

START_TEST(summaries)
{
	const struct want *w = &cases[_i];
	struct tt_policies p;
	struct ud_error err;

	ck_assert_msg(tt_admin_query_parse(w->text, &p, &err) == 0, "%s", w->what);
	ck_assert_msg(str_equal(p.ram_policy, w->p.ram_policy), "%s: %s", w->what,
	    p.ram_policy);
	ck_assert_msg(str_equal(p.replication_policy, w->p.replication_policy),
	    "%s: %s", w->what, p.replication_policy);
	ck_assert_msg(str_equal(p.cache_policy, w->p.cache_policy), "%s: %s", w->what,
	    p.cache_policy);
	ck_assert_msg(p.ram_grace_s == w->p.ram_grace_s, "%s", w->what);
	ck_assert_msg(p.manually_loaded == w->p.manually_loaded, "%s", w->what);
	ck_assert_msg(p.replication_started == w->p.replication_started, "%s", w->what);
	ck_assert_msg(p.cache_started == w->p.cache_started, "%s", w->what);
	ck_assert_msg(p.open == w->p.open, "%s", w->what);
}
END_TEST

START_TEST(no_summary_is_an_error)
{
	struct tt_policies p;
	struct ud_error err;

	ck_assert_int_eq(tt_admin_query_parse("", &p, &err), -1);
	ck_assert_int_eq(err.code, UD_EPARSE);
	ck_assert_int_eq(
	    tt_admin_query_parse("*** ODBC Error = S1000, TimesTen Error = 799\n", &p,
		&err),
	    -1);
}
END_TEST

TCase *
tt_admin_tests(void)
{
	TCase *tc = tcase_create("ttAdmin");

	tcase_add_loop_test(tc, summaries, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, no_summary_is_an_error);
	return tc;
}
