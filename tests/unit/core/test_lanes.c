/* Three subscribers of the toy, walked side by side. */
#include "config.h"

#include <string.h>

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

/* The toy with a command for each step. */
struct many {
	struct toy t;
	struct core_hand hands[LANES_MAX];
	int count;
};

static struct outcome good = { .ending = ENDING_EXITED };
static const struct ud_error no = { .code = UD_EUTILITY, .text = "the toy said no" };

static int
at(const struct many *m, const char *number)
{
	for (int i = 0; i < m->t.plan->lists[m->t.u->list].count; i++)
		if (str_equal(m->t.plan->lists[m->t.u->list].items[i].number, number))
			return i;
	ck_abort_msg("no step %s", number);
	return -1;
}

static struct core_hand *
hand(struct many *m, const char *number)
{
	for (int i = 0; i < m->count; i++)
		if (m->hands[i].pos == at(m, number) && m->hands[i].list == m->t.u->list)
			return &m->hands[i];
	return NULL;
}

static void
perform(struct many *m, int pos)
{
	int i = 0;

	while (i < m->count && (m->hands[i].pos != pos || m->hands[i].list != m->t.u->list))
		i++;
	ck_assert_int_lt(i, LANES_MAX);
	m->count = i == m->count ? i + 1 : m->count;
	m->hands[i] =
	    (struct core_hand){ .list = m->t.u->list, .pos = pos, .in_flight = true };
}

static void
turn(struct many *m)
{
	struct core_input in = { .seen = m->t.seen,
		.now_ms = m->t.now_ms,
		.now_wall_ms = 1000000 + m->t.now_ms,
		.hand_count = m->count };
	char text[200];

	memcpy(in.hands, m->hands, sizeof(in.hands));
	core_decide(m->t.u, m->t.plan, &in, &m->t.d);
	ck_assert_msg(core_invariants(m->t.u, m->t.plan, text, sizeof(text)), "%s", text);
	for (int i = 0; i < m->count; i++)
		m->hands[i].ended = false;
	for (int i = 0; i < m->t.d.act_count; i++)
		if (m->t.d.acts[i].action != ACTION_CANCEL)
			perform(m, m->t.d.acts[i].pos);
}

static void
pass(struct many *m, int64_t ms)
{
	m->t.now_ms += ms;
	toy_see_all(&m->t);
	turn(m);
}

static bool
runs(const struct many *m, const char *number)
{
	return m->t.u->runs[m->t.u->list][at(m, number)].state == STEP_RUNNING;
}

static enum step_state
state_of(const struct many *m, const char *number)
{
	return m->t.u->runs[LIST_FORWARD][at(m, number)].state;
}

/* Its command ends. */
static void
end(struct many *m, const char *number, enum verdict verdict)
{
	struct core_hand *h = hand(m, number);

	ck_assert_msg(h != NULL && h->in_flight, "%s is not in hand", number);
	h->in_flight = false;
	h->ended = true;
	h->outcome = &good;
	h->verdict = verdict;
	h->said = verdict != VERDICT_OK ? &no : NULL;
	m->t.now_ms += 10;
	turn(m);
	pass(m, 10);
}

/* To the section: the first step is done. */
static void
init(struct many *m, int side_by_side, bool gates)
{
	static char empty[] = "";
	struct toy_wish wish = { .side_by_side = side_by_side, .gates = gates };

	memset(m, 0, sizeof(*m));
	good.output = empty;
	toy_init(&m->t, &wish);
	pass(m, 10);
	pass(m, 10);
	end(m, "1", VERDICT_OK);
}

static int
in_hand(const struct many *m)
{
	int n = 0;

	for (int i = 0; i < m->count; i++)
		n += m->hands[i].in_flight;
	return n;
}

START_TEST(as_many_as_were_asked_for_are_in_hand)
{
	struct many m;

	init(&m, _i, false);
	ck_assert_int_eq(in_hand(&m), _i);
	ck_assert(runs(&m, "2"));
	ck_assert_int_eq(runs(&m, "2/2"), _i >= 2);
	ck_assert_int_eq(runs(&m, "2/3"), _i >= 3);
	toy_done(&m.t);
}
END_TEST

START_TEST(who_is_done_leaves_his_place_to_the_next)
{
	struct many m;

	init(&m, 2, false);
	end(&m, "2/2", VERDICT_OK);
	ck_assert(runs(&m, "2a/2") && runs(&m, "2"));
	end(&m, "2a/2", VERDICT_OK);
	ck_assert(!runs(&m, "2/3"));
	end(&m, "2b/2", VERDICT_OK);
	ck_assert(runs(&m, "2/3") && runs(&m, "2"));
	end(&m, "2/3", VERDICT_OK);
	end(&m, "2a/3", VERDICT_OK);
	end(&m, "2b/3", VERDICT_OK);
	ck_assert_msg(!runs(&m, "3") && runs(&m, "2"), "behind the section before all is done");
	end(&m, "2", VERDICT_OK);
	end(&m, "2a", VERDICT_OK);
	end(&m, "2b", VERDICT_OK);
	ck_assert(runs(&m, "3"));
	ck_assert_int_eq(m.t.u->lane_count, 0);
	end(&m, "3", VERDICT_OK);
	ck_assert_int_eq(m.t.u->state, UPGRADE_COMPLETED);
	toy_done(&m.t);
}
END_TEST

START_TEST(what_the_pair_has_one_of_is_used_by_one)
{
	struct many m;

	init(&m, 2, false);
	end(&m, "2", VERDICT_OK);
	end(&m, "2/2", VERDICT_OK);
	end(&m, "2a", VERDICT_OK);
	end(&m, "2a/2", VERDICT_OK);
	ck_assert(runs(&m, "2b") && !runs(&m, "2b/2"));
	pass(&m, 100000); /* longer than it may take itself */
	ck_assert_int_eq(m.t.u->state, UPGRADE_RUNNING);
	end(&m, "2b", VERDICT_OK);
	ck_assert(runs(&m, "2b/2") && runs(&m, "2/3"));
	toy_done(&m.t);
}
END_TEST

START_TEST(the_gate_of_the_section_holds_all)
{
	struct core_advance a = { 0 };
	struct ud_error err;
	struct many m;

	init(&m, 3, true);
	ck_assert_int_eq(m.t.u->state, UPGRADE_GATED);
	ck_assert_int_eq(in_hand(&m), 0);
	ck_assert_int_eq(core_advance(m.t.u, m.t.plan, &a, m.t.now_ms, &m.t.d, &err), 0);
	turn(&m);
	pass(&m, 10);
	ck_assert_int_eq(in_hand(&m), 3);
	toy_done(&m.t);
}
END_TEST

START_TEST(held_when_all_have_stopped)
{
	struct ud_error err;
	struct many m;

	init(&m, 2, false);
	ck_assert_int_eq(core_pause(m.t.u, m.t.plan, &m.t.d, &err), 0);
	end(&m, "2", VERDICT_OK);
	ck_assert_int_eq(m.t.u->state, UPGRADE_RUNNING);
	ck_assert(!runs(&m, "2a") && runs(&m, "2/2"));
	end(&m, "2/2", VERDICT_OK);
	ck_assert_int_eq(m.t.u->state, UPGRADE_PAUSED);
	ck_assert_int_eq(in_hand(&m), 0);
	ck_assert_int_eq(core_resume(m.t.u, m.t.plan, m.t.now_ms, &m.t.d, &err), 0);
	turn(&m);
	pass(&m, 10);
	ck_assert(runs(&m, "2a") && runs(&m, "2a/2"));
	toy_done(&m.t);
}
END_TEST

/* One fails: it is told at once, the other's command is judged, nothing begins; retry goes on
 * with both, and does not begin anew what runs. */
START_TEST(attention_in_one_lets_the_other_end)
{
	struct ud_error err;
	struct many m;

	init(&m, 2, false);
	end(&m, "2", VERDICT_OK);
	end(&m, "2/2", VERDICT_STOP);
	pass(&m, 5000);
	ck_assert_int_eq(m.t.u->state, UPGRADE_ATTENTION);
	ck_assert_str_eq(upgrade_step(m.t.u, m.t.plan)->number, "2/2");
	ck_assert(runs(&m, "2a"));
	if (_i == 1)
		end(&m, "2a", VERDICT_OK);
	ck_assert_int_eq(state_of(&m, "2a"), _i == 1 ? STEP_DONE : STEP_RUNNING);
	ck_assert(!runs(&m, "2b") && !runs(&m, "2/3"));
	ck_assert_int_eq(core_retry(m.t.u, m.t.plan, m.t.now_ms, &m.t.d, &err), 0);
	turn(&m);
	pass(&m, 10);
	ck_assert(runs(&m, "2/2") && runs(&m, _i == 1 ? "2b" : "2a"));
	ck_assert_int_eq(m.t.u->runs[LIST_FORWARD][at(&m, "2a")].attempt, 1);
	toy_done(&m.t);
}
END_TEST

/* Cut off where it may be, awaited where not; then back, once for each. */
START_TEST(P5_abort_serves_with_several_in_hand)
{
	struct ud_error err;
	struct many m;

	init(&m, 2, false);
	end(&m, "2", VERDICT_OK); /* 2a may be ended, 2/2 not */
	ck_assert_int_eq(core_abort(m.t.u, m.t.plan, m.t.now_ms, &m.t.d, &err), 0);
	turn(&m);
	ck_assert_int_eq(decision_action(&m.t.d, at(&m, "2a")), ACTION_CANCEL);
	ck_assert_int_eq(decision_action(&m.t.d, at(&m, "2/2")), ACTION_NONE);
	end(&m, "2a", VERDICT_OK);
	ck_assert_int_eq(m.t.u->list, LIST_FORWARD);
	ck_assert(!runs(&m, "2b"));
	end(&m, "2/2", VERDICT_OK);
	ck_assert_int_eq(m.t.u->list, LIST_UNDO);
	ck_assert_int_eq(m.t.u->lane_count, 0);
	/* the third has had nothing done to him */
	for (int i = 1; i <= 2; i++) {
		const char *const undo[] = { "u1", "u1/2" };

		ck_assert_int_eq(in_hand(&m), 1);
		end(&m, undo[i - 1], VERDICT_OK);
	}
	ck_assert_int_eq(m.t.u->state, UPGRADE_ABORTED);
	toy_done(&m.t);
}
END_TEST

/* A restart finds the positions by the states of the steps, wherever each was. */
START_TEST(P4_resume_finds_all_of_them)
{
	static const char *const lanes[] = { "2b", "2a/2", "2/3" };
	struct many m;
	int found = 0;

	init(&m, 3, false);
	end(&m, "2", VERDICT_OK);
	end(&m, "2/2", VERDICT_OK);
	end(&m, "2a", VERDICT_OK);
	upgrade_turn_to(m.t.u, _i); /* whichever the journal keeps the position of */
	m.t.u->walk = (struct walk){ .pos = m.t.u->walk.pos };
	m.t.u->lane_count = 0;
	core_recover(m.t.u, m.t.plan, m.t.now_ms, 1000000 + m.t.now_ms);
	ck_assert_int_eq(m.t.u->lane_count, 2);
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 3; k++)
			found += upgrade_walk(m.t.u, k)->pos == at(&m, lanes[i]) &&
			    upgrade_walk(m.t.u, k)->performed_ms > 0;
	ck_assert_int_eq(found, 3);
	pass(&m, 10);
	ck_assert_int_eq(m.t.d.act_count, 0);
	toy_done(&m.t);
}
END_TEST

START_TEST(members_of_one_host_take_turns)
{
	struct many m;

	init(&m, 3, false);
	m.t.site.members[3].host = m.t.site.members[2].host;
	for (int i = 0; i < m.t.plan->lists[LIST_FORWARD].count; i++)
		m.t.plan->lists[LIST_FORWARD].items[i].host_alone = true;
	m.t.u->lane_count = m.count = 0;
	m.t.u->walk = (struct walk){ .pos = at(&m, "2") };
	for (int i = at(&m, "2"); i <= at(&m, "2b/3"); i++)
		m.t.u->runs[LIST_FORWARD][i] = (struct step_run){ 0 };
	pass(&m, 10);
	pass(&m, 10);
	ck_assert(runs(&m, "2") && !runs(&m, "2/2") && runs(&m, "2/3"));
	toy_done(&m.t);
}
END_TEST

/* Who is worked on is off limits, the others are not. */
START_TEST(sessions_are_forbidden_to_those_in_hand)
{
	struct many m;

	init(&m, 2, false);
	ck_assert(!core_sessions_allowed(m.t.u, m.t.plan, &m.t.site.members[2]));
	ck_assert(!core_sessions_allowed(m.t.u, m.t.plan, &m.t.site.members[3]));
	ck_assert(core_sessions_allowed(m.t.u, m.t.plan, &m.t.site.members[4]));
	ck_assert(core_sessions_allowed(m.t.u, m.t.plan, &m.t.site.members[1]));
	toy_done(&m.t);
}
END_TEST

/* The estimate is that of the longest way through the section. */
START_TEST(time_to_go_is_that_of_the_longest)
{
	struct many m;

	init(&m, _i, false);
	for (int i = 0; i < m.t.plan->lists[LIST_FORWARD].count; i++)
		m.t.plan->lists[LIST_FORWARD].items[i].estimate_ms = 10000;
	for (int i = 0; i < m.t.u->run_count[LIST_FORWARD]; i++)
		m.t.u->runs[LIST_FORWARD][i].started_wall_ms = 0;
	ck_assert_int_eq(core_eta_ms(m.t.u, m.t.plan, 0),
	    _i == 1 ? 100000 : _i == 2 ? 70000 : 40000);
	toy_done(&m.t);
}
END_TEST

TCase *
lanes_tests(void)
{
	TCase *tc = tcase_create("lanes");

	tcase_add_loop_test(tc, as_many_as_were_asked_for_are_in_hand, 1, 4);
	tcase_add_test(tc, who_is_done_leaves_his_place_to_the_next);
	tcase_add_test(tc, what_the_pair_has_one_of_is_used_by_one);
	tcase_add_test(tc, the_gate_of_the_section_holds_all);
	tcase_add_test(tc, held_when_all_have_stopped);
	tcase_add_loop_test(tc, attention_in_one_lets_the_other_end, 0, 2);
	tcase_add_test(tc, P5_abort_serves_with_several_in_hand);
	tcase_add_loop_test(tc, P4_resume_finds_all_of_them, 0, 3);
	tcase_add_test(tc, members_of_one_host_take_turns);
	tcase_add_test(tc, sessions_are_forbidden_to_those_in_hand);
	tcase_add_loop_test(tc, time_to_go_is_that_of_the_longest, 1, 4);
	return tc;
}
