/*
 * ttIsql as a session: commands on its standard input, answers on its output, for as long
 * as the database stays loaded.
 *
 * It says nothing when an answer is over, so every question ends with a statement whose
 * row is known beforehand: `select 'done-<nonce>' from dual;` prints `< done-<nonce> >`.
 * The statement itself may be echoed; there the word stands in quotes.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/timesten/observe.h"
#include "daemon/engine/timesten/utilities/utilities.h"

/* How a session of ours is told from one of an application, where connections are counted. */
static const char *
own_name(const struct member *m)
{
	return str_equal(m->pair->topology, "bidirectional")
	    ? ";ConnectionName=" TT_OWN_CONNECTION
	    : "";
}

/* Verbosity 1: rows and errors, nothing else. AutoCreate=0: a look never makes an empty
 * database where one was destroyed. */
static void
dialect_open(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	const struct installation *i = member_installation(m, installation);
	char *connection = tt_connection(m, installation, false);

	if (i != NULL) {
		str_list_addf(argv, "%s/ttIsql", i->bin);
		str_list_add(argv, "-v1");
		str_list_add(argv, "-connStr");
		str_list_addf(argv, "%s%s", connection, own_name(m));
		for (size_t n = 0; n < i->env.count; n++)
			str_list_add(env, i->env.items[n]);
		str_list_add(env, "LC_ALL=C");
	}
	free(connection);
}

static char *
dialect_wrap(const char *statements, const char *nonce)
{
	size_t len = strlen(statements);
	bool ended = len == 0 || statements[len - 1] == '\n';

	return mem_printf("%s%sselect 'done-%s' from dual;\n", statements,
	    ended ? "" : "\n", nonce);
}

/* The '<' of the row when [p, p + len) is all that stands in one, else NULL. */
static const char *
row_start(const char *text, const char *p, size_t len)
{
	const char *behind = p + len;

	while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	while (*behind == ' ' || *behind == '\t')
		behind++;
	return p > text && p[-1] == '<' && *behind == '>' ? p - 1 : NULL;
}

/* The line that row stands in, when nothing but prompts is before it there. */
static const char *
line_start(const char *text, const char *row)
{
	static const char prompt[] = "Command>";
	const char *line = row, *p;

	while (line > text && line[-1] != '\n')
		line--;
	for (p = line; p < row;) {
		if (*p == ' ' || *p == '\t')
			p++;
		else if (str_starts_nocase(p, prompt))
			p += sizeof(prompt) - 1;
		else
			return row;
	}
	return line;
}

static const char *
dialect_end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	char *word = mem_printf("done-%s", nonce);
	const char *p = text, *row = NULL, *rest = NULL;
	size_t len = strlen(word);

	while (row == NULL && (p = str_find_nocase(p, word)) != NULL) {
		row = row_start(text, p, len);
		p++;
	}
	if (row != NULL) {
		rest = p + strcspn(p, "\n");
		rest += *rest == '\n' ? 1 : 0;
		*ret_len = (size_t)(line_start(text, row) - text);
		*ret_status = 0;
	}
	free(word);
	return rest;
}

const struct dialect tt_dialect = {
	.open = dialect_open,
	.wrap = dialect_wrap,
	.end = dialect_end,
	.leave = "exit;\n",
};
