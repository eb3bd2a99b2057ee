/*
 * Opening and closing. The order of opening: lock, header and log as bytes, then SQLite;
 * only a file that was found to be sound is written to.
 */
#include "config.h"

#include "daemon/journal/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/journal/internal.h"

#define BUSY_MS 250 /* another program writes: the loop waits no longer */

static const char pragmas[] = "PRAGMA journal_mode=WAL;"
			      "PRAGMA synchronous=FULL;"
			      "PRAGMA foreign_keys=ON;"
			      "PRAGMA trusted_schema=OFF;"
			      "PRAGMA temp_store=MEMORY;"
			      "PRAGMA cache_size=-8192;"
			      "PRAGMA journal_size_limit=67108864;";

/* ---- opening ---- */

static int
on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct journal *j = arg;

	(void)db;
	(void)name;
	if (pages < j->wal_moved)
		j->wal_moved = 0; /* it began anew */
	j->wal_pages = pages;
	return SQLITE_OK;
}

static int
make_folder(const char *directory, struct ud_error *err)
{
	if (mkdir(directory, 0700) == 0 || errno == EEXIST)
		return 0;
	ud_fail(err, UD_EJOURNAL, "%s cannot be made: %s", directory, strerror(errno));
	return ud_remedy(err,
	    "make the folder and give it to the daemon's user, or set "
	    "state_directory to another one");
}

/* Made by hand, because SQLite would let everybody read it. */
static void
make_file(const struct journal *j)
{
	int fd = open(j->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return; /* it is there, or SQLite says why it cannot be */
	close(fd);
	fd = open(j->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)!fsync(fd);
	close(fd);
}

static int
refuse_read_only(const struct journal *j, struct ud_error *err)
{
	ud_fail(err, UD_EJOURNAL, "%s cannot be written", j->path);
	return ud_remedy(err,
	    "give the file and its folder to the daemon's user, on a file "
	    "system that is not read-only");
}

static int
connect_file(struct journal *j, struct ud_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc;

	make_file(j);
	rc = sqlite3_open_v2(j->path, &j->db, flags, NULL);
	if (rc != SQLITE_OK)
		return journal_fail(j, rc, "open", err);
	if (sqlite3_db_readonly(j->db, "main") == 1)
		return refuse_read_only(j, err);
	sqlite3_busy_timeout(j->db, BUSY_MS);
	rc = sqlite3_exec(j->db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return journal_fail(j, rc, "open", err);
	/* Until it is known to be sound nothing is moved into the file. */
	sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return 0;
}

static int
set_up(struct journal *j, struct ud_error *err)
{
	int rc = sqlite3_exec(j->db, pragmas, NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		return journal_fail(j, rc, "set up", err);
	sqlite3_wal_hook(j->db, on_wal, j);
	return 0;
}

static int
check_all_pages(struct journal *j, const struct stamp *seen, struct ud_error *err)
{
	int64_t began = clock_mono_ms();

	if (stamp_holds(seen, j->path))
		return 0;
	if (check_pages(j, err) != 0)
		return -1;
	if (seen->set)
		log_event(LOG_INFO, "journal.checked", KV_STR("file", j->path),
		    KV_STR("why", "not as it was left"),
		    KV_INT("took_ms", clock_mono_ms() - began));
	return 0;
}

static int
load_number(struct journal *j, const char *sql, int64_t *ret, struct ud_error *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && sqlite3_column_int64(st, 0) > *ret)
		*ret = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : journal_fail(j, rc, "read", err);
}

static int
load_counters(struct journal *j, struct ud_error *err)
{
	sqlite3_stmt *st = NULL;
	int rc =
	    sqlite3_prepare_v2(j->db, "SELECT name, value FROM counter", -1, &st, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);

		for (int i = 0; i < COUNTERS; i++)
			if (str_equal(name, counter_names[i]))
				j->now[i] = sqlite3_column_int64(st, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE)
		return journal_fail(j, rc, "read", err);
	if (load_number(j, "SELECT max(id) FROM event", &j->now[LAST_EVENT], err) !=
		0 ||
	    load_number(j, "SELECT max(id) FROM command", &j->now[LAST_COMMAND], err) !=
		0)
		return -1;
	memcpy(j->committed, j->now, sizeof(j->now));
	return 0;
}

static int
open_all(struct journal *j, struct ud_error *err)
{
	struct stamp seen;

	if (make_folder(j->directory, err) != 0 ||
	    lock_take(j->directory, &j->lock_fd, &seen, err) != 0 ||
	    check_header(j->path, err) != 0 || check_wal(j->path, err) != 0 ||
	    connect_file(j, err) != 0 || check_identity(j, err) != 0 ||
	    check_all_pages(j, &seen, err) != 0 || set_up(j, err) != 0 ||
	    schema_migrate(j->db, j->path, schema_newest, err) != 0 ||
	    statements_prepare(j, err) != 0 || load_counters(j, err) != 0)
		return -1;
	sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	lock_stamp(j->lock_fd, j->path, false);
	return 0;
}

static void
release(struct journal *j)
{
	statements_finalize(j);
	if (sqlite3_close(j->db) != SQLITE_OK)
		assert(!"a statement of the journal is still in use");
	free(j->directory);
	free(j->path);
	free(j);
}

int
journal_open(const char *directory, struct journal **ret, struct ud_error *err)
{
	struct journal *j = mem_alloc(sizeof(*j));

	j->directory = mem_strdup(directory);
	j->path = mem_printf("%s/" JOURNAL_FILE, directory);
	j->lock_fd = -1;
	if (open_all(j, err) != 0) {
		int fd = j->lock_fd;

		release(j);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	reserve_fill(j);
	*ret = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	char *path;
	int fd;

	if (j == NULL)
		return;
	journal_rollback(j);
	fd = j->lock_fd;
	path = mem_strdup(j->path);
	release(j);
	lock_stamp(fd, path, true);
	close(fd);
	free(path);
}

void
journal_set_hook(struct journal *j, journal_hook_fn *hook, void *arg)
{
	j->hook = hook;
	j->hook_arg = arg;
}

/* ---- failures ---- */

int
journal_fail(const struct journal *j, int rc, const char *what, struct ud_error *err)
{
	const char *said = j->db != NULL ? sqlite3_errmsg(j->db) : sqlite3_errstr(rc);

	if (rc == SQLITE_IOERR_SHMSIZE)
		rc = SQLITE_FULL;
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return check_damaged(err, j->path, "%s", said);
	case SQLITE_FULL:
		ud_fail(err, UD_EJOURNAL, "%s: no space left to %s", j->path, what);
		return ud_remedy(err,
		    "make room on the file system of %s: a daemon that runs "
		    "goes on by itself",
		    j->directory);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		ud_fail(err, UD_EJOURNAL, "%s: another program writes to it", j->path);
		return ud_remedy(err, "end that program: fuser %s", j->path);
	default:
		ud_fail(err, UD_EJOURNAL, "%s: cannot %s: %s (%d)", j->path, what, said,
		    rc);
		return ud_remedy(err, "look at the disk and the rights of %s",
		    j->directory);
	}
}
