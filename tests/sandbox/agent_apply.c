/* Applying what another database committed: one transaction per batch, in commit order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"

int
apply_read(json_t *record, struct change *ret)
{
	ret->gcn = json_integer_value(json_array_get(record, 0));
	ret->epoch = json_integer_value(json_array_get(record, 1));
	ret->table = json_string_value(json_array_get(record, 2));
	ret->op = json_string_value(json_array_get(record, 3));
	ret->old = json_string_value(json_array_get(record, 4));
	ret->row = json_string_value(json_array_get(record, 5));
	return ret->gcn > 0 && ret->table != NULL && ret->op != NULL ? 0 : -1;
}

static int
run(struct agent *a, char *sql, char *why, size_t size_bytes)
{
	int rc = sqlite3_exec(a->c.s.data, sql, NULL, NULL, NULL);

	sqlite3_free(sql);
	if (rc == SQLITE_OK)
		return 0;
	snprintf(why, size_bytes, "TT16190: cannot apply: %s",
	    sqlite3_errmsg(a->c.s.data));
	return -1;
}

/* The row with the old key goes. */
static int
take_away(struct agent *a, const struct change *ch, char *why, size_t size_bytes)
{
	char *where = store_text(a->c.s.data,
	    "SELECT group_concat('\"' || name || '\" IS json_extract(' || %Q || ', ''$[' ||"
	    " (row_number - 1) || ']'')', ' AND ') FROM (SELECT name, row_number() OVER (ORDER"
	    " BY cid) row_number FROM pragma_table_info(%Q) WHERE pk>0)",
	    "@", ch->table);
	char *sql;
	int rc;

	if (where == NULL) {
		snprintf(why, size_bytes, "table %s is not here", ch->table);
		return -1;
	}
	/* The key's text takes the place of @ as a quoted literal. */
	sql = sqlite3_mprintf("WITH k(v) AS (SELECT %Q) DELETE FROM \"%w\" WHERE ",
	    ch->old, ch->table);
	for (char *p = where, *at; p != NULL; p = at) {
		at = strchr(p, '@');
		sql = at != NULL
		    ? sqlite3_mprintf("%z%.*s(SELECT v FROM k)", sql, (int)(at - p), p)
		    : sqlite3_mprintf("%z%s", sql, p);
		if (at != NULL)
			at++;
	}
	rc = run(a, sql, why, size_bytes);
	sqlite3_free(where);
	return rc;
}

static int
put_row(struct agent *a, const struct change *ch, char *why, size_t size_bytes)
{
	json_t *row = json_loads(ch->row, 0, NULL);
	size_t n = json_array_size(row);
	int64_t columns = store_int(a->c.s.data,
	    "SELECT count(*) FROM pragma_table_info(%Q)", ch->table);
	char *sql;

	json_decref(row);
	if (columns != (int64_t)n) {
		snprintf(why, size_bytes,
		    "table %s has %lld columns here and %zu there", ch->table,
		    (long long)columns, n);
		return -1;
	}
	sql = sqlite3_mprintf("INSERT OR REPLACE INTO \"%w\" SELECT ", ch->table);
	for (size_t i = 0; i < n; i++)
		sql = sqlite3_mprintf("%z%sjson_extract(%Q, '$[%d]')", sql,
		    i > 0 ? ", " : "", ch->row, (int)i);
	return run(a, sql, why, size_bytes);
}

int
apply_change(struct agent *a, const struct change *ch, const char *origin, char *why,
    size_t size_bytes)
{
	if (*ch->op != 'I' && ch->old != NULL && take_away(a, ch, why, size_bytes) != 0)
		return -1;
	if (*ch->op != 'D' && ch->row != NULL && put_row(a, ch, why, size_bytes) != 0)
		return -1;
	a->c.s.pos += STORE_RECORD_BYTES;
	return run(a,
	    sqlite3_mprintf(
		"INSERT INTO sim_log VALUES(%lld, %Q, %lld, %lld, %Q, %Q, %Q, %Q)",
		(long long)a->c.s.pos, origin, (long long)ch->epoch, (long long)ch->gcn,
		ch->table, ch->op, ch->old, ch->row),
	    why, size_bytes);
}

/* RECOVERING at a fixed rate, to stretch a catch-up (knob apply_rate, commits a second). */
void
apply_slowly(struct agent *a, size_t records)
{
	int64_t rate = knob_int(&a->c.w, a->c.s.name, "apply_rate", 0);

	if (rate > 0)
		moment_sleep_ms((int64_t)records * 1000 / rate);
}

int
apply_batch(struct agent *a, json_t *records, char *why, size_t size_bytes)
{
	struct sim_error err;
	struct change ch;
	json_t *record;
	int64_t have;
	int rc = 0;
	size_t i;

	apply_slowly(a, json_array_size(records));
	if (store_begin(&a->c.s, &err) != 0) {
		snprintf(why, size_bytes, "TT%d: %s", err.code, err.text);
		return -1;
	}
	have = a->c.s.gcn - 1;
	json_array_foreach(records, i, record) {
		if (apply_read(record, &ch) != 0) {
			snprintf(why, size_bytes, "a record cannot be read");
			rc = -1;
			break;
		}
		if (ch.gcn <= have)
			continue;
		rc = apply_change(a, &ch, "", why, size_bytes);
		if (rc != 0)
			break;
	}
	(void)sqlite3_exec(a->c.s.data, rc == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL,
	    NULL);
	return rc;
}

void
apply_reigns(struct agent *a, json_t *reigns)
{
	json_t *one;
	size_t i;

	json_array_foreach(reigns, i, one)
		store_run(a->c.s.data,
		    "INSERT OR IGNORE INTO sim_reign VALUES(%lld, %lld)",
		    (long long)json_integer_value(json_array_get(one, 0)),
		    (long long)json_integer_value(json_array_get(one, 1)));
}
