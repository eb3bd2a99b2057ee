/*
 * What is done to a text, line ends kept, before libconfuse reads it.
 *
 * Comments are blanked, because libconfuse 3.3 counts the lines behind them wrong. It gives a
 * file up at the first key that it does not know: to find the errors behind it too, that
 * statement is blanked and the file read again. A string without its end would swallow the
 * lines that follow. All this needs no more of the grammar than where words, strings, comments
 * and braces end.
 */
#include "config.h"

#include "daemon/config/internal.h"

#include <string.h>

#include "common/buf.h"

#define PUNCTUATION " #\"'\t\n\r={}()+,"

struct token {
	char kind; /* 0 end of text, 'w' bare word, 's' string, else the character */
	char *start, *end;
	int line; /* where it starts */
};

static char *
string_end(char *p)
{
	char quote = *p++;

	for (; *p != '\0' && *p != quote; p++)
		if (*p == '\\' && p[1] != '\0')
			p++;
	return *p == quote ? p + 1 : p;
}

/* Behind a comment that starts at p, or p when there is none. */
static char *
comment_end(char *p)
{
	char *end;

	if (*p == '#' || (p[0] == '/' && p[1] == '/'))
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end != NULL ? end + 2 : p + strlen(p);
	}
	return p;
}

static void
blank(char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != '\n')
			*from = ' ';
}

/* One that is not closed stays, so that it is found. */
void
skip_comments(char *text)
{
	char *p = text, *end;

	while (*p != '\0') {
		end = comment_end(p);
		if (*p == '"' || *p == '\'') {
			p = string_end(p);
		} else if (end == p) {
			p++;
		} else {
			if (p[1] != '*' || *end != '\0' || str_starts(end - 2, "*/"))
				blank(p, end);
			p = end;
		}
	}
}

static char *
word_end(char *p)
{
	char *end = p + strcspn(p, PUNCTUATION);
	char *comment = memmem(p, (size_t)(end - p), "//", 2);

	return comment != NULL ? comment : end;
}

static int
lines_between(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; from++)
		n += *from == '\n';
	return n;
}

static char *
skip_space(char *p)
{
	for (;;) {
		char *next = comment_end(p + strspn(p, " \t\r\n"));

		if (next == p)
			return p;
		p = next;
	}
}

/* The token behind `after`; the first one when after->end is the start of the text. */
static struct token
next_token(const struct token *after)
{
	char *p = skip_space(after->end);
	struct token t = { .start = p,
		.line = after->line + lines_between(after->start, p) };

	if (*p == '\0') {
		t.end = p;
	} else if (*p == '"' || *p == '\'') {
		t.kind = 's';
		t.end = string_end(p);
	} else if (strchr(PUNCTUATION, *p) != NULL) {
		t.kind = *p;
		t.end = p + 1;
	} else {
		t.kind = 'w';
		t.end = word_end(p);
	}
	return t;
}

/* Behind the braces that open at t. */
static struct token
skip_braces(struct token t)
{
	int depth = 1;

	while (depth > 0 && t.kind != '\0') {
		t = next_token(&t);
		depth += (t.kind == '{') - (t.kind == '}');
	}
	return t;
}

/* Where the statement that begins with the word ends. */
static char *
statement_end(const struct token *word)
{
	struct token t = next_token(word), value;

	if (t.kind == '+')
		t = next_token(&t);
	if (t.kind == '=') {
		value = next_token(&t);
		if (value.kind == '{')
			return skip_braces(value).end;
		return value.kind == 'w' || value.kind == 's' ? value.end : t.end;
	}
	if (t.kind == 's' || t.kind == 'w') {
		value = next_token(&t);
		return value.kind == '{' ? skip_braces(value).end : word->end;
	}
	return t.kind == '{' ? skip_braces(t).end : word->end;
}

static bool
is_word(const struct token *t, const char *word)
{
	size_t len = (size_t)(t->end - t->start);

	return t->kind == 'w' && strlen(word) == len &&
	    strncmp(t->start, word, len) == 0;
}

bool
skip_statement(char *text, int line, const char *word)
{
	struct token t = { .start = text, .end = text, .line = 1 };
	char before;

	do {
		before = t.kind;
		t = next_token(&t);
		if (t.line == line && is_word(&t, word) && before != '=' &&
		    before != ',') {
			blank(t.start, statement_end(&t));
			return true;
		}
	} while (t.kind != '\0' && t.line <= line);
	return false;
}

int
line_of_word(const char *text, int line, const char *word)
{
	char *start = (char *)(uintptr_t)text; /* tokens are read only here */
	struct token t = { .start = start, .end = start, .line = 1 };
	int found = line;

	do {
		t = next_token(&t);
		if (t.line <= line && is_word(&t, word))
			found = t.line;
	} while (t.kind != '\0' && t.line <= line);
	return found;
}

/* A line may be continued behind a backslash. */
static bool
ends_in_its_line(const struct token *t)
{
	for (const char *p = t->start + 1; p < t->end; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '\n')
			return false;
	}
	return t->end - t->start > 1 && t->end[-1] == *t->start;
}

bool
find_open_string(const char *text, int *ret_line, char *ret_word, size_t size)
{
	char *start = (char *)(uintptr_t)text;
	struct token t = { .start = start, .end = start, .line = 1 }, before;

	ret_word[0] = '\0';
	do {
		before = t;
		t = next_token(&t);
		if (t.kind == '=' && before.kind == 'w') {
			str_printf(ret_word, size, "%.*s", (int)(before.end - before.start),
			    before.start);
		} else if (t.kind == 's' && !ends_in_its_line(&t)) {
			*ret_line = t.line;
			return true;
		} else if (t.kind == '}' || (t.kind == 'w' && before.kind != '=')) {
			ret_word[0] = '\0';
		}
	} while (t.kind != '\0');
	return false;
}

char *
escape_dollars(const char *text)
{
	struct buf b = { 0 };
	char quote = '\0';

	for (const char *p = text; *p != '\0'; p++) {
		if (quote == '\0' && (*p == '"' || *p == '\''))
			quote = *p;
		else if (*p == quote)
			quote = '\0';
		if (quote == '"' && p[0] == '$' && p[1] == '{')
			buf_adds(&b, "\\");
		buf_add(&b, p, 1);
		if (quote != '\0' && *p == '\\' && p[1] != '\0')
			buf_add(&b, ++p, 1);
	}
	return buf_take(&b);
}
