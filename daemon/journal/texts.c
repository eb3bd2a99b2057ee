/* Lists, keys with values and releases as the text of a column. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "daemon/journal/internal.h"

static const char letters[LISTS + 1] = "fubx";

char
letter_of_list(enum plan_list l)
{
	return letters[l];
}

enum plan_list
list_of_letter(const char *letter)
{
	for (int i = 0; i < LISTS; i++)
		if (letter[0] == letters[i] && letter[1] == '\0')
			return (enum plan_list)i;
	return LISTS;
}

static char *
dump(json_t *v)
{
	char *text = json_dumps(v, JSON_COMPACT);

	json_decref(v);
	return text;
}

char *
text_of_settings(const struct settings *s)
{
	json_t *obj = json_object();

	for (size_t i = 0; i < s->count; i++) {
		const char *value = s->items[i].value;

		if (json_object_set_new(obj, s->items[i].key,
			value != NULL ? json_string(value) : json_null()) != 0) {
			json_decref(obj);
			return NULL;
		}
	}
	return dump(obj);
}

char *
text_of_list(const struct str_list *l)
{
	json_t *array = json_array();

	for (size_t i = 0; i < l->count; i++)
		if (json_array_append_new(array, json_string(l->items[i])) != 0) {
			json_decref(array);
			return NULL;
		}
	return dump(array);
}

int
settings_of_text(const char *text, struct settings *ret, struct ud_error *err)
{
	json_t *obj = NULL, *value;
	const char *key;

	if (ujson_parse(text, strlen(text), &obj, err) != 0)
		return -1;
	json_object_foreach(obj, key, value)
		settings_set(ret, key, json_string_value(value));
	json_decref(obj);
	return 0;
}

int
list_of_text(const char *text, struct str_list *ret, struct ud_error *err)
{
	json_t *array = NULL, *value;
	size_t i;

	if (ujson_parse(text, strlen(text), &array, err) != 0)
		return -1;
	json_array_foreach(array, i, value)
		if (json_is_string(value))
			str_list_add(ret, json_string_value(value));
	json_decref(array);
	return 0;
}

/* Unlike those of release.h they take one part ("17") and none (""). */
const char *
text_of_release(const struct release *r, char buf[RELEASE_TEXT])
{
	size_t len = 0;

	buf[0] = '\0';
	for (int i = 0; i < r->parts && i < RELEASE_PARTS; i++) {
		str_printf(buf + len, RELEASE_TEXT - len, "%s%d", i > 0 ? "." : "",
		    r->part[i]);
		len = strlen(buf);
	}
	return buf;
}

void
release_of_text(const char *text, struct release *ret)
{
	char *end;

	memset(ret, 0, sizeof(*ret));
	while (*text >= '0' && *text <= '9' && ret->parts < RELEASE_PARTS) {
		ret->part[ret->parts++] = (int)strtol(text, &end, 10);
		text = *end == '.' ? end + 1 : end;
	}
}
