/* Colour, only where a person looks: which word gets which. */
#ifndef UD_CLIENT_STYLE_H
#define UD_CLIENT_STYLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_BUSY,
	STYLE_ASKS,
	STYLE_BAD
};

/* How a page is shown. */
struct view {
	bool colour;
	bool cut; /* rows of tables end at width: frames that are redrawn in place */
	size_t width; /* columns of the terminal; 0: no terminal, nothing is cut */
};

/* Adds the text, cleaned, in this style where the view has colour. */
void style_add(struct buf *out, const struct view *v, enum style style,
    const char *text);

/* Adds a word of state, role or severity in the colour of its meaning. */
void style_add_word(struct buf *out, const struct view *v, const char *word);

#endif
