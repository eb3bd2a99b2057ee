#include "config.h"

#include "daemon/engine/timesten/shell.h"

#include "common/str.h"
#include "daemon/engine/shared/shell.h"
#include "daemon/engine/timesten/shell_sh.h"

static void
shell_open(const struct member *m, int installation, struct str_list *argv,
    struct str_list *env)
{
	(void)m;
	(void)installation;
	(void)env;
	str_list_add(argv, "/bin/sh");
	str_list_add(argv, "-c");
	str_list_add(argv, shell_sh);
	str_list_add(argv, "sh");
}

const struct dialect tt_shell = {
	.open = shell_open,
	.wrap = shell_wrap,
	.end = shell_end,
	.leave = "",
};
