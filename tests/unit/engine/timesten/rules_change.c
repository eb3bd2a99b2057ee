#include "tests/unit/engine/timesten/rules_change.h"

#include <stdlib.h>

#include "common/mem.h"
#include "tests/unit/engine/timesten/rules_world.h"

void
set_string(char **s, const char *value)
{
	free(*s);
	*s = mem_strdup(value);
}

void
from_release(const char *text)
{
	world_release(&w.plan.from, text);
	for (int i = 0; i < MEMBERS; i++)
		w.seen[i].inst[OLD].release = w.plan.from;
}

void
crossing(const char *from, const char *to)
{
	from_release(from);
	world_release(&w.plan.to, to);
}

void
plan_walks(const char *first, const char *second)
{
	static struct step steps[2];
	static struct plan_step rows[ARRAY_SIZE(steps)];

	steps[0].id = first;
	steps[1].id = second;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		rows[i].step = &steps[i];
	w.plan.lists[LIST_FORWARD].items = rows;
	w.plan.lists[LIST_FORWARD].count = second != NULL ? 2 : 1;
}

void
plan_follows(const char *procedure)
{
	static struct procedure p;

	p.id = procedure;
	w.plan.procedure = &p;
}

/* clang-format off */
void patch(void) { crossing("22.1.1.1.0", "22.1.1.27.0"); }
void bidirectional(void) { set_string(&w.pair.topology, "bidirectional"); }
/* clang-format on */

void
classic(void)
{
	bidirectional();
	w.pair.member_count = 2;
	set_string(&w.pair.marker_table, "ops.marker");
	for (int i = 0; i < 2; i++) {
		struct peer_seen *p = observation_peer_add(&w.seen[i]);

		settings_set(&w.seen[i].details, "scheme", "REPSCHEME");
		settings_unset(&w.seen[i].details, "store.SUB1.host");
		settings_unset(&w.seen[i].details, "store.SUB1.port");
		settings_unset(&w.seen[i].details, "store.SUB1.local");
		str_copy(p->store, sizeof(p->store), i == M1 ? "MASTER2" : "MASTER1");
		str_copy(p->state, sizeof(p->state), "start");
		w.seen[i].peers_seen = FACT_YES;
	}
}

void
sets_ports(void)
{
	classic();
	plan_walks("set-ports", NULL);
}

void
patch_beside(void)
{
	patch();
	plan_walks("daemon-stop", "install");
}

void
patch_in_place(void)
{
	patch_beside();
	for (int i = 0; i < MEMBERS; i++)
		w.new[i] = OLD;
}

void
single(void)
{
	plan_walks("place-free", "migrate-out");
	set_string(&w.pair.topology, "single");
	w.pair.member_count = 1;
	w.plan.standby = NULL;
	if (str_equal(settings_get(&w.seen[M1].details, "scheme"), "_ACTIVESTANDBY"))
		settings_set(&w.seen[M1].details, "scheme", "none");
}

void
client_server(void)
{
	single();
	plan_follows("client-server");
}

void
no_schema(void)
{
	for (int i = 0; i < MEMBERS; i++)
		world_no_schema(i);
}
