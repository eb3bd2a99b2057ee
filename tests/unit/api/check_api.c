#include "tests/unit/api/check_api.h"

#include <signal.h>

#include "common/log.h"

int
main(void)
{
	Suite *suite = suite_create("api");
	SRunner *runner;
	int failed;

	(void)signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_ERR);
	suite_add_tcase(suite, routes_tests());
	suite_add_tcase(suite, rights_tests());
	suite_add_tcase(suite, limits_tests());
	suite_add_tcase(suite, waiting_tests());
	suite_add_tcase(suite, sockets_tests());
	suite_add_tcase(suite, pairs_tests());
	suite_add_tcase(suite, why_tests());
	suite_add_tcase(suite, plans_tests());
	suite_add_tcase(suite, start_tests());
	suite_add_tcase(suite, upgrades_tests());
	suite_add_tcase(suite, steering_tests());
	suite_add_tcase(suite, history_tests());
	suite_add_tcase(suite, events_tests());
	suite_add_tcase(suite, metrics_tests());
	suite_add_tcase(suite, health_tests());
	suite_add_tcase(suite, doc_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
