#include "config.h"

#include "daemon/engine/postgres/sql/result.h"

#include <string.h>

#include "common/buf.h"
#include "common/str.h"

/* One line whatever it holds: what would end a line or a field is escaped. */
static void
add_field(struct buf *b, const char *text)
{
	static const char special[] = "\t\n\r\\";

	for (;;) {
		size_t plain = strcspn(text, special);

		if (plain > 0)
			buf_add(b, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		buf_adds(b,
		    *text == '\t'       ? "\\t"
			: *text == '\n' ? "\\n"
			: *text == '\r' ? "\\r"
					: "\\\\");
		text++;
	}
}

void
result_add_rows(struct buf *b, const PGresult *r)
{
	int rows = PQntuples(r), fields = PQnfields(r);

	for (int row = 0; row < rows; row++) {
		for (int field = 0; field < fields; field++) {
			if (field > 0)
				buf_add(b, "\t", 1);
			if (PQgetisnull(r, row, field))
				buf_add(b, "\\N", 2);
			else
				add_field(b, PQgetvalue(r, row, field));
		}
		buf_add(b, "\n", 1);
	}
}

/* "NAME:  text"; a text of several lines goes on behind tabs. */
static void
add_words(struct buf *b, const char *name, const char *blanks, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	buf_addf(b, "%s:%s", name, blanks);
	for (;;) {
		size_t len = strcspn(text, "\r\n");

		buf_add(b, text, len);
		buf_add(b, "\n", 1);
		text += len + strspn(text + len, "\r\n");
		if (*text == '\0')
			return;
		buf_add(b, "\t", 1);
	}
}

static const char *
severity_of(const PGresult *r)
{
	const char *word = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);

	return word != NULL ? word : "ERROR";
}

bool
result_ends_session(const PGresult *r)
{
	const char *severity = severity_of(r);

	return str_equal(severity, "FATAL") || str_equal(severity, "PANIC");
}

void
result_add_notice(struct buf *b, const PGresult *r)
{
	add_words(b, severity_of(r), "  ", PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
}

void
result_add_error(struct buf *b, const PGresult *r)
{
	result_add_notice(b, r);
	add_words(b, "SQLSTATE", " ", PQresultErrorField(r, PG_DIAG_SQLSTATE));
	add_words(b, "DETAIL", "  ", PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL));
	add_words(b, "HINT", "  ", PQresultErrorField(r, PG_DIAG_MESSAGE_HINT));
}
