/* Filling a database from an image. */
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/image.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/session.h"

struct filling {
	struct image_reader *ir;
	struct store s;
	char *table; /* being filled, or NULL */
	bool skip;   /* its rows are read past: it could not be made */
	bool cached; /* of a cache group: no rows come */
	int64_t done, of;
	sqlite3_stmt *insert;
	json_t *head;
	bool classic;
	bool
	    beside; /* the database had objects before: what it is of stays as it was */
};

static const char *
text_of(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

static json_int_t
int_at(json_t *row, size_t i)
{
	return json_integer_value(json_array_get(row, i));
}

static const char *
text_at(json_t *row, size_t i)
{
	const char *text = json_string_value(json_array_get(row, i));

	return text != NULL ? text : "";
}

static void
fill_scheme(struct filling *f, json_t *head)
{
	static const char *const names[] = { "scheme_name", "scheme_owner" };
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(head, "stores"), i, one)
		store_run(f->s.self,
		    "INSERT INTO store VALUES(%lld, %Q, %Q, %lld, %Q, %lld, %lld, %Q)",
		    (long long)int_at(one, 0), text_at(one, 1), text_at(one, 2),
		    (long long)int_at(one, 3), text_at(one, 4),
		    (long long)int_at(one, 5), (long long)int_at(one, 6),
		    text_at(one, 7));
	json_array_foreach(json_object_get(head, "elements"), i, one)
		store_run(f->s.self, "INSERT INTO element VALUES(%Q)", text_at(one, 0));
	json_array_foreach(json_object_get(head, "routes"), i, one)
		store_run(f->s.self, "INSERT INTO route VALUES(%lld, %lld)",
		    (long long)int_at(one, 0), (long long)int_at(one, 1));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (*text_of(head, names[i]) != '\0')
			store_set(&f->s, names[i], text_of(head, names[i]));
	/* ttBackup keeps the numbering, ttMigrate and a duplicate begin one. */
	if (f->ir->kind == IMAGE_BACKUP && *text_of(head, "numbering") != '\0')
		store_set(&f->s, "numbering", text_of(head, "numbering"));
}

/* After ttMigrate autorefresh is off, but in an active standby pair (R8.6). */
static void
fill_cache_groups(struct filling *f, json_t *head)
{
	bool off =
	    f->ir->kind == IMAGE_MIGRATE && strcmp(text_of(head, "scheme"), "ASP") != 0;
	json_t *one;
	size_t i;

	if (f->ir->no_cache)
		return;
	json_array_foreach(json_object_get(head, "cachegroups"), i, one)
		store_run(f->s.self,
		    "INSERT INTO cachegroup VALUES(%Q, %Q, %Q, %Q, %lld, %Q, %lld)",
		    text_at(one, 0), text_at(one, 1), text_at(one, 2),
		    off ? "N" : text_at(one, 3), (long long)int_at(one, 4), text_at(one, 5),
		    f->ir->kind == IMAGE_MIGRATE ? 0LL : (long long)int_at(one, 6));
}

/* The lineage of a migrated database holds the releases it came through (R9.2). */
static void
fill_meta(struct filling *f, json_t *head)
{
	const char *before = text_of(head, "lineage");
	char *own = store_get(&f->s, "lineage"), *all;

	if (f->ir->kind == IMAGE_MIGRATE && strstr(before, own) == NULL)
		all = need_format("%s,%s", before, own);
	else
		all = need_copy(before);
	store_set(&f->s, "lineage", all);
	if (f->ir->kind == IMAGE_BACKUP && *text_of(head, "cache_uid") != '\0')
		store_set(&f->s, "cache_uid", text_of(head, "cache_uid"));
	f->classic = strcmp(text_of(head, "scheme"), "CLASSIC") == 0;
	store_set(&f->s, "scheme", f->ir->no_scheme ? "" : text_of(head, "scheme"));
	if (f->ir->kind != IMAGE_MIGRATE)
		store_set(&f->s, "charset", text_of(head, "charset"));
	if (f->ir->kind != IMAGE_DUPLICATE) {
		store_set(&f->s, "kind", f->ir->no_scheme ? "" : text_of(head, "kind"));
		store_set(&f->s, "was",
		    strcmp(text_of(head, "role"), "IDLE") != 0 ? text_of(head, "role")
							       : text_of(head, "was"));
		if (f->ir->kind == IMAGE_MIGRATE)
			store_set_int(&f->s, "renumbered", 1);
	}
	free(own);
	free(all);
}

/* A statement that puts one JSON array into the columns of the table. */
static void
prepare_insert(struct filling *f)
{
	int64_t n = store_int(f->s.data, "SELECT count(*) FROM pragma_table_info(%Q)",
	    f->table);
	char *sql = sqlite3_mprintf("INSERT INTO \"%w\" SELECT ", f->table);

	for (int i = 0; i < n; i++)
		sql = sqlite3_mprintf("%z%sjson_extract(?1, '$[%d]')", sql,
		    i ? ", " : "", i);
	if (sqlite3_prepare_v2(f->s.data, sql, -1, &f->insert, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(f->s.data));
	sqlite3_free(sql);
}

static void
begin_table(struct filling *f, json_t *o)
{
	f->table = need_copy(text_of(o, "name"));
	f->done = 0;
	f->of = f->ir->no_rows ? 0 : json_integer_value(json_object_get(o, "rows"));
	f->cached = *text_of(o, "group") != '\0';
	f->skip =
	    sqlite3_exec(f->s.data, text_of(o, "sql"), NULL, NULL, NULL) != SQLITE_OK;
	if (f->cached)
		f->ir->told(f->ir->arg, "group", text_of(o, "group"), 0, 0);
	f->ir->told(f->ir->arg, f->cached && !f->skip ? "cached" : "table", f->table, 0,
	    f->of);
	if (f->skip) {
		f->ir->failed_objects++;
		f->ir->told(f->ir->arg, "table_exists", f->table, 0, f->of);
		return;
	}
	prepare_insert(f);
	store_run(f->s.data, "BEGIN IMMEDIATE");
}

/* A database does not become larger than its PermSize; what it uses is that of SYS.MONITOR. */
static bool
is_full(struct filling *f)
{
	return f->done % 50 == 0 &&
	    9000 + store_int(f->s.data, "PRAGMA page_count") * 4 >
	    store_get_int(&f->s, "perm_mb") * 1024;
}

static int
put_row(struct filling *f, const char *line, struct sim_error *err)
{
	struct image_reader *ir = f->ir;

	if (ir->no_rows)
		return 0;
	f->done++;
	if (f->skip)
		return 0;
	sqlite3_bind_text(f->insert, 1, line, -1, SQLITE_STATIC);
	if (sqlite3_step(f->insert) != SQLITE_DONE)
		ir->failed_objects++;
	sqlite3_reset(f->insert);
	if (ir->rows_per_s > 0 && f->done % 20 == 0)
		moment_sleep_ms(20 * 1000 / ir->rows_per_s);
	if ((ir->stop_percent > 0 && f->done * 100 >= f->of * ir->stop_percent) || is_full(f))
		return refuse(err, 802, "Data store space exhausted");
	return ir->session == NULL || session_alive(ir->session)
	    ? 0
	    : refuse(err, 994, NULL);
}

static void
end_table(struct filling *f)
{
	if (!f->skip) {
		sqlite3_finalize(f->insert);
		f->insert = NULL;
		store_run(f->s.data, "COMMIT");
		store_watch_table(&f->s, f->table);
		if (!f->cached)
			f->ir->told(f->ir->arg, "table_end", f->table, f->done, f->of);
	}
	free(f->table);
	f->table = NULL;
}

/* Who receives from this database: all others in a pair, in a classic scheme by its routes. */
static void
fill_peers(struct filling *f)
{
	json_t *one;
	size_t i;

	store_run(f->s.self,
	    "INSERT OR IGNORE INTO peer(id, acked) SELECT id, %lld FROM store WHERE NOT"
	    " (name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE) AND (%d OR id IN (SELECT"
	    " subscriber FROM route JOIN store m ON m.id=master WHERE m.name=%Q COLLATE NOCASE"
	    " AND m.host=%Q COLLATE NOCASE))",
	    (long long)f->ir->gcn, f->s.name, f->s.w->host, !f->classic, f->s.name,
	    f->s.w->host);
	if (!f->classic || f->ir->kind == IMAGE_DUPLICATE)
		return;
	json_array_foreach(json_object_get(f->head, "peers"), i, one)
		store_run(f->s.self, "UPDATE peer SET state=%lld WHERE id=%lld",
		    (long long)int_at(one, 1), (long long)int_at(one, 0));
}

/* What was received from whom: kept by ttMigrate, so that what comes next fits on. A copy has
 * what its source had, and its source as far as it was copied. */
static void
fill_received(struct filling *f, json_t *end)
{
	json_t *one;
	size_t i;

	if (!f->classic || f->ir->no_scheme)
		return;
	json_array_foreach(json_object_get(end, "received"), i, one)
		store_run(f->s.data,
		    "INSERT OR REPLACE INTO sim_recv VALUES(%Q, %lld, %lld)",
		    text_at(one, 0), (long long)int_at(one, 1),
		    (long long)int_at(one, 2));
	if (f->ir->kind == IMAGE_DUPLICATE)
		store_run(f->s.data,
		    "DELETE FROM sim_recv WHERE origin=lower(%Q);"
		    "INSERT OR REPLACE INTO sim_recv VALUES(lower(%Q), %s, %lld)",
		    f->s.name, text_of(f->head, "store"), text_of(f->head, "numbering"),
		    (long long)f->ir->gcn);
}

/*
 * The log of the copy begins at the point of the image: whoever needs older records is
 * told that they are gone. In a classic scheme ttMigrate begins to count anew (R3.8).
 */
static void
finish(struct filling *f, json_t *end)
{
	int64_t epoch = json_integer_value(json_object_get(end, "epoch")), first;
	json_t *one;
	size_t i;

	f->ir->gcn = json_integer_value(json_object_get(end, "gcn"));
	fill_received(f, end);
	first = f->classic && f->ir->kind == IMAGE_MIGRATE ? 1 : f->ir->gcn;
	f->ir->gcn = first;
	store_run(f->s.data,
	    "BEGIN IMMEDIATE; DELETE FROM sim_log;"
	    "INSERT INTO sim_log VALUES(2400, '', %lld, %lld, '', '-', NULL, NULL);"
	    "UPDATE sim_recv SET gcn=%lld WHERE origin='#purged'",
	    (long long)epoch, (long long)first, (long long)first);
	json_array_foreach(json_object_get(end, "reigns"), i, one)
		store_run(f->s.data,
		    "INSERT OR IGNORE INTO sim_reign VALUES(%lld, %lld)",
		    (long long)int_at(one, 0), (long long)int_at(one, 1));
	store_run(f->s.data, "COMMIT");
	fill_peers(f);
}

/* Into a database that has tables or a scheme only tables and users come, and no history. */
static void
begin_image(struct filling *f, json_t *head)
{
	bool scheme = *text_of(head, "scheme") != '\0' && !f->ir->no_scheme;

	f->head = json_incref(head);
	f->beside = !store_is(&f->s, "scheme", "") ||
	    store_int(f->s.data, "SELECT count(*) FROM sqlite_master WHERE %s",
		STORE_USER_TABLES) > 0;
	if (!f->beside) {
		if (!f->ir->no_scheme)
			fill_scheme(f, head);
		fill_meta(f, head);
		fill_cache_groups(f, head);
	} else if (scheme) {
		f->ir->failed_objects++;
		f->ir->told(f->ir->arg, "scheme", "", 0, 0);
		f->ir->told(f->ir->arg, "scheme_exists", "", 0, 0);
	}
}

static void
put_user(struct filling *f, json_t *v)
{
	bool there = store_int(f->s.self,
			 "SELECT count(*) FROM user WHERE name=%Q COLLATE NOCASE",
			 text_at(v, 0)) > 0;

	f->ir->told(f->ir->arg, "user_begins", text_at(v, 0), 0, 0);
	f->ir->told(f->ir->arg, there ? "user_exists" : "user_done", text_at(v, 0), 0,
	    0);
	f->ir->failed_objects += there;
	store_run(f->s.self, "INSERT OR IGNORE INTO user VALUES(%Q, %Q, %Q)",
	    text_at(v, 0), text_at(v, 1), text_at(v, 2));
}

/* One line; 1 at the end of the image, 0 to go on, -1 on failure. */
static int
take_line(struct filling *f, const char *line, struct sim_error *err)
{
	json_t *o = *line == '{' ? json_loads(line, 0, NULL) : NULL;
	const char *k;
	int rc = 0;

	if (o == NULL)
		return f->table != NULL && *line == '['
		    ? put_row(f, line, err)
		    : refuse(err, 0, "unexpected end of the data file");
	k = text_of(o, "k");
	if (strcmp(k, "head") == 0) {
		begin_image(f, o);
	} else if (strcmp(k, "user") == 0) {
		put_user(f, json_object_get(o, "v"));
	} else if (strcmp(k, "table") == 0) {
		begin_table(f, o);
	} else if (strcmp(k, "table_end") == 0) {
		end_table(f);
	} else if (strcmp(k, "end") == 0) {
		if (!f->beside)
			finish(f, o);
		rc = 1;
	} else if (strcmp(k, "refused") == 0) {
		rc = refuse(err, (int)json_integer_value(json_object_get(o, "code")),
		    "%s", text_of(o, "text"));
	}
	json_decref(o);
	return rc;
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
image_read(struct image_reader *ir, struct sim_error *err)
{
	struct filling f = { .ir = ir };
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	if (ir->told == NULL)
		ir->told = told_nobody;
	if (store_open(&f.s, ir->w, ir->path, err) != 0)
		return -1;
	f.s.capture = false;
	while (rc == 0 && getline(&line, &room, ir->from) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rc = take_line(&f, line, err);
	}
	if (rc == 0)
		rc = refuse(err, 0, "unexpected end of the data file");
	if (f.table != NULL) {
		/* What came before the failure stays, as with the real one. */
		ir->told(ir->arg, "table_failed", f.table, f.done, f.of);
		sqlite3_finalize(f.insert);
		(void)sqlite3_exec(f.s.data, "COMMIT", NULL, NULL, NULL);
		free(f.table);
	}
	free(line);
	json_decref(f.head);
	store_close(&f.s);
	return rc == 1 ? 0 : -1;
}
