#include "config.h"

#include "daemon/api/fields.h"

/* Keys are ours and plain ASCII: jansson need not look at them again. */
void
put(json_t *obj, const char *key, json_t *value)
{
	(void)json_object_set_new_nocheck(obj, key, value);
}

void
put_str(json_t *obj, const char *key, const char *s)
{
	put(obj, key, ujson_str_or_null(s));
}

void
put_int(json_t *obj, const char *key, int64_t n)
{
	put(obj, key, json_integer(n));
}

void
put_bool(json_t *obj, const char *key, bool b)
{
	put(obj, key, json_boolean(b));
}

void
put_null(json_t *obj, const char *key)
{
	put(obj, key, json_null());
}

void
put_ms(json_t *obj, const char *key, int64_t ms)
{
	put(obj, key, ujson_ms_or_null(ms));
}

void
put_count(json_t *obj, const char *key, int64_t n)
{
	put(obj, key, n < 0 ? json_null() : json_integer(n));
}

void
put_time(json_t *obj, const char *key, int64_t wall_ms)
{
	put(obj, key, ujson_time_or_null(wall_ms));
}

void
put_fact(json_t *obj, const char *key, enum fact f)
{
	put(obj, key, f == FACT_UNKNOWN ? json_null() : json_boolean(f == FACT_YES));
}

void
put_release(json_t *obj, const char *key, const struct release *r)
{
	char text[RELEASE_TEXT];

	put_str(obj, key, release_is_set(r) ? release_text(r, text) : NULL);
}

/* Keys of settings come from people: they may be anything but empty. */
void
put_settings(json_t *obj, const char *key, const struct settings *s)
{
	json_t *object = json_object();

	for (size_t i = 0; i < s->count; i++)
		(void)json_object_set_new(object, s->items[i].key,
		    ujson_str_or_null(s->items[i].value));
	put(obj, key, object);
}

void
put_list(json_t *obj, const char *key, const struct str_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_array_append_new(array, ujson_str_or_null(list->items[i]));
	put(obj, key, array);
}
