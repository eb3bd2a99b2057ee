#include "tests/unit/observe/fake.h"

#include <check.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/mem.h"
#include "tests/lib/fake_tool.h"

#define WAIT_MS 10000

struct event_base *base;
struct runner *runner;
struct observer *observer;
struct fake fake;
struct seen seen;
const struct member *m1, *m2, *sub;
static int64_t wait_until_ms;

static char names[][16] = { "m1", "m2", "sub", "here", "p", "active-standby", "i0",
	"fake" };
static struct member members[3];
static struct installation installation = { .name = names[6], .engine = names[7] };
static const struct host host = { .name = names[3],
	.installations = &installation,
	.installation_count = 1 };

static bool
ask(const struct member *m, unsigned looks, const struct observation *draft, int round,
    bool sessions, struct question *ret)
{
	(void)m;
	(void)draft;
	fake.sessions = sessions;
	if (round == 0)
		fake.asked[0]++;
	if (fake.silent)
		return false;
	*ret = (struct question){ .limit_ms = 2000 };
	if ((looks & LOOK_INSTANCE) && round-- == 0) {
		fake.asked[1]++;
		str_list_add(&ret->argv, "/bin/sh");
		str_list_add(&ret->argv, "-c");
		str_list_add(&ret->argv, fake.process);
		ret->looks = LOOK_INSTANCE;
		return true;
	}
	if ((looks & LOOK_ROLE) && sessions && round == 0) {
		fake.asked[2]++;
		ret->via = fake.via;
		ret->statements = mem_strdup(fake.session);
		ret->looks = LOOK_ROLE;
		return true;
	}
	return false;
}

static void
answer(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *ret_seen)
{
	(void)m;
	if (o->ending != ENDING_EXITED || o->status != 0) {
		*ret_seen = 0;
		str_copy(draft->error, sizeof(draft->error), "no answer");
	} else if (q->looks == LOOK_INSTANCE) {
		draft->reachable = FACT_YES;
	} else {
		draft->role = strstr(o->output, "ACTIVE") ? ROLE_ACTIVE : ROLE_STANDBY;
	}
}

static const struct engine engine = { .name = "fake",
	.dialect = &fake_shell,
	.shell = &fake_shell,
	.ask = ask,
	.answer = answer };

struct pair pair = { .name = names[4],
	.engine = &engine,
	.topology = names[5],
	.members = members,
	.member_count = 3 };

static void
on_seen(void *arg, const struct member *m, bool changed)
{
	(void)arg;
	seen.calls++;
	seen.changes += changed;
	seen.last = m;
	seen.of[m->index]++;
}

void
fake_setup(void)
{
	for (int i = 0; i < 3; i++)
		members[i] = (struct member){ .name = names[i],
			.host = &host,
			.pair = &pair,
			.index = i,
			.subscriber = i == 2 };
	m1 = &members[0];
	m2 = &members[1];
	sub = &members[2];
	pair.poll = (struct poll_rates){ 60000, 1000, 50 };
	fake = (struct fake){ .process = "true", .session = "echo ACTIVE",
		.via = VIA_SESSION };
	seen = (struct seen){ 0 };
	base = event_base_new();
	runner = runner_new(base);
	observer = observer_new(base, runner, on_seen, NULL);
}

void
fake_teardown(void)
{
	observer_free(observer);
	runner_free(runner);
	event_base_free(base);
}

const struct observation *
look_of(const struct member *m)
{
	return &observer_seen(observer, m->pair)[m->index];
}

void
fake_wait_begin(void)
{
	wait_until_ms = clock_mono_ms() + WAIT_MS;
}

void
fake_turn(const char *file, int line, const char *what)
{
	struct timeval soon = { .tv_usec = 5000 };

	if (clock_mono_ms() > wait_until_ms)
		ck_abort_msg("%s:%d: waited in vain for %s", file, line, what);
	event_base_loopexit(base, &soon);
	event_base_loop(base, EVLOOP_ONCE);
}

void
run_for(int64_t ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	fake_wait_begin();
	while (clock_mono_ms() < until_ms)
		fake_turn(__FILE__, __LINE__, "nothing");
}

void
on_answered(void *arg, struct outcome *o)
{
	struct answered *a = arg;

	a->calls++;
	a->o = *o;
}

void
on_quiet(void *arg)
{
	++*(int *)arg;
}
