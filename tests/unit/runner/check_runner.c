#include "tests/unit/runner/check_runner.h"

int
main(void)
{
	Suite *suite = suite_create("runner");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, job_tests());
	suite_add_tcase(suite, attach_tests());
	suite_add_tcase(suite, adversity_tests());
	suite_add_tcase(suite, prompt_tests());
	suite_add_tcase(suite, process_tests());
	suite_add_tcase(suite, session_tests());
	suite_add_tcase(suite, link_tests());
	suite_add_tcase(suite, remote_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
