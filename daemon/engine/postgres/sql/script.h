/*
 * A script is what a session is asked: SQL statements, each ended by ';', and lines that
 * choose the connection for what follows:
 *
 *	\connect NAME	a database, or "pooler:NAME"; without a name the default
 *	\kept		none is made anew from here on: where it is not open, the script fails
 *	\together	from here on each connection is asked by itself, all at once: each may be
 *			chosen once
 *
 * Pure: a script is taken apart without knowing SQL. A ';' ends a statement unless it
 * stands in a string ('..', E'..', "..", $tag$..$tag$), in a comment (-- to the end of the
 * line, slash-star ones nest), or in parentheses, as the actions of a rule do. Strings
 * follow standard_conforming_strings, which every session of ours sets. The body of a
 * function that begins with BEGIN ATOMIC is not known here.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_SCRIPT_H
#define UD_ENGINE_POSTGRES_SQL_SCRIPT_H

#include <stddef.h>

enum script_kind {
	SCRIPT_END,
	SCRIPT_STATEMENT, /* with its ';', which the last one need not have */
	SCRIPT_CONNECT,   /* text is the name, "" the default */
	SCRIPT_KEPT,
	SCRIPT_TOGETHER,
	SCRIPT_BROKEN     /* text begins with the string or comment that has no end */
};

struct script_part {
	enum script_kind kind;
	const char *text; /* in the script, not terminated */
	size_t len;
};

/* The part that begins at `at`, or behind blanks and comments there. Returns where the
 * next one begins. After SCRIPT_END and SCRIPT_BROKEN there is none. */
const char *script_next(const char *at, struct script_part *ret);

#endif
