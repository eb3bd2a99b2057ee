#include "daemon/model/finding.h"

#include "tests/unit/model/check_model.h"

START_TEST(add_and_count)
{
	struct findings f = { 0 };

	findings_add(&f, SEVERITY_BLOCKER, "release.path", NULL, NULL, "from %d", 6);
	findings_add(&f, SEVERITY_WARNING, "clock.skew", "m1", "set the clock", "off");
	findings_add(&f, SEVERITY_WARNING, "clock.skew", "m2", "set the clock", "off");
	ck_assert_uint_eq(findings_count(&f, SEVERITY_BLOCKER), 1);
	ck_assert_uint_eq(findings_count(&f, SEVERITY_WARNING), 2);
	ck_assert_uint_eq(findings_count(&f, SEVERITY_NOTE), 0);
	ck_assert_ptr_null(f.items[0].member);
	ck_assert_str_eq(f.items[0].text, "from 6");
	ck_assert_str_eq(f.items[0].remedy, "");
	ck_assert_str_eq(f.items[1].member, "m1");
	ck_assert_str_eq(severity_name(f.items[0].severity), "blocker");
	findings_done(&f);
	ck_assert_uint_eq(f.count, 0);
	findings_done(&f);
}
END_TEST

TCase *
finding_tests(void)
{
	TCase *tc = tcase_create("finding");

	tcase_add_test(tc, add_and_count);
	return tc;
}
