#include "daemon/engine/postgres/sql/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/engine/postgres/check_session.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/engine/postgres/server.h"
#include "tests/unit/runner/stage.h"

#define LIMIT_MS 20000

static struct pg_pair w;
static struct session *session;

static void
reach(const char *conninfo)
{
	settings_set(&w.members[PAIR_A].settings, "conninfo", conninfo);
}

static void
setup(void)
{
	session = server_session(&w);
}

static void
teardown(void)
{
	server_session_done(&w, session);
}

static struct outcome
ask_for(const char *script, int64_t limit_ms)
{
	struct ended e = { 0 };

	session_ask(session, script, limit_ms, ASK_LAST, on_done, &e);
	WAIT_FOR(e.calls == 1);
	return e.o;
}

static void
expect(const char *script, enum ending ending, int status, const char *output)
{
	struct outcome o = ask_for(script, LIMIT_MS);

	ck_assert_msg(o.ending == ending && o.status == status, "%s: %s %d: %s", script,
	    ending_name(o.ending), o.status, o.output);
	ck_assert_msg(strcmp(o.output, output) == 0, "%s: %s", script, o.output);
	outcome_done(&o);
}

static void
expect_words(const char *script, enum ending ending, const char *words)
{
	struct outcome o = ask_for(script, LIMIT_MS);

	ck_assert_msg(o.ending == ending && strstr(o.output, words) != NULL,
	    "%s: %s: %s", script, ending_name(o.ending), o.output);
	outcome_done(&o);
}

/* clang-format off */
static const struct { const char *script; int status; const char *output; } answers[] = {
	{ "", 0, "" },
	{ "-- nothing\n", 0, "" },
	{ "SELECT 1, 'a', NULL, '', true; SELECT 2;", 0, "1\ta\t\\N\t\tt\n2\n" },
	{ "SELECT E'a\\tb\\nc\\rd\\\\e', 'f';", 0, "a\\tb\\nc\\rd\\\\e\tf\n" },
	{ "SELECT 1 WHERE false;", 0, "" },
	{ "SELECT;", 0, "\n" },
	{ "SELECT '\\';", 0, "\\\\\n" },
	{ "SELECT 'h\xc3\xa9';", 0, "h\xc3\xa9\n" },
	{ "SHOW default_transaction_read_only; SHOW application_name; SHOW search_path; SHOW statement_timeout;",
	  0, "off\nupgraded\n\"\"\n0\n" },
	{ "SELECT 1; SELECT 1/0; SELECT 2;", 1, "1\nERROR:  division by zero\nSQLSTATE: 22012\n" },
	{ "DO $$ BEGIN RAISE NOTICE 'a%b', E'\\n'; RAISE WARNING 'c'; END $$;", 0, "NOTICE:  a\n\tb\nWARNING:  c\n" },
	{ "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '55P03', DETAIL = E'd1\\nd2', HINT = 'h'; END $$;",
	  1, "ERROR:  no\nSQLSTATE: 55P03\nDETAIL:  d1\n\td2\nHINT:  h\n" },
	{ "SELEC 1;", 1, "ERROR:  syntax error at or near \"SELEC\"\nSQLSTATE: 42601\n" },
	{ "ALTER SYSTEM SET log_min_messages = 'error'; ALTER SYSTEM RESET log_min_messages;", 0, "" },
	{ "CREATE TABLE public.t (i int); DROP TABLE public.t;", 0, "" },
	{ "\\connect template1\nSELECT current_database();\n\\connect\nSELECT current_database();", 0, "template1\npostgres\n" },
	{ "SET x.y = 'kept';", 0, "" },
};
/* clang-format on */

START_TEST(answered)
{
	expect(answers[_i].script, ENDING_EXITED, answers[_i].status,
	    answers[_i].output);
	expect("SELECT 'goes on';", ENDING_EXITED, 0, "goes on\n");
}
END_TEST

START_TEST(one_connection_for_all)
{
	struct outcome o;

	ck_assert(!session_is_open(session));
	o = ask_for("SELECT pg_backend_pid();", LIMIT_MS);
	ck_assert(session_is_open(session));
	expect("\\connect template1\nSELECT 1;", ENDING_EXITED, 0, "1\n");
	expect("SELECT pg_backend_pid();", ENDING_EXITED, 0, o.output);
	outcome_done(&o);
}
END_TEST

/* A script that ends in a transaction, well or not, leaves none behind. */
START_TEST(no_transaction_is_left_open)
{
	expect(
	    "CREATE TABLE public.left (i int); BEGIN; INSERT INTO public.left VALUES (1);",
	    ENDING_EXITED, 0, "");
	expect("SELECT count(*) FROM public.left;", ENDING_EXITED, 0, "0\n");
	expect("BEGIN; INSERT INTO public.left VALUES (1); SELECT 1/0; COMMIT;",
	    ENDING_EXITED, 1, "ERROR:  division by zero\nSQLSTATE: 22012\n");
	expect("SELECT count(*) FROM public.left;", ENDING_EXITED, 0, "0\n");
	expect("BEGIN; INSERT INTO public.left VALUES (1); COMMIT;", ENDING_EXITED, 0,
	    "");
	expect("SELECT count(*) FROM public.left; DROP TABLE public.left;",
	    ENDING_EXITED, 0, "1\n");
}
END_TEST

START_TEST(much)
{
	struct outcome o =
	    ask_for("SELECT repeat('x', 1000) FROM generate_series(1, 5000);",
		LIMIT_MS);
	char *text;

	ck_assert_int_eq(o.ending, ENDING_EXITED);
	ck_assert_uint_eq(strlen(o.output), 5000 * 1001);
	outcome_done(&o);
	o = ask_for("SELECT repeat('x', 1000000) FROM generate_series(1, 20);",
	    LIMIT_MS);
	ck_assert_int_eq(o.ending, ENDING_EXITED);
	ck_assert_ptr_nonnull(strstr(o.output, "bytes left out"));
	outcome_done(&o);
	/* More than a socket takes at once. */
	text = malloc(4000001);
	memset(text, ' ', 4000000);
	memcpy(text, "SELECT 'a", 9);
	memcpy(text + 3999990, "b' = '';", 8);
	text[4000000] = '\0';
	expect(text, ENDING_EXITED, 0, "f\n");
	free(text);
}
END_TEST

START_TEST(not_a_script)
{
	expect("SELECT 1; SELECT 'a", ENDING_FAILED, 0,
	    "1\nthe script has no end of: 'a\n");
	expect("COPY (SELECT 1) TO STDOUT;", ENDING_FAILED, 0,
	    "a COPY cannot be part of a script\n");
	expect("\\connect pooler:none\nSHOW VERSION;", ENDING_FAILED, 0,
	    "pair orders has no pooler \"none\"\n");
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
}
END_TEST

static void
on_closed(void *arg)
{
	*(bool *)arg = true;
}

START_TEST(not_reached)
{
	char text[200];
	bool closed = false;

	expect_words("\\connect nowhere\nSELECT 1;", ENDING_FAILED,
	    "database \"nowhere\" does not exist");
	reach("host=127.0.0.1 port=1 user=boss password=sesame");
	session_close(session, on_closed, &closed);
	WAIT_FOR(closed);
	expect_words("SELECT 1;", ENDING_FAILED, "Connection refused");
	str_printf(text, sizeof(text),
	    "host=127.0.0.1 port=%d user=boss password=wrong", server_port);
	reach(text);
	expect_words("SELECT 1;", ENDING_FAILED, "password authentication failed");
	reach("host=name.invalid user=boss password=sesame");
	expect_words("SELECT 1;", ENDING_FAILED,
	    "no address of host \"name.invalid\" was found");
}
END_TEST

START_TEST(reached_by_name)
{
	char text[200];

	str_printf(text, sizeof(text),
	    "host=localhost port=%d user=boss password=sesame", server_port);
	reach(text);
	expect("SELECT inet_server_addr();", ENDING_EXITED, 0, "127.0.0.1\n");
}
END_TEST

/* It may be in recovery for a while. */
static void
wait_for_server(void)
{
	int64_t until_ms = clock_mono_ms() + LIMIT_MS;
	struct outcome o;
	bool up;

	do {
		o = ask_for("SELECT 1;", LIMIT_MS);
		up = o.ending == ENDING_EXITED;
		ck_assert_msg(clock_mono_ms() < until_ms, "%s", o.output);
		outcome_done(&o);
	} while (!up);
}

static void
end_backend(const char *pid)
{
	char sql[80], socket[8];

	str_printf(sql, sizeof(sql), "SELECT pg_terminate_backend(%ld, 10000)",
	    strtol(pid, NULL, 10));
	str_printf(socket, sizeof(socket), "%d", server_port);
	ck_assert_int_eq(server_run((const char *[]){ "/usr/bin/psql", "-qXAt", "-h",
			     server_folder, "-p", socket, "-U", "boss", "-d",
			     "postgres", "-c", sql, NULL }),
	    0);
}

START_TEST(hung_up_at_rest)
{
	struct outcome o = ask_for("SELECT pg_backend_pid();", LIMIT_MS);

	end_backend(o.output);
	if (_i == 0) /* noticed by itself, or by the next question */
		WAIT_FOR(!session_is_open(session));
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
	outcome_done(&o);
}
END_TEST

START_TEST(not_made_anew)
{
	struct outcome o;

	expect("\\kept\nSELECT 1;", ENDING_FAILED, 0, "no connection is open\n");
	o = ask_for("SELECT pg_backend_pid();", LIMIT_MS);
	expect("\\kept\nSELECT 1;", ENDING_EXITED, 0, "1\n");
	end_backend(o.output);
	WAIT_FOR(!session_is_open(session));
	expect("\\kept\nSELECT 1;", ENDING_FAILED, 0, "no connection is open\n");
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
	outcome_done(&o);
}
END_TEST

/* Each waits until the other holds its lock: one after the other they never end. */
#define MEET(own, other) \
	"SELECT pg_advisory_lock(" #own ") IS NULL; DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM " \
	"pg_locks WHERE locktype = 'advisory' AND objid = " #other ") LOOP " \
	"PERFORM pg_sleep(0.01); END LOOP; END $$; SELECT 'met " #other "';"

START_TEST(asked_at_once)
{
	expect("SELECT 'first'; \\together\n\\connect postgres\n" MEET(71, 72)
	       "SELECT pg_sleep(0.1) IS NULL; \\connect template1\n" MEET(72, 71),
	    ENDING_EXITED, 0, "first\nf\nmet 72\nf\nf\nmet 71\n");
	expect("\\connect postgres\nSELECT pg_advisory_unlock_all() IS NULL;"
	       "\\connect template1\nSELECT pg_advisory_unlock_all() IS NULL;",
	    ENDING_EXITED, 0, "f\nf\n");
}
END_TEST

START_TEST(one_of_them_fails)
{
	expect("\\together\n\\connect postgres\nSELECT 1; SELECT 1/0; SELECT 2;"
	       "\\connect template1\nSELECT pg_sleep(0.1) IS NULL; SELECT 3;",
	    ENDING_EXITED, 1,
	    "1\nERROR:  division by zero\nSQLSTATE: 22012\nf\n3\n");
	expect_words("\\together\n\\connect postgres\nSELECT 1;\\connect nobody\nSELECT 2;"
		     "\\connect template1\nBEGIN; SELECT 3;",
	    ENDING_FAILED, "FATAL:  database \"nobody\" does not exist\n3\n");
	expect("\\connect template1\nSELECT now() = statement_timestamp();", ENDING_EXITED, 0,
	    "t\n");
	expect("\\together\n\\connect postgres\nSELECT pg_sleep(0.1) IS NULL;"
	       "\\connect postgres\nSELECT 2;",
	    ENDING_FAILED, 0, "f\nthe script asks postgres twice at once\n");
}
END_TEST

START_TEST(hung_up_in_a_statement)
{
	expect(
	    "SELECT 'before'; SELECT pg_terminate_backend(pg_backend_pid()); SELECT 2;",
	    ENDING_FAILED, 0,
	    "before\nFATAL:  terminating connection due to administrator command\n"
	    "SQLSTATE: 57P01\n");
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
	expect_words("SELECT 'x'; COPY (SELECT 1) TO PROGRAM 'kill -9 $PPID';",
	    ENDING_FAILED, "x\nserver closed the connection unexpectedly\n\tThis");
	wait_for_server();
}
END_TEST

START_TEST(time_is_up)
{
	struct outcome o =
	    ask_for("SELECT 'before'; SELECT pg_sleep(100); SELECT 2;", 200);

	ck_assert_int_eq(o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(o.output, "before\n");
	outcome_done(&o);
	ck_assert(!session_is_open(session));
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
}
END_TEST

/* A frozen server takes connections and says nothing. */
START_TEST(nobody_answers)
{
	struct outcome o;

	server_freeze();
	o = ask_for("SELECT 1;", 200);
	server_thaw();
	ck_assert_int_eq(o.ending, ENDING_TIMED_OUT);
	outcome_done(&o);
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
}
END_TEST

START_TEST(the_server_goes_and_comes)
{
	expect("SELECT 1;", ENDING_EXITED, 0, "1\n");
	server_stop();
	WAIT_FOR(!session_is_open(session));
	expect_words("SELECT 1;", ENDING_FAILED, "No such file or directory");
	server_start();
	wait_for_server();
}
END_TEST

START_TEST(freed_in_between)
{
	struct ended never = { 0 };

	session_ask(session, "SELECT pg_sleep(100);", 0, false, on_done, &never);
	turn_idle(_i);
	session_free(session);
	session = session_new_link(runner, &pg_connector, &w.members[PAIR_A], PAIR_OLD);
	reach("host=name.invalid user=boss password=sesame");
	session_ask(session, "SELECT 1;", 0, false, on_done, &never);
	turn_idle(_i > 0);
	session_free(session);
	session = NULL;
	turn_idle(3);
	ck_assert_int_eq(never.calls, 0);
}
END_TEST

START_TEST(a_console)
{
	int port;
	char text[100];
	struct outcome o;

	if (!server_pooler_up(&port)) {
		puts("no pooler is installed");
		return;
	}
	str_printf(text, sizeof(text),
	    "host=127.0.0.1 port=%d user=boss dbname=pgbouncer", port);
	settings_set(&w.pair.settings, "pooler.p1.conninfo", text);
	do
		o = ask_for("\\connect pooler:p1\nSHOW VERSION; PAUSE; RESUME;",
		    LIMIT_MS);
	while (o.ending == ENDING_FAILED && strstr(o.output, "refused") != NULL &&
	    (outcome_done(&o), true));
	ck_assert_msg(o.ending == ENDING_EXITED && o.status == 0, "%s", o.output);
	ck_assert_msg(str_starts(o.output, "PgBouncer "), "%s", o.output);
	outcome_done(&o);
	expect_words("\\connect pooler:p1\nNONSENSE;", ENDING_EXITED, "ERROR:  ");
}
END_TEST

TCase *
session_tests(void)
{
	TCase *tc = tcase_create("session");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, answered, 0, sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(tc, one_connection_for_all);
	tcase_add_test(tc, no_transaction_is_left_open);
	tcase_add_test(tc, much);
	tcase_add_test(tc, not_a_script);
	tcase_add_test(tc, not_reached);
	tcase_add_test(tc, reached_by_name);
	tcase_add_loop_test(tc, hung_up_at_rest, 0, 2);
	tcase_add_test(tc, not_made_anew);
	tcase_add_test(tc, asked_at_once);
	tcase_add_test(tc, one_of_them_fails);
	tcase_add_test(tc, hung_up_in_a_statement);
	tcase_add_test(tc, time_is_up);
	tcase_add_test(tc, nobody_answers);
	tcase_add_test(tc, the_server_goes_and_comes);
	tcase_add_loop_test(tc, freed_in_between, 0, 4);
	tcase_add_test(tc, a_console);
	return tc;
}
