/* What is in the database: character set, tables, columns. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <string.h>


static bool
has_cache_groups(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (check_number(c, &c->pair->members[i], "cache_groups", 0) > 0)
			return true;
	return false;
}

/* ttMigrate converts into what the new DSN says, and replication does not. */
static void
charset_of_new(const struct check *c, const struct member *m, const char *all)
{
	const char *new = check_new_dsn(c, m, "databasecharacterset");
	bool wanted = check_procedure_is(c, "convert-charset");

	if (new == NULL || !check_does(c, "migrate-out") ||
	    settings_get(&c->plan->options, TT_OPTION_CHARSET) != NULL)
		return;
	if (str_equal_nocase(new, all) && wanted)
		check_block(c, m, "set another DatabaseCharacterSet in the new DSN, or say charset=NAME",
		    "the new DSN of %s has the character set of the database, %s", m->name, all);
	else if (!str_equal_nocase(new, all) && check_is_pair(c))
		check_block(c, m, "set DatabaseCharacterSet in it to what the databases have",
		    "the new DSN of %s has the character set %s, the databases have %s; replication "
		    "does not convert",
		    m->name, new, all);
	else if (!str_equal_nocase(new, all) && !wanted)
		check_warn(c, m, "set it to what the database has, or look at your data first",
		    "the new DSN of %s has the character set %s, the database has %s: ttMigrate "
		    "converts, and characters that the new set does not have are lost",
		    m->name, new, all);
}

void
rule_charset_equal(const struct check *c)
{
	const struct member *teller = check_teller(c, "charset");
	const char *all = teller != NULL ? check_detail(c, teller, "charset") : NULL;

	if (check_procedure_is(c, "convert-charset") && all != NULL &&
	    !str_equal_nocase(all, "TIMESTEN8"))
		check_warn(c, teller,
		    "look at the data with characters of their own first",
		    "characters of %s that the new character set does not have are replaced "
		    "while ttMigrate restores",
		    all);
	if (all != NULL && str_equal_nocase(settings_get(&c->plan->options, TT_OPTION_CHARSET), all))
		check_block(c, teller, "name another one with charset=NAME",
		    "the character set of %s is %s already", teller->name, all);
	for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "charset");

		if (own != NULL && !str_equal_nocase(own, all))
			check_block(c, m,
			    "make it anew as a copy with the same character set",
			    "the character set of %s is %s, that of %s is %s; replication "
			    "does not convert",
			    m->name, own, teller->name, all);
	}
	for (size_t i = 0; all != NULL && i < c->pair->member_count; i++)
		if (check_has_database(c, &c->pair->members[i]))
			charset_of_new(c, &c->pair->members[i], all);
	check_untold_each(c, "charset", "DatabaseCharacterSet");
	if (all != NULL && has_cache_groups(c))
		check_note(c, NULL, "NLS_CHARACTERSET of NLS_DATABASE_PARAMETERS says it there",
		    "IMDB Cache needs the character set of its Oracle database, %s; that one is "
		    "not seen from here",
		    all);
}

/* Attributes that releases before 11.2.2 do not have: absent is not unknown. */
void
rule_parallel_equal(const struct check *c)
{
	static const char *const keys[] = { "parallelism", "apply_ordering" };
	static const char *const names[] = { "ReplicationParallelism",
		"ReplicationApplyOrdering" };

	for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
		const struct member *teller = check_teller(c, keys[k]);
		const char *all =
		    teller != NULL ? check_detail(c, teller, keys[k]) : NULL;

		for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
			const struct member *m = &c->pair->members[i];
			const char *own = check_detail(c, m, keys[k]);

			if (own != NULL && !str_equal_nocase(own, all))
				check_warn(c, m,
				    "give all DSNs, old and new, one value",
				    "%s of %s is %s, that of %s is %s", names[k],
				    m->name, own, teller->name, all);
		}
	}
}

/* ---- definitions ---- */

/* Names of tables with commas, without the copies of schemes that ttMigrate leaves. */
static size_t
list_tables(const char *names, struct buf *ret)
{
	size_t n = 0;

	while (*(names += strspn(names, " ")) != '\0') {
		size_t len = strcspn(names, " ");

		if (!str_starts_nocase(names, "TTREP_SCHEMA_VERSION_"))
			buf_addf(ret, "%s%.*s", n++ > 0 ? ", " : "", (int)len, names);
		names += len;
	}
	return n;
}

/* "OPS.ORDERS" of "table.OPS.ORDERS.primary", with its length; NULL: another detail. */
static const char *
keyed_table(const char *key, const char *behind, size_t *ret_len)
{
	static const char before[] = "table.";
	size_t len = strlen(key), tail = strlen(behind), rest = sizeof(before) - 1 + tail;

	if (len <= rest || !str_starts(key, before) || !str_equal(key + len - tail, behind))
		return NULL;
	*ret_len = len - rest;
	return key + sizeof(before) - 1;
}

/* Rows are found by the key, which is the same on both sides. */
static void
compare_keys(const struct check *c, const struct member *teller, const struct member *m)
{
	const struct settings *all = &check_seen(c, teller)->details;
	struct buf tables = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		const char *own = check_detail(c, m, all->items[i].key);
		size_t len;
		const char *table = keyed_table(all->items[i].key, ".primary", &len);

		if (table != NULL && own != NULL && !str_equal_nocase(own, all->items[i].value))
			buf_addf(&tables, "%s%.*s", tables.len > 0 ? ", " : "", (int)len, table);
	}
	if (tables.len > 0)
		check_block(c, m, "give the table the same key on both sides",
		    "the primary key in %s is another one than in %s, and rows are not found by "
		    "it: %s",
		    m->name, teller->name, buf_text(&tables));
	buf_done(&tables);
}

/* Has one list a key that the other has as well? What ends with '?' may be null, and is none. */
static bool
has_common_key(const char *words, const char *other)
{
	const char *word;
	size_t len;

	while ((word = str_word(&words, &len)) != NULL)
		if (word[len - 1] != '?' && str_has_word(other, word, len))
			return true;
	return false;
}

static bool
has_primary(const struct check *c, const struct member *m, const char *table, size_t len)
{
	char key[2 * NAME_MAX_BYTES + 32];
	const char *columns;

	str_printf(key, sizeof(key), "table.%.*s.primary", (int)len, table);
	columns = check_detail(c, m, key);
	return columns != NULL && !str_equal(columns, "none");
}

/* The same of tables whose key is a unique index. An index that only one side has refuses rows
 * there that the other one took. */
static void
compare_uniques(const struct check *c, const struct member *teller, const struct member *m)
{
	const struct settings *all = &check_seen(c, teller)->details;
	struct buf other = { 0 }, more = { 0 }, *list;

	for (size_t i = 0; i < all->count; i++) {
		const char *theirs = all->items[i].value, *own;
		size_t len;
		const char *table = keyed_table(all->items[i].key, ".unique", &len);

		own = table != NULL ? check_detail(c, m, all->items[i].key) : NULL;
		if (own == NULL || str_equal_nocase(own, theirs))
			continue;
		list = has_common_key(theirs, theirs) && !has_common_key(theirs, own) &&
			!has_primary(c, teller, table, len) && !has_primary(c, m, table, len)
		    ? &other
		    : &more;
		buf_addf(list, "%s%.*s", list->len > 0 ? ", " : "", (int)len, table);
	}
	if (other.len > 0)
		check_block(c, m,
		    "make the same unique index, over columns that are not null, on both sides",
		    "%s has no unique index of those by which %s finds rows: %s", m->name,
		    teller->name, buf_text(&other));
	if (more.len > 0)
		check_warn(c, m, "make the same indexes on both sides",
		    "unique indexes of %s are not those of %s, and a row that one of them took may "
		    "be refused by the other: %s",
		    m->name, teller->name, buf_text(&more));
	buf_done(&other);
	buf_done(&more);
}

void
rule_tables_key(const struct check *c)
{
	const struct member *m = check_teller(c, "tables_without_key");
	struct buf list = { 0 };
	size_t n;

	if (!check_is_pair(c))
		return;
	check_untold(c, "tables_without_key", "which tables have a primary key");
	if (m == NULL)
		return;
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (&c->pair->members[i] != m) {
			compare_keys(c, m, &c->pair->members[i]);
			compare_uniques(c, m, &c->pair->members[i]);
		}
	n = list_tables(check_detail(c, m, "tables_without_key"), &list);
	if (n > 0)
		check_block(c, m,
		    "add a primary key, or a unique index over columns that are not null, or "
		    "drop the table",
		    "%zu table%s without a key cannot be replicated; what the old active has "
		    "there would be lost with it: %s",
		    n, n == 1 ? "" : "s", buf_text(&list));
	buf_done(&list);
}

/* Source: Installation guide 11.2.1, chapter 2, online upgrade, 7: a temporary database is destroyed by
 * unloading it. */
void
rule_temporary(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		if (check_has_database(c, m) && check_does(c, "unload") &&
		    str_equal(check_detail(c, m, "temporary"), "yes"))
			check_block(c, m,
			    "save it with ttMigrate and make it anew by hand, as the manual describes "
			    "for Temporary=1",
			    "%s is a temporary database: unloading it destroys it, and an abort "
			    "could not bring it back",
			    m->name);
	}
}

static void
compare_definitions(const struct check *c, const struct member *teller)
{
	const char *all = check_detail(c, teller, "schema_fingerprint");
	struct buf members = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "schema_fingerprint");

		if (own != NULL && !str_equal(own, all))
			check_name(&members, m);
	}
	if (members.len > 0)
		check_warn(c, NULL, "compare the tables before the upgrade begins",
		    "tables or columns of %s are not those of %s", buf_text(&members),
		    teller->name);
	buf_done(&members);
}

void
rule_ddl_freeze(const struct check *c)
{
	const struct member *teller = check_teller(c, "schema_fingerprint");

	if (check_does(c, "same-schema") || check_does(c, "same-schema-peer") ||
	    check_does(c, "same-schema-alike"))
		check_note(c, NULL,
		    "allow no CREATE, ALTER or DROP until the upgrade is completed",
		    "definitions do not replicate between releases: tables and columns are compared "
		    "before the swap and before anything is destroyed, and a difference stops the "
		    "upgrade");
	if (!check_is_pair(c))
		return;
	check_untold(c, "schema_fingerprint", "the list of columns");
	if (teller != NULL)
		compare_definitions(c, teller);
}

/* Source: Installation guide 11.2.1, chapter 2, "Record of upgrades". */
void
rule_schemes_kept(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *owners = check_detail(c, m, "history_schemes");

		if (owners != NULL)
			check_note(c, m,
			    "leave them, or drop them while replication is known to be good: "
			    "DROP TABLE, or drop_schema_versions=yes of an upgrade that goes "
			    "through ttMigrate",
			    "earlier migrations left the replication scheme as it was in tables "
			    "of %s",
			    owners);
	}
}

/* ---- columns out of line ---- */

/* Words of a list that the other one does not have, with commas. */
static void
list_missing(const char *words, const char *other, struct buf *ret)
{
	const char *word;
	size_t len;

	while ((word = str_word(&words, &len)) != NULL)
		if (!str_has_word(other, word, len))
			buf_addf(ret, "%s%.*s", ret->len > 0 ? ", " : "", (int)len, word);
}

static const char *
columns_of(const struct check *c, const struct member *m)
{
	const char *names = check_detail(c, m, "not_inline.columns");

	return names != NULL ? names : "";
}

static void
compare_lines(const struct check *c, const struct member *teller, const struct member *m)
{
	struct buf list = { 0 };

	list_missing(columns_of(c, teller), columns_of(c, m), &list);
	list_missing(columns_of(c, m), columns_of(c, teller), &list);
	check_block(c, m,
	    "make the table anew on one side, with INLINE or NOT INLINE as on the other",
	    "columns that are stored out of line in %s are not those of %s, and rows in line do "
	    "not replicate with rows out of line: %s",
	    m->name, teller->name, list.len > 0 ? buf_text(&list) : "among many");
	buf_done(&list);
}

void
rule_inline_equal(const struct check *c)
{
	const struct member *teller = check_teller(c, "not_inline");
	const char *all = teller != NULL ? check_detail(c, teller, "not_inline") : NULL;

	if (!check_is_pair(c))
		return;
	for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "not_inline");

		if (own != NULL && !str_equal(own, all))
			compare_lines(c, teller, m);
	}
	check_untold_each(c, "not_inline", "which columns are stored out of line");
}
