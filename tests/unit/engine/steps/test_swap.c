/* The swap of a pair: the drain, its proof, who is activated, the guard of the fence. */
#include "tests/unit/engine/steps/check_steps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/engine/timesten/steps/common.h"
#include "tests/unit/engine/steps/stage.h"

/* ---- drain ---- */

/* clang-format off */
static const struct { const char *what; char text[80]; const char *marker; enum probe says; } drains[] = {
	{ "everything is there",	  "< 3, 100, 3, 100, 3, 0 >\n< 00 >\n", "upgraded-7-6-0", PROBE_DONE },
	{ "not acknowledged",		  "< 3, 100, 3, 100, 3, 0 >\n< 01 >\n", "upgraded-7-6-0", PROBE_TO_DO },
	{ "00, but no marker: a lie",	  "< 3, 100, 3, 100, 3, 0 >\n< 00 >\n", "",		  PROBE_UNKNOWN },
	{ "00, the marker of before",	  "< 3, 100, 3, 100, 3, 0 >\n< 00 >\n", "upgraded-7-4b-1", PROBE_UNKNOWN },
	{ "cut off before the wait",	  "< 3, 100, 3, 100, 3, 0 >\n",		"upgraded-7-6-0", PROBE_TO_DO },
	{ "nothing printed",		  "",					"upgraded-7-6-0", PROBE_TO_DO },
};
/* clang-format on */

START_TEST(P2_no_loss_drain_needs_two_witnesses)
{
	struct stage g;
	char text[80];

	stage_init(&g, LIST_FORWARD, "6");
	str_copy(text, sizeof(text), drains[_i].text);
	stage_printed(&g, text);
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), drains[_i].marker);
	ck_assert_msg(stage_probe(&g) == drains[_i].says, "%s", drains[_i].what);
	stage_done(&g);
}
END_TEST

/* A pair with RETURN TWOSAFE refuses a marker that is committed by AutoCommit (TT8099). */
START_TEST(P2_no_loss_marker_under_twosafe)
{
	static const char *const order[] = { "autocommit 0;", "delete from",
		"insert into", "commit;", "autocommit 1;", "ttRepSubscriberWait" };
	struct stage g;
	const char *at;
	char *text;

	stage_init(&g, LIST_FORWARD, "6");
	text = stage_command(&g);
	ck_assert_ptr_null(strstr(text, "autocommit"));
	free(text);
	settings_set(&g.seen[1].details, "return_service", "twosafe");
	at = text = stage_command(&g);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		ck_assert_msg(at != NULL, "%s in %s", order[i], text);
	}
	free(text);
	stage_done(&g);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *state; enum role role; int64_t now_ms; enum probe says; const char *text; } catches[] = {
	{ "on its way",		"start",  ROLE_RECOVERING, 200000, PROBE_TO_DO,	     "recovering" },
	{ "it begins",		"failed", ROLE_IDLE,	   20000,  PROBE_TO_DO,	     "idle" },
	{ "it never follows",	"failed", ROLE_IDLE,	   200000, PROBE_IMPOSSIBLE, "idle, and master1 keeps no log for it" },
	{ "told so meanwhile",	"stop",	  ROLE_IDLE,	   200000, PROBE_IMPOSSIBLE, "keeps no log for it" },
	{ "it follows",		"failed", ROLE_RECOVERING, 200000, PROBE_TO_DO,	     "recovering" },
	{ "not connected yet",	"start",  ROLE_IDLE,	   200000, PROBE_TO_DO,	     "idle" },
	{ "it is there",	"start",  ROLE_STANDBY,	   200000, PROBE_DONE,	     "" },
};
/* clang-format on */

/* What FAILTHRESHOLD gave up does not come by waiting for hours. */
START_TEST(a_standby_that_was_given_up_is_not_waited_for)
{
	struct why w = { 0 };
	struct stage g;
	struct peer_seen *peer;

	stage_init(&g, LIST_FORWARD, "4a");
	peer = observation_peer_add(&g.seen[0]);
	str_copy(peer->store, sizeof(peer->store), "MASTER2");
	str_copy(peer->state, sizeof(peer->state), catches[_i].state);
	g.seen[1].role = catches[_i].role;
	g.seen[1].inst[g.ps->installation].replication_agent = AGENT_RUNNING;
	g.scene.now_ms = catches[_i].now_ms;
	ck_assert_msg(g.ps->step->probe(&g.scene, g.ps, &w) == catches[_i].says, "%s: %s",
	    catches[_i].what, w.seen);
	ck_assert_msg(strstr(w.seen, catches[_i].text) != NULL, "%s: %s", catches[_i].what, w.seen);
	stage_done(&g);
}
END_TEST

/* Who has a transaction open is no matter of the link, and said also while it is tried again. */
START_TEST(a_drain_that_is_refused_says_why)
{
	char open[] = "< 3, 100, 3, 100, 3, 0 >\n 8173: A transaction is open on this database\n";
	char down[] = "< 3, 100, 3, 100, 3, 0 >\n 8093: The agent must be running\n";
	struct why w = { 0 };
	struct stage g;

	stage_init(&g, LIST_FORWARD, "6");
	g.scene.verdict = VERDICT_STOP;
	stage_printed(&g, down);
	ck_assert_int_eq(tt_drain.probe(&g.scene, g.ps, &w), PROBE_TO_DO);
	ck_assert_ptr_nonnull(strstr(w.seen, "The agent must be running"));
	ck_assert_ptr_nonnull(strstr(w.remedy, "replication to master2 flows"));
	stage_printed(&g, open);
	ck_assert_int_eq(tt_drain.probe(&g.scene, g.ps, &w), PROBE_TO_DO);
	ck_assert_ptr_nonnull(strstr(w.seen, "master1 has a transaction open: "));
	ck_assert_ptr_nonnull(strstr(w.remedy, "ttXactAdmin"));
	stage_done(&g);
}
END_TEST

/* What is committed while the wait goes on is not covered by it. */
START_TEST(P2_no_loss_position_is_taken_before_the_wait)
{
	char answer[] = "< 3, 100, 3, 100, 3, 0 >\n< 00 >\n", *text;
	struct settings notes = { 0 };
	struct stage g;

	stage_init(&g, LIST_FORWARD, "6");
	g.seen[0].bookmark.written = (struct position){ 3, 90, true };
	text = stage_command(&g);
	ck_assert_ptr_nonnull(strstr(text, "ttBookmark"));
	ck_assert(strstr(text, "ttBookmark") < strstr(text, "ttRepSubscriberWait"));
	ck_assert(strstr(text, "insert into") < strstr(text, "ttBookmark"));
	free(text);
	stage_printed(&g, answer);
	tt_drain.learn(&g.scene, g.ps, &notes);
	ck_assert_str_eq(settings_get(&notes, TT_NOTE_DRAINED "master1"), "3/100");
	settings_done(&notes);
	stage_done(&g);
}
END_TEST

/* ---- the proof ---- */

/* clang-format off */
static const struct { const char *what, *drained; int64_t now; const char *text; enum probe says; } proofs[] = {
	{ "the log stands still",	 "3/100", 100, NULL,	   PROBE_DONE },
	{ "the log moved",		 "3/100", 164, NULL,	   PROBE_TO_DO },
	{ "moved, the peer has it all",	 "3/100", 164, "< 00 >\n", PROBE_DONE },
	{ "moved, the peer has not",	 "3/100", 164, "< 01 >\n", PROBE_TO_DO },
	{ "the drain is not known",	 NULL,	  100, NULL,	   PROBE_TO_DO },
};
static const struct { const char *what, *drained, *fenced, *here, *there; enum probe says; } rows[] = {
	{ "only the fence moved it",	 "3/100", "3/100", "70", "70", PROBE_DONE },
	{ "a row more",			 "3/100", "3/100", "71", "70", PROBE_IMPOSSIBLE },
	{ "written before the fence",	 "3/100", "3/164", "70", "70", PROBE_IMPOSSIBLE },
	{ "fence position not known",	 "3/100", NULL,	   "70", "70", PROBE_IMPOSSIBLE },
	{ "rows not counted there",	 "3/100", "3/100", "70", NULL, PROBE_IMPOSSIBLE },
	{ "no table at all",		 "3/100", "3/100", NULL, NULL, PROBE_IMPOSSIBLE },
};
/* clang-format on */

START_TEST(P2_no_loss_prove)
{
	struct stage g;
	char text[20];

	stage_init(&g, LIST_FORWARD, "7b");
	if (proofs[_i].drained != NULL)
		settings_set(&g.u->notes, TT_NOTE_DRAINED "master1",
		    proofs[_i].drained);
	g.seen[0].bookmark.written = (struct position){ 3, proofs[_i].now, true };
	str_copy(text, sizeof(text), proofs[_i].text != NULL ? proofs[_i].text : "");
	if (proofs[_i].text != NULL)
		stage_printed(&g, text);
	ck_assert_msg(stage_probe(&g) == proofs[_i].says, "%s", proofs[_i].what);
	stage_done(&g);
}
END_TEST

START_TEST(P2_no_loss_prove_rows)
{
	struct stage g;

	stage_init(&g, LIST_FORWARD, "7c");
	settings_set(&g.u->notes, TT_NOTE_DRAINED "master1", rows[_i].drained);
	if (rows[_i].fenced != NULL)
		settings_set(&g.u->notes, TT_NOTE_FENCED "master1", rows[_i].fenced);
	if (rows[_i].here != NULL)
		settings_set(&g.seen[0].details, "rows.OPS.T", rows[_i].here);
	if (rows[_i].there != NULL)
		settings_set(&g.seen[1].details, "rows.OPS.T", rows[_i].there);
	ck_assert_msg(stage_probe(&g) == rows[_i].says, "%s", rows[_i].what);
	stage_done(&g);
}
END_TEST

/* ---- roles ---- */

/* clang-format off */
static const struct { const char *what; enum plan_list list; const char *number; enum role role; enum fact loaded; bool held, fresh; enum probe says; } roles[] = {
	{ "a standby takes over",	     LIST_FORWARD, "8",	 ROLE_STANDBY,	  FACT_YES, false, true,  PROBE_TO_DO },
	{ "it is active",		     LIST_FORWARD, "8",	 ROLE_ACTIVE,	  FACT_YES, false, true,  PROBE_DONE },
	{ "it lost its place: never asked",  LIST_FORWARD, "8",	 ROLE_RECOVERING, FACT_YES, false, true,  PROBE_IMPOSSIBLE },
	{ "asked already: the answer counts", LIST_FORWARD, "8", ROLE_RECOVERING, FACT_YES, true,  true,  PROBE_TO_DO },
	{ "not known",			     LIST_FORWARD, "8",	 ROLE_UNKNOWN,	  FACT_YES, false, true,  PROBE_UNKNOWN },
	{ "back: fenced",		     LIST_BACKOUT, "b1", ROLE_IDLE,	  FACT_YES, false, true,  PROBE_TO_DO },
	{ "back: active already",	     LIST_BACKOUT, "b1", ROLE_ACTIVE,	  FACT_YES, false, true,  PROBE_DONE },
	{ "back: active long ago",	     LIST_BACKOUT, "b1", ROLE_ACTIVE,	  FACT_YES, false, false, PROBE_UNKNOWN },
	{ "back: it left memory",	     LIST_BACKOUT, "b1", ROLE_UNKNOWN,	  FACT_NO,  false, false, PROBE_TO_DO },
};
/* clang-format on */

START_TEST(roles_tell_whether_to_activate)
{
	struct observation *o;
	struct stage g;

	stage_init(&g, roles[_i].list, roles[_i].number);
	o = &g.seen[g.ps->member->index];
	o->role = roles[_i].role;
	o->inst[g.ps->installation].loaded = roles[_i].loaded;
	g.u->swap_held = roles[_i].held;
	g.u->walk.entered_ms = 900;
	o->at_ms[__builtin_ctz(LOOK_ROLE)] = roles[_i].fresh ? 950 : 100;
	ck_assert_msg(stage_probe(&g) == roles[_i].says, "%s", roles[_i].what);
	stage_done(&g);
}
END_TEST

/* ---- the guard of a fence ---- */

/* Who logs in at the other master's host becomes the user of the tools there. */
START_TEST(the_guard_becomes_who_the_other_is_run_as)
{
	struct stage g;
	char *text, tt[] = "tt";

	stage_init(&g, LIST_FORWARD, "4e1");
	settings_set(&g.site.members[1].settings, "guard_login", "-J gate pat@b");
	text = stage_command(&g);
	ck_assert_ptr_nonnull(strstr(text, " '-J gate pat@b' 'env LC_ALL=C "));
	free(text);
	g.site.hosts[1].run_as = tt;
	text = stage_command(&g);
	ck_assert_ptr_nonnull(strstr(text, " '-J gate pat@b' '/bin/sh -c "));
	ck_assert_ptr_nonnull(
	    strstr(text, " upgraded-guard '\\''tt'\\'' env LC_ALL=C "));
	free(text);
	g.site.hosts[1].run_as = NULL;
	stage_done(&g);
}
END_TEST

/* What is run there, by its shell, as the account that logged in: 1000, or root. */
static const struct {
	const char *uid, *said;
} logins[] = {
	{ "1000", "sudo -n -u tt -- env LC_ALL=C" },
	{ "0", "setpriv --reuid=tt --regid=gid --init-groups -- env HOME=~tt USER=tt LOGNAME=tt env "
	       "LC_ALL=C" },
};

static void
said_by_shell(const char *script, char *buf, size_t size)
{
	size_t len = 0;
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while (len < size - 1 && (n = read(ends[0], buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	buf[len] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}

START_TEST(the_guard_becomes_it_with_sudo_or_as_root)
{
	char *text, *script, tt[] = "tt", line[400] = "";
	struct stage g;

	stage_init(&g, LIST_FORWARD, "4e1");
	settings_set(&g.site.members[1].settings, "guard_login", "pat@b");
	g.site.hosts[1].run_as = tt;
	text = stage_command(&g);
	script = mem_printf("T=$(mktemp -d) && cd $T || exit; trap 'rm -rf $T' EXIT\n"
			    "printf '#!/bin/sh\ncase $* in -un) echo pat ;; -u) echo %s ;; *) echo gid ;; esac\n' >id\n"
			    "printf '#!/bin/sh\necho sudo \"$@\"\n' >sudo\n"
			    "printf '#!/bin/sh\necho setpriv \"$@\"\n' >setpriv\n"
			    "chmod +x *; PATH=$T:$PATH\n"
			    "tt_arm() { /bin/sh -c \"$5\"; }\n%s\n",
	    logins[_i].uid, text);
	said_by_shell(script, line, sizeof(line));
	ck_assert_msg(strncmp(line, logins[_i].said, strlen(logins[_i].said)) == 0, "%s", line);
	ck_assert_ptr_nonnull(strstr(line, "/ttIsql -v1 -connStr DSN="));
	free(script);
	free(text);
	g.site.hosts[1].run_as = NULL;
	stage_done(&g);
}
END_TEST

/* In the pause nobody waits for its answer for longer than until it has acted: its lease was to
 * end at 2700, and 433 ms later it has. Then it is not asked more than twice. */
START_TEST(the_guard_is_not_waited_for_when_it_has_acted)
{
	static const struct {
		int64_t now_ms, limit_ms;
	} limits[] = { { 1000, 1066 }, { 2700, 433 }, { 2933, 200 }, { 3100, 100 },
		{ 9000, 100 } };
	struct stage g;
	struct command c;

	stage_init(&g, LIST_FORWARD, "7d");
	g.site.pair.limits.write_pause_ms = 4000;
	g.u->pause_pos = 0;
	for (size_t i = 0; i < ARRAY_SIZE(limits) + 1; i++) {
		bool begun = i > 0;

		if (begun)
			settings_set(&g.u->notes, "lease.master1", "2700");
		g.scene.now_ms = begun ? limits[i - 1].now_ms : 1000;
		command_init(&c);
		g.ps->step->build(&g.scene, g.ps, &c);
		ck_assert_int_eq(c.limit_ms, begun ? limits[i - 1].limit_ms : 2000);
		command_done(&c);
	}
	g.outcome.ending = ENDING_TIMED_OUT;
	stage_printed(&g, NULL);
	g.u->walk.round_tries = 2;
	g.scene.now_ms = 3132;
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	g.scene.now_ms = 3133;
	ck_assert_int_eq(stage_probe(&g), PROBE_IMPOSSIBLE);
	g.u->walk.round_tries = 1;
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	stage_done(&g);
}
END_TEST

/* Cut off behind the decision, while it was told to become active: that it was seen before the
 * lease was over does not count; nor is its answer waited for until then. */
START_TEST(the_activation_is_left_to_the_guard_when_it_was_cut_off)
{
	struct stage g;
	struct command c;

	stage_init(&g, LIST_FORWARD, "8");
	g.site.pair.limits.write_pause_ms = 4000;
	settings_set(&g.site.members[0].settings, "guard_login", "tt@a");
	settings_set(&g.site.members[1].settings, "guard_login", "tt@b");
	settings_set(&g.u->notes, "lease.master1", "2700");
	g.u->pause_pos = 0;
	g.u->swap_held = true;
	g.u->walk.entered_ms = 200;
	command_init(&c);
	g.ps->step->build(&g.scene, g.ps, &c);
	ck_assert_int_eq(c.limit_ms, 2133);
	command_done(&c);
	g.seen[1].at_ms[__builtin_ctz(LOOK_ROLE)] = 210;
	g.scene.now_ms = 3132;
	ck_assert(!g.ps->step->trusted(&g.scene, g.ps));
	g.scene.now_ms = 3133;
	ck_assert(g.ps->step->trusted(&g.scene, g.ps));
	g.u->walk.ended_ms = 3600;
	g.scene.now_ms = 3749;
	ck_assert(!g.ps->step->trusted(&g.scene, g.ps));
	g.scene.now_ms = 3750;
	ck_assert(g.ps->step->trusted(&g.scene, g.ps));
	g.u->walk.ended_ms = 0;
	g.seen[1].at_ms[__builtin_ctz(LOOK_ROLE)] = 2800;
	ck_assert(!g.ps->step->trusted(&g.scene, g.ps));
	stage_done(&g);
}
END_TEST

TCase *
swap_tests(void)
{
	TCase *tc = tcase_create("swap");

	tcase_add_loop_test(tc, P2_no_loss_drain_needs_two_witnesses, 0,
	    ARRAY_SIZE(drains));
	tcase_add_test(tc, P2_no_loss_marker_under_twosafe);
	tcase_add_test(tc, a_drain_that_is_refused_says_why);
	tcase_add_loop_test(tc, a_standby_that_was_given_up_is_not_waited_for, 0,
	    ARRAY_SIZE(catches));
	tcase_add_test(tc, P2_no_loss_position_is_taken_before_the_wait);
	tcase_add_loop_test(tc, P2_no_loss_prove, 0, ARRAY_SIZE(proofs));
	tcase_add_loop_test(tc, P2_no_loss_prove_rows, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, roles_tell_whether_to_activate, 0, ARRAY_SIZE(roles));
	tcase_add_test(tc, the_guard_becomes_who_the_other_is_run_as);
	tcase_add_loop_test(tc, the_guard_becomes_it_with_sudo_or_as_root, 0, ARRAY_SIZE(logins));
	tcase_add_test(tc, the_guard_is_not_waited_for_when_it_has_acted);
	tcase_add_test(tc, the_activation_is_left_to_the_guard_when_it_was_cut_off);
	return tc;
}
