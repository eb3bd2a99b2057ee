/*
 * What libpq returned, as the text that sql/session.h describes and rows.h reads.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_RESULT_H
#define UD_ENGINE_POSTGRES_SQL_RESULT_H

#include <libpq-fe.h>
#include <stdbool.h>

struct buf;

/* A line for each row, its fields between tabs; NULL is \N, what would end a line or a field
 * is escaped. */
void result_add_rows(struct buf *b, const PGresult *r);

/* "SEVERITY:  text"; of an error with its SQLSTATE, detail and hint, a line each. */
void result_add_notice(struct buf *b, const PGresult *r);
void result_add_error(struct buf *b, const PGresult *r);

/* FATAL or PANIC: the server has ended the session with it. */
bool result_ends_session(const PGresult *r);

#endif
