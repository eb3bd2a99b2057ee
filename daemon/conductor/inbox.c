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
	struct hand *h = arg;

	buf_add(&h->tail, text, len);
	if (h->w->pair->engine->moved != NULL)
		h->w->pair->engine->moved(&h->command, &h->moved, text, len);
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

/* The command is over; takes over o. */
void
inbox_ended(void *arg, struct outcome *o)
{
	struct hand *h = arg;

	outcome_done(&h->outcome);
	h->outcome = *o;
	h->job = NULL;
	h->has_outcome = true;
	h->ended = true;
	memset(&h->said, 0, sizeof(h->said));
	if (h->command.kind == COMMAND_HOOK || h->command.kind == COMMAND_NONE) {
		h->verdict = o->ending == ENDING_EXITED && o->status == 0
		    ? VERDICT_OK
		    : VERDICT_STOP;
		if (h->verdict != VERDICT_OK)
			hook_said(o, &h->said);
	} else {
		h->verdict = h->w->pair->engine->judge(&h->command, &h->outcome, &h->said);
		/* Who was to type the password died, perhaps before it did: that is no
		 * wrong password. */
		if (h->attached && h->said.code == UD_EAUTH &&
		    h->command.password_file != NULL)
			h->outcome.ending = ENDING_GONE;
	}
	work_news(h->w);
}

struct core_input
inbox_input(struct work *w)
{
	struct core_input in = {
		.seen = observer_seen(w->c->observer, w->pair),
		.now_ms = clock_mono_ms(),
		.now_wall_ms = clock_wall_ms(),
	};

	for (int i = 0; i < LANES_MAX; i++) {
		const struct hand *h = w->hands[i];

		if (h == NULL)
			continue;
		in.hands[in.hand_count++] = (struct core_hand){
			.list = h->list,
			.pos = h->pos,
			.in_flight = h->in_flight && !h->ended,
			.ended = h->ended,
			.outcome = h->has_outcome ? &h->outcome : NULL,
			.verdict = h->verdict,
			.said = h->has_outcome ? &h->said : NULL,
		};
	}
	return in;
}
