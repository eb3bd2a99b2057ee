/*
 * The record of upgrades that TimesTen itself keeps: each ttMigrate -r of a replicated
 * database leaves the scheme as it was in tables of an owner TTREP_SCHEMA_VERSION_nnn. They
 * are listed and compared, one with the next, the last one with the scheme of today, and go
 * into the record of the upgrade. They can be dropped "if you do not experience problems with
 * replication after running ttMigrate": at the end, when every member was seen in its place.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Record of upgrades".
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/upgrade.h"

#define OWNERS "TTREP_SCHEMA_VERSION_"
#define NAMED	12 /* differences that are named, of each kind */

static const char *
detail(const struct scene *s, const struct member *m, const char *owner, const char *what)
{
	char key[NAME_MAX_BYTES + 32];

	str_printf(key, sizeof(key), "history.%s.%s", owner, what);
	return settings_get(&step_seen(s, m)->details, key);
}

/* Owners in the order of their numbers. */
static void
owners_of(const struct scene *s, const struct member *m, struct str_list *ret)
{
	const char *list = s->seen != NULL
	    ? settings_get(&step_seen(s, m)->details, "history_schemes")
	    : NULL;
	const char *word;
	size_t len;

	while (list != NULL && (word = str_word(&list, &len)) != NULL)
		str_list_addf(ret, "%.*s", (int)len, word);
	for (size_t i = 1; i < ret->count; i++)
		for (size_t k = i; k > 0 && strcmp(ret->items[k - 1], ret->items[k]) > 0; k--) {
			char *t = ret->items[k];

			ret->items[k] = ret->items[k - 1];
			ret->items[k - 1] = t;
		}
}

/* ---- listed and compared ---- */

/* Words of one list that the other does not have. */
static void
add_missing(const char *words, const char *other, const char *where, struct buf *ret)
{
	const char *word;
	size_t len;
	int n = 0;

	while ((word = str_word(&words, &len)) != NULL) {
		if (str_has_word(other, word, len))
			continue;
		if (n++ == 0)
			buf_addf(ret, "; only in %s: ", where);
		if (n <= NAMED)
			buf_addf(ret, "%s%.*s", n > 1 ? ", " : "", (int)len, word);
	}
	if (n > NAMED)
		buf_addf(ret, " and %d more", n - NAMED);
}

static const char *
short_name(const char *owner)
{
	return str_starts(owner, OWNERS) ? owner + strlen(OWNERS) : "the scheme of today";
}

/* What is told of one of them only is no difference. */
static void
add_comparison(const struct scene *s, const struct member *m, const char *a, const char *b,
    struct buf *ret)
{
	static const char *const parts[] = { "scheme", "stores", "members", "returns" };
	struct buf found = { 0 };
	int told = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *one = detail(s, m, a, parts[i]), *other = detail(s, m, b, parts[i]);

		if (one == NULL || other == NULL)
			continue;
		told++;
		add_missing(one, other, short_name(a), &found);
		add_missing(other, one, short_name(b), &found);
	}
	buf_addf(ret, ", compared with %s: %s", short_name(b),
	    told == 0          ? "not known"
		: found.len > 0 ? "it differs"
				: "the same");
	buf_adds(ret, buf_text(&found));
	buf_done(&found);
}

static void
add_tables(const struct scene *s, const struct member *m, const char *owner, struct buf *ret)
{
	const char *tables = detail(s, m, owner, "tables"), *word;
	size_t len;
	int n = 0;

	buf_addf(ret, "%s: %s (", m->name, owner);
	while (tables != NULL && (word = str_word(&tables, &len)) != NULL)
		buf_addf(ret, "%s%.*s", n++ > 0 ? ", " : "", (int)len, word);
	buf_adds(ret, n > 0 ? ")" : "tables not known)");
}

static enum probe
see_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "the tables of " OWNERS "nnn listed");
	return settings_get(&step_seen(s, ps->member)->details, "history_schemes") != NULL
	    ? PROBE_DONE
	    : PROBE_NOT_NEEDED;
}

static void
see_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct str_list owners = { 0 };
	char key[2 * NAME_MAX_BYTES + 24];

	owners_of(s, ps->member, &owners);
	for (size_t i = 0; i < owners.count; i++) {
		struct buf text = { 0 };

		add_tables(s, ps->member, owners.items[i], &text);
		add_comparison(s, ps->member, owners.items[i],
		    i + 1 < owners.count ? owners.items[i + 1] : "TTREP", &text);
		str_printf(key, sizeof(key), NOTE_RECORD "scheme.%s.%s", ps->member->name,
		    owners.items[i]);
		settings_set(notes, key, buf_text(&text));
		buf_done(&text);
	}
	if (owners.count > 0 && !settings_is(&s->plan->options, "drop_schema_versions", "yes"))
		settings_set(notes, NOTE_RECORD "scheme",
		    "tables of " OWNERS "nnn stay, also in the copies of that database: when "
		    "replication is known to be good DROP TABLE takes them away, and the option "
		    "drop_schema_versions=yes of an upgrade does");
	str_list_done(&owners);
}

const struct step tt_see_schemes = {
	.id = "see-schemes",
	.title = "list the schemes that ttMigrate kept in %s, and compare them",
	.effect = "they are in the record of the upgrade",
	.probe = see_probe,
	.learn = see_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
};

/* ---- dropped ---- */

static void
drop_owner(const struct scene *s, const struct plan_step *ps, const char *owner,
    struct command *ret)
{
	const char *tables = detail(s, ps->member, owner, "tables"), *word;
	char name[2 * NAME_MAX_BYTES];
	size_t len;

	while (tables != NULL && (word = str_word(&tables, &len)) != NULL) {
		str_printf(name, sizeof(name), "%s.%.*s", owner, (int)len, word);
		if (str_starts(name, OWNERS) && tt_is_identifier(name))
			tt_session(ret, ps->member, step_home(s, ps, ps->member),
			    "DROP TABLE %s", name);
	}
}

static void
drop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list owners = { 0 };

	owners_of(s, ps->member, &owners);
	for (size_t i = 0; i < owners.count; i++)
		drop_owner(s, ps, owners.items[i], ret);
	if (s->upgrade == NULL && owners.count == 0)
		tt_session(ret, ps->member, ps->installation,
		    "DROP TABLE " OWNERS "nnn.<each of its tables>");
	str_list_done(&owners);
	ret->limit_ms = 60000;
}

static enum probe
drop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *owners = settings_get(&step_seen(s, ps->member)->details, "history_schemes");

	why_needed(w, "no table of " OWNERS "nnn");
	why_seen(w, "%s", owners != NULL ? owners : "none");
	why_remedy(w, "see what DROP TABLE was refused for: upgradectl log; they do no harm");
	if (owners != NULL)
		return PROBE_TO_DO;
	return s->performed_ms > 0 ? PROBE_DONE : PROBE_NOT_NEEDED;
}

static void
drop_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char key[NAME_MAX_BYTES + 32], text[NAME_MAX_BYTES + 64];

	(void)s;
	str_printf(key, sizeof(key), NOTE_RECORD "schemes-dropped.%s", ps->member->name);
	str_printf(text, sizeof(text), "%s: tables of " OWNERS "nnn dropped",
	    ps->member->name);
	settings_set(notes, key, text);
}

const struct step tt_drop_schemes = {
	.id = "drop-schemes",
	.title = "drop the schemes that ttMigrate kept in %s",
	.effect = "no table of TTREP_SCHEMA_VERSION_nnn is left",
	.build = drop_build,
	.probe = drop_probe,
	.learn = drop_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
};
