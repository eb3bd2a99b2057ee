#include "config.h"

#include "daemon/model/settings.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"

/* FNV-1a. Keys have long beginnings in common, and there may be a hundred of them. */
static unsigned
hash(const char *key)
{
	unsigned h = 2166136261u;

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

static struct setting *
find(const struct settings *s, const char *key)
{
	unsigned h = hash(key);

	for (size_t i = 0; i < s->count; i++)
		if ((s->items[i].hash == h || s->items[i].hash == 0) &&
		    strcmp(s->items[i].key, key) == 0)
			return &s->items[i];
	return NULL;
}

/* The value is kept behind the key, in one piece of memory. */
static struct setting
make(const char *key, unsigned h, const char *value)
{
	size_t key_len = strlen(key) + 1, len = strlen(value) + 1;
	struct setting ret = { .hash = h, .room = len };

	ret.key = mem_alloc(key_len + len);
	ret.value = ret.key + key_len;
	memcpy(ret.key, key, key_len);
	memcpy(ret.value, value, len);
	return ret;
}

void
settings_set(struct settings *s, const char *key, const char *value)
{
	struct setting *old = find(s, key), changed;
	size_t len = strlen(value) + 1;

	if (old != NULL && len <= old->room) {
		memmove(old->value, value, len); /* it may be a part of the old one */
	} else if (old != NULL) {
		changed = make(old->key, old->hash, value);
		free(old->key);
		*old = changed;
	} else {
		s->items = mem_array(s->items, s->count + 1, sizeof(*s->items));
		s->items[s->count++] = make(key, hash(key), value);
	}
}

void
settings_unset(struct settings *s, const char *key)
{
	struct setting *old = find(s, key);
	size_t at;

	if (old == NULL)
		return;
	free(old->key);
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
		dst->items[i] =
		    make(src->items[i].key, src->items[i].hash, src->items[i].value);
	dst->count = src->count;
}

void
settings_done(struct settings *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->items[i].key);
	free(s->items);
	*s = (struct settings){ 0 };
}
