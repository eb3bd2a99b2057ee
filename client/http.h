/*
 * One connection to the daemon: HTTP over its socket or an address, by libcurl.
 *
 * Knows requests and answers, no verb and no member. The connection is kept between
 * requests. Proxies of the environment are not used for the socket.
 */
#ifndef UD_CLIENT_HTTP_H
#define UD_CLIENT_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

#define HTTP_ETAG     96
#define HTTP_LOCATION 256

struct http;

struct http_endpoint {
	const char *socket;     /* path; used when url is NULL */
	const char *url;        /* "http://127.0.0.1:8470" */
	const char *token_file; /* NULL: no token is sent */
};

struct http_request {
	const char *method;          /* "GET", "POST" */
	const char *path;            /* "/v1/pairs", escaped (http_add_escaped) */
	const char *body;            /* JSON; NULL: none */
	const char *if_match;        /* revision without quotes; NULL: none */
	const char *idempotency_key; /* NULL: none */
	int64_t limit_ms;            /* 0: HTTP_LIMIT_MS */
};

#define HTTP_LIMIT_MS 60000

struct http_reply {
	long status;
	struct buf body;
	char etag[HTTP_ETAG]; /* without quotes; empty when there was none */
	char location[HTTP_LOCATION];
};

/* Reads the token; connects with the first request. The strings of the endpoint stay the
 * caller's until http_free(). UD_ECONFIG: the token file. */
int http_new(const struct http_endpoint *at, struct http **ret, struct ud_error *err)
    UD_CHECKED;
void http_free(struct http *h);

/* Asks and waits. Any HTTP status is success. reply is emptied first, the caller ends it
 * with http_reply_done(). Errors name the socket or address that was tried:
 *   UD_EUNREACHABLE  nobody answers, too late, or the connection broke
 *   UD_EAUTH         the socket is there and may not be opened; says for which group */
int http_ask(struct http *h, const struct http_request *rq, struct http_reply *reply,
    struct ud_error *err) UD_CHECKED;
void http_reply_done(struct http_reply *reply);

/* A prepared easy handle (CURL *) for the event stream: where, token, nothing else. The
 * caller adds the rest and ends it with curl_easy_cleanup(). ret_headers (struct
 * curl_slist) must live as long as the handle. */
void *http_easy(struct http *h, const char *path, void **ret_headers);

/* Adds text with everything but letters, digits and "-._~" as %XX. */
void http_add_escaped(struct buf *out, const char *text);

#endif
