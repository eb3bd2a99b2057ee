/*
 * The daemon with an engine that has no databases: configuration, inventory, journal,
 * runner, observer, conductor, API and loop are the real ones, put together as in
 * daemon/daemon.c. The observer's own timers say when a member is looked at; what is
 * "seen" then is put in place at the end of that look.
 *
 *	bench_fleet -c CONFIG [-s STEP_MS] [-w PAIRS] [-r] [-n]
 *	  -s  time that a step takes
 *	  -w  starts an upgrade of the first PAIRS pairs
 *	  -r  and another one when it is over
 *	  -n  steps run no command
 *
 * Says READY=1 as the daemon does. It prints `settled` when as many looks have ended as make two of
 * each member, and at its end what it did.
 */
#include "config.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/api/api.h"
#include "daemon/conductor/conductor.h"
#include "daemon/loop.h"
#include "tests/bench/forty_steps.h"
#include "tests/lib/fake_engine.h"

#define WALK_MS 100

static const struct engine *const our_engines[] = { &forty_steps, NULL };

struct fleet {
	struct event_base *base;
	struct inventory *inventory;
	struct journal *journal;
	struct runner *runner;
	struct conductor *conductor;
	struct api *api;
	struct event *inject, *walk;
	const struct member **looked; /* to be seen when their look is over */
	size_t looked_count, unsettled; /* looks until it is settled */
	size_t walkers;
	bool *asked; /* one per walker: a start is under way, or was enough */
	bool again;
	int64_t refused;
};
static struct fleet fleet;

static void
die(const struct ud_error *err)
{
	fprintf(stderr, "bench_fleet: %s\n", err->text);
	exit(1);
}

/* ---- looks ---- */

static void
on_looked(const struct member *m)
{
	fleet.looked =
	    mem_array(fleet.looked, fleet.looked_count + 1, sizeof(*fleet.looked));
	fleet.looked[fleet.looked_count++] = m;
	event_active(fleet.inject, EV_TIMEOUT, 0);
}

static void
on_inject(evutil_socket_t fd, short what, void *arg)
{
	struct observer *o = conductor_observer(fleet.conductor);
	struct observation seen;

	(void)fd;
	(void)what;
	(void)arg;
	for (size_t i = 0; i < fleet.looked_count; i++) {
		fake_see(fleet.looked[i], clock_mono_ms(), &seen);
		observer_inject(o, fleet.looked[i], &seen);
		observation_done(&seen);
	}
	if (fleet.unsettled > 0 && fleet.unsettled <= fleet.looked_count) {
		puts("settled");
		fflush(stdout);
	}
	fleet.unsettled -= fleet.unsettled < fleet.looked_count ? fleet.unsettled
								: fleet.looked_count;
	fleet.looked_count = 0;
}

/* ---- upgrades ---- */

static void
on_started(void *arg, const struct upgrade *u, const struct findings *f,
    const struct ud_error *err)
{
	bool *asked = arg;

	(void)f;
	if (u != NULL)
		return;
	*asked = false;
	if (fleet.refused++ == 0)
		fprintf(stderr, "bench_fleet: start: %s\n", err->text);
}

static void
on_walk(evutil_socket_t fd, short what, void *arg)
{
	struct start_request rq = {
		.plan = { .to = { .part = { 2, 1 }, .parts = 2 } },
		.by = { "the bench" },
	};
	struct timeval later = { .tv_usec = WALK_MS * 1000 };

	(void)fd;
	(void)what;
	(void)arg;
	for (size_t i = 0; i < fleet.walkers; i++) {
		const struct pair *p = inventory_pair(fleet.inventory, i);
		const struct upgrade *u = conductor_upgrade(fleet.conductor, p, NULL);

		if (fleet.again && fleet.asked[i] && u != NULL && upgrade_is_over(u))
			fleet.asked[i] = false;
		if (fleet.asked[i] || (u != NULL && !upgrade_is_over(u)))
			continue;
		fleet.asked[i] = true;
		conductor_start(fleet.conductor, p, &rq, on_started, &fleet.asked[i]);
	}
	evtimer_add(fleet.walk, &later);
}

/* ---- parts ---- */

static void
on_reload(void *arg)
{
	(void)arg;
}

static void
on_dump(void *arg)
{
	(void)arg;
}

static void
on_stall(void *arg, int64_t us)
{
	(void)arg;
	api_loop_stall_us(fleet.api, us);
}

static void
on_commit(void *arg, bool after, int64_t took_us)
{
	(void)arg;
	if (fleet.api != NULL)
		api_commit_hook(fleet.api, after, took_us);
}

static void
build(const char *file)
{
	struct ud_error err = { 0 };
	struct config *cf;
	struct timeval soon = { .tv_usec = WALK_MS * 1000 };

	if (config_load(file, our_engines, &cf, NULL, &err) != 0)
		die(&err);
	fleet.inventory = inventory_new(cf);
	if (journal_open(cf->state_directory, &fleet.journal, &err) != 0)
		die(&err);
	journal_set_hook(fleet.journal, on_commit, NULL);
	fleet.base = event_base_new();
	fleet.runner = runner_new(fleet.base);
	fleet.inject = evtimer_new(fleet.base, on_inject, NULL);
	fleet.walk = evtimer_new(fleet.base, on_walk, NULL);
	fleet.conductor = conductor_new(&(struct conductor_parts){
	    .base = fleet.base,
	    .journal = fleet.journal,
	    .runner = fleet.runner,
	    .inventory = fleet.inventory,
	});
	fleet.api = api_new(
	    &(struct api_parts){ fleet.base, fleet.conductor, cf, our_engines, NULL });
	if (api_listen(fleet.api, &err) != 0 ||
	    conductor_recover(fleet.conductor, &err) != 0)
		die(&err);
	if (fleet.walkers > inventory_count(fleet.inventory))
		fleet.walkers = inventory_count(fleet.inventory);
	for (size_t i = 0; i < inventory_count(fleet.inventory); i++)
		fleet.unsettled += 2 * inventory_pair(fleet.inventory, i)->member_count;
	fleet.asked = mem_alloc((fleet.walkers + 1) * sizeof(*fleet.asked));
	if (fleet.walkers > 0)
		evtimer_add(fleet.walk, &soon);
}

static void
tear_down(void)
{
	struct conductor_stats c;
	struct observer_stats o;

	conductor_stats(fleet.conductor, &c);
	observer_stats(conductor_observer(fleet.conductor), &o);
	printf("looks %lld, turns %lld, decisions %lld, events %lld, refused %lld\n",
	    (long long)o.polls, (long long)c.turns, (long long)c.decisions,
	    (long long)journal_last_event(fleet.journal), (long long)fleet.refused);
	api_free(fleet.api);
	fleet.api = NULL;
	conductor_free(fleet.conductor);
	runner_free(fleet.runner);
	event_free(fleet.inject);
	event_free(fleet.walk);
	event_base_free(fleet.base);
	journal_close(fleet.journal);
	inventory_free(fleet.inventory);
	free(fleet.looked);
	free(fleet.asked);
}

int
main(int argc, char **argv)
{
	struct loop_calls calls = { on_reload, on_dump, on_stall, NULL };
	const char *file = NULL;
	struct loop *loop;
	int ch;

	fake_looked = on_looked;
	while ((ch = getopt(argc, argv, "c:s:w:rn")) != -1)
		switch (ch) {
		case 'c':
			file = optarg;
			break;
		case 's':
			forty.step_ms = strtoll(optarg, NULL, 10);
			break;
		case 'w':
			fleet.walkers = (size_t)strtoull(optarg, NULL, 10);
			break;
		case 'r':
			fleet.again = true;
			break;
		case 'n':
			forty.sessions = false;
			break;
		default:
			return 2;
		}
	if (file == NULL)
		return 2;
	build(file);
	loop = loop_new(fleet.base, &calls);
	loop_run(loop);
	loop_free(loop);
	tear_down();
	return 0;
}
