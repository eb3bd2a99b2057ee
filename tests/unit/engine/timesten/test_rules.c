/*
 * A pair that no rule complains of, and one change of it in each case. The table says
 * which rule speaks then, how loud, and with which words; every other rule that is louder
 * than a note is an error of the test.
 */
#include "daemon/engine/timesten/rules.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "tests/unit/engine/timesten/check_rules.h"
#include "tests/unit/engine/timesten/rules_world.h"

/* ---- changes that are no detail ---- */

static void
set_string(char **s, const char *value)
{
	free(*s);
	*s = mem_strdup(value);
}

static void
from_release(const char *text)
{
	world_release(&w.plan.from, text);
	for (int i = 0; i < MEMBERS; i++)
		w.seen[i].inst[OLD].release = w.plan.from;
}

static void
crossing(const char *from, const char *to)
{
	from_release(from);
	world_release(&w.plan.to, to);
}

/* clang-format off */
static void from_unknown(void) { from_release("21.1.1.1.0"); }
static void to_unknown(void) { world_release(&w.plan.to, "23.1.1.1.0"); }
static void to_short(void) { world_release(&w.plan.to, "22.1.1.27"); }
static void from_unset(void) { w.plan.from = (struct release){ 0 }; }
static void downgrade(void) { crossing("22.1.1.36.0", "18.1.4.54.0"); }
static void patch(void) { crossing("22.1.1.1.0", "22.1.1.27.0"); }
static void too_low(void) { from_release("11.2.2.8.26"); }
static void too_low_peer(void) { world_release(&w.seen[SUB].inst[OLD].release, "11.2.2.8.0"); }
static void hash_low(void) { crossing("22.1.1.35.0", "26.1.1.1.0"); }
static void hash_low_new(void) { crossing("22.1.1.36.0", "26.1.1.0.0"); }
static void hash_good(void) { crossing("22.1.1.36.0", "26.1.1.1.0"); }
static void unsure(void) { crossing("18.1.4.54.0", "26.1.1.1.0"); }
static void no_guide(void) { from_release("11.2.1.9.0"); }
static void pre_admin(void) { crossing("7.0.5.1.0", "11.2.1.9.0"); }
static void pre7(void) { crossing("6.0.17", "11.2.1.9.0"); }
static void no_user(void) { set_string(&w.pair.duplicate.user, NULL); }
static void no_password(void) { set_string(&w.pair.duplicate.password_file, NULL); }
static void one_installation(void) { w.new[M2] = OLD; }
static void one_folder(void) { set_string(&w.inst[M2][NEW].bin, world_bins[OLD]); }
static void no_old(void) { w.old[SUB] = -1; }
static void no_new(void) { w.new[SUB] = -1; }
static void other_port(void) { w.members[M2].port = 31001; }
static void no_ports(void) { for (int i = 0; i < MEMBERS; i++) w.members[i].port = 0; }
static void other_host(void) { set_string(&w.hosts[M2].name, "elsewhere"); }
static void longer_host(void) { set_string(&w.hosts[M2].name, "host22"); }
static void long_host(void) { set_string(&w.hosts[M2].name, "host2.example.com"); }
static void other_store(void) { settings_set(&w.members[SUB].settings, "store", "sub9"); }
static void named_store(void) { settings_set(&w.members[SUB].settings, "dsn", "x");
	settings_set(&w.members[SUB].settings, "store", "sUb1"); }
static void rep_always(void) { str_copy(w.seen[M1].inst[OLD].replication_policy, 16, "Always"); }
static void ram_always(void) { str_copy(w.seen[SUB].inst[OLD].ram_policy, 16, "always"); }
static void cache_always(void) { rep_always(); str_copy(w.seen[M1].inst[OLD].cache_policy, 16, "always"); }
static void no_policy(void) { for (int i = 0; i < MEMBERS; i++) w.seen[i].inst[OLD].ram_policy[0] = '\0'; }
static void asks_little(void) { settings_set(&w.plan.options, "perm_size", "1023"); }
static void asks_enough(void) { settings_set(&w.plan.options, "perm_size", "1024"); }
static void asks_much(void) { settings_set(&w.plan.options, "perm_size", "2048"); }
static void asks_always(void) { settings_set(&w.plan.options, "ram_policy", "always"); }
static void asks_manual(void) { settings_set(&w.plan.options, "ram_policy", "manual"); }
static void asks_utf8(void) { settings_set(&w.plan.options, "charset", "al32utf8"); }
static void no_home(void) { w.seen[SUB].home = -1; }
static void odd_user(void) { set_string(&w.pair.duplicate.user, "pat smith"); pre_admin(); }
static void bidirectional(void) { set_string(&w.pair.topology, "bidirectional"); }
/* clang-format on */

/* Two masters that send to each other: the subscriber is no member of it. */
static void
classic(void)
{
	bidirectional();
	w.pair.member_count = 2;
	set_string(&w.pair.marker_table, "ops.marker");
	for (int i = 0; i < 2; i++) {
		struct peer_seen *p = observation_peer_add(&w.seen[i]);

		settings_set(&w.seen[i].details, "scheme", "REPSCHEME");
		settings_unset(&w.seen[i].details, "store.SUB1.host");
		settings_unset(&w.seen[i].details, "store.SUB1.port");
		settings_unset(&w.seen[i].details, "store.SUB1.local");
		str_copy(p->store, sizeof(p->store), i == M1 ? "MASTER2" : "MASTER1");
		str_copy(p->state, sizeof(p->state), "start");
		w.seen[i].peers_seen = FACT_YES;
	}
}

static void
one_way(void)
{
	classic();
	str_copy(w.seen[M2].peers[0].store, NAME_MAX_BYTES, "SUB1");
}

static void
paused(void)
{
	classic();
	str_copy(w.seen[M1].peers[0].state, sizeof(w.seen[M1].peers[0].state), "pause");
}

static void
classic_unmarked(void)
{
	classic();
	set_string(&w.pair.marker_table, NULL);
}

static void
classic_in_pair(void)
{
	classic();
	settings_set(&w.seen[M1].details, "scheme", "_ACTIVESTANDBY");
}

static void
classic_none(void)
{
	classic();
	settings_set(&w.seen[M2].details, "scheme", "none");
}

static void
sets_ports(void)
{
	static const struct step steps[] = { { .id = "set-ports" } };
	static struct plan_step rows[ARRAY_SIZE(steps)];

	classic();
	rows[0].step = &steps[0];
	w.plan.lists[LIST_FORWARD].items = rows;
	w.plan.lists[LIST_FORWARD].count = (int)ARRAY_SIZE(rows);
}

static void
classic_no_user(void)
{
	sets_ports();
	no_user();
}

/* A plan of a patch: no copy, no export; the daemon is stopped where it is in place. */
static void
patch_beside(void)
{
	static const struct step steps[] = { { .id = "daemon-stop" }, { .id = "install" } };
	static struct plan_step rows[ARRAY_SIZE(steps)];

	patch();
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		rows[i].step = &steps[i];
	w.plan.lists[LIST_FORWARD].items = rows;
	w.plan.lists[LIST_FORWARD].count = (int)ARRAY_SIZE(rows);
}

static void
patch_in_place(void)
{
	patch_beside();
	for (int i = 0; i < MEMBERS; i++)
		w.new[i] = OLD;
}

static void
patch_without_user(void)
{
	patch_in_place();
	no_user();
}

/* One database, offline, through an export, into another place of the same installation. */
static void
single(void)
{
	static const struct step steps[] = { { .id = "place-free" }, { .id = "migrate-out" } };
	static struct plan_step rows[ARRAY_SIZE(steps)];

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		rows[i].step = &steps[i];
	w.plan.lists[LIST_FORWARD].items = rows;
	w.plan.lists[LIST_FORWARD].count = (int)ARRAY_SIZE(rows);
	set_string(&w.pair.topology, "single");
	w.pair.member_count = 1;
	w.plan.standby = NULL;
}

/* To a host with the same platform, release and bits, where nothing is yet. */
static void
moves_host(void)
{
	static const struct procedure p = { .id = "move-host" };
	static const struct step step = { .id = "place-free" };
	static struct plan_step row = { .step = &step };

	single();
	w.pair.member_count = 2;
	w.plan.standby = &w.members[M2];
	w.plan.procedure = &p;
	w.plan.to = w.plan.from;
	w.plan.lists[LIST_FORWARD].items = &row;
	w.plan.lists[LIST_FORWARD].count = 1;
	w.new[M1] = w.new[M2] = OLD;
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
	str_copy(w.seen[M2].inst[OLD].path, sizeof(w.seen[M2].inst[OLD].path), "/data/x");
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

/* ---- columns, transactions, the log ---- */

/* clang-format off */
static void out_of_line(void) { settings_set(&w.seen[M2].details, "not_inline", "2 f");
	settings_set(&w.seen[M2].details, "not_inline.columns", "A.T.NOTE A.T.TEXT");
	settings_set(&w.seen[M1].details, "not_inline", "1 e");
	settings_set(&w.seen[M1].details, "not_inline.columns", "A.T.TEXT");
	settings_set(&w.seen[SUB].details, "not_inline", "1 e"); }
static void transaction(int64_t age_ms) { w.seen[M1].at_wall_ms = 1000000 + age_ms;
	settings_set(&w.seen[M1].details, "transactions", "1");
	settings_set(&w.seen[M1].details, "xact.1.21", "4711 1000000 ttIsql"); }
static void transaction_new(void) { transaction(0); }
static void transaction_old(void) { transaction(12000); }
static void written(int64_t bytes_per_s) { w.seen[M1].write_bytes_per_s = bytes_per_s; }
static void written_little(void) { written(1024); settings_set(&w.seen[M1].details, "fail_threshold", "10"); }
static void written_much(void) { written(1048576); settings_set(&w.seen[M1].details, "fail_threshold", "10"); }
static void log_fits(void) { written(1024); settings_set(&w.seen[M1].details, "free.log_kib", "1048576"); }
static void log_full(void) { written(1048576); settings_set(&w.seen[M1].details, "free.log_kib", "1048576"); }
/* clang-format on */

static void
single_image(void)
{
	single();
	w.plan.lists[LIST_FORWARD].count = 1; /* no export */
}

static void
changes_bits(void)
{
	static const struct procedure p = { .id = "change-bits" };

	single();
	w.plan.procedure = &p;
}

static void
converts(void)
{
	static const struct procedure p = { .id = "convert-charset" };

	single();
	w.plan.procedure = &p;
}

static void
pair_major(void)
{
	static const struct procedure p = { .id = "asp-major" };

	w.plan.procedure = &p;
}

static void
pair_cache(void)
{
	pair_major();
	set_string(&w.pair.cache.user, "terry");
	set_string(&w.pair.cache.password_file, "/secret");
}

static void
pair_cache_written(void)
{
	pair_cache();
	settings_set(&w.seen[0].details, "cachegroups_written", "A.W");
}

static void
single_cache(void)
{
	single();
	set_string(&w.pair.cache.user, "terry");
	set_string(&w.pair.cache.password_file, "/secret");
}

/* The same with the step that turns autorefresh on again. */
static void
single_refresh(void)
{
	static const struct step steps[] = { { .id = "migrate-out" }, { .id = "refresh-on" } };
	static struct plan_step rows[ARRAY_SIZE(steps)];

	single_cache();
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		rows[i].step = &steps[i];
	w.plan.lists[LIST_FORWARD].items = rows;
}

static void
cache_from_7(void)
{
	single_cache();
	crossing("7.0.5.1.0", "11.2.1.9.0");
}

/* A pair before 7.0, with a plan that copies nobody. */
static void
types_stay(void)
{
	static const struct step steps[] = { { .id = "install" } };
	static struct plan_step rows[ARRAY_SIZE(steps)];

	pre7();
	rows[0].step = &steps[0];
	w.plan.lists[LIST_FORWARD].items = rows;
	w.plan.lists[LIST_FORWARD].count = 1;
}

static void
client_server(void)
{
	static const struct procedure p = { .id = "client-server" };

	single();
	w.plan.procedure = &p;
}

static void
client_server_pre7(void)
{
	client_server();
	crossing("6.0.17", "11.2.1.9.0");
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
single_no_guide(void)
{
	single();
	no_guide();
}

/* Twins: two stores of one name on two hosts. */
static void
twins(void)
{
	settings_set(&w.members[M2].settings, "dsn", "master1");
}

static void
no_schema(void)
{
	for (int i = 0; i < MEMBERS; i++)
		world_no_schema(i);
}

static void
no_schema_no_ports(void)
{
	no_schema();
	no_ports();
}

static void
no_schema_of_active(void)
{
	world_no_schema(M1);
}

/* The stores were refused everywhere: what is left is the configuration. */
static void
no_stores(void)
{
	static const char *const fields[] = { "host", "port", "local" };
	static const char *const stores[] = { "MASTER1", "MASTER2", "SUB1" };
	char key[64];

	for (int i = 0; i < MEMBERS; i++) {
		settings_unset(&w.seen[i].details, "stores");
		for (size_t k = 0; k < ARRAY_SIZE(fields) * ARRAY_SIZE(stores); k++) {
			str_printf(key, sizeof(key), "store.%s.%s", stores[k / 3],
			    fields[k % 3]);
			settings_unset(&w.seen[i].details, key);
		}
		settings_set(&w.seen[i].details, "gaps", "stores");
	}
}

static void
no_stores_no_ports(void)
{
	no_stores();
	no_ports();
}

/* The database of the other master hides behind this DSN. */
static void
swapped_dsn(void)
{
	settings_set(&w.seen[M1].details, "store.MASTER1.local", "no");
	settings_set(&w.seen[M1].details, "store.MASTER2.local", "yes");
}

static void
all_automatic(void)
{
	for (int i = 0; i < MEMBERS; i++) {
		settings_set(&w.seen[i].details, "store.MASTER1.port", "0");
		settings_set(&w.seen[i].details, "store.MASTER2.port", "0");
	}
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


#define QUIET (-1)
#define NOTE  SEVERITY_NOTE
#define WARN  SEVERITY_WARNING
#define BLOCK SEVERITY_BLOCKER

static const struct {
	const char *what;
	void (*change)(void);
	int who; const char *key, *value; /* a detail; value NULL: nobody tells it */
	const char *rule; int severity; const char *member, *text, *also;
} cases[] = {
	{ "nothing wrong",	  NULL, 0, NULL, NULL,		"release.parse", QUIET },

	{ "old release unknown",  from_unknown, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "21.1" },
	{ "new release unknown",  to_unknown, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "23.1" },
	{ "four parts",		  to_short, 0, NULL, NULL,	"release.parse", NOTE, NULL, "22.1.1.27 has 4 parts" },
	{ "no old release",	  from_unset, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "not known" },
	{ "another major",	  NULL, 0, NULL, NULL,		"release.path", NOTE, NULL, "ttMigrate" },
	{ "a patch",		  patch, 0, NULL, NULL,		"release.path", NOTE, NULL, "one major release" },
	{ "down across majors",	  downgrade, 0, NULL, NULL,	"release.path", BLOCK, NULL, "no way leads down" },
	{ "crossing known",	  NULL, 0, NULL, NULL,		"release.cross", QUIET },
	{ "a patch crosses not",  patch, 0, NULL, NULL,		"release.cross", QUIET },
	{ "down is not said twice", downgrade, 0, NULL, NULL,	"release.cross", QUIET, NULL, NULL, "release.path" },
	{ "patch first",	  too_low, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "11.2.2.8.26 is below 11.2.2.8.27" },
	{ "one member too low",	  too_low_peer, 0, NULL, NULL,	"release.cross", BLOCK, "s1", "below 11.2.2.8.27" },
	{ "no guide",		  no_guide, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "no guide describes" },
	{ "password hashes",	  hash_low, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "below 22.1.1.36.0: 26.1 stores passwords" },
	{ "hashes, new too low",  hash_low_new, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "below 26.1.1.1.0" },
	{ "hashes are good",	  hash_good, 0, NULL, NULL,	"release.cross", QUIET },
	{ "in no document",	  unsure, 0, NULL, NULL,	"release.cross", WARN, NULL, "18.1.4.54.0" },
	{ "no pre7",		  pre_admin, 0, NULL, NULL,	"release.pre7", QUIET, NULL, NULL, "access.admin" },
	{ "pre7: character set",  pre7, 0, NULL, NULL,		"release.pre7", BLOCK, "m1", "TIMESTEN8", "access.admin" },
	{ "pre7: daemon option",  pre7, ALL, "charset", "TIMESTEN8", "release.pre7", WARN, NULL, "7.0", "access.admin" },
	{ "no user",		  no_user, 0, NULL, NULL,	"release.duplicate", BLOCK, NULL, "no user" },
	{ "no password",	  no_password, 0, NULL, NULL,	"release.duplicate", BLOCK, NULL, "no password file" },
	{ "users come along",	  NULL, 0, NULL, NULL,		"access.admin", QUIET },
	{ "users do not",	  pre_admin, 0, NULL, NULL,	"access.admin", NOTE, "m2", "user pat is created in m2" },
	{ "no name of a user",	  odd_user, 0, NULL, NULL,	"access.admin", BLOCK, "m2", "pat smith" },

	{ "old is new",		  one_installation, 0, NULL, NULL, "member.installations", BLOCK, "m2", "host2" },
	{ "one folder",		  one_folder, 0, NULL, NULL,	"member.installations", BLOCK, "m2", "/opt/old/bin" },
	{ "a patch in place",	  patch_in_place, 0, NULL, NULL, "member.installations", QUIET },
	{ "alone in its instance", patch_in_place, 0, NULL, NULL, "instance.alone", QUIET },
	{ "not alone",		  patch_in_place, M2, "others.0", "/data/hr", "instance.alone", BLOCK, "m2", "/data/hr" },
	{ "not alone, beside",	  patch_beside, M2, "others.0", "/data/hr", "instance.alone", QUIET },
	{ "not alone, a major",	  NULL, M2, "others.0", "/data/hr", "instance.alone", QUIET },
	{ "a patch copies not",	  patch_without_user, 0, NULL, NULL, "release.duplicate", QUIET },
	{ "a patch with cache",	  patch_beside, M1, "cache_groups", "2", "cache.groups", NOTE, "m1", "2 cache groups" },
	{ "a patch and definitions", patch_beside, 0, NULL, NULL, "ddl.freeze", QUIET },
	{ "single: no scheme",	  single, M1, "scheme", "none",	"scheme.kind", QUIET },
	{ "single: no names",	  single, M1, "stores", NULL,	"wait.names", QUIET },
	{ "single: no ports",	  single, M1, "store.MASTER1.port", "0", "ports.static", QUIET },
	{ "single: no keys",	  single, M1, "tables_without_key", "A.X", "tables.key", QUIET },
	{ "single: nobody waits", single, M1, "return_service", "twosafe", "return.service", QUIET },
	{ "single: no log held",  single, M1, "fail_threshold", "10", "space.log", QUIET },
	{ "single: an export",	  single, 0, NULL, NULL,	"space.disk", NOTE, "m1", "/backup" },
	{ "single: other bits",	  single, M1, "bits.1", "32",	"bits.online", NOTE, "m1", "from 64 to 32" },
	{ "single: an image",	  single_image, M1, "bits.1", "32", "bits.online", BLOCK, "m1", "installation has 32" },
	{ "single: bits unknown", single, M1, "bits.1", NULL,	"bits.online", WARN, "m1", "ttVersion" },
	{ "bits that stay",	  changes_bits, 0, NULL, NULL,	"bits.online", BLOCK, "m1", "64 bits" },
	{ "it has that set",	  asks_utf8, 0, NULL, NULL,	"charset.equal", BLOCK, "m1", "is AL32UTF8 already" },
	{ "a character set less", converts, 0, NULL, NULL,	"charset.equal", WARN, "m1", "AL32UTF8" },
	{ "bytes are kept",	  converts, M1, "charset", "TIMESTEN8", "charset.equal", QUIET },
	{ "single: cache, nobody", single, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups" },
	{ "single: cache, known", single_cache, M1, "cache_groups", "1", "cache.groups", NOTE, "m1", "1 cache group:" },
	{ "no grid before",	  cache_from_7, M1, "cache_groups", "1", "grid.off", WARN, "m1", "before 11.2.1" },
	{ "no cache, no grid",	  cache_from_7, 0, NULL, NULL,	"grid.off", QUIET },
	{ "a grid already",	  single_cache, M1, "cache_groups", "1", "grid.off", QUIET },
	{ "types stay",		  types_stay, ALL, "charset", "TIMESTEN8", "types.online", NOTE, NULL, "TimesTen's data types", "release.pre7" },
	{ "types of 7.0",	  pre_admin, 0, NULL, NULL,	"types.online", QUIET, NULL, NULL, "access.admin" },
	{ "pre7: clients",	  client_server_pre7, M1, "server.0", "53397", "release.pre7", WARN, NULL, "clients from before 7.0" },
	{ "7.0: clients",	  client_server, M1, "server.0", "53397", "release.pre7", QUIET },
	{ "cache: Oracle's set",  single_cache, M1, "cache_groups", "1", "charset.equal", NOTE, NULL, "of its Oracle database, AL32UTF8" },
	{ "no cache, no Oracle",  single_cache, 0, NULL, NULL, "charset.equal", QUIET },
	{ "an old server",	  client_server, M1, "server.0", "53397", "server.port", NOTE, "m1", "port 53397" },
	{ "no old server",	  client_server, M1, "server.0", "none", "server.port", BLOCK, "m1", "no TimesTen Server" },
	{ "two servers",	  client_server_two, M1, "server.0", "53397", "server.port", BLOCK, "m1", "on port 6625" },
	{ "no server asked for",  single, M1, "server.0", "none", "server.port", QUIET },
	{ "single: no crossing",  single_no_guide, 0, NULL, NULL, "release.cross", QUIET },
	{ "single: no user",	  single, 0, NULL, NULL,	"release.duplicate", QUIET },
	{ "single: two places",	  single_one_folder, 0, NULL, NULL, "member.installations", QUIET },
	{ "old not found",	  no_old, 0, NULL, NULL,	"member.installations", BLOCK, "s1", "host3" },
	{ "new not found",	  no_new, 0, NULL, NULL,	"member.installations", QUIET },
	{ "other bits, new",	  NULL, M2, "bits.1", "32",	"bits.online", BLOCK, "m2", "32" },
	{ "other bits, old",	  NULL, SUB, "bits.0", "32",	"bits.online", BLOCK, "s1", "32" },
	{ "bits not said",	  NULL, ALL, "bits.1", NULL,	"bits.online", WARN, NULL, "\"new\" of host1, \"new\" of host2" },

	{ "no scheme",		  NULL, M1, "scheme", "none",	"scheme.kind", BLOCK, "m1", "none" },
	{ "classic scheme",	  NULL, ALL, "scheme", "BIDI",	"scheme.kind", BLOCK, "m1", "BIDI" },
	{ "several schemes",	  NULL, M2, "scheme", "several", "scheme.kind", BLOCK, "m2", "several" },
	{ "scheme not told",	  NULL, ALL, "scheme", NULL,	"scheme.kind", WARN, NULL, "m1, m2, s1" },
	{ "one tells the scheme", NULL, M1, "scheme", NULL,	"scheme.kind", QUIET },
	{ "two masters",	  classic, 0, NULL, NULL,	"scheme.flow", QUIET },
	{ "one sends to nobody",  one_way, 0, NULL, NULL,	"scheme.flow", BLOCK, "m2", "does not replicate to m1" },
	{ "one is paused",	  paused, 0, NULL, NULL,	"scheme.flow", BLOCK, "m1", "pause" },
	{ "no classic scheme",	  classic_in_pair, 0, NULL, NULL, "scheme.kind", BLOCK, "m1", "_ACTIVESTANDBY" },
	{ "no scheme at all",	  classic_none, 0, NULL, NULL, "scheme.kind", BLOCK, "m2", "none" },
	{ "a marker",		  classic, 0, NULL, NULL,	"marker.needed", QUIET },
	{ "no marker",		  classic_unmarked, 0, NULL, NULL, "marker.needed", BLOCK, NULL, "marker" },
	{ "no marker in a pair",  NULL, 0, NULL, NULL,		"marker.needed", QUIET },
	{ "ports that are set",	  sets_ports, ALL, "store.MASTER1.port", "0", "ports.static", NOTE, "m1", "from 0 to 30000" },
	{ "an abort cannot copy", classic_no_user, 0, NULL, NULL, "release.duplicate", WARN, NULL, "abort" },
	{ "not said to be a pair", bidirectional, M1, "scheme", "BIDI", "scheme.kind", BLOCK, "m2", "_ACTIVESTANDBY", "marker.needed" },

	{ "names agree",	  named_store, 0, NULL, NULL,	"wait.names", QUIET },
	{ "not in the scheme",	  other_store, 0, NULL, NULL,	"wait.names", BLOCK, "s1", "no store sub9" },
	{ "not in the configuration", other_store, 0, NULL, NULL, "wait.names", BLOCK, NULL, "SUB1 on host HOST3" },
	{ "one store too many",	  NULL, M1, "store.SUB2.host", "H4", "wait.names", BLOCK, NULL, "SUB2 on host H4" },
	{ "AWT is no store",	  NULL, M1, "store._ORACLE.host", "H1", "wait.names", QUIET },
	{ "another host",	  other_host, 0, NULL, NULL,	"wait.names", WARN, "m2", "elsewhere" },
	{ "a longer host name",	  longer_host, 0, NULL, NULL,	"wait.names", WARN, "m2", "host22" },
	{ "host with domain",	  long_host, 0, NULL, NULL,	"wait.names", QUIET },
	{ "another domain",	  long_host, ALL, "store.MASTER2.host", "HOST2.EXAMPLE.ORG", "wait.names", WARN, "m2", "ORG" },
	{ "copies disagree",	  NULL, SUB, "store.MASTER2.host", "HOST9", "wait.names", BLOCK, "s1", "HOST9" },
	{ "DSN of another",	  swapped_dsn, 0, NULL, NULL,	"wait.names", BLOCK, "m1", "MASTER2" },
	{ "twins",		  twins, 0, NULL, NULL,		"wait.names", WARN, NULL, "cannot be told apart" },
	{ "twins in the scheme",  NULL, M1, "stores_alike", "yes", "wait.names", WARN, NULL, "cannot be told apart" },
	{ "stores not told",	  no_stores, 0, NULL, NULL,	"wait.names", WARN, NULL, "m1 refused: stores", "ports.static" },

	{ "automatic",		  NULL, ALL, "store.MASTER2.port", "0", "ports.static", BLOCK, NULL, "m2 is automatic" },
	{ "automatic, all in one", all_automatic, 0, NULL, NULL, "ports.static", BLOCK, NULL, "m1, m2 is automatic" },
	{ "automatic, a patch",	  patch, ALL, "store.MASTER2.port", "0", "ports.static", QUIET },
	{ "another port",	  other_port, 0, NULL, NULL,	"ports.static", BLOCK, "m2", "31001 for m2, the scheme has 30001" },
	{ "none configured",	  no_ports, 0, NULL, NULL,	"ports.static", QUIET },
	{ "ports of copies",	  NULL, SUB, "store.MASTER1.port", "30009", "ports.static", BLOCK, "m1", "30009" },
	{ "port not a number",	  NULL, M1, "store.MASTER1.port", "", "ports.static", WARN, NULL, "port of m1" },
	{ "stores not told",	  no_stores, 0, NULL, NULL,	"ports.static", WARN, NULL, "m1, m2, s1", "wait.names" },
	{ "nor any port",	  no_stores_no_ports, 0, NULL, NULL, "ports.static", WARN, NULL, "none for m1, m2, s1", "wait.names" },
	{ "nothing seen, no port", no_schema_no_ports, 0, NULL, NULL, "ports.static", WARN, NULL, "none for m1, m2, s1", "schema.seen" },
	{ "nothing seen, ports",  no_schema, 0, NULL, NULL,	"ports.static", QUIET, NULL, NULL, "schema.seen" },

	{ "schema of nobody",	  no_schema, 0, NULL, NULL,	"schema.seen", WARN, NULL, "m1, m2, s1 were not seen (m1: no answer)" },
	{ "schema of one",	  no_schema_of_active, 0, NULL, NULL, "schema.seen", WARN, NULL, "scheme of m1 were not seen" },
	{ "schema of all",	  NULL, 0, NULL, NULL,		"schema.seen", QUIET },

	{ "other character set",  NULL, M2, "charset", "WE8ISO8859P1", "charset.equal", BLOCK, "m2", "AL32UTF8" },
	{ "the same, lower case", NULL, M2, "charset", "al32utf8", "charset.equal", QUIET },
	{ "one not told",	  NULL, SUB, "charset", NULL,	"charset.equal", WARN, NULL, "of s1 is not known" },
	{ "none told",		  NULL, ALL, "charset", NULL,	"charset.equal", WARN, NULL, "of m1, m2, s1 is not known" },
	{ "parallel, not equal",  NULL, SUB, "parallelism", "4", "parallel.equal", WARN, "s1", "ReplicationParallelism" },
	{ "ordering, not equal",  NULL, M2, "apply_ordering", "2", "parallel.equal", WARN, "m2", "ApplyOrdering" },
	{ "no such attribute",	  NULL, ALL, "parallelism", NULL, "parallel.equal", QUIET },

	{ "a table without key",  NULL, M1, "tables_without_key", "A.X A.Y", "tables.key", BLOCK, "m1", "2 tables without a key cannot be replicated; what the old active has there would be lost with it: A.X, A.Y" },
	{ "a taken place",	  place_taken, 0, NULL, NULL,	"place.free", BLOCK, "m2", "put to /data/x, where a database is already" },
	{ "another place is taken", place_elsewhere, 0, NULL, NULL, "place.free", QUIET },
	{ "a pair has no place",  NULL, 0, NULL, NULL,		"place.free", QUIET },
	{ "the old one is said",  place_of_the_old_one, 0, NULL, NULL, "place.said", BLOCK, "m1", "another place of it" },
	{ "the new one is said",  place_of_the_new_one, 0, NULL, NULL, "place.said", QUIET },
	{ "a place alike",	  moves_host, 0, NULL, NULL, "move.place", QUIET },
	{ "another platform",	  moves_host, M2, "platform", "Linux aarch64", "move.place", BLOCK, "m2", "the platform of host" },
	{ "a platform not told",  moves_host, M2, "platform", NULL, "move.place", WARN, "m2", "the platform of the new host" },
	{ "other bits there",	  moves_host, M2, "bits.0", "32", "move.place", BLOCK, "m2", "the number of bits of host" },
	{ "another release there", moves_to_another_release, 0, NULL, NULL, "move.place", BLOCK, "m2", "has release 11.2.2.8.60, the database is of 11.2.2.8.35" },
	{ "everybody is ADMIN",	  NULL, M1, "public_admin", "yes", "access.public", WARN, "m1", "ADMIN is granted to PUBLIC in m1" },
	{ "nobody else is",	  NULL, 0, NULL, NULL, "access.public", QUIET },
	{ "schemes kept",	  NULL, M2, "history_schemes", "TTREP_SCHEMA_VERSION_004", "schemes.kept", NOTE, "m2", "tables of TTREP_SCHEMA_VERSION_004" },
	{ "no schemes kept",	  NULL, 0, NULL, NULL, "schemes.kept", QUIET },
	{ "copies of schemes",	  NULL, M1, "tables_without_key", "TTREP_SCHEMA_VERSION_004.T", "tables.key", QUIET },
	{ "one of two",		  NULL, M1, "tables_without_key", "TTREP_SCHEMA_VERSION_004.T A.X", "tables.key", BLOCK, "m1", "1 table " },
	{ "keys not told",	  NULL, ALL, "tables_without_key", NULL, "tables.key", WARN, NULL, "m1, m2, s1" },
	{ "standby tells keys",	  NULL, M1, "tables_without_key", NULL, "tables.key", QUIET },
	{ "cache groups",	  NULL, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups" },
	{ "cache, nobody known",  pair_major, M1, "cache_groups", "2", "cache.groups", BLOCK, "m1", "2 cache groups, and ttMigrate" },
	{ "a known administrator", pair_cache, M1, "cache_groups", "2", "cache.groups", NOTE, "m1", "2 cache groups: cache agents" },
	{ "cache groups written", pair_cache_written, M1, "cache_groups", "1", "cache.groups", BLOCK, "m1", "not read-only (A.W)" },
	{ "cache groups unknown", NULL, M2, "cache_groups", NULL, "cache.groups", WARN, NULL, "of m2" },
	{ "other columns out of line", out_of_line, 0, NULL, NULL, "inline.equal", BLOCK, "m2", "line: A.T.NOTE" },
	{ "all out of line alike", NULL, ALL, "not_inline", "3 e", "inline.equal", QUIET },
	{ "too many to name",	  NULL, SUB, "not_inline", "900 e", "inline.equal", BLOCK, "s1", "among many" },
	{ "lines unknown",	  NULL, ALL, "not_inline", NULL, "inline.equal", WARN, NULL, "out of line of m1, m2, s1" },
	{ "single: lines",	  single, M1, "not_inline", NULL, "inline.equal", QUIET },
	{ "refresh is lost",	  single_cache, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", WARN, "m1", "on for A.C, and ttMigrate" },
	{ "refresh comes again",  single_refresh, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", NOTE, "m1", "on for A.C" },
	{ "refresh is paused",	  single_refresh, M1, "cachegroup.A.C.autorefresh", "paused", "cache.refresh", NOTE, "m1", "paused for A.C" },
	{ "refresh is off",	  single_refresh, M1, "cachegroup.A.C.autorefresh", "off", "cache.refresh", QUIET },
	{ "a patch refreshes",	  patch_beside, M1, "cachegroup.A.C.autorefresh", "on", "cache.refresh", QUIET },
	{ "managed by Clusterware", NULL, M2, "clusterware", "/opt/old/info/cluster.oracle.ini", "clusterware", BLOCK, "m2", "DSN Master2 is managed" },
	{ "not seen whether",	  NULL, SUB, "clusterware", NULL, "clusterware", NOTE, NULL, "of s1" },
	{ "managed by nobody",	  NULL, 0, NULL, NULL,		"clusterware", QUIET },
	{ "another platform",	  NULL, M2, "platform", "Linux aarch64", "platform", BLOCK, "m2", "host host2 is Linux aarch64" },
	{ "platform unknown",	  NULL, M2, "platform", NULL,	"platform", NOTE, NULL, "of m2" },
	{ "one platform",	  NULL, 0, NULL, NULL,		"platform", QUIET },
	{ "single: one host",	  single, M1, "platform", NULL,	"platform", QUIET },
	{ "a short transaction",  transaction_new, 0, NULL, NULL, "open.transactions", NOTE, "m1", "1 transaction is open on m1 now: ttIsql (process 4711)" },
	{ "a long transaction",	  transaction_old, 0, NULL, NULL, "open.transactions", WARN, "m1", "(process 4711), seen 12.0 s ago already" },
	{ "nothing is open",	  NULL, 0, NULL, NULL,		"open.transactions", QUIET },
	{ "open on the standby",  NULL, M2, "transactions", "3", "open.transactions", QUIET },
	{ "transactions unknown", NULL, M1, "transactions", NULL, "open.transactions", NOTE, "m1", "not checked" },
	{ "receipt",		  NULL, M1, "return_service", "receipt", "return.service", WARN, NULL, "receipt" },
	{ "twosafe",		  NULL, M1, "return_service", "twosafe", "return.service", WARN, NULL, "TT8170" },
	{ "C waits for nobody",	  NULL, M1, "return_service", "commit", "return.service", NOTE, NULL, "'C'" },
	{ "several services",	  NULL, M1, "return_service", "mixed", "return.service", WARN, NULL, "mixed" },
	{ "service unknown",	  NULL, ALL, "return_service", NULL, "return.service", WARN, NULL, "m1, m2, s1" },

	{ "definitions",	  NULL, 0, NULL, NULL,		"ddl.freeze", NOTE, NULL, "do not replicate" },
	{ "definitions differ",	  NULL, SUB, "schema_fingerprint", "f", "ddl.freeze", WARN, NULL, "columns of s1 are not those of m1" },
	{ "columns unknown",	  NULL, ALL, "schema_fingerprint", NULL, "ddl.freeze", WARN, NULL, "m1, m2, s1" },
	{ "room for the export",  NULL, 0, NULL, NULL,		"space.disk", NOTE, "m2", "about 1024 MiB in /backup on host host2" },
	{ "much room",		  NULL, M2, "perm_in_use_kib", "104857601", "space.disk", NOTE, "m2", "101 GiB" },
	{ "size of the active",	  NULL, M2, "perm_in_use_kib", NULL, "space.disk", NOTE, "m2", "1024 MiB" },
	{ "size unknown",	  NULL, ALL, "perm_in_use_kib", NULL, "space.disk", WARN, NULL, "perm_in_use_size" },
	{ "a patch exports not",  patch, 0, NULL, NULL,		"space.disk", QUIET },
	{ "too small a PermSize", asks_little, 0, NULL, NULL,	"space.disk", BLOCK, "m2", "perm_size=1023 is below what is in use in m2, 1024 MiB" },
	{ "a narrow PermSize",	  asks_enough, 0, NULL, NULL,	"space.disk", WARN, "m2", "perm_size=1024 is hardly more" },
	{ "a wide PermSize",	  asks_much, 0, NULL, NULL,	"space.disk", NOTE, "m2", "needs about" },
	{ "a PermSize, not known", asks_little, ALL, "perm_in_use_kib", NULL, "space.disk", WARN, NULL, "perm_in_use_size" },
	{ "no threshold",	  NULL, 0, NULL, NULL,		"space.log", NOTE, "m1", "4 h" },
	{ "threshold",		  NULL, M1, "fail_threshold", "10", "space.log", WARN, NULL, "10 log files (640 MiB)" },
	{ "threshold, written little", written_little, 0, NULL, NULL, "space.log", NOTE, NULL, "lately 4 MiB an hour" },
	{ "threshold, written much", written_much, 0, NULL, NULL, "space.log", WARN, NULL, "lately 3600 MiB an hour" },
	{ "the log fits",	  log_fits, 0, NULL, NULL,	"space.log", NOTE, "m1", "where 1024 MiB are free" },
	{ "the log does not fit", log_full, 0, NULL, NULL,	"space.log", WARN, "m1", "where 1024 MiB are free" },
	{ "room for the export, seen", NULL, M2, "free.export_kib", "2097152", "space.disk", NOTE, "m2", "where 2048 MiB are free" },
	{ "no room for the export", NULL, M2, "free.export_kib", "1048575", "space.disk", WARN, "m2", "where 1024 MiB are free" },
	{ "threshold unknown",	  NULL, ALL, "fail_threshold", NULL, "space.log", WARN, NULL, "FAILTHRESHOLD" },

	{ "agent policy",	  rep_always, 0, NULL, NULL,	"policies.restore", NOTE, "m1", "always of m1: replication agent;" },
	{ "RAM policy",		  ram_always, 0, NULL, NULL,	"policies.restore", NOTE, "s1", "always of s1: RAM;" },
	{ "cache agent policy",	  cache_always, 0, NULL, NULL,	"policies.restore", NOTE, "m1", "always of m1: replication agent, cache agent;" },
	{ "policies unknown",	  no_policy, 0, NULL, NULL,	"policies.restore", WARN, NULL, "m1, m2, s1" },
	{ "home unknown",	  no_home, 0, NULL, NULL,	"policies.restore", WARN, NULL, "of s1" },
	{ "a temporary one",	  asks_always, M2, "temporary", "yes", "policies.restore", BLOCK, "m2", "cannot be always" },
	{ "a temporary one, manual", asks_manual, M2, "temporary", "yes", "policies.restore", QUIET },
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

static void
apply(int i)
{
	for (int k = 0; cases[i].key != NULL && k < MEMBERS; k++) {
		if (cases[i].who != ALL && cases[i].who != k)
			continue;
		if (cases[i].value != NULL)
			settings_set(&w.seen[k].details, cases[i].key, cases[i].value);
		else
			settings_unset(&w.seen[k].details, cases[i].key);
	}
	if (cases[i].change != NULL)
		cases[i].change();
}

static const struct finding *
find(const char *rule, int severity, const char *member, const char *text)
{
	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];

		if (str_equal(f->rule, rule) && (int)f->severity == severity &&
		    str_equal(f->member, member) && strstr(f->text, text) != NULL)
			return f;
	}
	return NULL;
}

static char *
all_findings(void)
{
	char *text = mem_strdup(""), *longer;

	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];

		longer =
		    mem_printf("%s\n  %s %s %s: %s", text, severity_name(f->severity),
			f->rule, f->member != NULL ? f->member : "-", f->text);
		free(text);
		text = longer;
	}
	return text;
}

START_TEST(rule)
{
	const char *text = cases[_i].text != NULL ? cases[_i].text : "";
	char *all;

	apply(_i);
	tt_check(&w.plan, w.seen, &w.f);
	all = all_findings();
	if (cases[_i].severity != QUIET)
		ck_assert_msg(find(cases[_i].rule, cases[_i].severity, cases[_i].member,
				  text) != NULL,
		    "%s: %s does not say \"%s\" of %s%s", cases[_i].what,
		    cases[_i].rule, text,
		    cases[_i].member != NULL ? cases[_i].member : "the pair", all);
	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];
		bool ours = str_equal(f->rule, cases[_i].rule);

		ck_assert_msg(f->severity == SEVERITY_NOTE ||
			(f->remedy != NULL && f->remedy[0] != '\0'),
		    "%s: no remedy for %s", cases[_i].what, f->text);
		ck_assert_msg(!ours || cases[_i].severity != QUIET, "%s:%s",
		    cases[_i].what, all);
		ck_assert_msg(ours || f->severity == SEVERITY_NOTE ||
			str_equal(f->rule, cases[_i].also),
		    "%s: %s was not asked for:%s", cases[_i].what, f->rule, all);
	}
	free(all);
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

START_TEST(remedies)
{
	const struct finding *f;

	too_low();
	tt_check(&w.plan, w.seen, &w.f);
	f = find("release.cross", SEVERITY_BLOCKER, NULL, "");
	ck_assert_str_eq(f->remedy, "patch first to 11.2.2.8.27 or later");
	findings_done(&w.f);
	hash_low_new();
	all_automatic();
	tt_check(&w.plan, w.seen, &w.f);
	f = find("release.cross", SEVERITY_BLOCKER, NULL, "");
	ck_assert_str_eq(f->remedy, "upgrade to 26.1.1.1.0 or later");
	f = find("ports.static", SEVERITY_BLOCKER, NULL, "");
	ck_assert_ptr_nonnull(
	    strstr(f->remedy, "to change ports costs a copy of each"));
}
END_TEST

TCase *
rules_tests(void)
{
	TCase *tc = tcase_create("rules");

	tcase_add_checked_fixture(tc, world_init, world_done);
	tcase_add_loop_test(tc, rule, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, unknown_is_short);
	tcase_add_test(tc, remedies);
	return tc;
}
