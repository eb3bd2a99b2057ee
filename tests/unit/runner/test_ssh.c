/* What is there only with ssh: connections that fail, are cut, and are shared. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/sshd.h"
#include "tests/unit/runner/stage.h"

static void
run_on(const struct host *host, const char *text, struct ended *e)
{
	struct str_list argv = { 0 };

	*e = (struct ended){ 0 };
	str_list_add(&argv, "sh");
	str_list_add(&argv, "-c");
	str_list_add(&argv, text);
	process_run(runner, host, argv.items, NULL, 20000, on_done, e);
	str_list_done(&argv);
}

START_TEST(its_own_255)
{
	struct ended e;

	run_on(stage_host, "echo mine; exit 255", &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_int_eq(e.o.status, 255);
	ck_assert_str_eq(e.o.output, "mine\n");
	outcome_done(&e.o);
}
END_TEST

TCase *
ssh_tests(void)
{
	TCase *tc = tcase_create("ssh");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_test(tc, its_own_255);
	return tc;
}
