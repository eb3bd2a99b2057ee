#include "tests/unit/observe/check_observe.h"

int
main(void)
{
	Suite *suite = suite_create("observe");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, lag_tests());
	suite_add_tcase(suite, poller_tests());
	suite_add_tcase(suite, access_tests());
	suite_add_tcase(suite, behind_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
