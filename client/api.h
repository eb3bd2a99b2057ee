/*
 * Questions to the API: a path, perhaps a body; an answer as JSON, or a problem.
 */
#ifndef UD_CLIENT_API_H
#define UD_CLIENT_API_H

#include <jansson.h>

#include "client/http.h"
#include "client/problem.h"

struct ctl;

struct answer {
	struct http_reply reply; /* its body is what --json prints */
	json_t *doc;             /* an object; NULL: not asked yet */
};

/* Each returns 0 with an answer that the caller ends with answer_done(), or -1 with a
 * problem. path has its parts escaped: api_path(). The answer is emptied first. */
int api_get(struct ctl *ctl, const char *path, struct answer *ret, struct problem *p)
    UD_CHECKED;

/* body is borrowed; NULL: {}. revision (If-Match) and key (Idempotency-Key) may be NULL.
 * With a key the question is asked once more when its answer was lost. */
int api_post(struct ctl *ctl, const char *path, const json_t *body,
    const char *revision, const char *key, struct answer *ret, struct problem *p)
    UD_CHECKED;

void answer_done(struct answer *a);

/* A path of parts, ended by NULL: the first, third... as they are, the second, fourth...
 * escaped: api_path("/v1/pairs/", pair, "/why", NULL). The caller frees it. */
char *api_path(const char *part, ...) __attribute__((sentinel));

#endif
