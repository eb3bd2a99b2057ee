#include "tests/unit/engine/steps/check_steps.h"

int
main(void)
{
	Suite *suite = suite_create("steps");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, classic_tests());
	suite_add_tcase(suite, swap_tests());
	suite_add_tcase(suite, copies_tests());
	suite_add_tcase(suite, rows_tests());
	suite_add_tcase(suite, definitions_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
