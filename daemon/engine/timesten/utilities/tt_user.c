/* A user with ADMIN, by ttIsql, which cannot ask for his password. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/timesten/utilities/parts.h"

/* His password comes by the terminal, as at the prompts of the tools, and goes on through a pipe: it
 * stands on no command line. */
static const char create_script[] =
    "printf 'Enter password for %s: ' \"$3\"; IFS= read -r p || exit 2; "
    "case $p in *'\"'*) echo 'a password with a quote in it cannot be given to CREATE USER'; "
    "exit 2 ;; [A-Za-z]*) case $p in *[!A-Za-z0-9_]*) p=\"\\\"$p\\\"\" ;; esac ;; "
    "*) p=\"\\\"$p\\\"\" ;; esac; "
    "printf 'CREATE USER %s IDENTIFIED BY %s;\\nGRANT ADMIN TO %s;\\nexit;\\n' "
    "\"$3\" \"$p\" \"$3\" | \"$1\" -v1 -connStr \"$2\"";

void
tt_create_admin(struct command *c, const struct member *m, int installation)
{
	char *connection = tt_connection(m, installation, false), *tool;

	tt_job(c, m, installation, "ttIsql");
	tool = mem_strdup(c->argv.count > 0 ? c->argv.items[0] : "ttIsql");
	str_list_done(&c->argv);
	str_list_add(&c->argv, "/bin/sh");
	str_list_add(&c->argv, "-c");
	str_list_add(&c->argv, create_script);
	str_list_add(&c->argv, "sh");
	str_list_add(&c->argv, tool);
	str_list_add(&c->argv, connection);
	str_list_add(&c->argv, m->pair->duplicate.user);
	c->user = m->pair->duplicate.user;
	c->password_file = m->pair->duplicate.password_file;
	c->limit_ms = 60000;
	free(tool);
	free(connection);
}
