#include "tests/sandbox/builtin.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"

int
builtin_row(struct call *call, int n, ...)
{
	const char *values[16];
	va_list ap;

	va_start(ap, n);
	for (int i = 0; i < n; i++)
		values[i] = va_arg(ap, const char *);
	va_end(ap);
	return call->fn != NULL ? call->fn(call->arg, n, values) : 0;
}

static int
nothing(struct call *call)
{
	(void)call;
	return 0;
}

static int
version(struct call *call)
{
	char part[5][12];

	for (int i = 0; i < 5; i++)
		snprintf(part[i], sizeof(part[i]), "%d", call->c->w.part[i]);
	return builtin_row(call, 5, part[0], part[1], part[2], part[3], part[4]);
}

static int
configuration(struct call *call)
{
	/* clang-format off */
	static const struct { const char *name, *key, *fixed; } rows[] = {
		{ "CacheGridEnable", NULL, "0" },
		{ "CkptFrequency", NULL, "600" },
		{ "ConnectionCharacterSet", "charset", NULL },
		{ "DataStore", NULL, NULL },
		{ "DatabaseCharacterSet", "charset", NULL },
		{ "LogFileSize", "log_file_mb", NULL },
		{ "PermSize", "perm_mb", NULL },
		{ "ReplicationApplyOrdering", NULL, "0" },
		{ "ReplicationParallelism", NULL, "1" },
		{ "Temporary", NULL, "0" },
		{ "TypeMode", "type_mode", NULL },
	};
	/* clang-format on */
	char *value;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (call->argv[0] != NULL &&
		    strcasecmp(call->argv[0], rows[i].name) != 0)
			continue;
		if (rows[i].key != NULL)
			value = store_get(&call->c->s, rows[i].key);
		else
			value = need_copy(
			    rows[i].fixed != NULL ? rows[i].fixed : call->c->s.path);
		(void)builtin_row(call, 2, rows[i].name, value != NULL ? value : "");
		free(value);
	}
	return 0;
}

static int
ask(struct call *call, json_t *request, json_t **ret)
{
	return session_ask(&call->c->w, request, ret, call->err);
}

static int
data_store_status(struct call *call)
{
	char pid[16], id[16], type[32];
	json_t *answer, *o;
	const char *path;
	size_t i;

	if (ask(call, json_pack("{s:s,s:s}", "op", "query", "path", call->c->s.path),
		&answer) != 0)
		return -1;
	path = call->c->s.path;
	json_array_foreach(json_object_get(json_object_get(answer, "database"),
			       "connections"),
	    i, o) {
		const char *kind = json_string_value(json_object_get(o, "kind"));

		snprintf(pid, sizeof(pid), "%d",
		    (int)json_integer_value(json_object_get(o, "pid")));
		snprintf(id, sizeof(id), "%d",
		    (int)json_integer_value(json_object_get(o, "id")));
		snprintf(type, sizeof(type), "%-16s",
		    strcmp(kind, "utility") == 0 ? "application" : kind);
		(void)builtin_row(call, 7, path, pid, "00000000019C40A8", type, "0",
		    json_string_value(json_object_get(o, "name")), id);
	}
	(void)builtin_row(call, 7, path, "4711", "00000000019C40A8", "subdaemon       ",
	    "0", "Manager                       ", "2047");
	json_decref(answer);
	return 0;
}

static int
set_policy(struct call *call, const char *what, const char *const *allowed)
{
	const char *value = call->argv[0] != NULL ? call->argv[0] : "";

	for (; *allowed != NULL; allowed++)
		if (strcasecmp(value, *allowed) == 0)
			return ask(call,
			    json_pack("{s:s,s:s,s:s,s:s,s:i}", "op", "policy", "path",
				call->c->s.path, "what", what, "value", *allowed,
				"grace",
				call->argv[1] != NULL
				    ? (int)strtol(call->argv[1], NULL, 10)
				    : 0),
			    NULL);
	return refuse(call->err, 12012, "Invalid policy value \"%s\"", value);
}

static int
ram_policy_set(struct call *call)
{
	static const char *const allowed[] = { "inUse", "always", "manual", NULL };

	return set_policy(call, "ram", allowed);
}

static int
rep_policy_set(struct call *call)
{
	static const char *const allowed[] = { "always", "manual", "norestart", NULL };

	return set_policy(call, "rep", allowed);
}

static int
cache_policy_set(struct call *call)
{
	static const char *const allowed[] = { "always", "manual", "norestart", NULL };

	return set_policy(call, "cache", allowed);
}

static int
get_policy(struct call *call, const char *what, bool grace)
{
	json_t *answer, *db;
	char seconds[16];

	if (ask(call, json_pack("{s:s,s:s}", "op", "query", "path", call->c->s.path),
		&answer) != 0)
		return -1;
	db = json_object_get(answer, "database");
	snprintf(seconds, sizeof(seconds), "%d",
	    (int)json_integer_value(json_object_get(db, "grace")));
	(void)builtin_row(call, grace ? 2 : 1,
	    json_string_value(json_object_get(db, what)),
	    strcmp(seconds, "0") == 0 ? NULL : seconds);
	json_decref(answer);
	return 0;
}

static int
ram_policy_get(struct call *call)
{
	return get_policy(call, "ram", true);
}

static int
rep_policy_get(struct call *call)
{
	return get_policy(call, "rep", false);
}

static int
cache_policy_get(struct call *call)
{
	return get_policy(call, "cache", false);
}

static int
checkpoint(struct call *call)
{
	store_checkpoint(&call->c->s);
	return 0;
}

static int
invalidate(struct call *call)
{
	return ask(call,
	    json_pack("{s:s,s:s,s:s}", "op", "invalidate", "path", call->c->s.path,
		"why", "call invalidate"),
	    NULL);
}

static int
cache_start(struct call *call)
{
	return ask(call,
	    json_pack("{s:s,s:s,s:b}", "op", "cache", "path", call->c->s.path, "start",
		1),
	    NULL);
}

static int
cache_stop(struct call *call)
{
	return ask(call,
	    json_pack("{s:s,s:s,s:b}", "op", "cache", "path", call->c->s.path, "start",
		0),
	    NULL);
}

static int
cache_uid_set(struct call *call)
{
	return ask(call,
	    json_pack("{s:s,s:s,s:s}", "op", "cache", "path", call->c->s.path, "uid",
		call->argv[0] != NULL ? call->argv[0] : ""),
	    NULL);
}

static int
sync_get(struct call *call)
{
	return builtin_row(call, 3, "00", "10", "1");
}

static int
threshold_get(struct call *call)
{
	return builtin_row(call, 1, "0");
}

/* clang-format off */
static const struct { const char *name; int (*fn)(struct call *); bool admin; } procedures[] = {
	{ "ttVersion",               version,                false },
	{ "ttConfiguration",         configuration,          false },
	{ "ttBookmark",              builtin_bookmark,       false },
	{ "ttLogHolds",              builtin_log_holds,      false },
	{ "ttReplicationStatus",     builtin_rep_status,     false },
	{ "ttDataStoreStatus",       data_store_status,      false },
	{ "ttRepStart",              builtin_rep_start,      true },
	{ "ttRepStop",               builtin_rep_stop,       true },
	{ "ttRepStateGet",           builtin_rep_state_get,  false },
	{ "ttRepStateSet",           builtin_rep_state_set,  true },
	{ "ttRepStateSave",          builtin_rep_state_save, true },
	{ "ttRepDeactivate",         builtin_rep_deactivate, true },
	{ "ttRepSubscriberWait",     builtin_rep_wait,       false },
	{ "ttRepSubscriberStateSet", builtin_rep_peer_state, true },
	{ "ttRepPolicySet",          rep_policy_set,         true },
	{ "ttRepPolicyGet",          rep_policy_get,         false },
	{ "ttRamPolicySet",          ram_policy_set,         true },
	{ "ttRamPolicyGet",          ram_policy_get,         false },
	{ "ttCachePolicySet",        cache_policy_set,       true },
	{ "ttCachePolicyGet",        cache_policy_get,       false },
	{ "ttCacheStart",            cache_start,            true },
	{ "ttCacheStop",             cache_stop,             true },
	{ "ttCacheUidPwdSet",        cache_uid_set,          true },
	{ "ttRepSyncGet",            sync_get,               false },
	{ "ttRepSyncSet",            nothing,                false },
	{ "ttRepQueryThresholdGet",  threshold_get,          false },
	{ "ttRepQueryThresholdSet",  nothing,                true },
	{ "ttCkpt",                  checkpoint,             true },
	{ "ttCkptBlocking",          checkpoint,             true },
	{ "ttDurableCommit",         nothing,                false },
	{ "ttBackupStatus",          nothing,                false },
	{ "ttHostNameSet",           nothing,                true },
	{ "ttOptUpdateStats",        nothing,                false },
	{ "invalidate",              invalidate,             true },
};
/* clang-format on */

static char *
cut(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	if (from == to || (to - from == 4 && strncasecmp(from, "NULL", 4) == 0))
		return NULL;
	if (*from == '\'' && to[-1] == '\'' && to - from >= 2)
		return need_format("%.*s", (int)(to - from - 2), from + 1);
	return need_format("%.*s", (int)(to - from), from);
}

static void
read_arguments(struct call *call, const char *text)
{
	const char *p = strchr(text, '('), *start;
	bool quoted = false;

	if (p == NULL)
		return;
	for (start = ++p; *p != '\0' && call->argc < BUILTIN_ARGS; p++) {
		if (*p == '\'')
			quoted = !quoted;
		if (quoted || (*p != ',' && *p != ')'))
			continue;
		call->argv[call->argc++] = cut(start, p);
		start = p + 1;
		if (*p == ')')
			break;
	}
}

/* Faults of a single procedure: refuse, or do nothing and say yes. 1: go on. */
static int
inject(struct call *call, const char *name)
{
	char *fail = need_format("fail.%s", name),
	     *lie = need_format("exit_lies.%s", name);
	char *code = need_format("fail_code.%s", name);
	int rc = 1;

	if (knob_take(&call->c->w, call->c->s.name, fail))
		rc = refuse(call->err,
		    (int)knob_int(&call->c->w, call->c->s.name, code, 9996),
		    "Injected by the knob %s", fail);
	else if (knob_due(&call->c->w, call->c->s.name, lie))
		rc = 0;
	free(fail);
	free(lie);
	free(code);
	return rc;
}

int
builtin_call(struct session *c, const char *text, sim_row_fn fn, void *arg,
    struct sim_error *err)
{
	struct call call = { .c = c, .fn = fn, .arg = arg, .err = err };
	size_t n = strcspn(text, "( \t\n;"), i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(procedures); i++)
		if (strlen(procedures[i].name) == n &&
		    strncasecmp(text, procedures[i].name, n) == 0)
			break;
	if (i == ARRAY_SIZE(procedures))
		return refuse(err, 7000, "Unknown built-in procedure name %.*s", (int)n,
		    text);
	if (procedures[i].admin && !c->administrator)
		return refuse(err, 15100, "User %s lacks privilege ADMIN", c->user);
	if (!session_alive(c))
		return refuse(err, 994, NULL);
	read_arguments(&call, text);
	record_event(&c->w, c->s.name, "call_begun", "{s:s}", "procedure",
	    procedures[i].name);
	rc = inject(&call, procedures[i].name);
	if (rc == 1)
		rc = procedures[i].fn(&call);
	record_event(&c->w, c->s.name, "call_ended", "{s:s,s:i}", "procedure",
	    procedures[i].name, "code", rc == 0 ? 0 : err->code);
	for (int k = 0; k < call.argc; k++)
		free(call.argv[k]);
	return rc;
}
