/* A damaged file is refused with its name, the reason and a remedy, and not touched. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

static struct ud_error err;

static void
fill(struct journal *j, int turns)
{
	struct plan *plan = plan_made();
	struct upgrade *u = upgrade_made(plan);

	upgrade_put(j, u, plan);
	for (int i = 0; i < turns; i++) {
		begin(j);
		for (int k = 0; k < 20; k++)
			ck_ok(journal_put_event(j, "sales", u->id, EVENT_NOTE, "1",
			    "master1", "seen to be done although its command failed",
			    NULL, NULL, &err));
		commit(j);
	}
	upgrade_free(u);
	plan_free(plan);
}

/* As a kill leaves it: a log that is not in the file yet. */
static void
leave_killed(void)
{
	struct journal *j = opened();

	fill(j, 10);
	copy_file("journal.db", "copy.db");
	copy_file("journal.db-wal", "copy.db-wal");
	journal_close(j);
	copy_file("copy.db", "journal.db");
	copy_file("copy.db-wal", "journal.db-wal");
}

static void
leave_closed(void)
{
	struct journal *j = opened();

	fill(j, 10);
	journal_close(j);
}

static off_t
size_of(const char *name)
{
	char *path = in_folder(name);
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	free(path);
	return st.st_size;
}

static void
overwrite(const char *name, off_t at, const char *data, size_t len)
{
	char *path = in_folder(name);
	int fd = open(path, O_WRONLY);

	ck_assert_int_eq(pwrite(fd, data, len, at), (ssize_t)len);
	close(fd);
	free(path);
}

static void
cut(const char *name, off_t size)
{
	char *path = in_folder(name);

	ck_assert_int_eq(truncate(path, size), 0);
	free(path);
}

static void
in_sqlite(const char *sql)
{
	char *path = in_folder("journal.db");
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
}

/* ---- what is done to it ---- */

static const char junk[256] =
    "all work and no play makes jack a dull boy, all work and no "
    "play makes jack a dull boy, all work and no play";

static void
garbage_header(void)
{
	leave_closed();
	overwrite("journal.db", 0, junk, 100);
}

static void
bytes_in_the_middle(void)
{
	leave_closed();
	overwrite("journal.db", size_of("journal.db") / PAGE / 2 * PAGE, junk, 256);
}

static void
bytes_in_the_middle_after_a_kill(void)
{
	for (int i = 0; i < 5;
	     i++) /* the page in the middle is not in the log as well */
		leave_closed();
	leave_killed();
	overwrite("journal.db", size_of("journal.db") / PAGE / 2 * PAGE, junk, 256);
}

static void
cut_in_half(void)
{
	leave_closed();
	cut("journal.db", size_of("journal.db") / 2);
}

static void
cut_in_header(void)
{
	leave_closed();
	cut("journal.db", 50);
}

static void
emptied_beside_its_log(void)
{
	leave_killed();
	cut("journal.db", 0);
}

static void
newer_format(void)
{
	leave_closed();
	in_sqlite("PRAGMA user_version=77");
}

static void
newer_format_in_its_log(void)
{
	char *path = in_folder("journal.db");
	sqlite3 *db = NULL;

	leave_closed();
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version=77", NULL, NULL, NULL),
	    0);
	copy_file("journal.db", "copy.db");
	copy_file("journal.db-wal", "copy.db-wal");
	sqlite3_close(db);
	copy_file("copy.db", "journal.db");
	copy_file("copy.db-wal", "journal.db-wal");
	free(path);
}

static void
other_program(void)
{
	in_sqlite("PRAGMA application_id=4711; CREATE TABLE t(a)");
}

static void
other_program_without_id(void)
{
	in_sqlite("CREATE TABLE t(a)");
}

static void
no_database(void)
{
	char *path = in_folder("journal.db");
	FILE *f = fopen(path, "w");

	for (int i = 0; i < 10; i++)
		fputs("pairs = { \"sales\" }\n", f);
	fclose(f);
	free(path);
}

static void
missing_table(void)
{
	leave_closed();
	in_sqlite("DROP TABLE approval");
}

static void
missing_index(void)
{
	leave_closed();
	in_sqlite("DROP INDEX event_by_pair");
}

static void
log_bytes_in_the_middle(void)
{
	leave_killed();
	overwrite("journal.db-wal", size_of("journal.db-wal") / 2, junk, 8);
}

static void
log_header(void)
{
	leave_killed();
	overwrite("journal.db-wal", 8, junk, 8);
}

/* clang-format off */
static const struct { const char *what; void (*spoil)(void); const char *says; } damages[] = {
	{ "garbage header",          garbage_header,           "does not begin as a database" },
	{ "bytes in the middle",     bytes_in_the_middle,      "is damaged" },
	{ "after a kill",            bytes_in_the_middle_after_a_kill, "is damaged" },
	{ "cut in half",             cut_in_half,              "it was cut" },
	{ "cut in the header",       cut_in_header,            "shorter than a header" },
	{ "emptied beside its log",  emptied_beside_its_log,   "its log is not" },
	{ "newer format",            newer_format,             "has format 77, this upgraded" },
	{ "newer format in the log", newer_format_in_its_log,  "has format 77, this upgraded" },
	{ "of another program",      other_program,            "another program" },
	{ "of a nameless program",   other_program_without_id, "another program" },
	{ "no database",             no_database,              "does not begin as a database" },
	{ "a table is missing",      missing_table,            "approval" },
	{ "an index is missing",     missing_index,            "event_by_pair" },
	{ "log, in the middle",      log_bytes_in_the_middle,  "and committed behind it" },
	{ "log, its header",         log_header,               "the beginning of its log" },
};
/* clang-format on */

/* A sum over the file and its log. */
static unsigned long
sum(void)
{
	static const char *const names[] = { "journal.db", "journal.db-wal" };
	unsigned long s = 5381;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = in_folder(names[i]);
		FILE *f = fopen(path, "r");
		int c;

		while (f != NULL && (c = fgetc(f)) != EOF)
			s = s * 33 + (unsigned long)c;
		if (f != NULL)
			fclose(f);
		free(path);
	}
	return s;
}

START_TEST(damage_is_refused_and_kept)
{
	const char *what = damages[_i].what;
	struct journal *j = NULL;
	unsigned long before;

	damages[_i].spoil();
	before = sum();
	for (int again = 0; again < 2; again++) {
		ck_assert_msg(journal_open(folder, &j, &err) == -1, "%s: opened", what);
		ck_assert_msg(err.code == UD_EJOURNAL, "%s: %s", what, err.text);
		ck_assert_msg(strstr(err.text, damages[_i].says), "%s: %s", what,
		    err.text);
		ck_assert_msg(strstr(err.text, "journal.db"), "%s: %s", what, err.text);
		ck_assert_msg(strstr(err.remedy, "ackup"), "%s: %s", what, err.remedy);
		ck_assert_msg(sum() == before, "%s: changed", what);
	}
}
END_TEST

/* ---- what is no damage ---- */

static void
empty_file(void)
{
	no_database();
	cut("journal.db", 0);
}

static void
killed(void)
{
	leave_killed();
}

/* The last transaction was not all on disk when the power went. */
static void
torn_log(void)
{
	leave_killed();
	cut("journal.db-wal", size_of("journal.db-wal") - 100);
}

static void
torn_log_with_its_end(void)
{
	leave_killed(); /* the last transaction has several pages */
	overwrite("journal.db-wal", size_of("journal.db-wal") - 2 * (PAGE + 24) + 500,
	    junk, 64);
}

static void
log_of_zeros(void)
{
	static const char zeros[32];

	leave_closed();
	leave_killed();
	overwrite("journal.db-wal", 0, zeros, 32);
	cut("journal.db-wal", 32);
}

static void
read_by_another_after_a_kill(void)
{
	leave_killed();
	in_sqlite("SELECT count(*) FROM event");
}

/* clang-format off */
static const struct { const char *what; void (*leave)(void); int least; } sound[] = {
	{ "empty file",              empty_file,                     0 },
	{ "killed",                  killed,                       200 },
	{ "log that ends early",     torn_log,                     180 },
	{ "log torn before its end", torn_log_with_its_end,        180 },
	{ "log that never began",    log_of_zeros,                   0 },
	{ "read by another program", read_by_another_after_a_kill, 200 },
	{ "closed",                  leave_closed,                 200 },
};
/* clang-format on */

START_TEST(sound_is_opened)
{
	struct journal *j = NULL;

	sound[_i].leave();
	ck_assert_msg(journal_open(folder, &j, &err) == 0, "%s: %s", sound[_i].what,
	    err.text);
	ck_assert_msg(journal_last_event(j) >= sound[_i].least, "%s: %d events",
	    sound[_i].what, (int)journal_last_event(j));
	fill(j, 1);
	journal_close(j);
	ck_assert_int_eq(number_in_file("PRAGMA integrity_check(1)"), 0); /* "ok" */
}
END_TEST

TCase *
damage_tests(void)
{
	TCase *tc = tcase_create("damage");

	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_loop_test(tc, damage_is_refused_and_kept, 0, ARRAY_SIZE(damages));
	tcase_add_loop_test(tc, sound_is_opened, 0, ARRAY_SIZE(sound));
	tcase_set_timeout(tc, 30);
	return tc;
}
