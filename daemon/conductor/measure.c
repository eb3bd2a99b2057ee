/*
 * How far a job is: every two seconds the size of what grows (model/growth.h) is asked of its
 * host, by a process that is not waited for. It is shown to people and decides nothing.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"
#include "daemon/observe/lag.h"

#define EVERY_MS 2000
#define LIMIT_MS 5000

struct measure {
	struct hand *h;
	struct growth growth;
	struct event *timer;
	struct process *process; /* NULL: none is asked now */
	struct lag_history kib, rows;
};

static void measure_ask(evutil_socket_t fd, short what, void *arg);

static void
ask_later(struct measure *m)
{
	struct timeval t = { EVERY_MS / 1000, (EVERY_MS % 1000) * 1000 };

	evtimer_add(m->timer, &t);
}

static void
answered(void *arg, struct outcome *o)
{
	struct measure *m = arg;
	const char *text = o->output != NULL ? o->output : "";
	char number[24];
	int64_t kib;

	m->process = NULL;
	str_printf(number, sizeof(number), "%.*s", (int)strspn(text, "0123456789"), text);
	if (o->ending == ENDING_EXITED && o->status == 0 &&
	    str_to_int(number, 0, INT64_MAX / 2048, &kib))
		lag_record(&m->kib, clock_mono_ms(), kib);
	if (m->h->moved.told)
		lag_record(&m->rows, clock_mono_ms(), m->h->moved.whole + m->h->moved.current);
	outcome_done(o);
	ask_later(m);
}

static void
measure_ask(evutil_socket_t fd, short what, void *arg)
{
	static char sh[] = "sh", option[] = "-c", *env[] = { NULL };
	static char all[] = "s=0; for f in \"$1\"*; do n=$(du -sk \"$f\" 2>/dev/null) && "
			    "s=$((s + ${n%%[!0-9]*})); done; echo $s";
	static char one[] = "du -sk \"$1\" 2>/dev/null";
	struct measure *m = arg;
	char *argv[] = { sh, option, m->growth.prefix ? all : one, sh, m->growth.path, NULL };

	(void)fd;
	(void)what;
	m->process = process_run(m->h->w->c->runner, m->h->command.host, argv, env, LIMIT_MS,
	    answered, m);
}

void
measure_begin(struct hand *h)
{
	const struct engine *e = h->w->pair->engine;
	struct measure *m;
	struct growth g = { 0 };

	measure_end(h);
	if (e->grows == NULL || h->command.kind != COMMAND_JOB || !e->grows(&h->command, &g))
		return;
	m = mem_alloc(sizeof(*m));
	*m = (struct measure){ .h = h, .growth = g };
	m->timer = evtimer_new(h->w->c->base, measure_ask, m);
	h->measure = m;
	ask_later(m);
}

void
measure_end(struct hand *h)
{
	struct measure *m = h->measure;

	if (m == NULL)
		return;
	if (m->process != NULL)
		process_cancel(m->process);
	event_free(m->timer);
	free(m);
	h->measure = NULL;
}

/* What the export or the copy will have, by a note: about what the database has now. */
static int64_t
size_of(const struct work *w, const char *note)
{
	const char *text = w->u != NULL ? settings_get(&w->u->notes, note) : NULL;
	int64_t n;

	return text != NULL && str_to_int(text, 1, INT64_MAX / 2048, &n) ? n : -1;
}

/* Rows are what there is to do; how many bytes they will be is guessed. */
static void
tell_rows(const struct hand *h, struct growth_seen *ret)
{
	int64_t rate = lag_growth(&h->measure->rows);

	if (!h->moved.told)
		return;
	ret->rows = h->moved.whole + h->moved.current;
	ret->of_rows = size_of(h->w, NOTE_SIZE_ROWS);
	if (ret->of_rows < 0)
		return;
	if (ret->rows > ret->of_rows)
		ret->rows = ret->of_rows;
	if (rate > 0)
		ret->left_ms = (ret->of_rows - ret->rows) * 1000 / rate;
}

bool
conductor_measured(struct conductor *c, const struct pair *p, int pos,
    struct growth_seen *ret)
{
	const struct work *w = work_find(c, p->name);
	const struct hand *h = w != NULL && w->u != NULL ? hand_find(w, w->u->list, pos) : NULL;
	int64_t kib_per_s;

	*ret = (struct growth_seen){ .kib = -1, .of_kib = -1, .bytes_per_s = -1, .rows = -1,
		.of_rows = -1, .left_ms = -1 };
	if (h == NULL || !h->in_flight || h->measure == NULL || h->measure->kib.count == 0)
		return false;
	ret->kib = h->measure->kib.value[h->measure->kib.count - 1];
	ret->of_kib = size_of(w, NOTE_SIZE_KIB);
	kib_per_s = lag_growth(&h->measure->kib);
	if (kib_per_s >= 0) {
		ret->bytes_per_s = kib_per_s * 1024;
		if (ret->of_kib > ret->kib && kib_per_s > 0)
			ret->left_ms = (ret->of_kib - ret->kib) * 1000 / kib_per_s;
	}
	tell_rows(h, ret);
	return true;
}
