#include "config.h"

#include "tests/simulation/story.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/mem.h"

void
story_add(struct story *s, int64_t now_ms, const char *who, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	buf_addf(&s->text, "%7lld.%03lld  %-10s  %s\n", (long long)(now_ms / 1000),
	    (long long)(now_ms % 1000), who, text);
	free(text);
}
