/* Two masters that send to each other. */
#include "tests/unit/engine/steps/check_steps.h"

#include <string.h>

#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/steps/common.h"
#include "tests/unit/engine/steps/stage.h"

/* A step of the other procedure, between master1, which has the applications, and master2. */
static void
classic_init(struct stage *g, const char *number, int member)
{
	const struct row *row = tt_online_bidirectional.forward;

	stage_init(g, LIST_FORWARD, "6");
	while (strcmp(row->number, number) != 0)
		row++;
	g->other = (struct plan_step){ .row = row,
		.step = row->step,
		.index = g->ps->index,
		.member = &g->site.pair.members[member],
		.peer = &g->site.pair.members[1 - member] };
	str_copy(g->other.number, sizeof(g->other.number), number);
	g->ps = &g->other;
}

static void
sends(struct stage *g, int member, const char *state)
{
	struct peer_seen *p = observation_peer_add(&g->seen[member]);

	str_copy(p->store, sizeof(p->store),
	    tt_store(&g->site.pair.members[1 - member]));
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
	ck_assert_msg(stage_probe(&g) == lefts[_i].says, "%s", lefts[_i].what);
	stage_done(&g);
}
END_TEST

/* What arrives was sent in spite of the pause; what does not arrive within a while was not. */
START_TEST(a_pause_is_believed_when_a_row_does_not_come)
{
	struct stage g;
	char nothing[] = "";

	classic_init(&g, "2b", 0);
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	stage_printed(&g, nothing);
	g.u->walk.ended_ms = 600;
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), "upgraded-7-1f-1");
	ck_assert_int_eq(stage_probe(&g), PROBE_UNKNOWN);
	g.scene.now_ms = 600 + 3000;
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	str_copy(g.seen[1].marker, sizeof(g.seen[1].marker), "upgraded-7-2b-0");
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
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
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "pause");
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	stage_done(&g);

	/* What was given up for the peer is never sent. */
	classic_init(&g, "11a", 0);
	sends(&g, 0, "pause");
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "failed");
	ck_assert_int_eq(stage_probe(&g), PROBE_IMPOSSIBLE);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "stop");
	ck_assert_int_eq(stage_probe(&g), PROBE_IMPOSSIBLE);
	str_copy(g.seen[0].peers[0].state, sizeof(g.seen[0].peers[0].state), "start");
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
	stage_done(&g);

	classic_init(&g, "10a", 1);
	sends(&g, 1, "stop");
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	stage_printed(&g, nothing);
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
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
	struct stage g;

	classic_init(&g, "1c", 0);
	stage_step(&g, &tt_set_ports_as_other);
	ck_assert(!g.ps->step->needed(&g.scene, g.ps));
	settings_set(&g.u->notes, TT_NOTE_PORTS, "yes");
	ck_assert(g.ps->step->needed(&g.scene, g.ps));
	has_ports(&g, 0, false);
	ck_assert_int_eq(stage_probe(&g),
	    PROBE_UNKNOWN); /* the other one does not tell */
	has_ports(&g, 1, false);
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE); /* neither was changed */
	has_ports(&g, 1, true);
	ck_assert_int_eq(stage_probe(&g), PROBE_TO_DO);
	has_ports(&g, 0, true);
	ck_assert_int_eq(stage_probe(&g), PROBE_DONE);
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

TCase *
classic_tests(void)
{
	TCase *tc = tcase_create("classic");

	tcase_add_loop_test(tc, P2_no_loss_nobody_wrote_after_the_drain, 0,
	    ARRAY_SIZE(lefts));
	tcase_add_test(tc, a_pause_is_believed_when_a_row_does_not_come);
	tcase_add_test(tc, states_are_seen);
	tcase_add_test(tc, ports_become_the_same_on_both);
	tcase_add_test(tc,
	    P3_destroy_last_only_what_has_a_place_of_its_own_is_destroyed_late);
	return tc;
}
