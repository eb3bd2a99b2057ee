/*
 * Members of JSON objects, required and optional, over jansson.
 *
 * Readers fail with UD_EUSAGE and the member's path: "body.to: a string is needed".
 * Unknown members of a request are refused by json_known().
 */
#ifndef UD_COMMON_JSON_H
#define UD_COMMON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "common/error.h"

/* Whole text as one JSON value; UD_EUSAGE with line and column. ret: caller decrefs. */
int ujson_parse(const char *text, size_t len, json_t **ret, struct ud_error *err) UD_CHECKED;

/* Borrowed string of a member. Absent or null: required fails, else *ret is NULL. */
int ujson_string(const json_t *obj, const char *key, bool required, const char **ret,
    struct ud_error *err) UD_CHECKED;
int ujson_bool(const json_t *obj, const char *key, bool required, bool *ret,
    struct ud_error *err) UD_CHECKED;

/* Fails on a member that the NULL-terminated list does not name, and lists what is known. */
int ujson_known(const json_t *obj, const char *const *known, struct ud_error *err) UD_CHECKED;

/* Values for answers: unknown is null. */
json_t *ujson_str_or_null(const char *s);	/* NULL or "" gives null */
json_t *ujson_ms_or_null(int64_t ms);		/* negative gives null */
json_t *ujson_time_or_null(int64_t wall_ms);	/* <= 0 gives null; else RFC 3339 UTC */

#endif
