/* One test case for each concern of client/; the last ones run the whole client against
 * a scripted daemon. */
#ifndef UD_TESTS_UNIT_CLIENT_CHECK_CLIENT_H
#define UD_TESTS_UNIT_CLIENT_CHECK_CLIENT_H

#include <check.h>

TCase *abort_tests(void);
TCase *cells_tests(void);
TCase *follow_tests(void);
TCase *look_tests(void);
TCase *options_tests(void);
TCase *pages_tests(void);
TCase *problem_tests(void);
TCase *records_tests(void);
TCase *screen_tests(void);
TCase *sse_tests(void);
TCase *table_tests(void);
TCase *trouble_tests(void);
TCase *verbs_tests(void);

#endif
