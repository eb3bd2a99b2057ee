#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/conninfo.h"
#include "daemon/engine/postgres/sql/names.h"
#include "tests/unit/engine/postgres/pg_pair.h"

static struct pg_pair w;

static void
setup(void)
{
	pg_pair_init(&w);
}

static void
teardown(void)
{
	pg_pair_done(&w);
}

static void
check_text(char *got, const char *want)
{
	ck_assert_str_eq(got, want);
	free(got);
}

/* ---- connection strings ---- */

/* clang-format off */
static const struct { const char *what, *in, *out; } strings[] = {
	{ "keywords",         "host=db1 port=5433",             "host='db1' port='5433'" },
	{ "an URI",           "postgresql://u@db1:5433/shop?sslmode=require",
	  "user='u' dbname='shop' host='db1' port='5433' sslmode='require'" },
	{ "a quoted value",   "dbname='it''s' user=u",          NULL },
	{ "escapes",          "dbname='it\\'s' user='a\\\\b'",  "user='a\\\\b' dbname='it\\'s'" },
	{ "nothing",          "",                               "" },
	{ "no such option",   "hots=db1",                       NULL },
	{ "no value",         "host",                           NULL },
};
/* clang-format on */

START_TEST(strings_are_read_and_written)
{
	struct settings o = { 0 };
	struct ud_error err = { 0 };
	int rc = conninfo_parse(strings[_i].in, &o, &err);

	if (strings[_i].out == NULL) {
		ck_assert_msg(rc != 0, "%s: was read", strings[_i].what);
		ck_assert(err.code == UD_ECONFIG && err.remedy[0] != '\0');
	} else {
		ck_assert_msg(rc == 0, "%s: %s", strings[_i].what, err.text);
		check_text(conninfo_text(&o), strings[_i].out);
	}
	settings_done(&o);
}
END_TEST

START_TEST(errors_hold_no_password)
{
	static const char *const texts[] = { "password=geheim nis",
		"host=x geheim=1 password=y", "postgresql://u:geheim@[::1",
		"sslpassword='geheim" };
	struct settings o = { 0 };
	struct ud_error err = { 0 };

	ck_assert_int_ne(conninfo_parse(texts[_i], &o, &err), 0);
	ck_assert_msg(strstr(err.text, "geheim") == NULL &&
		strstr(err.text, "nis") == NULL,
	    "%s", err.text);
	settings_done(&o);
}
END_TEST

/* ---- members ---- */

START_TEST(new_release_has_its_place_where_one_is_given)
{
	const struct member *m = &w.members[PAIR_A];

	ck_assert_str_eq(pg_data(m, PAIR_OLD), "/var/lib/postgresql/15/a");
	ck_assert_str_eq(pg_data(m, PAIR_NEW), "/var/lib/postgresql/17/a");
	ck_assert_str_eq(pg_data(m, -1), "/var/lib/postgresql/15/a");
	ck_assert(!pg_in_place(m));
	settings_unset(&w.members[PAIR_A].settings, "data_new");
	ck_assert_str_eq(pg_data(m, PAIR_NEW), "/var/lib/postgresql/15/a");
	ck_assert(pg_in_place(m));
	check_text(pg_tool(m, PAIR_NEW, "pg_ctl"), "/usr/lib/postgresql/17/bin/pg_ctl");
}
END_TEST

START_TEST(server_is_where_conninfo_says)
{
	struct member *m = &w.members[PAIR_A];
	struct pg_server s;

	settings_set(&m->settings, "conninfo_new", "host=/run/pg hostaddr=10.0.0.1");
	pg_server(m, PAIR_OLD, &s);
	ck_assert_str_eq(s.host, "10.0.0.11");
	ck_assert_int_eq(s.port, 5433);
	pg_server(m, PAIR_NEW, &s);
	ck_assert_str_eq(s.host, "/run/pg");
	ck_assert_str_eq(s.hostaddr, "10.0.0.1");
	ck_assert_str_eq(s.dbname, "postgres");
	ck_assert_int_eq(s.port, PG_PORT);
}
END_TEST

START_TEST(targets_become_connections)
{
	const struct member *m = &w.members[PAIR_A];
	struct ud_error err = { 0 };

	check_text(pg_conninfo(m, PAIR_OLD, NULL, &err),
	    "user='upgraded' passfile='/etc/pgpass' dbname='postgres' host='10.0.0.11' "
	    "port='5433' application_name='upgraded'");
	check_text(pg_conninfo(m, PAIR_OLD, "it's", &err),
	    "user='upgraded' passfile='/etc/pgpass' dbname='it\\'s' host='10.0.0.11' "
	    "port='5433' application_name='upgraded'");
	check_text(pg_conninfo(m, PAIR_OLD, "pooler:p.two", &err),
	    "dbname='pgbouncer' host='10.0.0.9' port='6432'");
	ck_assert_ptr_null(pg_conninfo(m, PAIR_OLD, "pooler:p9", &err));
	ck_assert_str_eq(err.text, "pair orders has no pooler \"p9\"");
}
END_TEST

START_TEST(replicas_connect_as_the_replicator)
{
	const struct member *a = &w.members[PAIR_A], *b = &w.members[PAIR_B];

	settings_set(&w.members[PAIR_A].settings, "conninfo",
	    "host=db1 user=upgraded password=geheim sslmode=verify-full sslcert=/own "
	    "connect_timeout=3");
	check_text(pg_primary_conninfo(b, a, PAIR_OLD),
	    "user='replicator' passfile='/etc/replpass' host='db1' sslmode='verify-full' "
	    "application_name='b'");
	settings_set(&w.pair.settings, "replication.options", "sslmode=require");
	settings_unset(&w.pair.settings, "replication.user");
	check_text(pg_publisher_conninfo(a, PAIR_OLD, "shop", "up"),
	    "user='upgraded' passfile='/etc/replpass' host='db1' sslmode='require' "
	    "dbname='shop' application_name='up'");
}
END_TEST

START_TEST(slots_have_letters_that_slots_may_have)
{
	static char name[] = "DB-1.West";
	char buf[PG_NAME_BYTES];

	w.members[PAIR_A].name = name;
	ck_assert_str_eq(pg_slot(&w.members[PAIR_A], buf), "upgraded_db_1_west");
	ck_assert_str_eq(pg_application(&w.members[PAIR_A]), "DB-1.West");
}
END_TEST

START_TEST(poolers_are_found_by_name)
{
	struct str_list names = { 0 };

	pg_poolers(&w.pair, &names);
	ck_assert_int_eq((int)names.count, 2);
	ck_assert_str_eq(names.items[0], "p1");
	ck_assert_str_eq(names.items[1], "p.two");
	ck_assert_str_eq(pg_pooler(&w.pair, "p1", "host"), "db1");
	ck_assert_ptr_null(pg_pooler(&w.pair, "p.two", "host"));
	str_list_done(&names);
}
END_TEST

/* ---- words ---- */

START_TEST(words_are_made_safe)
{
	check_text(pg_literal("it's"), "'it''s'");
	check_text(pg_literal("a\\'b"), " E'a\\\\''b'");
	check_text(pg_identifier("Od\"d"), "\"Od\"\"d\"");
}
END_TEST

START_TEST(marker_has_a_place_of_its_own)
{
	static char named[] = "ops.Marker";

	check_text(pg_marker(&w.pair), "\"upgraded\".\"marker\"");
	w.pair.marker_table = named;
	check_text(pg_marker(&w.pair), "\"ops\".\"Marker\"");
	check_text(pg_marker_schema(&w.pair), "\"ops\"");
}
END_TEST

/* clang-format off */
static const struct { const char *conninfo, *name; } resolved[] = {
	{ "host=db1 port=1",		     "db1" },
	{ "postgresql://db1.example.net/x",  "db1.example.net" },
	{ "host=db1 hostaddr=''",	     "db1" },
	{ "host=db1 hostaddr=10.0.0.1",	     NULL },
	{ "hostaddr=10.0.0.1",		     NULL },
	{ "host=10.0.0.1",		     NULL },
	{ "host=fe80::1",		     NULL },
	{ "host=db1,db2",		     NULL },
	{ "host=/run/postgresql",	     NULL },
	{ "host=@abstract",		     NULL },
	{ "host='' port=1",		     NULL },
	{ "port=1",			     NULL },
};
/* clang-format on */

START_TEST(only_a_name_is_looked_up)
{
	struct settings options = { 0 };
	struct ud_error err;
	const char *name;

	ck_assert_int_eq(conninfo_parse(resolved[_i].conninfo, &options, &err), 0);
	name = conninfo_name_to_resolve(&options);
	ck_assert_msg(str_equal(name, resolved[_i].name), "%s: %s", resolved[_i].conninfo,
	    name != NULL ? name : "none");
	settings_done(&options);
}
END_TEST

START_TEST(a_name_has_all_its_addresses)
{
	struct settings options = { 0 };
	struct str_list addresses = { 0 };
	struct ud_error err;

	ck_assert_int_eq(conninfo_parse("host=db1 port=1", &options, &err), 0);
	str_list_add(&addresses, "10.0.0.1");
	str_list_add(&addresses, "fe80::1");
	check_text(conninfo_with_addresses(&options, &addresses),
	    "host='db1,db1' port='1' hostaddr='10.0.0.1,fe80::1'");
	str_list_done(&addresses);
	settings_done(&options);
}
END_TEST

TCase *
names_tests(void)
{
	TCase *tc = tcase_create("names");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, strings_are_read_and_written, 0, ARRAY_SIZE(strings));
	tcase_add_loop_test(tc, errors_hold_no_password, 0, 4);
	tcase_add_loop_test(tc, only_a_name_is_looked_up, 0, ARRAY_SIZE(resolved));
	tcase_add_test(tc, a_name_has_all_its_addresses);
	tcase_add_test(tc, new_release_has_its_place_where_one_is_given);
	tcase_add_test(tc, server_is_where_conninfo_says);
	tcase_add_test(tc, targets_become_connections);
	tcase_add_test(tc, replicas_connect_as_the_replicator);
	tcase_add_test(tc, slots_have_letters_that_slots_may_have);
	tcase_add_test(tc, poolers_are_found_by_name);
	tcase_add_test(tc, words_are_made_safe);
	tcase_add_test(tc, marker_has_a_place_of_its_own);
	return tc;
}
