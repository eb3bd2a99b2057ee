#include "daemon/model/observation.h"

#include "tests/unit/model/check_model.h"

static void
role_changes(struct observation *o)
{
	o->role = ROLE_ACTIVE;
}
static void
host_is_gone(struct observation *o)
{
	o->reachable = FACT_NO;
}
static void
home_moves(struct observation *o)
{
	o->home = 1;
}
static void
it_is_loaded(struct observation *o)
{
	o->inst[1].loaded = FACT_YES;
}
static void
agent_stops(struct observation *o)
{
	o->inst[0].replication_agent = AGENT_STOPPED;
}
static void
new_release(struct observation *o)
{
	o->inst[0].release = (struct release){ { 22 }, 1 };
}
static void
new_policy(struct observation *o)
{
	str_copy(o->inst[0].ram_policy, 16, "manual");
}
static void
peer_pauses(struct observation *o)
{
	str_copy(o->peers[0].state, 12, "pause");
}
static void
new_peer(struct observation *o)
{
	observation_peer_add(o);
}
static void
no_peers(struct observation *o)
{
	observation_peers_clear(o);
}

static void
nothing(struct observation *o)
{
	(void)o;
}
static void
it_writes(struct observation *o)
{
	o->bookmark.written = (struct position){ 3, 4, true };
}
static void
time_goes_on(struct observation *o)
{
	o->at_ms[0] = 5;
}
static void
lag_grows(struct observation *o)
{
	o->lag_ms = 5;
}
static void
somebody_connects(struct observation *o)
{
	o->inst[0].connections = 5;
}

/* clang-format off */
static const struct { const char *what; void (*change)(struct observation *o); bool differs; } cases[] = {
	{ "role",         role_changes,      true },
	{ "reachable",    host_is_gone,      true },
	{ "home",         home_moves,        true },
	{ "loaded",       it_is_loaded,      true },
	{ "agent",        agent_stops,       true },
	{ "release",      new_release,       true },
	{ "policy",       new_policy,        true },
	{ "peer's state", peer_pauses,       true },
	{ "one peer more", new_peer,         true },
	{ "no peers",     no_peers,          true },
	{ "nothing",      nothing,           false },
	{ "bookmark",     it_writes,         false },
	{ "time",         time_goes_on,      false },
	{ "lag",          lag_grows,         false },
	{ "connections",  somebody_connects, false },
};
/* clang-format on */

START_TEST(differs)
{
	struct observation a, b;
	struct peer_seen *p;

	observation_init(&a);
	p = observation_peer_add(&a);
	str_copy(p->store, sizeof(p->store), "B");
	observation_copy(&b, &a);
	cases[_i].change(&b);
	ck_assert_msg(observation_differs(&a, &b) == cases[_i].differs, "%s",
	    cases[_i].what);
	observation_done(&a);
	observation_done(&b);
}
END_TEST

START_TEST(a_new_one_knows_nothing)
{
	struct observation o;

	observation_init(&o);
	ck_assert_int_eq(o.role, ROLE_UNKNOWN);
	ck_assert_int_eq(o.reachable, FACT_UNKNOWN);
	ck_assert_int_eq(o.lag_bytes, -1);
	ck_assert_int_eq(o.inst[INSTALLATIONS_MAX - 1].connections, -1);
	ck_assert_ptr_null(observation_home(&o));
	ck_assert_ptr_null(observation_peer(&o, "B"));
	ck_assert(!observation_is_fresh(&o, LOOK_ROLE, 0));
	ck_assert_int_eq(observation_age_ms(&o, LOOK_ROLE, 100), -1);
	observation_done(&o);
}
END_TEST

START_TEST(fresh_and_age)
{
	struct observation o;

	observation_init(&o);
	o.at_ms[1] = 1000; /* role */
	o.at_ms[2] = 2000; /* peers */
	ck_assert(observation_is_fresh(&o, LOOK_ROLE, 1000));
	ck_assert(!observation_is_fresh(&o, LOOK_ROLE, 1001));
	ck_assert(observation_is_fresh(&o, LOOK_ROLE | LOOK_PEERS, 999));
	ck_assert(!observation_is_fresh(&o, LOOK_ROLE | LOOK_PEERS, 1500));
	ck_assert(!observation_is_fresh(&o, LOOK_ROLE | LOOK_MARKER, 0));
	ck_assert(observation_is_fresh(&o, 0, 9999));
	ck_assert_int_eq(observation_age_ms(&o, LOOK_PEERS, 2500), 500);
	ck_assert_int_eq(observation_age_ms(&o, LOOK_PEERS, 1500), 0);
	observation_done(&o);
}
END_TEST

START_TEST(copies_own_what_they_hold)
{
	struct observation a, b;

	observation_init(&a);
	a.home = 0;
	str_copy(observation_peer_add(&a)->store, NAME_MAX_BYTES, "REP2");
	settings_set(&a.details, "tables", "7");
	observation_copy(&b, &a);
	observation_done(&a);
	ck_assert_ptr_nonnull(observation_peer(&b, "rep2"));
	ck_assert_int_eq(observation_peer(&b, "REP2")->logs, -1);
	ck_assert_str_eq(settings_get(&b.details, "tables"), "7");
	ck_assert_ptr_eq(observation_home(&b), &b.inst[0]);
	observation_done(&b);
}
END_TEST

TCase *
observation_tests(void)
{
	TCase *tc = tcase_create("observation");

	tcase_add_loop_test(tc, differs, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, a_new_one_knows_nothing);
	tcase_add_test(tc, fresh_and_age);
	tcase_add_test(tc, copies_own_what_they_hold);
	return tc;
}
