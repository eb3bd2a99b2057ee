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
#include "daemon/engine/postgres/steps/lease.h"
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

/* A person may have opened it; what was written there since is nowhere else. */
static enum probe
closed_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];

	why_needed(w, "sessions of %s begin read-only", ps->member->name);
	why_seen(w, "%s%s%s", role_name(o->role), o->error[0] != '\0' ? ": " : "",
	    o->error);
	switch (o->role) {
	case ROLE_ACTIVE:
		why_seen(w, "%s takes writes, too: somebody opened it", ps->member->name);
		why_remedy(w,
		    "on %s: ALTER ROLE ALL SET default_transaction_read_only = on; end the "
		    "sessions that write there, look what they wrote, then retry",
		    ps->member->name);
		return PROBE_IMPOSSIBLE;
	case ROLE_STANDBY:
	case ROLE_SUBSCRIBER:
	case ROLE_IDLE:
		return PROBE_DONE;
	case ROLE_RECOVERING:
	case ROLE_FAILED:
	case ROLE_UNKNOWN:
	case ROLES:
		break;
	}
	return PROBE_UNKNOWN;
}

const struct step pg_see_closed = {
	.id = "see-closed",
	.title = "see that %s takes no writes yet",
	.effect = "the setting of all roles says so",
	.probe = closed_probe,
	.looks = LOOK_ROLE,
};

const char *const pg_open_sql =
    "DO $$ BEGIN PERFORM set_config('synchronous_commit', 'local', true);"
    " ALTER ROLE ALL RESET default_transaction_read_only; END $$";

#define OPENS_MS 1000 /* at the least */

static void
open_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "%s", pg_open_sql);
	ret->limit_ms = lease_answer_ms(s, ps->peer, OPENS_MS, 10000);
}

const struct step pg_open = {
	.id = "open",
	.title = "let new sessions of %s write",
	.effect = "the setting of all roles is gone",
	.build = open_build,
	.trusted = lease_successor_is_trusted,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
	.insists = true,
};

const struct step pg_see_open = {
	.id = "see-open",
	.title = "see that new sessions of %s write, if it was left to the guard",
	.effect = "the setting of all roles is gone",
	.build = open_build,
	.needed = lease_left_opening,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 20,
	.insists = true,
};
