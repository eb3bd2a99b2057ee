#include "config.h"

#include "daemon/model/finding.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/mem.h"

void
findings_add(struct findings *f, enum severity severity, const char *rule,
    const char *member, const char *remedy, const char *fmt, ...)
{
	struct finding *item;
	va_list ap;

	f->items = mem_array(f->items, f->count + 1, sizeof(*f->items));
	item = &f->items[f->count++];
	*item = (struct finding){
		.severity = severity,
		.rule = rule,
		.member = mem_strdup(member),
		.remedy = mem_strdup(remedy != NULL ? remedy : ""),
	};
	va_start(ap, fmt);
	item->text = mem_vprintf(fmt, ap);
	va_end(ap);
}

size_t
findings_count(const struct findings *f, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].severity == severity;
	return n;
}

void
findings_done(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].member);
		free(f->items[i].text);
		free(f->items[i].remedy);
	}
	free(f->items);
	*f = (struct findings){ 0 };
}

const char *
severity_name(enum severity s)
{
	switch (s) {
	case SEVERITY_NOTE:
		return "note";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_BLOCKER:
		return "blocker";
	}
	return "unknown";
}
