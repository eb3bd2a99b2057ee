#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "common/mem.h"
#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

#define COMMENT_MAX 1000

/* The strings of `ask` are those of the request's body: it lives as long as this. */
struct steering_asked {
	struct request *rq;
	struct steer_request ask;
};

static void
reply_steered(struct request *rq, const struct upgrade *u)
{
	struct ud_error err = { 0 };
	int64_t revision = u->revision;
	json_t *doc = NULL;

	if (view_upgrade_by_id(rq->api->conductor, u->id, &doc, &revision, &err) != 0)
		doc = view_upgrade(rq->api->conductor, u, NULL);
	reply_json(rq, MHD_HTTP_OK, doc);
	reply_etag(rq, revision);
}

static void
steering_done(void *arg, const struct upgrade *u, const struct findings *f,
    const struct ud_error *err)
{
	struct steering_asked *s = arg;
	struct request *rq = s->rq;

	(void)f;
	if (rq->connection && err)
		reply_error(rq, err);
	else if (rq->connection && u)
		reply_steered(rq, u);
	free(s);
	request_unref(rq);
}

/* Known members, by what is asked. */
static const char *const *
known_members(enum steering what)
{
	static const char *const advance[] = { "gate", "through", "all", "comment",
		"plan_hash", NULL };
	static const char *const other[] = { "comment", NULL };

	return what == STEER_ADVANCE ? advance : other;
}

static int
check_comment(const char *comment, struct ud_error *err)
{
	if (comment && strlen(comment) > COMMENT_MAX)
		return ud_fail(err, UD_EUSAGE,
		    "body.comment: at most %d bytes are accepted", COMMENT_MAX);
	return 0;
}

static int
read_body(struct steer_request *ask, const json_t *body, struct ud_error *err)
{
	struct core_advance *a = &ask->advance;

	ask->comment = "";
	if (!body)
		return 0;
	if (ujson_known(body, known_members(ask->what), err) != 0 ||
	    ujson_string(body, "comment", false, &ask->comment, err) != 0 ||
	    ujson_string(body, "gate", false, &a->gate, err) != 0 ||
	    ujson_string(body, "through", false, &a->through, err) != 0 ||
	    ujson_string(body, "plan_hash", false, &a->plan_hash, err) != 0 ||
	    ujson_bool(body, "all", false, &a->all, err) != 0)
		return -1;
	if (!ask->comment)
		ask->comment = "";
	return check_comment(ask->comment, err);
}

static void
take_state(void *arg, const struct upgrade *u)
{
	*(enum upgrade_state *)arg = u->state;
}

/* Not under way: over, or never there. */
static int
refuse_absent(const struct request *rq, struct ud_error *err)
{
	enum upgrade_state state = UPGRADE_STATES;

	if (journal_find(conductor_journal(rq->api->conductor), rq->id, take_state,
		&state, err) != 0)
		return -1;
	if (state == UPGRADE_STATES)
		return request_no_upgrade(rq->id, err);
	(void)ud_fail(err, UD_ESTATE,
	    "upgrade %lld is %s: it cannot be steered any more", (long long)rq->id,
	    upgrade_state_name(state));
	return ud_remedy(err, "start another one: POST /v1/pairs/{pair}/upgrades");
}

static int
check_revision(const struct request *rq, int64_t *ret, struct ud_error *err)
{
	const struct pair *pair = NULL;
	const struct plan *plan = NULL;
	const struct upgrade *u =
	    conductor_upgrade_by_id(rq->api->conductor, rq->id, &pair, &plan);

	if (!u)
		return refuse_absent(rq, err);
	if (request_revision(rq, ret, err) != 0)
		return -1;
	if (*ret == u->revision)
		return 0;
	(void)ud_fail(err, UD_ESTALE, "upgrade %lld has revision %lld now, not %lld",
	    (long long)u->id, (long long)u->revision, (long long)*ret);
	return ud_remedy(err, "look at it again and decide on what you see then");
}

static int
steer(struct request *rq, struct ud_error *err)
{
	struct steering_asked *s = mem_alloc(sizeof(*s));

	s->ask.what = (enum steering)rq->route->what;
	s->ask.upgrade = rq->id;
	if (check_revision(rq, &s->ask.revision, err) != 0 ||
	    read_body(&s->ask, rq->json, err) != 0) {
		free(s);
		return -1;
	}
	(void)str_copy(s->ask.by.who, sizeof(s->ask.by.who), rq->who);
	s->rq = request_ref(rq);
	conductor_steer(rq->api->conductor, &s->ask, steering_done, s);
	return 0;
}

void
steering_ask(struct request *rq)
{
	struct ud_error err = { 0 };

	if (steer(rq, &err) != 0)
		reply_error(rq, &err);
}
