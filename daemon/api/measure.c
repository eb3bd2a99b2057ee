#include "config.h"

#include "daemon/api/measure.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/api/server.h"

/* clang-format off */
static const double commit_bounds[] = { .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 0 };
static const double stall_bounds[] = { .0005, .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 5, 0 };
static const double pause_bounds[] = { .1, .25, .5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 300, 0 };
static const double step_bounds[] = { .1, .5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 21600, 0 };
/* clang-format on */

#define COUNTED_MAX 512 /* steps of one list */

#define FOLLOWED_MAX 1000 /* the oldest that are over are forgotten */

struct followed {
	TAILQ_ENTRY(followed) entry;
	int64_t id;
	bool moved;
	bool pause_moved;
	/* End of the run that was counted last, COUNTED_MAX for each list. NULL: it is over
	 * and counted; later events, of its last command say, change nothing. */
	int64_t *counted_wall_ms;
};

void
measures_init(struct measures *m)
{
	m->since_wall_ms = clock_wall_ms();
	histogram_init(&m->commit, commit_bounds);
	histogram_init(&m->stall, stall_bounds);
	histogram_init(&m->pause, pause_bounds);
	TAILQ_INIT(&m->steps);
	TAILQ_INIT(&m->followed);
}

static void
forget(struct measures *m, struct followed *f)
{
	TAILQ_REMOVE(&m->followed, f, entry);
	m->followed_count--;
	free(f->counted_wall_ms);
	free(f);
}

void
measures_done(struct measures *m)
{
	struct step_measure *s;
	struct followed *f;

	while ((s = TAILQ_FIRST(&m->steps)) != NULL) {
		TAILQ_REMOVE(&m->steps, s, entry);
		free(s);
	}
	while ((f = TAILQ_FIRST(&m->followed)) != NULL) {
		forget(m, f);
	}
}

static struct followed *
follow(struct measures *m, int64_t id)
{
	struct followed *f;

	TAILQ_FOREACH(f, &m->followed, entry)
		if (f->id == id)
			return f;
	f = mem_alloc(sizeof(*f));
	f->id = id;
	f->counted_wall_ms = mem_alloc(sizeof(int64_t) * LISTS * COUNTED_MAX);
	TAILQ_INSERT_TAIL(&m->followed, f, entry);
	m->followed_count++;
	return f;
}

void
measures_note(struct measures *m, const struct event_row *e)
{
	struct followed *f;

	if (e->upgrade <= 0)
		return;
	f = follow(m, e->upgrade);
	f->moved = f->counted_wall_ms != NULL;
	if (str_equal(e->kind, event_kind_name(EVENT_PAUSE)))
		f->pause_moved = true;
}

static struct step_measure *
find_measure(struct measures *m, const char *procedure, const char *step)
{
	struct step_measure *s;

	TAILQ_FOREACH(s, &m->steps, entry)
		if (str_equal(s->procedure, procedure) && str_equal(s->step, step))
			return s;
	s = mem_alloc(sizeof(*s));
	(void)str_copy(s->procedure, sizeof(s->procedure), procedure);
	(void)str_copy(s->step, sizeof(s->step), step);
	histogram_init(&s->took, step_bounds);
	TAILQ_INSERT_TAIL(&m->steps, s, entry);
	return s;
}

/* A run that is done counts once; done again after a back-out it counts again. */
static void
count_run(struct measures *m, struct followed *f, int list, int pos,
    const char *procedure, const char *step, const struct step_run *run)
{
	int64_t took_ms = run->ended_wall_ms - run->started_wall_ms, *counted;

	if (run->state != STEP_DONE || run->started_wall_ms <= 0 ||
	    run->ended_wall_ms < m->since_wall_ms || pos < 0 || pos >= COUNTED_MAX)
		return;
	counted = &f->counted_wall_ms[list * COUNTED_MAX + pos];
	if (*counted == run->ended_wall_ms)
		return;
	*counted = run->ended_wall_ms;
	histogram_add(&find_measure(m, procedure, step)->took, took_ms * 1000);
}

static void
count_pause(struct measures *m, struct followed *f, const struct upgrade *u)
{
	if (!f->pause_moved || u->pause_pos >= 0 || u->pause_total_ms < 0)
		return;
	f->pause_moved = false;
	histogram_add(&m->pause, u->pause_total_ms * 1000);
}

static void
look_at_live(struct measures *m, struct followed *f, const struct upgrade *u,
    const struct plan *plan)
{
	for (int l = 0; l < LISTS; l++) {
		for (int i = 0; u->runs[l] && i < u->run_count[l]; i++) {
			const struct plan_step *ps =
			    plan_step_at(plan, (enum plan_list)l, i);

			if (ps)
				count_run(m, f, l, i, u->procedure, ps->step->id,
				    &u->runs[l][i]);
		}
	}
	count_pause(m, f, u);
}

/* ---- upgrades that are over are in the journal only ---- */

struct past {
	struct measures *measures;
	struct followed *followed;
	char procedure[32];
};

static void
take_past(void *arg, const struct upgrade *u)
{
	struct past *p = arg;

	(void)str_copy(p->procedure, sizeof(p->procedure), u->procedure);
	count_pause(p->measures, p->followed, u);
}

static void
take_past_step(void *arg, const struct step_row *s)
{
	static const char letters[LISTS + 1] = "fubx";
	struct past *p = arg;

	for (int l = 0; l < LISTS; l++)
		if (letters[l] == s->list)
			count_run(p->measures, p->followed, l, s->pos, p->procedure,
			    s->step, &s->run);
}

static void
look_at_past(struct measures *m, struct followed *f, struct journal *j)
{
	struct past p = { .measures = m, .followed = f };
	struct ud_error ignored = { 0 };

	if (journal_find(j, f->id, take_past, &p, &ignored) == 0)
		(void)!journal_steps(j, f->id, take_past_step, &p, &ignored);
}

static void
look_at(struct measures *m, struct followed *f, struct conductor *c)
{
	const struct pair *pair = NULL;
	const struct plan *plan = NULL;
	const struct upgrade *u = conductor_upgrade_by_id(c, f->id, &pair, &plan);

	f->moved = false;
	if (u && plan)
		look_at_live(m, f, u, plan);
	if (u && !upgrade_is_over(u))
		return;
	if (!u)
		look_at_past(m, f, conductor_journal(c));
	free(f->counted_wall_ms);
	f->counted_wall_ms = NULL;
}

void
measures_take(struct measures *m, struct conductor *c)
{
	struct followed *f, *next;

	for (f = TAILQ_FIRST(&m->followed); f; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (f->moved)
			look_at(m, f, c);
		else if (!f->counted_wall_ms && m->followed_count > FOLLOWED_MAX)
			forget(m, f);
	}
}

/* ---- told by others ---- */

void
api_loop_stall_us(struct api *a, int64_t stall_us)
{
	histogram_add(&a->measures.stall, stall_us);
}

void
api_commit_hook(void *api, bool after, int64_t took_us)
{
	struct api *a = api;

	if (after)
		histogram_add(&a->measures.commit, took_us);
}

void
api_count_reply(struct api *a, unsigned status)
{
	if (status / 100 < STATUS_CLASSES)
		a->measures.replies[status / 100]++;
}
