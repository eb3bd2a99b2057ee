#include "config.h"

#include "tests/unit/plan/check_plan.h"

#define NOW_MS 100000

static void
seen_init(struct planned *p, int m)
{
	struct observation *o = &p->seen[m];
	struct installation_seen *in = &o->inst[INST_OLD];

	observation_init(o);
	o->reachable = FACT_YES;
	o->home = INST_OLD;
	o->role = m == 0 ? ROLE_ACTIVE : m == 1 ? ROLE_STANDBY : ROLE_SUBSCRIBER;
	o->writable = m == 0 ? FACT_YES : FACT_NO;
	*in = (struct installation_seen){
		.daemon_up = FACT_YES,
		.release = p->site.from,
		.exists = FACT_YES,
		.loaded = FACT_YES,
		.replication_agent = AGENT_RUNNING,
		.connections = 1,
	};
	str_printf(in->path, sizeof(in->path), "/data/%s", p->site.members[m].name);
	o->inst[INST_NEW].daemon_up = FACT_YES;
	o->inst[INST_NEW].exists = o->inst[INST_NEW].loaded = FACT_NO;
	o->inst[INST_NEW].release = p->site.to;
	for (int i = 0; i < LOOKS; i++)
		o->at_ms[i] = NOW_MS;
}

void
planned_init(struct planned *p, const struct site_wish *wish)
{
	*p = (struct planned){ 0 };
	site_init(&p->site, wish);
	for (int m = 0; m < SITE_MEMBERS; m++)
		seen_init(p, m);
}

int
planned_make(struct planned *p, const struct plan_request *rq)
{
	struct plan_request usual = { .to = p->site.to };

	plan_free(p->plan);
	p->plan = NULL;
	return plan_expand(&p->site.pair, p->seen, rq != NULL ? rq : &usual, &p->plan,
	    &p->err);
}

void
planned_done(struct planned *p)
{
	plan_free(p->plan);
	for (int m = 0; m < SITE_MEMBERS; m++)
		observation_done(&p->seen[m]);
	site_done(&p->site);
}

int
main(void)
{
	Suite *suite = suite_create("plan");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, expand_tests());
	suite_add_tcase(suite, rows_tests());
	suite_add_tcase(suite, rules_tests());
	suite_add_tcase(suite, pages_tests());
	suite_add_tcase(suite, propose_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
