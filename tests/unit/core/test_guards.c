#include "config.h"

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

static const struct toy_wish plain = { 0 };

/* Every test leads to the row, makes one condition false, and sees that nothing runs. */
static void
reach_activation(struct toy *t)
{
	toy_init(t, &plain);
	ck_assert(toy_reach(t, "4"));
	toy_see(t, 0, ROLE_IDLE, FACT_NO); /* fenced */
}

/* The drain is over, with a proof about this member. */
static void
drained(struct toy *t, const char *member)
{
	t->in_flight = false;
	t->u->runs[LIST_FORWARD][t->u->walk.pos].state = STEP_DONE;
	settings_set(&t->u->notes, NOTE_PROOF, member);
}

/* clang-format off */
static const struct { const char *what; enum role role; enum fact writable; bool fresh, allowed; } others[] = {
	{ "the other is fenced",	     ROLE_IDLE,	   FACT_NO,	 true,	true },
	{ "the other accepts writes",	     ROLE_ACTIVE,  FACT_YES,	 true,	false },
	{ "the other is not known",	     ROLE_UNKNOWN, FACT_UNKNOWN, true,	false },
	{ "the other was seen long ago",     ROLE_IDLE,	   FACT_NO,	 false, false },
	{ "active, but not known to write",  ROLE_ACTIVE,  FACT_UNKNOWN, true,	false },
};
/* clang-format on */

START_TEST(P1_one_active)
{
	struct toy t;

	reach_activation(&t);
	t.now_ms += 10;
	toy_see_all(&t);
	toy_see(&t, 0, others[_i].role, others[_i].writable);
	if (!others[_i].fresh)
		for (int i = 0; i < LOOKS; i++)
			t.seen[0].at_ms[i] = 1;
	drained(&t, "master1");
	toy_turn(&t);
	ck_assert_str_eq(toy_number(&t), "5");
	ck_assert_msg(t.in_flight == others[_i].allowed, "%s", others[_i].what);
	if (!others[_i].allowed)
		ck_assert_str_ne(t.u->walk.why.seen, "");
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; enum fact up; enum role other; enum fact writable; bool allowed; } held[] = {
	{ "nobody else is active",		     FACT_NO,	   ROLE_STANDBY, FACT_NO,  true },
	{ "another was made active, and it is held", FACT_YES,	   ROLE_ACTIVE,	 FACT_YES, true },
	{ "another was made active, and it is down", FACT_NO,	   ROLE_ACTIVE,	 FACT_YES, false },
	{ "another was made active, and who knows",  FACT_UNKNOWN, ROLE_ACTIVE,	 FACT_YES, false },
};
/* clang-format on */

START_TEST(P1_one_active_lets_go_what_was_held)
{
	static const struct toy_wish wish = { .twice = true };
	struct toy t;

	toy_init(&t, &wish);
	ck_assert(toy_reach(&t, "2"));
	toy_answers("fence", PROBE_IMPOSSIBLE);
	toy_answers("thaw", PROBE_TO_DO);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_NO);
	t.seen[0].inst[INST_OLD].daemon_up = held[_i].up;
	toy_see(&t, 1, held[_i].other, held[_i].writable);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	toy_pass(&t, 10);
	ck_assert_str_eq(toy_number(&t), "b1");
	ck_assert_msg(t.in_flight == held[_i].allowed, "%s", held[_i].what);
	toy_done(&t);
}
END_TEST

START_TEST(P2_no_loss)
{
	struct toy t;

	reach_activation(&t);
	toy_end(&t, ENDING_EXITED, VERDICT_OK); /* drained: the proof is noted */
	ck_assert_str_eq(toy_number(&t), "5");
	ck_assert_int_eq(toy_action(&t), ACTION_PERFORM);
	toy_done(&t);

	reach_activation(&t); /* the same, but the proof is about another member */
	drained(&t, "master2");
	toy_pass(&t, 10);
	ck_assert_str_eq(toy_number(&t), "5");
	ck_assert(!t.in_flight);
	toy_pass(&t, 10);
	ck_assert(!t.in_flight);
	toy_done(&t);
}
END_TEST

START_TEST(P2_no_loss_proof_is_of_this_pause)
{
	struct toy t;

	toy_init(&t, &plain);
	settings_set(&t.u->notes, NOTE_PROOF, "master1");
	ck_assert(toy_reach(&t, "3"));
	ck_assert_ptr_null(settings_get(&t.u->notes, NOTE_PROOF));
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; enum role active, victim; enum fact serves, writes; bool other_path, wrote, allowed; } victims[] = {
	{ "another serves",		 ROLE_ACTIVE,  ROLE_UNKNOWN, FACT_YES,	   FACT_NO,	 false, false, true },
	{ "none is active",		 ROLE_IDLE,    ROLE_UNKNOWN, FACT_NO,	   FACT_NO,	 false, false, false },
	{ "the active is not known",	 ROLE_UNKNOWN, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_NO,	 false, false, false },
	{ "active, but it serves not",	 ROLE_ACTIVE,  ROLE_UNKNOWN, FACT_NO,	   FACT_NO,	 false, false, false },
	{ "the victim accepts writes",	 ROLE_ACTIVE,  ROLE_ACTIVE,  FACT_YES,	   FACT_YES,	 false, false, false },
	{ "the victim is not known",	 ROLE_ACTIVE,  ROLE_UNKNOWN, FACT_YES,	   FACT_UNKNOWN, false, false, false },
	{ "it is another store by now",	 ROLE_ACTIVE,  ROLE_UNKNOWN, FACT_YES,	   FACT_NO,	 true,	false, false },
	{ "it took writes, undrained",	 ROLE_ACTIVE,  ROLE_UNKNOWN, FACT_YES,	   FACT_NO,	 false, true,  false },
};
/* clang-format on */

START_TEST(P3_destroy_last)
{
	struct toy t;
	struct observation *o;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "2b"));
	o = &t.seen[1];
	str_copy(o->inst[INST_OLD].path, sizeof(o->inst[INST_OLD].path), "/data/here");
	settings_set(&t.u->notes, "path.master2.old",
	    victims[_i].other_path ? "/data/elsewhere" : "/data/here");
	if (victims[_i].wrote)
		settings_set(&t.u->notes, NOTE_WROTE "master2", "1");
	toy_see(&t, 0, victims[_i].active, victims[_i].serves);
	toy_see(&t, 1, victims[_i].victim, victims[_i].writes);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "2c");
	ck_assert_msg(t.in_flight == victims[_i].allowed, "%s", victims[_i].what);
	toy_done(&t);
}
END_TEST

START_TEST(P3_destroy_last_old_active_needs_the_proof)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "4"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "5");
	toy_see(&t, 1, ROLE_ACTIVE, FACT_YES);
	ck_assert(toy_reach(&t, "7"));
	settings_unset(&t.u->notes, NOTE_PROOF);
	toy_end(&t, ENDING_EXITED, VERDICT_OK);
	ck_assert_str_eq(toy_number(&t), "8");
	ck_assert(!t.in_flight);
	settings_set(&t.u->notes, NOTE_PROOF, "master1");
	toy_pass(&t, 10);
	ck_assert_int_eq(toy_action(&t), ACTION_PERFORM);
	ck_assert(t.u->past_return);
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; int home; enum fact writable, loaded; bool proof, allowed; } moved[] = {
	{ "it serves from the other place",	     INST_NEW, FACT_YES,     FACT_NO,	   true,  true },
	{ "nobody proved that all is there",	     INST_NEW, FACT_YES,     FACT_NO,	   false, false },
	{ "it does not serve there",		     INST_NEW, FACT_NO,	     FACT_NO,	   true,  false },
	{ "not known whether it serves",	     INST_NEW, FACT_UNKNOWN, FACT_NO,	   true,  false },
	{ "it still serves from here",		     INST_OLD, FACT_YES,     FACT_NO,	   true,  false },
	{ "the old one is in use",		     INST_NEW, FACT_YES,     FACT_YES,	   true,  false },
	{ "not known whether the old one is in use", INST_NEW, FACT_YES,     FACT_UNKNOWN, true,  false },
};
/* clang-format on */

/* A database that moved to another place of the same member. */
START_TEST(P3_destroy_last_of_what_was_moved)
{
	struct toy t;
	struct core_input in = { 0 };
	struct turn turn;
	struct why w = { 0 };
	const struct plan_step *ps;

	toy_init(&t, &plain);
	ps = plan_step_at(t.plan, LIST_FORWARD, plan_find(t.plan, LIST_FORWARD, "8"));
	t.now_ms += 10;
	toy_see(&t, 1, ROLE_IDLE, FACT_NO); /* no other serves */
	toy_see(&t, 0, ROLE_ACTIVE, moved[_i].writable);
	t.seen[0].home = moved[_i].home;
	t.seen[0].inst[INST_OLD].loaded = moved[_i].loaded;
	if (moved[_i].proof)
		settings_set(&t.u->notes, NOTE_PROOF, "master1");
	in.seen = t.seen;
	turn = (struct turn){ t.u, t.plan, &in, &t.d };
	ck_assert_msg(guard_destroy_last(&turn, ps, &w) == moved[_i].allowed, "%s",
	    moved[_i].what);
	toy_done(&t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; enum fact runs, loaded, old_exists; bool past_return, offline, allowed; } made[] = {
	{ "a copy that never served",		  FACT_NO, FACT_UNKNOWN, FACT_YES,     false, true,  true },
	{ "its daemon serves others",		  FACT_YES, FACT_NO, FACT_YES, false, true,  true },
	{ "not known whether it is loaded",	  FACT_YES, FACT_UNKNOWN, FACT_YES, false, true,  false },
	{ "the procedure is not offline",	  FACT_NO, FACT_UNKNOWN, FACT_YES,     false, false, false },
	{ "it runs",				  FACT_YES, FACT_YES, FACT_YES,     false, true,  false },
	{ "not known whether it runs",		  FACT_UNKNOWN, FACT_UNKNOWN, FACT_YES, false, true,  false },
	{ "the old place is empty",		  FACT_NO, FACT_NO, FACT_NO,      false, true,  false },
	{ "not known what is in the old place",	  FACT_NO, FACT_NO, FACT_UNKNOWN, false, true,  false },
	{ "it was activated",			  FACT_NO, FACT_UNKNOWN, FACT_YES,     true,  true,  false },
};
/* clang-format on */

/* Nobody serves, and what an offline procedure began to make is to be made again. */
START_TEST(P3_destroy_last_of_what_never_served)
{
	struct toy t;
	struct core_input in = { 0 };
	struct procedure procedure;
	struct plan_step ps;
	struct plan plan;
	struct turn turn;
	struct row row;
	struct why w = { 0 };
	struct observation *o;

	toy_init(&t, &plain);
	plan = *t.plan;
	procedure = *plan.procedure;
	procedure.offline = made[_i].offline;
	plan.procedure = &procedure;
	ps = *plan_step_at(t.plan, LIST_FORWARD, plan_find(t.plan, LIST_FORWARD, "8"));
	row = *ps.row;
	row.side = SIDE_NEW;
	ps.row = &row;
	ps.installation = INST_NEW;
	t.now_ms += 10;
	toy_see(&t, 0, ROLE_IDLE, FACT_NO);
	toy_see(&t, 1, ROLE_IDLE, FACT_NO);
	o = &t.seen[0];
	o->inst[INST_NEW].daemon_up = made[_i].runs;
	o->inst[INST_NEW].loaded = made[_i].loaded;
	o->inst[INST_OLD].exists = made[_i].old_exists;
	str_copy(o->inst[INST_OLD].path, sizeof(o->inst[INST_OLD].path), "/data/old");
	str_copy(o->inst[INST_NEW].path, sizeof(o->inst[INST_NEW].path), "/data/new");
	t.u->past_return = made[_i].past_return;
	in.seen = t.seen;
	turn = (struct turn){ t.u, &plan, &in, &t.d };
	ck_assert_msg(guard_destroy_last(&turn, &ps, &w) == made[_i].allowed, "%s",
	    made[_i].what);
	toy_done(&t);
}
END_TEST

/* The same cases of a copy on another host, and of one that is not to be made there. */
START_TEST(P3_destroy_last_of_a_copy_on_another_host)
{
	for (int makes = 0; makes < 2; makes++) {
		struct core_input in = { 0 };
		struct procedure procedure;
		struct why w = { 0 };
		struct plan_step ps;
		struct plan plan;
		struct turn turn;
		struct row row;
		struct toy t;

		toy_init(&t, &plain);
		plan = *t.plan;
		procedure = *plan.procedure;
		procedure.offline = made[_i].offline;
		procedure.makes_standby = makes;
		plan.procedure = &procedure;
		ps = *plan_step_at(t.plan, LIST_FORWARD, plan_find(t.plan, LIST_FORWARD, "8"));
		row = *ps.row;
		row.side = SIDE_NEW;
		ps.row = &row;
		ps.installation = INST_NEW;
		ps.member = plan.standby;
		plan.old_installation[ps.member->index] = INST_NEW; /* one place only there */
		t.now_ms += 10;
		toy_see(&t, plan.active->index, ROLE_IDLE, FACT_NO);
		toy_see(&t, plan.standby->index, ROLE_IDLE, FACT_NO);
		t.seen[plan.standby->index].inst[INST_NEW].daemon_up = made[_i].runs;
		t.seen[plan.standby->index].inst[INST_NEW].loaded = made[_i].loaded;
		t.seen[plan.active->index].inst[INST_OLD].exists = made[_i].old_exists;
		t.u->past_return = made[_i].past_return;
		in.seen = t.seen;
		turn = (struct turn){ t.u, &plan, &in, &t.d };
		ck_assert_msg(guard_destroy_last(&turn, &ps, &w) == (makes && made[_i].allowed),
		    "%s", made[_i].what);
		toy_done(&t);
	}
}
END_TEST

START_TEST(P3_destroy_last_also_for_clean_ups)
{
	struct toy t;

	toy_init(&t, &plain);
	ck_assert(toy_reach(&t, "2a"));
	toy_see(&t, 0, ROLE_IDLE, FACT_NO); /* nobody serves */
	toy_end(&t, ENDING_SIGNALLED, VERDICT_STOP);
	toy_pass(&t, 1000);
	toy_pass(&t, 1000);
	ck_assert(!t.in_flight);
	toy_see(&t, 0, ROLE_ACTIVE, FACT_YES);
	toy_pass(&t, 10);
	ck_assert_int_eq(toy_action(&t), ACTION_CLEAN_UP);
	toy_done(&t);
}
END_TEST

static const struct toy_wish offline = { .offline = true };

START_TEST(P3_does_not_keep_files_of_ours)
{
	struct toy t;

	toy_init(&t, &offline);
	ck_assert(toy_reach(&t, "2a"));
	toy_see(&t, 0, ROLE_UNKNOWN, FACT_NO); /* nobody serves, as is meant */
	toy_see(&t, 1, ROLE_UNKNOWN, FACT_NO);
	toy_end(&t, ENDING_SIGNALLED, VERDICT_STOP);
	for (int i = 0; i < 10 && !t.in_flight; i++)
		toy_pass(&t, 1000);
	ck_assert_int_eq(toy_action(&t), ACTION_CLEAN_UP);
	toy_done(&t);
}
END_TEST

/* Whoever made it active: once the pause was open, what it has is not destroyed unproved. */
START_TEST(P3_destroy_last_counts_a_standby_that_a_person_made_active)
{
	static const struct toy_wish wish = { 0 };
	static const char *const steps[] = { "1", "4" };
	const char *name;
	struct toy t;
	char key[64];

	toy_init(&t, &wish);
	name = t.site.members[1].name;
	str_printf(key, sizeof(key), "wrote.%s", name);
	ck_assert(toy_reach(&t, steps[_i]));
	toy_see(&t, 1, ROLE_ACTIVE, FACT_YES);
	toy_turn(&t);
	ck_assert_int_eq(settings_get(&t.u->notes, key) != NULL, _i == 1);
	ck_assert_int_eq(toy_told(&t, "this upgrade did not make it so"), _i == 1);
	toy_turn(&t);
	ck_assert(!toy_told(&t, "this upgrade did not make it so")); /* said once */
	toy_done(&t);
}
END_TEST

TCase *
guards_tests(void)
{
	TCase *tc = tcase_create("guards");

	tcase_add_loop_test(tc,
	    P3_destroy_last_counts_a_standby_that_a_person_made_active, 0, 2);
	tcase_add_loop_test(tc, P1_one_active, 0, ARRAY_SIZE(others));
	tcase_add_loop_test(tc, P1_one_active_lets_go_what_was_held, 0, ARRAY_SIZE(held));
	tcase_add_test(tc, P2_no_loss);
	tcase_add_test(tc, P2_no_loss_proof_is_of_this_pause);
	tcase_add_loop_test(tc, P3_destroy_last, 0, ARRAY_SIZE(victims));
	tcase_add_test(tc, P3_destroy_last_old_active_needs_the_proof);
	tcase_add_loop_test(tc, P3_destroy_last_of_what_was_moved, 0, ARRAY_SIZE(moved));
	tcase_add_loop_test(tc, P3_destroy_last_of_a_copy_on_another_host, 0,
	    ARRAY_SIZE(made));
	tcase_add_loop_test(tc, P3_destroy_last_of_what_never_served, 0,
	    ARRAY_SIZE(made));
	tcase_add_test(tc, P3_destroy_last_also_for_clean_ups);
	tcase_add_test(tc, P3_does_not_keep_files_of_ours);
	return tc;
}
