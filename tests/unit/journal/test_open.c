/* One daemon has the folder; what is missing is made; what cannot be is explained. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ud_error err;

START_TEST(second_daemon_is_refused_by_name)
{
	struct journal *j = opened(), *other = NULL;
	char pid[32];

	str_printf(pid, sizeof(pid), "pid %ld", (long)getpid());
	ck_assert_int_eq(journal_open(folder, &other, &err), -1);
	ck_assert_int_eq(err.code, UD_ELOCKED);
	ck_assert_msg(strstr(err.text, pid) && strstr(err.text, folder), "%s",
	    err.text);
	ck_assert_int_ne(err.remedy[0], '\0');
	ck_assert_ptr_null(other);
	begin(j); /* the first one does not notice */
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, NULL,
	    &err));
	commit(j);
	journal_close(j);
	journal_close(opened());
}
END_TEST

/* The lock is the kernel's: it goes with its holder, however that ends. */
START_TEST(lock_of_a_killed_daemon_is_gone)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		opened();
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	journal_close(opened());
}
END_TEST

/* What it had just begun, and is not another program yet, holds it a moment longer. */
START_TEST(lock_of_a_killed_daemon_goes_with_what_it_began)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		opened();
		if (fork() == 0) {
			usleep(300000);
			_exit(0);
		}
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	journal_close(opened());
}
END_TEST

START_TEST(folder_and_file_are_made_for_the_owner_only)
{
	char *path = in_folder("journal.db");
	struct stat st;

	rmdir(folder);
	journal_close(opened());
	ck_assert_int_eq(stat(folder, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	free(path);
}
END_TEST

START_TEST(place_that_cannot_be_is_explained)
{
	struct journal *j = NULL;

	ck_assert_int_eq(journal_open("/dev/null/state", &j, &err), -1);
	ck_assert_int_eq(err.code, UD_EJOURNAL);
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/null/state"));
	ck_assert_int_ne(err.remedy[0], '\0');
	ck_assert_int_eq(journal_open("/dev/null", &j, &err), -1);
	ck_assert_int_eq(err.code, UD_EJOURNAL);
}
END_TEST

/* A person with sqlite3 in the middle of a transaction. */
START_TEST(another_writer_fails_the_turn_only)
{
	char *path = in_folder("journal.db");
	struct journal *j = opened();
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	begin(j);
	ck_assert_int_eq(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x",
			     NULL, NULL, &err),
	    -1);
	ck_assert_int_eq(err.code, UD_EJOURNAL);
	ck_assert_msg(strstr(err.text, "another program"), "%s", err.text);
	journal_rollback(j);
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, NULL,
	    &err));
	commit(j);
	sqlite3_close(db);
	journal_close(j);
	free(path);
}
END_TEST

/* What says whether all pages are read: any write by somebody else, and only that. */
/* clang-format off */
static const struct { const char *what; const char *sql; bool holds; } strangers[] = {
	{ "nobody",                 NULL, true },
	{ "who only reads",         "SELECT count(*) FROM event", true },
	{ "who writes",             "UPDATE event SET text='y'", false },
	{ "who writes it all anew", "VACUUM", false },
};
/* clang-format on */

START_TEST(stamp_shows_a_stranger)
{
	char *path = in_folder("journal.db");
	struct journal *j = opened();
	struct stamp s;
	sqlite3 *db = NULL;
	int fd = -1;

	begin(j);
	ck_ok(journal_put_event(j, "sales", 0, EVENT_NOTE, NULL, NULL, "x", NULL, NULL,
	    &err));
	commit(j);
	journal_close(j);
	if (strangers[_i].sql != NULL) {
		ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
		ck_assert_int_eq(sqlite3_exec(db, strangers[_i].sql, NULL, NULL, NULL),
		    0);
		sqlite3_close(db);
	}
	ck_ok(lock_take(folder, &fd, &s, &err));
	ck_assert_msg(stamp_holds(&s, path) == strangers[_i].holds, "%s",
	    strangers[_i].what);
	ck_assert(s.set && s.clean);
	close(fd);
	journal_close(opened()); /* and it is taken as it is, when it is sound */
	free(path);
}
END_TEST

/* Also one who writes within the tick of the clock that file times have. */
START_TEST(stamp_shows_a_quick_stranger)
{
	char *path = in_folder("journal.db");
	struct stamp s;
	int fd = -1;

	for (int i = 0; i < 50; i++) {
		FILE *f;

		journal_close(opened());
		f = fopen(path, "r+");
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(fputc('S', f), 'S');
		fclose(f);
		ck_ok(lock_take(folder, &fd, &s, &err));
		ck_assert(s.set && !stamp_holds(&s, path));
		close(fd);
	}
	free(path);
}
END_TEST

/* clang-format off */
static const struct { const char *what; bool clean, same_boot, holds; } boots[] = {
	{ "killed, still running machine",  false, true,  true },
	{ "killed by a power cut",          false, false, false },
	{ "closed",                         true,  true,  true },
	{ "closed, machine restarted",      true,  false, true },
};
/* clang-format on */

START_TEST(stamp_of_a_power_cut_does_not_count)
{
	char *path = in_folder("journal.db");
	struct stamp s;
	int fd = -1;

	journal_close(opened());
	ck_ok(lock_take(folder, &fd, &s, &err));
	s.clean = boots[_i].clean;
	if (!boots[_i].same_boot)
		str_copy(s.boot, sizeof(s.boot), "another");
	ck_assert_msg(stamp_holds(&s, path) == boots[_i].holds, "%s", boots[_i].what);
	close(fd);
	free(path);
}
END_TEST

TCase *
open_tests(void)
{
	TCase *tc = tcase_create("open");

	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_test(tc, second_daemon_is_refused_by_name);
	tcase_add_test(tc, lock_of_a_killed_daemon_is_gone);
	tcase_add_test(tc, lock_of_a_killed_daemon_goes_with_what_it_began);
	tcase_add_test(tc, folder_and_file_are_made_for_the_owner_only);
	tcase_add_test(tc, place_that_cannot_be_is_explained);
	tcase_add_test(tc, another_writer_fails_the_turn_only);
	tcase_add_loop_test(tc, stamp_shows_a_stranger, 0, ARRAY_SIZE(strangers));
	tcase_add_test(tc, stamp_shows_a_quick_stranger);
	tcase_add_loop_test(tc, stamp_of_a_power_cut_does_not_count, 0,
	    ARRAY_SIZE(boots));
	return tc;
}
