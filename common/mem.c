#include "config.h"

#include "common/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

static void *
must(void *p, size_t size)
{
	if (!p) {
		log_event(LOG_CRIT, "memory.exhausted", KV_INT("bytes", size));
		abort();
	}
	return p;
}

void *
mem_alloc(size_t size)
{
	return must(calloc(1, size ? size : 1), size);
}

void *
mem_array(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (count == 0 || size == 0)
		count = size = 1; /* realloc to 0 bytes may free */
	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = PTRDIFF_MAX; /* more than there is: malloc refuses it */
	return must(realloc(old, bytes), bytes);
}

char *
mem_strdup(const char *s)
{
	return s ? must(strdup(s), strlen(s) + 1) : NULL;
}

char *
mem_strndup(const char *s, size_t len)
{
	return must(strndup(s, len), len + 1);
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *
mem_vprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return must(s, 0);
}
