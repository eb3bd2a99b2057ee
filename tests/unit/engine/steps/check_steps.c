/* Steps of TimesTen: what was seen, what was printed -> what the probe says. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/steps/common.h"
#include "daemon/plan/expand.h"
#include "tests/simulation/site.h"

struct stage {
	struct site site;
	struct observation seen[SITE_MEMBERS];
	struct plan *plan;
	struct upgrade *u;
	struct outcome outcome;
	struct scene scene;
	const struct plan_step *ps;
};

static void
stage_init(struct stage *g, enum plan_list list, const char *number)
{
	struct site_wish wish = { .subscribers = 1 };
	struct plan_request rq = { 0 };
	struct ud_error err;

	*g = (struct stage){ 0 };
	site_init(&g->site, &wish);
	for (int m = 0; m < SITE_MEMBERS; m++) {
		struct observation *o = &g->seen[m];

		observation_init(o);
		o->home = INST_OLD;
		o->role = m == 0 ? ROLE_ACTIVE : ROLE_STANDBY;
		for (int i = 0; i < INSTS; i++)
			o->inst[i] = (struct installation_seen){ .daemon_up = FACT_YES,
				.exists = FACT_YES, .loaded = FACT_YES,
				.replication_agent = AGENT_STOPPED,
				.release = i == INST_OLD ? g->site.from : g->site.to };
	}
	rq.to = g->site.to;
	ck_assert_int_eq(plan_expand(&g->site.pair, g->seen, &rq, &g->plan, &err), 0);
	g->u = upgrade_new(g->plan);
	g->u->id = 7;
	g->ps = &g->plan->lists[list].items[plan_find(g->plan, list, number)];
	g->scene = (struct scene){ .plan = g->plan, .upgrade = g->u, .seen = g->seen,
		.now_ms = 1000 };
}

static void
stage_done(struct stage *g)
{
	upgrade_free(g->u);
	plan_free(g->plan);
	for (int m = 0; m < SITE_MEMBERS; m++)
		observation_done(&g->seen[m]);
	site_done(&g->site);
}

static void
printed(struct stage *g, char *text)
{
	g->outcome.output = text;
	g->scene.outcome = &g->outcome;
	g->scene.performed_ms = 500;
}

static enum probe
probe(struct stage *g)
{
	struct why w = { 0 };

	return g->ps->step->probe(&g->scene, g->ps, &w);
}

static char *
command_of(struct stage *g)
{
	struct command c;
	char *text;

	command_init(&c);
	g->ps->step->build(&g->scene, g->ps, &c);
	text = command_text(&c);
	command_done(&c);
	return text;
}

/* ---- two masters that send to each other ---- */

static const struct plan_step *
classic_step(const char *number)
{
	const struct row *row = tt_online_bidirectional.forward;
	static struct plan_step ps;

	while (strcmp(row->number, number) != 0)
		row++;
	ps = (struct plan_step){ .row = row, .step = row->step };
	return &ps;
}

/* The steps of the other procedure, between master1, which has the applications, and master2. */
static void
classic_init(struct stage *g, const char *number, int member)
{
	static struct plan_step ps;

	stage_init(g, LIST_FORWARD, "6");
	ps = *classic_step(number);
	ps.index = g->ps->index;
	ps.member = &g->site.pair.members[member];
	ps.peer = &g->site.pair.members[1 - member];
	str_copy(ps.number, sizeof(ps.number), number);
	g->ps = &ps;
}

static void
sends(struct stage *g, int member, const char *state)
{
	struct peer_seen *p = observation_peer_add(&g->seen[member]);

	str_copy(p->store, sizeof(p->store), tt_store(&g->site.pair.members[1 - member]));
	str_copy(p->state, sizeof(p->state), state);
	g->seen[member].peers_seen = FACT_YES;
}

/* clang-format off */
static const struct { const char *what; int64_t at; bool drained; enum role role; enum probe says; } lefts[] = {
	{ "nobody wrote since",	    100, true,	ROLE_STANDBY, PROBE_DONE },
	{ "somebody wrote",	    120, true,	ROLE_STANDBY, PROBE_IMPOSSIBLE },
	{ "somebody is connected",  100, true,	ROLE_ACTIVE,  PROBE_IMPOSSIBLE },
	{ "it was never drained",   100, false, ROLE_STANDBY, PROBE_IMPOSSIBLE },
	{ "it does not answer",	    100, true,	ROLE_UNKNOWN, PROBE_UNKNOWN },
};
/* clang-format on */

START_TEST(P2_no_loss_nobody_wrote_after_the_drain)
{
	struct stage g;

	classic_init(&g, "4b", 1);
	g.seen[1].role = lefts[_i].role;
	g.seen[1].bookmark.written =
	    (struct position){ .file = 3, .offset = lefts[_i].at, .set = true };
	if (lefts[_i].drained)
		note_set(&g.u->notes, TT_NOTE_DRAINED, g.ps->member, "3/100");
	ck_assert_msg(probe(&g) == lefts[_i].says, "%s", lefts[_i].what);
	stage_done(&g);
}
END_TEST

/* What arrives was sent in spite of the pause; what does not arrive within a while was not. */
START_TEST(a_pause_is_believed_when_a_row_does_not_come)
{
	struct stage g;
	char nothing[] = "";

	classic_init(&g, "2b", 0);
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	printed(&g, nothing);
	g.u->walk.ended_ms = 600;
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), "upgraded-7-1f-1");
	ck_assert_int_eq(probe(&g), PROBE_UNKNOWN);
	g.scene.now_ms = 600 + 3000;
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), "upgraded-7-2b-0");
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	stage_done(&g);
}
END_TEST

/* After -reset only a stop that was said counts, not one that was there before. */
START_TEST(states_are_seen)
{
	struct stage g;
	char nothing[] = "";

	classic_init(&g, "2a", 0);
	sends(&g, 0, "start");
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "pause");
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	stage_done(&g);

	/* What was given up for the peer is never sent. */
	classic_init(&g, "11a", 0);
	sends(&g, 0, "pause");
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "failed");
	ck_assert_int_eq(probe(&g), PROBE_IMPOSSIBLE);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "stop");
	ck_assert_int_eq(probe(&g), PROBE_IMPOSSIBLE);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "start");
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	stage_done(&g);

	classic_init(&g, "10a", 1);
	sends(&g, 1, "stop");
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	printed(&g, nothing);
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	stage_done(&g);
}
END_TEST

static void
has_ports(struct stage *g, int copy, bool configured)
{
	char key[80], value[16];

	for (size_t i = 0; i < g->site.pair.member_count; i++) {
		const struct member *m = &g->site.pair.members[i];

		str_printf(key, sizeof(key), "store.%s.port", tt_store(m));
		str_printf(value, sizeof(value), "%d", configured ? m->port : 0);
		settings_set(&g->seen[copy].details, key, value);
	}
}

/* On the way back from the middle of a change of ports. */
START_TEST(ports_become_the_same_on_both)
{
	struct plan_step ps;
	struct stage g;

	classic_init(&g, "1c", 0);
	ps = *g.ps;
	ps.step = &tt_set_ports_as_other;
	g.ps = &ps;
	ck_assert(!ps.step->needed(&g.scene, &ps));
	settings_set(&g.u->notes, TT_NOTE_PORTS, "yes");
	ck_assert(ps.step->needed(&g.scene, &ps));
	has_ports(&g, 0, false);
	ck_assert_int_eq(probe(&g), PROBE_UNKNOWN); /* the other one does not tell */
	has_ports(&g, 1, false);
	ck_assert_int_eq(probe(&g), PROBE_DONE); /* neither was changed */
	has_ports(&g, 1, true);
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	has_ports(&g, 0, true);
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	stage_done(&g);
}
END_TEST

/* One place: destroyed before the restore, never after it. Two: the other way round. */
START_TEST(P3_destroy_last_only_what_has_a_place_of_its_own_is_destroyed_late)
{
	struct stage g;

	classic_init(&g, "7a", 1);
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	stage_done(&g);
	classic_init(&g, "12c", 1);
	ck_assert(!g.ps->step->needed(&g.scene, g.ps));
	settings_set(&g.site.members[1].settings, "path", "/data/orders");
	settings_set(&g.site.members[1].settings, "path_new", "/data2/orders");
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	stage_done(&g);
}
END_TEST

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
	printed(&g, text);
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), drains[_i].marker);
	ck_assert_msg(probe(&g) == drains[_i].says, "%s", drains[_i].what);
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
	text = command_of(&g);
	ck_assert_ptr_nonnull(strstr(text, "ttBookmark"));
	ck_assert(strstr(text, "ttBookmark") < strstr(text, "ttRepSubscriberWait"));
	ck_assert(strstr(text, "insert into") < strstr(text, "ttBookmark"));
	free(text);
	printed(&g, answer);
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
		settings_set(&g.u->notes, TT_NOTE_DRAINED "master1", proofs[_i].drained);
	g.seen[0].bookmark.written = (struct position){ 3, proofs[_i].now, true };
	str_copy(text, sizeof(text), proofs[_i].text != NULL ? proofs[_i].text : "");
	if (proofs[_i].text != NULL)
		printed(&g, text);
	ck_assert_msg(probe(&g) == proofs[_i].says, "%s", proofs[_i].what);
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
	ck_assert_msg(probe(&g) == rows[_i].says, "%s", rows[_i].what);
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
	ck_assert_msg(probe(&g) == roles[_i].says, "%s", roles[_i].what);
	stage_done(&g);
}
END_TEST

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
	text = command_of(&g);
	ck_assert_msg((unloads[_i].command[0] == '\0') == (text[0] == '\0') &&
		strstr(text, unloads[_i].command) != NULL, "%s: %s", unloads[_i].what, text);
	free(text);
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

/* The steps are about master1 in its new installation. */
START_TEST(offline_steps_believe_what_was_seen)
{
	struct installation_seen *in;
	struct plan_step ps;
	struct stage g;
	bool stops = offline[_i].step == &tt_daemon_stop;

	stage_init(&g, LIST_FORWARD, "0");
	ps = *g.ps;
	ps.step = offline[_i].step;
	ps.installation = INST_NEW;
	g.ps = &ps;
	g.seen[0].home = INST_NEW;
	g.seen[0].writable = FACT_YES;
	in = g.seen[0].inst;
	in[INST_OLD].loaded = offline[_i].old_loaded;
	in[INST_NEW].exists = offline[_i].new_exists;
	in[INST_NEW].loaded = stops ? FACT_NO : FACT_YES;
	in[INST_NEW].applications = offline[_i].applications;
	settings_set(&g.seen[0].details, "rows_total", "7");
	if (offline[_i].note != NULL)
		settings_set(&g.u->notes, offline[_i].note, offline[_i].noted);
	if (offline[_i].key != NULL)
		settings_set(&g.seen[0].details, offline[_i].key, offline[_i].seen);
	ck_assert_msg(probe(&g) == offline[_i].says, "%s", offline[_i].what);
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

static void
set_if(struct settings *s, const char *key, const char *value)
{
	if (value != NULL)
		settings_set(s, key, value);
}

START_TEST(ram_policy_is_the_one_asked_for_or_that_of_before)
{
	static const struct step *const steps[] = { &tt_ram_let_go, &tt_ram_policy_restore };
	struct plan_step ps;
	struct stage g;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		stage_init(&g, policies[_i].back ? LIST_UNDO : LIST_FORWARD,
		    policies[_i].back ? "u24" : "20a");
		ps = *g.ps;
		ps.step = steps[i];
		ps.installation = INST_OLD;
		g.ps = &ps;
		set_if(&g.plan->options, "ram_policy", policies[_i].asked);
		set_if(&g.plan->options, "ram_grace", policies[_i].grace);
		str_printf(g.seen[ps.member->index].inst[INST_OLD].ram_policy, 16, "%s",
		    policies[_i].is);
		set_if(&g.seen[ps.member->index].details, "ram_grace_s", policies[_i].told);
		if (policies[_i].noted != NULL)
			note_set(&g.u->notes, TT_NOTE_RAM_POLICY, ps.member, policies[_i].noted);
		if (policies[_i].noted_grace != NULL)
			note_set(&g.u->notes, TT_NOTE_RAM_GRACE, ps.member,
			    policies[_i].noted_grace);
		text = command_of(&g);
		ck_assert_msg(strstr(text, policies[_i].command) != NULL, "%s: %s",
		    policies[_i].what, text);
		free(text);
		ck_assert_msg(probe(&g) == policies[_i].says ||
			(policies[_i].says == PROBE_DONE && probe(&g) == PROBE_NOT_NEEDED),
		    "%s", policies[_i].what);
		stage_done(&g);
	}
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
		text = command_of(&g);
		ck_assert_ptr_null(strstr(text, "PermSize"));
		free(text);
		settings_set(&g.plan->options, "perm_size", "64");
		text = command_of(&g);
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
	struct plan_step ps;
	struct stage g;

	stage_init(&g, LIST_FORWARD, "0");
	ps = *g.ps;
	ps.step = &tt_see_size;
	g.ps = &ps;
	settings_set(&g.plan->options, "perm_size", "64");
	set_if(&g.seen[0].details, "perm_allocated_kib", sizes[_i].kib);
	ck_assert_int_eq(probe(&g), sizes[_i].says);
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
	struct plan_step ps;
	struct stage g;

	stage_init(&g, LIST_FORWARD, "12");
	ps = *g.ps;
	ps.step = admins[_i].step;
	g.ps = &ps;
	settings_set(&g.plan->options, "grant_admin", admins[_i].asked);
	set_if(&g.u->notes, "granted", admins[_i].noted);
	set_if(&g.seen[ps.member->index].details, "admins", admins[_i].admins);
	g.u->runs[ps.list][ps.index].touched = admins[_i].touched;
	ck_assert_msg(probe(&g) == admins[_i].says, "%s: %d", admins[_i].what, probe(&g));
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

/* ---- the guard of a fence ---- */

/* Who logs in at the other master's host becomes the user of the tools there. */
START_TEST(the_guard_becomes_who_the_other_is_run_as)
{
	struct stage g;
	char *text, tt[] = "tt";

	stage_init(&g, LIST_FORWARD, "4e1");
	settings_set(&g.site.members[1].settings, "guard_login", "-J gate pat@b");
	text = command_of(&g);
	ck_assert_ptr_nonnull(strstr(text, " '-J gate pat@b' 'env LC_ALL=C "));
	free(text);
	g.site.hosts[1].run_as = tt;
	text = command_of(&g);
	ck_assert_ptr_nonnull(strstr(text, " '-J gate pat@b' '/bin/sh -c "));
	ck_assert_ptr_nonnull(strstr(text, " upgraded-guard '\\''tt'\\'' env LC_ALL=C "));
	free(text);
	g.site.hosts[1].run_as = NULL;
	stage_done(&g);
}
END_TEST

/* In the pause nobody waits for its answer for longer than until it has acted: its lease was to
 * end at 2700, and 433 ms later it has. Then it is not asked more than twice. */
START_TEST(the_guard_is_not_waited_for_when_it_has_acted)
{
	static const struct { int64_t now_ms, limit_ms; } limits[] = {
		{ 1000, 1066 }, { 2933, 250 }, { 9000, 250 }
	};
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
	printed(&g, NULL);
	g.u->walk.round_tries = 2;
	g.scene.now_ms = 3133;
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	g.scene.now_ms = 3134;
	ck_assert_int_eq(probe(&g), PROBE_IMPOSSIBLE);
	g.u->walk.round_tries = 1;
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
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
	g.scene.now_ms = 3133;
	ck_assert(!g.ps->step->trusted(&g.scene, g.ps));
	g.scene.now_ms = 3134;
	ck_assert(g.ps->step->trusted(&g.scene, g.ps));
	g.seen[1].at_ms[__builtin_ctz(LOOK_ROLE)] = 2800;
	ck_assert(!g.ps->step->trusted(&g.scene, g.ps));
	stage_done(&g);
}
END_TEST

/* ---- what ttMigrate kept of schemes ---- */

/* Names decide, in the order of their numbers; what one of two does not tell is no difference. */
START_TEST(kept_schemes_are_compared)
{
	static const char *const details[][2] = {
		{ "history_schemes", "TTREP_SCHEMA_VERSION_005 TTREP_SCHEMA_VERSION_004" },
		{ "history.TTREP_SCHEMA_VERSION_004.tables", "TTSTORES REPTABLES" },
		{ "history.TTREP_SCHEMA_VERSION_004.stores", "A@H:0 B@H:2" },
		{ "history.TTREP_SCHEMA_VERSION_004.members", "OPS.T" },
		{ "history.TTREP_SCHEMA_VERSION_005.stores", "B@H:2 A@H:1" },
		{ "history.TTREP.stores", "A@H:1 B@H:2" },
	};
	struct settings notes = { 0 };
	struct plan_step ps;
	struct stage g;
	char *text;

	stage_init(&g, LIST_FORWARD, "4b1");
	ck_assert_int_eq(probe(&g), PROBE_NOT_NEEDED);
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		settings_set(&g.seen[1].details, details[i][0], details[i][1]);
	ck_assert_int_eq(probe(&g), PROBE_DONE);
	g.ps->step->learn(&g.scene, g.ps, &notes);
	ck_assert_str_eq(settings_get(&notes, "record.scheme.master2.TTREP_SCHEMA_VERSION_004"),
	    "master2: TTREP_SCHEMA_VERSION_004 (TTSTORES, REPTABLES), compared with 005: it "
	    "differs; only in 004: A@H:0; only in 005: A@H:1");
	ck_assert_str_eq(settings_get(&notes, "record.scheme.master2.TTREP_SCHEMA_VERSION_005"),
	    "master2: TTREP_SCHEMA_VERSION_005 (tables not known), compared with the scheme of "
	    "today: the same");
	settings_done(&notes);

	ps = *g.ps;
	ps.step = &tt_drop_schemes;
	g.ps = &ps;
	text = command_of(&g);
	ck_assert_str_eq(text, "DROP TABLE TTREP_SCHEMA_VERSION_004.TTSTORES;\n"
			       "DROP TABLE TTREP_SCHEMA_VERSION_004.REPTABLES;\n");
	free(text);
	ck_assert_int_eq(probe(&g), PROBE_TO_DO);
	stage_done(&g);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("steps");
	TCase *tc = tcase_create("timesten");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, P2_no_loss_nobody_wrote_after_the_drain, 0,
	    ARRAY_SIZE(lefts));
	tcase_add_test(tc, a_pause_is_believed_when_a_row_does_not_come);
	tcase_add_test(tc, states_are_seen);
	tcase_add_test(tc, ports_become_the_same_on_both);
	tcase_add_test(tc,
	    P3_destroy_last_only_what_has_a_place_of_its_own_is_destroyed_late);
	tcase_add_loop_test(tc, P2_no_loss_drain_needs_two_witnesses, 0, ARRAY_SIZE(drains));
	tcase_add_test(tc, P2_no_loss_position_is_taken_before_the_wait);
	tcase_add_loop_test(tc, P2_no_loss_prove, 0, ARRAY_SIZE(proofs));
	tcase_add_loop_test(tc, P2_no_loss_prove_rows, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, roles_tell_whether_to_activate, 0, ARRAY_SIZE(roles));
	tcase_add_loop_test(tc, unload_runs_what_its_policy_needs, 0, ARRAY_SIZE(unloads));
	tcase_add_loop_test(tc, offline_steps_believe_what_was_seen, 0, ARRAY_SIZE(offline));
	tcase_add_loop_test(tc, ram_policy_is_the_one_asked_for_or_that_of_before, 0,
	    ARRAY_SIZE(policies));
	tcase_add_test(tc, a_new_database_gets_the_size_that_was_asked_for);
	tcase_add_loop_test(tc, admin_is_granted_and_taken_back, 0, ARRAY_SIZE(admins));
	tcase_add_test(tc, the_user_of_the_duplicate_is_created_where_none_came_along);
	tcase_add_loop_test(tc, a_copy_has_the_size_that_was_asked_for, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, kept_schemes_are_compared);
	tcase_add_test(tc, the_guard_becomes_who_the_other_is_run_as);
	tcase_add_test(tc, the_guard_is_not_waited_for_when_it_has_acted);
	tcase_add_test(tc, the_activation_is_left_to_the_guard_when_it_was_cut_off);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
