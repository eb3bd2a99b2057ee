/*
 * Settings that the upgrade changes for a while, and what they were.
 *
 * They are remembered before anything is touched, because a step that is interrupted between
 * the change and its answer could not tell any more. Only what ALTER SYSTEM had set is set
 * again; the rest is reset, so that postgresql.conf counts as before.
 *
 * synchronous_standby_names is emptied where a named member goes away for a while, or else
 * commits would wait for it. The new active gets the names that the old one had, with the old
 * active in its own place; where every member was made anew, each under the name that it has
 * now. It gets them when as many of those stream as its commits will wait for, not before.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

#define SYNC  "synchronous_standby_names"
#define RETRY "wal_retrieve_retry_interval"

/* Notes: prefix, member, ".", setting. */
#define NOTE_WAS  "pg.was."
#define NOTE_AUTO "pg.auto." /* t: by ALTER SYSTEM */
#define NOTE_APP  "pg.application." /* + member: its name at its source */

static const char *const kept[] = { SYNC, RETRY, "primary_slot_name" };

static const char *
note_of(const struct scene *s, const char *prefix, const struct member *m,
    const char *name)
{
	char key[NAME_MAX_BYTES + 64];

	str_printf(key, sizeof(key), "%s%s.%s", prefix, m->name, name);
	return pg_step_note(s, key);
}

/* ---- remember ---- */

static void
remember_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "SELECT 'setting', name, setting, coalesce(sourcefile LIKE '%%/postgresql.auto.conf',"
	    " false) FROM pg_settings WHERE name IN ('" SYNC "', '" RETRY
	    "', 'primary_slot_name') ORDER BY name");
	pg_script_add(&q,
	    "SELECT 'application', coalesce((SELECT substring(setting"
	    " FROM 'application_name=''?([^'' ]+)') FROM pg_settings"
	    " WHERE name = 'primary_conninfo'),"
	    " nullif(current_setting('cluster_name'), ''), 'walreceiver')");
}

struct remembering {
	struct settings *notes;
	const struct member *m;
};

static bool
remember_line(char *line, void *arg)
{
	struct remembering *r = arg;
	char name[64], value[512], is_auto[8], key[NAME_MAX_BYTES + 96];

	if (!str_starts(line, "setting\t"))
		return true;
	pg_step_field(line, 1, name, sizeof(name));
	pg_step_field(line, 2, value, sizeof(value));
	pg_step_field(line, 3, is_auto, sizeof(is_auto));
	str_printf(key, sizeof(key), NOTE_WAS "%s.%s", r->m->name, name);
	settings_set(r->notes, key, value);
	str_printf(key, sizeof(key), NOTE_AUTO "%s.%s", r->m->name, name);
	settings_set(r->notes, key, is_auto);
	return true;
}

static void
remember_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	static const char *const sides[] = { "old", "new" };
	struct remembering r = { notes, ps->member };
	const char *start =
	    settings_get(&s->seen[ps->member->index].details, "pg.start_time");
	char *application = pg_step_answer(s, "application");
	char key[NAME_MAX_BYTES + 24], name[256];

	if (s->outcome != NULL)
		str_each_line(s->outcome->output, remember_line, &r);
	if (application != NULL)
		pg_step_note_set(notes, NOTE_APP, ps->member,
		    pg_step_field(application, 0, name, sizeof(name)));
	free(application);
	if (start != NULL)
		pg_step_note_set(notes, PG_NOTE_STARTED, ps->member, start);
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		const int *of = i == 0 ? s->plan->old_installation
				       : s->plan->new_installation;

		str_printf(key, sizeof(key), PG_NOTE_PATH "%s.%s", ps->member->name,
		    sides[i]);
		settings_set(notes, key, pg_data(ps->member, of[ps->member->index]));
	}
}

const struct step pg_remember = {
	.id = "remember",
	.title = "note settings of %s before they are touched",
	.effect = "they are noted",
	.build = remember_build,
	.probe = pg_step_said,
	.learn = remember_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_ROLE,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- change ---- */

static void
set(struct pg_script *q, const char *name, const char *value)
{
	char *literal = pg_literal(value);

	pg_script_add(q, "ALTER SYSTEM SET %s = %s", name, literal);
	free(literal);
}

static void
begin(struct pg_script *q, const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	pg_script_begin(q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
}

static bool
had_names(const struct scene *s, const struct plan_step *ps)
{
	const char *was = note_of(s, NOTE_WAS, ps->member, SYNC);

	return s->upgrade == NULL || (was != NULL && was[0] != '\0');
}

static void
async_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	begin(&q, s, ps, ret);
	set(&q, SYNC, "");
	pg_script_add(&q, "SELECT pg_reload_conf()");
}

const struct step pg_async = {
	.id = "async",
	.title = "let commits on %s wait for no standby while they are restarted",
	.effect = SYNC " is empty",
	.build = async_build,
	.needed = had_names,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static void
swift_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	begin(&q, s, ps, ret);
	set(&q, RETRY, "20ms");
	set(&q, SYNC, "");
	pg_script_add(&q, "SELECT pg_reload_conf()");
}

const struct step pg_swift = {
	.id = "swift",
	.title = "prepare %s for a swift promotion",
	.effect = "it looks for a promotion every 20 ms, and its commits will wait for no "
		  "standby",
	.build = swift_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- and back ---- */

static void
back(struct pg_script *q, const struct scene *s, const struct member *m,
    const char *name)
{
	const char *was = note_of(s, NOTE_WAS, m, name);

	if (str_equal(note_of(s, NOTE_AUTO, m, name), "t") && was != NULL)
		set(q, name, was);
	else
		pg_script_add(q, "ALTER SYSTEM RESET %s", name);
}

static void
back_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	begin(&q, s, ps, ret);
	back(&q, s, ps->member, SYNC);
	back(&q, s, ps->member, RETRY);
	pg_script_add(&q, "SELECT pg_reload_conf()");
}

const struct step pg_settings_back = {
	.id = "settings-back",
	.title = "give %s the settings that it had",
	.effect = "they are as they were noted",
	.build = back_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' ||
	    (c & 0x80) != 0;
}

/* Needs no quotes. */
static bool
is_plain(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz_") > 0 &&
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
}

/* One name in a list of names becomes another: FIRST 1 (a, "b"). As the server does, it
 * does not mind capitals. */
static char *
renamed(const char *names, const char *from, const char *to)
{
	size_t len = strlen(from);
	struct buf b = { 0 };

	for (const char *p = names; *p != '\0';) {
		if (strncasecmp(p, from, len) == 0 && !is_word(p[len]) &&
		    (p == names || !is_word(p[-1]))) {
			if ((p > names && p[-1] == '"') || is_plain(to))
				buf_adds(&b, to);
			else
				pg_add_identifier(&b, to);
			p += len;
		} else {
			buf_add(&b, p++, 1);
		}
	}
	return buf_take(&b);
}

static const char *
application_was(const struct scene *s, const struct member *m)
{
	const char *was = pg_step_note_of(s, NOTE_APP, m);

	return was != NULL ? was : pg_application(m);
}

/* The member has taken the place of its peer. */
static void
names_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *theirs = note_of(s, NOTE_WAS, ps->peer, SYNC);
	const char *ours = note_of(s, NOTE_WAS, ps->member, SYNC);
	char *names = renamed(theirs != NULL ? theirs : "",
	    application_was(s, ps->member), pg_application(ps->peer));
	struct pg_script q;

	begin(&q, s, ps, ret);
	back(&q, s, ps->member, RETRY);
	if (str_equal(ours, names))
		back(&q, s, ps->member, SYNC);
	else
		set(&q, SYNC, names);
	pg_script_add(&q, "SELECT pg_reload_conf()");
	free(names);
}

const struct step pg_settings_taken = {
	.id = "settings-taken",
	.title = "give %s the settings of an active",
	.effect = "its commits wait for whom those of the former active waited",
	.build = names_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

/* ---- where every member was made anew ---- */

static const char *
names_of(const struct scene *s, const struct member *m)
{
	const char *was = note_of(s, NOTE_WAS, m, SYNC);

	return was != NULL ? was : "";
}

static bool
active_had_names(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return s->upgrade == NULL || names_of(s, s->plan->active)[0] != '\0';
}

/* Those of the former active, each member under its name of now. */
static char *
names_now(const struct scene *s)
{
	const struct pair *p = s->plan->pair;
	char *names = renamed(names_of(s, s->plan->active),
	    application_was(s, s->plan->standby), pg_application(s->plan->active));

	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		char *next;

		if (!m->subscriber)
			continue;
		next = renamed(names, application_was(s, m), pg_application(m));
		free(names);
		names = next;
	}
	return names;
}

/* As many as its commits will wait for have to stream; else they would wait for good. */
static void
add_ready(struct pg_script *q, const char *names)
{
	char *literal = pg_literal(names);

	pg_script_add(q,
	    "DO $$ DECLARE n text := %s; wanted int; has int; names text[]; BEGIN"
	    " wanted := coalesce(substring(n FROM '(?i)^\\s*(?:first|any)?\\s*(\\d+)\\s*\\(')"
	    "::int, 1);"
	    " SELECT array_agg(lower(btrim(x, ' \"'))) INTO names FROM unnest(string_to_array("
	    "regexp_replace(n, '(?i)^\\s*(?:first|any)?\\s*\\d+\\s*\\((.*)\\)\\s*$', '\\1'),"
	    " ',')) x;"
	    " SELECT count(*) INTO has FROM pg_stat_replication WHERE state = 'streaming'"
	    " AND (lower(application_name) = ANY (names) OR '*' = ANY (names));"
	    " IF has < wanted THEN RAISE '%% of %% that commits would wait for stream: %%',"
	    " has, wanted, n; END IF; END $$",
	    literal);
	free(literal);
}

static void
synchronous_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *names = names_now(s);
	struct pg_script q;

	begin(&q, s, ps, ret);
	add_ready(&q, names);
	set(&q, SYNC, names);
	pg_script_add(&q, "SELECT pg_reload_conf()");
	free(names);
}

static enum probe
synchronous_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "commits of %s wait for no standby until then: let those stream that "
	    SYNC " named, under the same application_name, then retry",
	    ps->member->name);
	return pg_step_said(s, ps, w);
}

const struct step pg_synchronous = {
	.id = "synchronous",
	.title = "let commits on %s wait for the standbys that those of the old active waited for",
	.effect = SYNC " names them, and they stream",
	.build = synchronous_build,
	.needed = active_had_names,
	.probe = synchronous_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 1000,
	.insists = true,
};

/* What it will need when it is active again; a standby does not heed it. */
static bool
had_own_names(const struct scene *s, const struct plan_step *ps)
{
	return s->upgrade == NULL || names_of(s, ps->member)[0] != '\0';
}

static void
own_names_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	begin(&q, s, ps, ret);
	set(&q, SYNC, names_of(s, ps->member));
	pg_script_add(&q, "SELECT pg_reload_conf()");
}

const struct step pg_own_names = {
	.id = "own-names",
	.title = "give %s the " SYNC " that it had",
	.effect = "it names whom it named",
	.build = own_names_build,
	.needed = had_own_names,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

const struct step pg_alone = {
	.id = "alone",
	.title = "let commits on %s wait for no standby: they go away",
	.effect = SYNC " is empty",
	.build = async_build,
	.needed = active_had_names,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

const char *
pg_settings_slot(const struct scene *s, const struct member *m)
{
	const char *was = note_of(s, NOTE_WAS, m, kept[2]);

	return was != NULL && was[0] != '\0' ? was : NULL;
}
