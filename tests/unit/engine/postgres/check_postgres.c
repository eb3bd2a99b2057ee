#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>

int
main(void)
{
	Suite *suite = suite_create("postgres");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, lease_tests());
	suite_add_tcase(suite, major_tests());
	suite_add_tcase(suite, names_tests());
	suite_add_tcase(suite, observe_tests());
	suite_add_tcase(suite, observe_details_tests());
	suite_add_tcase(suite, pg_judge_tests());
	suite_add_tcase(suite, pg_release_tests());
	suite_add_tcase(suite, rules_tests());
	suite_add_tcase(suite, script_tests());
	suite_add_tcase(suite, validate_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
