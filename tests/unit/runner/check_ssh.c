/* The tests of the runner once more, on a host that is reached by ssh: the loopback, with
 * an sshd of their own. Skipped where there can be none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/model/pair.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/sshd.h"
#include "tests/unit/runner/stage.h"

static int
run(void)
{
	Suite *suite = suite_create("ssh");
	SRunner *all;
	int failed;

	suite_add_tcase(suite, ssh_tests());
	suite_add_tcase(suite, ssh_ways_tests());
	suite_add_tcase(suite, process_tests());
	suite_add_tcase(suite, session_tests());
	suite_add_tcase(suite, job_tests());
	suite_add_tcase(suite, attach_tests());
	suite_add_tcase(suite, adversity_tests());
	suite_add_tcase(suite, prompt_tests());
	all = srunner_create(suite);
	srunner_run_all(all, CK_ENV);
	failed = srunner_ntests_failed(all);
	srunner_free(all);
	return failed == 0 ? 0 : 1;
}

int
main(void)
{
	int status = sshd_start();

	if (status == 0) {
		stage_host = sshd_host();
		status = run();
	}
	sshd_stop();
	return status;
}
