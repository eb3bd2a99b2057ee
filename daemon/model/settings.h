/* Keys of the configuration with their values, and notes of an upgrade: small lists of
 * strings that own their memory. Keys are unique; order is that of first setting. */
#ifndef UD_MODEL_SETTINGS_H
#define UD_MODEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct str_list;

struct setting {
	char *key;
	char *value;
	unsigned hash; /* of the key, 0: not known; this and the next are settings.c's own */
	size_t room;   /* bytes that the value may have, with its end */
};

struct settings {
	struct setting *items;
	size_t count;
};

void settings_set(struct settings *s, const char *key, const char *value); /* copies */
void settings_unset(struct settings *s, const char *key);
const char *settings_get(const struct settings *s, const char *key); /* NULL: not set */

/* The value of a KEY_LIST: its items, which are kept a line each (no item holds a control
 * character). ret is empty before; it stays so when the key is not set. */
void settings_list(const struct settings *s, const char *key, struct str_list *ret);
bool settings_is(const struct settings *s, const char *key, const char *value);
void settings_copy(struct settings *dst, const struct settings *src); /* dst is empty */
void settings_done(struct settings *s);

#endif
