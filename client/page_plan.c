#include "config.h"

#include "client/pages.h"

#include <inttypes.h>

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

static void
add_head(struct buf *out, const struct view *v, const json_t *doc)
{
	char word[LOOK_TEXT];
	const char *title = look_string(doc, "title");

	buf_adds(out, "plan for ");
	style_add(out, v, STYLE_BOLD, look_word(doc, "pair", word));
	buf_adds(out, ": ");
	cells_add_clean(out, look_word(doc, "from", word));
	buf_adds(out, " -> ");
	cells_add_clean(out, look_word(doc, "to", word));
	buf_adds(out, " by ");
	cells_add_clean(out, look_word(doc, "procedure", word));
	if (title != NULL) {
		buf_adds(out, ", ");
		cells_add_clean(out, title);
	}
	buf_addf(out, "\n%zu steps, estimated %s\n",
	    json_array_size(look_array(doc, "steps")),
	    look_duration(doc, "estimate_ms", word));
	(void)field_add_pairs(out, "options", doc, "options");
	buf_addf(out, "plan hash %s\n", look_word(doc, "hash", word));
}

static void
add_step_head(struct buf *out, const struct view *v, const json_t *step)
{
	char word[LOOK_TEXT];
	const char *title = look_string(step, "title");

	buf_adds(out, "\n");
	style_add(out, v, STYLE_BOLD, look_word(step, "number", word));
	buf_adds(out, "  ");
	style_add(out, v, STYLE_BOLD,
	    title != NULL ? title : look_word(step, "id", word));
	buf_adds(out, "\n");
	if (title != NULL)
		(void)field_add_member(out, "step", step, "id");
	field_addf(out, "on", "%s, host %s", look_word(step, "member", word),
	    look_string(step, "host") == NULL ? LOOK_UNKNOWN
					      : look_string(step, "host"));
}

/* Every line of a text, or every string of a list, under one label. */
static void
add_lines(struct buf *out, const char *label, const json_t *obj, const char *key)
{
	const json_t *list = look_array(obj, key);
	const char *text = look_string(obj, key);
	struct buf lines = { 0 };
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item) {
		if (json_string_value(item) != NULL)
			cells_add_lines(&lines, json_string_value(item), 0);
	}
	if (text != NULL)
		cells_add_lines(&lines, text, 0);
	if (lines.len > 0)
		field_add(out, label, buf_text(&lines));
	buf_done(&lines);
}

static void
add_commands(struct buf *out, const json_t *step)
{
	if (json_array_size(look_array(step, "commands")) > 0)
		add_lines(out, "command", step, "commands");
	else
		add_lines(out, "command", step, "command");
}

/* A gate is a name, or an object with id and prompt. */
static void
add_gate(struct buf *out, const struct view *v, const json_t *step)
{
	const json_t *gate = look_object(step, "gate");
	const char *id =
	    gate == NULL ? look_string(step, "gate") : look_string(gate, "id");
	const char *prompt = look_string(gate, "prompt");
	struct buf line = { 0 };

	if (id == NULL)
		return;
	style_add(&line, v, STYLE_ASKS, id);
	buf_adds(&line, " before it: ");
	cells_add_clean(&line, prompt == NULL ? "waits for approval" : prompt);
	field_add(out, "gate", buf_text(&line));
	buf_done(&line);
}

static void
add_marks(struct buf *out, const struct view *v, const json_t *step)
{
	struct buf line = { 0 };

	if (look_is_true(step, "opens_pause"))
		field_add(out, "pause", "the write pause begins here");
	if (look_is_true(step, "closes_pause"))
		field_add(out, "pause", "the write pause ends here");
	if (look_is_true(step, "destroys")) {
		style_add(&line, v, STYLE_BAD, "destroys a database");
		field_add(out, "destroys", buf_text(&line));
		buf_clear(&line);
	}
	if (look_is_true(step, "no_return")) {
		style_add(&line, v, STYLE_BAD, "from here on abort is refused");
		field_add(out, "no return", buf_text(&line));
	}
	buf_done(&line);
}

/* What abort does from here; said once where it stays the same from step to step. */
static const json_t *
add_abort(struct buf *out, const json_t *step, const json_t *told, bool may_return)
{
	const json_t *abort = look_array(step, "abort");
	char word[LOOK_TEXT];

	if (told != NULL && json_array_size(abort) > 0 &&
	    json_equal(abort, look_array(told, "abort"))) {
		field_addf(out, "abort", "as after step %s", look_word(told, "number", word));
		return told;
	}
	if (json_array_size(abort) == 0 && may_return)
		field_add(out, "abort", "nothing to take back");
	else
		add_lines(out, "abort", step, "abort");
	return step;
}

/* What it took before is worth more than a rate. */
static void
add_estimate(struct buf *out, const json_t *step)
{
	char word[LOOK_TEXT], id[LOOK_TEXT];
	const char *ms = look_duration(step, "estimate_ms", word);

	if (json_is_integer(json_object_get(step, "estimate_upgrade")))
		field_addf(out, "estimate", "%s, by upgrade %s", ms,
		    look_word(step, "estimate_upgrade", id));
	else
		field_add(out, "estimate", ms);
}

static const json_t *
add_step(struct buf *out, const struct view *v, const json_t *step, const json_t *told,
    bool may_return)
{
	add_step_head(out, v, step);
	add_gate(out, v, step);
	add_commands(out, step);
	add_lines(out, "effect", step, "effect");
	add_estimate(out, step);
	add_marks(out, v, step);
	return add_abort(out, step, told, may_return);
}

static void
add_point_of_no_return(struct buf *out, const json_t *doc)
{
	char word[LOOK_TEXT];
	json_t *step;
	size_t i;

	json_array_foreach(look_array(doc, "steps"), i, step) {
		if (!look_is_true(step, "no_return"))
			continue;
		buf_addf(out, "point of no return: step %s\n",
		    look_word(step, "number", word));
		return;
	}
	if (i > 0)
		buf_adds(out, "point of no return: none, abort is possible to the end\n");
}

void
page_plan(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *told = NULL;
	bool may_return = true;
	size_t i;
	json_t *step;

	add_head(out, v, doc);
	add_point_of_no_return(out, doc);
	json_array_foreach(look_array(doc, "steps"), i, step) {
		may_return = may_return && !look_is_true(step, "no_return");
		told = add_step(out, v, step, told, may_return);
	}
	if (json_array_size(look_array(doc, "findings")) == 0)
		return;
	buf_adds(out, "\nfindings\n");
	page_findings(out, v, doc);
}
