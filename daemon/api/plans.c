#include "config.h"

#include <stdlib.h>

#include <microhttpd.h>

#include "common/mem.h"
#include "daemon/api/fields.h"
#include "daemon/api/order.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

/* A look at all members of a pair, for a check or a plan. */
struct look_asked {
	struct request *rq;
	struct order order;
};

/* Null while it is not seen who is active, or which release runs. */
static json_t *
proposal_for(struct request *rq, const struct order *o, const struct observation *seen)
{
	const struct pair *pair = NULL;
	struct proposal pr = { 0 };
	struct ud_error err = { 0 };
	json_t *obj = json_null();

	if (rq->api != NULL && seen != NULL && request_pair(rq, &pair, &err) == 0 &&
	    plan_propose_seen(pair, seen, &o->plan, &pr, &err) == 0)
		obj = view_proposal(&pr);
	proposal_done(&pr);
	return obj;
}

static void
reply_check(struct request *rq, const struct order *o, const struct plan *plan,
    const struct observation *seen, const struct findings *f)
{
	json_t *doc = json_object();

	put_str(doc, "pair", rq->name);
	put_str(doc, "to", o->to_text);
	put_str(doc, "procedure", plan ? plan->procedure->id : o->procedure);
	put(doc, "proposal", proposal_for(rq, o, seen));
	put(doc, "findings", view_findings(f));
	put_int(doc, "blockers", (int64_t)findings_count(f, SEVERITY_BLOCKER));
	put_int(doc, "warnings", (int64_t)findings_count(f, SEVERITY_WARNING));
	put_int(doc, "notes", (int64_t)findings_count(f, SEVERITY_NOTE));
	reply_json(rq, MHD_HTTP_OK, doc);
}

static void
reply_no_plan(struct request *rq, const struct ud_error *err, const struct findings *f)
{
	struct ud_error unknown = { 0 };

	if (!err || err->code == UD_OK) {
		(void)ud_fail(&unknown, UD_EBLOCKED, "no plan can be made");
		err = &unknown;
	}
	reply_problem(rq, 0, err, f ? view_findings(f) : NULL);
}

static void
check_done(void *arg, const struct plan *plan, const struct observation *seen,
    const struct findings *f, const struct ud_error *err)
{
	struct look_asked *l = arg;
	struct request *rq = l->rq;

	if (rq->api)
		rq->api->pending_looks--;
	if (!plan && (!f || (err && err->code == UD_EUSAGE)))
		reply_no_plan(rq, err, NULL);
	else if (rq->route->handle == plans_check)
		reply_check(rq, &l->order, plan, seen, f);
	else if (!plan)
		reply_no_plan(rq, err, f);
	else
		reply_json(rq, MHD_HTTP_OK, view_plan(plan, seen, f));
	order_done(&l->order);
	free(l);
	request_unref(rq);
}

/* Each look asks every member of its pair: readers may not ask for any number of them. */
static int
check_room(const struct api *a, struct ud_error *err)
{
	if (a->pending_looks < API_PENDING_LOOKS)
		return 0;
	(void)ud_fail(err, UD_EUNREACHABLE, "%d checks and plans are under way",
	    a->pending_looks);
	return ud_remedy(err, "ask again when they are done: each takes 2 s at most");
}

static void
ask(struct request *rq)
{
	const struct pair *pair = NULL;
	struct ud_error err = { 0 };
	struct look_asked *l;

	if (request_pair(rq, &pair, &err) != 0 || check_room(rq->api, &err) != 0) {
		reply_error(rq, &err);
		return;
	}
	l = mem_alloc(sizeof(*l));
	if (order_read(&l->order, pair, rq->json, &err) != 0) {
		free(l);
		reply_error(rq, &err);
		return;
	}
	l->rq = request_ref(rq);
	rq->api->pending_looks++;
	conductor_check(rq->api->conductor, pair, &l->order.plan, check_done, l);
}

void
plans_check(struct request *rq)
{
	ask(rq);
}

void
plans_plan(struct request *rq)
{
	ask(rq);
}
