/* The promises as rules over what was read. One function for each promise. */
#include "tests/sandbox/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
judge_breach_add(struct judge *j, const char *promise, const char *fmt, ...)
{
	struct judge_breach *b;
	va_list ap;

	j->breach = reallocarray(j->breach, j->breaches + 1, sizeof(*j->breach));
	if (j->breach == NULL)
		abort();
	b = &j->breach[j->breaches++];
	snprintf(b->promise, sizeof(b->promise), "%s", promise);
	va_start(ap, fmt);
	vsnprintf(b->sentence, sizeof(b->sentence), fmt, ap);
	va_end(ap);
}

/* Seconds since the log began, as a person reads them beside the log. */
static double
seconds(const struct judge *j, int64_t at_us)
{
	return (double)(at_us - j->log_from_us) / 1e6;
}

static double
length_ms(int64_t from_us, int64_t to_us)
{
	return (double)(to_us - from_us) / 1e3;
}

bool
judge_accepts_at(const struct judge_database *d, int64_t at_us)
{
	for (size_t i = 0; i < d->spans; i++)
		if (!d->span[i].outside && d->span[i].from_us <= at_us &&
		    at_us < d->span[i].to_us)
			return true;
	return false;
}

/* Accepts at the end of the log, as the active. */
static bool
is_open(const struct judge_database *d)
{
	const struct judge_span *last = d->spans > 0 ? &d->span[d->spans - 1] : NULL;

	return last != NULL && last->to_us == JUDGE_OPEN && !last->outside;
}

/* Where the applications were at the end; the first that serves when none is known. */
static const struct judge_database *
last_served(const struct judge *j)
{
	const struct judge_ledger *l = &j->ledger;
	const char *store = "";
	const struct judge_database *any = NULL;

	for (size_t i = 0; i < l->acks; i++)
		if (l->ack[i].rows > 0)
			store = l->ack[i].store;
	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];

		if (is_open(d) && (any == NULL || strcmp(d->store, store) == 0))
			any = d;
	}
	return any;
}

const struct judge_database *
judge_final_active(const struct judge *j)
{
	const struct judge_database *found = NULL;

	if (j->classic)
		return last_served(j);

	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];

		if (!is_open(d))
			continue;
		if (found != NULL)
			return NULL;
		found = d;
	}
	return found;
}

static int64_t
closed(const struct judge *j, int64_t to_us)
{
	return to_us == JUDGE_OPEN ? j->log_to_us : to_us;
}

static bool
counts(const struct judge_span *s)
{
	return !s->outside || s->written;
}

static void
compare_spans(struct judge *j, const struct judge_database *a,
    const struct judge_database *b)
{
	for (size_t x = 0; x < a->spans; x++) {
		for (size_t y = 0; y < b->spans; y++) {
			int64_t from = a->span[x].from_us, to = a->span[x].to_us;

			if (b->span[y].from_us > from)
				from = b->span[y].from_us;
			if (b->span[y].to_us < to)
				to = b->span[y].to_us;
			if (from >= to || !counts(&a->span[x]) || !counts(&b->span[y]))
				continue;
			judge_breach_add(j, "P1",
			    "%s on %s (%s) and %s on %s (%s) both accepted writes from "
			    "%.6f s to %.6f s (%.3f ms)",
			    a->store, a->host, a->instance, b->store, b->host,
			    b->instance, seconds(j, from), seconds(j, closed(j, to)),
			    length_ms(from, closed(j, to)));
		}
	}
}

static void
rule_one_active(struct judge *j)
{
	if (j->classic)
		return;
	for (size_t a = 0; a < j->databases; a++)
		for (size_t b = a + 1; b < j->databases; b++)
			compare_spans(j, &j->database[a], &j->database[b]);
}

/* What of the wanted ids is not there: how many, the first and the last. */
struct lack {
	size_t n;
	int64_t first, last;
};

static struct lack
lacking(const struct judge_ids *wanted, const struct judge_ids *there)
{
	struct lack l = { 0 };

	for (size_t i = 0; i < wanted->n; i++) {
		if (judge_ids_has(there, wanted->id[i]))
			continue;
		if (l.n++ == 0)
			l.first = wanted->id[i];
		l.last = wanted->id[i];
	}
	return l;
}

/* When and by whom an id was acknowledged. */
static const struct judge_ack *
ack_of(const struct judge *j, int64_t id)
{
	for (size_t i = 0; i < j->ledger.acks; i++) {
		const struct judge_ack *a = &j->ledger.ack[i];

		if (id >= a->first_id && id < a->first_id + a->rows)
			return a;
	}
	return NULL;
}

static void
check_missing(struct judge *j, const struct judge_database *d)
{
	struct lack l = lacking(&j->ledger.acked, &d->rows);
	const struct judge_ack *a;

	if (l.n == 0)
		return;
	a = ack_of(j, l.first);
	judge_breach_add(j, "P2",
	    "%zu acknowledged rows are not in %s on %s (%s): ids %lld to %lld; the "
	    "first was acknowledged by %s at %.6f s",
	    l.n, d->store, d->host, d->instance, (long long)l.first, (long long)l.last,
	    a != NULL ? a->store : "?", a != NULL ? seconds(j, a->seen_us) : 0.0);
}

static void
check_doubled(struct judge *j, const struct judge_database *d)
{
	size_t n = 0;
	int64_t first = 0;

	for (size_t i = 1; i < d->rows.n; i++) {
		if (d->rows.id[i] != d->rows.id[i - 1])
			continue;
		if (n++ == 0)
			first = d->rows.id[i];
	}
	if (n > 0)
		judge_breach_add(j, "P2",
		    "%zu rows are twice in %s on %s (%s), first id %lld", n, d->store,
		    d->host, d->instance, (long long)first);
}

/*
 * A row that was refused or never sent; not known when the load did not end in order.
 */
static void
check_strangers(struct judge *j, const struct judge_database *d)
{
	size_t n = 0;
	int64_t first = 0;

	if (!j->ledger.ended)
		return;
	for (size_t i = 0; i < d->rows.n; i++) {
		if (d->rows.id[i] < 0 || /* was there before the load */
		    judge_ids_has(&j->ledger.acked, d->rows.id[i]) ||
		    judge_ids_has(&j->ledger.unknown, d->rows.id[i]))
			continue;
		if (n++ == 0)
			first = d->rows.id[i];
	}
	if (n > 0)
		judge_breach_add(j, "P2",
		    "%zu rows of %s on %s (%s) were never accepted by a database, "
		    "first id %lld",
		    n, d->store, d->host, d->instance, (long long)first);
}

/* A row of unknown outcome is in every member or in none. */
static void
check_unknown(struct judge *j, const struct judge_database *active)
{
	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];
		size_t n = 0;
		int64_t first = 0;

		if (!d->judged || d == active)
			continue;
		for (size_t k = 0; k < j->ledger.unknown.n; k++) {
			int64_t id = j->ledger.unknown.id[k];

			if (judge_ids_has(&d->rows, id) ==
			    judge_ids_has(&active->rows, id))
				continue;
			if (n++ == 0)
				first = id;
		}
		if (n > 0)
			judge_breach_add(j, "P2",
			    "%s on %s and the active %s on %s disagree about %zu rows "
			    "of unknown outcome, first id %lld",
			    d->store, d->host, active->store, active->host, n,
			    (long long)first);
	}
}

/* Only at rest: a refresh may be on its way. */
static void
check_cached(struct judge *j, const struct judge_database *d)
{
	size_t missing = lacking(&j->oracle, &d->cached).n, more = lacking(&d->cached, &j->oracle).n;

	if (missing > 0 || more > 0)
		judge_breach_add(j, "P2",
		    "%s on %s (%s) has %zu cached rows, Oracle has %zu: %zu are missing, %zu are not "
		    "there",
		    d->store, d->host, d->instance, d->cached.n, j->oracle.n, missing, more);
}

/* Commits in the wrong order, or one applied to another row: the ids tell nothing of it. */
static void
check_values(struct judge *j, const struct judge_database *d, const struct judge_database *active)
{
	size_t missing = lacking(&active->content, &d->content).n;
	size_t more = lacking(&d->content, &active->content).n;

	if (missing > 0 || more > 0)
		judge_breach_add(j, "P2",
		    "rows of %s on %s (%s) differ from those of the active %s on %s: %zu are only in "
		    "the active, %zu only there, values and all",
		    d->store, d->host, d->instance, active->store, active->host, missing, more);
}

static void
check_expected(struct judge *j)
{
	for (size_t e = 0; e < j->expects; e++) {
		bool found = false;

		for (size_t i = 0; i < j->databases; i++)
			found = found ||
			    (j->database[i].judged &&
				strcmp(j->database[i].store, j->expect[e]) == 0);
		if (!found)
			judge_breach_add(j, "P2",
			    "%s is not a working member of the pair at the end",
			    j->expect[e]);
	}
}

static void
rule_no_loss(struct judge *j, const struct judge_database *active)
{
	for (size_t i = 0; i < j->databases; i++) {
		const struct judge_database *d = &j->database[i];

		if (!d->judged)
			continue;
		if (d == active || j->quiet)
			check_missing(j, d);
		check_doubled(j, d);
		check_strangers(j, d);
		if (j->caches && j->quiet)
			check_cached(j, d);
		if (j->quiet && active != NULL && active->judged && d != active)
			check_values(j, d, active);
	}
	if (active != NULL && active->judged && j->quiet)
		check_unknown(j, active);
	check_expected(j);
}

static bool
another_serves(const struct judge *j, const struct judge_destroy *x)
{
	for (size_t i = 0; i < j->databases; i++)
		if (i != x->database && judge_accepts_at(&j->database[i], x->at_us))
			return true;
	return false;
}

static void
check_grave(struct judge *j, const struct judge_destroy *x,
    const struct judge_database *active)
{
	const struct judge_database *d = &j->database[x->database];
	struct lack l;

	if (!x->has_rows) {
		judge_breach_add(j, "P3",
		    "the grave of %s on %s (%s), destroyed at %.6f s, cannot be read: "
		    "%s",
		    d->store, d->host, d->instance, seconds(j, x->at_us), x->grave);
		return;
	}
	if (active == NULL || !active->left)
		return; /* said already: nobody serves at the end */
	l = lacking(&x->rows, &active->rows);
	if (l.n > 0)
		judge_breach_add(j, "P3",
		    "%s on %s (%s), destroyed at %.6f s, held %zu rows that the final "
		    "active %s on %s does not have: ids %lld to %lld",
		    d->store, d->host, d->instance, seconds(j, x->at_us), l.n,
		    active->store, active->host, (long long)l.first, (long long)l.last);
}

static void
rule_destroy_last(struct judge *j, const struct judge_database *active)
{
	for (size_t i = 0; i < j->destroys; i++) {
		const struct judge_destroy *x = &j->destroy[i];
		const struct judge_database *d = &j->database[x->database];

		if (strcmp(x->role, "ACTIVE") == 0 || judge_accepts_at(d, x->at_us - 1))
			judge_breach_add(j, "P3",
			    "%s on %s (%s) was destroyed at %.6f s while it was the "
			    "active",
			    d->store, d->host, d->instance, seconds(j, x->at_us));
		if (!j->single && !another_serves(j, x))
			judge_breach_add(j, "P3",
			    "%s on %s (%s) was destroyed at %.6f s while no other "
			    "database of the pair accepted writes",
			    d->store, d->host, d->instance, seconds(j, x->at_us));
		check_grave(j, x, active);
	}
}

static int
by_start(const void *a, const void *b)
{
	const struct judge_span *x = a, *y = b;

	return (x->from_us > y->from_us) - (x->from_us < y->from_us);
}

/*
 * The longest time, between the first span and the end of the log, that no span covers.
 */
static void
find_gap(struct judge *j)
{
	size_t n = 0;
	struct judge_span *all;
	int64_t until_us;

	for (size_t i = 0; i < j->databases; i++)
		n += j->database[i].spans;
	if (n == 0)
		return;
	all = calloc(n, sizeof(*all));
	if (all == NULL)
		abort();
	n = 0;
	for (size_t i = 0; i < j->databases; i++)
		for (size_t k = 0; k < j->database[i].spans; k++)
			if (!j->database[i].span[k].outside)
				all[n++] = j->database[i].span[k];
	if (n == 0)
		goto out;
	qsort(all, n, sizeof(*all), by_start);
	until_us = all[0].from_us;
	for (size_t i = 0; i <= n; i++) {
		int64_t next_us = i < n ? all[i].from_us : j->log_to_us;

		if (until_us != JUDGE_OPEN &&
		    next_us - until_us > j->longest_gap.to_us - j->longest_gap.from_us)
			j->longest_gap = (struct judge_span){ until_us, next_us };
		if (i < n && all[i].to_us > until_us)
			until_us = all[i].to_us;
	}
out:
	free(all);
}

static void
rule_one_serves(struct judge *j, const struct judge_database *active)
{
	size_t open = 0;

	for (size_t i = 0; i < j->databases; i++)
		open += is_open(&j->database[i]);
	if (open == 0)
		judge_breach_add(j, "P5", "no database accepts writes at the end");
	else if (active == NULL)
		judge_breach_add(j, "P5", "%zu databases accept writes at the end",
		    open);
	else if (!active->left)
		judge_breach_add(j, "P5",
		    "the rows of the active %s on %s cannot be read", active->store,
		    active->host);
}

static void
rule_bounded_pause(struct judge *j)
{
	const struct judge_span *s = &j->ledger.longest_stall;

	if (j->pause_limit_us > 0 && s->to_us - s->from_us > j->pause_limit_us)
		judge_breach_add(j, "P6",
		    "the applications stood still for %.3f ms, from %.6f s to %.6f s; "
		    "the limit is %.3f ms",
		    length_ms(s->from_us, s->to_us), seconds(j, s->from_us),
		    seconds(j, s->to_us), (double)j->pause_limit_us / 1e3);
}

static void
rule_no_secret(struct judge *j)
{
	size_t n = 0;
	int64_t first_us = 0;

	for (size_t i = 0; i < j->secrets.n; i++) {
		if (j->secrets.id[i] < j->ready_us)
			continue;
		if (n++ == 0)
			first_us = j->secrets.id[i];
	}
	if (n > 0)
		judge_breach_add(j, "P9",
		    "a password was on a command line %zu times, first at %.6f s", n,
		    seconds(j, first_us));
}

void
judge_rules_apply(struct judge *j)
{
	const struct judge_database *active = judge_final_active(j);

	find_gap(j);
	rule_one_active(j);
	rule_no_loss(j, active);
	rule_destroy_last(j, active);
	rule_one_serves(j, active);
	rule_bounded_pause(j);
	rule_no_secret(j);
}
