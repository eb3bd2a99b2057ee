/* A test case for what a turn promises, one for the write pause, one for what a restart finds again. */
#ifndef UD_TESTS_UNIT_CONDUCTOR_CHECK_CONDUCTOR_H
#define UD_TESTS_UNIT_CONDUCTOR_CHECK_CONDUCTOR_H

#include <check.h>

#define LIMIT_S 120 /* of a test on a busy machine; half of it for what it awaits */

TCase *turn_tests(void);
TCase *pause_tests(void);
TCase *recover_tests(void);

#endif
