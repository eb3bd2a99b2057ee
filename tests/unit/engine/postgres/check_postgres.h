/* The suites of this folder. */
#ifndef UD_TESTS_UNIT_ENGINE_POSTGRES_CHECK_POSTGRES_H
#define UD_TESTS_UNIT_ENGINE_POSTGRES_CHECK_POSTGRES_H

#include <check.h>

TCase *lease_tests(void);
TCase *major_tests(void);
TCase *names_tests(void);
TCase *observe_tests(void);
TCase *observe_details_tests(void);
TCase *pg_judge_tests(void);
TCase *pg_release_tests(void);
TCase *rules_tests(void);
TCase *script_tests(void);
TCase *validate_tests(void);

#endif
