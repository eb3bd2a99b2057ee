/*
 * A copy of the peer's database is made on the member's host.
 *
 * Passwords are given at the tool's prompts, never on a command line: of two when there are cache
 * groups, which a master keeps and a subscriber does not. A copy that was cut
 * off leaves files that block the next one: the clean-up destroys them. With
 * -setMasterRepStart the source keeps its log for the copy from its first moment on.
 *
 * Source: TimesTen Reference, ttRepAdmin -duplicate; Installation guide 11.2.1, chapter 2,
 * steps 13 and 18.
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

/* Any of the masters has cache groups, so all have. */
static bool
groups_of_pair(const struct scene *s)
{
	const struct pair *p = s->plan->pair;

	for (size_t i = 0; i < p->member_count; i++)
		if (!p->members[i].subscriber && step_has_cache_groups(s, &p->members[i]))
			return true;
	return false;
}

static void
copy_of(const struct scene *s, const struct plan_step *ps, const struct member *source,
    struct command *ret)
{
	const char *ram = step_note(s, TT_NOTE_RAM_POLICY, ps->member);

	tt_rep_admin_duplicate(ret, ps->member, ps->installation,
	    step_scheme_store(s, source), step_scheme_host(s, source), true,
	    ram != NULL && step_is_by_hand(ram),
	    !groups_of_pair(s)         ? TT_GROUPS_NONE
		: ps->member->subscriber ? TT_GROUPS_PLAIN
					 : TT_GROUPS_KEEP);
	if (ps->row->side == SIDE_NEW)
		step_add_size(s, ret);
}

static void
duplicate_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	copy_of(s, ps, ps->peer, ret);
}

/* Subscribers are copies of the standby (TT8144), here of the one that stays the standby. */
static void
standby_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	copy_of(s, ps, s->plan->standby, ret);
}

static enum probe
duplicate_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	why_needed(w, "a whole copy of %s", ps->peer->name);
	why_remedy(w, "see what ttRepAdmin printed: upgradectl log");
	if (s->outcome == NULL) {
		why_seen(w, "not made yet");
		return PROBE_TO_DO;
	}
	why_seen(w, "ttRepAdmin %s %d, the copy %s", ending_name(s->outcome->ending),
	    s->outcome->status, in->exists == FACT_YES ? "exists" : "is not seen");
	if (s->outcome->ending != ENDING_EXITED || s->verdict != VERDICT_OK)
		return PROBE_TO_DO;
	return in->exists == FACT_YES ? PROBE_DONE : PROBE_TO_DO;
}

static void
duplicate_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	const struct installation_seen *in = step_inst(s, ps);
	char key[NAME_MAX_BYTES + 24];

	str_printf(key, sizeof(key), TT_NOTE_PATH "%s.%s", ps->member->name,
	    ps->row->side == SIDE_NEW ? "new" : "old");
	if (in->path[0] != '\0')
		settings_set(notes, key, in->path);
	note_set(notes, TT_NOTE_HOLD, ps->member, "kept");
}

static void
duplicate_clean_up(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	(void)s;
	tt_destroy(ret, ps->member, ps->installation);
	ret->limit_ms = 300000;
}

#define DUPLICATE                                                   \
	.effect = "exit status 0, and ttStatus lists the copy",     \
	.learn = duplicate_learn, .clean_up = duplicate_clean_up,   \
	.on_interrupt = INTERRUPT_CLEAN_UP, .looks = LOOK_INSTANCE, \
	.patience_ms = 8000, .tries = 4, .may_cancel = true

const struct step tt_duplicate = {
	.id = "duplicate",
	.title = "make %s anew as a copy",
	.build = duplicate_build,
	.probe = duplicate_probe,
	DUPLICATE,
};

const struct step tt_duplicate_of_standby = {
	.id = "duplicate",
	.title = "make %s anew as a copy of the standby",
	.build = standby_build,
	.probe = duplicate_probe,
	DUPLICATE,
};

const struct step tt_duplicate_if_stale = {
	.id = "duplicate-stale",
	.title = "make %s anew as a copy, if the log for it is gone",
	.needed = step_hold_lost,
	.build = duplicate_build,
	.probe = duplicate_probe,
	DUPLICATE,
};

const struct step tt_duplicate_if_late = {
	.id = "duplicate-late",
	.title = "make %s anew as a copy, if it did not follow again",
	.needed = step_not_rejoined,
	.build = duplicate_build,
	.probe = duplicate_probe,
	DUPLICATE,
};

static enum probe
if_gone_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct installation_seen *in = step_inst(s, ps);

	if (s->outcome == NULL && in->exists == FACT_YES)
		return PROBE_NOT_NEEDED;
	return duplicate_probe(s, ps, w);
}

const struct step tt_duplicate_if_gone = {
	.id = "duplicate-gone",
	.title = "make %s anew as a copy, if it was destroyed",
	.build = duplicate_build,
	.probe = if_gone_probe,
	DUPLICATE,
};
