#include "tests/sandbox/session.h"

#include <ctype.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

json_t *
session_request(const struct dsn *d, const char *kind, const char *name)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:i,s:b,s:b,s:{s:s,s:i,s:i,s:i}}", "op",
	    "connect", "path", d->path, "kind", kind, "name",
	    name != NULL ? name : d->name, "pid", (int)getpid(), "create",
	    d->auto_create, "force", d->may_be_forced, "attributes", "charset",
	    d->charset, "perm_mb", d->perm_size_mb, "log_file_mb", d->log_file_mb,
	    "type_mode", d->type_mode);
}

static int
take_error(const json_t *answer, struct sim_error *err)
{
	int code = (int)json_integer_value(json_object_get(answer, "code"));
	const char *text = json_string_value(json_object_get(answer, "text"));

	return code == 0 ? 0 : refuse(err, code, "%s", text != NULL ? text : "");
}

int
session_ask(const struct world *w, json_t *request, json_t **ret, struct sim_error *err)
{
	json_t *answer = wire_ask(w, request);

	if (answer == NULL)
		return refuse(err, 799, NULL);
	if (take_error(answer, err) != 0) {
		json_decref(answer);
		return -1;
	}
	if (ret != NULL)
		*ret = answer;
	else
		json_decref(answer);
	return 0;
}

static int
connect_daemon(struct session *c, const char *kind, const char *name,
    struct sim_error *err)
{
	json_t *answer;
	int rc;

	wire_init(&c->wire, wire_daemon(&c->w));
	if (c->wire.fd < 0)
		return refuse(err, 799, NULL);
	if (wire_send(&c->wire, session_request(&c->dsn, kind, name)) != 0 ||
	    (answer = wire_await(&c->wire, 60000)) == NULL) {
		wire_close(&c->wire);
		return refuse(err, 799, NULL);
	}
	rc = take_error(answer, err);
	if (rc == 0) {
		moment_sleep_ms(json_integer_value(json_object_get(answer, "wait_ms")));
		c->warning =
		    (int)json_integer_value(json_object_get(answer, "warning"));
	} else {
		wire_close(&c->wire);
	}
	json_decref(answer);
	return rc;
}

/* No UID: the operating system's user, who is the instance administrator here. */
static int
authenticate(struct session *c, struct sim_error *err)
{
	const struct passwd *pw = getpwuid(getuid());
	char *pwd, *privs;
	int rc = 0;

	if (!c->dsn.has_uid) {
		need_fit(c->user, sizeof(c->user), pw != NULL ? pw->pw_name : "root");
		c->administrator = true;
	} else {
		need_fit(c->user, sizeof(c->user), c->dsn.uid);
		pwd = store_text(c->s.self,
		    "SELECT pwd FROM user WHERE name=%Q COLLATE NOCASE", c->dsn.uid);
		if (pwd == NULL || strcmp(pwd, c->dsn.pwd) != 0)
			rc = refuse(err, 7001, NULL);
		sqlite3_free(pwd);
		privs = store_text(c->s.self,
		    "SELECT privs FROM user WHERE name=%Q COLLATE NOCASE", c->dsn.uid);
		c->administrator = privs != NULL && strstr(privs, "ADMIN") != NULL;
		sqlite3_free(privs);
	}
	for (char *p = c->user; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return rc;
}

int
session_open(struct session *c, const struct world *w, const struct dsn *d,
    const char *kind, const char *name, struct sim_error *err)
{
	memset(c, 0, sizeof(*c));
	c->w = *w;
	c->dsn = *d;
	c->autocommit = true;
	c->application = strcmp(kind, "application") == 0;
	if (connect_daemon(c, kind, name, err) != 0)
		return -1;
	if (store_open(&c->s, &c->w, d->path, err) != 0) {
		wire_close(&c->wire);
		return -1;
	}
	if (c->warning == 0 && store_get_int(&c->s, "told_failed"))
		c->warning = 8025;
	if (authenticate(c, err) != 0) {
		session_close(c);
		return -1;
	}
	return 0;
}

void
session_close(struct session *c)
{
	if (c->in_transaction)
		session_rollback(c);
	store_close(&c->s);
	/* A polite end: the answer comes after a possible unload, so the caller may rely on it. */
	if (c->wire.fd >= 0 &&
	    wire_send(&c->wire, json_pack("{s:s}", "op", "disconnect")) == 0)
		json_decref(wire_await(&c->wire, 10000));
	wire_close(&c->wire);
}

bool
session_alive(struct session *c)
{
	struct pollfd p = { .fd = c->wire.fd, .events = POLLIN };

	if (c->wire.fd < 0 || c->wire.ended)
		return false;
	if (poll(&p, 1, 0) > 0)
		(void)wire_fill(&c->wire);
	return !c->wire.ended;
}

static enum sim_result
lost(struct session *c, struct sim_error *err)
{
	session_rollback(c);
	(void)refuse(err, 994, NULL);
	return SIM_LOST;
}

enum sim_result
session_begin(struct session *c, struct sim_error *err)
{
	if (!session_alive(c))
		return lost(c, err);
	if (c->in_transaction)
		return SIM_OK;
	role_settle(&c->s);
	if (store_begin(&c->s, err) != 0)
		return SIM_REFUSED;
	c->in_transaction = true;
	c->wrote_replicated = false;
	return SIM_OK;
}

void
session_rollback(struct session *c)
{
	if (c->s.data != NULL && !sqlite3_get_autocommit(c->s.data))
		(void)sqlite3_exec(c->s.data, "ROLLBACK", NULL, NULL, NULL);
	c->in_transaction = false;
}

static void
note_first_commit(struct session *c)
{
	if (!c->application || !store_get_int(&c->s, "first_commit"))
		return;
	store_set_int(&c->s, "first_commit", 0);
	record_event(&c->w, c->s.name, "first_commit", "{s:I,s:I}", "gcn",
	    (json_int_t)c->s.gcn, "position", (json_int_t)c->s.pos);
}

char
session_return_service(struct session *c)
{
	char *code = store_text(c->s.self,
	    "SELECT returns FROM store WHERE kind='M' AND NOT (name=%Q COLLATE NOCASE AND host=%Q"
	    " COLLATE NOCASE)",
	    c->s.name, c->w.host);
	char service = code != NULL && strchr("R2", code[0]) != NULL ? code[0] : '\0';

	sqlite3_free(code);
	return service;
}

/*
 * 2.6, R4.5: until the standby has acknowledged the commit, or is marked FAILED; a peer that is not
 * sent to delays the whole RETURN WAIT TIME. What was committed here stays, whatever comes of it.
 */
static enum sim_result
await_standby(struct session *c, int64_t gcn, struct sim_error *err)
{
	int64_t until;
	char *mark;
	bool marked;

	if (!store_is(&c->s, "scheme", "ASP") || session_return_service(c) == '\0')
		return SIM_OK;
	until =
	    moment_ms() + knob_draw_ms(&c->w, c->s.name, "return_wait", 10000, 10000);
	while (
	    store_int(c->s.self,
		"SELECT count(*) FROM peer p JOIN store s USING(id) WHERE s.kind='M' AND p.acked<%lld",
		(long long)gcn) > 0) {
		mark = store_get(&c->s, "mark");
		marked = mark != NULL && *mark != '\0';
		free(mark);
		if (marked)
			break;
		if (!session_alive(c))
			return SIM_OK; /* the caller says what that means */
		if (moment_ms() >= until) {
			record_event(&c->w, c->s.name, "return_timeout", "{s:I}", "gcn",
			    (json_int_t)gcn);
			(void)refuse(err, 8170,
			    "Receipt or commit acknowledgement not returned in the specified timeout interval");
			return SIM_UNKNOWN;
		}
		moment_sleep_ms(5);
	}
	return SIM_OK;
}

/* R2.4: log files that are still needed have taken all the space there is; or else the database is
 * invalidated, as by old releases. */
static bool
log_is_full(struct session *c)
{
	int64_t room = knob_int(&c->w, c->s.name, "log_full", 0), file;
	struct sim_error ignored;

	if (room <= 0)
		return false;
	file = store_log_file_bytes(&c->s);
	if (c->s.pos -
		store_int(c->s.data, "SELECT min(pos) FROM sim_log") / file * file <
	    room)
		return false;
	record_event(&c->w, c->s.name, "log_full", NULL);
	if (knob_int(&c->w, c->s.name, "log_full_invalidate", 0))
		(void)session_ask(&c->w,
		    json_pack("{s:s,s:s,s:s}", "op", "invalidate", "path", c->s.path,
			"why", "log full"),
		    NULL, &ignored);
	return true;
}

/*
 * The decision falls under the shared lock: a change of role, which needs the exclusive one,
 * is wholly before or wholly after it.
 */
enum sim_result
session_commit(struct session *c, struct sim_error *err)
{
	enum sim_result result = SIM_OK;

	if (!c->in_transaction)
		return session_alive(c) ? SIM_OK : lost(c, err);
	if (flock(c->s.lock_fd, LOCK_SH | LOCK_NB) != 0) {
		/* The role is changing this moment, and may wait for our writer's lock. */
		session_rollback(c);
		(void)refuse(err, 8151,
		    "The database's replication role disallows the requested operation");
		record_event(&c->w, c->s.name, "write_refused", "{s:s}", "at", "commit");
		return SIM_REFUSED;
	}
	if (!session_alive(c)) {
		result = lost(c, err);
	} else if (log_is_full(c)) {
		session_rollback(c);
		(void)refuse(err, 781,
		    "Commit failed: no space left for the log files");
		result = SIM_REFUSED;
	} else if (c->wrote_replicated && !role_may_write(&c->s)) {
		session_rollback(c);
		(void)refuse(err, 8151,
		    "The database's replication role disallows the requested operation");
		record_event(&c->w, c->s.name, "write_refused", "{s:s}", "at",
		    "commit");
		result = SIM_REFUSED;
	} else if (sqlite3_exec(c->s.data, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		(void)refuse(err, 781, "Commit failed: %s", sqlite3_errmsg(c->s.data));
		session_rollback(c);
		result = SIM_REFUSED;
	}
	store_lock(&c->s, LOCK_UN);
	c->in_transaction = false;
	if (result != SIM_OK)
		return result;
	c->position = c->s.pos;
	note_first_commit(c);
	if (c->wrote_replicated && (result = await_standby(c, c->s.gcn, err)) != SIM_OK)
		return result;
	if (!session_alive(c)) {
		(void)refuse(err, 994, NULL);
		return SIM_UNKNOWN;
	}
	return SIM_OK;
}
