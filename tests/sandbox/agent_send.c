/* Transmitters: whom this database sends to now, and the sending. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

#define PEER_FAILED   4
#define BATCH_RECORDS 500
#define IN_FLIGHT_MAX 5000

void
send_drop(struct agent *a, struct transmitter *t, const char *why)
{
	if (t->phase == PHASE_FLOW)
		record_event(&a->c.w, a->c.s.name, "flow_ended", "{s:s,s:s}", "peer",
		    t->store, "why", why);
	wire_close(&t->wire);
	t->phase = PHASE_DOWN;
	t->next_try_ms =
	    moment_ms() + knob_draw_ms(&a->c.w, a->c.s.name, "retry", 200, 1000);
}

static struct transmitter *
find(struct agent *a, int64_t id)
{
	struct transmitter *t;

	TAILQ_FOREACH(t, &a->transmitters, link)
		if (t->id == id)
			return t;
	t = need_zero(sizeof(*t));
	wire_init(&t->wire, -1);
	t->id = id;
	t->state = -1;
	TAILQ_INSERT_TAIL(&a->transmitters, t, link);
	return t;
}

/* R3.6: the metadata says it at once, the transmitter sees it a while later. */
static void
notice_state(struct agent *a, struct transmitter *t, int state)
{
	if (t->state == -1)
		t->state = state;
	if (t->state == state) {
		t->state_due_ms = 0;
	} else if (t->state_due_ms == 0) {
		t->state_due_ms = moment_ms() +
		    knob_draw_ms(&a->c.w, a->c.s.name, "state_latency", 0, 1000);
	} else if (moment_ms() >= t->state_due_ms) {
		t->state = state;
		t->state_due_ms = 0;
		record_event(&a->c.w, a->c.s.name, "peer_state", "{s:s,s:i}", "peer",
		    t->store, "state", state);
	}
}

static void
mark_changed(struct agent *a, struct transmitter *t, const char *mark)
{
	bool marked = t->master && strcasecmp(mark, t->store) == 0;

	if (marked && t->marked[0] == '\0') {
		need_fit(t->marked, sizeof(t->marked),
		    t->incarnation[0] != '\0' ? t->incarnation : "?");
		t->resync_ms = moment_ms() +
		    knob_draw_ms(&a->c.w, a->c.s.name, "mark_clear", 5000, 10000);
		if (t->phase != PHASE_DOWN)
			send_drop(a, t, "mark");
	} else if (!marked) {
		t->marked[0] = '\0';
	}
}

/* R3.5: too many log files held for a peer. */
static void
check_threshold(struct agent *a, struct transmitter *t, int64_t threshold,
    int64_t acked)
{
	int64_t file = store_log_file_bytes(&a->c.s), last, gcn;

	store_last(&a->c.s, NULL, &gcn, &last);
	if (threshold <= 0 || t->state > 1 ||
	    last / file - store_position_of(&a->c.s, acked) / file <= threshold)
		return;
	store_run(a->c.s.self,
	    "UPDATE peer SET state=4, held=0, lost=%lld WHERE id=%lld", (long long)gcn,
	    (long long)t->id);
	record_event(&a->c.w, a->c.s.name, "hold_dropped", "{s:s,s:s}", "peer",
	    t->store, "why", "FAILTHRESHOLD");
}

/* Reads the scheme again: peers, their states and the mark. */
void
send_refresh(struct agent *a)
{
	char *mark = store_get(&a->c.s, "mark");
	struct transmitter *t;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(a->c.s.self,
		"SELECT p.id, s.name, s.host, s.port, s.kind, p.state, p.acked, s.threshold, p.reset=3"
		" FROM peer p JOIN store s USING(id)",
		-1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(a->c.s.self));
	while (sqlite3_step(st) == SQLITE_ROW) {
		t = find(a, sqlite3_column_int64(st, 0));
		need_fit(t->store, sizeof(t->store),
		    (const char *)sqlite3_column_text(st, 1));
		need_fit(t->host, sizeof(t->host),
		    (const char *)sqlite3_column_text(st, 2));
		t->port = sqlite3_column_int(st, 3);
		t->master = strcmp((const char *)sqlite3_column_text(st, 4), "M") == 0;
		t->acked = sqlite3_column_int64(st, 6);
		notice_state(a, t, sqlite3_column_int(st, 5));
		mark_changed(a, t, mark != NULL ? mark : "");
		check_threshold(a, t, sqlite3_column_int64(st, 7), t->acked);
		if (sqlite3_column_int(st, 8) && !t->resets && t->phase == PHASE_FLOW)
			send_drop(a, t, "reset");
		if (t->phase != PHASE_DOWN &&
		    (!world_reaches(&a->c.w, a->c.w.host, t->host) ||
			!world_reaches(&a->c.w, t->host, a->c.w.host)))
			send_drop(a, t, "unreachable");
	}
	sqlite3_finalize(st);
	free(mark);
}

/* Does the ACTIVE send subscribers what a migrated standby has in its image only? */
static bool
image_is_sent(struct agent *a)
{
	return !knob_is(&a->c.w, a->c.s.name, "image_rows", "nobody", "active");
}

/* R4.1: who is served by whom. */
static bool
is_wanted(struct agent *a, struct transmitter *t)
{
	char *mark;
	bool marked;

	if (t->state >= 2)
		return t->state == PEER_FAILED; /* it is told so (R3.4) */
	if (store_is_classic(&a->c.s))
		return true;
	if (role_is(&a->c.s, "STANDBY"))
		return !t->master;
	if (!role_is(&a->c.s, "ACTIVE"))
		return false;
	if (t->master)
		return true;
	mark = store_get(&a->c.s, "mark");
	marked = mark != NULL && *mark != '\0';
	free(mark);
	return marked || (t->acked < a->standby_floor && image_is_sent(a));
}

static void
call_peer(struct agent *a, struct transmitter *t)
{
	int fd, port = t->port;
	json_t *hello;

	if (moment_ms() < t->next_try_ms)
		return;
	t->next_try_ms =
	    moment_ms() + knob_draw_ms(&a->c.w, a->c.s.name, "retry", 200, 1000);
	if (!world_reaches(&a->c.w, t->host, a->c.w.host))
		return;
	if (port == 0) /* automatic: the peer's daemon is asked */
		port = world_agent_port(&a->c.w, t->host, t->store);
	fd = wire_connect(&a->c.w, a->c.w.host, t->host, port);
	if (fd < 0)
		return;
	wire_init(&t->wire, fd);
	t->phase = PHASE_HELLO;
	hello = meet_introduce(a, "hello");
	json_object_set_new(hello, "failed", json_boolean(t->state == PEER_FAILED));
	if (wire_send(&t->wire, hello) != 0)
		send_drop(a, t, "write");
}

/* Changes after the last one sent, whole commits only, of replicated tables. */
static json_t *
collect(struct agent *a, struct transmitter *t)
{
	static const char sql[] =
	    "SELECT gcn, epoch, tbl, op, old, row FROM main.sim_log WHERE gcn>? AND gcn<="
	    "(SELECT max(gcn) FROM (SELECT gcn FROM main.sim_log WHERE gcn>? ORDER BY gcn"
	    " LIMIT ?)) ORDER BY pos";
	json_t *records = json_array();
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(a->c.s.data, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(a->c.s.data));
	sqlite3_bind_int64(st, 1, t->sent);
	sqlite3_bind_int64(st, 2, t->sent);
	sqlite3_bind_int(st, 3, BATCH_RECORDS);
	while (sqlite3_step(st) == SQLITE_ROW)
		json_array_append_new(records,
		    json_pack("[I,I,s,s,s?,s?]", sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1), sqlite3_column_text(st, 2),
			sqlite3_column_text(st, 3), sqlite3_column_text(st, 4),
			sqlite3_column_text(st, 5)));
	sqlite3_finalize(st);
	return records;
}

static void
send_changes(struct agent *a, struct transmitter *t)
{
	int64_t last;
	json_t *records;
	size_t n;

	if (store_is_classic(&a->c.s)) {
		classic_send(a, t);
		return;
	}
	store_last(&a->c.s, NULL, &last, NULL);
	if (t->state != 0 || last <= t->sent || t->sent - t->acked > IN_FLIGHT_MAX)
		return;
	records = collect(a, t);
	n = json_array_size(records);
	if (n == 0) {
		json_decref(records);
		return;
	}
	t->sent = json_integer_value(json_array_get(json_array_get(records, n - 1), 0));
	if (wire_send(&t->wire,
		json_pack("{s:s,s:o}", "op", "batch", "records", records)) != 0)
		send_drop(a, t, "write");
	store_run(a->c.s.self, "UPDATE peer SET sent_ms=%lld WHERE id=%lld",
	    (long long)moment_ms(), (long long)t->id);
}

void
send_tick(struct agent *a, struct transmitter *t)
{
	if (!is_wanted(a, t)) {
		if (t->phase != PHASE_DOWN)
			send_drop(a, t, "role");
		return;
	}
	if (t->phase == PHASE_DOWN)
		call_peer(a, t);
	else if (t->phase == PHASE_FLOW)
		send_changes(a, t);
	else if (t->phase == PHASE_STUCK && moment_ms() - t->started_ms > 5000)
		send_drop(a, t, "stuck");
}

json_t *
send_reigns(struct agent *a)
{
	json_t *list = json_array();
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(a->c.s.data, "SELECT epoch, first FROM sim_reign", -1,
		&st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			json_array_append_new(list,
			    json_pack("[I,I]", sqlite3_column_int64(st, 0),
				sqlite3_column_int64(st, 1)));
	sqlite3_finalize(st);
	return list;
}

/* The log from gcn on: kept for this peer and not purged. */
bool
send_is_kept(struct agent *a, struct transmitter *t, int64_t gcn)
{
	int64_t purged =
	    store_int(a->c.s.data, "SELECT gcn FROM sim_recv WHERE origin='#purged'");
	int64_t lost = store_int(a->c.s.self, "SELECT lost FROM peer WHERE id=%lld",
	    (long long)t->id);

	return gcn >= purged && gcn >= lost;
}

static void
answer_welcome(struct agent *a, struct transmitter *t, json_t *m)
{
	int64_t epoch = json_integer_value(json_object_get(m, "epoch"));
	int64_t gcn = json_integer_value(json_object_get(m, "gcn")), last;
	const char *verdict = "follow";

	if (store_is_classic(&a->c.s)) {
		classic_answer_welcome(a, t, m);
		return;
	}
	if (!store_in_history(&a->c.s, epoch, gcn))
		verdict = "trapped";
	else if (!send_is_kept(a, t, gcn))
		verdict = "gone";
	/* R3.7: what the receiver has not got by now it never gets. */
	t->resets = store_int(a->c.s.self, "SELECT reset FROM peer WHERE id=%lld",
			(long long)t->id) == 3;
	if (t->resets && strcmp(verdict, "trapped") != 0) {
		int64_t from = store_int(a->c.s.self,
		    "SELECT acked FROM peer WHERE id=%lld", (long long)t->id);

		gcn = from > gcn ? from : gcn;
		verdict = "follow";
	}
	/* Nobody sends it what is in the image of a migrated standby. */
	if (strcmp(verdict, "gone") == 0 && !t->master && !image_is_sent(a)) {
		gcn = store_int(a->c.s.data, "SELECT gcn FROM sim_recv WHERE origin='#purged'");
		verdict = "follow";
	}
	store_last(&a->c.s, NULL, &last, NULL);
	t->sent = gcn;
	t->acked = gcn;
	t->started_ms = moment_ms();
	t->phase = strcmp(verdict, "follow") == 0 ? PHASE_FLOW : PHASE_STUCK;
	record_event(&a->c.w, a->c.s.name,
	    t->phase == PHASE_FLOW ? "flow_begun" : "flow_refused", "{s:s,s:s,s:I,s:I}",
	    "peer", t->store, "verdict", verdict, "from", (json_int_t)gcn, "to",
	    (json_int_t)last);
	if (t->master)
		a->standby_floor = json_integer_value(json_object_get(m, "floor"));
	if (wire_send(&t->wire,
		json_pack("{s:s,s:I,s:b,s:o}", "op", verdict, "target",
		    (json_int_t)last, "marked", t->marked[0] != '\0', "reigns",
		    send_reigns(a))) != 0)
		send_drop(a, t, "write");
	if (t->phase == PHASE_FLOW)
		store_run(a->c.s.self,
		    "UPDATE peer SET acked=max(acked, %lld), held=1 WHERE id=%lld AND state<2",
		    (long long)gcn, (long long)t->id);
}

static void
hear_welcome(struct agent *a, struct transmitter *t, json_t *m)
{
	const char *incarnation = json_string_value(json_object_get(m, "incarnation"));
	char why[200];

	if (meet_split_brain(a, m)) {
		send_drop(a, t, "split brain");
		return;
	}
	if (meet_check(a, m, t->port, why, sizeof(why)) != 0) {
		if (!t->refused_noted)
			record_event(&a->c.w, a->c.s.name, "flow_refused", "{s:s,s:s}",
			    "peer", t->store, "verdict", why);
		t->refused_noted = true;
		record_diag(&a->c.w, "REP", "%s: transmitter for %s: %s", a->c.s.name,
		    t->store, why);
		send_drop(a, t, why);
		return;
	}
	t->refused_noted = false;
	/* A marked peer whose agent never went away comes back later than one that did. */
	if (t->marked[0] != '\0' && moment_ms() < t->resync_ms && incarnation != NULL &&
	    strcmp(t->marked, incarnation) == 0) {
		send_drop(a, t, "mark");
		return;
	}
	need_fit(t->incarnation, sizeof(t->incarnation),
	    incarnation != NULL ? incarnation : "");
	answer_welcome(a, t, m);
}

static void
hear_ack(struct agent *a, struct transmitter *t, json_t *m)
{
	json_t *subs = json_object_get(m, "subscribers"), *value;
	int64_t gcn = json_integer_value(json_object_get(m, "gcn"));
	const char *name;

	if (t->resets && gcn > 0) {
		t->resets = false;
		store_run(a->c.s.self, "UPDATE peer SET reset=0 WHERE id=%lld",
		    (long long)t->id);
	}
	t->acked = gcn;
	store_run(a->c.s.self,
	    "UPDATE peer SET acked=max(acked, %lld), heard_ms=%lld WHERE id=%lld AND state<2",
	    (long long)gcn, (long long)moment_ms(), (long long)t->id);
	/* R4.1: what the standby says of its subscribers moves the holds kept for them here. */
	json_object_foreach(subs, name, value)
		store_run(a->c.s.self,
		    "UPDATE peer SET acked=max(acked, %lld) WHERE state<2 AND id="
		    "(SELECT id FROM store WHERE name=%Q COLLATE NOCASE AND kind='S')",
		    (long long)json_integer_value(value), name);
}

void
send_input(struct agent *a, struct transmitter *t)
{
	bool ended = wire_fill(&t->wire) != 0;
	json_t *m;

	while (t->wire.fd >= 0 && (m = wire_next(&t->wire)) != NULL) {
		const char *op = json_string_value(json_object_get(m, "op"));

		if (op != NULL && strcmp(op, "failed") == 0) {
			store_run(a->c.s.self,
			    "UPDATE peer SET state=2 WHERE id=%lld AND state=4",
			    (long long)t->id);
			send_drop(a, t, "failed");
		} else if (op == NULL || strcmp(op, "refuse") == 0)
			send_drop(a, t, "refused by the peer");
		else if (strcmp(op, "welcome") == 0)
			hear_welcome(a, t, m);
		else if (strcmp(op, "ack") == 0)
			hear_ack(a, t, m);
		else if (strcmp(op, "standby") == 0 && role_is(&a->c.s, "ACTIVE"))
			role_clear_mark(&a->c.s, "the standby is in step");
		json_decref(m);
	}
	if (ended && t->wire.fd >= 0)
		send_drop(a, t, "lost");
}
