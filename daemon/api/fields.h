/* Members of JSON answers: one line each where a view is made. Unknown is null. */
#ifndef UD_API_FIELDS_H
#define UD_API_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/json.h"
#include "common/release.h"
#include "common/str.h"
#include "daemon/model/role.h"
#include "daemon/model/settings.h"

void put_str(json_t *obj, const char *key, const char *s); /* NULL, "": null */
void put_int(json_t *obj, const char *key, int64_t n);
void put_bool(json_t *obj, const char *key, bool b);
void put_null(json_t *obj, const char *key);
void put_ms(json_t *obj, const char *key, int64_t ms);        /* negative: null */
void put_count(json_t *obj, const char *key, int64_t n);      /* negative: null */
void put_time(json_t *obj, const char *key, int64_t wall_ms); /* <= 0: null */
void put_fact(json_t *obj, const char *key, enum fact f);     /* true, false, null */
void put_release(json_t *obj, const char *key, const struct release *r);
void put_settings(json_t *obj, const char *key, const struct settings *s);
void put_list(json_t *obj, const char *key, const struct str_list *list);
void put(json_t *obj, const char *key, json_t *value); /* takes value over */

#endif
