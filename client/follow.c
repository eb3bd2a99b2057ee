#include "config.h"

#include "client/follow.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/events.h"
#include "client/look.h"
#include "client/subject.h"
#include "client/verb.h"
#include "common/clock.h"
#include "common/mem.h"

#define LOOK_TRUSTING_MS 10000 /* the stream stands: a look now and then */
#define LOOK_BLIND_MS    250   /* it does not: at first, doubled up to ... */
#define LOOK_SLOWEST_MS  2000
#define LOOK_PAUSED_MS   100 /* applications wait: somebody counts the milliseconds */

/* clang-format off */
static const struct { const char *state; unsigned int until; int exit_status; } ends[] = {
	{ "completed", FOLLOW_END,       EXIT_SUCCESS },
	{ "aborted",   FOLLOW_END,       EXIT_ABORTED },
	{ "attention", FOLLOW_ATTENTION, EXIT_ATTENTION },
	{ "gated",     FOLLOW_GATE,      EXIT_AT_GATE },
};
/* clang-format on */

struct following {
	struct ctl *ctl;
	const struct follow *f;
	struct events *events;
	int64_t until_ms; /* -1: for ever */
	int64_t blind_ms;
	int64_t pause_ms; /* what was seen of the write pause */
	bool is_paused;
	bool is_lost;
	json_t *pair;  /* last state; NULL: none yet */
	char *upgrade; /* id, once one was seen */
};

int
follow_exit_status(const json_t *upgrade)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		if (look_is(upgrade, "state", ends[i].state))
			return ends[i].exit_status;
	}
	return EXIT_SUCCESS;
}

static bool
is_enough(const struct follow *f, const json_t *pair)
{
	const json_t *upgrade = look_object(pair, "upgrade");
	size_t i;

	if (upgrade == NULL)
		return f->ends_without_one;
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		if (look_is(upgrade, "state", ends[i].state))
			return ends[i].until == FOLLOW_END ||
			    (f->until & ends[i].until) != 0;
	}
	return false;
}

/* The pair no longer shows an upgrade that ended, or already shows the next one: the one
 * that is followed is then asked for itself. */
static int
add_upgrade(struct following *w, json_t *pair, struct problem *p)
{
	char text[LOOK_TEXT];
	const char *id = look_text(look_object(pair, "upgrade"), "id", text);
	struct answer a = { 0 };

	if (w->upgrade == NULL)
		w->upgrade = mem_strdup(id);
	if (w->upgrade == NULL || str_equal(w->upgrade, id))
		return 0;
	if (subject_upgrade_by_id(w->ctl, w->upgrade, &a, p) != 0)
		return -1;
	(void)json_object_set(pair, "upgrade", a.doc);
	answer_done(&a);
	return 0;
}

/* The write pause is open: the daemon says so, or it grew between two looks. */
static void
mind_pause(struct following *w)
{
	const json_t *upgrade = look_object(w->pair, "upgrade");
	int64_t pause_ms = look_number(upgrade, "write_pause_ms");

	w->is_paused = look_is_true(upgrade, "write_pause_open") ||
	    (pause_ms > 0 && pause_ms != w->pause_ms);
	w->pause_ms = pause_ms;
}

static int
look_again(struct following *w, struct problem *p)
{
	char *path = api_path("/v1/pairs/", w->f->pair, NULL);
	struct answer a = { 0 };
	int rc = api_get(w->ctl, path, &a, p);

	free(path);
	if (rc == 0)
		rc = add_upgrade(w, a.doc, p);
	if (rc == 0) {
		json_decref(w->pair);
		w->pair = json_incref(a.doc);
		w->is_lost = false;
		mind_pause(w);
	}
	answer_done(&a);
	return rc;
}

static int64_t
next_look_ms(struct following *w)
{
	int64_t wait_ms;

	if (events_is_live(w->events)) {
		w->blind_ms = LOOK_BLIND_MS;
		wait_ms = LOOK_TRUSTING_MS;
	} else {
		wait_ms = w->blind_ms;
		w->blind_ms *= 2;
		if (w->blind_ms > LOOK_SLOWEST_MS)
			w->blind_ms = LOOK_SLOWEST_MS;
	}
	if (w->f->look_ms > 0 && w->f->look_ms < wait_ms)
		wait_ms = w->f->look_ms;
	if (w->f->look_ms > 0 && w->is_paused)
		wait_ms = LOOK_PAUSED_MS;
	return wait_ms;
}

/* A daemon that was there is waited for; everything else ends the following. */
static int
mind_problem(struct following *w, struct problem *p)
{
	if (w->pair == NULL || !problem_is_passing(p))
		return -1;
	if (!w->is_lost && w->f->lost != NULL)
		w->f->lost(w->f->arg, p);
	w->is_lost = true;
	problem_done(p);
	return 0;
}

static int
fail_timeout(const struct following *w, struct problem *p)
{
	char state[LOOK_TEXT], number[LOOK_TEXT], phase[LOOK_TEXT];
	const json_t *upgrade = look_object(w->pair, "upgrade");
	const json_t *step = look_object(upgrade, "step");
	char *remedy = mem_printf("it goes on; follow it: upgradectl status %s --watch",
	    w->f->pair);

	(void)problem_setf(p, UD_ETIMEOUT, remedy,
	    "the time to wait is up; the upgrade of %s %s %s, phase %s, step %s",
	    w->f->pair, w->is_lost ? "is out of sight, last seen" : "is",
	    look_word(upgrade, "state", state), look_word(upgrade, "phase", phase),
	    look_word(step, "number", number));
	free(remedy);
	return -1;
}

static int
follow_loop(struct following *w, struct problem *p)
{
	int64_t now_ms, wait_ms;

	for (;;) {
		if (look_again(w, p) == 0) {
			w->f->see(w->f->arg, w->pair);
			if (is_enough(w->f, w->pair))
				return 0;
		} else if (mind_problem(w, p) != 0) {
			return -1;
		}
		wait_ms = next_look_ms(w);
		if (w->until_ms >= 0) {
			now_ms = clock_mono_ms();
			if (now_ms >= w->until_ms)
				return fail_timeout(w, p);
			if (wait_ms > w->until_ms - now_ms)
				wait_ms = w->until_ms - now_ms;
		}
		events_wait(w->events, wait_ms);
	}
}

int
follow_run(struct ctl *ctl, const struct follow *f, json_t **ret_pair,
    struct problem *p)
{
	struct following w = {
		.ctl = ctl,
		.f = f,
		.events = events_new(ctl->http, f->pair),
		.until_ms = f->timeout_ms < 0 ? -1 : clock_mono_ms() + f->timeout_ms,
		.blind_ms = LOOK_BLIND_MS,
		.upgrade = mem_strdup(f->upgrade),
	};
	int rc = follow_loop(&w, p);

	events_free(w.events);
	free(w.upgrade);
	if (rc == 0)
		*ret_pair = w.pair;
	else
		json_decref(w.pair);
	return rc;
}

static void
mark(struct buf *out, const json_t *obj, const char *key)
{
	char text[LOOK_TEXT];

	buf_addf(out, "%s|", look_word(obj, key, text));
}

void
follow_mark(struct buf *out, const json_t *pair_doc)
{
	const json_t *upgrade = look_object(pair_doc, "upgrade");
	const json_t *step = look_object(upgrade, "step");
	size_t i;
	json_t *member;

	mark(out, pair_doc, "state");
	mark(out, pair_doc, "active");
	mark(out, upgrade, "id");
	mark(out, upgrade, "state");
	mark(out, upgrade, "phase");
	mark(out, step, "number");
	mark(out, step, "state");
	mark(out, step, "attempt");
	mark(out, look_object(upgrade, "gate"), "id");
	mark(out, look_object(upgrade, "error"), "detail");
	json_array_foreach(look_array(pair_doc, "members"), i, member) {
		mark(out, member, "role");
		mark(out, member, "release");
		mark(out, member, "reachable");
	}
	json_array_foreach(look_array(pair_doc, "attention"), i, member)
		mark(out, member, "code");
}
