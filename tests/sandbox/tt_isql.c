/* ttIsql: statements from -e, -f or standard input, one after the other. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tests/sandbox/builtin.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/sql.h"
#include "tests/sandbox/utility.h"

struct isql {
	struct utility *u;
	struct session c;
	bool connected, finished, failed;
	int verbosity;
	int exit_on_error; /* status, or -1: go on */
	int status;
	int64_t rows;
};

static int
print_row(void *arg, int n, const char *const *values)
{
	struct isql *q = arg;

	q->rows++;
	if (q->verbosity == 0)
		return 0;
	fputs("< ", stdout);
	for (int i = 0; i < n; i++)
		printf("%s%s", i > 0 ? ", " : "",
		    values[i] != NULL ? values[i] : "<NULL>");
	fputs(" >\n", stdout);
	return 0;
}

static void
print_error(struct isql *q, const struct sim_error *err)
{
	q->failed = true;
	fflush(stdout);
	if (err->code == 0 && err->state[0] != '\0')
		fprintf(q->u->errors, "%5s: %s\n", err->state, err->text);
	else
		fprintf(q->u->errors, "%5d: %s\n", err->code, err->text);
	if (q->verbosity >= 2)
		fputs("The command failed.\n", q->u->errors);
	fflush(q->u->errors);
}

static void
print_count(struct isql *q, const char *what)
{
	if (q->verbosity >= 2)
		printf("%lld row%s %s.\n", (long long)q->rows, q->rows == 1 ? "" : "s",
		    what);
}

static void
connect_to(struct isql *q, const char *argument)
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
		print_error(q, &err);
		return;
	}
	q->connected = true;
	catalogue_attach(&q->c);
	charset = store_get(s, "charset");
	if (q->c.warning != 0 && q->verbosity >= 1)
		fprintf(u->errors,
		    "Warning %d: This connection required recovery due to an improper shutdown\n",
		    q->c.warning);
	if (q->verbosity >= 2)
		printf(
		    "Connection successful: DSN=%s;UID=%s;DataStore=%s;DatabaseCharacterSet=%s;"
		    "ConnectionCharacterSet=%s;PermSize=%lld;\n(Default setting AutoCommit=1)\n",
		    u->dsn.name, q->c.user, u->dsn.path, charset, charset,
		    (long long)store_get_int(s, "perm_mb"));
	free(charset);
}

static void
upper_print(const char *s)
{
	for (; *s != '\0'; s++)
		putchar(toupper((unsigned char)*s));
}

static void
print_stores(struct isql *q, const char *where, bool details)
{
	char *sql = need_format(
	    "SELECT name, host, kind, port, threshold, timeout FROM store WHERE %s ORDER BY id",
	    where);
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(q->c.s.self, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(q->c.s.self));
	while (sqlite3_step(st) == SQLITE_ROW) {
		fputs(details ? "  Store: "
			: strcmp((const char *)sqlite3_column_text(st, 2), "M") == 0
			? "  Master Store: "
			: "  Subscriber Store: ",
		    stdout);
		upper_print((const char *)sqlite3_column_text(st, 0));
		fputs(" on ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 1));
		putchar('\n');
		if (!details)
			continue;
		if (sqlite3_column_int(st, 3) == 0)
			puts("    Port: (auto)");
		else
			printf("    Port: %d\n", sqlite3_column_int(st, 3));
		if (sqlite3_column_int(st, 4) == 0)
			puts("    Log Fail Threshold: (none)");
		else
			printf("    Log Fail Threshold: %d\n",
			    sqlite3_column_int(st, 4));
		printf(
		    "    Retry Timeout: %d seconds\n    Compress Traffic: Disabled\n\n",
		    sqlite3_column_int(st, 5));
	}
	sqlite3_finalize(st);
	free(sql);
}

static void
repschemes(struct isql *q)
{
	if (store_is(&q->c.s, "scheme", "")) {
		puts("0 replication schemes found.");
		return;
	}
	puts("Replication Scheme Active Standby:\n");
	print_stores(q, "kind='M'", false);
	print_stores(q, "kind='S'", false);
	puts("\n  Excluded Tables:\n    None\n\n  Excluded Cache Groups:\n    None\n\n"
	     "  Excluded sequences:\n    None\n");
	print_stores(q, "1", true);
	puts("1 replication scheme found.");
}

static int
print_size(void *arg, int n, const char *const *values)
{
	static const char *const names[] = { "PERM_ALLOCATED_SIZE", "PERM_IN_USE_SIZE",
		"PERM_IN_USE_HIGH_WATER", "TEMP_ALLOCATED_SIZE", "TEMP_IN_USE_SIZE",
		"TEMP_IN_USE_HIGH_WATER" };

	(void)arg;
	for (int i = 0; i < n && i < 6; i++)
		printf("  %s:%*s%s\n", names[i], (int)(26 - strlen(names[i])), " ",
		    values[i]);
	return 0;
}

static void
run_sql(struct isql *q, const char *text)
{
	struct sql_outcome outcome;
	struct sim_error err;

	if (sql_run(&q->c, text, 0, NULL, print_row, q, &outcome, &err) != SIM_OK) {
		print_error(q, &err);
		return;
	}
	if (outcome.kind != SQL_QUERY)
		q->rows = outcome.rows;
	switch (outcome.kind) {
	case SQL_QUERY:
		print_count(q, "found");
		break;
	case SQL_INSERT:
		print_count(q, "inserted");
		break;
	case SQL_UPDATE:
		print_count(q, "updated");
		break;
	case SQL_DELETE:
		print_count(q, "deleted");
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

	if (builtin_call(&q->c, rest, print_row, q, &err) != 0)
		print_error(q, &err);
	else if (q->rows > 0)
		print_count(q, "found");
}

static void
do_commit(struct isql *q, const char *rest)
{
	struct sim_error err;

	(void)rest;
	if (session_commit(&q->c, &err) != SIM_OK)
		print_error(q, &err);
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
	repschemes(q);
}

static void
do_dssize(struct isql *q, const char *rest)
{
	struct sql_outcome outcome;
	struct sim_error err;

	(void)rest;
	(void)sql_run(&q->c,
	    "SELECT PERM_ALLOCATED_SIZE, PERM_IN_USE_SIZE, PERM_IN_USE_HIGH_WATER,"
	    " TEMP_ALLOCATED_SIZE, TEMP_IN_USE_SIZE, TEMP_IN_USE_HIGH_WATER FROM SYS.MONITOR",
	    0, NULL, print_size, NULL, &outcome, &err);
}

static void
do_cachegroups(struct isql *q, const char *rest)
{
	(void)q;
	(void)rest;
	puts("0 cache groups found.");
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
	connect_to(q, p);
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
static const struct command {
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

static const struct command *
find_command(const char *text)
{
	size_t n = strcspn(text, " \t\r\n;(");

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strlen(commands[i].word) == n &&
		    strncasecmp(text, commands[i].word, n) == 0)
			return &commands[i];
	return NULL;
}

static void
run_statement(struct isql *q, char *text)
{
	const struct command *cmd;
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
	if (q->verbosity >= 2)
		printf("\n%s%s\n", text, find_command(text) ? "" : ";");
	cmd = find_command(text);
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

/* Reads and runs until the end of the stream or an exit. */
static void
run_stream(struct isql *q, FILE *f)
{
	char *text = NULL;
	size_t n = 0, room = 0;
	char quote = '\0';
	int ch;

	while (!q->finished && (ch = getc(f)) != EOF) {
		bool ends = false;

		if (n + 2 > room) {
			room = room * 2 + 256;
			text = need_grow(text, room);
		}
		if (quote != '\0') {
			if (ch == quote)
				quote = '\0';
		} else if (ch == '\'' || ch == '"') {
			quote = (char)ch;
		} else if (ch == ';') {
			ends = true;
		} else if (ch == '\n') {
			const struct command *cmd;
			size_t skip;

			text[n] = '\0';
			skip = strspn(text, " \t\r\n");
			cmd = find_command(text + skip);
			ends = (cmd != NULL && cmd->line) ||
			    strncmp(text + skip, "--", 2) == 0;
			if (strncmp(text + skip, "--", 2) == 0)
				n = 0;
		}
		if (!ends && !(ch == '\n' && n == 0))
			text[n++] = (char)ch;
		if (!ends)
			continue;
		text[n] = '\0';
		n = 0;
		run_statement(q, text);
	}
	if (n > 0 && !q->finished) {
		text[n] = '\0';
		run_statement(q, text);
	}
	free(text);
}

static void
banner(struct isql *q)
{
	if (q->verbosity < 2)
		return;
	printf(
	    "\nCopyright (c) 1996, %s, Oracle and/or its affiliates. All rights reserved.\n"
	    "Type ? or \"help\" for help, type \"exit\" to quit ttIsql.\n\n\n\n",
	    world_since(q->u->w, 22, 1) ? "2024" : "2017");
}

/* `-v1` and `-e"text"` carry their value glued on: the line is taken apart first. */
static void
unglue(struct utility *u)
{
	char **argv = need_zero(sizeof(*argv) * (size_t)(u->argc * 2 + 1));
	int n = 0;

	for (int i = 0; i < u->argc; i++) {
		char *a = u->argv[i];

		if (a[0] == '-' && strchr("vef", a[1]) != NULL && a[1] != '\0' &&
		    a[2] != '\0' && (a[1] != 'v' || isdigit((unsigned char)a[2]))) {
			argv[n++] = need_format("-%c", a[1]);
			argv[n++] = a + 2;
		} else {
			argv[n++] = a;
		}
	}
	u->argv = argv;
	u->argc = n;
}

static void
run_sources(struct isql *q, const char *file, const char *commands_text)
{
	FILE *f = NULL;

	if (commands_text != NULL && *commands_text != '\0') {
		char *copy = need_copy(commands_text);

		f = fmemopen(copy, strlen(copy), "r");
		if (f != NULL) {
			run_stream(q, f);
			fclose(f);
		}
		free(copy);
	}
	if (!q->finished && file != NULL) {
		f = fopen(file, "re");
		if (f == NULL) {
			fprintf(q->u->errors, "unable to open file %s\n", file);
		} else {
			run_stream(q, f);
			fclose(f);
		}
		q->finished = true;
	}
	if (!q->finished)
		run_stream(q, stdin);
}

int
tt_isql(struct utility *u)
{
	struct option_spec o[] = { { "-v", 1 }, { "-e", 1 }, { "-f", 1 },
		{ "-connStr", 1 }, { "-interactive", 0 }, { "-N", 1 }, { "-wait", 0 },
		{ "-dsn", 1 }, { NULL } };
	struct isql q = { .u = u, .verbosity = 2, .exit_on_error = -1 };
	const char *word = NULL;
	int n;

	unglue(u);
	n = utility_parse(u, o, &word, 1);
	if (n < 0)
		return 1;
	if (o[0].seen)
		q.verbosity = (int)strtol(o[0].value, NULL, 10);
	if (o[3].seen)
		word = o[3].value;
	else if (o[7].seen)
		word = o[7].value;
	setvbuf(stdin, NULL, _IONBF, 0);
	banner(&q);
	if (word != NULL) {
		connect_to(&q, word);
		while (!q.connected && o[6].seen) {
			moment_sleep_ms(1000);
			connect_to(&q, word);
		}
		if (!q.connected) {
			if (q.verbosity >= 2)
				puts("Done.");
			return 1;
		}
	}
	fflush(stdout);
	run_sources(&q, o[2].value, o[1].value);
	if (q.verbosity >= 2)
		puts("Disconnecting...");
	if (q.connected)
		session_close(&q.c);
	if (q.verbosity >= 2)
		puts("Done.");
	return q.status;
}
