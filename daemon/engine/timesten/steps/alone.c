/*
 * A database that nobody is connected to while it is worked on, and its copy in a new place.
 *
 * The RAM policy is the fence: with the policy manual a database that is not loaded refuses
 * everybody (TT707), and one that is loaded stays so when nobody is connected. So the policy
 * is set before the applications leave; the old place is unloaded when it was saved, and
 * stays out of reach until it is destroyed, or until abort loads it again.
 *
 * The rows of every table are counted on both sides: before it was saved, when applications
 * had stopped, and in the copy, before applications come.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Performing an offline upgrade", "Unloading a
 * database"; TimesTen Reference, ttAdmin -ramPolicy.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/engine/timesten/steps/common.h"
#include "daemon/model/past.h"

/* ---- the RAM policy as a hold ---- */

static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_admin_ram_policy(ret, ps->member, ps->installation, "manual", -1);
}

static enum probe
ram_policy_is(const struct scene *s, const struct plan_step *ps, const char *wanted,
    struct why *w)
{
	const char *is = step_inst(s, ps)->ram_policy;

	why_needed(w, "RAM policy %s", wanted);
	if (step_inst(s, ps)->exists == FACT_NO) {
		why_seen(w, "the database is not listed by ttStatus");
		why_remedy(w, "see what became of it: upgradectl log; then retry, or abort");
		return PROBE_UNKNOWN;
	}
	why_seen(w, "RAM policy %s", is[0] != '\0' ? is : "unknown");
	if (is[0] == '\0')
		return PROBE_UNKNOWN;
	return str_equal_nocase(is, wanted) ? PROBE_DONE : PROBE_TO_DO;
}

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return ram_policy_is(s, ps, "manual", w);
}

const struct step tt_ram_hold = {
	.id = "ram-hold",
	.title =
	    "set the RAM policy of %s to manual: it is loaded and unloaded by us only",
	.effect = "ttAdmin -query shows manual",
	.build = hold_build,
	.probe = hold_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
};

static void
let_go_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int grace;
	const char *policy = step_ram_policy(s, ps, &grace);

	tt_admin_ram_policy(ret, ps->member, ps->installation, policy, grace);
}

static enum probe
let_go_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	int grace;
	const char *policy = step_ram_policy(s, ps, &grace);
	enum probe p = ram_policy_is(s, ps, policy, w);

	if (grace > 0)
		why_needed(w, "RAM policy %s, with a grace period of %d s", policy, grace);
	if (p == PROBE_DONE && !step_has_ram_policy(s, ps, policy, grace))
		return PROBE_TO_DO;
	return p;
}

const struct step tt_ram_let_go = {
	.id = "ram-let-go",
	.title = "set the RAM policy that %s keeps",
	.effect = "ttAdmin -query shows that policy",
	.build = let_go_build,
	.probe = let_go_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
};

/* ---- nobody is connected today ---- */

/* A database with the policy inUse is in memory for as long as our session is; what was unloaded
 * by hand is loaded by hand. */
static void
to_see_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (step_is_by_hand(step_inst(s, ps)->ram_policy))
		tt_admin_ram_load(ret, ps->member, ps->installation);
	else
		tt_session(ret, ps->member, ps->installation, "call ttBookmark");
}

static enum probe
to_see_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "in memory, where it can be looked at");
	why_remedy(w, "see whether it can be loaded: ttIsql, or ttAdmin -ramLoad; then retry");
	why_seen(w, "loaded: %s", fact_name(in->loaded));
	if (in->loaded == FACT_UNKNOWN)
		return PROBE_UNKNOWN;
	if (in->loaded == FACT_YES)
		return s->outcome != NULL ? PROBE_DONE : PROBE_NOT_NEEDED;
	return PROBE_TO_DO;
}

const struct step tt_load_to_see = {
	.id = "load-to-see",
	.title = "load %s into memory, if nobody has it there",
	.effect = "ttStatus shows it loaded",
	.build = to_see_build,
	.probe = to_see_probe,
	.on_interrupt = INTERRUPT_REDO,
	.varies = true,
	.looks = LOOK_INSTANCE | LOOK_POLICY,
	.patience_ms = 5000,
	.tries = 10,
};

/* ---- applications are gone; the new place is free ---- */

static enum probe
left_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "no application connected");
	why_remedy(w, "ttStatus lists who is connected: disconnect them");
	if (in->applications < 0) {
		why_seen(w, "not known");
		return PROBE_UNKNOWN;
	}
	why_seen(w, "%d connected", in->applications);
	return in->applications == 0 ? PROBE_DONE : PROBE_TO_DO;
}

const struct step tt_see_left = {
	.id = "see-left",
	.title = "see that no application is connected to %s",
	.effect = "ttStatus lists no application",
	.probe = left_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
};

static enum probe
place_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "no database in the new place");
	why_remedy(w,
	    "destroy what is there, or abort and name another place in path_new and dsn_new");
	why_seen(w, in->exists == FACT_YES ? "%s is there already" : "%s: not known",
	    in->path[0] != '\0' ? in->path : "the new place");
	if (in->exists == FACT_UNKNOWN)
		return PROBE_UNKNOWN;
	return in->exists == FACT_NO ? PROBE_DONE : PROBE_IMPOSSIBLE;
}

const struct step tt_place_free = {
	.id = "place-free",
	.title = "see that the new place of %s is free",
	.effect = "ttStatus of the new installation lists no such database",
	.probe = place_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
};

/* ---- rows ---- */

/* The main daemon was started again meanwhile: under the policy manual nobody loads it. */
static bool
is_out_of_memory(const struct scene *s, const struct plan_step *ps)
{
	const struct installation_seen *in = step_inst(s, ps);

	return in->loaded == FACT_NO && in->changing != FACT_YES &&
	    in->exists == FACT_YES && step_is_by_hand(in->ram_policy);
}

static void
count_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	if (is_out_of_memory(s, ps))
		tt_admin_ram_load(ret, ps->member, ps->installation);
}

static enum probe
count_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const struct walk *walk = &s->upgrade->walk;
	int64_t since = s->outcome != NULL ? walk->ended_ms : walk->entered_ms;

	why_needed(w, "the rows of every table");
	if (is_out_of_memory(s, ps)) {
		why_seen(w, "not loaded");
		return PROBE_TO_DO;
	}
	why_seen(w, "not counted yet");
	return settings_get(&o->details, "rows_total") != NULL &&
		observation_is_fresh(o, LOOK_ROWS, since)
	    ? PROBE_DONE
	    : PROBE_UNKNOWN;
}

#define COUNTS                                                                     \
	.build = count_build, .on_interrupt = INTERRUPT_REDO,                      \
	.looks = LOOK_INSTANCE | LOOK_POLICY, .looks_hoped = LOOK_ROWS, .patience_ms = 5000, \
	.tries = 10, .varies = true

static void
count_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const struct settings *d = &step_seen(s, ps->member)->details;
	int64_t n, own = 0; /* without rows of cached tables, which are not saved */
	char key[192];

	for (size_t i = 0; i < d->count; i++) {
		if (!str_starts(d->items[i].key, "rows."))
			continue;
		str_printf(key, sizeof(key), TT_NOTE_COUNT "%s",
		    d->items[i].key + strlen("rows."));
		settings_set(notes, key, d->items[i].value);
		if (!step_table_is_cached(s, d->items[i].key + strlen("rows."))) {
			own += str_to_int(d->items[i].value, 0, INT64_MAX / 4096, &n) ? n : 0;
			continue;
		}
		str_printf(key, sizeof(key), TT_NOTE_CACHED "%s", d->items[i].key + strlen("rows."));
		settings_set(notes, key, d->items[i].value);
	}
	str_printf(key, sizeof(key), "%" PRId64, own);
	settings_set(notes, NOTE_SIZE_ROWS, key);
}

const struct step tt_count = {
	.id = "count",
	.title = "count the rows of %s",
	.effect = "every table is counted",
	.probe = count_probe,
	.learn = count_learn,
	COUNTS,
};

/* without_cached: ttMigrate saved no rows of cached tables. */
static enum probe
counts_again(const struct scene *s, const struct plan_step *ps, bool without_cached,
    struct why *w)
{
	const struct settings *d = &step_seen(s, ps->member)->details,
			      *notes = &s->upgrade->notes;
	char key[192];

	if (count_probe(s, ps, w) != PROBE_DONE)
		return count_probe(s, ps, w);
	for (size_t i = 0; i < notes->count; i++) {
		const char *was = notes->items[i].value, *is;

		if (!str_starts(notes->items[i].key, TT_NOTE_COUNT))
			continue;
		str_printf(key, sizeof(key), "rows.%s",
		    notes->items[i].key + strlen(TT_NOTE_COUNT));
		is = settings_get(d, key);
		if (str_equal(was, is) ||
		    (without_cached && is != NULL &&
			step_table_is_cached(s, key + strlen("rows."))))
			continue;
		why_needed(w, "%s rows in %.80s", was, key + strlen("rows."));
		why_seen(w, "%s in the copy", is != NULL ? is : "no such table");
		why_remedy(w,
		    "the old database is whole: abort leads back to it; then see who wrote, "
		    "or what was not restored: upgradectl log");
		return PROBE_IMPOSSIBLE;
	}
	return PROBE_DONE;
}

static enum probe
again_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return counts_again(s, ps, false, w);
}

static enum probe
restored_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return counts_again(s, ps, true, w);
}

static void
again_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	note_set(notes, TT_NOTE_VERIFIED, ps->member, "yes");
}

const struct step tt_count_again = {
	.id = "count-again",
	.title = "see as many rows in the copy of %s",
	.effect = "every table has as many rows as before",
	.probe = again_probe,
	.learn = again_learn,
	COUNTS,
};

const struct step tt_count_restored = {
	.id = "count-again",
	.title = "see as many rows in the copy of %s",
	.effect = "every table has as many rows as before, but for cached ones",
	.probe = restored_probe,
	.learn = again_learn,
	COUNTS,
};

/* ---- what it was converted to ---- */

static enum probe
charset_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *is = settings_get(&step_seen(s, ps->member)->details, "charset");
	const char *wanted = settings_get(&s->plan->options, TT_OPTION_CHARSET);
	const char *was = step_note(s, TT_NOTE_CHARSET, ps->member);

	why_needed(w,
	    wanted != NULL ? "character set %s" : "another character set than %s",
	    wanted != NULL    ? wanted
		: was != NULL ? was
			      : "before");
	why_seen(w, "character set %s", is != NULL ? is : "not known");
	why_remedy(w,
	    "abort; set DatabaseCharacterSet of the new DSN, then start anew");
	if (is == NULL)
		return PROBE_UNKNOWN;
	if (wanted != NULL ? str_equal_nocase(is, wanted) : !str_equal_nocase(is, was))
		return PROBE_DONE;
	return PROBE_IMPOSSIBLE;
}

const struct step tt_see_charset = {
	.id = "see-charset",
	.title = "see the copy of %s in its new character set",
	.effect = "ttConfiguration says the wanted DatabaseCharacterSet",
	.probe = charset_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
};

/* What a connection string creates is seen in what was allocated, KiB. */
static enum probe
size_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *wanted = settings_get(&s->plan->options, TT_OPTION_PERM_SIZE);
	const char *is = settings_get(&step_seen(s, ps->member)->details, "perm_allocated_kib");
	int64_t mb = 0, kib = 0;

	why_needed(w, "PermSize %s MB", wanted != NULL ? wanted : "that is asked for");
	why_seen(w, "%s KB allocated", is != NULL ? is : "not known how many");
	why_remedy(w,
	    "abort; give the DSN the same PermSize as the option " TT_OPTION_PERM_SIZE ", then "
	    "start anew");
	if (wanted == NULL || is == NULL)
		return PROBE_NOT_NEEDED; /* the release does not tell it */
	if (!str_to_int(wanted, 1, INT64_MAX / 1024, &mb) || !str_to_int(is, 0, INT64_MAX, &kib))
		return PROBE_UNKNOWN;
	return kib >= mb * 1024 * 9 / 10 && kib <= mb * 1024 * 11 / 10 ? PROBE_DONE
								      : PROBE_IMPOSSIBLE;
}

const struct step tt_see_size = {
	.id = "see-size",
	.title = "see the copy of %s in its new size",
	.effect = "SYS.MONITOR says about the wanted PERM_ALLOCATED_SIZE",
	.probe = size_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
};

static enum probe
types_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *is = settings_get(&step_seen(s, ps->member)->details, "type_mode");
	bool kept = settings_is(&s->plan->options, "types", "timesten");

	why_needed(w,
	    kept ? "TypeMode 1, TimesTen's types" : "TypeMode 0, Oracle's types");
	why_seen(w, "TypeMode %s", is != NULL ? is : "not known");
	why_remedy(w, "abort; set TypeMode of the new DSN, then start anew");
	if (is == NULL)
		return PROBE_UNKNOWN;
	return str_equal(is, kept ? "1" : "0") ? PROBE_DONE : PROBE_IMPOSSIBLE;
}

const struct step tt_see_types = {
	.id = "see-types",
	.title = "see the copy of %s with the wanted type mode",
	.effect = "ttConfiguration says the wanted TypeMode",
	.probe = types_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
};

/* ---- it serves in its new place ---- */

/* from: whose database it was, in the old installation of his. */
static enum probe
moved_from(const struct scene *s, const struct plan_step *ps, const struct member *from,
    struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	const struct installation_seen *old =
	    &step_seen(s, from)->inst[s->plan->old_installation[from->index]];

	why_needed(w, "loaded in its new place, and not in the old one");
	why_seen(w, "loaded there: %s, in the old place: %s",
	    fact_name(step_inst(s, ps)->loaded), fact_name(old->loaded));
	why_remedy(w, "see who loaded the old place, and what was committed there");
	if (old->loaded == FACT_YES || step_note(s, TT_NOTE_VERIFIED, ps->member) == NULL)
		return PROBE_IMPOSSIBLE;
	return o->home == ps->installation && o->writable == FACT_YES &&
		old->loaded == FACT_NO
	    ? PROBE_DONE
	    : PROBE_UNKNOWN;
}

static enum probe
moved_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return moved_from(s, ps, ps->member, w);
}

static void
moved_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	settings_set(notes, TT_NOTE_PROOF, ps->member->name);
}

const struct step tt_see_moved = {
	.id = "see-moved",
	.title = "see %s serve in its new place",
	.effect = "it is loaded there, and the old place is not",
	.probe = moved_probe,
	.learn = moved_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_ROLE,
};

static enum probe
moved_host_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return moved_from(s, ps, ps->peer, w);
}

static void
moved_host_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	(void)s;
	settings_set(notes, TT_NOTE_PROOF, ps->peer->name);
}

const struct step tt_see_moved_host = {
	.id = "see-moved",
	.title = "see the database serve on the host of %s",
	.effect = "it is loaded there, and not on the old host",
	.probe = moved_host_probe,
	.learn = moved_host_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_ROLE,
	.looks_peer = LOOK_INSTANCE,
};

/* ---- in its place ---- */

static enum probe
runs_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);
	char want[RELEASE_TEXT], has[RELEASE_TEXT];

	why_needed(w, "the database in release %s", release_text(&s->plan->to, want));
	why_seen(w, "release %s, the database there: %s",
	    release_text(&in->release, has), fact_name(in->exists));
	return release_compare(&in->release, &s->plan->to) == 0 &&
		in->exists == FACT_YES
	    ? PROBE_DONE
	    : PROBE_UNKNOWN;
}

const struct step tt_see_release = {
	.id = "see-release",
	.title = "see %s in the new release",
	.effect = "ttVersion says the target release, and ttStatus lists the database",
	.probe = runs_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_RELEASE,
};
