#include "config.h"

#include "daemon/engine/postgres/sql/script.h"

#include <stdbool.h>
#include <string.h>

#include "common/str.h"

#define BLANKS	 " \t\r\n\f\v"
#define CONNECT	 "\\connect"
#define KEPT	 "\\kept\n"
#define TOGETHER "\\together\n"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_of_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '$';
}

/*
 * Each of these gets the start of something that has an end of its own, and returns what is
 * behind it; NULL when the script ends before it does.
 */

static const char *
skip_comment(const char *p)
{
	int depth = 1;

	for (p += 2; depth > 0; p++) {
		if (*p == '\0')
			return NULL;
		if (p[0] == '/' && p[1] == '*') {
			depth++;
			p++;
		} else if (p[0] == '*' && p[1] == '/') {
			depth--;
			p++;
		}
	}
	return p;
}

static const char *
skip_quoted(const char *p, bool escapes)
{
	char quote = *p;

	for (p++; *p != '\0'; p++) {
		if (escapes && *p == '\\' && p[1] != '\0')
			p++;
		else if (*p == quote && p[1] == quote)
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return NULL;
}

/* Length of "$tag$" at p; 0 when it is none. */
static size_t
dollar_tag(const char *p)
{
	size_t n = 1;

	if (is_letter(p[n]))
		while (is_of_word(p[n]) && p[n] != '$')
			n++;
	return p[n] == '$' ? n + 1 : 0;
}

static const char *
skip_dollars(const char *p, size_t tag)
{
	const char *q = p + tag;

	while ((q = strchr(q, '$')) != NULL) {
		if (strncmp(q, p, tag) == 0)
			return q + tag;
		q++;
	}
	return NULL;
}

/* An E right before a quote, which is no end of a longer word. */
static bool
has_escapes(const char *start, const char *quote)
{
	return quote > start && (quote[-1] == 'E' || quote[-1] == 'e') &&
	    (quote - start == 1 || !is_of_word(quote[-2]));
}

/* One step of the walk over a statement that began at start. */
static const char *
skip_token(const char *start, const char *p)
{
	size_t tag;

	if (p[0] == '-' && p[1] == '-')
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*')
		return skip_comment(p);
	if (*p == '\'')
		return skip_quoted(p, has_escapes(start, p));
	if (*p == '"')
		return skip_quoted(p, false);
	if (*p == '$' && (p == start || !is_of_word(p[-1])) &&
	    (tag = dollar_tag(p)) > 0)
		return skip_dollars(p, tag);
	return p + 1;
}

static const char *
read_statement(const char *start, struct script_part *ret)
{
	const char *p = start, *next;
	int depth = 0;

	while (*p != '\0' && (*p != ';' || depth > 0)) {
		next = skip_token(start, p);
		if (next == NULL) {
			ret->kind = SCRIPT_BROKEN;
			ret->text = p;
			ret->len = strlen(p);
			return p + ret->len;
		}
		depth += *p == '(';
		depth -= *p == ')' && depth > 0;
		p = next;
	}
	p += *p == ';';
	ret->kind = SCRIPT_STATEMENT;
	ret->text = start;
	ret->len = (size_t)(p - start);
	return p;
}

static const char *
read_connect(const char *p, struct script_part *ret)
{
	const char *end;

	p += sizeof(CONNECT) - 1;
	p += strspn(p, " \t");
	end = p + strcspn(p, "\n");
	ret->kind = SCRIPT_CONNECT;
	ret->text = p;
	for (ret->len = (size_t)(end - p);
	     ret->len > 0 && strchr(" \t\r", p[ret->len - 1]) != NULL;)
		ret->len--;
	return end;
}

static const char *
read_line(const char *p, enum script_kind kind, struct script_part *ret)
{
	ret->kind = kind;
	ret->text = p;
	ret->len = strcspn(p, "\n");
	return p + ret->len + 1;
}

const char *
script_next(const char *at, struct script_part *ret)
{
	const char *p = at, *next;

	*ret = (struct script_part){ .kind = SCRIPT_END, .text = "" };
	for (;;) {
		p += strspn(p, BLANKS ";");
		if (strncmp(p, "--", 2) != 0 && strncmp(p, "/*", 2) != 0)
			break;
		next = skip_token(p, p);
		if (next == NULL)
			return read_statement(p, ret);
		p = next;
	}
	if (*p == '\0')
		return p;
	if (str_starts(p, KEPT))
		return read_line(p, SCRIPT_KEPT, ret);
	if (str_starts(p, TOGETHER))
		return read_line(p, SCRIPT_TOGETHER, ret);
	if (str_starts(p, CONNECT) && strchr(BLANKS, p[sizeof(CONNECT) - 1]) != NULL)
		return read_connect(p, ret);
	return read_statement(p, ret);
}
