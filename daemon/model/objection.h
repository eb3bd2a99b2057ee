/* What an engine finds wrong with its keys when the configuration is read. */
#ifndef UD_MODEL_OBJECTION_H
#define UD_MODEL_OBJECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

struct member;

struct objection {
	bool warning;                /* worth knowing, not wrong */
	const struct member *member; /* whose key it is; NULL: the pair's */
	char *key;                   /* as in settings: "conninfo", "pooler.p1.host" */
	char *text;
	char *accepted;
};

struct objections {
	struct objection *items;
	size_t count;
};

/* key and accepted are copied. */
void objection_add(struct objections *f, const struct member *m, const char *key,
    const char *accepted, const char *fmt, ...) UD_PRINTF(5, 6);
void objection_warn(struct objections *f, const struct member *m, const char *key,
    const char *accepted, const char *fmt, ...) UD_PRINTF(5, 6);
void objections_done(struct objections *f);

#endif
