/* Conductor, observer, inventory, plan and core, as far as the API asks them. */
#include <string.h>

#include <check.h>

#include "common/mem.h"
#include "daemon/observe/lag.h"
#include "tests/unit/api/world.h"

static void
answer(conductor_check_fn *check, conductor_done_fn *done, void *arg)
{
	ck_assert_int_lt(world.asked_count, (int)ARRAY_SIZE(world.asked));
	world.asked[world.asked_count++] = (struct world_asked){ check, done, arg };
	if (world.answer_inside)
		world_answer();
	else if (!world.hold_answers)
		event_active(world.later, EV_TIMEOUT, 0);
}

struct observer *
conductor_observer(struct conductor *c)
{
	(void)c;
	return (struct observer *)&world;
}

struct journal *
conductor_journal(struct conductor *c)
{
	(void)c;
	return world.journal_closed ? NULL : (struct journal *)&world;
}

const struct inventory *
conductor_inventory(struct conductor *c)
{
	(void)c;
	return (const struct inventory *)&world;
}

const struct pair *
conductor_pair(struct conductor *c, const char *name)
{
	(void)c;
	for (int i = 0; i < WORLD_PAIRS; i++)
		if (strcmp(world.pairs[i].name, name) == 0)
			return &world.pairs[i];
	return NULL;
}

const struct upgrade *
conductor_upgrade(struct conductor *c, const struct pair *p,
    const struct plan **ret_plan)
{
	(void)c;
	if (p != &world.pairs[1] || !world.live)
		return NULL;
	*ret_plan = &world.plan;
	return world.live;
}

const struct upgrade *
conductor_upgrade_by_id(struct conductor *c, int64_t id, const struct pair **ret_pair,
    const struct plan **ret_plan)
{
	if (!world.live || world.live->id != id)
		return NULL;
	*ret_pair = &world.pairs[1];
	return conductor_upgrade(c, &world.pairs[1], ret_plan);
}

bool
conductor_measured(struct conductor *c, const struct pair *p, int pos,
    struct growth_seen *ret)
{
	(void)pos;
	(void)c;
	(void)p;
	*ret = (struct growth_seen){ .kib = 2048, .of_kib = 8192, .bytes_per_s = 1048576,
		.rows = 300, .of_rows = 400, .left_ms = 6000 };
	return world.measured;
}

const char *
conductor_progress(struct conductor *c, const struct pair *p, int pos)
{
	(void)pos;
	(void)c;
	(void)p;
	return world.progress ? world.progress : "";
}

const char *
pair_state_name(enum pair_state s)
{
	static const char *const names[PAIR_STATES] = { "unknown", "serving",
		"degraded", "upgrading", "attention" };

	return names[s];
}

enum pair_state
conductor_pair_state(struct conductor *c, const struct pair *p)
{
	(void)c;
	return p == &world.pairs[1] && world.live ? PAIR_UPGRADING : PAIR_SERVING;
}

void
conductor_attention(struct conductor *c, const struct pair *p,
    void (*each)(void *arg, const char *code, const char *text, const char *remedy),
    void *arg)
{
	(void)c;
	if (world.attention && p == &world.pairs[1])
		each(arg, world.attention, "m2 is not reachable", "look at host h2");
}

void
conductor_check(struct conductor *c, const struct pair *p,
    const struct plan_request *rq, conductor_check_fn *done, void *arg)
{
	(void)c;
	(void)p;
	world.checks++;
	world.asked_plan = *rq;
	answer(done, NULL, arg);
}

void
conductor_start(struct conductor *c, const struct pair *p,
    const struct start_request *rq, conductor_done_fn *done, void *arg)
{
	(void)c;
	(void)p;
	world.starts++;
	world.asked_start = *rq;
	world.asked_plan = rq->plan;
	str_printf(world.asked_text, sizeof(world.asked_text),
	    "key=%s who=%s option=%s gate=%s", rq->idempotency_key, rq->by.who,
	    rq->plan.options ? settings_get(rq->plan.options, "parallel") : "-",
	    rq->plan.gates && rq->plan.gates->count > 1 ? rq->plan.gates->items[1]
							: "-");
	answer(NULL, done, arg);
}

void
conductor_steer(struct conductor *c, const struct steer_request *rq,
    conductor_done_fn *done, void *arg)
{
	(void)c;
	world.steers++;
	world.asked_steer = *rq;
	str_printf(world.asked_text, sizeof(world.asked_text),
	    "gate=%s through=%s all=%d hash=%s comment=%s who=%s",
	    rq->advance.gate ? rq->advance.gate : "-",
	    rq->advance.through ? rq->advance.through : "-", rq->advance.all,
	    rq->advance.plan_hash ? rq->advance.plan_hash : "-", rq->comment,
	    rq->by.who);
	answer(NULL, done, arg);
}

void
conductor_on_events(struct conductor *c, void (*fn)(void *arg), void *arg)
{
	(void)c;
	world.on_events = fn;
	world.on_events_arg = arg;
}

void
conductor_stats(const struct conductor *c, struct conductor_stats *ret)
{
	(void)c;
	*ret = (struct conductor_stats){ 11, 22, 33 };
}

/* ---- observer, inventory, plan, core ---- */

const struct observation *
observer_seen(const struct observer *o, const struct pair *p)
{
	(void)o;
	return world.seen[p - world.pairs];
}

void
observer_lag(const struct observer *o, const struct member *m, struct lag_view *ret)
{
	(void)o;
	(void)m;
	*ret = (struct lag_view){ .trend = LAG_UNKNOWN, .bytes = -1, .left_ms = -1 };
}

void
observer_stats(const struct observer *o, struct observer_stats *ret)
{
	(void)o;
	*ret = (struct observer_stats){ 100, 3 };
}

size_t
inventory_count(const struct inventory *i)
{
	(void)i;
	return WORLD_PAIRS;
}

const struct pair *
inventory_pair(const struct inventory *i, size_t n)
{
	(void)i;
	return &world.pairs[n];
}

char *
plan_step_command(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen)
{
	(void)p;
	(void)seen;
	return mem_printf("ttDo %s", ps->step->id);
}

int64_t
plan_size_kib(const struct plan *p, const struct observation *seen)
{
	(void)p;
	(void)seen;
	return -1;
}

int64_t
plan_estimate_ms(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen)
{
	(void)p;
	(void)seen;
	return 1000 * (ps->index + 1);
}

void
core_abort_text(const struct upgrade *u, const struct plan *p, struct str_list *ret)
{
	(void)u;
	(void)p;
	str_list_add(ret, "resume the applications");
}

void
core_plan_abort_text(const struct plan *p, int index, struct str_list *ret)
{
	(void)p;
	str_list_addf(ret, "undo step %d", index);
}

int64_t
core_eta_ms(const struct upgrade *u, const struct plan *p, int64_t now_wall_ms)
{
	(void)p;
	(void)now_wall_ms;
	return u->state == UPGRADE_ATTENTION ? -1 : 90000;
}
