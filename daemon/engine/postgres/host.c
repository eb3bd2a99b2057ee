#include "config.h"

#include "daemon/engine/postgres/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/host_sh.h"
#include "daemon/engine/postgres/utilities/pooler.h"

static void
shell_open(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	(void)m;
	(void)installation;
	(void)env;
	str_list_add(argv, "/bin/sh");
	str_list_add(argv, "-c");
	str_list_addf(argv, "%s%s", pg_pooler_functions, host_sh);
	str_list_add(argv, "sh");
}

static char *
shell_wrap(const char *statements, const char *nonce)
{
	return mem_printf("%s\n#%s\n", statements, nonce);
}

/* "\nNONCE STATUS\n": the first line end is not of the answer. */
static const char *
shell_end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	const char *at = strstr(text, nonce), *rest;

	while (at != NULL && (at == text || at[-1] != '\n'))
		at = strstr(at + 1, nonce);
	rest = at != NULL ? strchr(at, '\n') : NULL;
	if (rest == NULL)
		return NULL;
	*ret_len = (size_t)(at - text) - 1;
	*ret_status = (int)strtol(at + strlen(nonce), NULL, 10);
	return rest + 1;
}

const struct dialect pg_shell = {
	.open = shell_open,
	.wrap = shell_wrap,
	.end = shell_end,
	.leave = "",
};
