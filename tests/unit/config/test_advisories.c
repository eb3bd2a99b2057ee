/* The data file of what upgrades between releases demand. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "daemon/engine/engines.h"
#include "daemon/model/engine.h"
#include "tests/unit/config/check_config.h"

#define MAIN \
	"state_directory = \"/s\"\npairs_directory = \"~/pairs.d\"\ncontrol { group = \"\" }\n"
#define REST " severity = \"act\" text = \"t\" act = \"a\" source = \"s\""
#define F    "~/advisories.conf"

static const struct engine postgres = { .name = "postgres", .alias = "postgresql" };
static const struct engine *const only[] = { &postgres, NULL };

/* clang-format off */
static const struct { const char *what, *text, *lines; } cases[] = {
	{ "unknown key", "advisory \"x\" { engine = \"postgres\"" REST " to_release = 1 }",
	  F ":1: to_release: unknown in advisory \"x\"; accepted: engine, from, to, severity, text, detect, act, source\n" },
	{ "something is missing", "\nadvisory \"x\" { engine = \"postgres\" severity = \"act\" text = \"t\" source = \"s\" }",
	  F ":2: act: missing in advisory \"x\"; accepted: a sentence\n" },
	{ "an unknown severity", "advisory \"x\" { engine = \"postgres\" severity = \"red\" text = \"t\" act = \"a\" source = \"s\" }",
	  F ":1: severity: \"red\" is unknown; accepted: \"block\", \"act\", \"inform\"\n" },
	{ "no range", "advisory \"x\" { engine = \"postgres\"\nfrom = { \"14\", \"old\" }" REST " }",
	  F ":2: from: \"old\" is no range of releases; accepted: a list of releases { \"14..14.3\", \"..17.1\", \"18..\", \"16\", \"17.1\" }\n" },
	{ "an unknown engine", "advisory \"x\" { engine = \"oracle\"" REST " }",
	  F ":1: engine: this build has no engine \"oracle\"; accepted: the name of an engine\n" },
	{ "the same twice", "advisory \"x\" { engine = \"postgres\"" REST " }\nadvisory \"x\" { engine = \"postgresql\"" REST " }",
	  F ":2: advisory: \"x\" is described already; accepted: another name for each advisory\n" },
};
/* clang-format on */

/* "~" stands for the folder. */
static void
expand(const char *text, struct buf *ret)
{
	for (; *text != '\0'; text++)
		buf_addf(ret, *text == '~' ? "%s" : "%.1s",
		    *text == '~' ? test_folder() : text);
}

static void
expect(const char *what, const char *main_file, const struct engine *const *list,
    const char *lines)
{
	struct buf told = { 0 }, wanted = { 0 };
	struct str_list errors = { 0 };
	struct config *c = NULL;
	struct ud_error err = { 0 };

	if (config_load(main_file, list, &c, &errors, &err) != 0)
		buf_addf(&told, "%s\n", err.text);
	for (size_t i = 0; i < errors.count; i++)
		buf_addf(&told, "%s\n", errors.items[i]);
	expand(lines, &wanted);
	ck_assert_msg(strcmp(buf_text(&told), buf_text(&wanted)) == 0,
	    "%s:\n%sinstead of\n%s", what, buf_text(&told), buf_text(&wanted));
	buf_done(&told);
	buf_done(&wanted);
	str_list_done(&errors);
	config_free(c);
}

START_TEST(advisories_are_refused)
{
	test_remove("pairs.d/a.conf");
	test_remove("pairs.d/b.conf");
	test_write("advisories.conf", cases[_i].text);
	expect(cases[_i].what,
	    test_write("main.conf", MAIN "advisories = \"" F "\"\n"), only,
	    cases[_i].lines);
	test_remove("advisories.conf");
}
END_TEST

START_TEST(a_file_that_is_named_must_be_there)
{
	struct config *c = NULL;
	struct ud_error err = { 0 };

	ck_assert_int_eq(config_load(test_write("main.conf", MAIN "advisories = \"\"\n"), only,
	    &c, NULL, &err), 0);
	ck_assert_uint_eq(c->advisories.count, 0);
	config_free(c);
	expect("no file", test_write("main.conf", MAIN "advisories = \"/none/x\"\n"), only,
	    "~/main.conf:4: advisories: \"/none/x\": No such file or directory; accepted: a "
	    "file that can be read, or \"\" for none\n");
}
END_TEST

/* The one that comes with us, by the engines of this build. */
START_TEST(ours_is_read)
{
	const char *top = getenv("srcdir");
	struct config *c = NULL;
	struct ud_error err = { 0 };
	char *path, text[PATH_MAX + 256];

	path = realpath(top != NULL ? top : ".", NULL);
	ck_assert_ptr_nonnull(path);
	snprintf(text, sizeof(text), MAIN "advisories = \"%s/etc/advisories.conf\"\n",
	    path);
	free(path);
	ck_assert_msg(config_load(test_write("main.conf", text), engines, &c, NULL, &err) ==
		0,
	    "%s", err.text);
	ck_assert_int_gt(c->advisories.count, 15);
	for (size_t i = 0; i < c->advisories.count; i++) {
		const struct advisory *a = &c->advisories.items[i];

		ck_assert_msg(a->to_count > 0 || a->from_count > 0, "%s: every edge",
		    a->id);
		ck_assert_msg(a->detect == NULL || str_starts(a->detect, "SELECT "),
		    "%s: %s", a->id, a->detect);
	}
	config_free(c);
}
END_TEST

TCase *
advisories_tests(void)
{
	TCase *tc = tcase_create("advisories");

	tcase_add_loop_test(tc, advisories_are_refused, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_file_that_is_named_must_be_there);
	tcase_add_test(tc, ours_is_read);
	return tc;
}
