/*
 * How the server of a member is called by everything that speaks with it: its data
 * directory, tools and address in each installation, its names in replication, and words
 * made safe for SQL, connection strings and the shell.
 *
 * An installation is an index of member_installation(). The one named "new" goes with the
 * settings data_new and conninfo_new where they are given; every other one, and those
 * that are not given, with data and conninfo. So with one installation, or without
 * data_new, old and new release share a place: the release changes in place.
 *
 * Functions that return char * return a new string. Those that take a buf add to it.
 * A configuration that pg_validate() accepted can be read without an error by all of them.
 */
#ifndef UD_ENGINE_POSTGRES_SQL_NAMES_H
#define UD_ENGINE_POSTGRES_SQL_NAMES_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/error.h"
#include "daemon/model/pair.h"

/* ---- places and tools ------------------------------------------------------------- */

bool pg_is_new(const struct member *m,
    int installation); /* is it the one named "new"? */

/* The data directory, borrowed; never NULL. */
const char *pg_data(const struct member *m, int installation);

/* Do both installations have this data directory, or is there only one? Then nothing of
 * pg_upgrade, and nothing of destroying the old place, makes sense for this member. */
bool pg_in_place(const struct member *m);

/* "/usr/lib/postgresql/15/bin/pg_ctl". */
char *pg_tool(const struct member *m, int installation, const char *tool);

/* ---- addresses -------------------------------------------------------------------- */

#define PG_PORT 5432 /* where a connection string names none */

struct pg_server {
	char
	    host[256]; /* name, address, or folder of a socket; "" the default socket */
	char hostaddr[64]; /* "" not given */
	int port;
	char dbname[64]; /* "postgres" where none is given */
};

/* Where the member's server of this installation listens. */
void pg_server(const struct member *m, int installation, struct pg_server *ret);

/*
 * The connection string for a target of `\connect`:
 *   NULL or ""      the database that the member's conninfo names (postgres, if none)
 *   "pooler:NAME"   the admin console of that pooler of the pair
 *   else            this database of the member's server
 * application_name is set to "upgraded"; not for a pooler, which refuses what it does not
 * know. NULL with UD_ECONFIG: no such pooler, or a string that libpq cannot read.
 */
char *pg_conninfo(const struct member *m, int installation, const char *target,
    struct ud_error *err) UD_CHECKED;

/* The same for tools that are given it as -d or --dbname, under an application name of
 * their own: "upgraded fence". dbname NULL: as above. */
char *pg_conninfo_as(const struct member *m, int installation, const char *dbname,
    const char *application);

/*
 * primary_conninfo of a standby m whose upstream is source in the given installation:
 * user and passfile of the pair's replication section (else those of source's conninfo),
 * address and TLS options of source's conninfo, the section's options last, and
 * application_name=pg_application(m). Never a password.
 */
char *pg_primary_conninfo(const struct member *m, const struct member *source,
    int installation);

/* The same for a subscription to a database of source; application is its own name. */
char *pg_publisher_conninfo(const struct member *source, int installation,
    const char *dbname, const char *application);

/* ---- names in replication --------------------------------------------------------- */

/* application_name under which a member replicates: the member's own name. */
const char *pg_application(const struct member *m);

/* Name of the physical slot that we make for a member: "upgraded_" and its name, in the
 * letters that slots may have. */
#define PG_NAME_BYTES 64 /* NAMEDATALEN */
const char *pg_slot(const struct member *m, char buf[PG_NAME_BYTES]);

/* Names of the pair's poolers, in the order of the configuration; and a key of one, NULL
 * when it is not given. */
void pg_poolers(const struct pair *p, struct str_list *ret);
const char *pg_pooler(const struct pair *p, const char *pooler, const char *key);

/* ---- words made safe --------------------------------------------------------------- */

/* 'it''s', or E'a\\b' where there is a backslash: right whatever the server's
 * standard_conforming_strings says. */
void pg_add_literal(struct buf *b, const char *text);
char *pg_literal(const char *text);

/* "Name", always in quotes. */
void pg_add_identifier(struct buf *b, const char *name);
char *pg_identifier(const char *name);

/* ---- the marker row ------------------------------------------------------------------ */

/* The table of the marker row, "upgraded"."marker" where the pair names none: (id integer
 * PRIMARY KEY, tag text), one row with id 1; and its schema alone, quoted as well. */
char *pg_marker(const struct pair *p);
char *pg_marker_schema(const struct pair *p);

#endif
