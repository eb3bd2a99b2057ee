#include "tests/unit/engine/timesten/check_timesten.h"

/* clang-format off */
static const struct { const char *what, *text, *release; int bits; } cases[] = {
	{ "7.0, -m", "patched=no\nproduct=TimesTen\nmajor=7\nminor=0\nversion=7.0.5.1.0\n"
	  "shortversion=70\nbits=64\nos=Linux/x86_64\n", "7.0.5.1.0", 64 },
	{ "22.1, -m, CRLF and blanks", "major1=22\r\n version = 22.1.1.27.0 \r\nbits=64\r\n",
	  "22.1.1.27.0", 64 },
	{ "11.2.1, plain", "TimesTen Release 11.2.1.9.0 (64 bit Linux/x86_64) (tt1121a:53396)"
	  " 2011-11-30T08:03:40Z\n  Instance admin: ttadm\n", "11.2.1.9.0", 64 },
	{ "7.0, plain, 32 bit", "TimesTen Release 7.0.5.0.0 (32 bit Linux/x86) (tt70:16000)\n"
	  "2008-04-04T00:09:04Z\n", "7.0.5.0.0", 32 },
	{ "6.0, plain", "\nTimesTen Release 6.0.17 (32 bit Linux/x86) (tt60:16100)\n", "6.0.17",
	  32 },
	{ "6.0, the patch level without its dot", "TimesTen Release 6.04 (32 bit Linux/x86) (tt60d:16100)\n"
	  "Mar 02 2007 11:45:09\n  Instance admin: ttadm\n", "6.0.4", 32 },
	{ "6.0, a patch level of two digits", "TimesTen Release 6.017 (64 bit Linux/x86_64) (tt60d:16100)",
	  "6.0.17", 64 },
	{ "7.0, plain, the major release alone", "TimesTen Release 7.0 (64 bit Linux/x86_64) (tt70:15100)\n",
	  "7.0", 64 },
	{ "client only: two blanks", "TimesTen Release 22.1.1.27.0  (64 bit Linux/x86_64)"
	  " (cli)", "22.1.1.27.0", 64 },
	{ "26.1, no bits said", "version=26.1.1.1.0", "26.1.1.1.0", 0 },
};
/* clang-format on */

START_TEST(releases)
{
	struct ud_error err = { 0 };
	char buf[RELEASE_TEXT];
	struct release r;
	int bits = -1;

	ck_assert_msg(tt_version_parse(cases[_i].text, &r, &bits, &err) == 0, "%s: %s",
	    cases[_i].what, err.text);
	ck_assert_str_eq(release_text(&r, buf), cases[_i].release);
	ck_assert_int_eq(bits, cases[_i].bits);
}
END_TEST

START_TEST(no_release_is_an_error)
{
	static const char *const texts[] = { "", "ttVersion: not found\n", "version=\n",
		"version=unknown\n", "TimesTen Release (64 bit)\n" };
	struct release r;
	struct ud_error err;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert_msg(tt_version_parse(texts[i], &r, NULL, &err) == -1, "%s",
		    texts[i]);
		ck_assert_int_eq(err.code, UD_EPARSE);
	}
}
END_TEST

TCase *
tt_version_tests(void)
{
	TCase *tc = tcase_create("ttVersion");

	tcase_add_loop_test(tc, releases, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, no_release_is_an_error);
	return tc;
}
