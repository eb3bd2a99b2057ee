#include "config.h"

#include "daemon/engine/postgres/utilities/pg_error.h"

#include <string.h>

#include "common/str.h"

#define OK     VERDICT_OK
#define AGAIN  VERDICT_AGAIN
#define STOP   VERDICT_STOP
#define DANGER VERDICT_DANGER

#define FULL    "free disk space, then retry"
#define GRANT   "grant the account what the manual asks for, or use a superuser"
#define HBA     "let pg_hba.conf admit this user from this host, and reload"
#define LOGIN   "check user, passfile and pg_hba.conf"
#define RELOOK  "look at the roles of both servers again before anything else"
#define SENDERS "raise max_wal_senders, or end what uses them"
#define SLOTS   "raise max_replication_slots, or drop slots that nobody needs"
#define DAMAGED \
	"the data is damaged: ask somebody who knows the server before anything else"
#define RESEED "make this copy anew from its source"

/* clang-format off */
static const struct {
	const char *state; /* two letters: the class */
	struct pg_meaning means;
} states[] = {
	/* ours */
	{ "UD001", { AGAIN,  UD_EUTILITY, "" } },
	{ "UD002", { STOP,   UD_EUTILITY, "" } },
	{ "UD003", { DANGER, UD_EUTILITY, "" } },
	/* connections */
	{ "08",    { AGAIN,  UD_EUNREACHABLE, "" } },
	{ "08P01", { STOP,   UD_EUTILITY, "" } },  /* what PgBouncer says of everything */
	{ "28",    { STOP,   UD_EAUTH, LOGIN } },
	{ "3D000", { STOP,   UD_EUTILITY, "the database does not exist: check dbname" } },
	{ "42501", { STOP,   UD_EAUTH, GRANT } },
	{ "53300", { AGAIN,  UD_EUNREACHABLE, "free connections, or raise max_connections or superuser_reserved_connections" } },
	{ "57P01", { AGAIN,  UD_EUNREACHABLE, "" } },
	{ "57P02", { AGAIN,  UD_EUNREACHABLE, "" } },
	{ "57P03", { AGAIN,  UD_EUNREACHABLE, "" } },
	{ "57P05", { AGAIN,  UD_EUNREACHABLE, "" } },
	{ "57014", { AGAIN,  UD_EUTILITY, "" } },  /* cancelled by somebody, or by a limit */
	/* what others hold */
	{ "40",    { AGAIN,  UD_EUTILITY, "" } },  /* serialization, deadlock */
	{ "55006", { AGAIN,  UD_EUTILITY, "pg_stat_activity says who uses it" } },
	{ "55P03", { AGAIN,  UD_EUTILITY, "pg_locks says who holds the lock" } },
	/* resources */
	{ "53100", { STOP,   UD_EUTILITY, FULL } },
	{ "53200", { AGAIN,  UD_EUTILITY, "" } },
	{ "53400", { STOP,   UD_EUTILITY, SLOTS } },
	{ "58030", { STOP,   UD_EUTILITY, "the disk does not answer as it should: read the server's log" } },
	/* states */
	{ "25006", { STOP,   UD_ESTATE,   "the server does not take writes: " RELOOK } },
	{ "25P03", { AGAIN,  UD_EUTILITY, "" } },
	{ "25P04", { AGAIN,  UD_EUTILITY, "" } },
	{ "42710", { STOP,   UD_EUTILITY, "something of this name is there already: find out whose it is" } },
	{ "42P07", { STOP,   UD_EUTILITY, "something of this name is there already: find out whose it is" } },
	{ "55000", { STOP,   UD_ESTATE,   "" } },
	{ "58P01", { STOP,   UD_EUTILITY, "a file that the server needs is not there: read its log" } },
	{ "XX001", { DANGER, UD_EUTILITY, DAMAGED } },
	{ "XX002", { DANGER, UD_EUTILITY, DAMAGED } },
};

/* The first row whose words are found counts: worse ones, and longer ones, come first. */
static const struct {
	const char *tool; /* NULL: any, libpq and the servers too */
	const char *words;
	struct pg_meaning means;
} words[] = {
	/* identity and divergence */
	{ "pg_rewind", "from different systems",     { DANGER, UD_EUTILITY, "the two servers are not copies of each other: find out which is which" } },
	{ NULL, "database system identifier differs", { DANGER, UD_EUTILITY, "the two servers are not copies of each other: find out which is which" } },
	{ NULL, "identifier from primary differs",   { DANGER, UD_EUTILITY, "the two servers are not copies of each other: find out which is which" } },
	{ NULL, "is not a child of",                 { STOP, UD_EUTILITY, "its log has gone another way: " RESEED ", or rewind it" } },
	{ NULL, "has already been removed",          { STOP, UD_EUTILITY, "the log that it needs is gone: " RESEED } },
	{ NULL, "can no longer get changes from",    { STOP, UD_EUTILITY, "the slot was lost: " RESEED } },
	{ "pg_rewind", "must be shut down cleanly",  { STOP, UD_EUTILITY, "start it once so that it recovers, and stop it" } },
	{ "pg_rewind", "no rewind required",         { OK, UD_OK, "" } },
	/* disks and rights */
	{ NULL, "No space left on device",           { STOP, UD_EUTILITY, FULL } },
	{ NULL, "Disk quota exceeded",               { STOP, UD_EUTILITY, FULL } },
	{ NULL, "Read-only file system",             { STOP, UD_EUTILITY, "mount the file system for writing" } },
	{ NULL, "Permission denied",                 { STOP, UD_EAUTH, "see who owns it, and run_as of the host" } },
	{ NULL, "cannot be run as root",             { STOP, UD_EAUTH, "set run_as of the host to the owner of the cluster" } },
	/* logging in */
	{ NULL, "password authentication failed",    { STOP, UD_EAUTH, LOGIN } },
	{ NULL, "authentication failed",             { STOP, UD_EAUTH, LOGIN } },
	{ NULL, "no password supplied",              { STOP, UD_EAUTH, "give a passfile in the connection string, mode 0600" } },
	{ NULL, "no pg_hba.conf entry",              { STOP, UD_EAUTH, HBA } },
	{ NULL, "is not permitted to log in",        { STOP, UD_EAUTH, LOGIN } },
	{ NULL, "must be superuser or replication role", { STOP, UD_EAUTH, "give the role the attribute REPLICATION" } },
	{ NULL, "certificate",                       { STOP, UD_EAUTH, "check the sslmode, certificates and root certificate of the connection string" } },
	/* it prints what its own servers said when it had failed: nothing of that passes */
	{ "pg_upgrade", "There seems to be a postmaster servicing", { STOP, UD_ESTATE, "stop that server first" } },
	{ "pg_upgrade", "cluster was not shut down cleanly",        { STOP, UD_ESTATE, "start it once and stop it" } },
	{ "pg_upgrade", "Failure, exiting",          { STOP, UD_EUTILITY, "the files that pg_upgrade names say what is in the way" } },
	/* what passes */
	{ NULL, "the database system is starting up",      { AGAIN, UD_EUNREACHABLE, "" } },
	{ NULL, "the database system is shutting down",    { AGAIN, UD_EUNREACHABLE, "" } },
	{ NULL, "the database system is in recovery mode", { AGAIN, UD_EUNREACHABLE, "" } },
	{ NULL, "not yet accepting connections",           { AGAIN, UD_EUNREACHABLE, "" } },
	{ NULL, "too many clients",                        { AGAIN, UD_EUNREACHABLE, "free connections, or raise max_connections" } },
	{ NULL, "remaining connection slots are reserved", { AGAIN, UD_EUNREACHABLE, "free connections, or raise max_connections" } },
	{ NULL, "exceeds max_wal_senders",                 { AGAIN, UD_EUTILITY, SENDERS } },
	{ NULL, "all replication slots are in use",        { STOP, UD_EUTILITY, SLOTS } },
	{ NULL, "Connection refused",                      { AGAIN, UD_EUNREACHABLE, "" } },
	{ NULL, "server closed the connection",            { AGAIN, UD_EUNREACHABLE, "" } },
	/* tools */
	{ "pg_ctl", "could not start server",        { STOP, UD_EUTILITY, "read the server's log" } },
	{ "pg_ctl", "Is server running?",            { OK, UD_OK, "" } },  /* stop: it is stopped */
	{ "pg_ctl", "no server running",             { OK, UD_OK, "" } },
	{ "pg_ctl", "server does not shut down",     { AGAIN, UD_ETIMEOUT, "pg_stat_activity says who keeps it" } },
	{ "pg_ctl", "server did not start in time",  { AGAIN, UD_ETIMEOUT, "read the server's log" } },
	{ NULL, "exists but is not empty",           { STOP, UD_EUTILITY, "something is there already: find out what it is; nothing was overwritten" } },
	{ NULL, "command not found",                 { STOP, UD_EUTILITY, "see bin of this installation" } },
	{ NULL, ": not found",                       { STOP, UD_EUTILITY, "see bin of this installation" } },
	/* PgBouncer's console */
	{ NULL, "already suspended/paused",          { OK, UD_OK, "" } },
	{ NULL, "pooler is not paused/suspended",    { OK, UD_OK, "" } },
};
/* clang-format on */

static const struct pg_meaning unknown = { STOP, UD_EUTILITY, "" };

struct pg_meaning
pg_meaning_of_state(const char *state)
{
	struct pg_meaning class = unknown;

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		if (str_equal(states[i].state, state))
			return states[i].means;
		if (strlen(states[i].state) == 2 && str_starts(state, states[i].state))
			class = states[i].means;
	}
	return class;
}

bool
pg_meaning_of_words(const char *tool, const char *text, struct pg_meaning *ret,
    const char **ret_at)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *at;

		if (words[i].tool != NULL && !str_equal(words[i].tool, tool))
			continue;
		at = strstr(text, words[i].words);
		if (at == NULL)
			continue;
		*ret = words[i].means;
		if (ret_at != NULL)
			*ret_at = at;
		return true;
	}
	return false;
}
