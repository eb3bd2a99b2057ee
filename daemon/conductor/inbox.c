/* What arrived for a pair since its last turn: observations, output, ends of commands. */
#include "config.h"

#include <string.h>

#include "common/clock.h"
#include "common/str.h"
#include "daemon/conductor/internal.h"

void
inbox_observed(void *arg, const struct member *m, bool changed)
{
	struct conductor *c = arg;
	struct work *w = work_find(c, m->pair->name);

	if (w == NULL)
		return;
	if (!m->subscriber && observer_seen(c->observer, m->pair)[m->index].role == ROLE_STANDBY)
		w->standby_wall_ms = clock_wall_ms();
	if (changed)
		w->changed[m->index] = true;
	if (!TAILQ_EMPTY(&w->lookers))
		lookers_observed(w);
	if (changed || work_in_hand(w))
		work_news(w);
}

void
inbox_output(void *arg, const char *text, size_t len)
{
	struct work *w = arg;

	buf_add(&w->tail, text, len);
}

static void
hook_said(const struct outcome *o, struct ud_error *ret)
{
	char text[200];
	const char *words;

	str_copy(text, sizeof(text), o->output != NULL ? o->output : "");
	words = str_trim(text);
	ud_fail(ret, UD_EUTILITY, "the hook ended with %s %d%s%s",
	    ending_name(o->ending), o->status, words[0] != '\0' ? ": " : "", words);
}

/* The command of the step in hand is over; takes over o. */
void
inbox_ended(void *arg, struct outcome *o)
{
	struct work *w = arg;

	outcome_done(&w->outcome);
	w->outcome = *o;
	w->job = NULL;
	w->has_outcome = true;
	w->ended = true;
	memset(&w->said, 0, sizeof(w->said));
	if (w->command.kind == COMMAND_HOOK || w->command.kind == COMMAND_NONE) {
		w->verdict = o->ending == ENDING_EXITED && o->status == 0
		    ? VERDICT_OK
		    : VERDICT_STOP;
		if (w->verdict != VERDICT_OK)
			hook_said(o, &w->said);
	} else {
		w->verdict = w->pair->engine->judge(&w->command, &w->outcome, &w->said);
		/* Who was to type the password died, perhaps before it did: that is no
		 * wrong password. */
		if (w->attached && w->said.code == UD_EAUTH &&
		    w->command.password_file != NULL)
			w->outcome.ending = ENDING_GONE;
	}
	work_news(w);
}

struct core_input
inbox_input(struct work *w)
{
	return (struct core_input){
		.seen = observer_seen(w->c->observer, w->pair),
		.now_ms = clock_mono_ms(),
		.now_wall_ms = clock_wall_ms(),
		.in_flight = w->in_flight && !w->ended,
		.ended = w->ended ? &w->outcome : NULL,
		.verdict = w->verdict,
		.said = w->has_outcome ? &w->said : NULL,
		.outcome = w->has_outcome ? &w->outcome : NULL,
		.outcome_verdict = w->verdict,
	};
}
