/* The verdict: a page for a person, or JSON for a program. */
#include "tests/sandbox/judge.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *id, *what;
} promises[] = {
	{ "P1", "one database accepts writes" },
	{ "P2", "no acknowledged row is missing" },
	{ "P3", "destroyed last, and the right one" },
	{ "P5", "one database serves at the end" },
	{ "P6", "the write pause is bounded" },
	{ "P9", "no password on a command line" },
};

enum { PROMISES = sizeof(promises) / sizeof(promises[0]) };

static size_t
breaches_of(const struct judge *j, const char *promise)
{
	size_t n = 0;

	for (size_t i = 0; i < j->breaches; i++)
		n += promise[1] == j->breach[i].promise[1];
	return n;
}

static double
span_ms(const struct judge_span *s)
{
	return (double)(s->to_us - s->from_us) / 1e3;
}

static double
since_s(const struct judge *j, int64_t at_us)
{
	return (double)(at_us - j->log_from_us) / 1e6;
}

static double
accepted_s(const struct judge *j, const struct judge_database *d)
{
	int64_t us = 0;

	for (size_t i = 0; i < d->spans; i++) {
		const struct judge_span *s = &d->span[i];

		if (!s->outside)
			us += (s->to_us == JUDGE_OPEN ? j->log_to_us : s->to_us) -
			    s->from_us;
	}
	return (double)us / 1e6;
}

static const char *
fate(const struct judge_database *d)
{
	if (d->judged)
		return "member";
	return d->left ? "left behind" : "gone";
}

static void
print_databases(const struct judge *j)
{
	printf("\n%-14s %-13s %-10s %-11s %-11s %9s %12s\n", "database", "host",
	    "instance", "role", "at the end", "rows", "accepted");
	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];

		printf("%-14s %-13s %-10s %-11s %-11s %9zu %10.3f s\n", d->store,
		    d->host, d->instance, d->role, fate(d), d->rows.n,
		    accepted_s(j, d));
	}
}

static void
print_destroyed(const struct judge *j)
{
	for (size_t i = 0; i < j->destroys; i++) {
		const struct judge_destroy *x = &j->destroy[i];
		const struct judge_database *d = &j->database[x->database];

		printf("destroyed      %s on %s (%s), %s, at %.6f s, %zu rows\n",
		    d->store, d->host, d->instance, x->role, since_s(j, x->at_us),
		    x->rows.n);
	}
}

static void
print_span(const struct judge *j, const char *what, const struct judge_span *s)
{
	printf("%-14s %.3f ms", what, span_ms(s));
	if (s->to_us > s->from_us)
		printf(", from %.6f s to %.6f s", since_s(j, s->from_us),
		    since_s(j, s->to_us));
	putchar('\n');
}

void
judge_report_text(const struct judge *j)
{
	const struct judge_ledger *l = &j->ledger;

	for (int i = 0; i < PROMISES; i++)
		printf("%s  %-36s %s\n", promises[i].id, promises[i].what,
		    breaches_of(j, promises[i].id) == 0 ? "kept" : "BROKEN");
	for (size_t i = 0; i < j->breaches; i++)
		printf("%s%s: %s\n", i == 0 ? "\n" : "", j->breach[i].promise,
		    j->breach[i].sentence);
	print_databases(j);
	printf("\nledger         %zu transactions, %zu rows acknowledged, %zu rows of "
	       "unknown outcome%s\n",
	    l->transactions, l->acked.n, l->unknown.n,
	    l->ended ? "" : ", did not end in order");
	print_span(j, "nobody served", &j->longest_gap);
	print_span(j, "write stall", &l->longest_stall);
	print_span(j, "write hold", &l->longest_hold);
	print_destroyed(j);
	printf("log            %zu events, %.3f s\n", j->events,
	    since_s(j, j->log_to_us));
}

static json_t *
span_json(const struct judge_span *s)
{
	return json_pack("{s:f, s:I, s:I}", "ms", span_ms(s), "from_us",
	    (json_int_t)s->from_us, "to_us", (json_int_t)s->to_us);
}

static json_t *
databases_json(const struct judge *j)
{
	json_t *all = json_array();

	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];

		json_array_append_new(all,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:f}", "store", d->store,
			"host", d->host, "instance", d->instance, "role", d->role,
			"fate", fate(d), "rows", (json_int_t)d->rows.n, "accepted_s",
			accepted_s(j, d)));
	}
	return all;
}

static json_t *
destroyed_json(const struct judge *j)
{
	json_t *all = json_array();

	for (size_t i = 0; i < j->destroys; i++) {
		const struct judge_destroy *x = &j->destroy[i];
		const struct judge_database *d = &j->database[x->database];

		json_array_append_new(all,
		    json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "store", d->store,
			"host", d->host, "instance", d->instance, "role", x->role,
			"at_us", (json_int_t)x->at_us, "rows", (json_int_t)x->rows.n));
	}
	return all;
}

json_t *
judge_report_json(const struct judge *j)
{
	const struct judge_database *active = judge_final_active(j);
	const struct judge_ledger *l = &j->ledger;
	json_t *o, *breaches = json_array();

	for (size_t i = 0; i < j->breaches; i++)
		json_array_append_new(breaches,
		    json_pack("{s:s, s:s}", "promise", j->breach[i].promise, "sentence",
			j->breach[i].sentence));
	o = json_pack("{s:b, s:o, s:I, s:I, s:I, s:I, s:b}", "kept", j->breaches == 0,
	    "breaches", breaches, "transactions", (json_int_t)l->transactions,
	    "acknowledged_rows", (json_int_t)l->acked.n, "unknown_rows",
	    (json_int_t)l->unknown.n, "events", (json_int_t)j->events, "ledger_ended",
	    l->ended);
	json_object_set_new(o, "active",
	    active == NULL ? json_null()
			   : json_pack("{s:s, s:s, s:s}", "store", active->store,
				 "host", active->host, "instance", active->instance));
	json_object_set_new(o, "longest_without_active", span_json(&j->longest_gap));
	json_object_set_new(o, "write_stall", span_json(&l->longest_stall));
	json_object_set_new(o, "write_hold", span_json(&l->longest_hold));
	json_object_set_new(o, "holds", json_integer(l->holds));
	json_object_set_new(o, "databases", databases_json(j));
	json_object_set_new(o, "destroyed", destroyed_json(j));
	return o;
}

void
judge_done(struct judge *j)
{
	for (size_t i = 0; i < j->databases; i++) {
		free(j->database[i].span);
		judge_ids_done(&j->database[i].rows);
		judge_ids_done(&j->database[i].cached);
		judge_ids_done(&j->database[i].content);
	}
	for (size_t i = 0; i < j->destroys; i++)
		judge_ids_done(&j->destroy[i].rows);
	free(j->database);
	free(j->destroy);
	free(j->breach);
	free(j->ledger.ack);
	judge_ids_done(&j->ledger.acked);
	judge_ids_done(&j->ledger.unknown);
	judge_ids_done(&j->secrets);
	judge_ids_done(&j->oracle);
	*j = (struct judge){ 0 };
}
