/*
 * Whether new sessions may write: a setting of all roles, which a session obeys that begins
 * after its commit. It is a gate for clients that ask for a server which takes writes, and
 * go on to the next; none that stops a client which insists.
 *
 * Opening it is one commit and no reload: the last thing of the swap. The commit waits for
 * this server's own disk, and so for all that was applied before it, and for no standby.
 */
#include "config.h"

#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

static void
close_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, major_superuser(s));
	pg_script_add(&q, "ALTER ROLE ALL SET default_transaction_read_only = on");
}

const struct step pg_gate_close = {
	.id = "gate-close",
	.title = "make new sessions of %s read-only",
	.effect = "the setting of all roles says so",
	.build = close_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

const char *const pg_open_sql =
    "DO $$ BEGIN PERFORM set_config('synchronous_commit', 'local', true);"
    " ALTER ROLE ALL RESET default_transaction_read_only; END $$";

static void
open_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", pg_open_sql);
	ret->limit_ms = 10000;
}

const struct step pg_open = {
	.id = "open",
	.title = "let new sessions of %s write",
	.effect = "the setting of all roles is gone",
	.build = open_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
	.insists = true,
};
