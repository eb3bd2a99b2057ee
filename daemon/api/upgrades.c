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

#define LIMIT_DEFAULT 50
#define LIMIT_MOST    500

/* ---- one ---- */

static void
add_approval(void *arg, const struct approval_row *a)
{
	(void)json_array_append_new(arg, view_approval(a));
}

static int
put_approvals(struct conductor *c, json_t *doc, int64_t id, struct ud_error *err)
{
	json_t *list = json_array();

	if (journal_approvals(conductor_journal(c), id, add_approval, list, err) != 0) {
		json_decref(list);
		return -1;
	}
	put(doc, "approvals", list);
	return 0;
}

/* The upgrade as it is now, with its approvals and its revision. */
static void
reply_upgrade(struct request *rq, unsigned status, int64_t id)
{
	struct conductor *c = rq->api->conductor;
	struct ud_error err = { 0 };
	int64_t revision = 0;
	json_t *doc = NULL;

	if (view_upgrade_by_id(c, id, &doc, &revision, &err) != 0 ||
	    put_approvals(c, doc, id, &err) != 0) {
		json_decref(doc);
		reply_error(rq, &err);
		return;
	}
	reply_json(rq, status, doc);
	reply_etag(rq, revision);
}

void
upgrades_show(struct request *rq)
{
	reply_upgrade(rq, MHD_HTTP_OK, rq->id);
}

/* ---- many ---- */

struct upgrade_page {
	struct conductor *conductor;
	json_t *list;
	size_t limit;
	int64_t last;
	bool more;
};

/* One under way is shown as the conductor has it: the journal has no step in hand. */
static void
add_upgrade(void *arg, const struct upgrade *u)
{
	struct upgrade_page *page = arg;
	const struct pair *pair = NULL;
	const struct plan *plan = NULL;
	const struct upgrade *live;

	if (json_array_size(page->list) >= page->limit) {
		page->more = true;
		return;
	}
	live = conductor_upgrade_by_id(page->conductor, u->id, &pair, &plan);
	(void)json_array_append_new(page->list,
	    view_upgrade(page->conductor, live ? live : u, live ? plan : NULL));
	page->last = u->id;
}

static int
check_state(const char *state, struct ud_error *err)
{
	struct buf words = { 0 };

	if (!state || upgrade_state_find(state) != UPGRADE_STATES)
		return 0;
	for (int s = 0; s < UPGRADE_STATES; s++)
		buf_addf(&words, "%s%s", s > 0 ? ", " : "",
		    upgrade_state_name((enum upgrade_state)s));
	(void)ud_fail(err, UD_EUSAGE, "query: state: no upgrade has this state");
	(void)ud_remedy(err, "accepted: %s", buf_text(&words));
	buf_done(&words);
	return -1;
}

/* A pair that was taken out of the configuration keeps its history. */
static int
check_pair_name(const char *name, struct ud_error *err)
{
	if (!name || str_is_name(name, NAME_MAX_BYTES - 1))
		return 0;
	return ud_fail(err, UD_ENOTFOUND, "no pair can have this name");
}

void
upgrades_list(struct request *rq)
{
	struct conductor *c = rq->api->conductor;
	const char *pair = request_query(rq, "pair"),
		   *state = request_query(rq, "state");
	struct upgrade_page page = { .conductor = c };
	const struct pair *known;
	struct ud_error err = { 0 };
	int64_t limit, after;
	json_t *doc;

	if (check_pair_name(pair, &err) != 0 || check_state(state, &err) != 0 ||
	    request_query_int(rq, "limit", 1, LIMIT_MOST, LIMIT_DEFAULT, &limit,
		&err) != 0 ||
	    request_query_int(rq, "after", 0, INT64_MAX, 0, &after, &err) != 0) {
		reply_error(rq, &err);
		return;
	}
	page.limit = (size_t)limit;
	page.list = json_array();
	if (journal_history(conductor_journal(c), pair, state, after, (int)limit + 1,
		add_upgrade, &page, &err) != 0) {
		json_decref(page.list);
		reply_error(rq, &err);
		return;
	}
	if (json_array_size(page.list) == 0 && request_pair(rq, &known, &err) != 0) {
		json_decref(page.list);
		reply_error(rq, &err);
		return;
	}
	doc = json_object();
	put(doc, "upgrades", page.list);
	put(doc, "next", page.more ? json_integer(page.last) : json_null());
	reply_json(rq, MHD_HTTP_OK, doc);
}

/* ---- a new one ---- */

struct start_asked {
	struct request *rq;
	struct order order;
	bool repeated; /* another request with this key is under way */
	struct start_request ask;
};

/* Is a start with this key waiting for the conductor? */
static bool
is_starting(const struct api *a, const char *key)
{
	const struct request *rq;

	TAILQ_FOREACH(rq, &a->requests, entry)
		if (*rq->key && str_equal(rq->key, key))
			return true;
	return false;
}

static void
reply_started(struct request *rq, unsigned status, int64_t id)
{
	char where[64];

	reply_upgrade(rq, status, id);
	str_printf(where, sizeof(where), "/v1/upgrades/%lld", (long long)id);
	if (rq->status == status)
		reply_header(rq, MHD_HTTP_HEADER_LOCATION, where);
}

/* What a key was used for. */
struct begun {
	char pair[NAME_MAX_BYTES];
	struct release to;
};

/* A key stands for one upgrade of one pair to one release. */
static void
reply_same(struct request *rq, unsigned status, int64_t id, const struct begun *begun,
    const struct release *to)
{
	struct ud_error err = { 0 };
	char release[RELEASE_TEXT];

	if (str_equal(begun->pair, rq->name) && release_compare(&begun->to, to) == 0) {
		reply_started(rq, status, id);
		return;
	}
	(void)ud_fail(&err, UD_ESTATE,
	    "this Idempotency-Key was used for upgrade %lld of pair %s to %s",
	    (long long)id, begun->pair, release_text(&begun->to, release));
	(void)ud_remedy(&err, "send a new random text for each upgrade");
	reply_error(rq, &err);
}

static void
keep_begun(void *arg, const struct upgrade *u)
{
	struct begun *begun = arg;

	(void)str_copy(begun->pair, sizeof(begun->pair), u->pair);
	begun->to = u->to;
}

static int
reply_repeated(struct request *rq, int64_t id, const struct release *to,
    struct ud_error *err)
{
	struct begun begun = { "" };

	if (journal_find(conductor_journal(rq->api->conductor), id, keep_begun, &begun,
		err) != 0)
		return -1;
	reply_same(rq, MHD_HTTP_OK, id, &begun, to);
	return 0;
}

/* Two requests with one key at once: the one that came second is refused because the first
 * was done. It is answered with what the first one made. */
static bool
reply_overtaken(struct request *rq, const struct start_asked *s)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	struct ud_error ignored = { 0 };
	int64_t id = 0;

	return s->repeated && journal_find_key(journal, rq->key, &id, &ignored) == 0 &&
	    id > 0 && reply_repeated(rq, id, &s->order.plan.to, &ignored) == 0;
}

/* Without a plan the cause has a code of its own, and stands among the findings as a blocker:
 * who starts is told "blocked", as check would. Wrong words stay wrong words. */
static void
reply_refused(struct request *rq, const struct findings *f, const struct ud_error *err)
{
	struct ud_error told = *err;

	if (f && findings_count(f, SEVERITY_BLOCKER) > 0 && err->code != UD_EUSAGE)
		told.code = UD_EBLOCKED;
	reply_problem(rq, 0, &told,
	    told.code == UD_EBLOCKED || (f && f->count > 0) ? view_findings(f) : NULL);
}

static void
start_done(void *arg, const struct upgrade *u, const struct findings *f,
    const struct ud_error *err)
{
	struct start_asked *s = arg;
	struct request *rq = s->rq;
	struct begun begun = { "" };

	if (u)
		keep_begun(&begun, u);
	if (rq->connection && u && !err)
		reply_same(rq, s->repeated ? MHD_HTTP_OK : MHD_HTTP_CREATED, u->id,
		    &begun, s->repeated ? &s->order.plan.to : &begun.to);
	else if (rq->connection && err && !reply_overtaken(rq, s))
		reply_refused(rq, f, err);
	rq->key[0] = '\0';
	order_done(&s->order);
	free(s);
	request_unref(rq);
}

static void
ask_conductor(struct request *rq, const struct pair *pair, struct start_asked *s,
    const char *key)
{
	s->rq = request_ref(rq);
	s->repeated = is_starting(rq->api, key);
	(void)str_copy(rq->key, sizeof(rq->key), key);
	s->ask.plan = s->order.plan;
	s->ask.idempotency_key = rq->key;
	(void)str_copy(s->ask.by.who, sizeof(s->ask.by.who), rq->who);
	conductor_start(rq->api->conductor, pair, &s->ask, start_done, s);
}

static int
start(struct request *rq, struct ud_error *err)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	const struct pair *pair = NULL;
	const char *key = NULL;
	struct start_asked *s;
	int64_t id = 0;
	int rc;

	if (request_pair(rq, &pair, err) != 0 || request_key(rq, &key, err) != 0 ||
	    journal_find_key(journal, key, &id, err) != 0)
		return -1;
	s = mem_alloc(sizeof(*s));
	if (order_read(&s->order, pair, rq->json, err) != 0) {
		free(s);
		return -1;
	}
	if (id == 0) {
		ask_conductor(rq, pair, s, key);
		return 0;
	}
	rc = reply_repeated(rq, id, &s->order.plan.to, err);
	order_done(&s->order);
	free(s);
	return rc;
}

void
upgrades_start(struct request *rq)
{
	struct ud_error err = { 0 };

	if (start(rq, &err) != 0)
		reply_error(rq, &err);
}
