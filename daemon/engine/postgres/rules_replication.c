/* How the members follow each other, and whether they can when their roles are swapped. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/postgres/rules_parts.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/sql/rows.h"

#define LAG_BYTES (INT64_C(16) << 20)

#define EACH_MEMBER(c, m)                                 \
	for (const struct member *m = (c)->pair->members; \
	     m < (c)->pair->members + (c)->pair->member_count; m++)

void
pg_rule_identity(const struct pg_check *c)
{
	const char *of = pg_wanted(c, ACTIVE(c), "pg.sysid", "system identifier");

	EACH_MEMBER(c, m)
	{
		const char *id = pg_seen(c, m, "pg.sysid");

		if (of == NULL || id == NULL || str_equal(id, of))
			continue;
		pg_block(c, m, "find out which server is which: conninfo of both",
		    "%s is no copy of %s: its system identifier is %s, not %s", m->name,
		    ACTIVE(c)->name, id, of);
	}
}

void
pg_rule_replay(const struct pg_check *c)
{
	EACH_MEMBER(c, m)
	{
		enum severity severity =
		    m->subscriber ? SEVERITY_WARNING : SEVERITY_BLOCKER;
		const char *delay = pg_seen(c, m, "pg.set.recovery_min_apply_delay");

		if (m == ACTIVE(c))
			continue;
		if (settings_is(&c->seen[m->index].details, "pg.paused", "t"))
			pg_find(c, severity, m, "SELECT pg_wal_replay_resume()",
			    "replay is paused on %s", m->name);
		if (delay != NULL && !str_equal(delay, "0"))
			pg_find(c, severity, m,
			    "set recovery_min_apply_delay = 0 for the upgrade",
			    "%s applies what it receives %s ms late", m->name, delay);
	}
}

void
pg_rule_lag(const struct pg_check *c)
{
	EACH_MEMBER(c, m)
	{
		int64_t lag = c->seen[m->index].lag_bytes;

		if (m != ACTIVE(c) && lag > LAG_BYTES)
			pg_warn(c, m,
			    "wait until it has caught up, or find out what slows "
			    "it",
			    "%s is %lld MiB behind", m->name, (long long)(lag >> 20));
	}
}

/* Does any member see it among its walsenders? */
static bool
is_peer(const struct pg_check *c, const struct member *m)
{
	EACH_MEMBER(c, from)
	if (observation_peer(&c->seen[from->index], m->name) != NULL)
		return true;
	return false;
}

void
pg_rule_names(const struct pg_check *c)
{
	EACH_MEMBER(c, m)
	{
		const char *receiver = pg_seen(c, m, "pg.receiver");

		if (m == ACTIVE(c) || !str_equal(receiver, "streaming") ||
		    is_peer(c, m))
			continue;
		pg_warn(c, m,
		    "set its application_name in primary_conninfo to the member's name: "
		    "without it the lag is not known, and synchronous_standby_names cannot "
		    "mean it",
		    "no walsender of the pair is known to be for %s, which streams from %s",
		    m->name,
		    pg_seen(c, m, "pg.source") != NULL ? pg_seen(c, m, "pg.source")
						       : "somewhere");
	}
}

/* Is the receiver of m connected to the address of another member than of this one? */
static const struct member *
source_of(const struct pg_check *c, const struct member *m)
{
	const char *source = pg_seen(c, m, "pg.source");

	EACH_MEMBER(c, from)
	{
		struct pg_server s;
		char by_host[300], by_address[100];

		pg_server(from, c->seen[from->index].home, &s);
		str_printf(by_host, sizeof(by_host), "%s:%d", s.host, s.port);
		str_printf(by_address, sizeof(by_address), "%s:%d", s.hostaddr, s.port);
		if (from != m && source != NULL &&
		    (str_equal(source, by_host) || str_equal(source, by_address)))
			return from;
	}
	return NULL;
}

void
pg_rule_upstream(const struct pg_check *c)
{
	EACH_MEMBER(c, m)
	{
		const char *upstream = member_setting(m, "upstream");
		const struct member *from = source_of(c, m);

		if (upstream != NULL && from != NULL &&
		    !str_equal(from->name, upstream))
			pg_warn(c, m, "correct upstream, or let it receive from there",
			    "%s receives from %s, and is configured to from %s",
			    m->name, from->name, upstream);
	}
}

/* ---- slots ---- */

/* Slots and walsenders of others than us: lines of pg.slots and pg.senders, whose second
 * field is the name. */
static int64_t
count_others(const char *lines)
{
	char line[512];
	int64_t n = 0;

	for (int i = 0; pg_line(lines, i, line, sizeof(line)); i++) {
		const char *name = strchr(line, '\t');

		n += name != NULL && !str_starts(name + 1, "upgraded");
	}
	return n;
}

static int64_t
count_lines(const char *lines)
{
	char line[512];
	int64_t n = 0;

	while (pg_line(lines, (int)n, line, sizeof(line)))
		n++;
	return n;
}

static void
enough(const struct pg_check *c, const struct member *m, const char *setting,
    int64_t used, int64_t needed)
{
	int64_t most = pg_setting_number(c, m, setting, -1);

	if (most >= 0 && most < used + needed)
		pg_block(c, m, "raise it, and restart the server",
		    "%s of %s is %lld: %lld are used, %lld more are needed", setting,
		    m->name, (long long)most, (long long)used, (long long)needed);
}

/* Each member keeps a slot on the one that it will receive from; logically there is one
 * for each database as well, on either side. */
void
pg_rule_slots_free(const struct pg_check *c)
{
	bool logical = (c->about & ABOUT_LOGICAL) != 0;
	int64_t members = (int64_t)c->pair->member_count - 1;
	int64_t streams =
	    logical ? count_lines(pg_seen(c, ACTIVE(c), "pg.databases")) : 0;

	EACH_MEMBER(c, m)
	{
		const char *slots, *senders;

		if (m->subscriber || (m == ACTIVE(c) && !logical))
			continue;
		slots = pg_wanted(c, m, "pg.slots", "replication slots");
		senders = pg_wanted(c, m, "pg.senders", "walsenders");
		if (slots != NULL)
			enough(c, m, "max_replication_slots", count_others(slots),
			    members + streams);
		if (senders != NULL)
			enough(c, m, "max_wal_senders", count_lines(senders),
			    m == ACTIVE(c) ? streams : members + streams);
	}
}

/* The former active applies what the new one commits, until the upgrade is finished: a
 * worker for each database, the launcher, and room for what the site has. The new cluster
 * is given what it needs. */
void
pg_rule_workers(const struct pg_check *c)
{
	const char *databases = pg_wanted(c, ACTIVE(c), "pg.databases", "databases");
	int64_t needed = count_lines(databases) + 3;
	int64_t most = pg_setting_number(c, ACTIVE(c), "max_worker_processes", -1);

	if (databases != NULL && most >= 0 && most < needed)
		pg_block(c, ACTIVE(c), "raise it on every member, and restart them",
		    "max_worker_processes of %s is %lld: %lld are needed, one for each "
		    "database and 3 more",
		    ACTIVE(c)->name, (long long)most, (long long)needed);
}

/* Fields of a slot's line: pid, name, type, active, status, restart, confirmed, database. */
static const char *
slot_field(char *line, int n)
{
	char *p = line;

	for (; n > 0 && p != NULL; n--) {
		p = strchr(p, '\t');
		p = p != NULL ? p + 1 : NULL;
	}
	if (p == NULL)
		return "";
	p[strcspn(p, "\t")] = '\0';
	return p;
}

void
pg_rule_logical_slots(const struct pg_check *c)
{
	const char *slots = pg_seen(c, ACTIVE(c), "pg.slots");
	struct buf names = { 0 };
	char line[512], copy[512];

	for (int i = 0; pg_line(slots, i, line, sizeof(line)); i++) {
		str_copy(copy, sizeof(copy), line);
		if (!str_equal(slot_field(copy, 2), "logical"))
			continue;
		str_copy(copy, sizeof(copy), line);
		if (!str_starts(slot_field(copy, 1), "upgraded"))
			buf_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			    slot_field(copy, 1));
	}
	if (names.len > 0)
		pg_warn(c, ACTIVE(c),
		    "stop what reads them, and let it begin anew on the new active; from 17 "
		    "on slots with failover that are synchronized go over by themselves",
		    "logical slots of others lose their position: %s",
		    buf_text(&names));
	buf_done(&names);
}

void
pg_rule_slot_keep(const struct pg_check *c)
{
	const char *keep = pg_setting(c, ACTIVE(c), "max_slot_wal_keep_size");
	const char *idle =
	    pg_seen(c, ACTIVE(c), "pg.set.idle_replication_slot_timeout");

	if (keep != NULL && !str_equal(keep, "-1"))
		pg_warn(c, ACTIVE(c),
		    "set it to -1, or to what is written while the standby is upgraded",
		    "max_slot_wal_keep_size is %s MB: when more log is written while the "
		    "standby is upgraded, its slots are lost, and it begins anew",
		    keep);
	if (idle != NULL && !str_equal(idle, "0"))
		pg_warn(c, ACTIVE(c), "set it to 0 for the upgrade",
		    "idle_replication_slot_timeout is %s: slots are idle while the standby "
		    "is upgraded, and would be lost",
		    idle);
}

/* ---- settings of replication ---- */

void
pg_rule_synchronous(const struct pg_check *c)
{
	EACH_MEMBER(c, m)
	{
		const char *names = pg_seen(c, m, "pg.set.synchronous_standby_names");

		if (m->subscriber || names == NULL || names[0] == '\0')
			continue;
		pg_note(c, m, "",
		    "synchronous_standby_names of %s is \"%s\": while nobody whom it names "
		    "streams, commits would wait; it is emptied for that time and set back",
		    m->name, names);
	}
}

/* Rules are "TYPE USERS ADDRESS". */
static bool
admits(const char *rules, const char *user)
{
	char line[512];

	for (int i = 0; pg_line(rules, i, line, sizeof(line)); i++) {
		char *users = strchr(line, ' ');

		if (users == NULL)
			continue;
		users++;
		users[strcspn(users, " ")] = '\0';
		for (const char *p = users; *p != '\0';) {
			size_t n = strcspn(p, ",");

			if ((n == 3 && strncmp(p, "all", n) == 0) || p[0] == '+' ||
			    p[0] == '/' ||
			    (n == strlen(user) && strncmp(p, user, n) == 0))
				return true;
			p += n + (p[n] == ',');
		}
	}
	return false;
}

/* Who reads from the standby after the swap has to be let in there. */
void
pg_rule_hba(const struct pg_check *c)
{
	const char *user = settings_get(&c->pair->settings, "replication.user");

	EACH_MEMBER(c, m)
	{
		const char *rules = pg_seen(c, m, "pg.hba");

		if (m->subscriber || rules == NULL || user == NULL ||
		    admits(rules, user))
			continue;
		pg_block(c, m,
		    "add a line for it and the addresses of all members, and reload",
		    "pg_hba.conf of %s has no line that lets %s replicate", m->name,
		    user);
	}
	if (user == NULL)
		pg_warn(c, NULL, "configure replication { user = \"...\" }",
		    "no replication user is configured: members will receive as the user "
		    "of conninfo");
}

void
pg_rule_archive(const struct pg_check *c)
{
	const char *archiver = pg_wanted(c, ACTIVE(c), "pg.archiver", "archiver");

	if (str_equal(archiver, "failing"))
		pg_warn(c, ACTIVE(c), "see why archive_command fails",
		    "the archiver of %s fails: its log piles up, and a shutdown waits for "
		    "it",
		    ACTIVE(c)->name);
}

void
pg_rule_rewind(const struct pg_check *c)
{
	const char *checksums = pg_seen(c, ACTIVE(c), "pg.set.data_checksums");
	const char *hints = pg_seen(c, ACTIVE(c), "pg.set.wal_log_hints");

	if (str_equal(checksums, "off") && str_equal(hints, "off"))
		pg_note(c, ACTIVE(c), "set wal_log_hints = on",
		    "without checksums and wal_log_hints pg_rewind cannot be used: should "
		    "%s end with commits of its own, it is copied anew",
		    ACTIVE(c)->name);
}
