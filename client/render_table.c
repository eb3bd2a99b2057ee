#include "config.h"

#include "client/render_table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/cells.h"
#include "client/look.h"
#include "common/mem.h"

void
table_init(struct table *t, const struct view *v, const char *const *heads)
{
	struct buf head = { 0 };
	size_t i;

	*t = (struct table){ .view = v };
	for (i = 0; i < TABLE_COLUMNS && heads[i] != NULL; i++) {
		t->right[i] = heads[i][0] == '#';
		style_add(&head, v, STYLE_BOLD, heads[i] + (t->right[i] ? 1 : 0));
		table_add_buf(t, &head);
	}
	t->columns = i;
}

void
table_add(struct table *t, const char *text)
{
	struct buf clean = { 0 };

	cells_add_clean(&clean, text);
	table_add_buf(t, &clean);
}

void
table_add_word(struct table *t, const char *word)
{
	struct buf styled = { 0 };

	style_add_word(&styled, t->view, word);
	table_add_buf(t, &styled);
}

void
table_add_buf(struct table *t, struct buf *text)
{
	str_list_add(&t->cells, buf_text(text));
	buf_done(text);
}

static void
table_measure(const struct table *t, size_t widths[TABLE_COLUMNS])
{
	size_t i, width;

	for (i = 0; i < t->cells.count; i++) {
		width = cells_width(t->cells.items[i]);
		if (width > widths[i % t->columns])
			widths[i % t->columns] = width;
	}
}

static size_t
table_last(const struct table *t)
{
	size_t last = t->columns - 1;

	while (last > 0 && t->hidden[last])
		last--;
	return last;
}

static void
trim_end(struct buf *row)
{
	while (row->len > 0 && row->data[row->len - 1] == ' ')
		row->data[--row->len] = '\0';
}

/* One row, without spaces at its end. */
static void
table_row(const struct table *t, char **cells, const size_t *widths, struct buf *row)
{
	size_t i, space, last = table_last(t);

	for (i = 0; i <= last; i++) {
		if (t->hidden[i])
			continue;
		space = widths[i] - cells_width(cells[i]);
		if (t->right[i])
			cells_add_space(row, space);
		buf_adds(row, cells[i]);
		if (i == last)
			break;
		if (!t->right[i])
			cells_add_space(row, space);
		cells_add_space(row, 2);
	}
}

void
table_done(struct table *t, struct buf *out, size_t indent)
{
	size_t widths[TABLE_COLUMNS] = { 0 };
	struct buf row = { 0 };
	size_t i;

	table_measure(t, widths);
	for (i = 0; i + t->columns <= t->cells.count; i += t->columns) {
		buf_clear(&row);
		cells_add_space(&row, indent);
		table_row(t, t->cells.items + i, widths, &row);
		trim_end(&row);
		if (t->view->cut && t->view->width > 0)
			cells_add_cut(out, buf_text(&row), t->view->width);
		else
			buf_adds(out, buf_text(&row));
		buf_adds(out, "\n");
	}
	buf_done(&row);
	str_list_done(&t->cells);
}

/* The text may hold colour of our own, so it is cleaned where it comes from. */
void
field_add(struct buf *out, const char *label, const char *text)
{
	const char *end;

	do {
		end = strchrnul(text, '\n');
		buf_addf(out, "  %-*s ", FIELD_WIDTH, label);
		buf_add(out, text, (size_t)(end - text));
		buf_adds(out, "\n");
		label = "";
		text = end + 1;
	} while (*end != '\0' && *text != '\0');
}

void
field_addf(struct buf *out, const char *label, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	field_add(out, label, text);
	free(text);
}

bool
field_add_member(struct buf *out, const char *label, const json_t *obj, const char *key)
{
	struct buf raw = { 0 }, clean = { 0 };
	bool known = look_add_list(&raw, obj, key);

	if (known) {
		cells_add_clean(&clean, buf_text(&raw));
		field_add(out, label, buf_text(&clean));
	}
	buf_done(&raw);
	buf_done(&clean);
	return known;
}

bool
field_add_pairs(struct buf *out, const char *label, const json_t *obj, const char *key)
{
	json_t *members = json_object_get(obj, key), *value;
	struct buf list = { 0 }, clean = { 0 };
	const char *name;

	json_object_foreach(members, name, value) {
		if (json_is_string(value))
			buf_addf(&list, "%s%s=%s", list.len > 0 ? ", " : "", name,
			    json_string_value(value));
	}
	if (list.len > 0) {
		cells_add_clean(&clean, buf_text(&list));
		field_add(out, label, buf_text(&clean));
	}
	buf_done(&list);
	buf_done(&clean);
	return json_object_size(members) > 0;
}
