/*
 * A row that is committed on the active arrives at the member: replication keeps the order
 * of commits, so that everything committed before it has arrived too.
 *
 * Source: Installation guide 11.2.1, chapter 2, online upgrade, steps 3 and 12.
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

static void
marker_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const struct member *active = step_active(s);

	if (active == NULL)
		active = s->plan->active;
	if (s->plan->pair->marker_table == NULL)
		return;
	step_write_marker(s, ps, active, ret);
	ret->limit_ms = 10000;
}

static bool
marker_needed(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return s->plan->pair->marker_table != NULL;
}

static enum probe
marker_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = step_seen(s, ps->member);
	char tag[64];

	step_tag(s, ps, tag, sizeof(tag));
	why_needed(w, "marker %s", tag);
	why_seen(w, "marker %s", o->marker[0] != '\0' ? o->marker : "not seen");
	why_remedy(w,
	    "replication to %s does not flow: tterrors.log of both instances says "
	    "why",
	    ps->member->name);
	if (s->performed_ms == 0)
		return step_active(s) != NULL ? PROBE_TO_DO : PROBE_UNKNOWN;
	return str_equal(o->marker, tag) ? PROBE_DONE : PROBE_TO_DO;
}

static bool
compared_needed(const struct scene *s, const struct plan_step *ps)
{
	return marker_needed(s, ps) && step_is_compared(s, ps);
}

#define MARKER                                                                                   \
	.id = "marker", .title = "see a row from the active arrive at %s",                       \
	.effect = "the marker row of this step is there", .build = marker_build,                 \
	.probe = marker_probe, .on_interrupt = INTERRUPT_REDO, .looks = LOOK_MARKER,             \
	.alone = true, /* there is one row */                                                    \
	    .patience_ms = 60000, .tries = 10

const struct step tt_marker = { MARKER, .needed = marker_needed };
const struct step tt_marker_compared = { MARKER, .needed = compared_needed };
