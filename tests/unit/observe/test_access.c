#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/observe/check_observe.h"
#include "tests/unit/observe/fake.h"

static void
add_pair(void)
{
	observer_add_pair(observer, &pair);
	WAIT_FOR(seen.of[0] == 1 && seen.of[1] == 1 && seen.of[2] == 1);
	seen = (struct seen){ 0 };
	memset(fake.asked, 0, sizeof(fake.asked));
}

START_TEST(forbidden_and_allowed)
{
	struct answered a = { 0 };
	int quiet = 0;

	add_pair();
	observer_command(observer, m1, 0, "echo $$", 1000, false, on_answered, &a);
	WAIT_FOR(a.calls == 1);
	ck_assert_int_eq(a.o.ending, ENDING_EXITED);
	outcome_done(&a.o);
	observer_forbid(observer, m1, true, on_quiet, &quiet);
	ck_assert_int_eq(quiet, 0);
	WAIT_FOR(quiet == 1);
	observer_look(observer, m1, LOOK_INSTANCE | LOOK_ROLE);
	WAIT_FOR(seen.calls == 1);
	ck_assert(!fake.sessions);
	ck_assert_int_eq(look_of(m1)->role, ROLE_UNKNOWN);
	ck_assert_int_eq(look_of(m1)->reachable, FACT_YES);
	observer_command(observer, m1, 0, "echo x", 1000, false, on_answered, &a);
	ck_assert_int_eq(a.calls, 1);
	WAIT_FOR(a.calls == 2);
	ck_assert_int_eq(a.o.ending, ENDING_FAILED);
	outcome_done(&a.o);
	observer_forbid(observer, m1, true, on_quiet, &quiet); /* is quiet already */
	WAIT_FOR(quiet == 2);
	observer_forbid(observer, m1, false, NULL, NULL);
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 2);
	ck_assert_int_eq(look_of(m1)->role, ROLE_ACTIVE);
}
END_TEST

START_TEST(quiet_waits_for_the_process_too)
{
	int quiet = 0, other = 0;

	add_pair();
	fake.process = "sleep 0.2";
	observer_look(observer, m1, LOOK_INSTANCE | LOOK_ROLE);
	WAIT_FOR(fake.asked[1] == 1);
	observer_forbid(observer, m1, true, on_quiet, &quiet);
	observer_forbid(observer, m1, true, on_quiet, &other);
	run_for(50);
	ck_assert_int_eq(quiet, 0);
	WAIT_FOR(quiet == 1 && other == 1);
	WAIT_FOR(seen.calls == 1);
	ck_assert_int_eq(fake.asked[2], 0); /* it was not asked for its role any more */
}
END_TEST

START_TEST(commands_go_before_questions)
{
	struct answered a = { 0 };

	add_pair();
	fake.session = "sleep 0.2; echo ACTIVE";
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(fake.asked[2] == 1);
	observer_look(observer, m1, LOOK_ROLE); /* comes after it */
	observer_command(observer, m1, 0, "echo done", 1000, false, on_answered, &a);
	WAIT_FOR(a.calls == 1);
	ck_assert_str_eq(a.o.output, "done\n");
	ck_assert_int_le(seen.calls, 1);
	outcome_done(&a.o);
}
END_TEST

/* A shell is no connection to the database. */
START_TEST(the_shell_is_not_forbidden)
{
	struct answered a = { 0 };
	char pid[32];
	int quiet = 0;

	add_pair();
	observer_shell(observer, m1, "echo $$; (exit 3)", 1000, false, on_answered, &a);
	WAIT_FOR(a.calls == 1);
	ck_assert_int_eq(a.o.ending, ENDING_EXITED);
	ck_assert_int_eq(a.o.status, 3);
	str_copy(pid, sizeof(pid), a.o.output);
	outcome_done(&a.o);
	observer_forbid(observer, m1, true, on_quiet, &quiet);
	WAIT_FOR(quiet == 1);
	observer_shell(observer, m1, "echo $$", 1000, false, on_answered, &a);
	WAIT_FOR(a.calls == 2);
	ck_assert_str_eq(a.o.output, pid);
	outcome_done(&a.o);
	fake.via = VIA_SHELL;
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 1);
	observer_forbid(observer, m1, false, NULL, NULL);
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 2);
	ck_assert_int_eq(look_of(m1)->role, ROLE_ACTIVE);
}
END_TEST

START_TEST(nobody_knows_this_pair)
{
	struct answered a = { 0 };

	observer_look(observer, m1, LOOK_ROLE);
	observer_set(observer, m1, LOOK_ROLE, 10);
	observer_forbid(observer, m1, true, NULL, NULL);
	observer_command(observer, m1, 0, "echo x", 1000, false, on_answered, &a);
	WAIT_FOR(a.calls == 1);
	ck_assert_int_eq(a.o.ending, ENDING_FAILED);
	outcome_done(&a.o);
	observer_command(observer, m1, 0, "echo x", 1000, false, on_answered, &a);
}
END_TEST

TCase *
access_tests(void)
{
	TCase *tc = tcase_create("access");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, fake_setup, fake_teardown);
	tcase_add_test(tc, forbidden_and_allowed);
	tcase_add_test(tc, quiet_waits_for_the_process_too);
	tcase_add_test(tc, commands_go_before_questions);
	tcase_add_test(tc, the_shell_is_not_forbidden);
	tcase_add_test(tc, nobody_knows_this_pair);
	return tc;
}
