#include "tests/unit/engine/steps/stage.h"

#include <check.h>

#include "daemon/plan/expand.h"

void
stage_init(struct stage *g, enum plan_list list, const char *number)
{
	struct site_wish wish = { .subscribers = 1 };
	struct plan_request rq = { 0 };
	struct ud_error err;

	*g = (struct stage){ 0 };
	site_init(&g->site, &wish);
	for (int m = 0; m < SITE_MEMBERS; m++) {
		struct observation *o = &g->seen[m];

		observation_init(o);
		o->home = INST_OLD;
		o->role = m == 0 ? ROLE_ACTIVE : ROLE_STANDBY;
		for (int i = 0; i < INSTS; i++)
			o->inst[i] = (struct installation_seen){ .daemon_up = FACT_YES,
				.exists = FACT_YES,
				.loaded = FACT_YES,
				.replication_agent = AGENT_STOPPED,
				.release = i == INST_OLD ? g->site.from : g->site.to };
	}
	rq.to = g->site.to;
	ck_assert_int_eq(plan_expand(&g->site.pair, g->seen, &rq, &g->plan, &err), 0);
	g->u = upgrade_new(g->plan);
	g->u->id = 7;
	g->ps = &g->plan->lists[list].items[plan_find(g->plan, list, number)];
	g->scene = (struct scene){ .plan = g->plan,
		.upgrade = g->u,
		.seen = g->seen,
		.now_ms = 1000 };
}

void
stage_done(struct stage *g)
{
	upgrade_free(g->u);
	plan_free(g->plan);
	for (int m = 0; m < SITE_MEMBERS; m++)
		observation_done(&g->seen[m]);
	site_done(&g->site);
}

void
stage_step(struct stage *g, const struct step *step)
{
	g->other = *g->ps;
	g->other.step = step;
	g->ps = &g->other;
}

void
stage_printed(struct stage *g, char *text)
{
	g->outcome.output = text;
	g->scene.outcome = &g->outcome;
	g->scene.performed_ms = 500;
}

enum probe
stage_probe(struct stage *g)
{
	struct why w = { 0 };

	return g->ps->step->probe(&g->scene, g->ps, &w);
}

char *
stage_command(struct stage *g)
{
	struct command c;
	char *text;

	command_init(&c);
	g->ps->step->build(&g->scene, g->ps, &c);
	text = command_text(&c);
	command_done(&c);
	return text;
}

void
set_if(struct settings *s, const char *key, const char *value)
{
	if (value != NULL)
		settings_set(s, key, value);
}
