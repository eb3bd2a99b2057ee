/* One test case for each file of common/. */
#ifndef UD_TESTS_UNIT_COMMON_CHECK_COMMON_H
#define UD_TESTS_UNIT_COMMON_CHECK_COMMON_H

#include <check.h>

TCase *buf_tests(void);
TCase *clock_tests(void);
TCase *duration_tests(void);
TCase *error_tests(void);
TCase *json_tests(void);
TCase *log_tests(void);
TCase *mem_tests(void);
TCase *release_tests(void);
TCase *secret_tests(void);
TCase *str_tests(void);

#endif
