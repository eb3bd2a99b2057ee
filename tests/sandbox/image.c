#include "tests/sandbox/image.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/session.h"

#define TABLES "SELECT name FROM sqlite_master WHERE type='table' AND name LIKE '%.%'"

static int
put(struct image_writer *iw, json_t *line, struct sim_error *err)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_ENCODE_ANY);
	int rc = 0;

	json_decref(line);
	if (fprintf(iw->to, "%s\n", text) < 0 ||
	    (iw->full_at > 0 && ftell(iw->to) >= iw->full_at))
		rc = refuse(err, 0, "write failed: No space left on device");
	free(text);
	return rc;
}

static json_t *
rows_of(sqlite3 *db, const char *sql)
{
	json_t *list = json_array(), *row;
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s: %s", sqlite3_errmsg(db), sql);
	while (sqlite3_step(st) == SQLITE_ROW) {
		row = json_array();
		for (int i = 0; i < sqlite3_column_count(st); i++)
			json_array_append_new(row,
			    sqlite3_column_type(st, i) == SQLITE_INTEGER
				? json_integer(sqlite3_column_int64(st, i))
				: sqlite3_column_type(st, i) == SQLITE_NULL
				? json_null()
				: json_string(
				      (const char *)sqlite3_column_text(st, i)));
		json_array_append_new(list, row);
	}
	sqlite3_finalize(st);
	return list;
}

static void
write_scheme(struct image_writer *iw, json_t *head)
{
	static const char *const keys[] = { "scheme_name", "scheme_owner", "numbering" };
	char *value;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		value = store_get(iw->s, keys[i]);
		if (value != NULL)
			json_object_set_new(head, keys[i], json_string(value));
		free(value);
	}
	json_object_set_new(head, "stores",
	    rows_of(iw->s->self,
		"SELECT id, name, host, port, kind, threshold, timeout, returns FROM store"));
	json_object_set_new(head, "elements",
	    rows_of(iw->s->self, "SELECT tbl FROM element"));
	json_object_set_new(head, "routes",
	    rows_of(iw->s->self, "SELECT master, subscriber FROM route"));
	json_object_set_new(head, "peers",
	    rows_of(iw->s->self, "SELECT id, state FROM peer"));
}

static int
write_head(struct image_writer *iw, struct sim_error *err)
{
	static const char *const keys[] = { "release", "lineage", "charset",
		"type_mode", "scheme", "kind", "was", "dbid", "perm_mb", "bits", "role",
		"mark" };
	json_t *head = json_object();
	char *value;

	json_object_set_new(head, "k", json_string("head"));
	json_object_set_new(head, "store", json_string(iw->s->name));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		value = store_get(iw->s, keys[i]);
		json_object_set_new(head, keys[i],
		    json_string(value != NULL ? value : ""));
		free(value);
	}
	value = iw->kind == IMAGE_BACKUP ? store_get(iw->s, "cache_uid") : NULL;
	if (value != NULL)
		json_object_set_new(head, "cache_uid", json_string(value));
	free(value);
	json_object_set_new(head, "rows",
	    json_integer(store_int(iw->s->data, "SELECT count(*) FROM sim_log")));
	json_object_set_new(head, "classic", json_boolean(store_is_classic(iw->s)));
	if (iw->no_scheme) {
		json_object_set_new(head, "scheme", json_string(""));
		json_object_set_new(head, "kind", json_string(""));
	} else {
		write_scheme(iw, head);
	}
	json_object_set_new(head, "cachegroups",
	    rows_of(iw->s->self,
		"SELECT owner, name, mode, state, interval, tbl, loaded FROM cachegroup"));
	return put(iw, head, err);
}

static int
write_users(struct image_writer *iw, struct sim_error *err)
{
	json_t *users = rows_of(iw->s->self, "SELECT name, pwd, privs FROM user"), *one;
	int rc = 0;
	size_t i;

	json_array_foreach(users, i, one) {
		iw->told(iw->arg, "user", json_string_value(json_array_get(one, 0)), 0,
		    0);
		if (rc == 0)
			rc =
			    put(iw, json_pack("{s:s,s:O}", "k", "user", "v", one), err);
	}
	json_decref(users);
	return rc;
}

static int64_t
row_count(struct store *s, const char *table)
{
	return store_int(s->data, "SELECT count(*) FROM \"%w\"", table);
}

static void
pace(int64_t rows_per_s, int64_t done)
{
	if (rows_per_s > 0 && done % 20 == 0)
		moment_sleep_ms(20 * 1000 / rows_per_s);
}

static char *
columns_of(struct store *s, const char *table)
{
	return store_text(s->data,
	    "SELECT group_concat('\"' || name || '\"', ', ') FROM pragma_table_info(%Q)",
	    table);
}

static int
write_rows(struct image_writer *iw, const char *table, int64_t count,
    struct sim_error *err)
{
	char *columns = columns_of(iw->s, table), *sql;
	sqlite3_stmt *st = NULL;
	int64_t done = 0;
	int rc = 0;

	sql = sqlite3_mprintf("SELECT json_array(%s) FROM \"%w\"", columns, table);
	if (sqlite3_prepare_v2(iw->s->data, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(iw->s->data));
	while (rc == 0 && sqlite3_step(st) == SQLITE_ROW) {
		if (fprintf(iw->to, "%s\n", sqlite3_column_text(st, 0)) < 0 ||
		    (iw->full_at > 0 && ftell(iw->to) >= iw->full_at))
			rc = refuse(err, 0, "write failed: No space left on device");
		pace(iw->rows_per_s, ++done);
		if (iw->stop_percent > 0 && done * 100 >= count * iw->stop_percent)
			rc = refuse(err, 0, "connection lost");
		if (rc == 0 && iw->session != NULL && !session_alive(iw->session))
			rc = refuse(err, 994, NULL);
	}
	sqlite3_finalize(st);
	sqlite3_free(sql);
	sqlite3_free(columns);
	iw->told(iw->arg, "table_end", table, done, count);
	return rc;
}

/* What ttMigrate saves of a cached table is its definition, with its group. */
static int
write_table(struct image_writer *iw, const char *table, struct sim_error *err)
{
	char *sql = store_text(iw->s->data,
	    "SELECT sql FROM sqlite_master WHERE type='table' AND name=%Q", table);
	char *group = iw->kind == IMAGE_MIGRATE ? cache_group_of(iw->s, table) : NULL;
	int64_t count = group == NULL && !iw->no_rows ? row_count(iw->s, table) : 0;
	int rc;

	if (group != NULL)
		iw->told(iw->arg, "group", group, 0, 0);
	iw->told(iw->arg, group != NULL ? "cached" : "table", table, 0, count);
	rc = put(iw,
	    json_pack("{s:s,s:s,s:s,s:I,s:s?}", "k", "table", "name", table, "sql", sql, "rows",
		(json_int_t)count, "group", group),
	    err);
	if (rc == 0 && group == NULL && iw->no_rows)
		iw->told(iw->arg, "table_end", table, 0, 0);
	else if (rc == 0 && group == NULL)
		rc = write_rows(iw, table, count, err);
	if (rc == 0)
		rc = put(iw, json_pack("{s:s}", "k", "table_end"), err);
	free(group);
	sqlite3_free(sql);
	return rc;
}

/* The end carries the point of history: what a copy continues from. */
static int
write_end(struct image_writer *iw, int64_t begun, struct sim_error *err)
{
	int64_t epoch;

	store_last(iw->s, &epoch, &iw->gcn, NULL);
	iw->torn = iw->gcn != begun;
	return put(iw,
	    json_pack("{s:s,s:I,s:I,s:b,s:o,s:o}", "k", "end", "epoch",
		(json_int_t)epoch, "gcn", (json_int_t)iw->gcn, "torn", iw->torn,
		"reigns", rows_of(iw->s->data, "SELECT epoch, first FROM sim_reign"),
		"received",
		rows_of(iw->s->data,
		    "SELECT origin, epoch, gcn FROM sim_recv WHERE origin<>'#purged'")),
	    err);
}

static void
told_nobody(void *arg, const char *kind, const char *name, int64_t done, int64_t of)
{
	(void)arg;
	(void)kind;
	(void)name;
	(void)done;
	(void)of;
}

int
image_write(struct image_writer *iw, struct sim_error *err)
{
	bool snapshot = iw->kind != IMAGE_MIGRATE;
	json_t *tables, *one;
	int64_t begun;
	int rc;
	size_t i;

	if (iw->told == NULL)
		iw->told = told_nobody;
	if (snapshot) {
		store_run(iw->s->data, "BEGIN");
		(void)row_count(iw->s,
		    "sim_reign"); /* the snapshot is taken at the first read */
	}
	store_last(iw->s, NULL, &begun, NULL);
	tables = rows_of(iw->s->data, TABLES);
	rc = write_head(iw, err);
	/* Before access control there are no users that ttMigrate would know. */
	if (rc == 0 && (snapshot || world_since(iw->s->w, 11, 2)))
		rc = write_users(iw, err);
	json_array_foreach(tables, i, one)
		if (rc == 0)
			rc = write_table(iw, json_string_value(json_array_get(one, 0)),
			    err);
	if (rc == 0)
		rc = write_end(iw, begun, err);
	if (snapshot)
		store_run(iw->s->data, "COMMIT");
	json_decref(tables);
	if (fflush(iw->to) != 0 && rc == 0)
		rc = refuse(err, 0, "write failed");
	return rc;
}

json_t *
image_head(const char *file)
{
	FILE *f = fopen(file, "re");
	char *line = NULL;
	size_t room = 0;
	json_t *head = NULL;

	if (f == NULL)
		return NULL;
	if (getline(&line, &room, f) > 0)
		head = json_loads(line, 0, NULL);
	free(line);
	fclose(f);
	return head;
}
