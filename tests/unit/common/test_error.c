#include "common/error.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/common/check_common.h"

START_TEST(fails_wraps_and_remedies)
{
	struct ud_error err = { .remedy = "an old one" };

	ck_assert_int_eq(ud_fail(&err, UD_ESTATE, "no %s of %d", "gate", 7), -1);
	ck_assert_int_eq(err.code, UD_ESTATE);
	ck_assert_str_eq(err.text, "no gate of 7");
	ck_assert_str_eq(err.remedy, "");
	ck_assert_int_eq(ud_remedy(&err, "wait for %s", "it"), -1);
	ck_assert_int_eq(ud_wrap(&err, "pair %s", "sales"), -1);
	ck_assert_int_eq(err.code, UD_ESTATE);
	ck_assert_str_eq(err.text, "pair sales: no gate of 7");
	ck_assert_str_eq(err.remedy, "wait for it");
}
END_TEST

START_TEST(may_be_its_own_argument)
{
	struct ud_error err;

	(void)ud_fail(&err, UD_EPARSE, "inner");
	(void)ud_fail(&err, UD_EUTILITY, "outer (%s)", err.text);
	ck_assert_str_eq(err.text, "outer (inner)");
}
END_TEST

/* A cut text ends with a whole character, whatever its place. */
START_TEST(cuts_between_characters)
{
	struct ud_error err;
	char text[600];
	size_t len, i;

	memset(text, 'a', sizeof(text));
	for (i = (size_t)_i; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3); /* euro sign */
	text[i] = '\0';
	(void)ud_fail(&err, UD_EPARSE, "%s", text);
	len = strlen(err.text);
	ck_assert_uint_ge(len, sizeof(err.text) - 3);
	ck_assert_uint_eq((len - (size_t)_i) % 3, 0);
}
END_TEST

START_TEST(every_code_has_a_row)
{
	enum ud_code code, other;

	for (code = UD_OK; code < UD_CODES; code++) {
		ck_assert_ptr_nonnull(ud_code_name(code));
		ck_assert_int_eq(ud_code_find(ud_code_name(code)), code);
		ck_assert_int_ge(ud_code_http(code), code == UD_OK ? 200 : 400);
		ck_assert_int_le(ud_code_exit(code), 9);
		ck_assert((ud_code_exit(code) == 0) == (code == UD_OK));
		for (other = UD_OK; other < code; other++)
			ck_assert_str_ne(ud_code_name(code), ud_code_name(other));
	}
	ck_assert_int_eq(ud_code_find("nonsense"), UD_CODES);
	ck_assert_int_eq(ud_code_find(NULL), UD_CODES);
}
END_TEST

/* clang-format off */
static const struct { enum ud_code code; int http, exit; } fixed[] = {
	{ UD_EUSAGE,       400, 2 },
	{ UD_EAUTH,        403, 9 },
	{ UD_ENOTFOUND,    404, 5 },
	{ UD_EMETHOD,      405, 2 },
	{ UD_ESTATE,       409, 3 },
	{ UD_EBLOCKED,     409, 8 },
	{ UD_ESTALE,       412, 3 },
	{ UD_ETOOBIG,      413, 2 },
	{ UD_EMISSING,     428, 2 },
	{ UD_EUNREACHABLE, 503, 6 },
	{ UD_ETIMEOUT,     504, 7 },
};
/* clang-format on */

START_TEST(statuses_are_a_contract)
{
	ck_assert_int_eq(ud_code_http(fixed[_i].code), fixed[_i].http);
	ck_assert_int_eq(ud_code_exit(fixed[_i].code), fixed[_i].exit);
}
END_TEST

TCase *
error_tests(void)
{
	TCase *tc = tcase_create("error");

	tcase_add_test(tc, fails_wraps_and_remedies);
	tcase_add_test(tc, may_be_its_own_argument);
	tcase_add_loop_test(tc, cuts_between_characters, 0, 3);
	tcase_add_test(tc, every_code_has_a_row);
	tcase_add_loop_test(tc, statuses_are_a_contract, 0, ARRAY_SIZE(fixed));
	return tc;
}
