/* What people read of a plan: commands and times. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/plan/expand.h"

char *
plan_step_command(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen)
{
	struct scene s = { .plan = p, .seen = seen };
	struct command c;
	char *text;

	if (ps->step->build == NULL)
		return mem_strdup("");
	command_init(&c);
	ps->step->build(&s, ps, &c);
	text = command_text(&c);
	command_done(&c);
	return text;
}

/* Usual rates; a plan says "about". */
#define MIGRATE_KIB_PER_S   20480
#define DUPLICATE_KIB_PER_S 51200

int64_t
plan_size_kib(const struct plan *p, const struct observation *seen)
{
	const struct settings *d;
	const char *kib, *bytes;
	int64_t n = 0;

	if (p->active == NULL)
		return -1;
	d = &seen[p->active->index].details;
	kib = settings_get(d, "perm_in_use_kib");
	bytes = settings_get(d, "pg.size");
	if (kib != NULL && str_to_int(kib, 0, INT64_MAX / 2000, &n))
		return n;
	if (bytes != NULL && str_to_int(bytes, 0, INT64_MAX, &n))
		return n / 1024;
	return -1;
}

int64_t
plan_estimate_ms(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen)
{
	int64_t kib, rate = 0;

	if (ps->past_ms >= 0)
		return ps->past_ms;
	if (ps->member == NULL || ps->step->build == NULL)
		return 1000;
	if (ps->row->limit == LIMIT_MIGRATE)
		rate = MIGRATE_KIB_PER_S;
	if (ps->row->limit == LIMIT_DUPLICATE)
		rate = DUPLICATE_KIB_PER_S;
	if (rate == 0)
		return 1000;
	kib = plan_size_kib(p, seen);
	return kib < 0 ? -1 : 2000 + kib * 1000 / rate;
}
