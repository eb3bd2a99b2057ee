#include "config.h"

#include "daemon/engine/postgres/steps/major.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"

const char *
major_superuser(const struct scene *s)
{
	const char *note = pg_step_note(s, MAJOR_NOTE_SUPERUSER);

	return note != NULL ? note : "postgres";
}

void
major_databases(const struct scene *s, struct str_list *ret)
{
	struct pg_server server;

	if (s->upgrade != NULL)
		settings_list(&s->upgrade->notes, MAJOR_NOTE_DATABASES, ret);
	if (ret->count > 0)
		return;
	pg_server(s->plan->active, s->plan->old_installation[s->plan->active->index],
	    &server);
	str_list_addf(ret, "OID %s", server.dbname);
}

const char *
major_database_name(const char *line)
{
	const char *blank = strchr(line, ' ');

	return blank != NULL ? blank + 1 : line;
}

void
major_slot(const char *stream, const char *line, char *buf, size_t size)
{
	str_printf(buf, size, "%s_%.*s", stream, (int)strcspn(line, " "), line);
}

const struct member *
major_source(const struct scene *s, const char *stream)
{
	return str_equal(stream, MAJOR_UP) ? s->plan->active : s->plan->standby;
}

const struct member *
major_target(const struct scene *s, const char *stream)
{
	return str_equal(stream, MAJOR_UP) ? s->plan->standby : s->plan->active;
}

int
major_installation(const struct scene *s, const struct member *m)
{
	return m == s->plan->active ? s->plan->old_installation[m->index]
				    : s->plan->new_installation[m->index];
}
