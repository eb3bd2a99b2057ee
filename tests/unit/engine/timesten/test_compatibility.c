#include "daemon/engine/timesten/procedures/compatibility.h"

#include <string.h>

#include "common/str.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "tests/unit/engine/timesten/check_rules.h"

enum way { CROSSES, TOO_LOW, NO_WAY };

/* clang-format off */
static const struct { const char *from, *to; enum way way; const char *text; } ways[] = {
	{ "6.0.17",	   "7.0.5.1.0",	   CROSSES, "" },
	{ "6.0.17",	   "11.2.1.9.0",   CROSSES, "" },
	{ "6.0.17",	   "11.2.2.8.0",   NO_WAY,  "no guide describes" },
	{ "6.0.17",	   "22.1.1.21.0",  NO_WAY,  "no guide describes" },
	{ "7.0.5.1.0",	   "11.2.1.9.0",   CROSSES, "" },
	{ "7.0.5.1.0",	   "11.2.2.8.0",   CROSSES, "" },
	{ "7.0.5.1.0",	   "18.1.4.1.0",   NO_WAY,  "no guide describes" },
	{ "11.2.1.9.0",	   "11.2.2.8.0",   CROSSES, "" },
	{ "11.2.1.9.0",	   "18.1.4.1.0",   NO_WAY,  "between 11.2.1 and 18.1" },
	{ "11.2.1.9.0",	   "22.1.1.21.0",  NO_WAY,  "between 11.2.1 and 22.1" },
	{ "11.2.2.8.27",   "18.1.4.1.0",   CROSSES, "" },
	{ "11.2.2.8.26",   "18.1.4.1.0",   TOO_LOW, "11.2.2.8.26 is below 11.2.2.8.27" },
	{ "11.2.2.8.27",   "22.1.1.21.0",  CROSSES, "" },
	{ "11.2.2.8.35",   "22.1.1.27.0",  CROSSES, "" },
	{ "11.2.2.8.26",   "22.1.1.21.0",  TOO_LOW, "below 11.2.2.8.27" },
	{ "11.2.2",	   "22.1.1.21.0",  TOO_LOW, "11.2.2 is below" },
	{ "11.2.2.8.35",   "26.1.1.1.0",   NO_WAY,  "no guide describes" },
	{ "18.1.4.1.0",	   "22.1.1.21.0",  CROSSES, "" },
	{ "18.1.4.54.0",   "26.1.1.1.0",   CROSSES, "" },
	{ "18.1.4.53.0",   "26.1.1.1.0",   TOO_LOW, "below 18.1.4.54.0" },
	{ "22.1.1.36.0",   "26.1.1.1.0",   CROSSES, "" },
	{ "22.1.1.36",	   "26.1.1.1",	   CROSSES, "" },
	{ "22.1.1.35.9",   "26.1.1.1.0",   TOO_LOW, "below 22.1.1.36.0" },
	{ "22.1.1.36.0",   "26.1.1.0.0",   TOO_LOW, "26.1.1.0.0 is below 26.1.1.1.0" },
	/* inside one major, both ways */
	{ "22.1.1.1.0",	   "22.1.1.21.0",  CROSSES, "" },
	{ "22.1.2.1.0",	   "22.1.1.21.0",  CROSSES, "" },
	{ "11.2.2.8.35",   "11.2.2.1.0",   CROSSES, "" },
	/* down */
	{ "22.1.1.21.0",   "18.1.4.1.0",   NO_WAY,  "no way leads down" },
	{ "11.2.2.8.35",   "11.2.1.9.0",   NO_WAY,  "no way leads down" },
	{ "26.1.1.1.0",	   "22.1.1.36.0",  NO_WAY,  "no way leads down" },
	/* unknown */
	{ "21.1.1.1.0",	   "22.1.1.21.0",  NO_WAY,  "does not know major release 21.1" },
	{ "11.2.2.8.35",   "23.1.1.1.0",   NO_WAY,  "does not know major release 23.1" },
	{ "11.2.2.8.35",   "12.1.0.0.0",   NO_WAY,  "does not know major release 12.1" },
	{ "12.1.0.1.0",	   "12.1.0.2.0",   NO_WAY,  "does not know major release 12.1" },
	{ "11.2.3.1.0",	   "22.1.1.21.0",  NO_WAY,  "does not know major release 11.2.3" },
	{ "5.1.20",	   "6.0.17",	   NO_WAY,  "does not know major release 5.1" },
	{ "6.1.0",	   "7.0.5.1.0",	   NO_WAY,  "does not know major release 6.1" },
};
/* clang-format on */

static struct release
release(const char *text)
{
	struct release r;
	struct ud_error err;

	ck_assert_int_eq(release_parse(text, &r, &err), 0);
	return r;
}

START_TEST(crossing)
{
	struct release from = release(ways[_i].from), to = release(ways[_i].to);
	char text[256] = "left over", majors[256] = "left over";

	ck_assert_msg(tt_may_cross(&from, &to, text, sizeof(text)) ==
		(ways[_i].way == CROSSES),
	    "%s to %s: %s", ways[_i].from, ways[_i].to, text);
	ck_assert_msg(ways[_i].text[0] == '\0' ? text[0] == '\0'
					       : strstr(text, ways[_i].text) != NULL,
	    "%s to %s: %s", ways[_i].from, ways[_i].to, text);
	ck_assert_msg(tt_majors_may_cross(&from, &to, majors, sizeof(majors)) ==
		(ways[_i].way != NO_WAY),
	    "%s to %s: %s", ways[_i].from, ways[_i].to, majors);
	ck_assert_str_eq(majors, ways[_i].way == NO_WAY ? text : "");
}
END_TEST

/* The procedure asks the table, but leaves patch levels to the check. */
START_TEST(procedure)
{
	struct release from = release(ways[_i].from), to = release(ways[_i].to);
	struct pair p = { .topology = (char[]){ "active-standby" } };
	char text[256] = "";
	bool wanted = ways[_i].way != NO_WAY && !release_same_major(&from, &to);

	ck_assert_msg(tt_asp_major.applies(&p, &from, &to, text, sizeof(text)) ==
		wanted,
	    "%s to %s: %s", ways[_i].from, ways[_i].to, text);
	ck_assert_msg(wanted || text[0] != '\0', "%s to %s: no reason", ways[_i].from,
	    ways[_i].to);
}
END_TEST

START_TEST(unset)
{
	struct release none = { 0 }, to = release("22.1.1.21.0");
	char text[256];

	ck_assert(!tt_major_is_known(&none));
	ck_assert(!tt_may_cross(&none, &to, text, sizeof(text)));
	ck_assert(!tt_may_cross(&to, &none, text, sizeof(text)));
	ck_assert_str_ne(text, "");
}
END_TEST

TCase *
compatibility_tests(void)
{
	TCase *tc = tcase_create("compatibility");

	tcase_add_loop_test(tc, crossing, 0, (int)ARRAY_SIZE(ways));
	tcase_add_loop_test(tc, procedure, 0, (int)ARRAY_SIZE(ways));
	tcase_add_test(tc, unset);
	return tc;
}
