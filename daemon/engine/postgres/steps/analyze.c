/*
 * What pg_upgrade leaves to do in the new cluster: extensions that it names, and the
 * statistics of the planner, which it carries over only from 18 on. All of it while nobody
 * is served yet, and while the stream catches up.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

static void
extensions_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	static const char text[] =
	    "for f in update_extensions.sql; do [ -s \"$f\" ] || continue;"
	    " PGAPPNAME=upgraded PGOPTIONS='-c default_transaction_read_only=off'"
	    " \"$@\" -f \"$f\" || exit; done";
	char *psql = pg_tool(ps->member, ps->installation, "psql");
	char *conninfo =
	    pg_private_conninfo(ps->member, ps->installation, major_superuser(s), NULL);

	pg_private_job_sh(ret, ps->member, ps->installation, text);
	str_list_add(&ret->argv, psql);
	str_list_add(&ret->argv, "-XAtq");
	str_list_add(&ret->argv, "-v");
	str_list_add(&ret->argv, "ON_ERROR_STOP=1");
	str_list_add(&ret->argv, "-d");
	str_list_add(&ret->argv, conninfo);
	free(conninfo);
	free(psql);
}

const struct step pg_extensions = {
	.id = "extensions",
	.title = "update the extensions of %s that pg_upgrade named",
	.effect = "its script ran without an error",
	.build = extensions_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static void
analyze_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *folder = pg_private_folder(ps->member, ps->installation);
	struct pg_server server;

	pg_server(ps->member, ps->installation, &server);
	pg_job(ret, ps->member, ps->installation, "vacuumdb");
	str_list_add(&ret->argv, "--all");
	str_list_add(&ret->argv, "--analyze-only");
	if (s->plan->to.part[0] >= 18)
		str_list_add(&ret->argv, "--missing-stats-only");
	str_list_add(&ret->argv, "--jobs=2");
	str_list_add(&ret->argv, "--quiet");
	str_list_addf(&ret->argv, "--host=%s", folder);
	str_list_addf(&ret->argv, "--port=%d", server.port);
	str_list_addf(&ret->argv, "--username=%s", major_superuser(s));
	free(folder);
}

const struct step pg_analyze = {
	.id = "analyze",
	.title = "make the statistics of %s",
	.effect = "vacuumdb ran without an error",
	.build = analyze_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};
