/*
 * The major upgrade: its plan as a page, what abort does, and how its steps judge what their
 * commands said. When the page is meant to change: UPDATE=1 check_postgres writes it anew.
 */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/postgres.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/plan/expand.h"
#include "tests/lib/golden.h"
#include "tests/unit/engine/postgres/pg_pair.h"

static struct pg_pair world;
static struct observation seen[PAIR_MEMBERS];
static struct plan *plan;
static struct upgrade *upgrade;

static void
see(int index, enum role role, enum fact writable)
{
	struct observation *o = &seen[index];

	observation_init(o);
	o->role = role;
	o->writable = writable;
	o->reachable = FACT_YES;
	o->home = PAIR_OLD;
	o->running = (struct release){ { 15, 20 }, 2 };
	o->inst[PAIR_OLD].release = o->running;
	o->inst[PAIR_NEW].release = (struct release){ { 17, 12 }, 2 };
}

static void
setup(void)
{
	struct plan_request rq = { .procedure = "asp-major" };
	struct ud_error err;

	pg_pair_init(&world);
	world.engine = postgres;
	see(PAIR_A, ROLE_ACTIVE, FACT_YES);
	see(PAIR_B, ROLE_STANDBY, FACT_NO);
	see(PAIR_R1, ROLE_SUBSCRIBER, FACT_NO);
	rq.to = (struct release){ { 17, 12 }, 2 };
	ck_assert_msg(plan_expand(&world.pair, seen, &rq, &plan, &err) == 0, "%s",
	    err.text);
	upgrade = upgrade_new(plan);
	upgrade->id = 7;
}

static void
teardown(void)
{
	upgrade_free(upgrade);
	plan_free(plan);
	for (int i = 0; i < PAIR_MEMBERS; i++)
		observation_done(&seen[i]);
	pg_pair_done(&world);
}

static const struct plan_step *
row(enum plan_list list, const char *number)
{
	const struct plan_step *ps =
	    plan_step_at(plan, list, plan_find(plan, list, number));

	ck_assert_msg(ps != NULL, "no row %s", number);
	return ps;
}

static void
note(const char *key, const char *value)
{
	settings_set(&upgrade->notes, key, value);
}

/* ---- the page ---- */

static void
page_step(struct buf *b, const struct plan_step *ps)
{
	static const struct { unsigned flag; const char *word; } words[] = {
		{ ROW_OPENS_PAUSE, "opens-pause" }, { ROW_CLOSES_PAUSE, "closes-pause" },
		{ ROW_ACTIVATES, "activates" }, { ROW_FENCES, "fences" },
		{ ROW_DESTROYS, "destroys" }, { ROW_NO_RETURN, "no-return" },
		{ ROW_OFF_LIMITS, "off-limits" }, { ROW_HOLDS_SWAP, "holds-swap" }, { ROW_COMMITS, "commits" },
		{ ROW_NEEDS_PROOF, "needs-proof" }, { ROW_MAY_FAIL, "may-fail" },
		{ ROW_NOT_LATER, "not-later" },
	};
	char title[160];

	plan_step_title(ps, title, sizeof(title));
	buf_addf(b, "%-6s %s", ps->number, title);
	if (ps->row->gate != NULL)
		buf_addf(b, " [gate %s]", ps->row->gate);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if ((ps->row->flags & words[i].flag) != 0)
			buf_addf(b, " (%s)", words[i].word);
	if (ps->row->from != NULL)
		buf_addf(b, " <%s..%s>", ps->row->from,
		    ps->row->until != NULL ? ps->row->until : ps->row->from);
	buf_adds(b, "\n");
}

static void
page_command(struct buf *b, const struct plan_step *ps)
{
	char *command = plan_step_command(plan, ps, seen);

	for (char *c = command; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	if (command[0] != '\0')
		buf_addf(b, "       $ %s\n", command);
	free(command);
}

START_TEST(is_this_page)
{
	struct buf b = { 0 };

	for (int l = 0; l < LISTS; l++) {
		buf_addf(&b, "%s%s:\n", l > 0 ? "\n" : "", plan_list_name((enum plan_list)l));
		for (int i = 0; i < plan->lists[l].count; i++) {
			page_step(&b, &plan->lists[l].items[i]);
			if (l == LIST_FORWARD)
				page_command(&b, &plan->lists[l].items[i]);
		}
	}
	golden_check("tests/unit/engine/postgres/asp-major.txt", buf_text(&b));
	buf_done(&b);
}
END_TEST

/* A row of an undo table that names a row which is not there would never run. */
START_TEST(every_range_is_found)
{
	for (int l = LIST_UNDO; l < LISTS; l++)
		for (int i = 0; i < plan->lists[l].count; i++) {
			const struct plan_step *ps = &plan->lists[l].items[i];

			ck_assert_msg(ps->from >= 0 && ps->until >= ps->from, "%s",
			    ps->number);
		}
}
END_TEST

/* ---- what commands said ---- */

static struct scene
scene_of(struct outcome *o, int status, const char *output)
{
	*o = (struct outcome){ .ending = ENDING_EXITED,
		.status = status,
		.output = mem_strdup(output) };
	return (struct scene){ .plan = plan,
		.upgrade = upgrade,
		.seen = seen,
		.outcome = o,
		.verdict = status == 0 ? VERDICT_OK : VERDICT_STOP };
}

/* clang-format off */
static const struct { const char *what, *number; int status; const char *output; enum probe probe; } said[] = {
	{ "as many slots as databases",	       "2b", 0, "made\tx\t0/1\nslots\t2\t0/500\n",	  PROBE_DONE },
	{ "a slot without a position",	       "2b", 0, "slots\t1\t0/500\n",			  PROBE_TO_DO },
	{ "a transaction in the way",	       "2b", 1, "waits for\t99\tapp\tshop\t00:09\n",	  PROBE_TO_DO },
	{ "nobody in the way",		       "2.3", 0, "",					  PROBE_DONE },
	{ "a transaction before the standby is stopped", "2.3", 0, "waits for\t99\tapp\tshop\t00:09\t\n", PROBE_TO_DO },
	{ "one that is prepared",	       "2.3", 0, "waits for\t\\N\tapp\tshop\t00:09\tgid\n", PROBE_TO_DO },
	{ "recovered to the position",	       "2d", 0, "recovery\tf\t0/500\n",			  PROBE_DONE },
	{ "still on its way",		       "2d", 0, "recovery\tt\t0/400\n",			  PROBE_TO_DO },
	{ "recovered beyond it",	       "2d", 0, "recovery\tf\t0/508\n",			  PROBE_IMPOSSIBLE },
	{ "its server is gone",		       "2d", 2, "psql: error: no such file\n",		  PROBE_TO_DO },
	{ "compatible",			       "1n", 0, "*Clusters are compatible*\n",		  PROBE_DONE },
	{ "refused",			       "1n", 1, "fatal\n",				  PROBE_TO_DO },
	{ "the owner is not let in",	       "1n", 1, "connection to server on socket failed\n", PROBE_NOT_NEEDED },
	{ "close behind",		       "4d", 0, "behind\t2\t0\t900\t\\N\t0\n",		  PROBE_DONE },
	{ "far behind",			       "4d", 0, "behind\t2\t0\t9000000\t\\N\t0\n",	  PROBE_TO_DO },
	{ "a slot that nobody reads",	       "4d", 0, "behind\t2\t1\t900\tshop\t0\n",		  PROBE_TO_DO },
	{ "a slot that was lost",	       "4d", 0, "behind\t2\t1\t\\N\tshop\t1\n",		  PROBE_IMPOSSIBLE },
	{ "a slot that was dropped",	       "4d", 0, "behind\t1\t0\t900\t\\N\t0\n",		  PROBE_IMPOSSIBLE },
	{ "the same tables",		       "5.2", 0, "compared\tshop\ncompared\tcrm\n",					  PROBE_DONE },
	{ "another column",		       "5.2", 0, "differs\tshop\ttable app.t\thas other columns\t0\n", PROBE_IMPOSSIBLE },
	{ "a list of definitions under way",   "5.2", 0, "not there\tshop\n",			  PROBE_TO_DO },
	{ "sequences are ahead",	       "5d", 0, "ahead\tshop\t3\nahead\tcrm\t1\n",	  PROBE_DONE },
	{ "a list that did not arrive",	       "5d", 0, "ahead\tshop\t3\nnot there\tcrm\t0\n",	  PROBE_TO_DO },
	{ "seen in every database",	       "5f", 0, "seen\tshop\t0/600\t0\nseen\tcrm\t0/610\t0\n", PROBE_DONE },
	{ "not in one of them",		       "5f", 0, "seen\tshop\t0/600\t0\nnot seen\tcrm\t\\N\t0\n", PROBE_TO_DO },
	{ "no sequence is behind",	       "6",  0, "",					  PROBE_DONE },
	{ "a sequence is behind",	       "6",  0, "behind\tpublic.s\t3\t10\t\\N\n",	  PROBE_IMPOSSIBLE },
};
/* clang-format on */

START_TEST(judged_by_what_was_said)
{
	const struct plan_step *ps = row(LIST_FORWARD, said[_i].number);
	struct why w = { 0 };
	struct outcome o;
	struct scene s = scene_of(&o, said[_i].status, said[_i].output);
	enum probe probe;

	note(MAJOR_NOTE_DATABASES, "16385 shop\n16386 crm");
	note(MAJOR_NOTE_UP_LSN, "0/500");
	probe = ps->step->probe(&s, ps, &w);
	ck_assert_msg(probe == said[_i].probe, "%s: %d, %s", said[_i].what, probe, w.seen);
	ck_assert_msg(probe == PROBE_DONE || probe == PROBE_NOT_NEEDED || w.seen[0] != '\0',
	    "%s: not said what was seen", said[_i].what);
	outcome_done(&o);
}
END_TEST

static const struct {
	const char *output, *seen;
} differences[] = {
	{ "differs\tshop\ttable app.t\thas other columns\t0\n",
	    "table app.t in shop has other columns" },
	{ "differs\tshop\tfunction app.f(integer)\tis there alone\t2\n",
	    "function app.f(integer) in shop is not on a, and 2 more" },
	{ "differs\tshop\trole late\tis not there\t0\n", "role late is not there" },
};

START_TEST(a_definition_that_differs_is_named)
{
	const struct plan_step *ps = row(LIST_FORWARD, "5.2");
	struct why w = { 0 };
	struct outcome o;
	struct scene s = scene_of(&o, 0, differences[_i].output);

	ck_assert_int_eq(ps->step->probe(&s, ps, &w), PROBE_IMPOSSIBLE);
	ck_assert_str_eq(w.seen, differences[_i].seen);
	outcome_done(&o);
}
END_TEST

/* Every second attempt asks the other side; what fails again and again is for a person. */
START_TEST(a_stream_that_stops_says_why)
{
	static const char *const rows[] = { "4d", "5.2", "5d", "5f" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct plan_step *ps = row(LIST_FORWARD, rows[i]);
		struct why w = { 0 };
		struct outcome o;
		struct scene s = scene_of(&o, 0, "error\tduplicate key\ncontext\tKey (1)\n");
		struct command c;

		upgrade->walk.round_tries = 2;
		command_init(&c);
		ps->step->build(&s, ps, &c);
		ck_assert_str_eq(c.member->name, "b");
		ck_assert_msg(ps->step->varies, "%s", rows[i]);
		ck_assert_msg(strstr(c.statements, "pg_new_error '/var/lib/postgresql/17/b'") !=
			NULL,
		    "%s: %s", rows[i], c.statements);
		command_done(&c);
		ck_assert_int_eq(ps->step->probe(&s, ps, &w), PROBE_IMPOSSIBLE);
		ck_assert_str_eq(w.seen, "b stopped: duplicate key; Key (1)");
		ck_assert_str_ne(w.remedy, "");
		outcome_done(&o);
		s = scene_of(&o, 0, "");
		ck_assert_int_eq(ps->step->probe(&s, ps, &w), PROBE_TO_DO);
		outcome_done(&o);
	}
}
END_TEST

/* After a restart nobody knows whether the attempt whose end is found did the work or asked why. */
START_TEST(what_asked_why_is_no_evidence)
{
	static const char *const rows[] = { "4d", "5.2", "5d", "5f", "5k" };
	static const char *const said_by[] = { "", "error\tduplicate key\ncontext\tKey (1)\n" };

	note(MAJOR_NOTE_DATABASES, "16385 shop\n16386 crm");
	upgrade->walk.round_tries = 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t k = 0; k < ARRAY_SIZE(said_by); k++) {
			const struct plan_step *ps = row(LIST_FORWARD, rows[i]);
			struct why w = { 0 };
			struct outcome o;
			struct scene s = scene_of(&o, 0, said_by[k]);

			ck_assert_msg(ps->step->probe(&s, ps, &w) == PROBE_TO_DO, "%s: %s",
			    rows[i], said_by[k]);
			outcome_done(&o);
		}
}
END_TEST

/* A standby goes by the name that it has now, whoever it was before. */
/* clang-format off */
static const struct { const char *was, *now; } names[] = {
	{ "b",				"SET synchronous_standby_names = 'a'" },
	{ "FIRST 1 (B, elsewhere)",	"SET synchronous_standby_names = 'FIRST 1 (a, elsewhere)'" },
	{ "ANY 2 (\"b\", third, bb)",	"SET synchronous_standby_names = 'ANY 2 (\"a\", r1, bb)'" },
	{ "*",				"SET synchronous_standby_names = '*'" },
};
/* clang-format on */

START_TEST(commits_wait_for_whom_they_waited)
{
	const struct plan_step *ps = row(LIST_FORWARD, "6u");
	struct scene s = { .plan = plan, .upgrade = upgrade, .seen = seen };
	struct command c;

	ck_assert(!ps->step->needed(&s, ps));
	note("pg.was.a.synchronous_standby_names", names[_i].was);
	note("pg.application.r1", "third");
	ck_assert(ps->step->needed(&s, ps));
	command_init(&c);
	ps->step->build(&s, ps, &c);
	ck_assert_msg(strstr(c.statements, names[_i].now) != NULL, "%s", c.statements);
	command_done(&c);
}
END_TEST

/* Nothing was run yet: nothing is believed. */
START_TEST(nothing_is_done_before_it_was_run)
{
	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		const struct plan_step *ps = row(LIST_FORWARD, said[i].number);
		struct scene s = { .plan = plan, .upgrade = upgrade, .seen = seen };
		struct why w = { 0 };

		ck_assert_msg(ps->step->probe(&s, ps, &w) == PROBE_TO_DO, "%s",
		    said[i].number);
	}
}
END_TEST

static const char survey[] =
    "superuser\tpostgres\nsysid\t7000\n"
    "locale\tUTF8\tC.UTF-8\tC.UTF-8\ti\tde-AT\t\\N\n"
    "setting\tdata_checksums\ton\nsetting\tdata_directory_mode\t0750\n"
    "setting\twal_segment_size\t1048576\n"
    "database\t16385\tshop\ndatabase\t16386\tthe crm\n";

START_TEST(a_new_cluster_is_made_like_the_old_one)
{
	const struct plan_step *ps = row(LIST_FORWARD, "1");
	struct outcome o;
	struct scene s = scene_of(&o, 0, survey);
	struct command c;
	char *text;

	ps->step->learn(&s, ps, &upgrade->notes);
	outcome_done(&o);
	ck_assert_str_eq(pg_step_note(&s, MAJOR_NOTE_SYSID), "7000");
	ck_assert_str_eq(pg_step_note(&s, MAJOR_NOTE_DATABASES),
	    "16385 shop\n16386 the crm");
	s.outcome = NULL;
	ps = row(LIST_FORWARD, "1l");
	command_init(&c);
	ps->step->build(&s, ps, &c);
	text = command_text(&c);
	ck_assert_str_eq(text,
	    "/usr/lib/postgresql/17/bin/initdb --pgdata=/var/lib/postgresql/17/b"
	    " --username=postgres --auth-local=peer --auth-host=reject --no-sync"
	    " --encoding=UTF8 --lc-collate=C.UTF-8 --lc-ctype=C.UTF-8"
	    " --locale-provider=icu --icu-locale=de-AT --data-checksums"
	    " --allow-group-access --wal-segsize=1");
	free(text);
	command_done(&c);
}
END_TEST

/* What the swap proves, and where the stream back begins. */
START_TEST(P2_no_loss_proof_is_the_row_in_every_database)
{
	const struct plan_step *ps = row(LIST_FORWARD, "5k");
	struct outcome o;
	struct scene s = scene_of(&o, 0,
	    "seen\tshop\t0/600\t0\t1/90\nseen\tcrm\t0/610\t2\t0/F0\n");

	ps->step->learn(&s, ps, &upgrade->notes);
	ck_assert_str_eq(pg_step_note(&s, PG_NOTE_PROOF), "a");
	ck_assert_str_eq(pg_step_note(&s, MAJOR_NOTE_DOWN_LSN), "1/90");
	ck_assert_str_eq(pg_step_note(&s, MAJOR_NOTE_PROOF),
	    "shop to 0/600, crm to 0/610");
	outcome_done(&o);
	/* On the way back it is the other one that has everything, and no stream begins. */
	ps = row(LIST_UNDO, "u5b");
	s = scene_of(&o, 0, "seen\tshop\t2/600\t0\t0/7\n");
	ps->step->learn(&s, ps, &upgrade->notes);
	ck_assert_str_eq(pg_step_note(&s, PG_NOTE_PROOF), "b");
	ck_assert_str_eq(pg_step_note(&s, MAJOR_NOTE_DOWN_LSN), "1/90");
	outcome_done(&o);
}
END_TEST

/* What was not empty when we came is never cleaned up. */
START_TEST(P3_destroy_last_only_what_was_claimed_is_emptied)
{
	static const char *const rows[] = { "1l", "6k", "6p" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct plan_step *ps = row(LIST_FORWARD, rows[i]);
		struct scene s = { .plan = plan, .upgrade = upgrade, .seen = seen };
		struct command c;

		command_init(&c);
		ps->step->clean_up(&s, ps, &c);
		ck_assert_int_eq(c.kind, COMMAND_NONE);
		pg_step_note_set(&upgrade->notes, MAJOR_NOTE_CLAIMED, ps->member, "x");
		ps->step->clean_up(&s, ps, &c);
		ck_assert_int_eq(c.kind, COMMAND_SHELL);
		command_done(&c);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *what; struct release from, to; bool apart, applies; } pairs[] = {
	{ "two majors",		      { { 15, 20 }, 2 }, { { 17, 12 }, 2 }, true,  true },
	{ "one major",		      { { 15, 18 }, 2 }, { { 15, 20 }, 2 }, true,  false },
	{ "backwards",		      { { 17, 12 }, 2 }, { { 15, 20 }, 2 }, true,  false },
	{ "no room for the new one",  { { 15, 20 }, 2 }, { { 17, 12 }, 2 }, false, false },
};
/* clang-format on */

START_TEST(applies_to)
{
	char text[200] = "";

	if (!pairs[_i].apart)
		settings_unset(&world.members[PAIR_R1].settings, "data_new");
	ck_assert_msg(plan->procedure->applies(&world.pair, &pairs[_i].from, &pairs[_i].to,
			  text, sizeof(text)) == pairs[_i].applies,
	    "%s: %s", pairs[_i].what, text);
	ck_assert_msg(pairs[_i].applies || text[0] != '\0', "%s: no reason",
	    pairs[_i].what);
}
END_TEST

TCase *
major_tests(void)
{
	TCase *tc = tcase_create("major");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, is_this_page);
	tcase_add_test(tc, every_range_is_found);
	tcase_add_loop_test(tc, a_definition_that_differs_is_named, 0,
	    ARRAY_SIZE(differences));
	tcase_add_test(tc, a_stream_that_stops_says_why);
	tcase_add_test(tc, what_asked_why_is_no_evidence);
	tcase_add_loop_test(tc, commits_wait_for_whom_they_waited, 0, ARRAY_SIZE(names));
	tcase_add_loop_test(tc, judged_by_what_was_said, 0, ARRAY_SIZE(said));
	tcase_add_test(tc, nothing_is_done_before_it_was_run);
	tcase_add_test(tc, a_new_cluster_is_made_like_the_old_one);
	tcase_add_test(tc, P2_no_loss_proof_is_the_row_in_every_database);
	tcase_add_test(tc, P3_destroy_last_only_what_was_claimed_is_emptied);
	tcase_add_loop_test(tc, applies_to, 0, ARRAY_SIZE(pairs));
	return tc;
}
