/* Rows that are counted: of cached tables, before and in a copy; of subscribers and the active. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/timesten/steps/common.h"
#include "tests/unit/engine/steps/check_steps.h"
#include "tests/unit/engine/steps/stage.h"

#define PRICES "< c-APP.PRICES >\n"
#define RATES  "< c-APP.RATES >\n"
#define DOWN   " 5220: The cache agent is not running\nThe command failed.\n"

static enum probe
probe_tells(struct stage *g, struct why *w)
{
	*w = (struct why){ 0 };
	return g->ps->step->probe(&g->scene, g->ps, w);
}

static const char *
note(const struct stage *g, const char *key)
{
	return settings_get(&g->u->notes, key);
}

/* Of two cache groups, one that is refreshed by itself and one that is loaded. */
static void
cached_init(struct stage *g, const char *number, const char *prices, const char *rates)
{
	stage_init(g, LIST_FORWARD, number);
	settings_set(&g->u->notes, TT_NOTE_CACHED "APP.PRICES", prices);
	settings_set(&g->u->notes, TT_NOTE_CACHED "APP.RATES", rates);
	settings_set(&g->u->notes, TT_NOTE_REFRESH "APP.CG1", "on");
	settings_set(&g->u->notes, TT_NOTE_REFRESH "APP.CG2", "off");
}

/* clang-format off */
static const struct { const char *what; char text[100]; enum verdict verdict; enum probe says; } counts[] = {
	{ "both",		  PRICES "< 300 >\n" RATES "< 20 >\n", VERDICT_OK,   PROBE_DONE },
	{ "in another order",	  RATES "< 20 >\n" PRICES "< 300 >\n", VERDICT_OK,   PROBE_DONE },
	{ "none at all is a number", PRICES "< 0 >\n" RATES "< 20 >\n", VERDICT_OK,  PROBE_DONE },
	{ "one of them",	  PRICES "< 300 >\n",		       VERDICT_OK,   PROBE_TO_DO },
	{ "cut off",		  PRICES "< 300 >\n" RATES,	       VERDICT_OK,   PROBE_TO_DO },
	{ "a number of nobody",	  "< 300 >\n< 20 >\n",		       VERDICT_OK,   PROBE_TO_DO },
	{ "refused in the middle", PRICES "< 300 >\n" RATES "< 20 >\n", VERDICT_STOP, PROBE_TO_DO },
	{ "nothing",		  "",				       VERDICT_OK,   PROBE_TO_DO },
};
/* clang-format on */

START_TEST(cached_tables_are_counted_each)
{
	char text[100], *command;
	struct stage g;

	cached_init(&g, "4e.1", "", "");
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	command = stage_command(&g);
	ck_assert_ptr_nonnull(strstr(command, "select 'c-APP.PRICES' from dual"));
	ck_assert_ptr_nonnull(strstr(command, "select count(*) from APP.RATES"));
	free(command);
	str_copy(text, sizeof(text), counts[_i].text);
	stage_printed(&g, text);
	g.scene.verdict = counts[_i].verdict;
	ck_assert_msg(stage_probe(&g) == counts[_i].says, "%s", counts[_i].what);
	stage_done(&g);
}
END_TEST

/* What a count before had loaded or seen does not count any more. */
START_TEST(counts_are_noted)
{
	char text[] = PRICES "< 300 >\n" RATES "< 20 >\n";
	struct stage g;

	cached_init(&g, "4e.1", "", "");
	settings_set(&g.u->notes, "cached-loaded", "yes");
	settings_set(&g.u->notes, "cached-there", "yes");
	stage_printed(&g, text);
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, TT_NOTE_CACHED "APP.PRICES"), "300");
	ck_assert_str_eq(note(&g, TT_NOTE_CACHED "APP.RATES"), "20");
	ck_assert_str_eq(note(&g, "cached-loaded"), "no");
	ck_assert_str_eq(note(&g, "cached-there"), "no");
	stage_done(&g);
}
END_TEST

START_TEST(without_cached_tables_nothing_is_counted_or_loaded)
{
	static const char *const numbers[] = { "4e.1", "8c1", "8c2", "9.2" };
	struct stage g;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		stage_init(&g, LIST_FORWARD, numbers[i]);
		ck_assert_msg(!g.ps->step->needed(&g.scene, g.ps), "%s", numbers[i]);
		stage_done(&g);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *what, *prices, *rates, *loaded; char text[100]; enum probe says; const char *needed, *seen; } sees[] = {
	{ "as many",		   "300", "20", NULL,  PRICES "< 300 >\n" RATES "< 20 >\n", PROBE_DONE, "", "" },
	{ "more",		   "300", "20", NULL,  PRICES "< 301 >\n" RATES "< 20 >\n", PROBE_DONE, "", "" },
	{ "fewer",		   "300", "20", NULL,  PRICES "< 299 >\n" RATES "< 20 >\n", PROBE_TO_DO, "300 rows in APP.PRICES, as before", "299" },
	{ "the other is fewer",	   "300", "20", NULL,  PRICES "< 300 >\n" RATES "< 0 >\n",  PROBE_TO_DO, "20 rows in APP.RATES, as before", "0" },
	{ "not counted",	   "300", "20", NULL,  PRICES "< 300 >\n",		    PROBE_TO_DO, "20 rows in APP.RATES", "not counted yet" },
	{ "fewer in Oracle, too",  "300", "20", "yes", PRICES "< 299 >\n" RATES "< 20 >\n", PROBE_DONE, "", "" },
	{ "loaded, and empty",	   "300", "20", "yes", PRICES "< 300 >\n" RATES "< 0 >\n",  PROBE_TO_DO, "20 rows in APP.RATES", "0" },
	{ "a load before",	   "300", "20", "no",  PRICES "< 299 >\n" RATES "< 20 >\n", PROBE_TO_DO, "300 rows in APP.PRICES", "299" },
	{ "empty before",	   "300", "0",	NULL,  PRICES "< 300 >\n" RATES "< 0 >\n",  PROBE_DONE, "", "" },
	{ "nobody could count it", "300", "",	NULL,  PRICES "< 300 >\n",		    PROBE_DONE, "", "" },
};
/* clang-format on */

START_TEST(cached_rows_are_as_many_or_what_oracle_has)
{
	static const char *const numbers[] = { "8c1", "9.2" };
	char text[100];
	struct stage g;
	struct why w;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		cached_init(&g, numbers[i], sees[_i].prices, sees[_i].rates);
		if (sees[_i].loaded != NULL)
			settings_set(&g.u->notes, "cached-loaded", sees[_i].loaded);
		ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO); /* before it was asked */
		str_copy(text, sizeof(text), sees[_i].text);
		stage_printed(&g, text);
		ck_assert_msg(probe_tells(&g, &w) == sees[_i].says, "%s", sees[_i].what);
		if (sees[_i].says != PROBE_DONE) {
			ck_assert_msg(str_starts(w.needed, sees[_i].needed), "%s", w.needed);
			ck_assert_str_eq(w.seen, sees[_i].seen);
			ck_assert_ptr_nonnull(strstr(w.remedy, "LOAD CACHE GROUP"));
		}
		stage_done(&g);
	}
}
END_TEST

/* It is in the record, and nobody waits for it, or loads, again. */
START_TEST(cached_rows_that_are_there_are_told)
{
	char text[] = PRICES "< 300 >\n" RATES "< 21 >\n";
	struct stage g;

	cached_init(&g, "8c1", "300", "");
	settings_set(&g.u->notes, TT_NOTE_REFRESH "APP.CG2", "on");
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	stage_printed(&g, text);
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, "record.cached.master2"),
	    "master2: rows of cached tables, before and now: APP.PRICES 300, 300; APP.RATES "
	    "unknown, 21");
	ck_assert(!tt_see_refreshed.needed(&g.scene, g.ps));
	ck_assert(!tt_cache_load.needed(&g.scene, g.ps));
	ck_assert(!tt_see_cached.needed(&g.scene, g.ps));
	stage_done(&g);
}
END_TEST

/* A group that is not refreshed by itself gets rows by a load only: nobody waits. */
START_TEST(rows_are_waited_for_where_they_come_by_themselves)
{
	struct stage g;

	cached_init(&g, "8c1", "300", "20");
	ck_assert(!g.ps->step->needed(&g.scene, g.ps));
	ck_assert(tt_cache_load.needed(&g.scene, g.ps));
	settings_set(&g.u->notes, TT_NOTE_REFRESH "APP.CG2", "on");
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	/* the table gives up after a while, the gate before anything is destroyed does not */
	ck_assert(g.ps->row->flags & ROW_MAY_FAIL);
	stage_done(&g);
	cached_init(&g, "9.2", "300", "20");
	ck_assert(!(g.ps->row->flags & ROW_MAY_FAIL));
	ck_assert(g.ps->step->insists);
	stage_done(&g);
}
END_TEST

START_TEST(each_group_is_loaded_and_has_its_state_again)
{
	struct stage g;
	char *text;

	cached_init(&g, "8c2", "300", "20");
	settings_set(&g.u->notes, TT_NOTE_REFRESH "APP.CG3", "paused");
	text = stage_command(&g);
	ck_assert_ptr_nonnull(strstr(text,
	    "ALTER CACHE GROUP APP.CG1 SET AUTOREFRESH STATE PAUSED; LOAD CACHE GROUP APP.CG1 "
	    "COMMIT EVERY 256 ROWS; ALTER CACHE GROUP APP.CG1 SET AUTOREFRESH STATE ON; "));
	ck_assert_ptr_nonnull(strstr(text, "ALTER CACHE GROUP APP.CG2 SET AUTOREFRESH STATE OFF; "));
	ck_assert_ptr_nonnull(strstr(text, "ALTER CACHE GROUP APP.CG3 SET AUTOREFRESH STATE PAUSED; exit"));
	free(text);
	stage_done(&g);
}
END_TEST

START_TEST(an_agent_that_is_down_is_told)
{
	char down[] = DOWN, nothing[] = "";
	struct stage g;
	struct why w;

	cached_init(&g, "8c2", "300", "20");
	ck_assert_int_eq(probe_tells(&g, &w), PROBE_TO_DO);
	ck_assert_str_eq(w.seen, "not run yet");
	stage_printed(&g, down);
	g.scene.verdict = VERDICT_STOP;
	ck_assert_int_eq(probe_tells(&g, &w), PROBE_TO_DO);
	ck_assert_msg(str_starts(w.seen, "it was refused: ") && strstr(w.seen, "5220") != NULL,
	    "%s", w.seen);
	stage_printed(&g, nothing);
	g.scene.verdict = VERDICT_OK;
	g.outcome.ending = ENDING_TIMED_OUT;
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	g.outcome.ending = ENDING_EXITED;
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, "cached-loaded"), "yes");
	stage_done(&g);
}
END_TEST

/* Tables that ttMigrate names count as cached, with the rows that were counted before. */
START_TEST(tables_are_known_to_be_cached)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "3");
	settings_set(&g.seen[0].details, "table.APP.PRICES.cached", "yes");
	settings_set(&g.seen[0].details, "table.APP.T.key", "yes");
	step_remember_cached(&g.seen[0].details, &g.u->notes);
	settings_set(&g.u->notes, TT_NOTE_COUNT "APP.RATES", "20");
	step_remember_saved("Saving table APP.T\n  Saving cached table APP.RATES\r\n", &g.u->notes);
	ck_assert(step_table_is_cached(&g.scene, "APP.PRICES"));
	ck_assert(step_table_is_cached(&g.scene, "APP.RATES"));
	ck_assert(!step_table_is_cached(&g.scene, "APP.T"));
	ck_assert_str_eq(note(&g, TT_NOTE_CACHED "APP.RATES"), "20");
	stage_done(&g);
}
END_TEST

/* ---- subscribers and the active ---- */

/* master2 has taken over; sub1 has so many rows, looked at so long behind the second count. */
static void
subscriber_init(struct stage *g, const char *number, const char *has)
{
	stage_init(g, LIST_FORWARD, number);
	g->seen[0].role = ROLE_IDLE;
	g->seen[1].role = ROLE_ACTIVE;
	g->seen[2].role = ROLE_SUBSCRIBER;
	if (has != NULL)
		settings_set(&g->seen[2].details, "rows.OPS.T", has);
}

/* clang-format off */
static const struct { const char *what, *has; int first, then; int64_t look_ms; enum probe says; } compared[] = {
	{ "the same",		       "70", 70, 70, 50,   PROBE_DONE },
	{ "a row less",		       "69", 70, 70, 50,   PROBE_TO_DO },
	{ "a row more",		       "71", 70, 70, 50,   PROBE_TO_DO },
	{ "no such table",	       NULL, 70, 70, 50,   PROBE_TO_DO },
	{ "ten are on their way",      "90", 90, 100, 50,  PROBE_DONE }, /* 20 a second */
	{ "written meanwhile",	      "101", 90, 100, 50,  PROBE_DONE },
	{ "they never came",	       "60", 90, 100, 50,  PROBE_TO_DO },
	{ "more than were written",   "200", 90, 100, 50,  PROBE_TO_DO },
	{ "they never came, but others since", "85", 90, 100, 3000, PROBE_TO_DO },
	{ "deleted",		      "100", 110, 100, 50, PROBE_DONE },
	{ "deleted there only",	       "50", 110, 100, 50, PROBE_TO_DO },
	{ "nobody counted",	       "70", 70, -1, 50,   PROBE_TO_DO },
};
/* clang-format on */

START_TEST(a_subscriber_has_what_the_active_has)
{
	char text[80];
	struct stage g;
	struct why w;

	subscriber_init(&g, "9.5", compared[_i].has);
	ck_assert(!g.ps->step->needed(&g.scene, g.ps));
	str_printf(text, sizeof(text), "10000\n%d OPS.T\n", compared[_i].first);
	note_set(&g.u->notes, "source.", g.ps->member, text);
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO); /* always counted again */
	str_printf(text, sizeof(text), "< c-OPS.T >\n< %d >\n", compared[_i].then);
	stage_printed(&g, text);
	g.u->walk.begun_ms = 10400 + 60000; /* a person said retry: that is no time of the row */
	g.scene.performed_ms = 10500;
	g.u->walk.ended_ms = 10510;
	g.seen[2].at_ms[__builtin_ctz(LOOK_ROWS)] = 10510 + compared[_i].look_ms;
	g.scene.now_ms = 10520 + compared[_i].look_ms;
	ck_assert_msg(probe_tells(&g, &w) == compared[_i].says, "%s", compared[_i].what);
	if (compared[_i].says == PROBE_TO_DO && compared[_i].then >= 0)
		ck_assert_msg(str_starts(w.seen, "rows differ: ") && strstr(w.remedy, "retry") != NULL,
		    "%s; %s", w.seen, w.remedy);
	stage_done(&g);
}
END_TEST

/* It left memory: it cannot be counted, and is made anew all the same. */
START_TEST(a_subscriber_that_is_not_in_memory_is_left_out)
{
	static const char *const numbers[] = { "9.3", "9.4", "9.5" };
	static const struct { enum fact loaded; bool noted; } cases[] = {
		{ FACT_YES, true }, { FACT_UNKNOWN, true }, { FACT_NO, true }, { FACT_YES, false },
	};
	struct stage g;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
			bool first = i == 0;

			subscriber_init(&g, numbers[i], "70");
			g.seen[2].inst[INST_OLD].loaded = cases[k].loaded;
			if (cases[k].noted)
				note_set(&g.u->notes, "source.", g.ps->member, "10000\n70 OPS.T\n");
			ck_assert_msg(g.ps->step->needed(&g.scene, g.ps) ==
				(cases[k].loaded != FACT_NO && (first || cases[k].noted)),
			    "%s, case %zu", numbers[i], k);
			stage_done(&g);
		}
}
END_TEST

/* Asked again and again, it does not say which tables it has, or how many rows. */
START_TEST(a_subscriber_that_does_not_tell_is_left_out)
{
	static const struct { int64_t seen_ms, tried_ms; bool needed; } cases[] = {
		{ 0, 0, true }, { 0, 1000, true }, { 0, 6000, false }, { 100, 6000, true }, { -100, 6000, false },
	};
	int rows = __builtin_ctz(LOOK_ROWS);
	struct stage g;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		subscriber_init(&g, "9.3", "70");
		g.seen[2].at_ms[rows] = g.u->walk.entered_ms + cases[i].seen_ms;
		if (cases[i].seen_ms == 0)
			g.seen[2].at_ms[rows] = 0;
		g.seen[2].tried_ms[rows] = g.u->walk.entered_ms + cases[i].tried_ms;
		ck_assert_msg(g.ps->step->needed(&g.scene, g.ps) == cases[i].needed, "case %zu", i);
		stage_done(&g);
	}
}
END_TEST

/* It was told, and a person said retry: it will be made anew. */
START_TEST(a_difference_that_was_told_holds_nobody_up)
{
	char text[] = "< c-OPS.T >\n< 70 >\n";
	struct stage g;

	subscriber_init(&g, "9.5", "69");
	note_set(&g.u->notes, "source.", g.ps->member, "10000\n70 OPS.T\n");
	stage_printed(&g, text);
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	str_copy(g.u->runs[LIST_FORWARD][g.ps->index].error, 200, "not so after 30 s: seen it did not answer");
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	str_copy(g.u->runs[LIST_FORWARD][g.ps->index].error, 200,
	    "not so after 30 s: seen rows differ: 69 at sub1, needed 70 rows in OPS.T");
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, "record.compared.sub1"),
	    "sub1 was gone on with although it differs from the active in 1 table: rows differ: 69 at "
	    "sub1, needed 70 rows in OPS.T");
	settings_set(&g.seen[2].details, "rows.OPS.T", "70");
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, "record.compared.sub1"), "sub1 has the rows of the active");
	stage_done(&g);
}
END_TEST

/* The table of the marker changes all the time, cached ones come from Oracle, and one that the
 * active does not have cannot be counted there. */
START_TEST(tables_that_are_compared)
{
	char text[] = "< c-OPS.T >\n< 70 >\n", *command;
	struct stage g;

	subscriber_init(&g, "9.3", NULL);
	ck_assert_int_eq(stage_probe(&g), PROBE_NOT_NEEDED);
	settings_set(&g.seen[2].details, "rows.OPS.T", "70");
	settings_set(&g.seen[2].details, "rows.APP.RATES", "20");
	settings_set(&g.seen[2].details, "rows.OPS.LOCAL", "3");
	settings_set(&g.seen[2].details, "rows.OPS.MARKER", "1");
	settings_set(&g.seen[1].details, "tables", "2");
	settings_set(&g.seen[1].details, "table.OPS.T.key", "yes");
	settings_set(&g.seen[1].details, "table.APP.RATES.key", "yes");
	settings_set(&g.seen[1].details, "table.OPS.MARKER.key", "yes");
	settings_set(&g.u->notes, TT_NOTE_CACHED "APP.RATES", "20");
	command = stage_command(&g);
	ck_assert_str_eq(command, "select 'c-OPS.T' from dual;\nselect count(*) from OPS.T;\n");
	free(command);
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	stage_printed(&g, text);
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	g.ps->step->learn(&g.scene, g.ps, &g.u->notes);
	ck_assert_str_eq(note(&g, "source.sub1"), "1000\n70 OPS.T\n");
	g.seen[1].role = ROLE_UNKNOWN;
	ck_assert_int_eq(stage_probe(&g), PROBE_UNKNOWN);
	stage_done(&g);
}
END_TEST

/* As long as the row took so much may be on its way. */
START_TEST(a_subscriber_that_is_late_is_not_one_that_differs)
{
	char text[] = "< c-OPS.T >\n< 100 >\n";
	struct step_run *row;
	struct stage g;

	subscriber_init(&g, "9.5", "40");
	note_set(&g.u->notes, "source.", g.ps->member, "10000\n90 OPS.T\n");
	stage_printed(&g, text);
	g.scene.performed_ms = 10500;
	g.scene.now_ms = 10550;
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	row = &g.u->runs[LIST_FORWARD][g.ps->index - 1];
	row->started_wall_ms = 1700000000000;
	row->ended_wall_ms = row->started_wall_ms + 3000;
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	stage_done(&g);
}
END_TEST

TCase *
rows_tests(void)
{
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, cached_tables_are_counted_each, 0, ARRAY_SIZE(counts));
	tcase_add_test(tc, counts_are_noted);
	tcase_add_test(tc, without_cached_tables_nothing_is_counted_or_loaded);
	tcase_add_loop_test(tc, cached_rows_are_as_many_or_what_oracle_has, 0, ARRAY_SIZE(sees));
	tcase_add_test(tc, cached_rows_that_are_there_are_told);
	tcase_add_test(tc, rows_are_waited_for_where_they_come_by_themselves);
	tcase_add_test(tc, each_group_is_loaded_and_has_its_state_again);
	tcase_add_test(tc, an_agent_that_is_down_is_told);
	tcase_add_test(tc, tables_are_known_to_be_cached);
	tcase_add_loop_test(tc, a_subscriber_has_what_the_active_has, 0, ARRAY_SIZE(compared));
	tcase_add_test(tc, a_subscriber_that_is_late_is_not_one_that_differs);
	tcase_add_test(tc, a_subscriber_that_is_not_in_memory_is_left_out);
	tcase_add_test(tc, a_subscriber_that_does_not_tell_is_left_out);
	tcase_add_test(tc, a_difference_that_was_told_holds_nobody_up);
	tcase_add_test(tc, tables_that_are_compared);
	return tc;
}
