/* Filling outcomes. */
#ifndef UD_RUNNER_ENDING_H
#define UD_RUNNER_ENDING_H

#include "common/error.h"
#include "daemon/model/command.h"

/* Both clocks, now. */
void ending_began(struct outcome *o);
void ending_over(struct outcome *o);

/* Sets ending and status from the status of waitpid(2). */
void ending_of_wait(struct outcome *o, int wait_status);

/* The same from what a shell counts: above 128 a signal. */
void ending_of_shell(struct outcome *o, int status);

#endif
