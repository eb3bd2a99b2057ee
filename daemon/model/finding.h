/* What a check found: rule, severity, sentence, remedy. */
#ifndef UD_MODEL_FINDING_H
#define UD_MODEL_FINDING_H

#include <stddef.h>

#include "common/error.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_BLOCKER };

struct finding {
	enum severity severity;
	const char *rule; /* static: "release.path" */
	char *member;	  /* NULL: the pair */
	char *text;
	char *remedy;
};

struct findings {
	struct finding *items;
	size_t count;
};

/* member may be NULL. text and remedy are copied. */
void findings_add(struct findings *f, enum severity severity, const char *rule,
    const char *member, const char *remedy, const char *fmt, ...) UD_PRINTF(6, 7);
size_t findings_count(const struct findings *f, enum severity severity);
void findings_done(struct findings *f);
const char *severity_name(enum severity s); /* "note", "warning", "blocker" */

#endif
