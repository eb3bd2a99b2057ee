/*
 * What a refusal means to a step: SQLSTATEs of sessions, words and exit statuses of tools.
 *
 * AGAIN: it passes by itself. STOP: somebody must do something first; whatever is not in
 * the tables is this. DANGER: going on may lose data. OK: the wanted state is there already.
 *
 * Statements of ours that raise an error of their own choose among
 *	UD001	AGAIN: what was waited for in the server has not come yet
 *	UD002	STOP
 *	UD003	DANGER
 * and functions of host.sh among the exit statuses 75 (AGAIN) and 70 (DANGER); any other
 * that is not 0 is STOP, unless their words are in the tables.
 *
 * Source: PostgreSQL documentation, appendix A "Error Codes"; reference pages of the tools;
 * PgBouncer's admin console.
 */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_PG_ERROR_H
#define UD_ENGINE_POSTGRES_UTILITIES_PG_ERROR_H

#include "daemon/model/command.h"
#include "daemon/model/growth.h"

struct pg_meaning {
	enum verdict verdict;
	enum ud_code code;
	const char *remedy; /* "" none */
};

/* Of an SQLSTATE; of its class when it has no row of its own. */
struct pg_meaning pg_meaning_of_state(const char *state);

/* Of words in what a tool or libpq printed; *ret_at (may be NULL) is where they stand. tool:
 * "pg_ctl", "" for any. False: none of them is known. */
bool pg_meaning_of_words(const char *tool, const char *text, struct pg_meaning *ret,
    const char **ret_at);

/* engine.grows: the data directory that pg_basebackup fills, the folder of pg_dump
 * (pg_growth.c). */
bool pg_grows(const struct command *c, struct growth *ret);

/* engine.judge */
enum verdict pg_judge(const struct command *c, const struct outcome *o,
    struct ud_error *err);

#endif
