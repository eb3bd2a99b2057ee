/* One test case for each concern of daemon/api. */
#ifndef UD_TESTS_UNIT_API_CHECK_API_H
#define UD_TESTS_UNIT_API_CHECK_API_H

#include <check.h>

TCase *doc_tests(void);
TCase *events_tests(void);
TCase *health_tests(void);
TCase *history_tests(void);
TCase *limits_tests(void);
TCase *metrics_tests(void);
TCase *pairs_tests(void);
TCase *plans_tests(void);
TCase *rights_tests(void);
TCase *routes_tests(void);
TCase *sockets_tests(void);
TCase *start_tests(void);
TCase *steering_tests(void);
TCase *upgrades_tests(void);
TCase *waiting_tests(void);
TCase *why_tests(void);

#endif
