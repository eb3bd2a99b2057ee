/* Definitions that changed under an upgrade: who may change what, and when a person has the word. */
#include <string.h>

#include "daemon/engine/timesten/steps/common.h"
#include "tests/unit/engine/steps/check_steps.h"
#include "tests/unit/engine/steps/stage.h"

#define NEVER NULL /* not told since the step began */

/* The step is about master1; its peer is master2. Numbers noted: 10 and 20, they differ from the
 * beginning. */
/* clang-format off */
static const struct { const char *what; const struct step *step; int active; const char *one, *two; bool told; enum probe says; const char *seen; } cases[] = {
	{ "as before",		 &tt_same_schema,	   0, "10", "20", false, PROBE_DONE, "" },
	{ "the active changed",	 &tt_same_schema,	   0, "17", "20", false, PROBE_IMPOSSIBLE, "columns of master1" },
	{ "the other changed",	 &tt_same_schema,	   0, "10", "27", false, PROBE_IMPOSSIBLE, "columns of master2" },
	{ "both, and told",	 &tt_same_schema,	   0, "17", "27", true,	 PROBE_IMPOSSIBLE, "columns of master1" },
	{ "taken back",		 &tt_same_schema,	   0, "10", "20", true,	 PROBE_DONE, "" },
	{ "nobody tells",	 &tt_same_schema,	   0, NEVER, NEVER, false, PROBE_NOT_NEEDED, "" },
	{ "only the active tells", &tt_same_schema_of_peer, 1, NEVER, "20", false, PROBE_DONE, "" },
	{ "and changed",	 &tt_same_schema_of_peer,  1, NEVER, "21", false, PROBE_IMPOSSIBLE, "columns of master2" },
	{ "the former active changed before the swap", &tt_same_schema_or_alike, 1, "17", "20", false, PROBE_IMPOSSIBLE, "columns of master1" },
	{ "retried without it",	 &tt_same_schema_or_alike, 1, "17", "20", true,	 PROBE_IMPOSSIBLE, "columns of master1" },
	{ "both alike, at first", &tt_same_schema_or_alike, 1, "17", "27", false, PROBE_IMPOSSIBLE, "columns of master2" },
	{ "both alike, retried", &tt_same_schema_or_alike, 1, "17", "27", true,	 PROBE_DONE, "" },
	{ "less than before, alike", &tt_same_schema_or_alike, 1, "5", "15", true, PROBE_DONE, "" },
	{ "not alike, retried",	 &tt_same_schema_or_alike, 1, "17", "28", true,	 PROBE_IMPOSSIBLE, "columns of master2" },
	{ "served before, and got nothing", &tt_schema_over, 1, "10", "20", false, PROBE_DONE, "" },
	{ "it got what the other has not", &tt_schema_over, 1, "17", "20", false, PROBE_IMPOSSIBLE, "columns of master1" },
	{ "the other does not tell", &tt_schema_over, 1, "17", NEVER, false, PROBE_IMPOSSIBLE, "does not tell" },
	{ "the other has it, too", &tt_schema_over, 1, "17", "27", false, PROBE_DONE, "" },
	{ "only the other got something", &tt_schema_over, 1, "10", "28", false, PROBE_DONE, "" },
	{ "it does not tell",	 &tt_schema_over, 1, NEVER, "28", false, PROBE_NOT_NEEDED, "" },
	{ "the other is gone, retried", &tt_same_schema_or_alike, 1, NEVER, "28", true, PROBE_DONE, "" },
};
/* clang-format on */

static void
tells(struct stage *g, int m, const char *number)
{
	if (number == NEVER)
		number = "99"; /* an older answer counts for nothing */
	else
		g->seen[m].at_ms[__builtin_ctz(LOOK_SCHEMA)] = 200;
	settings_set(&g->seen[m].details, "schema_fingerprint", number);
}

static void
begun(struct stage *g)
{
	note_set(&g->u->notes, TT_NOTE_SCHEMA ".", &g->site.members[0], "10");
	note_set(&g->u->notes, TT_NOTE_SCHEMA ".", &g->site.members[1], "20");
	g->u->walk.entered_ms = 100;
}

START_TEST(a_changed_definition_stops_the_upgrade)
{
	struct why w = { 0 };
	struct stage g;
	enum probe says;

	stage_init(&g, LIST_FORWARD, "9a");
	stage_step(&g, cases[_i].step);
	begun(&g);
	g.seen[0].role = cases[_i].active == 0 ? ROLE_ACTIVE : ROLE_IDLE;
	g.seen[1].role = cases[_i].active == 1 ? ROLE_ACTIVE : ROLE_STANDBY;
	tells(&g, 0, cases[_i].one);
	tells(&g, 1, cases[_i].two);
	if (cases[_i].told)
		str_copy(g.u->runs[g.ps->list][g.ps->index].error, 64,
		    "tables or columns of master1 were changed since");
	says = g.ps->step->probe(&g.scene, g.ps, &w);
	ck_assert_msg(says == cases[_i].says, "%s: %d", cases[_i].what, (int)says);
	ck_assert_msg(says != PROBE_IMPOSSIBLE ||
		(strstr(w.seen, cases[_i].seen) != NULL && w.remedy[0] != '\0'),
	    "%s: %s", cases[_i].what, w.seen);
	stage_done(&g);
}
END_TEST

START_TEST(tables_that_replicate_are_not_compared_behind_the_swap)
{
	struct why w = { 0 };
	struct stage g;

	stage_init(&g, LIST_FORWARD, "9a");
	stage_step(&g, &tt_schema_over);
	begun(&g);
	tells(&g, 0, "17");
	tells(&g, 1, "20");
	settings_set(&g.seen[0].details, "ddl_level", "1");
	ck_assert_int_eq(g.ps->step->probe(&g.scene, g.ps, &w), PROBE_IMPOSSIBLE);
	settings_set(&g.seen[0].details, "ddl_level", "2");
	ck_assert_int_eq(g.ps->step->probe(&g.scene, g.ps, &w), PROBE_NOT_NEEDED);
	stage_done(&g);
}
END_TEST

/* A subscriber is made anew: its own tables are nobody's business. */
START_TEST(tables_of_a_subscriber_do_not_count)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "15.1");
	begun(&g);
	tells(&g, 0, "10");
	tells(&g, 1, "20");
	tells(&g, 2, "77");
	note_set(&g.u->notes, TT_NOTE_SCHEMA ".", &g.site.members[2], "30");
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	stage_done(&g);
}
END_TEST

START_TEST(what_a_person_answers_for_is_kept)
{
	struct settings notes = { 0 };
	struct stage g;

	stage_init(&g, LIST_FORWARD, "9a");
	begun(&g);
	tells(&g, 0, "17");
	tells(&g, 1, "27");
	g.ps->step->learn(&g.scene, g.ps, &notes);
	ck_assert_str_eq(settings_get(&notes, TT_NOTE_SCHEMA ".master1"), "0000000000000017");
	ck_assert_str_eq(settings_get(&notes, TT_NOTE_SCHEMA ".master2"), "0000000000000027");
	ck_assert_ptr_nonnull(
	    strstr(settings_get(&notes, "record.definitions"), "before step 9a"));
	settings_done(&notes);
	stage_done(&g);
}
END_TEST

TCase *
definitions_tests(void)
{
	TCase *tc = tcase_create("definitions");

	tcase_add_loop_test(tc, a_changed_definition_stops_the_upgrade, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, tables_that_replicate_are_not_compared_behind_the_swap);
	tcase_add_test(tc, tables_of_a_subscriber_do_not_count);
	tcase_add_test(tc, what_a_person_answers_for_is_kept);
	return tc;
}
