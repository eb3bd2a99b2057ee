#include "config.h"

#include "daemon/api/views.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/api/fields.h"
#include "daemon/core/core.h"

static json_t *
view_finding(const struct finding *f)
{
	json_t *obj = json_object();

	put_str(obj, "severity", severity_name(f->severity));
	put_str(obj, "rule", f->rule);
	put_str(obj, "member", f->member);
	put_str(obj, "finding", f->text);
	put_str(obj, "remedy", f->remedy);
	return obj;
}

json_t *
view_findings(const struct findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; f && i < f->count; i++)
		(void)json_array_append_new(list, view_finding(&f->items[i]));
	return list;
}

static void
put_abort(json_t *obj, const struct plan *plan, const struct plan_step *ps)
{
	struct str_list lines = { 0 };

	if (ps->list == LIST_FORWARD)
		core_plan_abort_text(plan, ps->index, &lines);
	put_list(obj, "abort", &lines);
	str_list_done(&lines);
}

static void
put_flags(json_t *obj, unsigned flags)
{
	put_bool(obj, "opens_pause", flags & ROW_OPENS_PAUSE);
	put_bool(obj, "closes_pause", flags & ROW_CLOSES_PAUSE);
	put_bool(obj, "destroys", flags & ROW_DESTROYS);
	put_bool(obj, "no_return", flags & ROW_NO_RETURN);
}

/* Hooks run where the daemon runs, on no host of the pair: host is then that of the member
 * that the step is about, or null. */
static json_t *
view_planned(const struct plan *plan, const struct plan_step *ps,
    const struct observation *seen, int64_t *ret_estimate_ms)
{
	const struct member *m = ps->member;
	char *command = plan_step_command(plan, ps, seen);
	char title[160];
	json_t *obj = json_object();

	*ret_estimate_ms = plan_estimate_ms(plan, ps, seen);
	plan_step_title(ps, title, sizeof(title));
	put_str(obj, "number", ps->number);
	put_str(obj, "id", ps->step->id);
	put_str(obj, "title", title);
	put_str(obj, "member", m ? m->name : NULL);
	put_str(obj, "host", m && m->host ? m->host->name : NULL);
	put_str(obj, "command", command);
	put_str(obj, "effect", ps->step->effect);
	put_ms(obj, "limit_ms", ps->limit_ms > 0 ? ps->limit_ms : -1);
	put_ms(obj, "estimate_ms", *ret_estimate_ms);
	if (ps->past_ms >= 0)
		put_int(obj, "estimate_upgrade", ps->past_upgrade);
	else
		put_null(obj, "estimate_upgrade");
	put_str(obj, "gate", ps->gate);
	put_flags(obj, ps->row->flags);
	put_abort(obj, plan, ps);
	free(command);
	return obj;
}

static json_t *
view_list(const struct plan *plan, enum plan_list l, const struct observation *seen,
    int64_t *ret_total_ms)
{
	const struct plan_steps *steps = &plan->lists[l];
	int64_t *ms = mem_alloc(((size_t)steps->count + 1) * sizeof(*ms));
	json_t *list = json_array();

	for (int i = 0; i < steps->count; i++)
		(void)json_array_append_new(list,
		    view_planned(plan, &steps->items[i], seen, &ms[i]));
	*ret_total_ms = plan_time_ms(plan, l, 0, ms);
	free(ms);
	return list;
}

json_t *
view_proposal(const struct proposal *pr)
{
	json_t *obj = json_object(), *list = json_array();

	for (int i = 0; i < pr->count; i++) {
		const struct alternative *a = &pr->items[i];
		json_t *one = json_object();

		put_str(one, "id", a->procedure->id);
		put_str(one, "title", a->procedure->title);
		put_bool(one, "applies", a->applies && !a->objected);
		put_str(one, "why", a->why);
		(void)json_array_append_new(list, one);
	}
	put_str(obj, "procedure", pr->best != NULL ? pr->best->id : NULL);
	put_str(obj, "why", pr->why);
	put(obj, "procedures", list);
	return obj;
}

static json_t *
view_proposal_of(const struct plan *plan, const struct observation *seen)
{
	struct proposal pr = { 0 };
	json_t *obj;

	plan_propose(plan->pair, &plan->from, &plan->to, seen, &pr);
	obj = view_proposal(&pr);
	proposal_done(&pr);
	return obj;
}

json_t *
view_plan(const struct plan *plan, const struct observation *seen,
    const struct findings *f)
{
	int64_t total_ms, undo_ms;
	json_t *steps = view_list(plan, LIST_FORWARD, seen, &total_ms);
	json_t *undo = view_list(plan, LIST_UNDO, seen, &undo_ms);
	json_t *obj = json_object();

	put_str(obj, "pair", plan->pair->name);
	put_str(obj, "procedure", plan->procedure->id);
	put_str(obj, "title", plan->procedure->title);
	put_str(obj, "source", plan->procedure->source);
	put_release(obj, "from", &plan->from);
	put_release(obj, "to", &plan->to);
	put_str(obj, "hash", plan->hash);
	put_ms(obj, "estimate_ms", total_ms);
	put_settings(obj, "options", &plan->options);
	put_list(obj, "gates", &plan->gates);
	put(obj, "steps", steps);
	put(obj, "abort_steps", undo);
	put(obj, "findings", view_findings(f));
	put(obj, "proposal", view_proposal_of(plan, seen));
	return obj;
}

static void
add_options(json_t *ret, const char *const *list)
{
	for (; list && *list; list++)
		(void)json_array_append_new(ret, json_string(*list));
}

json_t *
view_procedure(const struct engine *e, const struct procedure *p)
{
	json_t *obj = json_object(), *options = json_array();

	add_options(options, p->options);
	add_options(options, e->options);
	add_options(options, general_options);
	put_str(obj, "engine", e->name);
	put_str(obj, "id", p->id);
	put_str(obj, "title", p->title);
	put_str(obj, "source", p->source);
	put_str(obj, "topology", p->topology);
	put_str(obj, "needs", p->needs);
	put_str(obj, "costs", p->costs);
	put_str(obj, "forbids", p->forbids);
	put(obj, "options", options);
	return obj;
}

json_t *
view_refused(const struct engine *e, const struct no_counterpart *n)
{
	json_t *obj = json_object();

	put_str(obj, "engine", e->name);
	put_str(obj, "id", n->procedure);
	put_str(obj, "reason", n->reason);
	put_str(obj, "remedy", n->remedy);
	return obj;
}
