#include "tests/postgres/pgload.h"

#include <inttypes.h>
#include <time.h>

int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
window_begin(struct load *l, int64_t now)
{
	struct figures *f = &l->figures;

	f->window_from = f->last_ack = f->gap_from = now;
	f->gap = f->worker_gap = f->slowest = 0;
	for (int i = 0; i < l->opt.workers; i++)
		l->workers[i].last_ack = now;
}

int
ledger_open(struct load *l)
{
	l->ledger = fopen(l->opt.ledger, "we");
	if (l->ledger == NULL) {
		perror(l->opt.ledger);
		return -1;
	}
	setvbuf(l->ledger, NULL, _IOFBF, 1 << 16);
	window_begin(l, now_us());
	return 0;
}

void
ledger_close(struct load *l)
{
	if (fclose(l->ledger) != 0)
		perror(l->opt.ledger);
}

static void
note_gap(struct figures *f, int64_t now)
{
	if (now - f->last_ack > f->gap) {
		f->gap = now - f->last_ack;
		f->gap_from = f->last_ack;
	}
}

static void
note_worker_gap(struct figures *f, const struct worker *w, int64_t now)
{
	if (now - w->last_ack > f->worker_gap)
		f->worker_gap = now - w->last_ack;
}

static void
acknowledged(struct worker *w, const struct ending *e)
{
	struct figures *f = &w->load->figures;
	int64_t took = e->ended - e->sent;

	f->committed++;
	note_gap(f, e->ended);
	note_worker_gap(f, w, e->ended);
	if (took > f->slowest)
		f->slowest = took;
	if (e->ended > f->last_ack)
		f->last_ack = e->ended;
	w->last_ack = e->ended;
}

void
ledger_write(struct worker *w, const struct ending *e)
{
	static const char letters[] = { 'A', 'U', 'R' };
	struct load *l = w->load;

	pthread_mutex_lock(&l->mutex);
	fprintf(l->ledger, "%c %s %d %" PRId64 " %s %d %" PRId64 " %" PRId64 " %s\n",
	    letters[e->what], w->database, w->number, w->seq, e->kind, e->amount, e->sent,
	    e->ended, e->word != NULL ? e->word : "-");
	switch (e->what) {
	case ACKNOWLEDGED:
		acknowledged(w, e);
		break;
	case UNKNOWN:
		l->figures.unknown++;
		break;
	case REFUSED:
		l->figures.refused++;
		break;
	}
	pthread_mutex_unlock(&l->mutex);
}

void
figures_connected(struct load *l)
{
	pthread_mutex_lock(&l->mutex);
	l->figures.connections++;
	pthread_mutex_unlock(&l->mutex);
}

static json_t *
milliseconds(int64_t us)
{
	return json_real((double)us / 1e3);
}

json_t *
figures_json(struct load *l, bool anew)
{
	int64_t now = now_us();
	struct figures f;
	json_t *o;

	pthread_mutex_lock(&l->mutex);
	fflush(l->ledger);
	note_gap(&l->figures, now);
	for (int i = 0; i < l->opt.workers; i++)
		note_worker_gap(&l->figures, &l->workers[i], now);
	f = l->figures;
	if (anew)
		window_begin(l, now);
	pthread_mutex_unlock(&l->mutex);

	o = json_object();
	json_object_set_new(o, "committed", json_integer(f.committed));
	json_object_set_new(o, "failed", json_integer(f.unknown + f.refused));
	json_object_set_new(o, "unknown", json_integer(f.unknown));
	json_object_set_new(o, "refused", json_integer(f.refused));
	json_object_set_new(o, "connections", json_integer(f.connections));
	json_object_set_new(o, "window_ms", milliseconds(now - f.window_from));
	json_object_set_new(o, "gap_ms", milliseconds(f.gap));
	json_object_set_new(o, "gap_from_us", json_integer(f.gap_from));
	json_object_set_new(o, "worker_gap_ms", milliseconds(f.worker_gap));
	json_object_set_new(o, "slowest_ms", milliseconds(f.slowest));
	return o;
}
