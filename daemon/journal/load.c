/*
 * Upgrades that are not over, as structs that the core can walk: for recovery.
 *
 * The plan is made anew from what the row says, because a plan points into the tables of
 * this program and the configuration. It must be the plan that was approved: where a step
 * of the journal and one of the plan disagree, a person decides.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

struct heads {
	struct upgrade **items;
	size_t count;
};

static int
read_heads(struct journal *j, struct heads *h, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, ST_UPGRADE_LIVE, err) != 0)
		return -1;
	while ((rc = query_row(&q, err)) > 0) {
		h->items = mem_array(h->items, h->count + 1, sizeof(struct upgrade *));
		if (row_read(&q, &h->items[h->count], err) != 0) {
			rc = -1;
			break;
		}
		h->count++;
	}
	query_close(&q);
	return rc;
}

/* Runs of the size of the plan, all pending. */
static void
take_runs(struct upgrade *u, const struct plan *plan)
{
	struct upgrade *fresh = upgrade_new(plan);

	for (int l = 0; l < LISTS; l++) {
		u->runs[l] = fresh->runs[l];
		u->run_count[l] = fresh->run_count[l];
		fresh->runs[l] = NULL;
	}
	upgrade_free(fresh);
}

struct filling {
	struct upgrade *u;
	const struct plan *plan;
	int rows;
	struct ud_error *differs;
};

static void
tell_difference(struct filling *f, const struct step_row *s, const struct plan_step *ps)
{
	if (f->differs->code != UD_OK)
		return; /* the first one is told */
	ud_fail(f->differs, UD_ESTATE,
	    "upgrade %lld was started with step %s (%s, %s) where the plan that this version "
	    "makes has %s (%s, %s)",
	    (long long)f->u->id, s->number, s->step,
	    s->member[0] != '\0' ? s->member : "the pair",
	    ps != NULL ? ps->number : "none", ps != NULL ? ps->step->id : "-",
	    ps == NULL               ? "-"
		: ps->member != NULL ? ps->member->name
				     : "the pair");
	ud_remedy(f->differs,
	    "start the version of upgraded and the configuration with which "
	    "upgrade %lld began, until it is over",
	    (long long)f->u->id);
}

static void
fill_run(void *arg, const struct step_row *s)
{
	const char letter[2] = { s->list, '\0' };
	enum plan_list l = list_of_letter(letter);
	struct filling *f = arg;
	const struct plan_step *ps =
	    l < LISTS ? plan_step_at(f->plan, l, s->pos) : NULL;

	f->rows++;
	if (ps == NULL || strcmp(ps->number, s->number) != 0 ||
	    strcmp(ps->step->id, s->step) != 0 ||
	    strcmp(ps->member != NULL ? ps->member->name : "", s->member) != 0)
		tell_difference(f, s, ps);
	if (ps != NULL)
		f->u->runs[l][s->pos] = s->run;
}

static void
need_attention(struct upgrade *u, const struct ud_error *why)
{
	u->state = UPGRADE_ATTENTION;
	u->error = *why;
}

static int
fill(struct journal *j, struct upgrade *u, const struct plan *plan, bool *ret_same,
    struct ud_error *err)
{
	struct ud_error differs = { 0 };
	struct filling f = { .u = u, .plan = plan, .differs = &differs };
	int planned = 0;

	for (int l = 0; l < LISTS; l++)
		planned += plan->lists[l].count;
	take_runs(u, plan);
	if (journal_steps(j, u->id, fill_run, &f, err) != 0)
		return -1;
	if (f.rows != planned && differs.code == UD_OK) {
		ud_fail(&differs, UD_ESTATE,
		    "upgrade %lld was started with %d steps, the plan that this version "
		    "makes has %d",
		    (long long)u->id, f.rows, planned);
		ud_remedy(&differs,
		    "start the version of upgraded with which it began");
	}
	if (differs.code != UD_OK)
		need_attention(u, &differs);
	*ret_same = differs.code == UD_OK;
	return 0;
}

static int
load_one(struct journal *j, struct upgrade *u, journal_plan_fn *plan_of, void *arg,
    struct plan **ret_plan, struct ud_error *err)
{
	struct ud_error why = { 0 };
	struct plan *plan;
	bool same = true;

	if (row_read_notes(j, u, err) != 0)
		return -1;
	plan = plan_of(arg, u, &why);
	if (plan == NULL) {
		need_attention(u, &why);
	} else if (fill(j, u, plan, &same, err) != 0) {
		plan_free(plan);
		return -1;
	}
	if (!same) { /* its positions mean other steps: nothing of it may be walked */
		plan_free(plan);
		plan = NULL;
	}
	*ret_plan = plan;
	return 0;
}

int
journal_load(struct journal *j, journal_plan_fn *plan_of, journal_upgrade_fn *each,
    void *arg, struct ud_error *err)
{
	struct heads h = { 0 };
	int rc = read_heads(j, &h, err);

	for (size_t i = 0; rc == 0 && i < h.count; i++) {
		struct plan *plan = NULL;

		rc = load_one(j, h.items[i], plan_of, arg, &plan, err);
		if (rc != 0)
			break;
		each(arg, h.items[i], plan);
		h.items[i] = NULL;
	}
	for (size_t i = 0; i < h.count; i++)
		upgrade_free(h.items[i]);
	free(h.items);
	return rc;
}
