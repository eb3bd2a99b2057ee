/* Rules of TimesTen and the table of releases that they read. */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_CHECK_RULES_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_CHECK_RULES_H

#include <check.h>

TCase *compatibility_tests(void);
TCase *rules_release_tests(void);
TCase *rules_host_tests(void);
TCase *rules_scheme_tests(void);
TCase *rules_database_tests(void);

#endif
