#include "config.h"

#include "client/pages.h"

#include "client/look.h"
#include "client/member.h"
#include "client/render_table.h"

static void
add_head(struct buf *out, const struct view *v, const json_t *pair)
{
	char word[LOOK_TEXT];

	style_add(out, v, STYLE_BOLD, look_word(pair, "pair", word));
	buf_adds(out, "  ");
	style_add_word(out, v, look_word(pair, "state", word));
	buf_adds(out, "  ");
	style_add(out, v, STYLE_PLAIN, look_word(pair, "engine", word));
	buf_adds(out, " ");
	style_add(out, v, STYLE_PLAIN, look_word(pair, "topology", word));
	buf_adds(out, ", active ");
	style_add(out, v, STYLE_PLAIN, look_word(pair, "active", word));
	buf_adds(out, "\n");
}

static void
add_attention(struct buf *out, const struct view *v, const json_t *pair)
{
	char word[LOOK_TEXT];
	const char *text, *remedy;
	size_t i;
	json_t *item;

	json_array_foreach(look_array(pair, "attention"), i, item) {
		text = look_string(item, "text");
		remedy = look_string(item, "remedy");
		buf_adds(out, "  ");
		style_add(out, v, STYLE_BAD, "needs attention:");
		buf_adds(out, " ");
		style_add(out, v, STYLE_PLAIN,
		    text != NULL ? text : look_word(item, "code", word));
		buf_adds(out, "\n");
		if (remedy != NULL) {
			buf_adds(out, "    what to do: ");
			style_add(out, v, STYLE_PLAIN, remedy);
			buf_adds(out, "\n");
		}
	}
}

void
page_pair(struct buf *out, const struct view *v, const json_t *pair)
{
	const json_t *members = look_array(pair, "members");
	const json_t *upgrade = look_object(pair, "upgrade");

	add_head(out, v, pair);
	add_attention(out, v, pair);
	buf_adds(out, "\n");
	member_add_table(out, v, members);
	member_add_errors(out, v, members);
	if (upgrade == NULL)
		return;
	buf_adds(out, "\n");
	page_upgrade(out, v, upgrade);
}

void
page_pair_each(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *pairs = look_array(doc, "pairs");
	size_t i;
	json_t *pair;

	if (json_array_size(pairs) == 0)
		page_pairs(out, v, doc);
	json_array_foreach(pairs, i, pair) {
		buf_adds(out, i > 0 ? "\n" : "");
		page_pair(out, v, pair);
	}
}
