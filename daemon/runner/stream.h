/* Reading what children print, without waiting and without being flooded. */
#ifndef UD_RUNNER_STREAM_H
#define UD_RUNNER_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

/* Adds what is there now to b, at most 256 KiB. False at the end of the stream. */
bool stream_read(int fd, struct buf *b);

/* Zero bytes would end a text: they become question marks. */
void stream_clean(char *text, size_t len);

#endif
