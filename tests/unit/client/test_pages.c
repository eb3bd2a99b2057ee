#include "config.h"

#include "client/pages.h"
#include "common/mem.h"
#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

typedef void page(struct buf *out, const struct view *v, const json_t *doc);

/* clang-format off */
static const struct { const char *what; page *page; const char *doc, *text; } cases[] = {
	{ "a serving pair", page_pair, SAMPLE_PAIR("serving", "null"),
	  "sales  serving  timesten active-standby, active m1\n"
	  "\n"
	  "  MEMBER  ROLE     RELEASE                  LAG         AGE  REPLICATION  BOOKMARK              CACHE  LOADED  HOST\n"
	  "  m1      active   11.2.1.9.0      0 B, 0.000 s     0.042 s  running      12/3456               -      yes     h1\n"
	  "  m2      standby  22.1.1.21.0  4096 B, 0.120 s  1 min 04 s  running      12/3456 held 12/3400  -      yes     h2\n" },
	{ "unknown is a dash", page_pair,
	  "{'pair':'sales','engine':'timesten','topology':null,'state':'unknown','active':null,'members':[" SAMPLE_UNKNOWN "],"
	  "'attention':[{'code':'c','text':'s1 cannot be seen','remedy':'look at h3'}]}",
	  "sales  unknown  timesten -, active -\n"
	  "  needs attention: s1 cannot be seen\n"
	  "    what to do: look at h3\n"
	  "\n"
	  "  MEMBER  ROLE     RELEASE  LAG  AGE  REPLICATION  BOOKMARK  CACHE  LOADED  HOST\n"
	  "  s1      unknown  -          -    -  -            -         -      -       h3\n"
	  "  s1: ssh: no route to host\n" },
	{ "an engine without agents has no such columns", page_pair,
	  "{'pair':'o','engine':'postgres','topology':'single','state':'serving','active':'a','attention':[],"
	  "'members':[{'name':'a','host':'db1','role':'active','release':'15.8','reachable':false,'bookmark':'0/1A2B','lag_ms':5,'age_ms':null}]}",
	  "o  serving  postgres single, active a\n"
	  "\n"
	  "  MEMBER  ROLE    RELEASE      LAG  AGE  BOOKMARK  HOST\n"
	  "  a       active  15.8     0.005 s    -  0/1A2B    db1\n"
	  "  a: does not answer\n" },
	{ "an empty object", page_pair, "{}",
	  "-  -  - -, active -\n\n  MEMBER  ROLE  RELEASE  LAG  AGE  BOOKMARK  HOST\n" },
	{ "at a gate", page_upgrade, SAMPLE_GATED,
	  "  upgrade 7  gated  asp-major  11.2.1.9.0 -> 22.1.1.21.0\n"
	  "  phase         swap\n"
	  "  step          6 of 20 done; 7 Pause the writes on m1: pending\n"
	  "  gate          before-swap: Move the applications to m2?\n"
	  "  answer it     upgradectl advance sales\n"
	  "  write pause   - of at most 10.0 s\n"
	  "  started       2026-01-31 22:00:00Z\n"
	  "  time to go    12 min 05 s\n"
	  "  way back      abort is possible\n"
	  "  begun by      ann\n"
	  "  waits for     approval of gate before-swap\n"
	  "  needed        an answer\n"
	  "  since         2026-01-31 23:59:59Z\n"
	  "  otherwise     it waits for ever\n" },
	{ "under way, the pause open", page_upgrade, SAMPLE_RUNNING,
	  "  upgrade 7  running  asp-major  11.2.1.9.0 -> 22.1.1.21.0\n"
	  "  phase         swap\n"
	  "  step          6 of 20 done; 8a drain on m1: verifying, attempt 2, for 0.842 s\n"
	  "  progress      row 5 of 10\n"
	  "  asked for     a pause after the step in hand\n"
	  "  write pause   642 ms of at most 10.0 s, open now\n"
	  "  started       2026-01-31 22:00:00Z\n"
	  "  time to go    -\n"
	  "  way back      none: past the point of no return\n"
	  "  begun by      ann\n" },
	{ "a job that tells rows", page_upgrade, "{'state':'running','measured':{'bytes':13107200,'of_bytes':123731968,'rows':800,'of_rows':1000,'percent':80,'left_ms':3000}}",
	  "  upgrade -  running  -  - -> -\n"
	  "  step          - of - done\n"
	  "  made          12.5 MiB, 800 of 1000 rows, 80 %, 3.000 s to go\n"
	  "  started       -\n"
	  "  time to go    -\n" },
	{ "a job that is measured", page_upgrade, "{'state':'running','measured':{'bytes':13107200,'of_bytes':123731968,'percent':10,'left_ms':3000}}",
	  "  upgrade -  running  -  - -> -\n"
	  "  step          - of - done\n"
	  "  made          12.5 MiB of about 118.0 MiB, 10 %, 3.000 s to go\n"
	  "  started       -\n"
	  "  time to go    -\n" },
	{ "subscribers side by side", page_upgrade,
	  "{'state':'running','step':{'number':'18','title':'copy s1','member':'s1','state':'running'},"
	  "'steps_in_hand':[{'number':'18','title':'copy s1','member':'s1','state':'running'},"
	  "{'number':'18/2','title':'copy s2','member':'s2','state':'running','attempt':2,"
	  "'measured':{'bytes':13107200}}]}",
	  "  upgrade -  running  -  - -> -\n"
	  "  step          - of - done; 18 copy s1: running\n"
	  "  beside it     18/2 copy s2: running, attempt 2; made 12.5 MiB\n"
	  "  started       -\n"
	  "  time to go    -\n" },
	{ "needs attention", page_upgrade, SAMPLE_STUCK,
	  "  upgrade 7  attention  asp-major  11.2.1.9.0 -> 22.1.1.21.0\n"
	  "  phase         swap\n"
	  "  step          6 of 20 done; 8a drain on m1: failed, attempt 2\n"
	  "  error         not drained in 15 min\n"
	  "  what to do    end the transaction of pid 4711, then upgradectl retry sales\n"
	  "  write pause   0 ms of at most 10.0 s\n"
	  "  started       2026-01-31 22:00:00Z\n"
	  "  time to go    -\n"
	  "  way back      abort is possible\n"
	  "  begun by      ann\n" },
	{ "completed", page_upgrade, SAMPLE_COMPLETED,
	  "  upgrade 7  completed  asp-major  11.2.1.9.0 -> 22.1.1.21.0\n"
	  "  phase         done\n"
	  "  step          6 of 20 done\n"
	  "  write pause   1514 ms of at most 10.0 s\n"
	  "  started       2026-01-31 22:00:00Z\n"
	  "  ended         2026-02-01 00:10:00Z\n"
	  "  begun by      ann\n" },
	{ "an upgrade of which nothing is known", page_upgrade, "{}",
	  "  upgrade -  -  -  - -> -\n"
	  "  step          - of - done\n"
	  "  started       -\n"
	  "  time to go    -\n" },
	{ "one line", page_upgrade_line, SAMPLE_RUNNING,
	  "sales: upgrade 7 running, 11.2.1.9.0 -> 22.1.1.21.0, 6 of 20 steps done, at 8a drain, write pause 642 ms\n" },
	{ "one line of nothing", page_upgrade_line, "{}", "-: upgrade - -, - -> -, - of - steps done\n" },
	{ "pairs", page_pairs,
	  "{'pairs':[" SAMPLE_PAIR("serving", "null") "," SAMPLE_PAIR("upgrading", SAMPLE_GATED) ","
	  "{'pair':'x','engine':'postgres','state':'attention','active':null,'members':[" SAMPLE_UNKNOWN "],"
	  "'attention':[{'code':'c','text':'nobody serves','remedy':'r'},{'code':'d'}]}]}",
	  "PAIR   ENGINE    STATE      ACTIVE  RELEASES                             LAG  ATTENTION\n"
	  "sales  timesten  serving    m1      11.2.1.9.0, 22.1.1.21.0  4096 B, 0.120 s\n"
	  "sales  timesten  upgrading  m1      11.2.1.9.0, 22.1.1.21.0  4096 B, 0.120 s  waits at gate before-swap\n"
	  "x      postgres  attention  -       -                                      -  nobody serves (and 1 more)\n"
	  "\n"
	  "3 pairs: 1 serving, 1 upgrading, 1 attention\n" },
	{ "no pairs", page_pairs, "{'pairs':[]}", "no pairs: upgraded.conf names the folder with their files\n" },
	{ "check", page_check,
	  "{'pair':'sales','to':'22.1','procedure':'asp-major','blockers':1,'warnings':0,'notes':1,'findings':["
	  "{'severity':'note','rule':'space.disk','member':'m1','finding':'needs 12 GB','remedy':null},"
	  "{'severity':'blocker','rule':'tables.key','member':null,'finding':'no key:\\nA.B','remedy':'add one'}]}",
	  "sales to 22.1 by asp-major\n"
	  "  blocker  tables.key\n"
	  "    no key:\n"
	  "    A.B\n"
	  "    what to do: add one\n"
	  "  note  space.disk  m1\n"
	  "    needs 12 GB\n"
	  "1 blocker, 0 warnings, 1 note\n" },
	{ "check with a proposal", page_check,
	  "{'pair':'sales','to':'22.1','procedure':'asp-major','blockers':0,'warnings':0,'notes':0,'findings':[],"
	  "'proposal':{'procedure':'asp-major','why':'it leads there','procedures':[{'id':'asp-major','applies':true,'why':'costs'},"
	  "{'id':'asp-patch','applies':false,'why':'two majors'},{'id':'offline','applies':true,'why':'costs: hours'}]}}",
	  "sales to 22.1 by asp-major\n"
	  "proposed: asp-major\n"
	  "    it leads there\n"
	  "  not asp-patch: two majors\n"
	  "  also offline: costs: hours\n"
	  "0 blockers, 0 warnings, 0 notes: nothing stops it\n" },
	{ "check, all well", page_check, "{'pair':'sales','to':'22.1','procedure':null,'blockers':0,'warnings':0,'notes':0,'findings':[]}",
	  "sales to 22.1 by -\n0 blockers, 0 warnings, 0 notes: nothing stops it\n" },
	{ "check that says nothing", page_check, "{}", "- to - by -\n- blockers, - warnings, - notes\n" },
	{ "plan", page_plan,
	  "{'pair':'sales','procedure':'asp-major','title':'Online','from':'11.2.1','to':'22.1','hash':'3f2a',"
	  "'estimate_ms':5400000,'findings':[],'steps':[{'number':'5','id':'pause','title':'Pause the writes','member':'m1','host':'h1',"
	  "'command':'pause-sales\\nsecond','effect':'no writes','estimate_ms':500,'estimate_upgrade':3,'gate':'before-swap','opens_pause':true,'closes_pause':false,"
	  "'destroys':false,'no_return':false,'abort':['resume','start']},{'number':'10','id':'destroy','title':null,'member':'m1','host':null,"
	  "'command':null,'effect':null,'estimate_ms':null,'gate':null,'destroys':true,'no_return':true,'abort':[]}]}",
	  "plan for sales: 11.2.1 -> 22.1 by asp-major, Online\n"
	  "2 steps, estimated 1 h 30 min\n"
	  "plan hash 3f2a\n"
	  "point of no return: step 10\n"
	  "\n"
	  "5  Pause the writes\n"
	  "  step          pause\n"
	  "  on            m1, host h1\n"
	  "  gate          before-swap before it: waits for approval\n"
	  "  command       pause-sales\n"
	  "                second\n"
	  "  effect        no writes\n"
	  "  estimate      0.500 s, by upgrade 3\n"
	  "  pause         the write pause begins here\n"
	  "  abort         resume\n"
	  "                start\n"
	  "\n"
	  "10  destroy\n"
	  "  on            m1, host -\n"
	  "  estimate      -\n"
	  "  destroys      destroys a database\n"
	  "  no return     from here on abort is refused\n" },
	{ "why", page_why,
	  "{'pair':'sales','upgrade':7,'state':'gated','text':null,'waits':[{'waits_for':'the standby','seen':'12/34','needed':'12/56',"
	  "'trend':'closing','since':'2026-01-31T23:59:59.123Z','otherwise':'backs out','remedy':'nothing'}]}",
	  "sales  upgrade 7  gated\n"
	  "  waits for     the standby\n"
	  "  seen          12/34\n"
	  "  needed        12/56\n"
	  "  trend         closing\n"
	  "  since         2026-01-31 23:59:59Z\n"
	  "  otherwise     backs out\n"
	  "  what to do    nothing\n" },
	{ "why, for nothing", page_why, "{'pair':'sales','upgrade':null,'state':'serving','waits':[],'text':null}",
	  "sales  serving\n  waits for nothing\n" },
	{ "why of all", page_why_each,
	  "{'pairs':[{'pair':'a','state':'serving','waits':[]},{'pair':'b','state':'gated','waits':[{'waits_for':'you'}]},{'pair':'c','waits':[]}]}",
	  "b  gated\n  waits for     you\n\n2 pairs wait for nothing\n" },
};
/* clang-format on */

static char *
print(page *show, const char *doc_text)
{
	struct view v = { 0 };
	struct buf out = { 0 };
	char *copy = mem_strdup(doc_text);
	json_t *doc;

	requote(copy);
	doc = json_loads(copy, 0, NULL);
	ck_assert_msg(doc != NULL, "no JSON: %s", copy);
	show(&out, &v, doc);
	json_decref(doc);
	free(copy);
	return buf_take(&out);
}

START_TEST(golden)
{
	char *text = print(cases[_i].page, cases[_i].doc);

	ck_assert_msg(strcmp(text, cases[_i].text) == 0, "%s:\n%s---- wanted:\n%s",
	    cases[_i].what, text, cases[_i].text);
	free(text);
}
END_TEST

/* A thousand pairs: what needs attention stands below, where the eye is. */
START_TEST(long_lists_repeat_what_needs_attention)
{
	struct buf doc = { 0 };
	char *text, *again;
	int i;

	buf_adds(&doc, "{'pairs':[");
	for (i = 0; i < 1000; i++)
		buf_addf(&doc,
		    "%s{'pair':'p%04d','engine':'e','state':'%s','members':[],'attention':[]}",
		    i > 0 ? "," : "", i, i == 500 ? "attention" : "serving");
	buf_adds(&doc, "]}");
	text = print(page_pairs, buf_text(&doc));
	again = strstr(text,
	    "1000 pairs: 999 serving, 1 attention\n\nneeds attention:\nPAIR ");
	ck_assert_ptr_nonnull(again);
	ck_assert_ptr_nonnull(strstr(again, "\np0500 "));
	ck_assert_ptr_null(strstr(again, "p0501"));
	free(text);
	buf_done(&doc);
}
END_TEST

TCase *
pages_tests(void)
{
	TCase *tc = tcase_create("pages");

	tcase_add_loop_test(tc, golden, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, long_lists_repeat_what_needs_attention);
	return tc;
}
