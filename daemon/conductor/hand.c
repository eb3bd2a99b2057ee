/* One hand for each command of a pair: several, where positions are walked side by side. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/conductor/internal.h"

struct hand *
hand_find(const struct work *w, enum plan_list list, int pos)
{
	for (int i = 0; i < LANES_MAX; i++)
		if (w->hands[i] != NULL && w->hands[i]->list == list &&
		    w->hands[i]->pos == pos)
			return w->hands[i];
	return NULL;
}

void
hand_clear(struct hand *h)
{
	measure_end(h);
	command_done(&h->command);
	command_init(&h->command);
	command_row_done(&h->row);
	memset(&h->row, 0, sizeof(h->row));
	secret_free(h->password);
	h->password = NULL;
	outcome_done(&h->outcome);
	memset(&h->outcome, 0, sizeof(h->outcome));
	h->has_outcome = h->ended = h->in_flight = h->attached = false;
	h->job_id[0] = '\0';
	buf_clear(&h->tail);
	h->moved = (struct rows_moved){ 0 };
}

/* Its outcome is what a step is still judged by. */
static bool
is_needed(const struct hand *h)
{
	const struct upgrade *u = h->w->u;

	return h->in_flight || h->ended ||
	    (u->list == h->list && h->pos < u->run_count[u->list] &&
		u->runs[u->list][h->pos].state == STEP_VERIFYING);
}

struct hand *
hand_take(struct work *w, enum plan_list list, int pos)
{
	struct hand *h = hand_find(w, list, pos);
	int i = 0;

	while (h == NULL && i < LANES_MAX - 1 && w->hands[i] != NULL &&
	    is_needed(w->hands[i]))
		i++;
	if (h == NULL && w->hands[i] == NULL) {
		w->hands[i] = mem_alloc(sizeof(*h));
		w->hands[i]->w = w;
		command_init(&w->hands[i]->command);
		buf_init(&w->hands[i]->tail, 4096);
	}
	if (h == NULL)
		h = w->hands[i];
	hand_clear(h);
	h->list = list;
	h->pos = pos;
	return h;
}

bool
hands_ended(const struct work *w)
{
	for (int i = 0; i < LANES_MAX; i++)
		if (w->hands[i] != NULL && w->hands[i]->ended)
			return true;
	return false;
}

void
hands_clear(struct work *w)
{
	for (int i = 0; i < LANES_MAX; i++)
		if (w->hands[i] != NULL)
			hand_clear(w->hands[i]);
}

void
hands_free(struct work *w)
{
	for (int i = 0; i < LANES_MAX; i++) {
		struct hand *h = w->hands[i];

		if (h == NULL)
			continue;
		if (h->job != NULL)
			job_detach(h->job);
		hand_clear(h);
		buf_done(&h->tail);
		free(h);
		w->hands[i] = NULL;
	}
}
