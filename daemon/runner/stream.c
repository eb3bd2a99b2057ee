#include "config.h"

#include "daemon/runner/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CHUNK  16384
#define CHUNKS 16

bool
stream_read(int fd, struct buf *b)
{
	char chunk[CHUNK];
	ssize_t n;

	for (int i = 0; i < CHUNKS; i++) {
		n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return false;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		stream_clean(chunk, (size_t)n);
		buf_add(b, chunk, (size_t)n);
		if (n < CHUNK)
			break;
	}
	return true;
}

void
stream_clean(char *text, size_t len)
{
	for (char *at = text;
	     (at = memchr(at, '\0', len - (size_t)(at - text))) != NULL;)
		*at = '?';
}
