/* ttIsql with statements on standard input: each is run, and answered, by itself. */
#include "tests/sandbox/oddtool.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
hide_names(struct odd_text *statement)
{
	const char *p = odd_word_at("no=");

	while (p != NULL && *p != '\0' && *p != ' ') {
		char name[64], other[80];
		size_t n = strcspn(p, ", ");

		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		snprintf(other, sizeof(other), "Z%s", name);
		text_replace(statement, name, other);
		p += n + (p[n] == ',');
	}
}

/* "call ttRepStateGet", "insert into": the first two words. */
static void
kind_of(const char *statement, char *buf, size_t size)
{
	size_t n = strcspn(statement, " ");

	if (statement[n] == ' ')
		n += 1 + strcspn(statement + n + 1, " (;");
	snprintf(buf, size, "isql-%.*s", (int)n, statement);
}

static bool
refuse_statement(const char *statement)
{
	char kind[128];

	if (odd_starts(statement, "select 'done-") ||
	    odd_starts(statement, "select 'q-"))
		return false;
	kind_of(statement, kind, sizeof(kind));
	if (!odd_is_first(kind))
		return false;
	switch (odd_hash(kind) % 3) {
	case 0:
		odd_sayf(2,
		    " 6003: Lock request denied because of time-out\n"
		    "Details: Tran 7.1 (pid 1) wants Xn lock\nThe command failed.\n");
		return true;
	case 1:
		odd_sayf(2,
		    " 6002: Lock request denied because of deadlock\nThe command failed.\n");
		return true;
	case 2:
		odd_sayf(2,
		    "  994: Data store connection terminated. Please reconnect.\n");
		exit(1);
	}
	return true;
}

static void
found(const struct odd_text *out)
{
	int rows = 0;

	for (const char *p = out->s; p != NULL && (p = strchr(p, '<')) != NULL; p++)
		rows += p == out->s || p[-1] == '\n';
	if (odd_is_on("v2") && rows > 0)
		odd_sayf(1, "%d row%s found.\n\n", rows, rows == 1 ? "" : "s");
}

static void
run_statement(struct odd_child *c, const char *line)
{
	static int n;
	struct odd_text out = { 0 }, err = { 0 }, statement = { 0 }, count = { 0 };
	char word[64], query[128];
	bool alive, failed;

	text_adds(&statement, line);
	if (odd_is_on("v2"))
		odd_sayf(1, "Command> %s\n", line);
	if (strcasestr(line, "ttRepStop") != NULL)
		odd_sleep_ms(odd_number("repstop="));
	if (refuse_statement(line)) {
		free(statement.s);
		return;
	}
	hide_names(&statement);
	snprintf(word, sizeof(word), "< odd-%d >", ++n);
	snprintf(query, sizeof(query), "\nselect 'odd-%d' from dual;\n", n);
	text_adds(&statement, query);
	odd_put(c->in, statement.s, statement.len);
	alive = child_await(c, word, &out, &err);
	failed = err.len > 0;
	if (out.len > 0)
		text_adds(&count, out.s);
	if (out.s != NULL)
		odd_say(1, out.s);
	if (!failed)
		found(&count);
	if (err.s != NULL)
		odd_say(2, err.s);
	if (failed && odd_is_on("v2"))
		odd_sayf(2, "The command failed.\n");
	free(out.s);
	free(err.s);
	free(statement.s);
	free(count.s);
	if (!alive)
		exit(child_reap(c));
	if (failed && odd_is_on("isqlexit"))
		exit(1);
}

int
odd_run_session(char **argv)
{
	struct odd_text rest = { 0 }, err = { 0 };
	struct odd_child c;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	odd_sleep_ms(odd_number("isqlstart="));
	atexit(odd_release);
	odd_flood();
	odd_banner();
	child_begin(&c, argv, true);
	while ((n = getline(&line, &size, stdin)) > 0) {
		while (n > 0 && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		if (n == 0)
			continue;
		if (odd_starts(line, "exit"))
			break;
		run_statement(&c, line);
	}
	free(line);
	odd_put(c.in, "exit;\n", 6);
	close(c.in);
	child_await(&c, NULL, &rest, &err);
	odd_say(1, rest.s);
	odd_say(2, err.s);
	if (odd_is_on("banner"))
		odd_sayf(1, "Disconnecting...\nDone.\n");
	return child_reap(&c);
}
