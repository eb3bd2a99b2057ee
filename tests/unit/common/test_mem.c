#include "common/mem.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/common/check_common.h"

START_TEST(gives_zeroed_memory)
{
	static const char zero[64];
	char *p = mem_alloc(sizeof(zero));

	ck_assert_mem_eq(p, zero, sizeof(zero));
	free(p);
	p = mem_alloc(0);
	ck_assert_ptr_nonnull(p);
	free(p);
}
END_TEST

START_TEST(grows_arrays)
{
	int *n = mem_array(NULL, 2, sizeof(*n));

	n[0] = 1;
	n[1] = 2;
	n = mem_array(n, 1000, sizeof(*n));
	ck_assert_int_eq(n[1], 2);
	n = mem_array(n, 0, sizeof(*n));
	ck_assert_ptr_nonnull(n);
	free(n);
}
END_TEST

START_TEST(copies_and_prints)
{
	char *a = mem_strdup("abc"), *b = mem_strndup("abcdef", 2);
	char *c = mem_printf("%s-%d", a, 5);

	ck_assert_str_eq(a, "abc");
	ck_assert_str_eq(b, "ab");
	ck_assert_str_eq(c, "abc-5");
	ck_assert_ptr_null(mem_strdup(NULL));
	free(a);
	free(b);
	free(c);
}
END_TEST

START_TEST(overflow_aborts)
{
	volatile size_t many = SIZE_MAX / 2;

	free(mem_array(NULL, many, 16));
}
END_TEST

TCase *
mem_tests(void)
{
	TCase *tc = tcase_create("mem");

	tcase_add_test(tc, gives_zeroed_memory);
	tcase_add_test(tc, grows_arrays);
	tcase_add_test(tc, copies_and_prints);
#ifndef __SANITIZE_ADDRESS__ /* it ends the program in its own way */
	tcase_add_test_raise_signal(tc, overflow_aborts, SIGABRT);
#else
	(void)overflow_aborts;
#endif
	return tc;
}
