/* An sshd for one test program: tests/ssh/sshd.sh. */
#ifndef UD_TESTS_UNIT_RUNNER_SSHD_H
#define UD_TESTS_UNIT_RUNNER_SSHD_H

#include "daemon/model/pair.h"

extern char sshd_folder[64];

int sshd_start(void); /* 0; 77 with the reason printed: there can be none */
void sshd_stop(void);
int sshd_do(const char *verb); /* "cut", "down", "up", "freeze", "thaw" */
int sshd_shell(const char *text); /* in its folder; its exit status */

const struct host *sshd_host(void);

/* A host of its own with more options of ssh, before the others; freed at the end. */
struct host *sshd_host_with(const char *const *options);

#endif
