#include "config.h"

#include "client/pages.h"

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

#define C_PHASE 1

static bool
has_phase(const json_t *steps)
{
	size_t i;
	json_t *step;

	json_array_foreach(steps, i, step) {
		if (look_string(step, "phase") != NULL)
			return true;
	}
	return false;
}

static void
add_steps(struct buf *out, const struct view *v, const json_t *steps)
{
	static const char *const heads[] = { "#STEP", "PHASE", "ID", "MEMBER", "STATE",
		"#ATTEMPT", "STARTED", "#TOOK", "TITLE", NULL };
	char word[LOOK_TEXT];
	struct table t;
	size_t i;
	json_t *step;

	table_init(&t, v, heads);
	t.hidden[C_PHASE] = !has_phase(steps);
	json_array_foreach(steps, i, step) {
		table_add(&t, look_word(step, "number", word));
		table_add(&t, look_word(step, "phase", word));
		table_add(&t, look_word(step, "id", word));
		table_add(&t, look_word(step, "member", word));
		table_add_word(&t, look_word(step, "state", word));
		table_add(&t, look_word(step, "attempt", word));
		table_add(&t, look_time(step, "started_at", word));
		table_add(&t, look_duration(step, "took_ms", word));
		table_add(&t, look_word(step, "title", word));
	}
	table_done(&t, out, 2);
}

static void
add_step_error(struct buf *out, const struct view *v, const json_t *step)
{
	const json_t *error = look_object(step, "error");
	char number[LOOK_TEXT], text[LOOK_TEXT];
	const char *detail = error != NULL ? look_string(error, "detail")
					   : look_text(step, "error", text);
	const char *remedy = look_string(error, "remedy");

	if (detail == NULL || *detail == '\0')
		return;
	buf_adds(out, "  step ");
	cells_add_clean(out, look_word(step, "number", number));
	buf_adds(out, ": ");
	style_add(out, v, STYLE_BAD, detail);
	buf_adds(out, "\n");
	if (remedy != NULL) {
		buf_adds(out, "    what to do: ");
		cells_add_clean(out, remedy);
		buf_adds(out, "\n");
	}
}

/* Who approved what: the part of the record that is asked for first. */
static void
add_approvals(struct buf *out, const struct view *v, const json_t *approvals)
{
	static const char *const heads[] = { "APPROVED", "GATE", "STEP", "BY",
		"COMMENT", NULL };
	char word[LOOK_TEXT];
	struct table t;
	size_t i;
	json_t *approval;

	if (json_array_size(approvals) == 0)
		return;
	buf_adds(out, "\n");
	table_init(&t, v, heads);
	json_array_foreach(approvals, i, approval) {
		table_add(&t, look_time(approval, "at", word));
		table_add(&t, look_word(approval, "gate", word));
		table_add(&t, look_word(approval, "step", word));
		table_add(&t, look_word(approval, "who", word));
		table_add(&t, look_word(approval, "comment", word));
	}
	table_done(&t, out, 2);
}

/* What was found out on the way and stays of it. */
static void
add_record(struct buf *out, const json_t *record)
{
	size_t i;
	json_t *text;

	json_array_foreach(record, i, text) {
		buf_adds(out, i == 0 ? "\n  record\n" : "");
		if (json_is_string(text))
			cells_add_lines(out, json_string_value(text), 4);
	}
}

void
page_show(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *steps = look_array(doc, "steps");
	char word[LOOK_TEXT];
	size_t i;
	json_t *step;

	buf_adds(out, "pair ");
	style_add(out, v, STYLE_BOLD, look_word(doc, "pair", word));
	buf_adds(out, "\n");
	page_upgrade(out, v, doc);
	(void)field_add_pairs(out, "options", doc, "options");
	(void)field_add_member(out, "plan hash", doc, "plan_hash");
	buf_adds(out, "\n");
	add_steps(out, v, steps);
	json_array_foreach(steps, i, step)
		add_step_error(out, v, step);
	add_approvals(out, v, look_array(doc, "approvals"));
	add_record(out, look_array(doc, "record"));
}
