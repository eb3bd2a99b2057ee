/* The log inside a database: positions, history, what a checkpoint frees. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/store.h"

void
store_last(struct store *s, int64_t *epoch, int64_t *gcn, int64_t *pos)
{
	int64_t e = 0, g = 0, p = 0;

	if (sqlite3_step(s->last_record) == SQLITE_ROW) {
		e = sqlite3_column_int64(s->last_record, 0);
		g = sqlite3_column_int64(s->last_record, 1);
		p = sqlite3_column_int64(s->last_record, 2);
	}
	sqlite3_reset(s->last_record);
	if (epoch != NULL)
		*epoch = e;
	if (gcn != NULL)
		*gcn = g;
	if (pos != NULL)
		*pos = p;
}

int
store_begin(struct store *s, struct sim_error *err)
{
	if (sqlite3_exec(s->data, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return refuse(err, 6003, NULL);
	store_last(s, NULL, &s->gcn, &s->pos);
	s->gcn++;
	s->epoch = store_int(s->data,
	    "SELECT epoch FROM sim_reign ORDER BY first DESC, epoch DESC LIMIT 1");
	return 0;
}

int64_t
store_position_of(struct store *s, int64_t gcn)
{
	int64_t pos = store_int(s->data,
	    "SELECT max(pos) FROM sim_log WHERE gcn="
	    "(SELECT max(gcn) FROM sim_log WHERE gcn<=%lld)",
	    (long long)gcn);

	if (pos == 0)
		pos = store_int(s->data, "SELECT min(pos) FROM sim_log");
	return pos;
}

int64_t
store_log_file_bytes(struct store *s)
{
	return knob_int(s->w, s->name, "log_file_bytes",
	    store_get_int(s, "log_file_mb") * 1048576);
}

bool
store_in_history(struct store *s, int64_t epoch, int64_t gcn)
{
	int64_t first, next, last;

	if (gcn == 0)
		return true;
	store_last(s, NULL, &last, NULL);
	if (epoch == 0) {
		/* Before the first reign: rows loaded before the pair was made. */
		next =
		    store_int(s->data, "SELECT coalesce(min(first), 0) FROM sim_reign");
		return gcn < next;
	}
	first = store_int(s->data,
	    "SELECT coalesce((SELECT first FROM sim_reign WHERE epoch=%lld), -1)",
	    (long long)epoch);
	if (first < 0)
		return false;
	next = store_int(s->data,
	    "SELECT coalesce(min(first), 0) FROM sim_reign WHERE epoch>%lld",
	    (long long)epoch);
	return next > 0 ? gcn < next : gcn <= last;
}

bool
store_is_classic(struct store *s)
{
	return store_is(s, "scheme", "CLASSIC");
}

int64_t
store_received(struct store *s, const char *sender, int64_t *ret_numbering)
{
	*ret_numbering = store_int(s->data,
	    "SELECT epoch FROM sim_recv WHERE origin=%Q COLLATE NOCASE", sender);
	return store_int(s->data,
	    "SELECT gcn FROM sim_recv WHERE origin=%Q COLLATE NOCASE", sender);
}

/* `NEW."A", NEW."B"` for the columns of a table; key columns only when asked for. */
static char *
column_list(struct store *s, const char *table, const char *prefix, bool key)
{
	return store_text(s->data,
	    "SELECT group_concat('%s.\"' || name || '\"', ', ') FROM"
	    " (SELECT name FROM pragma_table_info(%Q) WHERE pk>0 OR NOT %d ORDER BY cid)",
	    prefix, table, key);
}

static void
add_trigger(struct store *s, const char *table, const char *verb, const char *op,
    const char *old, const char *row)
{
	store_run(s->data,
	    "CREATE TRIGGER \"sim_%w_%s\" AFTER %s ON \"%w\" WHEN sim_capture() BEGIN"
	    " INSERT INTO sim_log VALUES(sim_pos(), '', sim_epoch(), sim_gcn(), %Q, %Q,"
	    " %s, %s); END",
	    table, op, verb, table, table, op, old, row);
}

void
store_watch_table(struct store *s, const char *table)
{
	char *row = column_list(s, table, "NEW", false);
	char *key = column_list(s, table, "OLD", true);
	char *new_row = need_format("json_array(%s)", row), *old_key;

	if (key == NULL)
		key = column_list(s, table, "OLD", false);
	old_key = need_format("json_array(%s)", key);
	add_trigger(s, table, "INSERT", "I", "NULL", new_row);
	add_trigger(s, table, "UPDATE", "U", old_key, new_row);
	add_trigger(s, table, "DELETE", "D", old_key, "NULL");
	free(new_row);
	free(old_key);
	sqlite3_free(row);
	sqlite3_free(key);
}

void
store_checkpoint(struct store *s)
{
	int64_t file = store_log_file_bytes(s), low, gcn, last;

	store_last(s, NULL, NULL, &last);
	low = last;
	gcn = store_int(s->self,
	    "SELECT coalesce(min(acked), -1) FROM peer WHERE state IN (0, 1) AND held");
	if (gcn >= 0 && store_position_of(s, gcn) < low)
		low = store_position_of(s, gcn);
	low -= low % file;
	if (store_int(s->data,
		"SELECT count(*) FROM sim_log WHERE pos<%lld AND pos<%lld",
		(long long)low, (long long)last) == 0)
		return;
	store_run(s->data,
	    "BEGIN IMMEDIATE;"
	    "UPDATE sim_recv SET gcn=max(gcn, (SELECT max(gcn) FROM sim_log WHERE pos<%lld))"
	    " WHERE origin='#purged';"
	    "DELETE FROM sim_log WHERE pos<%lld AND pos<%lld; COMMIT",
	    (long long)low, (long long)low, (long long)last);
	record_event(s->w, s->name, "log_purged", "{s:I}", "below_position",
	    (json_int_t)low);
}

static void
bury_table(struct store *s, const char *table, FILE *f)
{
	char *key = column_list(s, table, "t", true);
	char *row = column_list(s, table, "t", false), *sql;
	sqlite3_stmt *st = NULL;

	sql = sqlite3_mprintf(
	    "SELECT json_object('table', %Q, 'key', json_array(%s), 'value', json_array(%s))"
	    " FROM \"%w\" t",
	    table, key != NULL ? key : row, row, table);
	if (sqlite3_prepare_v2(s->data, sql, -1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			fprintf(f, "%s\n", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_free(sql);
	sqlite3_free(key);
	sqlite3_free(row);
}

/* graves/1.jsonl, graves/2.jsonl, ...: the first number that nobody has. */
static FILE *
dig(const struct world *w, char **ret_name)
{
	char *dir = need_format("%s/graves", w->root), *path;
	FILE *f = NULL;
	int fd;

	(void)mkdir(dir, 0755);
	for (int n = 1; n < 1000000 && f == NULL; n++) {
		path = need_format("%s/%d.jsonl", dir, n);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		free(path);
		if (fd >= 0) {
			f = fdopen(fd, "w");
			*ret_name = need_format("graves/%d.jsonl", n);
		}
	}
	free(dir);
	return f;
}

int
store_print_rows(struct store *s, FILE *f)
{
	sqlite3_stmt *st = NULL;

	store_run(s->data, "BEGIN");
	if (sqlite3_prepare_v2(s->data,
		"SELECT name FROM sqlite_master WHERE " STORE_USER_TABLES,
		-1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			bury_table(s, (const char *)sqlite3_column_text(st, 0), f);
	sqlite3_finalize(st);
	store_run(s->data, "COMMIT");
	return ferror(f) ? -1 : 0;
}

char *
store_bury(struct store *s)
{
	char *name = NULL;
	FILE *f = dig(s->w, &name);

	if (f == NULL)
		return NULL;
	(void)store_print_rows(s, f);
	fclose(f);
	return name;
}
