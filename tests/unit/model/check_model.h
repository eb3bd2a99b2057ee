/* One test case for each file of daemon/model/ with a body worth a test. */
#ifndef UD_TESTS_UNIT_MODEL_CHECK_MODEL_H
#define UD_TESTS_UNIT_MODEL_CHECK_MODEL_H

#include <check.h>

TCase *advisory_tests(void);
TCase *bookmark_tests(void);
TCase *command_tests(void);
TCase *decision_tests(void);
TCase *finding_tests(void);
TCase *observation_tests(void);
TCase *pair_tests(void);
TCase *past_tests(void);
TCase *settings_tests(void);

#endif
