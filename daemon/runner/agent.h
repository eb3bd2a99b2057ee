/*
 * The shell of a far host that serves jobs (far_agent.sh): one for each host, started by
 * the first question and again after it died; questions are short and answered in turn.
 */
#ifndef UD_RUNNER_AGENT_H
#define UD_RUNNER_AGENT_H

#include "common/buf.h"
#include "daemon/runner/runner.h"

struct far;

void agent_init(struct far *f);
void agent_done(struct far *f);

/* command: one of the functions of far_agent.sh with its arguments, one line. The outcome
 * is that of a session: ENDING_EXITED with the command's status, or no answer. */
void agent_ask(struct far *f, const char *command, job_done_fn *done, void *arg);

/* Removes the folder of a job, now or when the host is there again. */
void agent_forget(struct far *f, const char *path);

#endif
