/*
 * A cluster is written down by the new release's pg_dump, which reads every older
 * one, and built up again from that: what is damaged, bloated or laid out in an old
 * way does not come along. Roles first, then every database with its large objects,
 * several tables at a time.
 *
 * The dump lies in the host's backup_directory where one is given, else in the new
 * data directory, and is removed once everything was counted.
 *
 * Source: PostgreSQL documentation, pg_dumpall, pg_dump, pg_restore.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

static int
old_of(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->old_installation[ps->member->index];
}

static int
new_of(const struct scene *s, const struct plan_step *ps)
{
	return s->plan->new_installation[ps->member->index];
}

static char *
folder_of(const struct scene *s, const struct plan_step *ps)
{
	const struct member *m = ps->member;

	if (m->host->backup_directory != NULL)
		return mem_printf("%s/upgraded-%s-%s", m->host->backup_directory,
		    m->pair->name, m->name);
	return mem_printf("%s/upgraded.dump", pg_data(m, new_of(s, ps)));
}

static void
add_private(const struct scene *s, const struct plan_step *ps, int installation,
    const char *database, struct command *ret)
{
	char *conninfo =
	    pg_private_conninfo(ps->member, installation, major_superuser(s), database);

	str_list_add(&ret->argv, conninfo);
	free(conninfo);
}

static void
add_tool(const struct scene *s, const struct plan_step *ps, const char *tool,
    struct command *ret)
{
	char *path = pg_tool(ps->member, new_of(s, ps), tool);

	str_list_add(&ret->argv, path);
	free(path);
}

static void
begin(const struct scene *s, const struct plan_step *ps, const char *text,
    struct command *ret)
{
	const struct installation *tools =
	    member_installation(ps->member, new_of(s, ps));
	char *folder = folder_of(s, ps);

	pg_job_sh(ret, ps->member, text);
	str_list_add(&ret->argv, folder);
	for (size_t i = 0; tools != NULL && i < tools->env.count; i++)
		str_list_add(&ret->env, tools->env.items[i]);
	str_list_add(&ret->env, "PGOPTIONS=-c default_transaction_read_only=off");
	free(folder);
}

/* Every database: its file in the dump, and how it is reached. */
static void
add_databases(const struct scene *s, const struct plan_step *ps, int installation,
    struct command *ret)
{
	struct str_list databases = { 0 };

	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		const char *line = databases.items[i];

		str_list_addf(&ret->argv, "%.*s", (int)strcspn(line, " "), line);
		add_private(s, ps, installation, major_database_name(line), ret);
	}
	str_list_done(&databases);
}

static enum probe
dump_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_remedy(w,
	    "see what it says: upgradectl log; mend it, then retry; or abort");
	return pg_step_said(s, ps, w);
}

/* clang-format off */
#define DUMP \
	.probe = dump_probe, .on_interrupt = INTERRUPT_REDO, .patience_ms = 1, \
	.may_cancel = true
/* clang-format on */

/* ---- written down ---- */

static void
globals_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "umask 077; rm -rf \"$1\"; mkdir -p \"$1\" && "
	    "\"$2\" --globals-only --no-password -d \"$3\" >\"$1/globals.sql\"";

	begin(s, ps, text, ret);
	add_tool(s, ps, "pg_dumpall", ret);
	add_private(s, ps, old_of(s, ps), NULL, ret);
}

const struct step pg_dump_globals = {
	.id = "dump-globals",
	.title = "write down the roles of %s",
	.effect = "pg_dumpall says so",
	.build = globals_build,
	DUMP,
};

static void
dump_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "umask 077; folder=$1 tool=$2; shift 2; rm -rf \"$folder\"/[0-9]*; "
	    "while [ $# -gt 0 ]; do "
	    "\"$tool\" -Fd -j 2 -Z 1 --no-password -f \"$folder/$1\" -d \"$2\" || exit; "
	    "shift 2; done; du -sh \"$folder\"";

	begin(s, ps, text, ret);
	add_tool(s, ps, "pg_dump", ret);
	add_databases(s, ps, old_of(s, ps), ret);
}

const struct step pg_dump_databases = {
	.id = "dump",
	.title = "write down the databases of %s",
	.effect = "pg_dump says so of each",
	.build = dump_build,
	DUMP,
};

/* ---- built up ---- */

/* A role that is there already (42710) is the one that initdb made, or of an attempt
 * before; its attributes and memberships are set in any case. Databases are dropped
 * before they are made: those that initdb made, and those of an attempt before. */
static void
restore_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "folder=$1 psql=$2 tool=$3 server=$4; shift 4; "
	    "\"$psql\" -XAtq -w -v VERBOSITY=sqlstate -d \"$server\" "
	    "-f \"$folder/globals.sql\" >\"$folder/globals.log\" 2>&1 || "
	    "{ cat \"$folder/globals.log\"; exit 1; }; "
	    "if grep -E '[0-9A-Z]{5}$' \"$folder/globals.log\" | grep -v '42710$'; then "
	    "exit 1; fi; "
	    "while [ $# -gt 0 ]; do "
	    "\"$tool\" --create --clean --if-exists --exit-on-error -j 2 --no-password "
	    "-d \"$server\" \"$folder/$1\" || exit; "
	    "shift 2; done";

	begin(s, ps, text, ret);
	add_tool(s, ps, "psql", ret);
	add_tool(s, ps, "pg_restore", ret);
	add_private(s, ps, new_of(s, ps), "template1", ret);
	add_databases(s, ps, new_of(s, ps), ret);
}

const struct step pg_dump_restore = {
	.id = "restore",
	.title = "build up the databases of %s in the new release",
	.effect = "pg_restore says so of each, without an error",
	.build = restore_build,
	DUMP,
};

/* ---- no longer needed ---- */

static void
remove_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	begin(s, ps, "rm -rf \"$1\"", ret);
}

const struct step pg_dump_remove = {
	.id = "dump-remove",
	.title = "remove the dump of %s",
	.effect = "it is gone",
	.build = remove_build,
	DUMP,
};
