/*
 * A procedure becomes a plan: its rows get members, tools and limits. Who is active and
 * which release runs is taken from observations; a plan that is made again after a restart
 * takes both from the journal, because by then the roles are others.
 */
#include "config.h"

#include "daemon/plan/expand.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/model/upgrade.h"
#include "daemon/plan/internal.h"
#include "daemon/plan/propose.h"

/* ---- who and which release ---- */

static const struct member *
other_master(const struct pair *p, const struct member *m)
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
	return other_master(p, NULL);
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
	plan->standby = other_master(p, active);
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
		return ud_remedy(err, "see that the tools in `bin` of %s answer",
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

static int
changed(const struct pair *p, const struct upgrade *u, const char *member,
    struct ud_error *err)
{
	ud_fail(err, UD_ESTATE,
	    "the configuration of %s changed under upgrade %lld: %s is not as it was",
	    p->name, (long long)u->id, member);
	return ud_remedy(err, "describe the pair as it was, and start the daemon again");
}

static int
take_journaled(struct plan *plan, const struct upgrade *u, struct ud_error *err)
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

/* ---- which procedure ---- */

static int
runs_already(const struct plan *plan, struct ud_error *err)
{
	char text[RELEASE_TEXT];

	ud_fail(err, UD_EUSAGE, "%s runs release %s already", plan->pair->name,
	    release_text(&plan->to, text));
	return ud_remedy(err,
	    "name another release with --to, or a procedure that keeps it with --procedure");
}

static int
procedure_unknown(const struct engine *e, const char *id, struct ud_error *err)
{
	const struct no_counterpart *r = e->refused;
	char list[256] = "";

	for (; r != NULL && r->procedure != NULL; r++)
		if (str_equal(r->procedure, id)) {
			ud_fail(err, UD_EBLOCKED, "%s has no procedure %s: %s",
			    e->title, id, r->reason);
			return ud_remedy(err, "%s", r->remedy);
		}
	for (int i = 0; e->procedures[i] != NULL; i++) {
		size_t len = strlen(list);

		str_printf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
		    e->procedures[i]->id);
	}
	ud_fail(err, UD_EUSAGE, "%s has no procedure %s", e->title, id);
	return ud_remedy(err, "known: %s", list);
}

static int
no_procedure(const struct plan *plan, const struct proposal *pr, struct ud_error *err)
{
	struct buf reasons = { 0 };

	proposal_reasons(pr, &reasons);
	ud_fail(err, UD_EBLOCKED, "no procedure leads there: %s", buf_text(&reasons));
	buf_done(&reasons);
	return ud_remedy(err, "upgradectl procedures %s says what each needs",
	    plan->pair->engine->name);
}

static int
find_proposed(struct plan *plan, const struct observation *seen, struct ud_error *err)
{
	struct proposal pr = { 0 };
	int rc = 0;

	if (release_compare(&plan->from, &plan->to) == 0)
		return runs_already(plan, err);
	plan_propose(plan->pair, &plan->from, &plan->to, seen, &pr);
	plan->procedure = pr.best;
	str_copy(plan->why, sizeof(plan->why), pr.why);
	if (pr.best == NULL)
		rc = no_procedure(plan, &pr, err);
	proposal_done(&pr);
	return rc;
}

static int
find_named(struct plan *plan, const char *id, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;
	const struct procedure *pr = NULL;
	char why[192] = "";

	for (int i = 0; e->procedures[i] != NULL && pr == NULL; i++)
		if (strcmp(id, e->procedures[i]->id) == 0)
			pr = e->procedures[i];
	if (pr == NULL)
		return procedure_unknown(e, id, err);
	if (release_compare(&plan->from, &plan->to) == 0 && !pr->same_release)
		return runs_already(plan, err);
	if (pr->applies(plan->pair, &plan->from, &plan->to, why, sizeof(why))) {
		plan->procedure = pr;
		return 0;
	}
	ud_fail(err, UD_EBLOCKED, "no procedure leads there: %s: %s", pr->id, why);
	return ud_remedy(err, "upgradectl procedures %s says what each needs", e->name);
}

static int
find_procedure(struct plan *plan, const char *id, const struct observation *seen,
    struct ud_error *err)
{
	return id != NULL ? find_named(plan, id, err) : find_proposed(plan, seen, err);
}

static int
option_unknown(const struct plan *plan, const char *key, struct ud_error *err)
{
	struct buf list = { 0 };

	option_list(plan->pair->engine, plan->procedure, &list);
	ud_fail(err, UD_EUSAGE, "procedure %s has no option %.64s", plan->procedure->id, key);
	ud_remedy(err, "known: %s", buf_text(&list));
	buf_done(&list);
	return -1;
}

static int
check_order(const struct plan *plan, const char *list, struct ud_error *err)
{
	struct buf names = { 0 };
	char name[NAME_MAX_BYTES];

	if (option_subscribers(plan->pair, list, name, sizeof(name)))
		return 0;
	for (size_t i = 0; i < plan->pair->member_count; i++)
		if (plan->pair->members[i].subscriber)
			buf_addf(&names, "%s%s", names.len > 0 ? "," : "",
			    plan->pair->members[i].name);
	ud_fail(err, UD_EUSAGE, "option subscribers: \"%s\" is no subscriber of %s, or stands twice",
	    name, plan->pair->name);
	ud_remedy(err, "%s%s", names.len > 0 ? "say some of them, in their order: " :
	    "the pair has none", buf_text(&names));
	buf_done(&names);
	return -1;
}

/* Before a procedure is looked for: where it leads may depend on them. */
static int
check_values(const struct plan *plan, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;

	for (size_t i = 0; e->check_option != NULL && i < plan->options.count; i++)
		if (e->check_option(plan->pair, plan->options.items[i].key,
			plan->options.items[i].value, &plan->to, NULL, err) != 0)
			return -1;
	return 0;
}

static int
check_options(const struct plan *plan, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;

	for (size_t i = 0; i < plan->options.count; i++) {
		const struct setting *s = &plan->options.items[i];
		const char *option = option_find(e, plan->procedure, s->key);

		if (option == NULL)
			return option_unknown(plan, s->key, err);
		if (!option_takes(option, s->value)) {
			ud_fail(err, UD_EUSAGE, "option %s of procedure %s cannot be %.64s",
			    s->key, plan->procedure->id, s->value);
			return ud_remedy(err, "say %s", option);
		}
		if (str_equal(s->key, PLAN_SUBSCRIBERS) &&
		    check_order(plan, s->value, err) != 0)
			return -1;
		if (e->check_option != NULL &&
		    e->check_option(plan->pair, s->key, s->value, &plan->to, &plan->options,
			err) != 0)
			return -1;
	}
	return 0;
}

/* What the pair's configuration says, where this procedure takes it and nobody said else. */
static void
add_pair_options(struct plan *plan)
{
	const struct str_list *list = &plan->pair->options;

	for (size_t i = 0; i < list->count; i++) {
		const char *equals = strchr(list->items[i], '=');
		char key[64];

		str_printf(key, sizeof(key), "%.*s", (int)(equals - list->items[i]),
		    list->items[i]);
		if (settings_get(&plan->options, key) == NULL &&
		    option_find(plan->pair->engine, plan->procedure, key) != NULL)
			settings_set(&plan->options, key, equals + 1);
	}
}

/* A gate that stands before a row of any procedure of the engine: of another one it does not
 * hold this upgrade. *list gets the names that are new to it. */
static bool
is_gate(const struct engine *e, const char *id, char *list, size_t size)
{
	bool known = strcmp(id, "every-step") == 0 || strcmp(id, "none") == 0;

	str_copy(list, size, "every-step, none");
	for (int i = 0; e->procedures[i] != NULL; i++) {
		const struct row *row = e->procedures[i]->forward;

		for (; row != NULL && row->number != NULL; row++) {
			size_t len = strlen(list);

			if (row->gate == NULL)
				continue;
			known = known || strcmp(row->gate, id) == 0;
			if (strstr(list, row->gate) == NULL)
				str_printf(list + len, size - len, ", %s", row->gate);
		}
	}
	return known;
}

static bool
is_whole_answer(const char *gate)
{
	return str_equal(gate, "none") || str_equal(gate, "every-step");
}

/* Gates of the configuration were checked when it was read. */
static int
check_gates(const struct plan *plan, const struct str_list *gates, struct ud_error *err)
{
	char list[256];

	for (size_t i = 0; gates != NULL && i < gates->count; i++) {
		if (gates->count > 1 && is_whole_answer(gates->items[i])) {
			ud_fail(err, UD_EUSAGE, "gates: \"%s\" among others",
			    gates->items[i]);
			return ud_remedy(err, "say it alone, or name gates");
		}
		if (is_gate(plan->pair->engine, gates->items[i], list, sizeof(list)))
			continue;
		ud_fail(err, UD_EUSAGE, "procedure %s has no gate %.60s",
		    plan->procedure->id, gates->items[i]);
		return ud_remedy(err, "known: %s", list);
	}
	return 0;
}

/* ---- put together ---- */

static struct plan *
plan_start(const struct pair *p, const struct plan_request *rq)
{
	struct plan *plan = mem_alloc(sizeof(*plan));

	plan->pair = p;
	plan->to = rq->to;
	if (rq->options != NULL)
		settings_copy(&plan->options, rq->options);
	str_list_copy(&plan->gates, rq->gates != NULL ? rq->gates : &p->gates);
	plan->old_installation = mem_array(NULL, p->member_count + 1, sizeof(int));
	plan->new_installation = mem_array(NULL, p->member_count + 1, sizeof(int));
	return plan;
}

static bool
depends_on_size(const struct plan_step *ps)
{
	return ps->row->limit == LIMIT_MIGRATE || ps->row->limit == LIMIT_DUPLICATE;
}

/* The value was checked. */
static int
side_by_side(const struct plan *plan)
{
	const char *value = settings_get(&plan->options, PLAN_SIDE_BY_SIDE);
	int64_t n;

	if (value != NULL && str_equal(value, PLAN_SIDE_BY_SIDE_ALL))
		return LANES_MAX;
	return value != NULL && str_to_int(value, 1, LANES_MAX, &n) ? (int)n : 1;
}

static void
remember_past(struct plan *plan, const struct plan_request *rq,
    const struct observation *seen)
{
	const char *size =
	    rq->journaled != NULL ? settings_get(&rq->journaled->notes, NOTE_SIZE_KIB) : NULL;
	int64_t kib = seen != NULL ? plan_size_kib(plan, seen) : -1;

	if (size != NULL && !str_to_int(size, 0, INT64_MAX, &kib))
		kib = -1;
	for (int i = 0; i < plan->lists[LIST_FORWARD].count; i++) {
		struct plan_step *ps = &plan->lists[LIST_FORWARD].items[i];
		const struct past_run *run = past_find(rq->past, ps->step->id,
		    ps->member != NULL ? ps->member->name : "");

		if (run == NULL)
			continue;
		ps->past_ms = depends_on_size(ps) ? past_scaled_ms(run, kib) : run->ms;
		ps->past_upgrade = run->upgrade;
	}
}

static void
estimate(struct plan *plan, const struct observation *seen)
{
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < plan->lists[l].count; i++) {
			struct plan_step *ps = &plan->lists[l].items[i];
			int64_t ms = seen != NULL || ps->past_ms >= 0
			    ? plan_estimate_ms(plan, ps, seen)
			    : -1;

			ps->estimate_ms = ms >= 0 ? ms : 1000;
		}
}

int
plan_propose_seen(const struct pair *p, const struct observation *seen,
    const struct plan_request *rq, struct proposal *ret, struct ud_error *err)
{
	struct plan *plan = plan_start(p, rq);
	int rc = find_active(plan, seen, err);

	if (rc == 0) {
		find_target(plan, seen);
		rc = find_release(plan, seen, err);
	}
	if (rc == 0)
		plan_propose(p, &plan->from, &plan->to, seen, ret);
	plan_free(plan);
	return rc;
}

int
plan_expand(const struct pair *p, const struct observation *seen,
    const struct plan_request *rq, struct plan **ret, struct ud_error *err)
{
	struct plan *plan = plan_start(p, rq);

	if (rq->journaled != NULL) {
		if (take_journaled(plan, rq->journaled, err) != 0)
			goto fail;
	} else {
		if (find_active(plan, seen, err) != 0)
			goto fail;
		find_target(plan, seen);
		if (find_release(plan, seen, err) != 0)
			goto fail;
		find_installations(plan, seen);
	}
	if (check_values(plan, err) != 0 || find_procedure(plan, rq->procedure, seen, err) != 0)
		goto fail;
	if (plan->standby == NULL && plan->procedure->makes_standby)
		plan->standby = other_master(p, plan->active);
	if (rq->journaled == NULL)
		add_pair_options(plan);
	if (check_options(plan, err) != 0)
		goto fail;
	if (rq->journaled == NULL && check_gates(plan, rq->gates, err) != 0)
		goto fail;
	plan->side_by_side = side_by_side(plan);
	for (int l = 0; l < LISTS; l++)
		plan_rows(plan, (enum plan_list)l);
	plan_hash(plan);
	if (rq->past != NULL)
		remember_past(plan, rq, seen);
	estimate(plan, seen);
	*ret = plan;
	return 0;
fail:
	plan_free(plan);
	return -1;
}
