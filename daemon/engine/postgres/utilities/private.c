#include "config.h"

#include "daemon/engine/postgres/utilities/private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/conninfo.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/command.h"

#define FOLDER    ".upgraded"
#define PATH_ROOM 107 /* of struct sockaddr_un */

/* FNV-1a, 64 bits. */
static uint64_t
hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
	return h;
}

char *
pg_private_folder(const struct member *m, int installation)
{
	const char *data = pg_data(m, installation);

	if (strlen(data) + strlen("/" FOLDER "/.s.PGSQL.65535") < PATH_ROOM)
		return mem_printf("%s/" FOLDER, data);
	return mem_printf("/tmp/" FOLDER "-%016" PRIx64, hash(data));
}

char *
pg_private_conninfo(const struct member *m, int installation, const char *user,
    const char *database)
{
	char *folder = pg_private_folder(m, installation), *text;
	struct settings o = { 0 };
	struct pg_server server;
	char port[16];

	pg_server(m, installation, &server);
	str_printf(port, sizeof(port), "%d", server.port);
	settings_set(&o, "host", folder);
	settings_set(&o, "port", port);
	settings_set(&o, "user", user);
	settings_set(&o, "dbname", database != NULL ? database : server.dbname);
	text = conninfo_text(&o);
	settings_done(&o);
	free(folder);
	return text;
}

void
pg_private_trust(struct buf *b, const struct member *m, int installation)
{
	char *folder = pg_private_folder(m, installation);

	buf_addf(b, "-c hba_file='%s/hba.conf'", folder);
	free(folder);
}

void
pg_private_options(struct buf *b, const struct member *m, int installation)
{
	char *folder = pg_private_folder(m, installation);
	struct pg_server server;

	pg_server(m, installation, &server);
	buf_addf(b,
	    "-p %d -c listen_addresses='' -c unix_socket_directories='%s' "
	    "-c unix_socket_permissions=0700 -c synchronous_standby_names='' ",
	    server.port, folder);
	pg_private_trust(b, m, installation);
	free(folder);
}

static const char enter[] =
    "umask 077; f=$1; shift; mkdir -p \"$f\" && [ -O \"$f\" ] && "
    "printf 'local all all trust\\nlocal replication all trust\\n' >\"$f/hba.conf\" "
    "&& cd \"$f\" && ";

void
pg_private_job_sh(struct command *c, const struct member *m, int installation,
    const char *text)
{
	const struct installation *i = member_installation(m, installation);
	char *folder = pg_private_folder(m, installation);
	char *whole = mem_printf("%s%s", enter, text);

	pg_job_sh(c, m, whole);
	c->installation = installation;
	str_list_add(&c->argv, folder);
	for (size_t n = 0; i != NULL && n < i->env.count; n++)
		str_list_add(&c->env, i->env.items[n]);
	free(folder);
	free(whole);
}

#define START_S "600" /* it may have to recover first; the step has its own limit */

/* One that was killed may not be buried yet, and its number still counts as alive. Not every
 * host has somebody who buries: then its locks go, when no process works there any more. */
static const char buried[] =
    "d=$1; shift; n=0; "
    "dead() { read -r p 2>/dev/null <\"$d/postmaster.pid\" && [ -e \"/proc/$p\" ] && "
    "! [ \"/proc/$p/cwd\" -ef \"$d\" ]; }; "
    "while dead && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.1; done; "
    "if dead; then "
    "for w in /proc/[0-9]*; do [ \"$w/cwd\" -ef \"$d\" ] && exec \"$@\"; done; "
    "rm -f \"$d/postmaster.pid\" .s.PGSQL.*.lock; fi; "
    "exec \"$@\"";

void
pg_private_start(struct command *c, const struct member *m, int installation,
    const char *more)
{
	char *ctl = pg_tool(m, installation, "pg_ctl");
	struct buf options = { 0 };

	pg_private_job_sh(c, m, installation, buried);
	str_list_add(&c->argv, pg_data(m, installation));
	pg_private_options(&options, m, installation);
	if (more[0] != '\0')
		buf_addf(&options, " %s", more);
	str_list_add(&c->argv, ctl);
	str_list_add(&c->argv, "start");
	str_list_add(&c->argv, "-D");
	str_list_add(&c->argv, pg_data(m, installation));
	str_list_add(&c->argv, "-w");
	str_list_add(&c->argv, "-t");
	str_list_add(&c->argv, START_S);
	str_list_add(&c->argv, "-l");
	str_list_add(&c->argv, "server.log");
	str_list_add(&c->argv, "-o");
	str_list_add(&c->argv, buf_text(&options));
	buf_done(&options);
	free(ctl);
}

void
pg_private_stop(struct command *c, const struct member *m, int installation)
{
	pg_job(c, m, installation, "pg_ctl");
	str_list_add(&c->argv, "stop");
	str_list_add(&c->argv, "-D");
	str_list_add(&c->argv, pg_data(m, installation));
	str_list_add(&c->argv, "-m");
	str_list_add(&c->argv, "fast");
	str_list_add(&c->argv, "-w");
	str_list_add(&c->argv, "-t");
	str_list_add(&c->argv, START_S);
}
