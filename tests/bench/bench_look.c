/*
 * What one look at a member costs, by its session and by processes: the real observer,
 * runner and engine on the members of a configuration, one look after another.
 *
 *	bench_look CONFIG LOOKS
 *
 * Prints for each kind: median until the answer is read, ms; our own processor time of a
 * look, us; that of the processes it started, us (a session's is not counted: it lives on).
 */
#include "config.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/engine/engines.h"
#include "daemon/inventory/inventory.h"
#include "daemon/observe/observe.h"
#include "daemon/runner/runner.h"

struct bench {
	struct event_base *base;
	struct observer *observer;
	const struct member *member;
	unsigned looks;
	int64_t since_ms; /* of the look that is awaited */
	bool ended;
};

static void
die(const char *what)
{
	fprintf(stderr, "bench_look: %s\n", what);
	exit(1);
}

static const struct observation *
seen(const struct bench *b)
{
	return &observer_seen(b->observer, b->member->pair)[b->member->index];
}

static void
on_seen(void *arg, const struct member *m, bool changed)
{
	struct bench *b = arg;

	(void)changed;
	if (m == b->member && observation_is_fresh(seen(b), b->looks, b->since_ms))
		b->ended = true;
}

static int64_t
look(struct bench *b, unsigned looks)
{
	int64_t began = clock_mono_us(), until = began + 10000000;

	b->looks = looks;
	b->since_ms = clock_mono_ms();
	b->ended = false;
	observer_look(b->observer, b->member, looks);
	while (!b->ended && clock_mono_us() < until)
		event_base_loop(b->base, EVLOOP_ONCE);
	if (!b->ended)
		die(seen(b)->error);
	return clock_mono_us() - began;
}

static int64_t
cpu_us(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return (int64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
	    r.ru_utime.tv_usec + r.ru_stime.tv_usec;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
measure(struct bench *b, const char *what, unsigned looks, size_t count)
{
	int64_t *us = mem_alloc(count * sizeof(*us)), own, theirs;

	look(b, looks);
	own = cpu_us(RUSAGE_SELF);
	theirs = cpu_us(RUSAGE_CHILDREN);
	for (size_t i = 0; i < count; i++)
		us[i] = look(b, looks);
	own = cpu_us(RUSAGE_SELF) - own;
	theirs = cpu_us(RUSAGE_CHILDREN) - theirs;
	qsort(us, count, sizeof(*us), by_size);
	printf("%s %.2f %.0f %.0f\n", what, (double)us[count / 2] / 1000,
	    (double)own / (double)count, (double)theirs / (double)count);
	free(us);
}

int
main(int argc, char **argv)
{
	struct ud_error err = { 0 };
	struct bench b = { 0 };
	struct inventory *inv;
	struct runner *runner;
	struct config *cf;
	size_t count;

	if (argc != 3)
		die("usage: bench_look CONFIG LOOKS");
	count = (size_t)strtoul(argv[2], NULL, 10);
	if (config_load(argv[1], engines, &cf, NULL, &err) != 0)
		die(err.text);
	inv = inventory_new(cf);
	b.base = event_base_new();
	b.member = &inventory_pair(inv, 0)->members[0];
	runner = runner_new(b.base);
	b.observer = observer_new(b.base, runner, on_seen, &b);
	observer_add_pair(b.observer, b.member->pair);
	look(&b, LOOK_BASIC);
	measure(&b, "role", LOOK_ROLE, count);
	measure(&b, "cheap", LOOK_CHEAP, count);
	measure(&b, "instance", LOOK_INSTANCE, count / 10 + 1);
	measure(&b, "idle-set", LOOK_BASIC, count / 10 + 1);
	observer_free(b.observer);
	runner_free(runner);
	event_base_free(b.base);
	inventory_free(inv);
	return 0;
}
