#include "config.h"

#include "client/pages.h"

#include <inttypes.h>
#include <string.h>

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

static void
add_route(struct buf *out, const json_t *upgrade)
{
	char from[LOOK_TEXT], to[LOOK_TEXT];

	cells_add_clean(out, look_word(upgrade, "from", from));
	buf_adds(out, " -> ");
	cells_add_clean(out, look_word(upgrade, "to", to));
}

static void
add_head(struct buf *out, const struct view *v, const json_t *upgrade)
{
	char word[LOOK_TEXT];

	buf_adds(out, "  upgrade ");
	style_add(out, v, STYLE_BOLD, look_word(upgrade, "id", word));
	buf_adds(out, "  ");
	style_add_word(out, v, look_word(upgrade, "state", word));
	buf_adds(out, "  ");
	style_add(out, v, STYLE_PLAIN, look_word(upgrade, "procedure", word));
	buf_adds(out, "  ");
	add_route(out, upgrade);
	buf_adds(out, "\n");
}

/* "8a drain on master1: running, attempt 2, for 0.842 s" */
static void
add_in_hand(struct buf *line, const struct view *v, const json_t *step)
{
	char word[LOOK_TEXT];
	const char *title = look_string(step, "title");

	style_add(line, v, STYLE_PLAIN, look_word(step, "number", word));
	buf_adds(line, " ");
	style_add(line, v, STYLE_PLAIN, title != NULL ? title : look_word(step, "id", word));
	if (title == NULL || strstr(title, look_word(step, "member", word)) == NULL) {
		buf_adds(line, " on ");
		style_add(line, v, STYLE_PLAIN, look_word(step, "member", word));
	}
	buf_adds(line, ": ");
	style_add_word(line, v, look_word(step, "state", word));
	if (look_number(step, "attempt") > 1)
		buf_addf(line, ", attempt %s", look_word(step, "attempt", word));
	if (look_number(step, "elapsed_ms") >= 0 && !look_is(step, "state", "pending"))
		buf_addf(line, ", for %s", look_duration(step, "elapsed_ms", word));
}

/* "7 of 20 done; step ..." */
static void
add_step(struct buf *out, const struct view *v, const json_t *upgrade)
{
	const json_t *step = look_object(upgrade, "step");
	char word[LOOK_TEXT], text[LOOK_TEXT];
	struct buf line = { 0 };

	buf_addf(&line, "%s of %s done", look_word(upgrade, "steps_done", word),
	    look_word(upgrade, "steps_total", text));
	if (step != NULL) {
		buf_adds(&line, "; ");
		add_in_hand(&line, v, step);
	}
	field_add(out, "step", buf_text(&line));
	buf_done(&line);
}

/* Milliseconds, because that is what applications feel; yellow from half of the limit. */
static void
add_pause(struct buf *out, const struct view *v, const json_t *upgrade)
{
	int64_t pause = look_number(upgrade, "write_pause_ms");
	int64_t limit = look_number(upgrade, "write_pause_limit_ms");
	const json_t *open = json_object_get(upgrade, "write_pause_open");
	enum style style = STYLE_PLAIN;
	char text[LOOK_TEXT];
	struct buf line = { 0 };

	if (pause < 0 && limit < 0)
		return;
	if (pause > 0 && limit >= 0 && !json_is_false(open))
		style = pause > limit   ? STYLE_BAD
		    : pause > limit / 2 ? STYLE_ASKS
					: STYLE_GOOD;
	str_printf(text, sizeof(text), "%" PRId64 " ms", pause);
	style_add(&line, v, style, pause < 0 ? LOOK_UNKNOWN : text);
	if (limit >= 0)
		buf_addf(&line, " of at most %s",
		    look_duration(upgrade, "write_pause_limit_ms", text));
	buf_adds(&line, json_is_true(open) ? ", open now" : "");
	field_add(out, "write pause", buf_text(&line));
	buf_done(&line);
}

static bool
is_over(const json_t *upgrade)
{
	return look_is(upgrade, "state", "completed") ||
	    look_is(upgrade, "state", "aborted");
}

static void
add_times(struct buf *out, const json_t *upgrade)
{
	char word[LOOK_TEXT];

	field_add(out, "started", look_time(upgrade, "started_at", word));
	if (is_over(upgrade))
		field_add(out, "ended", look_time(upgrade, "ended_at", word));
	else
		field_add(out, "time to go", look_duration(upgrade, "eta_ms", word));
}

/* What somebody asked for and what is still to come. */
static void
add_asked(struct buf *out, const json_t *upgrade)
{
	if (look_is_true(upgrade, "abort_asked") &&
	    !look_is(upgrade, "state", "aborting"))
		field_add(out, "asked for",
		    "abort, when the command in hand has ended");
	else if (look_is_true(upgrade, "pause_asked") &&
	    !look_is(upgrade, "state", "paused"))
		field_add(out, "asked for", "a pause after the step in hand");
}

/* What a person can still turn back. */
static void
add_way_back(struct buf *out, const json_t *upgrade)
{
	const json_t *past = json_object_get(upgrade, "point_of_no_return");

	if (is_over(upgrade) || !json_is_boolean(past))
		return;
	field_add(out, "way back",
	    json_is_true(past) ? "none: past the point of no return"
			       : "abort is possible");
}

void
page_upgrade_needs(struct buf *out, const struct view *v, const json_t *upgrade)
{
	const json_t *gate = look_object(upgrade, "gate");
	const json_t *error = look_object(upgrade, "error");
	char id[LOOK_TEXT], pair[LOOK_TEXT];
	const char *prompt = look_string(gate, "prompt");
	struct buf line = { 0 };

	if (gate != NULL) {
		style_add(&line, v, STYLE_ASKS, look_word(gate, "id", id));
		buf_adds(&line, prompt == NULL ? "" : ": ");
		cells_add_clean(&line, prompt == NULL ? "" : prompt);
		field_add(out, "gate", buf_text(&line));
		field_addf(out, "answer it", "upgradectl advance %s",
		    look_word(upgrade, "pair", pair));
	}
	buf_clear(&line);
	if (error != NULL && look_string(error, "detail") != NULL) {
		style_add(&line, v, STYLE_BAD, look_string(error, "detail"));
		field_add(out, "error", buf_text(&line));
		(void)field_add_member(out, "what to do", error, "remedy");
	}
	buf_done(&line);
}

/* What the command printed last. A frame has a line for it, and its end is the news. */
static void
add_progress(struct buf *out, const struct view *v, const json_t *upgrade)
{
	const char *said = look_string(upgrade, "progress"), *end;
	size_t room = v->width > FIELD_WIDTH + 8 ? v->width - FIELD_WIDTH - 8 : 1;
	struct buf clean = { 0 }, line = { 0 };

	if (said == NULL)
		return;
	cells_add_clean(&clean, said);
	end = buf_text(&clean);
	if (v->cut && cells_width(end) > room) {
		while (cells_width(end) > room)
			end++;
		while (((unsigned char)*end & 0xc0) == 0x80)
			end++; /* the rest of a character */
		buf_adds(&line, "...");
	}
	buf_adds(&line, end);
	field_add(out, "progress", buf_text(&line));
	buf_done(&line);
	buf_done(&clean);
}

/* "12.5 MiB of about 118 MiB, 10 %, 3 s to go"; "2.5 MiB, 800 of 1000 rows, 80 %, 3 s to go" */
static void
add_growth(struct buf *line, const json_t *m)
{
	int64_t bytes = look_number(m, "bytes"), of = look_number(m, "of_bytes");
	int64_t rows = look_number(m, "rows"), of_rows = look_number(m, "of_rows");
	char word[LOOK_TEXT];

	buf_addf(line, "%.1f MiB", (double)bytes / 1048576);
	if (rows >= 0 && of_rows > 0)
		buf_addf(line, ", %" PRId64 " of %" PRId64 " rows, %s %%", rows, of_rows,
		    look_word(m, "percent", word));
	else if (of > 0)
		buf_addf(line, " of about %.1f MiB, %s %%", (double)of / 1048576,
		    look_word(m, "percent", word));
	if (look_number(m, "left_ms") >= 0)
		buf_addf(line, ", %s to go", look_duration(m, "left_ms", word));
}

static void
add_measured(struct buf *out, const json_t *upgrade)
{
	const json_t *m = look_object(upgrade, "measured");
	struct buf line = { 0 };

	if (look_number(m, "bytes") < 0)
		return;
	add_growth(&line, m);
	field_add(out, "made", buf_text(&line));
	buf_done(&line);
}

/* Subscribers that are worked on beside the one of the step: a line each. */
static void
add_beside(struct buf *out, const struct view *v, const json_t *upgrade)
{
	const json_t *first = look_object(upgrade, "step");
	char number[LOOK_TEXT], word[LOOK_TEXT];
	size_t i;
	json_t *step;

	json_array_foreach(look_array(upgrade, "steps_in_hand"), i, step) {
		const json_t *m = look_object(step, "measured");
		struct buf line = { 0 };

		if (str_equal(look_word(step, "number", number),
			look_word(first, "number", word)))
			continue;
		add_in_hand(&line, v, step);
		if (look_number(m, "bytes") >= 0) {
			buf_adds(&line, "; made ");
			add_growth(&line, m);
		}
		field_add(out, "beside it", buf_text(&line));
		buf_done(&line);
	}
}

/* A frame that is redrawn has to fit into a small terminal: there, what stays the same from
 * begin to end is left out. */
void
page_upgrade(struct buf *out, const struct view *v, const json_t *upgrade)
{
	add_head(out, v, upgrade);
	if (!v->cut || !look_is(upgrade, "phase", "forward"))
		(void)field_add_member(out, "phase", upgrade, "phase");
	add_step(out, v, upgrade);
	if (!is_over(upgrade)) {
		add_measured(out, upgrade);
		add_progress(out, v, upgrade);
		add_beside(out, v, upgrade);
		add_asked(out, upgrade);
	}
	page_upgrade_needs(out, v, upgrade);
	add_pause(out, v, upgrade);
	add_times(out, upgrade);
	add_way_back(out, upgrade);
	if (!v->cut)
		(void)field_add_member(out, "begun by", upgrade, "created_by");
	if (!is_over(upgrade))
		page_wait(out, v, look_object(upgrade, "why"));
}

void
page_upgrade_line(struct buf *out, const struct view *v, const json_t *upgrade)
{
	const json_t *step = look_object(upgrade, "step");
	int64_t pause = look_number(upgrade, "write_pause_ms");
	char word[LOOK_TEXT], text[LOOK_TEXT];

	style_add(out, v, STYLE_BOLD, look_word(upgrade, "pair", word));
	buf_adds(out, ": upgrade ");
	cells_add_clean(out, look_word(upgrade, "id", word));
	buf_adds(out, " ");
	style_add_word(out, v, look_word(upgrade, "state", word));
	buf_adds(out, ", ");
	add_route(out, upgrade);
	buf_addf(out, ", %s of %s steps done", look_word(upgrade, "steps_done", word),
	    look_word(upgrade, "steps_total", text));
	if (step != NULL && !is_over(upgrade)) {
		buf_adds(out, ", at ");
		cells_add_clean(out, look_word(step, "number", word));
		buf_adds(out, " ");
		cells_add_clean(out, look_word(step, "id", word));
	}
	if (pause >= 0)
		buf_addf(out, ", write pause %" PRId64 " ms", pause);
	buf_adds(out, "\n");
}
