/* Building, finding and leaving: the parts, one work per pair. */
#include "config.h"

#include "daemon/conductor/conductor.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"

#define THIN_EVERY_S 600

static void
work_timer(evutil_socket_t fd, short what, void *arg)
{
	struct work *w = arg;

	(void)fd;
	(void)what;
	w->c->stats.wakes++;
	work_news(w);
}

static struct work *
work_new(struct conductor *c, const struct pair *p)
{
	struct work *w = mem_alloc(sizeof(*w));
	size_t n = p->member_count;

	w->c = c;
	w->pair = p;
	w->timer = evtimer_new(c->base, work_timer, w);
	TAILQ_INIT(&w->requests);
	TAILQ_INIT(&w->lookers);
	w->changed = mem_alloc(n * sizeof(*w->changed));
	w->forbidden = mem_alloc(n * sizeof(*w->forbidden));
	w->asked_ms = mem_alloc(n * sizeof(*w->asked_ms));
	w->asked_looks = mem_alloc(n * sizeof(*w->asked_looks));
	w->kept_wall_ms = mem_alloc(n * sizeof(*w->kept_wall_ms));
	w->summary = mem_alloc(n * sizeof(*w->summary));
	return w;
}

static void
work_free(struct work *w)
{
	struct request *r;
	struct look_request *l;

	hands_free(w);
	while ((r = TAILQ_FIRST(&w->requests)) != NULL) {
		TAILQ_REMOVE(&w->requests, r, entry);
		request_free(r);
	}
	while ((l = TAILQ_FIRST(&w->lookers)) != NULL) {
		TAILQ_REMOVE(&w->lookers, l, entry);
		looker_free(l);
	}
	upgrade_free(w->u);
	plan_free(w->plan);
	event_free(w->timer);
	free(w->changed);
	free(w->forbidden);
	free(w->asked_ms);
	free(w->asked_looks);
	free(w->kept_wall_ms);
	free(w->summary);
	free(w);
}

void
work_replace(struct work *w, struct upgrade *u, struct plan *plan)
{
	bool other = w->u == NULL || w->u->id != u->id || upgrade_is_over(u);

	if (plan != NULL && plan != w->plan) {
		plan_free(w->plan);
		w->plan = plan;
	}
	upgrade_free(w->u);
	w->u = u;
	if (other)
		place_say(w);
}

bool
work_in_hand(const struct work *w)
{
	return w->u != NULL && !upgrade_is_over(w->u);
}

void
work_news(struct work *w)
{
	w->news = true;
	conductor_turn_soon(w->c);
}

static int
by_name(const void *key, const void *item)
{
	return strcmp(key, (*(struct work *const *)item)->pair->name);
}

struct work *
work_find(struct conductor *c, const char *pair)
{
	struct work **w;

	w = bsearch(pair, c->works, c->count, sizeof(struct work *), by_name);
	return w != NULL ? *w : NULL;
}

static void
turn_event(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conductor_turn(arg);
}

static void
thin_event(evutil_socket_t fd, short what, void *arg)
{
	struct conductor *c = arg;
	const struct config *cf = inventory_config(c->inventory);
	int64_t now = clock_wall_ms();
	struct timeval soon = { 0, 200000 }, later = { THIN_EVERY_S, 0 };
	bool more;

	(void)fd;
	(void)what;
	more = journal_thin(c->journal, now - cf->keep_observations_ms,
	    now - cf->keep_history_ms);
	evtimer_add(c->thin, more ? &soon : &later);
}

/* When the first of the pauses that are open is to be taken back, 0: none is open. */
static int64_t
pause_until_ms(const struct conductor *c)
{
	int64_t first = 0, until;

	for (size_t i = 0; i < c->count; i++) {
		const struct work *w = c->works[i];

		if (w->u == NULL || w->u->pause_pos < 0)
			continue;
		until = w->u->pause_started_ms + pause_shares(&w->pair->limits).backout_ms;
		if (first == 0 || until < first)
			first = until;
	}
	return first;
}

void
conductor_tell_pause(struct conductor *c)
{
	bool in_hand = false;

	if (c->pause == NULL)
		return;
	for (size_t i = 0; i < c->count; i++)
		in_hand = in_hand || work_in_hand(c->works[i]);
	c->pause(c->pause_arg, in_hand, pause_until_ms(c));
}

/* The journal moves its log when nobody's applications are waiting for it. */
static void
rest_event(evutil_socket_t fd, short what, void *arg)
{
	struct conductor *c = arg;

	(void)fd;
	(void)what;
	if (pause_until_ms(c) == 0)
		journal_rest(c->journal);
}

void
conductor_turn_soon(struct conductor *c)
{
	event_active(c->turn, EV_TIMEOUT, 0);
}

static void
add_works(struct conductor *c, const struct inventory *inv)
{
	size_t n = inventory_count(inv);

	c->works = mem_array(NULL, n + 1, sizeof(struct work *));
	c->count = n;
	for (size_t i = 0; i < n; i++)
		c->works[i] = work_new(c, inventory_pair(inv, i));
}

struct conductor *
conductor_new(const struct conductor_parts *parts)
{
	struct conductor *c = mem_alloc(sizeof(*c));
	struct timeval first = { 30, 0 }, second = { 1, 0 };

	c->base = parts->base;
	c->journal = parts->journal;
	c->runner = parts->runner;
	c->inventory = parts->inventory;
	c->pause = parts->pause;
	c->pause_arg = parts->pause_arg;
	c->turn = event_new(c->base, -1, 0, turn_event, c);
	c->thin = evtimer_new(c->base, thin_event, c);
	evtimer_add(c->thin, &first);
	c->rest = event_new(c->base, -1, EV_PERSIST, rest_event, c);
	event_add(c->rest, &second);
	c->observer = observer_new(c->base, c->runner, inbox_observed, c);
	add_works(c, c->inventory);
	return c;
}

void
conductor_free(struct conductor *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++)
		work_free(c->works[i]);
	free(c->works);
	observer_free(c->observer);
	event_free(c->turn);
	event_free(c->thin);
	event_free(c->rest);
	free(c);
}

static bool
is_busy(const struct work *w)
{
	return work_in_hand(w) || !TAILQ_EMPTY(&w->lookers) ||
	    !TAILQ_EMPTY(&w->requests);
}

/* A pair in an upgrade keeps what it has: its plan was approved as it was. */
void
conductor_reload(struct conductor *c, const struct inventory *inv, char *text,
    size_t size)
{
	struct work **works;
	size_t n = inventory_count(inv), kept = 0, count = 0;

	text[0] = '\0';
	works = mem_array(NULL, n + c->count + 1, sizeof(struct work *));
	for (size_t i = 0; i < c->count; i++) {
		struct work *w = c->works[i];
		const struct pair *p = inventory_find(inv, w->pair->name);

		if (is_busy(w) && (p == NULL || !pair_equal(p, w->pair))) {
			size_t len = strlen(text);

			str_printf(text + len, size - len, "%s%s", len ? ", " : "",
			    w->pair->name);
			kept++;
		}
	}
	if (kept > 0) { /* all or nothing: half a configuration is nobody's */
		free(works);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct pair *p = inventory_pair(inv, i);
		struct work *w = work_find(c, p->name);

		works[count++] =
		    w != NULL && pair_equal(p, w->pair) ? w : work_new(c, p);
	}
	for (size_t i = 0; i < c->count; i++) {
		bool stays = false;

		for (size_t k = 0; k < count; k++)
			stays = stays || works[k] == c->works[i];
		if (stays)
			continue;
		observer_remove_pair(c->observer, c->works[i]->pair);
		work_free(c->works[i]);
	}
	for (size_t k = 0; k < count; k++) {
		bool had = false;

		for (size_t i = 0; i < c->count; i++)
			had = had || works[k] == c->works[i];
		if (had)
			continue;
		work_recall(works[k]);
		observer_add_pair(c->observer, works[k]->pair);
	}
	free(c->works);
	c->works = works;
	c->count = count;
	c->inventory = inv;
}

/* ---- what the API reads ---- */

struct observer *
conductor_observer(struct conductor *c)
{
	return c->observer;
}

struct journal *
conductor_journal(struct conductor *c)
{
	return c->journal;
}

const struct inventory *
conductor_inventory(struct conductor *c)
{
	return c->inventory;
}

const struct pair *
conductor_pair(struct conductor *c, const char *name)
{
	struct work *w = work_find(c, name);

	return w != NULL ? w->pair : NULL;
}

static void
recalled(void *arg, const struct upgrade *u)
{
	struct work *w = arg;

	if (upgrade_is_over(u))
		w->u = upgrade_copy(u);
}

/* After a restart: the last upgrade of the pair, as the journal has it. */
void
work_recall(struct work *w)
{
	struct ud_error err;

	if (w->u != NULL || w->recalled)
		return;
	w->recalled = true;
	if (journal_history(w->c->journal, w->pair->name, NULL, 0, 1, recalled, w,
		&err) != 0)
		log_event(LOG_WARNING, "journal.read", KV_STR("pair", w->pair->name),
		    KV_STR("why", err.text),
		    KV_STR("next", "its last upgrade is not shown"));
	place_say(w);
}

const struct upgrade *
conductor_upgrade(struct conductor *c, const struct pair *p,
    const struct plan **ret_plan)
{
	struct work *w = work_find(c, p->name);

	if (w == NULL)
		return NULL;
	work_recall(w);
	if (ret_plan != NULL)
		*ret_plan = w->plan;
	return w->u;
}

const struct upgrade *
conductor_upgrade_by_id(struct conductor *c, int64_t id, const struct pair **ret_pair,
    const struct plan **ret_plan)
{
	for (size_t i = 0; i < c->count; i++) {
		struct work *w = c->works[i];

		if (w->u == NULL || w->plan == NULL || w->u->id != id)
			continue;
		if (ret_pair != NULL)
			*ret_pair = w->pair;
		if (ret_plan != NULL)
			*ret_plan = w->plan;
		return w->u;
	}
	return NULL;
}

const char *
conductor_progress(struct conductor *c, const struct pair *p, int pos)
{
	struct work *w = work_find(c, p->name);
	struct hand *h = w != NULL && w->u != NULL ? hand_find(w, w->u->list, pos) : NULL;

	return h != NULL && h->in_flight ? buf_text(&h->tail) : "";
}

void
conductor_on_events(struct conductor *c, void (*fn)(void *arg), void *arg)
{
	c->on_events = fn;
	c->on_events_arg = arg;
}

void
conductor_stats(const struct conductor *c, struct conductor_stats *ret)
{
	*ret = c->stats;
}
