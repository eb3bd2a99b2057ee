#include "tests/unit/conductor/check_conductor.h"

#include "common/log.h"

int
main(void)
{
	Suite *suite = suite_create("conductor");
	SRunner *runner;
	int failed;

	log_set_level(LOG_CRIT); /* failing journals are told of at LOG_ERR */
	suite_add_tcase(suite, turn_tests());
	suite_add_tcase(suite, pause_tests());
	suite_add_tcase(suite, recover_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
