#include "config.h"

#include "daemon/plan/facts.h"

#include <string.h>

#include "daemon/model/engine.h"
#include "daemon/model/upgrade.h"

const struct member *
plan_other_master(const struct pair *p, const struct member *m)
{
	for (size_t i = 0; i < p->member_count; i++)
		if (!p->members[i].subscriber && &p->members[i] != m)
			return &p->members[i];
	return NULL;
}

/* Whatever its role is called. Of two places the one that serves, else the first. */
static const struct member *
the_single_one(const struct pair *p, const struct observation *seen)
{
	for (size_t i = 0; i < p->member_count; i++)
		if (!p->members[i].subscriber && seen[i].role == ROLE_ACTIVE)
			return &p->members[i];
	return plan_other_master(p, NULL);
}

static int
find_active(struct plan *plan, const struct observation *seen, struct ud_error *err)
{
	const struct pair *p = plan->pair;
	const struct member *active = NULL;

	if (str_equal(p->topology, "single")) {
		plan->active = the_single_one(p, seen);
		return 0;
	}
	for (size_t i = 0; i < p->member_count; i++) {
		if (p->members[i].subscriber || seen[i].role != ROLE_ACTIVE)
			continue;
		/* Applications may be at both masters: those of the second one leave it first. */
		if (active != NULL && str_equal(p->topology, "bidirectional"))
			continue;
		if (active != NULL) {
			ud_fail(err, UD_ESTATE, "%s and %s are both active",
			    active->name, p->members[i].name);
			return ud_remedy(err,
			    "two databases take writes: stop one of them "
			    "before anything else");
		}
		active = &p->members[i];
	}
	if (active == NULL) {
		ud_fail(err, UD_ESTATE, "no member of %s is seen active", p->name);
		return ud_remedy(err, "upgradectl status %s says what was seen of each",
		    p->name);
	}
	plan->active = active;
	plan->standby = plan_other_master(p, active);
	return 0;
}

static int
find_release(struct plan *plan, const struct observation *seen, struct ud_error *err)
{
	const struct observation *o = &seen[plan->active->index];
	const struct installation_seen *home = observation_home(o);

	plan->from = observation_release(o);
	if (home == NULL || !release_is_set(&plan->from)) {
		ud_fail(err, UD_ESTATE, "the release of %s is not known%s%s",
		    plan->active->name, o->error[0] ? ": " : "", o->error);
		return ud_remedy(err, "see that the tools in `bin` of %s answer, and that the member names what is there",
		    plan->active->host->name);
	}
	return 0;
}

/* A target of one part names a major release: the newest of it that is installed, on the
 * active's host if it is there. */
static void
find_target(struct plan *plan, const struct observation *seen)
{
	const struct pair *p = plan->pair;
	const struct release *found = NULL;

	if (plan->to.parts != 1)
		return;
	for (int i = 0; i < member_installation_count(plan->active); i++) {
		const struct release *r = &seen[plan->active->index].inst[i].release;

		if (release_is_set(r) && p->engine->same_major(r, &plan->to) &&
		    (found == NULL || release_compare(r, found) > 0))
			found = r;
	}
	if (found != NULL)
		plan->to = *found;
}

/* The installation with the target release, else the one that the site will fill; the only
 * one, whose tools are replaced where they are. */
static int
find_new(const struct member *m, const struct observation *o, int old,
    const struct release *to)
{
	int count = member_installation_count(m), named;

	if (count == 1)
		return 0;
	for (int i = 0; i < count; i++)
		if (i != old && release_is_set(&o->inst[i].release) &&
		    release_compare(&o->inst[i].release, to) == 0)
			return i;
	if (old >= 0 && release_is_set(&o->inst[old].release) &&
	    release_compare(&o->inst[old].release, to) == 0)
		return old; /* it stays where it is */
	named = member_installation_find(m, "new");
	if (named >= 0 && named != old)
		return named;
	return -1;
}

static void
find_installations(struct plan *plan, const struct observation *seen)
{
	const struct pair *p = plan->pair;

	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		int old = seen[i].home;

		for (int k = 0; old < 0 && k < member_installation_count(m); k++)
			if (release_is_set(&seen[i].inst[k].release) &&
			    release_compare(&seen[i].inst[k].release, &plan->from) == 0)
				old = k;
		plan->old_installation[i] = old;
		plan->new_installation[i] = find_new(m, &seen[i], old, &plan->to);
	}
}

int
plan_see(struct plan *plan, const struct observation *seen, struct ud_error *err)
{
	if (find_active(plan, seen, err) != 0)
		return -1;
	find_target(plan, seen);
	if (find_release(plan, seen, err) != 0)
		return -1;
	find_installations(plan, seen);
	return 0;
}

/* ---- what was found out when the upgrade began ---- */

static int
changed(const struct pair *p, const struct upgrade *u, const char *member,
    struct ud_error *err)
{
	ud_fail(err, UD_ESTATE,
	    "the configuration of %s changed under upgrade %lld: %s is not as it was",
	    p->name, (long long)u->id, member);
	return ud_remedy(err,
	    "describe the pair as it was, and start the daemon again");
}

int
plan_recall(struct plan *plan, const struct upgrade *u, struct ud_error *err)
{
	const struct pair *p = plan->pair;

	plan->from = u->from;
	plan->active = u->active[0] != '\0' ? pair_member(p, u->active) : NULL;
	plan->standby = u->standby[0] != '\0' ? pair_member(p, u->standby) : NULL;
	if (u->active[0] != '\0' && plan->active == NULL)
		return changed(p, u, u->active, err);
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		const char *names = settings_get(&u->installations, m->name), *slash;
		char old[NAME_MAX_BYTES];

		slash = names != NULL ? strchr(names, '/') : NULL;
		if (slash == NULL)
			return changed(p, u, m->name, err);
		str_printf(old, sizeof(old), "%.*s", (int)(slash - names), names);
		plan->old_installation[i] = member_installation_find(m, old);
		plan->new_installation[i] = member_installation_find(m, slash + 1);
	}
	return 0;
}
