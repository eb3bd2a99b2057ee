#include <stdlib.h>
#include <string.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

/* clang-format off */
static const struct { const char *path, *text; } one[] = {
	{ "pair", "sales" }, { "engine", "timesten" }, { "topology", "active-standby" },
	{ "state", "serving" }, { "active", "m1" }, { "upgrade", "(null)" },
	{ "attention", "(1)" }, { "attention.0.code", "unreachable" },
	{ "attention.0.text", "m2 is not reachable" }, { "attention.0.remedy", "look at host h2" },
	{ "members", "(3)" },
	{ "members.0.name", "m1" }, { "members.0.host", "h1" }, { "members.0.role", "active" },
	{ "members.0.release", "11.2.1.9" }, { "members.0.reachable", "true" },
	{ "members.0.subscriber", "false" }, { "members.0.loaded", "true" },
	{ "members.0.writable", "true" }, { "members.0.agents.replication", "running" },
	{ "members.0.agents.cache", "stopped" }, { "members.0.bookmark.written", "14/2047560" },
	{ "members.0.bookmark.forced", "(null)" }, { "members.0.bookmark.held", "(null)" },
	{ "members.0.lag_bytes", "0" }, { "members.0.error", "(null)" },
	{ "members.1.role", "standby" }, { "members.1.writable", "false" },
	{ "members.1.lag_bytes", "4096" }, { "members.1.lag_ms", "120" },
	{ "members.2.name", "s1" }, { "members.2.subscriber", "true" },
	{ "members.2.role", "unknown" }, { "members.2.release", "(null)" },
	{ "members.2.reachable", "(null)" }, { "members.2.loaded", "(null)" },
	{ "members.2.writable", "(null)" }, { "members.2.agents.replication", "(null)" },
	{ "members.2.agents.cache", "(null)" }, { "members.2.bookmark", "(null)" },
	{ "members.2.lag_bytes", "(null)" }, { "members.2.lag_ms", "(null)" },
	{ "members.2.observed_at", "(null)" }, { "members.2.age_ms", "(null)" },
	{ "members.2.error", "ssh: no route to host" },
};
/* clang-format on */

START_TEST(P7_told_truth_of_a_pair)
{
	struct web_reply r;

	world.attention = "unreachable";
	r = web_ask("GET /v1/pairs/sales", NULL, NULL);
	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_header(&r, "Content-Type"), "application/json");
	for (size_t i = 0; i < ARRAY_SIZE(one); i++)
		ck_assert_msg(strcmp(web_text(&r, one[i].path), one[i].text) == 0,
		    "%s: %s", one[i].path, web_text(&r, one[i].path));
	ck_assert(json_is_integer(web_at(&r, "members.0.age_ms")));
	ck_assert_int_eq(web_text(&r, "members.0.observed_at")[10], 'T');
	web_reply_done(&r);
}
END_TEST

START_TEST(all_pairs_are_listed)
{
	struct web_reply r;

	world_upgrade(UPGRADE_RUNNING, 1);
	r = web_ask("GET /v1/pairs", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "pairs"), "(2)");
	ck_assert_str_eq(web_text(&r, "pairs.0.pair"), "orders");
	ck_assert_str_eq(web_text(&r, "pairs.0.upgrade"), "(null)");
	ck_assert_str_eq(web_text(&r, "pairs.1.upgrade.id"), "7");
	ck_assert_str_eq(web_text(&r, "pairs.1.state"), "upgrading");
	web_reply_done(&r);
}
END_TEST

/* Which of two is the active cannot be told: then it is not told. */
START_TEST(two_actives_are_no_active)
{
	struct web_reply r;

	world.seen[1][1].role = ROLE_ACTIVE;
	r = web_ask("GET /v1/pairs/sales", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "active"), "(null)");
	web_reply_done(&r);
}
END_TEST

TCase *
pairs_tests(void)
{
	TCase *tc = tcase_create("pairs");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, P7_told_truth_of_a_pair);
	tcase_add_test(tc, all_pairs_are_listed);
	tcase_add_test(tc, two_actives_are_no_active);
	return tc;
}
