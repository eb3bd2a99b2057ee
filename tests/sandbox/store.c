#include "tests/sandbox/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"

static const char *const suffixes[] = { ".ds0", ".ds1", ".ds0-wal", ".ds0-shm",
	".ds1-wal", ".ds1-shm", ".ds0-journal", ".ds1-journal", ".res0", ".log0" };

static const char data_schema[] =
    "CREATE TABLE sim_log(pos INTEGER PRIMARY KEY, origin TEXT, epoch INTEGER, gcn INTEGER,"
    " tbl TEXT, op TEXT, old TEXT, row TEXT);"
    "CREATE INDEX sim_log_gcn ON sim_log(gcn);"
    "CREATE TABLE sim_recv(origin TEXT PRIMARY KEY, epoch INTEGER, gcn INTEGER);"
    "CREATE TABLE sim_reign(epoch INTEGER PRIMARY KEY, first INTEGER);"
    "INSERT INTO sim_log VALUES(1200, '', 0, 0, '', '-', NULL, NULL);"
    "INSERT INTO sim_recv VALUES('#purged', 0, 0);";

static const char self_schema[] =
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
    "CREATE TABLE store(id INTEGER PRIMARY KEY, name TEXT, host TEXT, port INTEGER,"
    " kind TEXT, threshold INTEGER DEFAULT 0, timeout INTEGER DEFAULT 120,"
    " returns TEXT DEFAULT 'C');"
    "CREATE TABLE peer(id INTEGER PRIMARY KEY, state INTEGER DEFAULT 0,"
    " acked INTEGER DEFAULT 0, skip INTEGER DEFAULT 0, lost INTEGER DEFAULT 0,"
    " held INTEGER DEFAULT 1, reset INTEGER DEFAULT 0, sent_ms INTEGER, heard_ms INTEGER);"
    "CREATE TABLE element(tbl TEXT PRIMARY KEY);"
    "CREATE TABLE route(master INTEGER, subscriber INTEGER, PRIMARY KEY(master, subscriber));"
    "CREATE TABLE user(name TEXT PRIMARY KEY, pwd TEXT, privs TEXT DEFAULT '');"
    "CREATE TABLE cachegroup(owner TEXT, name TEXT, mode TEXT, state TEXT, interval INTEGER,"
    " tbl TEXT, loaded INTEGER);";

bool
store_has_files(const char *path)
{
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes) && !found; i++) {
		char *file = need_format("%s%s", path, suffixes[i]);

		/* The lock file alone is not a database. */
		found = strcmp(suffixes[i], ".res0") != 0 && access(file, F_OK) == 0;
		free(file);
	}
	return found;
}

void
store_unlink(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *file = need_format("%s%s", path, suffixes[i]);

		(void)unlink(file);
		free(file);
	}
}

static char *
vformat(const char *format, va_list ap)
{
	char *sql = sqlite3_vmprintf(format, ap);

	if (sql == NULL)
		need_die("out of memory");
	return sql;
}

void
store_run(sqlite3 *db, const char *format, ...)
{
	char *sql, *why = NULL;
	va_list ap;

	va_start(ap, format);
	sql = vformat(format, ap);
	va_end(ap);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		need_die("%s: %s", why, sql);
	sqlite3_free(sql);
}

int64_t
store_int(sqlite3 *db, const char *format, ...)
{
	sqlite3_stmt *st = NULL;
	int64_t n = 0;
	va_list ap;
	char *sql;

	va_start(ap, format);
	sql = vformat(format, ap);
	va_end(ap);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s: %s", sqlite3_errmsg(db), sql);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return n;
}

char *
store_text(sqlite3 *db, const char *format, ...)
{
	sqlite3_stmt *st = NULL;
	char *text = NULL, *sql;
	const unsigned char *value;
	va_list ap;

	va_start(ap, format);
	sql = vformat(format, ap);
	va_end(ap);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s: %s", sqlite3_errmsg(db), sql);
	if (sqlite3_step(st) == SQLITE_ROW &&
	    (value = sqlite3_column_text(st, 0)) != NULL)
		text = sqlite3_mprintf("%s", value);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return text;
}

static sqlite3 *
open_file(const char *path, const char *suffix, bool create)
{
	int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
	char *file = need_format("%s%s", path, suffix);
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(file, &db, flags, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		db = NULL;
	}
	free(file);
	if (db == NULL)
		return NULL;
	sqlite3_busy_timeout(db, 10000);
	if (sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;", NULL,
		NULL, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return NULL;
	}
	return db;
}

static void
capture_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct store *s = sqlite3_user_data(c);

	(void)argc;
	(void)argv;
	sqlite3_result_int(c, s->capture);
}

static void
pos_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct store *s = sqlite3_user_data(c);

	(void)argc;
	(void)argv;
	s->pos += STORE_RECORD_BYTES;
	sqlite3_result_int64(c, s->pos);
}

static void
epoch_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct store *s = sqlite3_user_data(c);

	(void)argc;
	(void)argv;
	sqlite3_result_int64(c, s->epoch);
}

static void
gcn_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct store *s = sqlite3_user_data(c);

	(void)argc;
	(void)argv;
	sqlite3_result_int64(c, s->gcn);
}

static void
add_functions(struct store *s)
{
	static const struct {
		const char *name;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "sim_capture", capture_function },
		{ "sim_pos", pos_function },
		{ "sim_epoch", epoch_function },
		{ "sim_gcn", gcn_function },
	};

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		sqlite3_create_function(s->data, functions[i].name, 0,
		    SQLITE_UTF8 | SQLITE_INNOCUOUS, s, functions[i].fn, NULL, NULL);
}

int
store_open(struct store *s, const struct world *w, const char *path,
    struct sim_error *err)
{
	char *lock = need_format("%s.res0", path);

	memset(s, 0, sizeof(*s));
	s->w = w;
	need_fit(s->path, sizeof(s->path), path);
	s->name = world_store_name(s->path);
	s->capture = true;
	s->data = open_file(path, ".ds0", false);
	s->self = open_file(path, ".ds1", false);
	s->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	free(lock);
	if (s->data == NULL || s->self == NULL || s->lock_fd < 0 ||
	    sqlite3_prepare_v3(s->self, "SELECT v FROM meta WHERE k=?", -1,
		SQLITE_PREPARE_PERSISTENT, &s->get_meta, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v3(s->data,
		"SELECT epoch, gcn, pos FROM sim_log ORDER BY pos DESC LIMIT 1", -1,
		SQLITE_PREPARE_PERSISTENT, &s->last_record, NULL) != SQLITE_OK) {
		store_close(s);
		return refuse(err, 821, NULL);
	}
	add_functions(s);
	return 0;
}

void
store_close(struct store *s)
{
	sqlite3_finalize(s->get_meta);
	sqlite3_finalize(s->last_record);
	sqlite3_close_v2(s->data);
	sqlite3_close_v2(s->self);
	if (s->lock_fd > 0)
		close(s->lock_fd);
	memset(s, 0, sizeof(*s));
	s->lock_fd = -1;
}

static void
describe_self(struct store *s, const struct dsn *d)
{
	char *id =
	    need_format("%llx-%d", (unsigned long long)moment_us(), (int)getpid());
	char *major = world_since(s->w, 18, 1)
	    ? need_format("%d.%d", s->w->part[0], s->w->part[1])
	    : need_format("%d.%d.%d", s->w->part[0], s->w->part[1], s->w->part[2]);

	store_set(s, "dbid", id);
	store_set(s, "release", s->w->release);
	store_set(s, "lineage", major);
	store_set(s, "charset", d->charset);
	store_set_int(s, "bits", s->w->bits);
	store_set_int(s, "numbering", moment_us());
	store_set_int(s, "type_mode", d->type_mode);
	store_set_int(s, "perm_mb", d->perm_size_mb);
	store_set_int(s, "log_file_mb", d->log_file_mb);
	store_set(s, "role", "IDLE");
	store_set(s, "was", "");
	store_set(s, "scheme", "");
	store_set(s, "kind", "");
	free(major);
	free(id);
}

int
store_create(const struct world *w, const struct dsn *d, struct sim_error *err)
{
	sqlite3 *data = open_file(d->path, ".ds0", true);
	sqlite3 *self = open_file(d->path, ".ds1", true);
	struct store s;

	if (data == NULL || self == NULL) {
		sqlite3_close(data);
		sqlite3_close(self);
		return refuse(err, 836, "Cannot create data store file %s.ds0",
		    d->path);
	}
	store_run(data, "%s", data_schema);
	store_run(self, "%s", self_schema);
	sqlite3_close(data);
	sqlite3_close(self);
	if (store_open(&s, w, d->path, err) != 0)
		return -1;
	describe_self(&s, d);
	record_event(w, s.name, "create", "{s:s,s:s}", "path", d->path, "release",
	    w->release);
	store_close(&s);
	return 0;
}

char *
store_get(struct store *s, const char *key)
{
	char *value = NULL;

	sqlite3_bind_text(s->get_meta, 1, key, -1, SQLITE_STATIC);
	if (sqlite3_step(s->get_meta) == SQLITE_ROW &&
	    sqlite3_column_type(s->get_meta, 0) != SQLITE_NULL)
		value = need_copy((const char *)sqlite3_column_text(s->get_meta, 0));
	sqlite3_reset(s->get_meta);
	return value;
}

int64_t
store_get_int(struct store *s, const char *key)
{
	char *value = store_get(s, key);
	int64_t n = value != NULL ? strtoll(value, NULL, 10) : 0;

	free(value);
	return n;
}

bool
store_is(struct store *s, const char *key, const char *value)
{
	char *have = store_get(s, key);
	bool is = strcmp(have != NULL ? have : "", value) == 0;

	free(have);
	return is;
}

void
store_set(struct store *s, const char *key, const char *value)
{
	store_run(s->self, "INSERT OR REPLACE INTO meta VALUES(%Q, %Q)", key, value);
}

void
store_set_int(struct store *s, const char *key, int64_t value)
{
	store_run(s->self, "INSERT OR REPLACE INTO meta VALUES(%Q, %lld)", key,
	    (long long)value);
}

void
store_lock(struct store *s, int how)
{
	while (flock(s->lock_fd, how) != 0 && errno == EINTR)
		;
}
