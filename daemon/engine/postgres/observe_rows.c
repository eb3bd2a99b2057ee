/* Counts of rows of every table of a database, told as notices: SQL alone cannot count
 * tables whose names it learns meanwhile. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_schema.h"

#define STATEMENT                                                                        \
	"DO $$ DECLARE t record; n bigint; BEGIN FOR t IN SELECT c.oid::regclass AS id," \
	" format('%I.%I', s.nspname, c.relname) AS name FROM pg_class c"                 \
	" JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.relkind = 'r'"           \
	" AND c.relpersistence = 'p' AND s.nspname <> 'information_schema'"              \
	" AND s.nspname !~ '^pg_' AND s.nspname <> 'upgraded' LOOP"                      \
	" EXECUTE format('SELECT count(*) FROM ONLY %s', t.id) INTO n;"                  \
	" RAISE NOTICE 'rows % %', n, t.name; END LOOP; END $$;\n"

char *
pg_rows_statements(const char *database)
{
	return mem_printf("\\connect %s\n%s", database, STATEMENT);
}

static void
add_total(struct observation *draft, int64_t n)
{
	const char *was = settings_get(&draft->details, "rows_total");
	int64_t sum = 0;

	if (was != NULL)
		(void)str_to_int(was, 0, INT64_MAX, &sum);
	pg_detail_putf(draft, "rows_total", "%lld", (long long)(sum + n));
}

bool
pg_rows_read(const char *database, const struct outcome *o, struct observation *draft)
{
	static const char word[] = "NOTICE:  rows ";
	struct pg_said said = { 0 };

	for (const char *line = o->output; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		const char *number = line + sizeof(word) - 1;
		const char *name =
		    len > sizeof(word) ? memchr(number, ' ', len - sizeof(word)) : NULL;
		char *key;

		if (str_starts(line, word) && name != NULL) {
			char *n = mem_strndup(number, (size_t)(name - number));
			int64_t count;

			key = mem_printf("rows.%s.%.*s", database,
			    (int)(line + len - name - 1), name + 1);
			if (str_to_int(n, 0, INT64_MAX, &count)) {
				pg_detail_put(draft, key, n);
				add_total(draft, count);
			}
			free(n);
			free(key);
		}
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	if (o->ending == ENDING_EXITED && o->status == 0)
		return true;
	(void)pg_said_find(o->output, &said);
	observation_failed(draft, "rows of %s: %s", database,
	    said.text[0] != '\0' ? said.text : ending_name(o->ending));
	return false;
}
