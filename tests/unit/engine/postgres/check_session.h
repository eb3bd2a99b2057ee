/* Tests that need a server. */
#ifndef UD_TESTS_UNIT_ENGINE_POSTGRES_CHECK_SESSION_H
#define UD_TESTS_UNIT_ENGINE_POSTGRES_CHECK_SESSION_H

#include <check.h>

TCase *session_tests(void);
TCase *host_tests(void);
TCase *defined_tests(void);

#endif
