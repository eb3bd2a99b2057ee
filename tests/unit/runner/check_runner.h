/* One test case for each kind of process. */
#ifndef UD_TESTS_UNIT_RUNNER_CHECK_RUNNER_H
#define UD_TESTS_UNIT_RUNNER_CHECK_RUNNER_H

#include <check.h>

TCase *job_tests(void);
TCase *attach_tests(void);
TCase *adversity_tests(void);
TCase *prompt_tests(void);
TCase *process_tests(void);
TCase *session_tests(void);
TCase *link_tests(void);
TCase *remote_tests(void);
TCase *ssh_tests(void);
TCase *ssh_ways_tests(void);

#endif
