/* Looks at a member: positions and peers, the marker, releases, one directory for both. */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/engine/postgres/pg_site.h"

static struct pg_pair w;

static void
setup(void)
{
	pg_pair_init(&w);
}

static void
teardown(void)
{
	pg_pair_done(&w);
}

/* ---- details ---- */

START_TEST(positions_and_details_are_told)
{
	struct pg_site s = { .session = REPLICA,
		.shell = AT(0, RUNS("f", "3", "f", "t") MORE) AT(1, ABSENT) };
	static const char *const details[][2] = { { "pg.version", "150018" },
		{ "pg.sysid", "7713021954645129753" }, { "pg.timeline", "3" },
		{ "pg.recovery", "t" }, { "pg.replay", "16/B374D800" },
		{ "pg.receiver", "streaming" }, { "pg.source", "10.0.0.12:5433" },
		{ "pg.source_slot", "upgraded_a" }, { "pg.0.state", "in production" },
		{ "pg.0.checkpoint", "16/B3000028" }, { "pg.0.recovering", "t" },
		{ "pg.1.major", "" }, { "log_file_bytes", "4294967296" } };
	struct observation o;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert_int_eq((int)o.bookmark.written.file, 0x16);
	ck_assert_int_eq((int)o.bookmark.written.offset, (int)0xB374D848);
	ck_assert_int_eq((int)o.bookmark.forced.offset, (int)0xB374D800);
	ck_assert_int_eq(o.running.part[1], 18);
	ck_assert_int_eq(o.inst[1].release.part[0], 17);
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		ck_assert_msg(settings_is(&o.details, details[i][0], details[i][1]),
		    "%s: %s", details[i][0], settings_get(&o.details, details[i][0]));
	s.session = PRIMARY;
	pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o);
	ck_assert_ptr_null(settings_get(&o.details, "pg.replay"));
	observation_done(&o);
}
END_TEST

/* What check asked one server is not known of the next one that runs there. */
START_TEST(a_server_that_started_again_was_not_asked)
{
	struct pg_site s = { .session = PRIMARY };
	struct observation o;

	observation_init(&o);
	settings_set(&o.details, "schema_seen", "t");
	settings_set(&o.details, "schema_start", "1795827869350");
	settings_set(&o.details, "pg.next.max_wal_senders", "14");
	pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o);
	ck_assert(settings_is(&o.details, "pg.next.max_wal_senders", "14"));
	s.session = REPLICA;
	pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE, true, &o);
	ck_assert_ptr_null(settings_get(&o.details, "pg.next.max_wal_senders"));
	ck_assert_ptr_null(settings_get(&o.details, "schema_seen"));
	observation_done(&o);
}
END_TEST

START_TEST(peers_are_members)
{
	struct pg_site s = { .session = PRIMARY
		"peer\t901\tb\t10.0.0.12\tstreaming\t16/B374D848\t16/B374D848"
		"\t16/B374D800\t16/B374D700\tasync\t2\t" NONE6 "\n"
		"peer\t902\twalreceiver\t10.9.9.9\tcatchup\t16/1\t16/1\t16/1\t16/1\tasync"
		"\t\\N\t" NONE6 "\n"
		"peer\t903\twal2json\t10.7.7.7\tstreaming\t16/1\t16/1\t16/1\t16/1\tasync"
		"\t\\N\t" NONE6 "\n"
		"slot\t901\told_name\tphysical\ttrue\treserved\t16/B0000000\t\\N\t\\N\t\\N"
		"\tfalse\t" NONE6 "\n"
		"slot\t902\tupgraded_r1\tphysical\ttrue\treserved\t16/A0000000\t\\N\t\\N"
		"\t\\N\tfalse\t" NONE6 "\n",
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct peer_seen *b, *r1;
	struct observation o;

	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	b = observation_peer(&o, "b");
	r1 = observation_peer(&o, "r1");
	ck_assert_ptr_nonnull(b);
	ck_assert_str_eq(b->state, "streaming");
	ck_assert_int_eq((int)b->held.offset, (int)0xB374D700);
	ck_assert_ptr_nonnull(r1);
	ck_assert_str_eq(r1->state, "catchup");
	ck_assert_int_eq(o.peer_count, 3);
	ck_assert_int_eq((int)o.bookmark.held.offset, (int)0xA0000000);
	s.session =
	    PRIMARY "slot\t\\N\tupgraded_b\tphysical\tfalse\tlost\t\\N\t\\N\t\\N\t\\N"
		    "\tfalse\t" NONE6 "\n";
	pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE | LOOK_PEERS, true, &o);
	ck_assert_int_eq(o.peer_count, 1);
	ck_assert_str_eq(o.peers[0].state, "lost");
	observation_done(&o);
}
END_TEST

/* ---- the marker ---- */

/* clang-format off */
static const struct { const char *what, *rest; unsigned seen; const char *tag; } markers[] = {
	{ "a row",        "marker\tupgraded-7-drain-1\n", LOOK_MARKER, "upgraded-7-drain-1" },
	{ "no row",       "", LOOK_MARKER, "" },
	{ "no table",     "ERROR:  relation \"upgraded.marker\" does not exist\nSQLSTATE: 42P01\n", LOOK_MARKER, "" },
	{ "no schema",    "ERROR:  schema \"upgraded\" does not exist\nSQLSTATE: 3F000\n", LOOK_MARKER, "" },
	{ "no right",     "ERROR:  permission denied for table marker\nSQLSTATE: 42501\n", 0, "" },
};
/* clang-format on */

START_TEST(marker_is_looked_for_last)
{
	char *text = mem_printf("%s%s", PRIMARY, markers[_i].rest);
	struct pg_site s = { .session = text,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;
	unsigned seen;

	observation_init(&o);
	seen = pg_site_look(&s, &w.members[PAIR_A], LOOK_ROLE | LOOK_MARKER, true, &o);
	ck_assert_msg(seen == (LOOK_ROLE | markers[_i].seen), "%s: %x",
	    markers[_i].what, seen);
	ck_assert_str_eq(o.marker, markers[_i].tag);
	ck_assert_int_eq(o.role, ROLE_ACTIVE);
	observation_done(&o);
	free(text);
}
END_TEST

/* ---- releases ---- */

START_TEST(a_release_that_is_too_old_is_named)
{
	struct pg_site s = { .session = "ERROR:  column r.flushed_lsn does not exist\n"
					"SQLSTATE: 42703\n",
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct outcome o = { .ending = ENDING_EXITED };
	struct observation draft;
	struct question q;
	unsigned seen;

	observation_init(&draft);
	ck_assert(pg_ask(m, LOOK_ROLE, &draft, 0, true, &q));
	pg_site_play(&s, &q, &o);
	seen = q.looks;
	pg_answer(m, &q, &o, &draft, &seen);
	ck_assert_int_eq(seen, 0);
	question_done(&q);
	outcome_done(&o);
	ck_assert(pg_ask(m, LOOK_ROLE, &draft, 1, true, &q));
	ck_assert_str_eq(q.statements, "SHOW server_version_num;\n");
	o = (struct outcome){ .ending = ENDING_EXITED,
		.output = mem_strdup("120022\n") };
	pg_answer(m, &q, &o, &draft, &seen);
	ck_assert_str_eq(draft.error,
	    "the server has release number 120022: releases before 13 are not served");
	ck_assert_int_eq(draft.role, ROLE_UNKNOWN);
	question_done(&q);
	outcome_done(&o);
	observation_done(&draft);
}
END_TEST

/* ---- one directory for both releases ---- */

START_TEST(in_place_the_release_that_answers_is_home)
{
	struct pg_site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) };
	struct observation o;

	for (int i = 0; i < PAIR_MEMBERS; i++)
		settings_unset(&w.members[i].settings, "data_new");
	observation_init(&o);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert_int_eq(o.home, 0);
	ck_assert_int_eq(o.inst[0].loaded, FACT_YES);
	ck_assert_int_eq(o.inst[1].loaded, FACT_NO);
	ck_assert_int_eq(o.inst[1].exists, FACT_YES);
	s.session =
	    "role\t170011\t7\t3\tfalse\t16/1\t16/1\t\\N\t\\N\t\\N\tfalse\t1\tnone\t\\N"
	    "\t\\N\t/var/lib/postgresql/15/a\t0\n";
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert_int_eq(o.home, 1);
	ck_assert_int_eq(o.inst[0].loaded, FACT_NO);
	s.shell = AT(0, STOPPED MORE);
	pg_site_look(&s, &w.members[PAIR_A], PG_ALL, true, &o);
	ck_assert_int_eq(o.home, 0);
	ck_assert_int_eq(o.role, ROLE_IDLE);
	observation_done(&o);
}
END_TEST

TCase *
observe_details_tests(void)
{
	TCase *tc = tcase_create("observe details");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, positions_and_details_are_told);
	tcase_add_test(tc, a_server_that_started_again_was_not_asked);
	tcase_add_test(tc, peers_are_members);
	tcase_add_loop_test(tc, marker_is_looked_for_last, 0, ARRAY_SIZE(markers));
	tcase_add_test(tc, a_release_that_is_too_old_is_named);
	tcase_add_test(tc, in_place_the_release_that_answers_is_home);
	return tc;
}
