/* Words of the vendor's tools: etc/timesten-phrases.conf, which the site may replace. */
#ifndef UD_ENGINE_TIMESTEN_UTILITIES_PHRASES_H
#define UD_ENGINE_TIMESTEN_UTILITIES_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/str.h"

enum tt_phrase {
	PHRASE_DAEMON_DOWN,
	PHRASE_REPORT_ENDS,
	PHRASE_CHANGING, /* the store is being loaded or unloaded */
	PHRASE_UNLOADED,
	PHRASE_INACTIVE,
	PHRASE_LOADED,
	PHRASE_STORE,
	PHRASE_REPLICATION_AGENT,
	PHRASE_CACHE_AGENT,
	PHRASE_RAM_POLICY,
	PHRASE_REPLICATION_POLICY,
	PHRASE_CACHE_POLICY,
	PHRASE_RAM_GRACE,
	PHRASE_MANUALLY_LOADED,
	PHRASE_REPLICATION_STARTED,
	PHRASE_CACHE_STARTED,
	PHRASE_OPEN_STATE,
	PHRASE_OBJECT_DONE,
	PHRASE_OBJECT_FAILED,
	PHRASES
};

/* The words that count now, and the title of their row: for tests. Borrowed. */
const struct str_list *tt_phrase_words(enum tt_phrase p);
const char *tt_phrase_title(enum tt_phrase p);

/* Does the line have one of its words? */
bool tt_says(const char *line, enum tt_phrase p);

/* The rest of the line behind the first of its words that the line begins with, or NULL. */
const char *tt_begins(const char *line, enum tt_phrase p);

/* The rest of the line behind "words :", trimmed, in place; NULL: another line. */
char *tt_labelled(char *line, enum tt_phrase p);

#endif
