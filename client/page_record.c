#include "config.h"

#include "client/pages.h"

#include <inttypes.h>

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

void
page_history(struct buf *out, const struct view *v, const json_t *doc)
{
	static const char *const heads[] = { "UPGRADE", "PAIR", "STATE", "FROM", "TO",
		"PROCEDURE", "#STEPS", "#PAUSE", "STARTED", "ENDED", "BY", NULL };
	const json_t *list = look_array(doc, "upgrades");
	char word[LOOK_TEXT];
	struct table t;
	size_t i;
	json_t *up;

	if (json_array_size(list) == 0) {
		buf_adds(out, "no upgrades\n");
		return;
	}
	table_init(&t, v, heads);
	json_array_foreach(list, i, up) {
		table_add(&t, look_word(up, "id", word));
		table_add(&t, look_word(up, "pair", word));
		table_add_word(&t, look_word(up, "state", word));
		table_add(&t, look_word(up, "from", word));
		table_add(&t, look_word(up, "to", word));
		table_add(&t, look_word(up, "procedure", word));
		table_add(&t, look_word(up, "steps_done", word));
		table_add(&t, look_duration(up, "write_pause_ms", word));
		table_add(&t, look_time(up, "started_at", word));
		table_add(&t, look_time(up, "ended_at", word));
		table_add(&t, look_word(up, "created_by", word));
	}
	table_done(&t, out, 0);
	if (look_text(doc, "next", word) != NULL)
		buf_addf(out, "\nthere are more: --after %s\n",
		    look_word(doc, "next", word));
}

void
page_command_begin(struct buf *out, const struct view *v, const json_t *command)
{
	char word[LOOK_TEXT];

	style_add(out, v, STYLE_BOLD, "step ");
	style_add(out, v, STYLE_BOLD, look_word(command, "number", word));
	buf_adds(out, " ");
	style_add(out, v, STYLE_BOLD, look_word(command, "step", word));
	if (look_number(command, "attempt") > 1)
		buf_addf(out, " (attempt %s)", look_word(command, "attempt", word));
	buf_adds(out, look_is_true(command, "clean_up") ? " (clean-up)  " : "  ");
	cells_add_clean(out, look_word(command, "member", word));
	buf_adds(out, " on ");
	cells_add_clean(out, look_word(command, "host", word));
	buf_adds(out, "  ");
	cells_add_clean(out, look_time(command, "started_at", word));
	buf_adds(out, "\n  $ ");
	cells_add_clean(out, look_word(command, "command", word));
	buf_adds(out, "\n");
}

/* "exit 0", "ended by signal 9"; what is not known is said to be so. */
static void
add_ending(struct buf *out, const struct view *v, const json_t *command)
{
	char word[LOOK_TEXT];
	const char *signal = look_text(command, "signal", word);
	int64_t status = look_number(command, "exit");

	if (signal != NULL && !str_equal(signal, "0")) {
		style_add(out, v, STYLE_BAD, "ended by signal ");
		style_add(out, v, STYLE_BAD, signal);
	} else if (status >= 0) {
		str_printf(word, sizeof(word), "exit %" PRId64, status);
		style_add(out, v, status == 0 ? STYLE_DIM : STYLE_BAD, word);
	} else if (look_string(command, "ended_at") == NULL) {
		buf_adds(out, "has not ended");
	} else {
		buf_adds(out, "exit status unknown");
	}
}

void
page_command_end(struct buf *out, const struct view *v, const json_t *command)
{
	char took[LOOK_TEXT];
	const char *output = look_string(command, "output");
	const char *error = look_string(command, "error");
	const char *verdict = look_string(command, "verdict");

	if (output != NULL)
		cells_add_lines(out, output, 4);
	buf_adds(out, "  ");
	add_ending(out, v, command);
	if (look_number(command, "took_ms") >= 0)
		buf_addf(out, ", took %s", look_duration(command, "took_ms", took));
	if (verdict != NULL) {
		buf_adds(out, ", ");
		cells_add_clean(out, verdict);
	}
	buf_adds(out, "\n");
	if (error != NULL) {
		buf_adds(out, "  ");
		style_add(out, v, STYLE_BAD, error);
		buf_adds(out, "\n");
	}
}

void
page_log(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *list = look_array(doc, "commands");
	size_t i;
	json_t *command;

	if (json_array_size(list) == 0)
		buf_adds(out, "no commands\n");
	json_array_foreach(list, i, command) {
		buf_adds(out, i > 0 ? "\n" : "");
		page_command_begin(out, v, command);
		page_command_end(out, v, command);
	}
}
