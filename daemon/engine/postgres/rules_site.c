/* Releases, hosts, accounts and settings of the servers. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/rules_parts.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/manager.h"
#include "daemon/engine/postgres/utilities/pg_release.h"

#define OLDEST 13

void
pg_rule_release(const struct pg_check *c)
{
	const struct release *from = &c->plan->from, *to = &c->plan->to;
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	release_text(from, a);
	release_text(to, b);
	if (from->part[0] < OLDEST || to->part[0] < OLDEST)
		pg_block(c, NULL, "upgrade offline by hand to 13 or later first",
		    "%s to %s: releases before 13 are not served", a, b);
	else if (!pg_same_major(from, to) && release_compare(from, to) > 0)
		pg_block(c, NULL, "restore a dump into the older release",
		    "%s is older than %s: no way leads down across majors", b, a);
}

/* ---- failover tools ---- */

void
pg_rule_failover_tool(const struct pg_check *c)
{
	struct buf schemas = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		struct buf signs = { 0 };

		(void)pg_wanted(c, m, "pg.host.process", "processes of the host");
		pg_manager_signs(m, &c->seen[m->index], &signs);
		if (signs.len > 0)
			pg_find(c,
			    pg_manager_lives(&c->seen[m->index]) == FACT_YES
				? SEVERITY_BLOCKER
				: SEVERITY_WARNING,
			    m,
			    PG_MANAGER_STOP
			    "; when what runs there is about other servers, override this rule",
			    "a failover tool is in charge of %s: %s", m->name,
			    buf_text(&signs));
		buf_done(&signs);
	}
	if (pg_objects(c, "managers", &schemas) > 0)
		pg_warn(c, NULL, "see that it is paused, and drop what is not used",
		    "schemas of a failover tool are there: %s", buf_text(&schemas));
	buf_done(&schemas);
}

/* ---- accounts ---- */

static void
account_of(const struct pg_check *c, const struct member *m, bool logical)
{
	const char *name = pg_seen(c, m, "pg.account");
	const char *super =
	    pg_wanted(c, m, "pg.account.super", "rights of the account");
	const char *lacks = pg_seen(c, m, "pg.account.lacks");

	if (super == NULL || str_equal(super, "t"))
		return;
	if (logical)
		pg_block(c, m,
		    "ALTER ROLE ... SUPERUSER on the active, whom its standbys follow; ALTER "
		    "ROLE ... NOSUPERUSER when the upgrade is finished. No other grant helps",
		    "%s is no superuser on %s, and to no one else any release grants CREATE "
		    "PUBLICATION FOR ALL TABLES (steps 2, 5a), CREATE EVENT TRIGGER (5.1), ALTER "
		    "ROLE ALL (5m) and DROP SUBSCRIPTION of the new cluster's superuser (6a)",
		    name, m->name);
	else if (lacks != NULL)
		pg_block(c, m, "grant them, or use a superuser",
		    "%s lacks rights on %s: %s", name, m->name, lacks);
	if (settings_is(&c->seen[m->index].details, "pg.account.monitor", "f"))
		pg_warn(c, m, "GRANT pg_monitor",
		    "%s is no member of pg_monitor on %s, and "
		    "does not see who receives what",
		    name, m->name);
}

void
pg_rule_account(const struct pg_check *c)
{
	bool logical = (c->about & ABOUT_LOGICAL) != 0;

	for (size_t i = 0; i < c->pair->member_count; i++)
		account_of(c, &c->pair->members[i], logical);
}

/* Not the daemon writes the last commit before a swap, but psql beside the server. */
void
pg_rule_host_login(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *login;

		if (m->subscriber)
			continue;
		login = pg_wanted(c, m, "pg.host.login", "a login on its host");
		if (login != NULL && !str_equal(login, "ok"))
			pg_block(c, m,
			    "give the owner of the cluster a passfile on that host: at the "
			    "path that conninfo names, or ~/.pgpass",
			    "psql of the owner of %s cannot log in on %s as conninfo says: "
			    "%s",
			    m->name, m->host->name, login);
	}
}

/* ---- files ---- */

void
pg_rule_binaries(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const struct installation_seen *home = observation_home(&c->seen[i]);
		const struct release *runs = &c->seen[i].running;
		char a[RELEASE_TEXT], b[RELEASE_TEXT];

		if (home == NULL || !release_is_set(&home->release) ||
		    !release_is_set(runs) || release_compare(&home->release, runs) == 0)
			continue;
		pg_warn(c, m,
		    "the tools must be of the release that runs until this procedure "
		    "changes it; do not let packages restart servers",
		    "%s runs %s, but its files on disk are %s: half an upgrade",
		    m->name, release_text(runs, a), release_text(&home->release, b));
	}
}

void
pg_rule_places(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		int new = c->plan->new_installation[i],
		    old = c->plan->old_installation[i];

		if (new >= 0 && str_equal(pg_data(m, new), pg_data(m, old)))
			pg_block(c, m,
			    "configure data_new, and an installation that is "
			    "called \"new\"",
			    "%s has one data directory for both releases: %s", m->name,
			    pg_data(m, new));
	}
}

/* Servers are started with -D alone. Debian's clusters have their file in /etc. */
void
pg_rule_config_file(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *file = pg_seen(c, m, "pg.set.config_file"),
			   *data = pg_data(m, c->seen[i].home);

		if (!settings_is(&c->seen[i].details, "pg.host.config", "f"))
			continue;
		pg_block(c, m,
		    "as its owner put one line into postgresql.conf of the data directory: "
		    "include '/etc/.../postgresql.conf'; both ways of starting it are the "
		    "same then",
		    "%s is started with its data directory alone, and %s has no "
		    "postgresql.conf: it runs with %s",
		    m->name, data, file != NULL ? file : "another file");
	}
}

void
pg_rule_disk(const struct pg_check *c)
{
	const char *text = pg_wanted(c, ACTIVE(c), "pg.size", "size of the databases");
	int64_t size, free_kib;

	if (text == NULL || !str_to_int(text, 0, INT64_MAX, &size))
		return;
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *room =
		    pg_wanted(c, m, "pg.host.free_kib", "free disk space");

		if (room == NULL || !str_to_int(room, 0, INT64_MAX, &free_kib) ||
		    free_kib > size / 1024 + size / 10240)
			continue;
		pg_warn(c, m, "free space, or give data_new a place that has it",
		    "host %s has %lld MiB for %s, the databases have %lld MiB",
		    m->host->name, (long long)(free_kib >> 10),
		    pg_data(m, c->plan->new_installation[i]), (long long)(size >> 20));
	}
}

/* ---- settings ---- */

/* What counts from the next start on, as far as it can be seen. */
static int64_t
next_number(const struct pg_check *c, const struct member *m, const char *name)
{
	char key[96];
	const char *text;
	int64_t value;

	str_printf(key, sizeof(key), "pg.next.%s", name);
	text = pg_seen(c, m, key);
	return text != NULL && str_to_int(text, 0, INT64_MAX, &value)
	    ? value
	    : pg_setting_number(c, m, name, -1);
}

/* A copy replays only with at least these of its source; from 14 on it pauses, before it
 * stops. */
static const char *const of_a_copy[] = { "max_connections", "max_worker_processes",
	"max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction" };

/* In a rolling restart a member that has its next values follows the active of now. In the end
 * everybody follows the next one, which has its own. */
static void
next_settings(const struct pg_check *c, const struct member *m, const char *name)
{
	const struct member *first = c->plan->standby;
	int64_t now = pg_setting_number(c, m, name, -1), next = next_number(c, m, name);
	int64_t source = pg_setting_number(c, ACTIVE(c), name, -1);

	if ((c->about & ABOUT_SWAP) != 0 && m != ACTIVE(c) && now >= source &&
	    next < source)
		pg_block(c, m,
		    "set it back for now: what gets smaller is lowered on the active first, and "
		    "on the others when that was restarted",
		    "%s of %s will be %lld after its restart, of %s it is %lld: it would not "
		    "replay",
		    name, m->name, (long long)next, ACTIVE(c)->name, (long long)source);
	else if (first != NULL && m != first && next >= 0 &&
	    next < next_number(c, first, name) && now >= source)
		pg_block(c, m, "set it to the same on every member",
		    "%s of %s will be %lld after its restart, of %s, the next active, %lld: it "
		    "would not replay",
		    name, m->name, (long long)next, first->name,
		    (long long)next_number(c, first, name));
}

void
pg_rule_settings(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(of_a_copy); k++) {
			const struct member *m = &c->pair->members[i];
			const char *name = of_a_copy[k];
			int64_t mine = pg_setting_number(c, m, name, -1),
				of = pg_setting_number(c, ACTIVE(c), name, -1);

			if (mine >= 0 && mine < of)
				pg_block(c, m, "raise it, and restart the server",
				    "%s of %s is %lld, of %s %lld: it would not replay, or "
				    "serve less as the active",
				    name, m->name, (long long)mine, ACTIVE(c)->name,
				    (long long)of);
			if ((c->about & (ABOUT_SWAP | ABOUT_LOGICAL)) != 0)
				next_settings(c, m, name);
		}
}

/* Every procedure starts servers. */
void
pg_rule_files(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *lines = pg_seen(c, m, "pg.bad_lines");

		if (lines != NULL)
			pg_block(c, m, "correct them, and look into pg_file_settings",
			    "%s would not start again with its configuration files: %s",
			    m->name, lines);
	}
}

void
pg_rule_pending(const struct pg_check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *pending = pg_seen(c, m, "pg.pending");

		if (pending != NULL && pending[0] != '\0')
			pg_warn(c, m, "see that the new values are what you want",
			    "settings of %s wait for the restart that the upgrade brings: "
			    "%s",
			    m->name, pending);
	}
}

void
pg_rule_durability(const struct pg_check *c)
{
	static const char *const names[] = { "fsync", "full_page_writes" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = pg_setting(c, ACTIVE(c), names[i]);

		if (str_equal(value, "off"))
			pg_warn(c, ACTIVE(c), "turn it on before the upgrade",
			    "%s is off: a crash of the host damages the data",
			    names[i]);
	}
}
