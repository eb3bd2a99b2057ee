/*
 * Sending and receiving in a classic scheme: two databases may send to each other, each
 * with commits of its own. What was received is logged here, too, under the name of its
 * sender, and is not sent on.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"

#define BATCH_RECORDS 500
#define IN_FLIGHT_MAX 5000

/*
 * R3.8: a database that ttMigrate filled numbers its commits anew; the receiver still has the
 * old numbers, and takes nothing (knob stale_bookmark=stall), or drops what is below them
 * (skip), until the sender was reset and started.
 */
void
classic_answer_welcome(struct agent *a, struct transmitter *t, json_t *m)
{
	int64_t have = json_integer_value(json_object_get(m, "have")), last, start;
	int64_t numbering = json_integer_value(json_object_get(m, "have_numbering"));
	bool known = numbering == store_get_int(&a->c.s, "numbering");
	const char *verdict = "follow";

	t->resets = store_int(a->c.s.self, "SELECT reset FROM peer WHERE id=%lld",
			(long long)t->id) == 3;
	start = store_int(a->c.s.self, "SELECT acked FROM peer WHERE id=%lld",
	    (long long)t->id);
	if (known && have > start)
		start = have;
	if (numbering != 0 && !known && !t->resets &&
	    knob_is(&a->c.w, a->c.s.name, "stale_bookmark", "stall", "stall"))
		verdict = "stale";
	else if (!send_is_kept(a, t, start))
		verdict = "gone";
	store_last(&a->c.s, NULL, &last, NULL);
	t->sent = t->acked = start;
	t->started_ms = moment_ms();
	t->phase = strcmp(verdict, "follow") == 0 ? PHASE_FLOW : PHASE_STUCK;
	if (t->phase == PHASE_FLOW || !t->refused_noted)
		record_event(&a->c.w, a->c.s.name,
		    t->phase == PHASE_FLOW ? "flow_begun" : "flow_refused",
		    "{s:s,s:s,s:I,s:I}", "peer", t->store, "verdict", verdict, "from",
		    (json_int_t)start, "to", (json_int_t)last);
	t->refused_noted = t->phase != PHASE_FLOW;
	if (wire_send(&t->wire,
		json_pack("{s:s,s:I,s:b,s:o}", "op", verdict, "start", (json_int_t)start,
		    "reset", t->resets || numbering == 0, "reigns", send_reigns(a))) != 0)
		send_drop(a, t, "write");
}

/* Up to BATCH_RECORDS of the log, whole commits; of these what was committed here, in tables
 * of the scheme. */
static json_t *
collect(struct agent *a, struct transmitter *t, int64_t *ret_upto)
{
	json_t *records = json_array();
	sqlite3_stmt *st = NULL;

	*ret_upto = store_int(a->c.s.data,
	    "SELECT coalesce(max(gcn), 0) FROM (SELECT gcn FROM main.sim_log WHERE gcn>%lld"
	    " ORDER BY gcn LIMIT %d)",
	    (long long)t->sent, BATCH_RECORDS);
	if (sqlite3_prepare_v2(a->c.s.data,
		"SELECT gcn, epoch, tbl, op, old, row FROM main.sim_log WHERE gcn>? AND gcn<=?"
		" AND origin='' AND op<>'-' ORDER BY pos",
		-1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(a->c.s.data));
	sqlite3_bind_int64(st, 1, t->sent);
	sqlite3_bind_int64(st, 2, *ret_upto);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 2);

		if (store_int(a->c.s.self, "SELECT count(*) FROM element WHERE tbl=%Q",
			table) == 0)
			continue;
		json_array_append_new(records,
		    json_pack("[I,I,s,s,s?,s?]", sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1), table, sqlite3_column_text(st, 3),
			sqlite3_column_text(st, 4), sqlite3_column_text(st, 5)));
	}
	sqlite3_finalize(st);
	return records;
}

void
classic_send(struct agent *a, struct transmitter *t)
{
	int64_t last, upto;
	json_t *records;

	store_last(&a->c.s, NULL, &last, NULL);
	if (t->state != 0 || last <= t->sent || t->sent - t->acked > IN_FLIGHT_MAX)
		return;
	records = collect(a, t, &upto);
	t->sent = upto;
	if (wire_send(&t->wire,
		json_pack("{s:s,s:I,s:o}", "op", "batch", "upto", (json_int_t)upto,
		    "records", records)) != 0)
		send_drop(a, t, "write");
	store_run(a->c.s.self, "UPDATE peer SET sent_ms=%lld WHERE id=%lld",
	    (long long)moment_ms(), (long long)t->id);
}

static void
keep_received(struct agent *a, const struct receiver *r, int64_t numbering, int64_t gcn)
{
	store_run(a->c.s.data,
	    "INSERT OR REPLACE INTO sim_recv VALUES(lower(%Q), %lld, %lld)", r->store,
	    (long long)numbering, (long long)gcn);
}

void
classic_follow(struct agent *a, struct receiver *r, json_t *m)
{
	int64_t start = json_integer_value(json_object_get(m, "start"));

	r->flowing = true;
	r->earliest_ms = moment_ms();
	if (json_is_true(json_object_get(m, "reset")))
		keep_received(a, r, r->numbering, start);
}

int
classic_apply(struct agent *a, struct receiver *r, json_t *m, char *why,
    size_t size_bytes)
{
	json_t *records = json_object_get(m, "records"), *record;
	int64_t upto = json_integer_value(json_object_get(m, "upto")), have, numbering;
	struct sim_error err;
	struct change ch;
	int rc = 0;
	size_t i;

	apply_slowly(a, json_array_size(records));
	if (store_begin(&a->c.s, &err) != 0) {
		snprintf(why, size_bytes, "TT%d: %s", err.code, err.text);
		return -1;
	}
	have = store_received(&a->c.s, r->store, &numbering);
	json_array_foreach(records, i, record) {
		if (apply_read(record, &ch) != 0) {
			snprintf(why, size_bytes, "a record cannot be read");
			rc = -1;
			break;
		}
		if (ch.gcn <= have)
			continue;
		ch.gcn = a->c.s.gcn;
		ch.epoch = 0;
		rc = apply_change(a, &ch, r->store, why, size_bytes);
		if (rc != 0)
			break;
	}
	if (rc == 0 && upto > have)
		keep_received(a, r, numbering, upto);
	(void)sqlite3_exec(a->c.s.data, rc == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL,
	    NULL);
	return rc;
}
