/* The rows of every table: heavy, and asked by name only. */
#include "config.h"

#include <inttypes.h>

#include "daemon/engine/timesten/observe_parts.h"

static const char table_key[] = "table.";

/* "OPS.ORDERS" of "table.OPS.ORDERS.key", or false. */
static bool
table_of(const char *key, char *buf, size_t size)
{
	size_t len = strlen(key);

	if (!str_starts(key, table_key) || len < sizeof(table_key) + 4 ||
	    !str_equal(key + len - 4, ".key"))
		return false;
	str_printf(buf, size, "%.*s", (int)(len - sizeof(table_key) + 1 - 4),
	    key + sizeof(table_key) - 1);
	return true;
}

/* A row before each count says which table it is about: `< r-OPS.ORDERS >`, `< 1200 >`. */
bool
rows_statements(const struct observation *draft, struct buf *ret)
{
	const struct settings *d = &draft->details;
	char name[2 * NAME_MAX_BYTES], word[4 * NAME_MAX_BYTES],
	    literal[8 * NAME_MAX_BYTES];

	if (settings_get(d, "tables") == NULL)
		return false;
	for (size_t i = 0; i < d->count; i++) {
		if (!table_of(d->items[i].key, name, sizeof(name)))
			continue;
		str_printf(word, sizeof(word), "r-%s", name);
		buf_addf(ret, "select %s from dual;\nselect count(*) from ",
		    tt_literal(word, literal, sizeof(literal)));
		tt_add_table(ret, name);
		buf_adds(ret, ";\n");
	}
	buf_adds(ret, "select 'r-' from dual;\n"); /* the end was reached */
	return true;
}

struct counts {
	char table[2 * NAME_MAX_BYTES]; /* that the next number is of; "": none */
	int64_t rows;
	int tables;
	bool ended;
};

static void
read_count(const struct tt_row *row, struct observation *draft, struct counts *c)
{
	const char *text = tt_column(row, 0);
	char key[2 * NAME_MAX_BYTES + 8];
	int64_t n = tt_column_int(row, 0, -1);

	if (str_starts_nocase(text, "r-")) {
		c->ended = text[2] == '\0';
		str_copy(c->table, sizeof(c->table), text + 2);
		return;
	}
	if (row->count != 1 || n < 0 || c->table[0] == '\0')
		return;
	str_printf(key, sizeof(key), "rows.%s", c->table);
	detail_setf(draft, key, "%" PRId64, n);
	c->table[0] = '\0';
	c->rows += n;
	c->tables++;
}

/* The look counts when every table was counted. */
void
answer_rows(const struct outcome *o, struct observation *draft, unsigned *seen)
{
	static const char *const clear[] = { "rows.", "rows_total", NULL };
	const char *cursor = o->output, *expected;
	struct counts c = { 0 };
	struct tt_error e;
	struct tt_row row;
	int64_t tables = -1;

	details_clear(draft, clear);
	while (o->ending == ENDING_EXITED && tt_row_next(&cursor, &row))
		read_count(&row, draft, &c);
	expected = settings_get(&draft->details, "tables");
	if (c.ended && expected != NULL &&
	    str_to_int(expected, 0, INT32_MAX, &tables) && c.tables == tables) {
		detail_setf(draft, "rows_total", "%" PRId64, c.rows);
		return;
	}
	*seen &= ~(unsigned)LOOK_ROWS;
	observation_failed(draft, "rows: %s",
	    tt_sql_error(o->output, &e) ? e.text : "not every table was counted");
}
