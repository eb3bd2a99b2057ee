#include "config.h"

#include "common/json.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"

int
ujson_parse(const char *text, size_t len, json_t **ret, struct ud_error *err)
{
	json_error_t at;
	json_t *value;

	value = json_loadb(text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &at);
	if (!value)
		return ud_fail(err, UD_EUSAGE, "not JSON: line %d, column %d: %s",
		    at.line, at.column, at.text);
	*ret = value;
	return 0;
}

/* Finds a member and checks its type. *ret_value is NULL for one that is not there and
 * need not be. */
static int
find_member(const json_t *obj, const char *key, bool required, json_type type,
    const char *needed, json_t **ret_value, struct ud_error *err)
{
	json_t *value;
	bool right_type;

	if (!json_is_object(obj))
		return ud_fail(err, UD_EUSAGE, "body: an object is needed");
	value = json_object_get(obj, key);
	if (json_is_null(value))
		value = NULL;
	if (!value && required)
		return ud_fail(err, UD_EUSAGE, "body.%s: %s is needed", key, needed);
	right_type = value &&
	    (type == JSON_TRUE ? json_is_boolean(value) : json_typeof(value) == type);
	if (value && !right_type)
		return ud_fail(err, UD_EUSAGE, "body.%s: %s is needed", key, needed);
	*ret_value = value;
	return 0;
}

int
ujson_string(const json_t *obj, const char *key, bool required, const char **ret,
    struct ud_error *err)
{
	json_t *value;

	if (find_member(obj, key, required, JSON_STRING, "a string", &value, err) != 0)
		return -1;
	/* A zero byte inside would end the text early for whoever reads it next. */
	if (value && strlen(json_string_value(value)) != json_string_length(value))
		return ud_fail(err, UD_EUSAGE, "body.%s: a zero byte is not accepted",
		    key);
	*ret = value ? json_string_value(value) : NULL;
	return 0;
}

int
ujson_bool(const json_t *obj, const char *key, bool required, bool *ret,
    struct ud_error *err)
{
	json_t *value;

	if (find_member(obj, key, required, JSON_TRUE, "true or false", &value, err) !=
	    0)
		return -1;
	if (value)
		*ret = json_is_true(value);
	return 0;
}

static bool
is_listed(const char *key, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(key, *list) == 0)
			return true;
	return false;
}

int
ujson_known(const json_t *obj, const char *const *known, struct ud_error *err)
{
	const char *key = NULL;
	struct buf list = { 0 };
	void *member;
	size_t i;

	if (!json_is_object(obj))
		return ud_fail(err, UD_EUSAGE, "body: an object is needed");
	/* jansson's iterators take a writable object and do not write to it. */
	for (member = json_object_iter((json_t *)(uintptr_t)obj); member;
	     member = json_object_iter_next((json_t *)(uintptr_t)obj, member)) {
		key = json_object_iter_key(member);
		if (!is_listed(key, known))
			break;
	}
	if (!member)
		return 0;
	for (i = 0; known[i]; i++)
		buf_addf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
	(void)ud_fail(err, UD_EUSAGE, "body.%.64s: no such member", key);
	(void)ud_remedy(err, "known members: %s", *known ? buf_text(&list) : "none");
	buf_done(&list);
	return -1;
}

/* Length of the UTF-8 character at s, or 0 when there is none (RFC 3629). */
static size_t
utf8_length(const unsigned char *s)
{
	size_t len, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0; /* overlong, a surrogate, past the last code point */
	return len;
}

/* The output of tools may be in any encoding: bytes that are not UTF-8 become U+FFFD. */
static json_t *
string_repaired(const char *s)
{
	struct buf b = { 0 };
	json_t *value;
	size_t len;

	while (*s) {
		len = utf8_length((const unsigned char *)s);
		if (len > 0)
			buf_add(&b, s, len);
		else
			buf_adds(&b, "\xef\xbf\xbd");
		s += len > 0 ? len : 1;
	}
	value = json_string(buf_text(&b));
	buf_done(&b);
	return value;
}

json_t *
ujson_str_or_null(const char *s)
{
	json_t *value;

	if (!s || !*s)
		return json_null();
	value = json_string(s);
	return value ? value : string_repaired(s);
}

json_t *
ujson_ms_or_null(int64_t ms)
{
	return ms < 0 ? json_null() : json_integer(ms);
}

json_t *
ujson_time_or_null(int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	return wall_ms <= 0 ? json_null() : json_string(clock_text(wall_ms, text));
}
