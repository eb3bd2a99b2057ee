/* Rules about hosts: installations, places, bits, servers, policies, clocks. */
#include "daemon/engine/timesten/rules.h"

#include "tests/unit/engine/timesten/check_rules.h"
#include "tests/unit/engine/timesten/rules_case.h"
#include "tests/unit/engine/timesten/rules_change.h"
#include "tests/unit/engine/timesten/rules_world.h"

/* clang-format off */
static void one_installation(void) { w.new[M2] = OLD; }
static void one_folder(void) { set_string(&w.inst[M2][NEW].bin, world_bins[OLD]); }
static void no_old(void) { w.old[SUB] = -1; }
static void no_new(void) { w.new[SUB] = -1; }
static void rep_always(void) { str_copy(w.seen[M1].inst[OLD].replication_policy, 16, "Always"); }
static void ram_always(void) { str_copy(w.seen[SUB].inst[OLD].ram_policy, 16, "always"); }
static void cache_always(void) { rep_always(); str_copy(w.seen[M1].inst[OLD].cache_policy, 16, "always"); }
static void no_policy(void) { for (int i = 0; i < MEMBERS; i++) w.seen[i].inst[OLD].ram_policy[0] = '\0'; }
static void asks_always(void) { settings_set(&w.plan.options, "ram_policy", "always"); }
static void asks_manual(void) { settings_set(&w.plan.options, "ram_policy", "manual"); }
static void no_home(void) { w.seen[SUB].home = -1; }
/* clang-format on */

/* To a host with the same platform, release and bits, where nothing is yet. */
static void
moves_host(void)
{
	single();
	w.pair.member_count = 2;
	w.plan.standby = &w.members[M2];
	plan_follows("move-host");
	w.plan.to = w.plan.from;
	plan_walks("place-free", NULL);
	w.new[M1] = w.new[M2] = OLD;
}

static void
moves_to_nowhere(void)
{
	moves_host();
	w.new[M2] = -1;
}

static void
moves_to_another_release(void)
{
	moves_host();
	world_release(&w.seen[M2].inst[OLD].release, "11.2.2.8.60");
}

/* The new place has a database already. */
static void
place_taken(void)
{
	moves_host();
	settings_set(&w.members[M2].settings, "path", "/data/x");
	w.seen[M2].inst[OLD].exists = FACT_YES;
	str_copy(w.seen[M2].inst[OLD].path, sizeof(w.seen[M2].inst[OLD].path),
	    "/data/x");
}

static void
place_elsewhere(void)
{
	place_taken();
	settings_set(&w.members[M2].settings, "path", "/data/y");
}

static void
place_of_the_old_one(void)
{
	moves_host();
	settings_set(&w.plan.options, "dsn.m1", "x");
}

static void
place_of_the_new_one(void)
{
	moves_host();
	settings_set(&w.plan.options, "dsn.m2", "x");
}

static void
single_image(void)
{
	single();
	w.plan.lists[LIST_FORWARD].count = 1; /* no export */
}

static void
changes_bits(void)
{
	single();
	plan_follows("change-bits");
}

static void
client_server_stays(void)
{
	client_server();
	settings_set(&w.plan.options, "old_server", "stays");
}

static void
client_server_two(void)
{
	client_server();
	settings_set(&w.seen[M1].details, "server.1", "6625");
}

static void
single_one_folder(void)
{
	single();
	set_string(&w.inst[M1][NEW].bin, world_bins[OLD]);
}

static void
skewed(const char *offset_m1, const char *offset_m2, const char *trip)
{
	settings_set(&w.seen[M1].details, "clock_offset_ms", offset_m1);
	settings_set(&w.seen[M2].details, "clock_offset_ms", offset_m2);
	settings_set(&w.seen[M1].details, "clock_round_trip_ms", trip);
	settings_set(&w.seen[M2].details, "clock_round_trip_ms", trip);
}

static void
far_hosts(void)
{
	static char destinations[MEMBERS][2] = { "a", "b", "c" };

	for (int i = 0; i < MEMBERS; i++) {
		w.hosts[i].transport = TRANSPORT_SSH;
		w.hosts[i].ssh_destination = destinations[i];
	}
}

static void
one_login(void)
{
	far_hosts();
	settings_set(&w.members[M1].settings, "guard_login", "tt@a");
}

static void
two_logins(void)
{
	one_login();
	settings_set(&w.members[M2].settings, "guard_login", "tt@b");
}

/* Two members on one host have one clock, however it was measured. */
static void
skew_one_host(void)
{
	static const char *const stores[] = { "store.MASTER1.host",
		"store.MASTER2.host", "store.SUB1.host" };

	skewed("500", "0", "4");
	for (int i = 0; i < MEMBERS; i++) {
		w.members[i].host = &w.hosts[M1];
		for (int k = 0; k < MEMBERS; k++)
			settings_set(&w.seen[i].details, stores[k], "HOST1");
	}
}

/* clang-format off */
static void skew_small(void) { skewed("50", "-40", "4"); }
static void skew_some(void) { skewed("60", "-60", "4"); }
static void skew_large(void) { skewed("130", "-130", "4"); }
static void skew_doubtful(void) { skewed("130", "-130", "40"); }
static void skew_blurred(void) { skewed("130", "-130", "900"); }
static void skew_unsure(void) { skewed("0", "0", "900"); }
/* clang-format on */

/* clang-format off */
static const struct rule_case cases[] = {
	{ "old is new",		  one_installation, 0, NULL, NULL, "member.installations", BLOCK, "m2", "host2" },
	{ "one folder",		  one_folder, 0, NULL, NULL,	"member.installations", BLOCK, "m2", "/opt/old/bin" },
	{ "a patch in place",	  patch_in_place, 0, NULL, NULL, "member.installations", QUIET },
	{ "alone in its instance", patch_in_place, 0, NULL, NULL, "instance.alone", QUIET },
	{ "not alone",		  patch_in_place, M2, "others.0", "/data/hr", "instance.alone", BLOCK, "m2", "/data/hr" },
	{ "not alone, beside",	  patch_beside, M2, "others.0", "/data/hr", "instance.alone", QUIET },
	{ "not alone, a major",	  NULL, M2, "others.0", "/data/hr", "instance.alone", QUIET },
	{ "single: other bits",	  single, M1, "bits.1", "32",	"bits.online", NOTE, "m1", "from 64 to 32" },
	{ "single: an image",	  single_image, M1, "bits.1", "32", "bits.online", BLOCK, "m1", "installation has 32" },
	{ "single: bits unknown", single, M1, "bits.1", NULL,	"bits.online", WARN, "m1", "ttVersion" },
	{ "bits alike",		  NULL, 0, NULL, NULL,		"bits.online", QUIET },
	{ "bits that stay",	  changes_bits, 0, NULL, NULL,	"bits.online", BLOCK, "m1", "64 bits" },
	{ "an old server",	  client_server, M1, "server.0", "53397", "server.port", NOTE, "m1", "port 53397" },
	{ "the old server stays", client_server_stays, M1, "server.0", "53397", "server.port", WARN, "m1", "must not be configured" },
	{ "no old server",	  client_server, M1, "server.0", "none", "server.port", BLOCK, "m1", "no TimesTen Server" },
	{ "two servers",	  client_server_two, M1, "server.0", "53397", "server.port", BLOCK, "m1", "on port 6625" },
	{ "no server asked for",  single, M1, "server.0", "none", "server.port", QUIET },
	{ "single: two places",	  single_one_folder, 0, NULL, NULL, "member.installations", QUIET },
	{ "old not found",	  no_old, 0, NULL, NULL,	"member.installations", BLOCK, "s1", "host3" },
	{ "new not found",	  no_new, 0, NULL, NULL,	"member.installations", QUIET },
	{ "other bits, new",	  NULL, M2, "bits.1", "32",	"bits.online", BLOCK, "m2", "32" },
	{ "other bits, old",	  NULL, SUB, "bits.0", "32",	"bits.online", BLOCK, "s1", "32" },
	{ "bits not said",	  NULL, ALL, "bits.1", NULL,	"bits.online", WARN, NULL, "\"new\" of host1, \"new\" of host2" },

	{ "a taken place",	  place_taken, 0, NULL, NULL,	"place.free", BLOCK, "m2", "put to /data/x, where a database is already" },
	{ "a DSN that goes elsewhere", place_elsewhere, M2, "dsn.0.datastore", "/data/z", "place.free", BLOCK, "m2", "has the DataStore /data/z" },
	{ "a DSN that goes there", place_elsewhere, M2, "dsn.0.datastore", "/data/y/", "place.free", QUIET },
	{ "another place is taken", place_elsewhere, 0, NULL, NULL, "place.free", QUIET },
	{ "a pair has no place",  NULL, 0, NULL, NULL,		"place.free", QUIET },
	{ "the old one is said",  place_of_the_old_one, 0, NULL, NULL, "place.said", BLOCK, "m1", "another place of it" },
	{ "the new one is said",  place_of_the_new_one, 0, NULL, NULL, "place.said", QUIET },
	{ "a place alike",	  moves_host, 0, NULL, NULL, "move.place", QUIET },
	{ "nothing there",	  moves_to_nowhere, 0, NULL, NULL, "move.place", BLOCK, "m2", "no installation of release", "member.installations" },
	{ "another platform",	  moves_host, M2, "platform", "Linux aarch64", "move.place", BLOCK, "m2", "the platform of host" },
	{ "a platform not told",  moves_host, M2, "platform", NULL, "move.place", WARN, "m2", "the platform of the new host" },
	{ "other bits there",	  moves_host, M2, "bits.0", "32", "move.place", BLOCK, "m2", "the number of bits of host" },
	{ "another release there", moves_to_another_release, 0, NULL, NULL, "move.place", BLOCK, "m2", "has release 11.2.2.8.60, the database is of 11.2.2.8.35" },
	{ "managed by Clusterware", NULL, M2, "clusterware", "/opt/old/info/cluster.oracle.ini", "clusterware", BLOCK, "m2", "DSN Master2 is managed" },
	{ "not seen whether",	  NULL, SUB, "clusterware", NULL, "clusterware", NOTE, NULL, "of s1" },
	{ "managed by nobody",	  NULL, 0, NULL, NULL,		"clusterware", QUIET },
	{ "another platform",	  NULL, M2, "platform", "Linux aarch64", "platform", BLOCK, "m2", "host host2 is Linux aarch64" },
	{ "platform unknown",	  NULL, M2, "platform", NULL,	"platform", NOTE, NULL, "of m2" },
	{ "one platform",	  NULL, 0, NULL, NULL,		"platform", QUIET },
	{ "single: one host",	  single, M1, "platform", NULL,	"platform", QUIET },

	{ "agent policy",	  rep_always, 0, NULL, NULL,	"policies.restore", NOTE, "m1", "always of m1: replication agent;" },
	{ "RAM policy",		  ram_always, 0, NULL, NULL,	"policies.restore", NOTE, "s1", "always of s1: RAM;" },
	{ "cache agent policy",	  cache_always, 0, NULL, NULL,	"policies.restore", NOTE, "m1", "always of m1: replication agent, cache agent;" },
	{ "policies unknown",	  no_policy, 0, NULL, NULL,	"policies.restore", WARN, NULL, "m1, m2, s1" },
	{ "home unknown",	  no_home, 0, NULL, NULL,	"policies.restore", WARN, NULL, "of s1" },
	{ "a temporary one",	  asks_always, M2, "temporary", "yes", "policies.restore", BLOCK, "m2", "cannot be always", "temporary" },
	{ "a temporary one, manual", asks_manual, M2, "temporary", "yes", "policies.restore", QUIET, NULL, NULL, "temporary" },
	{ "a permanent one",	  asks_always, M2, "temporary", "no", "policies.restore", QUIET },
	{ "no policy changes",	  NULL, 0, NULL, NULL,		"policies.restore", QUIET },
	{ "clocks agree",	  skew_small, 0, NULL, NULL,	"clock.skew", QUIET },
	{ "clocks differ",	  skew_some, 0, NULL, NULL,	"clock.skew", WARN, NULL, "120 ms" },
	{ "clocks differ much",	  skew_large, 0, NULL, NULL,	"clock.skew", BLOCK, NULL, "host1 and host2 differ by 260 ms" },
	{ "it may be less",	  skew_doubtful, 0, NULL, NULL, "clock.skew", WARN, NULL, "260 ms, give or take 40" },
	{ "it may be anything",	  skew_blurred, 0, NULL, NULL,	"clock.skew", WARN, NULL, "give or take 900" },
	{ "slow answers",	  skew_unsure, 0, NULL, NULL,	"clock.skew", NOTE, NULL, "give or take 900" },
	{ "one host, one clock",  skew_one_host, 0, NULL, NULL, "clock.skew", QUIET },
	{ "a clock not read",	  NULL, M2, "clock_offset_ms", NULL, "clock.skew", WARN, NULL, "hosts of m2" },

	{ "masters on one machine", NULL, 0, NULL, NULL,	"guard.login", QUIET },
	{ "nobody logs in",	  far_hosts, 0, NULL, NULL,	"guard.login", NOTE, NULL, "has no way to the other" },
	{ "only one way",	  one_login, 0, NULL, NULL,	"guard.login", NOTE, NULL, "has no way to the other" },
	{ "both ways",		  two_logins, 0, NULL, NULL,	"guard.login", QUIET },
};
/* clang-format on */

START_TEST(rule)
{
	rule_case_check(&cases[_i]);
}
END_TEST

/* What nobody could tell is a line for each rule at most, however many members. */
START_TEST(unknown_is_short)
{
	no_schema();
	no_policy();
	for (int i = 0; i < MEMBERS; i++)
		settings_done(&w.seen[i].details);
	tt_check(&w.plan, w.seen, &w.f);
	ck_assert_uint_eq(findings_count(&w.f, SEVERITY_BLOCKER), 0);
	/* schema.seen, bits.online, policies.restore, clock.skew */
	ck_assert_uint_eq(findings_count(&w.f, SEVERITY_WARNING), 4);
}
END_TEST

TCase *
rules_host_tests(void)
{
	TCase *tc = tcase_create("host");

	tcase_add_checked_fixture(tc, world_init, world_done);
	tcase_add_loop_test(tc, rule, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, unknown_is_short);
	return tc;
}
