/*
 * A small HTTP client. It shares the test's only thread with the API: while it waits it
 * lets the loop turn, so a test is one story without races.
 */
#ifndef UD_TESTS_UNIT_API_WEB_H
#define UD_TESTS_UNIT_API_WEB_H

#include <stdbool.h>

#include <jansson.h>

#include "common/buf.h"

#define WEB_LIMIT_MS 5000

struct web {
	int fd;
	bool over_tcp;
	struct buf in;
};

struct web_reply {
	int status; /* 0: the connection was closed without an answer */
	char *head;
	char *body;
	json_t *json; /* NULL: the body is none */
};

void web_open(struct web *w, bool over_tcp);
void web_close(struct web *w);

/* Sends bytes as they are. */
void web_send(struct web *w, const char *data, size_t len);
/* "GET /v1/pairs", more header lines with "\r\n" or "", body or NULL. */
void web_send_request(struct web *w, const char *line, const char *headers,
    const char *body);
/* Waits for one whole answer; the connection stays. */
void web_read(struct web *w, struct web_reply *ret);
/* Waits until the text was received; false: not within the limit. */
bool web_wait_for(struct web *w, const char *text);
/* Waits until the other side closed. */
bool web_wait_end(struct web *w);
void web_turn(int rounds); /* lets the loop turn without waiting */

/* One request on a connection of its own over the unix socket. */
struct web_reply web_ask(const char *line, const char *headers, const char *body);
struct web_reply web_ask_tcp(const char *line, const char *headers, const char *body);
void web_reply_done(struct web_reply *r);

/* Value of a header, in a static buffer; "" absent. */
const char *web_header(const struct web_reply *r, const char *name);

/* Member by path, "members.0.role"; NULL when it is not there. */
const json_t *web_at(const struct web_reply *r, const char *path);
/* Its string; "(null)", "(absent)", "true", "7" for other kinds; static buffer. */
const char *web_text(const struct web_reply *r, const char *path);

/* Asserts status and, for refusals, a whole problem document with this code. */
void web_expect(const struct web_reply *r, int status, const char *code);

#endif
