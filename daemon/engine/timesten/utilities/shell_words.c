/* Commands for the shell of a member's host, as guard.sh knows them. */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/utilities/utilities.h"

void
tt_shell_call(struct command *c, const struct member *m, const char *function)
{
	c->kind = COMMAND_SHELL;
	c->member = m;
	c->host = m->host;
	c->installation = -1;
	free(c->statements);
	c->statements = mem_strdup(function);
}

void
tt_shell_word(struct command *c, const char *word)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s ", c->statements);
	buf_add_shell(&b, word);
	free(c->statements);
	c->statements = buf_take(&b);
}

void
tt_shell_wordf(struct command *c, const char *fmt, ...)
{
	char *word;
	va_list ap;

	va_start(ap, fmt);
	word = mem_vprintf(fmt, ap);
	va_end(ap);
	tt_shell_word(c, word);
	free(word);
}
