#include "config.h"

#include "daemon/model/objection.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/mem.h"

static void
add(struct objections *f, bool warning, const struct member *m, const char *key,
    const char *accepted, const char *fmt, va_list ap)
{
	f->items = mem_array(f->items, f->count + 1, sizeof(*f->items));
	f->items[f->count++] = (struct objection){ .warning = warning,
		.member = m,
		.key = mem_strdup(key),
		.text = mem_vprintf(fmt, ap),
		.accepted = mem_strdup(accepted) };
}

void
objection_add(struct objections *f, const struct member *m, const char *key,
    const char *accepted, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(f, false, m, key, accepted, fmt, ap);
	va_end(ap);
}

void
objection_warn(struct objections *f, const struct member *m, const char *key,
    const char *accepted, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(f, true, m, key, accepted, fmt, ap);
	va_end(ap);
}

void
objections_done(struct objections *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].key);
		free(f->items[i].text);
		free(f->items[i].accepted);
	}
	free(f->items);
	*f = (struct objections){ 0 };
}
