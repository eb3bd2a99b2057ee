#include "daemon/model/pair.h"

#include "daemon/model/engine.h"
#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"
#include "tests/unit/model/check_model.h"

static const struct config_key keys[] = { { "dsn" }, { "path" }, { NULL } };
static const struct engine engine = { .name = "timesten", .member_keys = keys };
static char names[][16] = { "old", "new", "pg", "timesten", "postgres", "m1", "m2",
	"dsn", "x" };
static struct installation installations[] = {
	{ .name = names[2], .engine = names[4] },
	{ .name = names[0], .engine = names[3] },
	{ .name = names[1], .engine = names[3] },
};
static const struct host host = { .name = names[4],
	.installations = installations,
	.installation_count = 3 };
static struct setting dsn = { .key = names[7], .value = names[8] };
static struct member members[2];
static const struct pair pair = { .engine = &engine,
	.members = members,
	.member_count = 2 };

static void
fill(void)
{
	members[0] = (struct member){ .name = names[5], .host = &host, .pair = &pair };
	members[1] = members[0];
	members[1].name = names[6];
	members[1].settings = (struct settings){ .items = &dsn, .count = 1 };
}

START_TEST(installations_are_those_of_the_engine)
{
	const struct member *m = &members[0];

	ck_assert_int_eq(member_installation_count(m), 2);
	ck_assert_str_eq(member_installation(m, 0)->name, "old");
	ck_assert_str_eq(member_installation(m, 1)->name, "new");
	ck_assert_ptr_null(member_installation(m, 2));
	ck_assert_ptr_null(member_installation(m, -1));
	ck_assert_int_eq(member_installation_find(m, "new"), 1);
	ck_assert_int_eq(member_installation_find(m, "pg"), -1);
}
END_TEST

START_TEST(members_by_name)
{
	ck_assert_ptr_eq(pair_member(&pair, "m2"), &members[1]);
	ck_assert_ptr_null(pair_member(&pair, "m3"));
	ck_assert_str_eq(member_setting(&members[1], "dsn"), "x");
	ck_assert_ptr_null(member_setting(&members[0], "dsn"));
	ck_assert_str_eq(hook_name(HOOK_PAUSE_WRITES), "pause_writes");
	ck_assert_str_eq(hook_name(HOOK_NOTIFY), "notify");
}
END_TEST

/* What is said of one member goes before what is said of all, and both before what is configured;
 * the next upgrade says it all anew. */
START_TEST(options_of_an_upgrade_say_where_members_are)
{
	struct settings said[2] = { { 0 } }, options = { 0 };
	char was[PAIR_MEMBERS_TEXT], is[PAIR_MEMBERS_TEXT];

	members[0].said = &said[0];
	members[1].said = &said[1];
	pair_members_text(&pair, was);
	ck_assert(!pair_says(&pair, &options));
	settings_set(&options, "keep_old", "yes");
	settings_set(&options, "dsns", "z");
	ck_assert(!pair_says(&pair, &options));
	settings_set(&options, "dsn.m1", "one");
	settings_set(&options, "dsn", "all");
	settings_set(&options, "path.m2", "/two");
	ck_assert(pair_says(&pair, &options));
	pair_say(&pair, &options);
	ck_assert_str_eq(member_setting(&members[0], "dsn"), "one");
	ck_assert_str_eq(member_setting(&members[1], "dsn"), "all");
	ck_assert_str_eq(member_configured(&members[1], "dsn"), "x");
	ck_assert_ptr_null(member_setting(&members[0], "path"));
	ck_assert_str_eq(member_setting(&members[1], "path"), "/two");
	ck_assert_ptr_null(member_setting(&members[0], "keep_old"));
	ck_assert_str_eq(pair_members_text(&pair, is), was);
	settings_done(&options);
	settings_set(&options, "path", "/three");
	pair_say(&pair, &options);
	ck_assert_str_eq(member_setting(&members[1], "dsn"), "x");
	ck_assert_str_eq(member_setting(&members[1], "path"), "/three");
	pair_say(&pair, NULL);
	ck_assert_ptr_null(member_setting(&members[1], "path"));
	dsn.value = names[3];
	ck_assert_str_ne(pair_members_text(&pair, is), was);
	dsn.value = names[8];
	settings_done(&options);
}
END_TEST

/* clang-format off */
static const struct { int64_t limit_ms, backout_ms, lease_ms, trust_ms; } shares[] = {
	{ 10000,  8000,  8200,  8800 },
	{ 60000, 58000, 58200, 58800 },
	{  4000,  2500,  2700,  3133 },
	{  2000,   500,   700,  1133 },
	{   100,    50,    60,    73 },
};
/* clang-format on */

START_TEST(shares_of_a_pause)
{
	struct limits limits = { .write_pause_ms = shares[_i].limit_ms };
	struct pause_shares of = pause_shares(&limits);

	ck_assert_int_eq(of.backout_ms, shares[_i].backout_ms);
	ck_assert_int_eq(of.lease_ms, shares[_i].lease_ms);
	ck_assert_int_eq(of.trust_ms, shares[_i].trust_ms);
}
END_TEST

START_TEST(lease_of_a_scene)
{
	struct pair own = { .limits = { .write_pause_ms = 10000 } };
	struct plan plan = { .pair = &own };
	struct upgrade u = { .pause_pos = -1 };
	struct scene s = { .plan = &plan, .now_ms = 5000 };

	ck_assert_int_eq(scene_lease_ms(&s), 8200);
	s.upgrade = &u;
	ck_assert_int_eq(scene_lease_ms(&s), 8200);
	u.pause_pos = 3;
	u.pause_started_ms = 4000;
	ck_assert_int_eq(scene_lease_ms(&s), 7200);
	s.now_ms = 99000;
	ck_assert_int_eq(scene_lease_ms(&s), 100);
}
END_TEST

TCase *
pair_tests(void)
{
	TCase *tc = tcase_create("pair");

	tcase_add_checked_fixture(tc, fill, NULL);
	tcase_add_test(tc, installations_are_those_of_the_engine);
	tcase_add_test(tc, members_by_name);
	tcase_add_test(tc, options_of_an_upgrade_say_where_members_are);
	tcase_add_loop_test(tc, shares_of_a_pause, 0, sizeof(shares) / sizeof(shares[0]));
	tcase_add_test(tc, lease_of_a_scene);
	return tc;
}
