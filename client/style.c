#include "config.h"

#include "client/style.h"

#include "client/cells.h"
#include "common/str.h"

/* clang-format off */
static const char *const codes[] = {
	[STYLE_PLAIN] = "",
	[STYLE_BOLD]  = "\033[1m",
	[STYLE_DIM]   = "\033[2m",
	[STYLE_GOOD]  = "\033[32m",
	[STYLE_BUSY]  = "\033[36m",
	[STYLE_ASKS]  = "\033[33m",
	[STYLE_BAD]   = "\033[31m",
};

/* Words that are not here are plain: a newer daemon may say new ones. */
static const struct { const char *word; enum style style; } words[] = {
	{ "serving",    STYLE_GOOD },
	{ "completed",  STYLE_GOOD },
	{ "done",       STYLE_GOOD },
	{ "active",     STYLE_GOOD },
	{ "upgrading",  STYLE_BUSY },
	{ "running",    STYLE_BUSY },
	{ "verifying",  STYLE_BUSY },
	{ "checking",   STYLE_BUSY },
	{ "note",       STYLE_BUSY },
	{ "degraded",   STYLE_ASKS },
	{ "gated",      STYLE_ASKS },
	{ "paused",     STYLE_ASKS },
	{ "aborting",   STYLE_ASKS },
	{ "recovering", STYLE_ASKS },
	{ "warning",    STYLE_ASKS },
	{ "attention",  STYLE_BAD },
	{ "failed",     STYLE_BAD },
	{ "blocker",    STYLE_BAD },
	{ "aborted",    STYLE_BAD },
	{ "unknown",    STYLE_BAD },
	{ "pending",    STYLE_DIM },
	{ "skipped",    STYLE_DIM },
	{ "undone",     STYLE_DIM },
	{ "-",          STYLE_DIM },
};
/* clang-format on */

void
style_add(struct buf *out, const struct view *v, enum style style, const char *text)
{
	bool colour = v->colour && style != STYLE_PLAIN && *text != '\0';

	if (colour)
		buf_adds(out, codes[style]);
	cells_add_clean(out, text);
	if (colour)
		buf_adds(out, "\033[0m");
}

void
style_add_word(struct buf *out, const struct view *v, const char *word)
{
	enum style style = STYLE_PLAIN;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal(words[i].word, word))
			style = words[i].style;
	}
	style_add(out, v, style, word);
}
