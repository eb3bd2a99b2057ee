#include "tests/unit/conductor/house.h"

#include <check.h>
#include <event2/event.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "tests/lib/fake_engine.h"
#include "tests/lib/fake_tool.h"
#include "tests/unit/conductor/check_conductor.h"

struct house house;

static char folder[64];
static struct event_base *base;
static struct runner *runner;
static struct event *inject;
static const struct member **looked; /* to be seen when their look is over */
static size_t looked_count;
static int answers;

static char *
in_folder(const char *name)
{
	return mem_printf("%s/%s", folder, name);
}

/* The statement is the name of its pair. */
static char *
wrap(const char *statements, const char *nonce)
{
	for (size_t i = 0; house.sent != NULL && i < inventory_count(house.inventory);
	     i++)
		if (str_equal(inventory_pair(house.inventory, i)->name, statements))
			house.sent(inventory_pair(house.inventory, i));
	return fake_cat.wrap(statements, nonce);
}

static const char *
end(const char *text, const char *nonce, size_t *ret_len, int *ret_status)
{
	const char *rest = fake_cat.end(text, nonce, ret_len, ret_status);

	if (rest != NULL && house.refusals > 0) {
		house.refusals--;
		*ret_status = 1;
	}
	return rest;
}

/* ---- what is seen ---- */

static void
on_looked(const struct member *m)
{
	looked = mem_array(looked, looked_count + 1, sizeof(*looked));
	looked[looked_count++] = m;
	event_active(inject, EV_TIMEOUT, 0);
}

static void
put_seen(const struct member *m)
{
	struct observation seen;

	fake_see(m, clock_mono_ms(), &seen);
	observer_inject(conductor_observer(house.conductor), m, &seen);
	observation_done(&seen);
}

static void
on_inject(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	for (size_t i = 0; i < looked_count; i++)
		put_seen(looked[i]);
	looked_count = 0;
}

void
house_see_agent_stopped(int pair)
{
	const struct member *m = &inventory_pair(house.inventory, (size_t)pair)->members[1];
	struct observation seen;

	fake_see(m, clock_mono_ms(), &seen);
	seen.inst[0].replication_agent = AGENT_STOPPED;
	observer_inject(conductor_observer(house.conductor), m, &seen);
	observation_done(&seen);
}

void
house_see(int pair)
{
	const struct pair *p = inventory_pair(house.inventory, (size_t)pair);

	for (size_t i = 0; i < p->member_count; i++)
		put_seen(&p->members[i]);
}

/* ---- the procedure ---- */

static void
statement_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	ret->kind = COMMAND_SESSION;
	ret->member = ps->member;
	ret->host = ps->member->host;
	ret->installation = 0;
	ret->statements = mem_strdup(s->plan->pair->name);
	ret->limit_ms = LIMIT_S * 1000;
}

static void
job_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	ret->kind = COMMAND_JOB;
	ret->member = ps->member;
	ret->host = ps->member->host;
	str_list_add(&ret->argv, "/bin/sh");
	str_list_add(&ret->argv, "-c");
	str_list_add(&ret->argv,
	    "echo begun >>\"$1/begun\"; while [ -d \"$1\" ] && [ ! -e \"$1/go\" ]; do sleep "
	    "0.05; done");
	str_list_add(&ret->argv, "sh");
	str_list_add(&ret->argv, folder);
	ret->limit_ms = LIMIT_S * 1000;
}

static enum probe
probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	why_seen(w, "not yet");
	if (house.nothing_shows && s->outcome != NULL && s->verdict == VERDICT_OK)
		return PROBE_UNKNOWN;
	return s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
							      : PROBE_TO_DO;
}

static const struct step statement = { .id = "statement",
	.title = "tell %s",
	.effect = "it was told",
	.build = statement_build,
	.probe = probe,
	.on_interrupt = INTERRUPT_REDO };
static const struct step varying = { .id = "varying",
	.title = "ask %s, then tell it",
	.effect = "it was told",
	.build = statement_build,
	.probe = probe,
	.varies = true,
	.patience_ms = 1,
	.on_interrupt = INTERRUPT_REDO };
static const struct step job = { .id = "job",
	.title = "let %s work",
	.effect = "it has worked",
	.build = job_build,
	.probe = probe,
	.on_interrupt = INTERRUPT_ASK };

/* clang-format off */
static struct row forward[] = {
	{ "1", &statement, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600 },
	{ "2", &statement, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600, 0, "before-swap" },
	{ "3", &job,	   WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600 },
	{ "4", &statement, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 600 },
	{ NULL }
};
/* clang-format on */

void
house_pauses_writes(void)
{
	forward[1].flags |= ROW_OPENS_PAUSE;
	forward[3].flags |= ROW_CLOSES_PAUSE;
}

void
house_first_step_varies(void)
{
	forward[0].step = &varying;
}

static const struct procedure procedure = { FAKE_PROCEDURE,
	.title = "four steps",
	.forward = forward };
static const struct procedure *const procedures[] = { &procedure, NULL };
static struct dialect dialect; /* cat, with an ear on what it is told */
static const struct engine engine = { FAKE_ENGINE,
	.procedures = procedures,
	.dialect = &dialect };
static const struct engine *const engines[] = { &engine, NULL };

/* ---- the folder ---- */

void
house_make(int pairs)
{
	char *main_file, *pairs_folder, *pairs_file;
	FILE *f;

	str_copy(folder, sizeof(folder), "/tmp/ud-conductor.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	main_file = in_folder("upgraded.conf");
	pairs_folder = in_folder("pairs.d");
	pairs_file = in_folder("pairs.d/all.conf");
	ck_assert_int_eq(mkdir(pairs_folder, 0700), 0);
	f = fopen(main_file, "w");
	fprintf(f,
	    "state_directory = \"%s/state\"\npairs_directory = \"%s\"\n"
	    "control { group = \"\" }\n"
	    "poll { idle = \"1h\" upgrading = \"1h\" swapping = \"1h\" }\n",
	    folder, pairs_folder);
	fclose(f);
	f = fopen(pairs_file, "w");
	for (int h = 1; h <= 2; h++)
		fprintf(f,
		    "host \"h%d\" { job_directory = \"%s/jobs\"\n"
		    "fake \"old\" { bin = \"/old\" } fake \"new\" { bin = \"/new\" } }\n",
		    h, folder);
	for (int i = 0; i < pairs; i++)
		fprintf(f,
		    "pair \"p%02d\" { engine = \"fake\" topology = \"active-standby\"\n"
		    "member \"p%02da\" { host = \"h1\" } member \"p%02db\" { host = \"h2\" }\n"
		    "gates = { \"before-swap\" } limits { write_pause = \"1h\" } }\n",
		    i, i, i);
	fclose(f);
	free(main_file);
	free(pairs_folder);
	free(pairs_file);
}

static int
remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

void
house_remove(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
house_jobs_begun(void)
{
	char *path = in_folder("begun"), line[16];
	FILE *f = fopen(path, "r");
	int n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		n++;
	if (f != NULL)
		fclose(f);
	free(path);
	return n;
}

void
house_let_jobs_go(void)
{
	char *path = in_folder("go");
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fclose(f);
	free(path);
}

/* ---- a life ---- */

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

void
house_await(bool (*is_so)(void *arg), void *arg, const char *what)
{
	int64_t limit_ms = clock_mono_ms() + LIMIT_S * 500;
	struct event *tick = event_new(base, -1, EV_PERSIST, on_tick, NULL);
	struct timeval often = { 0, 20000 };

	event_add(tick, &often);
	while (!is_so(arg)) {
		ck_assert_msg(clock_mono_ms() < limit_ms, "never: %s", what);
		event_base_loop(base, EVLOOP_ONCE);
	}
	event_free(tick);
}

#define OK(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

void
house_open(void)
{
	char *file = in_folder("upgraded.conf"), *state = in_folder("state");
	struct ud_error err = { 0 };
	struct config *cf;

	OK(config_load(file, engines, &cf, NULL, &err));
	house.inventory = inventory_new(cf);
	OK(journal_open(state, &house.journal, &err));
	fake_looked = on_looked;
	dialect = fake_cat;
	dialect.wrap = wrap;
	dialect.end = end;
	base = event_base_new();
	runner = runner_new(base);
	inject = evtimer_new(base, on_inject, NULL);
	house.conductor = conductor_new(&(struct conductor_parts){ .base = base,
	    .journal = house.journal,
	    .runner = runner,
	    .inventory = house.inventory });
	OK(conductor_recover(house.conductor, &err));
	for (size_t i = 0; i < inventory_count(house.inventory); i++)
		house_see((int)i);
	free(file);
	free(state);
}

void
house_close(void)
{
	conductor_free(house.conductor);
	runner_free(runner);
	event_free(inject);
	event_base_free(base);
	journal_close(house.journal);
	inventory_free(house.inventory);
	free(looked);
	looked = NULL;
	looked_count = 0;
	house = (struct house){ 0 };
}

/* ---- requests ---- */

static void
on_done(void *arg, const struct upgrade *u, const struct findings *f,
    const struct ud_error *err)
{
	struct house_answer *a = arg;

	(void)u;
	(void)f;
	ck_assert(!a->given);
	a->given = true;
	a->order = ++answers;
	a->err = err != NULL ? *err : (struct ud_error){ 0 };
}

void
house_start(int pair, struct house_answer *ret)
{
	struct start_request rq = { .plan = { .to = { .part = { 2, 1 }, .parts = 2 } },
		.idempotency_key = "",
		.by = { "a test" } };

	*ret = (struct house_answer){ 0 };
	conductor_start(house.conductor, inventory_pair(house.inventory, (size_t)pair),
	    &rq, on_done, ret);
}

void
house_advance(int pair, struct house_answer *ret)
{
	const struct upgrade *u = house_upgrade(pair);
	struct steer_request rq = { .what = STEER_ADVANCE,
		.upgrade = u->id,
		.revision = u->revision,
		.advance = { .gate = "before-swap", .plan_hash = u->plan_hash },
		.comment = "",
		.by = { "a test" } };

	*ret = (struct house_answer){ 0 };
	conductor_steer(house.conductor, &rq, on_done, ret);
}

bool
house_answered(void *answer_of)
{
	return ((struct house_answer *)answer_of)->given;
}

const struct upgrade *
house_upgrade(int pair)
{
	return conductor_upgrade(house.conductor,
	    inventory_pair(house.inventory, (size_t)pair), NULL);
}

bool
house_is(int pair, enum upgrade_state state)
{
	const struct upgrade *u = house_upgrade(pair);

	return u != NULL && u->state == state;
}
