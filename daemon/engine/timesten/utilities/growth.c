/* What grows while a tool works, by its command line. */
#include "config.h"

#include <string.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

static const char *
word_behind(const struct str_list *argv, const char *option)
{
	for (size_t i = 0; i + 1 < argv->count; i++)
		if (str_equal_nocase(argv->items[i], option))
			return argv->items[i + 1];
	return NULL;
}

static bool
has_word(const struct str_list *argv, const char *word)
{
	for (size_t i = 0; i < argv->count; i++)
		if (str_equal(argv->items[i], word))
			return true;
	return false;
}

/* Files of a database are its path with something behind a dot. */
static bool
database(const struct command *c, struct growth *ret)
{
	const char *path = tt_path(c->member, c->installation);

	if (path == NULL)
		return false;
	str_printf(ret->path, sizeof(ret->path), "%s.", path);
	ret->prefix = true;
	return true;
}

bool
tt_grows(const struct command *c, struct growth *ret)
{
	const struct str_list *argv = &c->argv;
	const char *tool = argv->count > 0 ? strrchr(argv->items[0], '/') : NULL;

	*ret = (struct growth){ 0 };
	if (tool == NULL || c->member == NULL)
		return false;
	if (str_equal(tool, "/ttMigrate") && has_word(argv, "-c"))
		str_copy(ret->path, sizeof(ret->path), argv->items[argv->count - 1]);
	else if (str_equal(tool, "/ttBackup") && word_behind(argv, "-dir") != NULL &&
	    word_behind(argv, "-fname") != NULL) {
		str_printf(ret->path, sizeof(ret->path), "%s/%s.", word_behind(argv, "-dir"),
		    word_behind(argv, "-fname"));
		ret->prefix = true;
	} else if ((str_equal(tool, "/ttMigrate") && has_word(argv, "-r")) ||
	    str_equal(tool, "/ttRestore") ||
	    (str_equal(tool, "/ttRepAdmin") && has_word(argv, "-duplicate"))) {
		return database(c, ret);
	}
	return ret->path[0] == '/';
}
