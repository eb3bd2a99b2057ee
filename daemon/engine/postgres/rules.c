/*
 * The table of rules, and what they share.
 *
 * Source: PostgreSQL documentation, chapters "High Availability", "Logical Replication"
 * ("Restrictions", "Upgrade"), pg_upgrade, and release notes of 13 to 18.
 */
#include "config.h"

#include "daemon/engine/postgres/rules.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/rules_parts.h"

#define SWAP    ABOUT_SWAP
#define LOGICAL ABOUT_LOGICAL
#define UPGRADE ABOUT_UPGRADE
#define COPY    ABOUT_COPY
#define ALL     ABOUT_ALL

/* clang-format off */
static const struct {
	const char *id;
	void (*check)(const struct pg_check *c);
	unsigned about; /* procedures that care */
} rules[] = {
	{ "pg.release",           pg_rule_release,            ALL },
	{ "pg.failover-tool",     pg_rule_failover_tool,      ALL },
	{ "pg.account",           pg_rule_account,            ALL },
	{ "pg.host-login",        pg_rule_host_login,         SWAP | LOGICAL },
	{ "pg.binaries",          pg_rule_binaries,           ALL },
	{ "pg.places",            pg_rule_places,             UPGRADE },
	{ "pg.config-file",       pg_rule_config_file,        ALL },
	{ "pg.disk",              pg_rule_disk,               UPGRADE | COPY },
	{ "pg.identity",          pg_rule_identity,           ALL },
	{ "pg.replay",            pg_rule_replay,             SWAP | LOGICAL },
	{ "pg.lag",               pg_rule_lag,                SWAP | LOGICAL },
	{ "pg.names",             pg_rule_names,              SWAP | LOGICAL },
	{ "pg.upstream",          pg_rule_upstream,           SWAP | LOGICAL },
	{ "pg.slots-free",        pg_rule_slots_free,         SWAP | LOGICAL },
	{ "pg.logical-slots",     pg_rule_logical_slots,      ALL },
	{ "pg.slot-keep",         pg_rule_slot_keep,          LOGICAL },
	{ "pg.workers",           pg_rule_workers,            LOGICAL },
	{ "pg.synchronous",       pg_rule_synchronous,        SWAP | LOGICAL },
	{ "pg.hba",               pg_rule_hba,                SWAP | LOGICAL | COPY },
	{ "pg.archive",           pg_rule_archive,            SWAP | LOGICAL },
	{ "pg.rewind",            pg_rule_rewind,             SWAP },
	{ "pg.settings",          pg_rule_settings,           SWAP | LOGICAL },
	{ "pg.pending",           pg_rule_pending,            ALL },
	{ "pg.files",             pg_rule_files,              ALL },
	{ "pg.durability",        pg_rule_durability,         ALL },
	{ "pg.wal-level",         pg_rule_wal_level,          LOGICAL },
	{ "pg.replica-identity",  pg_rule_replica_identity,   LOGICAL },
	{ "pg.identity-full",     pg_rule_identity_full,      LOGICAL },
	{ "pg.identity-types",    pg_rule_identity_types,     LOGICAL },
	{ "pg.unlogged",          pg_rule_unlogged,           SWAP | LOGICAL },
	{ "pg.large-objects",     pg_rule_large_objects,      LOGICAL },
	{ "pg.prepared",          pg_rule_prepared,           ALL },
	{ "pg.long-transaction",  pg_rule_long_transaction,   SWAP | LOGICAL },
	{ "pg.triggers",          pg_rule_triggers,           LOGICAL },
	{ "pg.event-triggers",    pg_rule_event_triggers,     LOGICAL },
	{ "pg.matviews",          pg_rule_matviews,           LOGICAL },
	{ "pg.sequences",         pg_rule_sequences,          LOGICAL },
	{ "pg.extensions",        pg_rule_extensions,         LOGICAL | UPGRADE },
	{ "pg.jobs",              pg_rule_jobs,               LOGICAL },
	{ "pg.publications",      pg_rule_publications,       LOGICAL },
	{ "pg.subscriptions",     pg_rule_subscriptions,      LOGICAL | UPGRADE },
	{ "pg.tablespaces",       pg_rule_tablespaces,        UPGRADE | COPY },
	{ "pg.databases",         pg_rule_databases,          UPGRADE },
	{ "pg.types",             pg_rule_types,              UPGRADE },
	{ "pg.collation",         pg_rule_collations,         ALL },
	{ "pg.collation-hosts",   pg_rule_collation_hosts,    SWAP | LOGICAL | COPY },
	{ "pg.collation-release", pg_rule_collation_release,  UPGRADE },
	{ "pg.ddl",               pg_rule_ddl,                LOGICAL },
	{ "pg.advice",            pg_rule_advice,             ALL },
};

static const struct {
	const char *procedure;
	unsigned about;
} procedures[] = {
	{ "asp-patch",	     SWAP },
	{ "asp-major",	     LOGICAL | UPGRADE | COPY },
	{ "offline-migrate", UPGRADE | COPY },
	{ "offline-backup",  COPY },
	{ "move-directory",  COPY },
	{ "move-host",	     COPY },
};
/* clang-format on */

/* An unknown procedure is asked everything. A dump needs nothing of pg_upgrade. */
static unsigned
about(const struct plan *plan)
{
	for (size_t i = 0; i < ARRAY_SIZE(procedures); i++)
		if (str_equal(procedures[i].procedure, plan->procedure->id))
			return settings_is(&plan->options, "method", "dump")
			    ? COPY
			    : procedures[i].about;
	return ALL;
}

void
pg_find(const struct pg_check *c, enum severity severity, const struct member *m,
    const char *remedy, const char *fmt, ...)
{
	bool let = severity == SEVERITY_BLOCKER && plan_overrides(c->plan, c->rule);
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	findings_add(c->f, let ? SEVERITY_WARNING : severity, c->rule,
	    m != NULL ? m->name : NULL, remedy, "%s%s", let ? "overridden: " : "",
	    text);
	free(text);
}

const char *
pg_seen(const struct pg_check *c, const struct member *m, const char *key)
{
	return m != NULL ? settings_get(&c->seen[m->index].details, key) : NULL;
}

const char *
pg_wanted(const struct pg_check *c, const struct member *m, const char *key,
    const char *what)
{
	const char *value = pg_seen(c, m, key);
	char word[160];

	if (value != NULL || m == NULL)
		return value;
	/* Where nothing was answered there is nothing to enumerate. */
	if (pg_seen(c, m, "schema_seen") == NULL)
		what = "what check asks";
	str_printf(word, sizeof(word), "%s of %s", what, m->name);
	if (strstr(buf_text(c->unseen), word) == NULL)
		buf_addf(c->unseen, "%s%s", c->unseen->len > 0 ? ", " : "", word);
	return NULL;
}

const char *
pg_setting(const struct pg_check *c, const struct member *m, const char *name)
{
	char key[96];

	str_printf(key, sizeof(key), "pg.set.%s", name);
	return pg_wanted(c, m, key, name);
}

int64_t
pg_setting_number(const struct pg_check *c, const struct member *m, const char *name,
    int64_t fallback)
{
	const char *text = pg_setting(c, m, name);
	int64_t value;

	return text != NULL && str_to_int(text, INT64_MIN, INT64_MAX, &value)
	    ? value
	    : fallback;
}

int64_t
pg_count_of(const char *list, const char **ret_names)
{
	const char *tab = list != NULL ? strchr(list, '\t') : NULL;
	char number[24];
	int64_t n = 0;

	if (ret_names != NULL)
		*ret_names = tab != NULL ? tab + 1 : "";
	if (tab == NULL)
		return 0;
	str_printf(number, sizeof(number), "%.*s", (int)(tab - list), list);
	return str_to_int(number, 0, INT64_MAX, &n) ? n : 0;
}

static void
add_objects(struct buf *ret, const char *database, int64_t n, const char *names)
{
	size_t shown = 1;

	for (const char *p = names; *p != '\0'; p++)
		shown += strncmp(p, ", ", 2) == 0;
	buf_addf(ret, "%s%s: %s", ret->len > 0 ? "; " : "", database, names);
	if ((size_t)n > shown)
		buf_addf(ret, " and %lld more", (long long)n - (long long)shown);
}

int64_t
pg_objects(const struct pg_check *c, const char *topic, struct buf *ret)
{
	const char *databases = pg_wanted(c, ACTIVE(c), "pg.databases", "databases");
	char name[64], key[160];
	int64_t total = 0;

	for (int i = 0; databases != NULL && pg_line(databases, i, name, sizeof(name));
	     i++) {
		const char *list, *names;
		int64_t n;

		str_printf(key, sizeof(key), "in.%s.%s", topic, name);
		list = pg_wanted(c, ACTIVE(c), key, name);
		n = pg_count_of(list, &names);
		if (n > 0)
			add_objects(ret, name, n, names);
		total += n;
	}
	return total;
}

bool
pg_line(const char *text, int n, char *buf, size_t size)
{
	for (; text != NULL && n > 0; n--) {
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	if (text == NULL || text[0] == '\0')
		return false;
	str_printf(buf, size, "%.*s", (int)strcspn(text, "\n"), text);
	return true;
}

/* ---- what was not seen ---- */

/* Why a member did not tell: the first gap, else the error of the look. */
static const char *
gap_of(const struct observation *o)
{
	for (size_t i = 0; i < o->details.count; i++)
		if (str_starts(o->details.items[i].key, "gap."))
			return o->details.items[i].value;
	return o->error;
}

static void
report_unseen(struct pg_check *c)
{
	struct buf why = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const char *gap = gap_of(&c->seen[i]);

		if (gap[0] != '\0')
			buf_addf(&why, "%s%s: %s", why.len > 0 ? "; " : " (",
			    c->pair->members[i].name, gap);
	}
	c->rule = "pg.seen";
	if (c->unseen->len > 0)
		pg_warn(c, NULL,
		    "let the server answer and grant the account pg_monitor, then check "
		    "again; or see to these things yourself",
		    "not everything could be looked at: %s%s%s", buf_text(c->unseen),
		    buf_text(&why), why.len > 0 ? ")" : "");
	buf_done(&why);
}

void
pg_check(const struct plan *plan, const struct observation *seen, struct findings *f)
{
	struct buf unseen = { 0 };
	struct pg_check c = { .plan = plan,
		.pair = plan->pair,
		.seen = seen,
		.f = f,
		.about = about(plan),
		.unseen = &unseen };

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if ((rules[i].about & c.about) == 0)
			continue;
		c.rule = rules[i].id;
		rules[i].check(&c);
	}
	report_unseen(&c);
	buf_done(&unseen);
}
