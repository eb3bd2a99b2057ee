#include "config.h"

#include "client/pages.h"

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

static void
add_steps(struct buf *out, const json_t *procedure)
{
	char number[LOOK_TEXT], title[LOOK_TEXT];
	struct buf lines = { 0 };
	size_t i;
	json_t *step;

	json_array_foreach(look_array(procedure, "steps"), i, step) {
		cells_add_clean(&lines, look_word(step, "number", number));
		buf_adds(&lines, "  ");
		cells_add_clean(&lines, look_word(step, "title", title));
		buf_adds(&lines, "\n");
	}
	if (lines.len > 0)
		field_add(out, "steps", buf_text(&lines));
	buf_done(&lines);
}

static void
add_options(struct buf *out, const json_t *procedure)
{
	struct buf list = { 0 };

	if (look_add_list(&list, procedure, "options"))
		field_add(out, "options", buf_text(&list));
	buf_done(&list);
}

/* Procedures of other engines that this one has no counterpart for. */
static void
add_refused(struct buf *out, const struct view *v, const json_t *doc)
{
	char word[LOOK_TEXT];
	size_t i;
	json_t *one;

	json_array_foreach(look_array(doc, "refused"), i, one) {
		buf_adds(out, "\n");
		style_add(out, v, STYLE_BOLD, look_word(one, "id", word));
		buf_adds(out, "  ");
		cells_add_clean(out, look_word(one, "engine", word));
		buf_adds(out, "  has none\n");
		(void)field_add_member(out, "why", one, "reason");
		(void)field_add_member(out, "instead", one, "remedy");
	}
}

void
page_procedures(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *list = look_array(doc, "procedures");
	char word[LOOK_TEXT];
	size_t i;
	json_t *procedure;

	if (json_array_size(list) == 0)
		buf_adds(out, "no procedures\n");
	json_array_foreach(list, i, procedure) {
		buf_adds(out, i > 0 ? "\n" : "");
		style_add(out, v, STYLE_BOLD, look_word(procedure, "id", word));
		buf_adds(out, "  ");
		cells_add_clean(out, look_word(procedure, "engine", word));
		buf_adds(out, "  ");
		cells_add_clean(out, look_word(procedure, "title", word));
		buf_adds(out, "\n");
		(void)field_add_member(out, "needs", procedure, "needs");
		(void)field_add_member(out, "costs", procedure, "costs");
		(void)field_add_member(out, "forbids", procedure, "forbids");
		add_options(out, procedure);
		(void)field_add_member(out, "source", procedure, "source");
		add_steps(out, procedure);
	}
	add_refused(out, v, doc);
}

void
page_version(struct buf *out, const struct view *v, const json_t *doc)
{
	char word[LOOK_TEXT];

	style_add(out, v, STYLE_PLAIN, look_word(doc, "program", word));
	buf_adds(out, " ");
	cells_add_clean(out, look_word(doc, "version", word));
	buf_adds(out, ", API ");
	cells_add_clean(out, look_word(doc, "api", word));
	buf_adds(out, ", engines ");
	if (!look_add_list(out, doc, "engines"))
		buf_adds(out, LOOK_UNKNOWN);
	buf_adds(out, "\n");
}
