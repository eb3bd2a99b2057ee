/* What the main daemon answers: a table of requests, one function each. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"
#include "tests/sandbox/store.h"
#include "tests/sandbox/timestend.h"

struct question {
	struct daemon *d;
	struct client *c;
	struct entry *e; /* NULL when the request names no database */
	json_t *request, *answer;
	struct sim_error *err;
};

static const char *
text_of(const struct question *q, const char *key, const char *unset)
{
	const char *text = json_string_value(json_object_get(q->request, key));

	return text != NULL ? text : unset;
}

static bool
flag_of(const struct question *q, const char *key)
{
	return json_is_true(json_object_get(q->request, key));
}

static int
make_database(struct question *q)
{
	struct dsn dsn = { .perm_size_mb = 32, .log_file_mb = 64 };
	json_t *o = json_object_get(q->request, "attributes");

	if (!flag_of(q, "create"))
		return refuse(q->err, 833, NULL);
	need_fit(dsn.path, sizeof(dsn.path), q->e->path);
	need_fit(dsn.charset, sizeof(dsn.charset), "US7ASCII");
	if (json_is_string(json_object_get(o, "charset")))
		need_fit(dsn.charset, sizeof(dsn.charset),
		    json_string_value(json_object_get(o, "charset")));
	dsn.perm_size_mb = (int)json_integer_value(json_object_get(o, "perm_mb"));
	dsn.log_file_mb = (int)json_integer_value(json_object_get(o, "log_file_mb"));
	dsn.type_mode = (int)json_integer_value(json_object_get(o, "type_mode"));
	json_object_set_new(q->answer, "created", json_true());
	if (store_create(q->d->w, &dsn, q->err) != 0)
		return -1;
	entry_save_all(q->d);
	return 0;
}

/* The order of these tests is that of a real connect: flux, recovery, files, policy. */
static int
may_connect(struct question *q)
{
	struct entry *e = q->e;
	const char *kind = text_of(q, "kind", "application");

	if (e->busy[0] != '\0' && q->c->holder != e)
		return refuse(q->err, 701, NULL);
	if (e->loaded && e->recovering && moment_ms() < e->ready_ms)
		return refuse(q->err, 704, NULL);
	if (!e->open && strcmp(kind, "application") == 0)
		return refuse(q->err, 15168, "Database is closed to user connections");
	if (!e->loaded && ram_by_hand(e->ram_policy) &&
	    store_has_files(e->path))
		return refuse(q->err, 707, NULL);
	return 0;
}

static int
do_connect(struct question *q)
{
	struct entry *e = q->e;
	int64_t now = moment_ms();
	bool was_loaded = e->loaded;

	if (may_connect(q) != 0)
		return -1;
	if (!e->loaded && !store_has_files(e->path) && make_database(q) != 0)
		return -1;
	if (entry_load(q->d, e, q->err) != 0)
		return -1;
	q->c->entry = e;
	need_fit(q->c->kind, sizeof(q->c->kind), text_of(q, "kind", "application"));
	need_fit(q->c->name, sizeof(q->c->name), text_of(q, "name", e->name));
	q->c->pid = (pid_t)json_integer_value(json_object_get(q->request, "pid"));
	q->c->id = ++q->d->next_id;
	q->c->may_be_forced = flag_of(q, "force");
	e->unload_ms = 0;
	json_object_set_new(q->answer, "wait_ms",
	    json_integer(e->ready_ms > now ? e->ready_ms - now : 0));
	if (!was_loaded && e->recovering)
		json_object_set_new(q->answer, "warning", json_integer(20100));
	json_object_set_new(q->answer, "connection", json_integer(q->c->id));
	if (strcmp(q->c->kind, "application") == 0)
		record_event(q->d->w, e->name, "connected", "{s:s,s:i,s:i}", "kind",
		    q->c->kind, "client_pid", (int)q->c->pid, "connection", q->c->id);
	return 0;
}

static int
do_disconnect(struct question *q)
{
	struct entry *e = q->c->entry;

	q->c->entry = NULL;
	if (e != NULL)
		entry_check_unload(q->d, e);
	return 0;
}

static json_t *
describe_connections(struct daemon *d, const struct entry *e)
{
	json_t *list = json_array();
	struct client *c;

	TAILQ_FOREACH(c, &d->clients, link)
		if (c->entry == e)
			json_array_append_new(list,
			    json_pack("{s:s,s:i,s:s,s:i,s:b}", "kind", c->kind, "pid",
				(int)c->pid, "name", c->name, "id", c->id, "leaving",
				c->leaving));
	return list;
}

static json_t *
describe_entry(struct daemon *d, const struct entry *e)
{
	return json_pack(
	    "{s:s,s:b,s:b,s:b,s:b,s:b,s:s,s:i,s:b,s:s,s:b,s:s,s:b,s:b,s:s,s:i,s:s,s:o}",
	    "path", e->path, "files", store_has_files(e->path), "loaded", e->loaded,
	    "loading", e->loaded && moment_ms() < e->ready_ms, "invalid", e->invalid,
	    "open", e->open, "ram", e->ram_policy, "grace", e->ram_grace_s,
	    "ram_wanted", e->ram_wanted, "rep", e->rep_policy, "rep_wanted",
	    e->rep_wanted, "cache", e->cache_policy, "cache_wanted", e->cache_wanted,
	    "cache_running", e->cache_running, "agent", agent_state_name(e->agent),
	    "agent_pid", (int)e->agent_pid, "busy", e->busy, "connections",
	    describe_connections(d, e));
}

static int
do_status(struct question *q)
{
	json_t *list = json_array();
	struct entry *e;

	json_object_set_new(q->answer, "pid", json_integer(getpid()));
	json_object_set_new(q->answer, "databases", list);
	TAILQ_FOREACH(e, &q->d->entries, link)
		if (store_has_files(e->path) || e->loaded)
			json_array_append_new(list, describe_entry(q->d, e));
	return 0;
}

static int
do_query(struct question *q)
{
	json_object_set_new(q->answer, "database", describe_entry(q->d, q->e));
	return 0;
}

static int
do_policy(struct question *q)
{
	const char *what = text_of(q, "what", ""), *value = text_of(q, "value", "");
	struct entry *e = q->e;

	if (strcmp(what, "ram") == 0) {
		need_fit(e->ram_policy, sizeof(e->ram_policy), value);
		e->ram_grace_s =
		    (int)json_integer_value(json_object_get(q->request, "grace"));
		e->ram_wanted = e->loaded && ram_by_hand(value);
		if (strcmp(value, "always") == 0 && entry_load(q->d, e, q->err) != 0)
			return -1;
		entry_check_unload(q->d, e);
	} else if (strcmp(what, "rep") == 0) {
		need_fit(e->rep_policy, sizeof(e->rep_policy), value);
		if (strcmp(value, "always") == 0 && e->agent == AGENT_STOPPED)
			(void)agent_spawn(q->d, e);
	} else {
		need_fit(e->cache_policy, sizeof(e->cache_policy), value);
		if (strcmp(value, "always") == 0 && !e->cache_running &&
		    e->cache_uid[0] != '\0' && entry_load(q->d, e, q->err) == 0) {
			cache_agent_run(q->d, e);
			record_event(q->d->w, e->name, "cache_agent_started", NULL);
		}
	}
	record_event(q->d->w, e->name, "policy", "{s:s,s:s}", "what", what, "value",
	    value);
	entry_save_all(q->d);
	return 0;
}

static int
do_ramload(struct question *q)
{
	int64_t now = moment_ms();

	if (!ram_by_hand(q->e->ram_policy))
		return refuse(q->err, 12031, "RAM residence policy is not manual");
	if (q->e->loaded)
		return refuse(q->err, 12028, NULL);
	if (!store_has_files(q->e->path) && make_database(q) != 0)
		return -1;
	if (entry_load(q->d, q->e, q->err) != 0)
		return -1;
	q->e->ram_wanted = true;
	json_object_set_new(q->answer, "wait_ms",
	    json_integer(q->e->ready_ms > now ? q->e->ready_ms - now : 0));
	return 0;
}

static int
do_ramunload(struct question *q)
{
	if (!ram_by_hand(q->e->ram_policy))
		return refuse(q->err, 12031, "RAM residence policy is not manual");
	if (!q->e->loaded)
		return refuse(q->err, 12029, NULL);
	if (entry_connections(q->d, q->e, NULL) > 0 || q->e->agent != AGENT_STOPPED)
		return refuse(q->err, 12030, NULL);
	q->e->ram_wanted = false;
	entry_unload(q->d, q->e, "ramUnload");
	return 0;
}

static int
do_repstart(struct question *q)
{
	return agent_start(q->d, q->e, q->err);
}

static int
do_repstop(struct question *q)
{
	return agent_stop(q->d, q->e, q->err);
}

static int
do_agent_runs(struct question *q)
{
	if (q->e->agent == AGENT_STARTING)
		q->e->agent = AGENT_RUNNING;
	record_event(q->d->w, q->e->name, "agent_running", "{s:i,s:i}", "agent_pid",
	    (int)q->e->agent_pid, "port",
	    (int)json_integer_value(json_object_get(q->request, "port")));
	return 0;
}

/* The cache administrator is kept in the database: a backup has him, an export has not. */
static void
keep_cache_uid(struct question *q, const char *uid)
{
	struct sim_error err;
	struct store s;
	char *kept;

	if (store_open(&s, q->d->w, q->e->path, &err) != 0)
		return;
	if (*uid != '\0')
		store_set(&s, "cache_uid", uid);
	kept = store_get(&s, "cache_uid");
	if (kept != NULL)
		need_fit(q->e->cache_uid, sizeof(q->e->cache_uid), kept);
	free(kept);
	store_close(&s);
}

static int
do_cache(struct question *q)
{
	bool start = flag_of(q, "start");

	if (*text_of(q, "uid", "") != '\0' && q->e->cache_running)
		return refuse(q->err, 5145,
		    "The cache administrator user id cannot be changed while the cache agent is running");
	if (*text_of(q, "uid", "") != '\0' || (start && q->e->cache_uid[0] == '\0'))
		keep_cache_uid(q, text_of(q, "uid", ""));
	if (*text_of(q, "uid", "") != '\0')
		need_fit(q->e->cache_uid, sizeof(q->e->cache_uid),
		    text_of(q, "uid", ""));
	else if (start && q->e->cache_uid[0] == '\0')
		return refuse(q->err, 5140,
		    "The cache administrator user id is not set");
	else if (strcmp(q->e->cache_policy, "always") == 0)
		return start
		    ? refuse(q->err, 10020,
			  "The cache agent was not started due to the current cachePolicy setting")
		    : refuse(q->err, 10021, NULL);
	else if (start == q->e->cache_running)
		return refuse(q->err, start ? 12026 : 12027, NULL);
	else if (start && !q->e->loaded && ram_by_hand(q->e->ram_policy))
		return refuse(q->err, 707, NULL);
	else if (start && entry_load(q->d, q->e, q->err) != 0)
		return -1;
	else {
		q->e->cache_wanted = start;
		if (start)
			cache_agent_run(q->d, q->e);
		else
			cache_agent_end(q->e);
		record_event(q->d->w, q->e->name,
		    start ? "cache_agent_started" : "cache_agent_stopped", NULL);
		entry_check_unload(q->d, q->e);
	}
	entry_save_all(q->d);
	return 0;
}

/* Keeps everybody out while a utility destroys or creates the files (until it is gone). */
static int
do_hold(struct question *q)
{
	if (q->e->loaded || q->e->busy[0] != '\0' || q->e->agent != AGENT_STOPPED ||
	    entry_connections(q->d, q->e, NULL) > 0)
		return refuse(q->err, 712, NULL);
	need_fit(q->e->busy, sizeof(q->e->busy), text_of(q, "why", "busy"));
	q->c->holder = q->e;
	return 0;
}

/* The entry of the catalogue goes with the database, policies and all. */
static int
do_forget(struct question *q)
{
	need_fit(q->e->ram_policy, sizeof(q->e->ram_policy), "inUse");
	need_fit(q->e->rep_policy, sizeof(q->e->rep_policy), "manual");
	need_fit(q->e->cache_policy, sizeof(q->e->cache_policy), "manual");
	q->e->ram_grace_s = 0;
	q->e->cache_uid[0] = '\0';
	q->e->invalid = q->e->rep_wanted = q->e->ram_wanted = false;
	cache_agent_end(q->e);
	q->e->cache_wanted = false;
	q->e->open = true;
	q->e->agent_again_ms = 0;
	entry_save_all(q->d);
	return 0;
}

static int
do_invalidate(struct question *q)
{
	entry_invalidate(q->d, q->e, text_of(q, "why", "invalidate"));
	q->e->agent_again_ms = moment_ms() + 1000;
	return 0;
}

static int
do_open(struct question *q)
{
	q->e->open = flag_of(q, "open");
	record_event(q->d->w, q->e->name, q->e->open ? "opened" : "closed", NULL);
	entry_save_all(q->d);
	return 0;
}

/* 18.1+: forced disconnection of applications that may be forced. In a transaction is nobody here
 * for longer than a statement, and -transactional leaves those that idle. */
static int
do_force(struct question *q)
{
	struct client *c;

	if (flag_of(q, "unload") && strcmp(q->e->ram_policy, "always") == 0)
		return refuse(q->err, 12031, "RAM residence policy is always");
	TAILQ_FOREACH(c, &q->d->clients, link)
		if (c->entry == q->e && strcmp(c->kind, "application") == 0 &&
		    c->may_be_forced && !flag_of(q, "transactional"))
			shutdown(c->wire.fd, SHUT_RDWR);
	return 0;
}

static int
do_stop(struct question *q)
{
	q->d->stopping = true;
	return 0;
}

static int
do_ping(struct question *q)
{
	json_object_set_new(q->answer, "pid", json_integer(getpid()));
	return 0;
}

/* clang-format off */
static const struct { const char *op; int (*fn)(struct question *); bool needs_path; } ops[] = {
	{ "ping",       do_ping,       false },
	{ "status",     do_status,     false },
	{ "stop",       do_stop,       false },
	{ "disconnect", do_disconnect, false },
	{ "connect",    do_connect,    true },
	{ "query",      do_query,      true },
	{ "policy",     do_policy,     true },
	{ "ramload",    do_ramload,    true },
	{ "ramunload",  do_ramunload,  true },
	{ "repstart",   do_repstart,   true },
	{ "repstop",    do_repstop,    true },
	{ "agent_runs", do_agent_runs, true },
	{ "cache",      do_cache,      true },
	{ "hold",       do_hold,       true },
	{ "forget",     do_forget,     true },
	{ "invalidate", do_invalidate, true },
	{ "open",       do_open,       true },
	{ "force",      do_force,      true },
};
/* clang-format on */

json_t *
answer_request(struct daemon *d, struct client *c, json_t *request)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	const char *path = json_string_value(json_object_get(request, "path"));
	struct sim_error err = { 0 };
	struct question q = { d, c, NULL, request, json_object(), &err };
	int rc = refuse(&err, 9992, "Unknown request");

	for (size_t i = 0; op != NULL && i < ARRAY_SIZE(ops); i++) {
		if (strcmp(op, ops[i].op) != 0 || (ops[i].needs_path && path == NULL))
			continue;
		if (path != NULL)
			q.e = entry_find(d, path, true);
		rc = ops[i].fn(&q);
	}
	if (rc != 0) {
		json_object_set_new(q.answer, "code", json_integer(err.code));
		json_object_set_new(q.answer, "text", json_string(err.text));
	}
	return q.answer;
}
