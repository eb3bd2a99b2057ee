/*
 * Why a request was not done, and which exit status says so.
 *
 * Either the daemon refused with a problem document (RFC 9457), or the client failed
 * before it had an answer. Texts have any length, so this is no struct ud_error.
 */
#ifndef UD_CLIENT_PROBLEM_H
#define UD_CLIENT_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "client/style.h"
#include "common/error.h"

struct problem {
	enum ud_code code; /* UD_CODES: a code this client does not know */
	long http;         /* status of the answer; 0: there was no answer */
	int exit_status;
	char *detail;
	char *remedy; /* NULL: none */
	json_t *doc;  /* the problem document; NULL: the failure is the client's own */
};

/* Takes over a failure of ours. Returns -1. */
int problem_set(struct problem *p, const struct ud_error *err);

/* The same with a text: detail is what is wrong. Returns -1. */
int problem_setf(struct problem *p, enum ud_code code, const char *remedy,
    const char *fmt, ...) UD_PRINTF(4, 5);

/* Reads an answer with a status of 400 or more. The code decides on the exit status; one
 * that is missing or unknown leaves it to the HTTP status. Returns -1. */
int problem_from_answer(struct problem *p, long http, const char *body, size_t len);

/* No answer, or one that says: come back later. Worth asking again. */
bool problem_is_passing(const struct problem *p);

/* "upgradectl: detail", "  what to do: remedy", and the findings, to f; as JSON to
 * json_out when it is not NULL. Empties the problem. Returns its exit status. */
int problem_tell(struct problem *p, const struct view *v, FILE *f, FILE *json_out);

void problem_done(struct problem *p); /* an empty problem is all zero */

#endif
