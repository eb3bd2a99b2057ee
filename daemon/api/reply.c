#include "config.h"

#include "daemon/api/reply.h"

#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"

void
reply_header(struct request *rq, const char *name, const char *value)
{
	if (rq->response && value)
		(void)MHD_add_response_header(rq->response, name, value);
}

void
reply_etag(struct request *rq, int64_t revision)
{
	char text[32];

	str_printf(text, sizeof(text), "\"%lld\"", (long long)revision);
	reply_header(rq, MHD_HTTP_HEADER_ETAG, text);
}

/* Refusals and everything that changes something; reading is for those who debug. */
static void
log_reply(const struct request *rq)
{
	bool refused = rq->status == MHD_HTTP_FORBIDDEN;
	bool control = rq->route && rq->route->right == RIGHT_CONTROL;
	int64_t took_us = clock_mono_us() - rq->began_us;

	log_event(refused || control ? LOG_INFO : LOG_DEBUG,
	    refused ? "api.refused" : "api.answered",
	    KV_STR("route", rq->route ? rq->route->path : "-"),
	    KV_STR("pair", rq->name), KV_INT("upgrade", rq->id), KV_STR("who", rq->who),
	    KV_INT("uid", rq->peer && rq->peer->is_local ? (int64_t)rq->peer->uid : -1),
	    KV_STR("address", rq->peer ? rq->peer->address : ""),
	    KV_INT("status", rq->status), KV_INT("took_us", took_us));
}

void
reply_response(struct request *rq, unsigned status, const char *type,
    struct MHD_Response *response)
{
	if (!response || !rq->connection || rq->response || rq->status != 0) {
		if (response)
			MHD_destroy_response(response);
		return;
	}
	rq->response = response;
	rq->status = status;
	reply_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	reply_header(rq, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	reply_header(rq, "X-Content-Type-Options", "nosniff");
	reply_header(rq, MHD_HTTP_HEADER_ALLOW, rq->allow);
	log_reply(rq);
	api_count_reply(rq->api, status);
	if (rq->suspended) {
		rq->suspended = false;
		MHD_resume_connection(rq->connection);
		listener_wake(rq->listener);
	}
}

/* Takes text (malloc) over. */
static void
reply_memory(struct request *rq, unsigned status, const char *type, char *text,
    size_t len)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);

	if (!response)
		free(text);
	reply_response(rq, status, type, response);
}

void
reply_text(struct request *rq, unsigned status, const char *type, struct buf *text)
{
	size_t len = text->len;
	char *data = buf_take(text);

	reply_memory(rq, status, type, data ? data : mem_strdup(""), len);
}

static void
reply_document(struct request *rq, unsigned status, const char *type, json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	json_decref(body);
	if (!text)
		text = mem_strdup("null");
	reply_memory(rq, status, type, text, strlen(text));
}

void
reply_json(struct request *rq, unsigned status, json_t *body)
{
	reply_document(rq, status, "application/json", body);
}

void
reply_problem(struct request *rq, unsigned status, const struct ud_error *err,
    json_t *findings)
{
	json_t *doc = json_object();

	if (status == 0)
		status = (unsigned)ud_code_http(err->code);
	json_object_set_new(doc, "type", json_string("about:blank"));
	json_object_set_new(doc, "title",
	    ujson_str_or_null(MHD_get_reason_phrase_for(status)));
	json_object_set_new(doc, "status", json_integer(status));
	json_object_set_new(doc, "detail", ujson_str_or_null(err->text));
	json_object_set_new(doc, "code", json_string(ud_code_name(err->code)));
	json_object_set_new(doc, "remedy", ujson_str_or_null(err->remedy));
	if (findings)
		json_object_set_new(doc, "findings", findings);
	reply_document(rq, status, "application/problem+json", doc);
}

void
reply_error(struct request *rq, const struct ud_error *err)
{
	reply_problem(rq, 0, err, NULL);
}

void
reply_closing(struct request *rq)
{
	struct ud_error err = { 0 };

	(void)ud_fail(&err, UD_EUNREACHABLE, "the daemon is ending");
	(void)ud_remedy(&err,
	    "ask again when it has started; what was asked for may have "
	    "been done: look first");
	reply_error(rq, &err);
}
