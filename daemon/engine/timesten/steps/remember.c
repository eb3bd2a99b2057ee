/* What the pair was like before anything was changed: later steps compare with it. */
#include "config.h"

#include <string.h>

#include "daemon/engine/timesten/steps/common.h"

static enum probe
remember_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)s;
	(void)ps;
	(void)w;
	return PROBE_DONE; /* the walk has seen to fresh looks */
}

static void
remember_cache_groups(const struct scene *s, const struct member *m,
    struct settings *notes)
{
	static const char head[] = "cachegroup.", tail[] = ".autorefresh";
	const struct settings *d = &step_seen(s, m)->details;
	const char *n = settings_get(d, "cache_groups");
	char key[192];

	if (n != NULL && !str_equal(n, "0"))
		note_set(notes, TT_NOTE_GROUPS, m, n);
	for (size_t i = 0; m == s->plan->active && i < d->count; i++) {
		const char *k = d->items[i].key;
		size_t len = strlen(k);

		if (!str_starts(k, head) || len < sizeof(head) + sizeof(tail) ||
		    !str_equal(k + len - (sizeof(tail) - 1), tail))
			continue;
		str_printf(key, sizeof(key), TT_NOTE_REFRESH "%.*s",
		    (int)(len - (sizeof(head) - 1) - (sizeof(tail) - 1)),
		    k + sizeof(head) - 1);
		settings_set(notes, key, d->items[i].value);
	}
	if (m == s->plan->active)
		step_remember_cached(d, notes);
}

static void
remember_member(const struct scene *s, const struct member *m, struct settings *notes)
{
	const struct installation_seen *in = observation_home(step_seen(s, m));
	const char *charset = settings_get(&step_seen(s, m)->details, "charset");
	const char *schema = settings_get(&step_seen(s, m)->details, "schema_fingerprint");
	const char *grace = settings_get(&step_seen(s, m)->details, "ram_grace_s");
	char key[NAME_MAX_BYTES + 24];

	if (grace == NULL)
		grace = settings_get(&step_seen(s, m)->details, "grace_s");
	remember_cache_groups(s, m, notes);
	if (step_seen(s, m)->role == ROLE_ACTIVE)
		note_set(notes, TT_NOTE_APPS, m, "yes");
	if (charset != NULL)
		note_set(notes, TT_NOTE_CHARSET, m, charset);
	if (schema != NULL)
		note_set(notes, TT_NOTE_SCHEMA ".", m, schema);
	note_set(notes, TT_NOTE_HOST, m, step_scheme_host(s, m));
	if (in == NULL)
		return;
	str_printf(key, sizeof(key), TT_NOTE_PATH "%s.old", m->name);
	if (in->path[0] != '\0')
		settings_set(notes, key, in->path);
	if (str_equal_nocase(in->replication_policy, "always"))
		note_set(notes, TT_NOTE_REP_POLICY, m, "always");
	if (str_equal_nocase(in->cache_policy, "always"))
		note_set(notes, TT_NOTE_CACHE_POLICY, m, "always");
	if (in->replication_agent == AGENT_RUNNING)
		note_set(notes, TT_NOTE_REP, m, "yes");
	if (in->cache_agent == AGENT_RUNNING)
		note_set(notes, TT_NOTE_CACHE, m, "yes");
	if (in->ram_policy[0] != '\0' && !str_equal_nocase(in->ram_policy, "inUse"))
		note_set(notes, TT_NOTE_RAM_POLICY, m, in->ram_policy);
	else if (grace != NULL && !str_equal(grace, "0"))
		note_set(notes, TT_NOTE_RAM_GRACE, m, grace);
}

/* The name of the scheme, which its statements want, and whether they have to be used. */
static void
remember_scheme(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	const struct settings *d = &step_seen(s, ps->member)->details;
	const char *name = settings_get(d, "scheme"), *owner = settings_get(d, "scheme_owner");
	char full[2 * NAME_MAX_BYTES];

	if (name == NULL || owner == NULL)
		return;
	str_printf(full, sizeof(full), "%s.%s", owner, name);
	settings_set(notes, TT_NOTE_SCHEME, full);
	if (step_ports_differ(s))
		settings_set(notes, TT_NOTE_PORTS, "yes");
}

static void
remember_learn(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	const struct pair *p = s->plan->pair;
	const char *schema;

	for (size_t i = 0; i < p->member_count; i++)
		remember_member(s, &p->members[i], notes);
	if (str_equal(p->topology, "bidirectional"))
		remember_scheme(s, ps, notes);
	schema = settings_get(&step_seen(s, ps->member)->details, "schema_fingerprint");
	if (schema != NULL)
		settings_set(notes, TT_NOTE_SCHEMA, schema);
}

const struct step tt_remember = {
	.id = "remember",
	.title = "note paths, policies and definitions before %s's pair is touched",
	.effect = "every member is seen",
	.probe = remember_probe,
	.learn = remember_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE | LOOK_ROLE,
	.looks_all = LOOK_INSTANCE,
	.looks_hoped = LOOK_POLICY | LOOK_SCHEMA, /* the daemon may have died since check */
};
