/* ttIsql: statements from -e, -f or standard input, one after the other. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/isql.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"

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
			const struct isql_command *cmd;
			size_t skip;

			text[n] = '\0';
			skip = strspn(text, " \t\r\n");
			cmd = isql_find(text + skip);
			ends = (cmd != NULL && isql_ends_with_line(cmd)) ||
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
		isql_run(q, text);
	}
	if (n > 0 && !q->finished) {
		text[n] = '\0';
		isql_run(q, text);
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
		isql_connect(&q, word);
		while (!q.connected && o[6].seen) {
			moment_sleep_ms(1000);
			isql_connect(&q, word);
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
