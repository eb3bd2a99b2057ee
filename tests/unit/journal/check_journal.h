/* One test case for each concern of daemon/journal/. */
#ifndef UD_TESTS_UNIT_JOURNAL_CHECK_JOURNAL_H
#define UD_TESTS_UNIT_JOURNAL_CHECK_JOURNAL_H

#include <check.h>

TCase *record_tests(void);
TCase *turn_tests(void);
TCase *history_tests(void);
TCase *load_tests(void);
TCase *open_tests(void);
TCase *damage_tests(void);
TCase *schema_tests(void);
TCase *crash_tests(void);
TCase *full_tests(void);
TCase *thin_tests(void);
TCase *size_tests(void);

#endif
