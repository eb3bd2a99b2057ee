#include "config.h"

#include <poll.h>
#include <pthread.h>

#include <jansson.h>

#include "common/clock.h"
#include "common/error.h"
#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

#define PAIR    "GET /v1/pairs/sales"
#define UPGRADE "GET /v1/upgrades/7"
#define EVENTS  "GET /v1/events?pair=sales"
#define RING    "id: 3\nevent: step\ndata: {}\n\n"
#define LINE(state) \
	"sales: upgrade 7 " state ", 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done"

/* clang-format off */
/* What wait finds, what it was told to wait for, and how it ends. */
static const struct { const char *what, *upgrade, *goal; int status; } ends[] = {
	{ "completed",               SAMPLE_COMPLETED, "done",      0 },
	{ "aborted",                 SAMPLE_ABORTED,   "done",      10 },
	{ "attention ends done",     SAMPLE_STUCK,     "done",      4 },
	{ "attention ends gate",     SAMPLE_STUCK,     "gate",      4 },
	{ "attention",               SAMPLE_STUCK,     "attention", 4 },
	{ "a gate",                  SAMPLE_GATED,     "gate",      11 },
	{ "done passes a gate",      SAMPLE_GATED,     "done",      7 },
	{ "attention passes a gate", SAMPLE_GATED,     "attention", 7 },
	{ "under way",               SAMPLE_RUNNING,   "gate",      7 },
	{ "the end ends gate",       SAMPLE_COMPLETED, "gate",      0 },
};

/* Running at first; then the pair no longer has it, and the upgrade itself is asked. */
static const struct line finishes[] = {
	{ PAIR, 200, SAMPLE_PAIR("upgrading", SAMPLE_RUNNING), 3 },
	{ PAIR, 200, SAMPLE_PAIR("serving", "null") },
	{ UPGRADE, 200, SAMPLE_RUNNING, 1 },
	{ UPGRADE, 200, SAMPLE_COMPLETED },
	{ "GET /v1/upgrades/7/steps", 200, "{'steps':[{'number':'8a','id':'drain','member':'m1','state':'running','attempt':1}]}", 1 },
	{ "GET /v1/upgrades/7/steps", 200, "{'steps':[{'number':'8a','id':'drain','member':'m1','state':'done','attempt':1,'took_ms':842}]}" },
	{ "GET /v1/upgrades?pair=sales", 200, "{'upgrades':[{'id':6,'started_at':'2025'}," SAMPLE_COMPLETED "]}" },
	{ "POST /v1/pairs/sales/upgrades", 201, SAMPLE_RUNNING },
	{ EVENTS, 200, RING, 0, STREAM_HEAD },
	{ EVENTS "&after=3", 200, ": alive\n\n", 0, STREAM_HEAD },
	{ NULL }
};

static const struct line runs[] = {
	{ PAIR, 200, SAMPLE_PAIR("upgrading", SAMPLE_RUNNING) },
	{ UPGRADE, 200, SAMPLE_RUNNING },
	{ NULL }
};

static const struct line starts_again[] = {
	{ PAIR, 503, "{'code':'journal','detail':'not yet'}", 1 },
	{ PAIR, 200, SAMPLE_PAIR("upgrading", SAMPLE_GATED) },
	{ UPGRADE, 200, SAMPLE_GATED },
	{ NULL }
};

static const struct line logs[] = {
	{ UPGRADE, 200, SAMPLE_RUNNING, 3 },
	{ UPGRADE, 200, SAMPLE_COMPLETED },
	{ PAIR, 200, SAMPLE_PAIR("upgrading", SAMPLE_RUNNING) },
	{ "GET /v1/upgrades/7/commands", 200, "{'commands':[{'id':1,'number':'1','step':'a','command':'x','ended_at':null}]}", 1 },
	{ "GET /v1/upgrades/7/commands", 200, "{'commands':[{'id':1,'number':'1','step':'a','command':'x','ended_at':'z','exit':0,'output':'hello'}]}" },
	{ "GET /v1/upgrades/7/commands?after=1", 200, "{'commands':[{'id':2,'number':'2','step':'b','command':'y','ended_at':'z','exit':0}]}" },
	{ NULL }
};
/* clang-format on */

START_TEST(wait_ends)
{
	const struct line lines[] = {
		{ PAIR, 200, SAMPLE_PAIR("upgrading", "{'id':7}") },
		{ UPGRADE, 200, ends[_i].upgrade },
		{ NULL },
	};
	/* The pair shows the upgrade as this row has it. */
	char pair[4096];
	struct line shown[ARRAY_SIZE(lines)];
	struct ran r;

	snprintf(pair, sizeof(pair),
	    "{'pair':'sales','state':'upgrading','members':[],'upgrade':%s}",
	    ends[_i].upgrade);
	memcpy(shown, lines, sizeof(shown));
	shown[0].body = pair;
	daemon_start(shown);
	r = run("wait", "sales", "--for", ends[_i].goal, "--timeout", "300ms", NULL);
	ck_assert_msg(r.status == ends[_i].status, "%s: exit status %d\n%s%s",
	    ends[_i].what, r.status, r.out, r.err);
	ran_done(&r);
	daemon_stop();
}
END_TEST

START_TEST(wait_sees_the_end_that_the_pair_forgot)
{
	daemon_start(finishes);
	expect(0, LINE("completed") ", write pause 1514 ms\n", "", "wait", "sales",
	    "--timeout", "10s");
	daemon_stop();
}
END_TEST

START_TEST(wait_finds_the_last_upgrade)
{
	static const struct line ended[] = {
		{ PAIR, 200, SAMPLE_PAIR("serving", "null") },
		{ "GET /v1/upgrades?pair=sales", 200,
		    "{'upgrades':[{'id':6,'started_at':'2025'}," SAMPLE_ABORTED "]}" },
		{ UPGRADE, 200, SAMPLE_ABORTED },
		{ NULL },
	};

	daemon_start(ended);
	expect(10, LINE("aborted") "\n", "", "wait", "sales");
	expect(10, LINE("aborted") "\n", "", "wait", "7");
	daemon_stop();
}
END_TEST

START_TEST(a_timeout_says_that_it_goes_on)
{
	int64_t began_ms = clock_mono_ms();

	daemon_start(runs);
	expect(7, "",
	    "upgradectl: the time to wait is up; the upgrade of sales is running, phase swap, step 8a\n"
	    "  what to do: it goes on; follow it: upgradectl status sales --watch\n",
	    "wait", "sales", "--timeout", "200ms");
	ck_assert_int_ge(clock_mono_ms() - began_ms, 200);
	ck_assert_int_lt(clock_mono_ms() - began_ms, 2000);
	daemon_stop();
}
END_TEST

static void *
restart(void *arg)
{
	while (daemon_heard_count(PAIR " ") < 3)
		(void)poll(NULL, 0, 5);
	daemon_stop();
	(void)poll(NULL, 0, 300);
	daemon_start(starts_again);
	return arg;
}

START_TEST(a_restart_of_the_daemon_is_survived)
{
	pthread_t t;
	struct ran r;

	daemon_start(runs);
	ck_assert_int_eq(pthread_create(&t, NULL, restart, NULL), 0);
	r = run("wait", "sales", "--for", "gate", "--timeout", "20s", NULL);
	pthread_join(t, NULL);
	ck_assert_msg(r.status == 11, "exit status %d\n%s", r.status, r.err);
	ck_assert_ptr_nonnull(strstr(r.err, "waiting for it\n"));
	ck_assert_ptr_nonnull(
	    strstr(r.out, "  answer it     upgradectl advance sales\n"));
	ran_done(&r);
	daemon_stop();
}
END_TEST

START_TEST(watch_prints_a_line_per_change)
{
	struct ran r;

	daemon_start(finishes);
	r = run("status", "sales", "--watch", NULL);
	ck_assert_msg(r.status == 0, "exit status %d\n%s", r.status, r.err);
	ck_assert_ptr_nonnull(strstr(r.out, " step 8a drain on m1: running\n"));
	ck_assert_ptr_nonnull(
	    strstr(r.out, " step 8a drain on m1: done, took 0.842 s\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "Z " LINE("completed")));
	ck_assert_ptr_null(strchr(r.out, '\033'));
	ran_done(&r);
	daemon_stop();
}
END_TEST

START_TEST(start_and_wait_as_json_lines)
{
	struct ran r;
	json_t *doc;
	char *line, *rest;
	int count = 0;

	daemon_start(finishes);
	r = run("start", "sales", "--to", "3", "--wait", "--json", NULL);
	ck_assert_int_eq(r.status, 0);
	rest = r.out;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		doc = json_loads(line, 0, NULL);
		ck_assert_msg(doc != NULL, "no document: %s", line);
		json_decref(doc);
		count++;
	}
	/* Running, running without the pair, completed. */
	ck_assert_int_eq(count, 3);
	ran_done(&r);
	daemon_stop();
}
END_TEST

START_TEST(log_follows)
{
	daemon_start(logs);
	expect(0,
	    "step 1 a  - on -  -\n  $ x\n    hello\n  exit 0\n\n"
	    "step 2 b  - on -  -\n  $ y\n  exit 0\n",
	    "", "log", "7", "--follow");
	daemon_stop();
}
END_TEST

TCase *
follow_tests(void)
{
	TCase *tc = tcase_create("follow");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, wait_ends, 0, ARRAY_SIZE(ends));
	tcase_add_test(tc, wait_sees_the_end_that_the_pair_forgot);
	tcase_add_test(tc, wait_finds_the_last_upgrade);
	tcase_add_test(tc, a_timeout_says_that_it_goes_on);
	tcase_add_test(tc, a_restart_of_the_daemon_is_survived);
	tcase_add_test(tc, watch_prints_a_line_per_change);
	tcase_add_test(tc, start_and_wait_as_json_lines);
	tcase_add_test(tc, log_follows);
	return tc;
}
