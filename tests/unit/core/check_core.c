#include "tests/unit/core/check_core.h"

int
main(void)
{
	Suite *suite = suite_create("core");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, states_tests());
	suite_add_tcase(suite, requests_tests());
	suite_add_tcase(suite, guards_tests());
	suite_add_tcase(suite, spoilt_tests());
	suite_add_tcase(suite, pause_tests());
	suite_add_tcase(suite, resume_tests());
	suite_add_tcase(suite, abort_tests());
	suite_add_tcase(suite, step_tests());
	suite_add_tcase(suite, looks_tests());
	suite_add_tcase(suite, lanes_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
