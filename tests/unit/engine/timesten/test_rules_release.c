/* Rules about releases, and about who comes along from one to another: the table of one change each. */
#include "daemon/engine/timesten/rules.h"

#include "tests/unit/engine/timesten/check_rules.h"
#include "tests/unit/engine/timesten/rules_case.h"
#include "tests/unit/engine/timesten/rules_change.h"
#include "tests/unit/engine/timesten/rules_world.h"

/* clang-format off */
static void from_unknown(void) { from_release("21.1.1.1.0"); }
static void to_unknown(void) { world_release(&w.plan.to, "23.1.1.1.0"); }
static void to_short(void) { world_release(&w.plan.to, "22.1.1.27"); }
static void from_unset(void) { w.plan.from = (struct release){ 0 }; }
static void downgrade(void) { crossing("22.1.1.36.0", "18.1.4.54.0"); }
static void too_low(void) { from_release("11.2.2.8.26"); }
static void too_low_peer(void) { world_release(&w.seen[SUB].inst[OLD].release, "11.2.2.8.0"); }
static void hash_low(void) { crossing("22.1.1.35.0", "26.1.1.1.0"); }
static void hash_low_new(void) { crossing("22.1.1.36.0", "26.1.1.0.0"); }
static void hash_good(void) { crossing("22.1.1.36.0", "26.1.1.1.0"); }
static void unsure(void) { crossing("18.1.4.54.0", "26.1.1.1.0"); }
static void no_guide(void) { from_release("11.2.1.9.0"); }
static void pre_admin(void) { crossing("7.0.5.1.0", "11.2.1.9.0"); }
static void pre7(void) { crossing("6.0.17", "11.2.1.9.0"); }
static void pre7_patch(void) { crossing("6.0.9", "6.0.17"); }
static void no_user(void) { set_string(&w.pair.duplicate.user, NULL); }
static void no_password(void) { set_string(&w.pair.duplicate.password_file, NULL); }
static void odd_user(void) { set_string(&w.pair.duplicate.user, "pat smith"); pre_admin(); }
/* clang-format on */

static void
classic_no_user(void)
{
	sets_ports();
	no_user();
}

static void
patch_without_user(void)
{
	patch_in_place();
	no_user();
}

/* A pair before 7.0, with a plan that copies nobody. */
static void
types_stay(void)
{
	pre7();
	plan_walks("install", NULL);
}

/* A copy, and no step that makes its user. */
static void
user_is_there(void)
{
	pre_admin();
	plan_walks("duplicate", NULL);
}

static void
single_from_6(void)
{
	single();
	set_string(&w.pair.cache.user, "terry");
	set_string(&w.pair.cache.password_file, "/secret");
	crossing("6.0.17", "11.2.1.9.0");
	plan_follows("offline-migrate");
}

static void
converts_types(void)
{
	single_from_6();
	plan_follows("convert-types");
}

static void
keeps_types(void)
{
	converts_types();
	settings_set(&w.plan.options, "types", "timesten");
}

static void
client_server_pre7(void)
{
	client_server();
	crossing("6.0.17", "11.2.1.9.0");
}

static void
old_clients_told(void)
{
	client_server_pre7();
	settings_set(&w.seen[M1].details, "server.0", "53397");
	settings_set(&w.seen[M1].details, "compat.1", "yes");
	if (settings_get(&w.seen[M1].details, "dsn.1.databasecharacterset") == NULL)
		settings_set(&w.seen[M1].details, "dsn.1.databasecharacterset", "TIMESTEN8");
}

/* change() comes after the one detail of a case, and leaves it. */
static void
pre7_told(void)
{
	static const char *const told[][2] = { { "charset", "TIMESTEN8" }, { "compat.1", "yes" },
		{ "dsn.1.databasecharacterset", "TIMESTEN8" }, { "dsn.1.typemode", "1" } };

	pre7();
	for (int i = 0; i < MEMBERS; i++)
		for (size_t k = 0; k < ARRAY_SIZE(told); k++)
			if (k == 0 || settings_get(&w.seen[i].details, told[k][0]) == NULL)
				settings_set(&w.seen[i].details, told[k][0], told[k][1]);
}

static void
single_no_guide(void)
{
	single();
	no_guide();
}

/* clang-format off */
static const struct rule_case cases[] = {
	{ "nothing wrong",	  NULL, 0, NULL, NULL,		"release.parse", QUIET },

	{ "old release unknown",  from_unknown, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "21.1" },
	{ "new release unknown",  to_unknown, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "23.1" },
	{ "four parts",		  to_short, 0, NULL, NULL,	"release.parse", NOTE, NULL, "22.1.1.27 has 4 parts" },
	{ "no old release",	  from_unset, 0, NULL, NULL,	"release.parse", BLOCK, NULL, "not known" },
	{ "another major",	  NULL, 0, NULL, NULL,		"release.path", NOTE, NULL, "ttMigrate" },
	{ "no release, no way",	  from_unset, 0, NULL, NULL,	"release.path", QUIET, NULL, NULL, "release.parse" },
	{ "a patch",		  patch, 0, NULL, NULL,		"release.path", NOTE, NULL, "one major release" },
	{ "down across majors",	  downgrade, 0, NULL, NULL,	"release.path", BLOCK, NULL, "no way leads down" },
	{ "crossing known",	  NULL, 0, NULL, NULL,		"release.cross", QUIET },
	{ "a patch crosses not",  patch, 0, NULL, NULL,		"release.cross", QUIET },
	{ "down is not said twice", downgrade, 0, NULL, NULL,	"release.cross", QUIET, NULL, NULL, "release.path" },
	{ "patch first",	  too_low, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "11.2.2.8.26 is below 11.2.2.8.27" },
	{ "one member too low",	  too_low_peer, 0, NULL, NULL,	"release.cross", BLOCK, "s1", "below 11.2.2.8.27" },
	{ "no guide",		  no_guide, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "no guide describes" },
	{ "password hashes",	  hash_low, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "below 22.1.1.36.0: 26.1 stores passwords" },
	{ "hashes, new too low",  hash_low_new, 0, NULL, NULL,	"release.cross", BLOCK, NULL, "below 26.1.1.1.0" },
	{ "hashes are good",	  hash_good, 0, NULL, NULL,	"release.cross", QUIET },
	{ "in no document",	  unsure, 0, NULL, NULL,	"release.cross", WARN, NULL, "18.1.4.54.0" },
	{ "no pre7",		  pre_admin, 0, NULL, NULL,	"release.pre7", QUIET, NULL, NULL, "access.admin" },
	{ "pre7: character set",  pre7, 0, NULL, NULL,		"release.pre7", BLOCK, "m1", "TIMESTEN8", "access.admin" },
	{ "pre7: among its own",  pre7_patch, 0, NULL, NULL,	"release.pre7", QUIET, NULL, NULL, "access.admin" },
	{ "pre7: daemon option",  pre7, ALL, "charset", "TIMESTEN8", "release.pre7", WARN, NULL, "7.0", "access.admin" },
	{ "no user",		  no_user, 0, NULL, NULL,	"release.duplicate", BLOCK, NULL, "no user" },
	{ "no password",	  no_password, 0, NULL, NULL,	"release.duplicate", BLOCK, NULL, "no password file" },
	{ "users come along",	  NULL, 0, NULL, NULL,		"access.admin", QUIET },
	{ "users do not",	  pre_admin, 0, NULL, NULL,	"access.admin", NOTE, "m2", "user pat is created in m2" },
	{ "no name of a user",	  odd_user, 0, NULL, NULL,	"access.admin", BLOCK, "m2", "pat smith" },

	{ "users are made by hand", user_is_there, 0, NULL, NULL, "access.admin", WARN, "m2", "where it was configured" },

	{ "a patch copies not",	  patch_without_user, 0, NULL, NULL, "release.duplicate", QUIET },
	{ "types stay",		  types_stay, ALL, "charset", "TIMESTEN8", "types.online", NOTE, NULL, "TimesTen's data types", "release.pre7" },
	{ "cache needs Oracle's", single_from_6, M1, "cache_groups", "1", "types.online", BLOCK, "m1", "this keeps those of TimesTen", "grid.off" },
	{ "and is given them",	  converts_types, M1, "cache_groups", "1", "types.online", QUIET, NULL, NULL, "grid.off" },
	{ "and is not",		  keeps_types, M1, "cache_groups", "1", "types.online", BLOCK, "m1", "this keeps those of TimesTen", "grid.off" },
	{ "no cache, any types",  single_from_6, 0, NULL, NULL,	"types.online", QUIET },
	{ "types of 7.0",	  pre_admin, 0, NULL, NULL,	"types.online", QUIET, NULL, NULL, "access.admin" },
	{ "pre7: clients",	  client_server_pre7, M1, "server.0", "53397", "release.pre7", WARN, "m1", "clients from before 7.0" },
	{ "pre7: clients, no TIMESTEN8", old_clients_told, M1, "dsn.1.databasecharacterset", "AL32UTF8", "release.pre7", WARN, "m1", "clients from before 7.0", "charset.equal" },
	{ "pre7: clients, prepared for", old_clients_told, M1, "server.0", "53397", "release.pre7", QUIET, NULL, NULL, "charset.equal" },
	{ "pre7: all is prepared", pre7_told, 0, NULL, NULL,	"release.pre7", NOTE, NULL, "TimesTen's data types only", "access.admin" },
	{ "pre7: one daemon is not told", pre7_told, SUB, "compat.1", "no", "release.pre7", BLOCK, "s1", "not told to speak", "access.admin" },
	{ "pre7: a daemon not seen", pre7_told, SUB, "compat.1", "?", "release.pre7", WARN, NULL, "not all of that was seen", "access.admin" },
	{ "pre7: another set in a new DSN", pre7_told, M2, "dsn.1.databasecharacterset", "WE8ISO8859P1", "release.pre7", BLOCK, "m2", "the new DSN of m2 has the character set WE8ISO8859P1", "charset.equal" },
	{ "pre7: another TypeMode", pre7_told, M2, "dsn.1.typemode", "0", "release.pre7", WARN, NULL, "not all", "access.admin" },
	{ "7.0: clients",	  client_server, M1, "server.0", "53397", "release.pre7", QUIET },
	{ "single: no crossing",  single_no_guide, 0, NULL, NULL, "release.cross", QUIET },
	{ "single: no user",	  single, 0, NULL, NULL,	"release.duplicate", QUIET },

	{ "an abort cannot copy", classic_no_user, 0, NULL, NULL, "release.duplicate", WARN, NULL, "abort" },
};
/* clang-format on */

START_TEST(rule)
{
	rule_case_check(&cases[_i]);
}
END_TEST

START_TEST(a_cache_needs_the_types_of_oracle)
{
	types_stay();
	settings_set(&w.seen[M1].details, "cache_groups", "1");
	tt_check(&w.plan, w.seen, &w.f);
	ck_assert_ptr_nonnull(
	    rule_find("types.online", SEVERITY_BLOCKER, "m1", "data types of Oracle"));
}
END_TEST

START_TEST(remedies)
{
	const struct finding *f;

	too_low();
	tt_check(&w.plan, w.seen, &w.f);
	f = rule_find("release.cross", SEVERITY_BLOCKER, NULL, "");
	ck_assert_str_eq(f->remedy, "patch first to 11.2.2.8.27 or later");
	findings_done(&w.f);
	hash_low_new();
	tt_check(&w.plan, w.seen, &w.f);
	f = rule_find("release.cross", SEVERITY_BLOCKER, NULL, "");
	ck_assert_str_eq(f->remedy, "upgrade to 26.1.1.1.0 or later");
}
END_TEST

TCase *
rules_release_tests(void)
{
	TCase *tc = tcase_create("release");

	tcase_add_checked_fixture(tc, world_init, world_done);
	tcase_add_loop_test(tc, rule, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tc, a_cache_needs_the_types_of_oracle);
	tcase_add_test(tc, remedies);
	return tc;
}
