/*
 * The table of rules, and what they share.
 *
 * Source: TimesTen 11.2.1 Installation Guide, chapter 2; Replication Guide, "Requirements";
 * 22.1 Installation, Migration, and Upgrade Guide, chapters on upgrades.
 */
#include "config.h"

#include "daemon/engine/timesten/rules.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/mem.h"
#include "daemon/engine/timesten/rules_parts.h"

/* clang-format off */
static const struct {
	const char *id;
	void (*check)(const struct check *c);
	bool schema; /* lives on LOOK_SCHEMA */
} rules[] = {
	{ "release.parse",	  rule_release_parse },
	{ "release.path",	  rule_release_path },
	{ "release.cross",	  rule_release_cross },
	{ "release.pre7",	  rule_release_pre7 },
	{ "release.duplicate",	  rule_release_duplicate },
	{ "access.admin",	  rule_access_admin },
	{ "access.public",	  rule_access_public,	 true },
	{ "member.installations", rule_installations },
	{ "move.place",		  rule_move_place },
	{ "place.free",		  rule_place_free },
	{ "place.said",		  rule_place_said },
	{ "instance.alone",	  rule_instance_alone },
	{ "clusterware",	  rule_clusterware },
	{ "platform",		  rule_platform },
	{ "server.port",	  rule_server_port },
	{ "bits.online",	  rule_bits_online },
	{ "scheme.kind",	  rule_scheme_kind,	 true },
	{ "scheme.flow",	  rule_scheme_flow },
	{ "marker.needed",	  rule_marker_needed },
	{ "wait.names",		  rule_wait_names,	 true },
	{ "ports.static",	  rule_ports_static,	 true },
	{ "charset.equal",	  rule_charset_equal,	 true },
	{ "parallel.equal",	  rule_parallel_equal,	 true },
	{ "tables.key",		  rule_tables_key,	 true },
	{ "inline.equal",	  rule_inline_equal,	 true },
	{ "cache.groups",	  rule_cache_groups,	 true },
	{ "cache.refresh",	  rule_cache_refresh,	 true },
	{ "grid.off",		  rule_grid_off,	 true },
	{ "types.online",	  rule_types_online,	 true },
	{ "return.service",	  rule_return_service,	 true },
	{ "temporary",		  rule_temporary,	 true },
	{ "ddl.freeze",		  rule_ddl_freeze,	 true },
	{ "schemes.kept",	  rule_schemes_kept,	 true },
	{ "space.disk",		  rule_space_disk,	 true },
	{ "space.log",		  rule_space_log,	 true },
	{ "open.transactions",	  rule_open_transactions },
	{ "policies.restore",	  rule_policies_restore },
	{ "clock.skew",		  rule_clock_skew },
	{ "guard.login",	  rule_guard_login },
};
/* clang-format on */

void
check_add(const struct check *c, enum severity severity, const struct member *m,
    const char *remedy, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	findings_add(c->f, severity, c->rule, m != NULL ? m->name : NULL, remedy, "%s",
	    text);
	free(text);
}

const struct observation *
check_seen(const struct check *c, const struct member *m)
{
	return &c->seen[m->index];
}

const char *
check_detail(const struct check *c, const struct member *m, const char *key)
{
	return settings_get(&check_seen(c, m)->details, key);
}

int64_t
check_number(const struct check *c, const struct member *m, const char *key,
    int64_t fallback)
{
	const char *text = check_detail(c, m, key);
	int64_t value;

	if (text == NULL || !str_to_int(text, INT64_MIN, INT64_MAX, &value))
		return fallback;
	return value;
}

bool
check_schema_seen(const struct check *c, const struct member *m)
{
	return check_detail(c, m, "schema_seen") != NULL;
}

const struct member *
check_teller(const struct check *c, const char *key)
{
	const struct member *first[] = { c->plan->active, c->plan->standby };

	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		if (first[i] != NULL && check_detail(c, first[i], key) != NULL)
			return first[i];
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (check_detail(c, &c->pair->members[i], key) != NULL)
			return &c->pair->members[i];
	return NULL;
}

void
check_name(struct buf *list, const struct member *m)
{
	buf_addf(list, "%s%s", list->len > 0 ? ", " : "", m->name);
}

void
check_why_unknown(const struct check *c, const struct member *m, struct buf *ret)
{
	const char *gaps = check_detail(c, m, "gaps");

	if (ret->len > 0)
		return; /* one reason is enough to begin with */
	if (gaps != NULL && gaps[0] != '\0')
		buf_addf(ret, " (%s refused: %s)", m->name, gaps);
	else if (check_seen(c, m)->error[0] != '\0')
		buf_addf(ret, " (%s: %s)", m->name, check_seen(c, m)->error);
}

static void
add_untold(const struct check *c, struct buf *members, struct buf *why,
    const char *what)
{
	if (members->len > 0)
		check_warn(c, NULL,
		    "see to it yourself, or give the daemon's user the right to read the "
		    "system tables and check again",
		    "not checked: %s of %s is not known%s", what, buf_text(members),
		    why->len > 0 ? buf_text(why) : ", the release does not tell it");
	buf_done(members);
	buf_done(why);
}

void
check_untold_each(const struct check *c, const char *key, const char *what)
{
	struct buf members = { 0 }, why = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		if (!check_has_database(c, m) || !check_schema_seen(c, m) ||
		    check_detail(c, m, key) != NULL)
			continue;
		check_name(&members, m);
		check_why_unknown(c, m, &why);
	}
	add_untold(c, &members, &why, what);
}

void
check_untold(const struct check *c, const char *key, const char *what)
{
	if (check_teller(c, key) == NULL)
		check_untold_each(c, key, what);
}

/* Is the key "store.<store>.<field>"? A store's name may hold dots. */
static bool
is_store_key(const char *key, const char *store, const char *field)
{
	size_t len = strlen(store);

	return str_starts(key, "store.") && strncasecmp(key + 6, store, len) == 0 &&
	    key[6 + len] == '.' && str_equal(key + 7 + len, field);
}

const char *
check_store(const struct check *c, const struct member *m, const char *store,
    const char *field)
{
	const struct settings *d = &check_seen(c, m)->details;

	for (size_t i = 0; i < d->count; i++)
		if (is_store_key(d->items[i].key, store, field))
			return d->items[i].value;
	return NULL;
}

bool
check_does(const struct check *c, const char *step)
{
	const struct plan_steps *forward = &c->plan->lists[LIST_FORWARD];

	for (int i = 0; i < forward->count; i++)
		if (str_equal(forward->items[i].step->id, step))
			return true;
	return forward->count == 0;
}

const char *
check_new_detail(const struct check *c, const struct member *m, const char *name)
{
	int i = c->plan->new_installation[m->index];
	char key[64];

	str_printf(key, sizeof(key), "%s.%d", name, i);
	return i >= 0 ? check_detail(c, m, key) : NULL;
}

const char *
check_new_dsn(const struct check *c, const struct member *m, const char *attribute)
{
	int i = c->plan->new_installation[m->index];
	char key[64];

	str_printf(key, sizeof(key), "dsn.%d.%s", i, attribute);
	return i >= 0 ? check_detail(c, m, key) : NULL;
}

bool
check_procedure_is(const struct check *c, const char *id)
{
	return c->plan->procedure != NULL && str_equal(c->plan->procedure->id, id);
}

bool
check_is_pair(const struct check *c)
{
	return !str_equal(c->pair->topology, "single");
}

bool
check_has_database(const struct check *c, const struct member *m)
{
	return check_is_pair(c) || m == c->plan->active;
}

bool
check_in_place(const struct check *c, const struct member *m)
{
	int old = c->plan->old_installation[m->index];

	return old >= 0 && old == c->plan->new_installation[m->index];
}

const struct member *
check_scheme_teller(const struct check *c)
{
	return check_teller(c, "stores");
}

/* One finding for all that lives on the schema, of every member where it was not seen. */
static void
rule_schema_seen(struct check *c)
{
	struct buf members = { 0 }, why = { 0 }, ids = { 0 };

	c->rule = "schema.seen";
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		if (!check_has_database(c, m) || check_schema_seen(c, m))
			continue;
		check_name(&members, m);
		check_why_unknown(c, m, &why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].schema)
			buf_addf(&ids, "%s%s", ids.len > 0 ? ", " : "", rules[i].id);
	if (members.len > 0)
		check_warn(c, NULL,
		    "load the database and let it answer, then check again; or see to each "
		    "of these rules yourself",
		    "tables and scheme of %s were not seen%s: not checked there: %s",
		    buf_text(&members), buf_text(&why), buf_text(&ids));
	buf_done(&members);
	buf_done(&why);
	buf_done(&ids);
}

void
tt_check(const struct plan *plan, const struct observation *seen, struct findings *f)
{
	struct check c = { .plan = plan, .pair = plan->pair, .seen = seen, .f = f };

	rule_schema_seen(&c);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		c.rule = rules[i].id;
		rules[i].check(&c);
	}
}
