/*
 * What check wants to know of one database: names of objects by topic, in one statement;
 * then the advisories, a statement each, of which one may be refused without the others.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_schema.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/model/advisory.h"

/* Names of a key are cut where they must be; those of databases have 63 bytes at most. */
#define KEY_BYTES 160

/* ---- topics ---- */

/* Schemas of the site: not the system's, and not the one of the marker row. */
#define OURS                                                         \
	" n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'" \
	" AND n.nspname <> 'upgraded' "
#define TABLE "format('%I.%I', n.nspname, c.relname)"
#define CLASS " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
#define INDEX(which)                                                                  \
	TABLE CLASS "WHERE c.oid >= 16384 AND c.relkind = 'i' AND EXISTS (SELECT FROM" \
		    " pg_index i, unnest(i.indcollation) k JOIN pg_collation l"        \
		    " ON l.oid = k WHERE i.indexrelid = c.oid AND " which ")"
#define EXTENSION                                                 \
	"FROM pg_depend d WHERE d.classid = 'pg_class'::regclass" \
	" AND d.objid = c.oid AND d.deptype = 'e'"

/* clang-format off */
static const struct {
	const char *name, *select;
} topics[] = {
	/* Once published, UPDATE and DELETE fail. A deferrable key does not count. */
	{ "replica-identity", TABLE CLASS "WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND" OURS
	  "AND c.relreplident <> 'f' AND NOT EXISTS (SELECT " EXTENSION ") AND NOT EXISTS (SELECT FROM pg_index i"
	  " WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid AND CASE c.relreplident"
	  " WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)" },
	{ "identity-full", TABLE CLASS "WHERE c.relkind IN ('r', 'p') AND c.relreplident = 'f' AND" OURS },
	/* The row is looked for by comparing columns, for which a type needs a class of operators of its own,
	 * or of one that it is the same as in memory; so do a domain's, an array's and a row's parts. */
	{ "identity-types", "format('%I.%I.%I', n.nspname, c.relname, a.attname) FROM pg_attribute a"
	  " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
	  " WHERE c.relkind = 'r' AND c.relreplident = 'f' AND a.attnum > 0 AND NOT a.attisdropped AND" OURS
	  "AND EXISTS (WITH RECURSIVE part(oid) AS (SELECT a.atttypid UNION SELECT CASE WHEN t.typtype = 'd'"
	  " THEN t.typbasetype WHEN t.typtype = 'c' THEN f.atttypid ELSE t.typelem END FROM part"
	  " JOIN pg_type t ON t.oid = part.oid LEFT JOIN pg_attribute f ON t.typtype = 'c' AND f.attrelid = t.typrelid"
	  " AND f.attnum > 0 AND NOT f.attisdropped WHERE t.typtype IN ('d', 'c') OR t.typcategory = 'A')"
	  " SELECT FROM part JOIN pg_type t ON t.oid = part.oid WHERE t.typtype = 'b' AND t.typcategory <> 'A'"
	  " AND NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod"
	  " WHERE m.amname IN ('btree', 'hash') AND o.opcdefault AND (o.opcintype = t.oid OR EXISTS (SELECT"
	  " FROM pg_cast k WHERE k.castsource = t.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b'"
	  " AND k.castcontext = 'i'))))" },
	{ "unlogged", TABLE CLASS "WHERE c.relkind IN ('r', 'S') AND c.relpersistence = 'u' AND" OURS },
	{ "large-objects", "oid::text FROM (SELECT oid FROM pg_largeobject_metadata LIMIT 10000) l" },
	/* They fire while changes of another server are applied. */
	{ "triggers", "format('%I.%I on %I', n.nspname, t.tgname, c.relname) FROM pg_trigger t"
	  " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
	  " WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'R')" },
	{ "matviews", TABLE CLASS "WHERE c.relkind = 'm' AND" OURS },
	{ "sequences", TABLE CLASS "WHERE c.relkind = 'S' AND" OURS },
	{ "extensions", "extname::text FROM pg_extension" },
	{ "extension-tables", TABLE CLASS "WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'"
	  " AND EXISTS (SELECT " EXTENSION ")" },
	{ "event-triggers", "evtname::text FROM pg_event_trigger WHERE evtenabled <> 'D' AND evtname NOT LIKE 'upgraded%'" },
	{ "publications", "pubname::text FROM pg_publication WHERE pubname NOT LIKE 'upgraded%'" },
	{ "collations", "format('%I.%I', n.nspname, l.collname) FROM pg_collation l"
	  " JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.collversion IS NOT NULL"
	  " AND EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_collation'::regclass AND d.refobjid = l.oid)"
	  " AND l.collversion <> pg_collation_actual_version(l.oid)" },
	/* Indexes that name a collation of a library; what the database's own orders goes by it. */
	{ "libc-indexes", INDEX("l.collprovider = 'c' AND l.collcollate <> 'POSIX' AND l.collcollate !~ '^C([.]|$)'") },
	{ "icu-indexes", INDEX("l.collprovider = 'i'") },
	/* pg_upgrade cannot carry their object ids over. */
	{ "types", "format('%I.%I.%I', n.nspname, c.relname, a.attname) FROM pg_attribute a"
	  " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
	  " WHERE NOT a.attisdropped AND c.relkind IN ('r', 'm', 'i') AND" OURS
	  "AND a.atttypid IN ('regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype,"
	  " 'regoperator'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype,"
	  " 'regcollation'::regtype)" },
	{ "managers", "nspname::text FROM pg_namespace WHERE nspname IN ('repmgr', 'pgautofailover')" },
};
/* clang-format on */

#define FINGERPRINT                                                                       \
	"SELECT 'fingerprint', md5(string_agg(x, E'\\n' ORDER BY x COLLATE \"C\"))"       \
	" FROM (SELECT format('%I.%I %s %s %s %s', n.nspname, c.relname, a.attnum,"       \
	" a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) x"               \
	" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"                      \
	" JOIN pg_namespace n ON n.oid = c.relnamespace"                                  \
	" WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND" OURS \
	") s;\n"

static void
add_connect(struct buf *b, const char *database)
{
	buf_addf(b, "\\connect %s\n", database);
}

/* Counts, and the first names. */
#define FIRST "count(x)::text, array_to_string((array_agg(x ORDER BY x))[1:12], ', ')"

char *
pg_topics_statements(const char *database)
{
	struct buf b = { 0 };

	add_connect(&b, database);
	buf_adds(&b, "SELECT 'in', t, " FIRST " FROM (VALUES ");
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		buf_addf(&b, "%s('%s')", i > 0 ? ", " : "", topics[i].name);
	buf_adds(&b, ") k(t) LEFT JOIN (");
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		buf_addf(&b, "%sSELECT '%s' AS t, %s%s", i > 0 ? " UNION ALL " : "",
		    topics[i].name, topics[i].select, "");
	buf_adds(&b, ") AS d(t, x) USING (t) GROUP BY t;\n" FINGERPRINT);
	return buf_take(&b);
}

static void
put_of(struct observation *draft, const char *kind, const char *name,
    const char *database, const char *value)
{
	char key[KEY_BYTES];

	str_printf(key, sizeof(key), "%s.%s%s%s", kind, name,
	    name[0] != '\0' ? "." : "", database);
	pg_detail_put(draft, key, value);
}

static void
put_list(struct observation *draft, const char *kind, const struct pg_row *row,
    const char *database)
{
	char *value = mem_printf("%s\t%s", pg_field(row, 2), pg_field(row, 3));

	put_of(draft, kind, pg_field(row, 1), database, value);
	free(value);
}

static void
put_gap(struct observation *draft, const char *database, const struct outcome *o)
{
	struct pg_said said = { 0 };

	(void)pg_said_find(o->output, &said);
	put_of(draft, "gap", "", database,
	    said.text[0] != '\0' ? said.text : ending_name(o->ending));
}

void
pg_topics_read(const char *database, const struct outcome *o, struct observation *draft)
{
	const char *cursor = o->output;
	struct pg_row row;

	while (o->ending == ENDING_EXITED && pg_row_next(&cursor, &row))
		if (str_equal(pg_field(&row, 0), "in"))
			put_list(draft, "in", &row, database);
		else if (str_equal(pg_field(&row, 0), "fingerprint"))
			put_of(draft, "fingerprint", "", database, pg_field(&row, 1));
	if (o->ending != ENDING_EXITED || o->status != 0)
		put_gap(draft, database, o);
}

/* ---- advisories ---- */

char *
pg_advice_statements(const struct member *m, const struct observation *draft,
    const char *database, int n)
{
	const struct advisories *all = m->pair->advisories;
	struct buf b = { 0 };
	bool any = false;

	add_connect(&b, database);
	for (size_t i = (size_t)n; all != NULL && i < all->count; i++) {
		const struct advisory *a = &all->items[i];

		if (a->detect == NULL ||
		    !advisory_may_apply(a, m->pair->engine->name, &draft->running))
			continue;
		any = true;
		buf_addf(&b, "SELECT 'begin', %zu;\nSELECT 'advice', ", i);
		pg_add_literal(&b, a->id);
		buf_addf(&b, ", " FIRST " FROM (SELECT x::text FROM (%s) AS d(x)) d;\n",
		    a->detect);
	}
	if (any)
		return buf_take(&b);
	buf_done(&b);
	return NULL;
}

int
pg_advice_read(const struct member *m, const char *database, const struct outcome *o,
    struct observation *draft)
{
	const struct advisories *all = m->pair->advisories;
	const char *cursor = o->output;
	int64_t begun = -1;
	struct pg_said said = { 0 };
	struct pg_row row;
	char gap[KEY_BYTES];

	while (o->ending == ENDING_EXITED && pg_row_next(&cursor, &row))
		if (str_equal(pg_field(&row, 0), "begin"))
			begun = pg_field_int(&row, 1, -1);
		else if (str_equal(pg_field(&row, 0), "advice"))
			put_list(draft, "advice", &row, database);
	if (o->ending == ENDING_EXITED && o->status == 0)
		return -1;
	if (begun < 0 || all == NULL || begun >= (int64_t)all->count) {
		put_gap(draft, database, o);
		return -1;
	}
	(void)pg_said_find(o->output, &said);
	str_printf(gap, sizeof(gap), "advice.%s", all->items[begun].id);
	put_of(draft, "gap", gap, database, said.text);
	return (int)begun + 1;
}
