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
major_token(const struct scene *s, const struct plan_step *ps, char *buf, size_t size)
{
	const struct upgrade *u = s->upgrade;

	str_printf(buf, size, "%lld",
	    u == NULL ? 0LL
		      : (long long)u->id * 1000 + u->runs[ps->list][ps->index].attempt);
}

bool
major_asks_why(const struct scene *s)
{
	return s->upgrade != NULL && s->upgrade->walk.round_tries > 0 &&
	    s->upgrade->walk.round_tries % 2 == 0;
}

void
major_why_build(const struct scene *s, const struct member *target, struct command *ret)
{
	pg_shell_call(ret, target, "pg_new_error");
	pg_shell_word(ret, pg_data(target, major_installation(s, target)));
	ret->limit_ms = 10000;
}

enum probe
major_why(const struct scene *s, const struct member *target, struct why *w)
{
	char *error = pg_step_answer(s, "error"), *context = pg_step_answer(s, "context");
	enum probe probe = error != NULL ? PROBE_IMPOSSIBLE : PROBE_TO_DO;

	if (error != NULL)
		why_seen(w, "%s stopped: %s%s%s", target->name, error,
		    context != NULL ? "; " : "", context != NULL ? context : "");
	else
		why_seen(w, "%s is behind, and has no error of replication in its log",
		    target->name);
	why_remedy(w,
	    "remove on %s what is in the way (a row that was written there) or add what is "
	    "missing (a table, a column), then retry; or abort",
	    target->name);
	free(error);
	free(context);
	return probe;
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

int
major_installation(const struct scene *s, const struct member *m)
{
	return m == s->plan->active ? s->plan->old_installation[m->index]
				    : s->plan->new_installation[m->index];
}
