/*
 * ttIsql: statements of a session, and the rows `< a, b >` that it prints.
 *
 * With its commands on standard input it may print its prompt ("Command> ") before each
 * answer, and the statement again. Only a line that begins with '<' behind prompts is a
 * row. Long rows are wrapped over lines.
 */
#include "config.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

static const char prompt[] = "Command>";

void
tt_session(struct command *c, const struct member *m, int installation, const char *fmt,
    ...)
{
	char *statement, *before = c->statements;
	va_list ap;

	va_start(ap, fmt);
	statement = mem_vprintf(fmt, ap);
	va_end(ap);
	c->kind = COMMAND_SESSION;
	c->member = m;
	c->host = m->host;
	c->installation = installation;
	c->statements = mem_printf("%s%s;\n", before != NULL ? before : "", statement);
	free(before);
	free(statement);
}

void
tt_isql_job(struct command *c, const struct member *m, int installation, const char *statements)
{
	tt_job(c, m, installation, "ttIsql");
	str_list_add(&c->argv, "-v1");
	str_list_add(&c->argv, "-e");
	str_list_add(&c->argv, statements);
	tt_job_connect(c, false);
}

/* Behind blanks, prompts, and the '>' of continued statements. */
static const char *
skip_prompts(const char *p)
{
	for (;;) {
		if (*p == ' ' || *p == '\t' || *p == '>')
			p++;
		else if (str_starts_nocase(p, prompt))
			p += sizeof(prompt) - 1;
		else
			return p;
	}
}

/* The end of what is printed in [p, end): blanks and a prompt behind it do not count. */
static const char *
trim_end(const char *p, const char *end)
{
	for (;;) {
		while (end > p && isspace((unsigned char)end[-1]))
			end--;
		if ((size_t)(end - p) < sizeof(prompt) - 1 ||
		    !str_starts_nocase(end - (sizeof(prompt) - 1), prompt))
			return end;
		end -= sizeof(prompt) - 1;
	}
}

static void
add_column(struct tt_row *row, char *value)
{
	bool null;

	value = str_trim(value);
	if (row->count == TT_COLUMNS_MAX)
		return;
	null = str_equal_nocase(value, "<NULL>");
	row->null[row->count] = null;
	row->column[row->count++] = null ? value + strlen(value) : value;
}

static void
split(struct tt_row *row)
{
	char *p = row->text, *comma;

	row->count = 0;
	while ((comma = strchr(p, ',')) != NULL) {
		*comma = '\0';
		add_column(row, p);
		p = comma + 1;
	}
	add_column(row, p);
}

#define ROW_LINES_MAX 32

/* Joins lines from p (behind '<') to the one that ends with '>'. Returns the end of it, or
 * NULL when another row begins or the text ends before. */
static const char *
join(struct tt_row *row, const char *p)
{
	size_t n = 0;

	for (int line = 0; line < ROW_LINES_MAX; line++) {
		const char *eol = p + strcspn(p, "\n");
		const char *end = trim_end(p, eol);
		bool last = end > p && end[-1] == '>' &&
		    (end - p < 6 || !str_starts_nocase(end - 6, "<NULL>"));
		size_t len = (size_t)(end - p) - (last ? 1 : 0);

		if (line > 0 && *skip_prompts(p) == '<' &&
		    !str_starts_nocase(skip_prompts(p), "<NULL>"))
			return NULL;
		if (len > sizeof(row->text) - 1 - n)
			len = sizeof(row->text) - 1 - n;
		memcpy(row->text + n, p, len);
		n += len;
		row->text[n] = '\0';
		if (last)
			return *eol == '\n' ? eol + 1 : eol;
		if (*eol == '\0')
			return NULL;
		p = eol + 1;
	}
	return NULL;
}

bool
tt_row_next(const char **cursor, struct tt_row *ret)
{
	while (**cursor != '\0') {
		const char *line = *cursor, *start = skip_prompts(line);
		const char *eol = line + strcspn(line, "\n");
		const char *end;

		*cursor = *eol == '\n' ? eol + 1 : eol;
		if (start >= eol || *start != '<')
			continue;
		end = join(ret, start + 1);
		if (end == NULL)
			continue;
		*cursor = end;
		split(ret);
		return true;
	}
	return false;
}

const char *
tt_column(const struct tt_row *row, int n)
{
	return n >= 0 && n < row->count ? row->column[n] : "";
}

int64_t
tt_column_int(const struct tt_row *row, int n, int64_t fallback)
{
	int64_t value = fallback;

	if (!str_to_int(tt_column(row, n), INT64_MIN, INT64_MAX, &value))
		return fallback;
	return value;
}
