/* ttDaemonAdmin: the main daemon of one instance. */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

void
tt_daemon_admin_start(struct command *c, const struct member *m, int installation,
    bool force)
{
	tt_job(c, m, installation, "ttDaemonAdmin");
	if (force)
		str_list_add(&c->argv, "-force");
	str_list_add(&c->argv, "-start");
}

/* Never with -force, which kills: databases in memory would have to recover. */
void
tt_daemon_admin_stop(struct command *c, const struct member *m, int installation)
{
	tt_job(c, m, installation, "ttDaemonAdmin");
	str_list_add(&c->argv, "-stop");
}

void
tt_daemon_admin_server(struct command *c, const struct member *m, int installation,
    bool start)
{
	tt_job(c, m, installation, "ttDaemonAdmin");
	str_list_add(&c->argv, start ? "-startserver" : "-stopserver");
}
