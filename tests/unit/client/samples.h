/* Answers of the API for the tests of pages and verbs; quotes are written '. */
#ifndef UD_TESTS_UNIT_CLIENT_SAMPLES_H
#define UD_TESTS_UNIT_CLIENT_SAMPLES_H

#define SAMPLE_ACTIVE                                                                       \
	"{'name':'m1','host':'h1','role':'active','release':'11.2.1.9.0','reachable':true," \
	"'loaded':true,'agents':{'replication':'running','cache':null},"                    \
	"'bookmark':{'written':'12/3456','held':'12/3456'},'lag_bytes':0,'lag_ms':0,"       \
	"'age_ms':42,'error':null}"

#define SAMPLE_STANDBY                                                                     \
	"{'name':'m2','host':'h2','role':'standby','release':'22.1.1.21.0',"               \
	"'reachable':true,'loaded':true,'agents':{'replication':'running','cache':null},"  \
	"'bookmark':{'written':'12/3456','held':'12/3400'},'lag_bytes':4096,'lag_ms':120," \
	"'age_ms':64000,'error':null}"

/* Nothing is known of it. */
#define SAMPLE_UNKNOWN                                                                \
	"{'name':'s1','host':'h3','role':'unknown','release':null,'reachable':false," \
	"'loaded':null,'agents':{'replication':null,'cache':null},'bookmark':null,"   \
	"'lag_bytes':null,'lag_ms':null,'observed_at':null,'age_ms':null,"            \
	"'error':'ssh: no route to host'}"

#define SAMPLE_UPGRADE_REST                                                              \
	"'pair':'sales','procedure':'asp-major','from':'11.2.1.9.0','to':'22.1.1.21.0'," \
	"'steps_done':6,'steps_total':20,'write_pause_limit_ms':10000,"                  \
	"'started_at':'2026-01-31T22:00:00.123Z','plan_hash':'3f2a','created_by':'ann'," \
	"'abort_does':['resume the applications on m1','re-enable replication']"

#define SAMPLE_GATED                                                                  \
	"{'id':7,'state':'gated','phase':'swap','revision':31,"                       \
	"'step':{'number':'7','id':'pause','title':'Pause the writes','member':'m1'," \
	"'state':'pending','attempt':1},'gate':{'id':'before-swap',"                  \
	"'prompt':'Move the applications to m2?'},'write_pause_ms':null,"             \
	"'point_of_no_return':false,'eta_ms':725000,'ended_at':null,'error':null,"    \
	"'why':{'waits_for':'approval of gate before-swap','seen':null,"              \
	"'needed':'an answer','trend':null,'since':'2026-01-31T23:59:59.123Z',"       \
	"'otherwise':'it waits for ever','remedy':null}," SAMPLE_UPGRADE_REST "}"

#define SAMPLE_RUNNING                                                                                         \
	"{'id':7,'state':'running','phase':'swap','revision':32,"                                              \
	"'step':{'number':'8a','id':'drain','title':null,'member':'m1','state':'verifying',"                   \
	"'attempt':2,'elapsed_ms':842},'gate':null,'write_pause_ms':642,"                                      \
	"'write_pause_open':true,'pause_asked':true,'progress':'row 5 of 10',"                                 \
	"'point_of_no_return':true,'eta_ms':null,'ended_at':null,'error':null,'why':null," SAMPLE_UPGRADE_REST \
	"}"

#define SAMPLE_STUCK                                                                                    \
	"{'id':7,'state':'attention','phase':'swap','revision':33,"                                     \
	"'step':{'number':'8a','id':'drain','member':'m1','state':'failed','attempt':2},"               \
	"'gate':null,'write_pause_ms':0,'point_of_no_return':false,'eta_ms':null,"                      \
	"'error':{'code':'timeout','detail':'not drained in 15 min',"                                   \
	"'remedy':'end the transaction of pid 4711, then upgradectl retry sales'}," SAMPLE_UPGRADE_REST \
	"}"

#define SAMPLE_COMPLETED                                                                    \
	"{'id':7,'state':'completed','phase':'done','revision':40,'step':null,'gate':null," \
	"'write_pause_ms':1514,'point_of_no_return':true,'eta_ms':0,"                       \
	"'ended_at':'2026-02-01T00:10:00.000Z','error':null," SAMPLE_UPGRADE_REST "}"

#define SAMPLE_ABORTED                                                                                  \
	"{'id':7,'state':'aborted','phase':'abort','revision':41,'step':null,'gate':null,"              \
	"'write_pause_ms':null,'ended_at':'2026-02-01T00:10:00.000Z','error':null," SAMPLE_UPGRADE_REST \
	"}"

#define SAMPLE_PAIR(state, upgrade)                                                       \
	"{'pair':'sales','engine':'timesten','topology':'active-standby','state':'" state \
	"','active':'m1','attention':[],'members':[" SAMPLE_ACTIVE "," SAMPLE_STANDBY     \
	"],"                                                                              \
	"'upgrade':" upgrade "}"

#endif
