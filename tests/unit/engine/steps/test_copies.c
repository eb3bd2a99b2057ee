/* What a copy is made of and what is believed of it: memory, rows, policies, sizes, users, schemes. */
#include "tests/unit/engine/steps/check_steps.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/timesten/steps/common.h"
#include "tests/unit/engine/steps/stage.h"

/* ---- memory ---- */

/* clang-format off */
static const struct { const char *what, *policy; enum agent_state agent; const char *command; } unloads[] = {
	{ "manual",		      "manual", AGENT_STOPPED, "ttAdmin -ramUnload" },
	{ "inUse leaves by itself",   "inUse",	AGENT_STOPPED, "" },
	{ "not known: asked",	      "",	AGENT_STOPPED, "ttAdmin -ramUnload" },
	{ "a late agent goes first",  "inUse",	AGENT_RUNNING, "ttAdmin -repStop" },
};
/* clang-format on */

START_TEST(unload_runs_what_its_policy_needs)
{
	struct installation_seen *in;
	struct stage g;
	char *text;

	stage_init(&g, LIST_FORWARD, "9c");
	in = &g.seen[g.ps->member->index].inst[g.ps->installation];
	str_copy(in->ram_policy, sizeof(in->ram_policy), unloads[_i].policy);
	in->replication_agent = unloads[_i].agent;
	text = stage_command(&g);
	ck_assert_msg((unloads[_i].command[0] == '\0') == (text[0] == '\0') &&
		strstr(text, unloads[_i].command) != NULL,
	    "%s: %s", unloads[_i].what, text);
	free(text);
	stage_done(&g);
}
END_TEST

START_TEST(unload_names_who_holds_it)
{
	struct installation_seen *in;
	struct observation *o;
	struct why w = { 0 };
	struct stage g;
	char key[24];

	stage_init(&g, LIST_FORWARD, "9c");
	o = &g.seen[g.ps->member->index];
	in = &o->inst[g.ps->installation];
	in->exists = in->loaded = FACT_YES;
	in->connections = 1;
	str_printf(key, sizeof(key), "holders.%d", g.ps->installation);
	settings_set(&o->details, key, "reports (Process 4410)");
	ck_assert_int_eq(g.ps->step->probe(&g.scene, g.ps, &w), PROBE_TO_DO);
	ck_assert_str_eq(w.seen, "loaded, 1 connection: reports (Process 4410)");
	stage_done(&g);
}
END_TEST

/* ---- a copy in a new place, a release in the old one ---- */

/* clang-format off */
static const struct { const char *what; const struct step *step; const char *note, *noted, *key, *seen; enum fact old_loaded, new_exists; int applications; enum probe says; } offline[] = {
	{ "as many rows",	     &tt_count_again,	"count.A.T", "7", "rows.A.T", "7", FACT_NO,	 FACT_YES, 0,  PROBE_DONE },
	{ "a row less",		     &tt_count_again,	"count.A.T", "7", "rows.A.T", "6", FACT_NO,	 FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "a table less",	     &tt_count_again,	"count.A.T", "7", "rows.A.U", "7", FACT_NO,	 FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "it serves there",	     &tt_see_moved,	"verified.master1", "yes", NULL, NULL, FACT_NO,	 FACT_YES, 0,  PROBE_DONE },
	{ "nobody counted",	     &tt_see_moved,	NULL, NULL, NULL, NULL,		   FACT_NO,	 FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "the old one, too",	     &tt_see_moved,	"verified.master1", "yes", NULL, NULL, FACT_YES, FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "the old one, perhaps",    &tt_see_moved,	"verified.master1", "yes", NULL, NULL, FACT_UNKNOWN, FACT_YES, 0, PROBE_UNKNOWN },
	{ "a free place",	     &tt_place_free,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_NO,  0,  PROBE_DONE },
	{ "a taken place",	     &tt_place_free,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "a place nobody knows",    &tt_place_free,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_UNKNOWN, 0, PROBE_UNKNOWN },
	{ "no size was asked for",   &tt_see_size,	NULL, NULL, "perm_allocated_kib", "65536", FACT_NO, FACT_YES, 0, PROBE_NOT_NEEDED },
	{ "everybody left",	     &tt_see_left,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_YES, 0,  PROBE_DONE },
	{ "somebody stayed",	     &tt_see_left,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_YES, 2,  PROBE_TO_DO },
	{ "not known who",	     &tt_see_left,	NULL, NULL, NULL, NULL,		   FACT_YES,	 FACT_YES, -1, PROBE_UNKNOWN },
	{ "a daemon for us alone",   &tt_daemon_stop,	NULL, NULL, NULL, NULL,		   FACT_NO,	 FACT_YES, 0,  PROBE_TO_DO },
	{ "a daemon of others",	     &tt_daemon_stop,	NULL, NULL, "others.1", "/data/hr", FACT_NO,	 FACT_YES, 0,  PROBE_IMPOSSIBLE },
	{ "a server stops",	     &tt_server_stop,	NULL, NULL, "server.1", "6625",	   FACT_NO,	 FACT_YES, 0,  PROBE_TO_DO },
	{ "a server stopped",	     &tt_server_stop,	NULL, NULL, "server.1", "none",	   FACT_NO,	 FACT_YES, 0,  PROBE_DONE },
	{ "a server not told",	     &tt_server_start,	NULL, NULL, NULL, NULL,		   FACT_NO,	 FACT_YES, 0,  PROBE_UNKNOWN },
	{ "autorefresh is off",	     &tt_refresh_on,	"refresh.A.CG", "on", "cachegroup.A.CG.autorefresh", "off", FACT_NO, FACT_YES, 0, PROBE_TO_DO },
	{ "autorefresh is on",	     &tt_refresh_on,	"refresh.A.CG", "on", "cachegroup.A.CG.autorefresh", "on", FACT_NO, FACT_YES, 0, PROBE_DONE },
};
/* clang-format on */

/* Under the policy manual nobody else loads it, when its daemon was started again meanwhile. */
START_TEST(rows_are_counted_in_memory)
{
	struct installation_seen *in;
	struct stage g;

	stage_init(&g, LIST_FORWARD, "0");
	stage_step(&g, &tt_count);
	g.other.installation = INST_NEW;
	g.seen[0].home = INST_NEW;
	in = &g.seen[0].inst[INST_NEW];
	in->exists = FACT_YES;
	in->loaded = FACT_NO;
	in->changing = FACT_NO;
	str_copy(in->ram_policy, sizeof(in->ram_policy), "manual");
	settings_set(&g.seen[0].details, "rows_total", "7");
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	in->loaded = FACT_YES;
	g.seen[0].at_ms[__builtin_ctz(LOOK_ROWS)] = g.u->walk.entered_ms - 1;
	ck_assert_int_eq(stage_probe(&g), PROBE_UNKNOWN); /* counted before */
	g.seen[0].at_ms[__builtin_ctz(LOOK_ROWS)] = g.u->walk.entered_ms + 1;
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	stage_done(&g);
}
END_TEST

/* The steps are about master1 in its new installation. */
START_TEST(offline_steps_believe_what_was_seen)
{
	struct installation_seen *in;
	struct stage g;
	bool stops = offline[_i].step == &tt_daemon_stop;

	stage_init(&g, LIST_FORWARD, "0");
	stage_step(&g, offline[_i].step);
	g.other.installation = INST_NEW;
	g.seen[0].home = INST_NEW;
	g.seen[0].writable = FACT_YES;
	in = g.seen[0].inst;
	in[INST_OLD].loaded = offline[_i].old_loaded;
	in[INST_NEW].exists = offline[_i].new_exists;
	in[INST_NEW].loaded = stops ? FACT_NO : FACT_YES;
	in[INST_NEW].applications = offline[_i].applications;
	settings_set(&g.seen[0].details, "rows_total", "7");
	g.seen[0].at_ms[__builtin_ctz(LOOK_ROWS)] = g.u->walk.entered_ms + 1;
	if (offline[_i].note != NULL)
		settings_set(&g.u->notes, offline[_i].note, offline[_i].noted);
	if (offline[_i].key != NULL)
		settings_set(&g.seen[0].details, offline[_i].key, offline[_i].seen);
	ck_assert_msg(stage_probe(&g) == offline[_i].says, "%s", offline[_i].what);
	stage_done(&g);
}
END_TEST

/* ---- the RAM policy of the end ---- */

/* clang-format off */
static const struct { const char *what, *asked, *grace, *noted, *noted_grace, *is, *told; bool back; const char *command; enum probe says; } policies[] = {
	{ "nothing asked, nothing known", NULL, NULL, NULL, NULL, "manual", NULL, false, "-ramPolicy inUse -connStr", PROBE_TO_DO },
	{ "as before",		  NULL, NULL, "always", NULL, "manual", NULL, false, "-ramPolicy always -connStr", PROBE_TO_DO },
	{ "it is so",		  NULL, NULL, "always", NULL, "always", NULL, false, "-ramPolicy always -connStr", PROBE_DONE },
	{ "with its grace period", NULL, NULL, NULL, "30", "inuse", "0", false, "-ramPolicy inUse -ramGrace 30", PROBE_TO_DO },
	{ "it has it",		  NULL, NULL, NULL, "30", "inuse", "30", false, "-ramPolicy inUse -ramGrace 30", PROBE_DONE },
	{ "asked for",		  "manual", NULL, "always", NULL, "always", NULL, false, "-ramPolicy manual", PROBE_TO_DO },
	{ "asked for, with a period", "inUse", "7", "always", NULL, "inuse", "30", false, "-ramPolicy inUse -ramGrace 7", PROBE_TO_DO },
	{ "not on the way back",  "manual", NULL, "always", NULL, "manual", NULL, true, "-ramPolicy always", PROBE_TO_DO },
	{ "back to the usual",	  "always", NULL, NULL, NULL, "always", NULL, true, "-ramPolicy inUse", PROBE_TO_DO },
};
/* clang-format on */

START_TEST(ram_policy_is_the_one_asked_for_or_that_of_before)
{
	static const struct step *const steps[] = { &tt_ram_let_go,
		&tt_ram_policy_restore };
	struct stage g;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		stage_init(&g, policies[_i].back ? LIST_UNDO : LIST_FORWARD,
		    policies[_i].back ? "u24" : "20a");
		stage_step(&g, steps[i]);
		g.other.installation = INST_OLD;
		set_if(&g.plan->options, "ram_policy", policies[_i].asked);
		set_if(&g.plan->options, "ram_grace", policies[_i].grace);
		str_printf(g.seen[g.ps->member->index].inst[INST_OLD].ram_policy, 16,
		    "%s", policies[_i].is);
		set_if(&g.seen[g.ps->member->index].details, "ram_grace_s",
		    policies[_i].told);
		if (policies[_i].noted != NULL)
			note_set(&g.u->notes, TT_NOTE_RAM_POLICY, g.ps->member,
			    policies[_i].noted);
		if (policies[_i].noted_grace != NULL)
			note_set(&g.u->notes, TT_NOTE_RAM_GRACE, g.ps->member,
			    policies[_i].noted_grace);
		text = stage_command(&g);
		ck_assert_msg(strstr(text, policies[_i].command) != NULL, "%s: %s",
		    policies[_i].what, text);
		free(text);
		ck_assert_msg(stage_probe(&g) == policies[_i].says ||
			(policies[_i].says == PROBE_DONE &&
			    stage_probe(&g) == PROBE_NOT_NEEDED),
		    "%s", policies[_i].what);
		stage_done(&g);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *what, *is, *grace; bool patch; enum probe says; } held[] = {
	{ "always",		       "Always", NULL, false, PROBE_TO_DO },
	{ "inUse, destroyed next",     "inUse",	 NULL, false, PROBE_NOT_NEEDED },
	{ "inUse with a period",       "inUse",	 "30", false, PROBE_TO_DO },
	{ "inUse, opened again",       "inUse",	 NULL, true,  PROBE_TO_DO },
	{ "manual already",	       "manual", NULL, true,  PROBE_NOT_NEEDED },
	{ "enduring",		       "enduring", NULL, true, PROBE_NOT_NEEDED },
	{ "not told",		       "",	 NULL, true,  PROBE_NOT_NEEDED },
};
/* clang-format on */

START_TEST(memory_is_held_while_another_release_comes)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "3a");
	stage_step(&g, &tt_ram_policy_manual);
	if (held[_i].patch)
		g.plan->to = g.plan->from, g.plan->to.part[3]++;
	str_printf(g.seen[g.ps->member->index].inst[INST_OLD].ram_policy, 16, "%s",
	    held[_i].is);
	if (held[_i].grace != NULL)
		note_set(&g.u->notes, TT_NOTE_RAM_GRACE, g.ps->member, held[_i].grace);
	ck_assert_msg(stage_probe(&g) == held[_i].says, "%s", held[_i].what);
	/* and whatever it did is taken back */
	ck_assert(held[_i].says != PROBE_TO_DO || str_equal_nocase(held[_i].is, "always") ||
	    tt_ram_policy_restore.needed(&g.scene, g.ps));
	stage_done(&g);
}
END_TEST

START_TEST(a_grace_period_is_noted_from_either_source)
{
	static const char *const keys[] = { "grace_s", "ram_grace_s" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct settings notes = { 0 };
		struct stage g;

		stage_init(&g, LIST_FORWARD, "0");
		str_copy(g.seen[1].inst[INST_OLD].ram_policy, 16, "inUse");
		settings_set(&g.seen[1].details, keys[i], "3600");
		tt_remember.learn(&g.scene, g.ps, &notes);
		ck_assert_str_eq(settings_get(&notes, TT_NOTE_RAM_GRACE "master2"), "3600");
		settings_done(&notes);
		stage_done(&g);
	}
}
END_TEST

/* ---- the word for the layout of tables, by release ---- */

/* clang-format off */
static const struct { const char *release; const struct step *step; const char *word, *never; } layouts[] = {
	{ "7.0.5.1.0",	 &tt_migrate_in,	"ttMigrate -r -C",		"Upgrade" },
	{ "11.2.1.9.0",	 &tt_migrate_in,	"ttMigrate -r -C",		"Upgrade" },
	{ "11.2.2.8.35", &tt_migrate_in,	"ttMigrate -r -exactUpgrade",	"elaxed" },
	{ "26.1.1.1.0",	 &tt_migrate_in,	"ttMigrate -r -exactUpgrade",	"elaxed" },
	{ "11.2.1.9.0",	 &tt_migrate_in_alone,	"ttMigrate -r -noRepUpgrade",	"exact" },
	{ "11.2.2.8.35", &tt_migrate_in_alone,	"ttMigrate -r -relaxedUpgrade",	"noRep" },
	{ "11.2.1.9.0",	 &tt_migrate_out_alone,	"ttMigrate -c -noRepUpgrade",	"exact" },
	{ "11.2.2.8.35", &tt_migrate_out_alone,	"ttMigrate -c -connStr",	"Upgrade" },
	{ "11.2.2.8.35", &tt_migrate_out,	"ttMigrate -c -connStr",	"Upgrade" },
};
/* clang-format on */

START_TEST(ttmigrate_is_told_how_tables_are_laid_out)
{
	struct ud_error err;
	struct stage g;
	char *text;

	stage_init(&g, LIST_FORWARD, "3f");
	stage_step(&g, layouts[_i].step);
	ck_assert_int_eq(release_parse(layouts[_i].release, &g.plan->to, &err), 0);
	g.plan->from = g.plan->to;
	text = stage_command(&g);
	ck_assert_msg(strstr(text, layouts[_i].word) != NULL &&
		strstr(text, layouts[_i].never) == NULL,
	    "%s: %s", layouts[_i].release, text);
	free(text);
	stage_done(&g);
}
END_TEST

/* ---- what options give a new database ---- */

START_TEST(a_new_database_gets_the_size_that_was_asked_for)
{
	static const char *const numbers[] = { "3f", "13", "18" };
	struct stage g;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		stage_init(&g, LIST_FORWARD, numbers[i]);
		text = stage_command(&g);
		ck_assert_ptr_null(strstr(text, "PermSize"));
		free(text);
		settings_set(&g.plan->options, "perm_size", "64");
		text = stage_command(&g);
		ck_assert_msg(strstr(text, ";PermSize=64") != NULL, "%s", text);
		free(text);
		stage_done(&g);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *kib; enum probe says; } sizes[] = {
	{ "65536", PROBE_DONE }, { "65530", PROBE_DONE }, { "32768", PROBE_IMPOSSIBLE },
	{ "131072", PROBE_IMPOSSIBLE }, { NULL, PROBE_NOT_NEEDED },
};
/* clang-format on */

START_TEST(a_copy_has_the_size_that_was_asked_for)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "0");
	stage_step(&g, &tt_see_size);
	settings_set(&g.plan->options, "perm_size", "64");
	set_if(&g.seen[0].details, "perm_allocated_kib", sizes[_i].kib);
	ck_assert_int_eq(stage_probe(&g), sizes[_i].says);
	stage_done(&g);
}
END_TEST

/* ---- ADMIN for the time of the upgrade ---- */

/* clang-format off */
static const struct { const char *what; const struct step *step; const char *asked, *noted, *admins; bool touched; enum probe says; } admins[] = {
	{ "everybody has not",	  &tt_grant_admin,  "public", NULL, "PAT",	  false, PROBE_TO_DO },
	{ "everybody had before", &tt_grant_admin,  "public", NULL, "PAT PUBLIC", false, PROBE_NOT_NEEDED },
	{ "everybody has, by us", &tt_grant_admin,  "public", NULL, "PAT PUBLIC", true,  PROBE_DONE },
	{ "the user has not",	  &tt_grant_admin,  "user",   NULL, "PUBLIC ADMX", false, PROBE_TO_DO },
	{ "the user has",	  &tt_grant_admin,  "user",   NULL, "ADM",	  true,	 PROBE_DONE },
	{ "not told who has",	  &tt_grant_admin,  "user",   NULL, NULL,	  false, PROBE_TO_DO },
	{ "nothing was granted",  &tt_revoke_admin, "public", NULL, "PUBLIC",	  false, PROBE_NOT_NEEDED },
	{ "it stands",		  &tt_revoke_admin, "public", "PUBLIC", "PUBLIC", false, PROBE_TO_DO },
	{ "it was taken back",	  &tt_revoke_admin, "public", "PUBLIC", "PAT",	  false, PROBE_DONE },
	{ "it came with a copy",  &tt_revoke_admin_copy, "user", "adm", "ADM",	  false, PROBE_TO_DO },
};
/* clang-format on */

START_TEST(admin_is_granted_and_taken_back)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "12");
	stage_step(&g, admins[_i].step);
	settings_set(&g.plan->options, "grant_admin", admins[_i].asked);
	set_if(&g.u->notes, "granted", admins[_i].noted);
	set_if(&g.seen[g.ps->member->index].details, "admins", admins[_i].admins);
	g.u->runs[g.ps->list][g.ps->index].touched = admins[_i].touched;
	ck_assert_msg(stage_probe(&g) == admins[_i].says, "%s: %d", admins[_i].what,
	    stage_probe(&g));
	stage_done(&g);
}
END_TEST

/* Not to a release of today, which has users already; with a password that is asked for. */
START_TEST(the_user_of_the_duplicate_is_created_where_none_came_along)
{
	struct command c;
	struct stage g;
	char *text;

	stage_init(&g, LIST_FORWARD, "12");
	ck_assert(!g.ps->step->needed(&g.scene, g.ps));
	g.plan->from = (struct release){ { 7, 0, 5, 1, 0 }, 5 };
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	command_init(&c);
	g.ps->step->build(&g.scene, g.ps, &c);
	text = command_text(&c);
	ck_assert_ptr_nonnull(strstr(text, "ttIsql"));
	ck_assert_ptr_nonnull(c.password_file);
	ck_assert_str_eq(c.user, g.site.pair.duplicate.user);
	free(text);
	command_done(&c);
	stage_done(&g);
}
END_TEST

/* ---- what ttMigrate kept of schemes ---- */

/* Names decide, in the order of their numbers; what one of two does not tell is no difference. */
START_TEST(kept_schemes_are_compared)
{
	static const char *const details[][2] = {
		{ "history_schemes",
		    "TTREP_SCHEMA_VERSION_005 TTREP_SCHEMA_VERSION_004" },
		{ "history.TTREP_SCHEMA_VERSION_004.tables", "TTSTORES REPTABLES" },
		{ "history.TTREP_SCHEMA_VERSION_004.stores", "A@H:0 B@H:2" },
		{ "history.TTREP_SCHEMA_VERSION_004.members", "OPS.T" },
		{ "history.TTREP_SCHEMA_VERSION_005.stores", "B@H:2 A@H:1" },
		{ "history.TTREP.stores", "A@H:1 B@H:2" },
	};
	struct settings notes = { 0 };
	struct stage g;
	char *text;

	stage_init(&g, LIST_FORWARD, "4b1");
	ck_assert_int_eq(stage_probe(&g), PROBE_NOT_NEEDED);
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		settings_set(&g.seen[1].details, details[i][0], details[i][1]);
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	g.ps->step->learn(&g.scene, g.ps, &notes);
	ck_assert_str_eq(settings_get(&notes,
			     "record.scheme.master2.TTREP_SCHEMA_VERSION_004"),
	    "master2: TTREP_SCHEMA_VERSION_004 (TTSTORES, REPTABLES), compared with 005: it "
	    "differs; only in 004: A@H:0; only in 005: A@H:1");
	ck_assert_str_eq(settings_get(&notes,
			     "record.scheme.master2.TTREP_SCHEMA_VERSION_005"),
	    "master2: TTREP_SCHEMA_VERSION_005 (tables not known), compared with the scheme of "
	    "today: the same");
	settings_done(&notes);

	stage_step(&g, &tt_drop_schemes);
	text = stage_command(&g);
	ck_assert_str_eq(text,
	    "DROP TABLE TTREP_SCHEMA_VERSION_004.TTSTORES;\n"
	    "DROP TABLE TTREP_SCHEMA_VERSION_004.REPTABLES;\n");
	free(text);
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	stage_done(&g);
}
END_TEST

TCase *
copies_tests(void)
{
	TCase *tc = tcase_create("copies");

	tcase_add_loop_test(tc, unload_runs_what_its_policy_needs, 0,
	    ARRAY_SIZE(unloads));
	tcase_add_test(tc, unload_names_who_holds_it);
	tcase_add_test(tc, rows_are_counted_in_memory);
	tcase_add_loop_test(tc, offline_steps_believe_what_was_seen, 0,
	    ARRAY_SIZE(offline));
	tcase_add_loop_test(tc, ram_policy_is_the_one_asked_for_or_that_of_before, 0,
	    ARRAY_SIZE(policies));
	tcase_add_loop_test(tc, memory_is_held_while_another_release_comes, 0, ARRAY_SIZE(held));
	tcase_add_test(tc, a_grace_period_is_noted_from_either_source);
	tcase_add_loop_test(tc, ttmigrate_is_told_how_tables_are_laid_out, 0, ARRAY_SIZE(layouts));
	tcase_add_test(tc, a_new_database_gets_the_size_that_was_asked_for);
	tcase_add_loop_test(tc, a_copy_has_the_size_that_was_asked_for, 0,
	    ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, admin_is_granted_and_taken_back, 0, ARRAY_SIZE(admins));
	tcase_add_test(tc, the_user_of_the_duplicate_is_created_where_none_came_along);
	tcase_add_test(tc, kept_schemes_are_compared);
	return tc;
}
