#include "config.h"

#include "daemon/model/plan.h"

#include <stdlib.h>
#include <string.h>

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	for (int l = 0; l < LISTS; l++)
		free(p->lists[l].items);
	settings_done(&p->options);
	str_list_done(&p->gates);
	free(p->old_installation);
	free(p->new_installation);
	free(p);
}

const struct plan_step *
plan_step_at(const struct plan *p, enum plan_list l, int index)
{
	if (index < 0 || index >= p->lists[l].count)
		return NULL;
	return &p->lists[l].items[index];
}

int
plan_find(const struct plan *p, enum plan_list l, const char *number)
{
	for (int i = 0; i < p->lists[l].count; i++)
		if (strcmp(p->lists[l].items[i].row->number, number) == 0)
			return i;
	return -1;
}

void
plan_step_title(const struct plan_step *ps, char *buf, size_t size)
{
	const char *title = ps->step->title, *mark = strstr(title, "%s");
	const char *name = ps->member ? ps->member->name : "the pair";

	if (mark == NULL)
		str_copy(buf, size, title);
	else
		str_printf(buf, size, "%.*s%s%s", (int)(mark - title), title, name,
		    mark + 2);
}

bool
plan_overrides(const struct plan *p, const char *advisory)
{
	const char *list = settings_get(&p->options, PLAN_OVERRIDE);
	char name[128];

	for (size_t i = 0; list != NULL && option_name(list, i, name, sizeof(name)); i++)
		if (str_equal(name, advisory))
			return true;
	return false;
}
