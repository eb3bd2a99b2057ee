/* A followed upgrade where nothing can be redrawn: a line per change. */
#ifndef UD_CLIENT_LIVE_LINES_H
#define UD_CLIENT_LIVE_LINES_H

#include <stdbool.h>

#include <jansson.h>

struct live;

/* Prints a line for each step that changed since the last call, read from the record so
 * that a step between two looks is told as well, and a line of the upgrade when its own
 * state is news. */
void live_lines_add(struct live *l, const json_t *pair, bool news);

#endif
