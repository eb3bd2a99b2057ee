/*
 * At start: the upgrades that the journal left unfinished, and their jobs (P4).
 *
 * A command that was journaled as begun and not as ended is looked for: a job is found
 * again, or proved never to have run; statements of a session or a shell died with the daemon.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"

static struct plan *
plan_again(void *arg, const struct upgrade *head, struct ud_error *err)
{
	struct conductor *c = arg;
	struct work *w = work_find(c, head->pair);
	struct plan_request rq = {
		.procedure = head->procedure,
		.to = head->to,
		.options = &head->options,
		.gates = &head->gates,
		.journaled = head,
	};
	struct plan *plan = NULL;
	struct past_runs past = { 0 };

	if (w == NULL) {
		ud_fail(err, UD_ECONFIG,
		    "pair %s of upgrade %lld is not configured any more", head->pair,
		    (long long)head->id);
		ud_remedy(err, "put it back into the configuration and restart");
		return NULL;
	}
	past_read(c, w->pair, &past);
	rq.past = &past;
	pair_say(w->pair, &head->options);
	if (plan_expand(w->pair, NULL, &rq, &plan, err) != 0)
		plan = NULL;
	past_done(&past);
	return plan;
}

static void
loaded(void *arg, struct upgrade *u, struct plan *plan)
{
	struct conductor *c = arg;
	struct work *w = work_find(c, u->pair);

	if (w == NULL || plan == NULL) {
		log_event(LOG_ERR, "upgrade.lost", KV_STR("pair", u->pair),
		    KV_INT("upgrade", u->id), KV_STR("why", u->error.text),
		    KV_STR("remedy", u->error.remedy));
		if (w == NULL) {
			upgrade_free(u);
			plan_free(plan);
			return;
		}
	}
	w->u = u;
	w->plan = plan;
}

static void
take_command(void *arg, const struct command_row *row)
{
	struct command_row *last = arg;

	command_row_done(last);
	*last = *row;
	last->text = mem_strdup(row->text);
	last->output = mem_strdup(row->output);
}

static enum ending
ending_find(const char *name)
{
	for (int e = ENDING_EXITED; e <= ENDING_FAILED; e++)
		if (str_equal(ending_name((enum ending)e), name))
			return (enum ending)e;
	return ENDING_GONE;
}

/* How long the effect of a command is awaited counts from its end, not from our start. */
static void
patience_again(struct work *w, int64_t ended_wall_ms)
{
	int64_t ago = clock_wall_ms() - ended_wall_ms;

	if (w->u->walk.ended_ms > 0 && ago > 0 && ago < w->u->walk.ended_ms)
		w->u->walk.ended_ms -= ago;
}

/* The outcome of a step that was being verified: it may be the evidence that counts. */
static void
outcome_again(struct hand *h, const struct plan_step *ps)
{
	const struct step_run *run = &h->w->u->runs[h->list][h->pos];
	struct command_row last = { 0 };
	struct ud_error err = { 0 };
	struct outcome o = { 0 };

	if (run->attempt > 1 && ps->step->varies)
		return;
	if (journal_commands(h->w->c->journal, h->w->u->id, ps->number, 0, 100000,
		take_command, &last, &err) != 0 ||
	    last.id == 0 || last.ending[0] == '\0') {
		command_row_done(&last);
		return;
	}
	o.ending = ending_find(last.ending);
	o.status = last.status;
	o.output = mem_strdup(last.output != NULL ? last.output : "");
	o.started_wall_ms = last.started_wall_ms;
	o.ended_wall_ms = last.ended_wall_ms;
	inbox_ended(h, &o);
	h->ended = false; /* it is in the journal */
	patience_again(h->w, last.ended_wall_ms);
	command_row_done(&last);
}

static void
find_again(struct work *w)
{
	const struct plan_step *ps = upgrade_step(w->u, w->plan);
	struct step_run *run = upgrade_run(w->u);
	struct command_row row;
	struct ud_error err = { 0 };
	struct hand *h;
	bool found = false;

	if (ps == NULL || run == NULL ||
	    (run->state != STEP_RUNNING && run->state != STEP_VERIFYING))
		return;
	h = hand_take(w, w->u->list, w->u->walk.pos);
	command_prepare(w, w->u, w->plan, run->cleaning && ps->step->clean_up != NULL,
	    &h->command, &h->row);
	if (run->state == STEP_VERIFYING && run->touched)
		outcome_again(h, ps);
	if (run->state != STEP_RUNNING)
		return;
	if (journal_open_command(w->c->journal, w->u->id, h->row.list,
		w->u->walk.pos, &found, &row, &err) == 0 &&
	    found) {
		command_row_done(&h->row);
		h->row = row;
	} else {
		h->command.kind = COMMAND_NONE;
	}
	perform_attach(h);
}

int
conductor_recover(struct conductor *c, struct ud_error *err)
{
	int64_t now = clock_mono_ms(), wall = clock_wall_ms();

	c->recovering = true;
	if (journal_load(c->journal, plan_again, loaded, c, err) != 0)
		return -1;
	for (size_t i = 0; i < c->count; i++) {
		work_recall(c->works[i]);
		observer_add_pair(c->observer, c->works[i]->pair);
	}
	for (size_t i = 0; i < c->count; i++) {
		struct work *w = c->works[i];

		if (w->u == NULL || w->plan == NULL)
			continue;
		core_recover(w->u, w->plan, now, wall);
		for (int k = 0; k <= w->u->lane_count; k++) {
			upgrade_turn_to(w->u, k);
			find_again(w);
			upgrade_turn_to(w->u, k);
		}
		log_event(LOG_INFO, "upgrade.resumed", KV_STR("pair", w->pair->name),
		    KV_INT("upgrade", w->u->id),
		    KV_STR("state", upgrade_state_name(w->u->state)));
		perform_looks(w);
		work_news(w);
	}
	c->recovering = false;
	conductor_tell_pause(c);
	conductor_turn_soon(c);
	return 0;
}
