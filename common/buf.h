/* Growing bytes. With a cap, head and tail are kept and the middle is counted. */
#ifndef UD_COMMON_BUF_H
#define UD_COMMON_BUF_H

#include <stddef.h>

#include "common/error.h"

struct buf {
	char *data; /* NUL-terminated once something was added; NULL before */
	size_t len;
	size_t room;
	size_t cap;	/* 0: none; else most bytes kept, half head and half tail */
	size_t dropped; /* bytes cut out between head and tail */
};

void buf_init(struct buf *b, size_t cap); /* all zero is an empty buffer without cap */
void buf_done(struct buf *b);		  /* frees and empties */
void buf_clear(struct buf *b);		  /* empties, keeps the memory and the cap */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) UD_PRINTF(2, 3);

/* The word as one of a shell's, whatever it holds: in single quotes; one inside of them ends them,
 * stands by itself, and begins them again. */
void buf_add_shell(struct buf *b, const char *word);

const char *buf_text(const struct buf *b); /* "" when empty, never NULL */

/* Hands the text to the caller, who frees it; a note stands where bytes were cut:
 * "[... 12345 bytes left out ...]". The buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
