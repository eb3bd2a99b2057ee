/*
 * The heavy aspects: what the database is made of, and how many rows it has.
 *
 * Everything is read from the system tables; what one release refuses is a gap, and the
 * rest counts. Name columns are blank-padded there.
 *
 * Source: TimesTen System Tables and Views Reference; ttConfiguration.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/observe_schema.h"

bool
binary_is_set(const char *binary)
{
	if (str_starts_nocase(binary, "0x"))
		binary += 2;
	return binary[strspn(binary, "0")] != '\0';
}

/* ---- one function for each part; a row at a time ---- */

static void
read_config(struct schema *s, const struct tt_row *row)
{
	static const struct {
		const char *name, *key;
	} keys[] = {
		{ "DatabaseCharacterSet", "charset" },
		{ "TypeMode", "type_mode" },
		{ "DataStore", "data_store" },
		{ "LogDir", "log_dir" },
		{ "PermSize", "perm_size_mib" },
		{ "CacheGridEnable", "cache_grid" },
		{ "ReplicationParallelism", "parallelism" },
		{ "ReplicationApplyOrdering", "apply_ordering" },
		{ "DDLReplicationLevel", "ddl_level" },
	};
	const char *name = tt_column(row, 0), *value = tt_column(row, 1);
	int64_t mib;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_equal_nocase(name, keys[i].name) && value[0] != '\0')
			settings_set(&s->draft->details, keys[i].key, value);
	if (str_equal_nocase(name, "LogFileSize") &&
	    str_to_int(value, 1, 1 << 30, &mib))
		detail_setf(s->draft, "log_file_bytes", "%" PRId64, mib << 20);
	if (str_equal_nocase(name, "Temporary"))
		settings_set(&s->draft->details, "temporary",
		    binary_is_set(value) ? "yes" : "no");
}

/* ttAdmin is documented to print the period by one release only. */
static void
read_ram_policy(struct schema *s, const struct tt_row *row)
{
	int64_t seconds = tt_column_int(row, 1, -1);

	if (str_equal_nocase(tt_column(row, 0), "inUse") && seconds >= 0)
		detail_setf(s->draft, "grace_s", "%" PRId64, seconds);
}

static void
read_monitor(struct schema *s, const struct tt_row *row)
{
	static const char *const keys[] = { "perm_allocated_kib", "perm_in_use_kib",
		"first_log_file", "last_log_file" };
	int64_t value;

	for (int i = 0; i < (int)ARRAY_SIZE(keys); i++)
		if (str_to_int(tt_column(row, i), 0, INT64_MAX, &value))
			settings_set(&s->draft->details, keys[i], tt_column(row, i));
		else
			s->bad = true;
}

static bool
is_system_owner(const char *owner)
{
	static const char *const owners[] = { "SYS", "SYSTEM", "TTREP", "GRID" };

	for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
		if (str_equal_nocase(owner, owners[i]))
			return true;
	return str_starts_nocase(owner, "TTREP_SCHEMA_VERSION_");
}

static void
read_table(struct schema *s, const struct tt_row *row)
{
	const char *owner = tt_column(row, 0);
	char key[NAME_MAX_BYTES + 32];
	struct table *t;

	if (row->count < 4) {
		s->bad = true;
		return;
	}
	if (is_system_owner(owner)) {
		if (str_starts_nocase(owner, "TTREP_SCHEMA")) {
			detail_add_word(s->draft, "history_schemes", owner);
			str_printf(key, sizeof(key), "history.%s.tables", owner);
			detail_add_word(s->draft, key, tt_column(row, 1));
		}
		return;
	}
	s->tables = mem_array(s->tables, (size_t)s->table_count + 1, sizeof(*t));
	t = &s->tables[s->table_count++];
	*t = (struct table){ .id = tt_column_int(row, 2, -1),
		.primary = tt_column_int(row, 3, 0) > 0 };
	t->key = t->primary;
	str_printf(t->name, sizeof(t->name), "%s.%s", owner, tt_column(row, 1));
}

static void
read_cached(struct schema *s, const struct tt_row *row)
{
	char key[2 * NAME_MAX_BYTES + 16];

	str_printf(key, sizeof(key), "table.%s.%s.cached", tt_column(row, 0), tt_column(row, 1));
	settings_set(&s->draft->details, key, "yes");
}

struct table *
find_table(const struct schema *s, const char *id)
{
	int64_t n;

	if (str_to_int(id, 0, INT64_MAX, &n))
		for (int i = 0; i < s->table_count; i++)
			if (s->tables[i].id == n)
				return &s->tables[i];
	return NULL;
}

static void
read_index(struct schema *s, const struct tt_row *row)
{
	struct table *t = find_table(s, tt_column(row, 0));

	if (t != NULL && binary_is_set(tt_column(row, 1)))
		t->key = true;
}

static uint64_t
hash(uint64_t h, const char *text)
{
	do
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	while (*text++ != '\0');
	return h;
}

/* FNV-1a of each column, added up: the order of rows does not matter. Types are left out:
 * their numbers differ between releases. */
static void
read_column(struct schema *s, const struct tt_row *row)
{
	const struct table *t = find_table(s, tt_column(row, 0));
	uint64_t h = UINT64_C(14695981039346656037);

	if (t == NULL)
		return;
	h = hash(h, t->name);
	s->columns += hash(hash(h, tt_column(row, 1)), tt_column(row, 2));
}

/* What is stored out of line does not replicate with what is stored in the row: by its type,
 * which is another number then. */
static void
read_not_inline(struct schema *s, const struct tt_row *row)
{
	const struct table *t = find_table(s, tt_column(row, 0));
	uint64_t h = UINT64_C(14695981039346656037);
	char name[3 * NAME_MAX_BYTES];

	if (t == NULL)
		return;
	s->not_inline += hash(hash(h, t->name), tt_column(row, 1));
	str_printf(name, sizeof(name), "%s.%s", t->name, tt_column(row, 1));
	if (s->not_inline_count++ < NOT_INLINE_NAMED)
		detail_add_word(s->draft, "not_inline.columns", name);
}

/* Bit 0 of BINARY(4) is READONLY. Nobody shows in which order its bytes are printed: it is in
 * the first or in the last one, of which no other has that bit. */
static bool
is_read_only(const char *attributes)
{
	static const char odd[] = "13579bBdDfF";
	size_t len;

	if (str_starts_nocase(attributes, "0x"))
		attributes += 2;
	len = strlen(attributes);
	return len >= 2 &&
	    (strchr(odd, attributes[1]) != NULL || strchr(odd, attributes[len - 1]) != NULL);
}

static void
read_cache_group(struct schema *s, const struct tt_row *row)
{
	const char *state = tt_column(row, 2), *was;
	int64_t n = 0;
	char key[2 * NAME_MAX_BYTES + 32];

	str_printf(key, sizeof(key), "cachegroup.%s.%s.autorefresh", tt_column(row, 0),
	    tt_column(row, 1));
	settings_set(&s->draft->details, key,
	    *state == 'Y'       ? "on"
		: *state == 'P' ? "paused"
				: "off");
	if (row->count > 3 && !is_read_only(tt_column(row, 3))) {
		str_printf(key, sizeof(key), "%s.%s", tt_column(row, 0), tt_column(row, 1));
		detail_add_word(s->draft, "cachegroups_written", key);
	}
	was = settings_get(&s->draft->details, "cache_groups");
	if (was != NULL && !str_to_int(was, 0, INT32_MAX, &n))
		n = 0;
	detail_setf(s->draft, "cache_groups", "%" PRId64, n + 1);
}

static void
read_users(struct schema *s, const struct tt_row *row)
{
	settings_set(&s->draft->details, "users", tt_column(row, 0));
}

/* Who may do everything; that everybody may is told until it is taken back. */
static void
read_admins(struct schema *s, const struct tt_row *row)
{
	detail_add_word(s->draft, "admins", tt_column(row, 0));
	if (!str_equal_nocase(tt_column(row, 0), "PUBLIC"))
		return;
	settings_set(&s->draft->details, "public_admin", "yes");
	settings_set(&s->draft->details, "reminder",
	    "ADMIN is granted to PUBLIC: every user may do everything");
	settings_set(&s->draft->details, "reminder_remedy",
	    "REVOKE ADMIN FROM PUBLIC when users have privileges of their own; check looks again");
}

/* ---- the parts, in the order in which one needs the other ---- */

/* clang-format off */
static const struct part {
	const char *name, *statement;
	void (*read)(struct schema *s, const struct tt_row *row);
	const char *counter, *none; /* detail and value when there was no row and no error */
} parts[] = {
	{ "config",   "call ttConfiguration", read_config, NULL, NULL },
	{ "rampolicy", "call ttRamPolicyGet", read_ram_policy, NULL, NULL },
	{ "monitor",  "select PERM_ALLOCATED_SIZE, PERM_IN_USE_SIZE, FIRST_LOG_FILE,"
		      " LAST_LOG_FILE from SYS.MONITOR", read_monitor, NULL, NULL },
	{ "vmonitor", "select PERM_ALLOCATED_SIZE, PERM_IN_USE_SIZE, FIRST_LOG_FILE,"
		      " LAST_LOG_FILE from SYS.V$MONITOR", read_monitor, NULL, NULL },
	{ "scheme",   "select RTRIM(REPLICATION_NAME), RTRIM(REPLICATION_OWNER)"
		      " from TTREP.REPLICATIONS", read_scheme, "scheme", "none" },
	{ "stores",   "select TT_STORE_ID, RTRIM(HOST_NAME), RTRIM(TT_STORE_NAME),"
		      " IS_LOCAL_STORE, REP_PORT_NUMBER from TTREP.TTSTORES",
		      read_store, "stores", "0" },
	{ "thresholds", "select TT_STORE_ID, FAIL_THRESHOLD from TTREP.REPSTORES",
		      read_threshold, "fail_threshold", "0" },
	{ "reppeers", "select TT_STORE_ID, SUBSCRIBER_ID, STATE, SENDLSNHIGH,"
		      " SENDLSNLOW from TTREP.REPPEERS", read_peer, NULL, NULL },
	{ "returns",  "select distinct RETURN_SERVICE from TTREP.REPSUBSCRIPTIONS",
		      read_return, "return_service", "none" },
	{ "tables",   "select RTRIM(TBLOWNER), RTRIM(TBLNAME), TBLID, PRIMCNT"
		      " from SYS.TABLES", read_table, NULL, NULL },
	{ "cached",   "select RTRIM(TBLOWNER), RTRIM(TBLNAME) from SYS.TABLES where CACHEGROUP <> 0",
		      read_cached, NULL, NULL },
	{ "indexes",  "select TBLID, ISUNIQUE from SYS.INDEXES", read_index, NULL, NULL },
	{ "primaries", "select TBLID, PRIMCOLS from SYS.TABLES where PRIMCNT > 0", read_primary,
		      NULL, NULL },
	{ "nullables", "select RTRIM(OWNER), RTRIM(TABLE_NAME), RTRIM(COLUMN_NAME)"
		      " from SYS.ALL_TAB_COLUMNS where NULLABLE = 'Y' and OWNER <> 'SYS'", read_nullable, NULL, NULL },
	{ "uniques",  "select RTRIM(TABLE_OWNER), RTRIM(TABLE_NAME), RTRIM(INDEX_NAME)"
		      " from SYS.ALL_INDEXES where UNIQUENESS = 'UNIQUE' and TABLE_OWNER <> 'SYS'", read_unique, NULL, NULL },
	{ "keycolumns", "select RTRIM(TABLE_OWNER), RTRIM(TABLE_NAME), RTRIM(INDEX_NAME),"
		      " RTRIM(COLUMN_NAME) from SYS.ALL_IND_COLUMNS where TABLE_OWNER <> 'SYS'", read_key_column, NULL, NULL },
	{ "columns",  "select ID, COLNUM, RTRIM(COLNAME) from SYS.COLUMNS", read_column,
		      NULL, NULL },
	{ "cachegroups", "select RTRIM(CGOWNER), RTRIM(CGNAME), REFRESH_STATE, CGATTRIBUTES"
		      " from SYS.CACHE_GROUP", read_cache_group, "cache_groups", "0" },
	{ "notinline", "select ID, RTRIM(COLNAME) from SYS.COLUMNS"
		      " where COLTYPE in (6, 8, 13, 27, 29)", read_not_inline, NULL, NULL },
	{ "users",    "select count(*) from SYS.ALL_USERS", read_users, NULL, NULL },
	{ "admins",   "select RTRIM(GRANTEE) from SYS.DBA_SYS_PRIVS where PRIVILEGE = 'ADMIN'",
		      read_admins, "admins", "" },
};
/* clang-format on */

void
schema_statements(const struct observation *draft, struct buf *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		part_add(ret, draft, parts[i].name, parts[i].statement);
}

static bool
is_about_tables(const struct part *p)
{
	return p->read == read_table || p->read == read_index || p->read == read_cached;
}

void
schema_tables_statements(const struct observation *draft, struct buf *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (is_about_tables(&parts[i]))
			part_add(ret, draft, parts[i].name, parts[i].statement);
}

/* False: the part was refused, not reached, or has a row that cannot be read. */
static bool
read_part(const char *answer, const struct part *p, struct schema *s)
{
	char *text = part_find(answer, p->name);
	const char *cursor = text;
	struct tt_error e;
	struct tt_row row;
	enum part_answer how = part_judge(s->draft, p->name, text, &e);

	s->bad = false;
	while (how == PART_GOOD && tt_row_next(&cursor, &row))
		p->read(s, &row);
	if (how == PART_GOOD && p->counter != NULL &&
	    settings_get(&s->draft->details, p->counter) == NULL)
		settings_set(&s->draft->details, p->counter, p->none);
	s->refused = s->refused || how == PART_REFUSED;
	s->passing = s->passing || (how == PART_FAILED && e.verdict == VERDICT_AGAIN);
	free(text);
	return how == PART_GOOD && !s->bad;
}

/* keys_known: SYS.INDEXES answered, so a table without a key has none. */
static void
set_tables(struct schema *s, bool keys_known)
{
	struct observation *draft = s->draft;
	char key[2 * NAME_MAX_BYTES + 16];

	detail_setf(draft, "tables", "%d", s->table_count);
	if (keys_known)
		settings_set(&draft->details, "tables_without_key", "");
	for (int i = 0; i < s->table_count; i++) {
		const struct table *t = &s->tables[i];

		str_printf(key, sizeof(key), "table.%s.key", t->name);
		settings_set(&draft->details, key,
		    t->key           ? "yes"
			: keys_known ? "no"
				     : "unknown");
		if (keys_known && !t->key)
			detail_add_word(draft, "tables_without_key", t->name);
	}
}

/* Sizes are in one view or in the other, by release. */
/* Not every release has it, and no rule is without an answer for the lack of it. */
static bool
is_extra(const struct part *p)
{
	return p->read == read_admins || p->read == read_cached || p->read == read_primary ||
	    p->read == read_nullable || p->read == read_unique || p->read == read_key_column ||
	    p->read == read_ram_policy;
}

static void
set_gaps(struct schema *s, const bool *good)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i].read == read_monitor &&
		    settings_get(&s->draft->details, "perm_in_use_kib") != NULL)
			continue;
		if (good[i])
			settings_set(&s->draft->details, "schema_seen", "yes");
		else if (!is_extra(&parts[i]))
			detail_add_word(s->draft, "gaps", parts[i].name);
	}
}

void
schema_answer(const char *text, struct observation *draft)
{
	static const char *const clear[] = { "schema_", "charset", "type_mode",
		"data_store", "log_", "perm_", "temporary", "cache_grid", "parallelism",
		"apply_ordering", "ddl_level", "first_log_file", "last_log_file",
		"scheme", "store", "fail_threshold", "return_service", "table",
		"grace_s", "history", "cache_groups", "cachegroup", "users", "public_admin", "admins", "reminder", "not_inline", "gaps",
		NULL };
	bool good[ARRAY_SIZE(parts)], keys = false, tables = false, columns = false,
						 lines = false, primaries = false;
	int views = 0;
	struct schema s = { .draft = draft };

	details_clear(draft, clear);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		good[i] = read_part(text, &parts[i], &s);
		keys = keys || (good[i] && parts[i].read == read_index);
		tables = tables || (good[i] && parts[i].read == read_table);
		columns = columns || (good[i] && parts[i].read == read_column);
		lines = lines || (good[i] && parts[i].read == read_not_inline);
		primaries = primaries || (good[i] && parts[i].read == read_primary);
		views += good[i] &&
		    (parts[i].read == read_nullable || parts[i].read == read_unique ||
			parts[i].read == read_key_column);
	}
	set_gaps(&s, good);
	if (views == 3)
		keys_weigh(&s);
	if (tables && primaries)
		keys_no_primary(&s);
	if (tables)
		set_tables(&s, keys || views == 3);
	if (tables && columns)
		detail_setf(draft, "schema_fingerprint", "%016" PRIx64, s.columns);
	if (tables && lines)
		detail_setf(draft, "not_inline", "%d %016" PRIx64, s.not_inline_count,
		    s.not_inline);
	if (!s.passing &&
	    (s.refused || settings_get(&draft->details, "schema_seen") != NULL))
		settings_set(&draft->details, "schema_asked", "yes");
	else
		observation_failed(draft,
		    s.passing ? "schema: not all of it could be read"
			      : "schema: no answer");
	keys_done(&s);
	free(s.tables);
}

void
schema_tables_answer(const char *text, struct observation *draft)
{
	static const char *const clear[] = { "table", NULL };
	struct schema s = { .draft = draft };
	bool keys = false, tables = false;

	details_clear(draft, clear);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!is_about_tables(&parts[i]) || !read_part(text, &parts[i], &s))
			continue;
		keys = keys || parts[i].read == read_index;
		tables = tables || parts[i].read == read_table;
	}
	if (tables)
		set_tables(&s, keys);
	free(s.tables);
}
