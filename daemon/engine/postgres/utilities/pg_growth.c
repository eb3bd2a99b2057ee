/* What grows while a tool works, by its command line. */
#include "config.h"

#include <string.h>

#include "common/str.h"
#include "daemon/engine/postgres/utilities/pg_error.h"

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), len = strlen(end);

	return n >= len && strcmp(text + n - len, end) == 0;
}

bool
pg_grows(const struct command *c, struct growth *ret)
{
	static const char option[] = "--pgdata=";

	*ret = (struct growth){ 0 };
	for (size_t i = 0; i < c->argv.count; i++) {
		const char *word = c->argv.items[i];

		if (str_starts(word, option)) /* pg_basebackup */
			str_copy(ret->path, sizeof(ret->path), word + sizeof(option) - 1);
		else if (i > 0 && ends_with(word, "/pg_dump")) /* behind its folder */
			str_copy(ret->path, sizeof(ret->path), c->argv.items[i - 1]);
	}
	return ret->path[0] == '/';
}
