/* Ends of commands as servers, tools and the shell leave them, and what each means. */
#include "tests/unit/engine/postgres/check_postgres.h"

#include "daemon/engine/postgres/utilities/pg_error.h"

#define ERROR(state, text) "b\tstreaming\nERROR:  " text "\nSQLSTATE: " state "\n"
#define LOGIN(text) \
	"connection to server at \"10.0.0.11\", port 5432 failed: FATAL:  " text "\n"

/* clang-format off */
static const struct {
	const char *what;
	enum command_kind kind;
	const char *tool, *word;
	enum ending ending;
	int status;
	const char *output;
	enum verdict verdict;
	enum ud_code code;
	const char *said; /* in err->text */
} cases[] = {
	/* sessions */
	{ "a statement that ended well", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 0, "ERROR:  only a row\n", VERDICT_OK, UD_OK, NULL },
	{ "a lock that others hold", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("55P03", "canceling statement due to lock timeout"), VERDICT_AGAIN, UD_EUTILITY, "55P03: canceling" },
	{ "a slot in use", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("55006", "replication slot \"up\" is active for PID 7"), VERDICT_AGAIN, UD_EUTILITY, "active for PID" },
	{ "a full disk", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("53100", "could not extend file"), VERDICT_STOP, UD_EUTILITY, "extend" },
	{ "no right", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("42501", "permission denied for table marker"), VERDICT_STOP, UD_EAUTH, "denied" },
	{ "a syntax error", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("42601", "syntax error"), VERDICT_STOP, UD_EUTILITY, "42601" },
	{ "damage", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("XX001", "invalid page in block 3"), VERDICT_DANGER, UD_EUTILITY, "invalid page" },
	{ "ours: not yet", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("UD001", "the standby is behind"), VERDICT_AGAIN, UD_EUTILITY, "behind" },
	{ "ours: danger", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("UD003", "rows are missing"), VERDICT_DANGER, UD_EUTILITY, "missing" },
	{ "a class without a row", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("40001", "could not serialize"), VERDICT_AGAIN, UD_EUTILITY, "serialize" },
	{ "a detail", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("55000", "no") "DETAIL:  because\nHINT:  do it\n", VERDICT_STOP, UD_ESTATE, "no: because" },
	{ "a pooler that is paused already", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("08P01", "already suspended/paused"), VERDICT_OK, UD_OK, NULL },
	{ "a pooler that knows no command", COMMAND_SESSION, NULL, NULL, ENDING_EXITED, 1, ERROR("08P01", "invalid command"), VERDICT_STOP, UD_EUTILITY, "invalid command" },
	{ "a session that ended", COMMAND_SESSION, NULL, NULL, ENDING_FAILED, 0, "FATAL:  terminating connection due to administrator command\nSQLSTATE: 57P01\n", VERDICT_AGAIN, UD_EUNREACHABLE, "terminating" },
	{ "a server that is away", COMMAND_SESSION, NULL, NULL, ENDING_FAILED, 0, "connection to server failed: Connection refused\n\tIs the server running?\n", VERDICT_AGAIN, UD_EUNREACHABLE, "refused" },
	{ "a wrong password", COMMAND_SESSION, NULL, NULL, ENDING_FAILED, 0, LOGIN("password authentication failed for user \"u\""), VERDICT_STOP, UD_EAUTH, "authentication failed" },
	{ "no entry in pg_hba.conf", COMMAND_SESSION, NULL, NULL, ENDING_FAILED, 0, LOGIN("no pg_hba.conf entry for host"), VERDICT_STOP, UD_EAUTH, "pg_hba" },
	{ "a server that starts", COMMAND_SESSION, NULL, NULL, ENDING_FAILED, 0, LOGIN("the database system is starting up"), VERDICT_AGAIN, UD_EUNREACHABLE, "starting up" },
	{ "too late", COMMAND_SESSION, NULL, NULL, ENDING_TIMED_OUT, 0, "", VERDICT_AGAIN, UD_ETIMEOUT, "timed out" },
	{ "the daemon was restarted", COMMAND_SESSION, NULL, NULL, ENDING_GONE, 0, "", VERDICT_AGAIN, UD_EUNREACHABLE, "said nothing" },
	/* the shell */
	{ "a function that did it", COMMAND_SHELL, NULL, NULL, ENDING_EXITED, 0, "frozen 1\n", VERDICT_OK, UD_OK, NULL },
	{ "a function that refuses", COMMAND_SHELL, NULL, NULL, ENDING_EXITED, 1, "it is not frozen any more\n", VERDICT_STOP, UD_EUTILITY, "not frozen" },
	{ "a function that may be asked again", COMMAND_SHELL, NULL, NULL, ENDING_EXITED, 75, "busy\n", VERDICT_AGAIN, UD_EUTILITY, "busy" },
	{ "a function that warns", COMMAND_SHELL, NULL, NULL, ENDING_EXITED, 70, "commits beyond the fork\n", VERDICT_DANGER, UD_EUTILITY, "beyond" },
	{ "a host that is away", COMMAND_SHELL, NULL, NULL, ENDING_FAILED, 0, "ssh: timed out\n", VERDICT_AGAIN, UD_EUNREACHABLE, "ssh" },
	/* tools */
	{ "pg_ctl stop, stopped already", COMMAND_JOB, "/b/pg_ctl", "stop", ENDING_EXITED, 1, "pg_ctl: PID file \"/d/postmaster.pid\" does not exist\nIs server running?\n", VERDICT_OK, UD_OK, NULL },
	{ "pg_ctl reload, not running", COMMAND_JOB, "/b/pg_ctl", "reload", ENDING_EXITED, 1, "pg_ctl: PID file \"/d/postmaster.pid\" does not exist\nIs server running?\n", VERDICT_STOP, UD_ESTATE, "Is server" },
	{ "pg_ctl start that failed", COMMAND_JOB, "/b/pg_ctl", "start", ENDING_EXITED, 1, "waiting for server to start.... stopped waiting\npg_ctl: could not start server\nExamine the log output.\n", VERDICT_STOP, UD_EUTILITY, "could not start" },
	{ "pg_ctl restart that failed", COMMAND_JOB, "/b/pg_ctl", "restart", ENDING_EXITED, 1, "pg_ctl: PID file \"/d/postmaster.pid\" does not exist\nIs server running?\ntrying to start server anyway\npg_ctl: could not start server\n", VERDICT_STOP, UD_EUTILITY, "could not start" },
	{ "pg_ctl start that is late", COMMAND_JOB, "/b/pg_ctl", "start", ENDING_EXITED, 1, "pg_ctl: server did not start in time\n", VERDICT_AGAIN, UD_ETIMEOUT, "in time" },
	{ "pg_upgrade that failed", COMMAND_JOB, "/b/pg_upgrade", "-k", ENDING_EXITED, 1, "Your installation contains tables WITH OIDS.\n\nFailure, exiting\n", VERDICT_STOP, UD_EUTILITY, "Failure" },
	{ "and whose servers said why they ended", COMMAND_JOB, "/b/pg_upgrade", "-k", ENDING_EXITED, 1, "*failure*\n\nFailure, exiting\nFATAL:  terminating connection\nserver closed the connection unexpectedly\n", VERDICT_STOP, UD_EUTILITY, "Failure" },
	{ "in a shell", COMMAND_JOB, "/bin/sh", "/b/pg_rewind", ENDING_EXITED, 1, "pg_rewind: fatal: source and target clusters are from different systems\n", VERDICT_DANGER, UD_EUTILITY, "different systems" },
	{ "in the text of a shell", COMMAND_JOB, "/bin/sh", "d=$1; exec \"$bin/pg_ctl\" restart -D \"$d\"", ENDING_EXITED, 1, "pg_ctl: server does not shut down\n", VERDICT_AGAIN, UD_ETIMEOUT, "does not shut down" },
	{ "a folder of that name", COMMAND_JOB, "/bin/sh", "/srv/pg_ctl/run; /srv/pg_ctl.sh", ENDING_EXITED, 1, "pg_ctl: server does not shut down\n", VERDICT_STOP, UD_EUTILITY, "sh ended with status 1" },
	{ "pg_basebackup, full disk", COMMAND_JOB, "/b/pg_basebackup", "-R", ENDING_EXITED, 1, "pg_basebackup: error: could not write to file \"x\": No space left on device\n", VERDICT_STOP, UD_EUTILITY, "No space" },
	{ "pg_basebackup, source away", COMMAND_JOB, "/b/pg_basebackup", "-R", ENDING_EXITED, 1, "pg_basebackup: error: connection to server failed: Connection refused\n", VERDICT_AGAIN, UD_EUNREACHABLE, "refused" },
	{ "psql that lost its server", COMMAND_JOB, "/b/psql", "-X", ENDING_EXITED, 2, "psql: error\n", VERDICT_AGAIN, UD_EUTILITY, "psql" },
	{ "a tool that is not there", COMMAND_JOB, "/b/initdb", "-D", ENDING_EXITED, 127, "sh: 1: /b/initdb: not found\n", VERDICT_STOP, UD_EUTILITY, "not found" },
	{ "a job that was killed", COMMAND_JOB, "/b/vacuumdb", "-a", ENDING_SIGNALLED, 9, "", VERDICT_STOP, UD_EUTILITY, "signalled: it printed nothing" },
	{ "a job that was late", COMMAND_JOB, "/b/vacuumdb", "-a", ENDING_TIMED_OUT, 0, "working\n", VERDICT_STOP, UD_ETIMEOUT, "timed out: working" },
	/* hooks */
	{ "a hook", COMMAND_HOOK, "/site/pause", NULL, ENDING_EXITED, 0, "", VERDICT_OK, UD_OK, NULL },
	{ "a hook that says Connection refused", COMMAND_HOOK, "/site/pause", NULL, ENDING_EXITED, 4, "Connection refused\n", VERDICT_STOP, UD_EUTILITY, "pause ended with status 4" },
};
/* clang-format on */

START_TEST(ends_are_judged)
{
	static char output[2048];
	struct command c;
	struct outcome o = { .ending = cases[_i].ending, .status = cases[_i].status };
	struct ud_error err = { 0 };
	enum verdict v;

	command_init(&c);
	c.kind = cases[_i].kind;
	if (cases[_i].tool != NULL)
		str_list_add(&c.argv, cases[_i].tool);
	if (cases[_i].word != NULL)
		str_list_add(&c.argv, cases[_i].word);
	str_copy(output, sizeof(output), cases[_i].output);
	o.output = output;
	v = pg_judge(&c, &o, &err);
	ck_assert_msg(v == cases[_i].verdict, "%s: %s", cases[_i].what,
	    verdict_name(v));
	ck_assert_msg(err.code == cases[_i].code, "%s: %s", cases[_i].what,
	    ud_code_name(err.code));
	ck_assert_msg(cases[_i].said == NULL ||
		strstr(err.text, cases[_i].said) != NULL,
	    "%s: %s", cases[_i].what, err.text);
	command_done(&c);
}
END_TEST

START_TEST(what_grows)
{
	struct command c;
	struct growth g;

	command_init(&c);
	str_list_add(&c.argv, "/usr/lib/postgresql/17/bin/pg_basebackup");
	ck_assert(!pg_grows(&c, &g));
	str_list_add(&c.argv, "--pgdata=/data/b");
	ck_assert(pg_grows(&c, &g));
	ck_assert_str_eq(g.path, "/data/b");
	command_done(&c);
	command_init(&c);
	str_list_add(&c.argv, "/backup/x");
	str_list_add(&c.argv, "/usr/lib/postgresql/17/bin/pg_dump");
	ck_assert(pg_grows(&c, &g));
	ck_assert_str_eq(g.path, "/backup/x");
	command_done(&c);
}
END_TEST

TCase *
pg_judge_tests(void)
{
	TCase *tc = tcase_create("judge");

	tcase_add_loop_test(tc, ends_are_judged, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, what_grows);
	return tc;
}
