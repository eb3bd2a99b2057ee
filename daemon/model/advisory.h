/*
 * What the releases between two releases demand: an index to be made anew, a release that
 * must not be the target. Kept in a data file that a site may replace (config/advisories.c).
 */
#ifndef UD_MODEL_ADVISORY_H
#define UD_MODEL_ADVISORY_H

#include "common/release.h"
#include "common/str.h"
#include "daemon/model/finding.h"

/*
 * Releases from least to most, both included. A number of one part stands for the whole
 * major release; a side that is left out has no bound.
 *
 *	"14..14.3"  "..17.1"  "18.."  "16"  "17.1"
 */
struct release_range {
	struct release least, most; /* parts 0: no bound */
};

struct advisory {
	char *id;
	char *engine; /* name of the engine whose releases these are */
	struct release_range *from, *to; /* any of them; count 0: every release */
	size_t from_count, to_count;
	enum severity severity;
	char *text;   /* what is the matter */
	char *detect; /* SQL, one row for each object it is about; NULL: always */
	char *act;    /* what a person does */
	char *source; /* where that is written */
};

struct advisories {
	struct advisory *items;
	size_t count;
};

/* UD_EUSAGE says what is accepted. */
int release_range_parse(const char *text, struct release_range *ret,
    struct ud_error *err) UD_CHECKED;
bool release_in_range(const struct release *r, const struct release_range *range);

/* Is the edge from one release to the other one of those that it is about? An edge to the
 * same release is none. */
bool advisory_applies(const struct advisory *a, const char *engine,
    const struct release *from, const struct release *to);

/* Could it apply to some upgrade that begins at this release? */
bool advisory_may_apply(const struct advisory *a, const char *engine,
    const struct release *from);

void advisories_done(struct advisories *a);

#endif
