#include "common/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/common/check_common.h"

static char path[64];

static void
set_up(void)
{
	int fd;

	strncpy(path, "secret.XXXXXX", sizeof(path) - 1);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
tear_down(void)
{
	unlink(path);
}

/* clang-format off */
static const struct {
	const char *what;
	mode_t mode;
	const char *content, *value, *complaint;
} files[] = {
	{ "first line",       0600, "geheim\nmore\n", "geheim",  NULL },
	{ "no line end",      0400, "geheim",         "geheim",  NULL },
	{ "CR LF",            0600, "geheim\r\n",     "geheim",  NULL },
	{ "blanks count",     0600, " a b \n",        " a b ",   NULL },
	{ "group may read",   0640, "geheim\n",       NULL,      "others than its owner" },
	{ "world may write",  0602, "geheim\n",       NULL,      "others than its owner" },
	{ "empty",            0600, "",               NULL,      "empty" },
	{ "empty first line", 0600, "\ngeheim\n",     NULL,      "empty" },
};
/* clang-format on */

START_TEST(reads_files_of_one_owner)
{
	struct ud_error err = { 0 };
	struct secret *s = NULL;
	FILE *f = fopen(path, "w");
	int rc;

	ck_assert_ptr_nonnull(f);
	fputs(files[_i].content, f);
	fclose(f);
	ck_assert_int_eq(chmod(path, files[_i].mode), 0);
	rc = secret_read_file(path, &s, &err);
	ck_assert_msg((rc == 0) == (files[_i].value != NULL), "%s: got %d, %s",
	    files[_i].what, rc, err.text);
	if (rc == 0) {
		ck_assert_str_eq(secret_reveal(s), files[_i].value);
	} else {
		ck_assert_int_eq(err.code, UD_ECONFIG);
		ck_assert_ptr_nonnull(strstr(err.text, files[_i].complaint));
		ck_assert_ptr_null(strstr(err.text, "geheim"));
	}
	secret_free(s);
}
END_TEST

/* Of two, the one whose word a prompt names; both are covered, also where one is in the other. */
START_TEST(two_secrets)
{
	struct secret *s = secret_new("pat");
	char text[] = "pat1 is not pat; pat1";

	ck_assert_str_eq(secret_reveal_for(s, "Oracle password", true), "pat");
	secret_add(s, "cache oracle terry", secret_new("pat1"));
	ck_assert_str_eq(secret_reveal_for(s, "Enter password of the internal Uid: ", false), "pat");
	ck_assert_str_eq(secret_reveal_for(s, "Enter ORACLE password: ", false), "pat1");
	ck_assert_str_eq(secret_reveal_for(s, "Password for 'terry': ", false), "pat1");
	ck_assert_str_eq(secret_reveal_for(s, "Password: ", false), "pat");
	ck_assert_str_eq(secret_reveal_for(s, "Password: ", true), "pat1");
	secret_redact(s, text);
	ck_assert_str_eq(text, "**** is not ***; ****");
	secret_free(s);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	struct ud_error err = { 0 };
	struct secret *s = NULL;

	unlink(path);
	ck_assert_int_eq(secret_read_file(path, &s, &err), -1);
	ck_assert_int_eq(err.code, UD_ECONFIG);
	ck_assert_int_eq(mkfifo(path, 0600), 0); /* and does not wait for a writer */
	ck_assert_int_eq(secret_read_file(path, &s, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "regular"));
	secret_free(NULL);
}
END_TEST

START_TEST(refuses_very_long_lines)
{
	struct ud_error err = { 0 };
	struct secret *s = NULL;
	FILE *f = fopen(path, "w");
	int i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i < 5000; i++)
		fputc('x', f);
	fclose(f);
	ck_assert_int_eq(secret_read_file(path, &s, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "longer"));
}
END_TEST

/* clang-format off */
static const struct { const char *what, *secret, *in, *out; } covered[] = {
	{ "not there",        "geheim",       "a b",               "a b" },
	{ "once",             "geheim",       "pw geheim!",        "pw ******!" },
	{ "everywhere",       "abc",          "abcxabcabc",        "***x******" },
	{ "longer than stars", "geheimgeheim", "(geheimgeheim)",   "(********)" },
	{ "of eight",         "12345678",     "12345678",          "********" },
	{ "empty hides nothing", "",          "abc",               "abc" },
};

static const struct { const char *what, *in, *out; } commands[] = {
	{ "nothing",         "ttStatus -v",             "ttStatus -v" },
	{ "-pwd",            "ttRepAdmin -uid pat -pwd geheim -host h",
	                     "ttRepAdmin -uid pat -pwd ******** -host h" },
	{ "-pwdcrypt",       "x -pwdcrypt 6F3A",        "x -pwdcrypt ********" },
	{ "-cachePwd",       "x -cacheUid c -cachePwd geheim",
	                     "x -cacheUid c -cachePwd ********" },
	{ "no matter the case", "x -PWD geheim",        "x -PWD ********" },
	{ "quoted",          "x -pwd 'ge heim' y",      "x -pwd ******** y" },
	{ "quote never closed", "x -pwd \"ge heim",     "x -pwd ********" },
	{ "more blanks",     "x -pwd   geheim",         "x -pwd   ********" },
	{ "connection string", "DSN=a;UID=b;PWD=geheim;Overwrite=1",
	                     "DSN=a;UID=b;PWD=********;Overwrite=1" },
	{ "ends a quoted one", "ttIsql \"DSN=a;PWD=geheim\" -e x",
	                     "ttIsql \"DSN=a;PWD=********\" -e x" },
	{ "with a blank",    "ttIsql \"DSN=a;PWD=ge heim;UID=b\"",
	                     "ttIsql \"DSN=a;PWD=********;UID=b\"" },
	{ "in braces",       "DSN=a;PWD={ge;heim};UID=b", "DSN=a;PWD=********;UID=b" },
	{ "crypt and Oracle", "PWDCrypt=1F;OraclePWD=geheim", "PWDCrypt=********;OraclePWD=********" },
	{ "libpq",           "host=h password=geheim user=u", "host=h password=******** user=u" },
	{ "libpq, spaced",   "password = geheim",       "password = geheim" },
	{ "libpq, quoted",   "password='ge\\'heim' user=u", "password=******** user=u" },
	{ "libpq as one word", "psql \"password=geheim host=h\"",
	                     "psql \"password=******** host=h\"" },
	{ "SQL",             "CREATE USER pat IDENTIFIED BY geheim;",
	                     "CREATE USER pat IDENTIFIED BY ********;" },
	{ "SQL, quoted",     "alter user pat identified  by\n\"ge heim\"",
	                     "alter user pat identified  by\n********" },
	{ "SQL in quotes",   "-e 'create user p identified by \"geheim\"; quit'",
	                     "-e 'create user p identified by ********; quit'" },
	{ "not a whole word", "mypwd=x OLDPWD=/home CWD=y", "mypwd=x OLDPWD=/home CWD=y" },
	{ "without a value", "x -pwd",                  "x -pwd" },
	{ "empty value",     "PWD=;UID=b",              "PWD=;UID=b" },
	{ "twice",           "PWD=a;PWD=b",             "PWD=********;PWD=********" },
};
/* clang-format on */

START_TEST(covers_a_known_secret)
{
	struct secret *s = secret_new(covered[_i].secret);
	char text[128];

	snprintf(text, sizeof(text), "%s", covered[_i].in);
	secret_redact(s, text);
	ck_assert_msg(strcmp(text, covered[_i].out) == 0, "%s: got \"%s\"",
	    covered[_i].what, text);
	secret_free(s);
}
END_TEST

START_TEST(covers_what_people_write)
{
	char *text = secret_redact_words(commands[_i].in);

	ck_assert_msg(strcmp(text, commands[_i].out) == 0, "%s: got \"%s\"",
	    commands[_i].what, text);
	free(text);
}
END_TEST

TCase *
secret_tests(void)
{
	TCase *tc = tcase_create("secret");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, reads_files_of_one_owner, 0, ARRAY_SIZE(files));
	tcase_add_test(tc, refuses_what_is_no_file);
	tcase_add_test(tc, refuses_very_long_lines);
	tcase_add_loop_test(tc, covers_a_known_secret, 0, ARRAY_SIZE(covered));
	tcase_add_test(tc, two_secrets);
	tcase_add_loop_test(tc, covers_what_people_write, 0, ARRAY_SIZE(commands));
	return tc;
}
