#include "config.h"

#include "client/pages.h"

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

/* clang-format off */
/* said_above: the line of the step says it too, which counts in a frame that is redrawn. */
static const struct { const char *key, *label; bool said_above; } lines[] = {
	{ "waits_for", "waits for", true },
	{ "seen",      "seen" },
	{ "needed",    "needed" },
	{ "trend",     "trend" },
	{ "since",     "since", true },
	{ "otherwise", "otherwise" },
	{ "remedy",    "what to do" },
};
/* clang-format on */

void
page_wait(struct buf *out, const struct view *v, const json_t *wait)
{
	char word[LOOK_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (v->cut && lines[i].said_above)
			continue;
		if (str_equal(lines[i].key, "since")) {
			if (look_string(wait, "since") != NULL)
				field_add(out, lines[i].label,
				    look_time(wait, "since", word));
		} else {
			(void)field_add_member(out, lines[i].label, wait, lines[i].key);
		}
	}
}

static void
add_head(struct buf *out, const struct view *v, const json_t *why)
{
	char word[LOOK_TEXT];
	const json_t *upgrade = look_object(why, "upgrade");
	const char *id = upgrade != NULL ? look_text(upgrade, "id", word)
					 : look_text(why, "upgrade", word);

	style_add(out, v, STYLE_BOLD,
	    look_string(why, "pair") == NULL ? LOOK_UNKNOWN : look_string(why, "pair"));
	if (id != NULL) {
		buf_adds(out, "  upgrade ");
		cells_add_clean(out, id);
	}
	buf_adds(out, "  ");
	style_add_word(out, v, look_word(why, "state", word));
	buf_adds(out, "\n");
}

void
page_why(struct buf *out, const struct view *v, const json_t *why)
{
	const json_t *waits = look_array(why, "waits");
	const char *text = look_string(why, "text");
	size_t i;
	json_t *wait;

	add_head(out, v, why);
	if (text != NULL)
		cells_add_lines(out, text, 2);
	else if (json_array_size(waits) == 0)
		buf_adds(out, "  waits for nothing\n");
	json_array_foreach(waits, i, wait) {
		buf_adds(out, i > 0 ? "\n" : "");
		page_wait(out, v, wait);
	}
}

void
page_why_each(struct buf *out, const struct view *v, const json_t *doc)
{
	size_t i, shown = 0, calm = 0;
	json_t *why;

	json_array_foreach(look_array(doc, "pairs"), i, why) {
		if (json_array_size(look_array(why, "waits")) == 0) {
			calm++;
			continue;
		}
		buf_adds(out, shown++ > 0 ? "\n" : "");
		page_why(out, v, why);
	}
	if (shown > 0 && calm > 0)
		buf_adds(out, "\n");
	if (calm > 0)
		buf_addf(out, "%zu pair%s for nothing\n", calm,
		    calm == 1 ? " waits" : "s wait");
	if (shown == 0 && calm == 0)
		buf_adds(out, "no pairs\n");
}
