/*
 * Positions in the log of one database. Positions of two databases are never compared:
 * each counts its own log.
 */
#ifndef UD_MODEL_BOOKMARK_H
#define UD_MODEL_BOOKMARK_H

#include <stdbool.h>
#include <stdint.h>

/* TimesTen: log file and offset. PostgreSQL: the two halves of an LSN. */
struct position {
	int64_t file; /* negative: none (nothing is held), with offset negative too */
	int64_t offset;
	bool set; /* false: not seen */
};

/* Source: TimesTen Reference, ttBookmark: write, force and hold. */
struct bookmark {
	struct position written; /* last record written */
	struct position forced;	 /* last record that is on disk */
	struct position held;	 /* oldest record that a peer still needs */
};

int position_compare(const struct position *a, const struct position *b); /* both set */

/* Bytes from a to b, with file_bytes to a log file; -1 when one is not set or b < a. */
int64_t position_distance(const struct position *a, const struct position *b,
    int64_t file_bytes);

#define POSITION_TEXT 48
const char *position_text(const struct position *p, char buf[POSITION_TEXT]); /* "14/2047560" */

/* "14/2047560", "14.2047560", "-1/-1". False for anything else. */
bool position_parse(const char *text, struct position *ret);

#endif
