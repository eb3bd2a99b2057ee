#include "config.h"

#include "daemon/model/pair.h"

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
	return settings_get(&m->settings, key);
}

const struct member *
member_upstream(const struct member *m)
{
	const char *name = member_setting(m, "upstream");

	return name != NULL ? pair_member(m->pair, name) : NULL;
}
