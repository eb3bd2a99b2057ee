/*
 * Error numbers of the vendor, and what each means to an upgrade. Numbers not listed mean
 * STOP: nothing is repeated, and nothing is destroyed, on an error that nobody knows.
 *
 * OK: the wanted state is there already. AGAIN: passes by itself, in seconds or when
 * another process is through. STOP: something else must be done first. DANGER: going on
 * may lose data.
 *
 * Source: TimesTen Error Messages and SNMP Traps, 6.0 to 26.1.
 */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/utilities/errors.h"
#include "daemon/engine/timesten/utilities/parts.h"

#define OK     VERDICT_OK
#define AGAIN  VERDICT_AGAIN
#define STOP   VERDICT_STOP
#define DANGER VERDICT_DANGER

struct meaning {
	int number;
	enum verdict verdict;
	const char *remedy;
};

#define ADMIN  "run as the instance administrator, or grant ADMIN to this user"
#define BINARY "tools and database are of different releases: compare the installations"
#define DUP    "destroy the copy and duplicate it again from its source"
#define RELOOK "look at the roles of both masters again before anything else"
#define ROOM   "enlarge PermSize in the DSN, then restore into an empty database"
#define SCHEME \
	"compare store and host names of the scheme with this database and its host"
#define STOP_REP "stop the replication agent and wait until ttStatus shows none"
#define DAEMON   "start the daemon of this instance with ttDaemonAdmin -start"
#define MANUAL   "set the policy of the agent to manual first"

/* clang-format off */
static const struct meaning meanings[] = {
	/* connecting, loading, the daemon */
	{   400, STOP,   "the checkpoint file is damaged: restore from a backup" },
	{   403, STOP,   "the checkpoint file is damaged: restore from a backup" },
	{   609, STOP,   "the database failed its check: ask the vendor's support" },
	{   611, AGAIN,  "" },
	{   649, DANGER, "the log that the peer needs is gone: " DUP },
	{   659, STOP,   "the folder holds a backup of another database: use another folder" },
	{   662, STOP,   "a restore was cut off: free space, destroy the copy, restore again" },
	{   666, STOP,   "give both databases the same ReplicationApplyOrdering" },
	{   701, AGAIN,  "" },
	{   704, AGAIN,  "" },
	{   707, STOP,   "load the database with ttAdmin -ramLoad, if it is to be loaded" },
	{   712, AGAIN,  "ttStatus shows who is connected" },
	{   716, AGAIN,  "" },
	{   791, AGAIN,  "" },
	{   793, AGAIN,  "" },
	{   799, AGAIN,  DAEMON },
	{   802, STOP,   ROOM },
	{   819, STOP,   BINARY },
	{   821, DANGER, "no checkpoint file can be read: check path and DSN, create nothing" },
	{   832, STOP,   "the database does not exist: check the DSN" },
	{   833, STOP,   "the database does not exist: check the DSN" },
	{   846, AGAIN,  "" },
	{   849, STOP,   "recovery needs a larger PermSize" },
	{   994, AGAIN,  "" },
	{  6002, AGAIN,  "" },
	{  6003, AGAIN,  "" },
	{  6220, STOP,   ROOM },
	{  6229, STOP,   "free disk space: the database could not roll back and is invalid" },
	{  7001, STOP,   "check user and password" },
	{  9996, AGAIN,  "" },
	{  9998, AGAIN,  "" },
	{  9999, STOP,   "a subdaemon ended: read the daemon's log" },
	{ 10008, STOP,   "the database was destroyed by somebody else" },
	{ 14013, STOP,   "allow more subdaemons in the options of the daemon" },
	{ 15100, STOP,   ADMIN },
	{ 47137, AGAIN,  "" },
	/* agents and policies */
	{  5010, STOP,   "Oracle cannot be reached: check OracleNetServiceName" },
	{  5245, STOP,   STOP_REP },
	{  8081, STOP,   SCHEME },
	{  8093, STOP,   "start the replication agent first" },
	{  8150, STOP,   STOP_REP },
	{  8191, STOP,   SCHEME },
	{ 10012, STOP,   MANUAL },
	{ 10014, AGAIN,  "the replication agent could not be started: read the daemon's log" },
	{ 10021, STOP,   MANUAL },
	{ 12026, OK,     "" },
	{ 12027, OK,     "" },
	{ 12028, OK,     "" },
	{ 12029, OK,     "" },
	{ 12030, AGAIN,  "ttStatus shows who is connected" },
	{ 12276, STOP,   "" },
	{ 12335, STOP,   "the shared memory could not be left: unload the database instead" },
	/* roles of an active standby pair */
	{  5264, AGAIN,  "" },
	{  8062, DANGER, RELOOK },
	{  8110, AGAIN,  "" },
	{  8111, AGAIN,  "" },
	{  8112, AGAIN,  "" },
	{  8126, STOP,   "this database has a replication scheme already" },
	{  8139, AGAIN,  "" },
	{  8141, DANGER, "this database may not become active: " RELOOK },
	{  8145, DANGER, RELOOK },
	{  8151, STOP,   "somebody still writes to a database that is not active" },
	{  8170, AGAIN,  "the standby does not acknowledge: is its agent up, or is it marked failed" },
	{  8208, AGAIN,  "" },
	{ 16225, STOP,   DUP },
	{ 16228, STOP,   DUP },
	{ 16265, DANGER, "this is the standby now: " RELOOK },
	{ 16272, DANGER, "two masters were active: " RELOOK },
	{ 17037, STOP,   "receivers of an active standby pair are paused, never stopped" },
	{ 17066, AGAIN,  "" },
	{ 17072, AGAIN,  "" },
	{ 17084, AGAIN,  "" },
	{ 48046, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	{ 48047, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	{ 48065, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	{ 48102, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	{ 48106, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	{ 48111, STOP,   "pairs under Oracle Clusterware are driven with ttCWAdmin" },
	/* replication between databases */
	{  8000, STOP,   "give every replicated table a primary key" },
	{  8002, STOP,   "the object is replicated" },
	{  8025, DANGER, "a peer has given this copy up: " DUP },
	{  8044, DANGER, "never connect with ForceConnect: a person decides" },
	{  8143, STOP,   "a standby is duplicated from the active only: " RELOOK },
	{  8144, STOP,   "a subscriber is duplicated from the standby, or from the active when "
			 "the standby is marked failed" },
	{  8154, STOP,   "the scheme exists already" },
	{  8172, STOP,   "the store is in the scheme under two host names" },
	{  8176, STOP,   "two schemes overlap" },
	{ 12039, AGAIN,  "the replication agent of the source is not up yet" },
	{ 12075, STOP,   "the replication tables are of an older release" },
	{ 12114, STOP,   BINARY },
	{ 12216, STOP,   "" },
	{ 12230, STOP,   "" },
	{ 12232, STOP,   "destroy the copy and correct the list of objects" },
	{ 16020, AGAIN,  "" },
	{ 16025, AGAIN,  "" },
	{ 16045, STOP,   "source and copy are of different releases" },
	{ 16048, STOP,   "source and copy are of different releases" },
	{ 16060, AGAIN,  "" },
	{ 16122, AGAIN,  "" },
	{ 16189, AGAIN,  "" },
	{ 16255, STOP,   SCHEME },
	{ 16256, STOP,   SCHEME },
	{ 16266, STOP,   "" },
	{ 16267, AGAIN,  "" },
	{ 17009, STOP,   "give every store of a host its own replication port" },
	/* SQL and DSN */
	{  1001, STOP,   "" },
	{  2206, STOP,   "" },
	{  2237, STOP,   STOP_REP },
	{ 51014, STOP,   "" },
};
/* clang-format on */

static const struct meaning *
find(int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].number == number)
			return &meanings[i];
	return NULL;
}

bool
tt_error_is_known(int number)
{
	return find(number) != NULL;
}

const char *
tt_error_meaning(int number, enum verdict *ret_verdict)
{
	const struct meaning *m = find(number);

	*ret_verdict = m != NULL ? m->verdict : VERDICT_STOP;
	return m != NULL ? m->remedy : "";
}

/* 9992: the daemon repeats the number of another error. 7011: a procedure failed, and why
 * follows. */
bool
tt_error_is_wrapper(int number)
{
	return number == 9992 || number == 7011;
}

/* 6222: space runs low. 20100: connecting needed recovery. */
bool
tt_error_is_warning(int number)
{
	return number == 6222 || number == 20100;
}

/* clang-format off */
static const struct {
	const char *words;
	enum verdict verdict;
	const char *remedy;
} texts[] = {
	{ "Could not connect to TimesTen",     AGAIN, DAEMON },
	{ "Could not connect to the TimesTen", AGAIN, DAEMON },
	{ "connection refused",                AGAIN, DAEMON },
	{ "inactive due to failures",          STOP,  "read the daemon's log" },
	{ "not overwriting the existing file", STOP,  "use another file, or move this one away" },
	{ "unable to open file",               STOP,  "check the path and who may read it" },
	{ "could not open file",               STOP,  "check the path and who may read it" },
	{ "No space left on device",           STOP,  "free disk space" },
	{ "Permission denied",                 STOP,  ADMIN },
	{ "pending disconnection",             AGAIN, "" },
	{ "in process of being",               AGAIN, "" },
	{ " in flux",                          AGAIN, "" },
	{ "existing connection is required",   AGAIN, "" },
	{ "unrecognized option",               STOP,  "this release does not know the option" },
	{ "Usage:",                            STOP,  "this release does not know the option" },
	{ "does not exist",                    STOP,  "" },
	{ "not found",                         STOP,  "" },
	{ "Error:",                            STOP,  "" },
	{ "Enter password",                    STOP,  "give the user and password_file of this pair" },
	{ "Enter internal UID",                STOP,  "give the user and password_file of this pair" },
};
/* clang-format on */

const char *
tt_error_text_find(const char *text, enum verdict *ret_verdict, const char **ret_remedy)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *at = tt_find_words(text, texts[i].words);

		if (at == NULL)
			continue;
		*ret_verdict = texts[i].verdict;
		*ret_remedy = texts[i].remedy;
		return at;
	}
	return NULL;
}
