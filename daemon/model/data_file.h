/*
 * Files of facts that an engine reads when the daemon starts: what changes with the vendor's
 * releases rather than with this program. A file is rows, `section "title" { key = ... }`,
 * in the grammar of the configuration. The one that ships with the program is also compiled
 * in, as rows, and counts where no file is.
 */
#ifndef UD_MODEL_DATA_FILE_H
#define UD_MODEL_DATA_FILE_H

#include "common/error.h"
#include "daemon/model/config_key.h"
#include "daemon/model/settings.h"

/* A kind of row, with its keys. A table ends with a NULL section. */
struct data_kind {
	const char *section;
	const struct config_key *keys;
};

struct data_row {
	const char *section;
	const char *title;
	const struct settings *values; /* as written; lists have an item a line */
	int line;
};

/* What is wrong with a row: key NULL is its title. */
typedef void data_objection_fn(void *arg, const struct data_row *row, const char *key,
    const char *accepted, const char *text);

struct data_file {
	const char *name; /* "timesten-errors.conf" */
	const struct data_kind *kinds;

	/* A table of its own making from all rows, in the order of the file; objects to each
	 * row that is wrong, and leaves it out. The rows are borrowed until it returns. */
	void *(*make)(const struct data_row *rows, size_t count, data_objection_fn *object,
	    void *arg);

	/* This table counts from now on; NULL: the one that is compiled in. It must live until
	 * the next call. */
	void (*use)(const void *table);

	void (*free)(void *table); /* NULL is allowed */
};

/* A row as it is compiled in: keys and values in turn, ended by NULL. */
struct data_builtin {
	const char *section, *title;
	const char *const *words;
};

/* The table of the rows that are compiled in. Never objects: a test says so. */
void *data_make_builtin(const struct data_file *f, const struct data_builtin *rows,
    size_t count);

#endif
