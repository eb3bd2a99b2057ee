#include "config.h"

#include "client/look.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/str.h"

static const char *
value_text(const json_t *value, char buf[LOOK_TEXT])
{
	char *dump;

	switch (json_typeof(value)) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		str_printf(buf, LOOK_TEXT, "%" PRId64,
		    (int64_t)json_integer_value(value));
		return buf;
	case JSON_REAL:
		str_printf(buf, LOOK_TEXT, "%.6g", json_real_value(value));
		return buf;
	case JSON_TRUE:
		return "yes";
	case JSON_FALSE:
		return "no";
	case JSON_NULL:
		return NULL;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	dump = json_dumps(value, JSON_COMPACT);
	if (dump == NULL)
		return NULL;
	(void)str_copy(buf, LOOK_TEXT, dump);
	free(dump);
	return buf;
}

const char *
look_text(const json_t *obj, const char *key, char buf[LOOK_TEXT])
{
	const json_t *value = json_object_get(obj, key);

	return value == NULL ? NULL : value_text(value, buf);
}

const char *
look_word(const json_t *obj, const char *key, char buf[LOOK_TEXT])
{
	const char *text = look_text(obj, key, buf);

	return text == NULL || *text == '\0' ? LOOK_UNKNOWN : text;
}

const char *
look_string(const json_t *obj, const char *key)
{
	const char *text = json_string_value(json_object_get(obj, key));

	return text == NULL || *text == '\0' ? NULL : text;
}

int64_t
look_number(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);
	double real;

	if (json_is_integer(value))
		return json_integer_value(value) < 0
		    ? -1
		    : (int64_t)json_integer_value(value);
	if (!json_is_real(value))
		return -1;
	real = json_real_value(value);
	return real >= 0 && real < 9e18 ? (int64_t)real : -1;
}

bool
look_is_true(const json_t *obj, const char *key)
{
	return json_is_true(json_object_get(obj, key));
}

const json_t *
look_object(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);

	return json_is_object(value) ? value : NULL;
}

const json_t *
look_array(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);

	return json_is_array(value) ? value : NULL;
}

bool
look_is(const json_t *obj, const char *key, const char *word)
{
	return str_equal(look_string(obj, key), word);
}

bool
look_add_list(struct buf *out, const json_t *obj, const char *key)
{
	char text[LOOK_TEXT];
	const json_t *list = look_array(obj, key);
	const char *word = NULL;
	size_t i;
	json_t *item;

	if (list == NULL) {
		word = look_text(obj, key, text);
		buf_adds(out, word == NULL ? "" : word);
		return word != NULL && *word != '\0';
	}
	json_array_foreach(list, i, item) {
		word = value_text(item, text);
		buf_addf(out, "%s%s", i > 0 ? ", " : "", word == NULL ? "-" : word);
	}
	return json_array_size(list) > 0;
}

/* Cuts fractions of seconds; what is not of the form is shown as it came. */
const char *
look_time(const json_t *obj, const char *key, char buf[LOOK_TEXT])
{
	const char *text = look_string(obj, key);

	if (text == NULL)
		return LOOK_UNKNOWN;
	if (strlen(text) < strlen("2026-01-31T23:59:59Z") || text[10] != 'T' ||
	    text[strlen(text) - 1] != 'Z')
		return text;
	str_printf(buf, LOOK_TEXT, "%.10s %.8sZ", text, text + 11);
	return buf;
}

const char *
look_duration(const json_t *obj, const char *key, char buf[LOOK_TEXT])
{
	char text[DURATION_TEXT];

	str_printf(buf, LOOK_TEXT, "%s", duration_text(look_number(obj, key), text));
	return buf;
}
