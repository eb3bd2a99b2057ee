#include "config.h"

#include "daemon/model/past.h"

#include <stdlib.h>

#include "common/mem.h"

void
past_add(struct past_runs *p, const struct past_run *run)
{
	p->items = mem_array(p->items, p->count + 1, sizeof(*p->items));
	p->items[p->count++] = *run;
}

void
past_done(struct past_runs *p)
{
	free(p->items);
	*p = (struct past_runs){ 0 };
}

const struct past_run *
past_find(const struct past_runs *p, const char *step, const char *member)
{
	const struct past_run *any = NULL;

	for (size_t i = 0; i < p->count; i++) {
		const struct past_run *run = &p->items[i];

		if (!str_equal(run->step, step))
			continue;
		if (str_equal(run->member, member))
			return run;
		if (any == NULL)
			any = run;
	}
	return any;
}

int64_t
past_scaled_ms(const struct past_run *run, int64_t size_kib)
{
	if (run->size_kib <= 0 || size_kib <= 0)
		return run->ms;
	return (int64_t)((double)run->ms * (double)size_kib / (double)run->size_kib);
}
