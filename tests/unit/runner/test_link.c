/* A connector whose links answer when the test says so. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

struct link {
	struct buf asked; /* everything, a line each */
	bool open;
	void (*done)(void *arg, struct outcome *o);
	void *arg;
};

static struct link *it;
static struct session *session;
static int closed, freed, closes;

static struct link *
new_link(struct event_base *on, const struct member *m, int installation)
{
	(void)on;
	(void)m;
	ck_assert_int_eq(installation, 1);
	it = mem_alloc(sizeof(*it));
	return it;
}

static void
tell(enum ending ending, int status, const char *output)
{
	struct outcome o = { .ending = ending, .status = status };

	o.output = mem_strdup(output);
	it->done(it->arg, &o);
}

static void
on_ask(struct link *l, const char *statements,
    void (*done)(void *arg, struct outcome *o), void *arg)
{
	buf_addf(&l->asked, "%s\n", statements);
	l->open = true;
	l->done = done;
	l->arg = arg;
	if (str_equal(statements, "at once"))
		tell(ENDING_EXITED, 0, "at once");
}

static void
on_close(struct link *l, struct buf *printed)
{
	closes++;
	l->open = false;
	buf_adds(printed, "half");
}

static bool
is_open(const struct link *l)
{
	return l->open;
}

static void
free_link(struct link *l)
{
	freed++;
	buf_done(&l->asked);
	free(l);
}

static const struct connector connector = { new_link, on_ask, on_close, is_open,
	free_link };

static void
setup(void)
{
	stage_setup();
	closed = freed = closes = 0;
	session = session_new_link(runner, &connector, NULL, 1);
}

static void
teardown(void)
{
	session_free(session);
	ck_assert_int_eq(freed, 1);
	stage_teardown();
}

static void
on_closed(void *arg)
{
	(void)arg;
	closed++;
}

static void
ask(const char *statements, int64_t limit_ms, bool urgent, struct ended *e)
{
	session_ask(session, statements, limit_ms, urgent, on_done, e);
}

START_TEST(one_after_another)
{
	struct ended e[3] = { 0 };

	ask("a", 2000, false, &e[0]);
	ask("b", 2000, false, &e[1]);
	ask("at once", 2000, true, &e[2]);
	ck_assert(!session_is_open(session));
	WAIT_FOR(it->done != NULL);
	ck_assert(session_is_open(session) && session_is_busy(session));
	WAIT_FOR(e[2].calls == 1);
	ck_assert_str_eq(e[2].o.output, "at once");
	WAIT_FOR(str_equal(buf_text(&it->asked), "at once\na\n"));
	tell(ENDING_EXITED, 1, "refused");
	ck_assert_int_eq(e[0].calls, 0);
	WAIT_FOR(e[0].calls == 1);
	ck_assert_int_eq(e[0].o.ending, ENDING_EXITED);
	ck_assert_int_eq(e[0].o.status, 1);
	ck_assert_str_eq(e[0].o.output, "refused");
	ck_assert_int_gt(e[0].o.ended_ms, 0);
	WAIT_FOR(str_equal(buf_text(&it->asked), "at once\na\nb\n"));
	tell(ENDING_FAILED, 0, "lost");
	WAIT_FOR(e[1].calls == 1);
	ck_assert_int_eq(e[1].o.ending, ENDING_FAILED);
	ck_assert(!session_is_busy(session));
	for (int i = 0; i < 3; i++)
		outcome_done(&e[i].o);
}
END_TEST

START_TEST(time_is_up)
{
	struct ended e[2] = { 0 };

	ask("slow", 50, false, &e[0]);
	ask("next", 2000, false, &e[1]);
	WAIT_FOR(e[0].calls == 1);
	ck_assert_int_eq(e[0].o.ending, ENDING_TIMED_OUT);
	ck_assert_str_eq(e[0].o.output, "half");
	ck_assert_int_eq(closes, 1);
	WAIT_FOR(str_equal(buf_text(&it->asked), "slow\nnext\n"));
	tell(ENDING_EXITED, 0, "");
	WAIT_FOR(e[1].calls == 1);
	ck_assert_int_eq(closes, 1);
	for (int i = 0; i < 2; i++)
		outcome_done(&e[i].o);
}
END_TEST

START_TEST(close_waits_for_the_question_in_hand)
{
	struct ended e[3] = { 0 };

	ask("in hand", 0, false, &e[0]);
	WAIT_FOR(session_is_open(session));
	ask("waiting", 0, false, &e[1]);
	if (_i == 1)
		runner->leave_ms = 50;
	session_close(session, on_closed, NULL);
	WAIT_FOR(e[1].calls == 1);
	ck_assert_int_eq(e[1].o.ending, ENDING_FAILED);
	if (_i == 0) {
		ck_assert_int_eq(closed, 0);
		tell(ENDING_EXITED, 0, "");
	}
	WAIT_FOR(closed == 1);
	ck_assert(!session_is_open(session));
	ck_assert_int_eq(e[0].o.ending, _i == 0 ? ENDING_EXITED : ENDING_FAILED);
	ask("again", 0, false, &e[2]);
	WAIT_FOR(session_is_open(session));
	tell(ENDING_EXITED, 0, "");
	WAIT_FOR(e[2].calls == 1);
	for (int i = 0; i < 3; i++)
		outcome_done(&e[i].o);
}
END_TEST

START_TEST(close_at_rest)
{
	session_close(session, on_closed, NULL);
	ck_assert_int_eq(closed, 0);
	WAIT_FOR(closed == 1);
}
END_TEST

TCase *
link_tests(void)
{
	TCase *tc = tcase_create("link");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_after_another);
	tcase_add_test(tc, time_is_up);
	tcase_add_loop_test(tc, close_waits_for_the_question_in_hand, 0, 2);
	tcase_add_test(tc, close_at_rest);
	return tc;
}
