#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/observe/watch.h"
#include "tests/unit/observe/check_observe.h"
#include "tests/unit/observe/fake.h"

#define INSTANCE 0 /* index of its times */
#define ROLE     1

/* Every member was looked at once, and the next idle look is far away. */
static void
add_pair(void)
{
	observer_add_pair(observer, &pair);
	WAIT_FOR(seen.of[0] == 1 && seen.of[1] == 1 && seen.of[2] == 1);
	seen = (struct seen){ 0 };
	memset(fake.asked, 0, sizeof(fake.asked));
}

START_TEST(first_look)
{
	observer_add_pair(observer, &pair);
	ck_assert_ptr_nonnull(observer_seen(observer, &pair));
	ck_assert_int_eq(look_of(m1)->role, ROLE_UNKNOWN);
	ck_assert_int_eq(seen.calls, 0);
	WAIT_FOR(seen.calls == 3);
	ck_assert_int_eq(seen.changes, 3);
	ck_assert_int_eq(look_of(m1)->role, ROLE_ACTIVE);
	ck_assert_int_eq(look_of(m1)->reachable, FACT_YES);
	ck_assert_int_gt(look_of(m1)->at_ms[INSTANCE], 0);
	ck_assert_int_eq(look_of(m1)->at_ms[ROLE], look_of(m1)->at_ms[INSTANCE]);
	ck_assert_int_eq(look_of(m1)->at_ms[2],
	    0); /* peers: nobody answered for them */
	ck_assert_int_gt(look_of(m1)->tried_ms[2], 0);
	ck_assert_int_gt(look_of(m1)->at_wall_ms, 0);
}
END_TEST

START_TEST(a_look_is_newer_than_the_call)
{
	int64_t asked_ms;

	add_pair();
	fake.process = "sleep 0.1";
	observer_look(observer, m1, LOOK_INSTANCE);
	WAIT_FOR(fake.asked[1] == 1);
	run_for(20);
	asked_ms = clock_mono_ms();
	observer_look(observer, m1, LOOK_INSTANCE); /* while the other is under way */
	WAIT_FOR(seen.calls == 1);
	ck_assert(!observation_is_fresh(look_of(m1), LOOK_INSTANCE, asked_ms));
	WAIT_FOR(seen.calls == 2);
	ck_assert(observation_is_fresh(look_of(m1), LOOK_INSTANCE, asked_ms));
	run_for(50);
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_int_eq(seen.changes, 0);
}
END_TEST

START_TEST(looks_are_joined)
{
	add_pair();
	observer_look(observer, m1, LOOK_INSTANCE);
	observer_look(observer, m1, LOOK_ROLE);
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 1);
	run_for(50);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(fake.asked[1], 1);
	ck_assert_int_eq(fake.asked[2], 1);
}
END_TEST

START_TEST(what_was_not_seen_is_unknown)
{
	int64_t instance_ms, role_ms;

	add_pair();
	instance_ms = look_of(m1)->at_ms[INSTANCE];
	role_ms = look_of(m1)->at_ms[ROLE];
	run_for(5);
	fake.session = "exit 1";
	observer_look(observer, m1, LOOK_INSTANCE | LOOK_ROLE);
	WAIT_FOR(seen.calls == 1);
	ck_assert_int_eq(seen.changes, 1);
	ck_assert_int_eq(look_of(m1)->role, ROLE_UNKNOWN);
	ck_assert_int_eq(look_of(m1)->reachable, FACT_YES);
	ck_assert_str_eq(look_of(m1)->error, "no answer");
	ck_assert_int_gt(look_of(m1)->at_ms[INSTANCE], instance_ms);
	ck_assert_int_eq(look_of(m1)->at_ms[ROLE], role_ms);
	ck_assert_int_gt(look_of(m1)->tried_ms[ROLE], role_ms);
	fake.session = "echo STANDBY";
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 2);
	ck_assert_int_eq(look_of(m1)->role, ROLE_STANDBY);
	ck_assert_str_eq(look_of(m1)->error, "");
}
END_TEST

START_TEST(cheap_ones_often_dear_ones_seldom)
{
	int64_t begun_ms = clock_mono_ms();
	int ms;

	add_pair();
	observer_set(observer, m1, LOOK_INSTANCE | LOOK_ROLE, 10);
	run_for(1000);
	ms = (int)(clock_mono_ms() - begun_ms);
	ck_assert_msg(fake.asked[1] >= 2 && fake.asked[1] <= ms / 200 + 2, "%d dear",
	    fake.asked[1]);
	ck_assert_msg(fake.asked[2] >= 3 * fake.asked[1] &&
		fake.asked[2] <= ms / 10 + 2,
	    "%d cheap", fake.asked[2]);
	ck_assert_int_eq(seen.of[1], 0);
	observer_set(observer, m1, 0, 10);
	WAIT_FOR(observer_seen(observer, &pair) != NULL);
	run_for(50);
	seen.calls = 0;
	run_for(200);
	ck_assert_int_le(seen.calls, 1); /* the idle rate again; one may have been under way */
}
END_TEST

START_TEST(failures_back_off)
{
	int64_t begun_ms = clock_mono_ms();
	struct observer_stats before, after;
	int ms;

	pair.poll.idle_ms = 60000;
	add_pair();
	fake.session = "exit 1";
	observer_stats(observer, &before);
	observer_set(observer, m1, LOOK_ROLE, 20);
	WAIT_FOR(seen.calls >= 7); /* 20 40 80 160 160 160 ... instead of every 20 ms */
	ms = (int)(clock_mono_ms() - begun_ms);
	ck_assert_msg(seen.calls <= ms / 160 + 4, "%d in %d ms", seen.calls, ms);
	observer_stats(observer, &after);
	ck_assert_int_eq(after.polls - before.polls, seen.calls);
	ck_assert_int_eq(after.failures - before.failures, seen.calls);
	fake.session = "echo ACTIVE";
	seen.calls = 0;
	observer_look(observer, m1, LOOK_ROLE); /* at once all the same */
	WAIT_FOR(seen.calls >= 1);
	seen.calls = 0;
	WAIT_FOR(seen.calls >= 15);
}
END_TEST

START_TEST(nothing_asked_changes_nothing)
{
	int64_t at_ms;

	add_pair();
	at_ms = look_of(m1)->at_ms[ROLE];
	fake.silent = true;
	observer_look(observer, m1, LOOK_ROLE);
	WAIT_FOR(seen.calls == 1);
	ck_assert_int_eq(look_of(m1)->role, ROLE_ACTIVE);
	ck_assert_int_eq(look_of(m1)->at_ms[ROLE], at_ms);
	ck_assert_int_eq(seen.changes, 0);
}
END_TEST

START_TEST(inject)
{
	struct observation o;

	fake.silent = true;
	add_pair();
	observation_init(&o);
	o.role = ROLE_STANDBY;
	o.at_ms[ROLE] = 77;
	observer_inject(observer, m2, &o);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(seen.changes, 1);
	ck_assert_ptr_eq(seen.last, m2);
	ck_assert_int_eq(look_of(m2)->role, ROLE_STANDBY);
	ck_assert_int_eq(look_of(m2)->at_ms[ROLE], 77);
	observer_inject(observer, m2, &o);
	ck_assert_int_eq(seen.changes, 1);
	observation_done(&o);
}
END_TEST

START_TEST(removed_while_it_is_looked_at)
{
	add_pair();
	fake.process = "sleep 60";
	fake.session = "sleep 60";
	observer_look(observer, m1, LOOK_INSTANCE);
	observer_look(observer, m2, LOOK_ROLE);
	WAIT_FOR(fake.asked[1] == 1 && fake.asked[2] == 1);
	observer_remove_pair(observer, &pair);
	ck_assert_ptr_null(observer_seen(observer, &pair));
	run_for(50);
	ck_assert_int_eq(seen.calls, 0);
	fake.process = fake.session = "true";
	add_pair(); /* and taken up again */
}
END_TEST

static void
remove_it(void *arg, const struct member *m, bool changed)
{
	(void)changed;
	observer_remove_pair(*(struct observer **)arg, m->pair);
	seen.calls++;
}

START_TEST(removed_by_who_is_told)
{
	struct observer *o = observer_new(base, runner, remove_it, &o);

	fake.silent = _i == 0;
	observer_add_pair(o, &pair);
	WAIT_FOR(seen.calls == 1);
	run_for(50);
	ck_assert_int_eq(seen.calls, 1);
	observer_free(o);
}
END_TEST

/* ---- a thousand ---- */

#define MANY 1000
static int slots[10];
static int64_t first_ms;

static void
count_slot(void *arg, const struct member *m, bool changed)
{
	int64_t ms = clock_mono_ms() - first_ms;

	(void)arg;
	(void)m;
	(void)changed;
	seen.calls++;
	if (ms >= 0 && ms < 1000)
		slots[ms / 100]++;
}

/* A second long: every tenth of it has its share of 2000 looks, which cost next to nothing. */
static bool
is_spread(char *text, size_t size)
{
	clock_t used = clock();

	memset(slots, 0, sizeof(slots));
	seen.calls = 0;
	first_ms = clock_mono_ms();
	run_for(1000);
	used = (clock() - used) * 1000 / CLOCKS_PER_SEC;
	str_printf(text, size, "%d looks in a second, %ld ms of work", seen.calls, (long)used);
	for (int i = 0; i < 10; i++)
		if (slots[i] <= 100 || slots[i] >= 320) {
			str_printf(text, size, "slot %d: %d looks", i, slots[i]);
			return false;
		}
	return seen.calls > 1900 && seen.calls < 2100 && used < 200;
}

START_TEST(a_thousand_pairs_are_spread)
{
	struct observer *o = observer_new(base, runner, count_slot, NULL);
	struct pair *pairs = mem_alloc(MANY * sizeof(*pairs));
	struct member *members = mem_alloc(2 * MANY * sizeof(*members));
	char text[80];

	fake.silent = true;
	for (int i = 0; i < MANY; i++) {
		pairs[i] = pair;
		pairs[i].poll.idle_ms = 1000;
		pairs[i].members = &members[2 * i];
		pairs[i].member_count = 2;
		for (int k = 0; k < 2; k++) {
			members[2 * i + k] = *m1;
			members[2 * i + k].pair = &pairs[i];
			members[2 * i + k].index = k;
		}
		observer_add_pair(o, &pairs[i]);
	}
	first_ms = INT64_MAX;
	run_for(2500);
	/* On a machine that is busy with others a second may be none. */
	for (int try = 0; !is_spread(text, sizeof(text)); try++)
		ck_assert_msg(try < 20, "%s", text);
	observer_free(o);
	free(pairs);
	free(members);
}
END_TEST

TCase *
poller_tests(void)
{
	TCase *tc = tcase_create("poller");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, fake_setup, fake_teardown);
	tcase_add_test(tc, first_look);
	tcase_add_test(tc, a_look_is_newer_than_the_call);
	tcase_add_test(tc, looks_are_joined);
	tcase_add_test(tc, what_was_not_seen_is_unknown);
	tcase_add_test(tc, cheap_ones_often_dear_ones_seldom);
	tcase_add_test(tc, failures_back_off);
	tcase_add_test(tc, nothing_asked_changes_nothing);
	tcase_add_test(tc, inject);
	tcase_add_test(tc, removed_while_it_is_looked_at);
	tcase_add_loop_test(tc, removed_by_who_is_told, 0, 2);
	tcase_add_test(tc, a_thousand_pairs_are_spread);
	return tc;
}
