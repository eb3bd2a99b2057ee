/* ttRepAdmin -duplicate: the target's side. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tests/sandbox/image.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/tt_rep_admin.h"

static int
call_source(struct utility *u, const char *from, const char *host,
    struct sim_error *err)
{
	int port = world_agent_port(u->w, host, from), fd;

	if (!world_reaches(u->w, u->w->host, host) ||
	    !world_reaches(u->w, host, u->w->host)) {
		moment_sleep_ms(knob_draw_ms(u->w, NULL, "unreachable", 500, 2000));
		return refuse(err, 16025, "Cannot connect to host %s", host);
	}
	if (port == 0)
		return refuse(err, 12039,
		    "Could not get port number of TimesTen replication agent on remote host %s."
		    " Either the replication agent was not started, or it was just started and has"
		    " not communicated its port number to the TimesTen daemon",
		    host);
	fd = wire_connect(u->w, u->w->host, host, port);
	return fd >= 0 ? fd : refuse(err, 16025, "Cannot connect to host %s", host);
}

static int
credentials(struct utility *u, const struct option_spec *o, char uid[64], char pwd[128])
{
	uid[0] = pwd[0] = '\0';
	if (o[R_UID].seen)
		need_fit(uid, 64, o[R_UID].value);
	else if (
	    utility_prompt(u,
		"Enter internal UID at the remote datastore with ADMIN privileges: ",
		uid, 64) != 0)
		return -1;
	if (o[R_PWD].seen)
		need_fit(pwd, 128, o[R_PWD].value);
	else if (o[R_PWDCRYPT].seen)
		need_fit(pwd, 128, o[R_PWDCRYPT].value);
	else if (utility_prompt(u,
		     "Enter password of the internal Uid at the remote datastore: ",
		     pwd, 128) != 0)
		return -1;
	return 0;
}

/* The kind of this store follows from the scheme that came with the copy. */
static void
settle_copy(struct utility *u, const struct option_spec *o)
{
	struct sim_error err;
	struct store s;
	char *kind;

	if (store_open(&s, u->w, u->dsn.path, &err) != 0)
		return;
	kind = store_text(s.self,
	    "SELECT kind FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    s.name, u->w->host);
	store_set(&s, "kind", kind != NULL ? kind : "");
	store_set(&s, "was", "DUPLICATE");
	if (o[R_KEEPCG].seen)
		store_set(&s, "cache_uid", o[R_CACHEUID].value);
	store_set_int(&s, "fresh_copy", 1);
	store_set_int(&s, "partial", 0);
	sqlite3_free(kind);
	store_close(&s);
}

static int
take_copy(struct utility *u, const struct option_spec *o, int fd, struct sim_error *err)
{
	struct image_reader ir = { .w = u->w,
		.kind = IMAGE_DUPLICATE,
		.path = u->dsn.path,
		.no_cache = o[R_NOKEEPCG].seen };
	struct store s;
	int rc, first;

	ir.from = fdopen(fd, "r");
	if (ir.from == NULL)
		return refuse(err, 16025, "Cannot read from the source");
	/* A refusal comes instead of the first line: nothing is created then. */
	first = getc(ir.from);
	if (first == EOF) {
		fclose(ir.from);
		return refuse(err, 16025, "The source closed the connection");
	}
	(void)ungetc(first, ir.from);
	if (store_create(u->w, &u->dsn, err) != 0 ||
	    store_open(&s, u->w, u->dsn.path, err) != 0) {
		fclose(ir.from);
		return -1;
	}
	store_set_int(&s, "partial", 1);
	store_close(&s);
	rc = image_read(&ir, err);
	fclose(ir.from);
	if (rc == 0)
		settle_copy(u, o);
	else if (err->code != 0)
		store_unlink(u->dsn.path); /* refused before anything was sent */
	else
		(void)refuse(err, 16122, "The copy ended early: %s", "connection lost");
	return rc;
}

/* A copy of a database with cache groups keeps them, for the cache administrator, or makes plain
 * tables of theirs: it has to be said which. Asked before anything is made. */
static int
cache_account(struct utility *u, const struct option_spec *o)
{
	char pwd[128];

	if (!o[R_KEEPCG].seen)
		return 0;
	if (!o[R_CACHEUID].seen)
		return -1;
	if (o[R_CACHEPWD].seen)
		return strcmp(o[R_CACHEPWD].value, "terrypwd") == 0 ? 0 : -1;
	return utility_prompt(u, "Enter password of the cache administrator: ", pwd, 128) == 0 &&
		strcmp(pwd, "terrypwd") == 0
	    ? 0
	    : -1;
}

static int
duplicate(struct utility *u, const struct option_spec *o, struct sim_error *err)
{
	char uid[64], pwd[128];
	struct wire hold, source;
	int rc = -1, fd;

	if (store_has_files(u->dsn.path))
		return refuse(err, 836, "Data store %s already exists", u->dsn.path);
	if (!u->dsn.auto_create)
		return refuse(err, 16045, "Failed to retrieve peer information");
	if (credentials(u, o, uid, pwd) != 0)
		return refuse(err, 7001, NULL);
	if (cache_account(u, o) != 0)
		return refuse(err, 5140, "The cache administrator user id is not set");
	if (utility_hold(u, &hold, "duplicate", err) != 0)
		goto out;
	fd = call_source(u, o[R_FROM].value, o[R_HOST].value, err);
	if (fd < 0)
		goto out;
	wire_init(&source, fd);
	if (wire_send(&source,
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:b}", "op", "duplicate",
		    "charset", u->dsn.charset, "from", o[R_FROM].value, "store",
		    world_store_name(u->dsn.path), "host",
		    o[R_LOCALHOST].seen ? o[R_LOCALHOST].value : u->w->host, "release",
		    u->w->release, "uid", uid, "pwd", pwd, "start", o[R_SETSTART].seen,
		    "cache", o[R_KEEPCG].seen || o[R_NOKEEPCG].seen, "daemon_port",
		    o[R_DAEMONPORT].seen)) != 0) {
		wire_close(&source);
		(void)refuse(err, 16025, "Cannot write to the source");
		goto out;
	}
	rc = take_copy(u, o, fd, err);
out:
	wire_close(&hold);
	return rc;
}

/* -drop and -truncate of one object, when the copy is there; not of what is replicated or cached. */
static int
thin_copy(struct utility *u, const char *name, const char *how, struct sim_error *err)
{
	struct store s;
	char *table;
	int rc = 0;

	if (store_open(&s, u->w, u->dsn.path, err) != 0)
		return -1;
	table = store_text(s.data,
	    "SELECT name FROM sqlite_master WHERE type='table' AND name=upper(%Q)",
	    name);
	if (table == NULL)
		rc = refuse(err, 2206, "Table %s not found", name);
	else if (store_int(s.self,
		     "SELECT (SELECT count(*) FROM element WHERE tbl=%Q) +"
		     " (SELECT count(*) FROM cachegroup WHERE tbl=%Q)",
		     table, table) > 0)
		rc = refuse(err, 12232,
		    "Object %s cannot be dropped or truncated: it is replicated or cached",
		    table);
	else
		store_run(s.data, "%s \"%w\"", how, table);
	sqlite3_free(table);
	store_close(&s);
	return rc;
}

static void
load_copy(struct utility *u)
{
	static const char *const ops[] = { "policy", "ramload" };

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		json_decref(wire_ask(u->w,
		    json_pack("{s:s,s:s,s:s,s:s,s:i}", "op", ops[i], "path",
			u->dsn.path, "what", "ram", "value", "manual", "grace", 0)));
}

/* What the syntax keeps apart, wants together, or does not have in this release. */
static const char *
not_to_be_said(const struct utility *u, const struct option_spec *o)
{
	bool not_yet =
	    !world_since(u->w, 11, 3) && !(u->w->part[0] == 11 && u->w->part[2] >= 2);

	if (not_yet &&
	    (o[R_NOSETSTART].seen || o[R_LOCALIP].seen || o[R_REMOTEIP].seen))
		return "-noSetMasterRepStart, -localIP and -remoteIP are of a later release";
	if (!world_since(u->w, 18, 1) && (o[R_OPEN].seen || o[R_CLOSE].seen))
		return "-open and -close are of a later release";
	if (!o[R_FROM].seen || !o[R_HOST].seen)
		return "-duplicate needs -from and -host";
	if (o[R_KEEPCG].seen && o[R_NOKEEPCG].seen)
		return "-keepCG and -noKeepCG exclude each other";
	if (!o[R_KEEPCG].seen &&
	    (o[R_CACHEUID].seen || o[R_CACHEPWD].seen || o[R_RECOVERING].seen ||
		o[R_DEFER].seen))
		return "-cacheUid, -cachePwd, -recoveringNode and -deferCacheUpdate need -keepCG";
	if (o[R_RECOVERING].seen && o[R_DEFER].seen)
		return "-recoveringNode and -deferCacheUpdate exclude each other";
	if (o[R_SETSTART].seen && o[R_NOSETSTART].seen)
		return "-setMasterRepStart and -noSetMasterRepStart exclude each other";
	if (o[R_LOCALIP].seen != o[R_REMOTEIP].seen)
		return "-localIP and -remoteIP need each other";
	if (o[R_OPEN].seen && o[R_CLOSE].seen)
		return "-open and -close exclude each other";
	if (o[R_PWD].seen && o[R_PWDCRYPT].seen)
		return "-PWD and -PWDCrypt exclude each other";
	return NULL;
}

int
tt_duplicate(struct utility *u, const struct option_spec *o)
{
	const char *store = world_store_name(u->dsn.path), *why = not_to_be_said(u, o);
	struct sim_error err;

	if (why != NULL)
		return -utility_usage(u, why, "");
	record_event(u->w, store, "duplicate_begun", "{s:s,s:s,s:b}", "from",
	    o[R_FROM].value, "from_host", o[R_HOST].value, "set_start",
	    o[R_SETSTART].seen);
	if (duplicate(u, o, &err) != 0 ||
	    (o[R_DROP].seen &&
		thin_copy(u, o[R_DROP].value, "DROP TABLE", &err) != 0) ||
	    (o[R_TRUNCATE].seen &&
		thin_copy(u, o[R_TRUNCATE].value, "DELETE FROM", &err) != 0)) {
		record_event(u->w, store, "duplicate_failed", "{s:i,s:s}", "code",
		    err.code, "text", err.text);
		return utility_refuse(u, &err, 1);
	}
	record_event(u->w, store, "duplicate_ended", NULL);
	if (o[R_RAMLOAD].seen)
		load_copy(u);
	if (o[R_CLOSE].seen)
		json_decref(wire_ask(u->w,
		    json_pack("{s:s,s:s,s:b}", "op", "open", "path", u->dsn.path,
			"open", 0)));
	return 0;
}
