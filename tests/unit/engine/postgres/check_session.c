#include "tests/unit/engine/postgres/check_session.h"

#include <stdlib.h>

#include "tests/unit/engine/postgres/server.h"

int
main(void)
{
	Suite *suite = suite_create("session");
	SRunner *runner;
	int failed;

	if (!server_up()) {
		server_down();
		return 77;
	}
	suite_add_tcase(suite, session_tests());
	suite_add_tcase(suite, host_tests());
	suite_add_tcase(suite, defined_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	server_down();
	return failed == 0 ? 0 : 1;
}
