#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

#include "daemon/model/upgrade.h"
#include "tests/unit/plan/check_plan.h"

static const struct site_wish usual = { .subscribers = 1 };

/* clang-format off */
static const struct { const char *what; enum role first, second; bool release; const char *procedure, *to, *option; enum ud_code code; } refused[] = {
	{ "no active",		  ROLE_IDLE,   ROLE_STANDBY, true,  NULL,	 SITE_TO,      NULL,   UD_ESTATE },
	{ "two actives",	  ROLE_ACTIVE, ROLE_ACTIVE,  true,  NULL,	 SITE_TO,      NULL,   UD_ESTATE },
	{ "release not known",	  ROLE_ACTIVE, ROLE_STANDBY, false, NULL,	 SITE_TO,      NULL,   UD_ESTATE },
	{ "the same release",	  ROLE_ACTIVE, ROLE_STANDBY, true,  NULL,	 SITE_FROM,    NULL,   UD_EUSAGE },
	{ "unknown procedure",	  ROLE_ACTIVE, ROLE_STANDBY, true,  "no-such",	 SITE_TO,      NULL,   UD_EUSAGE },
	{ "major, but a patch",	  ROLE_ACTIVE, ROLE_STANDBY, true,  "asp-major", "11.2.2.8.9", NULL,   UD_EBLOCKED },
	{ "major, downwards",	  ROLE_ACTIVE, ROLE_STANDBY, true,  "asp-major", "7.0.5.1.0",  NULL,   UD_EBLOCKED },
	{ "unknown option",	  ROLE_ACTIVE, ROLE_STANDBY, true,  NULL,	 SITE_TO,      "swim", UD_EUSAGE },
};
/* clang-format on */

START_TEST(refuses_what_no_plan_can_be_made_of)
{
	struct planned p;
	struct settings options = { 0 };
	struct plan_request rq = { .procedure = refused[_i].procedure, .options = &options };
	struct ud_error err;

	planned_init(&p, &usual);
	ck_assert_int_eq(release_parse(refused[_i].to, &rq.to, &err), 0);
	p.seen[0].role = refused[_i].first;
	p.seen[1].role = refused[_i].second;
	if (!refused[_i].release)
		p.seen[0].inst[INST_OLD].release = (struct release){ 0 };
	if (refused[_i].option != NULL)
		settings_set(&options, refused[_i].option, "1");
	ck_assert_int_eq(planned_make(&p, &rq), -1);
	ck_assert_msg(p.err.code == refused[_i].code, "%s: %s", refused[_i].what, p.err.text);
	ck_assert_str_ne(p.err.text, "");
	ck_assert_str_ne(p.err.remedy, "");
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* A name that nobody knows would let the upgrade pass where somebody wants it to wait. */
START_TEST(refuses_gates_that_are_nowhere)
{
	struct planned p;
	struct str_list gates = { 0 };
	struct plan_request rq = { .gates = &gates };
	struct ud_error err;

	planned_init(&p, &usual);
	ck_assert_int_eq(release_parse(SITE_TO, &rq.to, &err), 0);
	str_list_add(&gates, "before-swap");
	str_list_add(&gates, "before-install");
	ck_assert_msg(planned_make(&p, &rq) == 0, "%s", p.err.text);
	str_list_add(&gates, "before-lunch");
	plan_free(p.plan);
	p.plan = NULL;
	ck_assert_int_eq(planned_make(&p, &rq), -1);
	ck_assert_int_eq(p.err.code, UD_EUSAGE);
	ck_assert_ptr_nonnull(strstr(p.err.text, "before-lunch"));
	ck_assert_ptr_nonnull(strstr(p.err.remedy, "before-swap"));
	str_list_done(&gates);
	planned_done(&p);
}
END_TEST

START_TEST(takes_roles_as_seen_not_as_configured)
{
	struct planned p;

	planned_init(&p, &usual);
	p.seen[0].role = ROLE_STANDBY;
	p.seen[1].role = ROLE_ACTIVE;
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	ck_assert_str_eq(p.plan->active->name, "master2");
	ck_assert_str_eq(p.plan->standby->name, "master1");
	planned_done(&p);
}
END_TEST

/* By then the roles are others, and nothing was seen: the journal alone tells. */
START_TEST(is_made_again_from_the_journal)
{
	struct planned p;
	struct plan_request rq = { .procedure = "asp-major" };
	struct upgrade *u;
	char hash[PLAN_HASH];

	planned_init(&p, &usual);
	ck_assert_int_eq(planned_make(&p, NULL), 0);
	u = upgrade_new(p.plan);
	str_copy(hash, sizeof(hash), p.plan->hash);
	rq.to = u->to;
	rq.options = &u->options;
	rq.gates = &u->gates;
	rq.journaled = u;
	for (int m = 0; m < 3; m++) {
		observation_done(&p.seen[m]);
		observation_init(&p.seen[m]);
	}
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	ck_assert_str_eq(p.plan->hash, hash);
	settings_unset(&u->installations, "sub1");
	ck_assert_int_eq(planned_make(&p, &rq), -1);
	ck_assert_int_eq(p.err.code, UD_ESTATE);
	upgrade_free(u);
	planned_done(&p);
}
END_TEST

/* clang-format off */
static const struct { const char *key, *value, *says; } values[] = {
	{ "swap_back", "yes",  NULL },
	{ "swap_back", "no",   NULL },
	{ "swap_back", "true", "say swap_back=yes|no" },
	{ "swap_back", "",     "say swap_back=yes|no" },
	{ "swap",      "yes",  "known: swap_back=yes|no, checkpoint_mb=1..100000, ram_policy=inUse|always|manual|enduring, ram_grace=0..2147483, override, subscribers, parallel_subscribers=1..16|all" },
	{ "parallel_subscribers", "0", "say parallel_subscribers=1..16|all" },
	{ "parallel_subscribers", "17", "say parallel_subscribers=1..16|all" },
	{ "parallel_subscribers", "16|all", "say parallel_subscribers=1..16|all" },
	{ "parallel_subscribers", "16", NULL },
	{ "parallel_subscribers", "all", NULL },
	{ "override",  "any",  NULL },
	{ "checkpoint_mb", "64", NULL },
	{ "checkpoint_mb", "0", "say checkpoint_mb=1..100000" },
	{ "subscribers", "sub1", NULL },
	{ "subscribers", "sub1, sub1", "say some of them, in their order: sub1" },
	{ "subscribers", "master1", "say some of them, in their order: sub1" },
	{ "ram_policy", "always", NULL },
	{ "ram_policy", "sometimes", "say ram_policy=inUse|always|manual|enduring" },
	{ "ram_policy", "enduring", "say inUse, always or manual; enduring is there from 18.1 on" },
	{ "ram_grace", "-1", "say ram_grace=0..2147483" },
	{ "ram_grace", "60", "say ram_policy=inUse besides, or leave ram_grace out" },
};
/* clang-format on */

/* A word that means nothing would leave out what somebody wants. */
START_TEST(options_take_their_values_only)
{
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct planned p;

	planned_init(&p, &usual);
	rq.to = p.site.from;
	rq.to.part[4]++;
	settings_set(&options, values[_i].key, values[_i].value);
	ck_assert_int_eq(planned_make(&p, &rq), values[_i].says == NULL ? 0 : -1);
	if (values[_i].says != NULL) {
		ck_assert_int_eq(p.err.code, UD_EUSAGE);
		ck_assert_str_eq(p.err.remedy, values[_i].says);
	}
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* clang-format off */
static const struct { const char *key, *value, *says; } places[] = {
	{ "dsn_new",	      "sales_new",	  NULL },
	{ "dsn_new.master2",  "sales_new",	  NULL },
	{ "dsn_new.master2",  "a;UID=b",	  "say a DSN name, without []{}(),;?*=!@\\ and no - in front" },
	{ "dsn_new.master9",  "sales_new",	  "its members are master1, master2, sub1" },
	{ "dsn_newer",	      "sales_new",	  NULL },
	{ "path_new.master1", "/data2/Master1",	  NULL },
	{ "path_new",	      "/data2/master1",	  "say a path that ends in /master2" },
	{ "path_new.master1", "/data2/other",	  "say a path that ends in /master1" },
	{ "path_new.master1", "data2/master1",	  "say an absolute path without the ending, as DataStore of the DSN has it" },
	{ "path_new.master1", "/data2/../master1", "say an absolute path without the ending, as DataStore of the DSN has it" },
	{ "path_new.master1", "/data2/master1/",  "say an absolute path without the ending, as DataStore of the DSN has it" },
	{ "path_new.master1", "/data/master1",	  "say another path, as the new DSN has it" },
	{ "perm_size",	      "512",		  NULL },
	{ "perm_size",	      "big",		  "say perm_size=1..134217728" },
	{ "ram_policy",	      "enduring",	  NULL },
};
/* clang-format on */

/* To another major release, where new databases are made. */
START_TEST(options_say_where_new_databases_are)
{
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct planned p;
	bool unknown = str_equal(places[_i].key, "dsn_newer");

	planned_init(&p, &usual);
	rq.to = p.site.to;
	settings_set(&p.site.members[0].settings, "path", "/data/master1");
	settings_set(&options, places[_i].key, places[_i].value);
	ck_assert_int_eq(planned_make(&p, &rq), places[_i].says == NULL && !unknown ? 0 : -1);
	if (unknown)
		ck_assert_ptr_nonnull(strstr(p.err.remedy, "known: dsn_new[.MEMBER], path_new[.MEMBER]"));
	else if (places[_i].says != NULL)
		ck_assert_str_eq(p.err.remedy, places[_i].says);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* A single database has no role that a pair would call active. */
START_TEST(a_single_database_needs_no_role)
{
	struct planned p;

	planned_init(&p, &usual);
	free(p.site.pair.topology);
	p.site.pair.topology = mem_strdup("single");
	p.site.pair.member_count = 1;
	p.seen[0].role = ROLE_UNKNOWN;
	/* The plan is refused by the procedures, not for the want of an active. */
	ck_assert_int_eq(planned_make(&p, NULL), -1);
	ck_assert_msg(p.err.code == UD_EBLOCKED, "%s", p.err.text);
	planned_done(&p);
}
END_TEST

/* The pair's own options count where the procedure takes them and nobody says else. */
START_TEST(options_of_the_pair_are_defaults)
{
	struct settings options = { 0 };
	struct plan_request rq = { .options = &options };
	struct planned p;

	planned_init(&p, &usual);
	rq.to = p.site.from;
	rq.to.part[4]++;
	str_list_add(&p.site.pair.options, "swap_back=yes");
	str_list_add(&p.site.pair.options, "subscribers=sub1");
	str_list_add(&p.site.pair.options, "keep_old=yes"); /* of procedures for one database */
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	ck_assert_str_eq(settings_get(&p.plan->options, "swap_back"), "yes");
	ck_assert_str_eq(settings_get(&p.plan->options, "subscribers"), "sub1");
	ck_assert_ptr_null(settings_get(&p.plan->options, "keep_old"));
	settings_set(&options, "swap_back", "no");
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	ck_assert_str_eq(settings_get(&p.plan->options, "swap_back"), "no");
	str_list_done(&p.site.pair.options);
	settings_done(&options);
	planned_done(&p);
}
END_TEST

/* Applications may be at both masters of a classic scheme: the second one is emptied first. */
START_TEST(two_masters_may_both_serve)
{
	struct planned p;
	struct plan_request rq = { 0 };

	planned_init(&p, &usual);
	rq.to = p.site.to;
	free(p.site.pair.topology);
	p.site.pair.topology = mem_strdup("bidirectional");
	p.site.pair.member_count = 2;
	p.seen[0].role = p.seen[1].role = ROLE_ACTIVE;
	ck_assert_msg(planned_make(&p, &rq) == 0, "%s", p.err.text);
	ck_assert_str_eq(p.plan->procedure->id, "online-bidirectional");
	ck_assert_str_eq(p.plan->active->name, "master1");
	ck_assert_str_eq(p.plan->standby->name, "master2");
	planned_done(&p);
}
END_TEST

/* What a step took the last time is what it will take: by the size where that counts. */
START_TEST(estimates_learn_from_past_runs)
{
	static struct past_run runs[] = {
		{ "migrate-out", "master2", 7, 60000, 1000 },
		{ "rep-stop", "master2", 7, 700, 1000 },
		{ "duplicate", "sub1", 6, 5000, -1 },
	};
	struct past_runs past = { runs, 3 };
	struct plan_request rq = { .past = &past };
	struct planned p;
	int told = 0;

	planned_init(&p, &usual);
	rq.to = p.site.to;
	settings_set(&p.seen[0].details, "perm_in_use_kib", "4000");
	ck_assert_int_eq(planned_make(&p, &rq), 0);
	ck_assert_int_eq(plan_size_kib(p.plan, p.seen), 4000);
	for (int i = 0; i < p.plan->lists[LIST_FORWARD].count; i++) {
		const struct plan_step *ps = &p.plan->lists[LIST_FORWARD].items[i];
		int64_t ms = plan_estimate_ms(p.plan, ps, p.seen);
		const char *id = ps->step->id;

		ck_assert_int_eq(ps->estimate_ms, ms);
		if (strcmp(id, "migrate-out") == 0)
			ck_assert_int_eq(ms, 240000);
		else if (strcmp(id, "rep-stop") == 0)
			ck_assert_int_eq(ms, 700);
		else if (strcmp(id, "duplicate") == 0)
			ck_assert_int_eq(ms, 5000);
		else if (ps->past_ms >= 0)
			ck_abort_msg("%s never ran", id);
		told += ps->past_ms >= 0;
	}
	ck_assert_int_ge(told, 4);
	planned_done(&p);
}
END_TEST

TCase *
expand_tests(void)
{
	TCase *tc = tcase_create("expand");

	tcase_add_loop_test(tc, refuses_what_no_plan_can_be_made_of, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, options_take_their_values_only, 0, ARRAY_SIZE(values));
	tcase_add_loop_test(tc, options_say_where_new_databases_are, 0, ARRAY_SIZE(places));
	tcase_add_test(tc, refuses_gates_that_are_nowhere);
	tcase_add_test(tc, takes_roles_as_seen_not_as_configured);
	tcase_add_test(tc, a_single_database_needs_no_role);
	tcase_add_test(tc, two_masters_may_both_serve);
	tcase_add_test(tc, options_of_the_pair_are_defaults);
	tcase_add_test(tc, estimates_learn_from_past_runs);
	tcase_add_test(tc, is_made_again_from_the_journal);
	return tc;
}
