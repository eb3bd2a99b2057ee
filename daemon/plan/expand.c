/*
 * A procedure becomes a plan: its rows get members, tools and limits. Who is active and
 * which release runs is taken from observations; a plan that is made again after a restart
 * takes both from the journal, because by then the roles are others.
 */
#include "config.h"

#include "daemon/plan/expand.h"

#include "common/mem.h"
#include "daemon/model/upgrade.h"
#include "daemon/plan/asked.h"
#include "daemon/plan/facts.h"
#include "daemon/plan/internal.h"
#include "daemon/plan/propose.h"

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

static void
remember_past(struct plan *plan, const struct plan_request *rq,
    const struct observation *seen)
{
	const char *size = rq->journaled != NULL
	    ? settings_get(&rq->journaled->notes, NOTE_SIZE_KIB)
	    : NULL;
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
	int rc = plan_see(plan, seen, err);

	if (rc == 0)
		plan_propose(p, &plan->from, &plan->to, seen, ret);
	plan_free(plan);
	return rc;
}

/* Facts, then what was asked for: by then it is known who it is about. */
static int
plan_fill(struct plan *plan, const struct plan_request *rq,
    const struct observation *seen, struct ud_error *err)
{
	bool fresh = rq->journaled == NULL;

	if ((fresh ? plan_see(plan, seen, err)
		   : plan_recall(plan, rq->journaled, err)) != 0 ||
	    asked_procedure(plan, rq->procedure, seen, err) != 0)
		return -1;
	if (plan->standby == NULL && plan->procedure->makes_standby)
		plan->standby = plan_other_master(plan->pair, plan->active);
	if (fresh)
		asked_add_pair_options(plan);
	if (asked_options(plan, err) != 0)
		return -1;
	return fresh ? asked_gates(plan, rq->gates, err) : 0;
}

int
plan_expand(const struct pair *p, const struct observation *seen,
    const struct plan_request *rq, struct plan **ret, struct ud_error *err)
{
	struct plan *plan = plan_start(p, rq);

	if (plan_fill(plan, rq, seen, err) != 0) {
		plan_free(plan);
		return -1;
	}
	for (int l = 0; l < LISTS; l++)
		plan_rows(plan, (enum plan_list)l);
	plan_hash(plan);
	if (rq->past != NULL)
		remember_past(plan, rq, seen);
	estimate(plan, seen);
	*ret = plan;
	return 0;
}
