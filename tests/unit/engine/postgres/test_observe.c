/* Looks at a member: who it is seen to be, and what that costs. */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/engine/postgres/pg_site.h"

static struct pg_pair w;

static void
setup(void)
{
	pg_pair_init(&w);
}

static void
teardown(void)
{
	pg_pair_done(&w);
}

/* ---- what is seen of whom ---- */

/* clang-format off */
static const struct {
	const char *what;
	int member;
	struct pg_site site;
	bool sessions;
	unsigned seen; /* of ROLE and INSTANCE */
	enum role role;
	enum fact writable, reachable;
	int home;
	const char *error; /* in it; NULL: none */
} cases[] = {
	{ "a primary", PAIR_A, { PRIMARY, false, AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, NULL },
	{ "a standby", PAIR_A, { REPLICA, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 0, NULL },
	{ "a subscriber", PAIR_R1, { REPLICA, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_SUBSCRIBER, FACT_NO, FACT_YES, 0, NULL },
	{ "a subscriber that was promoted", PAIR_R1, { PRIMARY, false, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, NULL },
	{ "a standby without a source", PAIR_A, { CUT_OFF, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_NO, FACT_YES, 0, NULL },
	{ "an account that may not see the receiver", PAIR_A, { HIDDEN, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_NO, FACT_YES, 0, "grant it pg_monitor" },
	{ "the new release, closed, applying", PAIR_A, { GATED "1\n", false, AT(0, STOPPED MORE) AT(1, RUNS("f", "0", "f", "f") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 1, NULL },
	{ "the new release, closed, applying nothing", PAIR_A, { GATED "0\n", false, AT(0, STOPPED MORE) AT(1, RUNS("f", "0", "f", "f") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_YES, 1, NULL },
	{ "a server that is down", PAIR_A, { REFUSED, true, AT(0, STOPPED MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_NO, 0, "the server is not running" },
	{ "a server that died meanwhile", PAIR_A, { REFUSED, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "Connection refused" },
	{ "frozen, empty, no session allowed", PAIR_A, { NULL, false, AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_NO, FACT_YES, 0, "frozen" },
	{ "frozen, somebody still in it", PAIR_A, { NULL, false, AT(0, RUNS("t", "2", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_UNKNOWN, FACT_YES, 0, "frozen" },
	{ "frozen, and nobody said so before", PAIR_A, { NULL, false, AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_NO, FACT_YES, 0, "frozen" },
	{ "runs, no session allowed", PAIR_A, { NULL, false, AT(0, RUNS("f", "4", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "no session may be opened" },
	{ "reached by us only", PAIR_A, { REFUSED, true, AT(0, RUNS("f", "0", "t", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_YES, 0, "only the daemon reaches it" },
	{ "old in private, new in public", PAIR_A, { REPLICA, false, AT(0, RUNS("f", "0", "t", "f") MORE) AT(1, RUNS("f", "0", "f", "t") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 1, NULL },
	{ "starting up as standby", PAIR_A, { STARTING, true, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_NO, FACT_YES, 0, "starting up" },
	{ "starting up after a crash", PAIR_A, { STARTING, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_UNKNOWN, FACT_YES, 0, "starting up" },
	{ "a wrong password", PAIR_A, { WRONG_PASSWORD, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "password authentication failed" },
	{ "a host that is away", PAIR_A, { NULL, false, NULL },
	  true, 0, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, -1, "timed out" },
	{ "a server without its host", PAIR_A, { PRIMARY, false, NULL },
	  true, LOOK_ROLE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, "ssh" },
	{ "a directory that cannot be read", PAIR_A, { REFUSED, true, AT(0, "") AT(1, ABSENT) },
	  true, 0, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, -1, "shell on db1" },
};
/* clang-format on */

START_TEST(members_are_seen_as_they_are)
{
	struct pg_site s = cases[_i].site;
	struct observation o;
	unsigned seen;

	observation_init(&o);
	seen = pg_site_look(&s, &w.members[cases[_i].member], PG_ALL, cases[_i].sessions, &o);
	ck_assert_msg((seen & (LOOK_ROLE | LOOK_INSTANCE)) == cases[_i].seen,
	    "%s: seen %x", cases[_i].what, seen);
	ck_assert_msg(o.role == cases[_i].role, "%s: %s", cases[_i].what,
	    role_name(o.role));
	ck_assert_msg(o.writable == cases[_i].writable, "%s: writable %s",
	    cases[_i].what, fact_name(o.writable));
	ck_assert_msg(o.reachable == cases[_i].reachable, "%s: reachable %s",
	    cases[_i].what, fact_name(o.reachable));
	ck_assert_msg(o.home == cases[_i].home, "%s: home %d", cases[_i].what, o.home);
	if (cases[_i].error == NULL)
		ck_assert_str_eq(o.error, "");
	else
		ck_assert_msg(strstr(o.error, cases[_i].error) != NULL, "%s: error %s",
		    cases[_i].what, o.error);
	ck_assert_int_le(s.asked_session, 2);
	observation_done(&o);
}
END_TEST

/* ---- what it costs ---- */

START_TEST(a_server_at_rest_is_asked_one_statement)
{
	struct pg_site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct observation o;
	struct question q;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 0, true, &q));
	ck_assert_int_eq((int)q.via, VIA_SESSION);
	ck_assert_str_eq(q.statements, "\\kept\nEXECUTE upgraded_state;\n");
	question_done(&q);
	s.asked_session = s.asked_shell = 0;
	ck_assert_int_eq(pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_session, 1);
	ck_assert_int_eq(s.asked_shell, 0);
	observation_done(&o);
}
END_TEST

START_TEST(a_frozen_server_is_not_waited_for)
{
	struct pg_site s = { .shell = AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], LOOK_INSTANCE, true, &o);
	ck_assert_int_eq(pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_session, 0);
	ck_assert_int_eq(o.writable, FACT_NO);
	observation_done(&o);
}
END_TEST

/* The fence of a write pause ends our session, too: to open it again takes as long as the
 * server is frozen. */
START_TEST(behind_a_lost_session_the_shell_looks_first)
{
	struct pg_site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	s.hung_up = true;
	if (_i == 0)
		s.shell = AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT);
	s.asked_session = s.asked_shell = 0;
	ck_assert_int_eq(pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_shell, 1);
	ck_assert_int_eq(s.asked_session, _i == 0 ? 1 : 2);
	ck_assert_int_eq(o.writable, _i == 0 ? FACT_NO : FACT_YES);
	observation_done(&o);
}
END_TEST

START_TEST(a_new_session_is_prepared_again)
{
	struct pg_site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct outcome lost = { .ending = ENDING_EXITED, .status = 1 };
	struct observation o;
	struct question q;
	unsigned seen;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 0, true, &q));
	lost.output =
	    mem_strdup("ERROR:  prepared statement \"upgraded_state\" does not "
		       "exist\nSQLSTATE: 26000\n");
	seen = q.looks;
	pg_answer(m, &q, &lost, &o, &seen);
	ck_assert_int_eq(seen, LOOK_ROLE);
	question_done(&q);
	outcome_done(&lost);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 1, true, &q));
	ck_assert(str_starts(q.statements, "PREPARE upgraded_state AS SELECT"));
	question_done(&q);
	observation_done(&o);
}
END_TEST

TCase *
observe_tests(void)
{
	TCase *tc = tcase_create("observe");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, members_are_seen_as_they_are, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_server_at_rest_is_asked_one_statement);
	tcase_add_test(tc, a_frozen_server_is_not_waited_for);
	tcase_add_loop_test(tc, behind_a_lost_session_the_shell_looks_first, 0, 2);
	tcase_add_test(tc, a_new_session_is_prepared_again);
	return tc;
}
