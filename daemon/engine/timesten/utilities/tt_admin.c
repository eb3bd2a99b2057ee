/* ttAdmin: policies, loading, agents; and the summary that every call prints. */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"
#include "daemon/engine/timesten/utilities/phrases.h"

static void
admin(struct command *c, const struct member *m, int installation, const char *option,
    const char *value)
{
	tt_job(c, m, installation, "ttAdmin");
	str_list_add(&c->argv, option);
	if (value != NULL)
		str_list_add(&c->argv, value);
}

static void
admin_simple(struct command *c, const struct member *m, int installation,
    const char *option, const char *value)
{
	admin(c, m, installation, option, value);
	tt_job_connect(c, true);
}

void
tt_admin_query(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-query", NULL);
}

void
tt_admin_rep_start(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-repStart", NULL);
}

void
tt_admin_rep_stop(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-repStop", NULL);
}

void
tt_admin_cache_start(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-cacheStart", NULL);
}

void
tt_admin_cache_stop(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-cacheStop", NULL);
}

void
tt_admin_ram_load(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-ramLoad", NULL);
}

void
tt_admin_ram_unload(struct command *c, const struct member *m, int installation)
{
	admin_simple(c, m, installation, "-ramUnload", NULL);
}

void
tt_admin_ram_policy(struct command *c, const struct member *m, int installation,
    const char *policy, int grace_s)
{
	/* Policies are kept in lower case; the manuals write this one so. */
	admin(c, m, installation, "-ramPolicy",
	    str_equal_nocase(policy, "inUse") ? "inUse" : policy);
	if (grace_s >= 0) {
		str_list_add(&c->argv, "-ramGrace");
		str_list_addf(&c->argv, "%d", grace_s);
	}
	tt_job_connect(c, true);
}

void
tt_admin_ram_policy_load(struct command *c, const struct member *m, int installation,
    const char *policy)
{
	admin(c, m, installation, "-ramPolicy", policy);
	str_list_add(&c->argv, "-ramLoad");
	tt_job_connect(c, true);
}

void
tt_admin_rep_policy(struct command *c, const struct member *m, int installation,
    const char *policy)
{
	admin_simple(c, m, installation, "-repPolicy", policy);
}

void
tt_admin_cache_policy(struct command *c, const struct member *m, int installation,
    const char *policy)
{
	admin_simple(c, m, installation, "-cachePolicy", policy);
}

struct reading {
	struct tt_policies policies;
	int known; /* lines */
};

static bool
read_policy(struct tt_policies *p, char *line)
{
	const struct {
		enum tt_phrase key;
		char *to;
	} keys[] = {
		{ PHRASE_RAM_POLICY, p->ram_policy },
		{ PHRASE_REPLICATION_POLICY, p->replication_policy },
		{ PHRASE_CACHE_POLICY, p->cache_policy },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = tt_labelled(line, keys[i].key);

		if (value != NULL && *value != '\0') {
			tt_copy_lower(keys[i].to, sizeof(p->ram_policy), value);
			return true;
		}
	}
	return false;
}

static bool
read_fact(struct tt_policies *p, char *line)
{
	const struct {
		enum tt_phrase key;
		enum fact *to;
	} keys[] = {
		{ PHRASE_MANUALLY_LOADED, &p->manually_loaded },
		{ PHRASE_REPLICATION_STARTED, &p->replication_started },
		{ PHRASE_CACHE_STARTED, &p->cache_started },
		{ PHRASE_OPEN_STATE, &p->open },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = tt_labelled(line, keys[i].key);

		if (value != NULL) {
			*keys[i].to = tt_fact_of(value);
			return *keys[i].to != FACT_UNKNOWN;
		}
	}
	return false;
}

static bool
read_line(char *line, void *arg)
{
	struct reading *r = arg;
	const char *grace = tt_labelled(line, PHRASE_RAM_GRACE);
	int64_t seconds;

	if (grace != NULL && str_to_int(grace, 0, INT32_MAX, &seconds))
		r->policies.ram_grace_s = (int)seconds;
	else if (read_policy(&r->policies, line) || read_fact(&r->policies, line))
		r->known++;
	return true;
}

int
tt_admin_query_parse(const char *text, struct tt_policies *ret, struct ud_error *err)
{
	struct reading r = { .policies = { .ram_grace_s = -1 } };

	str_each_line(text, read_line, &r);
	if (r.known == 0)
		return ud_fail(err, UD_EPARSE,
		    "ttAdmin printed no line of its summary of policies");
	*ret = r.policies;
	return 0;
}
