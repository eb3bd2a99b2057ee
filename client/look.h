/*
 * Reading what the daemon answers, tolerantly: a member that is missing, null or of
 * another kind than expected is unknown, never an error and never a guess. Requests are
 * built strictly (common/json.h); answers may come from a newer daemon.
 */
#ifndef UD_CLIENT_LOOK_H
#define UD_CLIENT_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "common/buf.h"

#define LOOK_TEXT    128
#define LOOK_UNKNOWN "-"

/* A member as text. Strings are borrowed from obj and may be long; numbers and "yes" or
 * "no" are written into buf, arrays and objects as JSON that may be cut. NULL: unknown. */
const char *look_text(const json_t *obj, const char *key, char buf[LOOK_TEXT]);

/* The same, with "-" for unknown: what a table shows. */
const char *look_word(const json_t *obj, const char *key, char buf[LOOK_TEXT]);

/* The string itself; NULL when it is no string or empty. */
const char *look_string(const json_t *obj, const char *key);

/* A number that is not negative (milliseconds, bytes, counts); -1: unknown. */
int64_t look_number(const json_t *obj, const char *key);

/* True only when the member is there and true. */
bool look_is_true(const json_t *obj, const char *key);

/* Members that are objects or arrays; NULL when they are not. */
const json_t *look_object(const json_t *obj, const char *key);
const json_t *look_array(const json_t *obj, const char *key);

/* The member as a string equals word. */
bool look_is(const json_t *obj, const char *key, const char *word);

/* An array of strings as "a, b, c", or the member itself as text. False: nothing there. */
bool look_add_list(struct buf *out, const json_t *obj, const char *key);

/* "2026-01-31 23:59:59Z" of an RFC 3339 time; other texts as they are; "-" unknown. */
const char *look_time(const json_t *obj, const char *key, char buf[LOOK_TEXT]);

/* Milliseconds for people (common/duration.h); "-" unknown. */
const char *look_duration(const json_t *obj, const char *key, char buf[LOOK_TEXT]);

#endif
