/* Servers that only we and their own tools can reach (utilities/private.h). */
#include "config.h"

#include "daemon/engine/postgres/utilities/private.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

/* Whatever runs in it by itself, jobs of extensions above all, cannot write; what is
 * replicated into it can. Nothing is set that a standby would have to have, too. */
static void
start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct buf more = { 0 };

	major_databases(s, &databases);
	buf_addf(&more,
	    "-c default_transaction_read_only=on -c max_logical_replication_workers=%zu",
	    databases.count + 4);
	pg_private_start(ret, ps->member, ps->installation, buf_text(&more));
	buf_done(&more);
	str_list_done(&databases);
}

static enum probe
start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	if (pg_step_runs(s, ps) == FACT_YES)
		return PROBE_DONE;
	why_remedy(w, "see .upgraded/server.log in its data directory");
	return pg_step_said(s, ps, w);
}

const struct step pg_start_private = {
	.id = "start-private",
	.title = "start %s where nobody but the supervisor reaches it",
	.effect = "its server runs",
	.build = start_build,
	.probe = start_probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
};

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_private_stop(ret, ps->member, ps->installation);
}

const struct step pg_stop_private = {
	.id = "stop-private",
	.title = "stop %s, which serves nobody",
	.effect = "no server runs in its data directory",
	.build = stop_build,
	.probe = pg_stopped,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_INSTANCE,
	.patience_ms = 1000,
	.tries = 10,
};
