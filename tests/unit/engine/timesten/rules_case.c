#include "tests/unit/engine/timesten/rules_case.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/rules.h"
#include "tests/unit/engine/timesten/rules_world.h"

static void
apply(const struct rule_case *c)
{
	for (int k = 0; c->key != NULL && k < MEMBERS; k++) {
		if (c->who != ALL && c->who != k)
			continue;
		if (c->value != NULL)
			settings_set(&w.seen[k].details, c->key, c->value);
		else
			settings_unset(&w.seen[k].details, c->key);
	}
	if (c->change != NULL)
		c->change();
}

const struct finding *
rule_find(const char *rule, int severity, const char *member, const char *text)
{
	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];

		if (str_equal(f->rule, rule) && (int)f->severity == severity &&
		    str_equal(f->member, member) && strstr(f->text, text) != NULL)
			return f;
	}
	return NULL;
}

static char *
all_findings(void)
{
	char *text = mem_strdup(""), *longer;

	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];

		longer =
		    mem_printf("%s\n  %s %s %s: %s", text, severity_name(f->severity),
			f->rule, f->member != NULL ? f->member : "-", f->text);
		free(text);
		text = longer;
	}
	return text;
}

void
rule_case_check(const struct rule_case *c)
{
	const char *text = c->text != NULL ? c->text : "";
	char *all;

	apply(c);
	tt_check(&w.plan, w.seen, &w.f);
	all = all_findings();
	if (c->severity != QUIET)
		ck_assert_msg(rule_find(c->rule, c->severity, c->member, text) != NULL,
		    "%s: %s does not say \"%s\" of %s%s", c->what, c->rule, text,
		    c->member != NULL ? c->member : "the pair", all);
	for (size_t i = 0; i < w.f.count; i++) {
		const struct finding *f = &w.f.items[i];
		bool ours = str_equal(f->rule, c->rule);

		ck_assert_msg(f->severity == SEVERITY_NOTE ||
			(f->remedy != NULL && f->remedy[0] != '\0'),
		    "%s: no remedy for %s", c->what, f->text);
		ck_assert_msg(!ours || c->severity != QUIET, "%s:%s", c->what, all);
		ck_assert_msg(ours || f->severity == SEVERITY_NOTE ||
			str_equal(f->rule, c->also),
		    "%s: %s was not asked for:%s", c->what, f->rule, all);
	}
	free(all);
}
