#include "tests/lib/fake_tool.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

static void
shell_open(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	(void)m;
	(void)installation;
	(void)env;
	str_list_add(argv, "/bin/sh");
}

static char *
shell_wrap(const char *statements, const char *nonce)
{
	return mem_printf("%s\necho %s $?\n", statements, nonce);
}

static void
cat_open(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	(void)m;
	(void)installation;
	(void)env;
	str_list_add(argv, "/bin/cat");
}

static char *
cat_wrap(const char *statements, const char *nonce)
{
	return mem_printf("%s\n%s 0\n", statements, nonce);
}

/* The nonce and the status are a line. */
static const char *
end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	const char *at = strstr(text, nonce),
		   *rest = at != NULL ? strchr(at, '\n') : NULL;

	if (rest == NULL)
		return NULL;
	*ret_len = (size_t)(at - text);
	*ret_status = (int)strtol(at + strlen(nonce), NULL, 10);
	return rest + 1;
}

const struct dialect fake_shell = { shell_open, shell_wrap, end, "exit\n" };
const struct dialect fake_cat = { cat_open, cat_wrap, end, "\n" };
