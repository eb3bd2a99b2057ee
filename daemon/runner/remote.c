#include "config.h"

#include "daemon/runner/remote.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/runner/far_sh.h"

const char *const remote_agent = far_agent_sh;

void
remote_quote(struct buf *line, const char *text)
{
	size_t plain;

	buf_adds(line, "'");
	while (*(text += plain = strcspn(text, "'\n")) != '\0') {
		buf_add(line, text - plain, plain);
		buf_adds(line, *text == '\'' ? "'\\''" : "'\"$ud_n\"'");
		text++;
	}
	buf_add(line, text - plain, plain);
	buf_adds(line, "'");
}

void
remote_quote_all(struct buf *line, char *const *words)
{
	for (; words != NULL && *words != NULL; words++) {
		buf_adds(line, " ");
		remote_quote(line, *words);
	}
}

void
remote_export(struct buf *line, char *const *env)
{
	for (; env != NULL && *env != NULL; env++) {
		size_t name = strcspn(*env, "=");

		buf_adds(line, "export ");
		buf_add(line, *env, name);
		buf_adds(line, "=");
		remote_quote(line, *env + name + ((*env)[name] == '='));
		buf_adds(line, "; ");
	}
}

/* IFS begins as blank, tab, line end in every sh, wherever it comes from. */
char *
remote_command(const char *become)
{
	return mem_printf("exec %s /bin/sh -c 'LC_ALL=C;LANG=C;export LC_ALL LANG;"
			  "ud_n=${IFS#??};IFS= read -r ud_c&&eval \"$ud_c\"'",
	    become);
}

static const char *
text_of(enum remote_way way)
{
	switch (way) {
	case REMOTE_PROCESS:
		return far_process_sh;
	case REMOTE_SESSION:
	case REMOTE_WATCHED:
		break;
	}
	return far_session_sh;
}

static char *
finish(struct buf *line)
{
	buf_adds(line, "\n");
	return buf_take(line);
}

char *
remote_line(enum remote_way way, char *const *argv, char *const *env)
{
	struct buf line = { 0 };

	buf_adds(&line, "cd /; ");
	remote_export(&line, env);
	if (way == REMOTE_SESSION)
		buf_adds(&line, "exec 2>&1; ");
	buf_adds(&line, "set --");
	remote_quote_all(&line, argv);
	buf_adds(&line, "; eval ");
	remote_quote(&line, text_of(way));
	return finish(&line);
}

char *
remote_greeting(const char *run_as)
{
	struct buf line = { 0 };

	buf_adds(&line, "exec 2>&1; set -- ");
	remote_quote(&line, run_as != NULL ? run_as : "");
	buf_adds(&line, "; eval ");
	remote_quote(&line, far_greeting_sh);
	return finish(&line);
}
