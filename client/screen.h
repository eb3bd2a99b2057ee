/*
 * A frame that is redrawn in place: the cursor goes up over the last one. No curses; a
 * terminal that understands ESC [ A, ESC [ J and ESC [ K is enough.
 */
#ifndef UD_CLIENT_SCREEN_H
#define UD_CLIENT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/buf.h"

struct screen {
	size_t rows_drawn; /* of the terminal, wrapped lines counted */
	size_t width, height;
};

/* Adds what must be written so that text stands in the place of the last frame. What
 * does not fit into the height is left out and counted. */
void screen_frame(struct screen *s, struct buf *out, const char *text);

/* Asks the terminal behind f for its size; 80 by 24 when it does not say. */
void screen_measure(struct screen *s, FILE *f);

#endif
