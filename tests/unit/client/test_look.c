#include "config.h"

#include "client/look.h"
#include "tests/unit/client/check_client.h"

static const char doc_text[] =
    "{\"s\":\"word\",\"e\":\"\",\"i\":12,\"n\":null,\"neg\":-1,\"r\":1.5,\"t\":true,\"f\":false,"
    "\"o\":{\"a\":1},\"a\":[\"x\",\"y\",3],\"at\":\"2026-01-31T23:59:59.123Z\",\"ms\":842}";

/* clang-format off */
static const struct { const char *key, *word; int64_t number; } cases[] = {
	{ "s",       "word",        -1 },
	{ "e",       "-",           -1 },
	{ "i",       "12",          12 },
	{ "n",       "-",           -1 },
	{ "neg",     "-1",          -1 },
	{ "r",       "1.5",          1 },
	{ "t",       "yes",         -1 },
	{ "f",       "no",          -1 },
	{ "o",       "{\"a\":1}",   -1 },
	{ "missing", "-",           -1 },
};
/* clang-format on */

static json_t *
load(void)
{
	json_t *doc = json_loads(doc_text, 0, NULL);

	ck_assert_ptr_nonnull(doc);
	return doc;
}

START_TEST(unknown_is_a_dash)
{
	json_t *doc = load();
	char text[LOOK_TEXT];

	ck_assert_str_eq(look_word(doc, cases[_i].key, text), cases[_i].word);
	ck_assert_int_eq(look_number(doc, cases[_i].key), cases[_i].number);
	ck_assert_str_eq(look_word(NULL, cases[_i].key, text), "-");
	json_decref(doc);
}
END_TEST

START_TEST(lists_times_durations)
{
	json_t *doc = load();
	char text[LOOK_TEXT];
	struct buf out = { 0 };

	ck_assert(look_add_list(&out, doc, "a"));
	ck_assert_str_eq(buf_text(&out), "x, y, 3");
	ck_assert(!look_add_list(&out, doc, "n"));
	ck_assert_str_eq(look_time(doc, "at", text), "2026-01-31 23:59:59Z");
	ck_assert_str_eq(look_time(doc, "s", text), "word");
	ck_assert_str_eq(look_time(doc, "n", text), "-");
	ck_assert_str_eq(look_duration(doc, "ms", text), "0.842 s");
	ck_assert_str_eq(look_duration(doc, "n", text), "-");
	ck_assert(look_is_true(doc, "t") && !look_is_true(doc, "f") &&
	    !look_is_true(doc, "s"));
	buf_done(&out);
	json_decref(doc);
}
END_TEST

TCase *
look_tests(void)
{
	TCase *tc = tcase_create("look");

	tcase_add_loop_test(tc, unknown_is_a_dash, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, lists_times_durations);
	return tc;
}
