/* Lines of the sandbox's tools in the words of another implementation. */
#include "tests/sandbox/oddtool.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "TT707:" and "  707:" get five digits. */
static void
pad_numbers(struct odd_text *t)
{
	char *p = strstr(t->s, "TT"), *colon = strchr(t->s, ':'), *start;
	struct odd_text r = { 0 };
	size_t n;

	if (p != NULL && isdigit((unsigned char)p[2]))
		start = p + 2;
	else
		for (start = t->s; *start == ' ';)
			start++;
	n = strspn(start, "0123456789");
	if (n == 0 || n > 4 || start[n] != ':' || (p == NULL && colon != start + n))
		return;
	text_add(&r, t->s, (size_t)(start - t->s));
	text_add(&r, "0000", 5 - n);
	text_adds(&r, start);
	free(t->s);
	*t = r;
}

/* From the first of these on it is data. */
static size_t
words_length(const char *line)
{
	return strcspn(line, "/<\"'=");
}

static void
change_case(struct odd_text *t)
{
	size_t n = words_length(t->s);

	/* "Enter host:", an error's number and "version=" keep their place, not their case. */
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)t->s[i];

		if (t->s[i] == 'T' && t->s[i + 1] == 'T' &&
		    isdigit((unsigned char)t->s[i + 2]))
			return;
		t->s[i] = (char)(odd_is_on("upper") ? toupper(c) : tolower(c));
	}
}

static void
widen(struct odd_text *t)
{
	struct odd_text r = { 0 };
	size_t n = words_length(t->s);

	text_adds(&r, isdigit((unsigned char)t->s[0]) ? " " : " \t");
	for (size_t i = 0; i < n; i++)
		if (t->s[i] == ' ')
			text_adds(&r, i % 2 != 0 ? "\t " : "   ");
		else
			text_add(&r, t->s + i, 1);
	text_adds(&r, t->s + n);
	text_adds(&r, " \t ");
	free(t->s);
	*t = r;
}

static void
change_row(struct odd_text *t)
{
	if (odd_is_on("tight")) {
		text_replace(t, "< ", "<");
		text_replace(t, " >", ">");
		text_replace(t, ", ", ",");
	} else if (odd_is_on("loose")) {
		text_replace(t, "< ", "   <  ");
		text_replace(t, " >", "  >");
		text_replace(t, ", ", " ,  ");
	}
}

static void
drop_number(struct odd_text *t)
{
	char *p = strstr(t->s, "TT");
	size_t n;

	if (odd_starts(t->s, "*** ODBC Error"))
		t->s[t->len = 0] = '\0';
	if (p == NULL || !isdigit((unsigned char)p[2]))
		return;
	n = 2 + strspn(p + 2, "0123456789");
	while (p[n] == ':' || p[n] == ' ')
		n++;
	memmove(t->s, p + n, strlen(p + n) + 1);
	t->len = strlen(t->s);
}

/* A line of ttStatus that this implementation does not have. */
static bool
is_dropped(const char *line)
{
	static const char *const kinds[] = { "Process", "Server", "Replication ",
		"Subdaemon", "Cache Agent", "Type  ", NULL };

	if (strcmp(odd_tool, "ttMigrate") == 0)
		return (odd_is_on("nocounts") || odd_is_on("brief")) &&
		    strstr(line, " rows") != NULL && strchr(line, '/') != NULL;
	if (strcmp(odd_tool, "ttStatus") != 0)
		return false;
	if (odd_is_on("noagent") && strstr(line, "gent is running") != NULL)
		return true;
	if (odd_is_on("nocount") && odd_starts(line, "There "))
		return true;
	for (int i = 0; odd_is_on("norows") && kinds[i] != NULL; i++)
		if (odd_starts(line, kinds[i]) && strchr(line, ':') == NULL &&
		    strstr(line, " is ") == NULL)
			return true;
	return false;
}

/* Long rows are broken behind a comma, errors at a blank; what comes next is indented. */
static void
wrap(struct odd_text *t)
{
	enum { WIDTH = 40 };
	bool row = t->s[0] == '<';
	struct odd_text r = { 0 };
	size_t column = 0;

	if (!row && strncmp(t->s, "***", 3) != 0)
		return;
	for (const char *p = t->s; *p != '\0'; p++) {
		text_add(&r, p, 1);
		if (++column < WIDTH || *p != ' ' || (row && (p == t->s || p[-1] != ',')))
			continue;
		text_adds(&r, "\n    ");
		column = 0;
	}
	free(t->s);
	*t = r;
}

/* A line that no document has, behind one that some has. */
static void
add_unknown(struct odd_text *out, const char *line)
{
	if (strcmp(odd_tool, "ttIsql") == 0 && *line == '<')
		text_adds(out, "Warning 20100: this connection required recovery, or not\n");
	else if (strcmp(odd_tool, "ttMigrate") == 0 && odd_starts(line, "  "))
		text_adds(out, "    3/4 pages of statistics estimated.\n");
	else if (strcmp(odd_tool, "ttAdmin") == 0 && strstr(line, "  : ") != NULL)
		text_adds(out, "Policy Policy                   : always\n");
	else if (strcmp(odd_tool, "ttStatus") == 0 && strchr(line, ':') == NULL &&
	    !odd_starts(line, "Data store /"))
		text_adds(out, "Compression tier 3 is idle: 0 pages, policy: none\n");
}

static void
change_line(struct odd_text *out, const char *line)
{
	struct odd_text t = { 0 };

	if (is_dropped(line))
		return;
	text_adds(&t, line);
	if (*line == '<') {
		change_row(&t);
	} else {
		if (odd_is_on("nonumber") && strcmp(odd_tool, "ttAdmin") == 0)
			drop_number(&t);
		if (odd_is_on("brief") && strcmp(odd_tool, "ttMigrate") == 0) {
			text_replace(&t, " successfully saved", " done");
			text_replace(&t, " successfully restored", " done");
		}
		if (odd_is_on("database"))
			text_replace(&t, "data store", "Database");
		if (odd_is_on("zeros"))
			pad_numbers(&t);
		if (odd_is_on("upper") || odd_is_on("lower"))
			change_case(&t);
		if (odd_is_on("wide"))
			widen(&t);
	}
	if (odd_is_on("wrap"))
		wrap(&t);
	if (odd_is_on("v2") && *line == '<')
		text_adds(out, "Command> ");
	text_adds(out, t.s);
	text_adds(out, odd_is_on("crlf") ? "\r\n" : "\n");
	if (odd_is_on("blank"))
		text_adds(out, odd_is_on("crlf") ? "\r\n" : "\n");
	if (odd_is_on("more"))
		add_unknown(out, line);
	free(t.s);
}

/* The last line first, where the order means nothing. */
static void
turn_round(char *text)
{
	struct odd_text r = { 0 };
	size_t len = strlen(text);

	if (strstr(text, "version=") == NULL && strstr(text, "RAM Residence Policy") == NULL)
		return;
	for (char *end = text + len; end > text;) {
		char *start;

		if (end[-1] == '\n')
			*--end = '\0';
		start = strrchr(text, '\n');
		start = start != NULL ? start + 1 : text;
		text_adds(&r, start);
		text_adds(&r, "\n");
		*start = '\0';
		end = start;
	}
	memcpy(text, r.s, r.len < len ? r.len : len);
	text[len] = '\0';
	free(r.s);
}

static void
change_text(struct odd_text *out, char *text)
{
	char *next;

	if (odd_is_on("order") && text != NULL)
		turn_round(text);
	for (; text != NULL && *text != '\0'; text = next) {
		next = strchr(text, '\n');
		if (next != NULL)
			*next++ = '\0';
		change_line(out, text);
	}
}

static struct odd_text held;

void
odd_release(void)
{
	if (held.len > 0)
		odd_put(1, held.s, held.len);
	held.len = 0;
}

/* which: 1 what was standard output, 2 what was standard error. */
void
odd_say(int which, char *text)
{
	struct odd_text out = { 0 };
	int fd = odd_is_on("merge") ? 1
	    : odd_is_on("errors")   ? 2
	    : odd_is_on("swap")     ? 3 - which
				    : which;

	change_text(&out, text);
	if (out.len > 0 && odd_is_on("held") && strcmp(odd_tool, "ttIsql") == 0)
		text_add(&held, out.s, out.len);
	else if (out.len > 0)
		odd_put(fd, out.s, out.len);
	free(out.s);
}

void
odd_sayf(int which, const char *fmt, ...)
{
	char line[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	odd_say(which, line);
}

void
odd_flood(void)
{
	static const char line[] = "note: 4711 pages of nothing in particular went by, at 12:00\n";

	for (size_t n = 0; odd_is_on("flood") && n < 70000; n += sizeof(line) - 1)
		odd_put(2, line, sizeof(line) - 1);
}

void
odd_banner(void)
{
	if (!odd_is_on("banner"))
		return;
	odd_sayf(1,
	    "\nCopyright (c) 1996, 2031, Oracle and/or its affiliates. All rights reserved.\n");
	if (strcmp(odd_tool, "ttIsql") == 0)
		odd_sayf(1,
		    "Type ? or \"help\" for help, type \"exit\" to quit ttIsql.\n\n"
		    "connect \"DSN=x;AutoCreate=0\";\n"
		    "Connection successful: DSN=x;UID=tt;DataStore=/x;PermSize=64;\n"
		    "(Default setting AutoCommit=1)\n");
	else
		odd_sayf(2,
		    "Note: messages may be localized; at 12:00 the locale was C (rc 0)\n");
}
