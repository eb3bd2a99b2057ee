#include "config.h"

#include "daemon/engine/postgres/utilities/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/private.h"

static void
about(struct command *c, enum command_kind kind, const struct member *m,
    int installation)
{
	c->kind = kind;
	c->member = m;
	c->host = m->host;
	c->installation = installation;
}

static void
add_environment(struct command *c, const struct installation *i)
{
	for (size_t n = 0; i != NULL && n < i->env.count; n++)
		str_list_add(&c->env, i->env.items[n]);
}

void
pg_job(struct command *c, const struct member *m, int installation, const char *tool)
{
	char *path = pg_tool(m, installation, tool);

	about(c, COMMAND_JOB, m, installation);
	str_list_add(&c->argv, path);
	add_environment(c, member_installation(m, installation));
	free(path);
}

void
pg_job_sh(struct command *c, const struct member *m, const char *text)
{
	about(c, COMMAND_JOB, m, -1);
	str_list_add(&c->argv, "/bin/sh");
	str_list_add(&c->argv, "-c");
	str_list_add(&c->argv, text);
	str_list_add(&c->argv, "upgraded");
}

/* ---- the shell ---- */

static void
append(struct command *c, struct buf *more)
{
	struct buf all = { 0 };

	if (c->statements != NULL)
		buf_adds(&all, c->statements);
	buf_adds(&all, buf_text(more));
	free(c->statements);
	c->statements = buf_take(&all);
	buf_done(more);
}

void
pg_shell_call(struct command *c, const struct member *m, const char *function)
{
	struct buf b = { 0 };

	about(c, COMMAND_SHELL, m, -1);
	buf_addf(&b, "%s%s", c->statements != NULL ? " && " : "", function);
	append(c, &b);
}

void
pg_shell_word(struct command *c, const char *word)
{
	struct buf b = { 0 };

	buf_adds(&b, " ");
	buf_add_shell(&b, word);
	append(c, &b);
}

void
pg_shell_wordf(struct command *c, const char *fmt, ...)
{
	char *word;
	va_list ap;

	va_start(ap, fmt);
	word = mem_vprintf(fmt, ap);
	va_end(ap);
	pg_shell_word(c, word);
	free(word);
}

/* ---- statements ---- */

void
pg_script_begin(struct pg_script *s, struct command *c, const struct member *m,
    int installation, const char *superuser)
{
	*s = (struct pg_script){ .c = c,
		.installation = installation,
		.superuser = superuser };
	about(c, superuser != NULL ? COMMAND_SHELL : COMMAND_SESSION, m, installation);
}

static void
private_in(struct pg_script *s, const char *database)
{
	struct command *c = s->c;
	char *psql = pg_tool(c->member, s->installation, "psql");
	char *conninfo =
	    pg_private_conninfo(c->member, s->installation, s->superuser, database);

	pg_shell_call(c, c->member, "pg_private");
	pg_shell_word(c, psql);
	pg_shell_word(c, conninfo);
	free(conninfo);
	free(psql);
}

void
pg_script_together(struct pg_script *s)
{
	struct buf b = { 0 };

	if (s->superuser != NULL)
		return;
	buf_adds(&b, "\\together\n");
	append(s->c, &b);
}

void
pg_script_in(struct pg_script *s, const char *database)
{
	struct buf b = { 0 };

	s->in_database = true;
	if (s->superuser != NULL) {
		private_in(s, database);
		return;
	}
	if (database == NULL)
		return;
	buf_addf(&b, "\\connect %s\n", database);
	append(s->c, &b);
}

void
pg_script_at_pooler(struct pg_script *s, const char *pooler)
{
	struct buf b = { 0 };

	s->in_database = true;
	buf_addf(&b, "\\connect pooler:%s\n", pooler);
	append(s->c, &b);
}

void
pg_script_add(struct pg_script *s, const char *fmt, ...)
{
	struct buf b = { 0 };
	char *statement;
	va_list ap;

	if (!s->in_database)
		pg_script_in(s, NULL);
	va_start(ap, fmt);
	statement = mem_vprintf(fmt, ap);
	va_end(ap);
	if (s->superuser != NULL) {
		pg_shell_word(s->c, statement);
	} else {
		buf_addf(&b, "%s;\n", statement);
		append(s->c, &b);
	}
	free(statement);
}
