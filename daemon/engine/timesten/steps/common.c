#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

#include <strings.h>

const struct observation *
step_seen(const struct scene *s, const struct member *m)
{
	return &s->seen[m->index];
}

const struct installation_seen *
step_inst(const struct scene *s, const struct plan_step *ps)
{
	static const struct installation_seen unknown = { .connections = -1,
		.applications = -1 };

	if (s->seen == NULL || ps->member == NULL || ps->installation < 0)
		return &unknown;
	return &step_seen(s, ps->member)->inst[ps->installation];
}

const char *
step_holders(const struct scene *s, const struct plan_step *ps, char buf[HOLDERS_TEXT])
{
	const char *text;
	char key[24];

	str_printf(key, sizeof(key), "holders.%d", ps->installation);
	text = s->seen != NULL ? settings_get(&step_seen(s, ps->member)->details, key) : NULL;
	str_printf(buf, HOLDERS_TEXT, "%s%s", text != NULL ? ": " : "", text != NULL ? text : "");
	return buf;
}

int
step_home(const struct scene *s, const struct plan_step *ps, const struct member *m)
{
	int home = s->seen != NULL ? step_seen(s, m)->home : -1;

	/* a plan tells where the database will live by then */
	if (s->upgrade == NULL && m == ps->member && ps->installation >= 0)
		return ps->installation;
	if (home >= 0)
		return home;
	if (m == ps->member && ps->installation >= 0)
		return ps->installation;
	return s->plan->old_installation[m->index];
}

const struct member *
step_active(const struct scene *s)
{
	const struct pair *p = s->plan->pair;

	for (size_t i = 0; s->seen != NULL && i < p->member_count; i++)
		if (!p->members[i].subscriber && s->seen[i].role == ROLE_ACTIVE)
			return &p->members[i];
	return NULL;
}

const char *
step_note(const struct scene *s, const char *prefix, const struct member *m)
{
	char key[NAME_MAX_BYTES + 24];

	if (s->upgrade == NULL)
		return NULL;
	str_printf(key, sizeof(key), "%s%s", prefix, m->name);
	return settings_get(&s->upgrade->notes, key);
}

void
note_set(struct settings *notes, const char *prefix, const struct member *m,
    const char *value)
{
	char key[NAME_MAX_BYTES + 24];

	str_printf(key, sizeof(key), "%s%s", prefix, m->name);
	settings_set(notes, key, value);
}

/* The schema look of any member tells the names of all: "store.<NAME>.host". */
static const char *
scheme_detail(const struct scene *s, const struct member *m, const char **ret_host)
{
	const struct pair *p = s->plan->pair;
	const char *store = tt_store(m);
	size_t len = strlen(store);

	for (size_t i = 0; s->seen != NULL && i < p->member_count; i++) {
		const struct settings *d = &s->seen[i].details;

		for (size_t k = 0; k < d->count; k++) {
			const char *key = d->items[k].key;

			if (!str_starts(key, "store.") ||
			    strncasecmp(key + 6, store, len) != 0 ||
			    strcmp(key + 6 + len, ".host") != 0)
				continue;
			*ret_host = d->items[k].value;
			return key + 6;
		}
	}
	*ret_host = NULL;
	return NULL;
}

const char *
step_scheme_host(const struct scene *s, const struct member *m)
{
	const char *host = step_note(s, TT_NOTE_HOST, m);

	if (host != NULL)
		return host;
	scheme_detail(s, m, &host);
	if (host == NULL || host[0] == '\0' || str_equal_nocase(host, m->host->name))
		return m->host->name;
	return host;
}

const char *
step_scheme_store(const struct scene *s, const struct member *m)
{
	(void)s;
	return tt_store(m);
}

bool
step_names_known(const struct scene *s, const struct member *m,
    const struct member *peer)
{
	const struct peer_seen *seen;
	const char *host;

	if (scheme_detail(s, peer, &host) != NULL)
		return true;
	seen = observation_peer(step_seen(s, m), step_scheme_store(s, peer));
	return seen != NULL && str_equal_nocase(seen->host, step_scheme_host(s, peer));
}

bool
step_tells_positions(const struct scene *s, const struct member *m)
{
	const struct observation *o = s->seen != NULL ? step_seen(s, m) : NULL;

	return o == NULL || o->role == ROLE_UNKNOWN || o->bookmark.written.set;
}

void
step_tag(const struct scene *s, const struct plan_step *ps, char *buf, size_t size)
{
	const struct upgrade *u = s->upgrade;

	if (u == NULL)
		str_printf(buf, size, "upgraded-%s", ps->number);
	else
		str_printf(buf, size, "upgraded-%lld-%s-%d", (long long)u->id,
		    ps->number, u->runs[ps->list][ps->index].attempt);
}

/* The schema look of any member tells it. */
static bool
is_twosafe(const struct scene *s)
{
	for (size_t i = 0; s->seen != NULL && i < s->plan->pair->member_count; i++) {
		const char *service =
		    settings_get(&s->seen[i].details, "return_service");

		if (service != NULL && str_equal(service, "twosafe"))
			return true;
	}
	return false;
}

void
step_write_marker(const struct scene *s, const struct plan_step *ps,
    const struct member *m, struct command *ret)
{
	const char *table = s->plan->pair->marker_table;
	bool twosafe = is_twosafe(s);
	int home = step_home(s, ps, m);
	char tag[64];

	step_tag(s, ps, tag, sizeof(tag));
	if (twosafe)
		tt_session(ret, m, home, "autocommit 0");
	tt_session(ret, m, home, "delete from %s where id = 1", table);
	tt_session(ret, m, home, "insert into %s values (1, '%s')", table, tag);
	if (twosafe) {
		tt_session(ret, m, home, "commit");
		tt_session(ret, m, home, "autocommit 1");
	}
}

bool
step_hold_lost(const struct scene *s, const struct plan_step *ps)
{
	return str_equal(step_note(s, TT_NOTE_HOLD, ps->member), "lost");
}

bool
step_not_rejoined(const struct scene *s, const struct plan_step *ps)
{
	return !str_equal(step_note(s, TT_NOTE_REJOINED, ps->member), "yes");
}

void
step_tell_error(const struct scene *s, struct why *w)
{
	struct tt_error e;
	char seen[sizeof(w->seen)];

	if (s->outcome == NULL || s->verdict == VERDICT_OK ||
	    !tt_error_find(s->outcome->output, &e))
		return;
	str_copy(seen, sizeof(seen), w->seen);
	why_seen(w, "%s: %.160s", seen, e.text);
	if (e.remedy[0] != '\0')
		why_remedy(w, "%s", e.remedy);
}

static int
seconds(const char *text)
{
	int64_t n;

	return text != NULL && str_to_int(text, 0, INT32_MAX, &n) ? (int)n : -1;
}

bool
step_is_by_hand(const char *policy)
{
	return str_equal_nocase(policy, "manual") || str_equal_nocase(policy, "enduring");
}

const char *
step_ram_policy(const struct scene *s, const struct plan_step *ps, int *ret_grace)
{
	const struct settings *options = &s->plan->options;
	const char *asked = settings_get(options, TT_OPTION_RAM_POLICY);
	const char *was = step_note(s, TT_NOTE_RAM_POLICY, ps->member);

	if (asked != NULL && ps->list == LIST_FORWARD) {
		*ret_grace = seconds(settings_get(options, TT_OPTION_RAM_GRACE));
		return asked;
	}
	*ret_grace = was == NULL ? seconds(step_note(s, TT_NOTE_RAM_GRACE, ps->member)) : -1;
	return was != NULL ? was : "inUse";
}

bool
step_ram_is_held(const struct scene *s, const struct plan_step *ps)
{
	const struct release *from = &s->plan->from, *to = &s->plan->to;

	return (release_same_major(from, to) && release_compare(from, to) != 0) ||
	    step_note(s, TT_NOTE_RAM_GRACE, ps->member) != NULL;
}

bool
step_ram_policy_needed(const struct scene *s, const struct plan_step *ps)
{
	return settings_get(&s->plan->options, TT_OPTION_RAM_POLICY) != NULL ||
	    step_note(s, TT_NOTE_RAM_POLICY, ps->member) != NULL || step_ram_is_held(s, ps);
}

bool
step_has_ram_policy(const struct scene *s, const struct plan_step *ps, const char *policy,
    int grace)
{
	const struct observation *o = step_seen(s, ps->member);
	const char *is = step_inst(s, ps)->ram_policy;
	int told = seconds(settings_get(&o->details, "ram_grace_s"));

	if (!str_equal_nocase(is, policy))
		return false;
	if (grace < 0 || (o->home >= 0 && o->home != ps->installation))
		return true;
	/* No period is told when there is none, and by tools that never tell it. */
	return told < 0 ? grace == 0 || s->outcome != NULL : told == grace;
}

void
step_add_size(const struct scene *s, struct command *c)
{
	const char *mb = settings_get(&s->plan->options, TT_OPTION_PERM_SIZE);

	if (mb != NULL)
		tt_add_attribute(c, "PermSize", mb);
}

void
step_learn_new_path(const struct scene *s, const struct plan_step *ps,
    struct settings *notes)
{
	const struct installation_seen *in = step_inst(s, ps);
	char key[NAME_MAX_BYTES + 24];

	if (in->path[0] == '\0')
		return;
	str_printf(key, sizeof(key), TT_NOTE_PATH "%s.new", ps->member->name);
	settings_set(notes, key, in->path);
}

void
step_destroy_new(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_destroy(ret, ps->member, ps->installation);
	ret->limit_ms = 300000;
}
