/* What databases hold that an upgrade cannot carry over, or that has to be thought of. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/rules_parts.h"

#define LONG_S 60

/* One finding for a topic, with its objects. */
static void
objects(const struct pg_check *c, const char *topic, enum severity severity,
    const char *what, const char *remedy)
{
	struct buf names = { 0 };
	int64_t n = pg_objects(c, topic, &names);

	if (n > 0)
		pg_find(c, severity, NULL, remedy, "%s: %s", what, buf_text(&names));
	buf_done(&names);
}

/* The same for a list of the whole server. */
static void
listed(const struct pg_check *c, const char *key, const char *what_of,
    enum severity severity, const char *what, const char *remedy)
{
	const char *names;

	if (pg_count_of(pg_wanted(c, ACTIVE(c), key, what_of), &names) > 0)
		pg_find(c, severity, ACTIVE(c), remedy, "%s: %s", what, names);
}

void
pg_rule_wal_level(const struct pg_check *c)
{
	const char *level = pg_setting(c, ACTIVE(c), "wal_level");

	if (level != NULL && !str_equal(level, "logical"))
		pg_block(c, ACTIVE(c),
		    "set wal_level = logical on every member, then start asp-patch to the "
		    "release that runs, which restarts them one after another; or restart "
		    "the active when that suits the applications",
		    "wal_level is %s: changes cannot be decoded", level);
}

void
pg_rule_replica_identity(const struct pg_check *c)
{
	objects(c, "replica-identity", SEVERITY_BLOCKER,
	    "UPDATE and DELETE fail as soon as these tables are published, because rows "
	    "have no identity",
	    "add primary keys that are not deferrable, or ALTER TABLE ... REPLICA IDENTITY "
	    "USING INDEX or FULL");
}

void
pg_rule_identity_full(const struct pg_check *c)
{
	objects(c, "identity-full", SEVERITY_WARNING,
	    "each changed row of these tables is searched for on the new side (REPLICA "
	    "IDENTITY FULL)",
	    "give large ones a key, and ALTER TABLE ... REPLICA IDENTITY DEFAULT");
}

void
pg_rule_identity_types(const struct pg_check *c)
{
	objects(c, "identity-types", SEVERITY_BLOCKER,
	    "UPDATE and DELETE of these tables cannot be applied on the new side: their rows "
	    "are found by all their columns (REPLICA IDENTITY FULL), and the types of these "
	    "know no equality",
	    "give the tables a key, and ALTER TABLE ... REPLICA IDENTITY DEFAULT; where rows are "
	    "only inserted, override this rule");
}

void
pg_rule_unlogged(const struct pg_check *c)
{
	objects(c, "unlogged", SEVERITY_WARNING,
	    "unlogged tables and sequences arrive empty on the new active",
	    "ALTER TABLE ... SET LOGGED, or be ready to fill them again");
}

void
pg_rule_large_objects(const struct pg_check *c)
{
	objects(c, "large-objects", SEVERITY_BLOCKER,
	    "large objects are not replicated logically: changes to them during the "
	    "upgrade would be lost",
	    "upgrade offline, or keep them from being changed and override this rule");
}

void
pg_rule_prepared(const struct pg_check *c)
{
	bool blocks = (c->about & (ABOUT_LOGICAL | ABOUT_UPGRADE)) != 0;

	listed(c, "pg.prepared_xacts", "prepared transactions",
	    blocks ? SEVERITY_BLOCKER : SEVERITY_WARNING,
	    blocks ? "prepared transactions cannot be carried over"
		   : "prepared transactions survive the swap, whoever is to end them",
	    "COMMIT PREPARED or ROLLBACK PREPARED them, and keep new ones away");
}

void
pg_rule_long_transaction(const struct pg_check *c)
{
	const char *oldest = pg_seen(c, ACTIVE(c), "pg.oldest_xact"), *who;
	int64_t s = pg_count_of(oldest, &who);

	if (s < LONG_S)
		return;
	pg_warn(c, ACTIVE(c), "end it, or wait until it has ended",
	    "a transaction runs for %lld s: %s; %s", (long long)s, who,
	    (c->about & ABOUT_LOGICAL) != 0
		? "no logical slot can be made until it has ended"
		: "the swap ends it");
}

void
pg_rule_triggers(const struct pg_check *c)
{
	objects(c, "triggers", SEVERITY_WARNING,
	    "triggers that are enabled ALWAYS or REPLICA fire again while changes are "
	    "applied",
	    "see that firing twice does no harm, or disable them for the upgrade");
}

void
pg_rule_event_triggers(const struct pg_check *c)
{
	objects(c, "event-triggers", SEVERITY_NOTE,
	    "event triggers fire for statements "
	    "of the daemon as well",
	    "let them pass application_name upgraded");
}

void
pg_rule_matviews(const struct pg_check *c)
{
	objects(c, "matviews", SEVERITY_NOTE,
	    "materialised views hold what they held when the standby was converted",
	    "REFRESH MATERIALIZED VIEW on the new active after the swap");
}

void
pg_rule_sequences(const struct pg_check *c)
{
	struct buf names = { 0 };
	int64_t n = pg_objects(c, "sequences", &names);

	if (n > 0)
		pg_note(c, NULL, "",
		    "%lld sequences are not replicated: they are set in the swap, ahead of "
		    "the old ones, so numbers have a gap there",
		    (long long)n);
	buf_done(&names);
}

/* ---- extensions ---- */

static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += len)
		if ((p == list || p[-1] == ' ') && (p[len] == '\0' || p[len] == ' '))
			return true;
	return false;
}

/* "plpgsql, postgis": adds those that the new release on this host does not have. */
static void
add_missing(const char *names, const char *available, struct buf *missing)
{
	while (*names != '\0') {
		size_t len = strcspn(names, ",");
		char name[64];

		str_printf(name, sizeof(name), "%.*s", (int)len, names);
		if (!has_word(available, name) && !has_word(buf_text(missing), name))
			buf_addf(missing, "%s%s", missing->len > 0 ? " " : "", name);
		names += len + strspn(names + len, ", ");
	}
}

static void
missing_extensions(const struct pg_check *c, const struct member *m)
{
	const char *available = pg_seen(c, m, "pg.host.available");
	const char *databases = pg_seen(c, ACTIVE(c), "pg.databases");
	struct buf missing = { 0 };
	char name[64], key[160];

	for (int i = 0; available != NULL && databases != NULL &&
	     pg_line(databases, i, name, sizeof(name));
	     i++) {
		const char *names;

		str_printf(key, sizeof(key), "in.extensions.%s", name);
		(void)pg_count_of(pg_seen(c, ACTIVE(c), key), &names);
		add_missing(names, available, &missing);
	}
	if (missing.len > 0)
		pg_block(c, m, "install them for the new release on this host",
		    "extensions that databases use are not there for the new release: %s",
		    buf_text(&missing));
	buf_done(&missing);
}

void
pg_rule_extensions(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		missing_extensions(c, &c->pair->members[i]);
	if ((c->about & ABOUT_LOGICAL) != 0)
		objects(c, "extension-tables", SEVERITY_WARNING,
		    "tables of extensions are published with all others, and filled on "
		    "the new side by the extensions themselves, too",
		    "see that they do not change during the upgrade");
}

/* Whatever starts by itself begins to write on the standby when that leaves its source. */
void
pg_rule_jobs(const struct pg_check *c)
{
	const char *preload = pg_setting(c, ACTIVE(c), "shared_preload_libraries"),
		   *names;
	int64_t n = pg_count_of(pg_seen(c, ACTIVE(c), "pg.background"), &names);

	if (n > 0)
		pg_warn(c, ACTIVE(c),
		    "turn them off for the upgrade: they must write on the active only",
		    "workers of extensions run by themselves: %s (shared_preload_libraries "
		    "= %s)",
		    names, preload != NULL ? preload : "unknown");
}

void
pg_rule_publications(const struct pg_check *c)
{
	objects(c, "publications", SEVERITY_NOTE,
	    "publications of the site go over, the slots of their subscribers do not",
	    "subscribers have to begin anew on the new active");
}

void
pg_rule_subscriptions(const struct pg_check *c)
{
	listed(c, "pg.subscriptions", "subscriptions", SEVERITY_BLOCKER,
	    "the pair subscribes to other servers: both sides would receive during the "
	    "upgrade",
	    "disable and drop them for the upgrade, and make them again on the new active");
}

/* Another member on the same host: its name, else NULL. */
static const char *
neighbour_of(const struct pg_check *c, const struct member *m)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (&c->pair->members[i] != m && c->pair->members[i].host == m->host)
			return c->pair->members[i].name;
	return NULL;
}

void
pg_rule_tablespaces(const struct pg_check *c)
{
	const char *names,
	    *list = pg_wanted(c, ACTIVE(c), "pg.tablespaces", "tablespaces");

	if (pg_count_of(list, &names) == 0)
		return;
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *with = neighbour_of(c, m);

		if (with == NULL)
			continue;
		pg_block(c, m,
		    "move their tables to pg_default, or give each member a host of its "
		    "own; when the folders differ on purpose, override this rule",
		    "%s and %s are on one host, and a copy would use the folders of the "
		    "other's tablespaces: %s",
		    m->name, with, names);
		return;
	}
	pg_warn(c, ACTIVE(c), "see that their folders are on every host",
	    "tablespaces lie outside of the data directories: %s", names);
}

void
pg_rule_databases(const struct pg_check *c)
{
	const char *closed = pg_seen(c, ACTIVE(c), "pg.closed");

	if (closed != NULL)
		pg_block(c, ACTIVE(c),
		    "ALTER DATABASE ... ALLOW_CONNECTIONS true, or drop "
		    "them",
		    "pg_upgrade cannot connect to these databases: %s", closed);
}

void
pg_rule_types(const struct pg_check *c)
{
	objects(c, "types", SEVERITY_BLOCKER,
	    "pg_upgrade cannot carry columns of these types over, whose numbers change",
	    "change them to text, or drop them");
}

void
pg_rule_ddl(const struct pg_check *c)
{
	pg_note(c, NULL,
	    "stop migrations and jobs that make partitions until it is finished",
	    "definitions are not replicated: tables, columns, roles and settings must not "
	    "change during the upgrade");
}
