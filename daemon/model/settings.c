#include "config.h"

#include "daemon/model/settings.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"

static struct setting *
find(const struct settings *s, const char *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->items[i].key, key) == 0)
			return &s->items[i];
	return NULL;
}

void
settings_set(struct settings *s, const char *key, const char *value)
{
	struct setting *old = find(s, key);
	char *copy = mem_strdup(value);

	if (old != NULL) {
		free(old->value);
		old->value = copy;
		return;
	}
	s->items = mem_array(s->items, s->count + 1, sizeof(*s->items));
	s->items[s->count++] =
	    (struct setting){ .key = mem_strdup(key), .value = copy };
}

void
settings_unset(struct settings *s, const char *key)
{
	struct setting *old = find(s, key);
	size_t at;

	if (old == NULL)
		return;
	free(old->key);
	free(old->value);
	at = (size_t)(old - s->items);
	memmove(old, old + 1, (s->count - at - 1) * sizeof(*old));
	s->count--;
}

const char *
settings_get(const struct settings *s, const char *key)
{
	const struct setting *found = find(s, key);

	return found != NULL ? found->value : NULL;
}

void
settings_list(const struct settings *s, const char *key, struct str_list *ret)
{
	const char *at = settings_get(s, key);

	while (at != NULL) {
		size_t len = strcspn(at, "\n");

		str_list_addf(ret, "%.*s", (int)len, at);
		at = at[len] == '\n' ? at + len + 1 : NULL;
	}
}

bool
settings_is(const struct settings *s, const char *key, const char *value)
{
	const char *is = settings_get(s, key);

	return is != NULL && str_equal(is, value);
}

void
settings_copy(struct settings *dst, const struct settings *src)
{
	*dst = (struct settings){ 0 };
	if (src->count == 0)
		return;
	dst->items = mem_array(NULL, src->count, sizeof(*dst->items));
	for (size_t i = 0; i < src->count; i++)
		dst->items[i] = (struct setting){
			.key = mem_strdup(src->items[i].key),
			.value = mem_strdup(src->items[i].value),
		};
	dst->count = src->count;
}

void
settings_done(struct settings *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->items[i].key);
		free(s->items[i].value);
	}
	free(s->items);
	*s = (struct settings){ 0 };
}
