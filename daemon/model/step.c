#include "config.h"

#include "daemon/model/step.h"

#include <stdarg.h>
#include <stdio.h>

static void fill(char *dst, size_t size, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void
fill(char *dst, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(dst, size, fmt, ap) < 0)
		dst[0] = '\0';
}

void
why_seen(struct why *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(w->seen, sizeof(w->seen), fmt, ap);
	va_end(ap);
}

void
why_needed(struct why *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(w->needed, sizeof(w->needed), fmt, ap);
	va_end(ap);
}

void
why_remedy(struct why *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(w->remedy, sizeof(w->remedy), fmt, ap);
	va_end(ap);
}
