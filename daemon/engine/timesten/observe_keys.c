/*
 * Keys of tables: replication finds a row by its primary key or by a unique index over columns
 * that cannot be null, and by the same one on both sides.
 *
 * SYS.INDEXES says that an index is unique, and not whether its columns may be null; the views
 * ALL_INDEXES, ALL_IND_COLUMNS and ALL_TAB_COLUMNS do, from release 11.2.1 on. Without them a
 * unique index counts as a key. Indexes are told by their columns: names of indexes that a release
 * made by itself differ, and the order of columns does not matter to what is unique.
 *
 * Source: TimesTen System Tables and Views Reference; Replication Guide, table requirements.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/engine/timesten/observe_schema.h"

static int
find_named(const struct schema *s, const char *owner, const char *name)
{
	char whole[2 * NAME_MAX_BYTES];

	str_printf(whole, sizeof(whole), "%s.%s", owner, name);
	for (int i = 0; i < s->table_count; i++)
		if (str_equal(s->tables[i].name, whole))
			return i;
	return -1;
}

/* TBLID, PRIMCOLS: the numbers of its columns, two bytes each; zeros fill it up. */
void
read_primary(struct schema *s, const struct tt_row *row)
{
	const struct table *t = find_table(s, tt_column(row, 0));
	const char *columns = tt_column(row, 1);
	char key[2 * NAME_MAX_BYTES + 16];
	size_t len;

	if (t == NULL)
		return;
	if (str_starts_nocase(columns, "0x"))
		columns += 2;
	for (len = strlen(columns); len > 0 && columns[len - 1] == '0';)
		len--;
	str_printf(key, sizeof(key), "table.%s.primary", t->name);
	detail_setf(s->draft, key, "%.*s", (int)len, columns);
}

/* Owner, table, column that may be null. */
void
read_nullable(struct schema *s, const struct tt_row *row)
{
	int table = find_named(s, tt_column(row, 0), tt_column(row, 1));
	struct nullable *n;

	if (table < 0)
		return;
	s->nullables =
	    mem_array(s->nullables, (size_t)s->nullable_count + 1, sizeof(*n));
	n = &s->nullables[s->nullable_count++];
	n->table = table;
	str_copy(n->column, sizeof(n->column), tt_column(row, 2));
}

/* Owner and name of the table, name of a unique index. */
void
read_unique(struct schema *s, const struct tt_row *row)
{
	int table = find_named(s, tt_column(row, 0), tt_column(row, 1));
	struct unique *u;

	if (table < 0)
		return;
	s->uniques = mem_array(s->uniques, (size_t)s->unique_count + 1, sizeof(*u));
	u = &s->uniques[s->unique_count++];
	*u = (struct unique){ .table = table };
	str_copy(u->name, sizeof(u->name), tt_column(row, 2));
}

static bool
may_be_null(const struct schema *s, int table, const char *column)
{
	for (int i = 0; i < s->nullable_count; i++)
		if (s->nullables[i].table == table &&
		    str_equal(s->nullables[i].column, column))
			return true;
	return false;
}

/* The list with one word more, in the order of the alphabet. */
static char *
with_word(char *list, const char *word, char between)
{
	const char *at = list != NULL ? list : "";
	bool added = false;
	struct buf b = { 0 };

	while (*at != '\0') {
		size_t len = strcspn(at, (char[]){ between, '\0' });

		if (!added && strncmp(word, at, len) <= 0) {
			buf_addf(&b, "%s%c", word, between);
			added = true;
		}
		buf_addf(&b, "%.*s%c", (int)len, at, between);
		at += len + (at[len] != '\0');
	}
	if (!added)
		buf_adds(&b, word);
	else
		b.data[--b.len] = '\0';
	free(list);
	return buf_take(&b);
}

/* Owner and name of the table, name of an index, one of its columns. */
void
read_key_column(struct schema *s, const struct tt_row *row)
{
	int table = find_named(s, tt_column(row, 0), tt_column(row, 1));
	char column[NAME_MAX_BYTES];

	str_copy(column, sizeof(column), tt_column(row, 3));
	for (char *c = column; *c != '\0'; c++)
		if (*c == ' ' || *c == '+')
			*c = '_'; /* what separates them */
	for (int i = 0; table >= 0 && i < s->unique_count; i++) {
		struct unique *u = &s->uniques[i];

		if (u->table != table || !str_equal(u->name, tt_column(row, 2)))
			continue;
		u->count++;
		u->columns = with_word(u->columns, column, '+');
		u->nullable = u->nullable || may_be_null(s, table, tt_column(row, 3));
	}
}

/* "ID NO+YEAR CODE?": what is unique in the table; a '?' where one of the columns may be null. */
static void
set_uniques(struct schema *s, int table)
{
	char key[2 * NAME_MAX_BYTES + 16], *list = NULL;

	for (int i = 0; i < s->unique_count; i++) {
		const struct unique *u = &s->uniques[i];
		char *word;

		if (u->table != table || u->count == 0)
			continue;
		word = mem_printf("%s%s", u->columns, u->nullable ? "?" : "");
		if (!str_has_word(list, word, strlen(word)))
			list = with_word(list, word, ' ');
		free(word);
	}
	str_printf(key, sizeof(key), "table.%s.unique", s->tables[table].name);
	settings_set(&s->draft->details, key, list != NULL ? list : "");
	free(list);
}

/* Every unique index of a table has a column that may be null: none of them is a key. One that
 * is listed without its columns says nothing. */
void
keys_weigh(struct schema *s)
{
	for (int t = 0; t < s->table_count; t++) {
		int seen = 0, good = 0;

		for (int i = 0; i < s->unique_count; i++)
			if (s->uniques[i].table == t && s->uniques[i].count > 0) {
				seen++;
				good += !s->uniques[i].nullable;
			}
		if (seen > 0 && !s->tables[t].primary)
			s->tables[t].key = good > 0;
		if (seen > 0 || !s->tables[t].key)
			set_uniques(s, t);
	}
}

/* Who tells the columns of primary keys tells, too, which table has none. */
void
keys_no_primary(struct schema *s)
{
	char key[2 * NAME_MAX_BYTES + 16];

	for (int t = 0; t < s->table_count; t++) {
		if (s->tables[t].primary)
			continue;
		str_printf(key, sizeof(key), "table.%s.primary", s->tables[t].name);
		settings_set(&s->draft->details, key, "none");
	}
}

void
keys_done(struct schema *s)
{
	free(s->nullables);
	for (int i = 0; i < s->unique_count; i++)
		free(s->uniques[i].columns);
	free(s->uniques);
}
