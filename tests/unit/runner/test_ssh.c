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

/* The connection is cut again and again while the job prints: not a byte is missing or twice. */
START_TEST(cut_in_mid_output)
{
	struct script s;
	struct ended e = { 0 };
	struct buf all = { 0 };

	script_init(&s, "j1", "for i in $(seq 1 400); do echo line $i; [ $((i % 20)) -gt 0 ] || "
			      "sleep 0.1; done; exit 4");
	job_start(runner, &s.spec, on_done, on_output, &e);
	for (size_t at = 0; at < 2500; at += 800) {
		WAIT_FOR(e.progress.len > at);
		ck_assert_int_eq(sshd_do("cut"), 0);
	}
	WAIT_FOR(e.calls == 1);
	ck_assert_int_eq(e.o.ending, ENDING_EXITED);
	ck_assert_int_eq(e.o.status, 4);
	for (int i = 1; i <= 400; i++)
		buf_addf(&all, "line %d\n", i);
	ck_assert_str_eq(e.o.output, buf_text(&all));
	ck_assert_str_eq(buf_text(&e.progress), buf_text(&all));
	buf_done(&all);
	buf_done(&e.progress);
	outcome_done(&e.o);
	script_done(&s);
}
END_TEST

TCase *
ssh_tests(void)
{
	TCase *tc = tcase_create("ssh");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_test(tc, its_own_255);
	tcase_add_test(tc, cut_in_mid_output);
	return tc;
}
