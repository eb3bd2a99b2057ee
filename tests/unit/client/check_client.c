#include "tests/unit/client/check_client.h"

int
main(void)
{
	Suite *suite = suite_create("client");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, cells_tests());
	suite_add_tcase(suite, look_tests());
	suite_add_tcase(suite, table_tests());
	suite_add_tcase(suite, screen_tests());
	suite_add_tcase(suite, sse_tests());
	suite_add_tcase(suite, options_tests());
	suite_add_tcase(suite, problem_tests());
	suite_add_tcase(suite, pages_tests());
	suite_add_tcase(suite, records_tests());
	suite_add_tcase(suite, verbs_tests());
	suite_add_tcase(suite, abort_tests());
	suite_add_tcase(suite, trouble_tests());
	suite_add_tcase(suite, follow_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
