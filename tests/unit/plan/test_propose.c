/*
 * What is proposed for pairs and releases, of both engines: a matrix. Wherever nothing leads,
 * and for every procedure that is not taken, there is a reason.
 */
#include "daemon/plan/propose.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/engine/engines.h"
#include "tests/unit/plan/check_plan.h"

#define ASP "active-standby"

static char standing[] = ASP, alone[] = "single", both[] = "bidirectional";

/* clang-format off */
static const struct {
	const char *engine; char *topology; bool place; const char *from, *to;
	const char *proposed; /* NULL: nothing */
	const char *also;     /* one that applies as well; NULL: none needed */
	const char *not, *why; /* one that does not, and a word of the reason */
} cases[] = {
	{ "timesten", standing, false, "11.2.2.8.35", "22.1.1.27.0", "asp-major", NULL, "asp-patch", "two major releases" },
	{ "timesten", standing, false, "11.2.2.8.0", "22.1.1.27.0", "asp-major", NULL, "in-place", "active-standby" },
	{ "timesten", standing, false, "22.1.1.20.0", "22.1.1.27.0", "asp-patch", NULL, "asp-major", "one major release" },
	{ "timesten", standing, false, "22.1.1.27.0", "22.1.1.20.0", "asp-patch", NULL, "asp-major", "one major release" },
	{ "timesten", standing, false, "22.1.1.27.0", "18.1.4.54.0", NULL, NULL, "asp-major", "no way leads down" },
	{ "timesten", standing, false, "11.2.1.9.0", "26.1.1.1.0", NULL, NULL, "asp-major", "no guide describes" },
	{ "timesten", standing, false, "22.1.1.27.0", "22.1.1.27.0", NULL, "asp-ports", "asp-patch", "runs already" },
	{ "timesten", alone, false, "22.1.1.20.0", "22.1.1.27.0", "in-place", NULL, "offline-migrate", "path" },
	{ "timesten", alone, true, "22.1.1.20.0", "22.1.1.27.0", "offline-backup", "offline-migrate", "in-place", "another place" },
	{ "timesten", alone, true, "11.2.2.8.35", "22.1.1.27.0", "offline-migrate", "client-server", "offline-backup", "" },
	{ "timesten", alone, true, "6.0.17", "11.2.1.9.0", "offline-migrate", "convert-types", "in-place", "" },
	{ "timesten", alone, true, "22.1.1.27.0", "11.2.2.8.35", NULL, NULL, "offline-migrate", "" },
	{ "timesten", alone, true, "22.1.1.27.0", "22.1.1.27.0", NULL, "resize", "in-place", "runs already" },
	{ "timesten", both, false, "22.1.1.20.0", "22.1.1.27.0", "in-place-bidirectional", NULL, "online-bidirectional", "a patch, in-place-bidirectional" },
	{ "timesten", both, false, "22.1.1.27.0", "22.1.1.20.0", "in-place-bidirectional", NULL, "replicated-major", "a patch, in-place-bidirectional" },
	{ "timesten", both, true, "22.1.1.20.0", "22.1.1.27.0", NULL, NULL, "in-place-bidirectional", "path_new gives a another place" },
	{ "timesten", both, true, "11.2.2.8.35", "22.1.1.27.0", "online-bidirectional", "replicated-major", "in-place-bidirectional", "two major releases" },
	{ "timesten", standing, false, "22.1.1.20.0", "22.1.1.27.0", "asp-patch", NULL, "in-place-bidirectional", "the pair is active-standby" },
	{ "postgres", standing, true, "17.2", "17.6", "asp-patch", NULL, "asp-major", "" },
	{ "postgres", standing, true, "15.4", "17.2", "asp-major", NULL, "asp-patch", "" },
	{ "postgres", standing, true, "17.2", "15.4", NULL, NULL, "asp-major", "" },
	{ "postgres", alone, true, "15.4", "17.2", "offline-migrate", NULL, "asp-major", "single" },
	{ "postgres", alone, true, "17.2", "17.2", NULL, "move-directory", "asp-patch", "single" },
};
/* clang-format on */

struct matrix {
	struct host host;
	struct installation in[2];
	struct member m[2];
	struct pair p;
};

static const struct engine *
engine_of(const char *name)
{
	for (int i = 0; engines[i] != NULL; i++)
		if (strcmp(engines[i]->name, name) == 0)
			return engines[i];
	return NULL;
}

static char *
text(const char *s)
{
	return strdup(s); /* each test has a process of its own */
}

static void
matrix_init(struct matrix *x, int i)
{
	bool pg = strcmp(cases[i].engine, "postgres") == 0;

	*x = (struct matrix){ 0 };
	x->in[0] = (struct installation){ .name = text("old"), .engine = text(cases[i].engine), .bin = text("/old") };
	x->in[1] = (struct installation){ .name = text("new"), .engine = text(cases[i].engine), .bin = text("/new") };
	x->host = (struct host){ .name = text("h"), .installations = x->in, .installation_count = 2 };
	x->p = (struct pair){ .name = text("p"), .topology = cases[i].topology,
		.engine = engine_of(cases[i].engine), .members = x->m,
		.member_count = cases[i].topology == alone ? 1 : 2,
		.hosts = &x->host, .host_count = 1 };
	for (size_t k = 0; k < x->p.member_count; k++) {
		x->m[k] = (struct member){ .name = text(k == 0 ? "a" : "b"), .host = &x->host,
			.pair = &x->p, .index = (int)k, .port = 30000 + (int)k };
		settings_set(&x->m[k].settings, pg ? "data" : "path", k == 0 ? "/a" : "/b");
		if (cases[i].place)
			settings_set(&x->m[k].settings, pg ? "data_new" : "path_new",
			    k == 0 ? "/a2" : "/b2");
	}
}

static const struct alternative *
find(const struct proposal *pr, const char *id)
{
	for (int i = 0; i < pr->count; i++)
		if (strcmp(pr->items[i].procedure->id, id) == 0)
			return &pr->items[i];
	ck_abort_msg("no procedure %s", id);
}

START_TEST(matrix)
{
	const char *best = cases[_i].proposed;
	struct proposal pr = { 0 };
	struct release from, to;
	struct ud_error err;
	struct matrix x;

	matrix_init(&x, _i);
	ck_assert_int_eq(x.p.engine->release_parse(cases[_i].from, &from, &err), 0);
	ck_assert_int_eq(x.p.engine->release_parse(cases[_i].to, &to, &err), 0);
	plan_propose(&x.p, &from, &to, NULL, &pr);
	ck_assert_msg((pr.best == NULL) == (best == NULL) &&
		(best == NULL || strcmp(pr.best->id, best) == 0),
	    "%s to %s, %s: %s", cases[_i].from, cases[_i].to, x.p.topology,
	    pr.best != NULL ? pr.best->id : "nothing");
	ck_assert_str_ne(pr.why, "");
	for (int i = 0; i < pr.count; i++)
		ck_assert_msg(pr.items[i].why[0] != '\0', "%s: no reason",
		    pr.items[i].procedure->id);
	if (cases[_i].also != NULL)
		ck_assert_msg(find(&pr, cases[_i].also)->applies, "%s: %s",
		    cases[_i].also, find(&pr, cases[_i].also)->why);
	ck_assert(!find(&pr, cases[_i].not)->applies);
	ck_assert_msg(strstr(find(&pr, cases[_i].not)->why, cases[_i].why) != NULL,
	    "%s: %s", cases[_i].not, find(&pr, cases[_i].not)->why);
	proposal_done(&pr);
}
END_TEST

/* What was seen leads to another one; where it speaks against each, the first is named all the
 * same, with what speaks against it. */
START_TEST(what_was_seen_counts)
{
	/* clang-format off */
	static const struct { int matrix; int member; const char *key, *value; const char *best, *not, *why; } seen[] = {
		{ 8, 0, "bits.1", "32", "offline-migrate", "offline-backup", "only ttMigrate" },
		{ 8, 0, "bits.1", "64", "offline-backup", NULL, NULL },
		{ 8, 0, "bits.1", "64", "offline-backup", "change-bits", "both installations have 64 bits" },
		{ 0, 1, "cachegroups_written", "A.W", "asp-major", "asp-major", "b has cache groups that are not read-only" },
		{ 0, 0, "scheme", "REPSCHEME", "asp-major", "asp-major", "the replication scheme of a is REPSCHEME" },
		{ 0, 0, "scheme", "_ACTIVESTANDBY", "asp-major", NULL, NULL },
		{ 0, 1, "charset", "WE8ISO8859P1", "asp-major", "asp-major", "the character set of b" },
	};
	/* clang-format on */
	struct observation o[2];
	struct release from, to;
	struct proposal pr = { 0 };
	struct ud_error err;
	struct matrix x;

	matrix_init(&x, seen[_i].matrix);
	ck_assert_int_eq(release_parse(cases[seen[_i].matrix].from, &from, &err), 0);
	ck_assert_int_eq(release_parse(cases[seen[_i].matrix].to, &to, &err), 0);
	for (int k = 0; k < 2; k++) {
		observation_init(&o[k]);
		o[k].home = 0;
		o[k].inst[0].release = from;
		o[k].inst[1].release = to;
		settings_set(&o[k].details, "bits.0", "64");
		settings_set(&o[k].details, "charset", "AL32UTF8");
		settings_set(&o[k].details, "cache_groups", "1");
	}
	settings_set(&o[seen[_i].member].details, seen[_i].key, seen[_i].value);
	plan_propose(&x.p, &from, &to, o, &pr);
	ck_assert_str_eq(pr.best->id, seen[_i].best);
	if (seen[_i].not != NULL) {
		ck_assert(find(&pr, seen[_i].not)->objected);
		ck_assert_ptr_nonnull(strstr(find(&pr, seen[_i].not)->why, seen[_i].why));
	}
	if (seen[_i].not == NULL || strcmp(seen[_i].not, seen[_i].best) != 0) {
		ck_assert(!find(&pr, seen[_i].best)->objected);
	}
	proposal_done(&pr);
}
END_TEST

TCase *
propose_tests(void)
{
	TCase *tc = tcase_create("propose");

	tcase_add_loop_test(tc, matrix, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, what_was_seen_counts, 0, 7);
	return tc;
}
