/* Receivers: who sends to this database, what becomes of its role, and the acknowledging. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

#define GONE_MS 30000 /* RECOVERING without the needed log becomes FAILED (R4.7) */

void
receive_free(struct agent *a, struct receiver *r)
{
	TAILQ_REMOVE(&a->receivers, r, link);
	json_decref(r->pending);
	wire_close(&r->wire);
	free(r);
}

static int
refuse_peer(struct agent *a, struct receiver *r, const char *why)
{
	record_diag(&a->c.w, "REP", "%s: receiver for %s: %s", a->c.s.name, r->store,
	    why);
	(void)wire_send(&r->wire, json_pack("{s:s,s:s}", "op", "refuse", "why", why));
	return -1;
}

/* R3.4, T10: the sender keeps nothing for this database any more. A copy of it alone helps. */
static int
hear_failed(struct agent *a, struct receiver *r)
{
	record_diag(&a->c.w, "REP", "%s: marked failed by %s", a->c.s.name, r->store);
	store_set_int(&a->c.s, "told_failed", 1);
	if (store_is(&a->c.s, "scheme", "ASP") && store_is(&a->c.s, "kind", "M") &&
	    !role_is(&a->c.s, "ACTIVE"))
		role_set(&a->c.s, "FAILED", "FAILTHRESHOLD of the ACTIVE");
	(void)wire_send(&r->wire, json_pack("{s:s}", "op", "failed"));
	return -1;
}

static int
hear_hello(struct agent *a, struct receiver *r, json_t *m)
{
	const char *store = json_string_value(json_object_get(m, "store"));
	const char *host = json_string_value(json_object_get(m, "host"));
	const char *role = json_string_value(json_object_get(m, "role"));
	int64_t port;
	char why[200];

	if (store == NULL || host == NULL || role == NULL)
		return -1;
	need_fit(r->store, sizeof(r->store), store);
	need_fit(r->host, sizeof(r->host), host);
	if (meet_split_brain(a, m))
		return refuse_peer(a, r, "two ACTIVE databases");
	port = store_int(a->c.s.self,
	    "SELECT coalesce((SELECT port FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q"
	    " COLLATE NOCASE), -1)",
	    store, host);
	if (port < 0)
		return refuse_peer(a, r, "not in the scheme of this database");
	if (meet_check(a, m, (int)port, why, sizeof(why)) != 0)
		return refuse_peer(a, r, why);
	if (json_is_true(json_object_get(m, "failed")))
		return hear_failed(a, r);
	if (role_is(&a->c.s, "ACTIVE") || role_is(&a->c.s, "FAILED"))
		return refuse_peer(a, r, "role");
	if (strcmp(role, "ACTIVE") == 0)
		store_set_int(&a->c.s, "active_heard_us", moment_us());
	r->numbering = json_integer_value(json_object_get(m, "numbering"));
	return wire_send(&r->wire, meet_welcome(a, r->store));
}

static bool
is_master(struct agent *a)
{
	return store_is(&a->c.s, "kind", "M");
}

static void
hear_follow(struct agent *a, struct receiver *r, json_t *m)
{
	bool marked = json_is_true(json_object_get(m, "marked"));
	bool skips = store_get_int(&a->c.s, "fresh_copy") != 0 &&
	    knob_int(&a->c.w, a->c.s.name, "duplicate_skips_recovering", 0) != 0;

	if (store_is_classic(&a->c.s)) {
		classic_follow(a, r, m);
		return;
	}
	apply_reigns(a, json_object_get(m, "reigns"));
	r->flowing = true;
	r->target = json_integer_value(json_object_get(m, "target"));
	r->earliest_ms = moment_ms();
	store_run(a->c.s.self, "DELETE FROM meta WHERE k='fresh_copy'");
	if (!is_master(a))
		return;
	if (skips && !marked) {
		role_set(&a->c.s, "STANDBY", "a fresh copy");
		return;
	}
	if (marked || !role_is(&a->c.s, "STANDBY")) {
		r->earliest_ms +=
		    knob_draw_ms(&a->c.w, a->c.s.name, "recovering", 1000, 3000);
		role_set(&a->c.s, "RECOVERING", "catching up");
	}
}

static void
hear_gone(struct agent *a, struct receiver *r)
{
	if (!is_master(a))
		return;
	record_diag(&a->c.w, "REP", "%s: the log needed is no longer held by %s",
	    a->c.s.name, r->store);
	if (store_get_int(&a->c.s, "gone_since") == 0)
		store_set_int(&a->c.s, "gone_since", moment_ms());
	role_set(&a->c.s, "RECOVERING", "log is gone");
	if (moment_ms() - store_get_int(&a->c.s, "gone_since") >
	    knob_draw_ms(&a->c.w, a->c.s.name, "gone", GONE_MS, GONE_MS))
		role_set(&a->c.s, "FAILED", "log is gone");
}

static int
hear_batch(struct agent *a, struct receiver *r, json_t *m)
{
	bool classic = store_is_classic(&a->c.s);
	char why[300];

	if (!r->flowing || role_is(&a->c.s, "ACTIVE"))
		return -1;
	if ((classic ? classic_apply(a, r, m, why, sizeof(why))
		     : apply_batch(a, json_object_get(m, "records"), why, sizeof(why))) !=
	    0) {
		record_diag(&a->c.w, "REP", "%s: receiver for %s: %s", a->c.s.name,
		    r->store, why);
		record_event(&a->c.w, a->c.s.name, "apply_failed", "{s:s,s:s}", "peer",
		    r->store, "why", why);
		return -1;
	}
	if (!r->owes)
		r->ack_due_ms = moment_ms() +
		    knob_draw_ms(&a->c.w, a->c.s.name, "ack_delay", 10, 100) *
			(a->duplicated
				? knob_int(&a->c.w, a->c.s.name, "dup_slowdown", 1)
				: 1);
	r->owes = true;
	return 0;
}

static int
hear(struct agent *a, struct receiver *r, json_t *m)
{
	const char *op = json_string_value(json_object_get(m, "op"));

	if (op == NULL)
		return -1;
	if (strcmp(op, "hello") == 0)
		return hear_hello(a, r, m);
	if (strcmp(op, "duplicate") == 0) {
		a->duplicated = true;
		copy_serve(a, r->wire.fd, m);
		return -1; /* the child has the socket now */
	}
	if (strcmp(op, "follow") == 0) {
		hear_follow(a, r, m);
	} else if (strcmp(op, "trapped") == 0) {
		record_diag(&a->c.w, "REP",
		    "%s: has transactions that %s never received; duplicate it",
		    a->c.s.name, r->store);
		record_event(&a->c.w, a->c.s.name, "trapped", "{s:s}", "peer",
		    r->store);
	} else if (strcmp(op, "gone") == 0) {
		hear_gone(a, r);
	} else if (strcmp(op, "batch") == 0) {
		return hear_batch(a, r, m);
	}
	return 0;
}

void
receive_input(struct agent *a, struct receiver *r)
{
	bool ended = wire_fill(&r->wire) != 0;
	json_t *m;

	while (!ended && (m = wire_next(&r->wire)) != NULL) {
		ended = hear(a, r, m) != 0;
		json_decref(m);
	}
	if (ended)
		receive_free(a, r);
}

static json_t *
subscribers_of(struct agent *a)
{
	json_t *list = json_object();
	sqlite3_stmt *st = NULL;

	if (is_master(a) &&
	    sqlite3_prepare_v2(a->c.s.self,
		"SELECT s.name, p.acked FROM peer p JOIN store s USING(id) WHERE s.kind='S'"
		" AND p.state<2",
		-1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			json_object_set_new(list,
			    (const char *)sqlite3_column_text(st, 0),
			    json_integer(sqlite3_column_int64(st, 1)));
	sqlite3_finalize(st);
	return list;
}

static void
acknowledge(struct agent *a, struct receiver *r, int64_t gcn)
{
	if (!world_reaches(&a->c.w, a->c.w.host, r->host))
		return;
	r->acked = gcn;
	r->ack_due_ms = moment_ms() + 500;
	r->owes = false;
	(void)wire_send(&r->wire,
	    json_pack("{s:s,s:I,s:o}", "op", "ack", "gcn", (json_int_t)gcn,
		"subscribers", subscribers_of(a)));
}

void
receive_tick(struct agent *a, struct receiver *r)
{
	int64_t gcn, now = moment_ms();

	if (!r->flowing)
		return;
	if (store_is_classic(&a->c.s))
		gcn = store_received(&a->c.s, r->store, &(int64_t){ 0 });
	else
		store_last(&a->c.s, NULL, &gcn, NULL);
	/* A heartbeat each half second carries what subscribers have acknowledged since. */
	if (now >= r->ack_due_ms)
		acknowledge(a, r, gcn);
	if (is_master(a) && role_is(&a->c.s, "RECOVERING") && now >= r->earliest_ms &&
	    gcn >= r->target) {
		store_run(a->c.s.self, "DELETE FROM meta WHERE k='gone_since'");
		role_set(&a->c.s, "STANDBY", "in step");
		(void)wire_send(&r->wire, json_pack("{s:s}", "op", "standby"));
	}
}
