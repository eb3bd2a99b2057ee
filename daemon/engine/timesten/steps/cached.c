/*
 * Rows of cached tables, which come from Oracle.
 *
 * ttMigrate saves definitions of cache groups and not their rows: a copy that it made is empty there
 * until the rows come again, by autorefresh or by LOAD CACHE GROUP. So they are counted where they
 * are whole, when no cache agent changes them any more, and again in the copy. Fewer rows than before
 * are waited for: first for autorefresh, then they are loaded. What a LOAD brought is what Oracle has,
 * also when that is less than before. ttBackup and ttRepAdmin -duplicate bring these rows along.
 *
 * Source: TimesTen Reference, ttMigrate, "Cache group data is not saved"; system tables,
 * SYS.TABLES.CACHEGROUP; guide of the cache, LOAD CACHE GROUP, autorefresh states.
 */
#include "config.h"

#include <inttypes.h>

#include "common/buf.h"
#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/upgrade.h"

#define NOTE_LOADED "cached-loaded" /* LOAD CACHE GROUP ended well, of every group */
#define NOTE_THERE  "cached-there"  /* they were seen in the copy */
#define ROW_WORD    "c-"

static const char table_head[] = "table.", table_tail[] = ".cached";

void
step_remember_cached(const struct settings *details, struct settings *notes)
{
	char key[2 * NAME_MAX_BYTES + 16];

	for (size_t i = 0; i < details->count; i++) {
		const char *k = details->items[i].key;
		size_t len = strlen(k), ends = sizeof(table_head) + sizeof(table_tail) - 2;

		if (!str_starts(k, table_head) || len <= ends ||
		    !str_equal(k + len - (sizeof(table_tail) - 1), table_tail))
			continue;
		str_printf(key, sizeof(key), TT_NOTE_CACHED "%.*s", (int)(len - ends),
		    k + sizeof(table_head) - 1);
		settings_set(notes, key, "");
	}
}

/* "  Saving cached table OPS.ITEMS" */
static bool
read_saved(char *line, void *arg)
{
	struct settings *notes = arg;
	const char *word = str_find_nocase(line, " cached table ");
	char key[2 * NAME_MAX_BYTES + 16];
	const char *was;

	if (word == NULL)
		return true;
	word += strlen(" cached table ");
	str_printf(key, sizeof(key), TT_NOTE_COUNT "%.*s", (int)strcspn(word, " \t\r"), word);
	was = settings_get(notes, key);
	str_printf(key, sizeof(key), TT_NOTE_CACHED "%.*s", (int)strcspn(word, " \t\r"), word);
	if (settings_get(notes, key) == NULL)
		settings_set(notes, key, was != NULL ? was : "");
	return true;
}

void
step_remember_saved(const char *printed, struct settings *notes)
{
	str_each_line(printed, read_saved, notes);
}

bool
step_table_is_cached(const struct scene *s, const char *table)
{
	char key[2 * NAME_MAX_BYTES + 16];

	str_printf(key, sizeof(key), TT_NOTE_CACHED "%s", table);
	return settings_get(&s->upgrade->notes, key) != NULL;
}

/* The next cached table, at or after *at; *ret_was: its rows before, "" not counted. */
static const char *
next_table(const struct scene *s, size_t *at, const char **ret_was)
{
	const struct settings *notes = &s->upgrade->notes;

	for (; *at < notes->count; ++*at) {
		if (!str_starts(notes->items[*at].key, TT_NOTE_CACHED))
			continue;
		*ret_was = notes->items[*at].value;
		return notes->items[(*at)++].key + strlen(TT_NOTE_CACHED);
	}
	return NULL;
}

static bool
has_cached(const struct scene *s, const struct plan_step *ps)
{
	const char *was;
	size_t at = 0;

	if (s->upgrade == NULL)
		return step_has_cache_groups(s, ps->member);
	return next_table(s, &at, &was) != NULL;
}

/* A row before each count says which table it is about: `< c-OPS.ORDERS >`, `< 1200 >`. */
void
step_ask_count(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const struct member *m, const char *table)
{
	char word[2 * NAME_MAX_BYTES + 8], literal[4 * NAME_MAX_BYTES + 16];
	int home = step_home(s, ps, m);
	struct buf name = { 0 };

	str_printf(word, sizeof(word), ROW_WORD "%s", table);
	tt_add_table(&name, table);
	tt_session(ret, m, home, "select %s from dual", tt_literal(word, literal, sizeof(literal)));
	tt_session(ret, m, home, "select count(*) from %s", buf_text(&name));
	buf_done(&name);
}

static void
count_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *table, *was;
	size_t at = 0;

	if (s->upgrade == NULL)
		tt_session(ret, ps->member, step_home(s, ps, ps->member),
		    "select count(*) from <each cached table>");
	else
		while ((table = next_table(s, &at, &was)) != NULL)
			step_ask_count(s, ps, ret, ps->member, table);
	ret->limit_ms = 600000;
}

int64_t
step_rows_told(const struct scene *s, const char *table)
{
	const char *rest = s->outcome != NULL && s->verdict == VERDICT_OK ? s->outcome->output : "";
	struct tt_row row;
	bool is_next = false;

	while (tt_row_next(&rest, &row)) {
		const char *name = tt_column(&row, 0);

		if (is_next)
			return tt_column_int(&row, 0, -1);
		is_next = str_starts_nocase(name, ROW_WORD) &&
		    str_equal_nocase(name + strlen(ROW_WORD), table);
	}
	return -1;
}

static enum probe
count_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *table, *was;
	size_t at = 0;

	(void)ps;
	why_needed(w, "the rows of every cached table");
	why_seen(w, "not counted yet");
	while ((table = next_table(s, &at, &was)) != NULL)
		if (step_rows_told(s, table) < 0)
			return PROBE_TO_DO;
	return PROBE_DONE;
}

static void
count_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char key[2 * NAME_MAX_BYTES + 16], value[24];
	struct str_list tables = { 0 };
	const char *table, *was;
	size_t at = 0;

	(void)ps;
	while ((table = next_table(s, &at, &was)) != NULL)
		str_list_add(&tables, table); /* the notes may move */
	for (size_t i = 0; i < tables.count; i++) {
		str_printf(key, sizeof(key), TT_NOTE_CACHED "%s", tables.items[i]);
		str_printf(value, sizeof(value), "%" PRId64, step_rows_told(s, tables.items[i]));
		settings_set(notes, key, value);
	}
	str_list_done(&tables);
	settings_set(notes, NOTE_LOADED, "no"); /* of an attempt before */
	settings_set(notes, NOTE_THERE, "no");
}

const struct step tt_count_cached = {
	.id = "count-cached",
	.title = "count the rows of the cached tables of %s",
	.effect = "every cached table is counted",
	.build = count_build,
	.needed = has_cached,
	.probe = count_probe,
	.learn = count_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1000,
	.tries = 5,
};

/* ---- as many rows as before ---- */

static enum probe
see_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	bool loaded = settings_is(&s->upgrade->notes, NOTE_LOADED, "yes");
	const char *table, *was;
	size_t at = 0;

	(void)ps;
	why_remedy(w,
	    "LOAD CACHE GROUP ... COMMIT EVERY n ROWS, with a cache agent that reaches Oracle, then "
	    "retry; or abort");
	while ((table = next_table(s, &at, &was)) != NULL) {
		int64_t now = step_rows_told(s, table), before;

		if (!str_to_int(was, 0, INT64_MAX, &before))
			continue; /* nobody could count it */
		why_needed(w, "%s rows in %.80s, as before", was, table);
		why_seen(w, now < 0 ? "not counted yet" : "%" PRId64, now);
		if (now < 0 || (now < before && (!loaded || now == 0)))
			return PROBE_TO_DO;
	}
	return PROBE_DONE;
}

static void
see_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char key[NAME_MAX_BYTES + 16];
	const char *table, *was;
	struct buf text = { 0 };
	size_t at = 0;

	buf_addf(&text, "%s: rows of cached tables, before and now: ", ps->member->name);
	for (int n = 0; (table = next_table(s, &at, &was)) != NULL; n++)
		buf_addf(&text, "%s%s %s, %" PRId64, n > 0 ? "; " : "", table,
		    was[0] != '\0' ? was : "unknown", step_rows_told(s, table));
	str_printf(key, sizeof(key), NOTE_RECORD "cached.%s", ps->member->name);
	settings_set(notes, key, buf_text(&text));
	settings_set(notes, NOTE_THERE, "yes");
	buf_done(&text);
}

static bool
not_there(const struct scene *s, const struct plan_step *ps)
{
	return has_cached(s, ps) &&
	    (s->upgrade == NULL || !settings_is(&s->upgrade->notes, NOTE_THERE, "yes"));
}

/* Nothing but a LOAD brings the rows of a cache group whose autorefresh is not on. */
static bool
refreshes_all(const struct scene *s, const struct plan_step *ps)
{
	const char *was;
	size_t at = 0;

	if (!not_there(s, ps))
		return false;
	while (s->upgrade != NULL && step_next_group(s, &at, &was) != NULL)
		if (!str_equal(was, "on"))
			return false;
	return true;
}

#define SEE_CACHED                                                             \
	.id = "see-cached", .title = "see the rows of the cached tables in %s", \
	.effect = "every cached table has as many rows as before, or what Oracle has", \
	.build = count_build, .probe = see_probe, .learn = see_learn, \
	.on_interrupt = INTERRUPT_REDO, .tries = 100000, .insists = true

/* A while is given to autorefresh; then the step behind it loads. */
const struct step tt_see_refreshed = { SEE_CACHED, .needed = refreshes_all, .patience_ms = 1000 };
const struct step tt_see_cached = { SEE_CACHED, .needed = not_there, .patience_ms = 3000 };

/* ---- loaded ---- */

static const char *
state_word(const char *was)
{
	return str_equal(was, "on") ? "ON" : str_equal(was, "paused") ? "PAUSED" : "OFF";
}

/* A cache group with autorefresh is loaded in state PAUSED, and is ON then. */
static void
load_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct buf text = { 0 };
	const char *group, *was;
	size_t at = 0;

	if (s->upgrade == NULL)
		buf_adds(&text, "LOAD CACHE GROUP <each> COMMIT EVERY 256 ROWS; ");
	else
		while ((group = step_next_group(s, &at, &was)) != NULL)
			buf_addf(&text,
			    "ALTER CACHE GROUP %s SET AUTOREFRESH STATE PAUSED; LOAD CACHE GROUP %s "
			    "COMMIT EVERY 256 ROWS; ALTER CACHE GROUP %s SET AUTOREFRESH STATE %s; ",
			    group, group, group, state_word(was));
	buf_adds(&text, "exit");
	tt_isql_job(ret, ps->member, step_home(s, ps, ps->member), buf_text(&text));
	buf_done(&text);
}

static enum probe
load_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_needed(w, "LOAD CACHE GROUP without an error");
	why_seen(w, s->outcome != NULL ? "it was refused" : SEEN_NOT_RUN);
	step_tell_error(s, w);
	return s->outcome != NULL && s->outcome->ending == ENDING_EXITED &&
		s->verdict == VERDICT_OK
	    ? PROBE_DONE
	    : PROBE_TO_DO;
}

static void
load_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	(void)ps;
	settings_set(notes, NOTE_LOADED, "yes");
}

const struct step tt_cache_load = {
	.id = "cache-load",
	.title = "load the cache groups of %s, if it has any",
	.effect = "LOAD CACHE GROUP ends without an error",
	.build = load_build,
	.needed = not_there,
	.probe = load_probe,
	.learn = load_learn,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
	.patience_ms = 3000,
	.tries = 10,
};
