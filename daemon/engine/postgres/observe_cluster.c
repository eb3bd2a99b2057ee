/* What check wants to know of a server as a whole, and of its host. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_schema.h"
#include "daemon/engine/postgres/sql/names.h"

/* ---- question ---- */

#define SETTINGS                                                                           \
	"'wal_level', 'max_connections', 'max_worker_processes', 'max_wal_senders',"       \
	" 'max_prepared_transactions', 'max_locks_per_transaction',"                       \
	" 'max_replication_slots', 'max_logical_replication_workers',"                     \
	" 'synchronous_standby_names', 'wal_log_hints', 'data_checksums', 'archive_mode'," \
	" 'max_slot_wal_keep_size', 'recovery_min_apply_delay',"                           \
	" 'shared_preload_libraries', 'default_transaction_read_only', 'fsync',"           \
	" 'full_page_writes', 'idle_replication_slot_timeout', 'listen_addresses',"        \
	" 'cluster_name', 'hot_standby_feedback', 'wal_segment_size', 'block_size',"       \
	" 'output_plugin_libraries', 'max_active_replication_origins', 'port',"            \
	" 'wal_keep_size', 'restart_after_crash', 'config_file', 'hba_file'"

#define LIST(topic, value, from)                                                   \
	"UNION ALL SELECT 'list', '" topic "', count(*)::text,"                    \
	" array_to_string((array_agg(" value " ORDER BY " value "))[1:12], ', ')," \
	" NULL, NULL FROM " from " "

/* Databases whose text is ordered by a library, not by bytes. */
#define PROVIDER "coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')"
#define ORDERED_LIST                                                            \
	LIST("ordered_libc", "datname::text",                                   \
	    "pg_database d WHERE datname <> 'template0' AND " PROVIDER " = 'c'" \
	    " AND datcollate <> 'POSIX' AND datcollate !~ '^C([.]|$)'")         \
	LIST("ordered_icu", "datname::text",                                    \
	    "pg_database d WHERE datname <> 'template0' AND " PROVIDER " = 'i'")

/* Rows: what, name, and up to four values. */
#define STATEMENT                                                                              \
	"SELECT 'set', name, setting, pending_restart::text, unit, NULL FROM pg_settings"      \
	" WHERE name IN (" SETTINGS ") "                                                       \
	"UNION ALL SELECT 'pending', name, NULL, NULL, NULL, NULL FROM pg_settings"            \
	" WHERE pending_restart "                                                              \
	"UNION ALL SELECT 'database', datname, datallowconn::text, datistemplate::text,"       \
	" CASE WHEN has_database_privilege(oid, 'CONNECT')"                                    \
	"  OR pg_has_role('pg_read_all_stats', 'MEMBER')"                                      \
	"  THEN pg_database_size(oid) END::text, NULL FROM pg_database "                       \
	"UNION ALL (SELECT 'xact', pid::text,"                                                 \
	" floor(extract(epoch FROM now() - xact_start))::bigint::text, usename::text,"         \
	" application_name, datname::text FROM pg_stat_activity"                               \
	" WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"                           \
	" ORDER BY xact_start LIMIT 1) "                                                       \
	"UNION ALL SELECT 'archiver', (last_failed_time IS NOT NULL AND"                       \
	" (last_archived_time IS NULL OR last_failed_time > last_archived_time))::text,"       \
	" last_failed_wal, NULL, NULL, NULL FROM pg_stat_archiver "                            \
	"UNION ALL SELECT 'account', rolname::text, rolsuper::text, rolreplication::text,"     \
	" pg_has_role('pg_monitor', 'MEMBER')::text,"                                          \
	" pg_has_role('pg_read_all_settings', 'MEMBER')::text"                                 \
	" FROM pg_roles WHERE rolname = current_user " LIST("prepared_xacts",                  \
	    "gid::text", "pg_prepared_xacts") LIST("subscriptions", "subname::text",           \
	    "pg_subscription WHERE subname NOT LIKE 'upgraded%'") LIST("tablespaces",          \
	    "spcname::text",                                                                   \
	    "pg_tablespace WHERE oid >= 16384") ORDERED_LIST LIST("managers",                  \
	    "application_name::text",                                                          \
	    "pg_stat_activity WHERE backend_type <> 'walsender' AND application_name ~*"       \
	    " '^(patroni|repmgr|pg_?auto_?failover|pg_autoctl|stolon)'")                       \
	    LIST("background", "backend_type::text",                                           \
		"pg_stat_activity WHERE backend_type NOT IN ('client backend',"                \
		" 'autovacuum launcher', 'autovacuum worker', 'logical replication launcher'," \
		" 'logical replication worker', 'logical replication apply worker',"           \
		" 'logical replication parallel worker',"                                      \
		" 'logical replication tablesync worker', 'background writer',"                \
		" 'checkpointer', 'walwriter', 'walsender', 'startup', 'walreceiver',"         \
		" 'archiver', 'parallel worker', 'slotsync worker', 'walsummarizer',"          \
		" 'io worker', 'standalone backend', 'logger', 'backup')")

#define MISMATCHED                                         \
	LIST("mismatched", "datname::text",                \
	    "pg_database WHERE datcollversion IS NOT NULL" \
	    " AND datcollversion"                          \
	    " <> pg_database_collation_actual_version(oid)")

/* What steps of a physical swap need, each where the account lacks it. */
#define RIGHT(words, has) \
	"UNION ALL SELECT 'lacks', " words ", NULL, NULL, NULL, NULL WHERE NOT " has " "
#define RIGHTS                                                                   \
	RIGHT("'EXECUTE ON FUNCTION pg_promote'",                                \
	    "has_function_privilege('pg_promote(boolean, integer)', 'EXECUTE')") \
	RIGHT("'EXECUTE ON FUNCTION pg_reload_conf'",                            \
	    "has_function_privilege('pg_reload_conf()', 'EXECUTE')")             \
	RIGHT("'the attribute REPLICATION'",                                     \
	    "(SELECT rolsuper OR rolreplication FROM pg_roles"                   \
	    " WHERE rolname = current_user)")                                    \
	RIGHT("'CREATE ON DATABASE ' || current_database()",                     \
	    "has_database_privilege(current_database(), 'CREATE')")

/* Before 15 only superusers change settings and write checkpoints. */
#define RIGHTS_15                                                                  \
	RIGHT("'membership in pg_checkpoint'",                                     \
	    "pg_has_role('pg_checkpoint', 'MEMBER')")                              \
	"UNION ALL SELECT 'lacks', 'ALTER SYSTEM ON PARAMETER ' || p, NULL, NULL," \
	" NULL, NULL FROM unnest(ARRAY['primary_conninfo', 'primary_slot_name',"   \
	" 'synchronous_standby_names', 'wal_retrieve_retry_interval']) p"          \
	" WHERE NOT has_parameter_privilege(p, 'ALTER SYSTEM') "
#define RIGHTS_BEFORE_15                                                                                \
	RIGHT(                                                                                          \
	    "'the attribute SUPERUSER, which releases before 15 want for ALTER SYSTEM and CHECKPOINT'", \
	    "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")

/* Only superusers may, unless it was granted: asked last. */
#define HBA                                                             \
	"SELECT 'hba_seen', NULL, NULL, NULL FROM pg_hba_file_rules"    \
	" HAVING true "                                                 \
	"UNION ALL SELECT 'hba', type, array_to_string(user_name, ',')," \
	" address FROM pg_hba_file_rules"                               \
	" WHERE 'replication' = ANY (database)"                         \
	" AND auth_method <> 'reject' AND error IS NULL;\n"

/* What the files say for the next start, where it is compared with other members; and lines
 * with which there is none. A value that only waits for a restart is no such line. */
#define NEXT                                                                         \
	"SELECT 'next', name, setting, NULL FROM (SELECT DISTINCT ON (name) name,"   \
	" setting FROM pg_file_settings WHERE name IN ('max_connections',"           \
	" 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions',"   \
	" 'max_locks_per_transaction') ORDER BY name, seqno DESC) f "                \
	"UNION ALL SELECT 'bad_line', coalesce(f.name || ' (', '(') || f.sourcefile" \
	" || ' line ' || f.sourceline || '): ' || f.error, NULL, NULL"               \
	" FROM pg_file_settings f LEFT JOIN pg_settings s USING (name)"              \
	" WHERE f.error IS NOT NULL AND NOT coalesce(s.pending_restart, false);\n"

char *
pg_cluster_statements(const struct observation *draft)
{
	bool later = draft->running.part[0] >= 15;

	return mem_printf("%s%s%s;\n%s", STATEMENT RIGHTS,
	    later ? RIGHTS_15 : RIGHTS_BEFORE_15, later ? MISMATCHED : "", HBA NEXT);
}

/* ---- answer ---- */

/* Adds a line, or a name to a list that is separated by ", ". */
static void
add_word(struct observation *draft, const char *key, const char *between,
    const char *word)
{
	const char *was = settings_get(&draft->details, key);

	if (was == NULL || was[0] == '\0')
		pg_detail_put(draft, key, word);
	else
		pg_detail_putf(draft, key, "%s%s%s", was, between, word);
}

static void
read_setting(const struct pg_row *row, struct observation *draft)
{
	char key[2 * PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.set.%s", pg_field(row, 1));
	pg_detail_put(draft, key, pg_field(row, 2));
}

static void
read_pending(const struct pg_row *row, struct observation *draft)
{
	add_word(draft, "pg.pending", ", ", pg_field(row, 1));
}

static void
read_database(const struct pg_row *row, struct observation *draft)
{
	const char *name = pg_field(row, 1),
		   *was = settings_get(&draft->details, "pg.size");
	int64_t bytes = pg_field_int(row, 4, -1), sum = 0;

	if (pg_field_fact(row, 2) == FACT_NO) {
		if (!str_equal(name, "template0"))
			add_word(draft, "pg.closed", ", ", name);
	} else if (pg_field_fact(row, 3) != FACT_YES) {
		add_word(draft, "pg.databases", "\n", name);
	}
	if (was != NULL && !str_to_int(was, 0, INT64_MAX, &sum))
		return; /* one was not seen */
	pg_detail_put(draft, "pg.size", "");
	if (bytes >= 0)
		pg_detail_putf(draft, "pg.size", "%lld", (long long)(sum + bytes));
}

static void
read_xact(const struct pg_row *row, struct observation *draft)
{
	pg_detail_putf(draft, "pg.oldest_xact", "%s\tprocess %s of %s%s%s in %s",
	    pg_field(row, 2), pg_field(row, 1), pg_field(row, 3),
	    pg_field(row, 4)[0] != '\0' ? ", " : "", pg_field(row, 4),
	    pg_field(row, 5));
}

static void
read_archiver(const struct pg_row *row, struct observation *draft)
{
	const char *mode = settings_get(&draft->details, "pg.set.archive_mode");

	pg_detail_put(draft, "pg.archiver",
	    mode != NULL && str_equal(mode, "off")  ? "off"
		: pg_field_fact(row, 1) == FACT_YES ? "failing"
						    : "ok");
}

static void
read_account(const struct pg_row *row, struct observation *draft)
{
	static const char *const keys[] = { "pg.account.super",
		"pg.account.replication", "pg.account.monitor", "pg.account.settings" };

	pg_detail_put(draft, "pg.account", pg_field(row, 1));
	for (int i = 0; i < (int)ARRAY_SIZE(keys); i++)
		pg_detail_put(draft, keys[i],
		    pg_field_fact(row, 2 + i) == FACT_YES ? "t" : "f");
}

static void
read_list(const struct pg_row *row, struct observation *draft)
{
	char key[PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.%s", pg_field(row, 1));
	pg_detail_putf(draft, key, "%s\t%s", pg_field(row, 2), pg_field(row, 3));
}

static void
read_lacks(const struct pg_row *row, struct observation *draft)
{
	add_word(draft, "pg.account.lacks", ", ", pg_field(row, 1));
}

static void
read_hba_seen(const struct pg_row *row, struct observation *draft)
{
	(void)row;
	pg_detail_put(draft, "pg.hba", "");
}

static void
read_next(const struct pg_row *row, struct observation *draft)
{
	char key[2 * PG_DETAIL_BYTES];

	str_printf(key, sizeof(key), "pg.next.%s", pg_field(row, 1));
	pg_detail_put(draft, key, pg_field(row, 2));
}

static void
read_bad_line(const struct pg_row *row, struct observation *draft)
{
	add_word(draft, "pg.bad_lines", "; ", pg_field(row, 1));
}

/* A line each: the type, users and address of the rule. */
static void
read_hba(const struct pg_row *row, struct observation *draft)
{
	char *rule = mem_printf("%s %s %s", pg_field(row, 1), pg_field(row, 2),
	    pg_field(row, 3));

	add_word(draft, "pg.hba", "\n", rule);
	free(rule);
}

static const struct {
	const char *what;
	void (*read)(const struct pg_row *row, struct observation *draft);
} readers[] = {
	{ "set", read_setting },
	{ "pending", read_pending },
	{ "database", read_database },
	{ "xact", read_xact },
	{ "archiver", read_archiver },
	{ "account", read_account },
	{ "lacks", read_lacks },
	{ "list", read_list },
	{ "hba_seen", read_hba_seen },
	{ "hba", read_hba },
	{ "next", read_next },
	{ "bad_line", read_bad_line },
};

void
pg_cluster_forget(struct observation *draft)
{
	static const char *const prefixes[] = { "schema_", "pg.set.", "pg.pending",
		"pg.databases", "pg.closed", "pg.size", "pg.prepared_xacts",
		"pg.subscriptions", "pg.tablespaces", "pg.managers", "pg.background",
		"pg.mismatched", "pg.ordered_", "pg.oldest_xact", "pg.archiver",
		"pg.account", "pg.hba", "pg.next.", "pg.bad_lines", "pg.host.", "in.", "fingerprint.", "advice.",
		"gap." };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		pg_details_clear(draft, prefixes[i]);
}

bool
pg_cluster_read(const struct outcome *o, struct observation *draft)
{
	const char *cursor = o->output;
	struct pg_said said = { 0 };
	struct pg_row row;
	bool any = false;

	pg_cluster_forget(draft);
	while (o->ending == ENDING_EXITED && pg_row_next(&cursor, &row))
		for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
			if (str_equal(readers[i].what, pg_field(&row, 0))) {
				readers[i].read(&row, draft);
				any = true;
			}
	if (any) {
		pg_detail_put(draft, "schema_seen", "t");
		pg_detail_put(draft, "schema_start",
		    settings_get(&draft->details, "pg.start_time"));
		pg_detail_put(draft, "pg.pending",
		    settings_get(&draft->details, "pg.pending") != NULL
			? settings_get(&draft->details, "pg.pending")
			: "");
		return true;
	}
	(void)pg_said_find(o->output, &said);
	pg_detail_put(draft, "gap.cluster",
	    said.text[0] != '\0' ? said.text : ending_name(o->ending));
	observation_failed(draft, "what check asks: %s",
	    settings_get(&draft->details, "gap.cluster"));
	return false;
}

bool
pg_cluster_database(const struct observation *draft, int n, char buf[PG_DETAIL_BYTES])
{
	const char *p = settings_get(&draft->details, "pg.databases");

	for (; p != NULL && n > 0; n--) {
		p = strchr(p, '\n');
		p = p != NULL ? p + 1 : NULL;
	}
	if (p == NULL || p[0] == '\0')
		return false;
	str_printf(buf, PG_DETAIL_BYTES, "%.*s", (int)strcspn(p, "\n"), p);
	return true;
}

/* ---- the host ---- */

/* Of the new release: the installation that is not where the database lives. */
char *
pg_survey_statements(const struct member *m)
{
	int new = member_installation_find(m, "new"),
	    old = member_installation_find(m, "old");
	struct buf b = { 0 };
	char *bin = pg_tool(m, new >= 0 ? new : 0, "");
	char *old_bin = pg_tool(m, old >= 0 ? old : 0, "");
	char *conninfo = pg_conninfo_as(m, old, NULL, "upgraded check");

	buf_adds(&b, "pg_survey ");
	buf_add_shell(&b, pg_data(m, -1));
	buf_adds(&b, " ");
	buf_add_shell(&b, pg_data(m, new >= 0 ? new : -1));
	buf_adds(&b, " ");
	buf_add_shell(&b, bin);
	buf_adds(&b, " ");
	buf_add_shell(&b, old_bin);
	buf_adds(&b, " ");
	buf_add_shell(&b, conninfo);
	buf_adds(&b, "\n");
	free(conninfo);
	free(bin);
	free(old_bin);
	return buf_take(&b);
}

static void
survey_line(const char *line, size_t len, struct observation *draft)
{
	static const char *const known[] = { "manager", "process", "free_kib",
		"same_fs", "available", "config", "login", "libc", "icu_old",
		"icu_new" };
	const char *equal = memchr(line, '=', len);
	char key[PG_DETAIL_BYTES], *value;

	for (size_t i = 0; equal != NULL && i < ARRAY_SIZE(known); i++) {
		if (strlen(known[i]) != (size_t)(equal - line) ||
		    strncmp(known[i], line, strlen(known[i])) != 0)
			continue;
		str_printf(key, sizeof(key), "pg.host.%s", known[i]);
		value = mem_strndup(equal + 1, len - (size_t)(equal + 1 - line));
		add_word(draft, key, " ", value);
		free(value);
	}
}

void
pg_survey_read(const struct outcome *o, struct observation *draft)
{
	if (o->ending != ENDING_EXITED || o->status != 0) {
		const char *text = o->output + strspn(o->output, " \r\n");

		pg_detail_putf(draft, "gap.host", "%s: %.*s", ending_name(o->ending),
		    (int)strcspn(text, "\r\n"), text);
		return;
	}
	pg_detail_put(draft, "pg.host.process", "");
	for (const char *line = o->output; *line != '\0';) {
		size_t len = strcspn(line, "\r\n");

		survey_line(line, len, draft);
		line += len + strspn(line + len, "\r\n");
	}
}
