#include "common/duration.h"

#include <string.h>

#include "tests/unit/common/check_common.h"

#define REFUSED (-1)

/* clang-format off */
static const struct { const char *text; int64_t ms; } parsed[] = {
	{ "0",          0 },
	{ "0s",         0 },
	{ "250ms",      250 },
	{ "90s",        90000 },
	{ "15m",        900000 },
	{ "6h",         21600000 },
	{ "400d",       INT64_C(34560000000) },
	{ "1.5s",       1500 },
	{ "0.25h",      900000 },
	{ "1h30m",      5400000 },
	{ "1d2h3m4s5ms", 93784005 },
	{ "",           REFUSED },
	{ "5",          REFUSED },
	{ "-5s",        REFUSED },
	{ "+5s",        REFUSED },
	{ " 5s",        REFUSED },
	{ "5 s",        REFUSED },
	{ "5s ",        REFUSED },
	{ "5S",         REFUSED },
	{ "5sec",       REFUSED },
	{ "1.s",        REFUSED },
	{ ".5s",        REFUSED },
	{ "s",          REFUSED },
	{ "30m1h",      REFUSED },
	{ "5m5m",       REFUSED },
	{ "1h30",       REFUSED },
	{ "36501d",     REFUSED },
	{ "99999999999999999999h", REFUSED },
};

static const struct { int64_t ms; const char *text; } printed[] = {
	{ -1,           "-" },
	{ 0,            "0.000 s" },
	{ 42,           "0.042 s" },
	{ 5120,         "5.120 s" },
	{ 9999,         "9.999 s" },
	{ 12345,        "12.3 s" },
	{ 59999,        "59.9 s" },
	{ 60000,        "1 min 00 s" },
	{ 245000,       "4 min 05 s" },
	{ 7800000,      "2 h 10 min" },
	{ 86399999,     "23 h 59 min" },
	{ 273600000,    "3 d 4 h" },
	{ INT64_MAX,    "106751991167 d 7 h" },
};
/* clang-format on */

START_TEST(parses)
{
	struct ud_error err = { 0 };
	int64_t ms = 77;
	int rc = duration_parse(parsed[_i].text, &ms, &err);

	if (parsed[_i].ms == REFUSED) {
		ck_assert_msg(rc == -1, "\"%s\" is accepted", parsed[_i].text);
		ck_assert_int_eq(err.code, UD_EUSAGE);
		ck_assert_str_ne(err.remedy, "");
		ck_assert_int_eq(ms, 77);
	} else {
		ck_assert_msg(rc == 0, "\"%s\" is refused", parsed[_i].text);
		ck_assert_int_eq(ms, parsed[_i].ms);
	}
}
END_TEST

START_TEST(prints)
{
	char buf[DURATION_TEXT];

	ck_assert_str_eq(duration_text(printed[_i].ms, buf), printed[_i].text);
}
END_TEST

TCase *
duration_tests(void)
{
	TCase *tc = tcase_create("duration");

	tcase_add_loop_test(tc, parses, 0, ARRAY_SIZE(parsed));
	tcase_add_loop_test(tc, prints, 0, ARRAY_SIZE(printed));
	return tc;
}
