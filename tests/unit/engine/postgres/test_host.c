#include "daemon/engine/postgres/host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/session.h"
#include "tests/unit/engine/postgres/check_session.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/engine/postgres/server.h"
#include "tests/unit/runner/stage.h"

#define LIMIT_MS 20000

static struct session *shell;
static struct host host;
static char run_as[] = "postgres";

static void
setup(void)
{
	struct str_list argv = { 0 }, env = { 0 };

	stage_setup();
	host = (struct host){ .run_as = geteuid() == 0 ? run_as : NULL };
	pg_shell.open(NULL, -1, &argv, &env);
	shell = session_new(runner, &host, &pg_shell, &argv, &env);
	str_list_done(&argv);
}

static void
teardown(void)
{
	session_free(shell);
	stage_teardown();
}

static struct outcome
run(const char *commands)
{
	struct ended e = { 0 };

	session_ask(shell, commands, LIMIT_MS, ASK_LAST, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_msg(e.o.ending == ENDING_EXITED, "%s: %s: %s", commands,
	    ending_name(e.o.ending), e.o.output);
	return e.o;
}

/* clang-format off */
static const struct { const char *commands; int status; const char *output; } cases[] = {
	{ "", 0, "" },
	{ "echo a", 0, "a\n" },
	{ "printf a; printf b >&2", 0, "ab" },
	{ "echo a\n\necho b\n(exit 3)", 3, "a\nb\n" },
	{ "false\ntrue", 0, "" },
	{ "if true; then\n\techo 'a\nb  c'\nfi", 0, "a\nb  c\n" },
	{ "cat; read -r x; echo \"[$x]\"", 0, "[]\n" },
	{ "echo 'back\\slash' \"$#\"", 0, "back\\slash 0\n" },
	{ "kept=7", 0, "" },
	{ "pg_here \"host='a' passfile='/etc/passwd' user='b'\"; echo \"$pg_conninfo\"", 0, "host='a' passfile='/etc/passwd' user='b'\n" },
	{ "pg_here \"host='a' passfile='/no/such' user='b'\"; echo \"$pg_conninfo\"", 0, "host='a'  user='b'\n" },
	{ "pg_here \"passfile='/no/such'\"; echo \"$pg_conninfo\"", 0, "\n" },
	{ "pg_here \"host='a'\"; echo \"$pg_conninfo\"", 0, "host='a'\n" },
	{ "no-such-command 2>/dev/null", 127, "" },
};
/* clang-format on */

START_TEST(answered)
{
	struct outcome o = run(cases[_i].commands);

	ck_assert_int_eq(o.status, cases[_i].status);
	ck_assert_str_eq(o.output, cases[_i].output);
	outcome_done(&o);
	o = run("echo \"$kept\"");
	ck_assert_str_eq(o.output, strstr(cases[_i].commands, "kept=") ? "7\n" : "\n");
	outcome_done(&o);
}
END_TEST

/* Who is asked what by the fence of two databases, and what becomes of their answers. */
/* clang-format off */
static const struct { const char *what, *foreign, *answers; int status; const char *output; } marks[] = {
	{ "nobody has to end", "", "marker 0/10\nmarker 0/20\n", 0, "2 commits\n1 commits\nmarker\t0/20\n" },
	{ "all are gone first", "5,6", "gone\nmarker 0/10\nmarker 0/20\n", 0, "1 waits for 5,6\n2 commits\n1 commits\nmarker\t0/20\n" },
	{ "some do not go", "5,6", "ERROR: 1 sessions do not end\n", 1, "1 waits for 5,6\n" },
	{ "one refuses", "", "ERROR: locked\n", 1, "2 commits\n" },
};
/* clang-format on */

START_TEST(P2_no_loss_marker_rows_are_behind_every_commit)
{
	char *commands = mem_printf(
	    "pg_say() { case $2 in *pg_stat_activity*) echo \"$1 waits for $4\" ;;"
	    " *) echo \"$1 commits\" ;; esac; }\n"
	    "pg_count=2 pg_limit=500 pg_table=t pg_tag=x pg_foreign='%s'\n"
	    "exec 9<<END\n%sEND\npg_mark",
	    marks[_i].foreign, marks[_i].answers);
	struct outcome o = run(commands);

	ck_assert_int_eq(o.status, marks[_i].status);
	ck_assert_str_eq(o.output, marks[_i].output);
	outcome_done(&o);
	free(commands);
}
END_TEST

/* What `KEY=value` says in the answer of commands; "" when no line does. */
static const char *
value_of(const char *commands, const char *key)
{
	static char value[128];
	struct outcome o = run(commands);
	char *line = mem_printf("\n%s=", key), *all = mem_printf("\n%s", o.output);
	const char *at = strstr(all, line);

	value[0] = '\0';
	if (at != NULL)
		str_printf(value, sizeof(value), "%.*s",
		    (int)strcspn(at + strlen(line), "\n"), at + strlen(line));
	free(line);
	free(all);
	outcome_done(&o);
	return value;
}

#define EXPECT(commands, key, value) ck_assert_str_eq(value_of(commands, key), value)

static const char *
instance(void)
{
	static char text[200];

	str_printf(text, sizeof(text), "pg_instance '%s/data' '%s'", server_folder,
	    server_bin);
	return text;
}

START_TEST(a_server_that_runs)
{
	char pid[16], frozen[100];

	str_printf(pid, sizeof(pid), "%d", (int)server_pid());
	str_printf(frozen, sizeof(frozen), "pg_frozen '%s/data'", server_folder);
	EXPECT(instance(), "up", "t");
	EXPECT(instance(), "pid", pid);
	EXPECT(instance(), "frozen", "f");
	EXPECT(instance(), "foreign", "0");
	EXPECT(instance(), "exists", "t");
	EXPECT(instance(), "standby_signal", "f");
	EXPECT(instance(), "state", "in production");
	EXPECT(instance(), "timeline", "1");
	ck_assert_uint_ge(strlen(value_of(instance(), "sysid")), 18);
	ck_assert_ptr_nonnull(strchr(value_of(instance(), "checkpoint"), '/'));
	ck_assert_ptr_nonnull(strstr(server_bin, value_of(instance(), "major")));
	server_freeze();
	EXPECT(frozen, "frozen", "t");
	EXPECT(frozen, "pid", pid);
	server_thaw();
	EXPECT(frozen, "frozen", "f");
}
END_TEST

START_TEST(sessions_are_counted)
{
	struct pg_pair w;
	struct session *session;
	struct ended e = { 0 };
	char frozen[200], ours[250];

	pg_pair_init(&w);
	str_printf(frozen, sizeof(frozen), "host=%s port=%d user=boss dbname=postgres",
	    server_folder, server_port);
	settings_set(&w.members[PAIR_A].settings, "conninfo", frozen);
	session = session_new_link(runner, &pg_connector, &w.members[PAIR_A], PAIR_OLD);
	session_ask(session, "SELECT pg_backend_pid();", LIMIT_MS, false, on_done, &e);
	WAIT_FOR(e.calls == 1);
	str_printf(frozen, sizeof(frozen), "pg_frozen '%s/data'", server_folder);
	EXPECT(frozen, "foreign", "1");
	str_printf(ours, sizeof(ours), "%s %ld", frozen, strtol(e.o.output, NULL, 10));
	EXPECT(ours, "foreign", "0");
	outcome_done(&e.o);
	session_free(session);
	WAIT_FOR(strcmp(value_of(frozen, "foreign"), "0") == 0);
	pg_pair_done(&w);
}
END_TEST

START_TEST(a_server_that_is_down)
{
	char other[400];

	server_stop();
	EXPECT(instance(), "up", "f");
	EXPECT(instance(), "pid", "");
	EXPECT(instance(), "exists", "t");
	EXPECT(instance(), "state", "in production"); /* it was not shut down */
	/* A pid that was given to somebody else. */
	str_printf(other, sizeof(other),
	    "echo $$ >'%s/data/postmaster.pid'; %s; rm '%s/data/postmaster.pid'",
	    server_folder, instance(), server_folder);
	EXPECT(other, "up", "f");
	server_start();
	EXPECT(instance(), "up", "t");
}
END_TEST

START_TEST(no_server)
{
	EXPECT("pg_instance /tmp/no/such /tmp", "up", "f");
	EXPECT("pg_instance /tmp/no/such /tmp", "exists", "f");
	EXPECT("pg_instance /tmp /tmp", "exists", "f");
}
END_TEST

/* A server that was killed and takes a moment to die, and one process that it leaves. */
START_TEST(what_a_killed_server_left_is_buried_when_it_is_dead)
{
	struct outcome o = run(
	    "d=$(mktemp -d) && mkdir \"$d/.upgraded\" && cp \"$(command -v sleep)\" \"$d/postgres\"\n"
	    "cd \"$d\"; sleep 0.5 & p=$!; ./postgres 60 & c=$!; cd /\n"
	    "until read -r n <\"/proc/$c/comm\" && [ \"$n\" = postgres ]; do :; done; kill -STOP $c\n"
	    "printf '%s\\n' $p a b 1 \"$d\" >\"$d/postmaster.pid\"; echo $p >\"$d/.upgraded/fenced\"\n"
	    "pg_bury \"$d\" | sed \"s/$p/P/\"\n"
	    "! pg_find_state $p || [ \"$pg_state\" = Z ] || echo 'it lives'\n"
	    "! pg_find_state $c || [ \"$pg_state\" = Z ] || { echo 'the other lives'; kill -KILL $c; }\n"
	    "rm -rf \"$d\"\n");

	ck_assert_str_eq(o.output, "buried\tP\n");
	outcome_done(&o);
}
END_TEST

TCase *
host_tests(void)
{
	TCase *tc = tcase_create("host");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, answered, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, P2_no_loss_marker_rows_are_behind_every_commit, 0,
	    ARRAY_SIZE(marks));
	tcase_add_test(tc, a_server_that_runs);
	tcase_add_test(tc, sessions_are_counted);
	tcase_add_test(tc, a_server_that_is_down);
	tcase_add_test(tc, no_server);
	tcase_add_test(tc, what_a_killed_server_left_is_buried_when_it_is_dead);
	return tc;
}
