#include "config.h"

#include "client/sse.h"
#include "common/error.h"
#include "tests/unit/client/check_client.h"

/* clang-format off */
static const struct { const char *what, *text, *id; size_t records; } cases[] = {
	{ "one record",           "id: 7\nevent: step\ndata: {}\n\n",         "7", 1 },
	{ "two records",          "id: 7\ndata: a\n\nid: 8\ndata: b\n\n",     "8", 2 },
	{ "not ended yet",        "id: 7\ndata: a\n\nid: 8\ndata: b\n",       "7", 1 },
	{ "a comment is nothing", ": alive\n\n: alive\n\n",                   "",  0 },
	{ "an id without data",   "id: 9\n\n",                                "9", 0 },
	{ "CR LF",                "id: 7\r\ndata: a\r\n\r\n",                 "7", 1 },
	{ "CR alone",             "id: 7\rdata: a\r\r",                       "7", 1 },
	{ "no space behind ':'",  "id:7\ndata:a\n\n",                         "7", 1 },
	{ "unknown fields",       "retry: 5\nx\nid: 7\ndata\n\n",             "7", 1 },
};
/* clang-format on */

START_TEST(pieces_of_any_size)
{
	size_t piece, at, len = strlen(cases[_i].text);

	for (piece = 1; piece <= len; piece++) {
		struct sse s = { 0 };

		for (at = 0; at < len; at += piece)
			sse_feed(&s, cases[_i].text + at,
			    len - at < piece ? len - at : piece);
		ck_assert_msg(strcmp(s.id, cases[_i].id) == 0, "%s: id %s",
		    cases[_i].what, s.id);
		ck_assert_msg(s.records == cases[_i].records, "%s: %zu records",
		    cases[_i].what, s.records);
		sse_done(&s);
	}
}
END_TEST

START_TEST(a_restart_drops_what_was_not_complete)
{
	struct sse s = { 0 };

	sse_feed(&s, "id: 7\ndata: a\n\nid: 8\nda", 23);
	sse_restart(&s);
	sse_feed(&s, "data: b\n\n", 9);
	ck_assert_str_eq(s.id, "7");
	ck_assert_uint_eq(s.records, 2);
	sse_done(&s);
}
END_TEST

TCase *
sse_tests(void)
{
	TCase *tc = tcase_create("sse");

	tcase_add_loop_test(tc, pieces_of_any_size, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_restart_drops_what_was_not_complete);
	return tc;
}
