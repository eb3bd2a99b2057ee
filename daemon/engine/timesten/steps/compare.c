/*
 * A subscriber has the rows that its source has.
 *
 * A standby that went through ttMigrate may hold rows in its image that nobody sends to the
 * subscribers any more: who sends them is documented nowhere. So the tables of each subscriber are
 * compared with the active before the old one is destroyed: counted at the active; then a row is seen
 * to arrive; then counted once more, and right behind that at the subscriber. A table that nobody
 * writes to has the same number everywhere. Of one that changes the two counts of the active tell how
 * fast, and so how far the subscriber may be from it: what it lacks there is not seen when it is less
 * than is written in a second or two. Rows of cached tables come from Oracle and are not compared.
 *
 * Where tables cannot be listed or counted nothing is compared. A subscriber that differs is made
 * anew later, as every one is, and cannot be mended before: who says retry goes on with it.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/buf.h"
#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/upgrade.h"

/* + member: when it was counted, ms; then "1200 OPS.ORDERS", a line for each table of the active */
#define NOTE_SOURCE "source."
#define DIFFER	    "rows differ: "
#define BEHIND_MS   1000 /* at least so long a change may be on its way */
#define REFUSED_MS  5000 /* tables that are not counted by then are not told */

static const char rows_key[] = "rows.";

struct counted {
	char table[2 * NAME_MAX_BYTES + 2];
	int64_t rows; /* at the active; -1 not counted */
};

/* Is this detail the count of a table that is compared? The marker's changes all the time. */
static bool
is_compared(const struct scene *s, const struct member *active, const char *key)
{
	const struct settings *there = &step_seen(s, active)->details;
	const char *table = key + sizeof(rows_key) - 1;
	char known[2 * NAME_MAX_BYTES + 16];

	if (!str_starts(key, rows_key) || step_table_is_cached(s, table) ||
	    str_equal_nocase(table, s->plan->pair->marker_table))
		return false;
	str_printf(known, sizeof(known), "table.%s.key", table);
	return settings_get(there, "tables") == NULL || settings_get(there, known) != NULL;
}

static void
source_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = step_active(s);
	const struct settings *d = &step_seen(s, ps->member)->details;

	if (active == NULL)
		active = s->plan->standby;
	if (s->upgrade == NULL) {
		tt_session(ret, active, step_home(s, ps, active), "select count(*) from <each table>");
		return;
	}
	for (size_t i = 0; i < d->count; i++)
		if (is_compared(s, active, d->items[i].key))
			step_ask_count(s, ps, ret, active, d->items[i].key + sizeof(rows_key) - 1);
	ret->limit_ms = 600000;
}

static enum probe
source_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct settings *d = &step_seen(s, ps->member)->details;
	const struct member *active = step_active(s);
	bool any = false;

	why_needed(w, "the rows of every table of %s, at its source", ps->member->name);
	why_seen(w, "not counted yet");
	if (active == NULL)
		return PROBE_UNKNOWN;
	for (size_t i = 0; i < d->count; i++) {
		if (!is_compared(s, active, d->items[i].key))
			continue;
		any = true;
		if (step_rows_told(s, d->items[i].key + sizeof(rows_key) - 1) < 0) {
			step_tell_error(s, w);
			return PROBE_TO_DO;
		}
	}
	return any ? PROBE_DONE : PROBE_NOT_NEEDED;
}

static void
source_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const struct settings *d = &step_seen(s, ps->member)->details;
	const struct member *active = step_active(s);
	struct buf text = { 0 };

	buf_addf(&text, "%" PRId64 "\n", s->now_ms);
	for (size_t i = 0; i < d->count; i++) {
		const char *table = d->items[i].key + sizeof(rows_key) - 1;

		if (active != NULL && is_compared(s, active, d->items[i].key))
			buf_addf(&text, "%" PRId64 " %s\n", step_rows_told(s, table), table);
	}
	note_set(notes, NOTE_SOURCE, ps->member, buf_text(&text));
	buf_done(&text);
}

/* Asked for a while, and still not told: a release, or an account, that does not list its tables. */
static bool
is_refused(const struct scene *s, const struct plan_step *ps)
{
	const struct observation *o = step_seen(s, ps->member);
	int64_t since = s->upgrade->walk.entered_ms;

	return !observation_is_fresh(o, LOOK_ROWS, since) &&
	    observation_tried_ms(o, LOOK_ROWS) > since + REFUSED_MS;
}

/* Whoever is not in memory cannot be counted, and serves nobody: it is made anew all the same. */
static bool
is_loaded(const struct scene *s, const struct plan_step *ps)
{
	const struct installation_seen *in = step_inst(s, ps);

	return s->upgrade == NULL || in->loaded != FACT_NO;
}

static bool
can_be_counted(const struct scene *s, const struct plan_step *ps)
{
	return is_loaded(s, ps) && (s->upgrade == NULL || !is_refused(s, ps));
}

const struct step tt_count_source = {
	.id = "count-source",
	.title = "count the tables of %s at the active",
	.effect = "every table is counted",
	.build = source_build,
	.needed = can_be_counted,
	.probe = source_probe,
	.learn = source_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROWS,
	.patience_ms = 1000,
	.tries = 10,
};

/* ---- compared ---- */

/* What the active said before, from the note: when, and behind that table by table. NULL: nothing. */
static const char *
first_counted(const struct scene *s, const struct plan_step *ps, int64_t *ret_when_ms)
{
	const char *note = s->upgrade != NULL ? step_note(s, NOTE_SOURCE, ps->member) : NULL;
	char *rest;

	if (note == NULL)
		return NULL;
	*ret_when_ms = strtoll(note, &rest, 10);
	return rest + (*rest == '\n');
}

/* The next table that was counted; *at moves behind it. */
static bool
next_counted(const char **at, struct counted *ret)
{
	char *rest;
	size_t len;

	if (*at == NULL || **at == '\0')
		return false;
	ret->rows = strtoll(*at, &rest, 10);
	rest += *rest == ' ';
	len = strcspn(rest, "\n");
	str_printf(ret->table, sizeof(ret->table), "%.*s", (int)len, rest);
	*at = rest + len + (rest[len] == '\n');
	return true;
}

bool
step_is_compared(const struct scene *s, const struct plan_step *ps)
{
	return is_loaded(s, ps) &&
	    (s->upgrade == NULL || step_note(s, NOTE_SOURCE, ps->member) != NULL);
}

static void
same_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = step_active(s);
	struct counted c;
	int64_t when_ms;
	const char *at = first_counted(s, ps, &when_ms);

	if (s->upgrade == NULL || active == NULL) {
		source_build(s, ps, ret);
		return;
	}
	while (next_counted(&at, &c))
		step_ask_count(s, ps, ret, active, c.table);
	ret->limit_ms = 600000;
}

/* A table that changes is expected to go on: the subscriber is behind for as long as the row took to
 * arrive, and looked at a while after the active. */
struct pace {
	double between_ms, behind_ms; /* the two counts of the active; what is on its way */
	double from_ms, until_ms;     /* of the look, behind the second count */
};

/* How long the row took that went before. */
static int64_t
row_took_ms(const struct scene *s, const struct plan_step *ps)
{
	const struct step_run *row = ps->index > 0 ? &s->upgrade->runs[ps->list][ps->index - 1] : NULL;

	return row != NULL && row->started_wall_ms > 0 ? row->ended_wall_ms - row->started_wall_ms : 0;
}

static struct pace
pace_of(const struct scene *s, const struct plan_step *ps, int64_t when_ms)
{
	int64_t look_ms = observation_at_ms(step_seen(s, ps->member), LOOK_ROWS);
	int64_t took_ms = row_took_ms(s, ps);
	struct pace p = { .between_ms = (double)(s->performed_ms - when_ms),
		.behind_ms = (double)(took_ms > BEHIND_MS ? took_ms : BEHIND_MS),
		.from_ms = (double)(look_ms - s->upgrade->walk.ended_ms),
		.until_ms = (double)(s->now_ms - s->performed_ms) };

	if (p.between_ms < 1)
		p.between_ms = 1; /* the host was started again */
	if (p.from_ms < 0)
		p.from_ms = 0;
	return p;
}

static bool
may_have(int64_t rows, int64_t before, int64_t now, const struct pace *p)
{
	double each = (double)(now > before ? now - before : before - now) / p->between_ms;
	double least = each * (p->from_ms / 2 - p->behind_ms), most = each * (p->until_ms + p->behind_ms);
	double moved = now < before ? (double)(now - rows) : (double)(rows - now);

	return now == before ? rows == now : moved >= least - 1 && moved <= most + 1;
}

/* A person saw the difference and said retry. */
static bool
was_told(const struct scene *s, const struct plan_step *ps)
{
	return str_find_nocase(s->upgrade->runs[ps->list][ps->index].error, DIFFER) != NULL;
}

/* The first table that differs, and how many do; 0: none. -1: one is not counted at the active. */
static int
compare(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct counted c;
	int64_t when_ms;
	const char *at = first_counted(s, ps, &when_ms);
	struct pace pace = pace_of(s, ps, when_ms);
	int differ = 0;

	while (next_counted(&at, &c)) {
		int64_t now = step_rows_told(s, c.table), is = -1;
		char key[2 * NAME_MAX_BYTES + 16];
		const char *text;

		if (now < 0)
			return -1;
		str_printf(key, sizeof(key), "%s%s", rows_key, c.table);
		text = settings_get(&step_seen(s, ps->member)->details, key);
		if (text != NULL && str_to_int(text, 0, INT64_MAX, &is) &&
		    may_have(is, c.rows, now, &pace))
			continue;
		if (differ++ > 0)
			continue;
		why_needed(w, c.rows == now ? "%" PRId64 " rows in %.80s" : "about %" PRId64 " rows in %.80s",
		    now, c.table);
		why_seen(w, DIFFER "%s at %s", text != NULL ? text : "no such table", ps->member->name);
	}
	return differ;
}

static enum probe
same_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	int differ;

	why_needed(w, "the rows of the active");
	why_seen(w, "not counted yet");
	if (s->performed_ms == 0)
		return step_active(s) != NULL ? PROBE_TO_DO : PROBE_UNKNOWN;
	differ = compare(s, ps, w);
	if (differ == 0)
		return PROBE_DONE;
	if (differ < 0) {
		step_tell_error(s, w);
		return PROBE_TO_DO;
	}
	why_remedy(w,
	    "see tterrors.log of both why it has other rows; retry compares again, and goes on if they "
	    "differ still, for it is made anew from the new standby; or abort");
	return was_told(s, ps) ? PROBE_DONE : PROBE_TO_DO;
}

static void
same_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct why w = { 0 };
	int differ = compare(s, ps, &w);
	char key[NAME_MAX_BYTES + 24], text[400];

	if (differ == 0)
		str_printf(text, sizeof(text), "%s has the rows of the active", ps->member->name);
	else
		str_printf(text, sizeof(text),
		    "%s was gone on with although it differs from the active in %d table%s: %s, needed %s",
		    ps->member->name, differ, differ == 1 ? "" : "s", w.seen, w.needed);
	str_printf(key, sizeof(key), NOTE_RECORD "compared.%s", ps->member->name);
	settings_set(notes, key, text);
}

const struct step tt_same_rows = {
	.id = "same-rows",
	.title = "compare the rows of %s with those of the active",
	.effect = "every table has as many rows as at the active",
	.build = same_build,
	.needed = step_is_compared,
	.probe = same_probe,
	.learn = same_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROWS,
	.patience_ms = 3000,
	.tries = 100000,
};
