#include "config.h"

#include "daemon/api/request.h"

#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/conductor/conductor.h"
#include "daemon/model/upgrade.h"

struct request *
request_new(struct listener *l, struct MHD_Connection *c, const struct peer *peer)
{
	struct request *rq = mem_alloc(sizeof(*rq));

	rq->api = l->api;
	rq->listener = l;
	rq->connection = c;
	rq->peer = peer;
	rq->refs = 1;
	rq->began_us = clock_mono_us();
	TAILQ_INSERT_TAIL(&l->api->requests, rq, entry);
	return rq;
}

struct request *
request_ref(struct request *rq)
{
	rq->refs++;
	return rq;
}

void
request_unref(struct request *rq)
{
	if (--rq->refs > 0)
		return;
	if (rq->response)
		MHD_destroy_response(rq->response);
	settings_done(&rq->query);
	buf_done(&rq->body);
	json_decref(rq->json);
	free(rq);
}

void
request_over(struct request *rq)
{
	TAILQ_REMOVE(&rq->api->requests, rq, entry);
	rq->connection = NULL;
	rq->peer = NULL;
	rq->api = NULL;
	request_unref(rq);
}

const char *
request_header(const struct request *rq, const char *name)
{
	return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

int64_t
request_announced(const struct request *rq)
{
	const char *text = request_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
	int64_t len;

	if (!text)
		return -1;
	return str_to_int(text, 0, INT64_MAX, &len) ? len : INT64_MAX;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
request_decode(char *text)
{
	char *out = text;

	while (*text) {
		int high, low, c = (unsigned char)*text++;

		if (c == '%') {
			high = hex_digit(text[0]);
			low = high < 0 ? -1 : hex_digit(text[1]);
			if (low < 0)
				return false;
			c = high * 16 + low;
			text += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		*out++ = (char)c;
	}
	*out = '\0';
	return true;
}

/* ---- before the body ---- */

static int
find_right(struct request *rq, struct ud_error *err)
{
	const char *header = request_header(rq, MHD_HTTP_HEADER_AUTHORIZATION);

	return auth_request(rq->peer, header, rq->api->token, &rq->right, err);
}

static int
check_right(struct request *rq, struct ud_error *err)
{
	if (rq->right < rq->route->right) {
		(void)ud_fail(err, UD_EAUTH,
		    "without a token this address is read only");
		return ud_remedy(err,
		    "send `Authorization: Bearer` with the token of the "
		    "daemon's token_file, or use the control socket");
	}
	if (rq->route->right == RIGHT_CONTROL)
		auth_who(rq->peer, rq->who, sizeof(rq->who));
	return 0;
}

static int
check_head_size(const struct request *rq, struct ud_error *err)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	if (!info || info->header_size <= API_HEADER_MAX)
		return 0;
	return ud_fail(err, UD_ETOOBIG,
	    "the head of the request has %zu bytes, at most %d "
	    "are accepted",
	    info->header_size, API_HEADER_MAX);
}

struct arguments {
	struct request *rq;
	struct ud_error *err;
	int rc;
};

static enum MHD_Result
take_argument(void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct arguments *args = arg;
	struct request *rq = args->rq;
	char *text;

	(void)kind;
	if (!route_knows_query(rq->route, key)) {
		args->rc = ud_fail(args->err, UD_EUSAGE,
		    "query: no such argument: %.64s", key);
		(void)ud_remedy(args->err, "known arguments: %s",
		    *rq->route->query ? rq->route->query : "none");
		return MHD_NO;
	}
	if (settings_get(&rq->query, key) != NULL) {
		args->rc = ud_fail(args->err, UD_EUSAGE, "query: %.64s is given twice", key);
		return MHD_NO;
	}
	text = mem_strdup(value ? value : "");
	if (request_decode(text))
		settings_set(&rq->query, key, text);
	else
		args->rc =
		    ud_fail(args->err, UD_EUSAGE, "query: %s is not well encoded", key);
	free(text);
	return args->rc == 0 ? MHD_YES : MHD_NO;
}

static int
take_query(struct request *rq, struct ud_error *err)
{
	struct arguments args = { .rq = rq, .err = err };

	(void)MHD_get_connection_values(rq->connection, MHD_GET_ARGUMENT_KIND,
	    take_argument, &args);
	return args.rc;
}

void
request_begin(struct request *rq, const char *method, const char *url)
{
	struct ud_error err = { 0 };

	if (check_head_size(rq, &err) != 0)
		reply_problem(rq, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, &err, NULL);
	else if (find_right(rq, &err) != 0 || route_find(rq, method, url, &err) != 0 ||
	    check_right(rq, &err) != 0 || take_query(rq, &err) != 0)
		reply_error(rq, &err);
}

/* ---- the body ---- */

bool
request_add_body(struct request *rq, const char *data, size_t len)
{
	rq->body_seen += len;
	if (rq->body_seen <= API_BODY_MAX)
		buf_add(&rq->body, data, len);
	return rq->body_seen <= API_SWALLOW_MAX;
}

static int
parse_body(struct request *rq, struct ud_error *err)
{
	if (rq->body_seen > API_BODY_MAX) {
		(void)ud_fail(err, UD_ETOOBIG, "the body is too big");
		return ud_remedy(err, "at most %d bytes are accepted", API_BODY_MAX);
	}
	if (rq->body.len == 0 || strcmp(rq->route->method, "POST") != 0)
		return 0;
	if (ujson_parse(rq->body.data, rq->body.len, &rq->json, err) != 0)
		return ud_wrap(err, "body");
	if (!json_is_object(rq->json))
		return ud_fail(err, UD_EUSAGE, "body: an object is needed");
	return 0;
}

void
request_handle(struct request *rq)
{
	struct ud_error err = { 0 };

	rq->handled = true;
	if (rq->response)
		return;
	if (rq->api->closing)
		reply_closing(rq);
	else if (parse_body(rq, &err) != 0)
		reply_error(rq, &err);
	else
		rq->route->handle(rq);
}

/* ---- for the handlers ---- */

const char *
request_query(const struct request *rq, const char *name)
{
	const char *value = settings_get(&rq->query, name);

	return value && *value ? value : NULL;
}

int
request_query_int(const struct request *rq, const char *name, int64_t min, int64_t max,
    int64_t fallback, int64_t *ret, struct ud_error *err)
{
	const char *text = request_query(rq, name);

	*ret = fallback;
	if (!text || str_to_int(text, min, max, ret))
		return 0;
	if (max == INT64_MAX)
		return ud_fail(err, UD_EUSAGE,
		    "query: %s: a number from %lld on is accepted", name,
		    (long long)min);
	return ud_fail(err, UD_EUSAGE,
	    "query: %s: a number from %lld to %lld is accepted", name, (long long)min,
	    (long long)max);
}

int
request_no_upgrade(int64_t id, struct ud_error *err)
{
	(void)ud_fail(err, UD_ENOTFOUND, "no upgrade %lld", (long long)id);
	return ud_remedy(err, "upgradectl history (GET /v1/upgrades) lists them");
}

int
request_pair(const struct request *rq, const struct pair **ret, struct ud_error *err)
{
	const char *name = *rq->name ? rq->name : request_query(rq, "pair");

	*ret = NULL;
	if (!name)
		return 0;
	if (str_is_name(name, NAME_MAX_BYTES - 1))
		*ret = conductor_pair(rq->api->conductor, name);
	if (*ret)
		return 0;
	(void)ud_fail(err, UD_ENOTFOUND, "no such pair: %.64s", name);
	return ud_remedy(err,
	    "upgradectl pairs (GET /v1/pairs) lists them; a new one needs a file in "
	    "pairs_directory and a reload (SIGHUP)");
}

int
request_revision(const struct request *rq, int64_t *ret, struct ud_error *err)
{
	const char *header = request_header(rq, MHD_HTTP_HEADER_IF_MATCH);
	char text[32], *start;
	size_t len;

	if (!header) {
		(void)ud_fail(err, UD_EMISSING, "the header If-Match is missing");
		return ud_remedy(err,
		    "send the revision of the upgrade that you have seen: "
		    "member `revision`, header ETag");
	}
	(void)str_copy(text, sizeof(text), header);
	start = str_trim(text);
	len = strlen(start);
	if (len >= 2 && start[0] == '"' && start[len - 1] == '"') {
		start[len - 1] = '\0';
		start++;
	}
	if (str_to_int(start, 0, INT64_MAX, ret))
		return 0;
	(void)ud_fail(err, UD_EUSAGE,
	    "If-Match: one revision is accepted, such as \"17\"");
	return ud_remedy(err,
	    "`*` and lists are refused: what is approved must have been seen");
}

int
request_key(const struct request *rq, const char **ret, struct ud_error *err)
{
	const char *key = request_header(rq, "Idempotency-Key");
	const size_t most = sizeof(((struct upgrade *)0)->idempotency_key) - 1;

	if (!key || !*key) {
		(void)ud_fail(err, UD_EMISSING,
		    "the header Idempotency-Key is missing");
		return ud_remedy(err,
		    "send a new random text for each upgrade, and the same "
		    "one when the request is repeated");
	}
	for (const char *c = key; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			return ud_fail(err, UD_EUSAGE,
			    "Idempotency-Key: printable ASCII is accepted");
	if (strlen(key) > most)
		return ud_fail(err, UD_EUSAGE,
		    "Idempotency-Key: at most %zu bytes are accepted", most);
	*ret = key;
	return 0;
}
