/* Migrations: from an empty file, and each step on a file of the version before it. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

static struct ud_error err;

static sqlite3 *
bare(void)
{
	char *path = in_folder("journal.db");
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL),
	    0);
	free(path);
	return db;
}

static void
migrated_to(int version)
{
	sqlite3 *db = bare();

	ck_ok(schema_migrate(db, "journal.db", version, &err));
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

START_TEST(new_file_has_the_newest_format)
{
	journal_close(opened());
	ck_assert_int_eq(number_in_file("PRAGMA user_version"), schema_newest);
	ck_assert_int_eq(number_in_file("PRAGMA application_id"), JOURNAL_ID);
	ck_assert_int_eq(number_in_file(
			     "SELECT count(*) FROM sqlite_schema WHERE type='table'"
			     " AND name NOT LIKE 'sqlite%'"
			     " AND sql NOT LIKE '%STRICT%'"),
	    0);
}
END_TEST

/* _i is the version of the file; one row of each table that it has must survive. */
START_TEST(each_step_runs_on_the_version_before)
{
	static const char rows[] =
	    "INSERT INTO upgrade VALUES(1,'sales','asp-major','11.2','22.1','{}','[]','a','b',"
	    "'{}','h','root',NULL,1,'running','f',0,0,1,0,0,0,0,'f',-1,0,-1,0,'ok','','',0,0);"
	    "INSERT INTO event VALUES(1,1,1,'sales','note','','','x',NULL);"
	    "INSERT INTO command VALUES(1,1,'f',0,'1','s',1,0,'a','h','job',1,0,'',0,'',"
	    "'text',NULL);";
	sqlite3 *db = bare();

	ck_ok(schema_migrate(db, "journal.db", _i, &err));
	if (_i > 0)
		ck_assert_int_eq(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(number_in_file("PRAGMA user_version"), _i);
	migrated_to(_i + 1);
	ck_assert_int_eq(number_in_file("PRAGMA user_version"), _i + 1);
	journal_close(opened());
	ck_assert_int_eq(number_in_file("PRAGMA user_version"), schema_newest);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), _i > 0);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM upgrade"), _i > 0);
}
END_TEST

START_TEST(step_that_fails_changes_nothing)
{
	sqlite3 *db = bare();

	ck_ok(schema_migrate(db, "journal.db", 1, &err));
	/* The name is taken, so that the second step cannot make its index. */
	ck_assert_int_eq(sqlite3_exec(db, "CREATE TABLE approval_by_upgrade(a)", NULL,
			     NULL, NULL),
	    SQLITE_OK);
	ck_assert_int_eq(schema_migrate(db, "journal.db", 2, &err), -1);
	ck_assert_int_eq(err.code, UD_EJOURNAL);
	ck_assert_int_eq(sqlite3_get_autocommit(db), 1);
	sqlite3_close(db);
	ck_assert_int_eq(number_in_file("PRAGMA user_version"), 1);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM sqlite_schema"
					" WHERE name='upgrade_by_pair'"),
	    0);
}
END_TEST

TCase *
schema_tests(void)
{
	TCase *tc = tcase_create("schema");

	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_test(tc, new_file_has_the_newest_format);
	tcase_add_loop_test(tc, each_step_runs_on_the_version_before, 0, schema_newest);
	tcase_add_test(tc, step_that_fails_changes_nothing);
	return tc;
}
