/* What is run, word for word. */
#include <stdlib.h>

#include "tests/unit/engine/timesten/check_timesten.h"

#define OLD_ENV "TIMESTEN_HOME=/tt/old LC_ALL=C "
#define NEW_ENV "TIMESTEN_HOME=/tt/new LC_ALL=C "

/* Whatever it runs is a job on the host of "right". */
static void
is_written_out(struct command *c, const char *wanted)
{
	char *line = line_of(c);

	ck_assert_str_eq(line, wanted);
	ck_assert_int_eq(c->kind, COMMAND_JOB);
	ck_assert_ptr_eq(c->member, shop("right"));
	ck_assert_ptr_eq(c->host, shop("right")->host);
	free(line);
}

/* A builder, and the line that it makes: of "right", whose DSN differs between installations. */
#define RUNS(line, builder, ...)                                        \
	do {                                                            \
		struct command c;                                       \
                                                                        \
		command_init(&c);                                       \
		builder(&c, shop("right"), __VA_ARGS__);                \
		is_written_out(&c, line);                               \
		command_done(&c);                                       \
	} while (0)

/* clang-format off */
static const char *const more[] = { "-noRepUpgrade", NULL };

START_TEST(tt_admin_is_written_out)
{
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -query -connStr DSN=orders2",
	    tt_admin_query, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -repStart -connStr DSN=orders2",
	    tt_admin_rep_start, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -repStop -connStr DSN=orders2",
	    tt_admin_rep_stop, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -ramLoad -connStr DSN=orders2",
	    tt_admin_ram_load, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -ramUnload -connStr DSN=orders2",
	    tt_admin_ram_unload, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -cacheStart -connStr DSN=orders2",
	    tt_admin_cache_start, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -cacheStop -connStr DSN=orders2",
	    tt_admin_cache_stop, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttAdmin -ramPolicy manual -ramGrace 0 -connStr DSN=orders2",
	    tt_admin_ram_policy, OLD, "manual", 0);
	RUNS(NEW_ENV "/tt/new/bin/ttAdmin -ramPolicy inUse -connStr DSN=orders2n",
	    tt_admin_ram_policy, NEW, "inuse", -1);
	RUNS(NEW_ENV "/tt/new/bin/ttAdmin -ramPolicy manual -ramLoad -connStr DSN=orders2n",
	    tt_admin_ram_policy_load, NEW, "manual");
	RUNS(NEW_ENV "/tt/new/bin/ttAdmin -repPolicy norestart -connStr DSN=orders2n",
	    tt_admin_rep_policy, NEW, "norestart");
	RUNS(NEW_ENV "/tt/new/bin/ttAdmin -cachePolicy manual -connStr DSN=orders2n",
	    tt_admin_cache_policy, NEW, "manual");
}
END_TEST

START_TEST(tt_migrate_is_written_out)
{
	RUNS(OLD_ENV "/tt/old/bin/ttMigrate -c -connStr DSN=orders2;AutoCreate=0 /backup/orders2.mig",
	    tt_migrate_create, OLD, "/backup/orders2.mig", NULL);
	RUNS(NEW_ENV "/tt/new/bin/ttMigrate -r -C 20 -connStr DSN=orders2n;AutoCreate=1 /backup/orders2.mig",
	    tt_migrate_restore, NEW, "/backup/orders2.mig", 20, NULL);
	RUNS(NEW_ENV "/tt/new/bin/ttMigrate -r -connStr DSN=orders2n;AutoCreate=1 /backup/orders2.mig",
	    tt_migrate_restore, NEW, "/backup/orders2.mig", 0, NULL);
	RUNS(OLD_ENV "/tt/old/bin/ttMigrate -c -noRepUpgrade -connStr DSN=orders2;AutoCreate=0 /backup/orders2.mig",
	    tt_migrate_create, OLD, "/backup/orders2.mig", more);
	RUNS(NEW_ENV "/tt/new/bin/ttMigrate -r -noRepUpgrade -C 20 -connStr DSN=orders2n;AutoCreate=1 /backup/orders2.mig",
	    tt_migrate_restore, NEW, "/backup/orders2.mig", 20, more);
}
END_TEST

START_TEST(copies_are_written_out)
{
	RUNS(NEW_ENV "/tt/new/bin/ttRepAdmin -duplicate -from orders1 -host pluto -setMasterRepStart -ramLoad -connStr DSN=orders2n;AutoCreate=1;UID=;PWD=;PWDCrypt=",
	    tt_rep_admin_duplicate, NEW, "orders1", "pluto", true, true, TT_GROUPS_NONE);
	RUNS(OLD_ENV "/tt/old/bin/ttRepAdmin -duplicate -from orders1 -host pluto -noKeepCG -connStr DSN=orders2;AutoCreate=1;UID=;PWD=;PWDCrypt=",
	    tt_rep_admin_duplicate, OLD, "orders1", "pluto", false, false, TT_GROUPS_PLAIN);
	RUNS(OLD_ENV "/tt/old/bin/ttBackup -dir /backup -fname orders2-7 -connStr DSN=orders2;AutoCreate=0",
	    tt_backup, OLD, "/backup", "orders2-7");
	RUNS(NEW_ENV "/tt/new/bin/ttRestore -dir /backup -fname orders2-7 -connStr DSN=orders2n",
	    tt_restore, NEW, "/backup", "orders2-7");
}
END_TEST

START_TEST(the_rest_is_written_out)
{
	RUNS(OLD_ENV "/tt/old/bin/ttDestroy -connStr DSN=orders2",
	    tt_destroy, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttVersion -m",
	    tt_version, OLD, false);
	RUNS(OLD_ENV "/tt/old/bin/ttStatus",
	    tt_status, OLD);
	RUNS(OLD_ENV "/tt/old/bin/ttDaemonAdmin -stop",
	    tt_daemon_admin_stop, OLD);
	RUNS(NEW_ENV "/tt/new/bin/ttDaemonAdmin -start",
	    tt_daemon_admin_start, NEW, false);
	RUNS(NEW_ENV "/tt/new/bin/ttDaemonAdmin -force -start",
	    tt_daemon_admin_start, NEW, true);
	RUNS(NEW_ENV "/tt/new/bin/ttDaemonAdmin -startserver",
	    tt_daemon_admin_server, NEW, true);
	RUNS(OLD_ENV "/tt/old/bin/ttDaemonAdmin -stopserver",
	    tt_daemon_admin_server, OLD, false);
}
END_TEST
/* clang-format on */

START_TEST(duplicate_answers_prompts)
{
	struct command c;

	command_init(&c);
	tt_rep_admin_duplicate(&c, shop("right"), NEW, "orders1", "pluto", true, false,
	    TT_GROUPS_NONE);
	ck_assert_str_eq(c.user, "rep");
	ck_assert_str_eq(c.password_file, "/etc/upgraded/rep.password");
	ck_assert_ptr_null(c.second_password_file);
	command_done(&c);
	command_init(&c);
	tt_destroy(&c, shop("right"), OLD);
	ck_assert_ptr_null(c.password_file);
	command_done(&c);
}
END_TEST

/* The cache administrator's name stands in the command, his password does not. */
START_TEST(duplicate_keeps_cache_groups_for_somebody)
{
	char user[] = "terry", file[] = "/etc/upgraded/terry";
	struct member m = *shop("right");
	struct pair p = *m.pair;
	struct command c;
	char *text;

	m.pair = &p;
	p.cache.user = user;
	p.cache.password_file = file;
	command_init(&c);
	tt_rep_admin_duplicate(&c, &m, NEW, "orders1", "pluto", true, false, TT_GROUPS_KEEP);
	text = command_text(&c);
	ck_assert_ptr_nonnull(strstr(text, " -keepCG -cacheUid terry "));
	ck_assert_str_eq(c.password_file, "/etc/upgraded/rep.password");
	ck_assert_str_eq(c.second_password_file, file);
	ck_assert_str_eq(c.second_user, "terry");
	free(text);
	command_done(&c);
}
END_TEST

START_TEST(no_installation_is_no_command)
{
	struct command c;

	command_init(&c);
	tt_admin_rep_stop(&c, shop("left"), 7);
	ck_assert_int_eq(c.kind, COMMAND_NONE);
	command_done(&c);
}
END_TEST

START_TEST(names)
{
	char buf[16];
	char *s;

	ck_assert_str_eq(tt_dsn(shop("right"), OLD), "orders2");
	ck_assert_str_eq(tt_dsn(shop("right"), NEW), "orders2n");
	ck_assert_str_eq(tt_dsn(shop("left"), NEW), "orders1");
	ck_assert_str_eq(tt_store(shop("right")), "orders2");
	ck_assert_str_eq(tt_store(shop("left")), "orders1");
	s = tt_connection(shop("right"), NEW, false);
	ck_assert_str_eq(s, "DSN=orders2n;AutoCreate=0");
	free(s);
	ck_assert_str_eq(tt_literal("it's", buf, sizeof(buf)), "'it''s'");
	ck_assert_str_eq(tt_literal("", buf, sizeof(buf)), "''");
	ck_assert_str_eq(tt_literal("abcdefghij'klm", buf, 14), "'abcdefghij'");
	ck_assert_str_eq(tt_literal("abcdefghijklmnop", buf, 8), "'abcde'");
}
END_TEST

START_TEST(identifiers)
{
	static const char *const good[] = { "OPS.MARKER", "t", "_x.Y1", "a$b#1" };
	static const char *const bad[] = { "", ".", "a.", ".b", "a.b.c", "1a", "a b",
		"a;b", "a'b", "a.1", "\"A\".B" };

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ck_assert_msg(tt_is_identifier(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!tt_is_identifier(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(sessions_collect_statements)
{
	struct command c;

	command_init(&c);
	tt_session(&c, shop("left"), OLD, "call ttRepStop");
	tt_session(&c, shop("left"), OLD, "call ttRepStateSave('FAILED', '%s', '%s')",
	    "orders2", "saturn");
	ck_assert_int_eq(c.kind, COMMAND_SESSION);
	ck_assert_int_eq(c.installation, OLD);
	ck_assert_str_eq(c.statements,
	    "call ttRepStop;\ncall ttRepStateSave('FAILED', 'orders2', 'saturn');\n");
	command_done(&c);
}
END_TEST

/* What is looked at while a tool works. */
START_TEST(what_grows)
{
	struct command c;
	struct growth g;
	const struct member *m = shop("left");
	struct member placed = *m;

	command_init(&c);
	tt_migrate_create(&c, m, OLD, "/backup/left.mig", NULL);
	ck_assert(tt_grows(&c, &g));
	ck_assert_str_eq(g.path, "/backup/left.mig");
	ck_assert(!g.prefix);
	command_done(&c);
	command_init(&c);
	tt_backup(&c, m, OLD, "/backup", "left");
	ck_assert(tt_grows(&c, &g));
	ck_assert_str_eq(g.path, "/backup/left.");
	ck_assert(g.prefix);
	command_done(&c);
	command_init(&c);
	tt_migrate_restore(&c, m, NEW, "/backup/left.mig", 20, NULL);
	ck_assert(!tt_grows(&c, &g)); /* its path is not configured */
	placed.settings = (struct settings){ 0 };
	settings_set(&placed.settings, "path_new", "/data/left");
	c.member = &placed;
	ck_assert(tt_grows(&c, &g));
	ck_assert_str_eq(g.path, "/data/left.");
	settings_done(&placed.settings);
	command_done(&c);
	command_init(&c);
	tt_status(&c, m, OLD);
	ck_assert(!tt_grows(&c, &g));
	command_done(&c);
}
END_TEST

TCase *
tt_command_tests(void)
{
	TCase *tc = tcase_create("commands");

	tcase_add_test(tc, tt_admin_is_written_out);
	tcase_add_test(tc, tt_migrate_is_written_out);
	tcase_add_test(tc, copies_are_written_out);
	tcase_add_test(tc, the_rest_is_written_out);
	tcase_add_test(tc, duplicate_answers_prompts);
	tcase_add_test(tc, duplicate_keeps_cache_groups_for_somebody);
	tcase_add_test(tc, no_installation_is_no_command);
	tcase_add_test(tc, names);
	tcase_add_test(tc, identifiers);
	tcase_add_test(tc, sessions_collect_statements);
	tcase_add_test(tc, what_grows);
	return tc;
}
