#include "tests/unit/api/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/secret.h"
#include "tests/lib/fake_engine.h"

struct world world;

/* ---- an engine with a procedure of three steps ---- */

static enum probe
probe_done(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)s;
	(void)ps;
	(void)w;
	return PROBE_DONE;
}

static const struct step step_drain = { .id = "drain",
	.title = "drain %s",
	.effect = "the standby has every commit",
	.probe = probe_done };
static const struct step step_swap = { .id = "swap",
	.title = "make %s active",
	.effect = "it is active",
	.probe = probe_done };
static const struct step step_destroy = { .id = "destroy",
	.title = "destroy %s",
	.effect = "it is gone",
	.probe = probe_done };

static const struct row rows[] = { { "5", &step_drain, WHO_ACTIVE, SIDE_OLD,
				       LIMIT_DRAIN, 0, ROW_OPENS_PAUSE },
	{ "6", &step_swap, WHO_STANDBY, SIDE_NEW, LIMIT_FIXED, 60, ROW_CLOSES_PAUSE,
	    "before-swap" },
	{ "7", &step_destroy, WHO_ACTIVE, SIDE_OLD, LIMIT_FIXED, 60,
	    ROW_DESTROYS | ROW_NO_RETURN },
	{ NULL } };

static const char *const options[] = { "parallel", NULL };
static const struct procedure procedure = { .id = "asp-major",
	.title = "Major upgrade",
	.source = "Manual, chapter 2",
	.needs = "two masters",
	.costs = "a pause",
	.forbids = "nothing",
	.topology = "active-standby",
	.forward = rows,
	.applies = fake_applies,
	.options = options };
static const struct procedure *const procedures[] = { &procedure, NULL };
static const struct engine engine = { .name = "timesten",
	.title = "TimesTen",
	.procedures = procedures,
	.same_major = release_same_major,
	.release_parse = release_parse };
static const struct engine *const engines[] = { &engine, NULL };

static struct plan_step plan_steps[3];
static int no_installation[WORLD_MEMBERS] = { -1, -1, -1 };

static void
make_plan(void)
{
	struct pair *p = &world.pairs[1];

	for (int i = 0; i < 3; i++) {
		plan_steps[i] = (struct plan_step){ .row = &rows[i],
			.step = rows[i].step,
			.index = i,
			.member = &p->members[i == 1],
			.installation = -1,
			.limit_ms = 60000,
			.gate = rows[i].gate,
			.from = -1,
			.until = -1 };
		str_copy(plan_steps[i].number, sizeof(plan_steps[i].number),
		    rows[i].number);
	}
	world.plan.pair = p;
	world.plan.procedure = &procedure;
	ck_assert_int_eq(release_parse("11.2.1.9.0", &world.plan.from, &world.fail), 0);
	ck_assert_int_eq(release_parse("22.1.1.30.0", &world.plan.to, &world.fail), 0);
	world.plan.old_installation = world.plan.new_installation = no_installation;
	world.plan.active = &p->members[0];
	world.plan.standby = &p->members[1];
	world.plan.lists[LIST_FORWARD].items = plan_steps;
	world.plan.lists[LIST_FORWARD].count = 3;
	str_copy(world.plan.hash, PLAN_HASH, "abc123");
}

static void
make_seen(struct observation *o, enum role role)
{
	observation_init(o);
	o->role = role;
	o->reachable = FACT_YES;
	o->writable = role == ROLE_ACTIVE ? FACT_YES : FACT_NO;
	o->home = 0;
	o->inst[0].loaded = FACT_YES;
	o->inst[0].replication_agent = AGENT_RUNNING;
	o->inst[0].cache_agent = AGENT_STOPPED;
	ck_assert_int_eq(release_parse("11.2.1.9", &o->inst[0].release, &world.fail),
	    0);
	o->bookmark.written = (struct position){ 14, 2047560, true };
	o->lag_bytes = role == ROLE_ACTIVE ? 0 : 4096;
	o->lag_ms = role == ROLE_ACTIVE ? 0 : 120;
	o->at_wall_ms = clock_wall_ms();
	for (int i = 0; i < LOOKS; i++)
		o->at_ms[i] = o->tried_ms[i] = clock_mono_ms();
}

/* The subscriber of each pair was never seen. */
static void
make_pairs(void)
{
	static char names[WORLD_PAIRS][8] = { "orders", "sales" };
	static char members[WORLD_MEMBERS][8] = { "m1", "m2", "s1" };
	static char hosts[WORLD_MEMBERS][8] = { "h1", "h2", "h3" };
	static char topology[] = "active-standby";

	for (int i = 0; i < WORLD_MEMBERS; i++)
		world.hosts[i].name = hosts[i];
	for (int p = 0; p < WORLD_PAIRS; p++) {
		struct pair *pair = &world.pairs[p];

		*pair = (struct pair){ .name = names[p],
			.engine = &engine,
			.topology = topology,
			.members = world.members[p],
			.member_count = WORLD_MEMBERS,
			.limits = { .write_pause_ms = 10000 } };
		for (int m = 0; m < WORLD_MEMBERS; m++) {
			world.members[p][m] = (struct member){ .name = members[m],
				.host = &world.hosts[m],
				.pair = pair,
				.index = m,
				.subscriber = m == 2 };
			make_seen(&world.seen[p][m],
			    m == 0 ? ROLE_ACTIVE : ROLE_STANDBY);
		}
		observation_init(&world.seen[p][2]);
		world.seen[p][2].tried_ms[0] = 1;
		str_copy(world.seen[p][2].error, sizeof(world.seen[p][2].error),
		    "ssh: no route to host");
	}
}

static void
later(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	world_answer();
}

void
world_prepare(const char *token)
{
	static char off[] = "", address[] = "127.0.0.1:0";

	memset(&world, 0, sizeof(world));
	str_copy(world.folder, sizeof(world.folder), "/tmp/check_api.XXXXXX");
	ck_assert(mkdtemp(world.folder) != NULL);
	str_printf(world.socket, sizeof(world.socket), "%s/control.sock", world.folder);
	world.config = (struct config){ .control_socket = world.socket,
		.control_group = off,
		.http_listen = address };
	world.token = token ? secret_new(token) : NULL;
	world.base = event_base_new();
	world.later = evtimer_new(world.base, later, NULL);
	make_pairs();
	make_plan();
}

void
world_listen(void)
{
	struct api_parts parts = { .base = world.base,
		.conductor = (struct conductor *)&world,
		.config = &world.config,
		.engines = engines,
		.token = world.token };
	struct ud_error err = { 0 };

	world.api = api_new(&parts);
	ck_assert_msg(api_listen(world.api, &err) == 0, "%s", err.text);
}

void
world_begin(const char *token)
{
	world_prepare(token);
	world_listen();
}

void
world_end(void)
{
	api_free(world.api);
	world.api = NULL;
	ck_assert_msg(access(world.socket, F_OK) != 0, "the socket was left behind");
	(void)rmdir(world.folder);
	event_free(world.later);
	event_base_free(world.base);
	for (int i = 0; i < world.past_count; i++)
		upgrade_free(world.past[i]);
	upgrade_free(world.live);
	findings_done(&world.findings);
	secret_free(world.token);
}

struct upgrade *
world_upgrade(enum upgrade_state state, int pos)
{
	struct upgrade *u = upgrade_new(&world.plan);
	int64_t now_ms = clock_wall_ms();

	upgrade_free(world.live);
	world.live = u;
	u->id = 7;
	u->state = state;
	u->walk.pos = pos;
	u->revision = 31;
	u->started_wall_ms = u->created_wall_ms = u->state_since_wall_ms =
	    now_ms - 60000;
	str_copy(u->created_by, sizeof(u->created_by), "uid 0 (root)");
	str_copy(u->idempotency_key, sizeof(u->idempotency_key), "key-of-7");
	settings_set(&u->notes, "rows", "42");
	for (int i = 0; i <= pos && i < 3; i++) {
		u->runs[LIST_FORWARD][i].state = i < pos ? STEP_DONE : STEP_RUNNING;
		u->runs[LIST_FORWARD][i].attempt = 1;
		u->runs[LIST_FORWARD][i].started_wall_ms = now_ms - 5000;
		u->runs[LIST_FORWARD][i].ended_wall_ms = i < pos ? now_ms : 0;
	}
	return u;
}

struct upgrade *
world_past(int64_t id, const char *pair, enum upgrade_state state)
{
	struct upgrade *u = upgrade_new(&world.plan);

	for (int l = 0; l < LISTS; l++) {
		free(u->runs[l]);
		u->runs[l] = NULL;
		u->run_count[l] = 0;
	}
	u->id = id;
	u->state = state;
	str_copy(u->pair, sizeof(u->pair), pair);
	str_printf(u->idempotency_key, sizeof(u->idempotency_key), "key-of-%d",
	    (int)id);
	u->started_wall_ms = 1700000000000;
	u->ended_wall_ms = 1700000060000;
	u->pause_total_ms = 1514;
	world.past[world.past_count++] = u;
	return u;
}

void
world_event(const char *pair, const char *kind, int64_t upgrade, const char *text)
{
	struct world_event *e = &world.events[world.event_count++];

	ck_assert_int_le(world.event_count, WORLD_EVENTS);
	str_copy(e->pair, sizeof(e->pair), pair);
	str_copy(e->kind, sizeof(e->kind), kind);
	str_copy(e->text, sizeof(e->text), text);
	e->row = (struct event_row){ .id = world.event_count,
		.wall_ms = clock_wall_ms(),
		.upgrade = upgrade,
		.pair = e->pair,
		.kind = e->kind,
		.step = "5",
		.member = "m1",
		.text = e->text,
		.data = "{\"took_ms\":5}" };
}

void
world_tell(void)
{
	world.on_events(world.on_events_arg);
}

void
world_answer_first(void)
{
	const struct ud_error *err = world.fail.code == UD_OK ? NULL : &world.fail;
	struct world_asked a = world.asked[0];

	ck_assert_int_gt(world.asked_count, 0);
	world.asked_count--;
	memmove(&world.asked[0], &world.asked[1],
	    sizeof(world.asked[0]) * (size_t)world.asked_count);
	if (a.check)
		a.check(a.arg, err ? NULL : &world.plan, world.seen[1], &world.findings,
		    err);
	else
		a.done(a.arg, err ? NULL : world.live, &world.findings, err);
}

void
world_answer(void)
{
	while (world.asked_count > 0)
		world_answer_first();
}
