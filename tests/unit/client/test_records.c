#include "config.h"

#include "client/pages.h"
#include "common/mem.h"
#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

/* clang-format off */
static const struct {
	const char *what;
	void (*page)(struct buf *out, const struct view *v, const json_t *doc);
	const char *doc, *text;
} cases[] = {
	{ "history", page_history, "{'upgrades':[" SAMPLE_COMPLETED "," SAMPLE_RUNNING "],'next':7}",
	  "UPGRADE  PAIR   STATE      FROM        TO           PROCEDURE  STEPS    PAUSE  STARTED               ENDED                 BY\n"
	  "7        sales  completed  11.2.1.9.0  22.1.1.21.0  asp-major      6  1.514 s  2026-01-31 22:00:00Z  2026-02-01 00:10:00Z  ann\n"
	  "7        sales  running    11.2.1.9.0  22.1.1.21.0  asp-major      6  0.642 s  2026-01-31 22:00:00Z  -                     ann\n"
	  "\n"
	  "there are more: --after 7\n" },
	{ "no history", page_history, "{'upgrades':[],'next':null}", "no upgrades\n" },
	{ "show", page_show,
	  "{'id':7,'pair':'sales','state':'aborted','steps':[{'number':'1','id':'check','title':'Check','member':'m1','state':'done','attempt':1,"
	  "'started_at':'2026-01-31T22:00:00.123Z','took_ms':842,'error':null},{'number':'2','id':'drain','member':null,'state':'failed','attempt':3,"
	  "'started_at':null,'took_ms':null,'error':{'detail':'late','remedy':'wait'}}],"
	  "'approvals':[{'at':'2026-01-31T22:00:00.123Z','gate':'before-swap','step':'7','who':'ann','comment':null}]}",
	  "pair sales\n"
	  "  upgrade 7  aborted  -  - -> -\n"
	  "  step          - of - done\n"
	  "  started       -\n"
	  "  ended         -\n"
	  "\n"
	  "  STEP  ID     MEMBER  STATE   ATTEMPT  STARTED                  TOOK  TITLE\n"
	  "     1  check  m1      done          1  2026-01-31 22:00:00Z  0.842 s  Check\n"
	  "     2  drain  -       failed        3  -                           -  -\n"
	  "  step 2: late\n"
	  "    what to do: wait\n"
	  "\n"
	  "  APPROVED              GATE         STEP  BY   COMMENT\n"
	  "  2026-01-31 22:00:00Z  before-swap  7     ann  -\n" },
	{ "show with an abort", page_show,
	  "{'id':7,'pair':'sales','state':'aborted','steps':[{'number':'1','phase':'forward','id':'check','state':'done','error':null},"
	  "{'number':'a1','phase':'abort','id':'resume','state':'failed','error':'late'}]}",
	  "pair sales\n"
	  "  upgrade 7  aborted  -  - -> -\n"
	  "  step          - of - done\n"
	  "  started       -\n"
	  "  ended         -\n"
	  "\n"
	  "  STEP  PHASE    ID      MEMBER  STATE   ATTEMPT  STARTED  TOOK  TITLE\n"
	  "     1  forward  check   -       done          -  -           -  -\n"
	  "    a1  abort    resume  -       failed        -  -           -  -\n"
	  "  step a1: late\n" },
	{ "log", page_log,
	  "{'commands':[{'id':1,'step':'drain','number':'6','attempt':1,'member':'m1','host':'h1','command':'ttRepAdmin -wait',"
	  "'started_at':'2026-01-31T22:00:00.123Z','ended_at':'2026-01-31T22:00:01.123Z','took_ms':1000,'exit':0,'signal':null,'clean_up':true,'verdict':'seen to be done',"
	  "'output':'one\\ntwo\\u001b[2J\\n','error':null},"
	  "{'id':2,'step':'drain','number':'6','attempt':2,'member':'m1','host':'h1','command':'x','started_at':null,'ended_at':'z',"
	  "'took_ms':null,'exit':null,'signal':9,'output':null,'error':'killed after 5 s'},"
	  "{'id':3,'step':'drain','number':'6','command':'y','exit':null,'ended_at':null},"
	  "{'id':4,'step':'drain','number':'6','command':'z','exit':null,'ended_at':'z'}],'next':null}",
	  "step 6 drain (clean-up)  m1 on h1  2026-01-31 22:00:00Z\n"
	  "  $ ttRepAdmin -wait\n"
	  "    one\n"
	  "    two?[2J\n"
	  "  exit 0, took 1.000 s, seen to be done\n"
	  "\n"
	  "step 6 drain (attempt 2)  m1 on h1  -\n"
	  "  $ x\n"
	  "  ended by signal 9\n"
	  "  killed after 5 s\n"
	  "\n"
	  "step 6 drain  - on -  -\n"
	  "  $ y\n"
	  "  has not ended\n"
	  "\n"
	  "step 6 drain  - on -  -\n"
	  "  $ z\n"
	  "  exit status unknown\n" },
	{ "procedures", page_procedures,
	  "{'procedures':[{'engine':'timesten','id':'asp-major','title':'Online','source':'Guide','needs':['a','b'],'costs':'two swaps','forbids':null,'options':['keep_old=yes|no','x'],"
	  "'steps':[{'number':'1','title':'check'},{'number':'8a','title':null}]}],"
	  "'refused':[{'engine':'postgres','id':'resize','reason':'files grow','remedy':'VACUUM FULL'}]}",
	  "asp-major  timesten  Online\n"
	  "  needs         a, b\n"
	  "  costs         two swaps\n"
	  "  options       keep_old=yes|no, x\n"
	  "  source        Guide\n"
	  "  steps         1  check\n"
	  "                8a  -\n"
	  "\n"
	  "resize  postgres  has none\n"
	  "  why           files grow\n"
	  "  instead       VACUUM FULL\n" },
	{ "version", page_version, "{'program':'upgraded','version':'0.1.0','api':1,'engines':['timesten','postgres']}",
	  "upgraded 0.1.0, API 1, engines timesten, postgres\n" },
	{ "no version", page_version, "{}", "- -, API -, engines -\n" },
};
/* clang-format on */

START_TEST(golden)
{
	struct view v = { 0 };
	struct buf out = { 0 };
	char *copy = mem_strdup(cases[_i].doc);
	json_t *doc;

	requote(copy);
	doc = json_loads(copy, 0, NULL);
	ck_assert_ptr_nonnull(doc);
	cases[_i].page(&out, &v, doc);
	ck_assert_msg(strcmp(buf_text(&out), cases[_i].text) == 0,
	    "%s:\n%s---- wanted:\n%s", cases[_i].what, buf_text(&out), cases[_i].text);
	json_decref(doc);
	free(copy);
	buf_done(&out);
}
END_TEST

TCase *
records_tests(void)
{
	TCase *tc = tcase_create("records");

	tcase_add_loop_test(tc, golden, 0, ARRAY_SIZE(cases));
	return tc;
}
