#include "tests/sandbox/role.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"

static bool
change_is_due(struct store *s)
{
	int64_t at = store_get_int(s, "role_at");

	return at != 0 && moment_us() >= at;
}

char *
role_now(struct store *s)
{
	char *role = change_is_due(s) ? store_get(s, "role_next") : NULL;

	if (role == NULL)
		role = store_get(s, "role");
	return role != NULL ? role : need_copy("IDLE");
}

bool
role_is(struct store *s, const char *role)
{
	char *now = role_now(s);
	bool is = strcmp(now, role) == 0;

	free(now);
	return is;
}

static void
note_accepting(struct store *s, bool accepting, int64_t at_us)
{
	if (store_get_int(s, "accepting") == accepting)
		return;
	store_set_int(s, "accepting", accepting);
	store_set_int(s, "first_commit", accepting);
	record_event_at(s->w, s->name, at_us, "accepting", "{s:b}", "value", accepting);
}

static void
begin_reign(struct store *s, int64_t at_us)
{
	int64_t gcn;

	store_run(s->data, "BEGIN IMMEDIATE");
	store_last(s, NULL, &gcn, NULL);
	store_run(s->data, "INSERT OR IGNORE INTO sim_reign VALUES(%lld, %lld)",
	    (long long)at_us, (long long)gcn + 1);
	store_run(s->data, "COMMIT");
	store_set_int(s, "active_at", at_us);
}

/* The only writer of the role. The lock is held by the caller. */
static void
enter(struct store *s, const char *role, const char *why, int64_t at_us)
{
	char *before = store_get(s, "role");

	store_run(s->self,
	    "DELETE FROM meta WHERE k IN ('role_at', 'role_next', 'role_why')");
	if (before != NULL && strcmp(before, role) == 0)
		goto out;
	if (before != NULL && strcmp(before, "IDLE") != 0)
		store_set(s, "was", before);
	if (strcmp(role, "ACTIVE") == 0)
		begin_reign(s, at_us);
	else
		note_accepting(s, false, at_us);
	store_set(s, "role", role);
	store_set_int(s, "role_since", at_us);
	record_event_at(s->w, s->name, at_us, "role", "{s:s,s:s,s:s}", "from",
	    before != NULL ? before : "", "to", role, "why", why);
	if (strcmp(role, "ACTIVE") == 0) {
		note_accepting(s, true, at_us);
		store_run(s->self, "UPDATE cachegroup SET state='Y' WHERE state='P'");
	} else {
		store_run(s->self, "UPDATE cachegroup SET state='P' WHERE state='Y'");
	}
out:
	free(before);
}

void
role_set(struct store *s, const char *role, const char *why)
{
	store_lock(s, LOCK_EX);
	enter(s, role, why, moment_us());
	store_lock(s, LOCK_UN);
}

void
role_schedule(struct store *s, const char *role, int64_t delay_ms, const char *why)
{
	if (delay_ms <= 0) {
		role_set(s, role, why);
		return;
	}
	store_lock(s, LOCK_EX);
	store_run(s->self,
	    "INSERT OR REPLACE INTO meta VALUES('role_next', %Q), ('role_at', %lld),"
	    " ('role_why', %Q)",
	    role, (long long)(moment_us() + delay_ms * 1000), why);
	store_lock(s, LOCK_UN);
}

void
role_settle(struct store *s)
{
	char *role, *why;

	if (!sqlite3_get_autocommit(s->data) || !change_is_due(s))
		return;
	store_lock(s, LOCK_EX);
	if (change_is_due(s)) {
		role = store_get(s, "role_next");
		why = store_get(s, "role_why");
		enter(s, role, why, store_get_int(s, "role_at"));
		free(role);
		free(why);
	}
	store_lock(s, LOCK_UN);
}

void
role_loaded(struct store *s)
{
	role_set(s, "IDLE", "load");
	/* Without a pair every loaded database takes writes, and every master of a classic
	 * scheme. */
	if (role_may_write(s))
		note_accepting(s, true, moment_us());
}

void
role_unloaded(struct store *s, const char *why)
{
	store_lock(s, LOCK_EX);
	enter(s, "IDLE", why, moment_us());
	note_accepting(s, false, moment_us());
	store_lock(s, LOCK_UN);
}

bool
role_may_write(struct store *s)
{
	if (store_is_classic(s))
		return store_is(s, "kind", "M");
	return !store_is(s, "scheme", "ASP") || role_is(s, "ACTIVE");
}

/* The other master as this database last heard of it: only a knob makes it matter. */
static bool
peer_is_live_active(struct store *s)
{
	int64_t heard = store_get_int(s, "active_heard_us");

	return heard != 0 && moment_us() - heard < 2000000;
}

/* A master that was set up here and never failed, or that was the ACTIVE when it went down. */
static bool
idle_may_lead(struct store *s)
{
	char *was = store_get(s, "was");
	bool may = was == NULL || *was == '\0' || strcmp(was, "ACTIVE") == 0;

	free(was);
	return may;
}

bool
role_leads(struct store *s)
{
	return store_is(s, "kind", "M") &&
	    (role_is(s, "ACTIVE") || (role_is(s, "IDLE") && idle_may_lead(s)));
}

int
role_call_set(struct store *s, const char *state, struct sim_error *err)
{
	char *role;
	bool allowed;

	role_settle(s);
	if (strcasecmp(state, "ACTIVE") != 0)
		return refuse(err, 8140, "Invalid argument \"%s\" for ttRepStateSet",
		    state);
	if (!store_is(s, "scheme", "ASP") || store_is(s, "kind", "S"))
		return refuse(err, 8141, NULL);
	role = role_now(s);
	if (strcmp(role, "IDLE") == 0)
		allowed = idle_may_lead(s);
	else
		allowed = strcmp(role, "STANDBY") == 0 || strcmp(role, "ACTIVE") == 0;
	if (strcmp(role, "STANDBY") == 0 && peer_is_live_active(s) &&
	    knob_is(s->w, s->name, "promote_with_live_active", "deny", "allow"))
		allowed = false;
	if (allowed && strcmp(role, "ACTIVE") != 0)
		role_schedule(s, "ACTIVE",
		    knob_draw_ms(s->w, s->name, "role_delay", 0, 500), "ttRepStateSet");
	free(role);
	return allowed ? 0 : refuse(err, 8141, NULL);
}

int
role_call_deactivate(struct store *s, struct sim_error *err)
{
	role_settle(s);
	if (!store_is(s, "scheme", "ASP") || store_is(s, "kind", "S"))
		return refuse(err, 8145, NULL);
	if (role_is(s, "IDLE"))
		return knob_is(s->w, s->name, "deactivate_idle", "ok", "ok")
		    ? 0
		    : refuse(err, 8145, NULL);
	if (!role_is(s, "ACTIVE"))
		return refuse(err, 8145, NULL);
	role_set(s, "IDLE", "ttRepDeactivate");
	return 0;
}

int
role_call_save(struct store *s, const char *state, const char *store, const char *host,
    struct sim_error *err)
{
	int64_t id, gcn;

	role_settle(s);
	if (strcasecmp(state, "FAILED") != 0)
		return refuse(err, 8140, "Invalid argument \"%s\" for ttRepStateSave",
		    state);
	if (!store_is(s, "scheme", "ASP") || !role_is(s, "ACTIVE"))
		return refuse(err, 8145, NULL);
	id = store_int(s->self,
	    "SELECT id FROM store WHERE kind='M' AND id<>0 AND name=%Q COLLATE NOCASE"
	    " AND host=%Q COLLATE NOCASE AND name<>%Q COLLATE NOCASE",
	    store, host, s->name);
	if (id == 0)
		return refuse(err, 8191,
		    "This store (%s on %s) is not the standby of this pair", store,
		    host);
	store_set(s, "mark", store);
	store_set_int(s, "mark_at", moment_us());
	record_event(s->w, s->name, "mark_set", "{s:s}", "peer", store);
	if (knob_is(s->w, s->name, "failed_retains_log", "no", "yes")) {
		store_last(s, NULL, &gcn, NULL);
		store_run(s->self, "UPDATE peer SET held=0, lost=%lld WHERE id=%lld",
		    (long long)gcn, (long long)id);
		record_event(s->w, s->name, "hold_dropped", "{s:s,s:s}", "peer", store,
		    "why", "mark");
	}
	return 0;
}

void
role_clear_mark(struct store *s, const char *why)
{
	char *mark = store_get(s, "mark");

	if (mark != NULL && *mark != '\0') {
		store_set(s, "mark", "");
		record_event(s->w, s->name, "mark_cleared", "{s:s,s:s}", "peer", mark,
		    "why", why);
	}
	free(mark);
}
