#include "config.h"

#include "client/pages.h"

#include <inttypes.h>

#include "client/cells.h"
#include "client/look.h"
#include "client/render_table.h"

/* Worst first; a severity that is not here comes last. */
static const char *const severities[] = { "blocker", "warning", "note" };

static bool
is_of(const json_t *finding, size_t rank)
{
	size_t i;

	if (rank < ARRAY_SIZE(severities))
		return look_is(finding, "severity", severities[rank]);
	for (i = 0; i < ARRAY_SIZE(severities); i++) {
		if (look_is(finding, "severity", severities[i]))
			return false;
	}
	return true;
}

static void
add_finding(struct buf *out, const struct view *v, const json_t *finding)
{
	char word[LOOK_TEXT];
	const char *member = look_string(finding, "member");
	const char *remedy = look_string(finding, "remedy");

	buf_adds(out, "  ");
	style_add_word(out, v, look_word(finding, "severity", word));
	buf_adds(out, "  ");
	style_add(out, v, STYLE_BOLD, look_word(finding, "rule", word));
	if (member != NULL) {
		buf_adds(out, "  ");
		cells_add_clean(out, member);
	}
	buf_adds(out, "\n");
	cells_add_lines(out, look_word(finding, "finding", word), 4);
	if (remedy != NULL) {
		buf_adds(out, "    what to do: ");
		cells_add_clean(out, remedy);
		buf_adds(out, "\n");
	}
}

void
page_findings(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *list = look_array(doc, "findings");
	size_t i, rank;
	json_t *finding;

	for (rank = 0; rank <= ARRAY_SIZE(severities); rank++) {
		json_array_foreach(list, i, finding) {
			if (is_of(finding, rank))
				add_finding(out, v, finding);
		}
	}
}

static void
add_count(struct buf *out, const json_t *doc, const char *key, const char *word)
{
	char text[LOOK_TEXT];
	const char *count = look_word(doc, key, text);

	buf_addf(out, "%s %s%s", count, word, str_equal(count, "1") ? "" : "s");
}

/* What the daemon proposes, and what it thinks of every other procedure. */
static void
add_proposal(struct buf *out, const struct view *v, const json_t *doc)
{
	const json_t *pr = look_object(doc, "proposal"), *one;
	char word[LOOK_TEXT];
	size_t i;

	if (look_string(pr, "why") == NULL)
		return;
	buf_adds(out, "proposed: ");
	if (look_string(pr, "procedure") != NULL)
		style_add(out, v, STYLE_BOLD, look_word(pr, "procedure", word));
	else
		buf_adds(out, "nothing");
	buf_adds(out, "\n");
	cells_add_lines(out, look_string(pr, "why"), 4);
	json_array_foreach(look_array(pr, "procedures"), i, one) {
		if (look_string(pr, "procedure") != NULL &&
		    look_is(one, "id", look_string(pr, "procedure")))
			continue;
		buf_adds(out, look_is_true(one, "applies") ? "  also " : "  not ");
		cells_add_clean(out, look_word(one, "id", word));
		buf_adds(out, ": ");
		cells_add_clean(out, look_word(one, "why", word));
		buf_adds(out, "\n");
	}
}

void
page_check(struct buf *out, const struct view *v, const json_t *doc)
{
	char word[LOOK_TEXT];

	style_add(out, v, STYLE_BOLD, look_word(doc, "pair", word));
	buf_adds(out, " to ");
	cells_add_clean(out, look_word(doc, "to", word));
	buf_adds(out, " by ");
	cells_add_clean(out, look_word(doc, "procedure", word));
	buf_adds(out, "\n");
	add_proposal(out, v, doc);
	page_findings(out, v, doc);
	add_count(out, doc, "blockers", "blocker");
	buf_adds(out, ", ");
	add_count(out, doc, "warnings", "warning");
	buf_adds(out, ", ");
	add_count(out, doc, "notes", "note");
	buf_adds(out,
	    look_number(doc, "blockers") == 0 ? ": nothing stops it\n" : "\n");
}
