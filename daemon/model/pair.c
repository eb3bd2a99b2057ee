#include "config.h"

#include "daemon/model/pair.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/model/engine.h"

const struct member *
pair_member(const struct pair *p, const char *name)
{
	for (size_t i = 0; i < p->member_count; i++)
		if (str_equal(p->members[i].name, name))
			return &p->members[i];
	return NULL;
}

const struct host *
pair_host(const struct pair *p, const char *name)
{
	for (size_t i = 0; i < p->host_count; i++)
		if (str_equal(p->hosts[i].name, name))
			return &p->hosts[i];
	return NULL;
}

#define RESERVE_MIN_MS 1500 /* a wait of a second cannot be cut off */
#define RESERVE_MAX_MS 2000
#define AFTER_BACKOUT_MS 200
#define GUARD_ACTS_MS	 600

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

struct pause_shares
pause_shares(const struct limits *limits)
{
	int64_t limit = limits->write_pause_ms, reserve = limit / 5;
	struct pause_shares ret;

	if (reserve < RESERVE_MIN_MS)
		reserve = RESERVE_MIN_MS;
	if (reserve > RESERVE_MAX_MS)
		reserve = RESERVE_MAX_MS;
	ret.backout_ms = limit > reserve ? limit - reserve : limit / 2;
	ret.lease_ms = ret.backout_ms + least(AFTER_BACKOUT_MS, limit / 10);
	ret.trust_ms = ret.lease_ms + least(GUARD_ACTS_MS, (limit - ret.lease_ms) / 3);
	return ret;
}

const char *
hook_name(enum hook hook)
{
	switch (hook) {
	case HOOK_PAUSE_WRITES:
		return "pause_writes";
	case HOOK_RESUME_WRITES:
		return "resume_writes";
	case HOOK_INSTALL:
		return "install";
	case HOOK_NOTIFY:
		return "notify";
	case HOOK_NONE:
	case HOOKS:
		break;
	}
	return "unknown";
}

/* A host may have installations of several engines: counted are those of the pair's. */
static bool
is_ours(const struct member *m, const struct installation *i)
{
	return str_equal(i->engine, m->pair->engine->name);
}

const struct installation *
member_installation(const struct member *m, int n)
{
	const struct host *h = m->host;

	if (n < 0)
		return NULL;
	for (size_t i = 0; i < h->installation_count; i++)
		if (is_ours(m, &h->installations[i]) && n-- == 0)
			return &h->installations[i];
	return NULL;
}

int
member_installation_count(const struct member *m)
{
	int n = 0;

	while (member_installation(m, n) != NULL)
		n++;
	return n;
}

int
member_installation_find(const struct member *m, const char *name)
{
	const struct installation *i;

	for (int n = 0; (i = member_installation(m, n)) != NULL; n++)
		if (str_equal(i->name, name))
			return n;
	return -1;
}

const char *
member_setting(const struct member *m, const char *key)
{
	const char *said = m->said != NULL ? settings_get(m->said, key) : NULL;

	return said != NULL ? said : member_configured(m, key);
}

const char *
member_configured(const struct member *m, const char *key)
{
	return settings_get(&m->settings, key);
}

const char *
member_found(const struct member *m, const char *key)
{
	return m->found != NULL ? settings_get(m->found, key) : NULL;
}

void
member_finds(const struct member *m, const char *key, const char *value)
{
	if (m->found != NULL)
		settings_set(m->found, key, value);
}

const struct member *
member_upstream(const struct member *m)
{
	const char *name = member_setting(m, "upstream");

	return name != NULL ? pair_member(m->pair, name) : NULL;
}

/* ---- what options say of members ---- */

static bool
is_member_key(const struct pair *p, const char *key, size_t len)
{
	const struct config_key *k = p->engine != NULL ? p->engine->member_keys : NULL;

	for (; k != NULL && k->name != NULL; k++)
		if (strlen(k->name) == len && strncmp(k->name, key, len) == 0)
			return true;
	return false;
}

/* One key behind another: what is said of all members, then what is said of this one. */
static void
say_of(const struct member *m, const struct settings *options, bool of_all)
{
	for (size_t i = 0; i < options->count; i++) {
		const char *option = options->items[i].key;
		size_t len = strcspn(option, ".");
		char key[64];

		if (!is_member_key(m->pair, option, len) || (option[len] == '\0') != of_all ||
		    (!of_all && !str_equal(option + len + 1, m->name)))
			continue;
		str_printf(key, sizeof(key), "%.*s", (int)len, option);
		settings_set(m->said, key, options->items[i].value);
	}
}

void
pair_say(const struct pair *p, const struct settings *options)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];

		if (m->said == NULL)
			continue;
		settings_done(m->said);
		if (options == NULL)
			continue;
		say_of(m, options, true);
		say_of(m, options, false);
	}
}

bool
pair_says(const struct pair *p, const struct settings *options)
{
	for (size_t i = 0; i < options->count; i++)
		if (is_member_key(p, options->items[i].key,
			strcspn(options->items[i].key, ".")))
			return true;
	return false;
}

/* FNV-1a, 64 bits. */
static uint64_t
mix(uint64_t h, const char *s)
{
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
	return (h ^ 0xff) * 0x100000001b3ULL;
}

const char *
pair_members_text(const struct pair *p, char buf[PAIR_MEMBERS_TEXT])
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < p->member_count; i++) {
		const struct settings *s = &p->members[i].settings;

		h = mix(h, p->members[i].name);
		h = mix(h, p->members[i].host->name);
		for (size_t k = 0; k < s->count; k++)
			h = mix(mix(h, s->items[k].key), s->items[k].value);
	}
	str_printf(buf, PAIR_MEMBERS_TEXT, "%016" PRIx64, h);
	return buf;
}
