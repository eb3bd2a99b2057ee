#include "config.h"

#include "daemon/engine/postgres/host.h"

#include "common/str.h"
#include "daemon/engine/postgres/host_sh.h"
#include "daemon/engine/postgres/utilities/pooler.h"
#include "daemon/engine/shared/shell.h"

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

const struct dialect pg_shell = {
	.open = shell_open,
	.wrap = shell_wrap,
	.end = shell_end,
	.leave = "",
};
