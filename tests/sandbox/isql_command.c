/* The statements of ttIsql: its own commands, CALL, and SQL. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/builtin.h"
#include "tests/sandbox/isql.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/sql.h"

void
isql_connect(struct isql *q, const char *argument)
{
	struct utility *u = q->u;
	struct sim_error err;
	struct store *s = &q->c.s;
	char *charset;

	if (q->connected)
		session_close(&q->c);
	q->connected = false;
	if (q->verbosity >= 2)
		printf("connect \"%s%s\";\n",
		    strchr(argument, '=') ? "" : "DSN=", argument);
	if (utility_dsn(u, argument) != 0) {
		q->failed = true;
		return;
	}
	if (utility_connect(u, &q->c, &err) != 0) {
		isql_show_error(q, &err);
		return;
	}
	q->connected = true;
	catalogue_attach(&q->c);
	charset = store_get(s, "charset");
	if (q->c.warning != 0 && q->verbosity >= 1)
		fprintf(u->errors, "Warning %d: %s\n", q->c.warning,
		    q->c.warning == 8025
			? "Replication is invalid: this data store was marked failed by a peer"
			: "This connection required recovery due to an improper shutdown");
	if (q->verbosity >= 2)
		printf(
		    "Connection successful: DSN=%s;UID=%s;DataStore=%s;DatabaseCharacterSet=%s;"
		    "ConnectionCharacterSet=%s;PermSize=%lld;\n(Default setting AutoCommit=1)\n",
		    u->dsn.name, q->c.user, u->dsn.path, charset, charset,
		    (long long)store_get_int(s, "perm_mb"));
	free(charset);
}

static void
run_sql(struct isql *q, const char *text)
{
	struct sql_outcome outcome;
	struct sim_error err;

	if (sql_run(&q->c, text, 0, NULL, isql_show_row, q, &outcome, &err) != SIM_OK) {
		isql_show_error(q, &err);
		return;
	}
	if (outcome.kind != SQL_QUERY)
		q->rows = outcome.rows;
	switch (outcome.kind) {
	case SQL_QUERY:
		isql_show_count(q, "found");
		break;
	case SQL_INSERT:
		isql_show_count(q, "inserted");
		break;
	case SQL_UPDATE:
		isql_show_count(q, "updated");
		break;
	case SQL_DELETE:
		isql_show_count(q, "deleted");
		break;
	case SQL_DDL:
		if (outcome.done[0] != '\0' && q->verbosity >= 2)
			printf("\n%s\n\n", outcome.done);
		break;
	}
}

static void
do_call(struct isql *q, const char *rest)
{
	struct sim_error err;

	if (builtin_call(&q->c, rest, isql_show_row, q, &err) != 0)
		isql_show_error(q, &err);
	else if (q->rows > 0)
		isql_show_count(q, "found");
}

static void
do_commit(struct isql *q, const char *rest)
{
	struct sim_error err;

	(void)rest;
	if (session_commit(&q->c, &err) != SIM_OK)
		isql_show_error(q, &err);
}

static void
do_rollback(struct isql *q, const char *rest)
{
	(void)rest;
	session_rollback(&q->c);
}

static void
do_autocommit(struct isql *q, const char *rest)
{
	q->c.autocommit = strtol(rest, NULL, 10) != 0 || strcasecmp(rest, "on") == 0;
}

static void
do_repschemes(struct isql *q, const char *rest)
{
	(void)rest;
	isql_show_schemes(q);
}

static void
do_dssize(struct isql *q, const char *rest)
{
	(void)rest;
	isql_show_size(q);
}

static void
do_cachegroups(struct isql *q, const char *rest)
{
	(void)rest;
	isql_show_cache_groups(q);
}

static void
do_exit(struct isql *q, const char *rest)
{
	q->finished = true;
	if (isdigit((unsigned char)*rest))
		q->status = (int)strtol(rest, NULL, 10) & 255;
}

static void
do_connect(struct isql *q, const char *rest)
{
	char *copy = need_copy(rest), *p = copy;
	size_t n = strlen(copy);

	if (n >= 2 && (*p == '"' || *p == '\'')) {
		p[n - 1] = '\0';
		p++;
	}
	isql_connect(q, p);
	free(copy);
}

static void
do_disconnect(struct isql *q, const char *rest)
{
	(void)rest;
	if (q->connected)
		session_close(&q->c);
	q->connected = false;
	if (q->verbosity >= 2)
		puts("Disconnecting...");
}

static void
do_verbosity(struct isql *q, const char *rest)
{
	q->verbosity = (int)strtol(rest, NULL, 10);
}

/* WHENEVER SQLERROR {CONTINUE | EXIT [SUCCESS | FAILURE | WARNING | n]} [ROLLBACK | COMMIT] */
static void
do_whenever(struct isql *q, const char *rest)
{
	char word[3][32];

	for (int i = 0; i < 3; i++)
		sql_word(rest, i, word[i], sizeof(word[i]));
	q->exit_on_error = -1;
	if (strcmp(word[1], "EXIT") != 0)
		return;
	q->exit_on_error = 0;
	if (strcmp(word[2], "FAILURE") == 0)
		q->exit_on_error = 1;
	else if (strcmp(word[2], "WARNING") == 0)
		q->exit_on_error = 2;
	else if (isdigit((unsigned char)word[2][0]))
		q->exit_on_error = (int)strtol(word[2], NULL, 10) & 255;
}

static void
do_prompt(struct isql *q, const char *rest)
{
	(void)q;
	puts(rest);
}

/* `host sleep 2` is the only command line that a sandbox runs itself. */
static void
do_host(struct isql *q, const char *rest)
{
	(void)q;
	if (strncasecmp(rest, "sleep ", 6) == 0)
		moment_sleep_ms((int64_t)(strtod(rest + 6, NULL) * 1000));
}

/* clang-format off */
static const struct isql_command {
	const char *word;
	void (*fn)(struct isql *, const char *rest);
	bool connected; /* needs a connection */
	bool line;      /* ends with its line, a semicolon is not needed */
} commands[] = {
	{ "call",        do_call,        true,  false },
	{ "commit",      do_commit,      true,  true },
	{ "rollback",    do_rollback,    true,  true },
	{ "autocommit",  do_autocommit,  true,  true },
	{ "repschemes",  do_repschemes,  true,  true },
	{ "cachegroups", do_cachegroups, true,  true },
	{ "dssize",      do_dssize,      true,  true },
	{ "exit",        do_exit,        false, true },
	{ "quit",        do_exit,        false, true },
	{ "connect",     do_connect,     false, true },
	{ "disconnect",  do_disconnect,  false, true },
	{ "verbosity",   do_verbosity,   false, true },
	{ "whenever",    do_whenever,    false, true },
	{ "prompt",      do_prompt,      false, true },
	{ "host",        do_host,        false, true },
};
/* clang-format on */

const struct isql_command *
isql_find(const char *text)
{
	size_t n = strcspn(text, " \t\r\n;(");

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strlen(commands[i].word) == n &&
		    strncasecmp(text, commands[i].word, n) == 0)
			return &commands[i];
	return NULL;
}

bool
isql_ends_with_line(const struct isql_command *cmd)
{
	return cmd->line;
}

void
isql_run(struct isql *q, char *text)
{
	const struct isql_command *cmd;
	char *rest;

	while (isspace((unsigned char)*text))
		text++;
	for (rest = text + strlen(text);
	     rest > text && isspace((unsigned char)rest[-1]);)
		*--rest = '\0';
	if (*text == '\0')
		return;
	q->failed = false;
	q->rows = 0;
	cmd = isql_find(text);
	if (q->verbosity >= 2)
		printf("\n%s%s\n", text, cmd != NULL && cmd->fn == do_exit ? "" : ";");
	if (cmd != NULL && cmd->fn == do_whenever && !world_since(q->u->w, 11, 2))
		cmd = NULL; /* a statement like any other, and a wrong one */
	if (!q->connected && (cmd == NULL || cmd->connected)) {
		q->failed = true;
		fputs("An existing connection is required to execute this command.\n",
		    q->u->errors);
	} else if (cmd != NULL) {
		rest = text + strlen(cmd->word);
		while (isspace((unsigned char)*rest))
			rest++;
		cmd->fn(q, rest);
	} else {
		run_sql(q, text);
	}
	if (q->failed && q->exit_on_error >= 0) {
		puts("WHENEVER SQLERROR exiting.");
		if (q->connected)
			session_rollback(&q->c);
		q->status = q->exit_on_error;
		q->finished = true;
	}
	fflush(stdout);
	fflush(q->u->errors);
}
