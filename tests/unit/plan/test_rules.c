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

static void
never_seen(struct planned *p)
{
	for (int i = 0; i < LOOKS; i++)
		p->seen[2].at_ms[i] = 0;
}

static void
release_not_seen(struct planned *p)
{
	p->seen[1].inst[INST_OLD].release = (struct release){ 0 };
	p->seen[1].running = (struct release){ 0 };
}

static void
in_place_of_what(struct planned *p)
{
	in_place_without_hook(p);
	p->seen[1].inst[INST_OLD].release = (struct release){ 0 };
}

/* ---- what a plan is told when it is there ---- */

static void
other_serves_too(struct planned *p)
{
	free(p->site.pair.topology);
	p->site.pair.topology = mem_strdup("bidirectional");
	p->seen[1].role = ROLE_ACTIVE;
}

static void
nowhere_to_go(struct planned *p)
{
	p->plan->new_installation[1] = -1;
}

/* The standby is a place without a server; makes: the procedure is one that makes it. */
static void
standby_is_no_server(struct planned *p, bool makes)
{
	static struct procedure procedure;

	procedure = *p->plan->procedure;
	procedure.makes_standby = makes;
	p->plan->procedure = &procedure;
	p->seen[1].role = ROLE_IDLE;
	p->seen[1].reachable = FACT_NO;
}

static void
standby_is_made(struct planned *p)
{
	standby_is_no_server(p, true);
}

static void
standby_is_gone(struct planned *p)
{
	standby_is_no_server(p, false);
}

/* A host that does not answer is none to make a standby on. */
static void
standby_is_unknown(struct planned *p)
{
	standby_is_no_server(p, true);
	p->seen[1].reachable = FACT_UNKNOWN;
}

/* The place of a single database that it is made in: empty, or taken. */
static void
place_is_empty(struct planned *p)
{
	standby_is_made(p);
	p->seen[1].reachable = FACT_UNKNOWN;
	free(p->site.pair.topology);
	p->site.pair.topology = mem_strdup("single");
	for (int i = 0; i < INSTALLATIONS_MAX; i++)
		p->seen[1].inst[i].exists = FACT_NO;
}

static void
place_is_taken(struct planned *p)
{
	place_is_empty(p);
	p->seen[1].inst[INST_OLD].exists = FACT_YES;
}

/* The other place of a single database has no part in this upgrade. */
static void
other_place_is_away(struct planned *p)
{
	place_is_empty(p);
	p->seen[2].reachable = FACT_NO;
}

static void
subscriber_is_away(struct planned *p)
{
	p->seen[2].reachable = FACT_NO;
}

/* clang-format off */
static const struct { const char *what; void (*change)(struct planned *p), (*then)(struct planned *p); const char *rule; enum severity severity; bool fires; } cases[] = {
	{ "a pair that serves",	       nothing, nothing,			   "member.reachable",	SEVERITY_BLOCKER, false },
	{ "a pair that serves",	       nothing, nothing,			   "pair.roles",	SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing, nothing,			   "release.installed", SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing, nothing,			   "release.equal",	SEVERITY_BLOCKER, false },
	{ "a pair that serves",	       nothing, nothing,			   "site.hooks",	SEVERITY_WARNING, false },
	{ "a pair that serves",	       nothing, nothing,			   "site.marker",	SEVERITY_WARNING, false },
	{ "unreachable",	       unreachable, nothing,		   "member.reachable",	SEVERITY_BLOCKER, true },
	{ "seen long ago",	       seen_long_ago, nothing,		   "member.reachable",	SEVERITY_BLOCKER, true },
	{ "standby does not follow",   standby_is_idle, nothing,		   "pair.roles",	SEVERITY_BLOCKER, true },
	{ "subscriber not seen",       subscriber_is_not_seen, nothing,	   "pair.roles",	SEVERITY_WARNING, true },
	{ "another patch",	       other_patch, nothing,		   "release.equal",	SEVERITY_BLOCKER, true },
	{ "the hook will install",     not_installed, nothing,		   "release.installed", SEVERITY_WARNING, true },
	{ "another major is there",    other_major, nothing,		   "release.installed", SEVERITY_BLOCKER, true },
	{ "nobody will install",       not_installed_without_hook, nothing, "release.installed", SEVERITY_BLOCKER, true },
	{ "in place, by a hook",       in_place, nothing,		   "release.installed", SEVERITY_BLOCKER, false },
	{ "in place, by hand",	       in_place_without_hook, nothing,	   "release.installed", SEVERITY_WARNING, true },
	{ "in place, by hand",	       in_place_without_hook, nothing,	   "release.installed", SEVERITY_BLOCKER, false },
	{ "no pause hook",	       no_pause_hook, nothing,		   "site.hooks",	SEVERITY_WARNING, true },
	{ "no marker table",	       no_marker, nothing,		   "site.marker",	SEVERITY_WARNING, true },
	{ "every file is read",	       no_unread_file, nothing,		   "site.data",		SEVERITY_WARNING, false },
	{ "a file is not read",	       unread_file, nothing,		   "site.data",		SEVERITY_WARNING, true },
	{ "never seen", never_seen, nothing, "member.reachable", SEVERITY_BLOCKER, true },
	{ "a release that is not seen", release_not_seen, nothing, "release.equal", SEVERITY_BLOCKER, false },
	{ "in place of what is not known", in_place_of_what, nothing, "release.installed", SEVERITY_BLOCKER, true },
	{ "both masters serve", nothing, other_serves_too, "pair.roles", SEVERITY_NOTE, true },
	{ "both masters serve", nothing, other_serves_too, "pair.roles", SEVERITY_BLOCKER, false },
	{ "one master serves", nothing, nothing, "pair.roles", SEVERITY_NOTE, false },
	{ "no installation", nothing, nowhere_to_go, "release.installed", SEVERITY_BLOCKER, true },
	{ "a standby is made", nothing, standby_is_made, "member.reachable", SEVERITY_BLOCKER, false },
	{ "a standby is made", nothing, standby_is_made, "pair.roles", SEVERITY_BLOCKER, false },
	{ "nobody makes the standby", nothing, standby_is_gone, "member.reachable", SEVERITY_BLOCKER, true },
	{ "nobody makes the standby", nothing, standby_is_gone, "pair.roles", SEVERITY_BLOCKER, true },
	{ "on a host that is away", nothing, standby_is_unknown, "member.reachable", SEVERITY_BLOCKER, true },
	{ "an empty place", nothing, place_is_empty, "member.reachable", SEVERITY_BLOCKER, false },
	{ "a place that is taken", nothing, place_is_taken, "member.reachable", SEVERITY_BLOCKER, true },
	{ "the other place", nothing, other_place_is_away, "member.reachable", SEVERITY_BLOCKER, false },
	{ "a subscriber", nothing, subscriber_is_away, "member.reachable", SEVERITY_BLOCKER, true },
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
	cases[_i].then(&p);
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

/* What a check is told from elsewhere is in its words, too. */
START_TEST(late_answers_and_places_are_told)
{
	struct site_wish wish = { .subscribers = 0 };
	struct findings f = { 0 };
	struct planned p;

	planned_init(&p, &wish);
	plan_check_answers(&p.site.members[1], false, 1800, &f);
	ck_assert_ptr_nonnull(find(&f, "member.answers", SEVERITY_WARNING));
	plan_check_answers(&p.site.members[1], true, 15499, &f);
	ck_assert_ptr_nonnull(find(&f, "member.answers", SEVERITY_BLOCKER));
	ck_assert_ptr_nonnull(strstr(f.items[1].text, "asked 15 s ago"));
	plan_check_place(&p.site.pair, 7, &f);
	ck_assert_ptr_nonnull(find(&f, "place.configured", SEVERITY_BLOCKER));
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
	tcase_add_test(tc, late_answers_and_places_are_told);
	return tc;
}
