/* The pair as it is before the upgrade. */
#include "config.h"

#include <string.h>

#include "tests/simulation/sim.h"

static void
init_machine(struct machine *k, bool new_present)
{
	*k = (struct machine){
		.reachable = true,
		.back_at = NEVER,
		.joined_at = NEVER,
		.up = { true, new_present },
		.present = { true, new_present },
	};
}

static void
init_base(struct sim *s, int m)
{
	struct base *b = &s->w.base[m][INST_OLD];

	*b = (struct base){
		.exists = true,
		.whole = true,
		.loaded = true,
		.started = true,
		.followed = true,
		.role = m == 0 ? ROLE_ACTIVE : m == 1 ? ROLE_STANDBY : ROLE_SUBSCRIBER,
		.was_active = m == 0,
		.agent = AGENT_ON,
		.ram = POLICY_INUSE,
		.unload_at = NEVER,
		.total = 1000,
		.log = LOG_FILE * (int64_t)(3 + m) + 4096,
	};
	b->have[0] = 1000;
	for (int p = 0; p < SITE_MEMBERS; p++) {
		b->keeps[p] = true;
		b->clear_at[p] = NEVER;
		s->w.base[m][INST_NEW].unload_at = NEVER;
	}
	base_remember(s, b);
}

void
world_init(struct sim *s)
{
	struct world *w = &s->w;

	*w = (struct world){
		.members = (int)s->site.pair.member_count,
		.epochs = 1,
		.rate = rng_between(&s->rng, 1, 400),
		.lag_ms = rng_between(&s->rng, 4, 120),
		.speed = 1000,
		.ack_ms = rng_between(&s->rng, 1, 40),
		.failed_keeps_log = true,
		.agent_stop_ms = rng_between(&s->rng, 10, 20000),
		.agent_start_ms = rng_between(&s->rng, 10, 5000),
		.role_late_ms = rng_between(&s->rng, 0, 50),
		.recover_ms = rng_between(&s->rng, 1000, 20000),
		.schema = 1,
	};
	w->acked[0] = 1000;
	for (int m = 0; m < w->members; m++) {
		init_machine(&w->machine[m], rng_chance(&s->rng, 500) && !s->site.patch);
		init_base(s, m);
	}
}
