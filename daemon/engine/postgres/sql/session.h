/*
 * Sessions over libpq: engine.connector. A session is asked scripts (script.h); it has a
 * connection for each target that a script has named, made when it is first wanted, kept
 * open, and made again when it was lost at rest.
 *
 * Every statement is a request of its own, in its own transaction unless the script says
 * BEGIN. The first failure ends the script, and a transaction that is still open then, or
 * at the end of a script, is rolled back. The output has
 *
 *	rows	a line each, fields separated by a tab, NULL as \N; tab, line feed, carriage
 *		return and backslash in a field as \t \n \r \\
 *	notices	"NOTICE:  text", "WARNING:  text"
 *	errors	"ERROR:  text", "SQLSTATE: 55P03", and where the server gives them
 *		"DETAIL:  text", "HINT:  text": the last lines
 *
 * where a text of several lines goes on in lines that begin with a tab. Endings:
 *
 *	exited 0	every statement ended well
 *	exited 1	the server refused one; the session goes on
 *	failed		no connection, or it was lost: what happened to the statement in hand
 *			is not known. A server that ends the session in its own words
 *			("FATAL:  ...", with SQLSTATE) is quoted, else libpq is
 */
#ifndef UD_ENGINE_POSTGRES_SQL_SESSION_H
#define UD_ENGINE_POSTGRES_SQL_SESSION_H

#include "daemon/model/engine.h"

extern const struct connector pg_connector;

/* What a script behind \kept says, and fails, where no connection is open. */
#define SESSION_NOT_KEPT "no connection is open"

#endif
