/*
 * The keys of the configuration. Every engine adds tables of its own to the sections
 * `<engine> "name"` of hosts, to members and to pairs. A pair key of an engine whose name
 * has a dot stands in a section: "replication.user" in `replication { user = ... }`, and
 * with brackets in a titled one: "pooler[].conninfo" in `pooler "p1" { conninfo = ... }`,
 * kept as the settings "replication.user" and "pooler.p1.conninfo".
 */
#include "config.h"

#include "daemon/config/internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/model/engine.h"

#define MS_HOUR INT64_C(3600000)
#define MS_DAY  (24 * MS_HOUR)
#define MS_EVER (36500 * MS_DAY)

#define A_PATH  "an absolute path"
#define A_ARGV  "a list { \"/program\", \"argument\" }"
#define A_RATE  "a duration from 10ms to 1h, such as 5s"
#define A_KEEP  "a duration of at least 1h, such as 30d"
#define A_LIMIT "a duration from 1s to 30d, such as 15m"

const char *const gate_ids[] = { "before-standby", "before-swap", "before-destroy",
	"before-subscribers", "before-finish", "before-install", "before-second", NULL };

/* clang-format off */
static const struct config_key top_keys[] = {
	{ "state_directory", KEY_PATH, "/var/lib/upgraded", A_PATH, "folder of the journal" },
	{ "pairs_directory", KEY_PATH, "/etc/upgraded/pairs.d", A_PATH, "folder of hosts and pairs" },
	{ "advisories", KEY_PATH, "/etc/upgraded/advisories.conf", A_PATH ", or \"\" for none", "what upgrades between releases demand", .or_none = true },
	{ "data_directory", KEY_PATH, "", A_PATH ", or \"\" for the folder of this build", "files of facts", .or_none = true },
	{ NULL }
};
static const struct config_key control_keys[] = {
	{ "socket", KEY_PATH, "/run/upgraded/control.sock", A_PATH, "control socket" },
	{ "group", KEY_STRING, "upgraded", "the name of a group, or \"\"", "who may use it" },
	{ NULL }
};
static const struct config_key http_keys[] = {
	{ "listen", KEY_STRING, "127.0.0.1:8470", "\"address:port\", or \"\" for none", "TCP" },
	{ "token_file", KEY_PATH, "", A_PATH ", or \"\" for none", "without it: read only", .or_none = true },
	{ NULL }
};
static const struct config_key poll_keys[] = {
	{ "idle", KEY_DURATION, "5s", A_RATE, "at rest", false, 10, MS_HOUR },
	{ "upgrading", KEY_DURATION, "500ms", A_RATE, "during an upgrade", false, 10, MS_HOUR },
	{ "swapping", KEY_DURATION, "20ms", A_RATE, "during a swap", false, 10, MS_HOUR },
	{ NULL }
};
static const struct config_key keep_keys[] = {
	{ "history", KEY_DURATION, "400d", A_KEEP, "upgrades", false, MS_HOUR, MS_EVER },
	{ "observations", KEY_DURATION, "30d", A_KEEP, "what was seen", false, MS_HOUR, MS_EVER },
	{ NULL }
};
static const struct config_key host_keys[] = {
	{ "transport", KEY_STRING, "local", "\"local\", \"ssh\"", "how commands get there" },
	{ "job_directory", KEY_PATH, "/var/tmp/upgraded", A_PATH, "folder for jobs" },
	{ "backup_directory", KEY_PATH, NULL, A_PATH, "folder for exports and backups" },
	{ "run_as", KEY_STRING, NULL, "the name of a user", "who runs commands" },
	{ NULL }
};
static const struct config_key ssh_keys[] = {
	{ "destination", KEY_STRING, NULL, "\"user@host\"", "of ssh", true },
	{ "options", KEY_LIST, NULL, "a list { \"-o\", \"Name=value\" }", "of ssh" },
	{ NULL }
};
static const struct config_key installation_keys[] = {
	{ "bin", KEY_PATH, NULL, A_PATH, "folder of the tools", true },
	{ "env", KEY_LIST, NULL, "a list { \"NAME=value\" }", "for the tools" },
	{ NULL }
};
static const struct config_key pair_keys[] = {
	{ "engine", KEY_STRING, NULL, NULL, "kind of database" },
	{ "topology", KEY_STRING, NULL, "\"active-standby\", \"bidirectional\", \"single\"", "", true },
	{ "marker_table", KEY_STRING, NULL, "\"owner.table\"", "a replicated table of ours" },
	{ "gates", KEY_LIST, NULL, NULL, "where a person approves" },
	{ "options", KEY_LIST, NULL, "a list { \"key=value\" } of options of procedures", "as --option gives them" },
	{ NULL }
};
static const struct config_key member_keys[] = {
	{ "host", KEY_STRING, NULL, "the name of a host section", "where it lives", true },
	{ "port", KEY_INT, NULL, "a number from 1 to 65535", "of replication", false, 1, 65535 },
	{ "subscriber", KEY_BOOL, "false", "true, false", "read only" },
	{ NULL }
};
static const struct config_key account_keys[] = {
	{ "user", KEY_STRING, NULL, "the name of a database user", "", true },
	{ "password_file", KEY_PATH, NULL, A_PATH " of a file with the password, mode 0600", "", true },
	{ NULL }
};
static const struct config_key hook_keys[] = {
	{ "pause_writes", KEY_LIST, NULL, A_ARGV, "stops the applications' writes" },
	{ "resume_writes", KEY_LIST, NULL, A_ARGV, "lets them write again" },
	{ "install", KEY_LIST, NULL, A_ARGV, "installs a release" },
	{ "notify", KEY_LIST, NULL, A_ARGV, "is told of events" },
	{ NULL }
};
static const struct config_key limit_keys[] = {
	{ "write_pause", KEY_DURATION, "10s", "a duration from 100ms to 1h, such as 10s", "", false, 100, MS_HOUR },
	{ "redundancy_gap", KEY_DURATION, "4h", A_LIMIT, "without a standby", false, 1000, 30 * MS_DAY },
	{ "migrate", KEY_DURATION, "6h", A_LIMIT, "a migration", false, 1000, 30 * MS_DAY },
	{ "duplicate", KEY_DURATION, "6h", A_LIMIT, "a duplicate", false, 1000, 30 * MS_DAY },
	{ "agent_stop", KEY_DURATION, "5m", A_LIMIT, "stop of an agent", false, 1000, 30 * MS_DAY },
	{ "drain", KEY_DURATION, "15m", A_LIMIT, "until the standby has all", false, 1000, 30 * MS_DAY },
	{ NULL }
};
/* clang-format on */

static void
add_key(struct section *s, const char *name, const struct config_key *key,
    const struct engine *engine)
{
	s->keys = mem_array(s->keys, s->key_count + 1, sizeof(*s->keys));
	s->keys[s->key_count++] = (struct schema_key){ .name = mem_strdup(name),
		.key = key,
		.engine = engine };
}

static void
add_keys(struct section *s, const struct config_key *keys, const struct engine *engine)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		add_key(s, keys->name, keys, engine);
}

/* The pointer holds until the next section is added beside it. */
static struct section *
add_section(struct section *s, const char *name, size_t len, bool titled)
{
	struct section *sub;

	s->sections =
	    mem_array(s->sections, s->section_count + 1, sizeof(*s->sections));
	sub = &s->sections[s->section_count++];
	*sub = (struct section){ .name = mem_strndup(name, len), .titled = titled };
	return sub;
}

static struct section *
add_plain(struct section *s, const char *name, const struct config_key *keys)
{
	struct section *sub = add_section(s, name, strlen(name), false);

	add_keys(sub, keys, NULL);
	return sub;
}

static struct section *
add_titled(struct section *s, const char *name, const struct config_key *keys)
{
	struct section *sub = add_section(s, name, strlen(name), true);

	add_keys(sub, keys, NULL);
	return sub;
}

void
schema_add_titled(struct section *s, const char *name, const struct config_key *keys)
{
	(void)add_titled(s, name, keys);
}

static struct section *
find_section(struct section *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->section_count; i++)
		if (strlen(s->sections[i].name) == len &&
		    strncmp(s->sections[i].name, name, len) == 0)
			return &s->sections[i];
	return NULL;
}

static void
add_pair_keys(struct section *pair, const struct engine *e)
{
	for (const struct config_key *k = e->pair_keys; k != NULL && k->name != NULL;
	     k++) {
		const char *dot = strchr(k->name, '.');
		struct section *sub;
		bool titled;
		size_t len;

		if (dot == NULL) {
			add_key(pair, k->name, k, e);
			continue;
		}
		titled = dot - k->name > 2 && dot[-1] == ']';
		len = (size_t)(dot - k->name) - (titled ? 2 : 0);
		sub = find_section(pair, k->name, len);
		if (sub == NULL) {
			sub = add_section(pair, k->name, len, titled);
			sub->engine = e;
		}
		add_key(sub, dot + 1, k, e);
	}
}

static void
add_host(struct section *top, const struct engine *const *engines)
{
	struct section *host = add_titled(top, "host", host_keys);

	(void)add_plain(host, "ssh", ssh_keys);
	for (; *engines != NULL; engines++) {
		struct section *sub =
		    add_titled(host, (*engines)->name, installation_keys);

		add_keys(sub, (*engines)->installation_keys, *engines);
		sub->engine = *engines;
	}
}

static void
add_pair(struct section *top, const struct engine *const *engines)
{
	struct section *pair = add_titled(top, "pair", pair_keys);
	struct section *member = add_titled(pair, "member", member_keys);

	for (size_t i = 0; engines[i] != NULL; i++)
		add_keys(member, engines[i]->member_keys, engines[i]);
	(void)add_plain(pair, "duplicate", account_keys);
	(void)add_plain(pair, "cache", account_keys);
	(void)add_plain(pair, "hooks", hook_keys);
	(void)add_plain(pair, "limits", limit_keys);
	for (size_t i = 0; engines[i] != NULL; i++)
		add_pair_keys(pair, engines[i]);
}

void
schema_fill(struct section *top, bool main_file, const struct engine *const *engines)
{
	*top = (struct section){ .name = mem_strdup("") };
	if (main_file) {
		add_keys(top, top_keys, NULL);
		(void)add_plain(top, "control", control_keys);
		(void)add_plain(top, "http", http_keys);
		(void)add_plain(top, "poll", poll_keys);
		(void)add_plain(top, "keep", keep_keys);
	}
	add_host(top, engines);
	add_pair(top, engines);
}

void
schema_done(struct section *s)
{
	for (size_t i = 0; i < s->key_count; i++)
		free(s->keys[i].name);
	for (size_t i = 0; i < s->section_count; i++)
		schema_done(&s->sections[i]);
	free(s->keys);
	free(s->sections);
	free(s->name);
	*s = (struct section){ 0 };
}

const struct schema_key *
schema_key(const struct section *s, const char *name, const struct engine *engine)
{
	for (size_t i = 0; i < s->key_count; i++) {
		const struct schema_key *k = &s->keys[i];

		if (str_equal(k->name, name) &&
		    (engine == NULL || k->engine == NULL || k->engine == engine))
			return k;
	}
	return NULL;
}

const struct section *
schema_section(const struct section *s, const char *name)
{
	for (size_t i = 0; i < s->section_count; i++)
		if (str_equal(s->sections[i].name, name))
			return &s->sections[i];
	return NULL;
}
