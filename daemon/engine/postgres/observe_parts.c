#include "config.h"

#include "daemon/engine/postgres/observe_parts.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"

void
pg_detail_put(struct observation *draft, const char *key, const char *value)
{
	if (value == NULL)
		settings_unset(&draft->details, key);
	else if (!settings_is(&draft->details, key, value))
		settings_set(&draft->details, key, value);
}

void
pg_detail_putf(struct observation *draft, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = mem_vprintf(fmt, ap);
	va_end(ap);
	pg_detail_put(draft, key, value);
	free(value);
}

bool
pg_detail_is(const struct observation *draft, const char *key, const char *value)
{
	return settings_is(&draft->details, key, value);
}

void
pg_details_clear(struct observation *draft, const char *prefix)
{
	struct settings *d = &draft->details;

	for (size_t i = d->count; i-- > 0;)
		if (str_starts(d->items[i].key, prefix)) {
			char *key = mem_strdup(d->items[i].key);

			settings_unset(d, key);
			free(key);
		}
}

const char *
pg_place_detail(const struct observation *draft, int installation, const char *name)
{
	char key[PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.%d.%s", installation, name);
	return settings_get(&draft->details, key);
}

void
pg_place_put(struct observation *draft, int installation, const char *name,
    const char *value)
{
	char key[PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.%d.%s", installation, name);
	pg_detail_put(draft, key, value);
}

int
pg_look_installations(const struct member *m)
{
	int n = member_installation_count(m);

	return n < INSTALLATIONS_MAX ? n : INSTALLATIONS_MAX;
}

int
pg_look_place(const struct member *m, int installation)
{
	int i = 0;

	while (i < installation && !str_equal(pg_data(m, i), pg_data(m, installation)))
		i++;
	return i;
}

int
pg_look_session(const struct member *m, const struct observation *draft)
{
	int old = member_installation_find(m, "old");

	if (draft->home >= 0)
		return draft->home;
	return old >= 0 ? old : 0;
}
