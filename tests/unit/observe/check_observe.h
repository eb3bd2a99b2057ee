/* One test case for each file of daemon/observe/. */
#ifndef UD_TESTS_UNIT_OBSERVE_CHECK_OBSERVE_H
#define UD_TESTS_UNIT_OBSERVE_CHECK_OBSERVE_H

#include <check.h>

TCase *lag_tests(void);
TCase *poller_tests(void);
TCase *access_tests(void);
TCase *behind_tests(void);

#endif
