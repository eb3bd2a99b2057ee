#include "config.h"

#include "client/api.h"

#include <stdarg.h>
#include <stdlib.h>

#include "client/ctl.h"
#include "common/json.h"

char *
api_path(const char *part, ...)
{
	struct buf path = { 0 };
	bool escaped = false;
	va_list ap;

	va_start(ap, part);
	for (; part != NULL; part = va_arg(ap, const char *)) {
		if (escaped)
			http_add_escaped(&path, part);
		else
			buf_adds(&path, part);
		escaped = !escaped;
	}
	va_end(ap);
	return buf_take(&path);
}

static int
read_answer(struct answer *a, struct problem *p)
{
	const char *body = buf_text(&a->reply.body);
	struct ud_error err = { 0 };

	if (a->reply.status >= 400)
		return problem_from_answer(p, a->reply.status, body, a->reply.body.len);
	if (ujson_parse(body, a->reply.body.len, &a->doc, &err) == 0 &&
	    json_is_object(a->doc))
		return 0;
	return problem_setf(p, UD_EPARSE,
	    "is it upgraded that listens there? `upgradectl version` names both versions",
	    "the daemon answered with HTTP status %ld and something that is no JSON object",
	    a->reply.status);
}

static int
ask(struct ctl *ctl, const struct http_request *rq, struct answer *ret,
    struct problem *p)
{
	struct ud_error err = { 0 };

	answer_done(ret);
	if (http_ask(ctl->http, rq, &ret->reply, &err) != 0) {
		(void)problem_set(p, &err);
	} else if (read_answer(ret, p) == 0) {
		return 0;
	}
	answer_done(ret);
	return -1;
}

int
api_get(struct ctl *ctl, const char *path, struct answer *ret, struct problem *p)
{
	struct http_request rq = { .method = "GET", .path = path };

	return ask(ctl, &rq, ret, p);
}

int
api_post(struct ctl *ctl, const char *path, const json_t *body, const char *revision,
    const char *key, struct answer *ret, struct problem *p)
{
	char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	struct http_request rq = {
		.method = "POST",
		.path = path,
		.body = text == NULL ? "{}" : text,
		.if_match = revision,
		.idempotency_key = key,
	};
	int rc = ask(ctl, &rq, ret, p);

	if (rc != 0 && key != NULL && p->http == 0 && p->code == UD_EUNREACHABLE)
		rc = ask(ctl, &rq, ret, p);
	free(text);
	return rc;
}

void
answer_done(struct answer *a)
{
	http_reply_done(&a->reply);
	json_decref(a->doc);
	a->doc = NULL;
}
