/* The engines' files of facts: those that ship say what is compiled in; a site's replace them;
 * a broken one is a line with file, line and field. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "daemon/engine/engines.h"
#include "daemon/engine/timesten/procedures/compatibility.h"
#include "daemon/engine/timesten/utilities/errors.h"
#include "daemon/engine/timesten/utilities/phrases.h"
#include "daemon/model/engine.h"
#include "tests/unit/config/check_config.h"

#define MAIN \
	"state_directory = \"/s\"\npairs_directory = \"~/pairs.d\"\ncontrol { group = \"\" }\n"
#define E "~/data/timesten-errors.conf"
#define R "~/data/timesten-releases.conf"
#define P "~/data/timesten-phrases.conf"
#define KNOWN "major \"7.0\" { }\nmajor \"18.1\" { }\n"

/* clang-format off */
static const struct { const char *what, *file, *text, *lines; } cases[] = {
	{ "an unknown key", "errors", "error \"1\" { verdict = \"ok\" cure = \"x\" }",
	  E ":1: cure: unknown in error \"1\"; accepted: verdict, remedy\n" },
	{ "an unknown section", "errors", "error \"1\" { verdict = \"ok\" }\nmistake \"2\" { verdict = \"ok\" }",
	  E ":2: mistake: unknown in the top of the file; accepted: error, words\n" },
	{ "no verdict", "errors", "\nerror \"1\" { }",
	  E ":2: verdict: missing in error \"1\"; accepted: \"ok\", \"again\", \"stop\", \"danger\", \"wrapper\", \"ignore\"\n" },
	{ "another verdict", "errors", "error \"1\" {\n verdict = \"retry\" }",
	  E ":2: verdict: error \"1\": it is none of these; accepted: \"ok\", \"again\", \"stop\", \"danger\", \"wrapper\", \"ignore\"\n" },
	{ "no number", "errors", "error \"TT8025\" { verdict = \"ok\" }",
	  E ":1: error: error \"TT8025\": the title is no error number; accepted: error \"NUMBER\", from 1 to 99999\n" },
	{ "the same number twice", "errors", "error \"7\" { verdict = \"ok\" }\nerror \"07\" { verdict = \"stop\" }",
	  E ":2: error: error \"07\": it is described already; accepted: each number once\n" },
	{ "words that wrap", "errors", "words \"x\" { verdict = \"wrapper\" }",
	  E ":1: verdict: words \"x\": only numbers can be wrappers or ignored; accepted: \"ok\", \"again\", \"stop\", \"danger\"\n" },
	{ "a file that ends too early", "errors", "error \"1\" {\n verdict = \"ok\"\n",
	  E ":1: error: error \"1\" is not closed; accepted: } at its end\n" },
	{ "no row", "errors", "# nothing\n",
	  E ":1: file: holds no row; accepted: at least one row; without the file the rows of the program count\n" },
	{ "no row at all", "releases", "",
	  R ":1: file: holds no row; accepted: at least one row; without the file the rows of the program count\n" },
	{ "one that does not end", "releases", "major \"7.0\" {\nmajor \"18.1\" { }\n",
	  R ":2: major: unknown in major \"7.0\"; accepted: } at its end, it has no keys\n"
	  R ":1: major: major \"7.0\" is not closed; accepted: } at its end\n" },
	{ "no major", "releases", "major \"22.1.1\" { }",
	  R ":1: major: major \"22.1.1\": the title is no major release; accepted: a major release, such as \"7.0\", \"11.2.2\", \"22.1\"\n" },
	{ "a major that is not described", "releases", KNOWN "crossing \"a\" { from = \"7.0\"\n to = \"22.1\" }",
	  R ":4: to: crossing \"a\": \"22.1\" is none; accepted: a major release that a row major \"RELEASE\" above describes\n" },
	{ "a way down", "releases", KNOWN "crossing \"a\" { from = \"18.1\" to = \"7.0\" }",
	  R ":3: to: crossing \"a\": no way leads down across majors; accepted: a later major release than from\n" },
	{ "a level of another major", "releases", KNOWN "crossing \"a\" { from = \"7.0\" to = \"18.1\" to_min = \"22.1.1.1.0\" }",
	  R ":3: to_min: crossing \"a\": it is no release of that major; accepted: a release, such as \"22.1.1.36.0\"\n" },
	{ "a meaning that nobody asks for", "phrases", "phrase \"sleepy\" { words = { \"zzz\" } }",
	  P ":1: phrase: phrase \"sleepy\": nobody asks for it; accepted: a meaning of the file that ships with the program\n" },
	{ "a phrase without words", "phrases", "phrase \"loaded\" { words = { } }",
	  P ":1: words: phrase \"loaded\": the list is empty; accepted: a list { \"words\" }\n" },
	{ "a meaning twice", "phrases", "phrase \"loaded\" { words = { \"a\" } }\nphrase \"loaded\" { words = { \"b\" } }",
	  P ":2: phrase: phrase \"loaded\": it is described already; accepted: each meaning once\n" },
	{ "neither sure nor unsure", "releases", KNOWN "crossing \"a\" { from = \"7.0\" to = \"18.1\" sure = \"perhaps\" }",
	  R ":3: sure: \"perhaps\" is neither true nor false; accepted: true, false\n" },
};
/* clang-format on */

/* What is in force may not be freed: each test has a process of its own. */
static struct config *kept;

static void
use(struct config *c)
{
	kept = c;
	config_use_data(kept);
}

/* "~" stands for the folder. */
static void
expand(const char *text, struct buf *ret)
{
	for (; *text != '\0'; text++)
		buf_addf(ret, *text == '~' ? "%s" : "%.1s",
		    *text == '~' ? test_folder() : text);
}

static struct config *
load(const char *main_text, struct buf *told)
{
	struct str_list errors = { 0 };
	struct config *c = NULL;
	struct ud_error err = { 0 };

	test_remove("pairs.d/a.conf");
	test_remove("pairs.d/b.conf");
	if (config_load(test_write("main.conf", main_text), engines, &c, &errors, &err) != 0)
		buf_addf(told, "%s\n", err.text);
	for (size_t i = 0; i < errors.count; i++)
		buf_addf(told, "%s\n", errors.items[i]);
	str_list_done(&errors);
	return c;
}

static void
write_data(const char *what, const char *text)
{
	char name[64];

	test_remove("data/timesten-errors.conf");
	test_remove("data/timesten-releases.conf");
	test_remove("data/timesten-phrases.conf");
	snprintf(name, sizeof(name), "data/timesten-%s.conf", what);
	test_write(name, text);
}

START_TEST(broken_files_are_a_line)
{
	struct buf told = { 0 }, wanted = { 0 };
	struct config *c;

	write_data(cases[_i].file, cases[_i].text);
	c = load(MAIN "data_directory = \"~/data\"\n", &told);
	expand(cases[_i].lines, &wanted);
	ck_assert_msg(strcmp(buf_text(&told), buf_text(&wanted)) == 0,
	    "%s:\n%sinstead of\n%s", cases[_i].what, buf_text(&told), buf_text(&wanted));
	config_free(c);
	buf_done(&told);
	buf_done(&wanted);
}
END_TEST

START_TEST(a_folder_that_is_named_must_be_there)
{
	struct buf told = { 0 };
	struct config *c = load(MAIN "data_directory = \"/none/x\"\n", &told);

	ck_assert_ptr_null(c);
	ck_assert_ptr_nonnull(strstr(buf_text(&told),
	    "main.conf:4: data_directory: \"/none/x\": No such file or directory; accepted: "));
	buf_done(&told);
}
END_TEST

/* What the site's file says counts, and nothing else of that file; the other one is ours. */
START_TEST(a_sites_file_replaces_ours)
{
	struct buf told = { 0 };
	struct release from, to;
	struct ud_error err;
	enum verdict v;
	struct config *c;

	write_data("errors", "error \"8025\" { verdict = \"again\" remedy = \"wait\" }\n");
	c = load(MAIN "data_directory = \"~/data\"\n", &told);
	ck_assert_msg(c != NULL, "%s", buf_text(&told));
	(void)tt_error_meaning(8025, &v);
	ck_assert_int_eq(v, VERDICT_DANGER);
	use(c);
	ck_assert_str_eq(tt_error_meaning(8025, &v), "wait");
	ck_assert_int_eq(v, VERDICT_AGAIN);
	ck_assert(!tt_error_is_known(649));
	(void)tt_error_meaning(649, &v);
	ck_assert_int_eq(v, VERDICT_STOP);
	ck_assert_int_eq(release_parse("22.1", &from, &err), 0);
	ck_assert_int_eq(release_parse("26.1", &to, &err), 0);
	ck_assert_ptr_nonnull(tt_crossing_find(&from, &to));
	buf_done(&told);
}
END_TEST

/* One warning for all of them; what editors leave, and what is not for us, is not told. */
START_TEST(a_file_that_is_not_read_is_told)
{
	static const char *const fine[] = { "timesten-errors.conf~", "timesten-errors.conf.bak",
		".timesten-errors.conf.swp", "README", "notes.txt", "advisories.conf", "main.conf" };
	static const char *const odd[] = { "error.conf", "Timesten-errors", "timesten-phrase.cfg" };
	struct buf told = { 0 };
	const char *told_of;
	struct config *c;
	char name[64];

	write_data("errors", "error \"8025\" { verdict = \"again\" remedy = \"wait\" }\n");
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++) {
		snprintf(name, sizeof(name), "data/%s", fine[i]);
		test_write(name, "x");
	}
	c = load(MAIN "data_directory = \"~/data\"\n", &told);
	ck_assert_msg(c != NULL, "%s", buf_text(&told));
	ck_assert_uint_eq(c->warnings.count, 1); /* there is no pair */
	ck_assert_ptr_null(c->data_unread.text);
	config_free(c);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		snprintf(name, sizeof(name), "data/%s", odd[i]);
		test_write(name, "x");
	}
	c = load(MAIN "data_directory = \"~/data\"\n", &told);
	ck_assert_msg(c != NULL, "%s", buf_text(&told));
	ck_assert_uint_eq(c->warnings.count, 2);
	told_of = strstr(c->warnings.items[0], "data_directory") != NULL ? c->warnings.items[0]
									 : c->warnings.items[1];
	ck_assert_ptr_nonnull(strstr(told_of, "main.conf:4: data_directory: not read in "));
	ck_assert_ptr_nonnull(strstr(told_of,
	    ": \"Timesten-errors\", \"error.conf\", \"timesten-phrase.cfg\"; accepted: "
	    "timesten-releases.conf, timesten-errors.conf, timesten-phrases.conf"));
	ck_assert_ptr_nonnull(c->data_unread.text);
	config_free(c);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		snprintf(name, sizeof(name), "data/%s", odd[i]);
		test_remove(name);
	}
	buf_done(&told);
}
END_TEST

/* A release that words it anew is understood; what the file does not word is as before. */
START_TEST(new_words_of_a_tool)
{
	static const char report[] = "Data store /d/x\nDatabase was put to sleep\n"
				     "RAM residence policy : manual\n------------\nEnd of report\n";
	struct tt_status s;
	struct ud_error err;
	struct buf told = { 0 };
	struct config *c;

	ck_assert_int_eq(tt_status_parse(report, &s, &err), 0);
	ck_assert_int_eq(s.stores[0].manually_loaded, FACT_UNKNOWN);
	tt_status_done(&s);
	write_data("phrases", "phrase \"unloaded\" { words = { \"was put to sleep\" } }\n");
	c = load(MAIN "data_directory = \"~/data\"\n", &told);
	ck_assert_msg(c != NULL, "%s", buf_text(&told));
	use(c);
	ck_assert_int_eq(tt_status_parse(report, &s, &err), 0);
	ck_assert_int_eq(s.stores[0].manually_loaded, FACT_NO);
	ck_assert_str_eq(s.stores[0].ram_policy, "manual");
	tt_status_done(&s);
	buf_done(&told);
}
END_TEST

/* Everything that can be asked of the three tables, as one text. */
static char *
whole(void)
{
	static const char *const majors[] = { "6.0", "7.0", "11.2.1", "11.2.2", "18.1", "22.1",
		"26.1", "23.1" };
	struct buf b = { 0 };
	char from[RELEASE_TEXT], to[RELEASE_TEXT];

	for (int n = 1; n <= 99999; n++) {
		enum verdict v;
		const char *remedy = tt_error_meaning(n, &v);

		if (tt_error_is_known(n) || tt_error_is_wrapper(n) || tt_error_is_warning(n))
			buf_addf(&b, "%d %d %s %d %d\n", n, (int)v, remedy,
			    tt_error_is_wrapper(n), tt_error_is_warning(n));
	}
	for (size_t i = 0; i < 64; i++) {
		struct release a, z;
		struct ud_error err;
		const struct tt_crossing *x;

		ck_assert_int_eq(release_parse(majors[i / 8], &a, &err), 0);
		ck_assert_int_eq(release_parse(majors[i % 8], &z, &err), 0);
		x = tt_crossing_find(&a, &z);
		buf_addf(&b, "%s %d %s %s %s %d %s\n", majors[i / 8], tt_major_is_known(&a),
		    majors[i % 8], x ? release_text(&x->from_min, from) : "",
		    x ? release_text(&x->to_min, to) : "", x && x->unsure,
		    x && x->why ? x->why : "");
	}
	for (int p = 0; p < PHRASES; p++) {
		const struct str_list *words = tt_phrase_words((enum tt_phrase)p);

		ck_assert_msg(words->count > 0, "%s has no words",
		    tt_phrase_title((enum tt_phrase)p));
		for (size_t i = 0; i < words->count; i++)
			buf_addf(&b, "%s \"%s\"\n", tt_phrase_title((enum tt_phrase)p),
			    words->items[i]);
	}
	return buf_take(&b);
}

START_TEST(what_ships_is_what_is_compiled_in)
{
	const char *top = getenv("srcdir");
	char *before = whole(), *after, *path, text[PATH_MAX + 256];
	struct buf told = { 0 };
	enum verdict v, v2;
	const char *remedy, *remedy2;
	struct config *c;

	(void)tt_error_text_find("Permission denied", &v, &remedy);
	path = realpath(top != NULL ? top : ".", NULL);
	ck_assert_ptr_nonnull(path);
	snprintf(text, sizeof(text), MAIN "data_directory = \"%s/etc\"\n", path);
	free(path);
	c = load(text, &told);
	ck_assert_msg(c != NULL, "%s", buf_text(&told));
	ck_assert_uint_ge(c->data_count, 3);
	for (size_t i = 0; i < c->data_count; i++)
		ck_assert_msg(c->data[i].table != NULL, "%s was not read",
		    c->data[i].file->name);
	use(c);
	after = whole();
	ck_assert_str_eq(after, before);
	ck_assert_uint_gt(strlen(before), 5000);
	free(after);
	free(before);
	(void)tt_error_text_find("Permission denied", &v2, &remedy2);
	ck_assert_int_eq(v, v2);
	ck_assert_str_eq(remedy, remedy2);
	buf_done(&told);
}
END_TEST

TCase *
data_tests(void)
{
	TCase *tc = tcase_create("data");

	tcase_add_loop_test(tc, broken_files_are_a_line, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_folder_that_is_named_must_be_there);
	tcase_add_test(tc, a_sites_file_replaces_ours);
	tcase_add_test(tc, a_file_that_is_not_read_is_told);
	tcase_add_test(tc, new_words_of_a_tool);
	tcase_add_test(tc, what_ships_is_what_is_compiled_in);
	return tc;
}
