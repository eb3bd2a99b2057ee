/* Steps of TimesTen: what was seen, what was printed -> what the probe says. */
#ifndef UD_TESTS_UNIT_ENGINE_STEPS_CHECK_STEPS_H
#define UD_TESTS_UNIT_ENGINE_STEPS_CHECK_STEPS_H

#include <check.h>

TCase *classic_tests(void);
TCase *swap_tests(void);
TCase *copies_tests(void);
TCase *definitions_tests(void);
TCase *rows_tests(void); /* counted: cached tables, subscribers */

#endif
