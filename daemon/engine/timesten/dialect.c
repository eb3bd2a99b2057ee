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
		str_list_add(argv, connection);
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

/* Is [p, p + len) alone between '<' and '>'? */
static bool
is_row(const char *text, const char *p, size_t len)
{
	const char *before = p, *behind = p + len;

	while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	while (*behind == ' ' || *behind == '\t')
		behind++;
	return before > text && before[-1] == '<' && *behind == '>';
}

static const char *
dialect_end(const char *text, const char *nonce, size_t *ret_len)
{
	char *word = mem_printf("done-%s", nonce);
	size_t len = strlen(word);
	const char *p = text, *rest = NULL;

	while ((p = str_find_nocase(p, word)) != NULL && !is_row(text, p, len))
		p++;
	if (p != NULL) {
		rest = p + strcspn(p, "\n");
		rest += *rest == '\n' ? 1 : 0;
		while (p > text && p[-1] != '\n')
			p--;
		*ret_len = (size_t)(p - text);
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
