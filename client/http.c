#include "config.h"

#include "client/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "client/http_error.h"
#include "common/mem.h"
#include "common/secret.h"
#include "common/str.h"

#define CONNECT_LIMIT_MS 5000L

struct http {
	struct http_endpoint at;
	char *base; /* without a slash at its end */
	struct secret *token;
	CURL *easy;
	char said[CURL_ERROR_SIZE];
};

int
http_new(const struct http_endpoint *at, struct http **ret, struct ud_error *err)
{
	struct http *h;
	size_t len;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ud_fail(err, UD_ESYSTEM, "libcurl does not start");
	h = mem_alloc(sizeof(*h));
	h->at = *at;
	h->base = mem_strdup(at->url != NULL ? at->url : "http://localhost");
	len = strlen(h->base);
	while (len > 0 && h->base[len - 1] == '/')
		h->base[--len] = '\0';
	if (at->token_file != NULL &&
	    secret_read_file(at->token_file, &h->token, err) != 0) {
		http_free(h);
		return -1;
	}
	*ret = h;
	return 0;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->easy);
	secret_free(h->token);
	free(h->base);
	free(h);
	curl_global_cleanup();
}

void
http_add_escaped(struct buf *out, const char *text)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_add(out, text, 1);
		else
			buf_addf(out, "%%%02X", (unsigned char)*text);
	}
}

static void
set_where(struct http *h, CURL *easy, const char *path)
{
	char *url = mem_printf("%s%s", h->base, path);

	curl_easy_setopt(easy, CURLOPT_URL, url); /* copied */
	free(url);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "upgradectl/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_LIMIT_MS);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, h->said);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#endif
	if (h->at.url != NULL)
		return;
	curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, h->at.socket);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
	struct curl_slist *longer;
	char *line;

	if (value == NULL)
		return list;
	line = mem_printf("%s: %s", name, value);
	longer = curl_slist_append(list, line);
	free(line);
	return longer == NULL ? list : longer;
}

static struct curl_slist *
add_token(const struct http *h, struct curl_slist *list)
{
	struct curl_slist *longer;
	char *line;

	if (h->token == NULL)
		return list;
	line = mem_printf("Authorization: Bearer %s", secret_reveal(h->token));
	longer = curl_slist_append(list, line);
	explicit_bzero(line, strlen(line));
	free(line);
	return longer == NULL ? list : longer;
}

void *
http_easy(struct http *h, const char *path, void **ret_headers)
{
	CURL *easy = curl_easy_init();

	*ret_headers = NULL;
	if (easy == NULL)
		return NULL;
	set_where(h, easy, path);
	*ret_headers = add_token(h, NULL);
	return easy;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_reply *reply = arg;

	buf_add(&reply->body, data, size * count);
	return size * count;
}

/* Copies the value of "Name: value\r\n", without quotes, when the line has this name. */
static void
take_header(const char *line, const char *name, char *value, size_t size)
{
	char *start;
	size_t len;

	if (!str_starts_nocase(line, name))
		return;
	(void)str_copy(value, size, line + strlen(name));
	start = str_trim(value);
	len = strlen(start);
	if (len >= 2 && start[0] == '"' && start[len - 1] == '"') {
		start[len - 1] = '\0';
		start++;
	}
	memmove(value, start, strlen(start) + 1);
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct http_reply *reply = arg;
	char *line = mem_strndup(data, size * count);

	take_header(line, "ETag:", reply->etag, sizeof(reply->etag));
	take_header(line, "Location:", reply->location, sizeof(reply->location));
	free(line);
	return size * count;
}

static struct curl_slist *
set_request(struct http *h, const struct http_request *rq, struct http_reply *reply)
{
	struct curl_slist *headers = add_token(h, NULL);
	const char *body = rq->body == NULL ? "" : rq->body;
	char *if_match =
	    rq->if_match == NULL ? NULL : mem_printf("\"%s\"", rq->if_match);

	headers = add_header(headers, "Accept", "application/json");
	headers = add_header(headers, "If-Match", if_match);
	headers = add_header(headers, "Idempotency-Key", rq->idempotency_key);
	free(if_match);
	if (str_equal(rq->method, "POST")) {
		headers = add_header(headers, "Content-Type", "application/json");
		curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
		curl_easy_setopt(h->easy, CURLOPT_COPYPOSTFIELDS, body);
	}
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, reply);
	curl_easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(h->easy, CURLOPT_HEADERDATA, reply);
	curl_easy_setopt(h->easy, CURLOPT_TIMEOUT_MS,
	    (long)(rq->limit_ms > 0 ? rq->limit_ms : HTTP_LIMIT_MS));
	return headers;
}

/* A request that was sent and not answered may have been done: that is said differently
 * from a daemon that was never there. */
static int
fail_request(struct http *h, CURLcode rc, struct ud_error *err)
{
	const char *said = h->said[0] != '\0' ? h->said : curl_easy_strerror(rc);
	long sys_errno = 0, sent = 0;

	curl_easy_getinfo(h->easy, CURLINFO_OS_ERRNO, &sys_errno);
	curl_easy_getinfo(h->easy, CURLINFO_REQUEST_SIZE, &sent);
	return http_fail(&h->at, sent > 0 ? 0 : (int)sys_errno, said, sent > 0, err);
}

int
http_ask(struct http *h, const struct http_request *rq, struct http_reply *reply,
    struct ud_error *err)
{
	struct curl_slist *headers;
	CURLcode rc;

	http_reply_done(reply);
	if (h->easy == NULL)
		h->easy = curl_easy_init();
	if (h->easy == NULL)
		return ud_fail(err, UD_ESYSTEM, "libcurl does not start");
	curl_easy_reset(h->easy); /* keeps the connection */
	h->said[0] = '\0';
	set_where(h, h->easy, rq->path);
	headers = set_request(h, rq, reply);
	rc = curl_easy_perform(h->easy);
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &reply->status);
	curl_slist_free_all(headers);
	return rc == CURLE_OK ? 0 : fail_request(h, rc, err);
}

void
http_reply_done(struct http_reply *reply)
{
	buf_done(&reply->body);
	*reply = (struct http_reply){ 0 };
}
