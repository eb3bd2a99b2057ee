#include "config.h"

#include "daemon/engine/shared/shell.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

char *
shell_wrap(const char *statements, const char *nonce)
{
	return mem_printf("%s\n#%s\n", statements, nonce);
}

/* "\nNONCE STATUS\n": the first line end is not of the answer. */
const char *
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
