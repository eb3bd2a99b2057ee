/*
 * Text in the cells of a terminal: width, cut, and nothing that could steer it.
 *
 * A column is one UTF-8 character; colour sequences (ESC [ ... m) take none. What the
 * daemon says is cleaned before it is shown: a control character in the output of a
 * tool must not move the cursor of the person who reads it.
 */
#ifndef UD_CLIENT_CELLS_H
#define UD_CLIENT_CELLS_H

#include <stddef.h>

#include "common/buf.h"

size_t cells_width(const char *s);

/* Adds at most width columns of s; a longer one ends with "..." and without colour. */
void cells_add_cut(struct buf *out, const char *s, size_t width);

/* Adds s as one line: line ends and tabs as a space, other controls as '?'. */
void cells_add_clean(struct buf *out, const char *s);

/* Adds s line by line behind indent columns, controls but tabs as '?'. */
void cells_add_lines(struct buf *out, const char *s, size_t indent);

void cells_add_space(struct buf *out, size_t columns);

#endif
