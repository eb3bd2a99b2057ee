#include "tests/unit/common/check_common.h"

int
main(void)
{
	Suite *suite = suite_create("common");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, buf_tests());
	suite_add_tcase(suite, clock_tests());
	suite_add_tcase(suite, duration_tests());
	suite_add_tcase(suite, error_tests());
	suite_add_tcase(suite, json_tests());
	suite_add_tcase(suite, log_tests());
	suite_add_tcase(suite, mem_tests());
	suite_add_tcase(suite, release_tests());
	suite_add_tcase(suite, secret_tests());
	suite_add_tcase(suite, str_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
