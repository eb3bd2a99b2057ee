/*
 * Release numbers of TimesTen: parse, order, patch or major.
 *
 * Up to 6.0 three parts (6.0.17), from 7.0 on five (7.0.5.1.0). The major release is the
 * first two parts up to 7.0 and from 18.1 on, the first three in 11.2.x. Trailing parts
 * may be missing (tools print 22.1.1.21): they count as zero.
 *
 * Source: TimesTen Installation Guide 11.2.1, chapter 2, "TimesTen release numbers";
 * 22.1 Installation, "Overview of release numbers". Other engines have their own rules
 * (model/engine.h) and use the same struct.
 */
#ifndef UD_COMMON_RELEASE_H
#define UD_COMMON_RELEASE_H

#include <stdbool.h>

#include "common/error.h"

#define RELEASE_PARTS 5
#define RELEASE_TEXT  64

struct release {
	int part[RELEASE_PARTS];
	int parts; /* as written, 0: no release */
};

/* Two to five numbers with dots, nothing else. UD_EUSAGE says what is accepted. */
int release_parse(const char *text, struct release *ret, struct ud_error *err) UD_CHECKED;

bool release_is_set(const struct release *r);
int release_compare(const struct release *a, const struct release *b); /* <0, 0, >0 */
bool release_same_major(const struct release *a, const struct release *b);

/* As written, padded to at least min_parts with zeros; "unknown" when not set. */
const char *release_text(const struct release *r, char buf[RELEASE_TEXT]);

/* "11.2.2", "22.1": the major release as people say it. */
const char *release_major_text(const struct release *r, char buf[RELEASE_TEXT]);

#endif
