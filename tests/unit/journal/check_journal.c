#include "tests/unit/journal/check_journal.h"

#include "common/log.h"

int
main(void)
{
	Suite *suite = suite_create("journal");
	SRunner *runner;
	int failed;

	log_set_level(LOG_WARNING); /* that files were checked is INFO */
	suite_add_tcase(suite, record_tests());
	suite_add_tcase(suite, turn_tests());
	suite_add_tcase(suite, history_tests());
	suite_add_tcase(suite, load_tests());
	suite_add_tcase(suite, open_tests());
	suite_add_tcase(suite, damage_tests());
	suite_add_tcase(suite, schema_tests());
	suite_add_tcase(suite, crash_tests());
	suite_add_tcase(suite, full_tests());
	suite_add_tcase(suite, thin_tests());
	suite_add_tcase(suite, size_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
