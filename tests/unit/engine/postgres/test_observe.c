/*
 * Looks at a member whose host and server are told by a row: what the shell, the server and
 * the tools answer. The answers are those of servers that were asked once.
 */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe.h"
#include "tests/unit/engine/postgres/pg_pair.h"

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

/* ---- a site ---- */

#define NONE6 "\\N\t\\N\t\\N\t\\N\t\\N\t\\N"

#define PRIMARY                                                                           \
	"role\t150018\t7713021954645129753\t3\tfalse\t16/B374D848\t16/B374D000\t\\N\t\\N" \
	"\t\\N\tfalse\t1795827869350\tnone\t\\N\t\\N\t/var/lib/postgresql/15/a\t0\n"
#define GATED                                                                             \
	"role\t170011\t7713021954645129753\t3\tfalse\t16/B374D848\t16/B374D000\t\\N\t\\N" \
	"\t\\N\ttrue\t1795827869350\tnone\t\\N\t\\N\t/var/lib/postgresql/17/a\t"
#define REPLICA_HEAD                                                        \
	"role\t150018\t7713021954645129753\t3\ttrue\t\\N\t\\N\t16/B374D848" \
	"\t16/B374D800\tfalse\tfalse\t1795827872507\t"
#define REPLICA      \
	REPLICA_HEAD \
	"streaming\t10.0.0.12:5433\tupgraded_a\t/var/lib/postgresql/15/a\t0\n"
#define CUT_OFF REPLICA_HEAD "none\t\\N\t\\N\t/var/lib/postgresql/15/a\t0\n"
#define HIDDEN  REPLICA_HEAD "\\N\t\\N\t\\N\t\\N\t0\n"

#define REFUSED                                                                         \
	"connection to server at \"10.0.0.11\", port 5433 failed: Connection refused\n" \
	"\tIs the server running on that host and accepting TCP/IP connections?\n"
#define STARTING                                                                         \
	"connection to server at \"10.0.0.11\", port 5433 failed: FATAL:  the database " \
	"system is starting up\n"
#define WRONG_PASSWORD                                                               \
	"connection to server at \"10.0.0.11\", port 5433 failed: FATAL:  password " \
	"authentication failed for user \"upgraded\"\n"                                      \
	"password retrieved from file \"/etc/upgraded/pgpass\"\n"

/* A place of the shell. */
#define RUNS(frozen, foreign, private, recovering)                                 \
	"up=t\npid=4711\nprivate=" private "\nrecovering=" recovering              \
					   "\nfrozen=" frozen "\nforeign=" foreign \
					   "\n"
#define STOPPED "up=f\n"
#define ABSENT  STOPPED "exists=f\n"
#define MORE \
	"exists=t\nmajor=15\nstate=in production\ncheckpoint=16/B3000028\ntimeline=3\nsysid=7\n"
#define AT(n, what) "place=" #n "\n" what

struct site {
	const char *session; /* NULL: it hangs */
	bool lost;           /* what the session says is why it has no connection */
	const char *shell;   /* NULL: the host is away */
	bool hung_up;        /* its connection is lost; a new one can be made */
	int asked_session, asked_shell;
};

static void
play(struct site *s, const struct question *q, struct outcome *o)
{
	*o = (struct outcome){ .ending = ENDING_EXITED };
	switch (q->via) {
	case VIA_PROCESS:
		o->output = mem_strdup(strstr(q->argv.items[0], "/15/") != NULL
			? "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"
			: "postgres (PostgreSQL) 17.11\n");
		return;
	case VIA_SESSION:
		s->asked_session++;
		if (s->session == NULL)
			o->ending = ENDING_TIMED_OUT;
		else if (s->lost)
			o->ending = ENDING_FAILED;
		else if (strstr(s->session, "ERROR:") != NULL)
			o->status = 1;
		if (s->hung_up && str_starts(q->statements, "\\kept\n")) {
			o->ending = ENDING_FAILED;
			o->output = mem_strdup("no connection is open\n");
			return;
		}
		o->output = mem_strdup(s->session != NULL ? s->session : "");
		return;
	case VIA_SHELL:
		s->asked_shell++;
		if (s->shell == NULL)
			o->ending = ENDING_FAILED;
		o->output = mem_strdup(s->shell != NULL
			? s->shell
			: "ssh: connect to host db1: timed out\n");
		return;
	}
}

/* Returns the aspects that were seen, as the observer counts them. */
static unsigned
look(struct site *s, int member, unsigned looks, bool sessions,
    struct observation *draft)
{
	const struct member *m = &w.members[member];
	unsigned asked = 0, failed = 0;
	struct question q = { 0 };

	draft->error[0] = '\0';
	if (looks & LOOK_ROLE) {
		draft->role = ROLE_UNKNOWN;
		draft->writable = FACT_UNKNOWN;
	}
	for (int round = 0; pg_ask(m, looks, draft, round, sessions, &q); round++) {
		unsigned seen = q.looks;
		struct outcome o;

		ck_assert_int_lt(round, 64);
		play(s, &q, &o);
		pg_answer(m, &q, &o, draft, &seen);
		asked |= q.looks;
		failed |= q.looks & ~seen;
		outcome_done(&o);
		question_done(&q);
	}
	return asked & ~failed;
}

/* ---- what is seen of whom ---- */

#define ALL (LOOK_RELEASE | LOOK_INSTANCE | LOOK_ROLE | LOOK_PEERS)

/* clang-format off */
static const struct {
	const char *what;
	int member;
	struct site site;
	bool sessions;
	unsigned seen; /* of ROLE and INSTANCE */
	enum role role;
	enum fact writable, reachable;
	int home;
	const char *error; /* in it; NULL: none */
} cases[] = {
	{ "a primary", PAIR_A, { PRIMARY, false, AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, NULL },
	{ "a standby", PAIR_A, { REPLICA, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 0, NULL },
	{ "a subscriber", PAIR_R1, { REPLICA, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_SUBSCRIBER, FACT_NO, FACT_YES, 0, NULL },
	{ "a subscriber that was promoted", PAIR_R1, { PRIMARY, false, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, NULL },
	{ "a standby without a source", PAIR_A, { CUT_OFF, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_NO, FACT_YES, 0, NULL },
	{ "an account that may not see the receiver", PAIR_A, { HIDDEN, false, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_NO, FACT_YES, 0, "grant it pg_monitor" },
	{ "the new release, closed, applying", PAIR_A, { GATED "1\n", false, AT(0, STOPPED MORE) AT(1, RUNS("f", "0", "f", "f") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 1, NULL },
	{ "the new release, closed, applying nothing", PAIR_A, { GATED "0\n", false, AT(0, STOPPED MORE) AT(1, RUNS("f", "0", "f", "f") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_YES, 1, NULL },
	{ "a server that is down", PAIR_A, { REFUSED, true, AT(0, STOPPED MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_NO, 0, "the server is not running" },
	{ "a server that died meanwhile", PAIR_A, { REFUSED, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "Connection refused" },
	{ "frozen, empty, no session allowed", PAIR_A, { NULL, false, AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_NO, FACT_YES, 0, "frozen" },
	{ "frozen, somebody still in it", PAIR_A, { NULL, false, AT(0, RUNS("t", "2", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_UNKNOWN, FACT_YES, 0, "frozen" },
	{ "frozen, and nobody said so before", PAIR_A, { NULL, false, AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_ACTIVE, FACT_NO, FACT_YES, 0, "frozen" },
	{ "runs, no session allowed", PAIR_A, { NULL, false, AT(0, RUNS("f", "4", "f", "f") MORE) AT(1, ABSENT) },
	  false, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "no session may be opened" },
	{ "reached by us only", PAIR_A, { REFUSED, true, AT(0, RUNS("f", "0", "t", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_IDLE, FACT_NO, FACT_YES, 0, "only the daemon reaches it" },
	{ "old in private, new in public", PAIR_A, { REPLICA, false, AT(0, RUNS("f", "0", "t", "f") MORE) AT(1, RUNS("f", "0", "f", "t") MORE) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_STANDBY, FACT_NO, FACT_YES, 1, NULL },
	{ "starting up as standby", PAIR_A, { STARTING, true, AT(0, RUNS("f", "0", "f", "t") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_NO, FACT_YES, 0, "starting up" },
	{ "starting up after a crash", PAIR_A, { STARTING, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_ROLE | LOOK_INSTANCE, ROLE_RECOVERING, FACT_UNKNOWN, FACT_YES, 0, "starting up" },
	{ "a wrong password", PAIR_A, { WRONG_PASSWORD, true, AT(0, RUNS("f", "0", "f", "f") MORE) AT(1, ABSENT) },
	  true, LOOK_INSTANCE, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_YES, 0, "password authentication failed" },
	{ "a host that is away", PAIR_A, { NULL, false, NULL },
	  true, 0, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, -1, "timed out" },
	{ "a server without its host", PAIR_A, { PRIMARY, false, NULL },
	  true, LOOK_ROLE, ROLE_ACTIVE, FACT_YES, FACT_YES, 0, "ssh" },
	{ "a directory that cannot be read", PAIR_A, { REFUSED, true, AT(0, "") AT(1, ABSENT) },
	  true, 0, ROLE_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, -1, "shell on db1" },
};
/* clang-format on */

START_TEST(members_are_seen_as_they_are)
{
	struct site s = cases[_i].site;
	struct observation o;
	unsigned seen;

	observation_init(&o);
	seen = look(&s, cases[_i].member, ALL, cases[_i].sessions, &o);
	ck_assert_msg((seen & (LOOK_ROLE | LOOK_INSTANCE)) == cases[_i].seen,
	    "%s: seen %x", cases[_i].what, seen);
	ck_assert_msg(o.role == cases[_i].role, "%s: %s", cases[_i].what,
	    role_name(o.role));
	ck_assert_msg(o.writable == cases[_i].writable, "%s: writable %s",
	    cases[_i].what, fact_name(o.writable));
	ck_assert_msg(o.reachable == cases[_i].reachable, "%s: reachable %s",
	    cases[_i].what, fact_name(o.reachable));
	ck_assert_msg(o.home == cases[_i].home, "%s: home %d", cases[_i].what, o.home);
	if (cases[_i].error == NULL)
		ck_assert_str_eq(o.error, "");
	else
		ck_assert_msg(strstr(o.error, cases[_i].error) != NULL, "%s: error %s",
		    cases[_i].what, o.error);
	ck_assert_int_le(s.asked_session, 2);
	observation_done(&o);
}
END_TEST

/* ---- what it costs ---- */

START_TEST(a_server_at_rest_is_asked_one_statement)
{
	struct site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct observation o;
	struct question q;

	observation_init(&o);
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 0, true, &q));
	ck_assert_int_eq((int)q.via, VIA_SESSION);
	ck_assert_str_eq(q.statements, "\\kept\nEXECUTE upgraded_state;\n");
	question_done(&q);
	s.asked_session = s.asked_shell = 0;
	ck_assert_int_eq(look(&s, PAIR_A, LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_session, 1);
	ck_assert_int_eq(s.asked_shell, 0);
	observation_done(&o);
}
END_TEST

START_TEST(a_frozen_server_is_not_waited_for)
{
	struct site s = { .shell = AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;

	observation_init(&o);
	look(&s, PAIR_A, LOOK_INSTANCE, true, &o);
	ck_assert_int_eq(look(&s, PAIR_A, LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_session, 0);
	ck_assert_int_eq(o.writable, FACT_NO);
	observation_done(&o);
}
END_TEST

/* The fence of a write pause ends our session, too: to open it again takes as long as the
 * server is frozen. */
START_TEST(behind_a_lost_session_the_shell_looks_first)
{
	struct site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;

	observation_init(&o);
	look(&s, PAIR_A, ALL, true, &o);
	s.hung_up = true;
	if (_i == 0)
		s.shell = AT(0, RUNS("t", "0", "f", "f") MORE) AT(1, ABSENT);
	s.asked_session = s.asked_shell = 0;
	ck_assert_int_eq(look(&s, PAIR_A, LOOK_ROLE, true, &o), LOOK_ROLE);
	ck_assert_int_eq(s.asked_shell, 1);
	ck_assert_int_eq(s.asked_session, _i == 0 ? 1 : 2);
	ck_assert_int_eq(o.writable, _i == 0 ? FACT_NO : FACT_YES);
	observation_done(&o);
}
END_TEST

START_TEST(a_new_session_is_prepared_again)
{
	struct site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct outcome lost = { .ending = ENDING_EXITED, .status = 1 };
	struct observation o;
	struct question q;
	unsigned seen;

	observation_init(&o);
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 0, true, &q));
	lost.output =
	    mem_strdup("ERROR:  prepared statement \"upgraded_state\" does not "
		       "exist\nSQLSTATE: 26000\n");
	seen = q.looks;
	pg_answer(m, &q, &lost, &o, &seen);
	ck_assert_int_eq(seen, LOOK_ROLE);
	question_done(&q);
	outcome_done(&lost);
	ck_assert(pg_ask(m, LOOK_ROLE, &o, 1, true, &q));
	ck_assert(str_starts(q.statements, "PREPARE upgraded_state AS SELECT"));
	question_done(&q);
	observation_done(&o);
}
END_TEST

/* ---- details ---- */

START_TEST(positions_and_details_are_told)
{
	struct site s = { .session = REPLICA,
		.shell = AT(0, RUNS("f", "3", "f", "t") MORE) AT(1, ABSENT) };
	static const char *const details[][2] = { { "pg.version", "150018" },
		{ "pg.sysid", "7713021954645129753" }, { "pg.timeline", "3" },
		{ "pg.recovery", "t" }, { "pg.replay", "16/B374D800" },
		{ "pg.receiver", "streaming" }, { "pg.source", "10.0.0.12:5433" },
		{ "pg.source_slot", "upgraded_a" },
		{ "pg.0.state", "in production" }, { "pg.0.checkpoint", "16/B3000028" },
		{ "pg.0.recovering", "t" }, { "pg.1.major", "" },
		{ "log_file_bytes", "4294967296" } };
	struct observation o;

	observation_init(&o);
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert_int_eq((int)o.bookmark.written.file, 0x16);
	ck_assert_int_eq((int)o.bookmark.written.offset, (int)0xB374D848);
	ck_assert_int_eq((int)o.bookmark.forced.offset, (int)0xB374D800);
	ck_assert_int_eq(o.running.part[1], 18);
	ck_assert_int_eq(o.inst[1].release.part[0], 17);
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		ck_assert_msg(settings_is(&o.details, details[i][0], details[i][1]),
		    "%s: %s", details[i][0], settings_get(&o.details, details[i][0]));
	s.session = PRIMARY;
	look(&s, PAIR_A, LOOK_ROLE, true, &o);
	ck_assert_ptr_null(settings_get(&o.details, "pg.replay"));
	observation_done(&o);
}
END_TEST

/* What check asked one server is not known of the next one that runs there. */
START_TEST(a_server_that_started_again_was_not_asked)
{
	struct site s = { .session = PRIMARY };
	struct observation o;

	observation_init(&o);
	settings_set(&o.details, "schema_seen", "t");
	settings_set(&o.details, "schema_start", "1795827869350");
	settings_set(&o.details, "pg.next.max_wal_senders", "14");
	look(&s, PAIR_A, LOOK_ROLE, true, &o);
	ck_assert(settings_is(&o.details, "pg.next.max_wal_senders", "14"));
	s.session = REPLICA;
	look(&s, PAIR_A, LOOK_ROLE, true, &o);
	ck_assert_ptr_null(settings_get(&o.details, "pg.next.max_wal_senders"));
	ck_assert_ptr_null(settings_get(&o.details, "schema_seen"));
	observation_done(&o);
}
END_TEST

START_TEST(peers_are_members)
{
	struct site s = { .session = PRIMARY
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
	look(&s, PAIR_A, ALL, true, &o);
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
	look(&s, PAIR_A, LOOK_ROLE | LOOK_PEERS, true, &o);
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
	struct site s = { .session = text,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	struct observation o;
	unsigned seen;

	observation_init(&o);
	seen = look(&s, PAIR_A, LOOK_ROLE | LOOK_MARKER, true, &o);
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
	struct site s = { .session = "ERROR:  column r.flushed_lsn does not exist\n"
				     "SQLSTATE: 42703\n",
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) AT(1, ABSENT) };
	const struct member *m = &w.members[PAIR_A];
	struct outcome o = { .ending = ENDING_EXITED };
	struct observation draft;
	struct question q;
	unsigned seen;

	observation_init(&draft);
	ck_assert(pg_ask(m, LOOK_ROLE, &draft, 0, true, &q));
	play(&s, &q, &o);
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
	struct site s = { .session = PRIMARY,
		.shell = AT(0, RUNS("f", "3", "f", "f") MORE) };
	struct observation o;

	for (int i = 0; i < PAIR_MEMBERS; i++)
		settings_unset(&w.members[i].settings, "data_new");
	observation_init(&o);
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert_int_eq(o.home, 0);
	ck_assert_int_eq(o.inst[0].loaded, FACT_YES);
	ck_assert_int_eq(o.inst[1].loaded, FACT_NO);
	ck_assert_int_eq(o.inst[1].exists, FACT_YES);
	s.session =
	    "role\t170011\t7\t3\tfalse\t16/1\t16/1\t\\N\t\\N\t\\N\tfalse\t1\tnone\t\\N"
	    "\t\\N\t/var/lib/postgresql/15/a\t0\n";
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert_int_eq(o.home, 1);
	ck_assert_int_eq(o.inst[0].loaded, FACT_NO);
	s.shell = AT(0, STOPPED MORE);
	look(&s, PAIR_A, ALL, true, &o);
	ck_assert_int_eq(o.home, 0);
	ck_assert_int_eq(o.role, ROLE_IDLE);
	observation_done(&o);
}
END_TEST

TCase *
observe_tests(void)
{
	TCase *tc = tcase_create("observe");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, members_are_seen_as_they_are, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_server_at_rest_is_asked_one_statement);
	tcase_add_test(tc, a_frozen_server_is_not_waited_for);
	tcase_add_loop_test(tc, behind_a_lost_session_the_shell_looks_first, 0, 2);
	tcase_add_test(tc, a_new_session_is_prepared_again);
	tcase_add_test(tc, positions_and_details_are_told);
	tcase_add_test(tc, a_server_that_started_again_was_not_asked);
	tcase_add_test(tc, peers_are_members);
	tcase_add_loop_test(tc, marker_is_looked_for_last, 0, ARRAY_SIZE(markers));
	tcase_add_test(tc, a_release_that_is_too_old_is_named);
	tcase_add_test(tc, in_place_the_release_that_answers_is_home);
	return tc;
}
