#include "config.h"

#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

#define PAIR    "GET /v1/pairs/sales"
#define UPGRADE "GET /v1/upgrades/7"
#define NONE    "{'upgrades':[],'next':null}"
#define LINE_GATED \
	"sales: upgrade 7 gated, 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done, at 7 pause\n"
#define LINE_RUNNING                                                                      \
	"sales: upgrade 7 running, 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done, at 8a " \
	"drain, write pause 642 ms\n"

/* A pair whose upgrade waits at a gate, and answers to every request. */
/* clang-format off */
static const struct line at_gate[] = {
	{ PAIR, 200, SAMPLE_PAIR("upgrading", SAMPLE_GATED) },
	{ "GET /v1/pairs", 200, "{'pairs':[" SAMPLE_PAIR("upgrading", SAMPLE_GATED) "]}" },
	{ UPGRADE, 200, SAMPLE_GATED },
	{ "GET /v1/upgrades/7/steps", 200, "{'steps':[]}" },
	{ "GET /v1/upgrades/7/commands", 200, "{'commands':[{'id':1,'number':'1','step':'a','command':'x','ended_at':'z','exit':0}],'next':1}" },
	{ "GET /v1/upgrades/7/commands?after=1", 200, "{'commands':[{'id':2,'number':'2','step':'b','command':'y','ended_at':'z','exit':1}],'next':null}" },
	{ "GET /v1/upgrades/7/commands?step=8a", 200, "{'commands':[],'next':null}" },
	{ "GET /v1/upgrades?pair=sales&state=gated&limit=3&after=9", 200, NONE },
	{ "POST /v1/upgrades/7/advance", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/pause", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/resume", 200, SAMPLE_RUNNING },
	{ "POST /v1/upgrades/7/retry", 200, SAMPLE_RUNNING },
	{ "POST /v1/pairs/sales/check", 200, "{'pair':'sales','to':'22.1','procedure':'p','blockers':2,'findings':[]}" },
	{ "POST /v1/pairs/sales/plan", 200, "{'pair':'sales','steps':[]}" },
	{ "POST /v1/pairs/sales/upgrades", 201, SAMPLE_GATED, 0, "Content-Type: application/json\r\nLocation: /v1/upgrades/7\r\n" },
	{ "GET /v1/pairs/sales/why", 200, "{'pair':'sales','state':'gated','waits':[],'text':'for you'}" },
	{ "GET /v1/procedures?engine=timesten", 200, "{'procedures':[]}" },
	{ "GET /v1/version", 200, "{'program':'upgraded','version':'9','api':'v1','engines':[]}" },
	{ NULL }
};
/* clang-format on */

static void
setup(void)
{
	daemon_start(at_gate);
}

#define heard(text)                                                                \
	ck_assert_msg(daemon_heard_count(text) == 1, "wanted %s, heard\n%s", text, \
	    daemon_heard())

START_TEST(advance_names_what_was_seen)
{
	expect(0, LINE_RUNNING, "", "advance", "sales", "--comment", "seen by Ann");
	heard(
	    "POST /v1/upgrades/7/advance If-Match=\"31\" "
	    "{\"comment\":\"seen by Ann\",\"gate\":\"before-swap\",\"plan_hash\":\"3f2a\"}\n");
}
END_TEST

START_TEST(advance_through_and_all)
{
	expect(0, LINE_RUNNING, "", "advance", "7", "--through", "before-destroy");
	heard("{\"through\":\"before-destroy\",\"plan_hash\":\"3f2a\"}\n");
	expect(0, LINE_RUNNING, "", "advance", "sales", "--all");
	heard("{\"all\":true,\"plan_hash\":\"3f2a\"}\n");
}
END_TEST

START_TEST(steering)
{
	expect(0, LINE_RUNNING, "", "pause", "sales");
	heard("POST /v1/upgrades/7/pause If-Match=\"31\" {}\n");
	expect(0, LINE_RUNNING, "", "resume", "sales");
	heard("POST /v1/upgrades/7/resume If-Match=\"31\" {}\n");
	expect(0, "", "", "retry", "sales", "--quiet");
	heard("POST /v1/upgrades/7/retry If-Match=\"31\" {}\n");
}
END_TEST

START_TEST(check_and_plan)
{
	expect(8, NULL, "", "check", "sales", "--to", "22.1");
	heard("POST /v1/pairs/sales/check {\"to\":\"22.1\"}\n");
	expect(0, NULL, "", "plan", "sales", "--to", "22.1", "--procedure", "p",
	    "--option", "a=b=c", "--option", "d=");
	heard(
	    "POST /v1/pairs/sales/plan "
	    "{\"to\":\"22.1\",\"procedure\":\"p\",\"options\":{\"a\":\"b=c\",\"d\":\"\"}}\n");
}
END_TEST

START_TEST(start_has_a_key)
{
	expect(0, LINE_GATED "follow it: upgradectl status sales --watch\n", "",
	    "start", "sales", "--to", "22.1", "--gates", "before-swap, before-destroy");
	heard("POST /v1/pairs/sales/upgrades Idempotency-Key=yes "
	      "{\"to\":\"22.1\",\"gates\":[\"before-swap\",\"before-destroy\"]}\n");
}
END_TEST

START_TEST(a_name_is_one_segment)
{
	expect(5, "", NULL, "check", "a/../b c?d", "--to", "3");
	heard("POST /v1/pairs/a%2F..%2Fb%20c%3Fd/check ");
}
END_TEST

START_TEST(json_is_what_the_api_says)
{
	expect(0,
	    "{\"program\":\"upgraded\",\"version\":\"9\",\"api\":\"v1\",\"engines\":[]}\n",
	    "", "version", "--json");
	expect(8,
	    "{\"pair\":\"sales\",\"to\":\"22.1\",\"procedure\":\"p\",\"blockers\":2,\"findings\":[]}\n",
	    "", "check", "sales", "--to=22.1", "--json");
	expect(0, "{\"pairs\":[]}\n", "", "pairs", "--state", "serving", "--json");
	expect(0, "no pair is in the state serving\n", "", "pairs", "--state", "serving");
	expect(2, "", NULL, "pairs", "--state", "sleeping");
	expect(2, "", NULL, "check", "sales", "--to", "3", "--option", "a=1", "--option", "a=2");
	expect(5, "{\"code\":\"not-found\",\"detail\":\"no such thing\"}\n",
	    "upgradectl: no such thing\n", "status", "nix", "--json");
}
END_TEST

START_TEST(records)
{
	expect(0, "no upgrades\n", "", "history", "sales", "--state", "gated",
	    "--limit", "3", "--after", "9");
	expect(0, NULL, "", "show", "sales");
	expect(0, "no commands\n", "", "log", "7", "--step", "8a");
	expect(0,
	    "step 1 a  - on -  -\n  $ x\n  exit 0\n\nstep 2 b  - on -  -\n  $ y\n  exit 1\n",
	    "", "log", "sales");
}
END_TEST

START_TEST(asking)
{
	expect(0, "sales  gated\n  for you\n", "", "why", "sales");
	expect(0, "sales  gated\n  for you\n", "", "why", "7");
	expect(0, "1 pair waits for nothing\n", "", "why");
	expect(0, "no procedures\n", "", "procedures", "timesten");
	expect(0, "upgradectl " PACKAGE_VERSION "\nupgraded 9, API v1, engines -\n", "",
	    "version");
	expect(0, "upgradectl " PACKAGE_VERSION "\n", "", "--version");
	expect(0, NULL, "", "status");
	expect(0, NULL, "", "status", "7");
	expect(0, "", "", "status", "sales", "-q");
}
END_TEST

START_TEST(help_and_usage)
{
	expect(0, NULL, "", "--help");
	expect(0, NULL, "", "wait", "--help");
	expect(2, "",
	    "upgradectl: there is no verb statsu\n  what to do: did you mean upgradectl status?\n",
	    "statsu");
	expect(2, "", NULL, "status", "--watch", "--nope");
}
END_TEST

TCase *
verbs_tests(void)
{
	TCase *tc = tcase_create("verbs");

	tcase_add_checked_fixture(tc, setup, daemon_stop);
	tcase_add_test(tc, advance_names_what_was_seen);
	tcase_add_test(tc, advance_through_and_all);
	tcase_add_test(tc, steering);
	tcase_add_test(tc, check_and_plan);
	tcase_add_test(tc, start_has_a_key);
	tcase_add_test(tc, a_name_is_one_segment);
	tcase_add_test(tc, json_is_what_the_api_says);
	tcase_add_test(tc, records);
	tcase_add_test(tc, asking);
	tcase_add_test(tc, help_and_usage);
	return tc;
}
