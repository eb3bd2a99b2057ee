#include "common/json.h"

#include <string.h>

#include "tests/unit/common/check_common.h"

static json_t *body;
static struct ud_error err;

static void
set_up(void)
{
	static const char text[] =
	    "{\"to\":\"22.1\",\"n\":5,\"yes\":true,\"none\":null,"
	    "\"zero\":\"a\\u0000b\",\"real\":1.5}";

	memset(&err, 0, sizeof(err));
	body = json_loads(text, JSON_ALLOW_NUL, NULL);
	ck_assert_ptr_nonnull(body);
}

static void
tear_down(void)
{
	json_decref(body);
}

/* clang-format off */
static const struct { const char *what, *text, *complaint; } texts[] = {
	{ "an object",          "{\"a\":1}",          NULL },
	{ "any value",          " 12 ",               NULL },
	{ "nothing",            "",                   "line 1" },
	{ "half an object",     "{\"a\":\n",          "line 2" },
	{ "something behind",   "{} x",               "column" },
	{ "a member twice",     "{\"a\":1,\"a\":2}",  "duplicate" },
	{ "not UTF-8",          "\"\xff\"",           "decode" },
};

enum kind { STRING, BOOL };
static const struct {
	const char *key;
	enum kind kind;
	bool required;
	const char *complaint;
} members[] = {
	{ "to",     STRING, true,  NULL },
	{ "yes",    BOOL,   true,  NULL },
	{ "absent", STRING, false, NULL },
	{ "absent", BOOL,   false, NULL },
	{ "none",   STRING, false, NULL },
	{ "none",   STRING, true,  "body.none: a string is needed" },
	{ "absent", STRING, true,  "body.absent: a string is needed" },
	{ "absent", BOOL,   true,  "body.absent: true or false is needed" },
	{ "n",      STRING, false, "body.n: a string is needed" },
	{ "to",     BOOL,   false, "body.to: true or false is needed" },
	{ "zero",   STRING, false, "body.zero: a zero byte is not accepted" },
};
/* clang-format on */

START_TEST(parses_whole_texts)
{
	json_t *value = NULL;
	int rc = ujson_parse(texts[_i].text, strlen(texts[_i].text), &value, &err);

	ck_assert_msg((rc == 0) == !texts[_i].complaint, "%s: got %d", texts[_i].what,
	    rc);
	if (rc != 0) {
		ck_assert_int_eq(err.code, UD_EUSAGE);
		ck_assert_msg(strstr(err.text, texts[_i].complaint) != NULL,
		    "%s: got \"%s\"", texts[_i].what, err.text);
	}
	json_decref(value);
}
END_TEST

START_TEST(reads_members)
{
	const char *string = "untouched";
	bool flag = false;
	int rc = -1;

	switch (members[_i].kind) {
	case STRING:
		rc = ujson_string(body, members[_i].key, members[_i].required, &string,
		    &err);
		break;
	case BOOL:
		rc = ujson_bool(body, members[_i].key, members[_i].required, &flag,
		    &err);
		break;
	}
	ck_assert_int_eq(rc, members[_i].complaint ? -1 : 0);
	if (rc != 0)
		ck_assert_str_eq(err.text, members[_i].complaint);
}
END_TEST

START_TEST(absent_members_leave_defaults)
{
	const char *string = "before";
	bool flag = true;

	ck_assert_int_eq(ujson_string(body, "absent", false, &string, &err), 0);
	ck_assert_ptr_null(string);
	ck_assert_int_eq(ujson_bool(body, "absent", false, &flag, &err), 0);
	ck_assert(flag);
	ck_assert_int_eq(ujson_string(json_null(), "to", false, &string, &err), -1);
	ck_assert_str_eq(err.text, "body: an object is needed");
}
END_TEST

START_TEST(names_what_it_does_not_know)
{
	static const char *const all[] = { "to", "n", "yes", "none", "zero", "real",
		NULL };
	static const char *const some[] = { "to", "n", NULL };
	static const char *const none[] = { NULL };

	ck_assert_int_eq(ujson_known(body, all, &err), 0);
	ck_assert_int_eq(ujson_known(body, some, &err), -1);
	ck_assert_int_eq(err.code, UD_EUSAGE);
	ck_assert_str_eq(err.text, "body.yes: no such member");
	ck_assert_str_eq(err.remedy, "known members: to, n");
	ck_assert_int_eq(ujson_known(body, none, &err), -1);
	ck_assert_str_eq(err.remedy, "known members: none");
	ck_assert_int_eq(ujson_known(json_true(), all, &err), -1);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *in, *out; } strings[] = {
	{ "nothing is null",      NULL,               "null" },
	{ "empty is null",        "",                 "null" },
	{ "plain",                "a\"b",             "\"a\\\"b\"" },
	{ "UTF-8 stays",          "\xe2\x82\xac",     "\"\xe2\x82\xac\"" },
	{ "Latin-1 is repaired",  "gr\xfc\xdf",       "\"gr\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "only the bad byte",    "\xe2\x82\xac\xff", "\"\xe2\x82\xac\xef\xbf\xbd\"" },
	{ "cut at the end",       "a\xe2\x82",        "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "overlong",             "\xc0\xaf",         "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
};
/* clang-format on */

START_TEST(prints_strings)
{
	json_t *value = ujson_str_or_null(strings[_i].in);
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	ck_assert_msg(strcmp(text, strings[_i].out) == 0, "%s: got %s",
	    strings[_i].what, text);
	free(text);
	json_decref(value);
}
END_TEST

START_TEST(prints_unknown_as_null)
{
	json_t *ms = ujson_ms_or_null(0),
	       *at = ujson_time_or_null(INT64_C(1709164800000));

	ck_assert(json_is_null(ujson_ms_or_null(-1)));
	ck_assert(json_is_null(ujson_time_or_null(0)));
	ck_assert_int_eq(json_integer_value(ms), 0);
	ck_assert_str_eq(json_string_value(at), "2024-02-29T00:00:00.000Z");
	json_decref(ms);
	json_decref(at);
}
END_TEST

TCase *
json_tests(void)
{
	TCase *tc = tcase_create("json");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, parses_whole_texts, 0, ARRAY_SIZE(texts));
	tcase_add_loop_test(tc, reads_members, 0, ARRAY_SIZE(members));
	tcase_add_test(tc, absent_members_leave_defaults);
	tcase_add_test(tc, names_what_it_does_not_know);
	tcase_add_loop_test(tc, prints_strings, 0, ARRAY_SIZE(strings));
	tcase_add_test(tc, prints_unknown_as_null);
	return tc;
}
