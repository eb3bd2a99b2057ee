/*
 * The printer for people: aligned tables and labelled lines. The pages (page_*.c) say
 * what stands in them.
 */
#ifndef UD_CLIENT_RENDER_TABLE_H
#define UD_CLIENT_RENDER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "client/style.h"
#include "common/buf.h"
#include "common/str.h"

#define TABLE_COLUMNS 16

struct table {
	const struct view *view;
	size_t columns;
	bool right[TABLE_COLUMNS];  /* numbers stand to the right */
	bool hidden[TABLE_COLUMNS]; /* a column the engine does not have */
	struct str_list cells;      /* row after row, heads first; may hold colour */
};

/* All columns of a table, left to right, ended by NULL; "#LAG" stands to the right. */
void table_init(struct table *t, const struct view *v, const char *const *heads);

/* The next cell: cleaned text, a word in its colour, or a part of the page as built. */
void table_add(struct table *t, const char *text);
void table_add_word(struct table *t, const char *word);
void table_add_buf(struct table *t, struct buf *text); /* text is empty afterwards */

/* Writes heads and rows behind indent columns and empties the table. */
void table_done(struct table *t, struct buf *out, size_t indent);

/* "  label        text": several lines of text stay under each other. */
void field_add(struct buf *out, const char *label, const char *text);
void field_addf(struct buf *out, const char *label, const char *fmt, ...)
    UD_PRINTF(3, 4);

/* The same for a member of obj, only when it is known. True when it was. */
bool field_add_member(struct buf *out, const char *label, const json_t *obj,
    const char *key);

/* The members of the object obj[key] as "name=value", with commas; false: there are none. */
bool field_add_pairs(struct buf *out, const char *label, const json_t *obj, const char *key);

#define FIELD_WIDTH 13

#endif
