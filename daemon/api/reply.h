/*
 * Answers: JSON, text, problem documents (RFC 9457). The first answer of a request counts;
 * later ones, and answers to a client that went away, are dropped without harm. One that
 * waits is woken.
 */
#ifndef UD_API_REPLY_H
#define UD_API_REPLY_H

#include <jansson.h>

#include "daemon/api/request.h"

void reply_json(struct request *rq, unsigned status,
    json_t *body); /* takes body over */
void reply_text(struct request *rq, unsigned status, const char *type,
    struct buf *text);

/* The document of a failure: type, title, status, detail, code, remedy. */
void reply_error(struct request *rq, const struct ud_error *err);
/* The same with another status (0: that of the code) and findings (taken over, or NULL). */
void reply_problem(struct request *rq, unsigned status, const struct ud_error *err,
    json_t *findings);

/* 503: the daemon ends. */
void reply_closing(struct request *rq);

/* Adds a header to the answer just given. */
void reply_header(struct request *rq, const char *name, const char *value);
void reply_etag(struct request *rq, int64_t revision);

/* Any other answer: takes response over; for the event stream. */
void reply_response(struct request *rq, unsigned status, const char *type,
    struct MHD_Response *response);

#endif
