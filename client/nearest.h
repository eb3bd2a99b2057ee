/* What somebody may have meant. */
#ifndef UD_CLIENT_NEAREST_H
#define UD_CLIENT_NEAREST_H

#include <stddef.h>

/* The name that is at most two letters (added, left out, changed) away from word, or that
 * begins with it. The closest, the first among equals; NULL: none. */
const char *nearest(const char *word, const char *const *names, size_t count);

#endif
