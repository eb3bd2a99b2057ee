/*
 * Errors in what tools printed.
 *
 *   *** [TimesTen][TimesTen 11.2.1.9.0 ODBC Driver][TimesTen]TT12030: text -- file "..."
 *   *** ODBC Error = S1000, TimesTen Error = 12030
 *   TT-00821: text
 *     707: text                         ttIsql: the number stands at the start of a line
 *   08001: text                         ttIsql, when there is only an SQLSTATE
 *
 * Texts may be wrapped over lines, numbers may have leading zeros. The first number says
 * most; the wrapper around it comes last. A number that means danger is preferred
 * wherever it stands.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/errors.h"
#include "daemon/engine/timesten/utilities/parts.h"

#define TEXT_MAX 300 /* kept of an error's text */

/* A number found in a text. */
struct hit {
	int number;       /* 0: SQLSTATE */
	const char *text; /* what to show, from here */
	const char *rest; /* where to go on */
};

/* Digits at p with something that is no digit behind them, below 100000. */
static bool
read_number(const char *p, int *ret, const char **ret_end)
{
	char *end;
	long n;

	if (!isdigit((unsigned char)*p))
		return false;
	n = strtol(p, &end, 10);
	if (n <= 0 || n > 99999)
		return false;
	*ret = (int)n;
	*ret_end = end;
	return true;
}

/* "TT0821:", "TT-00821:", not inside a longer word. */
static bool
hit_driver(const char *start, const char *p, struct hit *ret)
{
	const char *digits, *end;

	if (p[0] != 'T' || p[1] != 'T' || (p > start && isalnum((unsigned char)p[-1])))
		return false;
	digits = p[2] == '-' ? p + 3 : p + 2;
	if (!read_number(digits, &ret->number, &end) || *end != ':')
		return false;
	ret->text = p;
	ret->rest = end;
	return true;
}

static bool
hit_wrapper(const char *line, const char *p, struct hit *ret)
{
	const char *q =
	    *p == 'T' || *p == 't' ? tt_skip_words(p, "TimesTen Error") : NULL;
	const char *end;

	if (q == NULL)
		return false;
	while (isspace((unsigned char)*q))
		q++;
	if (*q++ != '=')
		return false;
	while (isspace((unsigned char)*q))
		q++;
	if (!read_number(q, &ret->number, &end))
		return false;
	ret->text = line;
	ret->rest = end;
	return true;
}

static const char *
skip_prompts(const char *p)
{
	while (*p == ' ' || *p == '\t' || str_starts_nocase(p, "Command>"))
		p += *p == ' ' || *p == '\t' ? 1 : 8;
	return p;
}

/* SQLSTATEs of ODBC 2 and 3 begin with digits or with one of these. */
static bool
is_state(const char *p)
{
	return isdigit((unsigned char)*p) || str_starts(p, "S1") ||
	    str_starts(p, "HY") || str_starts(p, "IM");
}

/* Five digits that begin with 0: a number of the table, or an SQLSTATE of ODBC? ttIsql pads
 * numbers with blanks, others may do so with zeros. */
static bool
is_padded_number(const char *p)
{
	return !str_starts(p, "01") && !str_starts(p, "0800") &&
	    tt_error_is_known((int)strtol(p, NULL, 10));
}

/* "  707: text" or "08S01: text", at the start of a line. */
static bool
hit_isql(const char *line, struct hit *ret)
{
	const char *p = skip_prompts(line), *end = p;
	bool digit = false, letter = false;

	while (isdigit((unsigned char)*end) || isupper((unsigned char)*end)) {
		digit = digit || isdigit((unsigned char)*end);
		letter = letter || isupper((unsigned char)*end);
		end++;
	}
	if (!digit || end - p > 5 || *end != ':' ||
	    (end[1] != '\0' && !isspace((unsigned char)end[1])))
		return false;
	if (letter || (*p == '0' && end - p == 5 && !is_padded_number(p))) {
		if (end - p != 5 || !is_state(p))
			return false;
		ret->number = 0;
	} else if (!read_number(p, &ret->number, &end)) {
		return false;
	}
	ret->text = p;
	ret->rest = end;
	return true;
}

static bool
is_warning_line(const char *line, const char *p)
{
	const char *word = str_find_nocase(line, "warning");

	return word != NULL && word < p;
}

/* The next number at or after *cursor; *line is the start of the line it is in. */
static bool
next_hit(const char *start, const char **cursor, const char **line, struct hit *ret)
{
	const char *p = *cursor;

	for (; *p != '\0'; p++) {
		if (p == start || p[-1] == '\n')
			*line = p;
		if ((p == *line && hit_isql(p, ret)) || hit_driver(start, p, ret) ||
		    hit_wrapper(*line, p, ret)) {
			*cursor = ret->rest;
			return true;
		}
	}
	return false;
}

/* Where the text of an error ends: before the file it was raised in, before the next
 * block; without those marks at the end of its line. */
static size_t
text_length(const char *text)
{
	static const char *const marks[] = { "-- file", "*** ", "\n\n", "\r\n\r\n",
		"The command failed" };
	size_t most = strnlen(text, 2 * TEXT_MAX), len = strcspn(text, "\n");
	bool marked = false;

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = memmem(text, most, marks[i], strlen(marks[i]));

		if (at == NULL || at == text)
			continue;
		if (i == 0) {
			len = (size_t)(at - text);
			marked = true;
		} else if ((size_t)(at - text) < len) {
			len = (size_t)(at - text);
		}
	}
	return marked || len < TEXT_MAX ? len : TEXT_MAX;
}

/* Copies with every run of white space as one blank. */
static void
copy_line(char *buf, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		if (!isspace((unsigned char)text[i]))
			buf[n++] = text[i];
		else if (n > 0 && buf[n - 1] != ' ')
			buf[n++] = ' ';
	}
	while (n > 0 && buf[n - 1] == ' ')
		n--;
	buf[n] = '\0';
}

/* SQLSTATEs of class 08: the connection is lost or was refused. */
static void
judge_state(const struct hit *h, struct tt_error *e)
{
	e->remedy = "";
	e->verdict = str_starts(h->text, "08") ? VERDICT_AGAIN : VERDICT_STOP;
}

static void
take(const struct hit *h, struct tt_error *ret)
{
	ret->number = h->number;
	if (h->number == 0)
		judge_state(h, ret);
	else
		ret->remedy = tt_error_meaning(h->number, &ret->verdict);
	copy_line(ret->text, TEXT_MAX + 1, h->text, text_length(h->text));
}

/* How much an error says: a wrapper little, danger most. */
static int
weight(const struct tt_error *e)
{
	if (tt_error_is_wrapper(e->number))
		return 1;
	return e->verdict == VERDICT_DANGER ? 3 : 2;
}

bool
tt_sql_error(const char *text, struct tt_error *ret)
{
	const char *cursor = text, *line = text;
	struct hit hit;
	int best = 0;

	while (next_hit(text, &cursor, &line, &hit)) {
		struct tt_error e;

		if (tt_error_is_warning(hit.number) || is_warning_line(line, hit.rest))
			continue;
		take(&hit, &e);
		if (weight(&e) <= best)
			continue;
		best = weight(&e);
		*ret = e;
	}
	return best > 0;
}

bool
tt_error_find(const char *text, struct tt_error *ret)
{
	const char *at;

	if (tt_sql_error(text, ret))
		return true;
	at = tt_error_text_find(text, &ret->verdict, &ret->remedy);
	if (at == NULL)
		return false;
	while (at > text && at[-1] != '\n')
		at--;
	ret->number = 0;
	copy_line(ret->text, TEXT_MAX + 1, at, strcspn(at, "\n"));
	return true;
}

void
tt_error_tail(const char *text, char *buf, size_t size)
{
	const char *start = text + strlen(text);
	int lines = 0;

	while (start > text && (size_t)(strlen(start)) < size - 1 && lines < 4) {
		start--;
		if (*start == '\n' && start[1] != '\0')
			lines++;
	}
	copy_line(buf, size, start, strlen(start));
}
