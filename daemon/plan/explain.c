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
plan_estimate_ms(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen)
{
	const struct observation *o;
	const char *size;
	int64_t kib = 0, rate = 0;

	if (ps->member == NULL || ps->step->build == NULL)
		return 1000;
	o = &seen[p->active != NULL ? p->active->index : ps->member->index];
	size = settings_get(&o->details, "perm_in_use_kib");
	if (ps->row->limit == LIMIT_MIGRATE)
		rate = MIGRATE_KIB_PER_S;
	if (ps->row->limit == LIMIT_DUPLICATE)
		rate = DUPLICATE_KIB_PER_S;
	if (rate == 0)
		return 1000;
	if (size == NULL || !str_to_int(size, 0, INT64_MAX / 2000, &kib))
		return -1;
	return 2000 + kib * 1000 / rate;
}
