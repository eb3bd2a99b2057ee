/* What earlier upgrades of a pair took: step by step, for estimates of the next one. */
#ifndef UD_MODEL_PAST_H
#define UD_MODEL_PAST_H

#include "daemon/model/pair.h"

struct past_run {
	char step[32];		     /* id */
	char member[NAME_MAX_BYTES]; /* "" none */
	int64_t upgrade;	     /* its id */
	int64_t ms;		     /* from its start to its end, at the first attempt */
	int64_t size_kib;	     /* of the database then; -1 unknown */
};

/* The newest first. All zero is empty. */
struct past_runs {
	struct past_run *items; /* owned */
	size_t count;
};

void past_add(struct past_runs *p, const struct past_run *run); /* copied, at the end */
void past_done(struct past_runs *p);

/* The newest run of this step for this member, else for any; NULL: it never ran. */
const struct past_run *past_find(const struct past_runs *p, const char *step,
    const char *member);

/* Its time for a database of another size; as it was when a size is unknown (-1, 0). */
int64_t past_scaled_ms(const struct past_run *run, int64_t size_kib);

/* Note of an upgrade: the size of its database when it was started, KiB. */
#define NOTE_SIZE_KIB "size_kib"

/* How many rows its export has, as far as they were counted. */
#define NOTE_SIZE_ROWS "size_rows"

#endif
