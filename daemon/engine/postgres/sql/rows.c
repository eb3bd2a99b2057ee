#include "config.h"

#include "daemon/engine/postgres/sql/rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/str.h"

static const char *
line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* "NOTICE:  text": a word of the server, not a row. */
static bool
is_said(const char *line)
{
	static const char *const words[] = { "NOTICE:  ", "WARNING:  ", "INFO:  ",
		"LOG:  ", "DEBUG:  ", "ERROR:  ", "FATAL:  ", "PANIC:  ", "SQLSTATE: ",
		"DETAIL:  ", "HINT:  " };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(line, words[i]))
			return true;
	return false;
}

static char
unescaped(char c)
{
	return c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
}

bool
pg_unescape(const char *p, size_t len, char *buf, size_t size)
{
	const char *end = p + len;
	size_t n = 0;
	bool whole = true;

	for (; p < end; p++) {
		char c = *p;

		if (c == '\\' && p + 1 < end)
			c = unescaped(*++p);
		if (n + 1 < size)
			buf[n++] = c;
		else
			whole = false;
	}
	buf[n] = '\0';
	return whole;
}

/* Copies one field to at (room bytes); returns where the line goes on. */
static const char *
read_field(const char *p, const char *end, char *at, size_t room, struct pg_row *r)
{
	const char *tab = memchr(p, '\t', (size_t)(end - p));

	if (tab == NULL)
		tab = end;
	if (!pg_unescape(p, (size_t)(tab - p), at, room))
		r->cut = true;
	return tab;
}

static void
read_row(const char *line, const char *end, struct pg_row *r)
{
	size_t used = 0;

	r->count = 0;
	r->cut = false;
	for (const char *p = line;; p++) {
		char *at = r->text + used;
		const char *start = p;

		if (r->count == PG_FIELDS_MAX) {
			r->cut = true;
			return;
		}
		p = read_field(p, end, at, sizeof(r->text) - used, r);
		r->null[r->count] =
		    p - start == 2 && start[0] == '\\' && start[1] == 'N';
		if (r->null[r->count])
			at[0] = '\0';
		r->field[r->count++] = at;
		if (used + strlen(at) + 1 < sizeof(r->text))
			used += strlen(at) + 1;
		if (p == end)
			return;
	}
}

bool
pg_row_next(const char **cursor, struct pg_row *ret)
{
	while (**cursor != '\0') {
		const char *line = *cursor, *end = line_end(line);

		*cursor = *end == '\n' ? end + 1 : end;
		if (is_said(line))
			while (**cursor == '\t') { /* its further lines */
				end = line_end(*cursor);
				*cursor = *end == '\n' ? end + 1 : end;
			}
		else {
			read_row(line, end, ret);
			return true;
		}
	}
	return false;
}

const char *
pg_field(const struct pg_row *r, int n)
{
	return n < r->count ? r->field[n] : "";
}

bool
pg_field_is_null(const struct pg_row *r, int n)
{
	return n >= r->count || r->null[n];
}

int64_t
pg_field_int(const struct pg_row *r, int n, int64_t fallback)
{
	int64_t value;

	return str_to_int(pg_field(r, n), INT64_MIN, INT64_MAX, &value) ? value
									: fallback;
}

enum fact
pg_field_fact(const struct pg_row *r, int n)
{
	static const char *const yes[] = { "t", "true", "on" },
				 *const no[] = { "f", "false", "off" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (str_equal(pg_field(r, n), yes[i]))
			return FACT_YES;
		if (str_equal(pg_field(r, n), no[i]))
			return FACT_NO;
	}
	return FACT_UNKNOWN;
}

bool
pg_lsn_parse(const char *text, struct position *ret)
{
	char *slash, *end;
	unsigned long long high, low;
	static const char digits[] = "0123456789abcdefABCDEF";

	if (strspn(text, digits) == 0 || strspn(text, digits) > 8)
		return false;
	high = strtoull(text, &slash, 16);
	if (*slash != '/' || strspn(slash + 1, digits) == 0 ||
	    strspn(slash + 1, digits) > 8)
		return false;
	low = strtoull(slash + 1, &end, 16);
	if (*end != '\0')
		return false;
	*ret = (struct position){ .file = (int64_t)high,
		.offset = (int64_t)low,
		.set = true };
	return true;
}

struct position
pg_field_lsn(const struct pg_row *r, int n)
{
	struct position p = { 0 };

	(void)pg_lsn_parse(pg_field(r, n), &p);
	return p;
}

const char *
pg_lsn_text(const struct position *p, char buf[PG_LSN_TEXT])
{
	buf[0] = '\0';
	if (p->set)
		str_printf(buf, PG_LSN_TEXT, "%llX/%llX", (unsigned long long)p->file,
		    (unsigned long long)p->offset);
	return buf;
}

/* ---- errors ---- */

static void
copy_line(char *dst, size_t size, const char *text)
{
	str_printf(dst, size, "%.*s", (int)strcspn(text, "\r\n"), text);
}

static bool
read_severity(const char *line, struct pg_said *ret)
{
	static const char *const words[] = { "ERROR", "FATAL", "PANIC" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (!str_starts(line, words[i]) || !str_starts(line + len, ":  "))
			continue;
		*ret = (struct pg_said){ 0 };
		str_copy(ret->severity, sizeof(ret->severity), words[i]);
		copy_line(ret->text, sizeof(ret->text), line + len + 3);
		return true;
	}
	return false;
}

static void
read_more(const char *line, struct pg_said *ret)
{
	if (str_starts(line, "SQLSTATE: "))
		copy_line(ret->state, sizeof(ret->state), line + strlen("SQLSTATE: "));
	else if (str_starts(line, "DETAIL:  "))
		copy_line(ret->detail, sizeof(ret->detail), line + strlen("DETAIL:  "));
	else if (str_starts(line, "HINT:  "))
		copy_line(ret->hint, sizeof(ret->hint), line + strlen("HINT:  "));
}

/* libpq says it behind a refused password, which is what matters. */
static bool
is_aside(const char *line)
{
	return str_starts(line, "password retrieved from file ");
}

bool
pg_said_find(const char *output, struct pg_said *ret)
{
	const char *last = NULL;
	bool found = false;

	*ret = (struct pg_said){ 0 };
	for (const char *line = output; *line != '\0';) {
		const char *end = line_end(line);

		if (end > line && (last == NULL || (*line != '\t' && !is_aside(line))))
			last = line;
		if (read_severity(line, ret))
			found = true;
		else if (found)
			read_more(line, ret);
		line = *end == '\n' ? end + 1 : end;
	}
	if (!found && last != NULL)
		copy_line(ret->text, sizeof(ret->text), last);
	return last != NULL;
}
