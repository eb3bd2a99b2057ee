/* ttAdmin: policies, loading and unloading, agents. Every success prints the policies. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/utility.h"

enum {
	O_QUERY,
	O_RAMPOLICY,
	O_RAMGRACE,
	O_RAMLOAD,
	O_RAMUNLOAD,
	O_REPPOLICY,
	O_REPSTART,
	O_REPSTOP,
	O_CACHEPOLICY,
	O_CACHESTART,
	O_CACHESTOP,
	O_STOPTIMEOUT,
	O_CACHEUIDGET,
	O_CACHEUIDPWDSET,
	O_CACHEUID,
	O_CACHEPWD,
	O_RQTGET,
	O_RQTSET,
	O_OPEN,
	O_CLOSE,
	O_DISCONNECT,
	O_TRANSACTIONAL,
	O_IMMEDIATE,
	O_ABORT,
	O_USERS,
	O_UNLOAD,
	O_CONNSTR,
	O_DSN,
	O_WAIT,
	OPTIONS
};

static int
exit_status(const struct sim_error *err)
{
	switch (err->code) {
	case 12026:
		return 5;
	case 12027:
		return 6;
	case 12028:
		return 7;
	case 12029:
		return 8;
	case 799:
		return 1;
	default:
		return 9;
	}
}

static int
ask(struct utility *u, json_t *request, json_t **ret, struct sim_error *err)
{
	json_object_set_new(request, "path", json_string(u->dsn.path));
	return session_ask(u->w, request, ret, err);
}

static const char *
text(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static const char *
flag(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key)) ? "True" : "False";
}

static void
line(const char *key, const char *value)
{
	printf("%-32s: %s\n", key, value);
}

static int
print_policies(struct utility *u, struct sim_error *err)
{
	bool newest = world_since(u->w, 26, 1), old = !world_since(u->w, 11, 2);
	json_t *answer, *o;
	bool open;
	int grace;

	if (ask(u, json_pack("{s:s}", "op", "query"), &answer, err) != 0)
		return -1;
	o = json_object_get(answer, "database");
	open = json_is_true(json_object_get(o, "open"));
	if (newest)
		putchar('\n');
	grace = (int)json_integer_value(json_object_get(o, "grace"));
	line("RAM Residence Policy", text(o, "ram"));
	if (strcmp(text(o, "ram"), "inUse") == 0 && grace > 0)
		printf("%-32s: %d\n", "RAM Residence Grace (Secs)", grace);
	if (strcmp(text(o, "ram"), "manual") == 0 || strcmp(text(o, "ram"), "enduring") == 0)
		line("Manually Loaded In RAM", flag(o, "loaded"));
	line("Replication Agent Policy", text(o, "rep"));
	if (strcmp(text(o, "rep"), "always") != 0)
		line("Replication Manually Started", flag(o, "rep_wanted"));
	line(old ? "Oracle Agent Policy" : "Cache Agent Policy", text(o, "cache"));
	line(old ? "Oracle Agent Manually Started" : "Cache Agent Manually Started",
	    flag(o, "cache_wanted"));
	if (newest)
		line("Database state", open ? "open" : "closed");
	else if (world_since(u->w, 18, 1))
		line("Database State", open ? "Open" : "Closed");
	json_decref(answer);
	return 0;
}

static int
set_policy(struct utility *u, const char *what, const char *value, const char *grace,
    struct sim_error *err)
{
	static const struct {
		const char *what, *value;
	} known[] = { { "ram", "inUse" }, { "ram", "always" }, { "ram", "manual" },
		{ "ram", "enduring" }, { "rep", "always" }, { "rep", "manual" }, { "rep", "norestart" },
		{ "cache", "always" }, { "cache", "manual" },
		{ "cache", "norestart" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(what, known[i].what) == 0 &&
		    strcasecmp(value, known[i].value) == 0 &&
		    (strcasecmp(value, "enduring") != 0 || world_since(u->w, 18, 1)))
			return ask(u,
			    json_pack("{s:s,s:s,s:s,s:i}", "op", "policy", "what", what,
				"value", known[i].value, "grace",
				grace != NULL ? (int)strtol(grace, NULL, 10) : 0),
			    NULL, err);
	return refuse(err, 12012, "Invalid policy value \"%s\"", value);
}

/* The utility returns when the agent is gone; a slow one may take minutes (knob). */
static int
stop_replication(struct utility *u, struct sim_error *err)
{
	json_t *answer;
	bool stopped = false;

	if (ask(u, json_pack("{s:s}", "op", "repstop"), NULL, err) != 0)
		return -1;
	if (knob_is(u->w, NULL, "repstop", "async", "sync"))
		return 0;
	while (!stopped) {
		if (ask(u, json_pack("{s:s}", "op", "query"), &answer, err) != 0)
			return -1;
		stopped = strcmp(text(json_object_get(answer, "database"), "agent"),
			      "stopped") == 0;
		json_decref(answer);
		if (!stopped)
			moment_sleep_ms(20);
	}
	return 0;
}

static int
load(struct utility *u, struct sim_error *err)
{
	json_t *answer;

	if (ask(u, json_pack("{s:s}", "op", "ramload"), &answer, err) != 0)
		return -1;
	moment_sleep_ms(json_integer_value(json_object_get(answer, "wait_ms")));
	json_decref(answer);
	return 0;
}

static int
act(struct utility *u, const struct option_spec *o, struct sim_error *err)
{
	if (o[O_RAMPOLICY].seen &&
	    set_policy(u, "ram", o[O_RAMPOLICY].value, o[O_RAMGRACE].value, err) != 0)
		return -1;
	if (o[O_REPPOLICY].seen &&
	    set_policy(u, "rep", o[O_REPPOLICY].value, NULL, err) != 0)
		return -1;
	if (o[O_CACHEPOLICY].seen &&
	    set_policy(u, "cache", o[O_CACHEPOLICY].value, NULL, err) != 0)
		return -1;
	if (o[O_RAMLOAD].seen && load(u, err) != 0)
		return -1;
	if (o[O_RAMUNLOAD].seen &&
	    ask(u, json_pack("{s:s}", "op", "ramunload"), NULL, err) != 0)
		return -1;
	if (o[O_REPSTART].seen &&
	    ask(u, json_pack("{s:s}", "op", "repstart"), NULL, err) != 0)
		return -1;
	if (o[O_REPSTOP].seen && stop_replication(u, err) != 0)
		return -1;
	if (o[O_CACHEUIDPWDSET].seen &&
	    ask(u, json_pack("{s:s,s:s}", "op", "cache", "uid", o[O_CACHEUID].value),
		NULL, err) != 0)
		return -1;
	if ((o[O_CACHESTART].seen || o[O_CACHESTOP].seen) &&
	    ask(u, json_pack("{s:s,s:b}", "op", "cache", "start", o[O_CACHESTART].seen),
		NULL, err) != 0)
		return -1;
	if ((o[O_OPEN].seen || o[O_CLOSE].seen) &&
	    ask(u, json_pack("{s:s,s:b}", "op", "open", "open", o[O_OPEN].seen), NULL,
		err) != 0)
		return -1;
	if (o[O_DISCONNECT].seen &&
	    ask(u,
		json_pack("{s:s,s:b,s:b}", "op", "force", "transactional",
		    o[O_TRANSACTIONAL].seen, "unload", o[O_UNLOAD].seen),
		NULL, err) != 0)
		return -1;
	return 0;
}

/* Options that a release does not know are usage errors there: its first is since, the last before. */
static const struct option_age {
	int option;
	int since, before; /* major * 100 + minor; 0: always, never gone */
} ages[] = {
	{ O_OPEN, 1801, 0 },
	{ O_CLOSE, 1801, 0 },
	{ O_DISCONNECT, 1801, 0 },
	{ O_TRANSACTIONAL, 1801, 0 },
	{ O_IMMEDIATE, 1801, 0 },
	{ O_ABORT, 1801, 0 },
	{ O_USERS, 1801, 0 },
	{ O_UNLOAD, 1801, 0 },
	{ O_RQTGET, 1102, 0 },
	{ O_RQTSET, 1102, 0 },
	{ O_WAIT, 0, 1102 },
};

static bool
known_here(struct utility *u, const struct option_spec *o)
{
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		const struct option_age *age = &ages[i];

		if (o[age->option].seen &&
		    ((age->since != 0 &&
			 !world_since(u->w, age->since / 100, age->since % 100)) ||
			(age->before != 0 &&
			    world_since(u->w, age->before / 100, age->before % 100)))) {
			(void)utility_usage(u, "unrecognized option",
			    o[age->option].name);
			return false;
		}
	}
	return true;
}

/* What the syntax keeps apart. */
static const struct {
	int one, other;
} apart[] = {
	{ O_REPSTART, O_REPSTOP },
	{ O_CACHESTART, O_CACHESTOP },
	{ O_CACHESTART, O_CACHEPOLICY },
	{ O_CACHESTOP, O_CACHEPOLICY },
	{ O_OPEN, O_CLOSE },
	{ O_TRANSACTIONAL, O_IMMEDIATE },
	{ O_TRANSACTIONAL, O_ABORT },
	{ O_IMMEDIATE, O_ABORT },
	{ O_USERS, O_UNLOAD },
};

/* What it wants together. */
static const struct {
	int option, needs;
} together[] = {
	{ O_RAMGRACE, O_RAMPOLICY },
	{ O_STOPTIMEOUT, O_CACHESTOP },
	{ O_CACHEUID, O_CACHEUIDPWDSET },
	{ O_CACHEPWD, O_CACHEUIDPWDSET },
	{ O_CACHEUIDPWDSET, O_CACHEUID },
	{ O_TRANSACTIONAL, O_DISCONNECT },
	{ O_IMMEDIATE, O_DISCONNECT },
	{ O_ABORT, O_DISCONNECT },
	{ O_USERS, O_DISCONNECT },
	{ O_UNLOAD, O_DISCONNECT },
};

static bool
may_be_said(struct utility *u, const struct option_spec *o)
{
	char why[120] = "";

	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (o[apart[i].one].seen && o[apart[i].other].seen)
			snprintf(why, sizeof(why), "%s and %s exclude each other",
			    o[apart[i].one].name, o[apart[i].other].name);
	for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++)
		if (o[together[i].option].seen && !o[together[i].needs].seen)
			snprintf(why, sizeof(why), "%s needs %s",
			    o[together[i].option].name, o[together[i].needs].name);
	if (o[O_DISCONNECT].seen && !o[O_TRANSACTIONAL].seen && !o[O_IMMEDIATE].seen &&
	    !o[O_ABORT].seen)
		snprintf(why, sizeof(why),
		    "-disconnect needs -transactional, -immediate or -abort");
	return why[0] == '\0' || utility_usage(u, why, "") == 0;
}

int
tt_admin(struct utility *u)
{
	struct option_spec o[OPTIONS + 1] = { { "-query", 0 }, { "-ramPolicy", 1 },
		{ "-ramGrace", 1 }, { "-ramLoad", 0 }, { "-ramUnload", 0 },
		{ "-repPolicy", 1 }, { "-repStart", 0 }, { "-repStop", 0 },
		{ "-cachePolicy", 1 }, { "-cacheStart", 0 }, { "-cacheStop", 0 },
		{ "-stopTimeout", 1 }, { "-cacheUidGet", 0 }, { "-cacheUidPwdSet", 0 },
		{ "-cacheUid", 1 }, { "-cachePwd", 1 }, { "-repQueryThresholdGet", 0 },
		{ "-repQueryThresholdSet", 1 }, { "-open", 0 }, { "-close", 0 },
		{ "-disconnect", 0 }, { "-transactional", 0 }, { "-immediate", 0 },
		{ "-abort", 0 }, { "-users", 0 }, { "-unload", 0 }, { "-connStr", 1 },
		{ "-dsn", 1 }, { "-wait", 0 }, { NULL } };
	const char *word = NULL;
	struct sim_error err;

	if (utility_parse(u, o, &word, 1) < 0 || !known_here(u, o) || !may_be_said(u, o))
		return 1;
	if (o[O_CONNSTR].seen)
		word = o[O_CONNSTR].value;
	else if (o[O_DSN].seen)
		word = o[O_DSN].value;
	if (utility_dsn(u, word) != 0)
		return 1;
	if (act(u, o, &err) != 0)
		return utility_refuse(u, &err, exit_status(&err));
	if (o[O_RQTGET].seen)
		line("QueryThreshold in seconds", "0");
	if (print_policies(u, &err) != 0)
		return utility_refuse(u, &err, exit_status(&err));
	return 0;
}
