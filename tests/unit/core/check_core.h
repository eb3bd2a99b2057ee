/* One test case for each file of core/. Promises are tests of their names. */
#ifndef UD_TESTS_UNIT_CORE_CHECK_CORE_H
#define UD_TESTS_UNIT_CORE_CHECK_CORE_H

#include <check.h>

TCase *states_tests(void);
TCase *spoilt_tests(void);
TCase *requests_tests(void);
TCase *guards_tests(void);
TCase *pause_tests(void);
TCase *resume_tests(void);
TCase *abort_tests(void);
TCase *step_tests(void);
TCase *lanes_tests(void);
TCase *looks_tests(void);

#endif
