#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "tests/unit/plan/check_plan.h"

#define NOW_MS 101000

static void
nothing(struct planned *p)
{
	(void)p;
}

static void
unreachable(struct planned *p)
{
	p->seen[1].reachable = FACT_NO;
}

static void
seen_long_ago(struct planned *p)
{
	for (int i = 0; i < LOOKS; i++)
		p->seen[2].at_ms[i] = 1;
}

static void
standby_is_idle(struct planned *p)
{
	p->seen[1].role = ROLE_IDLE;
}

static void
subscriber_is_not_seen(struct planned *p)
{
	p->seen[2].role = ROLE_UNKNOWN;
}

static void
other_patch(struct planned *p)
{
	struct ud_error err;

	ck_assert_int_eq(
	    release_parse("11.2.2.8.1", &p->seen[1].inst[INST_OLD].release, &err), 0);
}

static void
not_installed(struct planned *p)
{
	p->seen[1].inst[INST_NEW].release = (struct release){ 0 };
}

static void
other_major(struct planned *p)
{
	p->seen[1].inst[INST_NEW].release = p->site.from;
	p->seen[1].inst[INST_NEW].release.part[0] = 18;
}

static void
not_installed_without_hook(struct planned *p)
{
	not_installed(p);
	str_list_done(&p->site.pair.hooks[HOOK_INSTALL]);
}

/* Old and new release are one installation, whose release is replaced. */
static void
in_place(struct planned *p)
{
	for (int i = 0; i < SITE_MEMBERS; i++)
		p->site.hosts[i].installation_count = 1;
	p->site.to = p->site.from;
	p->site.to.part[3]++;
}

static void
in_place_without_hook(struct planned *p)
{
	in_place(p);
	str_list_done(&p->site.pair.hooks[HOOK_INSTALL]);
}

static void
no_pause_hook(struct planned *p)
{
	str_list_done(&p->site.pair.hooks[HOOK_PAUSE_WRITES]);
}

static void
no_marker(struct planned *p)
{
	free(p->site.pair.marker_table);
	p->site.pair.marker_table = NULL;
}

static void
unread_file(struct planned *p)
{
	static char text[] = "in /data: \"error.conf\"", read[] = "errors.conf, phrases.conf";
	static const struct unread unread = { text, read };

	p->site.pair.unread = &unread;
}

static void
no_unread_file(struct planned *p)
{
	static const struct unread unread = { NULL, NULL };

	p->site.pair.unread = &unread;
}

/* clang-format off */
static const struct { const char *what; void (*change)(struct planned *p); const char *rule; enum severity severity; bool fires; } cases[] = {
	{ "a pair that serves",	       nothing,			   "member.reachable",	SEVERITY_BLOCKER, false },
	{ "a pair that serves",	       nothing,			   "pair.roles",	SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing,			   "release.installed", SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing,			   "release.equal",	SEVERITY_BLOCKER, false },
	{ "a pair that serves",	       nothing,			   "site.hooks",	SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing,			   "site.marker",	SEVERITY_WARNING, false },
	{ "unreachable",	       unreachable,		   "member.reachable",	SEVERITY_BLOCKER, true },
	{ "seen long ago",	       seen_long_ago,		   "member.reachable",	SEVERITY_BLOCKER, true },
	{ "standby does not follow",   standby_is_idle,		   "pair.roles",	SEVERITY_BLOCKER, true },
	{ "subscriber not seen",       subscriber_is_not_seen,	   "pair.roles",	SEVERITY_WARNING, true },
	{ "another patch",	       other_patch,		   "release.equal",	SEVERITY_BLOCKER, true },
	{ "the hook will install",     not_installed,		   "release.installed", SEVERITY_WARNING, true },
	{ "another major is there",    other_major,		   "release.installed", SEVERITY_BLOCKER, true },
	{ "nobody will install",       not_installed_without_hook, "release.installed", SEVERITY_BLOCKER, true },
	{ "in place, by a hook",       in_place,		   "release.installed", SEVERITY_BLOCKER, false },
	{ "in place, by hand",	       in_place_without_hook,	   "release.installed", SEVERITY_WARNING, true },
	{ "in place, by hand",	       in_place_without_hook,	   "release.installed", SEVERITY_BLOCKER, false },
	{ "no pause hook",	       no_pause_hook,		   "site.hooks",	SEVERITY_WARNING, true },
	{ "no marker table",	       no_marker,		   "site.marker",	SEVERITY_WARNING, true },
	{ "every file is read",	       no_unread_file,		   "site.data",		SEVERITY_WARNING, false },
	{ "a file is not read",	       unread_file,		   "site.data",		SEVERITY_WARNING, true },
};
/* clang-format on */

static const struct finding *
find(const struct findings *f, const char *rule, enum severity severity)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->items[i].rule, rule) == 0 && f->items[i].severity == severity)
			return &f->items[i];
	return NULL;
}

START_TEST(rules_fire_when_they_should)
{
	struct site_wish wish = { .subscribers = 1 };
	struct findings f = { 0 };
	const struct finding *found;
	struct planned p;

	planned_init(&p, &wish);
	cases[_i].change(&p);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	plan_check(&p.site.pair, p.plan, p.seen, NOW_MS, NULL, &f);
	found = find(&f, cases[_i].rule, cases[_i].severity);
	ck_assert_msg((found != NULL) == cases[_i].fires, "%s: %s", cases[_i].what,
	    cases[_i].rule);
	if (found != NULL)
		ck_assert_str_ne(found->text, "");
	if (found != NULL && found->severity == SEVERITY_BLOCKER)
		ck_assert_str_ne(found->remedy, "");
	findings_done(&f);
	planned_done(&p);
}
END_TEST

/* It replicates with nobody. */
START_TEST(one_database_needs_no_marker)
{
	struct site_wish wish = { .subscribers = 1 };
	struct findings f = { 0 };
	struct planned p;

	planned_init(&p, &wish);
	no_marker(&p);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	free(p.site.pair.topology);
	p.site.pair.topology = mem_strdup("single");
	plan_check(&p.site.pair, p.plan, p.seen, NOW_MS, NULL, &f);
	ck_assert_ptr_null(find(&f, "site.marker", SEVERITY_WARNING));
	findings_done(&f);
	planned_done(&p);
}
END_TEST

START_TEST(says_why_this_procedure)
{
	struct site_wish wish = { .subscribers = 1 };
	struct findings f = { 0 };
	const struct finding *note;
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	plan_check(&p.site.pair, p.plan, p.seen, NOW_MS, NULL, &f);
	note = find(&f, "procedure.chosen", SEVERITY_NOTE);
	ck_assert_ptr_nonnull(note);
	ck_assert(strncmp(note->text, "asp-major, ", 11) == 0);
	ck_assert_ptr_nonnull(strstr(note->text,
	    "11.2.2.8.0 to 22.1.1.27.0 changes the major release, and the pair is active-standby"));
	findings_done(&f);
	planned_done(&p);
}
END_TEST

START_TEST(what_is_overridden_must_be_there)
{
	struct site_wish wish = { .subscribers = 1 };
	struct findings f = { 0 };
	const struct finding *said;
	struct planned p;

	planned_init(&p, &wish);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	settings_set(&p.plan->options, PLAN_OVERRIDE, "procedure.chosen, no-such");
	plan_check(&p.site.pair, p.plan, p.seen, NOW_MS, NULL, &f);
	said = find(&f, "option.override", SEVERITY_WARNING);
	ck_assert_ptr_nonnull(said);
	ck_assert_str_eq(said->text, "override of \"no-such\": nothing of that name was found");
	ck_assert(plan_overrides(p.plan, "no-such"));
	ck_assert(!plan_overrides(p.plan, "such"));
	findings_done(&f);
	planned_done(&p);
}
END_TEST

START_TEST(without_a_plan_the_reason_blocks)
{
	struct site_wish wish = { .subscribers = 0 };
	struct findings f = { 0 };
	struct planned p;

	planned_init(&p, &wish);
	p.seen[0].role = ROLE_IDLE;
	ck_assert_int_eq(planned_make(&p, NULL), -1);
	plan_check(&p.site.pair, NULL, p.seen, NOW_MS, &p.err, &f);
	ck_assert_ptr_nonnull(find(&f, "release.path", SEVERITY_BLOCKER));
	findings_done(&f);
	planned_done(&p);
}
END_TEST

TCase *
rules_tests(void)
{
	TCase *tc = tcase_create("rules");

	tcase_add_loop_test(tc, rules_fire_when_they_should, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, one_database_needs_no_marker);
	tcase_add_test(tc, says_why_this_procedure);
	tcase_add_test(tc, what_is_overridden_must_be_there);
	tcase_add_test(tc, without_a_plan_the_reason_blocks);
	return tc;
}
