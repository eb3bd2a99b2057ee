/* ttStatus: what the main daemon knows, in the words of the release. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/utility.h"

static const char rule[] =
    "------------------------------------------------------------------------";

static const char *
text(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static bool
flag(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static int
number(json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

/* 32 bits have narrower columns. */
static void
row(const struct world *w, const char *type, int pid, unsigned context, const char *name,
    int id)
{
	if (w->bits == 32)
		printf("%-16s%-8d0x%08x  %-30.30s%5d\n", type, pid, context, name, id);
	else
		printf("%-16s%-8d0x%016x  %-30.30s%5d\n", type, pid, context, name, id);
}

static void
print_daemon(const struct world *w, int pid)
{
	printf("Daemon pid %d port %d instance %s\n", pid, w->port, w->instance);
	if (world_server_runs(w))
		printf("TimesTen server pid %d started on port %d\n", pid + 1,
		    world_server_port(w));
}

/* What later releases have not. */
static void
print_old_head(const struct world *w, int pid)
{
	if (!world_since(w, 11, 2))
		printf("TimesTen webserver pid %d started on port %d\n\n", pid + 3,
		    w->port + 4);
}

static int
print_connections(const struct world *w, json_t *db)
{
	static const char *const threads[] = { "LOGFORCE", "REPHOLD", "FAILOVER",
		"TRANSMITTER", "RECEIVER" };
	json_t *o;
	size_t i;
	int n = 0;

	json_array_foreach(json_object_get(db, "connections"), i, o) {
		bool replication = strcmp(text(o, "kind"), "replication") == 0;
		unsigned context = 0x9c72c00u + (unsigned)i * 0x1100u;

		row(w, replication ? "Replication" : "Process", number(o, "pid"), context,
		    text(o, "name"), number(o, "id"));
		for (size_t k = 0; replication && k < ARRAY_SIZE(threads); k++, n++)
			row(w, "Replication", number(o, "pid"),
			    context + 0x100u * (unsigned)(k + 1), threads[k],
			    number(o, "id") + (int)k + 1);
		n++;
	}
	if (flag(db, "cache_running")) {
		row(w, world_since(w, 11, 2) ? "Cache Agent" : "Oracle Agent",
		    number(db, "agent_pid") + 1, 0x2208f840u, "Handler", 900);
		n++;
	}
	return n;
}

static void
print_subdaemons(const struct world *w, int pid)
{
	static const char *const names[] = { "Manager", "Rollback", "Flusher",
		"Monitor", "Deadlock Detector", "Checkpoint", "Aging", "HistGC",
		"Log Marker", "IndexGC", "AsyncMV" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		row(w, "Subdaemon", pid, 0xb2a11f0u + (unsigned)i * 0x11a20u, names[i],
		    2047 - (int)i);
}

static int
count_rows(json_t *db)
{
	json_t *o;
	size_t i;
	int n = flag(db, "loaded") ? 11 : 0;

	json_array_foreach(json_object_get(db, "connections"), i, o)
		n += strcmp(text(o, "kind"), "replication") == 0 ? 6 : 1;
	return n + flag(db, "cache_running");
}

static void
print_memory(const struct world *w, json_t *db, int pid)
{
	const char *key = world_since(w, 18, 1) ? "Key" : "KEY";
	int n = count_rows(db);

	if (flag(db, "loading"))
		puts("DATA STORE IN PROCESS OF BEING LOADED INTO RAM");
	if (n == 0)
		puts("There are no connections to the data store");
	else
		printf(n == 1 ? "There is %d connection to the data store\n"
			      : "There are %d connections to the data store\n",
		    n);
	if (!flag(db, "loaded"))
		return;
	if (!world_since(w, 11, 2))
		puts("Data store is in shared mode");
	printf("Shared Memory %s 0x0a00c1f2 ID 1179650\n", key);
	if (world_since(w, 11, 2))
		printf("PL/SQL Memory %s 0x0b00c1f2 ID 1212419 Address 0x7fa0000000\n",
		    key);
	printf("Type            PID     Context     %sConnection Name              ConnID\n",
	    w->bits == 32 ? "" : "        ");
	(void)print_connections(w, db);
	print_subdaemons(w, pid + 2);
}

static char *
capital(const char *s)
{
	char *copy = need_copy(s);

	copy[0] = (char)toupper((unsigned char)copy[0]);
	return copy;
}

static void
print_policies(const struct world *w, json_t *db)
{
	bool modern = world_since(w, 18, 1);
	char *rep = capital(text(db, "rep")), *cache = capital(text(db, "cache"));
	char *ram = modern ? need_copy(text(db, "ram")) : capital(text(db, "ram"));

	if (modern && (flag(db, "open") || world_since(w, 22, 1)))
		puts(flag(db, "open") ? "Open for user connections"
				      : "Closed to user connections");
	if (strcmp(text(db, "ram"), "inUse") != 0) {
		printf("RAM residence policy: %s\n", ram);
		if (strcmp(text(db, "ram"), "manual") == 0 || strcmp(text(db, "ram"), "enduring") == 0)
			puts(flag(db, "invalid") && !flag(db, "loaded")
				? "Data store should be manually loaded but inactive due to failures"
				: flag(db, "loaded")
				? "Data store is manually loaded into RAM"
				: "Data store is manually unloaded from RAM");
	}
	printf("Replication policy  : %s\n", rep);
	if (strcmp(text(db, "agent"), "stopped") != 0)
		puts("Replication agent is running.");
	printf("%s policy  : %s\n", world_since(w, 11, 2) ? "Cache Agent" : "Oracle agent",
	    cache);
	if (flag(db, "cache_running"))
		puts(world_since(w, 11, 2) ? "Cache agent is running."
					   : "Oracle agent is running.");
	if (world_since(w, 11, 2))
		puts("PL/SQL enabled.");
	free(rep);
	free(cache);
	free(ram);
}

static void
print_report(struct utility *u, json_t *answer, const char *only)
{
	int pid = number(answer, "pid");
	time_t now = time(NULL);
	char stamp[64];
	struct tm tm;
	json_t *db;
	size_t i;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%a %b %e %H:%M:%S %Y", &tm);
	printf("TimesTen status report as of %s\n\n", stamp);
	print_daemon(u->w, pid);
	print_old_head(u->w, pid);
	puts(rule);
	if (world_since(u->w, 18, 1))
		puts(rule);
	json_array_foreach(json_object_get(answer, "databases"), i, db) {
		if (only != NULL && strcmp(only, text(db, "path")) != 0)
			continue;
		if (world_since(u->w, 18, 1) && !world_since(u->w, 22, 1) && !flag(db, "open"))
			puts("Closed to user connections"); /* 18.1: before its store */
		printf("Data store %s\n", text(db, "path"));
		if (world_since(u->w, 18, 1))
			print_daemon(u->w, pid);
		print_memory(u->w, db, pid);
		print_policies(u->w, db);
		puts(rule);
	}
	puts(world_since(u->w, 11, 2) ? "Accessible by group ttgrp\nEnd of report"
				      : "End of report");
}

static json_t *
json_connections(json_t *db)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(json_object_get(db, "connections"), i, o)
		json_array_append_new(list,
		    json_pack("{s:s,s:i,s:i,s:s,s:i,s:b}", "proc type",
			strcmp(text(o, "kind"), "replication") == 0 ? "Replication"
								    : "Process",
			"pid", number(o, "pid"), "context", 8736214, "name",
			text(o, "name"), "conn id", number(o, "id"),
			"disconnect pending", 0));
	return list;
}

static void
print_json(struct utility *u, json_t *answer)
{
	int pid = number(answer, "pid");
	json_t *list = json_array(), *db, *all;
	size_t i;

	json_array_foreach(json_object_get(answer, "databases"), i, db)
		json_array_append_new(list,
		    json_pack("{s:s,s:i,s:b,s:b,s:o,s:s,s:s,s:s}", "data store",
			text(db, "path"), "# of conns", count_rows(db), "loading",
			flag(db, "loading"), "unloading", 0, "conn info",
			json_connections(db), "open", flag(db, "open") ? "yes" : "no",
			"ram policy", text(db, "ram"), "note", ""));
	all = json_pack("{s:{s:i,s:i},s:{s:i,s:i,s:s},s:o,s:s}", "server", "pid",
	    pid + 1, "port", u->w->port + 1, "instance info", "pid", pid, "port",
	    u->w->port, "name", u->w->instance, "db info", list, "access by", "ttgrp");
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

enum { S_V, S_R, S_PRETTY, S_NOPRETTY, S_JSON, S_CONNSTR, S_DSN, S_GRIDBRIEF, S_OPTIONS };

/* The status of one store, and -json, are there from 22.1 on, -gridbrief from 18.1 on. */
static bool
known_here(const struct utility *u, const struct option_spec *o, const char *word)
{
	const char *what = NULL;

	if (!world_since(u->w, 22, 1))
		what = o[S_JSON].seen ? "-json"
		    : o[S_CONNSTR].seen ? "-connStr"
		    : o[S_DSN].seen ? "-dsn"
				    : word;
	if (what == NULL && o[S_GRIDBRIEF].seen && !world_since(u->w, 18, 1))
		what = "-gridbrief";
	if (what != NULL)
		fprintf(u->errors, "ttStatus: unexpected argument: %s\n", what);
	return what == NULL;
}

static int
report_once(struct utility *u, const struct option_spec *o, const char *word)
{
	json_t *answer;

	answer = wire_ask(u->w, json_pack("{s:s}", "op", "status"));
	if (answer == NULL && !world_since(u->w, 7, 0)) {
		fputs("ttStatus: Could not connect to TimesTen daemon: Connection refused\n",
		    u->errors);
		return 1;
	}
	if (answer == NULL) {
		fputs("ttStatus: Could not connect to the TimesTen daemon.\n"
		      "If the TimesTen daemon is not running, please start it\n"
		      "by running \"ttDaemonAdmin -start\".\n",
		    u->errors);
		return 1;
	}
	if (o[S_JSON].seen)
		print_json(u, answer);
	else
		print_report(u, answer, word != NULL ? u->dsn.path : NULL);
	json_decref(answer);
	return 0;
}

/* -r SECONDS: again and again, until somebody ends it. */
int
tt_status(struct utility *u)
{
	struct option_spec o[S_OPTIONS + 1] = { { "-v", 0 }, { "-r", 1 }, { "-pretty", 0 },
		{ "-nopretty", 0 }, { "-json", 0 }, { "-connStr", 1 }, { "-dsn", 1 },
		{ "-gridbrief", 0 }, { NULL } };
	const char *word = NULL;
	int status;

	if (utility_parse(u, o, &word, 1) < 0 || !known_here(u, o, word))
		return 1;
	if (o[S_CONNSTR].seen || o[S_DSN].seen)
		word = o[S_CONNSTR].seen ? o[S_CONNSTR].value : o[S_DSN].value;
	if (word != NULL && utility_dsn(u, word) != 0)
		return 1;
	while ((status = report_once(u, o, word)) == 0 && o[S_R].seen) {
		fflush(stdout);
		moment_sleep_ms(1000 * strtol(o[S_R].value, NULL, 10));
	}
	return status;
}
