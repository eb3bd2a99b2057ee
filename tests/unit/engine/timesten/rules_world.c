#include "tests/unit/engine/timesten/rules_world.h"

#include <stdlib.h>

#include "common/mem.h"

static const struct engine engine = { .name = "timesten" };

struct world w;

/* clang-format off */
static const struct { const char *key, *value; } usual[] = {
	{ "schema_seen", "yes" }, { "charset", "AL32UTF8" }, { "type_mode", "0" },
	{ "log_file_bytes", "67108864" }, { "parallelism", "1" }, { "apply_ordering", "0" },
	{ "perm_in_use_kib", "1048576" }, { "scheme", "_ACTIVESTANDBY" },
	{ "scheme_owner", "TTREP" }, { "stores", "3" },
	{ "store.MASTER1.host", "HOST1" }, { "store.MASTER1.port", "30000" },
	{ "store.MASTER1.local", "no" }, { "store.MASTER2.host", "HOST2" },
	{ "store.MASTER2.port", "30001" }, { "store.MASTER2.local", "no" },
	{ "store.SUB1.host", "HOST3" }, { "store.SUB1.port", "30002" },
	{ "store.SUB1.local", "no" }, { "fail_threshold", "0" },
	{ "return_service", "none" }, { "tables", "2" }, { "table.A.T.key", "yes" },
	{ "tables_without_key", "" }, { "cache_groups", "0" },
	{ "schema_fingerprint", "0123456789abcdef" }, { "bits", "64" }, { "bits.0", "64" },
	{ "bits.1", "64" }, { "not_inline", "0 0000000000000000" },
	{ "platform", "Linux x86_64" }, { "clusterware", "no" }, { "transactions", "0" }, { "clock_offset_ms", "0" }, { "clock_round_trip_ms", "4" },
};
static const char *const names[] = { "m1", "m2", "s1" };
static const char *const dsns[] = { "master1", "Master2", "sub1" };
static const char *const hosts[] = { "host1", "host2", "host3" };
static const char *const own[] = { "store.MASTER1.local", "store.MASTER2.local",
	"store.SUB1.local" };
const char *const world_bins[INSTALLATIONS] = { "/opt/old/bin", "/opt/new/bin" };
/* clang-format on */

void
world_release(struct release *r, const char *text)
{
	struct ud_error err;

	if (release_parse(text, r, &err) != 0)
		abort();
}

static void
host_init(int i)
{
	w.hosts[i] = (struct host){ .name = mem_strdup(hosts[i]),
		.job_directory = mem_strdup("/var/tmp/upgraded"),
		.backup_directory = mem_strdup("/backup"),
		.installations = w.inst[i],
		.installation_count = INSTALLATIONS };
	for (int k = 0; k < INSTALLATIONS; k++)
		w.inst[i][k] = (struct installation){
			.name = mem_strdup(k == OLD ? "old" : "new"),
			.engine = mem_strdup("timesten"),
			.bin = mem_strdup(world_bins[k]),
		};
}

static void
seen_init(int i)
{
	struct observation *o = &w.seen[i];

	observation_init(o);
	o->home = OLD;
	o->inst[OLD].release = w.plan.from;
	o->inst[NEW].release = w.plan.to;
	str_copy(o->inst[OLD].ram_policy, sizeof(o->inst[OLD].ram_policy), "inUse");
	str_copy(o->inst[OLD].replication_policy,
	    sizeof(o->inst[OLD].replication_policy), "manual");
	for (size_t k = 0; k < ARRAY_SIZE(usual); k++)
		settings_set(&o->details, usual[k].key, usual[k].value);
	settings_set(&o->details, own[i], "yes");
}

void
world_init(void)
{
	w = (struct world){ 0 };
	world_release(&w.plan.from, "11.2.2.8.35");
	world_release(&w.plan.to, "22.1.1.27.0");
	w.pair = (struct pair){ .name = mem_strdup("sales"),
		.engine = &engine,
		.topology = mem_strdup("active-standby"),
		.members = w.members,
		.member_count = MEMBERS,
		.duplicate = { mem_strdup("pat"), mem_strdup("/secret") },
		.limits = { .redundancy_gap_ms = 14400000, .write_pause_ms = 10000 } };
	for (int i = 0; i < MEMBERS; i++) {
		host_init(i);
		w.members[i] = (struct member){ .name = mem_strdup(names[i]),
			.host = &w.hosts[i],
			.pair = &w.pair,
			.index = i,
			.subscriber = i == SUB,
			.port = 30000 + i };
		settings_set(&w.members[i].settings, "dsn", dsns[i]);
		seen_init(i);
		w.old[i] = OLD;
		w.new[i] = NEW;
	}
	w.plan.pair = &w.pair;
	w.plan.active = &w.members[M1];
	w.plan.standby = &w.members[M2];
	w.plan.old_installation = w.old;
	w.plan.new_installation = w.new;
	str_list_add(&w.plan.gates, "before-destroy");
}

void
world_done(void)
{
	for (int i = 0; i < MEMBERS; i++) {
		for (int k = 0; k < INSTALLATIONS; k++) {
			free(w.inst[i][k].name);
			free(w.inst[i][k].engine);
			free(w.inst[i][k].bin);
		}
		free(w.hosts[i].name);
		free(w.hosts[i].job_directory);
		free(w.hosts[i].backup_directory);
		free(w.members[i].name);
		settings_done(&w.members[i].settings);
		observation_done(&w.seen[i]);
	}
	free(w.pair.name);
	free(w.pair.topology);
	free(w.pair.duplicate.user);
	free(w.pair.duplicate.password_file);
	free(w.pair.cache.user);
	free(w.pair.cache.password_file);
	str_list_done(&w.plan.gates);
	settings_done(&w.plan.options);
	findings_done(&w.f);
}

void
world_no_schema(int member)
{
	for (size_t k = 0; k < ARRAY_SIZE(usual); k++)
		if (!str_starts(usual[k].key, "bits") &&
		    !str_starts(usual[k].key, "platform") &&
		    !str_starts(usual[k].key, "clusterware") &&
		    !str_starts(usual[k].key, "transactions") &&
		    !str_starts(usual[k].key, "clock"))
			settings_unset(&w.seen[member].details, usual[k].key);
	str_copy(w.seen[member].error, sizeof(w.seen[member].error), "no answer");
}
