#include "tests/unit/engine/postgres/check_postgres.h"

#include "daemon/engine/postgres/utilities/pg_release.h"

/* clang-format off */
static const struct { const char *text, *shown; } releases[] = {
	{ "15.18", "15.18" }, { "17", "17" }, { "9.6.24", "9.6.24" }, { "18beta1", "18.0" },
	{ "18rc2", "18.0" }, { "13.0", "13.0" },
	{ "", NULL }, { "15.", NULL }, { ".15", NULL }, { "15.18.1", NULL }, { "v15", NULL },
	{ "15.18beta1", NULL }, { "18beta", "18.0" }, { "0.1", NULL }, { "15 ", NULL },
	{ "99999.1", NULL }, { "9.6.1.1", NULL },
};

static const struct { const char *a, *b; bool same; } majors[] = {
	{ "15.18", "15.20", true }, { "15.18", "17.1", false }, { "9.5.1", "9.6.1", false },
	{ "9.6.1", "9.6.24", true }, { "15", "15.2", true },
};

static const struct { const char *text, *shown; } printed[] = {
	{ "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18" },
	{ "pg_ctl (PostgreSQL) 17.11\n", "17.11" },
	{ "postgres (PostgreSQL) 19beta2", "19.0" },
	{ "postgres (PostgreSQL) 18devel", "18.0" },
	{ "postgres (EnterpriseDB) 15.18", NULL },
	{ "sh: 1: postgres: not found", NULL },
};

static const struct { int number; const char *shown; } numbers[] = {
	{ 150018, "15.18" }, { 90624, "9.6.24" }, { 180000, "18.0" }, { 0, "unknown" },
};
/* clang-format on */

START_TEST(releases_are_read)
{
	struct release r = { 0 };
	struct ud_error err;
	char text[RELEASE_TEXT];
	int rc = pg_release_parse(releases[_i].text, &r, &err);

	ck_assert_msg((rc == 0) == (releases[_i].shown != NULL), "%s",
	    releases[_i].text);
	if (rc == 0)
		ck_assert_str_eq(release_text(&r, text), releases[_i].shown);
}
END_TEST

START_TEST(majors_are_told_apart)
{
	struct release a, b;
	struct ud_error err;

	ck_assert_int_eq(pg_release_parse(majors[_i].a, &a, &err), 0);
	ck_assert_int_eq(pg_release_parse(majors[_i].b, &b, &err), 0);
	ck_assert_int_eq(pg_same_major(&a, &b), majors[_i].same);
}
END_TEST

START_TEST(printed_releases_are_found)
{
	struct release r = { 0 };
	char text[RELEASE_TEXT];
	bool found = pg_release_find(printed[_i].text, &r);

	ck_assert_int_eq(found, printed[_i].shown != NULL);
	if (found)
		ck_assert_str_eq(release_text(&r, text), printed[_i].shown);
}
END_TEST

START_TEST(numbers_are_releases)
{
	struct release r = pg_release_of(numbers[_i].number);
	char text[RELEASE_TEXT];

	ck_assert_str_eq(release_text(&r, text), numbers[_i].shown);
}
END_TEST

TCase *
pg_release_tests(void)
{
	TCase *tc = tcase_create("releases");

	tcase_add_loop_test(tc, releases_are_read, 0, ARRAY_SIZE(releases));
	tcase_add_loop_test(tc, majors_are_told_apart, 0, ARRAY_SIZE(majors));
	tcase_add_loop_test(tc, printed_releases_are_found, 0, ARRAY_SIZE(printed));
	tcase_add_loop_test(tc, numbers_are_releases, 0, ARRAY_SIZE(numbers));
	return tc;
}
