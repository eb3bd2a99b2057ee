#include "tests/unit/config/check_config.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/inventory/inventory.h"

static const char text[] =
    "pairs_directory = \"~/pairs.d\" control { group = \"\" }\n"
    "host \"h1\" { timesten \"o\" { bin = \"/t\" env = { \"A=1\" } } }\n"
    "host \"h2\" { timesten \"o\" { bin = \"/t\" } }\n"
    "pair \"p\" { engine = \"timesten\" topology = \"active-standby\"\n"
    "  member \"m1\" { host = \"h1\" dsn = \"a\" port = 1 }\n"
    "  member \"m2\" { host = \"h2\" dsn = \"b\" }\n"
    "  duplicate { user = \"u\" password_file = \"~/secret\" }\n"
    "  hooks { pause_writes = { \"~/hook\", \"x\" } }\n"
    "  limits { write_pause = \"5s\" } gates = { \"before-swap\" }\n"
    "  marker_table = \"a.b\" }\n"
    "pair \"a\" { engine = \"timesten\" topology = \"single\"\n"
    "  member \"m\" { host = \"h1\" dsn = \"z\" } }\n";

static struct inventory *
load(const char *name, const char *content)
{
	struct ud_error err = { 0 };
	struct config *c = NULL;

	test_remove("pairs.d/a.conf");
	test_remove("pairs.d/b.conf");
	ck_assert_msg(config_load(test_write(name, content), test_engines, &c, NULL,
			  &err) == 0,
	    "%s", err.text);
	return inventory_new(c);
}

START_TEST(pairs_by_name)
{
	struct inventory *i = load("main.conf", text);

	ck_assert_uint_eq(inventory_count(i), 2);
	ck_assert_str_eq(inventory_pair(i, 0)->name, "a");
	ck_assert_str_eq(inventory_pair(i, 1)->name, "p");
	ck_assert_ptr_null(inventory_pair(i, 2));
	ck_assert_ptr_eq(inventory_find(i, "p"), inventory_pair(i, 1));
	ck_assert_ptr_null(inventory_find(i, "q"));
	ck_assert_uint_eq(inventory_config(i)->pair_count, 2);
	inventory_free(i);
	inventory_free(NULL);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *from, *to; bool equal; } changes[] = {
	{ "nothing",            "pair \"p\"", "pair \"p\"",       true },
	{ "a line more",        "pair \"p\"", "\npair \"p\"",     true },
	{ "the other pair",     "\"z\"",      "\"zz\"",           true },
	{ "bin of a host",      "\"/t\" }",   "\"/tt\" }",        false },
	{ "environment",        "A=1",        "A=2",              false },
	{ "dsn",                "\"b\"",      "\"c\"",            false },
	{ "port",               "port = 1",   "port = 2",         false },
	{ "name of a member",   "\"m2\"",     "\"m3\"",           false },
	{ "host of a member",   "h2\" dsn",   "h1\" dsn",         false },
	{ "user",               "\"u\"",      "\"v\"",            false },
	{ "argument of a hook", "\"x\"",      "\"y\"",            false },
	{ "limit",              "\"5s\"",     "\"6s\"",           false },
	{ "gates",              "\"before-swap\"", "\"before-finish\"", false },
	{ "marker",             "\"a.b\"",    "\"a.c\"",          false },
	{ "polling",            "control {",  "poll { idle = 9s } control {", false },
	{ "topology",           "active-standby", "bidirectional", false },
};
/* clang-format on */

START_TEST(equal_pairs)
{
	const char *at = strstr(text, changes[_i].from);
	char *other = mem_printf("%.*s%s%s", (int)(at - text), text, changes[_i].to,
	    at + strlen(changes[_i].from));
	struct inventory *a = load("main.conf", text), *b = load("main2.conf", other);
	const struct pair *p = inventory_find(a, "p"), *q = inventory_find(b, "p");

	ck_assert_msg(pair_equal(p, q) == changes[_i].equal, "%s", changes[_i].what);
	ck_assert_msg(pair_equal(q, p) == changes[_i].equal, "%s, reversed",
	    changes[_i].what);
	/* What did not change stays the same object, across several reloads. */
	inventory_follow(b, a);
	ck_assert_msg((inventory_find(b, "p") == p) == changes[_i].equal,
	    "%s: the object in use", changes[_i].what);
	ck_assert_str_eq(inventory_pair(b, 1)->members[0].host->name, "h1");
	inventory_free(b);
	free(other);
}
END_TEST

TCase *
inventory_tests(void)
{
	TCase *tc = tcase_create("inventory");

	tcase_add_test(tc, pairs_by_name);
	tcase_add_loop_test(tc, equal_pairs, 0, ARRAY_SIZE(changes));
	return tc;
}
