#include "daemon/model/pair.h"

#include "daemon/model/engine.h"
#include "tests/unit/model/check_model.h"

static const struct engine engine = { .name = "timesten" };
static char names[][16] = { "old", "new", "pg", "timesten", "postgres", "m1", "m2",
	"dsn", "x" };
static struct installation installations[] = {
	{ .name = names[2], .engine = names[4] },
	{ .name = names[0], .engine = names[3] },
	{ .name = names[1], .engine = names[3] },
};
static const struct host host = { .installations = installations,
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

TCase *
pair_tests(void)
{
	TCase *tc = tcase_create("pair");

	tcase_add_checked_fixture(tc, fill, NULL);
	tcase_add_test(tc, installations_are_those_of_the_engine);
	tcase_add_test(tc, members_by_name);
	return tc;
}
