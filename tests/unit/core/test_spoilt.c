/*
 * P3 destroy-last and P1 one-active, asked directly: scenes in which a step is allowed, and one fact
 * at a time that forbids it.
 */
#include "config.h"

#include "daemon/core/internal.h"
#include "tests/unit/core/check_core.h"
#include "tests/unit/core/toy.h"

#define VICTIM 0 /* the old active, of whom everything was proved */
#define OTHER  1
#define THIRD  2 /* a subscriber */

struct scene_of {
	struct toy t;
	struct plan plan;
	struct procedure procedure;
	struct plan_step ps;
	struct row row;
	struct step step;
};

static void
long_ago(struct observation *o)
{
	for (int i = 0; i < LOOKS; i++)
		o->at_ms[i] = 1;
}

/* Step 8 of the toy, in the moment in which it begins. */
static void
scene_init(struct scene_of *s)
{
	static const struct toy_wish wish = { .subscriber = true };
	struct toy *t = &s->t;

	toy_init(t, &wish);
	s->plan = *t->plan;
	s->procedure = *s->plan.procedure;
	s->plan.procedure = &s->procedure;
	s->ps = *plan_step_at(t->plan, LIST_FORWARD, plan_find(t->plan, LIST_FORWARD, "8"));
	s->row = *s->ps.row;
	s->ps.row = &s->row;
	s->step = *s->ps.step;
	s->ps.step = &s->step;
	t->now_ms += 10;
	t->u->walk.entered_ms = t->now_ms;
	toy_see_all(t);
	settings_set(&t->u->notes, NOTE_PROOF, "master1");
	str_copy(t->seen[VICTIM].inst[INST_OLD].path, 8, "/data/x");
	t->seen[VICTIM].inst[INST_OLD].exists = FACT_YES;
	settings_set(&t->u->notes, NOTE_PATH "master1.old", "/data/x");
}

/* The other one serves. */
static void
other_serves(struct scene_of *s)
{
	toy_see(&s->t, VICTIM, ROLE_IDLE, FACT_NO);
	toy_see(&s->t, OTHER, ROLE_ACTIVE, FACT_YES);
}

/* It serves itself, from its new place. */
static void
moved(struct scene_of *s)
{
	struct observation *o = &s->t.seen[VICTIM];

	toy_see(&s->t, OTHER, ROLE_IDLE, FACT_NO);
	toy_see(&s->t, VICTIM, ROLE_ACTIVE, FACT_YES);
	o->home = INST_NEW;
	o->inst[INST_OLD].loaded = FACT_NO;
}

/* Nobody serves, and what is destroyed is what an offline procedure just made. */
static void
never_served(struct scene_of *s)
{
	struct observation *o = &s->t.seen[VICTIM];

	toy_see(&s->t, OTHER, ROLE_IDLE, FACT_NO);
	toy_see(&s->t, VICTIM, ROLE_IDLE, FACT_NO);
	s->procedure.offline = true;
	s->row.side = SIDE_NEW;
	s->ps.installation = INST_NEW;
	o->inst[INST_NEW].daemon_up = FACT_NO;
	o->inst[INST_OLD].exists = FACT_YES;
	str_copy(o->inst[INST_NEW].path, 8, "/data/y");
}

/* The same of a copy on another host, beside which there is nothing. */
static void
copy_elsewhere(struct scene_of *s)
{
	never_served(s);
	s->procedure.makes_standby = true;
	s->ps.member = s->plan.standby;
	s->plan.old_installation[OTHER] = INST_NEW;
	s->t.seen[OTHER].inst[INST_NEW].daemon_up = FACT_NO;
	s->t.seen[OTHER].inst[INST_OLD].exists = FACT_NO;
}

/* clang-format off */
static void nothing(struct scene_of *s) { (void)s; }
static void stale_victim(struct scene_of *s) { long_ago(&s->t.seen[VICTIM]); }
static void stale_other(struct scene_of *s) { long_ago(&s->t.seen[OTHER]); }
static void other_has_no_role(struct scene_of *s) { s->t.seen[OTHER].role = ROLE_UNKNOWN; }
static void home_not_seen(struct scene_of *s) { s->t.seen[VICTIM].home = -1; }
static void another_store(struct scene_of *s) { str_copy(s->t.seen[VICTIM].inst[INST_OLD].path, 8, "/data/z"); }
static void gone_already(struct scene_of *s) { another_store(s); s->t.seen[VICTIM].inst[INST_OLD].exists = FACT_NO; }
static void old_side(struct scene_of *s) { s->row.side = SIDE_OLD; }
static void no_old_place(struct scene_of *s) { s->plan.old_installation[VICTIM] = -1; }
static void one_place(struct scene_of *s) { s->plan.old_installation[VICTIM] = INST_NEW; }
static void one_path(struct scene_of *s) { str_copy(s->t.seen[VICTIM].inst[INST_NEW].path, 8, "/data/x"); }
static void nobody_active(struct scene_of *s) { s->plan.active = NULL; }
/* clang-format on */

static void
not_the_standby(struct scene_of *s)
{
	s->ps.member = &s->t.site.members[THIRD];
	s->plan.old_installation[THIRD] = INST_NEW;
	s->t.seen[THIRD].inst[INST_NEW].daemon_up = FACT_NO;
}

static void
only_a_subscriber_serves(struct scene_of *s)
{
	toy_see(&s->t, OTHER, ROLE_IDLE, FACT_NO);
	toy_see(&s->t, THIRD, ROLE_ACTIVE, FACT_YES);
}

/* clang-format off */
static const struct { const char *what; void (*base)(struct scene_of *s), (*spoil)(struct scene_of *s); bool allowed; } cases[] = {
	{ "another serves",			 other_serves,	 nothing,		   true },
	{ "it was seen to serve long ago",	 other_serves,	 stale_other,		   false },
	{ "it takes writes, and has no role",	 other_serves,	 other_has_no_role,	   false },
	{ "who serves is a subscriber",		 other_serves,	 only_a_subscriber_serves, false },
	{ "the victim was seen long ago",	 other_serves,	 stale_victim,		   false },
	{ "the victim is another store",	 other_serves,	 another_store,		   false },
	{ "the victim is gone",			 other_serves,	 gone_already,		   true },
	{ "it serves from another place",	 moved,		 nothing,		   true },
	{ "that was long ago",			 moved,		 stale_victim,		   false },
	{ "from which one is not seen",		 moved,		 home_not_seen,		   false },
	{ "it never served",			 never_served,	 nothing,		   true },
	{ "that was seen long ago",		 never_served,	 stale_victim,		   false },
	{ "what is destroyed is the old one",	 never_served,	 old_side,		   false },
	{ "there is no old place",		 never_served,	 no_old_place,		   false },
	{ "old and new are one place",		 never_served,	 one_place,		   false },
	{ "old and new are one path",		 never_served,	 one_path,		   false },
	{ "a copy on another host",		 copy_elsewhere, nothing,		   true },
	{ "the copy was seen long ago",		 copy_elsewhere, stale_other,		   false },
	{ "the source was seen long ago",	 copy_elsewhere, stale_victim,		   false },
	{ "the source has no old place",	 copy_elsewhere, no_old_place,		   false },
	{ "it is not the standby's",		 copy_elsewhere, not_the_standby,	   false },
	{ "nobody is the source",		 copy_elsewhere, nobody_active,		   false },
};
/* clang-format on */

START_TEST(P3_destroy_last_by_one_fact)
{
	struct core_input in = { 0 };
	struct why w = { 0 };
	struct scene_of s;
	struct turn turn;

	scene_init(&s);
	cases[_i].base(&s);
	cases[_i].spoil(&s);
	in.seen = s.t.seen;
	turn = (struct turn){ s.t.u, &s.plan, &in, &s.t.d };
	ck_assert_msg(guard_destroy_last(&turn, &s.ps, &w) == cases[_i].allowed, "%s: %s",
	    cases[_i].what, w.seen);
	toy_done(&s.t);
}
END_TEST

/* Who is not reached says why, and it is not the active that is to be seen to. */
START_TEST(P3_destroy_last_says_who_is_not_reached)
{
	struct core_input in = { 0 };
	struct why w = { 0 };
	struct scene_of s;
	struct turn turn;

	scene_init(&s);
	other_serves(&s);
	s.t.seen[VICTIM].reachable = FACT_NO;
	s.t.seen[VICTIM].writable = FACT_UNKNOWN;
	str_copy(s.t.seen[VICTIM].error, 16, "no route");
	in.seen = s.t.seen;
	turn = (struct turn){ s.t.u, &s.plan, &in, &s.t.d };
	ck_assert(!guard_destroy_last(&turn, &s.ps, &w));
	ck_assert_str_eq(w.seen, "master1: no route");
	ck_assert(str_starts(w.remedy, "see to its host"));
	toy_done(&s.t);
}
END_TEST

/* clang-format off */
static const struct { const char *what; bool lets_go, held, fresh; int writes; bool allowed; } activations[] = {
	{ "nobody else takes writes",		     false, false, true,  -1,	  true },
	{ "another does",			     false, true,  true,  OTHER,  false },
	{ "another does, and this one was held",     true,  true,  true,  OTHER,  true },
	{ "it is not known any more that it is",     true,  true,  false, OTHER,  false },
	{ "it is not held",			     true,  false, true,  OTHER,  false },
	{ "a subscriber does",			     false, false, true,  THIRD,  true },
};
/* clang-format on */

START_TEST(P1_one_active_by_one_fact)
{
	struct core_input in = { 0 };
	struct why w = { 0 };
	struct scene_of s;
	struct turn turn;
	int writes = activations[_i].writes;

	scene_init(&s);
	toy_see(&s.t, VICTIM, ROLE_IDLE, FACT_NO);
	toy_see(&s.t, OTHER, ROLE_STANDBY, FACT_NO);
	if (writes >= 0)
		toy_see(&s.t, writes, ROLE_ACTIVE, FACT_YES);
	s.step.lets_go = activations[_i].lets_go;
	s.t.seen[VICTIM].inst[INST_OLD].daemon_up = activations[_i].held ? FACT_YES : FACT_NO;
	if (!activations[_i].fresh)
		long_ago(&s.t.seen[VICTIM]);
	in.seen = s.t.seen;
	turn = (struct turn){ s.t.u, &s.plan, &in, &s.t.d };
	ck_assert_msg(guard_one_active(&turn, &s.ps, &w) == activations[_i].allowed, "%s: %s",
	    activations[_i].what, w.seen);
	toy_done(&s.t);
}
END_TEST

TCase *
spoilt_tests(void)
{
	TCase *tc = tcase_create("spoilt");

	tcase_add_loop_test(tc, P3_destroy_last_by_one_fact, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, P3_destroy_last_says_who_is_not_reached);
	tcase_add_loop_test(tc, P1_one_active_by_one_fact, 0, ARRAY_SIZE(activations));
	return tc;
}
