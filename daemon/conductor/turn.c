/*
 * The one path. For every pair with news: requests and the core change a copy of its
 * upgrade; all copies of this turn are recorded in one transaction; only then they are put
 * in place, commands are started, requests are answered and the stream is woken.
 *
 * When the journal cannot be written nothing of the turn has happened: requests fail with
 * the reason, everything else is decided again a second later.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"

#define TURN_PAIRS 8 /* in one turn: who asks meanwhile waits for it */

/* ---- decide ---- */

static int
steer(struct upgrade *u, const struct plan *p, const struct request *r,
    struct decision *d, struct ud_error *err)
{
	int64_t now = clock_mono_ms();

	if (r->steer.revision != u->revision) {
		ud_fail(err, UD_ESTALE,
		    "upgrade %lld is at revision %lld by now, not %lld",
		    (long long)u->id, (long long)u->revision,
		    (long long)r->steer.revision);
		return ud_remedy(err, "look at it again: upgradectl status %s",
		    u->pair);
	}
	switch (r->steer.what) {
	case STEER_ADVANCE:
		return core_advance(u, p, &r->steer.advance, now, d, err);
	case STEER_PAUSE:
		return core_pause(u, p, d, err);
	case STEER_RESUME:
		return core_resume(u, p, now, d, err);
	case STEER_RETRY:
		return core_retry(u, p, now, d, err);
	case STEER_ABORT:
		return core_abort(u, p, now, d, err);
	}
	return ud_fail(err, UD_EUSAGE, "unknown request");
}

static void
take_start(struct change *ch, struct request *r)
{
	if (ch->u != NULL && r->fresh->idempotency_key[0] != '\0' &&
	    str_equal(ch->u->idempotency_key, r->fresh->idempotency_key))
		return; /* the same request, twice at once: one upgrade answers both */
	if (ch->u != NULL) {
		r->failed = true;
		ud_fail(&r->err, UD_ESTATE, "%s has an upgrade in hand already",
		    ch->w->pair->name);
		ud_remedy(&r->err, "upgradectl status %s", ch->w->pair->name);
		return;
	}
	ch->u = r->fresh;
	ch->plan = r->fresh_plan;
	ch->u->state_since_wall_ms = ch->u->created_wall_ms = clock_wall_ms();
	ch->u->started_wall_ms = ch->u->created_wall_ms;
	ch->u->walk.begun_ms = ch->u->walk.entered_ms = clock_mono_ms();
	r->fresh = NULL;
	r->fresh_plan = NULL;
	ch->d.changed = true;
	decision_event(&ch->d, EVENT_CREATED, "", "upgrade by %s, plan %s",
	    ch->u->procedure, ch->u->plan_hash);
}

static void
take_requests(struct change *ch)
{
	struct work *w = ch->w;
	struct request *r;

	while ((r = TAILQ_FIRST(&w->requests)) != NULL) {
		const struct plan *p = ch->plan != NULL ? ch->plan : w->plan;
		struct decision d;

		TAILQ_REMOVE(&w->requests, r, entry);
		TAILQ_INSERT_TAIL(&ch->answered, r, entry);
		if (r->fresh != NULL) {
			take_start(ch, r);
			continue;
		}
		if (ch->u == NULL || ch->u->id != r->steer.upgrade || p == NULL) {
			r->failed = true;
			ud_fail(&r->err, UD_ESTATE, "upgrade %lld is over",
			    (long long)r->steer.upgrade);
			continue;
		}
		memset(&d, 0, sizeof(d));
		if (steer(ch->u, p, r, &d, &r->err) != 0)
			r->failed = true;
		else
			decision_merge(&ch->d, &d);
	}
}

static void
prepare(struct change *ch, const struct plan *p, const struct act *act)
{
	int lane = upgrade_lane(ch->u, act->pos);
	struct doing *d;

	ch->doings = mem_array(ch->doings, (size_t)ch->doing_count + 1, sizeof(*d));
	d = &ch->doings[ch->doing_count++];
	memset(d, 0, sizeof(*d));
	d->act = *act;
	command_init(&d->command);
	upgrade_turn_to(ch->u, lane);
	command_prepare(ch->w, ch->u, p, act->action == ACTION_CLEAN_UP, &d->command,
	    &d->row);
	upgrade_turn_to(ch->u, lane);
}

static void
decide(struct change *ch)
{
	struct work *w = ch->w;
	const struct plan *p;
	struct core_input in = inbox_input(w);
	struct decision d;
	char text[200];

	ch->now_ms = in.now_ms;
	if (work_in_hand(w))
		ch->u = upgrade_copy(w->u);
	take_requests(ch);
	p = ch->plan != NULL ? ch->plan : w->plan;
	if (ch->u == NULL || p == NULL)
		return;
	core_decide(ch->u, p, &in, &d);
	decision_merge(&ch->d, &d);
	if (!core_invariants(ch->u, p, text, sizeof(text))) {
		log_event(LOG_CRIT, "invariant", KV_STR("pair", w->pair->name),
		    KV_STR("text", text));
		abort();
	}
	for (int i = 0; i < ch->d.act_count; i++)
		if (ch->d.acts[i].action != ACTION_CANCEL)
			prepare(ch, p, &ch->d.acts[i]);
}

/* ---- act ---- */

static void
clear_dirty(struct upgrade *u)
{
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < u->run_count[l]; i++)
			u->runs[l][i].dirty = false;
	u->notes_dirty = false;
}

static void
tell(struct work *w, const struct decision *d)
{
	for (int i = 0; i < d->event_count; i++) {
		const struct decision_event *e = &d->events[i];
		int level = e->kind == EVENT_ATTENTION                  ? LOG_ERR
		    : e->kind == EVENT_NOTE || e->kind == EVENT_BACKOUT ? LOG_WARNING
									: LOG_INFO;
		char name[32];

		str_printf(name, sizeof(name), "upgrade.%s", event_kind_name(e->kind));
		log_event(level, name, KV_STR("pair", w->pair->name),
		    KV_STR("step", e->step), KV_STR("text", e->text));
		if (e->kind == EVENT_ATTENTION || e->kind == EVENT_GATE)
			hook_notify(w, event_kind_name(e->kind), e->text);
	}
}

static void
answer(struct change *ch, const struct ud_error *failed)
{
	struct request *r;

	while ((r = TAILQ_FIRST(&ch->answered)) != NULL) {
		const struct ud_error *err = failed != NULL ? failed
		    : r->failed                             ? &r->err
							    : NULL;

		TAILQ_REMOVE(&ch->answered, r, entry);
		r->done(r->arg, err == NULL ? ch->w->u : NULL, NULL, err);
		request_free(r);
	}
}

static void
set_timer(struct work *w, int64_t wake_ms)
{
	int64_t in_ms = wake_ms - clock_mono_ms();
	struct timeval tv;

	if (wake_ms == 0) {
		evtimer_del(w->timer);
		return;
	}
	if (in_ms < 1)
		in_ms = 1;
	tv.tv_sec = in_ms / 1000;
	tv.tv_usec = (in_ms % 1000) * 1000;
	evtimer_add(w->timer, &tv);
}

static void
leave(struct work *w)
{
	const char *result = upgrade_state_name(w->u->state);

	hook_notify(w, result, "the upgrade is over");
	hands_clear(w);
	evtimer_del(w->timer);
}

/* The end of its command is in the journal. */
static void
end_kept(struct hand *h)
{
	struct conductor *c = h->w->c;

	h->ended = false;
	h->in_flight = false;
	measure_end(h);
	if (h->row.id != 0 && h->job_id[0] != '\0')
		job_forget(c->runner, h->command.host,
		    h->command.host != NULL
			? h->command.host->job_directory
			: inventory_config(c->inventory)->state_directory,
		    h->job_id);
	h->row.id = 0;
	h->job_id[0] = '\0';
}

static void
put_in_place(struct change *ch)
{
	struct work *w = ch->w;

	if (change_keeps_seen(ch)) {
		seen_was_recorded(w);
		w->unkept_ms = 0;
	} else {
		if (w->unkept_ms == 0)
			w->unkept_ms = ch->now_ms;
		if (ch->d.wake_ms == 0 || ch->d.wake_ms > w->unkept_ms + UNKEPT_MS)
			ch->d.wake_ms = w->unkept_ms + UNKEPT_MS;
	}
	if (ch->u == NULL) {
		answer(ch, NULL);
		return;
	}
	for (int i = 0; i < LANES_MAX; i++)
		if (w->hands[i] != NULL && w->hands[i]->ended)
			end_kept(w->hands[i]);
	clear_dirty(ch->u);
	work_replace(w, ch->u, ch->plan);
	ch->u = NULL;
	ch->plan = NULL;
	conductor_tell_pause(w->c);
	tell(w, &ch->d);
	answer(ch, NULL);
	if (upgrade_is_over(w->u)) {
		leave(w);
		perform_looks(w);
		return;
	}
	set_timer(w, ch->d.wake_ms);
	perform_looks(w);
	for (int i = 0; i < ch->doing_count; i++)
		perform_start(w, &ch->doings[i]);
	for (int i = 0; i < ch->d.act_count; i++)
		if (ch->d.acts[i].action == ACTION_CANCEL)
			perform_cancel(w, ch->d.acts[i].pos);
}

static void
take_back(struct change *ch, const struct ud_error *err)
{
	struct timeval later = { 1, 0 };

	upgrade_free(ch->u);
	plan_free(ch->plan);
	ch->u = NULL;
	ch->plan = NULL;
	answer(ch, err);
	evtimer_add(ch->w->timer, &later);
}

static void
change_done(struct change *ch)
{
	for (int i = 0; i < ch->doing_count; i++) {
		command_done(&ch->doings[i].command);
		command_row_done(&ch->doings[i].row);
	}
	free(ch->doings);
}

/* ---- the turn ---- */

/* Takes what has news, TURN_PAIRS at most, those first that came last the time before. When
 * more is left, the loop looks at its sockets before the next turn. */
static size_t
gather(struct conductor *c, struct change **ret)
{
	static const struct timeval next = { 0, 0 };
	size_t news = 0, n = 0;

	for (size_t i = 0; i < c->count; i++)
		news += c->works[i]->news;
	if (news > TURN_PAIRS) {
		news = TURN_PAIRS;
		evtimer_add(c->turn, &next);
	}
	*ret = mem_alloc((news + 1) * sizeof(**ret));
	for (size_t i = 0; n < news; i++) {
		struct work *w = c->works[(c->from + i) % c->count];

		if (!w->news)
			continue;
		w->news = false;
		(*ret)[n].w = w;
		TAILQ_INIT(&(*ret)[n].answered);
		if (++n == TURN_PAIRS)
			c->from = (c->from + i + 1) % c->count;
	}
	return n;
}

/* Once in ten seconds: a disk that is full has no room for more. */
static void
tell_failure(struct conductor *c, const struct ud_error *err)
{
	int64_t now = clock_mono_ms();

	if (c->failure_told_ms != 0 && now < c->failure_told_ms + 10000)
		return;
	c->failure_told_ms = now;
	log_event(LOG_ERR, "journal.failed", KV_STR("why", err->text),
	    KV_STR("next", "nothing was done; tried again every second"));
}

void
conductor_turn(struct conductor *c)
{
	struct change *changes;
	struct ud_error err = { 0 };
	size_t n;
	int rc;

	if (c->recovering)
		return;
	n = gather(c, &changes);
	for (size_t i = 0; i < n; i++)
		decide(&changes[i]);
	rc = turn_record(c, changes, n, &err);
	if (rc != 0 && journal_use_reserve(c->journal))
		rc = turn_record(c, changes, n, &err);
	if (rc != 0)
		tell_failure(c, &err);
	for (size_t i = 0; i < n; i++) {
		if (rc == 0)
			put_in_place(&changes[i]);
		else
			take_back(&changes[i], &err);
		change_done(&changes[i]);
	}
	free(changes);
	c->stats.turns++;
	c->stats.decisions += (int64_t)n;
	if (rc == 0 && n > 0 && c->on_events != NULL)
		c->on_events(c->on_events_arg);
}
