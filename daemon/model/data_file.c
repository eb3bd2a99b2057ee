#include "config.h"

#include "daemon/model/data_file.h"

#include <assert.h>
#include <stdlib.h>

#include "common/mem.h"

static void
never(void *arg, const struct data_row *row, const char *key, const char *accepted,
    const char *text)
{
	(void)arg;
	(void)row;
	(void)key;
	(void)accepted;
	(void)text;
	assert(!"a row that is compiled in is wrong");
}

void *
data_make_builtin(const struct data_file *f, const struct data_builtin *rows, size_t count)
{
	struct settings *values = mem_array(NULL, count + 1, sizeof(*values));
	struct data_row *all = mem_array(NULL, count + 1, sizeof(*all));
	void *table;

	for (size_t i = 0; i < count; i++) {
		values[i] = (struct settings){ 0 };
		for (const char *const *w = rows[i].words; *w != NULL; w += 2)
			settings_set(&values[i], w[0], w[1]);
		all[i] = (struct data_row){ .section = rows[i].section,
			.title = rows[i].title,
			.values = &values[i] };
	}
	table = f->make(all, count, never, NULL);
	for (size_t i = 0; i < count; i++)
		settings_done(&values[i]);
	free(values);
	free(all);
	return table;
}
