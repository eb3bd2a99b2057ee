#include "config.h"

#include "daemon/model/step.h"

#include <stdarg.h>
#include <stdio.h>

#include "daemon/model/pair.h"
#include "daemon/model/plan.h"
#include "daemon/model/upgrade.h"

#define MOMENT_MS 100

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
why_saw_last_line(struct why *w, const char *output)
{
	const char *end = output + strlen(output), *start;

	while (end > output && end[-1] == '\n')
		end--;
	for (start = end; start > output && start[-1] != '\n';)
		start--;
	why_seen(w, "%.*s", (int)(end - start), start);
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

int64_t
scene_lease_ms(const struct scene *s)
{
	const struct upgrade *u = s->upgrade;
	int64_t ms = pause_shares(&s->plan->pair->limits).lease_ms;

	if (u != NULL && u->pause_pos >= 0 && u->pause_started_ms > 0)
		ms -= s->now_ms - u->pause_started_ms;
	return ms > MOMENT_MS ? ms : MOMENT_MS;
}
