#include "tests/unit/api/web.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "tests/unit/api/world.h"

static int
connect_local(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	str_copy(at.sun_path, sizeof(at.sun_path), world.socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static int
connect_tcp(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_port = htons((uint16_t)api_port(world.api));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

void
web_open(struct web *w, bool over_tcp)
{
	*w = (struct web){ .over_tcp = over_tcp };
	w->fd = over_tcp ? connect_tcp() : connect_local();
	(void)fcntl(w->fd, F_SETFL, O_NONBLOCK);
}

void
web_close(struct web *w)
{
	close(w->fd);
	buf_done(&w->in);
}

void
web_turn(int rounds)
{
	while (rounds-- > 0)
		event_base_loop(world.base, EVLOOP_NONBLOCK);
}

/* A round of the loop, and a moment when nothing happened. */
static void
turn(const struct web *w, short what)
{
	struct pollfd p = { .fd = w->fd, .events = what };

	web_turn(2);
	(void)poll(&p, 1, 1);
}

void
web_send(struct web *w, const char *data, size_t len)
{
	int64_t until_ms = clock_mono_ms() + WEB_LIMIT_MS;

	while (len > 0 && clock_mono_ms() < until_ms) {
		ssize_t n = send(w->fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return; /* refused in the middle: the answer tells */
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
		turn(w, POLLOUT);
	}
}

void
web_send_request(struct web *w, const char *line, const char *headers, const char *body)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s HTTP/1.1\r\nHost: test\r\n%s", line, headers ? headers : "");
	if (body)
		buf_addf(&b, "Content-Length: %zu\r\n", strlen(body));
	buf_adds(&b, "\r\n");
	if (body)
		buf_adds(&b, body);
	web_send(w, b.data, b.len);
	buf_done(&b);
}

/* Takes what has arrived; false: the other side closed. */
static bool
receive(struct web *w)
{
	char data[8192];
	ssize_t n;

	for (;;) {
		n = recv(w->fd, data, sizeof(data), 0);
		if (n <= 0)
			return n < 0 && errno == EAGAIN;
		buf_add(&w->in, data, (size_t)n);
	}
}

bool
web_wait_for(struct web *w, const char *text)
{
	int64_t until_ms = clock_mono_ms() + WEB_LIMIT_MS;

	while (!strstr(buf_text(&w->in), text)) {
		if (clock_mono_ms() > until_ms)
			return false;
		turn(w, POLLIN);
		if (!receive(w))
			return strstr(buf_text(&w->in), text) != NULL;
	}
	return true;
}

bool
web_wait_end(struct web *w)
{
	int64_t until_ms = clock_mono_ms() + WEB_LIMIT_MS;

	while (clock_mono_ms() < until_ms) {
		turn(w, POLLIN);
		if (!receive(w))
			return true;
	}
	return false;
}

/* Length of the body by its head; -1: until the end of the connection. */
static long
body_length(const char *head)
{
	const char *at = strcasestr(head, "\r\nContent-Length:");

	return at ? strtol(at + strlen("\r\nContent-Length:"), NULL, 10) : -1;
}

static bool
is_whole(struct web *w, bool is_head, size_t *ret_head, size_t *ret_body)
{
	const char *text = buf_text(&w->in), *end = strstr(text, "\r\n\r\n");
	char *head;
	long len;

	if (!end)
		return false;
	*ret_head = (size_t)(end - text) + 4;
	head = mem_strndup(text, *ret_head);
	len = is_head ? 0 : body_length(head);
	free(head);
	*ret_body = len < 0 ? 0 : (size_t)len;
	return len >= 0 && w->in.len >= *ret_head + (size_t)len;
}

static void
take_reply(struct web *w, size_t head, size_t body, struct web_reply *ret)
{
	struct buf rest = { 0 };

	ret->head = mem_strndup(w->in.data, head);
	ret->body = mem_strndup(w->in.data + head, body);
	ret->status = (int)strtol(ret->head + strlen("HTTP/1.1 "), NULL, 10);
	ret->json = json_loads(ret->body, JSON_DECODE_ANY, NULL);
	buf_add(&rest, w->in.data + head + body, w->in.len - head - body);
	buf_done(&w->in);
	w->in = rest;
}

static void
read_reply(struct web *w, bool is_head, struct web_reply *ret)
{
	int64_t until_ms = clock_mono_ms() + WEB_LIMIT_MS;
	size_t head = 0, body = 0;

	*ret = (struct web_reply){ 0 };
	while (!is_whole(w, is_head, &head, &body)) {
		ck_assert_msg(clock_mono_ms() < until_ms, "no answer in time: %s",
		    buf_text(&w->in));
		turn(w, POLLIN);
		if (!receive(w) && !is_whole(w, is_head, &head, &body))
			return;
	}
	take_reply(w, head, body, ret);
}

void
web_read(struct web *w, struct web_reply *ret)
{
	read_reply(w, false, ret);
}

static struct web_reply
ask(bool over_tcp, const char *line, const char *headers, const char *body)
{
	struct web_reply r;
	struct web w;

	web_open(&w, over_tcp);
	web_send_request(&w, line, headers, body);
	read_reply(&w, strncmp(line, "HEAD ", 5) == 0, &r);
	web_close(&w);
	web_turn(4);
	return r;
}

struct web_reply
web_ask(const char *line, const char *headers, const char *body)
{
	return ask(false, line, headers, body);
}

struct web_reply
web_ask_tcp(const char *line, const char *headers, const char *body)
{
	return ask(true, line, headers, body);
}

void
web_reply_done(struct web_reply *r)
{
	free(r->head);
	free(r->body);
	json_decref(r->json);
	*r = (struct web_reply){ 0 };
}

const char *
web_header(const struct web_reply *r, const char *name)
{
	static char value[256];
	char *key = mem_printf("\r\n%s: ", name);
	const char *at = r->head ? strcasestr(r->head, key) : NULL;

	value[0] = '\0';
	if (at) {
		at += strlen(key);
		str_printf(value, sizeof(value), "%.*s", (int)strcspn(at, "\r"), at);
	}
	free(key);
	return value;
}

const json_t *
web_at(const struct web_reply *r, const char *path)
{
	char *copy = mem_strdup(path), *rest = copy, *key;
	const json_t *at = r->json;

	while (at && (key = strsep(&rest, ".")) != NULL) {
		if (json_is_array(at))
			at = json_array_get(at, (size_t)strtol(key, NULL, 10));
		else
			at = json_object_get(at, key);
	}
	free(copy);
	return at;
}

const char *
web_text(const struct web_reply *r, const char *path)
{
	static char text[4][256];
	static int next;
	const json_t *v = web_at(r, path);
	char *buf = text[next++ % 4];

	if (!v)
		return "(absent)";
	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_null(v))
		return "(null)";
	if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	if (json_is_integer(v))
		str_printf(buf, sizeof(text[0]), "%lld",
		    (long long)json_integer_value(v));
	else
		str_printf(buf, sizeof(text[0]), "(%zu)",
		    json_is_array(v) ? json_array_size(v) : json_object_size(v));
	return buf;
}

void
web_expect(const struct web_reply *r, int status, const char *code)
{
	ck_assert_msg(r->status == status, "status %d, not %d: %s", r->status, status,
	    r->body ? r->body : "nothing");
	ck_assert_str_eq(web_header(r, "Cache-Control"), "no-store");
	ck_assert_str_eq(web_header(r, "X-Content-Type-Options"), "nosniff");
	ck_assert_str_ne(web_header(r, "Content-Type"), "");
	if (!code)
		return;
	ck_assert_str_eq(web_header(r, "Content-Type"), "application/problem+json");
	ck_assert_str_eq(web_text(r, "code"), code);
	ck_assert_str_eq(web_text(r, "type"), "about:blank");
	ck_assert_int_eq((int)json_integer_value(web_at(r, "status")), status);
	ck_assert(json_is_string(web_at(r, "title")));
	ck_assert(json_is_string(web_at(r, "detail")));
	ck_assert(web_at(r, "remedy") != NULL);
}
