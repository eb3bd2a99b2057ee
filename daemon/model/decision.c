#include "config.h"

#include "daemon/model/decision.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
static const char *const kind_names[EVENT_KINDS] = {
	[EVENT_CREATED]	  = "created",
	[EVENT_STATE]	  = "state",
	[EVENT_STEP]	  = "step",
	[EVENT_GATE]	  = "gate",
	[EVENT_APPROVED]  = "approved",
	[EVENT_PAUSE]	  = "pause",
	[EVENT_BACKOUT]	  = "back-out",
	[EVENT_ATTENTION] = "attention",
	[EVENT_NOTE]	  = "note",
	[EVENT_OBSERVED]  = "observed",
	[EVENT_COMMAND]	  = "command",
	[EVENT_REQUEST]	  = "request",
};
/* clang-format on */

const char *
event_kind_name(enum event_kind k)
{
	return (unsigned)k < EVENT_KINDS ? kind_names[k] : "unknown";
}

/* More than fit in one decision are dropped: the states they tell of are journaled. */
void
decision_event(struct decision *d, enum event_kind kind, const char *step,
    const char *fmt, ...)
{
	struct decision_event *e;
	va_list ap;

	if (d->event_count == DECISION_EVENTS)
		return;
	e = &d->events[d->event_count++];
	*e = (struct decision_event){ .kind = kind };
	str_copy(e->step, sizeof(e->step), step != NULL ? step : "");
	va_start(ap, fmt);
	if (vsnprintf(e->text, sizeof(e->text), fmt, ap) < 0)
		e->text[0] = '\0';
	va_end(ap);
}

enum action
decision_action(const struct decision *d, int pos)
{
	for (int i = 0; i < d->act_count; i++)
		if (d->acts[i].pos == pos)
			return d->acts[i].action;
	return ACTION_NONE;
}

void
decision_act(struct decision *d, enum action action, int pos)
{
	assert(d->act_count < LANES_MAX && decision_action(d, pos) == ACTION_NONE);
	d->acts[d->act_count++] = (struct act){ .action = action, .pos = pos };
}

void
decision_merge(struct decision *into, const struct decision *d)
{
	into->changed = into->changed || d->changed;
	for (int i = 0; i < d->act_count; i++)
		decision_act(into, d->acts[i].action, d->acts[i].pos);
	into->wake_ms = d->wake_ms;
	for (int i = 0; i < d->event_count && into->event_count < DECISION_EVENTS; i++)
		into->events[into->event_count++] = d->events[i];
}
