/* ttRepAdmin: peers, bookmarks, waiting; -duplicate is in tt_duplicate.c. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/builtin.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/tt_rep_admin.h"

static const char *
host_upper(const char *host)
{
	static char copy[128];

	need_fit(copy, sizeof(copy), host);
	for (char *p = copy; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return copy;
}

static void
age(char *ret, size_t size_bytes, const char *seconds)
{
	long s = seconds != NULL ? strtol(seconds, NULL, 10) : -1;

	if (s < 0)
		snprintf(ret, size_bytes, "-");
	else
		snprintf(ret, size_bytes, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60,
		    s % 60);
}

/* A row of ttReplicationStatus as the block of -receiver -list. */
static int
print_peer(void *arg, int n, const char *const *v)
{
	char port[16], state[16], heard[24];

	(void)arg;
	(void)n;
	need_fit(port, sizeof(port), strcmp(v[2], "0") == 0 ? "Auto" : v[2]);
	need_fit(state, sizeof(state), v[3]);
	state[0] = (char)toupper((unsigned char)state[0]);
	age(heard, sizeof(heard), v[5]);
	printf("Peer name         Host name                 Port    State  Proto\n"
	       "----------------  ------------------------ ------  ------- -----\n"
	       "%-16s  %-24s %6s  %-7s %5d\n\n",
	    v[0], v[1], port, state, 41);
	printf("Last Msg Sent Last Msg Recv Latency TPS     RecordsPS Logs\n"
	       "------------- ------------- ------- ------- --------- ----\n"
	       "%-13s %-13s %7s %7s %9s %4s\n\n",
	    heard, heard, "0.02", "10", "120", v[4]);
	return 0;
}

static int
list_peers(struct session *c, const char *name, struct sim_error *err)
{
	char *text = name != NULL ? need_format("ttReplicationStatus('%s')", name)
				  : need_copy("ttReplicationStatus");
	int rc = builtin_call(c, text, print_peer, NULL, err);

	free(text);
	return rc;
}

/* R3.7: forget the bookmark; the next start begins at the present end of the log. Without a name of
 * every receiver. */
static int
reset_peer(struct session *c, const char *name, const char *host, struct sim_error *err)
{
	int64_t gcn;

	store_last(&c->s, NULL, &gcn, NULL);
	if (name != NULL &&
	    store_int(c->s.self,
		"SELECT count(*) FROM store WHERE name=%Q COLLATE NOCASE", name) == 0)
		return refuse(err, 8191,
		    "Subscriber %s is not in the replication scheme", name);
	store_run(c->s.self,
	    "UPDATE peer SET reset=1, acked=%lld, skip=%lld WHERE id IN (SELECT id FROM store"
	    " WHERE (%Q IS NULL OR name=%Q COLLATE NOCASE) AND (%Q IS NULL OR host=%Q COLLATE"
	    " NOCASE))",
	    (long long)gcn, (long long)gcn, name, name, host, host);
	return 0;
}

static int
receiver(struct utility *u, struct session *c, const struct option_spec *o,
    struct sim_error *err)
{
	static const char *const states[] = { "start", "pause", "stop" };
	int state = -1;

	if (o[R_STATE].seen) {
		for (int i = 0; i < 3; i++)
			if (strcasecmp(o[R_STATE].value, states[i]) == 0)
				state = i;
		if (state < 0) {
			return -utility_usage(u, "unknown state", o[R_STATE].value);
		}
		if (peer_set_state(c, o[R_NAME].value, o[R_HOST].value, state, err) !=
		    0)
			return -1;
	}
	if (o[R_RESET].seen &&
	    reset_peer(c, o[R_NAME].value, o[R_HOST].value, err) != 0)
		return -1;
	return o[R_LIST].seen ? list_peers(c, o[R_NAME].value, err) : 0;
}

static void
print_self(struct utility *u, struct session *c, const char *end)
{
	int64_t file = store_log_file_bytes(&c->s), pos, port;
	char number[16];

	store_last(&c->s, NULL, NULL, &pos);
	port = store_int(c->s.self,
	    "SELECT port FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    c->s.name, u->w->host);
	snprintf(number, sizeof(number), "%lld", (long long)port);
	printf("Self host \"%s\", port %s, name \"%s\", LSN %lld/%lld%s\n", u->w->host,
	    port == 0 ? "auto" : number, c->s.name, (long long)(pos / file),
	    (long long)(pos % file), end);
}

static int
print_bookmark(void *arg, int n, const char *const *v)
{
	(void)arg;
	(void)n;
	printf("Replication hold LSN ...... %s/%s\n", v[4], v[5]);
	printf("Last written LSN .......... %s/%s\n", v[0], v[1]);
	printf("Last LSN forced to disk ... %s/%s\n", v[2], v[3]);
	return 0;
}

static void
print_status(struct utility *u, struct session *c)
{
	json_t *answer, *db;
	struct sim_error err;

	if (session_ask(u->w,
		json_pack("{s:s,s:s}", "op", "query", "path", u->dsn.path), &answer,
		&err) != 0)
		return;
	db = json_object_get(answer, "database");
	printf("Replication Agent Status as of: 2026-01-01 00:00:00\n\n");
	printf("%-28s: %s\n", "DSN", u->dsn.name);
	printf("%-28s: %d (%s)\n", "Process ID",
	    (int)json_integer_value(json_object_get(db, "agent_pid")),
	    strcmp(json_string_value(json_object_get(db, "agent")), "stopped") == 0
		? "Stopped"
		: "Started");
	printf("%-28s: %s\n", "Replication Agent Policy",
	    json_string_value(json_object_get(db, "rep")));
	printf("%-28s: %s\n", "Host", host_upper(u->w->host));
	printf("%-28s: %lld\n", "RepListener Port",
	    (long long)store_get_int(&c->s, "listen_port"));
	printf("%-28s: STATE_MM_IDLE\n", "Main thread's state");
	json_decref(answer);
}

static int
keep_first(void *arg, int n, const char *const *v)
{
	(void)n;
	need_fit(arg, 3, v[0]);
	return 0;
}

/* Without -timeout for ever; a time-out is status 9, as Oracle's own automation takes it. */
static int
wait_peers(struct session *c, const struct option_spec *o, struct sim_error *err)
{
	char got[3] = "";
	char *text = need_format("ttRepSubscriberWait(,,%s%s%s,%s%s%s,%s)",
	    o[R_NAME].value ? "'" : "", o[R_NAME].value ? o[R_NAME].value : "",
	    o[R_NAME].value ? "'" : "", o[R_HOST].value ? "'" : "",
	    o[R_HOST].value ? o[R_HOST].value : "", o[R_HOST].value ? "'" : "",
	    o[R_TIMEOUT].seen ? o[R_TIMEOUT].value : "-1");
	int rc = builtin_call(c, text, keep_first, got, err);

	free(text);
	if (rc != 0)
		return -1;
	return strcmp(got, "00") == 0 ? 0 : 9;
}

static void
print_limits(struct utility *u, struct session *c)
{
	char *limits = store_text(c->s.self,
	    "SELECT ', timeout ' || timeout || ', threshold ' || threshold FROM store"
	    " WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    c->s.name, u->w->host);

	print_self(u, c, limits != NULL ? limits : "");
	sqlite3_free(limits);
}

/* From the oldest one that a peer needs to the one being written. */
static void
print_log(struct session *c)
{
	int64_t size = store_log_file_bytes(&c->s), last, oldest, files = 0;

	store_last(&c->s, NULL, NULL, &last);
	oldest = store_int(c->s.self,
	    "SELECT coalesce(min(acked), -1) FROM peer WHERE state<2 AND held");
	if (oldest >= 0)
		files = last / size - store_position_of(&c->s, oldest) / size + 1;
	printf("Log files held for replication: %lld\n"
	       "Size of log files held for replication: %lld\n",
	    (long long)files, (long long)(files * size));
}

/* The operations of the syntax; one of them is asked for. */
static const int operations[] = { R_SELF, R_RECEIVER, R_LOG, R_SHOWSTATUS, R_SHOWCONFIG,
	R_BOOKMARK, R_WAIT, R_DUPLICATE };

static int
asked_for(const struct option_spec *o)
{
	int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		n += o[operations[i]].seen > 0;
	return n;
}

static int
act(struct utility *u, struct session *c, const struct option_spec *o,
    struct sim_error *err)
{
	if (o[R_RECEIVER].seen)
		return receiver(u, c, o, err);
	if (o[R_BOOKMARK].seen)
		return builtin_call(c, "ttBookmark", print_bookmark, NULL, err);
	if (o[R_WAIT].seen)
		return wait_peers(c, o, err);
	if (o[R_SELF].seen) {
		print_self(u, c, "");
	} else if (o[R_SHOWSTATUS].seen) {
		print_status(u, c);
	} else if (o[R_SHOWCONFIG].seen) {
		print_limits(u, c);
		puts("\nList of subscribers\n-------------------");
		return list_peers(c, NULL, err);
	} else if (o[R_LOG].seen) {
		print_log(c);
	} else {
		return -utility_usage(u, "no operation given", "");
	}
	return 0;
}

int
tt_rep_admin(struct utility *u)
{
	struct option_spec o[R_OPTIONS + 1] = { { "-self", 0 }, { "-receiver", 0 },
		{ "-log", 0 }, { "-showstatus", 0 }, { "-showconfig", 0 },
		{ "-bookmark", 0 }, { "-wait", 0 }, { "-duplicate", 0 }, { "-list", 0 },
		{ "-name", 1 }, { "-host", 1 }, { "-state", 1 }, { "-reset", 0 },
		{ "-scheme", 1 }, { "-timeout", 1 }, { "-detail", 0 }, { "-from", 1 },
		{ "-setMasterRepStart", 0 }, { "-noSetMasterRepStart", 0 },
		{ "-ramLoad", 0 }, { "-delXla", 0 }, { "-UID", 1 }, { "-PWD", 1 },
		{ "-PWDCrypt", 1 }, { "-compression", 1 }, { "-bandwidthmax", 1 },
		{ "-keepCG", 0 }, { "-noKeepCG", 0 }, { "-cacheUid", 1 },
		{ "-cachePwd", 1 }, { "-recoveringNode", 0 },
		{ "-deferCacheUpdate", 0 }, { "-remoteDaemonPort", 1 },
		{ "-verbosity", 1 }, { "-localhost", 1 }, { "-connStr", 1 },
		{ "-dsn", 1 }, { "-localIP", 1 }, { "-remoteIP", 1 }, { "-open", 0 },
		{ "-close", 0 }, { "-drop", 1 }, { "-truncate", 1 }, { NULL } };
	const char *word = NULL;
	struct sim_error err;
	struct session c;
	int rc;

	if (utility_parse(u, o, &word, 1) < 0)
		return 1;
	if (asked_for(o) > 1)
		return -utility_usage(u, "operations exclude each other", "");
	if (o[R_CONNSTR].seen)
		word = o[R_CONNSTR].value;
	else if (o[R_DSN].seen)
		word = o[R_DSN].value;
	if (utility_dsn(u, word) != 0)
		return 1;
	if (o[R_DUPLICATE].seen)
		return tt_duplicate(u, o);
	if (utility_connect(u, &c, &err) != 0)
		return utility_refuse(u, &err, 1);
	rc = act(u, &c, o, &err);
	session_close(&c);
	return rc < 0 ? utility_refuse(u, &err, 1) : rc;
}
