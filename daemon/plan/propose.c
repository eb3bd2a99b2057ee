/* The procedures of an engine, weighed for one pair and one target release. */
#include "config.h"

#include "daemon/plan/propose.h"

#include <stdlib.h>

#include "common/mem.h"

/* "11.2.2.8.35 to 22.1.1.27.0 changes the major release" */
static const char *
way_text(const struct engine *e, const struct release *from, const struct release *to,
    char *buf, size_t size)
{
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	str_printf(buf, size, "%s to %s %s", release_text(from, a), release_text(to, b),
	    release_compare(from, to) == 0 ? "keeps the release"
		: e->same_major(from, to)  ? "stays in one major release"
					   : "changes the major release");
	return buf;
}

static void
weigh(const struct pair *p, const struct procedure *pr, const struct release *from,
    const struct release *to, const struct observation *seen, struct alternative *ret)
{
	bool same = release_compare(from, to) == 0;
	char text[RELEASE_TEXT];

	*ret = (struct alternative){ .procedure = pr };
	if (same && !pr->same_release) {
		str_printf(ret->why, sizeof(ret->why), "%s runs already",
		    release_text(to, text));
		return;
	}
	ret->applies = pr->applies(p, from, to, ret->why, sizeof(ret->why));
	if (ret->applies && seen != NULL && p->engine->objects != NULL)
		ret->objected = p->engine->objects(p, pr, seen, from, to, ret->why,
		    sizeof(ret->why));
	if (ret->applies && !ret->objected)
		str_printf(ret->why, sizeof(ret->why), "it leads there; costs: %s",
		    pr->costs != NULL ? pr->costs : "not said");
}

void
plan_propose(const struct pair *p, const struct release *from, const struct release *to,
    const struct observation *seen, struct proposal *ret)
{
	const struct engine *e = p->engine;
	bool same = release_compare(from, to) == 0;
	const struct alternative *best = NULL;
	char way[128];

	while (e->procedures[ret->count] != NULL)
		ret->count++;
	ret->items = mem_array(NULL, (size_t)ret->count + 1, sizeof(*ret->items));
	for (int i = 0; i < ret->count; i++) {
		weigh(p, e->procedures[i], from, to, seen, &ret->items[i]);
		if (same || !ret->items[i].applies)
			continue;
		if (best == NULL || (best->objected && !ret->items[i].objected))
			best = &ret->items[i];
	}
	ret->best = best != NULL ? best->procedure : NULL;
	way_text(e, from, to, way, sizeof(way));
	if (best != NULL && best->objected)
		str_printf(ret->why, sizeof(ret->why), "%s, and the pair is %s: but %s", way,
		    p->topology, best->why);
	else if (best != NULL)
		str_printf(ret->why, sizeof(ret->why),
		    "%s, and the pair is %s: of the procedures that lead there the first%s; costs: %s",
		    way, p->topology, seen != NULL ? " that nothing seen speaks against" : "",
		    ret->best->costs != NULL ? ret->best->costs : "not said");
	else if (same)
		str_printf(ret->why, sizeof(ret->why),
		    "%s: a procedure that does is asked for by name", way);
	else
		str_printf(ret->why, sizeof(ret->why),
		    "%s, and the pair is %s: no procedure leads there", way, p->topology);
}

/* Was the reason of this one given with an earlier one? */
static bool
is_told(const struct proposal *pr, int k)
{
	for (int i = 0; i < k; i++)
		if (!pr->items[i].applies && str_equal(pr->items[i].why, pr->items[k].why))
			return true;
	return false;
}

void
proposal_reasons(const struct proposal *pr, struct buf *ret)
{
	for (int k = 0; k < pr->count; k++) {
		if (pr->items[k].applies || is_told(pr, k))
			continue;
		buf_addf(ret, "%s%s", ret->len > 0 ? "; " : "", pr->items[k].procedure->id);
		for (int i = k + 1; i < pr->count; i++)
			if (!pr->items[i].applies &&
			    str_equal(pr->items[i].why, pr->items[k].why))
				buf_addf(ret, ", %s", pr->items[i].procedure->id);
		buf_addf(ret, ": %s", pr->items[k].why);
	}
}

void
proposal_done(struct proposal *pr)
{
	free(pr->items);
	*pr = (struct proposal){ 0 };
}
