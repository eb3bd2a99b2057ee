/*
 * Errors as values: one code to branch on, one sentence to act on.
 *
 * A function that can fail returns 0 or -1 and fills the caller's struct ud_error, its
 * last parameter, never NULL. ud_fail() and ud_wrap() return -1, so that a failure is
 * one line. One table (error.c) knows the HTTP status and the exit status of a code.
 */
#ifndef UD_COMMON_ERROR_H
#define UD_COMMON_ERROR_H

#include "common/banned.h"

#define UD_CHECKED	      __attribute__((warn_unused_result))
#define UD_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define ARRAY_SIZE(a)	      (sizeof(a) / sizeof((a)[0]))

enum ud_code {
	UD_OK,
	UD_EUSAGE,     /* the words of a request are wrong: 400 */
	UD_ETOOBIG,    /* a request body over the limit: 413 */
	UD_EAUTH,      /* nobody who may do this: 403 */
	UD_ENOTFOUND,  /* no such pair, upgrade, gate, route: 404 */
	UD_EMETHOD,    /* a route that does not know this method: 405 */
	UD_ESTATE,     /* not allowed in the present state: 409 */
	UD_EBLOCKED,   /* check found blockers: 409 */
	UD_ESTALE,     /* If-Match or plan hash names an older state: 412 */
	UD_EMISSING,   /* a header that is required is absent: 428 */
	UD_ECONFIG,    /* the configuration is wrong */
	UD_EUTILITY,   /* a vendor's tool ran and refused */
	UD_EPARSE,     /* an answer that nobody documents */
	UD_EUNREACHABLE, /* daemon, host or database does not answer */
	UD_ETIMEOUT,   /* too late */
	UD_ELOCKED,    /* another daemon has the state directory */
	UD_EJOURNAL,   /* the journal cannot be read or written */
	UD_ESYSTEM,    /* a system call failed */
	UD_CODES
};

/* One failure. remedy may be empty; both are UTF-8 without a trailing full stop. */
struct ud_error {
	enum ud_code code;
	char text[512];	  /* what is wrong, with its cause */
	char remedy[384]; /* what a human can do about it */
};

/* Sets code and text, clears the remedy. Returns -1. */
int ud_fail(struct ud_error *err, enum ud_code code, const char *fmt, ...)
    UD_PRINTF(3, 4);

/* Puts "context: " before the text that is there. Keeps code and remedy. Returns -1. */
int ud_wrap(struct ud_error *err, const char *fmt, ...) UD_PRINTF(2, 3);

/* Sets the remedy of a failure. Returns -1. */
int ud_remedy(struct ud_error *err, const char *fmt, ...) UD_PRINTF(2, 3);

/* "wrong-state" and the like: what the API prints as code. Never NULL. */
const char *ud_code_name(enum ud_code code);

/* HTTP status of a problem document (RFC 9457) for this code. */
int ud_code_http(enum ud_code code);

/* Exit status of upgradectl for this code: interface of the verbs, doc/upgradectl.1. */
int ud_code_exit(enum ud_code code);

/* The code with this name, or UD_CODES when there is none. */
enum ud_code ud_code_find(const char *name);

#endif
