/*
 * Check has found that no failover tool decides about roles. One that was started since then
 * would take a swap for the failure of a server, and promote, rewind or start by its own rules:
 * both masters are looked at once more, right before anything waits.
 */
#include "config.h"

#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/manager.h"

static bool
needed(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return !plan_overrides(s->plan, PG_MANAGER_RULE);
}

static enum probe
alone(const struct scene *s, const struct member *m, struct why *w)
{
	const struct observation *o = &s->seen[m->index];
	const char *gap = settings_get(&o->details, "gap.host");
	struct buf signs = { 0 };

	switch (pg_manager_lives(o)) {
	case FACT_NO:
		return PROBE_DONE;
	case FACT_YES:
		pg_manager_signs(m, o, &signs);
		why_seen(w, "a failover tool is in charge of %s: %s", m->name,
		    buf_text(&signs));
		why_remedy(w, PG_MANAGER_STOP "; then retry, or abort");
		buf_done(&signs);
		return PROBE_IMPOSSIBLE;
	case FACT_UNKNOWN:
		break;
	}
	why_seen(w, "%s: %s", m->name, gap != NULL ? gap : o->error);
	return PROBE_UNKNOWN;
}

static enum probe
probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe mine = alone(s, ps->member, w);

	why_needed(w, "no failover tool on %s and %s", ps->member->name,
	    ps->peer->name);
	return mine == PROBE_DONE ? alone(s, ps->peer, w) : mine;
}

const struct step pg_sole = {
	.id = "sole",
	.title = "see that no failover tool is in charge of %s and its peer",
	.effect = "no session and no process of one",
	.needed = needed,
	.probe = probe,
	.on_interrupt = INTERRUPT_PROBE,
	.looks = LOOK_SCHEMA,
	.looks_peer = LOOK_SCHEMA,
};
