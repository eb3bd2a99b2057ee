/*
 * When a transaction may be sent: the pause, the rate, the stop.
 *
 * The rate is a row of slots, one transaction each. After a stall the slots that went
 * by are dropped, not made up for: a burst would hide how long the stall was.
 */
#include "tests/sandbox/load.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void
load_init(struct load *l, const struct load_options *opt)
{
	pthread_condattr_t attr;

	memset(l, 0, sizeof(*l));
	l->opt = *opt;
	l->next_id = opt->first_id;
	l->ledger.fd = -1;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->changed, &attr);
	pthread_condattr_destroy(&attr);
}

/* With the lock held. */
static void
wait_until(struct load *l, int64_t at_us)
{
	struct timespec ts = { .tv_sec = at_us / 1000000,
		.tv_nsec = at_us % 1000000 * 1000 };

	pthread_cond_timedwait(&l->changed, &l->lock, &ts);
}

/* Takes the next slot; with the lock held. Returns when it is due. */
static int64_t
take_slot(struct load *l)
{
	int64_t now_us = load_now_us(), at_us;

	if (l->opt.rate <= 0)
		return now_us;
	at_us = l->next_slot_us < now_us ? now_us : l->next_slot_us;
	l->next_slot_us = at_us + (int64_t)(1000000.0 / l->opt.rate);
	return at_us;
}

static bool
is_held(const struct load *l)
{
	return l->paused && !l->opt.undisciplined;
}

static bool
is_over(const struct load *l)
{
	return l->stopping;
}

/* With the lock held: whether the caller has to look first where it is to go. */
static bool
has_moved(const struct load *l, int generation)
{
	return l->generation != generation && !l->opt.undisciplined;
}

/* With the lock held: waits while paused. Who came to know of the pause on his way to a
 * connection has the generation of now, and leaves all the same. */
static enum load_go
wait_for_go(struct load *l, int generation, bool connected)
{
	while (!is_over(l) && is_held(l)) {
		if (l->opt.leaves && (connected || l->generation != generation))
			return LOAD_LEFT;
		pthread_cond_wait(&l->changed, &l->lock);
	}
	if (is_over(l))
		return LOAD_OVER;
	return has_moved(l, generation) ? LOAD_MOVED : LOAD_GO;
}

enum load_go
load_next(struct load *l, int generation, bool connected, int64_t *ret_first_id)
{
	int64_t due_us = -1;
	enum load_go go;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		bool was_held = is_held(l);

		go = wait_for_go(l, generation, connected);
		if (go == LOAD_GO && l->opt.transactions > 0 &&
		    l->started >= l->opt.transactions)
			go = LOAD_OVER;
		if (go != LOAD_GO)
			break;
		if (due_us < 0 || was_held)
			due_us = take_slot(l);
		if (load_now_us() >= due_us) {
			*ret_first_id = l->next_id;
			l->next_id += l->opt.rows;
			l->started++;
			break;
		}
		wait_until(l, due_us);
	}
	pthread_mutex_unlock(&l->lock);
	return go;
}

enum load_go
load_hold(struct load *l, int generation, bool connected)
{
	enum load_go go;

	pthread_mutex_lock(&l->lock);
	go = wait_for_go(l, generation, connected);
	pthread_mutex_unlock(&l->lock);
	return go == LOAD_MOVED ? LOAD_GO : go;
}

enum load_go
load_enter(struct load *l, int generation)
{
	enum load_go go;

	pthread_mutex_lock(&l->lock);
	go = wait_for_go(l, generation, true);
	if (go == LOAD_GO)
		l->in_flight++;
	pthread_mutex_unlock(&l->lock);
	return go;
}

void
load_leave(struct load *l)
{
	pthread_mutex_lock(&l->lock);
	if (--l->in_flight == 0)
		pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

struct load_place
load_preferred(struct load *l, int *ret_generation)
{
	struct load_place at;

	pthread_mutex_lock(&l->lock);
	at = l->preferred;
	*ret_generation = l->generation;
	pthread_mutex_unlock(&l->lock);
	return at;
}

void
load_found(struct load *l, struct load_place at, int generation)
{
	pthread_mutex_lock(&l->lock);
	if (generation != l->generation || (l->opt.spread && generation == 0)) {
		pthread_mutex_unlock(&l->lock);
		return;
	}
	if (at.member != l->preferred.member)
		l->generation++;
	l->preferred = at;
	pthread_mutex_unlock(&l->lock);
}

void
load_back_off(struct load *l)
{
	int64_t until_us = load_now_us() + l->opt.backoff_us;

	pthread_mutex_lock(&l->lock);
	l->stats.refused++;
	while (!l->stopping && load_now_us() < until_us)
		wait_until(l, until_us);
	pthread_mutex_unlock(&l->lock);
}

void
load_note_code(struct load *l, int code, const char *text)
{
	int i = 0;

	pthread_mutex_lock(&l->lock);
	while (i < l->codes && l->code[i].code != code)
		i++;
	if (i < LOAD_CODES) {
		if (i == l->codes) {
			l->codes++;
			l->code[i].code = code;
		}
		l->code[i].times++;
		snprintf(l->code[i].text, sizeof(l->code[i].text), "%s", text);
	}
	pthread_mutex_unlock(&l->lock);
}

int
load_pause(struct load *l, int64_t limit_ms)
{
	int64_t until_us = load_now_us() + limit_ms * 1000;
	bool quiet;

	if (l->opt.undisciplined)
		return 0;
	pthread_mutex_lock(&l->lock);
	if (!l->paused) {
		l->paused = true;
		l->pauses++;
		if (l->opt.leaves) {
			/* Where they were may be another database afterwards. */
			l->preferred.instance = -1;
			l->generation++;
			pthread_cond_broadcast(&l->changed);
		}
	}
	while (l->paused && l->in_flight > 0 && load_now_us() < until_us)
		wait_until(l, until_us);
	quiet = l->paused && l->in_flight == 0;
	if (quiet)
		load_ledger_note(&l->ledger, "pause %lld", (long long)load_now_us());
	pthread_mutex_unlock(&l->lock);
	return quiet ? 0 : -1;
}

static int
member_index(const struct load *l, const char *name)
{
	for (int i = 0; i < l->opt.members; i++)
		if (strcmp(l->opt.member[i].store, name) == 0)
			return i;
	for (int i = 0; i < l->opt.members; i++)
		if (strcmp(l->opt.member[i].host, name) == 0)
			return i;
	return -1;
}

int
load_resume(struct load *l, const char *name)
{
	int at = name == NULL ? -1 : member_index(l, name);

	if (name != NULL && at < 0)
		return -1;
	pthread_mutex_lock(&l->lock);
	if (at >= 0 &&
	    (at != l->preferred.member || (l->opt.spread && l->generation == 0))) {
		l->preferred = (struct load_place){ .member = at, .instance = -1 };
		l->generation++;
	}
	if (l->paused)
		load_ledger_note(&l->ledger, "resume %lld %s", (long long)load_now_us(),
		    name == NULL ? "-" : l->opt.member[at].store);
	l->paused = false;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	return 0;
}

void
load_stop(struct load *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

void
load_stop_at(struct load *l, int64_t at_us)
{
	pthread_mutex_lock(&l->lock);
	while (!l->stopping && load_now_us() < at_us)
		wait_until(l, at_us);
	pthread_mutex_unlock(&l->lock);
	load_stop(l);
}

static json_t *
codes_json(const struct load *l)
{
	json_t *all = json_array();

	for (int i = 0; i < l->codes; i++)
		json_array_append_new(all,
		    json_pack("{s:i, s:I, s:s}", "code", l->code[i].code, "times",
			(json_int_t)l->code[i].times, "last", l->code[i].text));
	return all;
}

json_t *
load_status(struct load *l)
{
	int64_t now_us = load_now_us();
	json_t *o;

	pthread_mutex_lock(&l->lock);
	o = load_stats_json(&l->stats);
	json_object_set_new(o, "paused", json_boolean(l->paused));
	json_object_set_new(o, "pauses", json_integer(l->pauses));
	json_object_set_new(o, "in_flight", json_integer(l->in_flight));
	json_object_set_new(o, "undisciplined", json_boolean(l->opt.undisciplined));
	json_object_set_new(o, "store",
	    json_string(l->opt.member[l->preferred.member].store));
	json_object_set_new(o, "host",
	    json_string(l->opt.member[l->preferred.member].host));
	json_object_set_new(o, "errors", codes_json(l));
	json_object_set_new(o, "since_last_ack_ms",
	    l->stats.last_ack_us == 0
		? json_null()
		: json_real((double)(now_us - l->stats.last_ack_us) / 1000.0));
	pthread_mutex_unlock(&l->lock);
	return o;
}
