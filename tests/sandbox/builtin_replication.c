/* Built-in procedures about roles, peers and log positions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/builtin.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

static int
ask_agent(struct call *call, const char *op)
{
	return session_ask(&call->c->w,
	    json_pack("{s:s,s:s}", "op", op, "path", call->c->s.path), NULL, call->err);
}

int
builtin_rep_start(struct call *call)
{
	return ask_agent(call, "repstart");
}

/* Returns before the agent has stopped, unlike ttAdmin -repStop. */
int
builtin_rep_stop(struct call *call)
{
	return ask_agent(call, "repstop");
}

int
builtin_rep_state_get(struct call *call)
{
	char *role;
	const struct world *w = &call->c->w;

	role_settle(&call->c->s);
	if (!store_is(&call->c->s, "scheme", "ASP"))
		return refuse(call->err, 8162,
		    "The database is not part of an active standby pair scheme");
	role = role_now(&call->c->s);
	if (world_since(w, 18, 1) || !world_since(w, 11, 2))
		(void)builtin_row(call, 1, role);
	else
		(void)builtin_row(call, 2, role,
		    w->part[2] >= 2 &&
			    knob_is(w, NULL, "grid_column", "AVAILABLE", "NO GRID")
			? "AVAILABLE"
			: "NO GRID");
	free(role);
	return 0;
}

int
builtin_rep_state_set(struct call *call)
{
	return role_call_set(&call->c->s, call->argv[0] != NULL ? call->argv[0] : "",
	    call->err);
}

int
builtin_rep_state_save(struct call *call)
{
	return role_call_save(&call->c->s, call->argv[0] != NULL ? call->argv[0] : "",
	    call->argv[1] != NULL ? call->argv[1] : "",
	    call->argv[2] != NULL ? call->argv[2] : "", call->err);
}

/* Every document stops the agent first; none says that it must be. */
static int
agent_is_gone(struct call *call)
{
	json_t *answer;
	int rc = 0;

	if (knob_is(&call->c->w, call->c->s.name, "deactivate_running", "ok", "ok"))
		return 0;
	if (session_ask(&call->c->w,
		json_pack("{s:s,s:s}", "op", "query", "path", call->c->s.path), &answer,
		call->err) != 0)
		return -1;
	if (strcmp(json_string_value(json_object_get(json_object_get(answer, "database"), "agent")),
		"stopped") != 0)
		rc = refuse(call->err, 8150,
		    "Change not allowed while the replication agent for database %s is running",
		    call->c->s.name);
	json_decref(answer);
	return rc;
}

int
builtin_rep_deactivate(struct call *call)
{
	if (agent_is_gone(call) != 0)
		return -1;
	return role_call_deactivate(&call->c->s, call->err);
}

static int64_t
matching(struct session *c, const char *what, const char *store, const char *host)
{
	return store_int(c->s.self,
	    "SELECT %s FROM peer p JOIN store s USING(id) WHERE (%Q IS NULL OR s.name=%Q COLLATE"
	    " NOCASE) AND (%Q IS NULL OR s.host=%Q COLLATE NOCASE)",
	    what, store, store, host, host);
}

/* Someone holds the writers' lock through three looks: a transaction is open. */
static bool
transaction_is_open(struct session *c)
{
	bool open = true;

	if (c->in_transaction)
		return true;
	sqlite3_busy_timeout(c->s.data, 0);
	for (int i = 0; i < 3 && open; i++) {
		open = sqlite3_exec(c->s.data, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
		    SQLITE_OK;
		if (open)
			moment_sleep_ms(5);
		else
			store_run(c->s.data, "ROLLBACK");
	}
	sqlite3_busy_timeout(c->s.data, 10000);
	return open;
}

static int
check_wait(struct call *call)
{
	struct session *c = call->c;
	const char *rule = world_since(&c->w, 22, 1) ? "error" : "ignore";

	if (call->argv[4] == NULL)
		return refuse(call->err, 7002,
		    "Argument waitTime of ttRepSubscriberWait is NULL");
	if (knob_is(&c->w, c->s.name, "wait_open_transaction", "error", rule) &&
	    transaction_is_open(c))
		return refuse(call->err, 8173,
		    "ttRepSubscriberWait cannot be called while a transaction is open");
	if (matching(c, "count(*)", call->argv[2], call->argv[3]) == 0 &&
	    knob_is(&c->w, c->s.name, "wait_unknown", "error", "00"))
		return refuse(call->err, 8191, "No such subscriber");
	return 0;
}

/* R5: everything committed before the call is acknowledged by every matching peer. */
int
builtin_rep_wait(struct call *call)
{
	struct session *c = call->c;
	int64_t until, target, seconds;
	bool blind, done = false;

	if (check_wait(call) != 0)
		return -1;
	seconds = strtoll(call->argv[4], NULL, 10);
	until = seconds < 0 ? INT64_MAX : moment_ms() + seconds * 1000;
	store_last(&c->s, NULL, &target, NULL);
	blind = knob_take(&c->w, c->s.name, "wait_01");
	/* An idle pair acknowledges lazily: not at once even when all is there. */
	moment_sleep_ms(knob_draw_ms(&c->w, c->s.name, "wait_lag", 0, 200));
	while (session_alive(c)) {
		done = !blind &&
		    matching(c, "coalesce(min(p.acked), 9223372036854775807)",
			call->argv[2], call->argv[3]) >= target;
		if (done || moment_ms() >= until)
			break;
		moment_sleep_ms(10);
	}
	if (!session_alive(c))
		return refuse(call->err, 994, NULL);
	return builtin_row(call, 1, done ? "00" : "01");
}

int
peer_set_state(struct session *c, const char *store, const char *host, int state,
    struct sim_error *err)
{
	int64_t gcn;

	if (matching(c, "count(*)", store, host) == 0)
		return refuse(err, 8191,
		    "Subscriber %s is not in the replication scheme",
		    store != NULL ? store : "");
	if (state == 2 && store_is(&c->s, "scheme", "ASP"))
		return refuse(err, 17037,
		    "Receiver state cannot be set to STOP for an active standby pair");
	store_last(&c->s, NULL, &gcn, NULL);
	/* What was written while stopped is never sent, not after start either (R3.4); nor what was
	 * written before the start that follows a reset (R3.7). */
	store_run(c->s.self,
	    "UPDATE peer SET held=(%d<2), skip=CASE WHEN state>=2 THEN %lld ELSE skip END,"
	    " acked=CASE WHEN state>=2 OR (reset=1 AND %d=0) THEN %lld ELSE acked END,"
	    " reset=CASE WHEN reset=1 AND %d=0 THEN 3 ELSE reset END,"
	    " state=%d WHERE id IN"
	    " (SELECT id FROM store WHERE (%Q IS NULL OR name=%Q COLLATE NOCASE) AND"
	    " (%Q IS NULL OR host=%Q COLLATE NOCASE))",
	    state, (long long)gcn, state, (long long)gcn, state, state, store, store,
	    host, host);
	return 0;
}

int
builtin_rep_peer_state(struct call *call)
{
	int state = call->argv[4] != NULL ? (int)strtol(call->argv[4], NULL, 10) : 0;

	if (state < 0 || state > 2)
		return refuse(call->err, 8140, "Invalid subscriber state %d", state);
	return peer_set_state(call->c, call->argv[2], call->argv[3], state, call->err);
}

static void
upper(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)toupper((unsigned char)*s);
}

static const char *
state_name(int state)
{
	static const char *const names[] = { "start", "pause", "stop", "", "failed" };

	return state >= 0 && state <= 4 ? names[state] : "";
}

static int
status_row(struct call *call, sqlite3_stmt *st)
{
	char name[128], host[128], port[16], logs[24], heard[24], scheme[64], owner[64];
	char *own;
	int64_t file = store_log_file_bytes(&call->c->s), last, held;
	bool has_heard = sqlite3_column_type(st, 5) != SQLITE_NULL;

	need_fit(name, sizeof(name), (const char *)sqlite3_column_text(st, 0));
	need_fit(host, sizeof(host), (const char *)sqlite3_column_text(st, 1));
	upper(name);
	upper(host);
	store_last(&call->c->s, NULL, NULL, &last);
	held = store_position_of(&call->c->s, sqlite3_column_int64(st, 4));
	snprintf(port, sizeof(port), "%d", sqlite3_column_int(st, 2));
	snprintf(logs, sizeof(logs), "%lld",
	    sqlite3_column_int(st, 3) >= 2
		? 0LL
		: (long long)(last / file - held / file + 1));
	snprintf(heard, sizeof(heard), "%lld",
	    (long long)(moment_ms() - sqlite3_column_int64(st, 5)) / 1000);
	own = store_get(&call->c->s, "scheme_name");
	need_fit(scheme, sizeof(scheme), own != NULL ? own : "_ACTIVESTANDBY");
	free(own);
	own = store_get(&call->c->s, "scheme_owner");
	need_fit(owner, sizeof(owner), own != NULL ? own : "TTREP");
	free(own);
	upper(scheme);
	upper(owner);
	return builtin_row(call, 8, name, host, port,
	    state_name(sqlite3_column_int(st, 3)), logs, has_heard ? heard : NULL,
	    scheme, owner);
}

int
builtin_rep_status(struct call *call)
{
	sqlite3_stmt *st = NULL;
	char *sql = sqlite3_mprintf(
	    "SELECT s.name, s.host, s.port, p.state, p.acked, p.heard_ms FROM peer p JOIN store s"
	    " USING(id) WHERE (%Q IS NULL OR s.name=%Q COLLATE NOCASE) ORDER BY p.id",
	    call->argv[0], call->argv[0]);

	if (sqlite3_prepare_v2(call->c->s.self, sql, -1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			(void)status_row(call, st);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return 0;
}

static int64_t
hold_position(struct store *s)
{
	int64_t gcn = store_int(s->self,
	    "SELECT coalesce(min(acked), -1) FROM peer WHERE state<2 AND held");

	return gcn < 0 ? -1 : store_position_of(s, gcn);
}

int
builtin_bookmark(struct call *call)
{
	int64_t file = store_log_file_bytes(&call->c->s), last;
	int64_t hold = hold_position(&call->c->s);
	char lfn[3][24], lfo[3][24];

	store_last(&call->c->s, NULL, NULL, &last);
	for (int i = 0; i < 3; i++) {
		int64_t pos = i < 2 ? last : hold;

		snprintf(lfn[i], sizeof(lfn[i]), "%lld",
		    pos < 0 ? -1LL : (long long)(pos / file));
		snprintf(lfo[i], sizeof(lfo[i]), "%lld",
		    pos < 0 ? -1LL : (long long)(pos % file));
	}
	return builtin_row(call, 6, lfn[0], lfo[0], lfn[1], lfo[1], lfn[2], lfo[2]);
}

static void
hold_row(struct call *call, int64_t pos, const char *type, const char *what)
{
	int64_t file = store_log_file_bytes(&call->c->s);
	char lfn[24], lfo[24], padded[31];

	snprintf(lfn, sizeof(lfn), "%lld", (long long)(pos / file));
	snprintf(lfo, sizeof(lfo), "%lld", (long long)(pos % file));
	snprintf(padded, sizeof(padded), "%-30s", type);
	(void)builtin_row(call, 4, lfn, lfo, padded, what);
}

int
builtin_log_holds(struct call *call)
{
	struct store *s = &call->c->s;
	sqlite3_stmt *st = NULL;
	int64_t last;
	char *what;

	store_last(s, NULL, NULL, &last);
	hold_row(call, last, "Checkpoint", "ds0");
	hold_row(call, last, "Checkpoint", "ds1");
	if (sqlite3_prepare_v2(s->self,
		"SELECT upper(s.host) || ':' || upper(s.name), p.acked FROM peer p JOIN store s"
		" USING(id) WHERE p.state<2 AND p.held ORDER BY p.id",
		-1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW) {
			what = need_copy((const char *)sqlite3_column_text(st, 0));
			hold_row(call,
			    store_position_of(s, sqlite3_column_int64(st, 1)),
			    "Replication", what);
			free(what);
		}
	sqlite3_finalize(st);
	return 0;
}
