/*
 * sim [-n COUNT] [-s SEED] [-v] [-o NAME] [-t SECONDS] [-g NAME]
 *
 *   -n  runs COUNT upgrades, from SEED on (default 1)
 *   -s  runs SEED; without -n only that one
 *   -v  tells the story of each
 *   -o  draws only faults whose name begins with NAME
 *   -t  ends after so many seconds
 *   -g  prints a golden trace: "completed", "aborted" or "patched"
 *   -q  the endings in attention, by what they say
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/simulation/sim.h"

#define ABORT_AFTER "8b" /* applications write to the new release already */

struct count {
	int64_t completed, aborted, attention, failed, events, turns;
	int64_t by_fault[FAULTS];
};

struct options {
	uint64_t seed;
	int64_t count;
	bool verbose, endings;
	int seconds;
	const char *only, *golden;
};

static void
print_failure(const struct sim_wish *wish)
{
	struct sim_wish again = *wish;
	static struct sim s;
	char text[600];

	again.told = true;
	sim_run(&s, &again);
	faults_text(&s, text, sizeof(text));
	printf("%s\nseed %llu FAILED: %s\nfaults: %s\nagain: sim -s %llu -v\n",
	    buf_text(&s.story.text), (unsigned long long)wish->seed, s.judge.text, text,
	    (unsigned long long)wish->seed);
	sim_done(&s);
}

static void
add(struct count *c, const struct sim *s)
{
	const char *result = sim_result(s);

	c->completed += strcmp(result, "completed") == 0;
	c->aborted += strcmp(result, "aborted") == 0;
	c->attention += strcmp(result, "attention") == 0;
	c->events += s->events;
	c->turns += s->sh.turns;
	for (int i = 0; i < s->f.count; i++)
		c->by_fault[s->f.list[i].kind]++;
}

static bool
run_one(const struct options *o, uint64_t seed, struct count *c)
{
	static struct sim s;
	struct sim_wish wish = { .seed = seed, .told = o->verbose, .only = o->only };
	bool good = sim_run(&s, &wish);

	add(c, &s);
	if (o->verbose)
		printf("%s\nseed %llu: %s\n", buf_text(&s.story.text),
		    (unsigned long long)seed, sim_result(&s));
	if (o->endings && s.people.gave_up)
		printf("attention (seed %llu): %s\n", (unsigned long long)seed,
		    s.sh.u->error.text);
	if (!good && o->endings)
		printf("FAILED (seed %llu): %s\n", (unsigned long long)seed, s.judge.text);
	sim_done(&s);
	if (!good && !o->verbose && !o->endings)
		print_failure(&wish);
	return good;
}

static double
seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
run_many(const struct options *o)
{
	struct count c = { 0 };
	double began = seconds_of(CLOCK_MONOTONIC), took;
	int64_t n;

	for (n = 0; n < o->count; n++) {
		if (!run_one(o, o->seed + (uint64_t)n, &c) && ++c.failed >= (o->endings ? 1000 : 3))
			break;
		if (o->seconds > 0 && seconds_of(CLOCK_MONOTONIC) - began > o->seconds)
			break;
	}
	took = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	printf("%lld upgrades: %lld completed, %lld aborted, %lld ended in attention, %lld "
	       "FAILED\n%.0f upgrades, %.0f events, %.0f turns a second of processor time\n",
	    (long long)n, (long long)c.completed, (long long)c.aborted,
	    (long long)c.attention, (long long)c.failed, (double)n / took,
	    (double)c.events / took, (double)c.turns / took);
	return c.failed == 0 ? 0 : 1;
}

static int
run_golden(const char *name)
{
	static struct sim s;
	struct sim_wish wish = { .seed = 1, .told = true, .calm = true };
	bool good;

	if (strcmp(name, "aborted") == 0)
		wish.abort_at = ABORT_AFTER;
	wish.patch = strcmp(name, "patched") == 0;
	good = sim_run(&s, &wish);
	fputs(buf_text(&s.story.text), stdout);
	sim_done(&s);
	return good ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct options o = { .seed = 1, .count = 1 };
	bool counted = false;
	int c;

	while ((c = getopt(argc, argv, "n:s:vqo:t:g:")) != -1) {
		if (c == 'n') {
			o.count = strtoll(optarg, NULL, 10);
			counted = true;
		} else if (c == 's') {
			o.seed = strtoull(optarg, NULL, 10);
		} else if (c == 'v') {
			o.verbose = true;
		} else if (c == 'q') {
			o.endings = true;
		} else if (c == 'o') {
			o.only = optarg;
		} else if (c == 't') {
			o.seconds = (int)strtol(optarg, NULL, 10);
		} else if (c == 'g') {
			o.golden = optarg;
		} else {
			return 2;
		}
	}
	if (o.seconds > 0 && !counted)
		o.count = INT64_MAX;
	return o.golden != NULL ? run_golden(o.golden) : run_many(&o);
}
