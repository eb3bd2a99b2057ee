#include "tests/unit/model/check_model.h"

int
main(void)
{
	Suite *suite = suite_create("model");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, advisory_tests());
	suite_add_tcase(suite, bookmark_tests());
	suite_add_tcase(suite, command_tests());
	suite_add_tcase(suite, decision_tests());
	suite_add_tcase(suite, finding_tests());
	suite_add_tcase(suite, observation_tests());
	suite_add_tcase(suite, pair_tests());
	suite_add_tcase(suite, past_tests());
	suite_add_tcase(suite, settings_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
