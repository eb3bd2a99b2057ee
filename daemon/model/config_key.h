/* One key of the configuration: the engines bring tables of them for their sections. */
#ifndef UD_MODEL_CONFIG_KEY_H
#define UD_MODEL_CONFIG_KEY_H

#include <stdbool.h>
#include <stdint.h>

enum key_type {
	KEY_STRING,
	KEY_PATH, /* absolute */
	KEY_INT,
	KEY_BOOL,
	KEY_DURATION,
	KEY_LIST /* { "a", "b" } */
};

/* A table ends with a row whose name is NULL. */
struct config_key {
	const char *name;
	enum key_type type;
	const char *fallback; /* default, as written; NULL: none */
	const char *accepted; /* for errors: "a DSN name", "/path" */
	const char *help;     /* one line of upgraded.conf(5) */
	bool required;
	int64_t min, max; /* KEY_INT, KEY_DURATION (ms); both 0: any */
	bool or_none;     /* KEY_PATH: "" is accepted, and means none */
};

#endif
