/*
 * What is done on the hosts of PgBouncers, host by host: the files in which they are told where
 * databases are, whose new text is made before the swap, so that in it only a name changes; and
 * the guards that let clients go on when the daemon does not come back (pooler.sh).
 */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/pooler.h"

static struct pg_target
target(const struct scene *s, const struct plan_step *ps, const struct member *m)
{
	return (struct pg_target){ m, pg_step_home(s, ps, m) };
}

static bool
has_host(const struct scene *s, int n)
{
	const struct host *hosts[PG_POOLER_HOSTS];

	return pg_pooler_hosts(s->plan->pair, hosts) > n;
}

static void
on_host(const struct scene *s, const struct plan_step *ps, int n, const char *function,
    struct command *ret)
{
	struct pg_target from = target(s, ps, ps->peer), to = target(s, ps, ps->member);
	const struct host *hosts[PG_POOLER_HOSTS];

	if (pg_pooler_hosts(s->plan->pair, hosts) <= n)
		return;
	pg_pooler_run(ret, s->plan->pair, hosts[n], function, &from, &to);
	ret->limit_ms = 10000;
}

static const char *
noted(void *arg, const char *pooler)
{
	const struct scene *s = arg;
	char *key = mem_printf(PG_NOTE_POOLER "%s", pooler);
	const char *databases =
	    s->upgrade != NULL ? settings_get(&s->upgrade->notes, key) : NULL;

	free(key);
	return databases != NULL ? databases : "";
}

/* It must not act as long as we may still take the swap back ourselves. */
static void
guard_on(const struct scene *s, const struct plan_step *ps, int n, struct command *ret)
{
	struct pg_target from = target(s, ps, ps->peer), to = target(s, ps, ps->member);
	const struct host *hosts[PG_POOLER_HOSTS];
	struct scene scene = *s;

	if (pg_pooler_hosts(s->plan->pair, hosts) <= n)
		return;
	pg_pooler_guard(ret, s->plan->pair, hosts[n], &from, &to, scene_lease_ms(s),
	    noted, &scene);
	ret->limit_ms = 10000;
}

#define ON_HOST(n)                                                                      \
	static bool needed_##n(const struct scene *s, const struct plan_step *ps)       \
	{                                                                               \
		(void)ps;                                                               \
		return has_host(s, n);                                                  \
	}                                                                               \
	static void prepare_##n(const struct scene *s, const struct plan_step *ps,      \
	    struct command *ret)                                                        \
	{                                                                               \
		on_host(s, ps, n, "pg_pooler_prepare", ret);                            \
	}                                                                               \
	static void point_##n(const struct scene *s, const struct plan_step *ps,        \
	    struct command *ret)                                                        \
	{                                                                               \
		on_host(s, ps, n, "pg_pooler_point", ret);                              \
	}                                                                               \
	static void forget_##n(const struct scene *s, const struct plan_step *ps,       \
	    struct command *ret)                                                        \
	{                                                                               \
		on_host(s, ps, n, "pg_pooler_forget", ret);                             \
	}                                                                               \
	static void guard_##n(const struct scene *s, const struct plan_step *ps,        \
	    struct command *ret)                                                        \
	{                                                                               \
		guard_on(s, ps, n, ret);                                                \
	}

ON_HOST(0)
ON_HOST(1)
ON_HOST(2)
ON_HOST(3)

#define PREPARE(n)                                                                \
	{                                                                         \
		.id = "pooler-prepare",                                           \
		.title = "prepare the files of poolers for %s",                   \
		.effect = "the new text is beside the old one",                   \
		.build = prepare_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1,                 \
		.may_cancel = true                                                \
	}
#define POINT(n)                                                                \
	{                                                                       \
		.id = "pooler-point",                                           \
		.title = "point the files of poolers at %s",                    \
		.effect = "no entry points at the other any more",              \
		.build = point_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1,               \
		.tries = 1000, .insists = true                                  \
	}

/* Undo of what was prepared: a text of ours beside a file that is what it was. */
#define FORGET(n)                                                                \
	{                                                                        \
		.id = "pooler-forget",                                           \
		.title = "remove what was prepared for %s beside the files of poolers", \
		.effect = "nothing of ours is beside them",                      \
		.build = forget_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1                 \
	}

#define GUARD(n)                                                                \
	{                                                                       \
		.id = "pooler-guard",                                           \
		.title = "start the guards of the poolers, before %s takes over", \
		.effect = "their clients go on by themselves when the lease is over", \
		.build = guard_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1                \
	}

const struct step pg_pooler_guards[PG_POOLER_HOSTS] = { GUARD(0), GUARD(1), GUARD(2),
	GUARD(3) };
const struct step pg_pooler_prepare[PG_POOLER_HOSTS] = { PREPARE(0), PREPARE(1),
	PREPARE(2), PREPARE(3) };
const struct step pg_pooler_point[PG_POOLER_HOSTS] = { POINT(0), POINT(1), POINT(2),
	POINT(3) };
const struct step pg_pooler_forget[PG_POOLER_HOSTS] = { FORGET(0), FORGET(1),
	FORGET(2), FORGET(3) };
