/*
 * The rules every plan obeys, whatever the engine: the pair is seen, its roles are what
 * the procedure needs, the tools of both releases are there, the site's hooks exist. What
 * needs knowledge of a database is the engine's own (model/engine.h, check).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "daemon/plan/propose.h"

#define STALE_MS 60000 /* an observation older than this tells nothing */

static bool
has_no_database(const struct member *m, const struct observation *o)
{
	for (int i = 0; i < member_installation_count(m) && i < INSTALLATIONS_MAX; i++)
		if (o->inst[i].exists == FACT_YES)
			return false;
	return true;
}

/* Not part of this upgrade: the other place of a single database. */
static bool
is_aside(const struct pair *p, const struct plan *plan, const struct member *m)
{
	return str_equal(p->topology, "single") && plan != NULL && m != plan->active &&
	    m != plan->standby;
}

/* The place that a standby is to have: its host answers, and there is no server, or it has no
 * database. */
static bool
is_to_be_made(const struct plan *plan, const struct member *m,
    const struct observation *o)
{
	return plan != NULL && plan->procedure->makes_standby && m == plan->standby &&
	    (o->reachable == FACT_NO ||
		(str_equal(plan->pair->topology, "single") && has_no_database(m, o)));
}

static void
rule_reachable(const struct pair *p, const struct plan *plan,
    const struct observation *seen, int64_t now_ms, struct findings *f)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		int64_t age = observation_age_ms(&seen[i], LOOK_INSTANCE, now_ms);

		if (is_aside(p, plan, m))
			continue;
		if ((seen[i].reachable == FACT_YES ||
			is_to_be_made(plan, m, &seen[i])) &&
		    age >= 0 && age <= STALE_MS)
			continue;
		findings_add(f, SEVERITY_BLOCKER, "member.reachable", m->name,
		    "make the host and its database daemon answer, then check again",
		    "%s on %s is not seen%s%s", m->name, m->host->name,
		    seen[i].error[0] ? ": " : "", seen[i].error);
	}
}

static void
rule_roles(const struct plan *plan, const struct observation *seen, struct findings *f)
{
	const struct member *standby = plan->standby;
	bool also_serves = str_equal(plan->pair->topology, "bidirectional") &&
	    standby != NULL && seen[standby->index].role == ROLE_ACTIVE;

	if (also_serves)
		findings_add(f, SEVERITY_NOTE, "pair.roles", standby->name, "",
		    "applications are connected to %s, too: those of %s move over first",
		    plan->active->name, standby->name);
	else if (standby != NULL && seen[standby->index].role != ROLE_STANDBY &&
	    !is_to_be_made(plan, standby, &seen[standby->index]))
		findings_add(f, SEVERITY_BLOCKER, "pair.roles", standby->name,
		    "bring the pair to active and standby first",
		    "%s is %s; the upgrade begins with a standby that follows",
		    standby->name, role_name(seen[standby->index].role));
	for (size_t i = 0; i < plan->pair->member_count; i++) {
		const struct member *m = &plan->pair->members[i];

		if (m->subscriber && seen[i].role != ROLE_SUBSCRIBER)
			findings_add(f, SEVERITY_WARNING, "pair.roles", m->name,
			    "see to it before the gate before-subscribers",
			    "%s is not seen to serve as a subscriber: role %s", m->name,
			    role_name(seen[i].role));
	}
}

static void
rule_installations(const struct plan *plan, const struct observation *seen,
    struct findings *f)
{
	const struct pair *p = plan->pair;
	char want[RELEASE_TEXT], has[RELEASE_TEXT];

	release_text(&plan->to, want);
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];
		const struct installation *in;
		const struct release *r;

		in = member_installation(m, plan->new_installation[i]);
		if (in == NULL) {
			findings_add(f, SEVERITY_BLOCKER, "release.installed", m->name,
			    "add a section for it to the host, with its bin folder",
			    "host %s has no installation for release %s", m->host->name,
			    want);
			continue;
		}
		r = &seen[i].inst[plan->new_installation[i]].release;
		if (release_is_set(r) && release_compare(r, &plan->to) == 0)
			continue;
		release_text(r, has);
		if (p->hooks[HOOK_INSTALL].count == 0 &&
		    plan->new_installation[i] == plan->old_installation[i] &&
		    release_is_set(r) && p->engine->same_major(r, &plan->to))
			findings_add(f, SEVERITY_WARNING, "release.installed", m->name,
			    "configure hooks { install = { ... } }, or stand by to install it",
			    "installation \"%s\" of %s has release %s and is to become %s in "
			    "its place: a person does it when its step waits",
			    in->name, m->host->name, has, want);
		else if (p->hooks[HOOK_INSTALL].count > 0 &&
		    (!release_is_set(r) || p->engine->same_major(r, &plan->to)))
			findings_add(f, SEVERITY_WARNING, "release.installed", m->name,
			    "the install hook runs before anything is changed; see that it can",
			    "installation \"%s\" of %s has release %s; the install hook is to "
			    "make it %s",
			    in->name, m->host->name, has, want);
		else
			findings_add(f, SEVERITY_BLOCKER, "release.installed", m->name,
			    "install it, or configure hooks { install = { ... } }",
			    "installation \"%s\" of %s has release %s, not %s",
			    in->name, m->host->name, has, want);
	}
}

static void
rule_releases(const struct plan *plan, const struct observation *seen,
    struct findings *f)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	for (size_t i = 0; i < plan->pair->member_count; i++) {
		struct release runs = observation_release(&seen[i]);

		if (!release_is_set(&runs) || release_compare(&runs, &plan->from) == 0)
			continue;
		findings_add(f, SEVERITY_BLOCKER, "release.equal",
		    plan->pair->members[i].name,
		    "bring all members to one release first",
		    "%s runs release %s, the active %s", plan->pair->members[i].name,
		    release_text(&runs, a), release_text(&plan->from, b));
	}
}

/* Which procedure it is, and which would do as well; why the others do not is in the
 * proposal (propose.h). */
static void
rule_procedure(const struct plan *plan, const struct observation *seen, struct findings *f)
{
	struct buf also = { 0 };
	struct proposal pr = { 0 };
	bool proposed;

	plan_propose(plan->pair, &plan->from, &plan->to, seen, &pr);
	proposed = plan->procedure == pr.best;
	for (int i = 0; i < pr.count; i++)
		if (pr.items[i].procedure != plan->procedure && pr.items[i].applies &&
		    !pr.items[i].objected)
			buf_addf(&also, "%s%s", also.len > 0 ? ", " : "",
			    pr.items[i].procedure->id);
	findings_add(f, SEVERITY_NOTE, "procedure.chosen", NULL,
	    also.len > 0 ? "--procedure takes another one that would do as well" : "",
	    "%s, %s%s%s%s%s", plan->procedure->id, plan->procedure->title,
	    proposed ? ": " : ", asked for by name", proposed ? pr.why : "",
	    also.len > 0 ? "; would do as well: " : "", buf_text(&also));
	proposal_done(&pr);
	buf_done(&also);
}

/* Is there a step that only a hook, or a person in its place, can do? */
static bool
hook_is_needed(const struct plan *plan, enum hook hook)
{
	const struct plan_steps *steps = &plan->lists[LIST_FORWARD];

	for (int i = 0; i < steps->count; i++)
		if (steps->items[i].step->hook == hook &&
		    !steps->items[i].step->hook_optional)
			return true;
	return false;
}

static void
rule_hooks(const struct plan *plan, struct findings *f)
{
	static const enum hook asked[] = { HOOK_PAUSE_WRITES, HOOK_RESUME_WRITES };
	const struct pair *p = plan->pair;

	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (p->hooks[asked[i]].count == 0 && hook_is_needed(plan, asked[i]))
			findings_add(f, SEVERITY_WARNING, "site.hooks", NULL,
			    "configure it, or stand by when the swap begins",
			    "no %s hook: a person does it, at a gate; the write pause will be "
			    "as long as that takes",
			    hook_name(asked[i]));
	if (p->marker_table == NULL && !p->engine->own_marker &&
	    !str_equal(p->topology, "single"))
		findings_add(f, SEVERITY_WARNING, "site.marker", NULL,
		    "create a table for the marker row and name it in marker_table",
		    "no marker table: bookmarks alone must prove that replication flows");
}

/* A name that is misspelt replaces nothing. */
static void
rule_data(const struct pair *p, struct findings *f)
{
	if (p->unread == NULL || p->unread->text == NULL)
		return;
	findings_add(f, SEVERITY_WARNING, "site.data", NULL,
	    "rename or remove it, and reload", "a file of facts that is not read, %s; those that are: %s",
	    p->unread->text, p->unread->read);
}

/* A rule goes by its name, an advisory is named in what is said of it. */
static bool
is_found(const struct findings *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_equal(f->items[i].rule, name) ||
		    strstr(f->items[i].text, name) != NULL)
			return true;
	return false;
}

/* A name that is misspelt overrides nothing, and one that is not found is not needed. */
static void
rule_override(const struct plan *plan, struct findings *f)
{
	const char *list = settings_get(&plan->options, PLAN_OVERRIDE);
	char name[128];

	for (size_t i = 0; list != NULL && option_name(list, i, name, sizeof(name)); i++)
		if (!is_found(f, name))
			findings_add(f, SEVERITY_WARNING, "option.override", NULL,
			    "name the rule or the advisory as check prints it, or leave it out",
			    "override of \"%s\": nothing of that name was found", name);
}

void
plan_check_answers(const struct member *m, bool blocks, int64_t asked_ms,
    struct findings *ret)
{
	findings_add(ret, blocks ? SEVERITY_BLOCKER : SEVERITY_WARNING, "member.answers",
	    m->name, "see what keeps it from answering, then check again",
	    "%s has not answered all that was asked %lld s ago: some of what is said of it may "
	    "be old",
	    m->name, (long long)(asked_ms + 500) / 1000);
}

void
plan_check_place(const struct pair *p, int64_t upgrade, struct findings *ret)
{
	findings_add(ret, SEVERITY_BLOCKER, "place.configured", NULL,
	    "write where its databases are now into the pair file, and reload",
	    "upgrade %lld put databases of %s where its options said, and the configuration says "
	    "otherwise",
	    (long long)upgrade, p->name);
}

void
plan_check(const struct pair *p, const struct plan *plan,
    const struct observation *seen, int64_t now_ms, const struct ud_error *why_not,
    struct findings *ret)
{
	rule_reachable(p, plan, seen, now_ms, ret);
	rule_data(p, ret);
	if (plan == NULL) {
		findings_add(ret, SEVERITY_BLOCKER, "release.path", NULL,
		    why_not->remedy, "%s", why_not->text);
		return;
	}
	rule_procedure(plan, seen, ret);
	rule_roles(plan, seen, ret);
	rule_releases(plan, seen, ret);
	rule_installations(plan, seen, ret);
	rule_hooks(plan, ret);
	if (p->engine->check != NULL)
		p->engine->check(plan, seen, ret);
	rule_override(plan, ret);
}
