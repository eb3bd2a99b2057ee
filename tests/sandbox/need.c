#include "tests/sandbox/need.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
need_die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("sandbox: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
	_exit(70);
}

void *
need_zero(size_t size_bytes)
{
	void *p = calloc(1, size_bytes);

	if (p == NULL)
		need_die("out of memory");
	return p;
}

void *
need_grow(void *old, size_t size_bytes)
{
	void *p = realloc(old, size_bytes);

	if (p == NULL)
		need_die("out of memory");
	return p;
}

char *
need_copy(const char *text)
{
	char *p = strdup(text);

	if (p == NULL)
		need_die("out of memory");
	return p;
}

char *
need_format(const char *format, ...)
{
	va_list ap;
	char *p;

	va_start(ap, format);
	if (vasprintf(&p, format, ap) < 0)
		need_die("out of memory");
	va_end(ap);
	return p;
}

void
need_fit(char *field, size_t size_bytes, const char *text)
{
	size_t n = strlen(text);

	if (n >= size_bytes)
		need_die("\"%s\" is longer than %zu", text, size_bytes - 1);
	memcpy(field, text, n + 1);
}

char *
need_read_file(const char *path)
{
	size_t have = 0, room = 4096;
	char *text;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	text = need_zero(room + 1);
	while ((n = read(fd, text + have, room - have)) > 0) {
		have += (size_t)n;
		if (have == room) {
			room *= 2;
			text = need_grow(text, room + 1);
		}
	}
	text[have] = '\0';
	close(fd);
	return text;
}
