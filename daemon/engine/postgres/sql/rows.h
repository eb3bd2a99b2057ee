/*
 * What a session printed (sql/session.h): rows of fields, words of the server between them,
 * and the error that ended it. Parsers take whole outputs, borrowed; they change nothing.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_ROWS_H
#define UD_ENGINE_POSTGRES_SQL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/model/bookmark.h"
#include "daemon/model/role.h"

#define PG_FIELDS_MAX 24
#define PG_ROW_BYTES  4096

/* One row. A NULL is an empty field with null set; a field of more than fits is cut. */
struct pg_row {
	char text[PG_ROW_BYTES]; /* the fields live in here */
	const char *field[PG_FIELDS_MAX];
	bool null[PG_FIELDS_MAX];
	int count;
	bool cut;
};

/* One field, len bytes at p, without its escapes; cut where buf ends, which is told by false. */
bool pg_unescape(const char *p, size_t len, char *buf, size_t size);

/* The next row at or after *cursor (start with the text), which is moved behind it; false:
 * no more. Notices and the lines of an error are no rows. */
bool pg_row_next(const char **cursor, struct pg_row *ret);

/* Field n (0...), "" when it is NULL or the row has fewer. */
const char *pg_field(const struct pg_row *r, int n);
bool pg_field_is_null(const struct pg_row *r,
    int n); /* true, too, when there are fewer */
int64_t pg_field_int(const struct pg_row *r, int n, int64_t fallback);
enum fact pg_field_fact(const struct pg_row *r, int n); /* t, f, true, false, on, off */

/* "16/B374D848" as {file 0x16, offset 0xB374D848}: 2^32 bytes to a "file". False: none. */
bool pg_lsn_parse(const char *text, struct position *ret);
struct position pg_field_lsn(const struct pg_row *r, int n);

#define PG_LSN_TEXT 24
const char *pg_lsn_text(const struct position *p, char buf[PG_LSN_TEXT]); /* or "" */

/* The error that ended an output. */
struct pg_said {
	char severity[12]; /* "ERROR", "FATAL", "PANIC"; "" the session itself failed */
	char state[8];     /* SQLSTATE; "" none */
	char text[300];
	char detail[200], hint[200];
};

/* The last error in an output of a session; when it has none, its last line counts as the
 * text (lines that go on another do not). False: the output is empty. Asked only when the session did not end well: a row of a
 * table may look like an error. */
bool pg_said_find(const char *output, struct pg_said *ret);

#endif
