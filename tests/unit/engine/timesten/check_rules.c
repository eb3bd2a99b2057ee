#include "tests/unit/engine/timesten/check_rules.h"

int
main(void)
{
	Suite *suite = suite_create("timesten rules");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, compatibility_tests());
	suite_add_tcase(suite, rules_release_tests());
	suite_add_tcase(suite, rules_host_tests());
	suite_add_tcase(suite, rules_scheme_tests());
	suite_add_tcase(suite, rules_database_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
