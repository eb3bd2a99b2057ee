#include "tests/sandbox/judge.h"

#include <stdlib.h>

static void *
grown(void *old, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return old;
	*room = *room == 0 ? 64 : *room * 2;
	old = reallocarray(old, *room, size);
	if (old == NULL)
		abort();
	return old;
}

void
judge_ids_add(struct judge_ids *s, int64_t id)
{
	s->id = grown(s->id, s->n, &s->room, sizeof(*s->id));
	s->id[s->n++] = id;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
judge_ids_sort(struct judge_ids *s)
{
	if (s->n > 1)
		qsort(s->id, s->n, sizeof(*s->id), compare);
}

bool
judge_ids_has(const struct judge_ids *s, int64_t id)
{
	return s->n > 0 && bsearch(&id, s->id, s->n, sizeof(*s->id), compare) != NULL;
}

void
judge_ids_done(struct judge_ids *s)
{
	free(s->id);
	*s = (struct judge_ids){ 0 };
}
