#include "config.h"

#include "daemon/model/option.h"

#include <string.h>

#include "common/buf.h"
#include "daemon/model/engine.h"

const char *const general_options[] = { PLAN_OVERRIDE, PLAN_SUBSCRIBERS,
	PLAN_SIDE_BY_SIDE "=1..16|all", NULL };

/* Does the entry "name", "name=...", "name.MEMBER" or "name[.MEMBER]" have this key? */
static bool
is_entry_of(const char *entry, const char *key)
{
	size_t len = strcspn(entry, "=[.");
	bool of_one = entry[len] == '.' || entry[len] == '[';

	return strncmp(entry, key, len) == 0 &&
	    ((key[len] == '\0' && entry[len] != '.') || (of_one && key[len] == '.'));
}

static const char *
find_in(const char *const *list, const char *key)
{
	for (; list != NULL && *list != NULL; list++)
		if (is_entry_of(*list, key))
			return *list;
	return NULL;
}

const char *
option_find(const struct engine *e, const struct procedure *pr, const char *key)
{
	const char *found = find_in(pr != NULL ? pr->options : NULL, key);

	for (int i = 0; pr == NULL && found == NULL && e->procedures != NULL &&
	     e->procedures[i] != NULL;
	     i++)
		found = find_in(e->procedures[i]->options, key);
	if (found == NULL)
		found = find_in(e->options, key);
	return found != NULL ? found : find_in(general_options, key);
}

static bool
in_range(const char *range, const char *dots, const char *value)
{
	char low[24], high[24];
	int64_t min, max, n;

	str_printf(low, sizeof(low), "%.*s", (int)(dots - range), range);
	str_printf(high, sizeof(high), "%.*s", (int)strcspn(dots + 2, "|"), dots + 2);
	return str_to_int(low, INT64_MIN, INT64_MAX, &min) &&
	    str_to_int(high, INT64_MIN, INT64_MAX, &max) &&
	    str_to_int(value, min, max, &n);
}

bool
option_takes(const char *option, const char *value)
{
	const char *v = strchr(option, '=');
	size_t len = strlen(value), n;

	if (v == NULL)
		return true;
	for (v++; *v != '\0'; v += n + (v[n] == '|')) {
		const char *dots = strstr(v, "..");

		n = strcspn(v, "|");
		if (dots != NULL && dots < v + n ? in_range(v, dots, value)
						 : n == len && strncmp(v, value, n) == 0)
			return true;
	}
	return false;
}

static void
add_list(const char *const *list, struct buf *ret)
{
	for (; list != NULL && *list != NULL; list++)
		if (strstr(buf_text(ret), *list) == NULL)
			buf_addf(ret, "%s%s", ret->len > 0 ? ", " : "", *list);
}

void
option_list(const struct engine *e, const struct procedure *pr, struct buf *ret)
{
	add_list(pr != NULL ? pr->options : NULL, ret);
	for (int i = 0; pr == NULL && e->procedures != NULL && e->procedures[i] != NULL; i++)
		add_list(e->procedures[i]->options, ret);
	add_list(e->options, ret);
	add_list(general_options, ret);
}

bool
option_name(const char *list, size_t n, char *ret, size_t size)
{
	size_t len;

	for (; n > 0; n--) {
		list = strchr(list, ',');
		if (list == NULL)
			return false;
		list++;
	}
	list += strspn(list, " ");
	len = strcspn(list, ",");
	while (len > 0 && list[len - 1] == ' ')
		len--;
	if (len >= size)
		return false;
	str_printf(ret, size, "%.*s", (int)len, list);
	return true;
}

static bool
was_named(const char *list, size_t n, const char *name)
{
	char other[NAME_MAX_BYTES];

	for (size_t i = 0; i < n; i++)
		if (option_name(list, i, other, sizeof(other)) && str_equal(other, name))
			return true;
	return false;
}

bool
option_subscribers(const struct pair *p, const char *list, char *ret, size_t size)
{
	char name[NAME_MAX_BYTES];

	for (size_t i = 0; option_name(list, i, name, sizeof(name)); i++) {
		const struct member *m = pair_member(p, name);

		if (m != NULL && m->subscriber && !was_named(list, i, name))
			continue;
		str_copy(ret, size, name);
		return false;
	}
	return true;
}
