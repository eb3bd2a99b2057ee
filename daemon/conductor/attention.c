/* The state of a pair in a word, and what needs attention, from what was observed. */
#include "config.h"

#include <stdio.h>

#include "common/clock.h"
#include "common/duration.h"
#include "daemon/conductor/internal.h"

const char *
pair_state_name(enum pair_state s)
{
	switch (s) {
	case PAIR_SERVING:
		return "serving";
	case PAIR_DEGRADED:
		return "degraded";
	case PAIR_UPGRADING:
		return "upgrading";
	case PAIR_ATTENTION:
		return "attention";
	case PAIR_UNKNOWN:
	case PAIR_STATES:
		break;
	}
	return "unknown";
}

static int
count_role(const struct work *w, enum role role)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);
	int n = 0;

	for (size_t i = 0; i < w->pair->member_count; i++)
		n += seen[i].role == role && !w->pair->members[i].subscriber;
	return n;
}

static int
masters_unseen(const struct work *w)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);
	int n = 0;

	for (size_t i = 0; i < w->pair->member_count; i++)
		n += !w->pair->members[i].subscriber && seen[i].role == ROLE_UNKNOWN;
	return n;
}

/* Both masters take writes by design: applications may be at one, or at both. */
static bool
is_classic(const struct work *w)
{
	return str_equal(w->pair->topology, "bidirectional");
}

enum pair_state
conductor_pair_state(struct conductor *c, const struct pair *p)
{
	struct work *w = work_find(c, p->name);
	int active;

	if (w == NULL)
		return PAIR_UNKNOWN;
	if (work_in_hand(w))
		return w->u->state == UPGRADE_ATTENTION ? PAIR_ATTENTION
							: PAIR_UPGRADING;
	active = count_role(w, ROLE_ACTIVE);
	if (active > 1)
		return is_classic(w) ? PAIR_SERVING : PAIR_ATTENTION;
	if (active == 1 && str_equal(p->topology, "single"))
		return PAIR_SERVING;
	if (active == 1)
		return count_role(w, ROLE_STANDBY) == 1 ? PAIR_SERVING : PAIR_DEGRADED;
	return masters_unseen(w) > 0 ? PAIR_UNKNOWN : PAIR_ATTENTION;
}

typedef void each_fn(void *arg, const char *code, const char *text, const char *remedy);

static void
attention_upgrade(const struct work *w, each_fn *each, void *arg)
{
	char text[600];

	if (w->u == NULL || w->u->state != UPGRADE_ATTENTION)
		return;
	str_printf(text, sizeof(text), "upgrade %lld: %s", (long long)w->u->id,
	    w->u->error.text);
	each(arg, ud_code_name(w->u->error.code), text, w->u->error.remedy);
}

static void
attention_gap(const struct work *w, each_fn *each, void *arg)
{
	int64_t limit = w->pair->limits.redundancy_gap_ms, since = w->standby_wall_ms;
	char text[160], gap[DURATION_TEXT];

	if (!work_in_hand(w) || limit == 0 || str_equal(w->pair->topology, "single") || count_role(w, ROLE_STANDBY) > 0)
		return;
	/* What another life saw is not known: then from the start, at most. */
	if (since < w->u->started_wall_ms)
		since = w->u->started_wall_ms;
	since = clock_wall_ms() - since;
	if (since < limit)
		return;
	str_printf(text, sizeof(text),
	    "the pair may have been without a standby for %s",
	    duration_text(since, gap));
	each(arg, "redundancy-gap", text, "finish or abort the upgrade");
}

static void
attention_members(const struct work *w, each_fn *each, void *arg)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);
	char text[400];

	if (count_role(w, ROLE_ACTIVE) > 1 && !is_classic(w))
		each(arg, "two-active", "two members of the pair are active",
		    "two databases take writes: stop one of them now");
	if (!work_in_hand(w) && count_role(w, ROLE_ACTIVE) == 0 &&
	    masters_unseen(w) == 0)
		each(arg, "no-active", "no member of the pair is active",
		    is_classic(w)
			? "no application is connected to either master"
			: "applications cannot write: make one of them active");
	for (size_t i = 0; i < w->pair->member_count; i++) {
		const char *what = settings_get(&seen[i].details, "reminder");

		if (what == NULL)
			continue;
		str_printf(text, sizeof(text), "%s: %s", w->pair->members[i].name, what);
		each(arg, "reminder", text, settings_get(&seen[i].details, "reminder_remedy"));
	}
	for (size_t i = 0; w->u != NULL && i < w->u->notes.count; i++)
		if (str_starts(w->u->notes.items[i].key, NOTE_REMINDER))
			each(arg, "reminder", w->u->notes.items[i].value,
			    upgrade_is_over(w->u) ? "it was not taken back: do it by hand"
						  : "the upgrade takes it back, and so does an abort");
	for (size_t i = 0; i < w->pair->member_count; i++) {
		if (seen[i].reachable != FACT_NO)
			continue;
		str_printf(text, sizeof(text), "%s does not answer%s%s",
		    w->pair->members[i].name, seen[i].error[0] ? ": " : "",
		    seen[i].error);
		each(arg, "unreachable", text,
		    "see to the host and its database daemon");
	}
}

void
conductor_attention(struct conductor *c, const struct pair *p, each_fn *each, void *arg)
{
	struct work *w = work_find(c, p->name);

	if (w == NULL)
		return;
	attention_upgrade(w, each, arg);
	attention_gap(w, each, arg);
	attention_members(w, each, arg);
}

static const char *
agent_word(enum agent_state s)
{
	switch (s) {
	case AGENT_STOPPED:
		return "stopped";
	case AGENT_RUNNING:
		return "running";
	case AGENT_UNKNOWN:
		break;
	}
	return "unknown";
}

/* One line that changes when people would want to know. */
void
member_summary(const struct member *m, const struct observation *o, char *buf,
    size_t size)
{
	const struct installation_seen *home = observation_home(o);
	struct release runs = observation_release(o);
	char release[RELEASE_TEXT];

	str_printf(buf, size, "%s: %s, release %s, replication agent %s%s%s", m->name,
	    role_name(o->role),
	    release_text(&runs, release),
	    home != NULL ? agent_word(home->replication_agent) : "unknown",
	    o->reachable == FACT_YES ? "" : ", not reachable",
	    home != NULL && home->loaded == FACT_NO ? ", not loaded" : "");
}
