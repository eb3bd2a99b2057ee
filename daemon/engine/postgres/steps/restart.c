/*
 * A server is started and stopped in the place where it serves: by the site's own commands
 * where they are given, else by pg_ctl. Whether it runs is seen by its pid file and its
 * process, not by what was said.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

#define WAIT_S "600" /* pg_ctl's own; the step has its limit */

/* server { start = { } stop = { } }: run on the member's host, and told which server. */
static bool
by_site(const struct plan_step *ps, const char *key, struct command *ret)
{
	const struct member *m = ps->member;
	const struct installation *tools = member_installation(m, ps->installation);

	settings_list(&m->pair->settings, key, &ret->argv);
	if (ret->argv.count == 0)
		return false;
	ret->kind = COMMAND_JOB;
	ret->member = m;
	ret->host = m->host;
	ret->installation = ps->installation;
	str_list_addf(&ret->env, "UPGRADED_PAIR=%s", m->pair->name);
	str_list_addf(&ret->env, "UPGRADED_MEMBER=%s", m->name);
	str_list_addf(&ret->env, "UPGRADED_DATA=%s", pg_data(m, ps->installation));
	str_list_addf(&ret->env, "UPGRADED_BIN=%s", tools != NULL ? tools->bin : "");
	return true;
}

static bool
by_site_is_set(const struct plan_step *ps, const char *key)
{
	return settings_get(&ps->member->pair->settings, key) != NULL;
}

static void
start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	if (by_site(ps, "server.start", ret))
		return;
	pg_job(ret, ps->member, ps->installation, "pg_ctl");
	str_list_add(&ret->argv, "start");
	str_list_add(&ret->argv, "-D");
	str_list_add(&ret->argv, pg_data(ps->member, ps->installation));
	str_list_add(&ret->argv, "-w");
	str_list_add(&ret->argv, "-t");
	str_list_add(&ret->argv, WAIT_S);
	str_list_add(&ret->argv, "-l");
	str_list_addf(&ret->argv, "%s/upgraded.log",
	    pg_data(ps->member, ps->installation));
}

static enum probe
start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	if (pg_step_runs(s, ps) == FACT_YES)
		return PROBE_DONE;
	why_remedy(w, "upgraded.log in its data directory, or its own log, says why");
	return pg_step_said(s, ps, w) == PROBE_DONE ? PROBE_UNKNOWN : PROBE_TO_DO;
}

const struct step pg_start = {
	.id = "start",
	.title = "start the server of %s",
	.effect = "its server runs",
	.build = start_build,
	.probe = start_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1000,
};

/* A worker for every database, whatever its own settings allow. */
static void
following_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };

	start_build(s, ps, ret);
	if (ret->argv.count == 0 || by_site_is_set(ps, "server.start"))
		return;
	major_databases(s, &databases);
	str_list_add(&ret->argv, "-o");
	str_list_addf(&ret->argv, "-c max_logical_replication_workers=%zu",
	    databases.count + 4);
	str_list_done(&databases);
}

const struct step pg_start_following = {
	.id = "start-following",
	.title = "start the server of %s where it serves, closed and in step",
	.effect = "its server runs",
	.build = following_build,
	.probe = start_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1000,
};

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	if (!by_site(ps, "server.stop", ret))
		pg_private_stop(ret, ps->member, ps->installation);
}

enum probe
pg_stopped(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	if (ps->installation < 0)
		return PROBE_NOT_NEEDED;
	switch (o->inst[ps->installation].daemon_up) {
	case FACT_NO:
		return PROBE_DONE;
	case FACT_YES:
		why_seen(w, "it runs");
		return PROBE_TO_DO;
	case FACT_UNKNOWN:
		break;
	}
	why_seen(w, "not known whether it runs%s%s", o->error[0] != '\0' ? ": " : "",
	    o->error);
	return PROBE_UNKNOWN;
}

const struct step pg_stop = {
	.id = "stop",
	.title = "stop the server of %s",
	.effect = "no server runs in its data directory",
	.build = stop_build,
	.probe = pg_stopped,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1000,
	.tries = 10,
};
