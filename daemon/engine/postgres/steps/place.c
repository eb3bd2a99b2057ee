/* Members are seen where they belong: standbys that stream, and everybody at the end. */
#include "config.h"

#include <string.h>

#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"

/* ---- one that follows ---- */

static bool
streams(const struct observation *o)
{
	return settings_is(&o->details, "pg.receiver", "streaming");
}

static enum probe
follows_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];
	const char *receiver = settings_get(&o->details, "pg.receiver");

	why_needed(w, "in recovery, streaming from %s", ps->peer->name);
	why_seen(w, "%s, receiver %s%s%s", role_name(o->role),
	    receiver != NULL ? receiver : "unknown", o->error[0] != '\0' ? ": " : "",
	    o->error);
	why_remedy(w,
	    "its log says what it waits for: the address, the slot or the log of %s",
	    ps->peer->name);
	if (ps->installation >= 0 && o->inst[ps->installation].daemon_up == FACT_NO)
		why_remedy(w,
		    "the log of %s says why its server stopped: mend that, a full disk for one; "
		    "start it, then retry",
		    ps->member->name);
	switch (o->role) {
	case ROLE_STANDBY:
		return PROBE_DONE;
	case ROLE_SUBSCRIBER:
		return streams(o) ? PROBE_DONE : PROBE_TO_DO;
	case ROLE_ACTIVE:
		why_seen(w, "%s takes writes, too: somebody promoted it", ps->member->name);
		why_remedy(w,
		    "two databases take writes: stop %s now, look whether applications wrote "
		    "to it, make it a standby of %s anew, then retry; or abort",
		    ps->member->name, ps->peer->name);
		return PROBE_IMPOSSIBLE;
	case ROLE_RECOVERING:
	case ROLE_IDLE:
	case ROLE_FAILED:
	case ROLE_UNKNOWN:
	case ROLES:
		break;
	}
	return PROBE_UNKNOWN;
}

const struct step pg_see_follows = {
	.id = "see-follows",
	.title = "wait until %s follows its source",
	.effect = "it is in recovery and streams",
	.probe = follows_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_ROLE,
};

/* ---- everybody ---- */

/* The former standby, unless roles are swapped back. */
static const struct member *
active_at_end(const struct scene *s)
{
	return settings_is(&s->plan->options, "swap_back", "yes") ? s->plan->active
								   : s->plan->standby;
}

static enum role
place_of(const struct scene *s, const struct member *m)
{
	if (m->subscriber)
		return ROLE_SUBSCRIBER;
	return m == active_at_end(s) ? ROLE_ACTIVE : ROLE_STANDBY;
}

static enum probe
swapped_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct pair *pair = s->plan->pair;
	char has[RELEASE_TEXT], want[RELEASE_TEXT];

	(void)ps;
	for (size_t i = 0; i < pair->member_count; i++) {
		const struct observation *o = &s->seen[i];
		struct release r = observation_release(o);
		enum role place = place_of(s, &pair->members[i]);

		if (o->role == place && release_compare(&r, &s->plan->to) == 0)
			continue;
		why_needed(w, "%s as %s of release %s", pair->members[i].name,
		    role_name(place), release_text(&s->plan->to, want));
		why_seen(w, "%s is %s of release %s", pair->members[i].name,
		    role_name(o->role), release_text(&r, has));
		return PROBE_UNKNOWN;
	}
	return PROBE_DONE;
}

const struct step pg_see_swapped = {
	.id = "see-swapped",
	.title = "see every member in its place, %s as the standby",
	.effect = "one active, everybody else follows, all of the new release",
	.probe = swapped_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks_all = LOOK_ROLE | LOOK_INSTANCE,
};
