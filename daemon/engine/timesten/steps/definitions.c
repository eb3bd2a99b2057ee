/*
 * Definitions do not replicate: a table or a column that one side got meanwhile is missing on the
 * other, and so are its rows, which would be lost with the database that has them.
 *
 * Each master's tables and columns are noted as one number when the upgrade begins, and compared
 * before the swap and before anything is destroyed: those of the active, and those of the member
 * in hand and of its peer where they can be asked. A difference stops the upgrade. Where nothing is
 * saved any more that a change could miss, a person may make it on the other side, too, and say
 * retry: then it is gone on with when both changed alike. The number is a sum over the columns, so
 * that equal changes move both by the same, however they differed before.
 *
 * A patch destroys nothing. There only that counts which the former active got and the new one has
 * not, with its rows; and from DDLReplicationLevel 2 on tables do replicate.
 *
 * Source: Replication guide, definitions do not replicate, and DDLReplicationLevel; procedure rule
 * ddl.freeze.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/upgrade.h"

#define CHANGED "were changed since"

struct compared {
	const struct member *m;
	uint64_t was, is;
};

#define COMPARED_MAX 3 /* the active, the member, its peer */

static bool
number(const char *text, uint64_t *ret)
{
	char *end;

	if (text == NULL || text[0] == '\0')
		return false;
	*ret = strtoull(text, &end, 16);
	return *end == '\0';
}

/* Subscribers are made anew, and take over nothing. */
static void
add(const struct scene *s, const struct member *m, struct compared *all, int *n)
{
	const struct observation *o = m != NULL ? step_seen(s, m) : NULL;
	struct compared c = { .m = m };
	const char *was;

	if (o == NULL || m->subscriber ||
	    !observation_is_fresh(o, LOOK_SCHEMA, s->upgrade->walk.entered_ms))
		return;
	for (int i = 0; i < *n; i++)
		if (all[i].m == m)
			return;
	was = step_note(s, TT_NOTE_SCHEMA ".", m);
	if (was == NULL)
		was = settings_get(&s->upgrade->notes, TT_NOTE_SCHEMA);
	if (number(was, &c.was) &&
	    number(settings_get(&o->details, "schema_fingerprint"), &c.is))
		all[(*n)++] = c;
}

static int
compare(const struct scene *s, const struct plan_step *ps, struct compared *all)
{
	int n = 0;

	add(s, step_active(s), all, &n);
	add(s, ps->member, all, &n);
	add(s, ps->peer, all, &n);
	return n;
}

static const struct member *
who_changed(const struct compared *all, int n)
{
	for (int i = 0; i < n; i++)
		if (all[i].was != all[i].is)
			return all[i].m;
	return NULL;
}

static bool
changed_alike(const struct compared *all, int n)
{
	for (int i = 1; i < n; i++)
		if (all[i].is - all[i].was != all[0].is - all[0].was)
			return false;
	return true;
}

static enum probe
strict_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct compared all[COMPARED_MAX];
	int n = compare(s, ps, all);
	const struct member *m = who_changed(all, n);

	if (n == 0)
		return PROBE_NOT_NEEDED;
	if (m == NULL)
		return PROBE_DONE;
	why_needed(w, "the definitions of when the upgrade began");
	why_seen(w, "tables or columns of %s " CHANGED, m->name);
	why_remedy(w,
	    "definitions are not replicated: take the change back and retry; or abort, make it on "
	    "both sides, and start anew");
	return PROBE_IMPOSSIBLE;
}

/* A person saw it and said retry. */
static bool
was_told(const struct scene *s, const struct plan_step *ps)
{
	return str_find_nocase(s->upgrade->runs[ps->list][ps->index].error, CHANGED) != NULL;
}

static enum probe
alike_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct compared all[COMPARED_MAX];
	int n = compare(s, ps, all);
	enum probe p = strict_probe(s, ps, w);

	if (p == PROBE_IMPOSSIBLE)
		why_remedy(w,
		    "definitions are not replicated: make the same change on the other side, with "
		    "the rows that belong to it, then retry; or take it back");
	return p == PROBE_IMPOSSIBLE && was_told(s, ps) && changed_alike(all, n) ? PROBE_DONE : p;
}

static bool
tables_replicate(const struct observation *o)
{
	const char *level = settings_get(&o->details, "ddl_level");

	return level != NULL && strtol(level, NULL, 10) >= 2;
}

static enum probe
over_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct compared both[2];
	int n = 0;

	if (tables_replicate(step_seen(s, ps->member)))
		return PROBE_NOT_NEEDED;
	add(s, ps->member, both, &n);
	if (n == 0)
		return PROBE_NOT_NEEDED;
	add(s, ps->peer, both, &n);
	if (both[0].was == both[0].is || (n == 2 && changed_alike(both, n)))
		return PROBE_DONE;
	why_needed(w, "the same change on %s", ps->peer->name);
	why_seen(w, "tables or columns of %s " CHANGED " the upgrade began%s", ps->member->name,
	    n == 2 ? "" : ", and the other side does not tell its own");
	why_remedy(w,
	    "definitions are not replicated: make the same change on %s, with the rows that belong "
	    "to it, then retry; or abort: applications go back to %s", ps->peer->name,
	    ps->member->name);
	return PROBE_IMPOSSIBLE;
}

/* What a person answers for is what is compared with from now on. */
static void
alike_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct compared all[COMPARED_MAX];
	int n = compare(s, ps, all);
	const struct member *m = who_changed(all, n);
	char text[160];

	if (m == NULL)
		return;
	for (int i = 0; i < n; i++) {
		str_printf(text, sizeof(text), "%016" PRIx64, all[i].is);
		note_set(notes, TT_NOTE_SCHEMA ".", all[i].m, text);
	}
	str_printf(text, sizeof(text),
	    "definitions of %s were changed meanwhile; gone on with before step %s", m->name,
	    ps->number);
	settings_set(notes, NOTE_RECORD "definitions", text);
}

#define SAME_SCHEMA                                                              \
	.title = "see that no definition changed under %s",                      \
	.effect = "tables and columns are as when the upgrade began", \
	.on_interrupt = INTERRUPT_REDO

const struct step tt_same_schema = {
	.id = "same-schema",
	SAME_SCHEMA,
	.probe = strict_probe,
	.looks = LOOK_SCHEMA,
	.looks_peer = LOOK_SCHEMA,
};

const struct step tt_same_schema_of_peer = {
	.id = "same-schema-peer",
	SAME_SCHEMA,
	.probe = strict_probe,
	.looks_peer = LOOK_SCHEMA,
};

const struct step tt_schema_over = {
	.id = "schema-over",
	.title = "see that no definition stayed behind on %s",
	.effect = "the other one has the tables and columns that it got meanwhile",
	.probe = over_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks_hoped = LOOK_SCHEMA,
};

const struct step tt_same_schema_or_alike = {
	.id = "same-schema-alike",
	SAME_SCHEMA,
	.probe = alike_probe,
	.learn = alike_learn,
	.looks_hoped = LOOK_SCHEMA,
};
