/*
 * Is journal.db ours, sound and of a format that this version knows? What is not is
 * refused and left as it is: an operator decides between a backup and a new record.
 *
 * Header and tables are looked at on every start. All pages are read when the file was
 * changed since we last wrote it or the machine went down under us (lock.c). What is found
 * so is damage of the structure: pages, records, types, conditions, and up to
 * FULL_CHECK_BYTES indexes that disagree with their tables. Bytes that were changed inside
 * a text, without breaking anything, are not.
 *
 * Source: SQLite, "Database File Format", 1.3; PRAGMA quick_check, integrity_check.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/journal/internal.h"

#define HEADER_BYTES     100
#define FULL_CHECK_BYTES (16 * 1024 * 1024)

static int
add_remedy(struct ud_error *err, const char *path)
{
	return ud_remedy(err,
	    "nothing was changed. Restore %s from a backup (without its -wal "
	    "and -shm), or move the three files away and start anew: the "
	    "record is lost then, and upgrades that were under way are to "
	    "be finished by hand",
	    path);
}

int
check_damaged(struct ud_error *err, const char *path, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(why, sizeof(why), fmt, ap) < 0)
		why[0] = '\0';
	va_end(ap);
	for (char *p = why; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	ud_fail(err, UD_EJOURNAL, "%s is damaged: %s", path, why);
	return add_remedy(err, path);
}

static unsigned
big_endian(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
}

static int
refuse_newer(const char *path, int version, struct ud_error *err)
{
	ud_fail(err, UD_EJOURNAL, "%s has format %d, this upgraded knows up to %d",
	    path, version, schema_newest);
	return ud_remedy(err,
	    "nothing was changed. Start the newer upgraded that wrote it, or "
	    "restore the backup that was made before it: %s",
	    path);
}

static int
refuse_other(const char *path, unsigned id, struct ud_error *err)
{
	ud_fail(err, UD_EJOURNAL,
	    "%s belongs to another program (application id 0x%08x)", path, id);
	return add_remedy(err, path);
}

static int
judge_numbers(const char *path, unsigned id, int version, struct ud_error *err)
{
	if (id != JOURNAL_ID && (id != 0 || version != 0))
		return refuse_other(path, id, err);
	if (version > schema_newest)
		return refuse_newer(path, version, err);
	if (version < 0)
		return check_damaged(err, path, "its format is %d", version);
	return 0;
}

static int64_t
size_of(const char *path, const char *suffix)
{
	char *name = mem_printf("%s%s", path, suffix);
	struct stat st;
	int64_t size = stat(name, &st) == 0 ? (int64_t)st.st_size : 0;

	free(name);
	return size;
}

static int
judge_header(const char *path, const unsigned char *h, int64_t size,
    struct ud_error *err)
{
	int64_t page = (int64_t)h[16] << 8 | h[17];
	int64_t pages = big_endian(h + 28);

	if (memcmp(h, "SQLite format 3", 16) != 0)
		return check_damaged(err, path, "it does not begin as a database does");
	if (page == 1)
		page = 65536;
	if (page < 512 || (page & (page - 1)) != 0)
		return check_damaged(err, path, "its page size is %lld",
		    (long long)page);
	if (judge_numbers(path, big_endian(h + 68), (int)big_endian(h + 60), err) != 0)
		return -1;
	/* With a log beside it the end of the file may still be in there. */
	if (size_of(path, "-wal") == 0 && size < pages * page)
		return check_damaged(err, path,
		    "%lld bytes, its header counts %lld: it was cut", (long long)size,
		    (long long)(pages * page));
	return 0;
}

int
check_header(const char *path, struct ud_error *err)
{
	unsigned char h[HEADER_BYTES];
	int64_t size = size_of(path, "");
	ssize_t n;
	int fd;

	if (size == 0) {
		if (size_of(path, "-wal") == 0)
			return 0;
		return check_damaged(err, path, "it is empty or gone, its log is not");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		ud_fail(err, UD_EJOURNAL, "%s cannot be read: %s", path,
		    strerror(errno));
		return ud_remedy(err, "give the file to the daemon's user");
	}
	n = pread(fd, h, sizeof(h), 0);
	close(fd);
	if (n != (ssize_t)sizeof(h))
		return check_damaged(err, path, "it is shorter than a header");
	return judge_header(path, h, size, err);
}

/* A file that cannot be read now is not called damaged: there may be no space for the index
 * of its log, or another program in the way. */
static int
refuse_unread(const struct journal *j, int rc, struct ud_error *err)
{
	if (rc == SQLITE_ERROR)
		return check_damaged(err, j->path, "%s", sqlite3_errmsg(j->db));
	return journal_fail(j, rc, "read", err);
}

static int
read_number(sqlite3 *db, const char *sql, int *ret)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* And that a file without a format is an empty one. */
int
check_identity(const struct journal *j, struct ud_error *err)
{
	int id = 0, version = 0, tables = 0;
	int rc = read_number(j->db, "PRAGMA application_id", &id);

	if (rc == SQLITE_OK)
		rc = read_number(j->db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = read_number(j->db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (rc != SQLITE_OK)
		return refuse_unread(j, rc, err);
	if (judge_numbers(j->path, (unsigned)id, version, err) != 0)
		return -1;
	if (id == 0 && tables > 0)
		return refuse_other(j->path, 0, err);
	return 0;
}

int
check_pages(const struct journal *j, struct ud_error *err)
{
	bool small =
	    size_of(j->path, "") + size_of(j->path, "-wal") <= FULL_CHECK_BYTES;
	sqlite3_stmt *st = NULL;
	int ret = 0, rc;

	rc = sqlite3_prepare_v2(j->db,
	    small ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", -1, &st,
	    NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc != SQLITE_ROW)
		ret = refuse_unread(j, rc, err);
	else if (strcmp((const char *)sqlite3_column_text(st, 0), "ok") != 0)
		ret = check_damaged(err, j->path, "%s", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return ret;
}

/* A file that lacks a table or a column of its format. */
int
check_statement(const struct journal *j, int rc, struct ud_error *err)
{
	return rc == SQLITE_OK ? 0 : refuse_unread(j, rc, err);
}
