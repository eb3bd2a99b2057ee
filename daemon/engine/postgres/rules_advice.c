/* The advisories that the upgrade crosses (model/advisory.h), with the objects found. */
#include "config.h"

#include "daemon/engine/postgres/rules_parts.h"

#include "daemon/model/advisory.h"
#include "daemon/model/engine.h"

static void
say(const struct pg_check *c, const struct advisory *a, const char *objects)
{
	bool let = a->severity == SEVERITY_BLOCKER && plan_overrides(c->plan, a->id);

	findings_add(c->f, let ? SEVERITY_WARNING : a->severity, c->rule, NULL, a->act,
	    "%s%s: %s%s%s (%s)", let ? "overridden: " : "", a->id, a->text,
	    objects[0] != '\0' ? ": " : "", objects, a->source);
}

/* The objects in all databases; one that every database tells is said once. */
static void
look(const struct pg_check *c, const struct advisory *a)
{
	const char *databases = pg_wanted(c, ACTIVE(c), "pg.databases", "databases");
	char name[64], key[160], last[512] = "";
	struct buf found = { 0 };

	for (int i = 0; databases != NULL && pg_line(databases, i, name, sizeof(name));
	     i++) {
		const char *list, *names;

		str_printf(key, sizeof(key), "advice.%s.%s", a->id, name);
		list = pg_wanted(c, ACTIVE(c), key, a->id);
		if (pg_count_of(list, &names) == 0 || str_equal(names, last))
			continue;
		str_copy(last, sizeof(last), names);
		buf_addf(&found, "%s%s: %s", found.len > 0 ? "; " : "", name, names);
	}
	if (found.len > 0)
		say(c, a, buf_text(&found));
	buf_done(&found);
}

void
pg_rule_advice(const struct pg_check *c)
{
	const struct advisories *all = c->pair->advisories;

	for (size_t i = 0; all != NULL && i < all->count; i++) {
		const struct advisory *a = &all->items[i];

		if (!advisory_applies(a, c->pair->engine->name, &c->plan->from,
			&c->plan->to))
			continue;
		if (a->detect == NULL)
			say(c, a, "");
		else
			look(c, a);
	}
}
